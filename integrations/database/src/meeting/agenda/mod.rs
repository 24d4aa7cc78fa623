//! Talking points, comments and actions: what two people share, by pair.

mod actions;
mod comments;
pub(crate) mod entity;
mod items;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{id::PairId, meeting::Meeting};
use uuid::Uuid;

pub use actions::{ActionCursor, ActionPage, sort_on};
pub use items::AgendaRoom;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    value::{execute, row},
};

/// Counts by a statement that is asked for one id.
async fn count(reader: &Reader, sql: &str, id: Uuid) -> Result<u64> {
    #[derive(FromQueryResult)]
    struct Row {
        found: i64,
    }
    let found: Option<Row> = row(&reader.session, sql, [reader.org(), id.into()]).await?;
    Ok(found.map_or(0, |row| row.found as u64))
}

/// No meeting is longer: what is under way started at most so long ago.
const LONGEST_MEETING: TimeDelta = TimeDelta::days(1);

impl Reader {
    /// The first meeting of each pair that is to come or under way.
    pub async fn coming_meetings(
        &self,
        pairs: &[PairId],
        now: DateTime<Utc>,
    ) -> Result<Vec<Meeting>> {
        let condition = "organization_id = $1 and pair_id = k.id and sort_at >= $4 and ends_at > $3 \
             and status in ('planned', 'scheduled') order by sort_at, id limit 1";
        self.meetings_of_each(pairs, condition, now.into(), (now - LONGEST_MEETING).into()).await
    }
}

impl Transaction {
    /// Makes changes to what these pairs share happen one after another, so that places, counts
    /// and what is carried over are those that were read.
    pub async fn lock_pairs(&self, pairs: &[PairId]) -> Result<()> {
        // SQLite's one writer holds the lock already.
        if self.postgres() {
            let any = self.any(2);
            execute(
                &self.session,
                &format!(
                    "select id from pair where organization_id = $1 and id {any} \
                     order by id for no key update"
                ),
                [self.org(), self.ids(pairs.iter().map(|id| id.0))],
            )
            .await?;
        }
        Ok(())
    }
}
