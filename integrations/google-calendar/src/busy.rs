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
        Ok(merged(busy, span))
    }

    async fn piece(&self, span: Slot) -> Result<Vec<Slot>, CalendarError> {
        let [from, to] = [span.starts_at, span.ends_at]
            .map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
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

/// In order, without overlaps or seams, within `span`.
fn merged(mut slots: Vec<Slot>, span: Slot) -> Vec<Slot> {
    slots.sort();
    let mut out: Vec<Slot> = Vec::new();
    for slot in slots {
        let slot = Slot {
            starts_at: slot.starts_at.max(span.starts_at),
            ends_at: slot.ends_at.min(span.ends_at),
        };
        if slot.starts_at >= slot.ends_at {
            continue;
        }
        match out.last_mut() {
            Some(last) if slot.starts_at <= last.ends_at => {
                last.ends_at = last.ends_at.max(slot.ends_at);
            }
            _ => out.push(slot),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slot((from, minutes): (i64, i64)) -> Slot {
        let at = |minute: i64| chrono::DateTime::from_timestamp(minute * 60, 0).unwrap();
        Slot { starts_at: at(from), ends_at: at(from + minutes) }
    }

    proptest! {
        #[test]
        fn merging_keeps_every_minute_and_adds_none(
            raw in prop::collection::vec((0_i64..300, 0_i64..60), 0..20),
        ) {
            let span = slot((50, 200));
            let out = merged(raw.iter().copied().map(slot).collect(), span);
            prop_assert!(out.windows(2).all(|pair| pair[0].ends_at < pair[1].starts_at));
            for minute in 0..400 {
                let at = slot((minute, 1)).starts_at;
                let within = |s: &Slot| s.starts_at <= at && at < s.ends_at;
                let expected = within(&span) && raw.iter().copied().map(slot).any(|s| within(&s));
                prop_assert_eq!(out.iter().any(within), expected);
            }
        }
    }
}
