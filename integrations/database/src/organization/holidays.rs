//! The organization's own holidays.

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use taiwa_domain::organization::Period;
use uuid::Uuid;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    value::{execute, rows},
};

impl Reader {
    /// The organization's own holidays in a period, by day.
    pub async fn own_holidays(&self, period: Period) -> Result<Vec<(NaiveDate, String)>> {
        #[derive(FromQueryResult)]
        struct Row {
            day: NaiveDate,
            name: String,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select day, name from organization_holiday where organization_id = $1 \
             and day >= $2 and day < $3 order by day",
            [self.org(), period.from.into(), period.until.into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| (row.day, row.name)).collect())
    }
}

impl Transaction {
    /// Adds or renames a holiday.
    pub async fn set_own_holiday(&self, id: Uuid, day: NaiveDate, name: &str) -> Result<()> {
        execute(
            &self.session,
            "insert into organization_holiday (organization_id, id, day, name) values ($1, $2, $3, $4) \
             on conflict (organization_id, day) do update set name = excluded.name",
            [self.org(), id.into(), day.into(), name.into()],
        )
        .await
        .map(|_| ())
    }

    /// Removes a holiday. Returns whether there was one.
    pub async fn remove_own_holiday(&self, day: NaiveDate) -> Result<bool> {
        execute(
            &self.session,
            "delete from organization_holiday where organization_id = $1 and day = $2",
            [self.org(), day.into()],
        )
        .await
        .map(|count| count > 0)
    }
}
