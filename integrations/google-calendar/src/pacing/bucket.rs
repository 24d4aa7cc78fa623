//! A quota of calls in a minute, with time as an argument.

use chrono::{DateTime, TimeDelta, Utc};

/// So many calls a minute, and so many at once after a rest. Within any minute at most
/// `per_minute + burst` are let through: Google counts over a sliding window, so the sum is what
/// must stay within its quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Sustained.
    pub per_minute: u32,
    /// At once.
    pub burst: u32,
}

impl Rate {
    /// A quota of so many calls in any minute: four fifths sustained, one fifth at once.
    pub const fn within(quota: u32) -> Self {
        let burst = if quota < 5 { 1 } else { quota / 5 };
        Self { per_minute: quota - burst, burst }
    }

    fn interval(self) -> TimeDelta {
        // Rounded up, so that rounding lets nothing more through.
        let micros = 60_000_000_u32.div_ceil(self.per_minute.max(1));
        TimeDelta::microseconds(micros.into())
    }

    fn tolerance(self) -> TimeDelta {
        self.interval() * i32::try_from(self.burst.max(1) - 1).unwrap_or(i32::MAX)
    }
}

/// What was let through: one instant, at which the bucket is full again (the virtual scheduling
/// algorithm of ITU-T I.371).
#[derive(Clone, Copy, Debug, Default)]
pub struct Bucket {
    full_at: Option<DateTime<Utc>>,
}

impl Bucket {
    /// The first time from `now` on at which a call may go.
    pub fn earliest(&self, rate: Rate, now: DateTime<Utc>) -> DateTime<Utc> {
        self.full_at.map_or(now, |full_at| now.max(full_at - rate.tolerance()))
    }

    /// Counts a call that goes at `at`.
    pub fn take(&mut self, rate: Rate, at: DateTime<Utc>) {
        self.full_at = Some(self.full_at.map_or(at, |full_at| full_at.max(at)) + rate.interval());
    }

    /// Whether forgetting it changes nothing.
    pub fn is_full(&self, now: DateTime<Utc>) -> bool {
        self.full_at.is_none_or(|full_at| full_at <= now)
    }
}
