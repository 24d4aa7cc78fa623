//! How far a calendar was read.
//!
//! A cursor is compact JSON: `v` the version of this form, `from` and `to` the window that was
//! read in seconds of Unix time, `sync` the sync token and `page` the page token, where there is
//! one. A page token belongs to the query that gave it, so the query's other parameters go with
//! it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use taiwa_domain::{calendar::Cursor, meeting::Slot};

/// How far beyond the span asked for a first reading goes. A sync token keeps the window of its
/// first query, and the span asked for moves on with the days: only once it has moved out of the
/// window is everything read again.
pub(crate) const REACH: TimeDelta = TimeDelta::days(28);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    v: u8,
    from: i64,
    to: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sync: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<String>,
}

impl Place {
    /// Before anything was read.
    pub(crate) fn start(span: Slot) -> Self {
        let to = span.ends_at + REACH;
        // Whole seconds, rounded outwards.
        let to = to.timestamp() + i64::from(to.timestamp_subsec_nanos() > 0);
        Self { v: 1, from: span.starts_at.timestamp(), to, sync: None, page: None }
    }

    /// What a cursor of ours says, if it still covers `span`.
    pub(crate) fn read(cursor: &Cursor, span: Slot) -> Option<Self> {
        let place: Self = serde_json::from_str(cursor.as_str()).ok()?;
        let window = place.window()?;
        let covers = window.starts_at <= span.starts_at && span.ends_at <= window.ends_at;
        // Between pages of a first reading there is a page token, afterwards a sync token.
        (place.v == 1 && covers && (place.sync.is_some() || place.page.is_some())).then_some(place)
    }

    /// The window of the first query.
    pub(crate) fn window(&self) -> Option<Slot> {
        let at = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0);
        Some(Slot { starts_at: at(self.from)?, ends_at: at(self.to)? })
    }

    /// The next page of the same query.
    pub(crate) fn page(&self, token: String) -> Cursor {
        Self { page: Some(token), ..self.clone() }.write()
    }

    /// What comes after all pages.
    pub(crate) fn later(&self, token: String) -> Cursor {
        Self { sync: Some(token), page: None, ..self.clone() }.write()
    }

    fn write(&self) -> Cursor {
        Cursor(serde_json::to_string(self).expect("plain fields"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> Slot {
        Slot { starts_at: from.parse().unwrap(), ends_at: to.parse().unwrap() }
    }

    #[test]
    fn a_cursor_lasts_while_its_window_covers_the_span() {
        let first = span("2026-12-01T00:00:00Z", "2026-12-31T00:00:00.5Z");
        let cursor = Place::start(first).later("abc".to_owned());
        assert_eq!(Place::read(&cursor, first).unwrap().sync.as_deref(), Some("abc"));
        assert!(
            Place::read(&cursor, span("2026-12-20T00:00:00Z", "2027-01-20T00:00:00Z")).is_some()
        );
        assert!(
            Place::read(&cursor, span("2026-12-20T00:00:00Z", "2027-02-20T00:00:00Z")).is_none()
        );
        assert!(
            Place::read(&cursor, span("2026-11-20T00:00:00Z", "2026-12-20T00:00:00Z")).is_none()
        );
    }

    #[test]
    fn a_page_goes_on_with_the_query_that_gave_it() {
        let span = span("2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z");
        let place = Place::read(&Place::start(span).later("s".to_owned()), span).unwrap();
        let next = Place::read(&place.page("p".to_owned()), span).unwrap();
        assert_eq!((next.sync.as_deref(), next.page.as_deref()), (Some("s"), Some("p")));
        assert_eq!(next.window(), place.window());
        for broken in ["", "{}", "null", r#"{"v":2,"from":0,"to":9999999999,"sync":"s"}"#] {
            assert!(Place::read(&Cursor(broken.to_owned()), span).is_none(), "{broken}");
        }
    }
}
