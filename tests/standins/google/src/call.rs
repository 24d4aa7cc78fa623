//! Which call a request is.

use hyper::Method;

/// Kinds of calls, as they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `calendarList.list` and `.get`.
    Calendars,
    /// `events.list`.
    List,
    /// `events.get`.
    Get,
    /// `events.instances`.
    Instances,
    /// `events.insert`.
    Insert,
    /// `events.patch`.
    Patch,
    /// `events.update`.
    Update,
    /// `events.delete`.
    Delete,
    /// `freebusy.query`.
    FreeBusy,
    /// `events.watch`.
    Watch,
    /// `channels.stop`.
    Stop,
    /// The token endpoint.
    Token,
    /// The revocation endpoint.
    Revoke,
}

impl Kind {
    /// Whether it is about access: no call of the API, and in no quota of its.
    pub fn is_access(self) -> bool {
        matches!(self, Self::Token | Self::Revoke)
    }

    /// Whether it changes a calendar.
    pub fn is_write(self) -> bool {
        matches!(self, Self::Insert | Self::Patch | Self::Update | Self::Delete)
    }
}

/// A call with what its path names: calendar and event.
pub(crate) fn of(method: &Method, path: &[String]) -> Option<(Kind, String, String)> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let (kind, calendar, event) = match (method.as_str(), path.as_slice()) {
        ("POST", ["token"]) => (Kind::Token, "", ""),
        ("POST", ["revoke"]) => (Kind::Revoke, "", ""),
        ("GET", ["calendar", "v3", "users", "me", "calendarList"]) => (Kind::Calendars, "", ""),
        ("GET", ["calendar", "v3", "users", "me", "calendarList", id]) => {
            (Kind::Calendars, *id, "")
        }
        ("POST", ["calendar", "v3", "freeBusy"]) => (Kind::FreeBusy, "", ""),
        ("POST", ["calendar", "v3", "channels", "stop"]) => (Kind::Stop, "", ""),
        (method, ["calendar", "v3", "calendars", calendar, "events", rest @ ..]) => {
            match (method, rest) {
                ("GET", []) => (Kind::List, *calendar, ""),
                ("POST", []) => (Kind::Insert, *calendar, ""),
                ("POST", ["watch"]) => (Kind::Watch, *calendar, ""),
                ("GET", [event]) => (Kind::Get, *calendar, *event),
                ("PATCH", [event]) => (Kind::Patch, *calendar, *event),
                ("PUT", [event]) => (Kind::Update, *calendar, *event),
                ("DELETE", [event]) => (Kind::Delete, *calendar, *event),
                ("GET", [event, "instances"]) => (Kind::Instances, *calendar, *event),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some((kind, calendar.to_owned(), event.to_owned()))
}
