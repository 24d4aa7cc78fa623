//! Channels and their notices
//! (<https://developers.google.com/workspace/calendar/api/guides/push>).

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::state::{No, Object, Outcome, World};

pub(crate) struct Channel {
    user: String,
    calendar: String,
    token: String,
    address: String,
    resource: String,
    expires_at: DateTime<Utc>,
    number: u64,
    stopped: bool,
}

/// A notice: a POST without a body.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Where to.
    pub address: String,
    /// What it says.
    pub headers: Vec<(&'static str, String)>,
}

impl World {
    pub(crate) fn watch(&mut self, user: &str, calendar: &str, body: &Object) -> Outcome {
        let calendar = self.calendar(user, calendar)?.id.clone();
        let text =
            |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (id, address) = (text("id"), text("address"));
        if id.is_empty() || id.len() > 64 || text("type") != "web_hook" {
            return Err(No(400, "invalid", "id"));
        }
        if !address.starts_with("https://") && !address.starts_with("http://127.0.0.1") {
            return Err(No(400, "push.webhookUrlNotHttps", "address"));
        }
        if self.channels.contains_key(&id) {
            return Err(No(400, "channelIdNotUnique", "id"));
        }
        let longest = self.now() + self.settings.channel_lifetime;
        let asked = text("expiration").parse().ok().and_then(DateTime::from_timestamp_millis);
        let expires_at = asked.map_or(longest, |asked| asked.min(longest));
        // "Stable across different API versions": the same for every channel on one calendar.
        let resource = format!("resource-{calendar}");
        self.channels.insert(
            id.clone(),
            Channel {
                user: user.to_owned(),
                calendar,
                token: text("token"),
                address,
                resource: resource.clone(),
                expires_at,
                number: 0,
                stopped: false,
            },
        );
        self.notice(&id, "sync");
        Ok(json!({"kind": "api#channel", "id": id, "resourceId": resource, "token": text("token"),
            "expiration": expires_at.timestamp_millis().to_string()}))
    }

    pub(crate) fn stop(&mut self, user: &str, body: &Object) -> Outcome {
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let channel = self.channels.get_mut(text("id")).filter(|channel| {
            !channel.stopped && channel.resource == text("resourceId") && channel.user == user
        });
        channel.ok_or(No(404, "notFound", ""))?.stopped = true;
        Ok(Value::Null)
    }

    /// Tells everyone who watches a calendar.
    pub(crate) fn announce(&mut self, calendar: &str) {
        let now = self.now();
        let open = |channel: &Channel| {
            !channel.stopped && channel.calendar == calendar && channel.expires_at > now
        };
        let all: Vec<String> =
            self.channels.iter().filter(|(_, one)| open(one)).map(|(id, _)| id.clone()).collect();
        for id in all {
            self.notice(&id, "exists");
        }
    }

    /// Message 1 is the sync message; numbers grow and are not sequential.
    pub(crate) fn notice(&mut self, id: &str, state: &'static str) {
        let Some(channel) = self.channels.get_mut(id) else { return };
        channel.number += if channel.number == 0 { 1 } else { 2 };
        let sent = Sent {
            address: channel.address.clone(),
            headers: vec![
                ("x-goog-channel-id", id.to_owned()),
                ("x-goog-channel-token", channel.token.clone()),
                ("x-goog-channel-expiration", channel.expires_at.to_rfc2822()),
                ("x-goog-resource-id", channel.resource.clone()),
                (
                    "x-goog-resource-uri",
                    format!(
                        "https://www.googleapis.com/calendar/v3/calendars/{}/events",
                        channel.calendar
                    ),
                ),
                ("x-goog-resource-state", state.to_owned()),
                ("x-goog-message-number", channel.number.to_string()),
            ],
        };
        self.outbox.push(sent);
    }
}
