//! How many calls go out: for each account and for the whole project, writes apart from reads.
//!
//! Google's quotas (<https://developers.google.com/workspace/calendar/api/guides/quota>): 10,000
//! calls a minute and project, 600 a minute, project and user, over a sliding window; and
//! "operational limits" without a number for writing to one calendar in quick succession. The
//! limits here keep inside the first two and answer the third with a much lower one for writes.

mod bucket;

use std::{collections::HashMap, sync::Mutex};

use chrono::{DateTime, TimeDelta, Utc};

pub use bucket::{Bucket, Rate};

use crate::oauth::AccountKey;

/// Longest pause that failures make, as Google advises for exponential backoff.
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(64);
/// Times that come out of order by less than this are those of calls beside each other.
const SET_BACK: TimeDelta = TimeDelta::minutes(1);
/// Lanes of idle accounts are forgotten above this number.
const LANES: usize = 1024;

/// The limits of one process. Several replicas share one project: give each its part of the
/// project's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls of one account.
    pub user: Rate,
    /// Of them, writes.
    pub user_writes: Rate,
    /// Calls of all accounts.
    pub project: Rate,
    /// Of them, writes.
    pub project_writes: Rate,
    /// How long a call of the port waits at most for its turn or to be repeated, all in all.
    /// Beyond it, it fails with the time to come back.
    pub longest_wait: TimeDelta,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            user: Rate::within(600),
            user_writes: Rate::within(60),
            project: Rate::within(10_000),
            project_writes: Rate::within(2_000),
            longest_wait: TimeDelta::seconds(5),
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Lane {
    calls: Bucket,
    writes: Bucket,
    closed_until: Option<DateTime<Utc>>,
    failures: u32,
}

impl Lane {
    fn earliest(&self, calls: Rate, writes: Option<Rate>, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut at = self.calls.earliest(calls, now);
        if let Some(writes) = writes {
            at = at.max(self.writes.earliest(writes, now));
        }
        self.closed_until.map_or(at, |until| at.max(until))
    }

    fn take(&mut self, calls: Rate, writes: Option<Rate>, at: DateTime<Utc>) {
        self.calls.take(calls, at);
        if let Some(writes) = writes {
            self.writes.take(writes, at);
        }
    }

    fn close(&mut self, asked: Option<TimeDelta>, now: DateTime<Utc>, chance: f64) -> TimeDelta {
        let pause = pause(self.failures, chance).max(asked.unwrap_or_default());
        self.failures = self.failures.saturating_add(1);
        self.closed_until = self.closed_until.max(Some(now + pause));
        pause
    }

    fn is_idle(&self, now: DateTime<Utc>) -> bool {
        self.failures == 0
            && self.closed_until.is_none_or(|until| until <= now)
            && self.calls.is_full(now)
            && self.writes.is_full(now)
    }
}

/// Exponential backoff with jitter: 2^failures seconds and up to one more by `chance` in 0..1,
/// within [`LONGEST_PAUSE`].
fn pause(failures: u32, chance: f64) -> TimeDelta {
    let seconds = 1_i64 << failures.min(6);
    #[allow(clippy::cast_possible_truncation)]
    let jitter = (chance.clamp(0.0, 1.0) * 1_000.0) as i64;
    (TimeDelta::seconds(seconds) + TimeDelta::milliseconds(jitter)).min(LONGEST_PAUSE)
}

/// Whose quota is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    User,
    Project,
}

#[derive(Default)]
struct State {
    project: Lane,
    users: HashMap<AccountKey, Lane>,
    sweep_at: usize,
    latest: Option<DateTime<Utc>>,
}

impl State {
    /// A clock that is set back would make all times counted by it lie far ahead, and nothing
    /// would go until it has caught up: then what was counted counts for nothing.
    fn follow(&mut self, now: DateTime<Utc>) {
        if self.latest.is_some_and(|latest| now < latest - SET_BACK) {
            *self = Self::default();
        }
        self.latest = self.latest.max(Some(now));
    }
}

/// The lanes of all accounts and of the project.
pub(crate) struct Pacer {
    limits: Limits,
    state: Mutex<State>,
}

impl Pacer {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, state: Mutex::default() }
    }

    pub(crate) fn longest_wait(&self) -> TimeDelta {
        self.limits.longest_wait
    }

    /// Lets a call go after the time it answers, or, if that is longer than `patience`, counts
    /// nothing and says when to come back.
    pub(crate) fn admit(
        &self,
        user: AccountKey,
        write: bool,
        now: DateTime<Utc>,
        patience: TimeDelta,
    ) -> Result<TimeDelta, TimeDelta> {
        let limits = &self.limits;
        let mut state = self.state.lock().unwrap_or_else(|broken| broken.into_inner());
        let state = &mut *state;
        state.follow(now);
        if state.users.len() >= state.sweep_at.max(LANES) {
            state.users.retain(|_, lane| !lane.is_idle(now));
            state.sweep_at = state.users.len() * 2;
        }
        let lane = state.users.entry(user).or_default();
        let (user_writes, project_writes) =
            (write.then_some(limits.user_writes), write.then_some(limits.project_writes));
        let at = lane.earliest(limits.user, user_writes, now).max(state.project.earliest(
            limits.project,
            project_writes,
            now,
        ));
        if at - now > patience {
            return Err(at - now);
        }
        lane.take(limits.user, user_writes, at);
        state.project.take(limits.project, project_writes, at);
        Ok(at - now)
    }

    /// Google asked for less, or did not answer: nothing goes for the time it answers.
    pub(crate) fn slow_down(
        &self,
        user: AccountKey,
        whose: Whose,
        asked: Option<TimeDelta>,
        now: DateTime<Utc>,
        chance: f64,
    ) -> TimeDelta {
        let mut state = self.state.lock().unwrap_or_else(|broken| broken.into_inner());
        match whose {
            Whose::User => state.users.entry(user).or_default().close(asked, now, chance),
            Whose::Project => state.project.close(asked, now, chance),
        }
    }

    /// Google answered: pauses begin small again.
    pub(crate) fn succeeded(&self, user: AccountKey) {
        let mut state = self.state.lock().unwrap_or_else(|broken| broken.into_inner());
        state.project.failures = 0;
        if let Some(lane) = state.users.get_mut(&user) {
            lane.failures = 0;
        }
    }
}

#[cfg(test)]
mod tests;
