//! Stage 2: the meetings of each week.

use std::{cmp::Reverse, collections::BTreeMap};

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
/// displaced most. A meeting is skipped only if no legal start is left in its period, not even by
/// moving one of the others again.
pub(super) fn place(
    problem: &Problem,
    series: &[Option<Candidate>],
    steps: &mut Steps,
) -> Vec<Due> {
    let mut placing =
        Placing { problem, diary: Diary::new(problem), due: Vec::new(), moved: BTreeMap::new() };
    for (link, here) in problem.links.iter().enumerate() {
        for &(week, start) in &here.fixed {
            placing.keep(link, week, start);
        }
    }
    let mut displaced: Vec<Displaced> = Vec::new();
    for (link, candidate) in series.iter().enumerate() {
        let here = &problem.links[link];
        let Some(candidate) = candidate else {
            for week in each(problem.due(here, 0)) {
                placing.due.push(Due { link, week, outcome: no_series(problem, link) });
            }
            continue;
        };
        for week in each(problem.due(here, candidate.phase.into())) {
            let wanted = agreed(problem, link, candidate, week);
            let exists = problem.organizer_zone(here).start(week, candidate.slot.into()) != NEVER;
            if exists && placing.diary.refusal(link, wanted).is_none() {
                placing.keep(link, week, wanted);
            } else {
                displaced.push(Displaced { week, link, wanted });
            }
        }
    }
    // Who lost most often chooses first; within this plan every displacement counts.
    let mut lost: Vec<u32> = problem.links.iter().map(|link| link.displaced).collect();
    displaced.sort_unstable_by_key(|meeting| (meeting.week, meeting.link));
    let mut left = Vec::new();
    for week in displaced.chunk_by_mut(|a, b| a.week == b.week) {
        week.sort_unstable_by_key(|meeting| (Reverse(lost[meeting.link]), meeting.link));
        for &mut meeting in week {
            lost[meeting.link] += 1;
            if !placing.replace(meeting) && !placing.push_out(meeting) {
                left.push(meeting);
            }
            steps.step();
        }
    }
    // Where a meeting was pushed elsewhere, one that had no place may have one now.
    loop {
        let before = left.len();
        left.retain(|&meeting| !placing.replace(meeting));
        if left.len() == before {
            break;
        }
    }
    for meeting in left {
        placing.skip(meeting);
    }
    placing.due
}

/// A meeting that cannot keep the time of its series.
#[derive(Clone, Copy)]
struct Displaced {
    week: usize,
    link: usize,
    wanted: i32,
}

/// The meetings placed so far.
struct Placing<'p> {
    problem: &'p Problem,
    diary: Diary<'p>,
    due: Vec<Due>,
    /// Re-placed meetings by link and start, with their place in `due`.
    moved: BTreeMap<(usize, i32), (usize, Displaced)>,
}

impl Placing<'_> {
    fn keep(&mut self, link: usize, week: usize, start: i32) {
        self.diary.place(link, start);
        let outcome = Outcome::Placed { start: self.problem.epoch.instant(start), cost: 0 };
        self.due.push(Due { link, week, outcome });
    }

    /// Puts a meeting at the nearest legal start, if there is one.
    fn replace(&mut self, meeting: Displaced) -> bool {
        let Some(start) = self.nearest(meeting) else { return false };
        self.put(meeting, start, self.due.len());
        true
    }

    /// Places a meeting, whose entry in `due` is told or is the next, away from the time of its series.
    fn put(&mut self, meeting: Displaced, start: i32, index: usize) {
        let Displaced { link, wanted, .. } = meeting;
        self.diary.place(link, start);
        self.moved.insert((link, start), (index, meeting));
        let cost = displacement(self.problem, link, wanted, start);
        let outcome = Outcome::Placed { start: self.problem.epoch.instant(start), cost };
        let due = Due { link, week: meeting.week, outcome };
        match self.due.get_mut(index) {
            Some(entry) => *entry = due,
            None => self.due.push(due),
        }
    }

    /// The nearest legal start: in the meeting's own week if there is one, else in its period.
    fn nearest(&self, meeting: Displaced) -> Option<i32> {
        let Displaced { week, link, wanted } = meeting;
        let others = period(self.problem, link, week) & !(1 << week);
        nearest(&self.diary, link, 1 << week, wanted)
            .or_else(|| nearest(&self.diary, link, others, wanted))
    }

    /// Makes room for a meeting without a legal start: another one that was re-placed already goes
    /// elsewhere, as long as that costs less than skipping.
    fn push_out(&mut self, meeting: Displaced) -> bool {
        let Displaced { week, link, wanted } = meeting;
        let mut all: Vec<i32> = starts(self.problem, link, period(self.problem, link, week))
            .filter(|&start| self.diary.outer_refusal(link, start).is_none())
            .collect();
        all.sort_unstable_by_key(|&start| ((start - wanted).abs(), start));
        for start in all {
            for rival in self.diary.rivals(link, start) {
                let Some(&(index, other)) = self.moved.get(&rival) else { continue };
                self.diary.remove(rival.0, rival.1);
                if self.diary.refusal(link, start).is_none() {
                    self.diary.place(link, start);
                    let elsewhere = self.nearest(other).filter(|&elsewhere| {
                        displacement(self.problem, other.link, other.wanted, elsewhere)
                            < skipping(self.problem, link)
                    });
                    self.diary.remove(link, start);
                    if let Some(elsewhere) = elsewhere {
                        self.moved.remove(&rival);
                        self.put(other, elsewhere, index);
                        return self.replace(meeting);
                    }
                }
                self.diary.place(rival.0, rival.1);
            }
        }
        false
    }

    fn skip(&mut self, meeting: Displaced) {
        let Displaced { week, link, .. } = meeting;
        let refused = refusals(&self.diary, link, week);
        let cost = skipping(self.problem, link);
        let outcome = Outcome::Skipped { reason: refused.main(), refused, cost };
        self.due.push(Due { link, week, outcome });
    }
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

fn no_series(problem: &Problem, link: usize) -> Outcome {
    let refused = Refusals::default();
    Outcome::Skipped { reason: Reason::NoSeries, refused, cost: skipping(problem, link) }
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
