//! Departments and people's posts in them.

use serde::{Deserialize, Serialize};

use super::Period;
use crate::id::{AssignmentId, DepartmentId, PersonId};

/// A node of the department tree as it is during a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Identity; stays through renames and moves.
    pub id: DepartmentId,
    /// The company's own code, if it has one.
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// Parent, `None` at the top.
    pub parent: Option<DepartmentId>,
    /// When this holds.
    pub period: Period,
}

/// A person's post in a department, with dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Identity.
    pub id: AssignmentId,
    /// Whose.
    pub person: PersonId,
    /// Where.
    pub department: DepartmentId,
    /// Position or title, e.g. 課長, Senior Engineer.
    pub position: Option<String>,
    /// The primary post, or a concurrent one (兼務).
    pub primary: bool,
    /// When.
    pub period: Period,
}
