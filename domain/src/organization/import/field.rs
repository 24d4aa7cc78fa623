//! The canonical fields of an import.

use serde::{Deserialize, Serialize};

/// What a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Employee number: the key.
    Number,
    /// Family and given name in one column.
    FullName,
    /// Family name.
    FamilyName,
    /// Given name.
    GivenName,
    /// Both names in kana in one column.
    FullKana,
    /// Family name in kana.
    FamilyKana,
    /// Given name in kana.
    GivenKana,
    /// Name used at work.
    BusinessName,
    /// Work email.
    Email,
    /// Department: a path, or the name that belongs to the code.
    Department,
    /// Department code.
    DepartmentCode,
    /// Code of the department's parent.
    ParentDepartmentCode,
    /// Position or title.
    Position,
    /// Kind of employment.
    EmploymentType,
    /// Solid-line manager by number, email or name.
    Manager,
    /// Solid-line manager's employee number.
    ManagerNumber,
    /// Solid-line manager's email.
    ManagerEmail,
    /// Solid-line manager's name.
    ManagerName,
    /// Dotted-line managers, several separated.
    DottedManagers,
    /// Concurrent posts (兼務), several separated.
    ConcurrentPosts,
    /// Whether the row is the primary post or a concurrent one (one row per post).
    PostKind,
    /// First day of employment.
    Joined,
    /// Last day of employment.
    Left,
    /// First day of a leave of absence.
    LeaveFrom,
    /// Last day of a leave of absence.
    LeaveTo,
    /// IANA time zone.
    TimeZone,
    /// Language.
    Locale,
    /// Weekly working hours.
    WorkingHours,
    /// Office, hybrid, remote.
    WorkStyle,
}

impl Field {
    /// How many there are.
    pub const COUNT: usize = 29;

    /// All of them, in the order of the documentation.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Number,
        Self::FullName,
        Self::FamilyName,
        Self::GivenName,
        Self::FullKana,
        Self::FamilyKana,
        Self::GivenKana,
        Self::BusinessName,
        Self::Email,
        Self::Department,
        Self::DepartmentCode,
        Self::ParentDepartmentCode,
        Self::Position,
        Self::EmploymentType,
        Self::Manager,
        Self::ManagerNumber,
        Self::ManagerEmail,
        Self::ManagerName,
        Self::DottedManagers,
        Self::ConcurrentPosts,
        Self::PostKind,
        Self::Joined,
        Self::Left,
        Self::LeaveFrom,
        Self::LeaveTo,
        Self::TimeZone,
        Self::Locale,
        Self::WorkingHours,
        Self::WorkStyle,
    ];

    /// The name used in mappings and JSON, e.g. `manager_number`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::FullName => "full_name",
            Self::FamilyName => "family_name",
            Self::GivenName => "given_name",
            Self::FullKana => "full_kana",
            Self::FamilyKana => "family_kana",
            Self::GivenKana => "given_kana",
            Self::BusinessName => "business_name",
            Self::Email => "email",
            Self::Department => "department",
            Self::DepartmentCode => "department_code",
            Self::ParentDepartmentCode => "parent_department_code",
            Self::Position => "position",
            Self::EmploymentType => "employment_type",
            Self::Manager => "manager",
            Self::ManagerNumber => "manager_number",
            Self::ManagerEmail => "manager_email",
            Self::ManagerName => "manager_name",
            Self::DottedManagers => "dotted_managers",
            Self::ConcurrentPosts => "concurrent_posts",
            Self::PostKind => "post_kind",
            Self::Joined => "joined",
            Self::Left => "left",
            Self::LeaveFrom => "leave_from",
            Self::LeaveTo => "leave_to",
            Self::TimeZone => "time_zone",
            Self::Locale => "locale",
            Self::WorkingHours => "working_hours",
            Self::WorkStyle => "work_style",
        }
    }

    /// Whether its values are dates.
    pub fn is_date(self) -> bool {
        matches!(self, Self::Joined | Self::Left | Self::LeaveFrom | Self::LeaveTo)
    }

    /// Whether a bad value blocks a reporting line and nothing else.
    pub fn is_manager(self) -> bool {
        matches!(
            self,
            Self::Manager
                | Self::ManagerNumber
                | Self::ManagerEmail
                | Self::ManagerName
                | Self::DottedManagers
        )
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Field {
    type Err = UnknownField;

    /// Reads the name used in mappings, or any alias of it.
    fn from_str(text: &str) -> Result<Self, UnknownField> {
        let plain = text.trim().to_lowercase().replace('-', "_");
        Self::ALL
            .into_iter()
            .find(|field| field.as_str() == plain)
            .or_else(|| super::aliases::field_of(text))
            .ok_or_else(|| UnknownField(text.to_owned()))
    }
}

/// A mapping names a field that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no field “{0}”; the fields are number, full_name, family_name, given_name, …: see the import's table of fields"
)]
pub struct UnknownField(pub String);
