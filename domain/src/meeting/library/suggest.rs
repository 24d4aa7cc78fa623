//! What the agenda of a pair's next meeting may begin with: situations that follow from facts.
//!
//! | reason | situation | holds while |
//! |---|---|---|
//! | [`Reason::NoneHeld`] | first 1on1 | none of the pair was held, and not [`UNSPOKEN`] went by |
//! | [`Reason::BackFromLeave`] | return from leave | it ended within [`AFTER_LEAVE`] |
//! | [`Reason::NewManager`] | manager change | the report's manager changed within [`NEW_MANAGER`] |
//! | [`Reason::NewRole`] | new role | the primary post changed within [`NEW_ROLE`] |
//! | [`Reason::NoTime`] | workload | the last [`LOST_IN_A_ROW`] or more found no time |
//! | [`Reason::Overdue`] | goal check, or workload | actions are past their day; [`MANY_OVERDUE`] |
//! | [`Reason::TermEnds`] | goal check | it is the last month of a half of the fiscal year |
//! | [`Reason::YearEnds`] | career | it is the last month of the fiscal year |
//! | [`Reason::LeftOpen`] | regular | talking points were left open in [`LEFT_OPEN`] meetings |
//! | [`Reason::Ordinary`] | regular | always |
//!
//! In this order: what comes once and soon passes is before what comes again. A situation stands
//! once, for its first reason, and [`Situation::Regular`] is always the last.
//!
//! Only what both people of the pair may know anyway is a fact: their meetings and shared talking
//! points and actions, and of the org chart what everybody in the organization sees. So both get
//! the same. What one of the two keeps (drafts, notes) is none; neither is what other pairs of the
//! two have, what somebody wrote, nor what begins after today, even if it is recorded: of a move or
//! a return to come people speak before machines do. A leave has no kind here.
//!
//! What only people can know is never guessed: a failure, feedback that is hard to hear, low
//! energy, a success, how a team gets on. A frontend offers those to choose from.

use std::{cmp::Reverse, collections::HashSet};

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

use super::Situation;
use crate::{
    id::{PairId, PersonId},
    meeting::{MeetingStatus, SkipReason, held::NotHeldReason},
    organization::{Assignment, LineKind, Period, ReportingLine},
    pair::{Pair, PairKind},
};

/// Most suggestions for a meeting. Our choice: more are a list to read, not help to begin.
pub const MOST: usize = 4;
/// So long after its end a leave counts. The library's own questions speak of "your first month
/// back".
pub const AFTER_LEAVE: Days = Days::new(30);
/// So long a manager is new. The usual time of probation, and of the first goals set together.
pub const NEW_MANAGER: Months = Months::new(3);
/// So long a role is new: "the first three months" in the library's own questions.
pub const NEW_ROLE: Days = Days::new(90);
/// So many 1on1s in a row that found no time are no accident. Our choice: the second in a row is
/// where a pair has not met for three times its cadence.
pub const LOST_IN_A_ROW: usize = 2;
/// Left open in so many meetings that were held, a talking point is put off. Our choice: once is
/// a full agenda.
pub const LEFT_OPEN: usize = 2;
/// From so many overdue actions on there is rather too much to do than a goal to look at. Our
/// choice.
pub const MANY_OVERDUE: u64 = 3;
/// After so many 1on1s of which nobody said anything the next is not called the first: the two
/// probably meet and do not say so. Our choice.
pub const UNSPOKEN: usize = 2;
/// So many of a pair's last meetings are looked at: a row shows in them, and two that were held
/// among some that were lost.
pub const LOOKED_BACK: u32 = 6;

/// Why something is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No 1on1 of the two was held yet.
    NoneHeld,
    /// This one is back from a leave.
    BackFromLeave(PersonId),
    /// The organizer has been the partner's manager since this day, and somebody else was before.
    NewManager(NaiveDate),
    /// This one has had another primary post since this day.
    NewRole(PersonId, NaiveDate),
    /// The last so many 1on1s found no time.
    NoTime(usize),
    /// So many actions of the two are past their day.
    Overdue(u64),
    /// A half of the fiscal year ends on this day.
    TermEnds(NaiveDate),
    /// The fiscal year ends on this day.
    YearEnds(NaiveDate),
    /// So many talking points were left open again and again.
    LeftOpen(usize),
    /// Nothing special.
    Ordinary,
}

impl Reason {
    /// What it suggests.
    pub fn situation(self) -> Situation {
        match self {
            Self::NoneHeld => Situation::FirstOneOnOne,
            Self::BackFromLeave(_) => Situation::ReturnFromLeave,
            Self::NewManager(_) => Situation::ManagerChange,
            Self::NewRole(..) => Situation::NewRole,
            Self::NoTime(_) | Self::Overdue(MANY_OVERDUE..) => Situation::Workload,
            Self::Overdue(_) | Self::TermEnds(_) => Situation::GoalCheck,
            Self::YearEnds(_) => Situation::Career,
            Self::LeftOpen(_) | Self::Ordinary => Situation::Regular,
        }
    }
}

/// A meeting that is over, in codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// Whose.
    pub pair: PairId,
    /// When it began, or the week in which it was due.
    pub at: DateTime<Utc>,
    /// Where it stands: planned or scheduled, while nobody said whether it took place.
    pub status: MeetingStatus,
    /// Why it was skipped.
    pub skipped: Option<SkipReason>,
    /// Why it was missed or called off.
    pub reason: Option<NotHeldReason>,
}

impl Past {
    /// Whether it was lost for want of time; none where that says nothing of a pair's work.
    fn found_no_time(&self) -> Option<bool> {
        match (self.status, self.skipped) {
            (MeetingStatus::Skipped, Some(SkipReason::CalledOff)) | (MeetingStatus::Missed, _) => {
                match self.reason {
                    Some(NotHeldReason::OtherAppointment | NotHeldReason::Workload) => Some(true),
                    Some(NotHeldReason::Absence) => None,
                    _ => Some(false),
                }
            }
            (
                MeetingStatus::Skipped,
                Some(
                    SkipReason::Busy
                    | SkipReason::Cap
                    | SkipReason::Spacing
                    | SkipReason::Reserved
                    | SkipReason::OutsideHours,
                ),
            ) => Some(true),
            (MeetingStatus::Skipped, _) => None,
            _ => Some(false),
        }
    }

    fn unspoken(&self) -> bool {
        matches!(self.status, MeetingStatus::Planned | MeetingStatus::Scheduled)
    }
}

/// What is known of some pairs and their people, in any order.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Pairs that have held a 1on1.
    pub held: HashSet<PairId>,
    /// The last [`LOOKED_BACK`] meetings of each pair that are over.
    pub past: Vec<Past>,
    /// Open talking points that both see, by the instant since which they do.
    pub open: Vec<(PairId, DateTime<Utc>)>,
    /// How many open actions are past their day.
    pub overdue: Vec<(PairId, u64)>,
    /// Leaves.
    pub leaves: Vec<(PersonId, Period)>,
    /// Posts of today.
    pub posts: Vec<Assignment>,
    /// Posts of [`NEW_ROLE`] before today.
    pub former_posts: Vec<Assignment>,
    /// Lines up from people, those that ended too.
    pub lines: Vec<ReportingLine>,
    /// Month in which the fiscal year starts, 1 to 12.
    pub fiscal_year_start_month: u8,
}

/// Why which situations are suggested for a pair's next meeting, best first: at most [`MOST`], none
/// twice, the regular one last.
pub fn suggest(pair: &Pair, facts: &Facts, today: NaiveDate) -> Vec<Reason> {
    let mut past: Vec<&Past> = facts.past.iter().filter(|it| it.pair == pair.id).collect();
    past.sort_by_key(|it| Reverse(it.at));
    let of = Of { pair, facts, past, today };
    let found = [
        of.none_held(),
        of.back_from_leave(),
        of.new_manager(),
        of.new_role(),
        of.no_time(),
        of.overdue(),
        of.term_ends(),
        of.year_ends(),
    ];
    let mut ranked: Vec<Reason> = Vec::with_capacity(MOST);
    for reason in found.into_iter().flatten() {
        let known = ranked.iter().any(|it| it.situation() == reason.situation());
        if !known && ranked.len() + 1 < MOST {
            ranked.push(reason);
        }
    }
    ranked.push(of.left_open().unwrap_or(Reason::Ordinary));
    ranked
}

fn primary(posts: &[Assignment], person: PersonId) -> Option<&Assignment> {
    posts.iter().filter(|it| it.primary && it.person == person).min_by_key(|it| it.id)
}

struct Of<'a> {
    pair: &'a Pair,
    facts: &'a Facts,
    /// Latest first.
    past: Vec<&'a Past>,
    today: NaiveDate,
}

impl Of<'_> {
    /// Whose time the 1on1 is: the report's, the mentee's; of two peers that of both.
    fn whose(&self) -> impl Iterator<Item = PersonId> {
        let peer = (self.pair.kind == PairKind::Peer).then_some(self.pair.organizer);
        [self.pair.partner].into_iter().chain(peer)
    }

    fn none_held(&self) -> Option<Reason> {
        let unspoken = self.past.iter().filter(|it| it.unspoken()).count();
        let first = !self.facts.held.contains(&self.pair.id) && unspoken < UNSPOKEN;
        first.then_some(Reason::NoneHeld)
    }

    fn back_from_leave(&self) -> Option<Reason> {
        let back = |person: &PersonId| {
            let mut own = self.facts.leaves.iter().filter(|(whose, _)| whose == person);
            let here = !own.clone().any(|(_, leave)| leave.contains(self.today));
            here && own.any(|(_, leave)| {
                leave.until <= self.today && self.today < leave.until + AFTER_LEAVE
            })
        };
        self.whose().find(back).map(Reason::BackFromLeave)
    }

    fn new_manager(&self) -> Option<Reason> {
        if self.pair.kind != PairKind::Manager {
            return None;
        }
        let lines = self.facts.lines.iter().filter(|it| {
            it.report == self.pair.partner
                && it.kind == LineKind::Solid
                && it.period.from <= self.today
        });
        let (own, others): (Vec<&ReportingLine>, Vec<&ReportingLine>) =
            lines.partition(|it| it.manager == self.pair.organizer);
        if !own.iter().any(|it| it.period.contains(self.today)) {
            return None;
        }
        let ended = others.iter().map(|it| it.period.until).filter(|it| *it <= self.today).max()?;
        let since = own.iter().map(|it| it.period.from).filter(|from| *from >= ended).min()?;
        (self.today < since + NEW_MANAGER).then_some(Reason::NewManager(since))
    }

    fn new_role(&self) -> Option<Reason> {
        self.whose().find_map(|person| {
            let now = primary(&self.facts.posts, person)?;
            // Whoever had none has joined since: that is no other role.
            let before = primary(&self.facts.former_posts, person)?;
            // A title that is recorded for the first time is not a new one.
            let titles = now.position.as_ref().zip(before.position.as_ref());
            let other = now.department != before.department
                || titles.is_some_and(|(now, before)| now != before);
            other.then_some(Reason::NewRole(person, now.period.from))
        })
    }

    fn no_time(&self) -> Option<Reason> {
        let known = self.past.iter().filter_map(|it| it.found_no_time());
        let lost = known.take_while(|lost| *lost).count();
        (lost >= LOST_IN_A_ROW).then_some(Reason::NoTime(lost))
    }

    fn overdue(&self) -> Option<Reason> {
        let own = self.facts.overdue.iter().filter(|(pair, _)| *pair == self.pair.id);
        let count: u64 = own.map(|(_, count)| count).sum();
        (count > 0).then_some(Reason::Overdue(count))
    }

    /// The last month of a half is where its goals are looked at. Of managers and their reports:
    /// others set none together.
    fn last_month(&self) -> Option<(u32, NaiveDate)> {
        let start = u32::from(self.facts.fiscal_year_start_month);
        let month = (self.today.month() + 12 - start) % 12;
        let last = self.pair.kind == PairKind::Manager && month % 6 == 5;
        let next = self.today.with_day(1)? + Months::new(1);
        last.then_some((month, next.pred_opt()?))
    }

    fn term_ends(&self) -> Option<Reason> {
        self.last_month().map(|(_, day)| Reason::TermEnds(day))
    }

    fn year_ends(&self) -> Option<Reason> {
        let year = self.last_month().filter(|(month, _)| *month == 11);
        year.map(|(_, day)| Reason::YearEnds(day))
    }

    fn left_open(&self) -> Option<Reason> {
        let mut held = self.past.iter().filter(|it| it.status == MeetingStatus::Held);
        let since = held.nth(LEFT_OPEN - 1)?.at;
        let left =
            |(pair, shared): &&(PairId, DateTime<Utc>)| *pair == self.pair.id && *shared <= since;
        let count = self.facts.open.iter().filter(left).count();
        (count > 0).then_some(Reason::LeftOpen(count))
    }
}
