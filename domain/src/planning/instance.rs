//! What the planner is given: people, pairs, a horizon and a grid, as in instance files.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::clock::{Clock, Window};
use crate::organization::Weekday;

/// Largest instance file that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 30;

/// One planning problem. Omitted fields take the defaults named at each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Step between possible starts, in minutes of the organizer's wall clock, counted from
    /// midnight. 30 by default; divides a day.
    #[serde(default = "thirty")]
    pub grid: u32,
    /// The weeks to plan.
    pub horizon: Horizon,
    /// At most so many 1on1s a person and local day. 4 by default.
    #[serde(default = "four")]
    pub daily_cap: u32,
    /// Everyone who takes part in a pair.
    pub people: Vec<Person>,
    /// The pairs to plan.
    pub pairs: Vec<Pair>,
    /// Windows that the organization reserves for 1on1s, read in each person's own zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reserved: Vec<Reserved>,
}

/// The weeks to plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Horizon {
    /// The first day, a Monday.
    pub from: NaiveDate,
    /// How many weeks; 13 by default.
    #[serde(default = "thirteen")]
    pub weeks: u32,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// External key; ties are broken by it.
    pub key: String,
    /// IANA zone.
    pub zone: String,
    /// Weekly working hours, wall clock. Absent: [`Window::working_week`]; an empty list: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Vec<Window>>,
    /// Spans in which the person is taken: start, and end (excluded).
    #[serde(default)]
    pub busy: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// Days of leave, in the person's zone.
    #[serde(default)]
    pub leave: Vec<NaiveDate>,
    /// Public holidays, in the person's zone.
    #[serde(default)]
    pub holidays: Vec<NaiveDate>,
}

/// Why two people meet. Only [`Kind::Peer`] matters to the planner: who organizes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `a` is the solid-line manager of `b`.
    #[default]
    Manager,
    /// `a` is a dotted-line manager of `b`.
    Dotted,
    /// `a` is the manager of `b`'s manager.
    SkipLevel,
    /// `a` is the mentor of `b`.
    Mentor,
    /// Equals; the one with the smaller key organizes.
    Peer,
}

/// Two people who meet regularly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Key of the organizer, except among peers.
    pub a: String,
    /// Key of the other.
    pub b: String,
    /// Why they meet; manager by default.
    #[serde(default)]
    pub kind: Kind,
    /// The cadence: once in so many weeks. 2 by default.
    #[serde(default = "two")]
    pub every_weeks: u32,
    /// Length of a meeting. 30 by default.
    #[serde(default = "thirty")]
    pub minutes: u32,
    /// Minutes kept free of other 1on1s after each meeting. 0 by default.
    #[serde(default)]
    pub buffer: u32,
    /// The time they would like, in the organizer's zone. Absent: spread over the allowed times by
    /// a stable hash of the two keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred: Option<Preferred>,
    /// The series they have now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// How often they were displaced or skipped in the last 13 weeks.
    #[serde(default)]
    pub displaced: u32,
    /// Once a calendar month instead of every so many weeks: phase `k` is due in the weeks whose
    /// Monday is the `k + 1`-th Monday of its month.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub monthly: bool,
    /// Allowed windows, read in each of the two people's own zone. Absent: all their hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<Vec<Window>>,
    /// Least days between two meetings. Absent: half the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_spacing_days: Option<u32>,
    /// The last meeting before the horizon, for the spacing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<DateTime<Utc>>,
    /// First day of the episode. A week is due only if all of it lies inside the episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last day of the episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Meetings that stay where they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<Fixed>,
}

/// A weekday and a time, in the organizer's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preferred {
    /// The day; 1 is Monday.
    pub weekday: Weekday,
    /// The time of the start.
    pub time: Clock,
}

/// A series that a pair has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// The day; 1 is Monday.
    pub weekday: Weekday,
    /// The time of the start, in the organizer's zone.
    pub time: Clock,
    /// The first week in which it is due, counted from the start of the horizon.
    #[serde(default)]
    pub phase: u32,
}

/// A meeting that stays where it is, and takes the place of the series in its week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// The week of the horizon it counts for.
    pub week: u32,
    /// When it starts.
    pub start: DateTime<Utc>,
}

/// A window that the organization reserves for 1on1s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserved {
    /// The day; 1 is Monday.
    pub weekday: Weekday,
    /// First minute.
    pub from: Clock,
    /// End, excluded.
    pub to: Clock,
    /// Whether 1on1s may be nowhere else.
    #[serde(default)]
    pub exclusive: bool,
}

impl Reserved {
    pub(super) fn window(&self) -> Window {
        Window { weekday: self.weekday, from: self.from, to: self.to }
    }
}

/// Why a file is not an instance.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Refused before it was parsed.
    #[error("the instance has {0} bytes, more than the {MAX_BYTES} that are read")]
    TooLarge(usize),
    /// Not the JSON of an instance; the message names the field, line and column.
    #[error("the instance cannot be read: {0}")]
    Json(#[from] serde_json::Error),
}

/// Reads an instance file. What it says is checked by [`Instance::validate`], which
/// [`solve`](super::solve) calls.
pub fn parse(bytes: &[u8]) -> Result<Instance, ParseError> {
    if bytes.len() > MAX_BYTES {
        return Err(ParseError::TooLarge(bytes.len()));
    }
    Ok(serde_json::from_slice(bytes)?)
}

fn two() -> u32 {
    2
}

fn four() -> u32 {
    4
}

fn thirteen() -> u32 {
    13
}

fn thirty() -> u32 {
    30
}
