//! What holds of every plan, exact or not.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use taiwa_domain::planning::{
    Instance, Outcome, Plan, Standing, Window,
    generate::{Numbers, Shape},
    solve,
};

/// Zones on both sides of the day line and the equator, in weeks in which clocks change.
fn shape() -> impl Strategy<Value = Shape> {
    let zones = prop::sample::select(vec![
        vec!["Asia/Tokyo"],
        vec!["Europe/Berlin"],
        vec!["Europe/Berlin", "America/New_York"],
        vec!["Australia/Sydney", "Pacific/Auckland"],
        vec!["Pacific/Auckland", "Pacific/Honolulu", "Asia/Kolkata"],
    ]);
    let from = prop::sample::select(vec!["2026-03-02", "2026-03-23", "2026-06-01", "2026-10-19"]);
    (zones, from, 1..4_u32, 1..6_u32, any::<bool>(), 1..5_u32, 0..80_u32, 1..7_u32).prop_map(
        |(zones, from, managers, reports, mixed, daily_cap, busy, weeks)| Shape {
            zones,
            from: from.parse().unwrap(),
            managers,
            reports,
            daily_cap,
            busy,
            weeks,
            ..if mixed { Shape::mixed() } else { Shape::default() }
        },
    )
}

struct Held {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    after: DateTime<Utc>,
}

/// Every meeting of every person.
fn diaries<'a>(instance: &'a Instance, plan: &Plan) -> BTreeMap<&'a str, Vec<Held>> {
    let mut diaries: BTreeMap<&str, Vec<Held>> = BTreeMap::new();
    for occurrence in &plan.occurrences {
        let Outcome::Placed { start, .. } = occurrence.outcome else { continue };
        let pair = &instance.pairs[occurrence.pair];
        let end = start + TimeDelta::minutes(pair.minutes.into());
        let after = end + TimeDelta::minutes(pair.buffer.into());
        for key in [&pair.a, &pair.b] {
            diaries.entry(key).or_default().push(Held { start, end, after });
        }
    }
    for held in diaries.values_mut() {
        held.sort_by_key(|held| held.start);
    }
    diaries
}

fn inside_hours(hours: &[Window], start: DateTime<Utc>, end: DateTime<Utc>, zone: Tz) -> bool {
    let mut minute = start;
    while minute < end {
        let local = minute.with_timezone(&zone);
        let now = local.hour() * 60 + local.minute();
        let within = hours.iter().any(|window| {
            u32::from(window.weekday.number()) == local.weekday().number_from_monday()
                && window.from.minutes() <= now
                && now < window.to.minutes()
        });
        if !within {
            return false;
        }
        minute += TimeDelta::minutes(5);
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_meeting_is_legal(shape in shape(), seed in any::<u64>()) {
        let instance = shape.instance(seed);
        let plan = solve(&instance).unwrap();
        prop_assert!(plan.lower_bound <= plan.totals.series);
        for (key, held) in diaries(&instance, &plan) {
            let person = instance.people.iter().find(|person| person.key == key).unwrap();
            let zone: Tz = person.zone.parse().unwrap();
            let hours = Window::working_week();
            let mut days: BTreeMap<NaiveDate, u32> = BTreeMap::new();
            for (one, next) in held.iter().zip(held.iter().skip(1)) {
                prop_assert!(one.after <= next.start, "{key} is in two places");
            }
            for Held { start, end, .. } in &held {
                prop_assert!(inside_hours(&hours, *start, *end, zone), "{key} at {start}");
                let clash = person.busy.iter().find(|(from, to)| from < end && start < to);
                prop_assert_eq!(clash, None);
                let day = start.with_timezone(&zone).date_naive();
                prop_assert!(!person.leave.contains(&day) && !person.holidays.contains(&day));
                *days.entry(day).or_default() += 1;
            }
            prop_assert!(days.values().all(|count| *count <= instance.daily_cap));
        }
        for occurrence in &plan.occurrences {
            let Some(series) = &plan.series[occurrence.pair].series else { continue };
            if let Outcome::Skipped { refused, .. } = occurrence.outcome {
                // Every start of the weeks of its period was refused, so none was left.
                let starts: u32 = refused.iter().map(|(_, count)| count).sum();
                prop_assert_eq!(starts % (7 * 24 * 60 / instance.grid), 0);
            }
            if let Outcome::Placed { start, .. } = occurrence.outcome {
                let local = start.with_timezone(&series.zone.parse::<Tz>().unwrap());
                prop_assert_eq!((local.hour() * 60 + local.minute()) % instance.grid, 0);
            }
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(shape in shape(), seed in any::<u64>()) {
        let instance = shape.instance(seed);
        let mut turned = instance.clone();
        let mut numbers = Numbers::new(seed ^ 1);
        for index in (1..turned.pairs.len()).rev() {
            turned.pairs.swap(index, numbers.below(index as u32 + 1) as usize);
        }
        turned.people.reverse();
        let (plan, other) = (solve(&instance).unwrap(), solve(&turned).unwrap());
        let named = |plan: &Plan| {
            let mut series = plan.series.clone();
            series.sort_by(|x, y| (&x.a, &x.b, x.kind).cmp(&(&y.a, &y.b, y.kind)));
            series
        };
        prop_assert_eq!(named(&plan), named(&other));
        prop_assert_eq!(plan.totals, other.totals);
    }

    #[test]
    fn planning_again_changes_nothing(shape in shape(), seed in any::<u64>()) {
        let mut instance = shape.instance(seed);
        let first = solve(&instance).unwrap();
        for (pair, planned) in instance.pairs.iter_mut().zip(&first.series) {
            pair.standing = planned.series.as_ref().map(|series| Standing {
                weekday: series.weekday,
                time: series.time,
                phase: series.phase,
            });
        }
        let second = solve(&instance).unwrap();
        for (one, two) in first.series.iter().zip(&second.series) {
            prop_assert_eq!(&one.series, &two.series);
        }
        prop_assert_eq!(first.occurrences, second.occurrences);
    }

    #[test]
    fn more_free_time_never_costs_more(seed in any::<u64>(), cap in 1..4_u32, which in any::<u32>()) {
        let shape = Shape { managers: 3, reports: 5, weeks: 4, daily_cap: cap, ..Shape::default() };
        let mut instance = shape.instance(seed);
        let before = solve(&instance).unwrap();
        let person = which as usize % instance.people.len();
        let busy = &mut instance.people[person].busy;
        if !busy.is_empty() {
            busy.remove(which as usize % busy.len());
        }
        let after = solve(&instance).unwrap();
        prop_assert!(before.exact && after.exact);
        prop_assert!(after.totals.series <= before.totals.series);
    }
}
