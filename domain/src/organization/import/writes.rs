//! What applying a plan writes, ready for set-based statements: existing rows by their ids, new
//! ones by their place in the lists.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    id::{AssignmentId, DepartmentId, PersonId, ReportingLineId},
    organization::{LineKind, Period, Profile},
};

/// A person, recorded already or new in this plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonRef {
    /// Recorded.
    Existing(PersonId),
    /// The place in [`Writes::new_persons`].
    New(u32),
}

/// A department, recorded already or new in this plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DepartmentRef {
    /// Recorded.
    Existing(DepartmentId),
    /// The place in [`Writes::new_departments`].
    New(u32),
}

/// Everything a plan writes. Lists are in a fixed order that does not depend on the order of rows
/// in the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Writes {
    /// Departments that start on the effective day; parents stand before their children.
    pub new_departments: Vec<NewDepartment>,
    /// Departments that are renamed or moved on the effective day: their whole new state.
    pub department_changes: Vec<DepartmentChange>,
    /// People who were never recorded.
    pub new_persons: Vec<NewPerson>,
    /// Profiles that hold from the effective day on.
    pub profile_changes: Vec<ProfileChange>,
    /// Employments added to people who had left.
    pub rejoins: Vec<Rejoin>,
    /// Last days set on the latest employment of people who had none. Everything of the person
    /// that runs on after that day ends with it: posts, lines up, lines down.
    pub departures: Vec<Departure>,
    /// Employments recorded with other days than the file says.
    pub employment_corrections: Vec<EmploymentCorrection>,
    /// Leaves of absence added and removed.
    pub leave_changes: Vec<LeaveChange>,
    /// Posts that end the day before the effective day.
    pub assignment_ends: Vec<AssignmentId>,
    /// Posts that start.
    pub assignment_starts: Vec<AssignmentStart>,
    /// Lines that end the day before the effective day.
    pub line_ends: Vec<ReportingLineId>,
    /// Lines that start.
    pub line_starts: Vec<LineStart>,
}

impl Writes {
    /// Whether applying would change nothing.
    pub fn is_empty(&self) -> bool {
        let Self {
            new_departments,
            department_changes,
            new_persons,
            profile_changes,
            rejoins,
            departures,
            employment_corrections,
            leave_changes,
            assignment_ends,
            assignment_starts,
            line_ends,
            line_starts,
        } = self;
        new_departments.is_empty()
            && department_changes.is_empty()
            && new_persons.is_empty()
            && profile_changes.is_empty()
            && rejoins.is_empty()
            && departures.is_empty()
            && employment_corrections.is_empty()
            && leave_changes.is_empty()
            && assignment_ends.is_empty()
            && assignment_starts.is_empty()
            && line_ends.is_empty()
            && line_starts.is_empty()
    }
}

/// A department that does not exist yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDepartment {
    /// The company's code.
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// Parent; a new one stands earlier in the list.
    pub parent: Option<DepartmentRef>,
}

/// A department's new state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentChange {
    /// Which.
    pub id: DepartmentId,
    /// Code from now on.
    pub code: Option<String>,
    /// Name from now on.
    pub name: String,
    /// Parent from now on.
    pub parent: Option<DepartmentRef>,
}

/// A person who was never recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPerson {
    /// Employee number.
    pub number: String,
    /// What is recorded of them.
    pub profile: Profile,
    /// First day of employment.
    pub joined: NaiveDate,
    /// Last day, for people who left already or are about to.
    pub left: Option<NaiveDate>,
}

/// A new profile of a recorded person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileChange {
    /// Whose.
    pub person: PersonId,
    /// All of it.
    pub profile: Profile,
}

/// A further employment of a recorded person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejoin {
    /// Whose.
    pub person: PersonId,
    /// First day.
    pub joined: NaiveDate,
    /// Last day, if known.
    pub left: Option<NaiveDate>,
}

/// The end of a recorded person's latest employment, which had none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// Whose.
    pub person: PersonId,
    /// Last day.
    pub last_day: NaiveDate,
}

/// An employment that the file knows better.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmploymentCorrection {
    /// Whose.
    pub person: PersonId,
    /// As recorded.
    pub was: Period,
    /// As it should be.
    pub now: Period,
}

/// A person's leaves of absence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveChange {
    /// Whose.
    pub person: PersonRef,
    /// Taken back, as recorded.
    pub remove: Vec<Period>,
    /// New.
    pub add: Vec<Period>,
}

/// A post that starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentStart {
    /// Whose.
    pub person: PersonRef,
    /// Where.
    pub department: DepartmentRef,
    /// Title.
    pub position: Option<String>,
    /// Primary or concurrent.
    pub primary: bool,
    /// First day: the effective day, or the day they join if that is later.
    pub from: NaiveDate,
}

/// A line that starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineStart {
    /// Who reports.
    pub report: PersonRef,
    /// To whom.
    pub manager: PersonRef,
    /// Solid or dotted.
    pub kind: LineKind,
    /// First day: the effective day, or the day the report joins if that is later.
    pub from: NaiveDate,
}
