//! Configuration: a TOML file, then the environment, then the command line; every error at once.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use serde::Deserialize;
use taiwa_egress::EgressPolicy;
use taiwa_identity::KeyRing;

use crate::{
    calendars::{self, GoogleSettings},
    cli::Problem,
    notices::{self, MailSettings, SlackSettings},
};

/// Where it listens unless told.
const LISTEN: &str = "127.0.0.1:8750";

/// What the file may say. Most names are also environment variables: `TAIWA_` and the name in
/// capitals (`database` is `TAIWA_DATABASE_URL`).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// `sqlite:PATH` or `postgres://…`.
    pub(crate) database: Option<String>,
    /// Path of the key ring; in the environment also its content.
    pub(crate) key_ring: Option<String>,
    /// Address to listen on.
    pub(crate) listen: Option<String>,
    /// Where clients reach the server: the beginning of feed addresses.
    pub(crate) public_url: Option<String>,
    /// Origins of browsers that may call the API.
    pub(crate) allowed_origins: Option<Vec<String>>,
    /// Whether `/` shows GraphiQL.
    pub(crate) graphiql: Option<bool>,
    /// Whether the schema may be asked for.
    pub(crate) introspection: Option<bool>,
    /// Whether this process works off jobs.
    pub(crate) workers: Option<bool>,
    /// Access to Google Calendar.
    #[serde(default)]
    pub(crate) google: GoogleSettings,
    /// Where requests to addresses that people name may go.
    #[serde(default)]
    pub(crate) egress: EgressPolicy,
    /// Where the people's frontend is: what links in messages lead to.
    pub(crate) app_url: Option<String>,
    /// The mail server.
    #[serde(default)]
    pub(crate) mail: MailSettings,
    /// Access to Slack.
    #[serde(default)]
    pub(crate) slack: SlackSettings,
}

const NAMES: [(&str, &str); 9] = [
    ("database", "TAIWA_DATABASE_URL"),
    ("key_ring", "TAIWA_KEY_RING"),
    ("listen", "TAIWA_LISTEN"),
    ("public_url", "TAIWA_PUBLIC_URL"),
    ("allowed_origins", "TAIWA_ALLOWED_ORIGINS"),
    ("graphiql", "TAIWA_GRAPHIQL"),
    ("introspection", "TAIWA_INTROSPECTION"),
    ("workers", "TAIWA_WORKERS"),
    ("app_url", "TAIWA_APP_URL"),
];

/// Settings that were checked.
pub(crate) struct Checked {
    pub(crate) database: String,
    pub(crate) ring: KeyRing,
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<String>,
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) graphiql: bool,
    pub(crate) introspection: bool,
    pub(crate) workers: bool,
    pub(crate) calendars: calendars::Setup,
    pub(crate) notices: notices::Setup,
}

impl Settings {
    /// Reads the file, if one is named, and lets the environment win.
    pub(crate) fn read(
        file: Option<&PathBuf>,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, Problem> {
        let mut settings = match file {
            None => Self::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    Problem::new("configuration", format!("{}: {error}", path.display()))
                })?;
                toml::from_str(&text).map_err(|error| {
                    Problem::new(
                        "configuration",
                        format!("{}: {}", path.display(), error.message()),
                    )
                })?
            }
        };
        let mut errors = Vec::new();
        let text = |name: &str| environment.get(name).filter(|value| !value.is_empty()).cloned();
        let mut flag = |name: &str, into: &mut Option<bool>| match text(name).as_deref() {
            None => {}
            Some("true" | "1" | "yes") => *into = Some(true),
            Some("false" | "0" | "no") => *into = Some(false),
            Some(_) => errors.push(format!("{name}: write true or false")),
        };
        flag("TAIWA_GRAPHIQL", &mut settings.graphiql);
        flag("TAIWA_INTROSPECTION", &mut settings.introspection);
        flag("TAIWA_WORKERS", &mut settings.workers);
        settings.database = text("TAIWA_DATABASE_URL").or(settings.database);
        settings.key_ring = text("TAIWA_KEY_RING").or(settings.key_ring);
        settings.listen = text("TAIWA_LISTEN").or(settings.listen);
        settings.public_url = text("TAIWA_PUBLIC_URL").or(settings.public_url);
        if let Some(origins) = text("TAIWA_ALLOWED_ORIGINS") {
            settings.allowed_origins =
                Some(origins.split(',').map(|origin| origin.trim().to_owned()).collect());
        }
        let mut plain_http = None;
        flag("TAIWA_EGRESS_PLAIN_HTTP", &mut plain_http);
        let allow = text("TAIWA_EGRESS_ALLOW");
        calendars::read_egress(&mut settings.egress, allow, plain_http, &mut errors);
        settings.google.read(text, &mut errors);
        settings.app_url = text("TAIWA_APP_URL").or(settings.app_url);
        settings.mail.read(text);
        settings.slack.read(text);
        let names = || NAMES.iter().chain(&calendars::NAMES).chain(&notices::NAMES);
        for name in environment.keys() {
            let known = names().any(|(_, variable)| variable == name)
                || matches!(name.as_str(), "TAIWA_CONFIG" | "TAIWA_LOG")
                || name.starts_with("TAIWA_TEST_");
            if name.starts_with("TAIWA_") && !known {
                let variables: Vec<_> = names().map(|(_, variable)| *variable).collect();
                errors.push(format!("{name}: unknown; known are {}", variables.join(", ")));
            }
        }
        if errors.is_empty() {
            Ok(settings)
        } else {
            Err(Problem::new("configuration", errors.join("\n")))
        }
    }

    /// The key ring, if one is set.
    pub(crate) fn ring(&self) -> Result<Option<KeyRing>, Problem> {
        self.key_ring
            .as_deref()
            .map(|text| {
                if text.trim_start().starts_with('{') {
                    KeyRing::parse(&text.to_owned().into())
                } else {
                    KeyRing::read(text.as_ref())
                }
            })
            .transpose()
            .map_err(|error| Problem::new("key_ring", error.to_string()))
    }

    /// The calendar systems that are configured.
    pub(crate) fn calendars(&self) -> Result<calendars::Setup, Problem> {
        let mut errors = Vec::new();
        let url = self.public_url.as_deref().map(|url| url.trim_end_matches('/'));
        let (google, egress) = (self.google.clone(), self.egress.clone());
        let setup = calendars::check(google, egress, url, &mut errors);
        if errors.is_empty() {
            Ok(setup)
        } else {
            Err(Problem::new("configuration", errors.join("\n")))
        }
    }

    /// The ways out that are configured.
    pub(crate) fn notices(&self) -> Result<notices::Setup, Problem> {
        let mut errors = Vec::new();
        let setup = self.ways(&mut errors);
        if errors.is_empty() {
            Ok(setup)
        } else {
            Err(Problem::new("configuration", errors.join("\n")))
        }
    }

    fn ways(&self, errors: &mut Vec<String>) -> notices::Setup {
        let listen = self.listen.as_deref().unwrap_or(LISTEN);
        let server = self.public_url.clone().unwrap_or_else(|| format!("http://{listen}"));
        let tables = (self.mail.clone(), self.slack.clone());
        notices::check(tables, self.egress.clone(), self.app_url.as_deref(), &server, errors)
    }

    /// What serving needs, or everything that is wrong.
    pub(crate) fn check(self) -> Result<Checked, Problem> {
        let mut errors = Vec::new();
        if self.database.is_none() {
            errors.push(
                "database: name one with --database or TAIWA_DATABASE_URL, e.g. \
                 sqlite:taiwa.sqlite or postgres://user@host/name"
                    .to_owned(),
            );
        } else if let Some(url) = &self.database
            && !["sqlite:", "postgres:", "postgresql:"].iter().any(|it| url.starts_with(it))
        {
            errors.push("database: the URL must begin with sqlite: or postgres:".to_owned());
        }
        let ring = self.ring().map_err(|problem| errors.push(format!("key_ring: {problem}")));
        if let Ok(None) = ring {
            errors.push(
                "key_ring: make one with `taiwa keys generate taiwa.keys`, then set \
                 --key-ring taiwa.keys or TAIWA_KEY_RING"
                    .to_owned(),
            );
        }
        let notices = self.ways(&mut errors);
        let listen = self.listen.as_deref().unwrap_or(LISTEN);
        let listen: Option<SocketAddr> = listen
            .parse()
            .map_err(|_| {
                errors.push(format!("listen: “{listen}” is not ADDRESS:PORT, e.g. 127.0.0.1:8750"));
            })
            .ok();
        let allowed_origins = self.allowed_origins.unwrap_or_default();
        check_origins(&allowed_origins, &mut errors);
        if let Some(url) = &self.public_url
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            errors.push(format!("public_url: “{url}” does not begin with https:// or http://"));
        }
        let public_url = self.public_url.map(|url| url.trim_end_matches('/').to_owned());
        let calendars =
            calendars::check(self.google, self.egress, public_url.as_deref(), &mut errors);
        match (self.database, ring, listen) {
            (Some(database), Ok(Some(ring)), Some(listen)) if errors.is_empty() => Ok(Checked {
                database,
                ring,
                listen,
                public_url,
                allowed_origins,
                graphiql: self.graphiql.unwrap_or(false),
                introspection: self.introspection.unwrap_or(false),
                workers: self.workers.unwrap_or(true),
                calendars,
                notices,
            }),
            _ => Err(Problem::new("configuration", errors.join("\n"))),
        }
    }
}

/// Says which of some origins are none.
pub(crate) fn check_origins(origins: &[String], errors: &mut Vec<String>) {
    for origin in origins {
        let valid = origin.parse::<http::Uri>().is_ok_and(|uri| {
            uri.scheme().is_some() && uri.authority().is_some() && uri.path() == "/"
        }) && !origin.ends_with('/');
        if !valid {
            errors.push(format!(
                "allowed_origins: “{origin}” is not an origin such as https://app.example.com"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn every_error_is_named_at_once() {
        let settings = Settings::read(
            None,
            &environment(&[
                ("TAIWA_LISTEN", "nowhere"),
                ("TAIWA_ALLOWED_ORIGINS", "https://a.example/path, https://b.example"),
            ]),
        )
        .unwrap();
        let problem = settings.check().err().unwrap().to_string();
        for part in ["database:", "key_ring:", "listen:", "https://a.example/path"] {
            assert!(problem.contains(part), "{part} is missing in {problem}");
        }
        assert!(!problem.contains("b.example"), "{problem}");
    }

    #[test]
    fn unknown_variables_and_bad_flags_are_refused() {
        let problem = Settings::read(
            None,
            &environment(&[("TAIWA_GRAPHIQL", "maybe"), ("TAIWA_LISTN", "x")]),
        )
        .unwrap_err()
        .to_string();
        assert!(problem.contains("TAIWA_GRAPHIQL") && problem.contains("TAIWA_LISTN"), "{problem}");
    }

    #[test]
    fn a_secret_in_a_broken_key_ring_is_not_repeated() {
        let settings = Settings::read(
            None,
            &environment(&[("TAIWA_KEY_RING", "{\"signing\": \"c2VjcmV0\"}")]),
        )
        .unwrap();
        let problem = settings.check().err().unwrap().to_string();
        assert!(!problem.contains("c2VjcmV0"), "{problem}");
    }
}
