//! Planning of 1on1s: which pairs meet when.
//!
//! Two stages. First every pair is given a **series**, a weekday, time and phase it can keep, at
//! the least total cost: exactly where all pairs share one rhythm and form a forest, else by a
//! heuristic that also says how far from the optimum it may be. Then the **weeks**: each due
//! meeting keeps the time of its series where that is legal, else moves as little as it can within
//! its cadence period.
//!
//! Everything is a plain function of an [`Instance`]: no clock, no randomness, and the answer does
//! not depend on the order of rows or on identifiers, only on external keys. All costs are
//! integers.
//!
//! Choices where calendars leave room: a local time that occurs twice is the earlier one, one that
//! is jumped over cannot be held; a meeting belongs to the local day of its start; buffers keep
//! 1on1s apart from each other, not from other events; half hours count once begun.

mod assignment;
mod board;
mod candidates;
mod clock;
mod diary;
mod explain;
mod forest;
#[doc(hidden)]
pub mod generate;
mod improve;
pub mod instance;
mod mixed;
mod model;
mod openings;
mod plan;
mod progress;
mod series;
mod star;
mod starts;
mod units;
mod validate;
mod weeks;
mod zone;

pub(crate) use candidates::{OTHER_WEEKDAY, half_hours};
pub use clock::{Clock, Window};
pub use explain::{
    CostItem, Explanation, Item, MeetingAlternative, SeriesAlternative, explain, explain_each,
};
pub use instance::{
    Fixed, Horizon, Instance, Kind, MAX_BYTES, Pair, ParseError, Person, Preferred, Reserved,
    Standing, parse,
};
pub(crate) use openings::openings;
pub use plan::{
    Occurrence, Outcome, Plan, PlanOutput, PlannedSeries, Reason, Refusals, Series, Totals,
};
pub use progress::{Progress, Stage};
pub use validate::{
    Defect, InstanceError, MAX_ENTRIES, MAX_ERRORS, MAX_EVERY_WEEKS, MAX_MINUTES, MAX_PAIRS,
    MAX_PEOPLE, MAX_WEEKS, MIN_GRID,
};

use crate::organization::Weekday;
use candidates::Candidate;
use clock::DAY;
use model::{Link, Problem};
use progress::Steps;

/// Plans an instance. The same instance, its rows in any order, has one answer.
pub fn solve(instance: &Instance) -> Result<Plan, Vec<InstanceError>> {
    solve_with(instance, &mut |_| {})
}

/// [`solve`], with a report of progress now and then.
pub fn solve_with(
    instance: &Instance,
    report: &mut dyn FnMut(Progress),
) -> Result<Plan, Vec<InstanceError>> {
    instance.validate()?;
    let problem = Problem::new(instance);
    let mut steps = Steps::new(report, problem.links.len());
    let chosen = series::choose(&problem, &mut steps);
    steps.enter(Stage::Weeks, 0);
    let due = weeks::place(&problem, &chosen.series, &mut steps);

    let mut series: Vec<Option<PlannedSeries>> = vec![None; problem.links.len()];
    for (index, link) in problem.links.iter().enumerate() {
        let pair = &instance.pairs[link.row];
        series[link.row] = Some(PlannedSeries {
            a: pair.a.clone(),
            b: pair.b.clone(),
            kind: pair.kind,
            series: chosen.series[index].map(|candidate| series_of(&problem, link, &candidate)),
            cost: chosen.cost(index),
        });
    }
    let mut occurrences: Vec<Occurrence> = (due.into_iter())
        .map(|due| Occurrence {
            pair: problem.links[due.link].row,
            week: due.week as u32,
            minutes: problem.links[due.link].minutes as u32,
            outcome: due.outcome,
        })
        .collect();
    occurrences.sort_by_key(|occurrence| (occurrence.pair, occurrence.week));
    let cost = |occurrence: &Occurrence| match occurrence.outcome {
        Outcome::Placed { cost, .. } | Outcome::Skipped { cost, .. } => cost,
    };
    let totals = Totals {
        series: chosen.total(),
        weeks: occurrences.iter().map(cost).sum(),
        unplaced: chosen.series.iter().filter(|series| series.is_none()).count(),
    };
    Ok(Plan {
        series: series.into_iter().flatten().collect(),
        occurrences,
        totals,
        lower_bound: chosen.bound,
        exact: chosen.exact,
    })
}

/// A candidate in words.
fn series_of(problem: &Problem, link: &Link, candidate: &Candidate) -> Series {
    let start = i32::from(candidate.slot) * problem.grid;
    let time = Clock::from_minutes((start % DAY) as u32);
    Series {
        weekday: Weekday::try_from((start / DAY + 1) as u8).unwrap_or(Weekday::MONDAY),
        time: time.expect("a remainder of a day is a time of the day"),
        zone: problem.organizer_zone(link).name.clone(),
        phase: candidate.phase.into(),
    }
}
