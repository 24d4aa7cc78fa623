//! What calendar systems do.

use super::*;

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
