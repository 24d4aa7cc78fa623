//! Looks at someone's status by third persons, visible to those looked at.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::id::{IdSource, PairId, PersonId};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    value::{Sql, execute, rows},
};

/// A third person looked at a pair's status on a day; the first look of the day is kept.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Identity.
    pub id: Uuid,
    /// Who looked.
    pub viewer: PersonId,
    /// At whose status.
    pub pair: PairId,
    /// When first on that day.
    pub looked_at: DateTime<Utc>,
}

impl Reader {
    /// Looks at the pairs of `person`, newest first, before an id.
    pub async fn looks(
        &self,
        person: PersonId,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Look>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            viewer_id: Uuid,
            pair_id: Uuid,
            looked_at: DateTime<Utc>,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select k.id, k.viewer_id, k.pair_id, k.looked_at from status_look k \
             where k.organization_id = $1 and k.pair_id in ( \
               select id from pair where organization_id = $1 and organizer_id = $2 union \
               select id from pair where organization_id = $1 and partner_id = $2) \
               and ($3 is null or k.id < $3) order by k.id desc limit $4",
            [self.org(), person.0.into(), before.into(), i64::from(limit).into()],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| Look {
                id: row.id,
                viewer: PersonId(row.viewer_id),
                pair: PairId(row.pair_id),
                looked_at: row.looked_at,
            })
            .collect())
    }
}

impl Transaction {
    /// Records that `viewer` looked at these pairs; the second look of a day adds nothing.
    pub async fn add_looks(
        &self,
        ids: &dyn IdSource,
        viewer: PersonId,
        pairs: &[PairId],
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<()> {
        // A team's worth of looks is one statement.
        for pairs in pairs.chunks(1_000) {
            let mut sql = Sql::default();
            let (organization, viewer) = (sql.bind(self.org()), sql.bind(viewer.0));
            let (day, now) = (sql.bind(day), sql.bind(now));
            let rows: Vec<String> = pairs
                .iter()
                .map(|pair| {
                    let (id, pair) = (sql.bind(ids.next()), sql.bind(pair.0));
                    format!("({organization}, {id}, {viewer}, {pair}, {day}, {now})")
                })
                .collect();
            sql.push(&format!(
                "insert into status_look (organization_id, id, viewer_id, pair_id, day, looked_at) \
                 values {} on conflict (organization_id, viewer_id, pair_id, day) do nothing",
                rows.join(", ")
            ));
            execute(&self.session, &sql.text, sql.values).await?;
        }
        Ok(())
    }
}
