//! The calendar that a person's calendar program subscribes to.

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use crate::{
    text::Writer,
    vtimezone::{self, LOCAL},
};

pub(crate) const PRODUCT: &str = "-//Taiwa//1on1 calendar//EN";

/// A calendar to be subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// What the calendar is called in the subscriber's list.
    pub name: String,
    /// The zone whose wall clock the events are written in: the subscriber's.
    pub zone: Tz,
    /// How often programs should ask for it again. Some ask less often whatever it says.
    pub refresh_minutes: u32,
    /// What stands in it, in any order.
    pub events: Vec<FeedEvent>,
}

/// An event of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedEvent {
    /// Its identity in every copy of the calendar, the same after a change.
    pub uid: String,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End, excluded.
    pub ends_at: DateTime<Utc>,
    /// The title that others with access to the subscriber's calendar may read.
    pub summary: String,
    /// Grows with every change of its time.
    pub sequence: i32,
    /// When it was last changed.
    pub stamp: DateTime<Utc>,
    /// What the event says besides its title.
    pub description: Option<String>,
    /// Where it takes place.
    pub location: Option<String>,
}

/// The feed as RFC 5545 text.
///
/// The same feed is the same text, whatever the order of its events, so that a server can compare
/// it with what a client has. There is no METHOD: it would make the text a scheduling message, in
/// which RFC 5546 asks for each event's organizer, and a subscription is not one.
pub fn feed(feed: &Feed) -> String {
    let mut events: Vec<&FeedEvent> = feed.events.iter().collect();
    events.sort_by(|a, b| (a.starts_at, &a.uid).cmp(&(b.starts_at, &b.uid)));
    let mut out = Writer::default();
    out.line("BEGIN", "VCALENDAR");
    out.line("VERSION", "2.0");
    out.line("PRODID", PRODUCT);
    out.line("CALSCALE", "GREGORIAN");
    // The standard's name and interval (RFC 7986), and those that programs knew before it.
    out.text("NAME", &feed.name);
    out.text("X-WR-CALNAME", &feed.name);
    out.line("X-WR-TIMEZONE", feed.zone.name());
    let refresh = format!("PT{}M", feed.refresh_minutes.max(1));
    out.line("REFRESH-INTERVAL;VALUE=DURATION", &refresh);
    out.line("X-PUBLISHED-TTL", &refresh);
    let first = events.iter().map(|event| event.starts_at).min();
    let last = events.iter().map(|event| event.ends_at.max(event.starts_at)).max();
    if let (Some(first), Some(last)) = (first, last)
        && feed.zone != Tz::UTC
    {
        vtimezone::write(&mut out, feed.zone, first, last);
    }
    for event in events {
        write(&mut out, feed.zone, event);
    }
    out.line("END", "VCALENDAR");
    out.finish()
}

fn write(out: &mut Writer, zone: Tz, event: &FeedEvent) {
    out.line("BEGIN", "VEVENT");
    properties(out, zone, event);
    out.line("END", "VEVENT");
}

/// The properties of an event, without its brackets.
pub(crate) fn properties(out: &mut Writer, zone: Tz, event: &FeedEvent) {
    out.text("UID", &event.uid);
    out.line("DTSTAMP", utc(event.stamp));
    out.line("SEQUENCE", event.sequence);
    time(out, "DTSTART", zone, event.starts_at);
    // An end must lie after the start; without one the event takes no time.
    if event.ends_at > event.starts_at {
        time(out, "DTEND", zone, event.ends_at);
    }
    out.text("SUMMARY", &event.summary);
    if let Some(description) = &event.description {
        out.text("DESCRIPTION", description);
    }
    if let Some(location) = &event.location {
        out.text("LOCATION", location);
    }
    out.line("CLASS", "PRIVATE");
    out.line("STATUS", "CONFIRMED");
    out.line("TRANSP", "OPAQUE");
}

/// A wall-clock time with its zone. The second pass of an hour that the clock shows twice cannot
/// be written so: it means the first. Such a time is written in UTC.
fn time(out: &mut Writer, name: &str, zone: Tz, at: DateTime<Utc>) {
    let local = at.with_timezone(&zone);
    let meant = zone.from_local_datetime(&local.naive_local()).earliest();
    let same = meant.is_some_and(|meant| meant.offset().fix() == local.offset().fix());
    if zone == Tz::UTC || !same {
        out.line(name, utc(at));
    } else {
        out.line(&format!("{name};TZID={}", zone.name()), local.format(LOCAL));
    }
}

fn utc(at: DateTime<Utc>) -> impl std::fmt::Display {
    at.format("%Y%m%dT%H%M%SZ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(uid: &str, starts_at: &str, minutes: i64) -> FeedEvent {
        let starts_at: DateTime<Utc> = starts_at.parse().expect("an instant");
        FeedEvent {
            uid: uid.into(),
            starts_at,
            ends_at: starts_at + chrono::Duration::minutes(minutes),
            summary: "1on1".into(),
            sequence: 2,
            stamp: "2026-11-20T01:02:03Z".parse().expect("an instant"),
            description: None,
            location: Some("会議室A; 3F".into()),
        }
    }

    #[test]
    fn a_feed_looks_like_this() {
        let text = feed(&Feed {
            name: "1on1 – 山田, 花子".into(),
            zone: Tz::Asia__Tokyo,
            refresh_minutes: 15,
            events: vec![event("m-1@taiwa", "2026-12-01T01:00:00Z", 30)],
        });
        assert_eq!(
            text.replace("\r\n", "\n"),
            "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Taiwa//1on1 calendar//EN\n\
             CALSCALE:GREGORIAN\nNAME:1on1 – 山田\\, 花子\nX-WR-CALNAME:1on1 – 山田\\, 花子\n\
             X-WR-TIMEZONE:Asia/Tokyo\nREFRESH-INTERVAL;VALUE=DURATION:PT15M\n\
             X-PUBLISHED-TTL:PT15M\nBEGIN:VTIMEZONE\nTZID:Asia/Tokyo\n\
             X-LIC-LOCATION:Asia/Tokyo\nBEGIN:STANDARD\nDTSTART:19700101T000000\n\
             TZOFFSETFROM:+0900\nTZOFFSETTO:+0900\nTZNAME:JST\nEND:STANDARD\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nUID:m-1@taiwa\nDTSTAMP:20261120T010203Z\nSEQUENCE:2\n\
             DTSTART;TZID=Asia/Tokyo:20261201T100000\nDTEND;TZID=Asia/Tokyo:20261201T103000\n\
             SUMMARY:1on1\nLOCATION:会議室A\\; 3F\nCLASS:PRIVATE\nSTATUS:CONFIRMED\n\
             TRANSP:OPAQUE\nEND:VEVENT\nEND:VCALENDAR\n"
        );
    }

    #[test]
    fn the_order_of_events_does_not_matter() {
        let (a, b) =
            (event("a", "2026-12-01T01:00:00Z", 30), event("b", "2026-12-01T01:00:00Z", 30));
        let of = |events| {
            feed(&Feed { name: "x".into(), zone: Tz::Europe__Berlin, refresh_minutes: 5, events })
        };
        assert_eq!(of(vec![a.clone(), b.clone()]), of(vec![b, a]));
        assert!(!of(vec![]).contains("VTIMEZONE"));
    }

    #[test]
    fn an_hour_that_comes_twice_is_told_apart() {
        let text = feed(&Feed {
            name: "x".into(),
            zone: Tz::America__New_York,
            refresh_minutes: 5,
            // 01:30 in summer time and 01:30 in standard time.
            events: vec![
                event("a", "2026-11-01T05:30:00Z", 30),
                event("b", "2026-11-01T06:30:00Z", 30),
            ],
        });
        assert!(text.contains("DTSTART;TZID=America/New_York:20261101T013000"));
        assert!(text.contains("DTSTART:20261101T063000Z"));
        assert!(text.contains("DTEND;TZID=America/New_York:20261101T020000"));
    }
}
