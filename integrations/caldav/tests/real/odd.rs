//! Spans that move on, limits, clocks that are wrong, and events that come back.

use chrono::TimeDelta;
use taiwa_domain::{
    calendar::{CalendarError, CalendarProvider, Wanted},
    meeting::Slot,
};

use crate::{
    proxy::Fault,
    world::{World, december, events, half_hour, pages, utc, wanted},
};

/// What comes nearer with the days has not changed: a span that reaches beyond what was read is
/// read anew, one within it is not.
#[tokio::test]
async fn a_span_that_leaves_the_cursors_window_is_read_anew() {
    let [tokens, tags] = [["sync-collection", "sync-token"].as_slice(), &["getctag"]];
    for hidden in [Vec::new(), tokens.to_vec(), [tokens, tags].concat()] {
        let world = World::xandikos().await;
        world.proxy.hide(&hidden);
        let calendar = world.calendar("hanako").await;
        calendar.put(&wanted(1, "2027-01-02T01:00:00Z"), None).await.expect("it is placed");
        let (all, cursor) = pages(&calendar, None, december()).await;
        assert!(events(&all).is_empty(), "it lies beyond");
        calendar.put(&wanted(2, "2026-12-20T01:00:00Z"), None).await.expect("it is placed");
        let within = Slot { starts_at: december().starts_at + TimeDelta::days(7), ..december() };
        let (changes, cursor) = pages(&calendar, Some(&cursor), within).await;
        assert_eq!(events(&changes).len(), 1, "what changed within it is told");
        let beyond = Slot { ends_at: december().ends_at + TimeDelta::days(7), ..within };
        let expired = calendar.changes(Some(&cursor), beyond).await;
        assert!(matches!(expired, Err(CalendarError::CursorExpired)), "{hidden:?}: {expired:?}");
        let (all, _) = pages(&calendar, None, beyond).await;
        assert_eq!(events(&all).len(), 2, "both are in it now");
    }
}

/// Writes are limited long before reads are: then reading goes on.
#[tokio::test]
async fn a_server_that_limits_writes_alone() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    let ours = wanted(1, "2026-12-02T01:00:00Z");
    world.proxy.fault(Fault::AnswerWith("PUT", 429, "retry-after", "30"));
    let put = calendar.put(&ours, None).await;
    let Err(CalendarError::Unavailable { retry_after, .. }) = put else { panic!("{put:?}") };
    assert_eq!(retry_after, Some(TimeDelta::seconds(30)));
    assert!(calendar.busy(december()).await.expect("reads").is_empty());
    assert!(calendar.find(&ours.uid).await.expect("looks").is_none());
    calendar.put(&ours, None).await.expect("it is placed later");
    world.proxy.fault(Fault::AnswerWith("DELETE", 429, "retry-after", "30"));
    let cancel = calendar.cancel(&ours.uid).await;
    assert!(matches!(cancel, Err(CalendarError::Unavailable { .. })), "{cancel:?}");
    assert_eq!(calendar.busy(december()).await.expect("reads"), [ours.slot]);
}

/// An event that cannot be had, inside an answer that succeeds, is no free time.
#[tokio::test]
async fn an_error_of_one_event_inside_a_success_is_an_error() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    for body in [
        "<D:multistatus xmlns:D='DAV:'><D:response><D:href>/hanako/work/a.ics</D:href>\
         <D:status>HTTP/1.1 500 Internal Server Error</D:status></D:response></D:multistatus>",
        "<D:multistatus xmlns:D='DAV:'><D:response><D:href>/hanako/work/a.ics</D:href>\
         <D:propstat><D:prop><C:calendar-data xmlns:C='urn:ietf:params:xml:ns:caldav'/></D:prop>\
         <D:status>HTTP/1.1 403 Forbidden</D:status></D:propstat></D:response></D:multistatus>",
        "<D:multistatus xmlns:D='DAV:'><D:response><D:href>/hanako/work/</D:href>\
         <D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response></D:multistatus>",
    ] {
        world.proxy.fault(Fault::Answer("REPORT", 207, body));
        let busy = calendar.busy(december()).await;
        assert!(busy.is_err(), "{body}: {busy:?}");
    }
    assert!(calendar.busy(december()).await.expect("reads").is_empty());
}

/// Our clock may be wrong by years: nothing that is read or written hangs on it.
#[tokio::test]
async fn clock_skew() {
    let world = World::xandikos().await;
    let (hanako, taro) = (world.calendar("hanako").await, world.calendar("taro").await);
    for (number, years) in [(1, 10), (2, -10)] {
        let wrong = world
            .calendar_at("hanako", utc("2026-11-22T09:00:00Z") + TimeDelta::days(365 * years))
            .await;
        let ours = Wanted {
            guest: Some("taro@example.com".to_owned()),
            ..wanted(number, "2026-12-02T01:00:00Z")
        };
        let placed = wrong.put(&ours, None).await.expect("it is placed");
        let found = wrong.find(&ours.uid).await.expect("looks").expect("it stands");
        assert_eq!((found.slot, &found.version), (ours.slot, &placed.version));
        let moved = Wanted { slot: half_hour("2026-12-03T01:00:00Z"), sequence: 1, ..ours.clone() };
        wrong.put(&moved, found.version.as_ref()).await.expect("it is moved");
        let seen = hanako.find(&ours.uid).await.expect("looks").expect("it stands");
        assert_eq!(seen.slot, moved.slot, "whoever's clock is right sees the same");
        let copy = events(&pages(&taro, None, december()).await.0);
        assert_eq!(copy[0].slot, moved.slot, "the guest's copy follows");
        wrong.cancel(&ours.uid).await.expect("it is cancelled");
        assert!(hanako.busy(december()).await.expect("reads").is_empty());
    }
}

/// An owner takes the deleted one out of the wastebasket, beside the one made in its place.
#[tokio::test]
async fn cancelling_takes_away_all_of_the_name() {
    for world in [World::radicale().await, World::xandikos().await] {
        let calendar = world.calendar("hanako").await;
        let ours = wanted(1, "2026-12-02T01:00:00Z");
        world.proxy.fault(Fault::Answer("PUT", 400, "<d:error xmlns:d='DAV:'/>"));
        calendar.put(&ours, None).await.expect("it is placed, as the second of its name");
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
             DTSTAMP:20261122T000000Z\r\nDTSTART:20261204T010000Z\r\nDTEND:20261204T013000Z\r\n\
             SUMMARY:1on1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            uid = ours.uid.as_str()
        );
        world.hand("hanako", &["raw", &format!("{}.ics", ours.uid.as_str()), &text]).await;
        assert_eq!(world.hand("hanako", &["count"]).await, 2);
        calendar.cancel(&ours.uid).await.expect("it is cancelled");
        assert_eq!(world.hand("hanako", &["count"]).await, 0, "{:?}", world.kind);
        assert!(calendar.find(&ours.uid).await.expect("looks").is_none());
    }
}

/// What a server calls its places is stored: one without measure is as good as none.
#[tokio::test]
async fn a_token_without_measure_is_not_kept() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    let body = format!(
        "<D:multistatus xmlns:D='DAV:'><D:response><D:href>/hanako/work/</D:href><D:propstat>\
         <D:prop><D:sync-token>{long}</D:sync-token></D:prop><D:status>HTTP/1.1 200 OK</D:status>\
         </D:propstat></D:response></D:multistatus>",
        long = "t".repeat(100_000)
    );
    world.proxy.fault(Fault::Answer("PROPFIND", 207, body.leak()));
    let (all, cursor) = pages(&calendar, None, december()).await;
    assert!(all[0].complete);
    assert!(cursor.as_str().ends_with(" unknown"), "{} bytes", cursor.as_str().len());
    calendar.put(&wanted(1, "2026-12-02T01:00:00Z"), None).await.expect("it is placed");
    let (all, _) = pages(&calendar, Some(&cursor), december()).await;
    assert!(all[0].complete && events(&all).len() == 1, "the whole is read instead");
}

/// A proxy that asks people to sign in again answers with a page of its own: nothing was written,
/// and nothing was taken away.
#[tokio::test]
async fn a_sign_in_page_is_no_success() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    let ours = wanted(1, "2026-12-02T01:00:00Z");
    world.proxy.fault(Fault::AnswerWith("PUT", 303, "location", "/.web/"));
    let put = calendar.put(&ours, None).await;
    assert!(matches!(put, Err(CalendarError::Unavailable { .. })), "{put:?}");
    calendar.put(&ours, None).await.expect("it is placed");
    world.proxy.fault(Fault::AnswerWith("DELETE", 303, "location", "/.web/"));
    let cancel = calendar.cancel(&ours.uid).await;
    assert!(matches!(cancel, Err(CalendarError::Unavailable { .. })), "{cancel:?}");
    assert_eq!(calendar.busy(december()).await.expect("reads"), [ours.slot]);
}
