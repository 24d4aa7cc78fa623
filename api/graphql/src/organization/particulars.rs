//! What is said of a person: status, employment, names, weekly windows.

use async_graphql::{Enum, SimpleObject};
use taiwa_domain::organization as domain;

/// How a person stands on a day.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::organization::EmploymentStatus")]
pub(crate) enum EmploymentStatus {
    /// Employed and at work.
    Active,
    /// Employed, on leave of absence.
    OnLeave,
    /// Will join later.
    NotJoined,
    /// Has left.
    Left,
}

/// How someone is employed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::organization::EmploymentType")]
pub(crate) enum EmploymentType {
    /// Regular, permanent (正社員).
    Regular,
    /// Fixed-term contract (契約社員).
    Contract,
    /// Part time (パート, アルバイト, 時短).
    PartTime,
    /// Agency staff (派遣).
    Temporary,
    /// Seconded from another company (出向).
    Seconded,
    /// Director or officer (役員).
    Director,
    /// Intern.
    Intern,
    /// Anything else.
    Other,
}

/// Where someone usually works.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::organization::WorkStyle")]
pub(crate) enum WorkStyle {
    /// In an office.
    Office,
    /// Partly from home.
    Hybrid,
    /// From home or elsewhere.
    Remote,
}

/// A person's names.
#[derive(SimpleObject)]
pub(crate) struct PersonName {
    /// The name colleagues know.
    pub(super) display: String,
    /// Family name (姓).
    pub(super) family: String,
    /// Given name (名).
    pub(super) given: String,
    /// Family name in kana (セイ).
    pub(super) family_kana: Option<String>,
    /// Given name in kana (メイ).
    pub(super) given_kana: Option<String>,
    /// The name used at work when it differs.
    pub(super) business: Option<String>,
}

/// A weekly wall-clock window.
#[derive(SimpleObject)]
pub(crate) struct WeeklyWindow {
    /// ISO weekday: Monday is 1, Sunday is 7.
    weekday: u8,
    /// Start, `HH:MM`.
    from: String,
    /// End, excluded, `HH:MM`; `24:00` is the end of the day.
    to: String,
}

/// A wall-clock time as `HH:MM`.
pub(crate) fn hh_mm(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

impl From<&domain::WeeklyWindow> for WeeklyWindow {
    fn from(it: &domain::WeeklyWindow) -> Self {
        let (from, to) = it.minutes();
        Self { weekday: it.weekday.number(), from: hh_mm(from), to: hh_mm(to) }
    }
}
