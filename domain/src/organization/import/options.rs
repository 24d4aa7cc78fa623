//! How a file is to be taken.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Field;

/// What it means that somebody is not in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nothing.
    #[default]
    Upsert,
    /// They left.
    Snapshot,
}

/// When a plan in which many people leave has to be confirmed by naming their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BrakeRule {
    /// Share of the people employed on the effective day.
    pub percent: u32,
    /// People.
    pub count: usize,
}

impl BrakeRule {
    /// How many may leave without a confirmation when `active` are employed: the smaller of the
    /// share (rounded down) and the count, but always one.
    pub fn limit(self, active: usize) -> usize {
        (active.saturating_mul(self.percent as usize) / 100).min(self.count).max(1)
    }
}

impl Default for BrakeRule {
    /// 10 % or 20 people.
    fn default() -> Self {
        Self { percent: 10, count: 20 }
    }
}

/// Everything a plan depends on besides the file and the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// What absence means.
    pub mode: Mode,
    /// The day the changes hold from. The snapshot must show the organization on it.
    pub effective: NaiveDate,
    /// Today, for dates that lie implausibly far ahead.
    pub today: NaiveDate,
    /// Headers that were matched by hand; they win over the alias table.
    #[serde(default)]
    pub mapping: Vec<(Field, String)>,
    /// The number of leavers that was confirmed; the brake opens for exactly that many.
    #[serde(default)]
    pub accept_leavers: Option<usize>,
    /// The sheet to read; else the first with known headers.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The mass-leave brake.
    #[serde(default)]
    pub brake: BrakeRule,
}

impl Options {
    /// Plain options for a day.
    pub fn new(mode: Mode, effective: NaiveDate, today: NaiveDate) -> Self {
        Self {
            mode,
            effective,
            today,
            mapping: Vec::new(),
            accept_leavers: None,
            sheet: None,
            brake: BrakeRule::default(),
        }
    }
}
