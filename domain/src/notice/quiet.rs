//! Hours in which nobody is told anything.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::organization::{Weekday, WorkingHours};

/// Where a moment is put that would fall on a later day: so long before the quiet begins, so that
/// something of the day is left to act on what one was told.
const ROOM: TimeDelta = TimeDelta::hours(3);
/// Days that are searched for a moment: longer than any run of holidays.
const SEARCHED: u64 = 30;

/// Quiet hours of every day on the wall clock, `from` included, `until` excluded; over midnight where
/// `until` is not later. Equal = none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QuietHours {
    /// They begin.
    pub from: NaiveTime,
    /// They end.
    pub until: NaiveTime,
}

impl Default for QuietHours {
    /// From eight in the evening to eight in the morning.
    fn default() -> Self {
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour of the day");
        Self { from: at(20), until: at(8) }
    }
}

impl QuietHours {
    /// Whether they hold a time of the day.
    pub fn contains(&self, time: NaiveTime) -> bool {
        match self.from <= self.until {
            true => self.from <= time && time < self.until,
            false => self.from <= time || time < self.until,
        }
    }
}

/// When a person is left alone: in quiet hours, on days they do not work, on holidays.
#[derive(Clone, Debug)]
pub struct Quiet {
    zone: Tz,
    hours: QuietHours,
    working: [bool; 7],
    holidays: Arc<BTreeSet<NaiveDate>>,
}

/// Instants from the first (included) to the second.
type Span = (DateTime<Utc>, DateTime<Utc>);

impl Quiet {
    /// Of a person in a zone with these working hours and days off. Someone whose week has no
    /// working day is told on any.
    pub fn new(
        zone: Tz,
        hours: QuietHours,
        week: &WorkingHours,
        holidays: Arc<BTreeSet<NaiveDate>>,
    ) -> Self {
        let mut working = [false; 7];
        for window in week.windows() {
            working[usize::from(window.weekday.number() - 1)] = true;
        }
        if working == [false; 7] {
            working = [true; 7];
        }
        Self { zone, hours, working, holidays }
    }

    /// The person's zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Whether the person works on a day.
    pub fn works(&self, day: NaiveDate) -> bool {
        let weekday = Weekday::from(day.weekday());
        self.working[usize::from(weekday.number() - 1)] && !self.holidays.contains(&day)
    }

    /// A day of the person's.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// Whether the person may be told something now.
    pub fn allows(&self, at: DateTime<Utc>) -> bool {
        self.spans(self.day(at)).iter().any(|(from, until)| *from <= at && at < *until)
    }

    /// The first moment from `at` on at which the person may be told; none where none is near.
    pub fn next(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let from = self.day(at);
        let spans = from.iter_days().take(SEARCHED as usize).flat_map(|day| self.spans(day));
        spans.filter(|(_, until)| at < *until).map(|(from, _)| from.max(at)).next()
    }

    /// `at`, or where that is quiet, a moment of the last day before on which the person may be
    /// told, with some of it left.
    pub fn before(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.allows(at) {
            return Some(at);
        }
        let last = self.day(at);
        (0..SEARCHED).find_map(|back| {
            let spans = self.spans(last.checked_sub_days(Days::new(back))?);
            let (from, until) = *spans.iter().rfind(|(_, until)| *until <= at)?;
            Some(from.max(until - ROOM))
        })
    }

    /// When a time of a day is on the person's clock; where clocks jump over it, when they have.
    pub fn at(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        self.instant(day, time, false)
    }

    /// The parts of a day in which the person may be told.
    fn spans(&self, day: NaiveDate) -> Vec<Span> {
        if !self.works(day) {
            return Vec::new();
        }
        let QuietHours { from, until } = self.hours;
        let midnight = NaiveTime::MIN;
        let next = day.succ_opt().unwrap_or(day);
        // Where clocks show a time twice, quiet begins at the first and ends at the second: no
        // reading of the clock is then within it.
        let starts = |time| self.instant(day, time, true);
        let ends = |time| self.instant(day, time, false);
        let (first, last) =
            (self.instant(day, midnight, false), self.instant(next, midnight, false));
        let spans = match from.cmp(&until) {
            std::cmp::Ordering::Equal => vec![(first, last)],
            std::cmp::Ordering::Less => vec![(first, ends(from)), (starts(until), last)],
            std::cmp::Ordering::Greater => vec![(starts(until), ends(from))],
        };
        spans.into_iter().filter(|(from, until)| from < until).collect()
    }

    fn instant(&self, day: NaiveDate, time: NaiveTime, latest: bool) -> DateTime<Utc> {
        let wanted = day.and_time(time);
        // Some zones have jumped a whole day.
        (0..=26 * 4)
            .find_map(|quarters| {
                let local = wanted + TimeDelta::minutes(15 * quarters);
                let found = self.zone.from_local_datetime(&local);
                let found = if latest { found.latest() } else { found.earliest() }?;
                // After a jump: the moment of the jump, not a quarter of an hour that is not full.
                Some(
                    found
                        - if quarters > 0 { since_jump(found, wanted) } else { TimeDelta::zero() },
                )
            })
            .map_or_else(|| wanted.and_utc(), |found| found.with_timezone(&Utc))
    }
}

/// How far `found`, the first quarter of an hour that exists after `wanted`, lies after the jump.
fn since_jump(found: DateTime<Tz>, wanted: chrono::NaiveDateTime) -> TimeDelta {
    let zone = found.timezone();
    let exists = |back: i64| {
        let at = found - TimeDelta::minutes(back);
        at.naive_local() >= wanted
            && zone.from_local_datetime(&at.naive_local()).earliest() == Some(at)
    };
    TimeDelta::minutes((1..15).take_while(|back| exists(*back)).last().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn time(minute: u32) -> NaiveTime {
        NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap()
    }

    fn usual(zone: Tz) -> Quiet {
        Quiet::new(zone, QuietHours::default(), &WorkingHours::default(), Arc::default())
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_would_fall_on_a_weekend_is_told_on_friday_afternoon() {
        let quiet = usual(Tz::Asia__Tokyo);
        // Sunday 09:00 in Tokyo.
        assert_eq!(quiet.before(at("2026-11-29T00:00:00Z")), Some(at("2026-11-27T08:00:00Z")));
        // Tuesday 21:00: the same day, before the evening.
        assert_eq!(quiet.before(at("2026-11-24T12:00:00Z")), Some(at("2026-11-24T08:00:00Z")));
        // Tuesday 07:00: Monday.
        assert_eq!(quiet.before(at("2026-11-23T22:00:00Z")), Some(at("2026-11-23T08:00:00Z")));
        // Saturday noon: Monday at eight.
        assert_eq!(quiet.next(at("2026-11-28T03:00:00Z")), Some(at("2026-11-29T23:00:00Z")));
        assert!(quiet.allows(at("2026-11-27T10:59:59Z")));
        assert!(!quiet.allows(at("2026-11-27T11:00:00Z")), "eight in the evening is quiet");
        assert!(quiet.allows(at("2026-11-26T23:00:00Z")), "eight in the morning is not");
    }

    #[test]
    fn holidays_are_quiet() {
        let days = ["2026-11-27", "2026-11-30"].map(|day| day.parse().unwrap());
        let days = Arc::new(days.into());
        let quiet =
            Quiet::new(Tz::Asia__Tokyo, QuietHours::default(), &WorkingHours::default(), days);
        assert_eq!(quiet.next(at("2026-11-27T03:00:00Z")), Some(at("2026-11-30T23:00:00Z")));
        assert_eq!(quiet.before(at("2026-11-30T03:00:00Z")), Some(at("2026-11-26T08:00:00Z")));
    }

    #[test]
    fn someone_who_works_on_no_day_is_told_on_any() {
        let none = WorkingHours::new(Vec::new()).unwrap();
        let quiet = Quiet::new(Tz::UTC, QuietHours::default(), &none, Arc::default());
        assert!(quiet.allows(at("2026-11-29T12:00:00Z")));
    }

    const ZONES: [Tz; 10] = [
        Tz::UTC,
        Tz::Asia__Tokyo,
        Tz::Europe__Berlin,
        Tz::America__New_York,
        Tz::America__Santiago,
        Tz::Africa__Cairo,
        Tz::Australia__Lord_Howe,
        Tz::Pacific__Apia,
        Tz::America__St_Johns,
        Tz::Asia__Kathmandu,
    ];

    proptest! {
        /// Whatever the zone, the hours and the clocks' changes: the wall clock never stands in
        /// quiet hours when somebody is told, and `next` and `before` are on their side.
        #[test]
        fn nobody_is_told_in_quiet_hours(
            zone in 0..ZONES.len(),
            from in 0_u32..1440,
            until in 0_u32..1440,
            // 2011, when Samoa skipped a day, to 2030.
            minute in 0_i64..10_000_000,
            off in prop::collection::btree_set(0_u64..20, 0..6),
        ) {
            let start = at("2011-06-01T00:00:00Z") + TimeDelta::minutes(minute);
            let zone = ZONES[zone];
            let hours = QuietHours { from: time(from), until: time(until) };
            let today = start.with_timezone(&zone).date_naive();
            let holidays = off.into_iter().map(|n| today - Days::new(10) + Days::new(n)).collect();
            let quiet = Quiet::new(zone, hours, &WorkingHours::default(), Arc::new(holidays));
            let fine = |at: DateTime<Utc>| {
                let local = at.with_timezone(&zone);
                quiet.works(local.date_naive()) && (from == until || !hours.contains(local.time()))
            };
            if let Some(found) = quiet.next(start) {
                prop_assert!(found >= start);
                prop_assert!(quiet.allows(found) && fine(found), "{found}");
            }
            if let Some(found) = quiet.before(start) {
                prop_assert!(found <= start);
                prop_assert!(quiet.allows(found) && fine(found), "{found}");
            }
            if quiet.allows(start) {
                prop_assert!(fine(start));
                prop_assert_eq!(quiet.next(start), Some(start));
                prop_assert_eq!(quiet.before(start), Some(start));
            }
        }

        /// Nothing is quiet that the wall clock says is not, but for the hour that clocks show twice.
        #[test]
        fn what_is_not_quiet_is_allowed(zone in 0..ZONES.len(), minute in 0_i64..10_000_000) {
            let start = at("2011-06-01T00:00:00Z") + TimeDelta::minutes(minute);
            let zone = ZONES[zone];
            let quiet = usual(zone);
            let local = start.with_timezone(&zone);
            let expected = quiet.works(local.date_naive())
                && !QuietHours::default().contains(local.time());
            prop_assert_eq!(quiet.allows(start), expected, "{}", local);
        }
    }
}
