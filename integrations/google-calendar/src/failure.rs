//! What Google's errors mean
//! (<https://developers.google.com/workspace/calendar/api/guides/errors>).

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use taiwa_domain::calendar::CalendarError;

/// Why a call gave nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Google's final word.
    Answer(Answer),
    /// Not now.
    Unavailable { retry_after: Option<TimeDelta>, cause: Box<dyn std::error::Error + Send + Sync> },
    /// The account gives no access (any more).
    Unauthorized,
    /// The set-up is wrong; says what.
    Refused(&'static str),
}

/// A status with Google's own word for the reason: neither carries any content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Google answered {status} ({reason})")]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) reason: String,
    /// The parameter it is about, if one.
    pub(crate) location: String,
}

/// Our turn has not come.
#[derive(Debug, thiserror::Error)]
#[error("the quota of calls to Google is used up for now")]
pub(crate) struct Paced;

/// The answer is not what the API promises.
#[derive(Debug, thiserror::Error)]
#[error("Google's answer could not be read")]
pub(crate) struct Unreadable;

/// The operator of this server must mend it. No account is at fault, so none counts as lost: calls
/// are [`CalendarError::Unavailable`] with this as their cause until it is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misconfigured(&'static str);

/// How to go on after an answer that is no success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It is what it is.
    Final,
    /// The access token is not accepted.
    NewToken,
    /// The account's own rate, or one calendar's.
    SlowUser,
    /// The project's.
    SlowProject,
    /// Google's own trouble: whether a write took effect is not known.
    Broken,
}

impl Answer {
    /// Reads an error's body: Calendar's own form, or that of Google's front end.
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Body {
            error: Fault,
        }
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Fault {
            errors: Vec<Item>,
            status: String,
        }
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Item {
            reason: String,
            location: String,
        }
        let fault = serde_json::from_slice::<Body>(body).unwrap_or_default().error;
        let first = fault.errors.into_iter().next().unwrap_or_default();
        let reason = if first.reason.is_empty() { fault.status } else { first.reason };
        let word = |text: String| {
            text.chars()
                .filter(|c| c.is_ascii_alphanumeric() || "._".contains(*c))
                .take(64)
                .collect()
        };
        Self { status, reason: word(reason), location: word(first.location) }
    }

    pub(crate) fn turn(&self) -> Turn {
        match (self.status, self.reason.as_str()) {
            // An address for notices that Google does not accept is a 401 as well.
            (401, reason) if reason.starts_with("push") => Turn::Final,
            (401, _) => Turn::NewToken,
            (403, "dailyLimitExceeded") | (403 | 429, "RESOURCE_EXHAUSTED") => Turn::SlowProject,
            (403, "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded") => {
                Turn::SlowUser
            }
            (429, _) => Turn::SlowUser,
            (408 | 500..=599, _) => Turn::Broken,
            _ => Turn::Final,
        }
    }
}

/// What Google's clock says in an answer.
pub(crate) fn date(headers: &http::HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers.get(http::header::DATE)?.to_str().ok()?;
    Some(DateTime::parse_from_rfc2822(text.trim()).ok()?.to_utc())
}

/// Retry-After (RFC 9110, 10.2.3): seconds, or a date by Google's clock; `now` where the answer
/// does not say what that shows.
pub(crate) fn retry_after(headers: &http::HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<u32>() {
        Ok(seconds) => TimeDelta::seconds(seconds.into()),
        Err(_) => DateTime::parse_from_rfc2822(text).ok()?.to_utc() - date(headers).unwrap_or(now),
    };
    Some(wait.clamp(TimeDelta::zero(), TimeDelta::hours(1)))
}

impl Failure {
    /// The status of a final answer, else 0.
    pub(crate) fn status(&self) -> u16 {
        if let Self::Answer(answer) = self { answer.status } else { 0 }
    }

    pub(crate) fn misconfigured(what: &'static str) -> Self {
        let retry_after = Some(TimeDelta::minutes(15));
        Self::Unavailable { retry_after, cause: Box::new(Misconfigured(what)) }
    }

    pub(crate) fn unreadable() -> Self {
        Self::Unavailable { retry_after: None, cause: Box::new(Unreadable) }
    }
}

impl From<Failure> for CalendarError {
    fn from(failure: Failure) -> Self {
        let answer = match failure {
            Failure::Unauthorized => return Self::Unauthorized,
            Failure::Refused(what) => return Self::Refused(what),
            Failure::Unavailable { retry_after, cause } => {
                return Self::Unavailable { retry_after, cause };
            }
            Failure::Answer(answer) => answer,
        };
        match (answer.status, answer.reason.as_str()) {
            (401, reason) if reason.starts_with("push") => {
                Self::Refused("Google does not accept the address for notices")
            }
            (401, _) => Self::Unauthorized,
            (403, "notACalendarUser") => Self::Gone,
            (403, "accessNotConfigured" | "SERVICE_DISABLED") => {
                let what = "the Calendar API is not enabled in the Google project";
                Failure::misconfigured(what).into()
            }
            (403, "forbiddenForNonOrganizer") => Self::Refused("only the organizer may do this"),
            (403, _) => Self::Unauthorized,
            (404 | 410, _) => Self::Gone,
            (409 | 412, _) => Self::Conflict,
            (400..=499, _) => Self::Refused("Google does not accept the request"),
            _ => Self::Unavailable { retry_after: None, cause: Box::new(answer) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_words_and_nothing_else() {
        let body =
            br#"{"error":{"errors":[{"reason":"userRateLimitExceeded","message":"secret"}]}}"#;
        let answer = Answer::read(403, body);
        assert_eq!(answer.turn(), Turn::SlowUser);
        assert_eq!(answer.to_string(), "Google answered 403 (userRateLimitExceeded)");
        let odd = Answer::read(400, br#"{"error":{"errors":[{"reason":"Lunch with <bob@x>"}]}}"#);
        assert_eq!(odd.reason, "Lunchwithbobx");
        assert_eq!(Answer::read(503, b"<html>").turn(), Turn::Broken);
        let grpc = Answer::read(429, br#"{"error":{"status":"RESOURCE_EXHAUSTED"}}"#);
        assert_eq!(grpc.turn(), Turn::SlowProject);
        assert_eq!(Answer::read(401, b"{}").turn(), Turn::NewToken);
        let none = Answer::read(403, br#"{"error":{"errors":[{"reason":"notACalendarUser"}]}}"#);
        let none = CalendarError::from(Failure::Answer(none));
        assert!(matches!(none, CalendarError::Gone), "there is no calendar: {none}");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = "2026-12-01T00:00:00Z".parse().unwrap();
        let by = |text: &str, date: Option<&str>| {
            let mut headers = http::HeaderMap::new();
            headers.insert("retry-after", text.parse().unwrap());
            if let Some(date) = date {
                headers.insert("date", date.parse().unwrap());
            }
            retry_after(&headers, now)
        };
        let read = |text| by(text, None);
        let skewed = Some("Tue, 01 Dec 2026 02:00:00 GMT");
        assert_eq!(by("Tue, 01 Dec 2026 02:00:30 GMT", skewed), Some(TimeDelta::seconds(30)));
        assert_eq!(read("120"), Some(TimeDelta::minutes(2)));
        assert_eq!(read("Tue, 01 Dec 2026 00:00:30 GMT"), Some(TimeDelta::seconds(30)));
        assert_eq!(read("Mon, 30 Nov 2026 00:00:30 GMT"), Some(TimeDelta::zero()));
        assert_eq!(read("soon"), None);
    }
}
