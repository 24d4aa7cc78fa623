//! What can be wrong with a file: located, with a code, a severity and a way out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::organization::Locale;

use super::message;

/// How bad a defect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something is left out: see the code's [`Effect`].
    Error,
    /// Applied, but probably not what was meant.
    Warning,
    /// Good to know.
    Info,
}

/// What a defect keeps from being applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The whole file.
    File,
    /// The row; the person it names counts as present.
    Row,
    /// One reporting line; the existing one stays.
    Line,
    /// A department's new parent; the existing one stays.
    Parent,
    /// Nothing.
    Nothing,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $text:literal $severity:ident $effect:ident)*) => {
        /// What is wrong.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum DefectCode {$(
            $(#[$doc])*
            #[serde(rename = $text)]
            $name,
        )*}

        impl DefectCode {
            /// All codes, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// How bad it is, always the same for a code.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }

            /// What it keeps from being applied.
            pub fn effect(self) -> Effect {
                match self { $(Self::$name => Effect::$effect),* }
            }
        }
    };
}

codes! {
    /// The file has no row under its headers.
    EmptyTable "empty_table" Error File
    /// No sheet has the name that was asked for.
    UnknownSheet "unknown_sheet" Error File
    /// No column is recognised as the employee number.
    MissingHeader "missing_header" Error File
    /// Two columns are recognised as the employee number.
    DuplicateKeyHeader "duplicate_key_header" Error File
    /// A mapping names a header that the file does not have.
    UnknownMapping "unknown_mapping" Error File
    /// A quotation mark is opened and never closed: the rows after it cannot be told apart.
    UnterminatedQuote "unterminated_quote" Error File
    /// A header that names no field; its column is ignored.
    UnknownHeader "unknown_header" Info Nothing
    /// A header that names no field but is close to one that does.
    MisspelledHeader "misspelled_header" Warning Nothing
    /// Two columns are recognised as the same field; the first counts.
    DuplicateHeader "duplicate_header" Warning Nothing
    /// A column with values and without a header.
    UnnamedColumn "unnamed_column" Warning Nothing
    /// Further sheets are not read.
    OtherSheet "other_sheet" Info Nothing
    /// Rows without any value.
    GhostRows "ghost_rows" Info Nothing
    /// A row has more cells than there are headers: its values may stand in the wrong columns.
    RowTooLong "row_too_long" Error Row
    /// A row has fewer cells than there are headers.
    RowTooShort "row_too_short" Warning Nothing
    /// Bytes that are no text in the file's encoding.
    UndecodableBytes "undecodable_bytes" Error Row
    /// The same in a manager's column.
    UndecodableManager "undecodable_manager" Error Line
    /// Another program already lost characters (U+FFFD) before the file came here.
    ReplacementCharacter "replacement_character" Warning Nothing
    /// A spreadsheet error such as `#REF!`.
    SpreadsheetError "spreadsheet_error" Error Row
    /// The same in a manager's column.
    SpreadsheetErrorManager "spreadsheet_error_manager" Error Line
    /// A formula whose result is not in the file.
    FormulaUncalculated "formula_uncalculated" Error Row
    /// The same in a manager's column.
    FormulaUncalculatedManager "formula_uncalculated_manager" Error Line
    /// A value longer than any of its kind.
    ValueTooLong "value_too_long" Error Row
    /// A department path with too many levels.
    DepartmentTooDeep "department_too_deep" Error Row
    /// No employee number.
    MissingNumber "missing_number" Error Row
    /// The same employee number in several rows that say different things.
    DuplicateNumber "duplicate_number" Error Row
    /// The same row again.
    RepeatedRow "repeated_row" Warning Nothing
    /// A new number that differs from another one by case, width, hyphens or leading zeros alone.
    NearDuplicateNumber "near_duplicate_number" Error Row
    /// A new person without a name.
    MissingName "missing_name" Error Row
    /// A name that shares nothing with the one recorded under the number.
    NameMismatch "name_mismatch" Warning Nothing
    /// Someone else has the email.
    EmailTaken "email_taken" Error Row
    /// Someone who left had the email under another number.
    EmailOfFormer "email_of_former" Warning Nothing
    /// Not an email address; ignored.
    InvalidEmail "invalid_email" Warning Nothing
    /// A value that is not understood; ignored.
    UnknownValue "unknown_value" Warning Nothing
    /// `#CLEAR` in a field that cannot be empty; ignored.
    CannotClear "cannot_clear" Warning Nothing
    /// Nobody matches the manager.
    UnknownManager "unknown_manager" Error Line
    /// Several people match the manager.
    AmbiguousManager "ambiguous_manager" Error Line
    /// The manager is the person.
    SelfManager "self_manager" Error Line
    /// Managers in a circle.
    ManagerCycle "manager_cycle" Error Line
    /// The manager has left by the day the line starts.
    ManagerLeft "manager_left" Error Line
    /// The manager joins after the day the line starts.
    ManagerNotJoined "manager_not_joined" Error Line
    /// The manager is a new person whose own row is left out.
    ManagerLeftOut "manager_left_out" Error Line
    /// The manager's number, email and name name different people.
    ManagerMismatch "manager_mismatch" Error Line
    /// The manager's number was found by ignoring case, width, hyphens or leading zeros.
    ManagerNearNumber "manager_near_number" Warning Nothing
    /// A dotted line beside the solid line to the same manager, or twice; ignored.
    RedundantLine "redundant_line" Warning Nothing
    /// The recorded lines already form a circle that the file does not touch.
    ExistingCycle "existing_cycle" Warning Nothing
    /// Several people have no manager.
    SeveralRoots "several_roots" Warning Nothing
    /// A manager leaves and their report gets no other.
    ManagerLeaves "manager_leaves" Warning Nothing
    /// Several departments have the name.
    AmbiguousDepartment "ambiguous_department" Error Row
    /// Departments in a circle.
    DepartmentCycle "department_cycle" Error Parent
    /// No department has the parent's code.
    UnknownParentDepartment "unknown_parent_department" Error Parent
    /// Rows disagree about a department's name or parent.
    DepartmentConflict "department_conflict" Warning Nothing
    /// A new department has a code and no name.
    UnnamedDepartment "unnamed_department" Warning Nothing
    /// A department that is not recorded yet will be created.
    NewDepartment "new_department" Info Nothing
    /// Two primary posts for one person.
    TwoPrimaryPosts "two_primary_posts" Error Row
    /// A concurrent post that repeats another post; ignored.
    RepeatedPost "repeated_post" Warning Nothing
    /// Not a date.
    InvalidDate "invalid_date" Error Row
    /// Day and month could be swapped.
    AmbiguousDates "ambiguous_dates" Warning Nothing
    /// A joined date more than a year ahead.
    FutureDate "future_date" Warning Nothing
    /// A date in a past in which nobody now employed was hired.
    AncientDate "ancient_date" Warning Nothing
    /// The last day lies before the first.
    LeftBeforeJoined "left_before_joined" Error Row
    /// A leave of absence starts before the person joined.
    LeaveBeforeJoined "leave_before_joined" Error Row
    /// A leave of absence ends before it starts.
    LeaveEndsBeforeStart "leave_ends_before_start" Error Row
    /// A leave of absence has an end and no start; ignored.
    LeaveWithoutStart "leave_without_start" Warning Nothing
    /// A leave of absence that is over; not recorded.
    PastLeave "past_leave" Info Nothing
    /// The joined date lies before the end of an earlier employment and in none; ignored.
    OverlappingEmployment "overlapping_employment" Warning Nothing
    /// A new person without a joined date joins on the effective day.
    JoinedAssumed "joined_assumed" Info Nothing
    /// Someone who left is listed again without a new joined date and rejoins on the effective day.
    RejoinAssumed "rejoin_assumed" Warning Nothing
    /// Someone who left is listed, and nothing says that they came back.
    ListedAfterLeaving "listed_after_leaving" Warning Nothing
    /// Nobody is taken as having left, because a row cannot be told whose it is.
    LeaversHeld "leavers_held" Warning Nothing
}

impl std::fmt::Display for DefectCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that is wrong, where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defect {
    /// Sheet, in a workbook.
    pub sheet: Option<String>,
    /// Row or line as the user's program shows it.
    pub row: Option<u32>,
    /// Header of the column as written.
    pub column: Option<String>,
    /// The raw value.
    pub value: Option<String>,
    /// What is wrong.
    pub code: DefectCode,
    /// How bad it is.
    pub severity: Severity,
    /// What the messages name, by placeholder.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

/// Longest value shown in a defect, in characters.
const SHOWN: usize = 120;

impl Defect {
    /// A defect without a place yet.
    pub fn new(code: DefectCode) -> Self {
        Self {
            sheet: None,
            row: None,
            column: None,
            value: None,
            code,
            severity: code.severity(),
            params: BTreeMap::new(),
        }
    }

    /// In this row.
    pub fn row(mut self, row: u32) -> Self {
        self.row = Some(row);
        self
    }

    /// In the sheet of this name.
    pub fn sheet(mut self, sheet: Option<&str>) -> Self {
        self.sheet = sheet.map(str::to_owned);
        self
    }

    /// In the column of this header.
    pub fn column(mut self, header: impl Into<String>) -> Self {
        self.column = Some(header.into());
        self
    }

    /// With this raw value; a very long one is cut.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        let mut value = value.into();
        if let Some((end, _)) = value.char_indices().nth(SHOWN) {
            value.truncate(end);
            value.push('…');
        }
        self.value = Some(value);
        self
    }

    /// With something that its messages name.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// What is wrong, in the reader's language.
    pub fn message(&self, locale: Locale) -> String {
        message::fill(message::texts(self.code, locale).0, self, locale)
    }

    /// The way out, in the reader's language.
    pub fn suggestion(&self, locale: Locale) -> String {
        message::fill(message::texts(self.code, locale).1, self, locale)
    }
}
