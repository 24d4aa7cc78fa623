//! What Slack answers: errors come as data, in words of its own.

use bytes::Bytes;
use chrono::TimeDelta;
use http::{Response, StatusCode, header};
use serde::Deserialize;
use taiwa_domain::notice::NotifyError;

/// An answer that went well, as far as it is read.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    ok: bool,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    pub(crate) user: Option<User>,
}

/// A person in Slack.
#[derive(Debug, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) deleted: bool,
}

/// How long to wait where Slack does not say.
const PAUSE: TimeDelta = TimeDelta::seconds(30);
/// The longest that it is believed.
const LONGEST: i64 = 3_600;

fn later(retry_after: Option<TimeDelta>, cause: &'static str) -> NotifyError {
    NotifyError::Unavailable { retry_after, cause: cause.into() }
}

pub(crate) fn read(method: &str, answer: &Response<Bytes>) -> Result<Answer, NotifyError> {
    let status = answer.status();
    if status == StatusCode::TOO_MANY_REQUESTS {
        let said = answer.headers().get(header::RETRY_AFTER).and_then(|it| it.to_str().ok());
        let seconds = said.and_then(|it| it.trim().parse::<i64>().ok());
        let wait = seconds.map_or(PAUSE, |it| TimeDelta::seconds(it.clamp(1, LONGEST)));
        return Err(later(Some(wait), "Slack asks to wait"));
    }
    if status.is_server_error() {
        return Err(later(None, "Slack has trouble"));
    }
    let found: Answer = serde_json::from_slice(answer.body())
        .map_err(|_| later(None, "what answers does not speak as Slack does"))?;
    if found.ok {
        return Ok(found);
    }
    let error = found.error.unwrap_or_default();
    // A word of Slack's vocabulary; anything else would be somebody's.
    if error.len() <= 64 && error.bytes().all(|it| it.is_ascii_lowercase() || it == b'_') {
        tracing::debug!(method, error, "Slack refuses");
    }
    Err(match error.as_str() {
        "users_not_found" | "user_not_found" | "channel_not_found" | "user_disabled"
        | "cannot_dm_bot" => NotifyError::NoSuchAddress,
        "invalid_auth"
        | "not_authed"
        | "account_inactive"
        | "token_revoked"
        | "token_expired"
        | "missing_scope"
        | "no_permission"
        | "org_login_required"
        | "access_denied"
        | "not_allowed_token_type" => NotifyError::Unauthorized,
        "ratelimited" | "rate_limited" => later(Some(PAUSE), "Slack asks to wait"),
        "internal_error"
        | "fatal_error"
        | "service_unavailable"
        | "request_timeout"
        | "team_added_to_org" => later(None, "Slack has trouble"),
        _ => NotifyError::Refused("Slack refuses the message"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str, wait: Option<&str>) -> Result<Answer, NotifyError> {
        let mut response = Response::builder().status(status);
        if let Some(wait) = wait {
            response = response.header("retry-after", wait);
        }
        read("chat.postMessage", &response.body(Bytes::from(body.to_owned())).unwrap())
    }

    fn waits(found: Result<Answer, NotifyError>) -> Option<i64> {
        match found {
            Err(NotifyError::Unavailable { retry_after, .. }) => {
                Some(retry_after.map_or(0, |it| it.num_seconds()))
            }
            _ => None,
        }
    }

    #[test]
    fn who_asks_to_wait_is_waited_for() {
        assert_eq!(waits(answer(429, "", Some("7"))), Some(7));
        assert_eq!(waits(answer(429, "", Some("99999999"))), Some(3_600));
        assert_eq!(waits(answer(429, "", Some("soon"))), Some(30));
        assert_eq!(waits(answer(429, "", None)), Some(30));
        assert_eq!(waits(answer(200, r#"{"ok":false,"error":"ratelimited"}"#, None)), Some(30));
        assert_eq!(waits(answer(503, "down", None)), Some(0));
        assert_eq!(waits(answer(200, "<html>", None)), Some(0));
    }

    #[test]
    fn errors_are_told_apart() {
        let error = |word: &str| {
            answer(200, &format!(r#"{{"ok":false,"error":"{word}"}}"#), None).unwrap_err()
        };
        assert!(matches!(error("users_not_found"), NotifyError::NoSuchAddress));
        assert!(matches!(error("token_revoked"), NotifyError::Unauthorized));
        assert!(matches!(error("missing_scope"), NotifyError::Unauthorized));
        assert!(matches!(error("msg_too_long"), NotifyError::Refused(_)));
        assert!(matches!(error("Bearer xoxb-1"), NotifyError::Refused(_)));
        let found = answer(200, r#"{"ok":true,"user":{"id":"U1","deleted":true}}"#, None).unwrap();
        assert!(found.user.is_some_and(|it| it.id == "U1" && it.deleted));
    }
}
