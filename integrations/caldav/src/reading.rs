//! How far a calendar was read, and up to which time.
//!
//! A cursor is text: the window's ends in seconds of Unix time, then the place in the history.

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_domain::{calendar::Cursor, meeting::Slot};

/// A place in the history of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The server tells what changed since.
    Token(String),
    /// The server tells whether anything changed since.
    Tag(String),
    /// The server tells nothing.
    Unknown,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) place: Place,
    /// What lies outside of it was not looked at. Changes tell what changed, not what comes nearer
    /// with the days: a span that has moved out of the window is read anew.
    pub(crate) window: Slot,
}

impl Reading {
    /// Everything that touches `span`.
    pub(crate) fn start(span: Slot, place: Place) -> Self {
        // Whole seconds, rounded outwards.
        let to = span.ends_at + TimeDelta::microseconds(999_999);
        let window = window(span.starts_at.timestamp(), to.timestamp());
        Self { place, window: window.unwrap_or(span) }
    }

    /// What a cursor of ours says, if it still covers `span`.
    pub(crate) fn read(cursor: &Cursor, span: Slot) -> Option<Self> {
        let mut parts = cursor.as_str().splitn(3, ' ');
        let mut seconds = || parts.next()?.parse().ok();
        let window = window(seconds()?, seconds()?)?;
        let place = parts.next()?;
        let place = match place.split_once(' ') {
            Some(("token", token)) => Place::Token(token.to_owned()),
            Some(("tag", tag)) => Place::Tag(tag.to_owned()),
            None if place == "unknown" => Place::Unknown,
            _ => return None,
        };
        let covers = window.starts_at <= span.starts_at && span.ends_at <= window.ends_at;
        covers.then_some(Self { place, window })
    }

    pub(crate) fn cursor(&self) -> Cursor {
        let place = match &self.place {
            Place::Token(token) => format!("token {token}"),
            Place::Tag(tag) => format!("tag {tag}"),
            Place::Unknown => "unknown".to_owned(),
        };
        let [from, to] = [self.window.starts_at, self.window.ends_at].map(|at| at.timestamp());
        Cursor(format!("{from} {to} {place}"))
    }
}

fn window(from: i64, to: i64) -> Option<Slot> {
    let at = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0);
    Some(Slot { starts_at: at(from)?, ends_at: at(to)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(from: i64, to: i64) -> Slot {
        let at = |day: i64| DateTime::from_timestamp(1_800_000_000 + day * 86_400, 0).unwrap();
        Slot { starts_at: at(from), ends_at: at(to) }
    }

    #[test]
    fn places_survive_being_stored() {
        for place in [
            Place::Token("http://sabre.io/ns/sync/1 2".into()),
            Place::Tag("\"1\"".into()),
            Place::Unknown,
        ] {
            let reading = Reading::start(days(0, 30), place);
            assert_eq!(Reading::read(&reading.cursor(), days(0, 30)), Some(reading));
        }
        for other in
            ["", "else", "token x", "0 1 else", "0 9999999999999999 unknown", "a b unknown"]
        {
            assert_eq!(Reading::read(&Cursor(other.into()), days(0, 30)), None, "{other}");
        }
    }

    #[test]
    fn a_cursor_lasts_while_what_was_read_covers_the_span() {
        let cursor = Reading::start(days(0, 30), Place::Unknown).cursor();
        for (span, lasts) in
            [(days(0, 30), true), (days(7, 30), true), (days(1, 31), false), (days(-1, 29), false)]
        {
            assert_eq!(Reading::read(&cursor, span).is_some(), lasts, "{span:?}");
        }
    }
}
