//! Gains on a choice of series: each step is taken only if the sum falls.

use super::{
    board::Board,
    candidates::{Candidate, UNPLACED},
    model::Problem,
    progress::Steps,
    star::Star,
};

/// A choice of series that is being improved.
pub(super) struct Improver<'p> {
    pub(super) board: Board<'p>,
    /// The candidates of every link, cheapest first.
    pub(super) rows: &'p [Vec<Candidate>],
    /// The cheapest of each, whatever the others have.
    floor: Vec<i64>,
    /// Counts changes; when each member last saw one, and when each was last gone over.
    clock: u64,
    changed: Vec<u64>,
    tried: Vec<u64>,
    /// Steps left of the chain that is being tried.
    patience: u32,
}

/// Rounds over everyone.
const ROUNDS: usize = 12;
/// How many times in a row a series may push out another.
const DEPTH: u32 = 4;
/// Candidates looked at in one chain.
const PATIENCE: u32 = 3_000;

impl<'p> Improver<'p> {
    pub(super) fn new(problem: &'p Problem, rows: &'p [Vec<Candidate>]) -> Self {
        let floor = rows.iter().map(|row| row.first().map_or(UNPLACED, |c| c.cost.into()));
        Self {
            board: Board::new(problem),
            rows,
            floor: floor.collect(),
            clock: 1,
            changed: vec![1; problem.members.len()],
            tried: vec![0; problem.members.len()],
            patience: 0,
        }
    }

    /// Takes a candidate if it fits.
    pub(super) fn offer(&mut self, link: usize, candidate: Option<Candidate>) {
        if candidate.is_some_and(|candidate| self.board.fits(link, &candidate)) {
            self.board.chosen[link] = candidate;
        }
    }

    /// Takes every standing series (slot and phase, by link) that is possible.
    pub(super) fn stand(&mut self, standing: &[Option<(u16, u8)>]) {
        for (link, standing) in standing.iter().enumerate() {
            let stands = |c: &&Candidate| Some((c.slot, c.phase)) == *standing;
            let candidate = self.rows[link].iter().find(stands).copied();
            self.offer(link, candidate);
        }
    }

    /// Gives each pair without a series the cheapest that fits.
    pub(super) fn fill(&mut self) {
        for link in 0..self.rows.len() {
            if self.board.chosen[link].is_none() {
                let row = self.rows[link].iter();
                let fitting = row.copied().find(|candidate| self.board.fits(link, candidate));
                self.board.chosen[link] = fitting;
            }
        }
    }

    /// Improves until nothing is gained any more, or for [`ROUNDS`] rounds.
    pub(super) fn improve(&mut self, steps: &mut Steps) {
        for _ in 0..ROUNDS {
            let mut gained = false;
            let started = self.clock;
            for member in 0..self.changed.len() {
                if self.stirred(member) {
                    gained |= self.rearrange(member);
                    for at in 0..self.board.problem.at[member].len() {
                        let link = self.board.problem.at[member][at];
                        gained |= self.chain(link);
                    }
                    steps.step();
                }
            }
            self.tried.fill(started);
            if !gained {
                break;
            }
        }
    }

    /// Whether a member or someone it meets has changed since it was last gone over.
    fn stirred(&self, member: usize) -> bool {
        let problem = self.board.problem;
        let across = problem.at[member].iter().map(|&link| problem.links[link].across(member));
        let latest = across.map(|other| self.changed[other]).max().unwrap_or(0);
        latest.max(self.changed[member]) > self.tried[member]
    }

    pub(super) fn cost(&self, link: usize) -> i64 {
        self.board.chosen[link].map_or(UNPLACED, |candidate| candidate.cost.into())
    }

    fn touch(&mut self, link: usize) {
        self.clock += 1;
        for end in self.board.problem.links[link].ends() {
            self.changed[end] = self.clock;
        }
    }

    /// Chooses all series of one member anew, as well as possible around everyone else's.
    fn rearrange(&mut self, member: usize) -> bool {
        let links = &self.board.problem.at[member];
        if links.iter().all(|&link| self.cost(link) == self.floor[link]) {
            return false;
        }
        let before: Vec<_> = links.iter().map(|&link| self.board.chosen[link]).collect();
        let better = Star::new(&mut self.board, self.rows, member).search();
        let Some(better) = better else { return false };
        for ((&link, new), old) in links.iter().zip(better).zip(before) {
            if new != old {
                self.board.chosen[link] = new;
                self.touch(link);
            }
        }
        true
    }

    /// Moves one series to a cheaper place, and those in its way to others.
    fn chain(&mut self, link: usize) -> bool {
        let cost = self.cost(link);
        if cost == self.floor[link] {
            return false;
        }
        self.patience = PATIENCE;
        let old = self.board.chosen[link].take();
        let mut log = vec![(link, old)];
        if self.insert(link, cost, DEPTH, &mut log).is_some() {
            for (link, _) in log {
                self.touch(link);
            }
            true
        } else {
            self.board.chosen[link] = old;
            false
        }
    }

    /// Places a link for less than `budget`, counting what those that it pushes out pay more than
    /// now; returns what it took. `log` holds the links moved so far, which stay where they are,
    /// with what they had.
    fn insert(
        &mut self,
        link: usize,
        budget: i64,
        depth: u32,
        log: &mut Vec<(usize, Option<Candidate>)>,
    ) -> Option<i64> {
        let rows = self.rows;
        for candidate in &rows[link] {
            let cost = i64::from(candidate.cost);
            self.patience = self.patience.saturating_sub(1);
            if cost >= budget || self.patience == 0 {
                break;
            }
            let blockers = self.board.blockers(link, candidate, &self.floor);
            if blockers.len() > 3 || blockers.iter().any(|b| log.iter().any(|moved| moved.0 == *b))
            {
                continue;
            }
            if blockers.is_empty() {
                self.board.chosen[link] = Some(*candidate);
                return Some(cost);
            }
            // What is left for those pushed out; each takes at least its floor.
            let refund: i64 = blockers.iter().map(|&blocker| self.cost(blocker)).sum();
            let mut floors: i64 = blockers.iter().map(|&blocker| self.floor[blocker]).sum();
            if depth == 0 || cost + floors - refund >= budget {
                continue;
            }
            let kept = log.len();
            for &blocker in &blockers {
                log.push((blocker, self.board.chosen[blocker].take()));
            }
            self.board.chosen[link] = Some(*candidate);
            if self.board.fits(link, candidate) {
                let mut spent = cost - refund;
                let placed = blockers.iter().all(|&blocker| {
                    floors -= self.floor[blocker];
                    let taken = self.insert(blocker, budget - spent - floors, depth - 1, log);
                    spent += taken.unwrap_or(0);
                    taken.is_some()
                });
                if placed {
                    return Some(spent);
                }
            }
            self.board.chosen[link] = None;
            for (moved, old) in log.drain(kept..).rev() {
                self.board.chosen[moved] = old;
            }
        }
        None
    }
}
