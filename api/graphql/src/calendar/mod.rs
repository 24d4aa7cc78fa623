//! Calendars: the built-in one, connected accounts, and the guardian of slots.

pub(crate) mod account;
pub(crate) mod built_in;
pub(crate) mod finding;
pub(crate) mod history;
pub(crate) mod place;
pub(crate) mod policy;
pub(crate) mod reschedule;
pub(crate) mod slot;
pub(crate) mod words;

use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, TimeDelta, Utc};
use taiwa_domain::meeting::Slot;
use taiwa_operations::calendar as operations;

use crate::{
    context::caller,
    error::{Shared, coded, failed},
};
use account::{CalendarAccount, CalendarSystem};
use policy::DefenceConsent;

/// A span of time; what it is for is not kept.
#[derive(Clone, Copy, SimpleObject)]
pub(crate) struct CalendarSpan {
    /// Start.
    starts_at: DateTime<Utc>,
    /// End, excluded.
    ends_at: DateTime<Utc>,
}

impl From<Slot> for CalendarSpan {
    fn from(it: Slot) -> Self {
        Self { starts_at: it.starts_at, ends_at: it.ends_at }
    }
}

/// The caller's calendar: the built-in one, or a connected account. Requires: its owner.
pub(crate) struct Calendar;

async fn mine(
    context: &Context<'_>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(Vec<CalendarSpan>, Vec<CalendarSpan>)> {
    if until <= from || until - from > TimeDelta::days(120) {
        return Err(coded("INVALID", "Ask for at most 120 days, from before until."));
    }
    let caller = caller(context)?;
    let span = Slot { starts_at: from, ends_at: until };
    let (busy, holds) = operations::mine(&caller.app, &caller.actor, span)
        .await
        .map_err(|failure| failed(&failure))?;
    Ok((
        busy.into_iter().map(|it| it.slot.into()).collect(),
        holds.into_iter().map(Into::into).collect(),
    ))
}

/// The caller's calendar: the built-in one, or a connected account. Requires: its owner.
#[Object]
impl Calendar {
    /// Busy time of the built-in calendar, as imported.
    async fn busy(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "From this instant.")] from: DateTime<Utc>,
        #[graphql(desc = "Before this instant, at most 120 days later.")] until: DateTime<Utc>,
    ) -> Result<Vec<CalendarSpan>> {
        Ok(mine(context, from, until).await?.0)
    }

    /// Holds of 1on1s in the built-in calendar.
    async fn holds(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "From this instant.")] from: DateTime<Utc>,
        #[graphql(desc = "Before this instant, at most 120 days later.")] until: DateTime<Utc>,
    ) -> Result<Vec<CalendarSpan>> {
        Ok(mine(context, from, until).await?.1)
    }

    /// When the feed's secret was last made; null = there is no feed yet.
    async fn feed_rotated_at(&self, context: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        let caller = caller(context)?;
        let reader = caller.app.reader(&caller.actor).await.map_err(|failure| failed(&failure))?;
        Ok(reader.feed_rotated_at(caller.actor.caller.person).await.map_err(Shared::from)?)
    }

    /// The connected account; null = the built-in calendar is used.
    async fn account(&self, context: &Context<'_>) -> Result<Option<CalendarAccount>> {
        CalendarAccount::mine(context).await
    }

    /// Calendar systems of which accounts can be connected on this server.
    async fn offered_systems(&self, context: &Context<'_>) -> Result<Vec<CalendarSystem>> {
        let offered = operations::accounts::offered(&caller(context)?.app);
        Ok(offered.into_iter().map(Into::into).collect())
    }

    /// How far the caller lets the guardian of slots go.
    async fn consent(&self, context: &Context<'_>) -> Result<DefenceConsent> {
        DefenceConsent::mine(context).await
    }
}
