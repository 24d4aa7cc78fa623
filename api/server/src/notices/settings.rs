//! What the operator says about ways out.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use taiwa_egress::EgressPolicy;

use super::Setup;
use crate::calendars::secret;

/// The table `mail`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MailSettings {
    /// The mail server, with user and password.
    #[serde(deserialize_with = "secret")]
    pub(crate) smtp_url: Option<SecretString>,
    /// Who writes: an address, or a name and an address.
    pub(crate) from: Option<String>,
    /// Certificates in PEM that are trusted besides those of the public authorities.
    pub(crate) trust: Option<String>,
}

/// The table `slack`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SlackSettings {
    /// Another address of Slack's API, for tests.
    pub(crate) endpoint: Option<String>,
}

/// The variables of the tables, with the names in them.
pub(crate) const NAMES: [(&str, &str); 3] = [
    ("mail.smtp_url", "TAIWA_SMTP_URL"),
    ("mail.from", "TAIWA_MAIL_FROM"),
    ("slack.endpoint", "TAIWA_SLACK_ENDPOINT"),
];

impl SlackSettings {
    /// Lets the environment win.
    pub(crate) fn read(&mut self, text: impl Fn(&str) -> Option<String>) {
        self.endpoint = text("TAIWA_SLACK_ENDPOINT").or(self.endpoint.take());
    }
}

impl MailSettings {
    /// Lets the environment win.
    pub(crate) fn read(&mut self, text: impl Fn(&str) -> Option<String>) {
        self.smtp_url = text("TAIWA_SMTP_URL").map(Into::into).or(self.smtp_url.take());
        self.from = text("TAIWA_MAIL_FROM").or(self.from.take());
    }
}

/// What ways there are, with everything that is wrong in `errors`.
pub(crate) fn check(
    (mail, slack): (MailSettings, SlackSettings),
    egress: EgressPolicy,
    app_url: Option<&str>,
    server: &str,
    errors: &mut Vec<String>,
) -> Setup {
    let mut setup = Setup { egress, ..Setup::at(server) };
    if let Some(endpoint) = slack.endpoint {
        setup.slack = endpoint;
    }
    if let Some(url) = app_url {
        if !(url.starts_with("https://") || url.starts_with("http://")) {
            errors.push(format!("app_url: “{url}” does not begin with https:// or http://"));
        }
        url.clone_into(&mut setup.app_url);
    }
    match (mail.smtp_url, mail.from) {
        (Some(url), Some(from)) => {
            match taiwa_email::Settings::new(url.expose_secret(), &from, mail.trust) {
                Ok(settings) => setup.email = Some(settings),
                // The address has a password in it: it is not repeated.
                Err(why @ taiwa_email::BadSettings::From) => {
                    errors.push(format!("mail.from: “{from}”: {why}"));
                }
                Err(why) => errors.push(format!("mail.smtp_url: {why}")),
            }
        }
        (None, None) => {}
        _ => errors.push("mail: smtp_url and from go together".to_owned()),
    }
    setup
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(url: &str, from: Option<&str>, app: Option<&str>) -> (Setup, Vec<String>) {
        let mut errors = Vec::new();
        let mail = MailSettings {
            smtp_url: Some(url.to_owned().into()),
            from: from.map(str::to_owned),
            trust: None,
        };
        let (slack, egress) = (SlackSettings::default(), EgressPolicy::default());
        (check((mail, slack), egress, app, "https://taiwa.example.com", &mut errors), errors)
    }

    #[test]
    fn every_mistake_is_named_and_no_password_repeated() {
        let (setup, errors) =
            checked("smtps://u:hidden@mail.example.com", Some("a@b.example"), None);
        assert!(errors.is_empty() && setup.email.is_some(), "{errors:?}");
        assert!(!format!("{setup:?}").contains("hidden"), "{setup:?}");
        for (url, from, what) in [
            ("https://u:hidden@mail.example.com", Some("a@b.example"), "mail.smtp_url"),
            ("smtps://u:hidden@mail.example.com", Some("nobody"), "mail.from"),
            ("smtps://u:hidden@mail.example.com", None, "go together"),
        ] {
            let (_, errors) = checked(url, from, Some("app.example.com"));
            let all = errors.join("\n");
            assert!(all.contains(what) && all.contains("app_url"), "{all}");
            assert!(!all.contains("hidden"), "{all}");
        }
    }
}
