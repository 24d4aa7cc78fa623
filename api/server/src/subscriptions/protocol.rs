//! The messages of graphql-transport-ws.

use axum::extract::ws::CloseFrame;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value};
use taiwa_operations::socket::Lost;

use crate::{
    http::{Answer, Payload},
    sockets::Credentials,
};

/// The longest id of an operation that is taken.
const LONGEST_ID: usize = 128;

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Said {
    /// Who it is.
    ConnectionInit {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    /// Whether we are there.
    Ping {},
    /// That it is there.
    Pong {},
    /// Begin an operation.
    Subscribe { id: String, payload: Payload },
    /// End an operation.
    Complete { id: String },
}

impl Said {
    /// Reads a message; none if it is no message.
    pub(super) fn read(text: &str) -> Option<Self> {
        let said: Self = serde_json::from_str(text).ok()?;
        match &said {
            Self::Subscribe { id, .. } if id.is_empty() || id.len() > LONGEST_ID => None,
            _ => Some(said),
        }
    }
}

/// The credentials of an introduction.
pub(super) fn credentials(payload: Option<&Map<String, Value>>) -> Option<Credentials> {
    let text = |name: &str| {
        let found = payload?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.as_str())
    };
    if let Some(ticket) = text("ticket") {
        return Some(Credentials::Ticket(SecretString::from(ticket.to_owned())));
    }
    Credentials::bearer(text("authorization")?)
}

/// The introduction was taken.
pub(super) const ACKNOWLEDGED: &str = r#"{"type":"connection_ack"}"#;
/// We are there.
pub(super) const PONG: &str = r#"{"type":"pong"}"#;

/// An answer to an operation. The errors of one that was refused end it.
pub(super) fn answer(id: &str, answer: &Answer) -> String {
    match answer {
        Answer::Next(result) => message("next", id, Some(result)),
        Answer::Refused(errors) => message("error", id, Some(errors)),
    }
}

/// An operation has ended.
pub(super) fn complete(id: &str) -> String {
    message("complete", id, None)
}

fn message(kind: &str, id: &str, payload: Option<&[u8]>) -> String {
    let mut text = format!(r#"{{"id":{},"type":"{kind}""#, Value::from(id));
    if let Some(payload) = payload {
        text.push_str(r#","payload":"#);
        text.push_str(&String::from_utf8_lossy(payload));
    }
    text.push('}');
    text
}

/// Why a socket closes, as its client hears it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    Malformed,
    Unauthorized,
    Forbidden,
    Subprotocol,
    Silent,
    InUse(String),
    Twice,
    Again(&'static str),
}

impl Closing {
    pub(super) fn frame(self) -> CloseFrame {
        let (code, reason) = match self {
            Self::Malformed => (4400, "Invalid message".into()),
            Self::Unauthorized => (4401, "Unauthorized".into()),
            Self::Forbidden => (4403, "Forbidden".into()),
            Self::Subprotocol => (4406, "Subprotocol not acceptable".into()),
            Self::Silent => (4408, "Connection initialisation timeout".into()),
            // A close frame holds 123 bytes.
            Self::InUse(id) if id.len() <= 64 => {
                (4409, format!("Subscriber for {id} already exists"))
            }
            Self::InUse(_) => (4409, "Subscriber already exists".into()),
            Self::Twice => (4429, "Too many initialisation requests".into()),
            Self::Again(why) => (1013, why.into()),
        };
        CloseFrame { code, reason: reason.into() }
    }
}

impl From<Lost> for Closing {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Expired => Self::Unauthorized,
            Lost::Forbidden => Self::Forbidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_messages_are_messages() {
        for text in [
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":null}"#,
            r#"{"type":"connection_init","payload":{"authorization":"Bearer x"}}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"pong","payload":{"a":1}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":{"n":[1,{"b":null}]}}}"#,
            r#"{"type":"complete","id":"1"}"#,
        ] {
            assert!(Said::read(text).is_some(), "{text}");
        }
        let long = format!(r#"{{"type":"subscribe","id":"{}","payload":{{}}}}"#, "x".repeat(129));
        let deep = format!(r#"{{"type":"ping","payload":{}"#, "[".repeat(100_000));
        for text in [
            "",
            "x",
            "[]",
            "{}",
            r#"{"type":"start","id":"1"}"#,
            r#"{"type":"connection_init","payload":"Bearer x"}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":5}}"#,
            r#"{"type":"complete"}"#,
            &long,
            &deep,
        ] {
            assert!(Said::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_introduction_shows_a_token_or_a_ticket() {
        let shown = |payload: Value| match credentials(payload.as_object()) {
            None => "none",
            Some(Credentials::Ticket(_)) => "ticket",
            Some(Credentials::Bearer(_)) => "bearer",
        };
        assert_eq!(shown(serde_json::json!({"authorization": "Bearer x"})), "bearer");
        assert_eq!(shown(serde_json::json!({"Authorization": "bearer x"})), "bearer");
        assert_eq!(shown(serde_json::json!({"ticket": "x"})), "ticket");
        for nothing in
            [serde_json::json!({}), serde_json::json!({"authorization": "x"}), Value::Null]
        {
            assert_eq!(shown(nothing), "none");
        }
    }

    #[test]
    fn an_id_comes_back_as_it_was_given() {
        let id = "a\"b\\c\u{1f}";
        for text in [answer(id, &Answer::Next(b"{}".to_vec())), complete(id)] {
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(value["id"], id);
        }
        let refused = answer("1", &Answer::Refused(b"[{\"message\":\"x\"}]".to_vec()));
        let value: Value = serde_json::from_str(&refused).unwrap();
        assert_eq!(value["payload"][0]["message"], "x");
        let reason = Closing::InUse("x".repeat(128)).frame().reason;
        assert!(reason.len() <= 123, "{reason}");
    }
}
