//! Persons and what is recorded of them.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::WorkingHours;

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
