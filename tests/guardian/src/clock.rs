//! A clock that is moved by hand, and identifiers in its order.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_domain::{clock::Clock, id::IdSource};
use uuid::Uuid;

/// The hands of the clock: microseconds of Unix time.
#[derive(Debug)]
pub struct Hands(AtomicI64);

impl Hands {
    /// A clock that stands at `at`.
    pub fn at(at: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(at.timestamp_micros()))
    }

    /// Moves it.
    pub fn forward(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().expect("not for ever"), Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::Relaxed)).expect("a time")
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
