//! An organization as it is on one day: what an import is compared with.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{LineKind, Locale, Period, Profile};
use crate::id::{AssignmentId, DepartmentId, PersonId, ReportingLineId};

/// The organization on `day`.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Counts every applied change; an apply is refused when it moved on since the preview.
    pub revision: i64,
    /// The day it shows.
    pub day: NaiveDate,
    /// Zone of people for whom none is given.
    pub zone: Tz,
    /// Locale of people for whom none is given.
    pub locale: Locale,
    /// Departments that exist on `day`.
    pub departments: Vec<DepartmentState>,
    /// Everyone ever known, also those who left or have not joined yet on `day`.
    pub persons: Vec<PersonState>,
}

/// A department on the day.
#[derive(Clone, Debug)]
pub struct DepartmentState {
    /// Identity.
    pub id: DepartmentId,
    /// The company's code.
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// Parent.
    pub parent: Option<DepartmentId>,
}

/// A person on the day.
#[derive(Clone, Debug)]
pub struct PersonState {
    /// Identity; stays through departures and rehires.
    pub id: PersonId,
    /// Employee number.
    pub number: String,
    /// What is recorded on the day (the latest known for people who left).
    pub profile: Profile,
    /// All employments, oldest first; a rehire adds one. `until` is the day after the last day.
    pub employments: Vec<Period>,
    /// Leaves of absence that end after the day.
    pub leaves: Vec<Period>,
    /// Posts on the day.
    pub assignments: Vec<AssignmentState>,
    /// Lines upward on the day.
    pub lines: Vec<LineState>,
}

/// A post on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentState {
    /// Identity.
    pub id: AssignmentId,
    /// Where.
    pub department: DepartmentId,
    /// Title.
    pub position: Option<String>,
    /// Primary or concurrent.
    pub primary: bool,
}

/// A line upward on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineState {
    /// Identity.
    pub id: ReportingLineId,
    /// To whom.
    pub manager: PersonId,
    /// Solid or dotted.
    pub kind: LineKind,
}
