//! When each of many people may be told something.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use taiwa_database::Reader;
use taiwa_domain::{
    calendar::holidays,
    id::PersonId,
    notice::Quiet,
    organization::{EmploymentStatus, Period},
};

use crate::Result;

/// Days around today whose holidays count.
const BACK: u64 = 30;
const AHEAD: u64 = 60;

/// What is known of people so far.
pub(super) struct Circle {
    today: NaiveDate,
    span: Period,
    own: Vec<NaiveDate>,
    holidays: HashMap<Tz, Arc<BTreeSet<NaiveDate>>>,
    people: HashMap<PersonId, Known>,
}

/// What is known of one.
pub(super) struct Known {
    /// When they are left alone.
    pub(super) quiet: Quiet,
    /// They are employed and at work today.
    pub(super) here: bool,
}

impl Circle {
    pub(super) async fn new(reader: &Reader, now: DateTime<Utc>) -> Result<Self> {
        let today = reader.organization_row().await?.today(now);
        let span = Period { from: today - Days::new(BACK), until: today + Days::new(AHEAD) };
        let own = reader.own_holidays(span).await?.into_iter().map(|(day, _)| day).collect();
        Ok(Self { today, span, own, holidays: HashMap::new(), people: HashMap::new() })
    }

    /// Reads those of `people` that are not known yet.
    pub(super) async fn meet(
        &mut self,
        reader: &Reader,
        people: impl IntoIterator<Item = PersonId>,
    ) -> Result<()> {
        let new: BTreeSet<PersonId> =
            people.into_iter().filter(|id| !self.people.contains_key(id)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let new: Vec<PersonId> = new.into_iter().collect();
        let chosen = reader.notice_preferences(&new).await?;
        for person in reader.people_by_id(self.today, &new).await? {
            let hours = chosen.get(&person.id).map(|it| it.chosen.quiet_hours());
            let profile = &person.profile;
            let holidays = self.holidays_in(profile.zone);
            let quiet =
                Quiet::new(profile.zone, hours.unwrap_or_default(), &profile.hours, holidays);
            let here = person.status == EmploymentStatus::Active;
            self.people.insert(person.id, Known { quiet, here });
        }
        Ok(())
    }

    pub(super) fn of(&self, person: PersonId) -> Option<&Known> {
        self.people.get(&person)
    }

    fn holidays_in(&mut self, zone: Tz) -> Arc<BTreeSet<NaiveDate>> {
        let (own, Period { from, until }) = (&self.own, self.span);
        let found = self.holidays.entry(zone).or_insert_with(|| {
            let public = holidays::between(zone, from, until).map(|(day, _)| day);
            Arc::new(public.chain(own.iter().copied()).collect())
        });
        found.clone()
    }
}
