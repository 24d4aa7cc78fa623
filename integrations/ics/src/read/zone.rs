//! What a zone's name means.
//!
//! A name that the zone database has means what the database says, also where the file brings a
//! definition of its own: programs write such definitions for the current rules alone. Then come
//! the names that Windows uses, and last the definition in the file.

use std::{collections::HashMap, rc::Rc};

use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use super::{
    component::Component,
    expand::expand,
    lines::Line,
    rule::Rule,
    value::{Moment, moment, offset},
    windows,
};
use crate::{IcsError, limits::Budget};

/// A zone that times can be read in.
#[derive(Clone, Debug)]
pub(super) enum Zone {
    /// Of the zone database.
    Known(Tz),
    /// By the file's own definition.
    Defined(Rc<Vec<Onset>>),
}

/// A change of offset in a defined zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Onset {
    /// On the wall clock that is about to be changed.
    local: NaiveDateTime,
    /// Seconds east of UTC before and after.
    from: i32,
    to: i32,
}

impl Zone {
    /// The instant of a wall-clock time. Of a time that comes twice it is the first; one that the
    /// clock skips is read with the offset before the change, as the standard says.
    pub(super) fn instant(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let offset = match self {
            Self::Known(zone) => match zone.from_local_datetime(&local).earliest() {
                Some(instant) => return Some(instant.with_timezone(&Utc)),
                None => {
                    // No zone skips more than a day.
                    let before = local.checked_sub_signed(Duration::hours(26))?;
                    zone.from_local_datetime(&before).latest()?.offset().fix().local_minus_utc()
                }
            },
            Self::Defined(onsets) => {
                let next = onsets.partition_point(|onset| onset.local <= local);
                match next.checked_sub(1).and_then(|last| onsets.get(last)) {
                    Some(last) => {
                        let skipped = Duration::seconds((last.to - last.from).into());
                        if local - last.local < skipped { last.from } else { last.to }
                    }
                    None => onsets.first()?.from,
                }
            }
        };
        Some(local.checked_sub_signed(Duration::seconds(offset.into()))?.and_utc())
    }

    /// The wall clock at an instant.
    pub(super) fn local(&self, at: DateTime<Utc>) -> Option<NaiveDateTime> {
        let utc = at.naive_utc();
        let offset = match self {
            Self::Known(zone) => zone.offset_from_utc_datetime(&utc).fix().local_minus_utc(),
            Self::Defined(onsets) => {
                let begun = |onset: &Onset| {
                    utc.checked_add_signed(Duration::seconds(onset.from.into()))
                        .is_none_or(|local| onset.local <= local)
                };
                match onsets.partition_point(begun).checked_sub(1) {
                    Some(last) => onsets.get(last)?.to,
                    None => onsets.first()?.from,
                }
            }
        };
        utc.checked_add_signed(Duration::seconds(offset.into()))
    }
}

/// The zones of a calendar.
pub(super) struct Zones {
    floating: Zone,
    /// Definitions that were needed, or why they cannot be read.
    defined: HashMap<String, Result<Zone, IcsError>>,
}

impl Zones {
    /// Reads the definitions as far as `until`. A defective one matters only to events that use it.
    pub(super) fn new(
        calendar: &Component,
        floating: Tz,
        until: DateTime<Utc>,
        budget: &mut Budget,
    ) -> Self {
        let mut defined = HashMap::new();
        for component in calendar.components.iter().filter(|c| c.name == "VTIMEZONE") {
            let Some(name) = component.first("TZID").map(|line| plain(&line.value)) else {
                continue;
            };
            let location = component.first("X-LIC-LOCATION").map(|line| plain(&line.value));
            if known(name).is_some() || defined.contains_key(name) {
                continue;
            }
            let zone = match location.and_then(known) {
                Some(zone) => Ok(Zone::Known(zone)),
                None => definition(component, until, budget),
            };
            defined.insert(name.to_owned(), zone);
        }
        Self { floating: Zone::Known(floating), defined }
    }

    /// The zone of times without one.
    pub(super) fn floating(&self) -> &Zone {
        &self.floating
    }

    /// The zone that a property names, else the floating one.
    pub(super) fn of(&self, line: &Line, event: usize) -> Result<Zone, IcsError> {
        let Some(name) = line.parameter("TZID").map(plain) else {
            return Ok(self.floating.clone());
        };
        if let Some(zone) = known(name) {
            return Ok(Zone::Known(zone));
        }
        match self.defined.get(name) {
            Some(zone) => zone.clone(),
            None => Err(IcsError::UnknownZone { event, zone: name.chars().take(60).collect() }),
        }
    }
}

fn plain(name: &str) -> &str {
    name.trim().trim_matches('"')
}

/// A zone by its name in the zone database, also behind a prefix such as
/// `/example.org/2026/Europe/Berlin`, or by its name in Windows.
fn known(name: &str) -> Option<Tz> {
    // Every part is tried: a name that no zone can have must not be long.
    if name.len() > 128 {
        return None;
    }
    let mut rest = Some(name);
    while let Some(name) = rest {
        if let Ok(zone) = name.parse() {
            return Some(zone);
        }
        // A last part alone is a word: `/example.org/Japan` may mean anything.
        rest = name.split_once('/').map(|(_, rest)| rest).filter(|rest| rest.contains('/'));
    }
    windows::zone(name)
}

/// The changes that a definition's observances make.
fn definition(
    component: &Component,
    until: DateTime<Utc>,
    budget: &mut Budget,
) -> Result<Zone, IcsError> {
    let bad = |property| IcsError::BadTime { event: 0, property };
    let mut onsets = Vec::new();
    for observance in &component.components {
        if observance.name != "STANDARD" && observance.name != "DAYLIGHT" {
            continue;
        }
        let shift = |name: &'static str| {
            observance.first(name).and_then(|line| offset(&line.value)).ok_or(bad(name))
        };
        let (from, to) = (shift("TZOFFSETFROM")?, shift("TZOFFSETTO")?);
        let start = observance.first("DTSTART").and_then(|line| wall_clock(&line.value));
        let start = start.ok_or(bad("DTSTART"))?;
        onsets.push(Onset { local: start, from, to });
        let instant = |local: NaiveDateTime| {
            Some(local.checked_sub_signed(Duration::seconds(from.into()))?.and_utc())
        };
        let end = until.naive_utc().checked_add_signed(Duration::days(2));
        let end = end.unwrap_or(NaiveDateTime::MAX);
        for line in observance.all("RRULE") {
            budget.start_event();
            let rule =
                Rule::parse(&line.value).map_err(|part| IcsError::Rule { event: 0, part })?;
            let found = expand(&rule, start, (start, end), &instant, budget);
            let found = found.ok_or(IcsError::TooOften { event: 0 })?;
            onsets.extend(found.into_iter().map(|local| Onset { local, from, to }));
        }
        for line in observance.all("RDATE") {
            for text in line.value.split(',') {
                let local = wall_clock(text).ok_or(bad("RDATE"))?;
                onsets.push(Onset { local, from, to });
            }
        }
    }
    onsets.sort_unstable();
    onsets.dedup();
    if onsets.is_empty() { Err(bad("VTIMEZONE")) } else { Ok(Zone::Defined(Rc::new(onsets))) }
}

fn wall_clock(text: &str) -> Option<NaiveDateTime> {
    match moment(text)? {
        Moment::Local(local) => Some(local),
        Moment::Date(day) => day.and_hms_opt(0, 0, 0),
        Moment::Utc(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_many_forms() {
        for (name, zone) in [
            ("Asia/Tokyo", Some(Tz::Asia__Tokyo)),
            ("America/Argentina/Buenos_Aires", Some(Tz::America__Argentina__Buenos_Aires)),
            ("/freeassociation.sourceforge.net/Europe/Berlin", Some(Tz::Europe__Berlin)),
            ("/mozilla.org/20050126_1/America/New_York", Some(Tz::America__New_York)),
            ("Tokyo Standard Time", Some(Tz::Asia__Tokyo)),
            ("UTC", Some(Tz::UTC)),
            ("", None),
            ("/", None),
            ("Customized Time Zone", None),
        ] {
            assert_eq!(known(name), zone, "{name}");
        }
    }

    #[test]
    fn skipped_and_doubled_times_are_read_as_the_standard_says() {
        let zone = Zone::Known(Tz::Europe__Berlin);
        let at = |text: &str| {
            let local = text.parse().expect("a time");
            zone.instant(local).expect("an instant").to_rfc3339()
        };
        assert_eq!(at("2027-03-28T02:30:00"), "2027-03-28T01:30:00+00:00");
        assert_eq!(at("2027-10-31T02:30:00"), "2027-10-31T00:30:00+00:00");
    }
}
