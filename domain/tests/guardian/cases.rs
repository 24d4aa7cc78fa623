//! Each way in which calendars fail people, by name.

use chrono::TimeDelta;
use chrono_tz::Tz;
use taiwa_domain::{
    calendar::{
        Answer as Reply, Event, EventKey, EventUid, Version,
        guardian::{
            Action, Answer, DefenceLevel, Displacing, Entry, Finding, Illegal, Other, Rearranged,
            ReleaseReason, SlotState, decide, least_minutes, legality,
        },
    },
    meeting::Slot,
};

use crate::world::{World, at, person, span};

const LEVELS: [DefenceLevel; 4] = DefenceLevel::ALL;

fn original() -> Slot {
    span(at("2026-06-16T08:00:00Z"), 30)
}

fn elsewhere() -> Slot {
    span(at("2026-06-18T12:00:00Z"), 30)
}

/// Why a move by people was refused, by the last decision's history.
fn refused(history: &[Entry]) -> Option<Illegal> {
    history.iter().find_map(|entry| match entry {
        Entry::Found { refused, .. } => *refused,
        _ => None,
    })
}

#[test]
fn deleted_outside_is_put_back_twice_and_then_people_are_asked() {
    for shared in [true, false] {
        let mut world = World::pair(DefenceLevel::Move, shared);
        for time in 1..=2 {
            world.delete(0, 0);
            let decision = world.step(0);
            assert_eq!(decision.actions, [Action::PutBack { person: person(0) }]);
            assert_eq!(decision.interventions, time);
            assert!(decision.notice.is_some(), "the second time is news");
            assert_eq!(world.own(0, 0).unwrap().slot, original());
            world.settle();
            assert_eq!(world.meetings[0].state, SlotState::Protected);
        }
        let mut event = world.own(0, 0).cloned().unwrap();
        world.delete(0, 0);
        let decision = world.step(0);
        assert_eq!(decision.actions, [Action::AskPeople]);
        let notice = decision.notice.expect("they are asked");
        assert_eq!((notice.answer, notice.to.len()), (Answer::Asked, 2));
        assert!(decide(&world.situation(0)).actions.is_empty(), "and not asked again");
        // Someone settles it: brings the event back from the bin.
        event.version = Some(Version("by hand".into()));
        world.add(0, event);
        world.settle();
        assert_eq!(world.meetings[0].state, SlotState::Protected);
    }
}

#[test]
fn moved_outside_frees_the_old_time_in_both_calendars() {
    for level in LEVELS {
        let mut world = World::pair(level, false);
        world.touch(0, 1, |event| event.slot = elsewhere());
        let decision = world.step(0);
        let place = Action::Place { person: person(0), slot: elsewhere() };
        assert_eq!(decision.actions, [Action::AcceptMove { slot: elsewhere() }, place]);
        assert_eq!(decision.interventions, 0, "following people is no intervention");
        assert_eq!(decision.notice.expect("both are told").to.len(), 2);
        for who in [0, 1] {
            assert!(world.free(who, original(), usize::MAX), "the old time is free");
            assert!(!world.free(who, elsewhere(), usize::MAX), "the new time is taken");
        }
        world.settle();
        let held = &world.meetings[0];
        assert!(held.pinned && held.state == SlotState::Protected && held.slot == elsewhere());
    }
}

#[test]
fn moved_there_and_back_by_people_is_followed_and_told_each_time() {
    let mut world = World::pair(DefenceLevel::Notify, false);
    for slot in [elsewhere(), original(), elsewhere(), original()] {
        world.touch(0, 0, |event| event.slot = slot);
        assert!(world.step(0).notice.is_some(), "they are told");
        world.settle();
        assert_eq!((world.meetings[0].slot, world.meetings[0].interventions), (slot, 0));
    }
}

#[test]
fn own_write_echoed_back_makes_no_loop() {
    let mut world = World::pair(DefenceLevel::Defend, true);
    world.delete(0, 0);
    world.step(0);
    world.settle();
    // The server keeps no privacy and rounds times: it shows its own reading of what we wrote.
    let event = world.calendars[0].events.get_mut(&EventKey("ours-0".into())).unwrap();
    event.private = false;
    event.slot.ends_at += TimeDelta::seconds(30);
    let echo = decide(&world.situation(0));
    assert!(echo.actions.is_empty() && echo.history.is_empty() && echo.notice.is_none());
    // A human's change of the same event is no echo.
    event_version(&mut world, "by hand");
    assert!(!decide(&world.situation(0)).actions.is_empty());
}

fn event_version(world: &mut World, version: &str) {
    let event = world.calendars[0].events.get_mut(&EventKey("ours-0".into())).unwrap();
    event.version = Some(Version(version.into()));
}

#[test]
fn another_1on1_is_in_the_way_where_it_still_stands_and_no_longer_belongs() {
    let world = World::pair(DefenceLevel::Move, false);
    let mut side = world.situation(0).sides[0].clone();
    let own = world.own(0, 0).cloned().unwrap();
    let uid = EventUid("another".into());
    let key = EventKey("another".into());
    let event = Event { uid: Some(uid.clone()), key, slot: elsewhere(), ..own.clone() };
    side.events = vec![own, event];
    side.others = vec![Other { uid, slot: elsewhere() }];
    assert_eq!(side.in_the_way().count(), 0, "our records say where it is");
    side.others[0].slot = span(at("2026-06-19T08:00:00Z"), 30);
    assert_eq!(side.in_the_way().collect::<Vec<_>>(), [elsewhere()]);
    // One that is known to be about to leave is no news, and in the way all the same.
    side.leaving = side.events.pop().map(|event| event.slot).into_iter().collect();
    assert_eq!(side.in_the_way().collect::<Vec<_>>(), [elsewhere()]);
    assert!(side.free(elsewhere()), "a human may move the meeting there");
}

#[test]
fn a_calendar_that_shows_the_state_before_our_write_is_waited_for() {
    let mut world = World::pair(DefenceLevel::Move, false);
    let before = world.own(0, 0).cloned().unwrap();
    world.block(1, original());
    world.settle();
    let slot = world.meetings[0].slot;
    assert_ne!(slot, original(), "it was moved");
    let after = world.own(0, 0).cloned().unwrap();
    world.add(0, before);
    world.meetings[0].state = SlotState::Moving;
    let late = decide(&world.situation(0));
    assert!(late.actions.is_empty(), "no human moved it back: {:?}", late.actions);
    assert_eq!(late.state, SlotState::Moving, "it does not show where it is to be yet");
    world.add(0, after);
    let settled = decide(&world.situation(0));
    assert_eq!((settled.actions, settled.state), (Vec::new(), SlotState::Protected));
}

#[test]
fn crash_between_the_providers_answer_and_our_record_leaves_no_duplicate() {
    for wrote in [None, Some(elsewhere())] {
        let mut world = World::pair(DefenceLevel::Move, false);
        // Our record knows nothing of the write, or only of the one before it.
        world.meetings[0].written[0] =
            wrote.map(|slot| taiwa_domain::calendar::guardian::Written {
                slot,
                version: Some(Version("old".into())),
                replaced: None,
            });
        let decision = decide(&world.situation(0));
        assert!(decision.actions.is_empty(), "{:?}", decision.actions);
        assert_eq!(decision.state, SlotState::Protected);
    }
}

#[test]
fn two_pending_proposals_for_one_slot_become_one_meeting_there() {
    let mut world = World::new("2026-06-08T08:00:00Z", &[Tz::Europe__Berlin; 3], LEVELS[2]);
    let period =
        Slot { starts_at: at("2026-06-14T22:00:00Z"), ends_at: at("2026-06-28T22:00:00Z") };
    world.meet([0, 1], false, original(), period);
    world.meet([0, 2], false, span(at("2026-06-16T09:00:00Z"), 30), period);
    world.settle();
    // Both reports move their hold to the same time of the one manager.
    world.touch(0, 1, |event| event.slot = elsewhere());
    world.touch(1, 2, |event| event.slot = elsewhere());
    assert_eq!(world.step(0).actions[0], Action::AcceptMove { slot: elsewhere() });
    let second = world.step(1);
    assert_eq!(refused(&second.history), Some(Illegal::Another1on1));
    assert_eq!(second.actions, [Action::PutBack { person: person(2) }]);
    world.settle();
    assert_eq!(world.meetings[0].slot, elsewhere());
    assert_eq!(world.meetings[1].slot, span(at("2026-06-16T09:00:00Z"), 30));
}

#[test]
fn two_people_who_move_one_meeting_apart_are_asked() {
    let mut world = World::pair(DefenceLevel::Defend, false);
    world.touch(0, 0, |event| event.slot = elsewhere());
    world.touch(0, 1, |event| event.slot = span(at("2026-06-19T12:00:00Z"), 30));
    let decision = world.step(0);
    assert_eq!(
        (decision.actions, decision.state),
        (vec![Action::AskPeople], SlotState::AwaitingPeople)
    );
    // They agree.
    world.touch(0, 1, |event| event.slot = elsewhere());
    world.settle();
    assert_eq!(
        (world.meetings[0].slot, world.meetings[0].state),
        (elsewhere(), SlotState::Protected)
    );
}

#[test]
fn invalid_credential_never_drops_a_calendar_from_the_conflict_check() {
    for level in [DefenceLevel::Move, DefenceLevel::Defend] {
        // What the lost calendar last showed looks free.
        let mut world = World::pair(level, false);
        world.calendars[1].connected = false;
        world.touch(0, 0, |event| event.slot = elsewhere());
        assert_eq!(legality(&world.situation(0), elsewhere()), Err(Illegal::Unseen));
        assert_eq!(world.step(0).actions, [Action::AskPeople], "a move is not accepted blindly");

        let mut world = World::pair(level, false);
        world.calendars[1].connected = false;
        world.block(0, original());
        assert_eq!(world.step(0).actions, [Action::AskPeople], "no time is chosen blindly");

        // Nor is anything concluded from its last picture.
        let mut world = World::pair(level, false);
        world.delete(0, 1);
        world.block(1, original());
        world.calendars[1].connected = false;
        let decision = world.step(0);
        assert!(decision.actions.is_empty());
        assert_eq!(decision.state, SlotState::Protected);
        assert_eq!(decision.notice.unwrap().to.into_iter().collect::<Vec<_>>(), [person(1)]);
        assert!(decide(&world.situation(0)).notice.is_none(), "its owner is told once");
    }
}

#[test]
fn declined_and_transparent_events_do_not_block() {
    let mut world = World::pair(DefenceLevel::Defend, true);
    world.invite(0, original(), Reply::Declined);
    let key = world.block(1, original());
    world.calendars[1].events.get_mut(&key).unwrap().opaque = false;
    assert_eq!(
        decide(&world.situation(0)),
        decide(&World::pair(DefenceLevel::Defend, true).situation(0))
    );
    world.touch(0, 0, |event| event.slot = elsewhere());
    world.invite(1, elsewhere(), Reply::Declined);
    assert_eq!(legality(&world.situation(0), elsewhere()), Ok(()));
    world.invite(1, elsewhere(), Reply::Tentative);
    assert_eq!(legality(&world.situation(0), elsewhere()), Err(Illegal::Busy), "tentative ones do");
}

#[test]
fn an_event_that_ends_when_the_meeting_starts_is_not_in_the_way() {
    let mut world = World::pair(DefenceLevel::Defend, true);
    world.block(0, Slot { starts_at: at("2026-06-16T07:00:00Z"), ends_at: original().starts_at });
    world.block(1, Slot { starts_at: original().ends_at, ends_at: at("2026-06-16T09:00:00Z") });
    assert!(world.situation(0).sights().is_empty());
}

#[test]
fn this_and_following_edits_are_seen_occurrence_by_occurrence() {
    // A colleague's series moves, from one week on, onto the 1on1: a new series with new keys.
    let mut world = World::pair(DefenceLevel::Notify, true);
    for week in 0..4 {
        let start = at("2026-06-09T06:00:00Z") + TimeDelta::weeks(week);
        let start = if week < 1 { start } else { start + TimeDelta::hours(2) };
        let key = world.invite(1, span(start, 60), Reply::Accepted);
        let event = world.calendars[1].events.get_mut(&key).unwrap();
        (event.recurring, event.attendees) = (true, 12);
    }
    let sights: Vec<_> = world.situation(0).sights().into_iter().collect();
    let [sight] = &sights[..] else { panic!("one occurrence is in the way: {sights:?}") };
    let Finding::Overlapped { by, .. } = sight.finding else { panic!("{sight:?}") };
    assert_eq!(by, Displacing::RecurringLargeMeeting);

    // Someone makes a series of our own event: its occurrences carry our name.
    let mut world = World::pair(DefenceLevel::Move, true);
    world.touch(0, 0, |event| event.recurring = true);
    let mut next = world.own(0, 0).cloned().unwrap();
    next.key = EventKey("ours-0-next-week".into());
    next.slot = span(original().starts_at + TimeDelta::weeks(1), 30);
    world.add(0, next);
    assert_eq!(world.step(0).actions, [Action::PutBack { person: person(0) }]);
    world.settle();
    assert_eq!(world.calendars[0].events.len(), 1, "one event is left");
}

#[test]
fn cancel_frees_the_slot() {
    for shared in [true, false] {
        let mut world = World::pair(DefenceLevel::Observe, shared);
        world.calendars[1].leave.insert("2026-06-16".parse().unwrap());
        let decision = world.step(0);
        assert_eq!(decision.state, SlotState::Released(ReleaseReason::Leave));
        assert_eq!(decision.actions[0], Action::Release { reason: ReleaseReason::Leave });
        assert!((0..2).all(|who| world.calendars[who].events.is_empty()), "nothing is left");
        assert_eq!(world.settle(), 0);
    }
}

#[test]
fn what_a_lost_calendar_keeps_of_a_released_slot_is_cancelled_once_it_is_back() {
    let mut world = World::pair(DefenceLevel::Move, false);
    world.calendars[1].connected = false;
    world.meetings[0].ended = true;
    world.settle();
    assert_eq!(world.meetings[0].state, SlotState::Released(ReleaseReason::PairEnded));
    assert!(world.own(0, 1).is_some());
    world.calendars[1].connected = true;
    assert_eq!(world.step(0).actions, [Action::CancelLeftovers { person: person(1) }]);
    assert!(world.own(0, 1).is_none());
    // A human brings one back: it is theirs.
    let mut event = World::pair(DefenceLevel::Move, false).own(0, 1).cloned().unwrap();
    event.version = Some(Version("by hand".into()));
    world.add(1, event);
    assert!(world.step(0).actions.is_empty());
}

#[test]
fn duplicate_delivery_changes_nothing_and_is_told_once() {
    let mut world = World::pair(DefenceLevel::Move, true);
    world.invite(1, original(), Reply::Accepted);
    let situation = world.situation(0);
    let first = decide(&situation);
    assert_eq!(first.actions, [Action::Replan]);
    // While it is being done.
    let mut during = situation.clone();
    (during.state, during.interventions, during.pending) = (first.state, first.interventions, true);
    during.known.extend(first.fingerprint.clone());
    let again = decide(&during);
    assert!(again.actions.is_empty() && again.notice.is_none() && again.history.is_empty());
    assert_eq!((again.state, again.interventions), (SlotState::Moving, 1));
    // Where nothing is done there is nothing to wait for; it is still told once.
    let mut world = World::pair(DefenceLevel::Notify, true);
    world.invite(1, original(), Reply::Accepted);
    assert!(world.step(0).notice.is_some());
    for _ in 0..3 {
        let again = world.step(0);
        assert!(again.notice.is_none() && again.history.is_empty());
    }
}

#[test]
fn an_intruder_that_comes_and_goes_is_told_once() {
    let mut world = World::pair(DefenceLevel::Notify, true);
    let key = world.invite(1, original(), Reply::Accepted);
    let mut told = 0;
    for round in 0..10 {
        let answer = if round % 2 == 0 { Reply::Accepted } else { Reply::Declined };
        world.calendars[1].events.get_mut(&key).unwrap().answer = Some(answer);
        told += usize::from(world.step(0).notice.is_some());
    }
    assert_eq!(told, 1);
}

#[test]
fn clock_skew_of_a_provider_does_not_matter() {
    for minutes in [-1_000_000, 0, 1_000_000] {
        let mut world = World::pair(DefenceLevel::Move, false);
        let updated = world.now + TimeDelta::minutes(minutes);
        world.touch(0, 0, |event| {
            (event.slot, event.updated_at) = (elsewhere(), Some(updated));
        });
        assert_eq!(world.step(0).actions[0], Action::AcceptMove { slot: elsewhere() });
    }
}

#[test]
fn one_notice_for_everything_that_happened_at_once() {
    let mut world = World::pair(DefenceLevel::Notify, false);
    world.invite(0, original(), Reply::Accepted);
    world.invite(1, original(), Reply::Unanswered);
    world.touch(0, 1, |event| (event.opaque, event.private) = (false, false));
    let decision = decide(&world.situation(0));
    let notice = decision.notice.expect("one notice");
    assert_eq!((notice.to.len(), notice.about.len(), notice.answer), (2, 4, Answer::Told));
}

#[test]
fn an_intruder_is_declined_only_by_consent_where_it_can_be_and_as_a_guest() {
    let decline = |change: fn(&mut World, &EventKey)| {
        let mut world = World::pair(DefenceLevel::Defend, true);
        let key = world.invite(1, original(), Reply::Accepted);
        change(&mut world, &key);
        let actions = decide(&world.situation(0)).actions;
        actions.contains(&Action::Decline { person: person(1), key })
    };
    fn event<'a>(world: &'a mut World, key: &EventKey) -> &'a mut taiwa_domain::calendar::Event {
        world.calendars[1].events.get_mut(key).unwrap()
    }
    assert!(decline(|_, _| {}));
    assert!(
        decline(|world, _| world.calendars[0].level = DefenceLevel::Observe),
        "their own consent"
    );
    assert!(decline(|world, _| world.meetings[0].pinned = true), "a pinned time is defended too");
    assert!(!decline(|world, _| world.calendars[1].level = DefenceLevel::Move), "no consent");
    assert!(!decline(|world, _| world.calendars[1].declines = false), "no ability");
    assert!(!decline(|world, key| event(world, key).organizer = true), "their own event");
    assert!(!decline(|world, key| event(world, key).answer = None), "no guest");
    assert!(!decline(|world, key| event(world, key).answer = Some(Reply::Unanswered)), "a warning");
    assert!(!decline(|world, _| world.meetings[0].interventions = 2), "twice is enough");
    assert!(!decline(|world, _| drop(world.block(0, original()))), "it would not help");
}

#[test]
fn another_1on1_is_never_declined() {
    // A mentor moves their 1on1 with the report onto the manager's.
    let mut world = World::new("2026-06-08T08:00:00Z", &[Tz::Europe__Berlin; 3], LEVELS[3]);
    let period =
        Slot { starts_at: at("2026-06-14T22:00:00Z"), ends_at: at("2026-06-28T22:00:00Z") };
    world.meet([0, 1], true, original(), period);
    world.meet([2, 1], true, elsewhere(), period);
    world.settle();
    world.touch(1, 2, |event| event.slot = original());
    world.reply(1, Reply::Accepted);
    assert!(!world.free(1, original(), 0), "it is in the way");
    assert_eq!(decide(&world.situation(0)).actions, [Action::Replan]);
}

#[test]
fn our_own_late_write_is_not_taken_for_a_human_who_stays() {
    // People chose another time; before it was written, the guest answered at the old one.
    let mut world = World::pair(DefenceLevel::Move, true);
    world.meetings[0].slot = elsewhere();
    world.meetings[0].pinned = true;
    world.reply(0, Reply::Accepted);
    let place = Action::Place { person: person(0), slot: elsewhere() };
    assert_eq!(world.step(0).actions, [place]);
}

#[test]
fn once_people_were_asked_the_machine_leaves_it_to_them() {
    let mut world = World::pair(DefenceLevel::Defend, false);
    world.touch(0, 0, |event| event.slot = elsewhere());
    world.touch(0, 1, |event| event.slot = span(at("2026-06-19T12:00:00Z"), 30));
    assert_eq!(world.step(0).state, SlotState::AwaitingPeople);
    let key = world.invite(0, original(), Reply::Accepted);
    let next = world.step(0);
    assert!(next.actions.is_empty(), "{:?}", next.actions);
    assert!(next.notice.is_some(), "but they are told");
    // They put it where it was; what is in the way there is theirs as well.
    for who in 0..2 {
        world.touch(0, who, |event| event.slot = original());
    }
    let next = world.step(0);
    assert_eq!((next.actions, next.state), (Vec::new(), SlotState::AwaitingPeople));
    world.calendars[0].events.remove(&key);
    world.settle();
    assert_eq!(world.meetings[0].state, SlotState::Protected);
}

#[test]
fn what_a_human_moved_into_the_next_24_hours_is_not_moved_away_by_a_machine() {
    let mut world = World::pair(DefenceLevel::Move, false);
    world.now = at("2026-06-14T23:00:00Z");
    let soon = span(at("2026-06-15T08:00:00Z"), 30);
    world.block(1, soon);
    world.touch(0, 0, |event| event.slot = soon);
    let decision = world.step(0);
    assert_eq!(decision.actions, [Action::AskPeople]);
    assert_eq!(refused(&decision.history), Some(Illegal::Busy));
}

#[test]
fn an_event_with_our_mark_and_another_name_is_someone_elses() {
    let mut world = World::pair(DefenceLevel::Defend, false);
    let mut copy = world.own(0, 0).cloned().unwrap();
    copy.key = EventKey("copied".into());
    copy.uid = Some(EventUid("f".repeat(32)));
    world.add(0, copy.clone());
    world.settle();
    assert_eq!(world.calendars[0].events[&copy.key], copy, "it is left as it is");
    assert_ne!(world.meetings[0].slot, original(), "and kept clear of");
}

#[test]
fn one_persons_consent_does_not_change_the_others_day() {
    let mut world = World::pair(DefenceLevel::Defend, false);
    world.calendars[0].level = DefenceLevel::Notify;
    world.block(1, original());
    let decision = world.step(0);
    assert!(decision.actions.is_empty());
    assert_eq!(decision.state, SlotState::Contested);
}

#[test]
fn a_pinned_or_frozen_meeting_is_not_moved_and_people_are_asked() {
    for (pinned, now) in [(true, "2026-06-08T08:00:00Z"), (false, "2026-06-15T08:00:01Z")] {
        let mut world = World::pair(DefenceLevel::Move, true);
        (world.meetings[0].pinned, world.now) = (pinned, at(now));
        world.block(0, original());
        assert_eq!(world.step(0).actions, [Action::AskPeople]);
        assert_eq!(world.meetings[0].slot, original());
    }
    // A second earlier it may still be moved.
    let mut world = World::pair(DefenceLevel::Move, true);
    world.now = at("2026-06-15T08:00:00Z");
    world.block(0, original());
    assert_eq!(world.step(0).actions, [Action::Replan]);
}

#[test]
fn where_nothing_fits_the_slot_is_released_and_its_time_freed() {
    let mut world = World::pair(DefenceLevel::Move, true);
    world.block(1, world.meetings[0].period);
    world.settle();
    assert_eq!(world.meetings[0].state, SlotState::Released(ReleaseReason::NoRoom));
    assert!(world.own(0, 0).is_none() && world.own(0, 1).is_none());
}

#[test]
fn another_account_is_written_anew_once_its_time_is_clear() {
    let mut world = World::pair(DefenceLevel::Notify, false);
    world.meetings[0].rearranged = Some(Rearranged::Account);
    let key = world.invite(0, original(), Reply::Accepted);
    assert_eq!(world.step(0).actions, [Action::Recreate { why: Rearranged::Account }]);
    world.settle();
    assert!(world.own(0, 0).is_none(), "not beside someone else's event");
    world.calendars[0].events.remove(&key);
    world.settle();
    assert!(world.own(0, 0).is_some() && world.own(0, 1).is_some());
    assert_eq!(world.meetings[0].state, SlotState::Protected);
}

#[test]
fn a_guest_without_a_calendar_is_followed_and_never_moved_by_a_machine() {
    let world = World::pair(DefenceLevel::Defend, true);
    let mut situation = world.situation(0);
    situation.sides.truncate(1);
    assert!(decide(&situation).actions.is_empty());
    let mut moved = situation.clone();
    moved.sides[0].events[0].slot = elsewhere();
    moved.sides[0].events[0].version = Some(Version("by hand".into()));
    assert_eq!(decide(&moved).actions, [Action::AcceptMove { slot: elsewhere() }]);
    situation.sides[0].events[0].guest = Some(Reply::Declined);
    assert_eq!(decide(&situation).actions, [Action::AskPeople]);
}

#[test]
fn what_makes_a_humans_move_legal() {
    let mut world = World::pair(DefenceLevel::Move, false);
    world.block(0, span(at("2026-06-19T08:00:00Z"), 60));
    let legal = |start: &str, minutes| legality(&world.situation(0), span(at(start), minutes));
    assert_eq!(legal("2026-06-18T12:00:00Z", 30), Ok(()));
    assert_eq!(legal("2026-06-18T12:00:00Z", 15), Ok(()), "half is long enough");
    assert_eq!(legal("2026-06-18T12:00:00Z", 14), Err(Illegal::TooShort));
    assert_eq!(legal("2026-06-18T12:00:00Z", 240), Ok(()));
    assert_eq!(legal("2026-06-18T12:00:00Z", 241), Err(Illegal::TooLong));
    assert_eq!(legal("2026-06-20T22:00:00Z", 30), Ok(()), "a weekend is theirs to choose");
    assert_eq!(legal("2026-06-14T21:59:00Z", 30), Err(Illegal::OutsidePeriod));
    assert_eq!(legal("2026-06-28T21:31:00Z", 30), Err(Illegal::OutsidePeriod));
    assert_eq!(legal("2026-06-19T08:30:00Z", 30), Err(Illegal::Busy));
    assert_eq!(legal("2026-06-01T08:30:00Z", 30), Err(Illegal::Past));
    assert_eq!([60, 30, 25, 20, 15, 10].map(least_minutes), [30, 15, 13, 10, 10, 10]);
}

#[test]
fn the_kind_of_a_displacing_event_comes_from_count_and_recurrence_alone() {
    use Displacing::*;
    let mut world = World::pair(DefenceLevel::Observe, false);
    let key = world.block(0, original());
    let mut of = |attendees, recurring| {
        let event = world.calendars[0].events.get_mut(&key).unwrap();
        (event.attendees, event.recurring) = (attendees, recurring);
        Displacing::of(event)
    };
    let once = [0, 1, 2, 3, 7, 8, 500].map(|count| of(count, false));
    assert_eq!(
        once,
        [SoloBlock, SoloBlock, OneToOne, SmallMeeting, SmallMeeting, LargeMeeting, LargeMeeting]
    );
    let series = [1, 2, 7, 8].map(|count| of(count, true));
    assert_eq!(
        series,
        [RecurringSoloBlock, RecurringOneToOne, RecurringSmallMeeting, RecurringLargeMeeting]
    );
    assert_eq!(serde_json::to_string(&RecurringOneToOne).unwrap(), r#""recurring_one_to_one""#);
}
