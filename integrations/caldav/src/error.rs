//! What goes wrong, from an answer of the server to the port's words.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta};
use http::{HeaderMap, Response, StatusCode, header};
use taiwa_domain::calendar::CalendarError;
use taiwa_egress::EgressError;

/// Conditions by which a server refuses an event for good, whatever the status: RFC 4791, 5.3.2.1,
/// RFC 6638, 3.2.4, and what Xandikos calls the latter.
const REFUSALS: [&str; 15] = [
    "allowed-attendee-scheduling-object-change",
    "allowed-organizer-scheduling-object-change",
    "attendee-allowed",
    "max-attendees-per-instance",
    "max-date-time",
    "max-instances",
    "max-resource-size",
    "min-date-time",
    "no-uid-conflict",
    "same-organizer-in-all-components",
    "supported-calendar-component",
    "supported-calendar-data",
    "unique-scheduling-object-resource",
    "valid-calendar-data",
    "valid-calendar-object-resource",
];

/// What a request came to, if not to what was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Egress(#[from] EgressError),
    #[error("the server answered {status}")]
    Status {
        status: StatusCode,
        retry_after: Option<TimeDelta>,
        /// The names of the conditions that were not met, as the server says.
        conditions: Vec<String>,
    },
    /// An answer that is not what the protocol says.
    #[error("the server's answer cannot be read: {0}")]
    Nonsense(&'static str),
    /// Another server was asked in the end, without the password, and wants one.
    #[error("the server sends us to another one")]
    Redirected(String),
    /// It will never work, whoever asks again.
    #[error("{0}")]
    Refused(&'static str),
}

impl Failure {
    /// The failure that an answer without success is.
    pub(crate) fn of(answer: &Response<Bytes>) -> Self {
        let conditions = std::str::from_utf8(answer.body())
            .ok()
            .and_then(|text| roxmltree::Document::parse(text).ok())
            .map(|document| {
                let root = document.root_element();
                let names = root.descendants().filter(|node| node.is_element()).skip(1);
                names.take(20).map(|node| node.tag_name().name().to_owned()).collect()
            });
        Self::Status {
            status: answer.status(),
            retry_after: retry_after(answer.headers()),
            conditions: conditions.unwrap_or_default(),
        }
    }

    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether the server names a condition, e.g. `no-uid-conflict`.
    pub(crate) fn names(&self, condition: &str) -> bool {
        matches!(self, Self::Status { conditions, .. } if conditions.iter().any(|c| c == condition))
    }

    /// It is not there, or no longer.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.status(), Some(StatusCode::NOT_FOUND | StatusCode::GONE))
    }

    /// Someone was first. The same status with a condition is a refusal.
    pub(crate) fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::PRECONDITION_FAILED) && !self.is_refusal()
    }

    /// The server will never take this event.
    fn is_refusal(&self) -> bool {
        REFUSALS.iter().any(|condition| self.names(condition))
    }

    pub(crate) fn is_too_large(&self) -> bool {
        matches!(self, Self::Egress(EgressError::TooLarge { .. }))
    }
}

impl From<Failure> for CalendarError {
    /// In the port's words, for a request about the calendar itself: what is not there is gone.
    fn from(failure: Failure) -> Self {
        let unavailable =
            |retry_after, cause: Failure| Self::Unavailable { retry_after, cause: Box::new(cause) };
        match failure {
            Failure::Egress(EgressError::Forbidden(_) | EgressError::Address(_)) => {
                Self::Refused("the operator's policy does not allow this server's address")
            }
            Failure::Egress(EgressError::TooLarge { .. }) => {
                Self::Refused("the server's answers are larger than allowed")
            }
            Failure::Refused(why) => Self::Refused(why),
            // The server moved: its owner must say where to.
            Failure::Redirected(_) => Self::Unauthorized,
            failure if failure.is_refusal() => Self::Refused("the server does not take this event"),
            Failure::Status { status, retry_after, .. } => match status.as_u16() {
                401 | 403 => Self::Unauthorized,
                404 | 410 => Self::Gone,
                409 | 412 => Self::Conflict,
                413 | 415 => Self::Refused("the server does not take this event"),
                507 => Self::Refused("the calendar is full"),
                400 | 405 | 422 | 501 => Self::Refused("the server does not do this"),
                _ => unavailable(retry_after, failure),
            },
            other => unavailable(None, other),
        }
    }
}

/// Longest wait that a server may ask for: what it says beyond is asked for again by then.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// `Retry-After` in seconds, or as a date compared with the server's own clock.
fn retry_after(headers: &HeaderMap) -> Option<TimeDelta> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let said = text(header::RETRY_AFTER)?;
    if let Ok(seconds) = said.parse::<u32>() {
        return Some(TimeDelta::seconds(seconds.into()).min(LONGEST_WAIT));
    }
    let date = |text: &str| DateTime::parse_from_rfc2822(text).ok();
    let (at, now) = (date(said)?, date(text(header::DATE)?)?);
    Some((at - now).clamp(TimeDelta::zero(), LONGEST_WAIT))
}

/// Why an account cannot be connected, for the person who tries.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// What was given is no address of a server.
    #[error("this is not the address of a server")]
    BadAddress,
    /// The operator's policy does not allow to ask this server.
    #[error("the operator does not allow this server's address")]
    Forbidden,
    /// Nobody answers there, or not now.
    #[error("the server cannot be reached")]
    Unreachable {
        /// How long to wait at least, if it said so.
        retry_after: Option<TimeDelta>,
        /// What happened.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Name or password is wrong, or the password is not one that programs may use.
    #[error("the server does not accept this name and password")]
    WrongPassword,
    /// The server sends us to another one, to which the password does not go by itself.
    #[error("the calendars are on another server: {address}")]
    Elsewhere {
        /// The address to connect with instead.
        address: String,
    },
    /// There is a server, and no CalDAV.
    #[error("there is no CalDAV server at this address")]
    NotCalDav,
    /// Nothing in the account can hold events.
    #[error("the account has no calendar for events")]
    NoCalendar,
}

impl From<Failure> for ConnectError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Egress(EgressError::Forbidden(_)) => Self::Forbidden,
            Failure::Egress(EgressError::Address(_)) => Self::BadAddress,
            Failure::Egress(error) => {
                Self::Unreachable { retry_after: None, cause: Box::new(error) }
            }
            Failure::Status { status, retry_after, .. } => match status.as_u16() {
                401 | 403 => Self::WrongPassword,
                429 | 500.. => Self::Unreachable { retry_after, cause: Box::new(failure) },
                _ => Self::NotCalDav,
            },
            Failure::Redirected(address) => Self::Elsewhere { address },
            Failure::Nonsense(_) | Failure::Refused(_) => Self::NotCalDav,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_times_are_read_in_both_forms() {
        let wait = |said: &'static str, date: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static(said));
            if let Some(date) = date {
                headers.insert(header::DATE, header::HeaderValue::from_static(date));
            }
            retry_after(&headers).map(|wait| wait.num_seconds())
        };
        let date = Some("Sun, 22 Nov 2026 10:00:00 GMT");
        assert_eq!(wait("120", None), Some(120));
        assert_eq!(wait("Sun, 22 Nov 2026 10:01:30 GMT", date), Some(90));
        assert_eq!(wait("Sun, 22 Nov 2026 09:00:00 GMT", date), Some(0));
        assert_eq!(wait("soon", date), None);
        assert_eq!(wait("4000000000", None), Some(3_600), "nobody is kept waiting for ever");
        assert_eq!(wait("Sun, 22 Nov 2099 10:00:00 GMT", date), Some(3_600));
        assert_eq!(wait("-1", date), None);
    }

    #[test]
    fn statuses_have_one_meaning_each() {
        let said = |status: u16, body: &'static str| {
            let mut answer = Response::new(Bytes::from_static(body.as_bytes()));
            *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
            CalendarError::from(Failure::of(&answer))
        };
        let error = |status| said(status, "");
        assert!(matches!(error(401), CalendarError::Unauthorized));
        assert!(matches!(error(403), CalendarError::Unauthorized));
        assert!(matches!(error(404), CalendarError::Gone));
        assert!(matches!(error(410), CalendarError::Gone));
        assert!(matches!(error(412), CalendarError::Conflict));
        for status in [423, 429, 500, 502, 503, 504] {
            assert!(matches!(error(status), CalendarError::Unavailable { .. }), "{status}");
        }
        assert!(matches!(error(507), CalendarError::Refused(_)));
        let refusal = "<D:error xmlns:D='DAV:' xmlns:C='c'><C:valid-calendar-data/></D:error>";
        for status in [403, 409, 412] {
            assert!(matches!(said(status, refusal), CalendarError::Refused(_)), "{status}");
        }
        let sabre = "<d:error xmlns:d='DAV:' xmlns:s='s'><s:exception/><s:header/></d:error>";
        assert!(matches!(said(412, sabre), CalendarError::Conflict));
    }
}
