//! Cadence policies: how often a pair meets, how long, in which windows, and which rule wins.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    id::{DepartmentId, PairId, PolicyId},
    meeting::Slot,
    organization::{Period, Weekday, WorkingHours},
    pair::PairKind,
};

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// Every n weeks, n from 1 to 26.
    Weeks(u8),
    /// Once a calendar month.
    Monthly,
}

/// What a policy says about the 1on1s it governs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cadence {
    /// How often.
    pub interval: Interval,
    /// Length in minutes, 10 to 240.
    pub minutes: u16,
    /// Free minutes kept before and after, up to 60.
    pub buffer_minutes: u16,
    /// Least days between two meetings; half the interval when absent.
    pub min_spacing_days: Option<u16>,
    /// Windows in each person's own zone, within their working hours; absent = all of them.
    pub windows: Option<WorkingHours>,
    /// Weekday and time to aim at, in the organizer's zone.
    pub preferred: Option<(Weekday, NaiveTime)>,
}

impl Default for Cadence {
    /// Every two weeks, 30 minutes: planning.md's default.
    fn default() -> Self {
        Self {
            interval: Interval::Weeks(2),
            minutes: 30,
            buffer_minutes: 0,
            min_spacing_days: None,
            windows: None,
            preferred: None,
        }
    }
}

/// What is wrong with a cadence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CadenceError {
    /// Interval out of bounds.
    #[error("the interval must be between 1 and 26 weeks")]
    Interval,
    /// Length out of bounds.
    #[error("a 1on1 lasts between 10 and 240 minutes, in steps of 5")]
    Minutes,
    /// Buffer out of bounds.
    #[error("the buffer is at most 60 minutes, in steps of 5")]
    Buffer,
    /// Spacing longer than the interval.
    #[error("the minimum spacing cannot be longer than the interval")]
    Spacing,
}

impl Cadence {
    /// Checks the bounds.
    pub fn validate(&self) -> Result<(), CadenceError> {
        let interval_days = match self.interval {
            Interval::Weeks(weeks) if !(1..=26).contains(&weeks) => {
                return Err(CadenceError::Interval);
            }
            Interval::Weeks(weeks) => u16::from(weeks) * 7,
            Interval::Monthly => 28,
        };
        if !(10..=240).contains(&self.minutes) || !self.minutes.is_multiple_of(5) {
            return Err(CadenceError::Minutes);
        }
        if self.buffer_minutes > 60 || !self.buffer_minutes.is_multiple_of(5) {
            return Err(CadenceError::Buffer);
        }
        if self.min_spacing_days.is_some_and(|days| days > interval_days) {
            return Err(CadenceError::Spacing);
        }
        Ok(())
    }
}

/// Whom a policy governs. The narrower wins: pair, then the nearest department, then the
/// organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everyone.
    Organization,
    /// The department and those below it, by the partner's primary post.
    Department(DepartmentId),
    /// One pair.
    Pair(PairId),
}

/// A cadence with its scope, reason and dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Identity.
    pub id: PolicyId,
    /// Whom it governs.
    pub scope: Scope,
    /// Which kind of pair; one for dotted or skip-level pairs also brings such pairs about.
    pub kind: PairKind,
    /// What it says.
    pub cadence: Cadence,
    /// Why it is so.
    pub reason: String,
    /// When.
    pub period: Period,
    /// Counts its changes; an update names the one it saw.
    pub version: i64,
}

/// The cadence of a pair on a day, with the rule that gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective<'a> {
    /// The winner; `None` = the built-in default.
    pub policy: Option<&'a Policy>,
    /// Other policies that would have applied, next best first.
    pub overridden: Vec<&'a Policy>,
}

impl Effective<'_> {
    /// What holds.
    pub fn cadence(&self) -> Cadence {
        self.policy.map(|policy| policy.cadence.clone()).unwrap_or_default()
    }
}

/// Finds the rule for a pair on `day`. `departments` is the partner's primary department and its
/// ancestors, nearest first. Within a scope the later start wins, then the later id.
pub fn effective<'a>(
    policies: impl IntoIterator<Item = &'a Policy>,
    kind: PairKind,
    pair: PairId,
    departments: &[DepartmentId],
    day: NaiveDate,
) -> Effective<'a> {
    let rank = |policy: &Policy| match policy.scope {
        Scope::Pair(id) => (id == pair).then_some(0),
        Scope::Department(id) => departments.iter().position(|d| *d == id).map(|depth| depth + 1),
        Scope::Organization => Some(usize::MAX),
    };
    let mut applying: Vec<(usize, &Policy)> = policies
        .into_iter()
        .filter(|policy| policy.kind == kind && policy.period.contains(day))
        .filter_map(|policy| rank(policy).map(|rank| (rank, policy)))
        .collect();
    applying
        .sort_by_key(|(rank, policy)| (*rank, std::cmp::Reverse((policy.period.from, policy.id))));
    let mut applying = applying.into_iter().map(|(_, policy)| policy);
    Effective { policy: applying.next(), overridden: applying.collect() }
}

/// The span in which a meeting that is due in the week of the Monday `due_week` counts for its
/// cadence, on the organizer's clock: from that Monday for as many weeks as the interval has;
/// of a monthly one, to the first Monday of the next month.
pub fn period(due_week: NaiveDate, interval: Interval, zone: Tz) -> Slot {
    let weeks = |weeks: u64| due_week + Days::new(7 * weeks);
    let until = match interval {
        Interval::Weeks(count) => weeks(count.into()),
        Interval::Monthly => {
            (1..=5).map(weeks).find(|day| day.month() != due_week.month()).unwrap_or(weeks(5))
        }
    };
    Slot { starts_at: first_instant(due_week, zone), ends_at: first_instant(until, zone) }
}

/// When a day begins in a zone: where clocks jump over midnight, when the day's first hour does.
pub fn first_instant(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..=6)
        .find_map(|half_hours| {
            let local = midnight + TimeDelta::minutes(30 * half_hours);
            zone.from_local_datetime(&local).earliest()
        })
        .map_or_else(|| midnight.and_utc(), |found| found.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn policy(n: u128, scope: Scope, weeks: u8) -> Policy {
        Policy {
            id: PolicyId(Uuid::from_u128(n)),
            scope,
            kind: PairKind::Manager,
            cadence: Cadence { interval: Interval::Weeks(weeks), ..Cadence::default() },
            reason: "because".into(),
            period: Period::since(NaiveDate::from_ymd_opt(2026, 4, 1).unwrap()),
            version: 1,
        }
    }

    #[test]
    fn the_narrower_rule_wins_and_says_what_it_overrides() {
        let (inner, outer) = (DepartmentId(Uuid::from_u128(10)), DepartmentId(Uuid::from_u128(11)));
        let pair = PairId(Uuid::from_u128(20));
        let policies = [
            policy(1, Scope::Organization, 4),
            policy(2, Scope::Department(outer), 3),
            policy(3, Scope::Department(inner), 2),
            policy(4, Scope::Pair(pair), 1),
        ];
        let day = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
        let ids = |from: usize, departments: &[DepartmentId]| {
            let found = effective(&policies[..from], PairKind::Manager, pair, departments, day);
            (
                found.policy.map(|p| p.id.0.as_u128()),
                found.overridden.iter().map(|p| p.id.0.as_u128()).collect::<Vec<_>>(),
            )
        };
        assert_eq!(ids(4, &[inner, outer]), (Some(4), vec![3, 2, 1]));
        assert_eq!(ids(3, &[inner, outer]), (Some(3), vec![2, 1]));
        assert_eq!(ids(3, &[outer]), (Some(2), vec![1]));
        assert_eq!(ids(3, &[]), (Some(1), vec![]));
        assert_eq!(ids(0, &[]), (None, vec![]));
        let before = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
        assert_eq!(
            effective(&policies, PairKind::Manager, pair, &[inner], before).cadence(),
            Cadence::default()
        );
    }

    #[test]
    fn a_period_begins_on_its_monday_wherever_the_clocks_are() {
        let monday = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
        let text = |interval, zone| {
            let slot = period(monday(10, 19), interval, zone);
            (slot.starts_at.to_rfc3339(), slot.ends_at.to_rfc3339())
        };
        let two = Interval::Weeks(2);
        // Berlin falls back on October 25th: the second Monday begins an hour later.
        assert_eq!(
            text(two, Tz::Europe__Berlin),
            ("2026-10-18T22:00:00+00:00".into(), "2026-11-01T23:00:00+00:00".into())
        );
        assert_eq!(
            text(Interval::Monthly, Tz::Asia__Tokyo),
            ("2026-10-18T15:00:00+00:00".into(), "2026-11-01T15:00:00+00:00".into())
        );
        // Cairo skips the first hour of April 24th 2026.
        let day = NaiveDate::from_ymd_opt(2026, 4, 24).unwrap();
        assert_eq!(first_instant(day, Tz::Africa__Cairo).to_rfc3339(), "2026-04-23T22:00:00+00:00");
    }
}
