//! What changed in a calendar
//! (<https://developers.google.com/workspace/calendar/api/guides/sync>).

use chrono::SecondsFormat;
use chrono_tz::Tz;
use google_calendar3::api;
use taiwa_domain::{
    calendar::{CalendarError, Changes, Cursor, Next, Resource, ResourceKey},
    meeting::Slot,
};

use crate::{
    GoogleCalendar,
    cursor::Place,
    failure::{Answer, Failure},
    fields,
    google::Request,
    read,
};

/// The most that Google gives in a page; it may give fewer at will, or none.
const PAGE: &str = "2500";

impl GoogleCalendar {
    pub(crate) async fn read_changes(
        &self,
        cursor: Option<&Cursor>,
        span: Slot,
    ) -> Result<Changes, CalendarError> {
        let place = match cursor {
            None => Place::start(span),
            Some(cursor) => Place::read(cursor, span).ok_or(CalendarError::CursorExpired)?,
        };
        let window = place.window().ok_or(CalendarError::Refused("the span is out of range"))?;
        let first = place.sync.is_none();
        let [from, to] = [window.starts_at, window.ends_at]
            .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
        let mut query = vec![
            ("singleEvents", "true"),
            ("showDeleted", "true"),
            ("maxResults", PAGE),
            ("fields", fields::CHANGES),
        ];
        // A sync token stands for the window of the query that began it and bears no other.
        match &place.sync {
            Some(token) => query.push(("syncToken", token)),
            None => query.extend([("timeMin", from.as_str()), ("timeMax", to.as_str())]),
        }
        if let Some(token) = &place.page {
            query.push(("pageToken", token));
        }
        let request = Request::read(self.events(&[], &query));
        let page: api::Events = match self.google.ask(&self.account, request).await {
            Ok(page) => page,
            Err(Failure::Answer(answer)) if is_expired(&answer, cursor.is_some()) => {
                return Err(CalendarError::CursorExpired);
            }
            Err(failure) => return Err(failure.into()),
        };
        let next = match (page.next_page_token, page.next_sync_token) {
            (Some(token), _) => Next::Page(place.page(token)),
            (None, Some(token)) => Next::Later(place.later(token)),
            // Without either nothing could ever be asked again.
            (None, None) => return Err(Failure::unreadable().into()),
        };
        let items = page.items.unwrap_or_default();
        let zone = match page.time_zone.as_deref().map(str::parse::<Tz>) {
            Some(Ok(zone)) => zone,
            _ if items.iter().any(read::is_all_day) => return Err(Failure::unreadable().into()),
            _ => Tz::UTC,
        };
        let mut resources = Vec::with_capacity(items.len());
        for item in items {
            let key = item.id.clone().ok_or_else(Failure::unreadable)?;
            let event = read::event(&item, zone);
            // A time that cannot be read must not look free.
            if event.is_none() && item.status.as_deref() != Some("cancelled") {
                return Err(Failure::unreadable().into());
            }
            let event = event.filter(|event| read::touches(event.slot, window));
            resources.push(Resource { key: ResourceKey(key), events: event.into_iter().collect() });
        }
        Ok(Changes { resources, complete: first, next })
    }
}

/// The token is too old, or Google takes it for none: then no later try will do better.
fn is_expired(answer: &Answer, resumed: bool) -> bool {
    resumed
        && (answer.status == 410
            || (answer.status == 400
                && matches!(answer.location.as_str(), "syncToken" | "pageToken")))
}
