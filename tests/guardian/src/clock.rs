//! A clock that is moved by hand, and identifiers in its order.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Instant,
};

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_domain::{clock::Clock, id::IdSource};
use uuid::Uuid;

/// The hands of the clock: microseconds of Unix time, and since when they go by themselves.
#[derive(Debug)]
pub struct Hands(AtomicI64, OnceLock<Instant>);

impl Hands {
    /// A clock that stands at `at`.
    pub fn at(at: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(at.timestamp_micros()), OnceLock::new())
    }

    /// Moves it.
    pub fn forward(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().expect("not for ever"), Ordering::Relaxed);
    }

    /// Lets it go by itself from now on.
    pub fn start(&self) {
        self.1.get_or_init(Instant::now);
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        let went = self.1.get().map_or(0, |since| since.elapsed().as_micros() as i64);
        let micros = self.0.load(Ordering::Relaxed) + went;
        DateTime::from_timestamp_micros(micros).expect("a time")
    }
}

/// Identifiers that count up.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl IdSource for Counter {
    fn next(&self) -> Uuid {
        let low = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        Uuid::from_u64_pair(0x0199_0000_0000_7000, low | 0x8000_0000_0000_0000)
    }
}
