//! Why a pair meets when it does: what it paid for, and what else was refused. Computed on demand,
//! so that a plan stays small. Third persons appear as reason codes and counts, never as who or
//! what.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    board::Board,
    candidates::{Candidate, MOVED, OTHER_WEEKDAY, Rows, UNPLACED, half_hours, preferred},
    clock::DAY,
    diary::Diary,
    instance::Instance,
    model::Problem,
    plan::{Outcome, Plan, Reason, Refusals, Series},
    starts::{UNHELD, unheld},
    validate::InstanceError,
    weeks,
};

/// Why one due meeting is where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What the pair's series pays.
    pub series: Vec<CostItem>,
    /// The cheapest series that was refused, if any.
    pub series_alternative: Option<SeriesAlternative>,
    /// Refused series by reason, one for each start of the week and phase.
    pub series_refused: Refusals,
    /// What this meeting pays besides.
    pub meeting: Vec<CostItem>,
    /// The cheapest start of its period that was refused, if any.
    pub meeting_alternative: Option<MeetingAlternative>,
    /// Refused starts of its period by reason.
    pub meeting_refused: Refusals,
}

/// One thing that is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CostItem {
    /// What.
    pub item: Item,
    /// How much.
    pub cost: i64,
}

/// What is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// Half hours between the time of day and the preferred one.
    Distance,
    /// A weekday other than the preferred one.
    OtherWeekday,
    /// Due weeks in which the series cannot be held.
    Unheld,
    /// Leaving the standing series.
    Moved,
    /// No series.
    Unplaced,
    /// Half hours between the meeting and the time of its series, weighted by earlier losses.
    Displaced,
    /// The meeting is skipped.
    Skipped,
}

/// A series that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeriesAlternative {
    /// The series.
    pub series: Series,
    /// What it would cost.
    pub cost: i64,
    /// Why not.
    pub reason: Reason,
}

/// A start that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MeetingAlternative {
    /// When.
    pub start: DateTime<Utc>,
    /// What it would cost.
    pub cost: i64,
    /// Why not.
    pub reason: Reason,
}

/// Explains one occurrence of a plan: that of `pair` (its row in the instance) due in `week`. None
/// if the plan has no such occurrence.
pub fn explain(
    instance: &Instance,
    plan: &Plan,
    pair: usize,
    week: u32,
) -> Result<Option<Explanation>, Vec<InstanceError>> {
    Ok(explain_each(instance, plan, &[(pair, week)])?.pop().flatten())
}

/// Explains several occurrences, reading instance and plan once.
pub fn explain_each(
    instance: &Instance,
    plan: &Plan,
    questions: &[(usize, u32)],
) -> Result<Vec<Option<Explanation>>, Vec<InstanceError>> {
    instance.validate()?;
    let problem = Problem::new(instance);
    let mut explainer = Explainer::new(&problem, plan);
    Ok(questions.iter().map(|&(pair, week)| explainer.explain(pair, week)).collect())
}

struct Explainer<'p> {
    problem: &'p Problem,
    plan: &'p Plan,
    board: Board<'p>,
    diary: Diary<'p>,
    rows: Rows<'p>,
    /// Link of each row of the instance.
    link_of: Vec<usize>,
}

impl<'p> Explainer<'p> {
    fn new(problem: &'p Problem, plan: &'p Plan) -> Self {
        let mut link_of = vec![0; problem.links.len()];
        for (link, here) in problem.links.iter().enumerate() {
            link_of[here.row] = link;
        }
        let mut board = Board::new(problem);
        for (planned, &link) in plan.series.iter().zip(&link_of) {
            board.chosen[link] = planned.series.as_ref().map(|series| Candidate {
                cost: u32::try_from(planned.cost).unwrap_or(u32::MAX),
                slot: slot(problem, series),
                phase: series.phase as u8,
            });
        }
        let mut diary = Diary::new(problem);
        for occurrence in &plan.occurrences {
            if let Outcome::Placed { start, .. } = occurrence.outcome {
                diary.place(link_of[occurrence.pair], problem.epoch.floor(start));
            }
        }
        Self { problem, plan, board, diary, rows: Rows::new(problem), link_of }
    }

    fn explain(&mut self, pair: usize, week: u32) -> Option<Explanation> {
        let key = |o: &super::plan::Occurrence| (o.pair, o.week);
        let index = self.plan.occurrences.binary_search_by_key(&(pair, week), key).ok()?;
        let link = self.link_of[pair];
        let (series_alternative, series_refused) = self.refused_series(link);
        let outcome = &self.plan.occurrences[index].outcome;
        let (meeting_alternative, meeting_refused) = match outcome {
            Outcome::Placed { start, .. } => {
                let start = self.problem.epoch.floor(*start);
                self.diary.remove(link, start);
                let refused = self.refused_starts(link, week as usize);
                self.diary.place(link, start);
                refused
            }
            Outcome::Skipped { .. } => self.refused_starts(link, week as usize),
        };
        let (item, cost) = match *outcome {
            Outcome::Placed { cost, .. } => (Item::Displaced, cost),
            Outcome::Skipped { cost, .. } => (Item::Skipped, cost),
        };
        Some(Explanation {
            series: self.series_items(link),
            series_alternative,
            series_refused,
            meeting: paid([(item, cost)]),
            meeting_alternative,
            meeting_refused,
        })
    }

    fn series_items(&mut self, link: usize) -> Vec<CostItem> {
        let Some(held) = self.board.chosen[link] else {
            return paid([(Item::Unplaced, UNPLACED)]);
        };
        let here = &self.problem.links[link];
        let (slot, phase) = (usize::from(held.slot), usize::from(held.phase));
        let (weekday, time) = self.wish(link);
        let start = i32::from(held.slot) * self.problem.grid;
        let due = self.problem.due(here, phase);
        let lost = self.rows.with_starts(here, |a, b| unheld(a, b, slot, due));
        let moved = here.standing.is_some_and(|standing| standing != (start, phase as u32));
        paid([
            (Item::Distance, half_hours(start % DAY - time).into()),
            (Item::OtherWeekday, if start / DAY == weekday { 0 } else { OTHER_WEEKDAY.into() }),
            (Item::Unheld, (lost * UNHELD).into()),
            (Item::Moved, if moved { MOVED.into() } else { 0 }),
        ])
    }

    fn wish(&mut self, link: usize) -> (i32, i32) {
        let here = &self.problem.links[link];
        let allowed = self.rows.with_starts(here, |a, b| {
            (0..a.allowed.len())
                .filter(|&slot| a.allowed[slot] && b.allowed[slot])
                .collect::<Vec<_>>()
        });
        preferred(self.problem, here, &allowed)
    }

    /// The cheapest refused series, and all by reason: outside the hours, or in the way of other
    /// pairs' series.
    fn refused_series(&mut self, link: usize) -> (Option<SeriesAlternative>, Refusals) {
        let problem = self.problem;
        let here = &problem.links[link];
        let row = self.rows.all(here);
        let mut refused = Refusals::default();
        let mut cheapest: Option<(u32, Candidate, Reason)> = None;
        let (weekday, time) = self.wish(link);
        let wanted = (weekday * DAY + time) / problem.grid;
        for slot in 0..problem.slots as u16 {
            for phase in 0..problem.phases(here) as u8 {
                if row.iter().any(|c| (c.slot, c.phase) == (slot, phase)) {
                    continue;
                }
                let start = problem.organizer_zone(here).start(problem.reference, slot.into());
                let reason = match self.diary.refusal(link, start) {
                    Some(Reason::Reserved) => Reason::Reserved,
                    _ => Reason::OutsideHours,
                };
                refused.add(reason);
                if i32::from(slot) == wanted && cheapest.is_none() {
                    cheapest = Some((0, Candidate { cost: 0, slot, phase }, reason));
                }
            }
        }
        for candidate in row {
            if self.board.fits(link, &candidate) {
                continue;
            }
            let clashes = self.board.clashes(link, &candidate);
            let reason = if clashes { Reason::Busy } else { Reason::Cap };
            refused.add(reason);
            if cheapest.is_none_or(|(cost, ..)| candidate.cost < cost) {
                cheapest = Some((candidate.cost, candidate, reason));
            }
        }
        let alternative = cheapest.map(|(cost, candidate, reason)| SeriesAlternative {
            series: super::series_of(problem, here, &candidate),
            cost: cost.into(),
            reason,
        });
        (alternative, refused)
    }

    fn refused_starts(&self, link: usize, week: usize) -> (Option<MeetingAlternative>, Refusals) {
        let Some(held) = self.board.chosen[link] else { return (None, Refusals::default()) };
        let wanted = weeks::agreed(self.problem, link, &held, week);
        let mut refused = Refusals::default();
        let mut cheapest: Option<(i64, i32, Reason)> = None;
        let period = weeks::period(self.problem, link, week);
        for start in weeks::starts(self.problem, link, period) {
            let Some(reason) = self.diary.refusal(link, start) else { continue };
            refused.add(reason);
            let cost = weeks::displacement(self.problem, link, wanted, start);
            if start != super::zone::NEVER && cheapest.is_none_or(|(least, ..)| cost < least) {
                cheapest = Some((cost, start, reason));
            }
        }
        let alternative = cheapest.map(|(cost, start, reason)| MeetingAlternative {
            start: self.problem.epoch.instant(start),
            cost,
            reason,
        });
        (alternative, refused)
    }
}

fn slot(problem: &Problem, series: &Series) -> u16 {
    let day = u32::from(series.weekday.number()) - 1;
    ((day * DAY as u32 + series.time.minutes()) / problem.grid as u32) as u16
}

fn paid(items: impl IntoIterator<Item = (Item, i64)>) -> Vec<CostItem> {
    let items = items.into_iter().filter(|(_, cost)| *cost > 0);
    items.map(|(item, cost)| CostItem { item, cost }).collect()
}
