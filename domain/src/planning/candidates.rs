//! The series that a pair may be given, and what each costs (stage 1).

use super::{
    clock::{DAY, WEEK, inside},
    model::{Link, Problem},
    starts::{Starts, UNHELD, unheld},
};

/// Cost of a weekday other than the preferred one.
pub(crate) const OTHER_WEEKDAY: u32 = 10;
/// Cost of leaving the standing series.
pub(super) const MOVED: u32 = 1_000;
/// Cost of having no series.
pub(super) const UNPLACED: i64 = 1_000_000;

/// One series: a slot of the week on the organizer's clock, and a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) cost: u32,
    pub(super) slot: u16,
    pub(super) phase: u8,
}

impl Candidate {
    /// Cheapest first; ties by weekday, time and phase.
    pub(super) fn order(&self) -> (u32, u16, u8) {
        (self.cost, self.slot, self.phase)
    }
}

/// Half hours, begun ones counted whole.
pub(crate) fn half_hours(minutes: i32) -> u32 {
    minutes.unsigned_abs().div_ceil(30)
}

/// Computes candidates link by link. What concerns an organizer alone is kept from one link to the
/// next, as an organizer's links tend to follow each other.
pub(super) struct Rows<'p> {
    problem: &'p Problem,
    kept: Option<(usize, i32, Starts)>,
}

impl<'p> Rows<'p> {
    pub(super) fn new(problem: &'p Problem) -> Self {
        Self { problem, kept: None }
    }

    /// Every series the link may have, cheapest first.
    pub(super) fn all(&mut self, link: &Link) -> Vec<Candidate> {
        let mut row = self.unsorted(link);
        row.sort_unstable_by_key(Candidate::order);
        row
    }

    /// So many of the cheapest, cheapest first.
    pub(super) fn cheapest(&mut self, link: &Link, count: usize) -> Vec<Candidate> {
        let mut row = self.unsorted(link);
        if count < row.len() {
            row.select_nth_unstable_by_key(count, Candidate::order);
            row.truncate(count);
        }
        row.sort_unstable_by_key(Candidate::order);
        row
    }

    fn unsorted(&mut self, link: &Link) -> Vec<Candidate> {
        let problem = self.problem;
        self.with_starts(link, |organizer, other| {
            let allowed: Vec<usize> = (0..problem.slots)
                .filter(|&slot| organizer.allowed[slot] && other.allowed[slot])
                .collect();
            let (weekday, time) = preferred(problem, link, &allowed);
            let phases = problem.phases(link);
            let mut row = Vec::with_capacity(allowed.len() * phases);
            for slot in allowed {
                let start = slot as i32 * problem.grid;
                let away = half_hours(start % DAY - time)
                    + if start / DAY == weekday { 0 } else { OTHER_WEEKDAY };
                for phase in 0..phases {
                    let due = problem.due(link, phase);
                    let mut cost = away + UNHELD * unheld(organizer, other, slot, due);
                    if link.standing.is_some_and(|standing| standing != (start, phase as u32)) {
                        cost += MOVED;
                    }
                    row.push(Candidate { cost, slot: slot as u16, phase: phase as u8 });
                }
            }
            row
        })
    }

    /// Calls `with` with the starts that suit the organizer and those that suit the other.
    pub(super) fn with_starts<T>(
        &mut self,
        link: &Link,
        with: impl FnOnce(&Starts, &Starts) -> T,
    ) -> T {
        let problem = self.problem;
        let zone = problem.organizer_zone(link);
        let compute = |member: usize| {
            let narrowed = problem.narrowed(link, member);
            let person = &problem.members[member];
            let hours = narrowed.as_deref().unwrap_or(&person.hours);
            Starts::new(problem, person, hours, zone, link.minutes)
        };
        let other = compute(link.other);
        if link.windows.is_some() {
            return with(&compute(link.organizer), &other);
        }
        let wanted = (link.organizer, link.minutes);
        let kept = match self.kept.take() {
            Some(kept) if (kept.0, kept.1) == wanted => kept,
            _ => (wanted.0, wanted.1, compute(link.organizer)),
        };
        let result = with(&kept.2, &other);
        self.kept = Some(kept);
        result
    }
}

/// The weekday (0 is Monday) and minute of the day a link would like. Unless stated, a stable hash
/// of its keys picks one of the allowed slots, among those in reserved windows if there are any, so
/// that a fresh company is not all on Monday at nine.
pub(super) fn preferred(problem: &Problem, link: &Link, allowed: &[usize]) -> (i32, i32) {
    if let Some(stated) = link.preferred {
        return stated;
    }
    let within_reserved = |&slot: &usize| {
        let start = problem.organizer_zone(link).start(problem.reference, slot);
        link.ends().iter().all(|&member| {
            let local = problem.zone(member).local(start).rem_euclid(WEEK);
            inside(&problem.reserved, local, link.minutes)
        })
    };
    let reserved: Vec<usize> = if problem.reserved.is_empty() {
        Vec::new()
    } else {
        allowed.iter().copied().filter(within_reserved).collect()
    };
    let choice = if reserved.is_empty() { allowed } else { &reserved };
    match choice.len() {
        0 => (0, 0),
        len => {
            let start = choice[(link.hash % len as u64) as usize] as i32 * problem.grid;
            (start / DAY, start % DAY)
        }
    }
}
