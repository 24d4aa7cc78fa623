//! What the operator says about calendar systems.

use std::{io::Read, path::Path, sync::Arc};

use chrono::TimeDelta;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de::Error as _};
use taiwa_egress::{Allowed, Egress, EgressPolicy};
use taiwa_google_calendar::{Endpoints, Limits, OAuthClient, Rate, ServiceAccount};

use super::{Setup, callback, google, notices};

/// The table `google`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct GoogleSettings {
    /// The OAuth client by which people consent one by one.
    pub(crate) client_id: Option<String>,
    /// Its secret.
    #[serde(deserialize_with = "secret")]
    pub(crate) client_secret: Option<SecretString>,
    /// Path of the key file of a service account to which companies delegate.
    pub(crate) service_account: Option<String>,
    /// Another address of Google's services, for tests.
    pub(crate) endpoint: Option<String>,
    /// Where Google's notices reach this server, if not below `public_url`.
    pub(crate) notices: Option<String>,
    /// Calls of this process in a minute. Replicas divide the project's quota among them.
    pub(crate) project_calls_per_minute: Option<u32>,
    /// Of them, writes.
    pub(crate) project_writes_per_minute: Option<u32>,
    /// Calls for one account in a minute.
    pub(crate) user_calls_per_minute: Option<u32>,
    /// Of them, writes.
    pub(crate) user_writes_per_minute: Option<u32>,
    /// How long a call waits for its turn, at most.
    pub(crate) longest_wait_seconds: Option<u32>,
}

/// The variables of the tables here, with the names in them.
pub(crate) const NAMES: [(&str, &str); 12] = [
    ("google.client_id", "TAIWA_GOOGLE_CLIENT_ID"),
    ("google.client_secret", "TAIWA_GOOGLE_CLIENT_SECRET"),
    ("google.service_account", "TAIWA_GOOGLE_SERVICE_ACCOUNT"),
    ("google.endpoint", "TAIWA_GOOGLE_ENDPOINT"),
    ("google.notices", "TAIWA_GOOGLE_NOTICES"),
    ("google.project_calls_per_minute", "TAIWA_GOOGLE_PROJECT_CALLS_PER_MINUTE"),
    ("google.project_writes_per_minute", "TAIWA_GOOGLE_PROJECT_WRITES_PER_MINUTE"),
    ("google.user_calls_per_minute", "TAIWA_GOOGLE_USER_CALLS_PER_MINUTE"),
    ("google.user_writes_per_minute", "TAIWA_GOOGLE_USER_WRITES_PER_MINUTE"),
    ("google.longest_wait_seconds", "TAIWA_GOOGLE_LONGEST_WAIT_SECONDS"),
    ("egress.allow", "TAIWA_EGRESS_ALLOW"),
    ("egress.plain_http", "TAIWA_EGRESS_PLAIN_HTTP"),
];

/// Calls in a minute beyond which no limit makes sense.
const MOST: u32 = 1_000_000;
/// Seconds that a job may be kept waiting for one call.
const LONGEST_WAIT: u32 = 60;
/// Largest key file read, in bytes.
const KEY_FILE: u64 = 64 << 10;

/// A secret of the file. What is wrong with it is said without it.
pub(crate) fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    let text = String::deserialize(from).map_err(|_| D::Error::custom("a secret must be text"))?;
    Ok(Some(text.into()))
}

impl GoogleSettings {
    /// Lets the environment win.
    pub(crate) fn read(&mut self, text: impl Fn(&str) -> Option<String>, errors: &mut Vec<String>) {
        let plain = |name: &str, into: &mut Option<String>| {
            if let Some(value) = text(name) {
                *into = Some(value);
            }
        };
        plain("TAIWA_GOOGLE_CLIENT_ID", &mut self.client_id);
        plain("TAIWA_GOOGLE_SERVICE_ACCOUNT", &mut self.service_account);
        plain("TAIWA_GOOGLE_ENDPOINT", &mut self.endpoint);
        plain("TAIWA_GOOGLE_NOTICES", &mut self.notices);
        if let Some(secret) = text("TAIWA_GOOGLE_CLIENT_SECRET") {
            self.client_secret = Some(secret.into());
        }
        for (name, into) in [
            ("TAIWA_GOOGLE_PROJECT_CALLS_PER_MINUTE", &mut self.project_calls_per_minute),
            ("TAIWA_GOOGLE_PROJECT_WRITES_PER_MINUTE", &mut self.project_writes_per_minute),
            ("TAIWA_GOOGLE_USER_CALLS_PER_MINUTE", &mut self.user_calls_per_minute),
            ("TAIWA_GOOGLE_USER_WRITES_PER_MINUTE", &mut self.user_writes_per_minute),
            ("TAIWA_GOOGLE_LONGEST_WAIT_SECONDS", &mut self.longest_wait_seconds),
        ] {
            match text(name).map(|value| value.trim().parse()) {
                None => {}
                Some(Ok(number)) => *into = Some(number),
                Some(Err(_)) => errors.push(format!("{name}: write a whole number")),
            }
        }
    }

    fn says_nothing(&self) -> bool {
        let texts = [&self.client_id, &self.service_account, &self.endpoint, &self.notices];
        texts.iter().all(|text| text.is_none())
            && self.client_secret.is_none()
            && self.limits().iter().all(|(_, limit)| limit.is_none())
            && self.longest_wait_seconds.is_none()
    }

    fn limits(&self) -> [(&'static str, Option<u32>); 4] {
        [
            ("project_calls_per_minute", self.project_calls_per_minute),
            ("project_writes_per_minute", self.project_writes_per_minute),
            ("user_calls_per_minute", self.user_calls_per_minute),
            ("user_writes_per_minute", self.user_writes_per_minute),
        ]
    }

    fn check(self, public_url: Option<&str>, errors: &mut Vec<String>) -> Option<google::Setup> {
        if self.says_nothing() {
            return None;
        }
        let limits = self.rates(errors);
        let endpoints = self.endpoints(errors);
        let notices = self.notices(public_url, errors);
        let client = match (self.client_id, self.client_secret) {
            (Some(id), Some(secret)) => match public_url.map(|url| redirect(url).parse()) {
                Some(Ok(redirect)) => Some(Arc::new(OAuthClient::new(id, secret, redirect))),
                Some(Err(_)) => {
                    errors.push("google: public_url is no address to come back to".to_owned());
                    None
                }
                None => {
                    errors.push(
                        "google: with client_id, public_url must be set: people come back to it"
                            .to_owned(),
                    );
                    None
                }
            },
            (None, None) => {
                if self.service_account.is_none() {
                    errors.push(
                        "google: set client_id and client_secret, or service_account".to_owned(),
                    );
                }
                None
            }
            _ => {
                errors.push("google: client_id and client_secret go together".to_owned());
                None
            }
        };
        let service = self.service_account.as_deref().and_then(|path| {
            key_file(path.as_ref())
                .map_err(|why| errors.push(format!("google.service_account: {path}: {why}")))
                .ok()
        });
        Some(google::Setup { endpoints, limits, client, service: service.map(Arc::new), notices })
    }

    fn rates(&self, errors: &mut Vec<String>) -> Limits {
        let Limits { mut user, mut user_writes, mut project, mut project_writes, .. } =
            Limits::default();
        let rates = [&mut project, &mut project_writes, &mut user, &mut user_writes];
        for ((name, limit), rate) in self.limits().into_iter().zip(rates) {
            match limit {
                None => {}
                Some(limit @ 1..=MOST) => *rate = Rate::within(limit),
                Some(_) => errors.push(format!("google.{name}: write a number from 1 to {MOST}")),
            }
        }
        let mut longest_wait = Limits::default().longest_wait;
        match self.longest_wait_seconds {
            None => {}
            Some(seconds @ 0..=LONGEST_WAIT) => longest_wait = TimeDelta::seconds(seconds.into()),
            Some(_) => errors.push(format!(
                "google.longest_wait_seconds: write a number from 0 to {LONGEST_WAIT}"
            )),
        }
        Limits { user, user_writes, project, project_writes, longest_wait }
    }

    fn endpoints(&self, errors: &mut Vec<String>) -> Endpoints {
        let Some(text) = &self.endpoint else { return Endpoints::default() };
        let endpoints = text.parse().ok().map(|base| Endpoints::below(&base));
        endpoints.filter(|endpoints| endpoints.check().is_ok()).unwrap_or_else(|| {
            errors.push(format!(
                "google.endpoint: “{text}” is neither an https:// address nor one of this machine \
                 such as http://127.0.0.1:8080"
            ));
            Endpoints::default()
        })
    }

    /// Google calls https alone; whatever else is named is for tests.
    fn notices(&self, public_url: Option<&str>, errors: &mut Vec<String>) -> Option<String> {
        match &self.notices {
            Some(address) => {
                let plain = self.endpoint.is_some() && address.starts_with("http://");
                if !(address.starts_with("https://") || plain) {
                    errors
                        .push(format!("google.notices: “{address}” does not begin with https://"));
                }
                Some(address.clone())
            }
            None => public_url
                .filter(|url| url.starts_with("https://"))
                .map(|url| format!("{}{}", url.trim_end_matches('/'), notices::PATH)),
        }
    }
}

/// Where people come back to after their consent, as it is registered with Google.
fn redirect(public_url: &str) -> String {
    format!("{}{}", public_url.trim_end_matches('/'), callback::PATH)
}

fn key_file(path: &Path) -> Result<ServiceAccount, String> {
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let mut text = String::new();
    let read = file.take(KEY_FILE).read_to_string(&mut text);
    let text = SecretString::from(text);
    read.map_err(|error| error.to_string())?;
    ServiceAccount::from_json(&text).map_err(|error| error.to_string())
}

/// Lets the environment win over the table `egress`.
pub(crate) fn read_egress(
    policy: &mut EgressPolicy,
    allow: Option<String>,
    plain_http: Option<bool>,
    errors: &mut Vec<String>,
) {
    if let Some(allow) = allow {
        policy.allow = allow
            .split(',')
            .filter_map(|entry| {
                let allowed = entry.parse::<Allowed>();
                allowed
                    .map_err(|why| errors.push(format!("TAIWA_EGRESS_ALLOW: “{entry}”: {why}")))
                    .ok()
            })
            .collect();
    }
    policy.plain_http = plain_http.unwrap_or(policy.plain_http);
}

/// What systems there are, with everything that is wrong in `errors`.
pub(crate) fn check(
    google: GoogleSettings,
    egress: EgressPolicy,
    public_url: Option<&str>,
    errors: &mut Vec<String>,
) -> Setup {
    if let Err(error) = Egress::new(egress.clone()) {
        errors.push(format!("egress.trust: {error}"));
    }
    Setup { google: google.check(public_url, errors), egress }
}
