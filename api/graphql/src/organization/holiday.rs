//! Holidays.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use serde::Serialize;
use taiwa_domain::organization::Period;
use taiwa_operations::organization;

use super::Organization;
use crate::{
    context::caller,
    error::{coded, failed},
    payload::{idempotency, payload, split},
};

/// A day on which nobody works.
#[derive(SimpleObject)]
pub(crate) struct Holiday {
    /// The day.
    day: NaiveDate,
    /// Its name.
    name: String,
}

pub(crate) async fn between(
    context: &Context<'_>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Holiday>> {
    if (until - from).num_days() > 400 {
        return Err(coded("INVALID", "Ask for at most 400 days."));
    }
    let caller = caller(context)?;
    let days = organization::holidays(&caller.app, &caller.actor, Period { from, until })
        .await
        .map_err(|failure| failed(&failure))?;
    Ok(days.into_iter().map(|(day, name)| Holiday { day, name }).collect())
}

/// One of the organization's own holidays.
#[derive(InputObject, Serialize)]
pub(crate) struct SetHolidayInput {
    /// The day.
    day: NaiveDate,
    /// Its name, 1 to 100 characters; null removes the holiday.
    name: Option<String>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of setting a holiday.
    SetHolidayPayload {
        /// The organization.
        organization: Organization
    }
}

/// The organization's own holidays.
#[derive(Default)]
pub(crate) struct HolidayMutation;

#[Object]
impl HolidayMutation {
    /// Adds, renames or removes one of the organization's own holidays; plans follow. Requires:
    /// administrator.
    async fn set_holiday(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The holiday.")] input: SetHolidayInput,
    ) -> Result<SetHolidayPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "setHoliday", &input)?;
        let name = input.name.as_deref();
        let outcome =
            organization::set_holiday(&caller.app, &caller.actor, key, input.day, name).await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(SetHolidayPayload { organization: done.map(|_| Organization), user_errors })
    }
}
