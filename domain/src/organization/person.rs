//! Persons and what is recorded of them.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::WorkingHours;
use crate::id::PersonId;

/// The language a person is addressed in.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

/// How someone is employed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentType {
    /// Regular, permanent employment (正社員).
    #[default]
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
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum WorkStyle {
    /// In an office.
    #[default]
    Office,
    /// Partly from home.
    Hybrid,
    /// From home or elsewhere.
    Remote,
}

/// A person's names.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonName {
    /// Family name (姓).
    pub family: String,
    /// Given name (名).
    pub given: String,
    /// Family name in kana (セイ).
    pub family_kana: Option<String>,
    /// Given name in kana (メイ).
    pub given_kana: Option<String>,
    /// The name used at work when it differs (ビジネスネーム, 旧姓).
    pub business: Option<String>,
}

impl PersonName {
    /// The name colleagues know: the business name, else family and given name in the order of
    /// the script they are written in.
    pub fn display(&self) -> String {
        if let Some(business) = &self.business {
            return business.clone();
        }
        let latin = self.family.is_ascii() && self.given.is_ascii();
        match (self.family.as_str(), self.given.as_str()) {
            (family, "") => family.to_owned(),
            ("", given) => given.to_owned(),
            (family, given) if latin || !(is_cjk(family) || is_cjk(given)) => {
                format!("{given} {family}")
            }
            (family, given) => format!("{family} {given}"),
        }
    }
}

fn is_cjk(text: &str) -> bool {
    text.chars().any(|c| matches!(c as u32, 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF))
}

/// What is recorded of a person, effective-dated as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Profile {
    /// Names.
    pub name: PersonName,
    /// Work email, as written; compared without case.
    pub email: Option<String>,
    /// How employed.
    pub employment_type: EmploymentType,
    /// IANA zone of their working day.
    pub zone: Tz,
    /// Language.
    pub locale: Locale,
    /// Weekly working hours, wall clock in `zone`.
    pub hours: WorkingHours,
    /// Office, hybrid or remote.
    pub work_style: WorkStyle,
}

/// How a person stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentStatus {
    /// Employed and at work.
    Active,
    /// Employed, on leave of absence.
    OnLeave,
    /// Will join later.
    NotJoined,
    /// Has left.
    Left,
}

/// A person as recorded on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Identity; stays through departures and rehires.
    pub id: PersonId,
    /// Employee number.
    pub number: String,
    /// What is recorded.
    pub profile: Profile,
    /// How they stand on the day.
    pub status: EmploymentStatus,
    /// First day of the latest employment that has begun, or of the next one.
    pub joined: Option<NaiveDate>,
    /// Last day of that employment.
    pub left: Option<NaiveDate>,
}

/// What people are searched by: the parts, NFKC and lower case, one space between.
pub fn search_text<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    use unicode_normalization::UnicodeNormalization;
    let joined: String = parts.into_iter().flat_map(|part| part.nfkc().chain([' '])).collect();
    joined.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
