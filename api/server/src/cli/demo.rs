//! `taiwa demo`.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use serde_json::json;
use taiwa_domain::{clock::Clock, organization::Locale};
use taiwa_identity::KeyRing;

use super::{Common, Problem, output};
use crate::{
    calendars,
    config::check_origins,
    demo::{self, KEY},
    http::HttpOptions,
    notices,
    runtime::{self, SystemClock},
    serve::{self, Serving},
};

/// Starts a sample company of 300 people on SQLite, with 13 weeks of 1on1s planned and held.
#[derive(Args)]
pub(super) struct Demo {
    /// Folder for the database, the key ring and demo.json
    #[arg(long, value_name = "DIR", default_value = "taiwa-demo")]
    data: PathBuf,
    /// Port on loopback; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8750)]
    port: u16,
    /// Let pages of this origin call the API, e.g. http://localhost:3000; may be given again
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,
    /// Start over: forget everything in the folder
    #[arg(long)]
    reset: bool,
    /// Prepare everything and stop
    #[arg(long)]
    no_serve: bool,
}

impl Demo {
    pub(super) async fn run(self, common: &Common) -> Result<(), Problem> {
        let io = |error: std::io::Error| {
            Problem::new("data", format!("{}: {error}", self.data.display()))
        };
        std::fs::create_dir_all(&self.data).map_err(io)?;
        let file = |name: &str| self.data.join(name);
        if self.reset {
            for name in
                ["taiwa.sqlite", "taiwa.sqlite-wal", "taiwa.sqlite-shm", "keys.json", "demo.json"]
            {
                match std::fs::remove_file(file(name)) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(io(error));
                    }
                    _ => {}
                }
            }
        }
        let mut errors = Vec::new();
        check_origins(&self.allow_origin, &mut errors);
        if !errors.is_empty() {
            return Err(Problem::new("configuration", errors.join("\n")));
        }
        // Taken before the work, so that a busy port is known at once.
        let listener = serve::bind(SocketAddr::from(([127, 0, 0, 1], self.port))).await?;
        let address = listener.local_addr().map_err(io)?;

        let keys = file("keys.json");
        let problem =
            |error: taiwa_identity::RingError| Problem::new("key_ring", error.to_string());
        if !keys.exists() {
            KeyRing::generate(SystemClock.now()).map_err(problem)?.write(&keys).map_err(problem)?;
        }
        let ring = KeyRing::read(&keys).map_err(problem)?;
        let database = file("taiwa.sqlite");
        eprintln!("Data: {}", database.display());
        let app = runtime::connect(
            &format!("sqlite:{}", database.display()),
            Some(&ring),
            &calendars::Setup::default(),
            &notices::Setup::at(&format!("http://{address}")),
        )
        .await?;
        let prepared = demo::prepare(&app).await?;
        let personas = demo::personas(&app, prepared.organization).await?;

        let url = format!("http://{address}/graphql");
        let document = json!({
            "url": url,
            "graphiql": format!("http://{address}/"),
            "organization": {"id": prepared.organization, "key": KEY},
            "plan": {
                "from": prepared.from, "weeks": demo::WEEKS, "pairs": prepared.pairs,
                "meetings": prepared.meetings, "skipped": prepared.skipped,
            },
            "people": prepared.people,
            "attack": prepared.attack.as_ref().map(|it| json!({
                "meetingId": taiwa_graphql::meeting_id(it.meeting),
                "was": it.was.starts_at, "now": it.now.map(|slot| slot.starts_at),
                "persona": "manager", "query": history(it),
            })),
            "notices": {"persona": "manager", "query": demo::reminder::QUERY},
            "history": prepared.pair.map(|pair| json!({
                "persona": "member", "query": demo::history::query(pair, prepared.today),
            })),
            "dashboard": {"persona": "hr", "query": demo::dashboard(prepared.today)},
            "personas": personas.iter().map(|it| json!({
                "role": it.role, "name": it.name, "personId": taiwa_graphql::person_id(it.id),
                "number": it.number, "token": it.token, "query": it.query,
            })).collect::<Vec<_>>(),
        });
        let text = serde_json::to_string_pretty(&document)
            .map_err(|error| Problem::new("data", error.to_string()))?;
        write_private(&file("demo.json"), &text).map_err(io)?;
        output::print(common.json, || &document, || self.welcome(&prepared, &personas, &url));
        if self.no_serve {
            return Ok(());
        }
        let options = HttpOptions {
            allowed_origins: self.allow_origin,
            graphiql: true,
            introspection: true,
            ..HttpOptions::default()
        };
        serve::run(app, listener, Serving { public_url: None, options, workers: true }).await
    }

    fn welcome(&self, it: &demo::Prepared, personas: &[demo::Persona], url: &str) -> String {
        use std::fmt::Write;
        let mut out = format!(
            "\nTaiwa demo: {} people, {} pairs, {} 1on1s planned over {} weeks from {} and held in \
             both calendars, {} skipped with a reason.\n\nTokens (valid for one hour; start the \
             demo again for fresh ones) and a query for each:\n",
            it.people,
            it.pairs,
            it.meetings,
            demo::WEEKS,
            it.from,
            it.skipped
        );
        for persona in personas {
            let _ = write!(
                out,
                "\n── {} · {} ({})\n   token: {}\n   query: {}\n",
                persona.role, persona.name, persona.number, persona.token, persona.query
            );
        }
        if let Some(attack) = &it.attack {
            let _ = write!(
                out,
                "\n── {}\n   {}\n   See why, as the manager: {}\n",
                attack.told(Locale::En),
                attack.told(Locale::Ja),
                history(attack)
            );
        }
        let _ = write!(
            out,
            "\n── What people are told, as the manager:\n   {}\n",
            demo::reminder::QUERY
        );
        if let Some(pair) = it.pair {
            let _ = write!(
                out,
                "\n── A pair's history, and what it left for their next 1on1, as the member or the \
                 manager (nobody else can read it):\n   {}\n",
                demo::history::query(pair, it.today)
            );
        }
        let _ = write!(
            out,
            "\n── A department dashboard of a closed quarter, as HR:\n   {}\n",
            demo::dashboard(it.today)
        );
        let base = url.trim_end_matches("graphql");
        if self.no_serve {
            let _ = write!(out, "\nNothing is served (--no-serve).");
        } else {
            let manager = personas.iter().find(|it| it.role == "manager");
            let _ = write!(
                out,
                "\nGraphQL:  {url}\nGraphiQL: {base}#token={}\nStop with Ctrl-C.",
                manager.map(|it| it.token.as_str()).unwrap_or_default()
            );
        }
        out
    }
}

/// The query that explains what happened to a slot.
fn history(attack: &demo::Attack) -> String {
    format!(
        "{{ node(id: \"{}\") {{ ... on Meeting {{ status slot {{ startsAt endsAt state isProtected }} \
         slotEvents(first: 20) {{ edges {{ node {{ at kind message }} }} }} }} }} }}",
        taiwa_graphql::meeting_id(attack.meeting)
    )
}

/// Tokens are in it: for its owner alone.
fn write_private(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // A file that was there already keeps the mode it had.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.write_all(text.as_bytes())
}
