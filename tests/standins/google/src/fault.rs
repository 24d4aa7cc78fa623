//! Troubles on order, and quotas.

use chrono::TimeDelta;

use crate::{
    Kind,
    state::{No, Outcome, World},
};

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// An error of Google's form, with Retry-After in seconds if given.
    Status(u16, &'static str, Option<u32>),
    /// The connection is cut before anything happens.
    Cut,
    /// The call takes effect, and then the connection is cut without an answer.
    CutAfter,
    /// The call takes effect, and no answer ever comes.
    SilentAfter,
}

/// A trouble for the next calls that it fits.
#[derive(Clone, Debug)]
pub struct Fault {
    /// In whose name; none = anyone.
    pub user: Option<String>,
    /// Of which kind; none = any, tokens excluded.
    pub kind: Option<Kind>,
    /// How many calls.
    pub times: u32,
    /// What happens to them.
    pub trouble: Trouble,
}

impl World {
    pub(crate) fn trouble(&mut self, user: &str, kind: Kind) -> Option<Trouble> {
        let fault = self.faults.iter_mut().find(|fault| {
            fault.times > 0
                && fault.user.as_deref().is_none_or(|wanted| wanted == user)
                && fault.kind.map_or(!kind.is_access(), |wanted| wanted == kind)
        })?;
        fault.times -= 1;
        let trouble = fault.trouble.clone();
        self.faults.retain(|fault| fault.times > 0);
        Some(trouble)
    }

    /// Counts a call against the quotas, over a sliding window of a minute; refused ones count
    /// not. The statuses are those of
    /// <https://developers.google.com/workspace/calendar/api/guides/errors>.
    pub(crate) fn within_quota(&mut self, user: &str, write: bool) -> Outcome<()> {
        let now = self.now();
        let settings = &self.settings;
        let mut lanes = vec![
            (format!("user {user}"), settings.user_per_minute, "userRateLimitExceeded", 403),
            ("project".to_owned(), settings.project_per_minute, "rateLimitExceeded", 429),
        ];
        if write {
            let limit = settings.user_writes_per_minute;
            lanes.push((format!("writes {user}"), limit, "quotaExceeded", 403));
        }
        for (lane, limit, reason, status) in &lanes {
            let recent = self.recent.entry(lane.clone()).or_default();
            while recent.front().is_some_and(|at| now - *at >= TimeDelta::minutes(1)) {
                recent.pop_front();
            }
            if recent.len() >= *limit {
                self.over_quota += 1;
                return Err(No(*status, reason, ""));
            }
        }
        for (lane, ..) in lanes {
            self.recent.entry(lane).or_default().push_back(now);
        }
        Ok(())
    }
}
