//! The meetings of all weeks as they are being placed, and why a start is refused.

use std::ops::Range;

use super::{
    clock::{WEEK, inside},
    model::Problem,
    plan::Reason,
    zone::NEVER,
};

/// Everyone's placed 1on1s.
pub(super) struct Diary<'p> {
    pub(super) problem: &'p Problem,
    /// By member: starts and ends (buffers included) with their link, by start.
    placed: Vec<Vec<(i32, i32, usize)>>,
    /// By link: starts of its meetings.
    meetings: Vec<Vec<i32>>,
}

impl<'p> Diary<'p> {
    pub(super) fn new(problem: &'p Problem) -> Self {
        Self {
            problem,
            placed: vec![Vec::new(); problem.members.len()],
            meetings: problem
                .links
                .iter()
                .map(|link| link.previous.into_iter().collect())
                .collect(),
        }
    }

    pub(super) fn place(&mut self, link: usize, start: i32) {
        let (ends, span) = (self.problem.links[link].ends(), self.problem.links[link].span);
        for end in ends {
            let list = &mut self.placed[end];
            let next = list.partition_point(|entry| entry.0 < start);
            list.insert(next, (start, start + span, link));
        }
        self.meetings[link].push(start);
    }

    /// Takes a meeting out again.
    pub(super) fn remove(&mut self, link: usize, start: i32) {
        for end in self.problem.links[link].ends() {
            self.placed[end].retain(|entry| (entry.0, entry.2) != (start, link));
        }
        self.meetings[link].retain(|&meeting| meeting != start);
    }

    /// Why a meeting of a link cannot start at an instant; none if it can.
    pub(super) fn refusal(&self, link: usize, start: i32) -> Option<Reason> {
        if let Some(reason) = self.outer_refusal(link, start) {
            return Some(reason);
        }
        let here = &self.problem.links[link];
        if here.ends().iter().any(|&end| self.taken(end, start, start + here.span)) {
            return Some(Reason::Busy);
        }
        if here.ends().iter().any(|&end| self.full(end, start)) {
            return Some(Reason::Cap);
        }
        let close = |&other: &i32| (other - start).abs() < here.spacing;
        self.meetings[link].iter().any(close).then_some(Reason::Spacing)
    }

    /// Why, whatever 1on1s there are.
    pub(super) fn outer_refusal(&self, link: usize, start: i32) -> Option<Reason> {
        if start == NEVER || self.outside_hours(link, start) {
            return Some(Reason::OutsideHours);
        }
        if self.outside_reserved(link, start) {
            return Some(Reason::Reserved);
        }
        let here = &self.problem.links[link];
        let members = here.ends().map(|end| &self.problem.members[end]);
        let on = |days: &[(i32, i32)]| covers(days, start, start + 1);
        if members.iter().any(|member| on(&member.holidays)) {
            return Some(Reason::Holiday);
        }
        if members.iter().any(|member| on(&member.leave)) {
            return Some(Reason::Leave);
        }
        let busy = members.iter().any(|m| covers(&m.busy, start, start + here.minutes));
        busy.then_some(Reason::Busy)
    }

    /// The placed 1on1s of a link's two people on the day of an instant: link and start.
    pub(super) fn rivals(&self, link: usize, start: i32) -> Vec<(usize, i32)> {
        let mut rivals = Vec::new();
        for end in self.problem.links[link].ends() {
            let day = self.day(end, start);
            rivals.extend(self.placed[end][day].iter().map(|entry| (entry.2, entry.0)));
        }
        rivals
    }

    fn outside_hours(&self, link: usize, start: i32) -> bool {
        let problem = self.problem;
        let here = &problem.links[link];
        here.ends().iter().any(|&end| {
            let local = problem.zone(end).local(start).rem_euclid(WEEK);
            let windows = here.windows.as_deref();
            !inside(&problem.members[end].hours, local, here.minutes)
                || windows.is_some_and(|windows| !inside(windows, local, here.minutes))
        })
    }

    fn outside_reserved(&self, link: usize, start: i32) -> bool {
        let problem = self.problem;
        let here = &problem.links[link];
        !problem.exclusive.is_empty()
            && here.ends().iter().any(|&end| {
                let local = problem.zone(end).local(start).rem_euclid(WEEK);
                !inside(&problem.exclusive, local, here.minutes)
            })
    }

    /// Whether a member has a placed 1on1 that overlaps `[from, to)`.
    fn taken(&self, member: usize, from: i32, to: i32) -> bool {
        let list = &self.placed[member];
        let next = list.partition_point(|entry| entry.0 < to);
        next > 0 && list[next - 1].1 > from
    }

    /// Whether a member has as many 1on1s as the cap lets on the day of an instant.
    fn full(&self, member: usize, start: i32) -> bool {
        let problem = self.problem;
        let list = &self.placed[member];
        if list.len() < problem.cap {
            return false;
        }
        self.day(member, start).len() >= problem.cap
    }

    /// Where a member's 1on1s on the local day of an instant are in its list.
    fn day(&self, member: usize, start: i32) -> Range<usize> {
        let list = &self.placed[member];
        let zone = self.problem.zone(member);
        let day = zone.day(start);
        list.partition_point(|entry| entry.0 < zone.midnight(day))
            ..list.partition_point(|entry| entry.0 < zone.midnight(day + 1))
    }
}

/// Whether joined spans meet `[from, to)`.
fn covers(spans: &[(i32, i32)], from: i32, to: i32) -> bool {
    let next = spans.partition_point(|span| span.0 < to);
    next > 0 && spans[next - 1].1 > from
}
