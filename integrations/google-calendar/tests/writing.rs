//! Placing, moving and cancelling, whatever goes wrong meanwhile.

mod support;

use serde_json::json;
use support::{ALICE, BOB, Stage, at, month, pages, slot, wanted};
use taiwa_domain::calendar::{Answer, CalendarError, CalendarProvider, EventKey, Place, Wanted};
use taiwa_google_standin::{Fault, Kind, Trouble};

fn once(kind: Kind, trouble: Trouble) -> Fault {
    Fault { user: None, kind: Some(kind), times: 1, trouble }
}

/// Google accepted the event, and the connection was cut before it said so.
#[tokio::test]
async fn an_insert_that_came_through_unheard_makes_no_second_event() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let wanted = wanted(1, "2027-01-11T01:00:00Z");
    stage.standin.fault(once(Kind::Insert, Trouble::CutAfter));
    let lost = calendar.put(&wanted, None).await;
    assert!(matches!(lost, Err(CalendarError::Unavailable { .. })), "{lost:?}");
    assert_eq!(stage.standin.hand().events(ALICE).len(), 1, "it stands all the same");
    stage.rest();
    let placed = calendar.put(&wanted, None).await.unwrap();
    assert_eq!(placed.uid.as_ref(), Some(&wanted.uid));
    assert_eq!(stage.standin.hand().events(ALICE).len(), 1, "no duplicate");
    assert_eq!(stage.standin.count(ALICE, Kind::Patch), 0, "nothing to change");
    calendar.cancel(&wanted.uid).await.unwrap();
    assert!(stage.standin.hand().events(ALICE).is_empty(), "no orphan");
}

#[tokio::test]
async fn deleted_outside() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let wanted = wanted(1, "2027-01-11T01:00:00Z");
    let placed = calendar.put(&wanted, None).await.unwrap();
    let (_, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    stage.standin.hand().delete(ALICE, wanted.uid.as_str());
    let (changed, _, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].key.as_str(), wanted.uid.as_str());
    assert!(changed[0].events.is_empty(), "it is gone");
    assert!(calendar.find(&wanted.uid).await.unwrap().is_none());
    let guarded = calendar.put(&wanted, placed.version.as_ref()).await;
    assert!(matches!(guarded, Err(CalendarError::Conflict)), "{guarded:?}");
    let back = calendar.put(&wanted, None).await.unwrap();
    assert_eq!((back.key, back.slot), (placed.key, wanted.slot), "the same event, back again");
    assert_eq!(stage.standin.count(ALICE, Kind::Update), 1);
}

/// The old time is free, and the new one is known.
#[tokio::test]
async fn moved_outside() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let wanted = wanted(1, "2027-01-11T01:00:00Z");
    let placed = calendar.put(&wanted, None).await.unwrap();
    let (_, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    let new = slot("2027-01-12T05:00:00Z", 30);
    stage.standin.hand().move_to(ALICE, wanted.uid.as_str(), new.starts_at, new.ends_at);
    let (changed, _, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    assert_eq!(changed[0].events[0].slot, new);
    assert_eq!(calendar.busy(month()).await.unwrap(), [new], "the old time is free");
    let guarded = calendar.put(&wanted, placed.version.as_ref()).await;
    assert!(matches!(guarded, Err(CalendarError::Conflict)), "a human was first: {guarded:?}");
    assert_eq!(calendar.busy(month()).await.unwrap(), [new], "and is not overruled");
}

/// The owner turns ours into an event of whole days, and we take it back.
#[tokio::test]
async fn made_a_day_a_series_and_public_outside() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let wanted = wanted(1, "2027-01-11T01:00:00Z");
    calendar.put(&wanted, None).await.unwrap();
    let hand = stage.standin.hand();
    hand.patch(
        ALICE,
        wanted.uid.as_str(),
        json!({"start": {"date": "2027-01-11", "dateTime": null, "timeZone": null},
            "end": {"date": "2027-01-12", "dateTime": null, "timeZone": null},
            "visibility": "default", "transparency": "transparent"}),
    );
    let found = calendar.find(&wanted.uid).await.unwrap().unwrap();
    assert!(found.all_day && !found.private && !found.opaque);
    assert_eq!(found.slot, slot("2027-01-10T15:00:00Z", 24 * 60), "its day in Tokyo");
    hand.patch(ALICE, wanted.uid.as_str(), json!({"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}));
    let mended = calendar.put(&wanted, None).await.unwrap();
    assert_eq!(mended.slot, wanted.slot);
    assert!(!mended.all_day && mended.private && mended.opaque && !mended.recurring);
    assert_eq!(calendar.busy(month()).await.unwrap(), [wanted.slot]);
}

#[tokio::test]
async fn what_stands_is_not_written_again() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let wanted = Wanted { place: Place::Conference, ..wanted(1, "2027-01-11T01:00:00Z") };
    let first = calendar.put(&wanted, None).await.unwrap();
    let again = calendar.put(&wanted, first.version.as_ref()).await.unwrap();
    assert_eq!(first.version, again.version);
    assert_eq!(stage.standin.count(ALICE, Kind::Patch), 0);
    let titled = Wanted { title: "面談".to_owned(), ..wanted.clone() };
    let changed = calendar.put(&titled, first.version.as_ref()).await.unwrap();
    assert_ne!(changed.version, first.version, "another title is a change");
    let event = &stage.standin.hand().events(ALICE)[0];
    assert_eq!(event["summary"], "面談");
    assert_eq!(event["start"]["timeZone"], "Asia/Tokyo");
}

#[tokio::test]
async fn an_event_carries_what_is_promised_and_no_more() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let wanted = Wanted { place: Place::Conference, ..wanted(5, "2027-01-11T01:00:00Z") };
    calendar.put(&wanted, None).await.unwrap();
    let event = &stage.standin.hand().events(ALICE)[0];
    assert_eq!(event["visibility"], "private");
    assert_eq!(event["transparency"], "opaque");
    assert_eq!(event["guestsCanModify"], false);
    assert_eq!(event["reminders"]["useDefault"], true);
    assert_eq!(event["extendedProperties"]["private"]["taiwa_uid"], wanted.uid.as_str());
    let conference = event["conferenceData"]["conferenceId"].clone();
    assert!(conference.is_string());
    // A conference stays through a move and a deletion, and goes for a room.
    let moved = Wanted { slot: slot("2027-01-12T01:00:00Z", 30), ..wanted.clone() };
    calendar.put(&moved, None).await.unwrap();
    calendar.cancel(&wanted.uid).await.unwrap();
    calendar.put(&moved, None).await.unwrap();
    assert_eq!(stage.standin.hand().events(ALICE)[0]["conferenceData"]["conferenceId"], conference);
    let room = Wanted { place: Place::Room("3F".to_owned()), ..moved };
    calendar.put(&room, None).await.unwrap();
    let event = &stage.standin.hand().events(ALICE)[0];
    assert_eq!((event["location"].as_str(), event.get("conferenceData")), (Some("3F"), None));
}

/// Google may take its time for a conference: its link comes with a later look.
#[tokio::test]
async fn the_link_of_our_own_event_comes_back_and_none_of_a_foreign_one() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let hand = stage.standin.hand();
    let foreign = json!({"conferenceData": {"createRequest": {"requestId": "theirs"}},
        "start": {"dateTime": "2027-01-12T01:00:00Z"}, "end": {"dateTime": "2027-01-12T02:00:00Z"}});
    hand.insert(ALICE, foreign);
    let wanted = Wanted { place: Place::Conference, ..wanted(1, "2027-01-11T01:00:00Z") };
    let placed = calendar.put(&wanted, None).await.unwrap();
    let link = placed.link.clone().expect("a link");
    assert!(link.starts_with("https://meet.google.com/"), "{link}");
    assert_eq!(calendar.find(&wanted.uid).await.unwrap().unwrap().link.as_ref(), Some(&link));
    let moved = Wanted { slot: slot("2027-01-11T03:00:00Z", 30), ..wanted.clone() };
    assert_eq!(calendar.put(&moved, None).await.unwrap().link.as_ref(), Some(&link), "it stays");
    let (all, _, _) = pages(&calendar, None, month()).await.unwrap();
    assert_eq!(all.len(), 2);
    assert!(all.iter().flat_map(|one| &one.events).all(|event| event.link.is_none()));
    assert!(!format!("{all:?}").contains("meet.google.com"), "{all:?}");
    let unsaid = Wanted { place: Place::Unsaid, ..moved };
    assert_eq!(calendar.put(&unsaid, None).await.unwrap().link, None, "it goes with the wish");
    // Slowly made.
    stage.standin.set(|settings| settings.slow_conferences = true);
    let slow = Wanted { place: Place::Conference, ..support::wanted(2, "2027-01-13T01:00:00Z") };
    let placed = calendar.put(&slow, None).await.unwrap();
    assert_eq!(placed.link, None, "not yet");
    let again = calendar.put(&slow, placed.version.as_ref()).await.unwrap();
    assert_eq!((again.link, again.version), (None, placed.version), "not asked for twice");
    stage.standin.hand().finish_conferences(ALICE);
    let found = calendar.find(&slow.uid).await.unwrap().unwrap();
    assert!(found.link.is_some_and(|it| it != link), "one of its own");
}

#[tokio::test]
async fn a_guest_has_a_copy_and_an_answer() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.calendar(ALICE), stage.calendar(BOB));
    let wanted = Wanted { guest: Some(BOB.to_owned()), ..wanted(1, "2027-01-11T01:00:00Z") };
    let placed = alice.put(&wanted, None).await.unwrap();
    assert_eq!(
        (placed.attendees, placed.guest, placed.organizer),
        (2, Some(Answer::Unanswered), true)
    );
    let (held, cursor, _) = pages(&bob, None, month()).await.unwrap();
    let copy = &held[0].events[0];
    assert_eq!(copy.uid.as_ref(), Some(&wanted.uid), "the copy has the same name");
    assert_eq!((copy.organizer, copy.answer), (false, Some(Answer::Unanswered)));
    stage.standin.hand().answer(BOB, wanted.uid.as_str(), "accepted");
    let found = alice.find(&wanted.uid).await.unwrap().unwrap();
    assert_eq!(found.guest, Some(Answer::Accepted));
    let moved = Wanted { slot: slot("2027-01-13T01:00:00Z", 30), ..wanted.clone() };
    let after = alice.put(&moved, found.version.as_ref()).await.unwrap();
    assert_eq!(after.guest, Some(Answer::Accepted), "a move keeps the answer");
    assert_eq!(bob.busy(month()).await.unwrap(), [moved.slot]);
    let (changed, _, _) = pages(&bob, Some(&cursor), month()).await.unwrap();
    assert_eq!(changed[0].events[0].slot, moved.slot);
    // The guest throws the copy away: the organizer sees a refusal.
    stage.standin.hand().delete(BOB, wanted.uid.as_str());
    let found = alice.find(&wanted.uid).await.unwrap().unwrap();
    assert_eq!(found.guest, Some(Answer::Declined));
    alice.cancel(&wanted.uid).await.unwrap();
    assert!(bob.busy(month()).await.unwrap().is_empty());
}

/// A pair that no longer shares a tenant: the guest is told, or the copy may stay behind.
#[tokio::test]
async fn a_guest_who_is_taken_off_is_told() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.calendar(ALICE), stage.calendar(BOB));
    let hold = wanted(1, "2027-01-11T01:00:00Z");
    let with = Wanted { guest: Some(BOB.to_owned()), ..hold.clone() };
    alice.put(&with, None).await.unwrap();
    assert_eq!(bob.busy(month()).await.unwrap(), [hold.slot]);
    alice.put(&hold, None).await.unwrap();
    assert!(bob.busy(month()).await.unwrap().is_empty());
    let last = stage.standin.requests().into_iter().rfind(|seen| seen.kind == Kind::Patch);
    let last = last.expect("it was changed").target;
    assert!(last.contains("sendUpdates=all"), "{last}");
}

#[tokio::test]
async fn declining_changes_the_owners_answer_alone() {
    let stage = Stage::new().await;
    let alice = stage.calendar(ALICE);
    let (from, to) = (at("2027-01-11T01:00:00Z"), at("2027-01-11T02:00:00Z"));
    let id = stage.standin.hand().invite(BOB, &[ALICE, "carol@example.com"], from, to);
    let key = EventKey(id.clone());
    assert_eq!(alice.busy(month()).await.unwrap().len(), 1);
    alice.decline(&key).await.unwrap();
    let writes = stage.standin.count(ALICE, Kind::Patch);
    alice.decline(&key).await.unwrap();
    assert_eq!(stage.standin.count(ALICE, Kind::Patch), writes, "declined already");
    assert!(alice.busy(month()).await.unwrap().is_empty());
    let list = stage.standin.hand().events(BOB)[0]["attendees"].clone();
    assert_eq!(list[0]["responseStatus"], "declined");
    assert_eq!(list[1]["email"], "carol@example.com", "everyone else stays");
    assert_eq!(list[1]["responseStatus"], "needsAction");
    stage.standin.hand().delete(BOB, &id);
    alice.decline(&key).await.unwrap();
    alice.decline(&EventKey("never".to_owned())).await.unwrap();
    let own = EventKey(stage.standin.hand().busy(ALICE, from, to));
    assert!(matches!(alice.decline(&own).await, Err(CalendarError::Refused(_))));
}

#[tokio::test]
async fn deleting_what_is_gone_is_success() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let wanted = wanted(1, "2027-01-11T01:00:00Z");
    calendar.cancel(&wanted.uid).await.expect("404: it never was");
    calendar.put(&wanted, None).await.unwrap();
    stage.standin.fault(once(Kind::Delete, Trouble::CutAfter));
    calendar.cancel(&wanted.uid).await.unwrap_err();
    stage.rest();
    calendar.cancel(&wanted.uid).await.expect("410: it is deleted");
    assert_eq!(stage.standin.count(ALICE, Kind::Delete), 3);
}

#[tokio::test]
async fn a_name_that_is_none_of_ours_is_refused() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let mut wanted = wanted(1, "2027-01-11T01:00:00Z");
    wanted.uid.0 = "../primary".to_owned();
    assert!(matches!(calendar.put(&wanted, None).await, Err(CalendarError::Refused(_))));
    assert_eq!(stage.standin.total(), 0);
}
