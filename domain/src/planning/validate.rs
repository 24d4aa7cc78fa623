//! What must hold of an instance before it can be planned, and the bounds on its size.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

use super::{
    clock::Window,
    instance::{Instance, Kind, Pair, Person},
};

/// Most people of an instance.
pub const MAX_PEOPLE: usize = 200_000;
/// Most pairs of an instance.
pub const MAX_PAIRS: usize = 400_000;
/// Longest horizon, in weeks.
pub const MAX_WEEKS: u32 = 53;
/// Longest interval between two meetings of a pair, in weeks.
pub const MAX_EVERY_WEEKS: u32 = 26;
/// Longest meeting, and longest buffer, in minutes.
pub const MAX_MINUTES: u32 = 480;
/// Finest grid, in minutes.
pub const MIN_GRID: u32 = 5;
/// Most entries of any list of one person or pair: busy spans, windows, days.
pub const MAX_ENTRIES: usize = 20_000;
/// Most errors that are reported.
pub const MAX_ERRORS: usize = 100;

/// One thing that is wrong with an instance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstanceError {
    /// With the instance itself.
    #[error("{field}: {defect}")]
    Instance {
        /// Where.
        field: &'static str,
        /// What.
        defect: Defect,
    },
    /// With one person.
    #[error("person “{key}”, {field}: {defect}")]
    Person {
        /// Who.
        key: String,
        /// Where.
        field: &'static str,
        /// What.
        defect: Defect,
    },
    /// With one pair.
    #[error("pair “{a}”–“{b}”, {field}: {defect}")]
    Pair {
        /// Whose.
        a: String,
        /// With whom.
        b: String,
        /// Where.
        field: &'static str,
        /// What.
        defect: Defect,
    },
}

/// What can be wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// Nobody has that key.
    #[error("nobody has the key “{0}”")]
    UnknownPerson(String),
    /// A pair of one.
    #[error("both are the same person")]
    SelfPair,
    /// Stated twice.
    #[error("stated more than once")]
    Duplicate,
    /// Not an IANA zone.
    #[error("“{0}” is not an IANA time zone")]
    Zone(String),
    /// A horizon that starts mid-week.
    #[error("{0} is not a Monday")]
    NotMonday(NaiveDate),
    /// A grid that drifts from day to day.
    #[error("{0} minutes do not divide a day")]
    Grid(u32),
    /// Outside its range.
    #[error("{value} is not between {least} and {most}")]
    Range {
        /// What was given.
        value: i64,
        /// The least that is taken.
        least: i64,
        /// The most that is taken.
        most: i64,
    },
    /// An end at or before its start.
    #[error("{0} ends before it starts")]
    Backwards(String),
    /// A start off the grid.
    #[error("{0} is not a start on the grid")]
    OffGrid(String),
    /// No text.
    #[error("empty")]
    Empty,
    /// Too long a list.
    #[error("{count} entries, more than {most}")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many are taken.
        most: usize,
    },
}

type Found = Vec<(&'static str, Defect)>;

impl Instance {
    /// Checks everything the planner relies on; the first [`MAX_ERRORS`] defects are returned, each
    /// with the person or pair and the field.
    pub fn validate(&self) -> Result<(), Vec<InstanceError>> {
        let mut errors: Vec<_> = (self.own_defects().into_iter())
            .map(|(field, defect)| InstanceError::Instance { field, defect })
            .collect();
        let mut known = BTreeSet::new();
        for person in &self.people {
            let mut found = person.defects();
            if !known.insert(person.key.as_str()) {
                found.push(("key", Defect::Duplicate));
            }
            errors.extend(found.into_iter().map(|(field, defect)| InstanceError::Person {
                key: person.key.clone(),
                field,
                defect,
            }));
            if errors.len() >= MAX_ERRORS {
                break;
            }
        }
        let mut seen = BTreeMap::new();
        for pair in &self.pairs {
            let mut found = pair.defects(self);
            for (field, key) in [("a", &pair.a), ("b", &pair.b)] {
                if !known.contains(key.as_str()) {
                    found.push((field, Defect::UnknownPerson(key.clone())));
                }
            }
            if seen.insert(pair.identity(), ()).is_some() {
                found.push(("a, b, kind", Defect::Duplicate));
            }
            errors.extend(found.into_iter().map(|(field, defect)| InstanceError::Pair {
                a: pair.a.clone(),
                b: pair.b.clone(),
                field,
                defect,
            }));
            if errors.len() >= MAX_ERRORS {
                break;
            }
        }
        errors.truncate(MAX_ERRORS);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn own_defects(&self) -> Found {
        let mut found = Found::new();
        if !(MIN_GRID..=1440).contains(&self.grid) || 1440 % self.grid != 0 {
            found.push(("grid", Defect::Grid(self.grid)));
        }
        range(&mut found, "horizon.weeks", self.horizon.weeks, 1, MAX_WEEKS);
        if self.horizon.from.weekday() != Weekday::Mon {
            found.push(("horizon.from", Defect::NotMonday(self.horizon.from)));
        }
        // Offsets are whole minutes there, and instants far from any overflow.
        range(&mut found, "horizon.from", self.horizon.from.year().max(0) as u32, 1990, 2200);
        range(&mut found, "daily_cap", self.daily_cap, 0, 1000);
        count(&mut found, "people", self.people.len(), MAX_PEOPLE);
        count(&mut found, "pairs", self.pairs.len(), MAX_PAIRS);
        let reserved: Vec<_> =
            self.reserved.iter().map(super::instance::Reserved::window).collect();
        windows(&mut found, "reserved", &reserved);
        found
    }
}

impl Person {
    fn defects(&self) -> Found {
        let mut found = Found::new();
        if self.key.is_empty() {
            found.push(("key", Defect::Empty));
        }
        if self.zone.parse::<Tz>().is_err() {
            found.push(("zone", Defect::Zone(self.zone.clone())));
        }
        windows(&mut found, "hours", self.hours.as_deref().unwrap_or_default());
        count(&mut found, "busy", self.busy.len(), MAX_ENTRIES);
        if let Some((start, _)) = self.busy.iter().find(|(start, end)| end < start) {
            found.push(("busy", Defect::Backwards(text(start))));
        }
        count(&mut found, "leave", self.leave.len(), MAX_ENTRIES);
        count(&mut found, "holidays", self.holidays.len(), MAX_ENTRIES);
        found
    }
}

impl Pair {
    /// What makes a pair one and the same: its kind and its two people, in either order.
    fn identity(&self) -> (Kind, &str, &str) {
        let (a, b) = (self.a.as_str(), self.b.as_str());
        (self.kind, a.min(b), a.max(b))
    }

    fn defects(&self, instance: &Instance) -> Found {
        let mut found = Found::new();
        if self.a == self.b {
            found.push(("b", Defect::SelfPair));
        }
        range(&mut found, "every_weeks", self.every_weeks, 1, MAX_EVERY_WEEKS);
        range(&mut found, "minutes", self.minutes, 1, MAX_MINUTES);
        range(&mut found, "buffer", self.buffer, 0, MAX_MINUTES);
        range(&mut found, "displaced", self.displaced, 0, 1000);
        windows(&mut found, "windows", self.windows.as_deref().unwrap_or_default());
        if let Some(days) = self.min_spacing_days {
            range(&mut found, "min_spacing_days", days, 0, 7 * MAX_EVERY_WEEKS);
        }
        if let Some(preferred) = self.preferred {
            range(&mut found, "preferred.time", preferred.time.minutes(), 0, 1439);
        }
        if let Some(standing) = self.standing {
            let phases = if self.monthly { 4 } else { self.every_weeks };
            range(&mut found, "standing.phase", standing.phase, 0, phases.saturating_sub(1));
            range(&mut found, "standing.time", standing.time.minutes(), 0, 1439);
        }
        if let (Some(from), Some(until)) = (self.from, self.until)
            && until < from
        {
            found.push(("until", Defect::Backwards(format!("the episode from {from}"))));
        }
        count(&mut found, "fixed", self.fixed.len(), instance.horizon.weeks as usize);
        let mut weeks = BTreeSet::new();
        for fixed in &self.fixed {
            let last = instance.horizon.weeks.saturating_sub(1);
            range(&mut found, "fixed.week", fixed.week, 0, last);
            if !weeks.insert(fixed.week) {
                found.push(("fixed.week", Defect::Duplicate));
            }
            if fixed.start.timestamp() % 60 != 0 || fixed.start.timestamp_subsec_nanos() != 0 {
                found.push(("fixed.start", Defect::OffGrid(text(&fixed.start))));
            }
        }
        found
    }
}

fn range(found: &mut Found, field: &'static str, value: u32, least: u32, most: u32) {
    if !(least..=most).contains(&value) {
        let [value, least, most] = [value, least, most].map(i64::from);
        found.push((field, Defect::Range { value, least, most }));
    }
}

fn count(found: &mut Found, field: &'static str, count: usize, most: usize) {
    if count > most {
        found.push((field, Defect::TooMany { count, most }));
    }
}

fn windows(found: &mut Found, field: &'static str, windows: &[Window]) {
    count(found, field, windows.len(), 7 * 96);
    for window in windows {
        let (from, to) = window.span();
        if from >= to {
            let span =
                format!("{}–{} on weekday {}", window.from, window.to, window.weekday.number());
            found.push((field, Defect::Backwards(span)));
        }
    }
}

fn text(instant: &DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
