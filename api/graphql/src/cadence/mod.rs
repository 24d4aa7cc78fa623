//! Cadence policies.

pub(crate) mod reserved;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;
use taiwa_domain::{
    cadence::{Cadence as Domain, Interval, Policy, Scope},
    id::PairId,
    organization::{Weekday, WorkingHours},
};
use taiwa_operations::{ErrorCode, Failure, UserError, cadence as operations};

use crate::{
    context::caller,
    error::failed,
    id::{Kind, global},
    organization::person::{WeeklyWindow, hh_mm},
    pair::PairKind,
    payload::{idempotency, parse_id, payload, split},
};

/// What kind of rule a cadence comes from; the narrower wins.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
pub(crate) enum CadenceScope {
    /// One pair.
    Pair,
    /// A department and those below it, by the partner's primary post.
    Department,
    /// Everyone.
    Organization,
    /// No policy: every two weeks, 30 minutes.
    BuiltIn,
}

/// How often and how long.
pub(crate) struct Cadence(Domain);

/// How often and how long.
#[Object]
impl Cadence {
    /// Every so many weeks; null when monthly.
    async fn every_weeks(&self) -> Option<u8> {
        match self.0.interval {
            Interval::Weeks(weeks) => Some(weeks),
            Interval::Monthly => None,
        }
    }

    /// Once a calendar month.
    async fn is_monthly(&self) -> bool {
        self.0.interval == Interval::Monthly
    }

    /// Length in minutes.
    async fn minutes(&self) -> u16 {
        self.0.minutes
    }

    /// Minutes kept free of other 1on1s after each meeting.
    async fn buffer_minutes(&self) -> u16 {
        self.0.buffer_minutes
    }

    /// Least days between two meetings; null = half the interval.
    async fn min_spacing_days(&self) -> Option<u16> {
        self.0.min_spacing_days
    }

    /// Allowed windows in each person's own zone; null = all their working hours.
    async fn windows(&self) -> Option<Vec<WeeklyWindow>> {
        self.0.windows.as_ref().map(|it| it.windows().iter().map(Into::into).collect())
    }

    /// ISO weekday to aim at.
    async fn preferred_weekday(&self) -> Option<u8> {
        self.0.preferred.map(|(day, _)| day.number())
    }

    /// Time to aim at, `HH:MM` in the organizer's zone.
    async fn preferred_time(&self) -> Option<String> {
        use chrono::Timelike;
        self.0.preferred.map(|(_, time)| hh_mm(time.hour() * 60 + time.minute()))
    }
}

/// A cadence with its scope, reason and dates.
pub(crate) struct CadencePolicy(Policy);

/// A cadence with its scope, reason and dates.
#[Object]
impl CadencePolicy {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::Policy, self.0.id)
    }

    /// Whom it governs.
    async fn scope(&self) -> CadenceScope {
        match self.0.scope {
            Scope::Organization => CadenceScope::Organization,
            Scope::Department(_) => CadenceScope::Department,
            Scope::Pair(_) => CadenceScope::Pair,
        }
    }

    /// The department, for a department's policy.
    async fn department_id(&self) -> Option<ID> {
        match self.0.scope {
            Scope::Department(id) => Some(global(Kind::Department, id)),
            _ => None,
        }
    }

    /// Which kind of pair; one for dotted or skip-level pairs also brings them about.
    async fn pair_kind(&self) -> PairKind {
        self.0.kind.into()
    }

    /// What it says.
    async fn cadence(&self) -> Cadence {
        Cadence(self.0.cadence.clone())
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// First day.
    async fn from(&self) -> NaiveDate {
        self.0.period.from
    }

    /// Last day, if it ends.
    async fn until(&self) -> Option<NaiveDate> {
        self.0.period.last_day()
    }

    /// Counts its changes.
    async fn version(&self) -> i64 {
        self.0.version
    }
}

/// The cadence of a pair on a day, and which rule gave it.
pub(crate) struct EffectiveCadence(operations::Explained);

impl EffectiveCadence {
    pub(crate) async fn of(
        context: &Context<'_>,
        pair: PairId,
        as_of: Option<NaiveDate>,
    ) -> Result<Option<Self>> {
        let caller = caller(context)?;
        let day = as_of.unwrap_or(caller.actor.today);
        let found = operations::effective(&caller.app, &caller.actor, pair, day)
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(found.map(Self))
    }
}

/// The cadence of a pair on a day, and which rule gave it.
#[Object]
impl EffectiveCadence {
    /// What holds.
    async fn cadence(&self) -> Cadence {
        Cadence(self.0.cadence.clone())
    }

    /// What kind of rule won.
    async fn rule(&self) -> CadenceScope {
        match self.0.policy.as_ref().map(|policy| policy.scope) {
            None => CadenceScope::BuiltIn,
            Some(Scope::Organization) => CadenceScope::Organization,
            Some(Scope::Department(_)) => CadenceScope::Department,
            Some(Scope::Pair(_)) => CadenceScope::Pair,
        }
    }

    /// The policy that won; null = the built-in default.
    async fn policy(&self) -> Option<CadencePolicy> {
        self.0.policy.clone().map(CadencePolicy)
    }

    /// Policies that would apply otherwise, next best first.
    async fn overridden(&self) -> Vec<CadencePolicy> {
        self.0.overridden.iter().cloned().map(CadencePolicy).collect()
    }
}

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
pub(crate) struct AddCadencePolicyInput {
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
    idempotency_key: Option<String>,
}

/// A policy to end.
#[derive(InputObject, Serialize)]
pub(crate) struct EndCadencePolicyInput {
    /// The policy.
    policy_id: ID,
    /// The version the caller saw.
    version: i64,
    /// Its last day.
    last_day: NaiveDate,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of adding a policy.
    AddCadencePolicyPayload {
        /// The policy.
        cadence_policy: CadencePolicy
    }
}

payload! {
    /// What came of ending a policy.
    EndCadencePolicyPayload {
        /// The policy.
        cadence_policy: CadencePolicy
    }
}

/// The user error of a malformed value.
pub(crate) fn malformed(field: &str, what: &str) -> Failure {
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
pub(crate) fn windows(input: &[WeeklyWindowInput], field: &str) -> Result<WorkingHours, Failure> {
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
    fn resolve(&self, today: NaiveDate) -> Result<operations::NewPolicy, Failure> {
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

/// Cadence policies.
#[derive(Default)]
pub(crate) struct CadenceQuery;

#[Object]
impl CadenceQuery {
    /// Policies of the organization and its departments that hold on a day or later. Requires: HR
    /// or administrator.
    async fn cadence_policies(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "From this day; today if not given.")] as_of: Option<NaiveDate>,
    ) -> Result<Vec<CadencePolicy>> {
        let caller = caller(context)?;
        let day = as_of.unwrap_or(caller.actor.today);
        let found = operations::list(&caller.app, &caller.actor, day)
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(found.into_iter().map(CadencePolicy).collect())
    }
}

/// Changing cadence policies.
#[derive(Default)]
pub(crate) struct CadenceMutation;

async fn policy(
    context: &Context<'_>,
    done: Option<taiwa_operations::Done>,
) -> Result<Option<CadencePolicy>> {
    let Some(done) = done else { return Ok(None) };
    let caller = caller(context)?;
    let reader = caller.app.reader(&caller.actor).await.map_err(|failure| failed(&failure))?;
    let found = reader.policy(done.subject.into()).await.map_err(crate::error::Shared::from)?;
    Ok(found.map(CadencePolicy))
}

#[Object]
impl CadenceMutation {
    /// Adds a policy; pairs and plans follow. Requires: HR or administrator; for a pair's own, one
    /// of the two or HR.
    async fn add_cadence_policy(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The policy.")] input: AddCadencePolicyInput,
    ) -> Result<AddCadencePolicyPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "addCadencePolicy", &input)?;
        let outcome = async {
            let new = input.resolve(caller.actor.today)?;
            operations::add(&caller.app, &caller.actor, key, new).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(AddCadencePolicyPayload { cadence_policy: policy(context, done).await?, user_errors })
    }

    /// Ends a policy; the next narrower rule holds from the day after. Requires: as for adding it.
    async fn end_cadence_policy(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The policy and its last day.")] input: EndCadencePolicyInput,
    ) -> Result<EndCadencePolicyPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "endCadencePolicy", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Policy, &input.policy_id, "policyId")?;
            let (app, actor) = (&caller.app, &caller.actor);
            operations::end(app, actor, key, id, input.version, input.last_day).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(EndCadencePolicyPayload { cadence_policy: policy(context, done).await?, user_errors })
    }
}
