//! What people do to our events with other programs.

use taiwa_domain::calendar::{CalendarError, CalendarProvider, Place, Wanted};

use crate::world::{World, december, events, half_hour, pages, uid, wanted};

async fn deleted(world: World) {
    let calendar = world.calendar("hanako").await;
    let wanted = wanted(1, "2026-12-02T01:00:00Z");
    let placed = calendar.put(&wanted, None).await.expect("it is placed");
    let (_, cursor) = pages(&calendar, None, december()).await;
    world.hand("hanako", &["delete", wanted.uid.as_str()]).await;
    assert!(calendar.find(&wanted.uid).await.expect("looks").is_none(), "it is gone");
    assert!(calendar.busy(december()).await.expect("reads").is_empty(), "its time is free");
    let (changes, _) = pages(&calendar, Some(&cursor), december()).await;
    let gone = changes.iter().flat_map(|page| &page.resources);
    let gone: Vec<_> = gone.filter(|resource| resource.events.is_empty()).collect();
    assert_eq!(gone.len(), 1, "{changes:?}");
    assert_eq!(gone[0].key.as_str(), placed.key.as_str(), "told by its name");
    let refused = calendar.put(&wanted, placed.version.as_ref()).await;
    assert!(matches!(refused, Err(CalendarError::Conflict)), "{refused:?}");
    calendar.put(&wanted, None).await.expect("it is placed again");
    assert_eq!(calendar.busy(december()).await.expect("reads"), [wanted.slot]);
}

#[tokio::test]
async fn deleted_outside_radicale() {
    deleted(World::radicale().await).await;
}

#[tokio::test]
async fn deleted_outside_xandikos() {
    deleted(World::xandikos().await).await;
}

async fn moved(world: World, verb: &str) {
    let calendar = world.calendar("hanako").await;
    let ours = wanted(1, "2026-12-02T01:00:00Z");
    let placed = calendar.put(&ours, None).await.expect("it is placed");
    let (_, cursor) = pages(&calendar, None, december()).await;
    let new = half_hour("2026-12-03T05:00:00Z");
    let times = ["2026-12-03T05:00:00Z", "2026-12-03T05:30:00Z"];
    world.hand("hanako", &[verb, ours.uid.as_str(), times[0], times[1]]).await;
    assert_eq!(calendar.busy(december()).await.expect("reads"), [new], "the old time is free");
    let found = calendar.find(&ours.uid).await.expect("looks").expect("it stands");
    assert_eq!((found.slot, found.uid.as_ref()), (new, Some(&ours.uid)));
    assert_ne!(found.version, placed.version);
    assert_eq!(found.key == placed.key, verb == "move", "under its name or another");
    let (changes, _) = pages(&calendar, Some(&cursor), december()).await;
    let seen = events(&changes);
    assert_eq!(seen.len(), 1, "{changes:?}");
    assert_eq!((seen[0].slot, seen[0].uid.as_ref()), (new, Some(&ours.uid)));

    let stale = calendar.put(&ours, placed.version.as_ref()).await;
    assert!(matches!(stale, Err(CalendarError::Conflict)), "{stale:?}");
    let back = Wanted { sequence: 1, ..ours.clone() };
    let back = calendar.put(&back, found.version.as_ref()).await.expect("it is moved back");
    assert_eq!((back.slot, &back.key), (ours.slot, &found.key), "where it stands now");
    assert_eq!(calendar.busy(december()).await.expect("reads"), [ours.slot], "no second one");
    calendar.cancel(&ours.uid).await.expect("it is cancelled");
    assert_eq!(world.hand("hanako", &["count"]).await, 0);
}

#[tokio::test]
async fn moved_outside_radicale() {
    moved(World::radicale().await, "move").await;
}

#[tokio::test]
async fn moved_outside_xandikos() {
    moved(World::xandikos().await, "move").await;
}

#[tokio::test]
async fn moved_outside_under_another_name_radicale() {
    moved(World::radicale().await, "rename").await;
}

#[tokio::test]
async fn moved_outside_under_another_name_xandikos() {
    moved(World::xandikos().await, "rename").await;
}

async fn transparent(world: World) {
    let calendar = world.calendar("hanako").await;
    let ours = wanted(1, "2026-12-02T01:00:00Z");
    calendar.put(&ours, None).await.expect("it is placed");
    world.hand("hanako", &["transparent", ours.uid.as_str()]).await;
    let found = calendar.find(&ours.uid).await.expect("looks").expect("it stands");
    assert!(!found.opaque && !found.blocks());
    assert!(calendar.busy(december()).await.expect("reads").is_empty(), "free is not busy");
    let again = calendar.put(&ours, found.version.as_ref()).await.expect("it is mended");
    assert!(again.opaque);
    assert_eq!(calendar.busy(december()).await.expect("reads"), [ours.slot]);
}

#[tokio::test]
async fn made_transparent_outside_radicale() {
    transparent(World::radicale().await).await;
}

#[tokio::test]
async fn made_transparent_outside_xandikos() {
    transparent(World::xandikos().await).await;
}

async fn says(world: World) {
    let calendar = world.calendar("hanako").await;
    let place = Place::Link("https://meet.example.com/a?b=c;d,e".to_owned());
    let ours = Wanted { place, ..wanted(1, "2026-12-02T01:00:00Z") };
    calendar.put(&ours, None).await.expect("it is placed");
    let seen = world.hand("hanako", &["look", ours.uid.as_str()]).await;
    assert_eq!(seen["start"], "2026-12-02T01:00:00+00:00");
    assert_eq!(seen["end"], "2026-12-02T01:30:00+00:00");
    assert_eq!((&seen["summary"], &seen["class"]), (&"1on1".into(), &"PRIVATE".into()));
    assert_eq!(seen["location"], "https://meet.example.com/a?b=c;d,e");
    assert_eq!(seen["meeting"], ours.meeting.0.to_string());

    world.hand("hanako", &["alarm", ours.uid.as_str()]).await;
    world.proxy.take("");
    calendar.put(&ours, None).await.expect("it stands");
    assert_eq!(world.proxy.take("PUT"), 0, "an alarm makes no difference");
    let moved = Wanted { slot: half_hour("2026-12-02T02:00:00Z"), sequence: 1, ..ours };
    calendar.put(&moved, None).await.expect("it is moved");
    let seen = world.hand("hanako", &["look", moved.uid.as_str()]).await;
    assert_eq!((&seen["alarms"], &seen["start"]), (&1.into(), &"2026-12-02T02:00:00+00:00".into()));
    assert_eq!(seen["sequence"], 2, "above what the other program wrote");
}

#[tokio::test]
async fn other_programs_read_what_we_write_radicale() {
    says(World::radicale().await).await;
}

#[tokio::test]
async fn other_programs_read_what_we_write_xandikos() {
    says(World::xandikos().await).await;
}

/// Deleting an event that is gone is done.
#[tokio::test]
async fn a_delete_answered_by_404_or_410_is_success() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    calendar.cancel(&uid(1)).await.expect("nothing was there");
    for status in [404, 410] {
        calendar.put(&wanted(1, "2026-12-02T01:00:00Z"), None).await.expect("it is placed");
        world.proxy.fault(crate::proxy::Fault::Answer("DELETE", status, ""));
        calendar.cancel(&uid(1)).await.expect("gone is gone");
    }
}
