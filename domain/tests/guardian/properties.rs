//! What holds after any sequence of things that people do. The model asserts the rest at every
//! single action: see `world`.

use std::ops::Range;

use chrono::TimeDelta;
use chrono_tz::Tz;
use proptest::prelude::*;
use taiwa_domain::{
    calendar::{
        Answer, EventKey, EventState, EventUid,
        guardian::{
            Action, DefenceLevel, FREEZE, MAX_INTERVENTIONS, Rearranged, SlotState, decide,
        },
    },
    meeting::Slot,
};

use crate::world::{World, at, span};

/// Something that people do. Numbers are taken modulo what there is.
#[derive(Clone, Debug)]
enum Act {
    /// An event lands on or near a meeting's time.
    Intrude {
        meeting: usize,
        end: usize,
        minutes: i64,
        kind: u8,
    },
    /// A foreign event goes away.
    Withdraw(usize),
    /// A foreign invitation is answered.
    Answer(usize, u8),
    /// The meeting's event is moved to a half hour of its period.
    Move {
        meeting: usize,
        end: usize,
        half_hour: i64,
    },
    Shorten {
        meeting: usize,
        end: usize,
        minutes: i64,
    },
    Delete {
        meeting: usize,
        end: usize,
    },
    Decline {
        meeting: usize,
    },
    Free {
        meeting: usize,
        end: usize,
    },
    Publish {
        meeting: usize,
        end: usize,
    },
    Repeat {
        meeting: usize,
        end: usize,
    },
    Copy {
        meeting: usize,
        end: usize,
    },
    Connect(usize, bool),
    Leave {
        meeting: usize,
        end: usize,
    },
    Holiday {
        meeting: usize,
        end: usize,
    },
    EndPair(usize),
    Rearrange(usize),
    NewHours(usize),
    NewZone(usize),
    /// A plan lets two meetings change places.
    Exchange(usize, usize),
    Wait(i64),
    /// The guardian looks at one meeting before more happens.
    Look(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let (m, e): (Range<usize>, Range<usize>) = (0..5, 0..2);
    let near = -30..45_i64;
    prop_oneof![
        6 => (m.clone(), e.clone(), near, 0..8_u8).prop_map(|(meeting, end, minutes, kind)| {
            Act::Intrude { meeting, end, minutes, kind }
        }),
        1 => (0..20_usize).prop_map(Act::Withdraw),
        2 => (0..20_usize, 0..4_u8).prop_map(|(number, kind)| Act::Answer(number, kind)),
        4 => (m.clone(), e.clone(), 0..14 * 48_i64)
            .prop_map(|(meeting, end, half_hour)| Act::Move { meeting, end, half_hour }),
        1 => (m.clone(), e.clone(), 5..35_i64)
            .prop_map(|(meeting, end, minutes)| Act::Shorten { meeting, end, minutes }),
        3 => (m.clone(), e.clone()).prop_map(|(meeting, end)| Act::Delete { meeting, end }),
        2 => m.clone().prop_map(|meeting| Act::Decline { meeting }),
        2 => (m.clone(), e.clone()).prop_map(|(meeting, end)| Act::Free { meeting, end }),
        1 => (m.clone(), e.clone()).prop_map(|(meeting, end)| Act::Publish { meeting, end }),
        1 => (m.clone(), e.clone()).prop_map(|(meeting, end)| Act::Repeat { meeting, end }),
        1 => (m.clone(), e.clone()).prop_map(|(meeting, end)| Act::Copy { meeting, end }),
        2 => (0..3_usize, any::<bool>()).prop_map(|(who, on)| Act::Connect(who, on)),
        1 => (m.clone(), e.clone()).prop_map(|(meeting, end)| Act::Leave { meeting, end }),
        1 => (m.clone(), e.clone()).prop_map(|(meeting, end)| Act::Holiday { meeting, end }),
        1 => m.clone().prop_map(Act::EndPair),
        1 => m.clone().prop_map(Act::Rearrange),
        1 => m.clone().prop_map(Act::NewHours),
        1 => m.clone().prop_map(Act::NewZone),
        3 => (m.clone(), m.clone()).prop_map(|(one, other)| Act::Exchange(one, other)),
        1 => (1..40_i64).prop_map(Act::Wait),
        8 => m.prop_map(Act::Look),
    ]
}

/// Three people in Berlin and New York with five meetings over four weeks; Berlin's clocks change
/// on 2026-03-29.
fn world() -> impl Strategy<Value = World> {
    let level = prop::sample::select(DefenceLevel::ALL.to_vec());
    let people = prop::collection::vec((level, any::<bool>()), 3);
    (people, any::<u8>()).prop_map(|(people, shared)| {
        let zones = [Tz::Europe__Berlin, Tz::Europe__Berlin, Tz::America__New_York];
        let mut world = World::new("2026-03-16T09:00:00Z", &zones, DefenceLevel::Observe);
        for (calendar, (level, declines)) in world.calendars.iter_mut().zip(people) {
            (calendar.level, calendar.declines) = (level, declines);
        }
        let fortnight =
            |from: &str| Slot { starts_at: at(from), ends_at: at(from) + TimeDelta::weeks(2) };
        let (first, second) =
            (fortnight("2026-03-15T23:00:00Z"), fortnight("2026-03-29T23:00:00Z"));
        for (number, (people, slot, period)) in [
            ([0, 1], "2026-03-24T14:00:00Z", first),
            ([0, 1], "2026-04-07T13:00:00Z", second),
            ([0, 2], "2026-03-24T14:30:00Z", first),
            ([0, 2], "2026-04-07T13:30:00Z", second),
            ([1, 2], "2026-03-25T15:00:00Z", first),
        ]
        .into_iter()
        .enumerate()
        {
            world.meet(people, shared >> number & 1 == 1, span(at(slot), 30), period);
        }
        world.settle();
        world
    })
}

fn foreign(world: &World, number: usize) -> Option<(usize, EventKey)> {
    let all: Vec<_> = (world.calendars.iter().enumerate())
        .flat_map(|(who, calendar)| calendar.events.keys().map(move |key| (who, key.clone())))
        .filter(|(_, key)| key.0.starts_with("foreign"))
        .collect();
    (!all.is_empty()).then(|| all[number % all.len()].clone())
}

fn perform(world: &mut World, act: &Act) {
    let count = world.meetings.len();
    let owner = |world: &World, meeting: usize, end: usize| {
        let who = world.meetings[meeting].people[end];
        if world.writes(meeting, who) { who } else { world.meetings[meeting].people[0] }
    };
    match *act {
        Act::Intrude { meeting, end, minutes, kind } => {
            let who = world.meetings[meeting % count].people[end];
            let start = world.meetings[meeting % count].slot.starts_at;
            let slot = span(start + TimeDelta::minutes(minutes), 30);
            match kind {
                0 => world.block(who, slot),
                1 | 2 => world.invite(who, slot, Answer::Accepted),
                3 => world.invite(who, slot, Answer::Tentative),
                4 => world.invite(who, slot, Answer::Declined),
                5 => world.invite(who, slot, Answer::Unanswered),
                _ => {
                    let key = world.block(who, slot);
                    let event = world.calendars[who].events.get_mut(&key).expect("just made");
                    if kind == 6 {
                        event.opaque = false;
                    } else {
                        event.state = EventState::Cancelled;
                    }
                    key
                }
            };
        }
        Act::Withdraw(number) => {
            if let Some((who, key)) = foreign(world, number) {
                world.calendars[who].events.remove(&key);
            }
        }
        Act::Answer(number, kind) => {
            let Some((who, key)) = foreign(world, number) else { return };
            let event = world.calendars[who].events.get_mut(&key).expect("it stands");
            if event.answer.is_some() {
                let kinds =
                    [Answer::Accepted, Answer::Tentative, Answer::Unanswered, Answer::Declined];
                event.answer = Some(kinds[usize::from(kind)]);
            }
        }
        Act::Move { meeting, end, half_hour } => {
            let who = owner(world, meeting, end);
            let start =
                world.meetings[meeting].period.starts_at + TimeDelta::minutes(30 * half_hour);
            world.touch(meeting, who, |event| event.slot = span(start, 30));
        }
        Act::Shorten { meeting, end, minutes } => {
            let who = owner(world, meeting, end);
            world.touch(meeting, who, |event| event.slot = span(event.slot.starts_at, minutes));
        }
        Act::Delete { meeting, end } => {
            let who = owner(world, meeting, end);
            world.delete(meeting, who);
        }
        Act::Decline { meeting } => {
            if world.meetings[meeting].shared {
                world.reply(meeting, Answer::Declined);
            }
        }
        Act::Free { meeting, end } => {
            let who = world.meetings[meeting].people[end];
            world.touch(meeting, who, |event| event.opaque = false);
        }
        Act::Publish { meeting, end } => {
            let who = owner(world, meeting, end);
            world.touch(meeting, who, |event| event.private = false);
        }
        Act::Repeat { meeting, end } => {
            let who = owner(world, meeting, end);
            world.touch(meeting, who, |event| event.recurring = true);
        }
        Act::Copy { meeting, end } => {
            let who = owner(world, meeting, end);
            let Some(mut event) = world.own(meeting, who).cloned() else { return };
            event.key = EventKey(format!("foreign-copy-{meeting}"));
            event.uid = Some(EventUid(format!("fff{meeting:029x}")));
            world.add(who, event);
        }
        Act::Connect(who, on) => world.calendars[who].connected = on,
        Act::Leave { meeting, end } | Act::Holiday { meeting, end } => {
            let who = world.meetings[meeting].people[end];
            let start = world.meetings[meeting].slot.starts_at;
            let calendar = &mut world.calendars[who];
            let day = start.with_timezone(&calendar.zone).date_naive();
            let leave = matches!(act, Act::Leave { .. });
            if leave { &mut calendar.leave } else { &mut calendar.holidays }.insert(day);
        }
        Act::EndPair(meeting) => world.meetings[meeting].ended = true,
        Act::Rearrange(meeting) => {
            world.meetings[meeting].rearranged = Some(Rearranged::Account);
        }
        Act::NewHours(meeting) => {
            world.meetings[meeting].outside = Some(world.meetings[meeting].slot);
        }
        Act::NewZone(meeting) => {
            world.meetings[meeting].rezoned = Some(world.meetings[meeting].slot);
        }
        Act::Exchange(one, other) => world.exchange(one, other),
        Act::Wait(hours) => world.wait(TimeDelta::hours(hours)),
        Act::Look(meeting) => drop(world.step(meeting)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn it_comes_to_rest_and_what_it_calls_protected_is(
        mut world in world(),
        acts in prop::collection::vec(act(), 0..25),
    ) {
        for act in &acts {
            perform(&mut world, act);
        }
        let rounds = world.settle();
        prop_assert!(rounds <= 6, "{rounds} rounds");
        // What waits for another 1on1 of ours to leave does not do so for ever.
        world.wait(TimeDelta::minutes(31));
        world.settle();
        for meeting in 0..world.meetings.len() {
            let again = decide(&world.situation(meeting));
            let held = &world.meetings[meeting];
            let blind = held.people.into_iter().any(|who| !world.calendars[who].connected);
            let soon = held.slot.starts_at < world.now + FREEZE;
            // No machine gives it another time, so it waits for one that has yet to leave its own.
            let kept = blind || soon || held.pinned || held.interventions >= MAX_INTERVENTIONS;
            let waits = kept && again.actions.iter().all(|it| matches!(it, Action::Place { .. }));
            prop_assert!(waits || again.actions.is_empty() && again.history.is_empty(), "{again:?}");
            prop_assert!(again.notice.is_none());
            if held.slot.starts_at <= world.now {
                continue;
            }
            match held.state {
                _ if blind => {}
                SlotState::Protected => for who in held.people {
                    let own = world.own(meeting, who).expect("it stands");
                    prop_assert_eq!(own.slot, held.slot);
                    prop_assert!(world.free(who, held.slot, meeting), "and is clear");
                    prop_assert!(own.opaque && own.private && !own.recurring);
                    prop_assert!(own.answer != Some(Answer::Declined));
                },
                SlotState::Released(_) => for who in held.people {
                    prop_assert!(world.own(meeting, who).is_none(), "its time is free");
                },
                SlotState::Moving => prop_assert!(kept, "nothing keeps it: {held:?}"),
                SlotState::Contested => {
                    let levels = held.people.map(|who| world.calendars[who].level);
                    let copy = world.own(meeting, held.people[1]);
                    let theirs = held.shared && copy.is_some_and(|copy| !copy.opaque);
                    let low = levels.into_iter().any(|level| level < DefenceLevel::Move);
                    prop_assert!(low || theirs, "{held:?}");
                }
                SlotState::AwaitingPeople => {
                    let told = held.told.len();
                    prop_assert!(told > 0, "nobody was asked: {held:?}");
                }
            }
        }
    }

    #[test]
    fn an_action_done_is_not_asked_for_again_and_doing_it_twice_is_doing_it_once(
        mut world in world(),
        acts in prop::collection::vec(act(), 1..15),
    ) {
        for act in &acts {
            perform(&mut world, act);
            for meeting in 0..world.meetings.len() {
                let done = world.step(meeting);
                let next = decide(&world.situation(meeting));
                for action in &done.actions {
                    prop_assert!(!next.actions.contains(action), "{action:?} after {done:?}");
                }
                world.meetings[meeting].pending = true;
                let late = decide(&world.situation(meeting));
                prop_assert!(late.actions.is_empty() && late.history.is_empty());
                prop_assert_eq!(late.state, world.meetings[meeting].state);
                world.meetings[meeting].pending = false;
            }
        }
    }

    #[test]
    fn the_order_of_events_and_the_providers_clock_do_not_matter(
        mut world in world(),
        acts in prop::collection::vec(act(), 1..15),
        skews in prop::collection::vec(-100_000..100_000_i64, 8),
    ) {
        for act in &acts {
            perform(&mut world, act);
        }
        for meeting in 0..world.meetings.len() {
            let situation = world.situation(meeting);
            let mut other = situation.clone();
            for side in &mut other.sides {
                side.events.reverse();
                for (event, skew) in side.events.iter_mut().zip(skews.iter().cycle()) {
                    event.updated_at = Some(world.now + TimeDelta::minutes(*skew));
                }
            }
            prop_assert_eq!(decide(&situation), decide(&situation.clone()));
            prop_assert_eq!(decide(&situation), decide(&other));
            // Either person may be named first.
            other.sides.reverse();
            let key = |situation| {
                let mut decision = decide(situation);
                decision.actions.sort();
                decision.history.clear();
                decision
            };
            prop_assert_eq!(key(&situation), key(&other));
        }
    }
}
