//! One database of one engine, one server on it, and what tests do with them.

use std::path::{Path, PathBuf};

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    Caller, Engine, Ran, answer, binary,
    database::TestDatabase,
    server::{self, Server},
    smtp::Smtp,
    wait,
};

/// An organization with an administrator's ways in.
#[derive(Clone)]
pub struct Org {
    /// Its key.
    pub key: String,
    /// Its id as databases write it.
    pub id: String,
}

/// A database with a server on it.
pub struct World {
    /// The server: dropped before the database that it uses.
    server: Option<Server>,
    /// The database.
    pub database: TestDatabase,
    /// A folder for files of the test.
    pub folder: TempDir,
    /// The key ring's file.
    ring: PathBuf,
    /// What servers that are started from now on find in their environment.
    pub settings: Vec<(&'static str, String)>,
    nobody: Option<Caller>,
}

impl World {
    /// Runs a test in a fresh world of an engine.
    pub async fn run(engine: Engine, body: impl AsyncFnOnce(&mut World)) {
        let mut world = Self::new(engine);
        world.start().await;
        body(&mut world).await;
    }

    /// A database and a key ring, without a server.
    pub fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = TestDatabase::make(engine, folder.path());
        let settings = Vec::new();
        let ring = folder.path().join("keys.json");
        let world = Self { server: None, database, folder, ring, settings, nobody: None };
        Ran::of(binary::command().args(["keys", "generate", "--json"]).arg(world.keys())).json();
        world
    }

    /// Which engine.
    pub fn engine(&self) -> Engine {
        self.database.engine
    }

    /// The key ring's file.
    pub fn keys(&self) -> PathBuf {
        self.ring.clone()
    }

    /// Gives another key ring to whatever is started from now on.
    pub fn turn(&mut self, ring: PathBuf) {
        self.ring = ring;
    }

    /// Starts the server, again if it was killed.
    pub async fn start(&mut self) {
        let server = self.start_another().await;
        let address = server.base.lock().expect("the address").clone();
        match &self.nobody {
            // Callers made before a restart follow it.
            Some(nobody) => nobody.moved(&address),
            None => self.nobody = Some(Caller::new(server.base.clone(), None)),
        }
        self.server = Some(server);
    }

    /// Starts a further server on the same database.
    pub async fn start_another(&self) -> Server {
        let mut command = binary::command();
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", &self.database.url]);
        command.arg("--key-ring").arg(self.keys());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        Server::start(command, server::log_in(self.folder.path(), "server")).await
    }

    /// Lets servers that are started from now on ask people for their consent to Google. None of
    /// our tests answers there.
    pub fn configure_google(&mut self) {
        self.settings.extend([
            ("TAIWA_PUBLIC_URL", "https://taiwa.example.com".to_owned()),
            ("TAIWA_GOOGLE_CLIENT_ID", "client".to_owned()),
            ("TAIWA_GOOGLE_CLIENT_SECRET", "secret".to_owned()),
        ]);
    }

    /// Lets servers that are started from now on send mail through a server.
    pub fn configure_mail(&mut self, smtp: &Smtp) {
        self.settings.extend([
            ("TAIWA_SMTP_URL", format!("smtp://127.0.0.1:{}", smtp.port())),
            ("TAIWA_MAIL_FROM", "Taiwa <taiwa@example.com>".to_owned()),
        ]);
    }

    /// Ends the server at once.
    pub fn kill(&mut self) {
        self.server.take().expect("a running server").kill();
    }

    /// Runs a command on the world's database with its key ring and `--json`.
    pub fn cli(&self, args: &[&str]) -> Ran {
        let mut command = binary::command();
        command.args(args).args(["--json", "--database", &self.database.url]);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        Ran::of(command.arg("--key-ring").arg(self.keys()))
    }

    /// Makes an organization that counts days in Tokyo.
    pub fn organization(&self, key: &str) -> Org {
        self.organization_in(key, "Asia/Tokyo")
    }

    /// Makes an organization that counts days in a zone; its people are addressed in English.
    pub fn organization_in(&self, key: &str, zone: &str) -> Org {
        let args = ["organization", "create", key, "--name", key, "--time-zone", zone];
        let made = self.cli(&[&args[..], &["--locale", "en"]].concat()).json();
        Org { key: key.to_owned(), id: answer::text(&made["id"]) }
    }

    /// Writes a file into the world's folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path.display().to_string()
    }

    /// Imports a file at the command line and applies it.
    pub fn import(&self, org: &Org, file: &str, options: &[&str]) -> Value {
        let args = ["import", file, "--organization", &org.key, "--apply"];
        self.cli(&[&args[..], options].concat()).json()
    }

    /// Makes an organization with the people of a CSV.
    pub async fn company(&self, key: &str, csv: &str) -> Org {
        let org = self.organization(key);
        let file = self.file(&format!("{key}.csv"), csv);
        let result = self.import(&org, &file, &[]);
        assert_eq!(result["counts"]["errors"], 0, "{}", result["defects"]);
        org
    }

    /// Someone without a token.
    pub fn nobody(&self) -> Caller {
        self.nobody.clone().expect("a started server")
    }

    /// A person with a fresh token, given a role if there is one.
    pub fn person(&self, org: &Org, person: &str, role: Option<&str>) -> Caller {
        let mut args = vec!["token", "--organization", &org.key, "--person", person];
        args.extend(role.iter().flat_map(|role| ["--role", role]));
        let issued = self.cli(&args).json();
        self.nobody().with_token(Some(&answer::text(&issued["token"])))
    }

    /// Waits until no job of the organization is waiting or running; none may be given up. (A try
    /// that another change overtook is tried again: that is no failure.)
    pub async fn settle(&self, administrator: &Caller) {
        let query = "{ jobs(first: 100) { edges { node { kind state errorCode attempts } } } }";
        wait::until("the end of all jobs", async || {
            let jobs = answer::nodes(&administrator.query(query).await["jobs"]);
            for job in &jobs {
                assert_ne!(job["state"], "FAILED", "{job}");
            }
            jobs.iter().all(|job| job["state"] == "DONE").then_some(())?;
            self.idle().then_some(())
        })
        .await;
    }

    /// Whether no slot is being guarded and no calendar being connected or read now: such jobs are
    /// many and in no list. What waits for a later time is left to wait.
    fn idle(&self) -> bool {
        let soon = match self.engine() {
            Engine::Sqlite => "julianday(run_at) < julianday('now', '+10 seconds')",
            Engine::Postgres => "run_at < now() + interval '10 seconds'",
        };
        let due = format!("select id from job where single and done_at is null and {soon}");
        self.database.sql("", &due).is_empty()
    }

    /// Previews a plan over GraphQL, applies it and waits until its slots are held.
    pub async fn plan(&self, planner: &Caller, from: NaiveDate, weeks: u32) -> Value {
        let plan = self.begin_plan(planner, from, weeks).await;
        self.settle(planner).await;
        plan
    }

    /// Previews a plan and applies it: what follows from it goes on.
    pub async fn begin_plan(&self, planner: &Caller, from: NaiveDate, weeks: u32) -> Value {
        let input = json!({"from": from, "weeks": weeks});
        let selection = "plan { id hash pairCount placedCount pairsWithoutSeries \
                         skipped { reason count } difference { added changed removed unchanged } }";
        let previewed = planner.mutate("previewPlan", input, selection).await.done();
        let input = json!({"planId": previewed["plan"]["id"], "hash": previewed["plan"]["hash"]});
        planner.mutate("applyPlan", input, "plan { state }").await.done();
        previewed["plan"].clone()
    }
}

/// The fixtures' folder.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A fixture of the importer.
pub fn fixture(name: &str) -> String {
    fixtures().join("import").join(name).display().to_string()
}

/// Today, as an organization counts days.
pub async fn today(caller: &Caller) -> NaiveDate {
    let data = caller.query("{ organization { today } }").await;
    answer::text(&data["organization"]["today"]).parse().expect("a day")
}

/// The first Monday that is at least three days ahead: what is nearer than a day is not moved.
pub fn monday_after(day: NaiveDate) -> NaiveDate {
    let from = day + Days::new(3);
    from + Days::new(u64::from((7 - from.weekday().num_days_from_monday()) % 7))
}
