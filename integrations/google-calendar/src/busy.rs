//! When a person is busy
//! (<https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query>).

use chrono::{SecondsFormat, TimeDelta};
use google_calendar3::api;
use http::Method;
use serde_json::json;
use taiwa_domain::{calendar::CalendarError, meeting::Slot};

use crate::{
    GoogleCalendar,
    failure::{Answer, Failure},
    fields,
    google::Request,
};

/// Longest span of one question: Google refuses long ones without saying where the limit lies.
const PIECE: TimeDelta = TimeDelta::days(28);

impl GoogleCalendar {
    pub(crate) async fn read_busy(&self, span: Slot) -> Result<Vec<Slot>, CalendarError> {
        let mut busy = Vec::new();
        let mut from = span.starts_at;
        while from < span.ends_at {
            let to = span.ends_at.min(from + PIECE);
            busy.extend(self.piece(Slot { starts_at: from, ends_at: to }).await?);
            from = to;
        }
        Ok(span.covered(busy))
    }

    async fn piece(&self, span: Slot) -> Result<Vec<Slot>, CalendarError> {
        // Whole seconds, rounded outwards: parts of them may be cut off.
        let [from, to] = [span.starts_at, span.ends_at + TimeDelta::microseconds(999_999)]
            .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
        let body = json!({ "timeMin": from, "timeMax": to, "items": [{ "id": self.id }] });
        let url = self.google.url(&["freeBusy"], &[("fields", fields::BUSY)]);
        let request = Request { method: Method::POST, body: Some(body), ..Request::read(url) };
        let answer: api::FreeBusyResponse = self.google.ask(&self.account, request).await?;
        let mut calendars = answer.calendars.unwrap_or_default();
        let calendar = match calendars.remove(&self.id) {
            Some(calendar) => calendar,
            // `primary` may come back under the calendar's own id.
            None if calendars.len() == 1 => calendars.into_values().next().unwrap_or_default(),
            None => return Err(Failure::unreadable().into()),
        };
        // What could not be computed comes inside a success: an empty answer here is no free time.
        if let Some(error) = calendar.errors.into_iter().flatten().next() {
            return Err(match error.reason.as_deref() {
                Some("notFound") => CalendarError::Gone,
                reason => CalendarError::Unavailable {
                    retry_after: None,
                    cause: Box::new(Answer {
                        status: 200,
                        reason: match reason {
                            Some("internalError") => "internalError",
                            Some("rateLimitExceeded") => "rateLimitExceeded",
                            _ => "freeBusy",
                        }
                        .to_owned(),
                        location: String::new(),
                    }),
                },
            });
        }
        let periods = calendar.busy.ok_or_else(Failure::unreadable)?;
        let slots = periods.into_iter().map(|period| match (period.start, period.end) {
            (Some(starts_at), Some(ends_at)) => Ok(Slot { starts_at, ends_at }),
            _ => Err(Failure::unreadable().into()),
        });
        slots.collect()
    }
}
