//! Meetings: the occurrences of a pair's 1on1s and their slots.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{MeetingId, PairId, PlanId};

/// Where a meeting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingStatus {
    /// Has a time; its holds are on their way into the calendars.
    Planned,
    /// Its block stands in both calendars.
    Scheduled,
    /// It took place.
    Held,
    /// It did not take place.
    Missed,
    /// It was not placed, or was given up, for a reason.
    Skipped,
}

/// Why a meeting was skipped, as a code: all that third persons ever see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// No common free time.
    Busy,
    /// No common working hours.
    OutsideHours,
    /// A public or company holiday.
    Holiday,
    /// One of the two is on leave.
    Leave,
    /// A daily cap was reached.
    Cap,
    /// Too close to the neighbouring meeting.
    Spacing,
    /// Only reserved windows are allowed and none was free.
    Reserved,
    /// The pair has no series.
    NoSeries,
    /// The pair ended, or its cadence no longer asks for it.
    NotDue,
}

/// A span of time, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End, excluded.
    pub ends_at: DateTime<Utc>,
}

/// One occurrence of a pair's 1on1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Identity.
    pub id: MeetingId,
    /// Whose.
    pub pair: PairId,
    /// Monday of the week in which it is due, wherever it was placed.
    pub due_week: NaiveDate,
    /// Its time; none when it was skipped.
    pub slot: Option<Slot>,
    /// Length in minutes.
    pub minutes: u16,
    /// Minutes kept free before and after.
    pub buffer_minutes: u16,
    /// Where it stands.
    pub status: MeetingStatus,
    /// Why it was skipped.
    pub skip_reason: Option<SkipReason>,
    /// A human set this time: no machine moves it.
    pub pinned: bool,
    /// What the planner paid for it.
    pub cost: i64,
    /// The plan that placed it last.
    pub plan: Option<PlanId>,
    /// Counts its changes.
    pub version: i64,
}
