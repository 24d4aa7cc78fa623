//! Which starts suit one person: the week masks from which every series cost follows.

use super::{
    clock::{WEEK, inside},
    model::{Member, Problem, Weeks},
    zone::{NEVER, Zone},
};

/// For one person, and for meetings of one length whose starts are read in one zone: what each slot
/// of that zone's week is worth.
pub(super) struct Starts {
    /// Inside the hours in the reference week.
    pub(super) allowed: Vec<bool>,
    /// Weeks in which the person is busy, outside the hours, or on holiday.
    pub(super) refused: Vec<Weeks>,
    /// Weeks in which the person is on leave that day.
    pub(super) leave: Vec<Weeks>,
}

impl Starts {
    /// `hours` are the weekly spans, in the person's own zone, in which the meetings may lie.
    pub(super) fn new(
        problem: &Problem,
        member: &Member,
        hours: &[(i32, i32)],
        zone: &Zone,
        minutes: i32,
    ) -> Self {
        let slots = problem.slots;
        let mut starts =
            Self { allowed: vec![false; slots], refused: vec![0; slots], leave: vec![0; slots] };
        let own = &problem.zones[member.zone];
        starts.mark_hours(problem, hours, own, zone, minutes);
        let grid = Slots { problem, zone };
        for &(from, to) in &member.busy {
            // A start meets [from, to) when it is before its end and ends after its start.
            grid.mark(from - minutes + 1, to, &mut starts.refused);
        }
        for &(from, to) in &member.holidays {
            grid.mark(from, to, &mut starts.refused);
        }
        for &(from, to) in &member.leave {
            grid.mark(from, to, &mut starts.leave);
        }
        starts
    }

    fn mark_hours(
        &mut self,
        problem: &Problem,
        hours: &[(i32, i32)],
        own: &Zone,
        zone: &Zone,
        minutes: i32,
    ) {
        // Weeks in which neither clock changes, by the distance between the two.
        let mut steady: Vec<(i32, Weeks)> = Vec::new();
        for week in 0..problem.weeks {
            let bit = 1 << week;
            let first = week as i32 * WEEK;
            match steady_distance(own, zone, first) {
                Some(distance) => match steady.iter_mut().find(|entry| entry.0 == distance) {
                    Some(entry) => entry.1 |= bit,
                    None => steady.push((distance, bit)),
                },
                None => {
                    for slot in 0..problem.slots {
                        let start = zone.start(week, slot);
                        let fits = |local: i32| inside(hours, local.rem_euclid(WEEK), minutes);
                        if start != NEVER && fits(own.local(start)) {
                            self.allowed[slot] |= week == problem.reference;
                        } else {
                            self.refused[slot] |= bit;
                        }
                    }
                }
            }
        }
        for (distance, weeks) in steady {
            let reference = weeks >> problem.reference & 1 == 1;
            self.refused.iter_mut().for_each(|refused| *refused |= weeks);
            for slot in fitting(problem, hours, distance, minutes) {
                self.allowed[slot] |= reference;
                self.refused[slot] &= !weeks;
            }
        }
    }
}

/// The slots at which a meeting lies inside weekly spans on a clock that is `distance` minutes ahead
/// of the slots' own.
fn fitting(
    problem: &Problem,
    hours: &[(i32, i32)],
    distance: i32,
    minutes: i32,
) -> impl Iterator<Item = usize> {
    let (grid, slots) = (problem.grid, problem.slots as i32);
    // A meeting may run over Sunday midnight.
    let seam = match (hours.first(), hours.last()) {
        (Some(first), Some(last)) if first.0 == 0 && last.1 == WEEK => {
            Some((last.0, WEEK + first.1))
        }
        _ => None,
    };
    let spans = hours.iter().copied().chain(seam);
    let shifted = spans.flat_map(|(from, to)| [-WEEK, 0, WEEK].map(|by| (from + by, to + by)));
    shifted.flat_map(move |(from, to)| {
        let first = (from - distance + grid - 1).div_euclid(grid).max(0);
        let last = (to - distance - minutes).div_euclid(grid).min(slots - 1);
        (first..=last).map(|slot| slot as usize)
    })
}

/// Own clock minus the other, where neither changes during the week (nor close to it).
fn steady_distance(own: &Zone, zone: &Zone, monday: i32) -> Option<i32> {
    let constant = |zone: &Zone| {
        let (before, after) = (monday - 1440, monday + WEEK + 1440);
        let changes = zone.segments.iter().any(|s| before < s.from && s.from <= after);
        (!changes).then(|| zone.offset(monday))
    };
    Some(constant(own)? - constant(zone)?)
}

/// The slots of the horizon's weeks on one zone's clock.
struct Slots<'a> {
    problem: &'a Problem,
    zone: &'a Zone,
}

impl Slots<'_> {
    /// Sets the week bit of every slot whose start lies in `[from, to)`, instants.
    fn mark(&self, from: i32, to: i32, weeks: &mut [Weeks]) {
        let (grid, slots) = (self.problem.grid, self.problem.slots);
        let end = self.problem.weeks as i32 * WEEK;
        for segment in &self.zone.segments {
            let first = (from.saturating_add(segment.offset)).max(segment.local.0).max(0);
            let last = (to.saturating_add(segment.offset)).min(segment.local.1).min(end);
            if first >= last {
                continue;
            }
            let (first, last) = ((first + grid - 1) / grid, (last + grid - 1) / grid);
            let (mut week, mut slot) = (first as usize / slots, first as usize % slots);
            for _ in first..last {
                weeks[slot] |= 1 << week;
                slot += 1;
                if slot == slots {
                    (week, slot) = (week + 1, 0);
                }
            }
        }
    }
}

/// Cost of each week in which a series cannot be held.
pub(super) const UNHELD: u32 = 100;

/// The weeks of `due` in which neither leave excuses nor both people can.
pub(super) fn unheld(a: &Starts, b: &Starts, slot: usize, due: Weeks) -> u32 {
    let refused = (a.refused[slot] | b.refused[slot]) & !(a.leave[slot] | b.leave[slot]);
    (refused & due).count_ones()
}
