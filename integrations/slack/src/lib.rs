//! Slack behind the port of ways out ([`taiwa_domain::notice::Notifier`]): an organization's bot
//! finds people by their work address and writes to each alone.
//!
//! Slack cannot be asked to take the same message once; what is sent again carries the same id in
//! its metadata.

mod answer;
mod text;

use bytes::Bytes;
use http::{Method, Request, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use taiwa_domain::notice::{Message, Notifier, NotifyError, Sending};
use taiwa_egress::Egress;

use answer::{Answer, read};

/// Where Slack's API is.
pub const ENDPOINT: &str = "https://slack.com";

/// An organization's Slack, opened by its bot token.
#[derive(Clone)]
pub struct Slack {
    egress: Egress,
    endpoint: String,
    token: SecretString,
}

impl std::fmt::Debug for Slack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slack").finish_non_exhaustive()
    }
}

impl Slack {
    /// With the token of a bot that has the scopes `chat:write`, `users:read` and
    /// `users:read.email`. Asks nothing yet.
    pub fn new(egress: Egress, endpoint: &str, token: SecretString) -> Self {
        Self { egress, endpoint: endpoint.trim_end_matches('/').to_owned(), token }
    }

    async fn deliver(&self, message: &Message) -> Result<(), NotifyError> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("email", &message.to.address)
            .finish();
        let kind = "application/x-www-form-urlencoded";
        let found = self.call("users.lookupByEmail", kind, form.into()).await?;
        let person = found.user.filter(|it| !it.deleted).ok_or(NotifyError::NoSuchAddress)?;
        let body = json!({
            // A person's id opens the bot's conversation with them.
            "channel": person.id,
            "text": text::of(message),
            "unfurl_links": false,
            "unfurl_media": false,
            "metadata": {
                "event_type": "taiwa_notice",
                "event_payload": {"id": message.id.simple().to_string()},
            },
        });
        let kind = "application/json; charset=utf-8";
        self.call("chat.postMessage", kind, body.to_string().into()).await.map(|_| ())
    }

    async fn call(&self, method: &str, kind: &str, body: Bytes) -> Result<Answer, NotifyError> {
        let token = format!("Bearer {}", self.token.expose_secret());
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}/api/{method}", self.endpoint))
            .header(header::AUTHORIZATION, token)
            .header(header::CONTENT_TYPE, kind)
            .body(body)
            // A token with signs that no header can hold.
            .map_err(|_| NotifyError::Unauthorized)?;
        let answer = self.egress.send(request).await;
        let answer = answer
            .map_err(|cause| NotifyError::Unavailable { retry_after: None, cause: cause.into() })?;
        read(method, &answer)
    }
}

impl Notifier for Slack {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }
}
