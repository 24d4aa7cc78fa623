//! What the planner answers, and how it is written to JSON.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};

use super::{clock::Clock, instance::Kind};
use crate::organization::Weekday;

/// A complete plan. Serialises to the output of instance files, without the `seconds` that only the
/// caller can know: see [`PlanOutput`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// One entry a pair, in the order of the instance's rows.
    pub series: Vec<PlannedSeries>,
    /// By pair, then by week.
    pub occurrences: Vec<Occurrence>,
    /// The sums of both stages.
    pub totals: Totals,
    /// No choice of series costs less than this.
    pub lower_bound: i64,
    /// No choice of series costs less than `totals.series`.
    pub exact: bool,
}

/// The series of one pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedSeries {
    /// Key of the first person, as in the instance.
    pub a: String,
    /// Key of the second.
    pub b: String,
    /// Why they meet.
    pub kind: Kind,
    /// What they agree on; none if no time is left.
    pub series: Option<Series>,
    /// Its stage 1 cost.
    pub cost: i64,
}

/// A weekday and wall-clock time, and the weeks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Series {
    /// The day; 1 is Monday.
    pub weekday: Weekday,
    /// The start.
    pub time: Clock,
    /// The organizer's zone, in which day and time are read.
    pub zone: String,
    /// The first week in which it is due, counted from the start of the horizon; of a monthly
    /// series, which Monday of the month begins its weeks, counted from 0.
    pub phase: u32,
}

/// One due meeting of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Row of the pair in the instance, and in [`Plan::series`].
    pub pair: usize,
    /// The week in which it is due, counted from 0.
    pub week: u32,
    /// Its length.
    pub minutes: u32,
    /// When it is held, or why not.
    pub outcome: Outcome,
}

/// Whether a due meeting is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is.
    Placed {
        /// When it starts.
        start: DateTime<Utc>,
        /// Its stage 2 cost; 0 at the time of the series, or where it was fixed.
        cost: i64,
    },
    /// No legal time is left in its cadence period.
    Skipped {
        /// What refused most of the starts inside both people's hours.
        reason: Reason,
        /// All starts of the period, by what refused them.
        refused: Refusals,
        /// Its stage 2 cost.
        cost: i64,
    },
}

/// Why a start is refused; where several reasons hold, the first in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Outside the hours or the allowed windows of one of the two, outside the pair's episode, or
    /// jumped over by the clock.
    OutsideHours,
    /// Outside the windows reserved exclusively for 1on1s.
    Reserved,
    /// A public holiday of one of the two.
    Holiday,
    /// One of the two is on leave.
    Leave,
    /// One of the two is taken.
    Busy,
    /// One of the two has all the 1on1s a day may hold.
    Cap,
    /// Too close to another meeting of the pair.
    Spacing,
    /// The pair has no series.
    NoSeries,
}

impl Reason {
    /// All of them, in the order in which they are looked for.
    pub const ALL: [Self; 8] = [
        Self::OutsideHours,
        Self::Reserved,
        Self::Holiday,
        Self::Leave,
        Self::Busy,
        Self::Cap,
        Self::Spacing,
        Self::NoSeries,
    ];

    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::OutsideHours => "outside_hours",
            Self::Reserved => "reserved",
            Self::Holiday => "holiday",
            Self::Leave => "leave",
            Self::Busy => "busy",
            Self::Cap => "cap",
            Self::Spacing => "spacing",
            Self::NoSeries => "no_series",
        }
    }
}

/// Refused starts by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refusals([u32; Reason::ALL.len()]);

impl Refusals {
    /// Counts one.
    pub(crate) fn add(&mut self, reason: Reason) {
        self.0[reason as usize] += 1;
    }

    /// How many starts were refused for a reason.
    pub fn count(&self, reason: Reason) -> u32 {
        self.0[reason as usize]
    }

    /// The reasons that occurred, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (Reason, u32)> + '_ {
        let all = Reason::ALL.into_iter().map(|reason| (reason, self.count(reason)));
        all.filter(|(_, count)| *count > 0)
    }

    /// The reason that refused most of the starts that lay inside everyone's hours.
    pub fn main(&self) -> Reason {
        let inside = self.iter().filter(|(reason, _)| *reason != Reason::OutsideHours);
        let most = inside.max_by_key(|&(reason, count)| (count, Reverse(reason)));
        most.map_or(Reason::OutsideHours, |(reason, _)| reason)
    }
}

impl Serialize for Refusals {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.iter())
    }
}

/// The sums of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Stage 1: the costs of all series, with 1,000,000 for each pair without one.
    pub series: i64,
    /// Stage 2: the costs of all occurrences, skipped ones included.
    pub weeks: i64,
    /// Pairs without a series.
    pub unplaced: usize,
}

impl Plan {
    /// What is left between the plan's series and the lower bound.
    pub fn gap(&self) -> i64 {
        self.totals.series - self.lower_bound
    }
}

impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(5))?;
        map.serialize_entry("series", &self.series)?;
        map.serialize_entry("occurrences", &Occurrences(self))?;
        map.serialize_entry("totals", &self.totals)?;
        map.serialize_entry("lower_bound", &self.lower_bound)?;
        map.serialize_entry("exact", &self.exact)?;
        map.end()
    }
}

struct Occurrences<'a>(&'a Plan);

impl Serialize for Occurrences<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(self.0.occurrences.len()))?;
        for occurrence in &self.0.occurrences {
            let pair = &self.0.series[occurrence.pair];
            list.serialize_element(&Row { a: &pair.a, b: &pair.b, kind: pair.kind, occurrence })?;
        }
        list.end()
    }
}

struct Row<'a> {
    a: &'a str,
    b: &'a str,
    kind: Kind,
    occurrence: &'a Occurrence,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("a", self.a)?;
        map.serialize_entry("b", self.b)?;
        map.serialize_entry("kind", &self.kind)?;
        map.serialize_entry("week", &self.occurrence.week)?;
        match &self.occurrence.outcome {
            Outcome::Placed { start, cost } => {
                map.serialize_entry("start", start)?;
                map.serialize_entry("cost", cost)?;
            }
            Outcome::Skipped { reason, refused, cost } => {
                map.serialize_entry("skipped", reason)?;
                map.serialize_entry("refused", refused)?;
                map.serialize_entry("cost", cost)?;
            }
        }
        map.end()
    }
}

/// The output of instance files: a plan and how long it took.
#[derive(Clone, Debug, Serialize)]
pub struct PlanOutput<'a> {
    /// The plan.
    #[serde(flatten)]
    pub plan: &'a Plan,
    /// Measured by the caller.
    pub seconds: f64,
}
