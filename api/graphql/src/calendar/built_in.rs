//! The built-in calendar: busy time in, a private feed out.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use serde::Serialize;
use taiwa_domain::meeting::Slot;
use taiwa_operations::{ErrorCode, Failure, UserError, calendar as operations};

use super::Calendar;
use crate::{
    Settings,
    context::caller,
    error::failed,
    payload::{idempotency, payload, split},
};

/// A calendar file.
#[derive(InputObject, Serialize)]
pub(crate) struct ImportBusyTimeInput {
    /// iCalendar text (RFC 5545), as calendars export it. Only when you are busy is kept; titles,
    /// places and guests are not.
    ics: String,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of importing busy time.
    ImportBusyTimePayload {
        /// The calendar.
        calendar: Calendar
    }
}

/// What came of making a new feed address.
#[derive(SimpleObject)]
pub(crate) struct RotateCalendarFeedPayload {
    /// The address to subscribe to: shown this once, and worth as much as a password.
    url: Option<String>,
    /// What was wrong; empty when it was done.
    user_errors: Vec<crate::payload::UserError>,
}

/// Built-in calendars.
#[derive(Default)]
pub(crate) struct BuiltInMutation;

#[Object]
impl BuiltInMutation {
    /// Replaces the caller's imported busy time by that of a calendar file; plans follow.
    async fn import_busy_time(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The file.")] input: ImportBusyTimeInput,
    ) -> Result<ImportBusyTimePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "importBusyTime", &input)?;
        let outcome = async {
            let app = &caller.app;
            let reader = app.reader(&caller.actor).await?;
            let me = caller.actor.caller.person;
            let people = reader.people_by_id(caller.actor.today, &[me]).await?;
            drop(reader);
            let zone = people.first().ok_or(Failure::NotFound)?.profile.zone;
            let span = operations::busy_span(app.now());
            let window = (span.starts_at, span.ends_at);
            let limits = taiwa_ics::Limits::default();
            let spans =
                taiwa_ics::busy(input.ics.as_bytes(), window, zone, &limits).map_err(|error| {
                    use taiwa_domain::organization::Locale;
                    UserError::new(
                        ErrorCode::UnreadableFile,
                        "ics",
                        error.message(Locale::Ja),
                        error.message(Locale::En),
                    )
                })?;
            let spans: Vec<Slot> =
                spans.into_iter().map(|(starts_at, ends_at)| Slot { starts_at, ends_at }).collect();
            operations::replace_busy(app, &caller.actor, key, &spans).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(ImportBusyTimePayload { calendar: done.map(|_| Calendar), user_errors })
    }

    /// Makes a new private address for the caller's 1on1s as a calendar feed; the old one stops.
    async fn rotate_calendar_feed(
        &self,
        context: &Context<'_>,
    ) -> Result<RotateCalendarFeedPayload> {
        let caller = caller(context)?;
        let settings = context.data::<Settings>()?;
        let secret = operations::rotate_feed(&caller.app, &caller.actor)
            .await
            .map_err(|failure| failed(&failure))?;
        let url = format!("{}/calendars/{secret}.ics", settings.public_url);
        Ok(RotateCalendarFeedPayload { url: Some(url), user_errors: Vec::new() })
    }
}
