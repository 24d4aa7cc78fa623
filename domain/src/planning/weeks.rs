//! Stage 2: the meetings of each week.

use super::{
    candidates::{Candidate, half_hours},
    clock::WEEK,
    diary::Diary,
    model::{Problem, each, mask},
    plan::{Outcome, Reason, Refusals},
    progress::Steps,
    zone::NEVER,
};

/// Cost of a meeting that is not held.
const SKIPPED: i64 = 10_000;
/// What it costs more for each time the pair already lost.
const SKIPPED_AGAIN: i64 = 500;

/// One due meeting.
pub(super) struct Due {
    pub(super) link: usize,
    pub(super) week: usize,
    pub(super) outcome: Outcome,
}

/// Places all meetings: fixed ones, then those that can keep the time of their series, then, week
/// by week, the others at the nearest legal time of their cadence period, first the pairs that were
/// displaced most.
pub(super) fn place(
    problem: &Problem,
    series: &[Option<Candidate>],
    steps: &mut Steps,
) -> Vec<Due> {
    let mut diary = Diary::new(problem);
    let mut due = Vec::new();
    for (link, here) in problem.links.iter().enumerate() {
        for &(week, start) in &here.fixed {
            diary.place(link, start);
            due.push(Due { link, week, outcome: placed(problem, start, 0) });
        }
    }
    let mut displaced: Vec<(usize, usize, i32)> = Vec::new();
    for (link, candidate) in series.iter().enumerate() {
        let Some(candidate) = candidate else {
            for week in each(problem.due(&problem.links[link], 0)) {
                due.push(Due { link, week, outcome: no_series(problem, link) });
            }
            continue;
        };
        for week in each(problem.due(&problem.links[link], candidate.phase.into())) {
            let wanted = agreed(problem, link, candidate, week);
            let exists =
                problem.organizer_zone(&problem.links[link]).start(week, candidate.slot.into());
            if exists != NEVER && diary.refusal(link, wanted).is_none() {
                diary.place(link, wanted);
                due.push(Due { link, week, outcome: placed(problem, wanted, 0) });
            } else {
                displaced.push((week, link, wanted));
            }
        }
    }
    // Who lost most often chooses first; within this plan every displacement counts.
    let mut lost: Vec<u32> = problem.links.iter().map(|link| link.displaced).collect();
    displaced.sort_unstable();
    for week in displaced.chunk_by_mut(|a, b| a.0 == b.0) {
        week.sort_unstable_by_key(|&(_, link, _)| (std::cmp::Reverse(lost[link]), link));
        for &mut (week, link, wanted) in week {
            lost[link] += 1;
            due.push(Due { link, week, outcome: replace(&mut diary, link, week, wanted) });
            steps.step();
        }
    }
    due
}

/// The instant of a series in a week; where the clock jumps over it, that which a clock left alone
/// would show.
pub(super) fn agreed(problem: &Problem, link: usize, candidate: &Candidate, week: usize) -> i32 {
    let zone = problem.organizer_zone(&problem.links[link]);
    zone.nominal(week as i32 * WEEK + i32::from(candidate.slot) * problem.grid)
}

/// Cost of a meeting away from the time of its series.
pub(super) fn displacement(problem: &Problem, link: usize, wanted: i32, start: i32) -> i64 {
    i64::from(1 + problem.links[link].displaced) * i64::from(half_hours(start - wanted))
}

/// Cost of a meeting that is skipped.
pub(super) fn skipping(problem: &Problem, link: usize) -> i64 {
    SKIPPED + SKIPPED_AGAIN * i64::from(problem.links[link].displaced)
}

fn placed(problem: &Problem, start: i32, cost: i64) -> Outcome {
    Outcome::Placed { start: problem.epoch.instant(start), cost }
}

fn no_series(problem: &Problem, link: usize) -> Outcome {
    let refused = Refusals::default();
    Outcome::Skipped { reason: Reason::NoSeries, refused, cost: skipping(problem, link) }
}

/// Puts a meeting at the nearest legal start: in its own week if there is one, else in its period.
fn replace(diary: &mut Diary, link: usize, week: usize, wanted: i32) -> Outcome {
    let problem = diary.problem;
    let found = nearest(diary, link, 1 << week, wanted)
        .or_else(|| nearest(diary, link, period(problem, link, week) & !(1 << week), wanted));
    match found {
        Some(start) => {
            diary.place(link, start);
            placed(problem, start, displacement(problem, link, wanted, start))
        }
        None => {
            let refused = refusals(diary, link, week);
            Outcome::Skipped { reason: refused.main(), refused, cost: skipping(problem, link) }
        }
    }
}

/// The weeks of the horizon in which a meeting due in `week` may be held.
pub(super) fn period(problem: &Problem, link: usize, week: usize) -> u64 {
    let here = &problem.links[link];
    let period = problem.cadences[here.cadence].period(problem.epoch, week);
    (period & here.open | 1 << week) & mask(problem.weeks)
}

/// Every start of some weeks on the organizer's clock.
pub(super) fn starts(problem: &Problem, link: usize, weeks: u64) -> impl Iterator<Item = i32> {
    let zone = problem.organizer_zone(&problem.links[link]);
    each(weeks).flat_map(move |week| (0..problem.slots).map(move |slot| zone.start(week, slot)))
}

/// The legal start of some weeks nearest to the wanted one, the earlier of two as near.
fn nearest(diary: &Diary, link: usize, weeks: u64, wanted: i32) -> Option<i32> {
    let problem = diary.problem;
    let zone = problem.organizer_zone(&problem.links[link]);
    let mut best: Option<i32> = None;
    for week in each(weeks) {
        let middle = (zone.local(wanted) - week as i32 * WEEK) / problem.grid;
        let middle = middle.clamp(0, problem.slots as i32) as usize;
        let (mut before, mut after) = (middle, middle);
        // Outwards from the wanted time; local times one hour off at most tell apart what is nearer.
        while before > 0 || after < problem.slots {
            let at = |slot: usize| zone.start(week, slot);
            let away = |slot: usize| match at(slot) {
                NEVER => -1,
                start => (i64::from(start) - i64::from(wanted)).abs(),
            };
            let back = after >= problem.slots || before > 0 && away(before - 1) <= away(after);
            let slot = if back { before - 1 } else { after };
            if back {
                before -= 1;
            } else {
                after += 1;
            }
            let start = at(slot);
            if start == NEVER {
                continue;
            }
            if best.is_some_and(|best| (best - wanted).abs() <= (start - wanted).abs()) {
                break;
            }
            if diary.refusal(link, start).is_none() {
                best = Some(start);
                break;
            }
        }
    }
    best
}

/// All starts of a meeting's period, by what refuses them.
pub(super) fn refusals(diary: &Diary, link: usize, week: usize) -> Refusals {
    let mut refused = Refusals::default();
    for start in starts(diary.problem, link, period(diary.problem, link, week)) {
        if let Some(reason) = diary.refusal(link, start) {
            refused.add(reason);
        }
    }
    refused
}
