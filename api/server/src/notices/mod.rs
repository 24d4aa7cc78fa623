//! The ways on which notices leave the house: the one place that knows them all.

mod settings;
pub(crate) mod stop;

use std::sync::Arc;

use secrecy::SecretString;
use taiwa_domain::notice::{Notifier, Seen, Ways};
use taiwa_egress::{Egress, EgressPolicy};
use taiwa_email::Email;
use taiwa_slack::Slack;

pub(crate) use settings::{MailSettings, NAMES, SlackSettings, check};

use crate::cli::Problem;

/// What was configured and checked.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    email: Option<taiwa_email::Settings>,
    slack: String,
    egress: EgressPolicy,
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
        let slack = taiwa_slack::ENDPOINT.to_owned();
        let egress = EgressPolicy::default();
        Self { email: None, slack, egress, app_url: format!("{server}/#{{kind}}/{{id}}"), server }
    }
}

/// All ways of this process.
pub(crate) fn ways(setup: &Setup) -> Result<Arc<dyn Ways>, Problem> {
    let email = setup.email.as_ref().map(Email::new).transpose();
    let email = email.map_err(|error| Problem::new("mail", error.to_string()))?;
    let egress = Egress::new(setup.egress.clone())
        .map_err(|error| Problem::new("egress", error.to_string()))?;
    Ok(Arc::new(Out {
        slack: setup.slack.clone(),
        egress,
        email: email.map(|it| Arc::new(it) as Arc<dyn Notifier>),
        app_url: setup.app_url.clone(),
        server: setup.server.clone(),
    }))
}

struct Out {
    email: Option<Arc<dyn Notifier>>,
    slack: String,
    egress: Egress,
    app_url: String,
    server: String,
}

impl Ways for Out {
    fn email(&self) -> Option<Arc<dyn Notifier>> {
        self.email.clone()
    }

    fn slack(&self, token: &SecretString) -> Option<Arc<dyn Notifier>> {
        Some(Arc::new(Slack::new(self.egress.clone(), &self.slack, token.clone())))
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
