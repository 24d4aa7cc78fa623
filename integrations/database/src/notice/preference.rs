//! What people want to be told, and addresses at which there was nobody.

use std::collections::HashMap;

use chrono::{DateTime, NaiveTime, Timelike, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::PersonId,
    notice::{Preferences, QuietHours, Way},
};
use uuid::Uuid;

use super::{json, parse};
use crate::{
    error::{DatabaseError, Result},
    handle::{Reader, Transaction},
    value::{execute, name, named, rows},
};

/// A person's choices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreferenceRow {
    /// What they chose.
    pub chosen: Preferences,
    /// Counts its changes; 0 = never chosen.
    pub version: i64,
}

fn minute(time: NaiveTime) -> i32 {
    (time.num_seconds_from_midnight() / 60) as i32
}

fn time(minute: i32) -> Result<NaiveTime> {
    u32::try_from(minute * 60)
        .ok()
        .and_then(|seconds| NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0))
        .ok_or(DatabaseError::Corrupt("quiet hours"))
}

impl Reader {
    /// What people chose; who never chose anything is absent.
    pub async fn notice_preferences(
        &self,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, PreferenceRow>> {
        #[derive(FromQueryResult)]
        struct Row {
            person_id: Uuid,
            ways: String,
            quiet_from: Option<i32>,
            quiet_until: Option<i32>,
            version: i64,
        }
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select person_id, ways, quiet_from, quiet_until, version from notice_preference \
                 where organization_id = $1 and person_id {any}"
            ),
            [self.org(), self.ids(people.iter().map(|id| id.0))],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                let quiet = row
                    .quiet_from
                    .zip(row.quiet_until)
                    .map(|(from, until)| {
                        Ok::<_, DatabaseError>(QuietHours::new(time(from)?, time(until)?))
                    })
                    .transpose()?;
                let chosen = Preferences { ways: parse(&row.ways)?, quiet };
                Ok((PersonId(row.person_id), PreferenceRow { chosen, version: row.version }))
            })
            .collect()
    }

    /// Addresses of people at which there was nobody, since a time.
    pub async fn refused_addresses(
        &self,
        people: &[PersonId],
        since: DateTime<Utc>,
    ) -> Result<HashMap<(PersonId, Way), (String, DateTime<Utc>)>> {
        #[derive(FromQueryResult)]
        struct Row {
            person_id: Uuid,
            way: String,
            address: String,
            refused_at: DateTime<Utc>,
        }
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select person_id, way, address, refused_at from refused_address \
                 where organization_id = $1 and person_id {any} and refused_at >= $3"
            ),
            [self.org(), self.ids(people.iter().map(|id| id.0)), since.into()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                let key = (PersonId(row.person_id), named("way", &row.way)?);
                Ok((key, (row.address, row.refused_at)))
            })
            .collect()
    }
}

impl Transaction {
    /// Writes what a person chose, if it still stood at `row.version`, and counts it up. Returns
    /// whether it did.
    pub async fn set_notice_preferences(
        &self,
        person: PersonId,
        row: &PreferenceRow,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let quiet = row.chosen.quiet;
        execute(
            &self.session,
            "insert into notice_preference (organization_id, person_id, ways, quiet_from, \
               quiet_until, version, updated_at) values ($1, $2, $3, $4, $5, $6 + 1, $7) \
             on conflict (organization_id, person_id) do update set ways = excluded.ways, \
               quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, \
               version = excluded.version, updated_at = excluded.updated_at \
             where notice_preference.version = $6",
            [
                self.org(),
                person.0.into(),
                json(&row.chosen.ways)?.into(),
                quiet.map(|it| minute(it.from)).into(),
                quiet.map(|it| minute(it.until)).into(),
                row.version.into(),
                now.into(),
            ],
        )
        .await
        .map(|count| count > 0)
    }

    /// Remembers that there was nobody at a person's address.
    pub async fn refuse_address(
        &self,
        person: PersonId,
        way: Way,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        execute(
            &self.session,
            "insert into refused_address (organization_id, person_id, way, address, refused_at) \
             values ($1, $2, $3, $4, $5) \
             on conflict (organization_id, person_id, way) do update set \
               address = excluded.address, refused_at = excluded.refused_at",
            [self.org(), person.0.into(), name(way).into(), address.into(), now.into()],
        )
        .await
        .map(|_| ())
    }

    /// Gives a person's address another chance.
    pub async fn forgive_address(&self, person: PersonId, way: Way) -> Result<()> {
        execute(
            &self.session,
            "delete from refused_address where organization_id = $1 and person_id = $2 and way = $3",
            [self.org(), person.0.into(), name(way).into()],
        )
        .await
        .map(|_| ())
    }
}
