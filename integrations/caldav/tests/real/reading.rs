//! Other people's events and what a reconciler sees of them.

use chrono::TimeDelta;
use taiwa_domain::calendar::{Answer, CalendarError, CalendarProvider};

use crate::world::{World, december, events, half_hour, pages, span};

const NOTHING: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n";

/// On Xandikos: Radicale knows nobody's addresses, so there is nobody to have declined.
#[tokio::test]
async fn declined_does_not_block() {
    let world = World::xandikos().await;
    let calendar = world.calendar("hanako").await;
    let me = "hanako@example.com";
    let cases = [
        ("2026-12-02T01:00:00Z", "2026-12-02T01:30:00Z", "DECLINED", false),
        ("2026-12-02T02:00:00Z", "2026-12-02T02:30:00Z", "ACCEPTED", true),
        ("2026-12-02T03:00:00Z", "2026-12-02T03:30:00Z", "TENTATIVE", true),
        ("2026-12-02T04:00:00Z", "2026-12-02T04:30:00Z", "NEEDS-ACTION", false),
    ];
    let attendees: Vec<_> =
        cases.iter().map(|(_, _, status, _)| format!("ATTENDEE={me} {status}")).collect();
    let boss = "ORGANIZER=boss@elsewhere.example";
    let commands: Vec<_> = cases
        .iter()
        .zip(&attendees)
        .map(|((start, end, ..), attendee)| vec!["add", start, end, boss, attendee.as_str()])
        .collect();
    world.hands("hanako", &commands).await;
    for (start, _, status, blocks) in cases {
        let busy = calendar.busy(half_hour(start)).await.expect("reads");
        assert_eq!(!busy.is_empty(), blocks, "{status}");
    }
    let seen = events(&pages(&calendar, None, december()).await.0);
    let answers: Vec<_> = seen.iter().filter_map(|event| event.answer).collect();
    assert_eq!(
        answers,
        [Answer::Declined, Answer::Accepted, Answer::Tentative, Answer::Unanswered]
    );
    assert!(seen.iter().all(|event| event.attendees == 2 && !event.organizer));
    assert!(seen[3].warns() && !seen[0].warns());
    let text = format!("{seen:?}");
    assert!(!text.contains("merger") && !text.contains("boss"), "nothing foreign is told");
}

/// The old series ends, a new one goes on at another time.
async fn following(world: World) {
    let calendar = world.calendar("hanako").await;
    let times = ["2026-12-01T01:00:00Z", "2026-12-01T02:00:00Z", "RRULE=FREQ=WEEKLY;COUNT=4"];
    let series = world.hand("hanako", &["add", times[0], times[1], times[2]]).await;
    let (all, cursor) = pages(&calendar, None, december()).await;
    let seen = events(&all);
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|event| event.recurring && event.uid.is_none()));
    let keys: std::collections::BTreeSet<_> = seen.iter().map(|event| &event.key).collect();
    assert_eq!(keys.len(), 4, "each occurrence has its name");
    assert_eq!(all[0].resources.len(), 1, "and they are one resource");

    let series = series.as_str().expect("a UID");
    world.hand("hanako", &["split", series, "2026-12-15T01:00:00Z", "90"]).await;
    let (changes, _) = pages(&calendar, Some(&cursor), december()).await;
    let starts = |events: &[taiwa_domain::calendar::Event]| {
        events.iter().map(|e| e.slot.starts_at.format("%dT%H:%M").to_string()).collect::<Vec<_>>()
    };
    let expected = ["01T01:00", "08T01:00", "15T02:30", "22T02:30", "29T02:30"];
    assert_eq!(starts(&events(&changes)), expected);
    let changed: usize = changes.iter().map(|page| page.resources.len()).sum();
    assert_eq!(changed, 2, "both series, each as a whole");
    let busy = calendar.busy(december()).await.expect("reads");
    assert_eq!(busy.len(), 5, "the old times are free");
    let old = span("2026-12-15T01:00:00Z", "2026-12-15T02:00:00Z");
    assert!(calendar.busy(old).await.expect("reads").is_empty());
}

#[tokio::test]
async fn this_and_following_radicale() {
    following(World::radicale().await).await;
}

#[tokio::test]
async fn this_and_following_xandikos() {
    following(World::xandikos().await).await;
}

/// Busy time is merged, cut, and fails on what cannot be read, whatever else is there.
#[tokio::test]
async fn busy_fails_closed() {
    let world = World::xandikos().await;
    let calendar = world.calendar("hanako").await;
    let commands = [
        vec!["add", "2026-12-02T01:00:00Z", "2026-12-02T02:00:00Z"],
        vec!["add", "2026-12-02T01:30:00Z", "2026-12-02T03:00:00Z"],
        vec!["add", "2026-12-02T05:00:00Z", "2026-12-02T06:00:00Z"],
    ];
    world.hands("hanako", &commands).await;
    let asked = span("2026-12-02T01:15:00Z", "2026-12-02T05:30:00Z");
    assert_eq!(
        calendar.busy(asked).await.expect("reads"),
        [
            span("2026-12-02T01:15:00Z", "2026-12-02T03:00:00Z"),
            span("2026-12-02T05:00:00Z", "2026-12-02T05:30:00Z"),
        ]
    );
    // A zone that nobody defines.
    let text = format!(
        "{NOTHING}BEGIN:VEVENT\r\nUID:odd\r\nDTSTAMP:20261122T000000Z\r\n\
         DTSTART;TZID=Somewhere:20261202T100000\r\nDTEND;TZID=Somewhere:20261202T110000\r\n\
         SUMMARY:odd\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    world.hand("hanako", &["raw", "odd.ics", &text]).await;
    let busy = calendar.busy(december()).await;
    assert!(
        matches!(busy, Err(CalendarError::Refused(_) | CalendarError::Unavailable { .. })),
        "{busy:?}"
    );
    let (all, _) = pages(&calendar, None, december()).await;
    assert_eq!(events(&all).len(), 3, "the others are seen");
}

/// Rules that we do not follow are followed by the server.
#[tokio::test]
async fn a_series_that_we_do_not_follow_is_taken_apart_by_the_server() {
    for world in [World::radicale().await, World::xandikos().await] {
        let calendar = world.calendar("hanako").await;
        let rule = "RRULE=FREQ=HOURLY;INTERVAL=12;COUNT=3";
        let times = ["2026-12-02T01:00:00Z", "2026-12-02T01:30:00Z"];
        world.hand("hanako", &["add", times[0], times[1], rule]).await;
        let busy = calendar.busy(december()).await.expect("reads");
        let expected: Vec<_> = (0..3)
            .map(|n| half_hour("2026-12-02T01:00:00Z").starts_at + TimeDelta::hours(12 * n))
            .collect();
        let starts: Vec<_> = busy.iter().map(|slot| slot.starts_at).collect();
        assert_eq!(starts, expected, "{:?}", world.kind);
    }
}

#[tokio::test]
async fn whole_days_are_the_owners_days() {
    for world in [World::radicale().await, World::xandikos().await] {
        let calendar = world.calendar("hanako").await;
        let text = format!(
            "{NOTHING}BEGIN:VEVENT\r\nUID:leave\r\nDTSTAMP:20261122T000000Z\r\n\
             DTSTART;VALUE=DATE:20261210\r\nDTEND;VALUE=DATE:20261212\r\nSUMMARY:leave\r\n\
             END:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        world.hand("hanako", &["raw", "leave.ics", &text]).await;
        let days = span("2026-12-09T15:00:00Z", "2026-12-11T15:00:00Z");
        assert_eq!(calendar.busy(december()).await.expect("reads"), [days], "{:?}", world.kind);
        let seen = events(&pages(&calendar, None, december()).await.0);
        assert!(seen.len() == 1 && seen[0].all_day && seen[0].slot == days);
    }
}
