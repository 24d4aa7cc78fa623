//! What is given for a cadence policy, and how it is read.

use async_graphql::{ID, InputObject, Result};
use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;
use taiwa_domain::{
    cadence::{Cadence as Domain, Interval, Scope},
    organization::{Weekday, WorkingHours},
};
use taiwa_operations::{ErrorCode, Failure, UserError, cadence as operations};

use super::CadenceScope;
use crate::{id::Kind, pair::PairKind, payload::parse_id};

/// A weekly wall-clock window.
#[derive(InputObject, Serialize)]
pub(crate) struct WeeklyWindowInput {
    /// ISO weekday: Monday is 1, Sunday is 7.
    pub(crate) weekday: u8,
    /// Start, `HH:MM`.
    pub(crate) from: String,
    /// End, excluded, `HH:MM`; `24:00` is the end of the day.
    pub(crate) to: String,
}

/// How often and how long.
#[derive(InputObject, Serialize)]
pub(crate) struct CadenceInput {
    /// Every so many weeks, 1 to 26; null when monthly.
    every_weeks: Option<u8>,
    /// Once a calendar month.
    #[graphql(default)]
    is_monthly: bool,
    /// Length in minutes, 10 to 240.
    minutes: u16,
    /// Minutes kept free of other 1on1s after each meeting, up to 60.
    #[graphql(default)]
    buffer_minutes: u16,
    /// Least days between two meetings; null = half the interval.
    min_spacing_days: Option<u16>,
    /// Allowed windows in each person's own zone; null = all their working hours.
    windows: Option<Vec<WeeklyWindowInput>>,
    /// ISO weekday to aim at, with a time.
    preferred_weekday: Option<u8>,
    /// Time to aim at, `HH:MM` in the organizer's zone, with a weekday.
    preferred_time: Option<String>,
}

/// A policy to add.
#[derive(InputObject, Serialize)]
pub(super) struct AddCadencePolicyInput {
    /// Whom it governs: `ORGANIZATION`, `DEPARTMENT` or `PAIR`.
    scope: CadenceScope,
    /// The department, for a department's policy.
    department_id: Option<ID>,
    /// The pair, for a pair's policy.
    pair_id: Option<ID>,
    /// Which kind of pair.
    #[graphql(default_with = "PairKind::Manager")]
    pair_kind: PairKind,
    /// What it says.
    cadence: CadenceInput,
    /// Why, 1 to 500 characters: those it governs can read it.
    reason: String,
    /// First day; today if not given.
    from: Option<NaiveDate>,
    /// Last day, if it ends.
    until: Option<NaiveDate>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    pub(super) idempotency_key: Option<String>,
}

/// A policy to end.
#[derive(InputObject, Serialize)]
pub(super) struct EndCadencePolicyInput {
    /// The policy.
    pub(super) policy_id: ID,
    /// The version the caller saw.
    pub(super) version: i64,
    /// Its last day.
    pub(super) last_day: NaiveDate,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    pub(super) idempotency_key: Option<String>,
}

/// The user error of a malformed value.
fn malformed(field: &str, what: &str) -> Failure {
    UserError::new(
        ErrorCode::Invalid,
        field,
        format!("値の形式が正しくありません（{what}）。"),
        format!("This is not {what}."),
    )
    .into()
}

/// Reads `HH:MM`; `24:00` is midnight.
pub(crate) fn time(text: &str, field: &str) -> Result<NaiveTime, Failure> {
    let text = if text == "24:00" { "00:00" } else { text };
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| malformed(field, "HH:MM"))
}

/// Reads an ISO weekday.
pub(crate) fn weekday(number: u8, field: &str) -> Result<Weekday, Failure> {
    Weekday::try_from(number).map_err(|_| malformed(field, "1 (Monday) … 7 (Sunday)"))
}

/// Reads windows.
fn windows(input: &[WeeklyWindowInput], field: &str) -> Result<WorkingHours, Failure> {
    let windows = input
        .iter()
        .map(|it| {
            Ok(taiwa_domain::organization::WeeklyWindow {
                weekday: weekday(it.weekday, field)?,
                from: time(&it.from, field)?,
                to: time(&it.to, field)?,
            })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    WorkingHours::new(windows).map_err(|error| {
        UserError::new(
            ErrorCode::Invalid,
            field,
            "時間帯が重なっているか、終了が開始より前です。",
            error.to_string(),
        )
        .into()
    })
}

impl CadenceInput {
    fn resolve(&self) -> Result<Domain, Failure> {
        let interval = match (self.every_weeks, self.is_monthly) {
            (Some(weeks), false) => Interval::Weeks(weeks),
            (None, true) => Interval::Monthly,
            _ => {
                return Err(UserError::new(
                    ErrorCode::Invalid,
                    "cadence.everyWeeks",
                    "everyWeeks か isMonthly: true のどちらか一方を指定してください。",
                    "Give either everyWeeks or isMonthly: true.",
                )
                .into());
            }
        };
        let preferred = match (self.preferred_weekday, &self.preferred_time) {
            (None, None) => None,
            (Some(day), Some(at)) => Some((
                weekday(day, "cadence.preferredWeekday")?,
                time(at, "cadence.preferredTime")?,
            )),
            _ => {
                return Err(UserError::new(
                    ErrorCode::Invalid,
                    "cadence.preferredTime",
                    "preferredWeekday と preferredTime は両方指定してください。",
                    "Give preferredWeekday and preferredTime together.",
                )
                .into());
            }
        };
        Ok(Domain {
            interval,
            minutes: self.minutes,
            buffer_minutes: self.buffer_minutes,
            min_spacing_days: self.min_spacing_days,
            windows: self.windows.as_ref().map(|it| windows(it, "cadence.windows")).transpose()?,
            preferred,
        })
    }
}

impl AddCadencePolicyInput {
    pub(super) fn resolve(&self, today: NaiveDate) -> Result<operations::NewPolicy, Failure> {
        let scope = match (self.scope, &self.department_id, &self.pair_id) {
            (CadenceScope::Organization, None, None) => Scope::Organization,
            (CadenceScope::Department, Some(id), None) => {
                Scope::Department(parse_id(Kind::Department, id, "departmentId")?)
            }
            (CadenceScope::Pair, None, Some(id)) => {
                Scope::Pair(parse_id(Kind::Pair, id, "pairId")?)
            }
            _ => {
                return Err(UserError::new(
                    ErrorCode::Invalid,
                    "scope",
                    "scope に合う departmentId / pairId だけを指定してください。",
                    "Give departmentId for DEPARTMENT, pairId for PAIR, neither for ORGANIZATION.",
                )
                .into());
            }
        };
        Ok(operations::NewPolicy {
            scope,
            kind: self.pair_kind.into(),
            cadence: self.cadence.resolve()?,
            reason: self.reason.clone(),
            from: self.from.unwrap_or(today),
            until: self.until,
        })
    }
}
