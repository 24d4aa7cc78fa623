//! Reminders over random meetings, people and clocks: at the right time, once, and never when
//! somebody is left alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use taiwa_domain::{
    meeting::Slot,
    notice::{
        Done, Facts, Moment, Quiet, QuietHours, Reminder, Skipped, Verdict, action, judge, meeting,
    },
    organization::WorkingHours,
};

const ZONES: [Tz; 8] = [
    Tz::UTC,
    Tz::Asia__Tokyo,
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Africa__Cairo,
    Tz::Australia__Lord_Howe,
    Tz::America__St_Johns,
    Tz::America__Santiago,
];

fn start() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// Somebody, and two years of their quiet.
fn quiet() -> impl Strategy<Value = Quiet> {
    let hours = prop_oneof![
        3 => Just(QuietHours::default()),
        1 => (0_u32..1440, 0_u32..1440).prop_map(|(from, until)| {
            let time = |minute: u32| {
                NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap()
            };
            QuietHours { from: time(from), until: time(until) }
        }),
    ];
    let holidays = prop::collection::btree_set(0_u64..800, 0..60);
    (0..ZONES.len(), hours, holidays).prop_map(|(zone, hours, off)| {
        let off: BTreeSet<NaiveDate> =
            off.into_iter().map(|n| start().date_naive() + Days::new(n)).collect();
        Quiet::new(ZONES[zone], hours, &WorkingHours::default(), Arc::new(off))
    })
}

fn slot(minute: i64) -> Slot {
    let starts_at = start() + TimeDelta::minutes(minute * 5);
    Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) }
}

/// When something is told, if somebody looks every quarter of an hour and when they are told to.
fn told(moment: Moment, quiet: &Quiet, from: DateTime<Utc>) -> Result<DateTime<Utc>, Skipped> {
    let mut now = from;
    loop {
        now = match moment.at(now, quiet) {
            Verdict::Tell => return Ok(now),
            Verdict::Skip(why) => return Err(why),
            Verdict::Wait(when) => {
                assert!(when > now, "waiting for the past");
                when.min(now + TimeDelta::minutes(15))
            }
        };
    }
}

proptest! {
    #[test]
    fn meetings_are_announced_and_followed_up_in_time(
        quiet in quiet(),
        minute in 10_000_i64..150_000,
        // From before everything until the meeting is over.
        seen in 0_i64..25_000,
    ) {
        let slot = slot(minute);
        let seen = slot.ends_at + TimeDelta::minutes(30) - TimeDelta::minutes(seen);
        let mut when: BTreeMap<Reminder, DateTime<Utc>> = BTreeMap::new();
        for kind in Reminder::OF_MEETINGS {
            let Ok(moment) = meeting(kind, slot, &quiet) else { continue };
            prop_assert!(moment.from < moment.until);
            prop_assert!(quiet.allows(moment.from), "{kind:?} begins in quiet hours");
            let Ok(at) = told(moment, &quiet, seen) else {
                // Nothing that is known early is missed.
                prop_assert!(seen > moment.from, "{kind:?} was missed");
                continue;
            };
            prop_assert!(quiet.allows(at), "{kind:?} is told in quiet hours: {at}");
            prop_assert!(moment.from <= at && at < moment.until);
            if seen <= moment.from {
                prop_assert_eq!(at, moment.from);
            }
            when.insert(kind, at);
        }
        for (kind, at) in &when {
            let (before, after) = (slot.starts_at - *at, *at - slot.ends_at);
            match kind {
                Reminder::TwoDaysBefore => prop_assert!(before > TimeDelta::hours(23), "{before}"),
                Reminder::DayBefore => prop_assert!(before > TimeDelta::hours(2)),
                Reminder::NothingPrepared => prop_assert!(
                    before > TimeDelta::minutes(30) && before <= TimeDelta::hours(2)
                ),
                Reminder::MinutesEmpty => prop_assert!(after >= TimeDelta::hours(2)),
                _ => prop_assert!(after >= TimeDelta::hours(24) && after < TimeDelta::days(14)),
            }
        }
        if let (Some(two), Some(one)) =
            (when.get(&Reminder::TwoDaysBefore), when.get(&Reminder::DayBefore))
        {
            prop_assert!(quiet.day(*two) < quiet.day(*one), "two on one day");
        }
        // Who has ordinary hours is told of every meeting that is known a month ahead.
        if seen < slot.starts_at - TimeDelta::days(28) && quiet.works(quiet.day(slot.starts_at)) {
            let ordinary = meeting(Reminder::DayBefore, slot, &quiet).is_ok();
            prop_assert_eq!(ordinary, when.contains_key(&Reminder::DayBefore));
        }
    }

    #[test]
    fn actions_are_reminded_of_before_and_after_their_day(
        quiet in quiet(),
        day in 60_u64..700,
        seen in 0_i64..60_000,
    ) {
        let due_on = start().date_naive() + Days::new(day);
        let noon = due_on.and_hms_opt(12, 0, 0).unwrap().and_utc();
        let seen = noon + TimeDelta::days(5) - TimeDelta::minutes(seen);
        for kind in Reminder::OF_ACTIONS {
            let Ok(moment) = action(kind, due_on, &quiet) else { continue };
            let Ok(at) = told(moment, &quiet, seen) else {
                prop_assert!(seen > moment.from, "{kind:?} was missed");
                continue;
            };
            prop_assert!(quiet.allows(at));
            match kind {
                Reminder::ActionDue => prop_assert!(quiet.day(at) <= due_on),
                _ => prop_assert!(quiet.day(at) > due_on),
            }
        }
    }
}

/// Every kind against every fact.
#[test]
fn what_is_done_is_not_asked_for() {
    let nothing = Done::default();
    let facts = |done| Facts { here: true, done };
    let cases = [
        (
            Done { prepared: true, ..nothing },
            vec![Reminder::TwoDaysBefore, Reminder::NothingPrepared],
        ),
        (Done { written: true, ..nothing }, vec![Reminder::MinutesEmpty]),
        (Done { said: true, ..nothing }, vec![Reminder::HeldUnconfirmed]),
        (nothing, vec![]),
    ];
    for kind in Reminder::OF_MEETINGS.into_iter().chain(Reminder::OF_ACTIONS) {
        for (done, needless) in &cases {
            let expected = match needless.contains(&kind) {
                true => Verdict::Skip(Skipped::Done),
                false => Verdict::Tell,
            };
            assert_eq!(judge(kind, facts(*done)), expected, "{kind:?} {done:?}");
        }
        let away = Facts { here: false, done: nothing };
        assert_eq!(judge(kind, away), Verdict::Skip(Skipped::Away), "{kind:?}");
    }
}
