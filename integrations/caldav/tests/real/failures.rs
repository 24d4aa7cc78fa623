//! Servers and networks that fail.

use chrono::TimeDelta;
use taiwa_domain::calendar::{CalendarError, CalendarProvider, Cursor, Next, Wanted};
use taiwa_egress::{Egress, EgressPolicy};

use crate::{
    proxy::Fault,
    world::{World, allowed, december, events, half_hour, login, pages, uid, wanted},
};

/// A cursor of December with a token.
fn cursor(token: &str) -> Cursor {
    let [from, to] = [december().starts_at, december().ends_at].map(|at| at.timestamp());
    Cursor(format!("{from} {to} token {token}"))
}

/// A write comes back as a change once, and then no more.
async fn echoed(world: World) {
    let calendar = world.calendar("hanako").await;
    let (_, cursor) = pages(&calendar, None, december()).await;
    let ours = wanted(1, "2026-12-02T01:00:00Z");
    let placed = calendar.put(&ours, None).await.expect("it is placed");
    let (changes, cursor) = pages(&calendar, Some(&cursor), december()).await;
    let seen = events(&changes);
    assert_eq!(seen.len(), 1, "{changes:?}");
    assert_eq!((&seen[0].key, &seen[0].uid), (&placed.key, &Some(ours.uid.clone())));
    assert_eq!(seen[0].version, placed.version, "the very state that the write returned");
    world.proxy.take("");
    let again = calendar.put(&ours, seen[0].version.as_ref()).await.expect("it stands");
    assert_eq!(again.version, placed.version, "nothing was changed");
    assert_eq!(world.proxy.take("PUT"), 0, "nothing was written");
    let (quiet, _) = pages(&calendar, Some(&cursor), december()).await;
    assert!(quiet.iter().all(|page| page.resources.is_empty()), "{quiet:?}");
}

#[tokio::test]
async fn own_write_echoed_back_radicale() {
    echoed(World::radicale().await).await;
}

#[tokio::test]
async fn own_write_echoed_back_xandikos() {
    echoed(World::xandikos().await).await;
}

/// The server has it, we do not know: writing again makes no second one.
async fn crashed(world: World) {
    let calendar = world.calendar("hanako").await;
    let ours = wanted(1, "2026-12-02T01:00:00Z");
    world.proxy.fault(Fault::LoseAnswer("PUT"));
    let lost = calendar.put(&ours, None).await;
    assert!(matches!(lost, Err(CalendarError::Unavailable { .. })), "{lost:?}");
    let again = calendar.put(&ours, None).await.expect("it stands");
    assert_eq!(again.slot, ours.slot);
    assert_eq!(world.hand("hanako", &["count"]).await, 1, "one event");

    let moved = Wanted { slot: half_hour("2026-12-02T03:00:00Z"), sequence: 1, ..ours };
    world.proxy.fault(Fault::LoseAnswer("PUT"));
    let lost = calendar.put(&moved, again.version.as_ref()).await;
    assert!(matches!(lost, Err(CalendarError::Unavailable { .. })), "{lost:?}");
    let found = calendar.find(&moved.uid).await.expect("looks").expect("it stands");
    assert_eq!(found.slot, moved.slot, "the move was done");
    calendar.put(&moved, found.version.as_ref()).await.expect("nothing is left to do");
    assert_eq!(calendar.busy(december()).await.expect("reads"), [moved.slot]);

    world.proxy.fault(Fault::LoseAnswer("DELETE"));
    let lost = calendar.cancel(&moved.uid).await;
    assert!(matches!(lost, Err(CalendarError::Unavailable { .. })), "{lost:?}");
    calendar.cancel(&moved.uid).await.expect("it is gone");
    assert_eq!(world.hand("hanako", &["count"]).await, 0);
}

#[tokio::test]
async fn crash_after_accept_radicale() {
    crashed(World::radicale().await).await;
}

#[tokio::test]
async fn crash_after_accept_xandikos() {
    crashed(World::xandikos().await).await;
}

/// Two write at once: the second sees what the first did and makes no second event.
#[tokio::test]
async fn two_workers_place_one_event() {
    for world in [World::radicale().await, World::xandikos().await] {
        let (a, b) = (world.calendar("hanako").await, world.calendar("hanako").await);
        let ours = wanted(1, "2026-12-02T01:00:00Z");
        let (first, second) = tokio::join!(a.put(&ours, None), b.put(&ours, None));
        assert_eq!(first.expect("placed").key, second.expect("placed").key);
        assert_eq!(world.hand("hanako", &["count"]).await, 1);
    }
}

#[tokio::test]
async fn a_wrong_password_never_looks_free() {
    for world in [World::radicale().await, World::xandikos().await] {
        let account = world.account("hanako").await;
        let calendar = world.open(account, &login("hanako", "changed"));
        let busy = calendar.busy(december()).await;
        assert!(matches!(busy, Err(CalendarError::Unauthorized)), "{busy:?}");
        let changes = calendar.changes(None, december()).await;
        assert!(matches!(changes, Err(CalendarError::Unauthorized)), "{changes:?}");
        let find = calendar.find(&uid(1)).await;
        assert!(matches!(find, Err(CalendarError::Unauthorized)), "{find:?}");
        let put = calendar.put(&wanted(1, "2026-12-02T01:00:00Z"), None).await;
        assert!(matches!(put, Err(CalendarError::Unauthorized)), "{put:?}");
        let cancel = calendar.cancel(&uid(1)).await;
        assert!(matches!(cancel, Err(CalendarError::Unauthorized)), "{cancel:?}");
    }
}

#[tokio::test]
async fn sync_token_expired() {
    for world in [World::radicale().await, World::xandikos().await] {
        let calendar = world.calendar("hanako").await;
        calendar.put(&wanted(1, "2026-12-02T01:00:00Z"), None).await.expect("it is placed");
        let old = cursor(&match world.kind {
            crate::world::Kind::Radicale => {
                format!("http://radicale.org/ns/sync/{}", "0".repeat(64))
            }
            crate::world::Kind::Xandikos => "0".repeat(40),
        });
        for cursor in [old, Cursor("what is this".into())] {
            let expired = calendar.changes(Some(&cursor), december()).await;
            assert!(matches!(expired, Err(CalendarError::CursorExpired)), "{expired:?}");
        }
        for (status, body) in [(403, ""), (409, ""), (410, ""), (412, "")] {
            world.proxy.fault(Fault::Answer("REPORT", status, body));
            let expired = calendar.changes(Some(&cursor("x")), december()).await;
            assert!(matches!(expired, Err(CalendarError::CursorExpired)), "{expired:?}");
        }
        let (all, _) = pages(&calendar, None, december()).await;
        assert!(all[0].complete, "without a cursor everything is read");
        assert_eq!(events(&all).len(), 1);
    }
}

/// Xandikos gives the owner a new calendar of the same name, so it is Radicale that shows this.
#[tokio::test]
async fn collection_deleted() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    let (_, cursor) = pages(&calendar, None, december()).await;
    world.hand("hanako", &["wipe"]).await;
    for cursor in [None, Some(&cursor)] {
        let gone = calendar.changes(cursor, december()).await;
        assert!(matches!(gone, Err(CalendarError::Gone)), "{gone:?}");
    }
    let gone = calendar.busy(december()).await;
    assert!(matches!(gone, Err(CalendarError::Gone)), "{gone:?}");
    let gone = calendar.find(&uid(1)).await;
    assert!(matches!(gone, Err(CalendarError::Gone)), "{gone:?}");
    let gone = calendar.put(&wanted(1, "2026-12-02T01:00:00Z"), None).await;
    assert!(matches!(gone, Err(CalendarError::Gone)), "{gone:?}");
}

#[tokio::test]
async fn server_down_then_back() {
    let mut world = World::xandikos().await;
    let ours = wanted(1, "2026-12-02T01:00:00Z");
    let calendar = world.calendar("hanako").await;
    calendar.put(&ours, None).await.expect("it is placed");
    let (_, cursor) = pages(&calendar, None, december()).await;
    world.stop();
    let busy = calendar.busy(december()).await;
    assert!(matches!(busy, Err(CalendarError::Unavailable { .. })), "{busy:?}");
    let changes = calendar.changes(Some(&cursor), december()).await;
    assert!(matches!(changes, Err(CalendarError::Unavailable { .. })), "{changes:?}");
    let put = calendar.put(&wanted(2, "2026-12-03T01:00:00Z"), None).await;
    assert!(matches!(put, Err(CalendarError::Unavailable { .. })), "{put:?}");
    world.again().await;
    let calendar = world.calendar("hanako").await;
    calendar.put(&wanted(2, "2026-12-03T01:00:00Z"), None).await.expect("it is placed");
    let (changes, _) = pages(&calendar, Some(&cursor), december()).await;
    let seen: Vec<_> = events(&changes).into_iter().filter_map(|event| event.uid).collect();
    assert_eq!(seen, [uid(2)], "the old place in the history still holds");
    assert_eq!(calendar.busy(december()).await.expect("reads").len(), 2);
}

#[tokio::test]
async fn patience_is_passed_on() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    for status in [429, 503] {
        world.proxy.fault(Fault::AnswerWith("REPORT", status, "retry-after", "90"));
        let busy = calendar.busy(december()).await;
        let Err(CalendarError::Unavailable { retry_after, .. }) = busy else { panic!("{busy:?}") };
        assert_eq!(retry_after, Some(TimeDelta::seconds(90)));
    }
    world.proxy.fault(Fault::Answer("REPORT", 207, "<html>Please log in</html>"));
    let busy = calendar.busy(december()).await;
    assert!(busy.is_err(), "a page that is no answer is not an empty calendar: {busy:?}");
}

/// As Nextcloud does while an event of the same UID lies in its wastebasket.
#[tokio::test]
async fn a_wastebasket_does_not_keep_an_event_from_coming_back() {
    let world = World::xandikos().await;
    let calendar = world.calendar("hanako").await;
    let ours = wanted(1, "2026-12-02T01:00:00Z");
    for _ in 0..2 {
        world.proxy.fault(Fault::Answer("PUT", 400, "<d:error xmlns:d='DAV:'/>"));
    }
    let placed = calendar.put(&ours, None).await.expect("it is placed");
    assert_eq!(placed.uid.as_ref(), Some(&ours.uid), "under its name");
    let found = calendar.find(&ours.uid).await.expect("looks").expect("it stands");
    assert_eq!((&found.key, found.slot), (&placed.key, ours.slot));
    world.proxy.take("");
    calendar.put(&ours, None).await.expect("it stands");
    assert_eq!(world.proxy.take("PUT"), 0, "nothing is written twice");
    calendar.cancel(&ours.uid).await.expect("it is cancelled");
    assert_eq!(world.hand("hanako", &["count"]).await, 0);
}

/// A page can be empty and not be the last one.
#[tokio::test]
async fn an_empty_page_that_is_not_the_last() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    let body = "<D:multistatus xmlns:D='DAV:'><D:response><D:href>/hanako/work/</D:href>\
                <D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>\
                <D:sync-token>second page</D:sync-token></D:multistatus>";
    world.proxy.fault(Fault::Answer("REPORT", 207, body));
    let page = calendar.changes(Some(&cursor("first")), december()).await;
    let page = page.expect("it is read");
    assert!(page.resources.is_empty() && !page.complete);
    let second = cursor("second page");
    assert_eq!(page.next, Next::Page(second.clone()));
    // The token expires before the next page is asked for.
    world.proxy.fault(Fault::Answer("REPORT", 410, ""));
    let expired = calendar.changes(Some(&second), december()).await;
    assert!(matches!(expired, Err(CalendarError::CursorExpired)), "{expired:?}");
    // A page that leads to itself leads nowhere.
    world.proxy.fault(Fault::Answer("REPORT", 207, body));
    let again = calendar.changes(Some(&second), december()).await;
    assert!(matches!(again, Err(CalendarError::Unavailable { .. })), "{again:?}");
}

/// A calendar that is too large for one answer is read in parts, and one event that is too large
/// for any makes the reading fail.
#[tokio::test]
async fn large_calendars_are_read_in_parts() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    for number in 0..8u32 {
        let at = format!("2026-12-{:02}T01:00:00Z", number + 1);
        calendar.put(&wanted(number.into(), &at), None).await.expect("it is placed");
    }
    let account = world.account("hanako").await;
    let narrow = |response_bytes| {
        let egress = Egress::new(EgressPolicy { response_bytes, ..allowed() }).expect("a client");
        world.open_with(egress, account.clone(), &login("hanako", "hanako-password"))
    };
    assert_eq!(narrow(4_000).busy(december()).await.expect("reads").len(), 8);
    let (all, _) = pages(&narrow(4_000), None, december()).await;
    assert_eq!(events(&all).len(), 8);
    let refused = narrow(600).busy(december()).await;
    assert!(matches!(refused, Err(CalendarError::Refused(_))), "{refused:?}");
}
