//! Channels: Google tells that a calendar changed
//! (<https://developers.google.com/workspace/calendar/api/guides/push>).

use chrono::DateTime;
use google_calendar3::api;
use http::{HeaderMap, Method};
use serde_json::json;
use subtle::ConstantTimeEq;
use taiwa_domain::calendar::{CalendarError, Channel, Watch};

use crate::{GoogleCalendar, failure::Failure, google::Request};

impl GoogleCalendar {
    pub(crate) async fn open_channel(&self, wanted: &Watch) -> Result<Channel, CalendarError> {
        let asked = self.google.now() + wanted.lifetime;
        let body = json!({
            "id": wanted.id,
            "token": wanted.token,
            "type": "web_hook",
            "address": wanted.address,
            // In milliseconds of Unix time; Google may give less.
            "expiration": asked.timestamp_millis().to_string(),
        });
        let url = self.events(&["watch"], &[("fields", "id,resourceId,expiration")]);
        // The same id a second time is refused, so a lost answer is not repeated: the caller
        // opens another channel, and the lost one ends by itself.
        let request =
            Request { repeatable: false, ..Request::write(Method::POST, url, Some(body)) };
        let channel: api::Channel = self.google.ask(&self.account, request).await?;
        let expires_at = channel.expiration.map_or(Some(asked), DateTime::from_timestamp_millis);
        match (channel.resource_id, expires_at) {
            (Some(resource), Some(expires_at)) => {
                Ok(Channel { id: wanted.id.clone(), resource, expires_at })
            }
            _ => Err(Failure::unreadable().into()),
        }
    }

    pub(crate) async fn close_channel(&self, channel: &Channel) -> Result<(), CalendarError> {
        let body = json!({ "id": channel.id, "resourceId": channel.resource });
        let url = self.google.url(&["channels", "stop"], &[]);
        let request = Request::write(Method::POST, url, Some(body));
        match self.google.call(&self.account, request).await {
            Err(failure) if !matches!(failure.status(), 404 | 410) => Err(failure.into()),
            _ => Ok(()),
        }
    }
}

/// What is known of the channel that a notice names.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Our name of it.
    pub id: &'a str,
    /// The token given when it was opened.
    pub token: &'a str,
    /// Google's name of what it watches. None while the answer to opening it has not been saved:
    /// the first notice may come before.
    pub resource: Option<&'a str>,
    /// The highest number of a notice that came; 0 = none yet.
    pub last: u64,
}

/// What a notice of Google's says. It carries no data: the calendar is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The channel stands; nothing happened.
    Opened {
        /// Number of the notice, to be kept as the last.
        number: u64,
    },
    /// Something changed: look.
    Changed {
        /// Number of the notice, to be kept as the last.
        number: u64,
    },
    /// It came before, or was overtaken by a later one.
    Repeated,
}

/// A notice that is none of ours: nothing is done, and nothing is said of why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the notice was not sent through a channel of ours")]
pub struct Forged;

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let value = all.next()?.to_str().ok()?;
    // Twice the same header is nobody's honest request.
    all.next().is_none().then_some(value)
}

/// The channel that a notice names, for looking up what is expected of it.
pub fn channel_of(headers: &HeaderMap) -> Option<&str> {
    header(headers, "x-goog-channel-id").filter(|id| (1..=64).contains(&id.len()))
}

/// Tells a notice from a forged one by the channel's token, in constant time.
///
/// A replayed notice that is caught on its way passes as repeated. Numbers grow but are not
/// sequential.
pub fn verify(headers: &HeaderMap, expected: Expected<'_>) -> Result<Notice, Forged> {
    let id = channel_of(headers).ok_or(Forged)?;
    let token = header(headers, "x-goog-channel-token").ok_or(Forged)?;
    let genuine = id.as_bytes().ct_eq(expected.id.as_bytes())
        & token.as_bytes().ct_eq(expected.token.as_bytes());
    // A channel without a token could be forged by anyone.
    if !bool::from(genuine) || expected.token.is_empty() {
        return Err(Forged);
    }
    let resource = header(headers, "x-goog-resource-id").ok_or(Forged)?;
    if expected.resource.is_some_and(|known| known != resource) {
        return Err(Forged);
    }
    let number = header(headers, "x-goog-message-number").and_then(|text| text.parse::<u64>().ok());
    let number = number.filter(|number| *number > 0).ok_or(Forged)?;
    let state = header(headers, "x-goog-resource-state").ok_or(Forged)?;
    if number <= expected.last {
        return Ok(Notice::Repeated);
    }
    match state {
        "sync" => Ok(Notice::Opened { number }),
        // `exists`, `not_exists`, and whatever else is thought up: look.
        _ => Ok(Notice::Changed { number }),
    }
}
