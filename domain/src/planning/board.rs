//! Series side by side: who has which, and what stands in the way of another.

use super::{
    candidates::Candidate,
    clock::{DAY, WEEK},
    model::{Problem, Weeks, each},
    zone::NEVER,
};

/// The series chosen so far, by link.
pub(super) struct Board<'p> {
    pub(super) problem: &'p Problem,
    pub(super) chosen: Vec<Option<Candidate>>,
}

impl<'p> Board<'p> {
    pub(super) fn new(problem: &'p Problem) -> Self {
        Self { problem, chosen: vec![None; problem.links.len()] }
    }

    /// Whether a link may have a candidate beside all that is chosen.
    pub(super) fn fits(&self, link: usize, candidate: &Candidate) -> bool {
        let ends = self.problem.links[link].ends();
        !self.clashes(link, candidate)
            && ends.iter().all(|&end| self.has_room(link, candidate, end))
    }

    /// Whether a candidate clashes with another pair's series.
    pub(super) fn clashes(&self, link: usize, candidate: &Candidate) -> bool {
        self.problem.links[link].ends().iter().any(|&end| {
            let mut others = self.neighbours(link, end);
            others.any(|(other, held)| self.clash(link, candidate, other, held))
        })
    }

    /// The chosen series of a member, but for one link.
    pub(super) fn neighbours(
        &self,
        link: usize,
        member: usize,
    ) -> impl Iterator<Item = (usize, &Candidate)> {
        let others = self.problem.at[member].iter().filter(move |&&other| other != link);
        others.filter_map(|&other| self.chosen[other].as_ref().map(|held| (other, held)))
    }

    /// Whether two series of one person overlap, buffers included, in a week in which both are due.
    pub(super) fn clash(&self, left: usize, l: &Candidate, right: usize, r: &Candidate) -> bool {
        let problem = self.problem;
        let (left, right) = (&problem.links[left], &problem.links[right]);
        let overlap = |from: i32, other: i32| from < other + right.span && other < from + left.span;
        let (zone, other) = (problem.organizer_zone(left), problem.organizer_zone(right));
        let due = problem.occupied(left, l.phase.into());
        let theirs = problem.occupied(right, r.phase.into());
        if problem.clock(left) == problem.clock(right) {
            // Their distance is the same in every week.
            let from = zone.start(problem.reference, l.slot.into());
            let start = other.start(problem.reference, r.slot.into());
            if from == NEVER || start == NEVER {
                return false;
            }
            return overlap(from, start) && due & theirs != 0
                || overlap(from, start + WEEK) && due & (theirs >> 1) != 0
                || overlap(from, start - WEEK) && due & (theirs << 1) != 0;
        }
        each(due).any(|week| {
            let from = zone.start(week, l.slot.into());
            let near = theirs & around(week);
            from != NEVER
                && each(near).any(|week| {
                    let start = other.start(week, r.slot.into());
                    start != NEVER && overlap(from, start)
                })
        })
    }

    /// Whether the daily cap of a member lets a link's candidate in.
    pub(super) fn has_room(&self, link: usize, candidate: &Candidate, member: usize) -> bool {
        let problem = self.problem;
        if problem.at[member].len() <= problem.cap {
            return true;
        }
        let here = &problem.links[link];
        let from = problem.organizer_zone(here).start(problem.reference, candidate.slot.into());
        // Clocks may move apart by an hour or two over the horizon.
        let close: Vec<(usize, &Candidate)> = (self.neighbours(link, member))
            .filter(|(other, held)| {
                let zone = problem.organizer_zone(&problem.links[*other]);
                let apart =
                    (zone.start(problem.reference, held.slot.into()) - from).rem_euclid(WEEK);
                !(DAY + 180..=WEEK - DAY - 180).contains(&apart)
            })
            .collect();
        if close.len() < problem.cap {
            return true;
        }
        each(problem.occupied(here, candidate.phase.into())).all(|week| {
            let Some(day) = self.day(link, candidate, member, week) else { return true };
            let same = close.iter().filter(|(other, held)| {
                let due = problem.occupied(&problem.links[*other], held.phase.into());
                let near: Weeks = due & around(week);
                each(near).any(|week| self.day(*other, held, member, week) == Some(day))
            });
            same.count() < problem.cap
        })
    }

    /// How many series a member has on a day of its calendar, counted from the horizon's start.
    pub(super) fn load(&self, member: usize, day: i32) -> usize {
        let problem = self.problem;
        let near = (day / 7).clamp(0, problem.reach as i32 - 1) as usize;
        let held = problem.at[member].iter().filter(|&&link| {
            self.chosen[link].as_ref().is_some_and(|held| {
                let due = problem.occupied(&problem.links[link], held.phase.into());
                each(due & around(near)).any(|week| self.day(link, held, member, week) == Some(day))
            })
        });
        held.count()
    }

    /// The series that would have to go for a link to have a candidate; of a day that is full, the
    /// one that pays most above `floor`.
    pub(super) fn blockers(&self, link: usize, candidate: &Candidate, floor: &[i64]) -> Vec<usize> {
        let mut blockers = Vec::new();
        for end in self.problem.links[link].ends() {
            let clashing = self.neighbours(link, end);
            let clashing =
                clashing.filter(|(other, held)| self.clash(link, candidate, *other, held));
            blockers.extend(clashing.map(|(other, _)| other));
        }
        blockers.sort_unstable();
        blockers.dedup();
        if blockers.is_empty() {
            for end in self.problem.links[link].ends() {
                if !self.has_room(link, candidate, end) {
                    let same = self
                        .neighbours(link, end)
                        .filter(|(other, held)| self.same_day(link, candidate, *other, held, end));
                    let worst = same.max_by_key(|(other, held)| {
                        (i64::from(held.cost) - floor[*other], std::cmp::Reverse(*other))
                    });
                    blockers.extend(worst.map(|(other, _)| other));
                }
            }
            blockers.sort_unstable();
            blockers.dedup();
        }
        blockers
    }

    /// Whether two series fall on one day of a member's calendar in some week.
    fn same_day(
        &self,
        link: usize,
        candidate: &Candidate,
        other: usize,
        held: &Candidate,
        member: usize,
    ) -> bool {
        let problem = self.problem;
        let due = problem.occupied(&problem.links[link], candidate.phase.into());
        let theirs = problem.occupied(&problem.links[other], held.phase.into());
        each(due).any(|week| {
            let day = self.day(link, candidate, member, week);
            day.is_some()
                && each(theirs & around(week))
                    .any(|week| self.day(other, held, member, week) == day)
        })
    }

    /// The day of a member's calendar on which a series falls in a week.
    fn day(&self, link: usize, candidate: &Candidate, member: usize, week: usize) -> Option<i32> {
        let problem = self.problem;
        let zone = problem.organizer_zone(&problem.links[link]);
        let start = zone.start(week, candidate.slot.into());
        (start != NEVER).then(|| problem.zone(member).day(start))
    }
}

/// A week and those beside it: zones far apart see the same instant in different weeks.
fn around(week: usize) -> Weeks {
    (0b111 << week) >> 1
}
