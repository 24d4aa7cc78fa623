//! The exact method against every choice there is, on tiny instances.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use taiwa_domain::planning::{Instance, parse, solve};

const MONDAY: &str = "2026-06-01";

/// A pair's wish (weekday 1 or 2, one of three times) and perhaps a standing series.
type Wish = (u32, u32, Option<(u32, u32, u32)>);

fn time(index: u32) -> String {
    format!("{:02}:{:02}", 9 + index / 2, index % 2 * 30)
}

/// UTC, two days of three starts each, everyone's own busy spans as (week, day, start) triples.
fn instance(
    lines: &[(usize, usize)],
    wishes: &[Wish],
    busy: &[Vec<(u32, u32, u32)>],
    every: u32,
    cap: u32,
) -> Instance {
    let monday: NaiveDate = MONDAY.parse().unwrap();
    let span = |&(week, day, start): &(u32, u32, u32)| {
        let from: DateTime<Utc> = (monday + TimeDelta::days((week * 7 + day).into()))
            .and_hms_opt(9 + start / 2, start % 2 * 30, 0)
            .unwrap()
            .and_utc();
        [from.to_rfc3339(), (from + TimeDelta::minutes(30)).to_rfc3339()]
    };
    let hours = [1, 2]
        .map(|weekday| serde_json::json!({"weekday": weekday, "from": "09:00", "to": "10:30"}));
    let people: Vec<_> = (busy.iter().enumerate())
        .map(|(number, busy)| {
            let busy: Vec<_> = busy.iter().map(span).collect();
            serde_json::json!({"key": format!("p{number}"), "zone": "UTC", "hours": hours, "busy": busy})
        })
        .collect();
    let pairs: Vec<_> = (lines.iter().zip(wishes))
        .map(|((a, b), (weekday, at, standing))| {
            let mut pair = serde_json::json!({
                "a": format!("p{a}"), "b": format!("p{b}"), "every_weeks": every,
                "preferred": {"weekday": weekday, "time": time(*at)},
            });
            if let Some((weekday, at, phase)) = standing {
                let phase = phase % every;
                pair["standing"] =
                    serde_json::json!({"weekday": weekday, "time": time(*at), "phase": phase});
            }
            pair
        })
        .collect();
    let file = serde_json::json!({
        "horizon": {"from": MONDAY, "weeks": 4}, "daily_cap": cap, "people": people, "pairs": pairs,
    });
    parse(file.to_string().as_bytes()).unwrap()
}

/// The least cost by trying everything, written without a look at the planner.
fn least(
    lines: &[(usize, usize)],
    wishes: &[Wish],
    busy: &[Vec<(u32, u32, u32)>],
    every: u32,
    cap: u32,
) -> i64 {
    let mut units = Vec::new();
    for phase in 0..every {
        for day in 0..2 {
            units.extend((0..3).map(|start| (phase, day, start)));
        }
    }
    let cost = |pair: usize, &(phase, day, start): &(u32, u32, u32)| -> i64 {
        let (weekday, at, standing) = wishes[pair];
        let taken = |person: usize, week| busy[person].contains(&(week, day, start));
        let lost = (0..4)
            .filter(|week| week % every == phase)
            .filter(|&week| taken(lines[pair].0, week) || taken(lines[pair].1, week));
        let moved = standing.is_some_and(|(w, a, p)| (w, a, p % every) != (day + 1, start, phase));
        i64::from(start.abs_diff(at))
            + if day + 1 == weekday { 0 } else { 10 }
            + 100 * lost.count() as i64
            + if moved { 1000 } else { 0 }
    };
    let mut search = Search { lines, units: &units, cap, used: BTreeSet::new(), best: i64::MAX };
    search.descend(0, 0, &cost);
    search.best
}

/// A phase, a day and a start.
type Unit = (u32, u32, u32);

struct Search<'a> {
    lines: &'a [(usize, usize)],
    units: &'a [Unit],
    cap: u32,
    used: BTreeSet<(usize, Unit)>,
    best: i64,
}

impl Search<'_> {
    fn descend(&mut self, pair: usize, spent: i64, cost: &dyn Fn(usize, &Unit) -> i64) {
        if spent >= self.best {
            return;
        }
        let Some(&(a, b)) = self.lines.get(pair) else {
            self.best = spent;
            return;
        };
        for unit in self.units {
            if self.free(a, *unit) && self.free(b, *unit) {
                self.used.extend([(a, *unit), (b, *unit)]);
                self.descend(pair + 1, spent + cost(pair, unit), cost);
                self.used.retain(|used| used != &(a, *unit) && used != &(b, *unit));
            }
        }
        self.descend(pair + 1, spent + 1_000_000, cost);
    }

    fn free(&self, person: usize, unit: Unit) -> bool {
        let same_day = |&&(who, (phase, day, _)): &&(usize, Unit)| {
            (who, phase, day) == (person, unit.0, unit.1)
        };
        let day = self.used.iter().filter(same_day).count();
        !self.used.contains(&(person, unit)) && day < self.cap as usize
    }
}

/// A forest: each person after the first reports to an earlier one, or to nobody.
fn forest() -> impl Strategy<Value = Vec<(usize, usize)>> {
    let above = |person: usize| (0..person, prop::bool::weighted(0.9));
    (above(1), above(2), above(3), above(4), above(5)).prop_map(|all| {
        let all = [all.0, all.1, all.2, all.3, all.4];
        let lines = all.into_iter().enumerate().filter(|(_, (_, joined))| *joined);
        lines.map(|(person, (above, _))| (above, person + 1)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_exact_method_finds_the_least_cost(
        lines in forest(),
        wishes in prop::collection::vec(
            (1..3_u32, 0..3_u32, prop::option::weighted(0.3, (1..3_u32, 0..3_u32, 0..2_u32))), 5),
        busy in prop::collection::vec(prop::collection::vec((0..4_u32, 0..2_u32, 0..3_u32), 0..10), 6),
        every in 1..3_u32,
        cap in 1..4_u32,
    ) {
        let instance = instance(&lines, &wishes, &busy, every, cap);
        let plan = solve(&instance).unwrap();
        prop_assert!(plan.exact || lines.is_empty());
        prop_assert_eq!(plan.totals.series, least(&lines, &wishes, &busy, every, cap));
        prop_assert_eq!(plan.totals.series, plan.lower_bound);
    }
}
