//! A Google with two people, a clock that is moved by hand, and no waiting.

#![allow(dead_code, unreachable_pub)]

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use secrecy::SecretString;
use taiwa_domain::{
    calendar::{CalendarError, CalendarProvider, Cursor, EventUid, Next, Place, Resource, Wanted},
    clock::Clock,
    id::MeetingId,
    meeting::Slot,
};
use taiwa_google_calendar::{Account, Endpoints, Google, GoogleCalendar, Limits, OAuthClient};
use taiwa_google_standin::StandIn;
use uuid::Uuid;

pub const ALICE: &str = "alice@example.com";
pub const BOB: &str = "bob@example.com";

/// Microseconds of Unix time.
pub struct Hands(AtomicI64);

impl Hands {
    pub fn at(text: &str) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(at(text).timestamp_micros())))
    }

    pub fn forward(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap(), Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

pub struct Stage {
    pub clock: Arc<Hands>,
    pub standin: StandIn,
    pub google: Arc<Google>,
    pub client: Arc<OAuthClient>,
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn slot(from: &str, minutes: i64) -> Slot {
    Slot { starts_at: at(from), ends_at: at(from) + TimeDelta::minutes(minutes) }
}

/// Some weeks ahead of the clock.
pub fn month() -> Slot {
    Slot { starts_at: at("2027-01-01T00:00:00Z"), ends_at: at("2027-02-01T00:00:00Z") }
}

/// Never waits inside a call, and lets everything through.
pub fn open() -> Limits {
    let rate = taiwa_google_calendar::Rate { per_minute: 1_000_000, burst: 1_000_000 };
    Limits {
        user: rate,
        user_writes: rate,
        project: rate,
        project_writes: rate,
        longest_wait: TimeDelta::zero(),
    }
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(open()).await
    }

    pub async fn with(limits: Limits) -> Self {
        let clock = Hands::at("2026-12-01T00:00:00Z");
        let standin = StandIn::start(clock.clone()).await.unwrap();
        standin.hand().person(ALICE, Tz::Asia__Tokyo);
        standin.hand().person(BOB, Tz::Europe__Berlin);
        standin.hand().client("client", "s&c=ret");
        let endpoints = Endpoints::below(standin.url());
        let google = Google::new(endpoints, limits, clock.clone(), Arc::new(|| 0.5)).unwrap();
        let redirect = "https://taiwa.example.com/oauth/google".parse().unwrap();
        let client = Arc::new(OAuthClient::new("client", "s&c=ret".to_owned().into(), redirect));
        Self { clock, standin, google, client }
    }

    pub fn calendar(&self, email: &str) -> GoogleCalendar {
        let token = self.standin.hand().consented(email, "client");
        self.by_token(token.into())
    }

    pub fn by_token(&self, token: SecretString) -> GoogleCalendar {
        GoogleCalendar::primary(self.google.clone(), Account::user(self.client.clone(), token))
    }

    /// The pause after a failure has passed.
    pub fn rest(&self) {
        self.clock.forward(TimeDelta::minutes(2));
    }
}

pub fn wanted(number: u128, from: &str) -> Wanted {
    Wanted {
        uid: EventUid(format!("{number:032x}")),
        meeting: MeetingId(Uuid::from_u128(number)),
        slot: slot(from, 30),
        zone: Tz::Asia__Tokyo,
        title: "1on1".to_owned(),
        guest: None,
        place: Place::Unsaid,
        sequence: 0,
    }
}

/// All pages, and how many there were.
pub async fn pages(
    calendar: &GoogleCalendar,
    cursor: Option<&Cursor>,
    span: Slot,
) -> Result<(Vec<Resource>, Cursor, usize), CalendarError> {
    let (mut cursor, mut all) = (cursor.cloned(), Vec::new());
    for number in 1..1_000 {
        let page = calendar.changes(cursor.as_ref(), span).await?;
        all.extend(page.resources);
        match page.next {
            Next::Page(next) => cursor = Some(next),
            Next::Later(next) => return Ok((all, next, number)),
        }
    }
    panic!("pages never end");
}
