//! The ways on which notices leave the house: the one place that knows them all.

mod settings;
pub(crate) mod stop;

use std::sync::Arc;

use secrecy::SecretString;
use taiwa_domain::notice::{Notifier, Seen, Ways};
use taiwa_email::Email;

pub(crate) use settings::{NAMES, NoticeSettings, check};

/// What was configured and checked.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    email: Option<taiwa_email::Settings>,
    app_url: String,
    server: String,
}

impl Default for Setup {
    fn default() -> Self {
        Self::at("http://127.0.0.1:8750")
    }
}

impl Setup {
    /// No way out; links lead to the server itself.
    pub(crate) fn at(server: &str) -> Self {
        let server = server.trim_end_matches('/').to_owned();
        Self { email: None, app_url: format!("{server}/#{{kind}}/{{id}}"), server }
    }
}

/// All ways of this process.
pub(crate) fn ways(setup: &Setup) -> Result<Arc<dyn Ways>, taiwa_email::BadSettings> {
    let email = setup.email.as_ref().map(Email::new).transpose()?;
    Ok(Arc::new(Out {
        email: email.map(|it| Arc::new(it) as Arc<dyn Notifier>),
        app_url: setup.app_url.clone(),
        server: setup.server.clone(),
    }))
}

struct Out {
    email: Option<Arc<dyn Notifier>>,
    app_url: String,
    server: String,
}

impl Ways for Out {
    fn email(&self) -> Option<Arc<dyn Notifier>> {
        self.email.clone()
    }

    fn slack(&self, _token: &SecretString) -> Option<Arc<dyn Notifier>> {
        None
    }

    fn link(&self, to: Seen) -> String {
        let (kind, id) = match to {
            Seen::Meeting(id) => ("meetings", taiwa_graphql::meeting_id(id)),
            Seen::Action(id) => ("actions", taiwa_graphql::action_id(id)),
            Seen::Calendar => ("calendar", String::new()),
            Seen::Preferences => ("notices", String::new()),
        };
        self.app_url.replace("{kind}", kind).replace("{id}", &id)
    }

    fn stop(&self, token: &str) -> String {
        format!("{}{}{token}", self.server, stop::PATH)
    }
}
