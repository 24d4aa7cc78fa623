//! Which times are taken, kept and given up.

use super::*;

#[test]
fn another_1on1_is_in_the_way_where_it_still_stands_and_no_longer_belongs() {
    let world = World::pair(DefenceLevel::Move, false);
    let mut side = world.situation(0).sides[0].clone();
    let own = world.own(0, 0).cloned().unwrap();
    let uid = EventUid("another".into());
    let key = EventKey("another".into());
    let event = Event { uid: Some(uid.clone()), key, slot: elsewhere(), ..own.clone() };
    side.events = vec![own, event];
    side.others = vec![Other { uid, slot: elsewhere(), left: false }];
    assert_eq!(side.in_the_way().count(), 0, "our records say where it is");
    side.others[0].slot = span(at("2026-06-19T08:00:00Z"), 30);
    assert_eq!(side.in_the_way().collect::<Vec<_>>(), [elsewhere()]);
    // One that is known to be about to leave is no news, and in the way all the same.
    side.leaving = side.events.pop().map(|event| event.slot).into_iter().collect();
    assert_eq!(side.in_the_way().collect::<Vec<_>>(), [elsewhere()]);
    assert!(side.free(elsewhere()), "a human may move the meeting there");
}

#[test]
fn one_that_waits_for_another_1on1_that_does_not_leave_goes_elsewhere() {
    let world = World::pair(DefenceLevel::Observe, false);
    let mut situation = world.situation(0);
    // A plan gave it another time, where another 1on1 of ours still stands.
    situation.meeting.slot = elsewhere();
    situation.state = SlotState::Moving;
    situation.sides[0].leaving = vec![elsewhere()];
    let place = |it: &Action| matches!(it, Action::Place { slot, .. } if *slot == elsewhere());
    let first = decide(&situation);
    assert!(!first.actions.is_empty() && first.actions.iter().all(place), "{first:?}");
    situation.waited = true;
    let second = decide(&situation);
    assert_eq!((second.actions, second.notice), (vec![Action::Replan], None));
    for stays in [
        Situation { interventions: MAX_INTERVENTIONS, ..situation.clone() },
        Situation { pinned: true, ..situation.clone() },
    ] {
        assert!(decide(&stays).actions.iter().all(place), "it goes on waiting");
    }
    situation.sides[0].leaving.clear();
    assert!(decide(&situation).actions.iter().all(place), "once it has left");
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
    world.calendars[2].level = DefenceLevel::Observe;
    world.touch(1, 2, |event| event.slot = original());
    world.reply(1, Reply::Accepted);
    assert!(!world.free(1, original(), 0), "it is in the way");
    assert!(decide(&world.situation(0)).actions.is_empty(), "it may be put back");
    assert_eq!(world.step(1).state, SlotState::Contested, "it is not");
    assert_eq!(decide(&world.situation(0)).actions, [Action::Replan]);
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
