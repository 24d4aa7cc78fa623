//! Meetings: the occurrences of a pair's 1on1s and their slots.

pub mod agenda;
pub mod library;
pub mod notes;
pub mod safety;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{MeetingId, PairId, PlanId},
    planning::Reason,
};

pub mod held;

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
    /// One of the two called it off; their own reason is a code of its own.
    CalledOff,
}

impl From<Reason> for SkipReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::OutsideHours => Self::OutsideHours,
            Reason::Reserved => Self::Reserved,
            Reason::Holiday => Self::Holiday,
            Reason::Leave => Self::Leave,
            Reason::Busy => Self::Busy,
            Reason::Cap => Self::Cap,
            Reason::Spacing => Self::Spacing,
            Reason::NoSeries => Self::NoSeries,
        }
    }
}

/// A span of time, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End, excluded.
    pub ends_at: DateTime<Utc>,
}

impl Slot {
    /// Two spans have time in common.
    pub fn overlaps(self, other: Slot) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    /// The time that `slots` cover within `self`: in order, without overlaps or seams.
    pub fn covered(self, mut slots: Vec<Slot>) -> Vec<Slot> {
        slots.sort_unstable();
        let mut out: Vec<Slot> = Vec::new();
        for slot in slots {
            let starts_at = slot.starts_at.max(self.starts_at);
            let ends_at = slot.ends_at.min(self.ends_at);
            match out.last_mut() {
                _ if starts_at >= ends_at => {}
                Some(last) if starts_at <= last.ends_at => last.ends_at = last.ends_at.max(ends_at),
                _ => out.push(Slot { starts_at, ends_at }),
            }
        }
        out
    }
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

impl Meeting {
    /// When it takes or took place: never if it was skipped, even if its slot was left to it.
    pub fn time(&self) -> Option<Slot> {
        self.slot.filter(|_| self.status != MeetingStatus::Skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slot((from, minutes): (i64, i64)) -> Slot {
        let at = |minute: i64| chrono::DateTime::from_timestamp(minute * 60, 0).unwrap();
        Slot { starts_at: at(from), ends_at: at(from + minutes) }
    }

    proptest! {
        #[test]
        fn covered_time_keeps_every_minute_and_adds_none(
            raw in prop::collection::vec((0_i64..300, 0_i64..60), 0..20),
        ) {
            let span = slot((50, 200));
            let out = span.covered(raw.iter().copied().map(slot).collect());
            prop_assert!(out.windows(2).all(|pair| pair[0].ends_at < pair[1].starts_at));
            for minute in 0..400 {
                let at = slot((minute, 1)).starts_at;
                let within = |s: &Slot| s.starts_at <= at && at < s.ends_at;
                let expected = within(&span) && raw.iter().copied().map(slot).any(|s| within(&s));
                prop_assert_eq!(out.iter().any(within), expected);
            }
        }
    }
}
