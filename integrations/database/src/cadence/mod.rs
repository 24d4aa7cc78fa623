//! Cadence policies and reserved windows.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    cadence::{Cadence, Interval, Policy, Scope},
    id::{DepartmentId, PairId, PersonId, PolicyId, ReservedWindowId},
    organization::{Period, Weekday, WeeklyWindow},
};
use uuid::Uuid;

use crate::{
    entity::{cadence_policy, reserved_window},
    error::{DatabaseError, Result},
    handle::{Reader, Transaction, list},
    value::{execute, name, named, parsed, rows},
};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    scope: String,
    department_id: Option<Uuid>,
    pair_id: Option<Uuid>,
    pair_kind: String,
    every_weeks: Option<i32>,
    minutes: i32,
    buffer_minutes: i32,
    min_spacing_days: Option<i32>,
    windows: Option<String>,
    preferred: Option<String>,
    reason: String,
    valid_from: NaiveDate,
    valid_until: NaiveDate,
    version: i64,
}

impl Row {
    fn into_policy(self) -> Result<Policy> {
        let corrupt = |_| DatabaseError::Corrupt("cadence policy");
        let scope = match (self.scope.as_str(), self.department_id, self.pair_id) {
            ("organization", ..) => Scope::Organization,
            ("department", Some(id), _) => Scope::Department(DepartmentId(id)),
            ("pair", _, Some(id)) => Scope::Pair(PairId(id)),
            _ => return Err(DatabaseError::Corrupt("cadence policy")),
        };
        Ok(Policy {
            id: PolicyId(self.id),
            scope,
            kind: named("pair kind", &self.pair_kind)?,
            cadence: Cadence {
                interval: self
                    .every_weeks
                    .map_or(Interval::Monthly, |weeks| Interval::Weeks(weeks as u8)),
                minutes: self.minutes as u16,
                buffer_minutes: self.buffer_minutes as u16,
                min_spacing_days: self.min_spacing_days.map(|days| days as u16),
                windows: self
                    .windows
                    .map(|text| serde_json::from_str(&text).map_err(corrupt))
                    .transpose()?,
                preferred: self
                    .preferred
                    .map(|text| {
                        serde_json::from_str::<(Weekday, NaiveTime)>(&text).map_err(corrupt)
                    })
                    .transpose()?,
            },
            reason: self.reason,
            period: Period { from: self.valid_from, until: self.valid_until },
            version: self.version,
        })
    }
}

const COLUMNS: &str = "select id, scope, department_id, pair_id, pair_kind, every_weeks, minutes, \
     buffer_minutes, min_spacing_days, windows, preferred, reason, valid_from, valid_until, version \
     from cadence_policy where organization_id = $1";

/// A window reserved for 1on1s, visible to everyone.
#[derive(Clone, Debug)]
pub struct ReservedWindow {
    /// Identity.
    pub id: ReservedWindowId,
    /// For this department and those below; `None` = the whole organization.
    pub department: Option<DepartmentId>,
    /// What colleagues see.
    pub name: String,
    /// When, in each person's own zone.
    pub window: WeeklyWindow,
    /// Whether 1on1s may stand nowhere else.
    pub exclusive: bool,
    /// From when to when.
    pub period: Period,
}

impl Reader {
    /// Policies that hold on `from` or later, narrowest kind of scope last.
    pub async fn policies(&self, period: Period) -> Result<Vec<Policy>> {
        let found: Vec<Row> = rows(
            &self.session,
            &format!("{COLUMNS} and valid_until > $2 and valid_from < $3 order by id"),
            [self.org(), period.from.into(), period.until.into()],
        )
        .await?;
        found.into_iter().map(Row::into_policy).collect()
    }

    /// A policy by id.
    pub async fn policy(&self, id: PolicyId) -> Result<Option<Policy>> {
        let mut found: Vec<Row> =
            rows(&self.session, &format!("{COLUMNS} and id = $2"), [self.org(), id.0.into()])
                .await?;
        found.pop().map(Row::into_policy).transpose()
    }

    /// Windows reserved for 1on1s in a period.
    pub async fn reserved_windows(&self, period: Period) -> Result<Vec<ReservedWindow>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            department_id: Option<Uuid>,
            name: String,
            weekday: i32,
            starts: String,
            ends: String,
            exclusive: bool,
            valid_from: NaiveDate,
            valid_until: NaiveDate,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select id, department_id, name, weekday, starts, ends, exclusive, valid_from, valid_until \
             from reserved_window where organization_id = $1 and valid_until > $2 and valid_from < $3 \
             order by weekday, starts, id",
            [self.org(), period.from.into(), period.until.into()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(ReservedWindow {
                    id: ReservedWindowId(row.id),
                    department: row.department_id.map(DepartmentId),
                    name: row.name,
                    window: WeeklyWindow {
                        weekday: Weekday::try_from(row.weekday as u8)
                            .map_err(|_| DatabaseError::Corrupt("reserved window"))?,
                        from: parsed("reserved window", &row.starts)?,
                        to: parsed("reserved window", &row.ends)?,
                    },
                    exclusive: row.exclusive,
                    period: Period { from: row.valid_from, until: row.valid_until },
                })
            })
            .collect()
    }
}

impl Transaction {
    /// Adds a policy.
    pub async fn add_policy(
        &self,
        it: &Policy,
        by: Option<PersonId>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let (scope, department_id, pair_id) = match it.scope {
            Scope::Organization => ("organization", None, None),
            Scope::Department(id) => ("department", Some(id.0), None),
            Scope::Pair(id) => ("pair", None, Some(id.0)),
        };
        let json = |value: serde_json::Result<String>| value.expect("windows serialise");
        self.insert(list([cadence_policy::Model {
            organization_id: self.organization().0,
            id: it.id.0,
            scope: scope.to_owned(),
            department_id,
            pair_id,
            pair_kind: name(it.kind),
            every_weeks: match it.cadence.interval {
                Interval::Weeks(weeks) => Some(i32::from(weeks)),
                Interval::Monthly => None,
            },
            minutes: it.cadence.minutes.into(),
            buffer_minutes: it.cadence.buffer_minutes.into(),
            min_spacing_days: it.cadence.min_spacing_days.map(i32::from),
            windows: it.cadence.windows.as_ref().map(|it| json(serde_json::to_string(it))),
            preferred: it.cadence.preferred.as_ref().map(|it| json(serde_json::to_string(it))),
            reason: it.reason.clone(),
            valid_from: it.period.from,
            valid_until: it.period.until,
            created_by: by.map(|id| id.0),
            created_at: now,
            version: it.version,
        }]))
        .await
    }

    /// Ends a policy before `until`, if it still has the version the caller saw. Returns whether
    /// it had.
    pub async fn end_policy(&self, id: PolicyId, version: i64, until: NaiveDate) -> Result<bool> {
        execute(
            &self.session,
            "update cadence_policy set valid_until = $4, version = version + 1 \
             where organization_id = $1 and id = $2 and version = $3",
            [self.org(), id.0.into(), version.into(), until.into()],
        )
        .await
        .map(|count| count > 0)
    }

    /// Adds a reserved window.
    pub async fn add_reserved_window(&self, it: &ReservedWindow) -> Result<()> {
        self.insert(list([reserved_window::Model {
            organization_id: self.organization().0,
            id: it.id.0,
            department_id: it.department.map(|id| id.0),
            name: it.name.clone(),
            weekday: i32::from(it.window.weekday.number()),
            starts: it.window.from.to_string(),
            ends: it.window.to.to_string(),
            exclusive: it.exclusive,
            valid_from: it.period.from,
            valid_until: it.period.until,
        }]))
        .await
    }

    /// Removes a reserved window. Returns whether there was one.
    pub async fn remove_reserved_window(&self, id: ReservedWindowId) -> Result<bool> {
        execute(
            &self.session,
            "delete from reserved_window where organization_id = $1 and id = $2",
            [self.org(), id.0.into()],
        )
        .await
        .map(|count| count > 0)
    }
}
