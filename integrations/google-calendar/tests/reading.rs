//! What changed, and when people are busy.

mod support;

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde_json::json;
use support::{ALICE, BOB, Stage, at, month, pages, slot, wanted};
use taiwa_domain::{
    calendar::{Answer, CalendarError, CalendarProvider, Next},
    meeting::Slot,
};
use taiwa_google_standin::{Fault, Kind, Trouble};

#[tokio::test]
async fn our_own_write_comes_back_as_what_we_wrote() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let (_, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    let placed = calendar.put(&wanted(1, "2027-01-11T01:00:00Z"), None).await.unwrap();
    let (changed, cursor, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    assert_eq!(changed.len(), 1);
    let echo = &changed[0].events[0];
    assert_eq!((&echo.uid, &echo.version, echo.slot), (&placed.uid, &placed.version, placed.slot));
    let (nothing, _, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    assert!(nothing.is_empty(), "and only once");
}

#[tokio::test]
async fn a_cursor_that_expires_between_pages() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let hand = stage.standin.hand();
    stage.standin.set(|settings| settings.page_limit = 2);
    let (_, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    for hour in 1..6 {
        let from = at("2027-01-11T00:00:00Z") + TimeDelta::hours(hour);
        hand.busy(ALICE, from, from + TimeDelta::minutes(30));
    }
    let page = calendar.changes(Some(&cursor), month()).await.unwrap();
    let Next::Page(next) = page.next else { panic!("there are more pages") };
    hand.expire_tokens(ALICE);
    let expired = calendar.changes(Some(&next), month()).await;
    assert!(matches!(expired, Err(CalendarError::CursorExpired)), "{expired:?}");
    let expired = calendar.changes(Some(&cursor), month()).await;
    assert!(matches!(expired, Err(CalendarError::CursorExpired)), "{expired:?}");
    let (all, _, count) = pages(&calendar, None, month()).await.unwrap();
    assert_eq!((all.len(), count), (5, 3));
    let garbled = taiwa_domain::calendar::Cursor("{}".to_owned());
    let expired = calendar.changes(Some(&garbled), month()).await;
    assert!(matches!(expired, Err(CalendarError::CursorExpired)), "{expired:?}");
}

#[tokio::test]
async fn empty_pages_lead_on() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let (_, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    stage.standin.hand().busy(ALICE, at("2027-01-11T01:00:00Z"), at("2027-01-11T02:00:00Z"));
    stage.standin.set(|settings| settings.empty_pages = 3);
    let (changed, cursor, count) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    assert_eq!((changed.len(), count), (1, 4));
    let (changed, _, count) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    assert_eq!((changed.len(), count), (0, 1), "nothing new is no error");
}

#[tokio::test]
async fn a_deleted_calendar_is_gone() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let (_, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    stage.standin.hand().delete_calendar(ALICE);
    for cursor in [None, Some(&cursor)] {
        let gone = calendar.changes(cursor, month()).await;
        assert!(matches!(gone, Err(CalendarError::Gone)), "{gone:?}");
    }
    assert!(matches!(calendar.busy(month()).await, Err(CalendarError::Gone)));
    let put = calendar.put(&wanted(1, "2027-01-11T01:00:00Z"), None).await;
    assert!(matches!(put, Err(CalendarError::Gone)), "{put:?}");
}

/// From the third week on another hour: the old occurrences go, the new ones come.
#[tokio::test]
async fn this_and_following_edits() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let hand = stage.standin.hand();
    let (from, to) = (at("2027-01-04T01:00:00Z"), at("2027-01-04T02:00:00Z"));
    let id = hand.series(ALICE, from, to, Tz::Asia__Tokyo, "FREQ=WEEKLY;COUNT=4");
    let (all, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    assert_eq!(all.len(), 4);
    assert!(all.iter().all(|one| one.events[0].recurring));
    let next = json!({"start": {"dateTime": "2027-01-18T13:00:00+09:00", "timeZone": "Asia/Tokyo"},
        "end": {"dateTime": "2027-01-18T14:00:00+09:00", "timeZone": "Asia/Tokyo"},
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]});
    hand.this_and_following(ALICE, &id, at("2027-01-17T00:00:00Z"), next);
    let (changed, _, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    // Replayed over what was known, the calendar is as it stands.
    let mut known: std::collections::BTreeMap<_, _> =
        all.into_iter().map(|one| (one.key, one.events)).collect();
    known.extend(changed.into_iter().map(|one| (one.key, one.events)));
    let mut starts: Vec<_> = known.into_values().flatten().map(|event| event.slot).collect();
    starts.sort();
    let expected = [
        slot("2027-01-04T01:00:00Z", 60),
        slot("2027-01-11T01:00:00Z", 60),
        slot("2027-01-18T04:00:00Z", 60),
        slot("2027-01-25T04:00:00Z", 60),
    ];
    assert_eq!(starts, expected);
    assert_eq!(calendar.busy(month()).await.unwrap(), expected);
}

#[tokio::test]
async fn one_occurrence_moved_or_deleted() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let hand = stage.standin.hand();
    let (from, to) = (at("2027-01-04T01:00:00Z"), at("2027-01-04T02:00:00Z"));
    let id = hand.series(ALICE, from, to, Tz::Asia__Tokyo, "FREQ=WEEKLY;COUNT=3");
    let (_, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    let moved = slot("2027-01-12T08:00:00Z", 60);
    hand.move_to(ALICE, &format!("{id}_20270111T010000Z"), moved.starts_at, moved.ends_at);
    hand.delete(ALICE, &format!("{id}_20270118T010000Z"));
    let (changed, cursor, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    let of = |day: &str| {
        let key = format!("{id}_{day}T010000Z");
        changed.iter().find(|one| one.key.as_str() == key).expect("told")
    };
    assert_eq!(of("20270111").events[0].slot, moved);
    assert!(of("20270118").events.is_empty());
    assert_eq!(calendar.busy(month()).await.unwrap(), [slot("2027-01-04T01:00:00Z", 60), moved]);
    hand.delete(ALICE, &id);
    let (changed, _, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    assert!(changed.iter().all(|one| one.events.is_empty()));
    assert!(changed.len() >= 2, "single occurrences of a deleted series are told: {changed:?}");
}

/// Clocks change at other dates in the north and in the south: series keep their wall clock,
/// through the hour that is skipped and the one that comes twice.
#[tokio::test]
async fn clocks_that_change_in_both_hemispheres() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let hand = stage.standin.hand();
    let year = Slot { starts_at: at("2027-03-01T00:00:00Z"), ends_at: at("2027-12-01T00:00:00Z") };
    for (zone, first, expected) in [
        // The gap: 02:30 does not exist on 28 March and comes an hour later.
        (
            Tz::Europe__Berlin,
            "2027-03-27T01:30:00Z",
            ["2027-03-27T01:30:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"],
        ),
        // The fold: 02:30 comes twice on 31 October, the first counts.
        (
            Tz::Europe__Berlin,
            "2027-10-30T00:30:00Z",
            ["2027-10-30T00:30:00Z", "2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"],
        ),
        // The south: a fold on 4 April, a gap on 3 October.
        (
            Tz::Australia__Sydney,
            "2027-04-02T15:30:00Z",
            ["2027-04-02T15:30:00Z", "2027-04-03T15:30:00Z", "2027-04-04T16:30:00Z"],
        ),
        (
            Tz::Australia__Sydney,
            "2027-10-01T16:30:00Z",
            ["2027-10-01T16:30:00Z", "2027-10-02T16:00:00Z", "2027-10-03T15:30:00Z"],
        ),
    ] {
        let from = at(first);
        let id =
            hand.series(ALICE, from, from + TimeDelta::minutes(15), zone, "FREQ=DAILY;COUNT=3");
        let (all, _, _) = pages(&calendar, None, year).await.unwrap();
        let mut starts: Vec<_> =
            all.iter().flat_map(|one| &one.events).map(|e| e.slot.starts_at).collect();
        starts.sort();
        assert_eq!(starts, expected.map(at), "{zone} {first}");
        hand.delete(ALICE, &id);
    }
    // Ours, written by the wall clock of its zone on either side of a change.
    for (number, from) in ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z", "2027-03-28T01:00:00Z"]
        .into_iter()
        .enumerate()
    {
        let mut wanted = wanted(number as u128, from);
        wanted.zone = Tz::Europe__Berlin;
        let placed = calendar.put(&wanted, None).await.unwrap();
        assert_eq!(placed.slot, wanted.slot, "{from}");
    }
}

#[tokio::test]
async fn what_was_declined_does_not_block() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let hand = stage.standin.hand();
    let id = hand.invite(BOB, &[ALICE], at("2027-01-11T01:00:00Z"), at("2027-01-11T02:00:00Z"));
    let (all, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    let event = &all[0].events[0];
    assert_eq!((event.answer, event.attendees), (Some(Answer::Unanswered), 2));
    assert!(!event.blocks() && event.warns(), "an invitation without an answer warns");
    hand.answer(ALICE, &id, "accepted");
    let (changed, cursor, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    assert!(changed[0].events[0].blocks());
    hand.answer(ALICE, &id, "declined");
    let (changed, _, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    assert!(!changed[0].events[0].blocks() && !changed[0].events[0].warns());
    assert!(calendar.busy(month()).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_shows_as_free_does_not_block() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let hand = stage.standin.hand();
    let id = hand.busy(ALICE, at("2027-01-11T01:00:00Z"), at("2027-01-11T02:00:00Z"));
    hand.free(ALICE, &id);
    let (all, _, _) = pages(&calendar, None, month()).await.unwrap();
    assert!(!all[0].events[0].opaque && !all[0].events[0].blocks());
    assert!(calendar.busy(month()).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_error_of_one_calendar_inside_a_success_is_an_error() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    for reason in ["internalError", "rateLimitExceeded", "somethingNew"] {
        stage.standin.hand().busy_error(ALICE, Some(reason));
        let failed = calendar.busy(month()).await;
        assert!(matches!(failed, Err(CalendarError::Unavailable { .. })), "{reason}: {failed:?}");
    }
    stage.standin.hand().busy_error(ALICE, Some("notFound"));
    assert!(matches!(calendar.busy(month()).await, Err(CalendarError::Gone)));
    stage.standin.hand().busy_error(ALICE, None);
    assert!(calendar.busy(month()).await.unwrap().is_empty());
}

#[tokio::test]
async fn long_spans_are_asked_in_pieces_and_merged_over_their_seams() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let quarter =
        Slot { starts_at: month().starts_at, ends_at: month().starts_at + TimeDelta::days(182) };
    let seam = month().starts_at + TimeDelta::days(28);
    let over = Slot { starts_at: seam - TimeDelta::hours(1), ends_at: seam + TimeDelta::hours(1) };
    stage.standin.hand().busy(ALICE, over.starts_at, over.ends_at);
    let before = Slot {
        starts_at: quarter.starts_at - TimeDelta::hours(1),
        ends_at: quarter.starts_at + TimeDelta::hours(1),
    };
    stage.standin.hand().busy(ALICE, before.starts_at, before.ends_at);
    let cut = Slot { starts_at: quarter.starts_at, ..before };
    assert_eq!(calendar.busy(quarter).await.unwrap(), [cut, over]);
}

/// A window moves on with the days; a cursor lasts for four weeks of that.
#[tokio::test]
async fn a_span_that_leaves_the_cursors_window_is_read_anew() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let (_, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    let later = |days| Slot {
        starts_at: month().starts_at + TimeDelta::days(days),
        ends_at: month().ends_at + TimeDelta::days(days),
    };
    stage.standin.hand().busy(ALICE, at("2027-02-20T01:00:00Z"), at("2027-02-20T02:00:00Z"));
    let (changed, cursor, _) = pages(&calendar, Some(&cursor), later(27)).await.unwrap();
    assert_eq!(changed[0].events.len(), 1, "what lies in the window is told");
    stage.standin.hand().busy(ALICE, at("2027-05-20T01:00:00Z"), at("2027-05-20T02:00:00Z"));
    let (changed, cursor, _) = pages(&calendar, Some(&cursor), later(28)).await.unwrap();
    assert!(changed[0].events.is_empty(), "what lies beyond it is not");
    let expired = pages(&calendar, Some(&cursor), later(29)).await;
    assert!(matches!(expired, Err(CalendarError::CursorExpired)));
}

#[tokio::test]
async fn no_foreign_title_is_ever_asked_for_or_kept() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let hand = stage.standin.hand();
    let (from, to) = (at("2027-01-11T01:00:00Z"), at("2027-01-11T02:00:00Z"));
    hand.busy(ALICE, from, to);
    let invited = hand.invite(BOB, &[ALICE, "carol@example.com"], from, to);
    let (all, _, _) = pages(&calendar, None, month()).await.unwrap();
    calendar.busy(month()).await.unwrap();
    let wanted = wanted(1, "2027-01-12T01:00:00Z");
    let placed = calendar.put(&wanted, None).await.unwrap();
    hand.patch(ALICE, wanted.uid.as_str(), json!({"summary": "SECRET", "description": "SECRET"}));
    let found = calendar.find(&wanted.uid).await.unwrap();
    calendar.put(&wanted, None).await.unwrap();
    calendar.decline(&taiwa_domain::calendar::EventKey(invited)).await.unwrap();
    let kept = format!("{all:?} {placed:?} {found:?}");
    for word in ["SECRET", "carol", BOB] {
        assert!(!kept.contains(word), "{word} in {kept}");
    }
    for seen in stage.standin.requests() {
        let url = stage.standin.url().join(&seen.target).unwrap();
        let fields = url.query_pairs().find(|(name, _)| name == "fields").map(|(_, mask)| mask);
        let fields = fields.unwrap_or_else(|| panic!("{} asks for everything", seen.target));
        for word in ["summary", "description", "location", "displayName", "creator", "*"] {
            assert!(!fields.contains(word), "{word} in {fields}");
        }
        if seen.kind == Kind::List {
            assert!(
                !fields.contains("email") && !fields.contains("extendedProperties"),
                "{fields}"
            );
            assert!(!fields.contains("conference") && !fields.contains("Link"), "{fields}");
        }
    }
}

/// What Google could not do for an hour is done when it is back; nothing is taken for free.
#[tokio::test]
async fn down_for_an_hour_then_back() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let (_, cursor, _) = pages(&calendar, None, month()).await.unwrap();
    let trouble = Trouble::Status(503, "backendError", None);
    stage.standin.fault(Fault { user: None, kind: None, times: u32::MAX, trouble });
    let wanted = wanted(1, "2027-01-11T01:00:00Z");
    let down = stage.standin.total();
    for _ in 0..60 {
        for failed in [
            calendar.busy(month()).await.map(drop),
            calendar.put(&wanted, None).await.map(drop),
            calendar.changes(Some(&cursor), month()).await.map(drop),
        ] {
            let Err(CalendarError::Unavailable { retry_after: Some(_), .. }) = failed else {
                panic!("{failed:?}");
            };
        }
        stage.clock.forward(TimeDelta::minutes(1));
    }
    assert!(stage.standin.total() - down <= 64, "it is not hammered meanwhile");
    stage.standin.heal();
    stage.rest();
    calendar.put(&wanted, None).await.unwrap();
    let (changed, _, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
    assert_eq!(changed.len(), 1, "the cursor still holds");
    assert_eq!(calendar.busy(month()).await.unwrap(), [wanted.slot]);
}
