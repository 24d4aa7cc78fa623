//! Stage 1 where no exact method is known: mixed cadences or lengths, meetings longer than a grid
//! step, clocks that change apart, pairs across the lines.
//!
//! Two starts, each improved, and the better kept: class by class, the most frequent meetings
//! first, each class by the exact method around what is already fixed; and, where there are
//! standing series, what stands with the rest filled in. The lower bound relaxes clashes between
//! classes, and within a class all but those on one and the same start.

use std::collections::BTreeMap;

use super::{
    board::Board,
    candidates::{Candidate, MOVED, Rows, UNPLACED},
    forest::{Forest, Supply},
    improve::Improver,
    model::Problem,
    progress::{Stage, Steps},
    series::{Chosen, Enough, spanning},
    units::{Rhythm, Units},
};

/// Up to so many pairs, all their candidates are kept; of more pairs, each one's cheapest.
const FEW: usize = 4_000;

/// How often a choice is planned again on top of itself.
const AGAIN: usize = 4;

/// Chooses series well, and such that planning again on top of them changes nothing.
pub(super) fn choose(problem: &Problem, steps: &mut Steps) -> Chosen {
    let rows = rows(problem, steps);
    let bound = bound(problem, &rows);
    steps.enter(Stage::Improvement, 0);
    let standing = standing(problem);
    let mut best = attempt(problem, &rows, &standing, steps);
    // What is chosen would stand next time, and moving it would cost: whatever is still cheaper
    // then is cheaper now.
    for _ in 0..AGAIN {
        let chosen = |held: &Option<Candidate>| held.map(|held| (held.slot, held.phase));
        let next: Vec<_> = best.iter().map(chosen).collect();
        let repriced = reprice(&rows, &standing, &next);
        let again = attempt(problem, &repriced, &next, steps);
        let found: Vec<_> = again.iter().map(chosen).collect();
        if found == next {
            break;
        }
        let priced = |(row, found): (&Vec<Candidate>, &Option<(u16, u8)>)| {
            let at = |candidate: &&Candidate| Some((candidate.slot, candidate.phase)) == *found;
            row.iter().find(at).copied()
        };
        best = rows.iter().zip(&found).map(priced).collect();
    }
    let exact = total(&best) == bound;
    Chosen { series: best, bound, exact }
}

/// The better of two improved starts: by class, and, where something stands, from that.
fn attempt(
    problem: &Problem,
    rows: &[Vec<Candidate>],
    standing: &[Option<(u16, u8)>],
    steps: &mut Steps,
) -> Vec<Option<Candidate>> {
    let mut improver = Improver::new(problem, rows);
    by_class(&mut improver);
    improver.fill();
    improver.improve(steps);
    let mut best = improver.board.chosen;
    if standing.iter().any(Option::is_some) {
        let mut improver = Improver::new(problem, rows);
        improver.stand(standing);
        improver.fill();
        improver.improve(steps);
        if total(&improver.board.chosen) <= total(&best) {
            best = improver.board.chosen;
        }
    }
    best
}

/// Slot and phase of what stands.
fn standing(problem: &Problem) -> Vec<Option<(u16, u8)>> {
    let of = |link: &super::model::Link| {
        // Off the grid nothing is equal to it, but every candidate is still a move.
        let (start, phase) = link.standing?;
        let slot = if start % problem.grid == 0 { (start / problem.grid) as u16 } else { u16::MAX };
        Some((slot, phase as u8))
    };
    problem.links.iter().map(of).collect()
}

/// The candidates as they would cost if other series stood.
fn reprice(
    rows: &[Vec<Candidate>],
    before: &[Option<(u16, u8)>],
    after: &[Option<(u16, u8)>],
) -> Vec<Vec<Candidate>> {
    let moved = |standing: &Option<(u16, u8)>, candidate: &Candidate| {
        let same = standing.is_none_or(|standing| standing == (candidate.slot, candidate.phase));
        if same { 0 } else { MOVED }
    };
    let repriced = rows.iter().zip(before).zip(after).map(|((row, before), after)| {
        let price = |candidate: &Candidate| Candidate {
            cost: candidate.cost - moved(before, candidate) + moved(after, candidate),
            ..*candidate
        };
        let mut row: Vec<_> = row.iter().map(price).collect();
        row.sort_unstable_by_key(Candidate::order);
        row
    });
    repriced.collect()
}

fn total(chosen: &[Option<Candidate>]) -> i64 {
    chosen.iter().map(|held| held.map_or(UNPLACED, |candidate| candidate.cost.into())).sum()
}

/// The candidates of every link, cheapest first.
fn rows(problem: &Problem, steps: &mut Steps) -> Vec<Vec<Candidate>> {
    let mut rows = Rows::new(problem);
    let candidates = |link: &super::model::Link| {
        steps.step();
        if problem.cap == 0 {
            Vec::new()
        } else if problem.links.len() <= FEW {
            rows.all(link)
        } else {
            let around: usize = link.ends().iter().map(|&end| problem.at[end].len()).sum();
            rows.cheapest(link, 24 + 6 * around)
        }
    };
    problem.links.iter().map(candidates).collect()
}

/// Links by rhythm, the most frequent first; the rest have a rhythm of their own.
fn classes(problem: &Problem) -> BTreeMap<(usize, Option<Rhythm>), Vec<usize>> {
    let mut classes: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, link) in problem.links.iter().enumerate() {
        let interval = problem.cadences[link.cadence].interval;
        classes.entry((interval, Rhythm::of(problem, link))).or_default().push(index);
    }
    classes
}

/// A sum that no choice of series goes below: each class on its own, reduced to a forest, with
/// nothing but equal starts clashing; the links left out at their cheapest.
fn bound(problem: &Problem, rows: &[Vec<Candidate>]) -> i64 {
    let alone = |link: &usize| rows[*link].first().map_or(UNPLACED, |c| i64::from(c.cost));
    let mut bound = 0;
    for ((_, rhythm), links) in classes(problem) {
        let edges = if rhythm.is_some() { spanning(problem, &links) } else { Vec::new() };
        bound +=
            links.iter().filter(|link| edges.binary_search(link).is_err()).map(alone).sum::<i64>();
        if let Some(&first) = edges.first() {
            let link = &problem.links[first];
            let units = Units::new(problem, link.cadence);
            let clock = problem.clock(link);
            let mut supply =
                Relaxed { problem, clock, enough: Enough::new(problem, units, &edges) };
            bound += Forest { problem, units, edges: &edges }.solve(&mut supply, &mut || ()).cost;
        }
    }
    bound
}

/// The daily cap only for those in whose zone a unit is on the same day in every week.
struct Relaxed<'p> {
    problem: &'p Problem,
    clock: usize,
    enough: Enough<'p>,
}

impl Supply for Relaxed<'_> {
    fn candidates(&mut self, link: usize) -> Vec<Candidate> {
        self.enough.candidates(link)
    }

    fn places(&self, member: usize, _: i32) -> usize {
        let same = self.problem.clocks[self.problem.members[member].zone] == self.clock;
        if same { self.problem.cap } else { usize::MAX }
    }
}

/// Places class after class by the exact method. Where its reading of clashes is too simple, what
/// does not fit is left for later.
fn by_class(improver: &mut Improver) {
    let problem = improver.board.problem;
    for ((_, rhythm), links) in classes(problem) {
        if rhythm.is_none() {
            continue;
        }
        let edges = spanning(problem, &links);
        let units = Units::new(problem, problem.links[links[0]].cadence);
        let forest = Forest { problem, units, edges: &edges };
        let mut supply = Around {
            board: &improver.board,
            rows: improver.rows,
            cycle: problem.cadences[problem.links[links[0]].cadence].interval,
        };
        let colouring = forest.solve(&mut supply, &mut || ());
        for (&link, candidate) in edges.iter().zip(colouring.chosen) {
            improver.offer(link, candidate);
        }
    }
}

/// What is left around the series placed before.
struct Around<'a, 'p> {
    board: &'a Board<'p>,
    rows: &'a [Vec<Candidate>],
    /// Weeks.
    cycle: usize,
}

impl Supply for Around<'_, '_> {
    fn candidates(&mut self, link: usize) -> Vec<Candidate> {
        let row = self.rows[link].iter().copied();
        row.filter(|candidate| self.board.fits(link, candidate)).collect()
    }

    fn places(&self, member: usize, day: i32) -> usize {
        let fullest = (0..self.board.problem.reach as i32)
            .step_by(self.cycle)
            .map(|week| self.board.load(member, week * 7 + day))
            .max();
        self.board.problem.cap.saturating_sub(fullest.unwrap_or(0))
    }
}
