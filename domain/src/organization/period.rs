//! Half-open spans of days: the unit of everything effective-dated.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Days from `from` (included) up to `until` (excluded). An open end is [`Period::OPEN`], a real
/// date rather than a null, so that it sorts and compares in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// First day after.
    pub until: NaiveDate,
}

impl Period {
    /// The end of a span that has no end yet.
    pub const OPEN: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");

    /// A span from `from` with no end yet.
    pub fn since(from: NaiveDate) -> Self {
        Self { from, until: Self::OPEN }
    }

    /// From the first to the last day, both included; `None` = no end yet.
    pub fn inclusive(from: NaiveDate, last: Option<NaiveDate>) -> Self {
        Self { from, until: last.and_then(|day| day.succ_opt()).unwrap_or(Self::OPEN) }
    }

    /// Whether `day` lies in it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day < self.until
    }

    /// Whether no day lies in it.
    pub fn is_empty(&self) -> bool {
        self.from >= self.until
    }

    /// The last day, or `None` while it has no end.
    pub fn last_day(&self) -> Option<NaiveDate> {
        if self.until == Self::OPEN { None } else { self.until.pred_opt() }
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// The days both have, if any.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (!both.is_empty()).then_some(both)
    }
}
