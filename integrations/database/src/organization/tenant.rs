//! The organization's own row.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{id::OrganizationId, organization::Organization};
use uuid::Uuid;

use crate::{
    error::{DatabaseError, Result},
    handle::{Reader, Transaction},
    value::{execute, name, named, parsed, row},
};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    key: String,
    name: String,
    time_zone: String,
    locale: String,
    fiscal_year_start_month: i32,
    revision: i64,
}

impl Reader {
    /// The organization itself.
    pub async fn organization_row(&self) -> Result<Organization> {
        let row: Row = row(
            &self.session,
            "select id, key, name, time_zone, locale, fiscal_year_start_month, revision \
             from organization where id = $1",
            [self.org()],
        )
        .await?
        .ok_or(DatabaseError::Corrupt("organization"))?;
        Ok(Organization {
            id: OrganizationId(row.id),
            key: row.key,
            name: row.name,
            zone: parsed("time zone", &row.time_zone)?,
            locale: named("locale", &row.locale)?,
            fiscal_year_start_month: row.fiscal_year_start_month as u8,
            revision: row.revision,
        })
    }
}

impl Transaction {
    /// Makes the organization whose tenant this handle is for.
    pub async fn create_organization(&self, it: &Organization, now: DateTime<Utc>) -> Result<()> {
        execute(
            &self.session,
            "insert into organization (id, key, name, time_zone, locale, \
             fiscal_year_start_month, revision, created_at) values ($1, $2, $3, $4, $5, $6, 0, $7)",
            [
                self.org(),
                it.key.clone().into(),
                it.name.clone().into(),
                it.zone.name().into(),
                name(it.locale).into(),
                i32::from(it.fiscal_year_start_month).into(),
                now.into(),
            ],
        )
        .await?;
        self.route("organization", it.key.as_bytes(), it.id.0).await
    }

    /// Locks the organization's row, so that changes to its org chart happen one after another,
    /// and returns its revision.
    pub async fn lock_revision(&self) -> Result<i64> {
        #[derive(FromQueryResult)]
        struct Revision {
            revision: i64,
        }
        // SQLite's one writer holds the lock already.
        let lock = if self.postgres() { " for update" } else { "" };
        let found: Option<Revision> = row(
            &self.session,
            &format!("select revision from organization where id = $1{lock}"),
            [self.org()],
        )
        .await?;
        found.map(|it| it.revision).ok_or(DatabaseError::Corrupt("organization"))
    }

    /// Counts a change to the org chart.
    pub async fn advance_revision(&self) -> Result<()> {
        execute(
            &self.session,
            "update organization set revision = revision + 1 where id = $1",
            [self.org()],
        )
        .await
        .map(|_| ())
    }
}
