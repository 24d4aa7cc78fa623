//! What people do, and what is said of it.

use super::*;

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
fn one_persons_consent_does_not_change_the_others_day() {
    let mut world = World::pair(DefenceLevel::Defend, false);
    world.calendars[0].level = DefenceLevel::Notify;
    world.block(1, original());
    let decision = world.step(0);
    assert!(decision.actions.is_empty());
    assert_eq!(decision.state, SlotState::Contested);
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
