//! What stands around slots besides calendars: leave, holidays, working hours, zones, episodes.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use taiwa_database::Reader;
use taiwa_domain::{
    calendar::{guardian::Circumstances, holidays},
    id::{PairId, PersonId},
    meeting::Slot,
    organization::{Period, Person, Weekday},
};

use crate::Result;

/// Facts of some people and pairs over some days.
pub(super) struct Around {
    leaves: HashMap<PersonId, Vec<Period>>,
    own_holidays: BTreeSet<NaiveDate>,
    episodes: HashMap<PairId, Vec<Period>>,
}

/// The day, and the minutes of it, that a slot takes on a person's wall clock.
fn local(slot: Slot, person: &Person) -> (NaiveDate, u32, u32) {
    let at = |instant: DateTime<Utc>| instant.with_timezone(&person.profile.zone).naive_local();
    let (from, to) = (at(slot.starts_at), at(slot.ends_at));
    let minute = from.hour() * 60 + from.minute();
    let length = (to - from).max(TimeDelta::zero()).num_minutes() as u32;
    (from.date(), minute, minute + length)
}

/// All local days that spans may touch, wherever on earth, and today.
pub(super) fn days(now: DateTime<Utc>, slots: impl IntoIterator<Item = Slot>) -> Period {
    let today = now.date_naive();
    let mut days = Period { from: today, until: today + TimeDelta::days(1) };
    for slot in slots {
        let day = slot.starts_at.date_naive();
        days.from = days.from.min(day - TimeDelta::days(1));
        days.until = days.until.max(day + TimeDelta::days(2));
    }
    days
}

impl Around {
    /// Reads them, of everyone if nobody is named: three statements.
    pub(super) async fn read(
        reader: &Reader,
        days: Period,
        people: Option<&[PersonId]>,
        pairs: Option<&[PairId]>,
    ) -> Result<Self> {
        let mut it = Self {
            leaves: HashMap::new(),
            own_holidays: reader
                .own_holidays(days)
                .await?
                .into_iter()
                .map(|(day, _)| day)
                .collect(),
            episodes: HashMap::new(),
        };
        for (person, period) in reader.leaves(days, people).await? {
            it.leaves.entry(person).or_default().push(period);
        }
        for episode in reader.episodes(days, pairs).await? {
            it.episodes.entry(episode.pair).or_default().push(episode.period);
        }
        Ok(it)
    }

    /// What holds of a slot of a pair's two people, the organizer first; `agreed` are their zones
    /// when it was written.
    pub(super) fn of(
        &self,
        pair: PairId,
        both: [&Person; 2],
        slot: Slot,
        agreed: [Option<Tz>; 2],
    ) -> Circumstances {
        let mut found = Circumstances::default();
        let within = |periods: Option<&Vec<Period>>, day| {
            periods.is_some_and(|all| all.iter().any(|it| it.contains(day)))
        };
        for (person, zone) in both.into_iter().zip(agreed) {
            let (day, from, to) = local(slot, person);
            let profile = &person.profile;
            let next = day.succ_opt().unwrap_or(day);
            found.leave |= within(self.leaves.get(&person.id), day);
            found.holiday |= self.own_holidays.contains(&day)
                || holidays::between(profile.zone, day, next).next().is_some();
            let weekday = Weekday::from(day.weekday());
            found.outside_hours |= to <= 24 * 60 && !profile.hours.cover(weekday, from, to);
            found.zone_changed |= zone.is_some_and(|zone| zone != profile.zone);
        }
        let (day, ..) = local(slot, both[0]);
        found.pair_ended = !within(self.episodes.get(&pair), day);
        found
    }
}
