//! What is written is read back, in any zone and across changes of clocks.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use taiwa_ics::{Feed, FeedEvent, Limits, Span, busy, feed};

const ZONES: [Tz; 10] = [
    Tz::Asia__Tokyo,
    Tz::America__New_York,
    Tz::Europe__Berlin,
    Tz::Australia__Sydney,
    Tz::Australia__Lord_Howe,
    Tz::America__St_Johns,
    Tz::Asia__Kathmandu,
    Tz::Europe__Dublin,
    Tz::Pacific__Auckland,
    Tz::UTC,
];

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn event(number: usize, span: Span, summary: &str) -> FeedEvent {
    FeedEvent {
        uid: format!("{number}@example.com"),
        starts_at: span.0,
        ends_at: span.1,
        summary: summary.into(),
        sequence: 0,
        stamp: utc("2026-11-20T00:00:00Z"),
        description: None,
        location: None,
    }
}

fn written(zone: Tz, spans: &[Span], summary: &str) -> String {
    let events = spans.iter().enumerate().map(|(n, span)| event(n, *span, summary)).collect();
    feed(&Feed { name: "1on1".into(), zone, refresh_minutes: 15, events })
}

/// The definition that the feed brings along, under a name that nobody knows otherwise.
fn renamed(text: &str, zone: Tz) -> String {
    text.replace(zone.name(), "Somewhere")
}

fn read(text: &str, window: Span) -> Vec<Span> {
    busy(text.as_bytes(), window, Tz::Asia__Tokyo, &Limits::default()).expect("a calendar")
}

fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut out: Vec<Span> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last) if span.0 <= last.1 => last.1 = last.1.max(span.1),
            _ => out.push(span),
        }
    }
    out
}

proptest! {
    #[test]
    fn a_feed_is_read_back_in_any_zone(
        zone in prop::sample::select(&ZONES[..]),
        starts in prop::collection::vec((0_i64..1_000 * 24 * 4, 1_i64..300), 1..40),
        summary in "\\PC{0,120}",
    ) {
        let first = utc("2025-06-01T00:00:00Z");
        let spans: Vec<Span> = starts
            .into_iter()
            .map(|(quarter, minutes)| {
                let start = first + Duration::minutes(15 * quarter);
                (start, start + Duration::minutes(minutes))
            })
            .collect();
        let text = written(zone, &spans, &summary);
        let window = (utc("2025-01-01T00:00:00Z"), utc("2029-01-01T00:00:00Z"));
        let spans = merged(spans);
        prop_assert_eq!(&read(&text, window), &spans);
        // The VTIMEZONE that was written says the same as the zone database.
        prop_assert_eq!(&read(&renamed(&text, zone), window), &spans);
        for line in text.split("\r\n") {
            prop_assert!(line.len() <= 75);
        }
    }
}

#[test]
fn every_quarter_hour_around_a_change_of_clocks_is_read_back() {
    for (zone, change) in [
        (Tz::Europe__Berlin, "2027-03-28T01:00:00Z"),
        (Tz::Europe__Berlin, "2027-10-31T01:00:00Z"),
        (Tz::America__New_York, "2027-03-14T07:00:00Z"),
        (Tz::America__New_York, "2027-11-07T06:00:00Z"),
        (Tz::Australia__Sydney, "2027-04-03T16:00:00Z"),
        (Tz::Australia__Sydney, "2027-10-02T16:00:00Z"),
        (Tz::Australia__Lord_Howe, "2027-04-03T15:00:00Z"),
    ] {
        let change = utc(change);
        let window = (change - Duration::days(2), change + Duration::days(2));
        for quarter in -96..96 {
            let start = change + Duration::minutes(15 * quarter);
            let span = (start, start + Duration::minutes(15));
            let text = written(zone, &[span], "1on1");
            assert_eq!(read(&text, window), [span], "{zone} {start}");
            assert_eq!(read(&renamed(&text, zone), window), [span], "{zone} {start}");
        }
    }
}

#[test]
fn a_feed_over_years_has_every_change() {
    let day = |text: &str| (utc(text), utc(text) + Duration::hours(1));
    let spans = [day("2027-01-10T12:00:00Z"), day("2029-07-10T12:00:00Z")];
    let text = written(Tz::Europe__Berlin, &spans, "1on1");
    // What holds in January 2027, and two changes in each year until July 2029.
    assert_eq!(text.matches("BEGIN:DAYLIGHT").count(), 3);
    assert_eq!(text.matches("BEGIN:STANDARD").count(), 3);
}
