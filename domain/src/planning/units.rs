//! Units: what a series takes from its two people where all share one rhythm.
//!
//! When a class of pairs has one cadence, meetings that fit into a grid step, starts that align in
//! UTC and clocks that move together, two series of one person clash exactly if their starts are
//! the same minute of the cadence's cycle. That minute, in grid steps, is the unit.

use super::{
    candidates::Candidate,
    clock::{DAY, WEEK},
    model::{Link, Problem, mask},
};

/// The arithmetic of units for one cadence.
#[derive(Clone, Copy)]
pub(super) struct Units<'p> {
    problem: &'p Problem,
    /// Weeks until everything repeats.
    cycle: i32,
}

/// What must be equal for two links to share units.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Rhythm {
    cadence: usize,
    /// First zone of those whose clocks move together with the organizer's.
    clock: usize,
    /// Where the grid lies in UTC.
    residue: i32,
    /// Monthly cycles are of uneven length: only the same clock counts the same weeks.
    offset: Option<i32>,
}

impl Rhythm {
    /// The rhythm of a link; none where its weeks differ from the cadence's (an episode that begins
    /// or ends), because then two series on the same unit need not meet.
    pub(super) fn of(problem: &Problem, link: &Link) -> Option<Self> {
        let zone = problem.organizer_zone(link);
        let cadence = &problem.cadences[link.cadence];
        let offset = zone.offset(problem.reference as i32 * WEEK + DAY / 2);
        (link.open == mask(problem.reach)).then_some(Self {
            cadence: link.cadence,
            clock: problem.clock(link),
            residue: (-offset).rem_euclid(problem.grid),
            offset: cadence.monthly.then_some(offset),
        })
    }
}

impl<'p> Units<'p> {
    /// Units of the links with a cadence.
    pub(super) fn new(problem: &'p Problem, cadence: usize) -> Self {
        Self { problem, cycle: problem.cadences[cadence].interval as i32 }
    }

    /// The unit that a candidate of a link takes.
    pub(super) fn unit(&self, link: &Link, candidate: &Candidate) -> i32 {
        let start = self.start(link, candidate)
            + (i32::from(candidate.phase) - self.problem.reference as i32) * WEEK;
        start.rem_euclid(self.cycle * WEEK) / self.problem.grid
    }

    /// The day of a member's calendar, within the cycle, on which a candidate of a link falls: at
    /// most so many 1on1s as the daily cap.
    pub(super) fn day(&self, member: usize, link: &Link, candidate: &Candidate) -> i32 {
        let day = self.problem.zone(member).day(self.start(link, candidate))
            + (i32::from(candidate.phase) - self.problem.reference as i32) * 7;
        day.rem_euclid(self.cycle * 7)
    }

    /// The start in the reference week.
    fn start(&self, link: &Link, candidate: &Candidate) -> i32 {
        let zone = self.problem.organizer_zone(link);
        zone.start(self.problem.reference, candidate.slot.into())
    }
}
