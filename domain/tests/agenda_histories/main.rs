//! Random histories of two managers and a report: whatever happens to meetings, series and pairs,
//! nothing open is ever lost or doubled.

mod life;

use chrono::{DateTime, TimeDelta, Utc};
use life::{Life, MANAGERS, OPS, Op, REPORT, label};
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use taiwa_domain::{
    meeting::{
        MeetingStatus,
        agenda::{
            CarryOver, ItemState, Refused,
            standing::{Occasion, next_of_pairs},
        },
    },
    pair::{Pair, PairKind},
};

proptest! {
    #![proptest_config(ProptestConfig {
        // Beside this file: there are more of its name.
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions"))),
        ..ProptestConfig::with_cases(512)
    })]

    /// Compared after every step.
    #[test]
    fn nothing_open_is_ever_lost_or_doubled(
        steps in prop::collection::vec((prop::sample::select(&OPS[..]), any::<u8>(), any::<u8>()), 1..120),
    ) {
        let mut life = Life::new();
        for (op, a, b) in steps {
            life.step(op, a.into(), b.into());
            life.check();
        }
    }
}

/// The random histories get to everything that matters: a test that never carries anything over
/// would not notice how.
#[test]
fn histories_reach_what_they_are_for() {
    let mut life = Life::new();
    life.step(Op::Add, 0, 0);
    life.step(Op::AddAction, 0, 0);
    life.step(Op::Plan, 0, 3);
    life.check();
    life.step(Op::ChangeManager, 0, 0);
    life.check();
    life.step(Op::CarryOver, 0, 1);
    life.check();
    assert_eq!(life.items.len(), 2);
    assert_eq!(life.actions.len(), 2);
    assert!(matches!(life.items[0].state, ItemState::CarriedOver(_)));
    assert_eq!(life.items[1].pair, life.pairs[1].id);
    // The manager returns, and the report carries it back.
    life.step(Op::ChangeManager, 0, 0);
    life.step(Op::CarryOver, 0, 1);
    life.check();
    assert_eq!(life.items.len(), 3);
    assert_eq!(life.items[2].pair, life.pairs[0].id);
}

/// A past meeting tells what was discussed in it and what was left open.
#[test]
fn a_past_meeting_keeps_its_agenda() {
    let mut life = Life::new();
    life.step(Op::Add, 0, 0);
    life.step(Op::Add, 0, 1);
    life.step(Op::Plan, 0, 0);
    life.now += TimeDelta::minutes(70);
    let meeting = life.meetings[0].clone();
    life.items[0].discuss(Some(&meeting), life.now).unwrap();
    life.now += TimeDelta::days(1);
    life.step(Op::Add, 0, 0);
    life.step(Op::Plan, 0, 7);
    let next = life.meetings[1].clone();
    let agenda = |meeting, next| {
        let found = Occasion { meeting, next, now: life.now }.agenda(&life.items, REPORT);
        found.iter().map(|it| label(&it.text)).collect::<Vec<_>>()
    };
    assert_eq!(agenda(&meeting, false), ["n1", "n2"]);
    assert_eq!(agenda(&next, true), ["n2", "n3"]);
}

/// A meeting that was skipped does not take place, even if it kept its slot: what is open stands in
/// the next one alone, and nothing is discussed in it.
#[test]
fn a_skipped_meeting_finds_nothing_open() {
    let mut life = Life::new();
    life.step(Op::Add, 0, 0);
    life.step(Op::AddAction, 0, 0);
    life.step(Op::Plan, 0, 1);
    life.step(Op::Plan, 0, 8);
    life.meetings[0].status = MeetingStatus::Skipped;
    assert!(life.meetings[0].slot.is_some());
    let standing = |n: usize, now: DateTime<Utc>| {
        let meeting = &life.meetings[n];
        let next = next_of_pairs(&life.meetings, now).contains(&meeting.id);
        let occasion = Occasion { meeting, next, now };
        (occasion.agenda(&life.items, REPORT).len(), occasion.actions(&life.actions).len())
    };
    // Before its time, and after both.
    for now in [life.now, life.now + TimeDelta::days(10)] {
        assert_eq!(standing(0, now), (0, 0));
        assert_eq!(standing(1, now), (1, 1));
    }
    let refused = life.items[0].discuss(Some(&life.meetings[0]), life.now);
    assert_eq!(refused, Err(Refused::NotThere));
}

/// What a report may take along: their own words and their own tasks, out of a pair that ended.
#[test]
fn only_ones_own_goes_along() {
    use taiwa_domain::meeting::agenda::NotCarried;
    let mut life = Life::new();
    life.step(Op::Add, 0, 0);
    life.step(Op::Add, 0, 1);
    life.step(Op::AddDraft, 0, 0);
    life.step(Op::AddAction, 0, 0);
    life.step(Op::AddAction, 0, 1);
    let [from, to] = &life.pairs;
    let carry = CarryOver { from, still_meets: false, to, by: REPORT };
    let (items, actions) = (&life.items, &life.actions);
    assert_eq!(carry.check(&items[..1], &actions[..1]), Ok(()));
    assert_eq!(carry.check(&items[..2], &[]), Err(NotCarried::Item(1)), "the manager's");
    assert_eq!(carry.check(&items[2..], &[]), Err(NotCarried::Item(0)), "a draft");
    assert_eq!(carry.check(&[], actions), Err(NotCarried::Action(1)), "the manager's");
    let twice = [items[0].clone(), items[0].clone()];
    assert_eq!(carry.check(&twice, &[]), Err(NotCarried::Item(1)), "twice");
    let mut foreign = items[0].clone();
    foreign.pair = to.id;
    assert_eq!(carry.check(&[foreign], &[]), Err(NotCarried::Item(0)), "of another pair");
    let still = CarryOver { still_meets: true, ..carry };
    assert_eq!(still.check(&items[..1], &[]), Err(NotCarried::NotEnded));
    for by in MANAGERS {
        let manager = CarryOver { by, ..carry };
        assert_eq!(manager.check(&[], &[]), Err(NotCarried::NotTheReport));
    }
    let same = CarryOver { to: from, ..carry };
    assert_eq!(same.check(&[], &[]), Err(NotCarried::NotTheReport));
    let mentor = Pair { kind: PairKind::Mentor, ..*to };
    let other_kind = CarryOver { to: &mentor, ..carry };
    assert_eq!(other_kind.check(&[], &[]), Err(NotCarried::NotTheReport));
}
