//! When a zone's clocks change. The zone database tells the offset of an instant and not the
//! instants of its changes, so these are found day by day and by halving.

use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

/// A change of a zone's offset, or the state before the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transition {
    /// The first instant with the new offset.
    pub(crate) at: DateTime<Utc>,
    /// Seconds east of UTC before.
    pub(crate) from: i32,
    /// Seconds east of UTC after.
    pub(crate) to: i32,
    /// Whether summer time begins.
    pub(crate) daylight: bool,
    /// What the time after it is called, e.g. `CEST`.
    pub(crate) name: Option<String>,
}

impl Transition {
    /// The wall clock at the change, as the clock shows it that is about to be changed.
    pub(crate) fn local(&self) -> NaiveDateTime {
        self.at.naive_utc() + Duration::seconds(self.from.into())
    }
}

fn offset(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

fn transition(zone: Tz, at: DateTime<Utc>, from: i32) -> Transition {
    let after = zone.offset_from_utc_datetime(&at.naive_utc());
    Transition {
        at,
        from,
        to: after.fix().local_minus_utc(),
        daylight: after.dst_offset() > Duration::zero(),
        name: after.abbreviation().map(str::to_owned),
    }
}

/// The first instant after `before` with another offset, in seconds; `after` has one.
fn halve(zone: Tz, before: DateTime<Utc>, after: DateTime<Utc>) -> DateTime<Utc> {
    let was = offset(zone, before);
    let (mut low, mut high) = (before.timestamp(), after.timestamp());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match DateTime::from_timestamp(middle, 0) {
            Some(instant) if offset(zone, instant) == was => low = middle,
            _ => high = middle,
        }
    }
    DateTime::from_timestamp(high, 0).unwrap_or(after)
}

/// How far back the change that made the first offset is looked for: every zone that still changes
/// its clocks did so within this time.
const BACK: i64 = 400;

/// What holds at `from`, with the change that brought it about, and every change up to `to`.
///
/// Where no change lies in the last months the first entry stands for all of the past: a change
/// from the offset to itself in 1970.
pub(crate) fn transitions(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Transition> {
    let day = Duration::days(1);
    let mut found = Vec::new();
    let mut at = from - Duration::days(BACK);
    while at < to {
        let next = at + day;
        let was = offset(zone, at);
        if offset(zone, next) != was {
            let change = transition(zone, halve(zone, at, next), was);
            if change.at <= from {
                found.clear();
            }
            found.push(change);
        }
        at = next;
    }
    if found.first().is_none_or(|first| first.at > from) {
        let mut past = transition(zone, from, offset(zone, from));
        past.at = DateTime::UNIX_EPOCH - Duration::seconds(past.from.into());
        if past.at > from {
            past.at = from;
        }
        found.insert(0, past);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn changes_are_found_to_the_second_in_both_hemispheres() {
        let changes = |zone| {
            transitions(zone, utc("2026-11-30T00:00:00Z"), utc("2027-12-01T00:00:00Z"))
                .into_iter()
                .map(|change| (change.at.to_rfc3339(), change.to / 3600, change.daylight))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            changes(Tz::Europe__Berlin),
            [
                ("2026-10-25T01:00:00+00:00".to_owned(), 1, false),
                ("2027-03-28T01:00:00+00:00".to_owned(), 2, true),
                ("2027-10-31T01:00:00+00:00".to_owned(), 1, false),
            ]
        );
        assert_eq!(
            changes(Tz::Australia__Sydney),
            [
                ("2026-10-03T16:00:00+00:00".to_owned(), 11, true),
                ("2027-04-03T16:00:00+00:00".to_owned(), 10, false),
                ("2027-10-02T16:00:00+00:00".to_owned(), 11, true),
            ]
        );
        let tokyo = changes(Tz::Asia__Tokyo);
        assert_eq!(tokyo, [("1969-12-31T15:00:00+00:00".to_owned(), 9, false)]);
    }
}
