//! What the stand-in knows.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};
use taiwa_domain::clock::Clock;

use crate::{
    Fault, Kind,
    channels::{Channel, Sent},
    oauth::Registry,
};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// A refusal: status, reason, and the parameter it is about.
pub(crate) struct No(pub(crate) u16, pub(crate) &'static str, pub(crate) &'static str);

pub(crate) type Outcome<T = Value> = Result<T, No>;

/// How the stand-in behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Calls a minute and user; sliding window
    /// (<https://developers.google.com/workspace/calendar/api/guides/quota>).
    pub user_per_minute: usize,
    /// Calls a minute and project (same page).
    pub project_per_minute: usize,
    /// Writes a minute and user: "operational limits", for which the page gives no number.
    pub user_writes_per_minute: usize,
    /// Most events of a page: a page may hold fewer than asked for
    /// (<https://developers.google.com/workspace/calendar/api/v3/reference/events/list#maxResults>).
    pub page_limit: usize,
    /// So many of the next pages are empty and lead on: "or none at all" (same page).
    pub empty_pages: usize,
    /// Before each answer.
    pub latency: std::time::Duration,
    /// Whether notices are sent, or only kept for [`crate::StandIn::sent`].
    pub deliver: bool,
    /// Whether requests are kept for [`crate::StandIn::requests`].
    pub keep_requests: bool,
    /// Conferences are pending until [`crate::Hand::finish_conferences`].
    pub slow_conferences: bool,
    /// Longest life of a channel.
    pub channel_lifetime: TimeDelta,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_per_minute: 600,
            project_per_minute: 10_000,
            user_writes_per_minute: 600,
            page_limit: 2_500,
            empty_pages: 0,
            latency: std::time::Duration::ZERO,
            deliver: true,
            keep_requests: true,
            slow_conferences: false,
            channel_lifetime: TimeDelta::days(7),
        }
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Of which kind.
    pub kind: Kind,
    /// In whose name.
    pub user: String,
    /// Path and query as sent.
    pub target: String,
    /// The user named for quotas.
    pub quota_user: Option<String>,
    /// What it carried.
    pub body: Value,
}

pub(crate) struct Calendar {
    pub(crate) id: String,
    pub(crate) owner: String,
    pub(crate) zone: Tz,
    pub(crate) deleted: bool,
    pub(crate) busy_error: Option<String>,
    /// For so many answers of free/busy more, something is there that is in no list of events.
    pub(crate) passing: u32,
    pub(crate) items: BTreeMap<String, Item>,
    pub(crate) by_change: BTreeMap<u64, String>,
    /// Sync tokens of an earlier generation have expired.
    pub(crate) generation: u64,
}

/// An event, a series, or an occurrence that differs from its series.
#[derive(Clone, Default)]
pub(crate) struct Item {
    pub(crate) body: Object,
    pub(crate) changed: u64,
    /// Occurrences that the series no longer has, and since when.
    pub(crate) dead: BTreeMap<String, u64>,
}

impl Item {
    pub(crate) fn text(&self, field: &str) -> &str {
        self.body.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.text("status") == "cancelled"
    }

    pub(crate) fn rules(&self) -> Option<&str> {
        self.body.get("recurrence")?.as_array()?.iter().find_map(Value::as_str)
    }

    pub(crate) fn organizer(&self) -> &str {
        self.body.get("organizer").and_then(|one| one["email"].as_str()).unwrap_or_default()
    }

    pub(crate) fn attendees(&self) -> Vec<Object> {
        let list = self.body.get("attendees").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_object).cloned().collect()
    }

    pub(crate) fn response(&self, address: &str) -> Option<String> {
        self.attendees()
            .iter()
            .find(|one| email(one).eq_ignore_ascii_case(address))
            .map(|one| one.get("responseStatus").and_then(Value::as_str).unwrap_or("needsAction"))
            .map(str::to_owned)
    }
}

pub(crate) fn email(one: &Object) -> &str {
    one.get("email").and_then(Value::as_str).unwrap_or_default()
}

pub(crate) struct World {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Settings,
    /// By id; a person's main calendar has their address as its id.
    pub(crate) calendars: HashMap<String, Calendar>,
    pub(crate) registry: Registry,
    pub(crate) channels: HashMap<String, Channel>,
    pub(crate) outbox: Vec<Sent>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) counts: BTreeMap<(String, Kind), u64>,
    pub(crate) requests: Vec<Seen>,
    pub(crate) recent: HashMap<String, VecDeque<DateTime<Utc>>>,
    pub(crate) over_quota: u64,
    pub(crate) change: u64,
    pub(crate) serial: u64,
}

impl World {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            settings: Settings::default(),
            calendars: HashMap::new(),
            registry: Registry::default(),
            channels: HashMap::new(),
            outbox: Vec::new(),
            sent: Vec::new(),
            faults: Vec::new(),
            counts: BTreeMap::new(),
            requests: Vec::new(),
            recent: HashMap::new(),
            over_quota: 0,
            change: 0,
            serial: 0,
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A name that was not given before.
    pub(crate) fn fresh(&mut self, what: &str) -> String {
        self.serial += 1;
        format!("{what}{:016}", self.serial)
    }

    /// The calendar that a user means.
    pub(crate) fn calendar(&self, user: &str, id: &str) -> Outcome<&Calendar> {
        let id = if id == "primary" { user } else { id };
        let found = self.calendars.get(id).filter(|one| !one.deleted && one.owner == user);
        found.ok_or(No(404, "notFound", ""))
    }

    pub(crate) fn calendar_mut(&mut self, id: &str) -> &mut Calendar {
        self.calendars.get_mut(id).expect("looked up before")
    }

    /// An item was changed: it gets a new state, and who watches the calendar is told.
    pub(crate) fn touch(&mut self, calendar: &str, id: &str) {
        self.change += 1;
        let (change, now) = (self.change, self.now());
        let calendar = self.calendar_mut(calendar);
        let Some(item) = calendar.items.get_mut(id) else { return };
        calendar.by_change.remove(&item.changed);
        calendar.by_change.insert(change, id.to_owned());
        item.changed = change;
        item.body.insert("etag".into(), json!(format!("\"{change}\"")));
        item.body.insert("updated".into(), json!(now.to_rfc3339_opts(SecondsFormat::Millis, true)));
        let calendar = calendar.id.clone();
        self.announce(&calendar);
    }
}
