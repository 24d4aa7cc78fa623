//! Who reports to whom.

use serde::{Deserialize, Serialize};

use super::Period;
use crate::id::{PersonId, ReportingLineId};

/// Kind of a reporting line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// The one line of command; makes a manager pair.
    Solid,
    /// A further line (dotted-line manager).
    Dotted,
}

/// A dated reporting line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportingLine {
    /// Identity.
    pub id: ReportingLineId,
    /// Who reports.
    pub report: PersonId,
    /// To whom.
    pub manager: PersonId,
    /// Solid or dotted.
    pub kind: LineKind,
    /// When.
    pub period: Period,
}
