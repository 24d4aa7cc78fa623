//! Cadence policies.

mod input;
mod mutation;
pub(crate) mod reserved;

use async_graphql::{Context, Enum, ID, Object, Result};
use chrono::NaiveDate;
use serde::Serialize;
use taiwa_domain::{
    cadence::{Cadence as Domain, Interval, Policy, Scope},
    id::PairId,
};
use taiwa_operations::cadence as operations;

pub(crate) use input::{WeeklyWindowInput, time, weekday};
pub(crate) use mutation::CadenceMutation;

use crate::{
    context::caller,
    error::failed,
    id::{Kind, global},
    organization::particulars::{WeeklyWindow, hh_mm},
    pair::PairKind,
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
