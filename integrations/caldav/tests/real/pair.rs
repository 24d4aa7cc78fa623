//! Two people of a pair, each with their own principal, on a server that carries invitations.

use taiwa_caldav::CalDavCalendar;
use taiwa_domain::calendar::{Answer, CalendarError, CalendarProvider, Event, Wanted};

use crate::world::{World, december, events, half_hour, pages, wanted};

fn invitation(at: &str) -> Wanted {
    Wanted { guest: Some("taro@example.com".to_owned()), ..wanted(1, at) }
}

/// The invited copy as its owner's calendar shows it.
async fn copy(calendar: &CalDavCalendar) -> Option<Event> {
    events(&pages(calendar, None, december()).await.0).into_iter().next()
}

#[tokio::test]
async fn invite_and_decline() {
    let world = World::xandikos().await;
    let (hanako, taro) = (world.calendar("hanako").await, world.calendar("taro").await);
    let ours = invitation("2026-12-02T01:00:00Z");
    let placed = hanako.put(&ours, None).await.expect("it is placed");
    assert!(placed.organizer && placed.attendees == 2, "{placed:?}");
    assert_eq!(placed.guest, Some(Answer::Unanswered));
    assert_eq!(hanako.busy(december()).await.expect("reads"), [ours.slot]);

    let invited = copy(&taro).await.expect("taro's calendar shows it");
    assert_eq!((invited.slot, invited.uid.as_ref()), (ours.slot, Some(&ours.uid)));
    assert!(!invited.organizer && invited.attendees == 2, "{invited:?}");
    assert_eq!(invited.answer, Some(Answer::Unanswered));
    assert!(taro.busy(december()).await.expect("reads").is_empty(), "not answered yet");

    taro.decline(&invited.key).await.expect("it is declined");
    taro.decline(&invited.key).await.expect("declining twice changes nothing");
    assert_eq!(copy(&taro).await.expect("it stands").answer, Some(Answer::Declined));
    let found = hanako.find(&ours.uid).await.expect("looks").expect("it stands");
    assert_eq!(found.guest, Some(Answer::Declined), "the organizer is told");
    assert_ne!(found.version, placed.version);

    let moved = Wanted { slot: half_hour("2026-12-03T01:00:00Z"), sequence: 1, ..ours };
    hanako.put(&moved, found.version.as_ref()).await.expect("it is moved");
    let invited = copy(&taro).await.expect("it stands");
    assert_eq!(invited.slot, moved.slot, "the copy follows");
    let found = hanako.find(&moved.uid).await.expect("looks").expect("it stands");
    assert_eq!(found.guest, Some(Answer::Unanswered), "another time asks anew");

    world.hand("taro", &["answer", moved.uid.as_str(), "taro@example.com", "ACCEPTED"]).await;
    assert_eq!(taro.busy(december()).await.expect("reads"), [moved.slot]);
    let found = hanako.find(&moved.uid).await.expect("looks").expect("it stands");
    assert_eq!(found.guest, Some(Answer::Accepted));
    world.proxy.take("");
    hanako.put(&moved, found.version.as_ref()).await.expect("it stands");
    assert_eq!(world.proxy.take("PUT"), 0, "an answer makes no difference");

    hanako.cancel(&moved.uid).await.expect("it is cancelled");
    assert!(hanako.busy(december()).await.expect("reads").is_empty());
    assert!(taro.busy(december()).await.expect("reads").is_empty(), "in the guest's calendar too");
}

#[tokio::test]
async fn an_invitation_that_is_gone_is_declined() {
    let world = World::xandikos().await;
    let (hanako, taro) = (world.calendar("hanako").await, world.calendar("taro").await);
    let ours = invitation("2026-12-02T01:00:00Z");
    hanako.put(&ours, None).await.expect("it is placed");
    let invited = copy(&taro).await.expect("taro's calendar shows it");
    world.hand("taro", &["delete", ours.uid.as_str()]).await;
    taro.decline(&invited.key).await.expect("gone is as good");
}

/// Xandikos lets a guest change their answer and not write one for a single occurrence: that is a
/// refusal, and no conflict to be tried again.
#[tokio::test]
async fn an_answer_that_the_server_does_not_take() {
    let world = World::xandikos().await;
    let taro = world.calendar("taro").await;
    let more = ["ORGANIZER=hanako@example.com", "ATTENDEE=taro@example.com"];
    let times = ["2026-12-02T01:00:00Z", "2026-12-02T01:30:00Z"];
    let series = "RRULE=FREQ=WEEKLY;COUNT=3";
    world.hand("hanako", &["add", times[0], times[1], series, more[0], more[1]]).await;
    let seen = events(&pages(&taro, None, december()).await.0);
    assert_eq!(seen.len(), 3, "the invitation arrived: {seen:?}");
    world.proxy.take("");
    let refused = taro.decline(&seen[1].key).await;
    assert!(matches!(refused, Err(CalendarError::Refused(_))), "{refused:?}");
    assert_eq!(world.proxy.take("PUT"), 1, "it is not tried again");
    assert_eq!(events(&pages(&taro, None, december()).await.0), seen, "nothing changed");
}

#[tokio::test]
async fn a_server_without_scheduling_says_so() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    let refused = calendar.put(&invitation("2026-12-02T01:00:00Z"), None).await;
    assert!(matches!(refused, Err(CalendarError::Refused(_))), "{refused:?}");
    let ours = wanted(1, "2026-12-02T01:00:00Z");
    let placed = calendar.put(&ours, None).await.expect("a hold is placed");
    let refused = calendar.decline(&placed.key).await;
    assert!(matches!(refused, Err(CalendarError::Refused(_))), "{refused:?}");
}
