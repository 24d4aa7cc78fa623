//! The feeds in `tests/ics/feeds` are what the code writes; `tests/ics/check.py` holds them to a
//! third-party parser. With `TAIWA_WRITE_FEEDS=1` this test writes them.

use std::path::PathBuf;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use taiwa_ics::{Feed, FeedEvent, feed};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// A year of meetings every other week from an instant, every third with everything that needs care.
fn year(zone: Tz, first: &str) -> Feed {
    let first = utc(first);
    let events = (0..26)
        .map(|week| {
            let starts_at = first + Duration::weeks(2 * week);
            FeedEvent {
                uid: format!("{week}-{}@taiwa.example.com", zone.name().replace('/', "-")),
                starts_at,
                ends_at: starts_at + Duration::minutes(30),
                summary: "1on1".into(),
                sequence: (week % 4) as i32,
                stamp: utc("2026-11-20T01:02:03Z"),
                description: (week % 3 == 0).then(|| {
                    "議題を用意する; それぞれ一つ, または二つ\nリンク: https://taiwa.example.com/meetings/\\1 ☕️ — \
                     nothing said here is rated"
                        .into()
                }),
                location: (week % 3 == 0).then(|| "会議室 A, 3階".into()),
            }
        })
        .collect();
    Feed { name: "1on1（対話）: 山田, 花子".into(), zone, refresh_minutes: 60, events }
}

/// Every half hour of the day on which clocks change.
fn change(zone: Tz, midnight: &str) -> Feed {
    let mut feed = year(zone, midnight);
    feed.events.truncate(1);
    let template = feed.events.remove(0);
    feed.events = (0..52)
        .map(|half| {
            let starts_at = template.starts_at + Duration::minutes(30 * half);
            FeedEvent {
                uid: format!("{half}@taiwa.example.com"),
                starts_at,
                ends_at: starts_at + Duration::minutes(30),
                ..template.clone()
            }
        })
        .collect();
    feed
}

#[test]
fn feeds_are_what_the_third_party_parser_checks() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/ics/feeds");
    let empty = Feed { events: Vec::new(), ..year(Tz::Asia__Tokyo, "2026-12-01T01:00:00Z") };
    for (name, content) in [
        ("tokyo.ics", year(Tz::Asia__Tokyo, "2026-12-01T01:00:00Z")),
        ("berlin.ics", year(Tz::Europe__Berlin, "2026-12-01T09:00:00Z")),
        ("new-york.ics", year(Tz::America__New_York, "2026-12-01T15:00:00Z")),
        ("sydney.ics", year(Tz::Australia__Sydney, "2026-12-01T00:00:00Z")),
        ("kathmandu.ics", year(Tz::Asia__Kathmandu, "2026-12-01T05:00:00Z")),
        ("utc.ics", year(Tz::UTC, "2026-12-01T09:00:00Z")),
        ("empty.ics", empty),
        ("berlin-spring.ics", change(Tz::Europe__Berlin, "2027-03-27T23:00:00Z")),
        ("berlin-autumn.ics", change(Tz::Europe__Berlin, "2027-10-30T22:00:00Z")),
        ("new-york-spring.ics", change(Tz::America__New_York, "2027-03-14T05:00:00Z")),
        ("new-york-autumn.ics", change(Tz::America__New_York, "2027-11-07T04:00:00Z")),
        ("lord-howe-autumn.ics", change(Tz::Australia__Lord_Howe, "2027-04-03T13:00:00Z")),
    ] {
        let (path, text) = (folder.join(name), feed(&content));
        if std::env::var_os("TAIWA_WRITE_FEEDS").is_some() {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&path, &text).expect("a file");
        }
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(known == text, "{name} is not what is written now: run with TAIWA_WRITE_FEEDS=1");
    }
}
