//! The plan: what a person decides on before anything is written.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Defect, Field, Mode, Writes};
use crate::organization::Locale;

/// What an import would do, with everything it found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportPlan {
    /// Names this plan: SHA-256 in hex over the writes, the options that shape them and the
    /// organization's revision. The same file against the same organization has the same hash.
    pub hash: String,
    /// The revision of the organization it was made against.
    pub revision: i64,
    /// The day the changes hold from.
    pub effective: NaiveDate,
    /// What absence from the file meant.
    pub mode: Mode,
    /// How many of everything.
    pub counts: Counts,
    /// Who changes, by employee number; unchanged people are only counted.
    pub changes: Vec<PersonChange>,
    /// Everything found wrong, by row.
    pub defects: Vec<Defect>,
    /// The file cannot be read as a whole: nothing is planned.
    pub refused: bool,
    /// The brake holds: too many people would leave for a plan that nobody confirmed.
    pub blocked: Option<Brake>,
    /// How the text was encoded, for a text file.
    pub encoding: Option<String>,
    /// The sheet that was read, for a workbook.
    pub sheet: Option<String>,
    /// The headers that were recognised, with the fields they stand for.
    pub columns: Vec<ColumnUse>,
    /// What applying writes.
    pub writes: Writes,
}

impl ImportPlan {
    /// What is left of one whose details went with somebody who was erased: how many of everything.
    pub fn emptied(hash: String, revision: i64, effective: NaiveDate, counts: Counts) -> Self {
        Self {
            hash,
            revision,
            effective,
            mode: Mode::default(),
            counts,
            changes: Vec::new(),
            defects: Vec::new(),
            refused: false,
            blocked: None,
            encoding: None,
            sheet: None,
            columns: Vec::new(),
            writes: Writes::default(),
        }
    }

    /// Whether it may be applied.
    pub fn is_applicable(&self) -> bool {
        !self.refused && self.blocked.is_none()
    }
}

/// A recognised column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnUse {
    /// The header as written.
    pub header: String,
    /// What it stands for.
    pub field: Field,
}

/// How many of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows of data.
    pub rows: usize,
    /// People in the plan: those the file names without an error.
    pub people: usize,
    /// People who are new.
    pub joins: usize,
    /// New people who have left already; not among the joins.
    pub former: usize,
    /// People who come back.
    pub rejoins: usize,
    /// People who leave.
    pub leaves: usize,
    /// People who change department.
    pub moves: usize,
    /// People whose solid-line manager changes.
    pub manager_changes: usize,
    /// People of whom anything else changes and nothing above.
    pub updates: usize,
    /// People of whom nothing changes.
    pub unchanged: usize,
    /// Departments created.
    pub new_departments: usize,
    /// Departments renamed or moved.
    pub department_changes: usize,
    /// Solid lines that start.
    pub solid_lines: usize,
    /// Dotted lines that start.
    pub dotted_lines: usize,
    /// Rows left out because of an error.
    pub errors: usize,
    /// Reporting lines left as they are because the file's are wrong.
    pub blocked_lines: usize,
    /// Warnings.
    pub warnings: usize,
    /// Remarks.
    pub infos: usize,
}

/// What happens to one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonChange {
    /// Employee number.
    pub number: String,
    /// Name as colleagues know it.
    pub name: String,
    /// What kinds of change.
    pub kinds: Vec<ChangeKind>,
    /// Field by field; for someone new only post, manager and joined date.
    pub details: Vec<ChangeDetail>,
}

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// New.
    Joined,
    /// New, and has left already.
    Former,
    /// Comes back.
    Rejoined,
    /// Leaves.
    Left,
    /// Another primary department.
    Moved,
    /// Another solid-line manager, or none.
    ManagerChanged,
    /// Anything else.
    Updated,
}

/// One field before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeDetail {
    /// Which.
    pub field: Field,
    /// Before, as text.
    pub old: Option<String>,
    /// After, as text.
    pub new: Option<String>,
}

/// The mass-leave brake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brake {
    /// How many would leave.
    pub leavers: usize,
    /// How many may without a confirmation.
    pub limit: usize,
    /// How many were confirmed, if any.
    pub accepted: Option<usize>,
}

impl Brake {
    /// Why nothing is applied, and the way out.
    pub fn message(&self, locale: Locale) -> String {
        let Self { leavers, limit, accepted } = self;
        match (locale, accepted) {
            (Locale::Ja, None) => format!(
                "{leavers}名が退職になります（確認なしの上限は{limit}名）。ファイルに抜けがないか確かめ、正しければ退職者数として {leavers} を指定してください。"
            ),
            (Locale::Ja, Some(accepted)) => format!(
                "退職者数として {accepted} が指定されましたが、この計画では{leavers}名です。一覧を確かめ、正しければ {leavers} を指定してください。"
            ),
            (Locale::En, None) => format!(
                "{leavers} people would leave; without a confirmation at most {limit} may. Check that the file is complete, then confirm by naming {leavers} as the number of leavers."
            ),
            (Locale::En, Some(accepted)) => format!(
                "{accepted} leavers were confirmed, but in this plan {leavers} people leave. Check the list, then confirm by naming {leavers}."
            ),
        }
    }
}
