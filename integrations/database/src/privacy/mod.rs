//! Erasure and retention: what goes, in the order in which rows name each other.

mod erase;
mod retain;

pub use retain::Gone;

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{id::PersonId, privacy::Retention};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    value::{execute, row},
};

impl Reader {
    /// How long content is kept; for ever where nobody has said.
    pub async fn retention(&self) -> Result<Retention> {
        #[derive(FromQueryResult)]
        struct Row {
            months: Option<i32>,
            version: i64,
        }
        let found: Option<Row> = row(
            &self.session,
            "select months, version from retention_policy where organization_id = $1",
            [self.org()],
        )
        .await?;
        Ok(found.map_or_else(Retention::default, |row| Retention {
            months: row.months.and_then(|it| it.try_into().ok()),
            version: row.version,
        }))
    }
}

impl Transaction {
    /// Sets how long content is kept, if `it.version` is the current one. Tells whether it was.
    pub async fn set_retention(
        &self,
        it: Retention,
        by: Option<PersonId>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        execute(
            &self.session,
            "insert into retention_policy (organization_id, months, version, updated_by, updated_at) \
             values ($1, $2, $3 + 1, $4, $5) \
             on conflict (organization_id) do update set months = excluded.months, \
               version = excluded.version, updated_by = excluded.updated_by, \
               updated_at = excluded.updated_at where retention_policy.version = $3",
            [
                self.org(),
                it.months.map(|it| it as i32).into(),
                it.version.into(),
                by.map(|id| id.0).into(),
                now.into(),
            ],
        )
        .await
        .map(|count| count > 0)
    }

    async fn with_ids(&self, sql: &str, ids: &[Uuid]) -> Result<u64> {
        let sql = sql.replace("{ids}", &self.any(2));
        execute(&self.session, &sql, [self.org(), self.ids(ids.iter().copied())]).await
    }
}
