//! What suggestions for an agenda are made of: codes, days and counts. No text is read here.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{id::PairId, meeting::Meeting};
use uuid::Uuid;

use crate::{error::Result, handle::Reader, value::rows};

impl Reader {
    /// The last `limit` meetings of each pair that are over, or whose week has begun without them.
    pub async fn past_meetings(
        &self,
        pairs: &[PairId],
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Meeting>> {
        let condition = "organization_id = $1 and pair_id = k.id and sort_at <= $3 \
             and (ends_at is null or ends_at <= $3) order by sort_at desc, id desc limit $4";
        self.meetings_of_each(pairs, condition, now.into(), i64::from(limit).into()).await
    }

    /// Since when each open talking point of pairs is seen by both. Drafts are nobody's business.
    pub async fn shared_open_items(
        &self,
        pairs: &[PairId],
    ) -> Result<Vec<(PairId, DateTime<Utc>)>> {
        #[derive(FromQueryResult)]
        struct Shared {
            pair_id: Uuid,
            shared_at: DateTime<Utc>,
        }
        let any = self.any(2);
        let found: Vec<Shared> = rows(
            &self.session,
            &format!(
                "select pair_id, shared_at from agenda_item where organization_id = $1 \
                 and pair_id {any} and state = 'open' and shared_at is not null"
            ),
            [self.org(), self.ids(pairs.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found.into_iter().map(|row| (PairId(row.pair_id), row.shared_at)).collect())
    }

    /// How many open actions of pairs were due before a day; pairs without any are absent.
    pub async fn overdue_action_counts(
        &self,
        pairs: &[PairId],
        day: NaiveDate,
    ) -> Result<Vec<(PairId, u64)>> {
        #[derive(FromQueryResult)]
        struct Overdue {
            pair_id: Uuid,
            count: i64,
        }
        let any = self.any(2);
        let found: Vec<Overdue> = rows(
            &self.session,
            &format!(
                "select pair_id, count(*) as count from action_item where organization_id = $1 \
                 and pair_id {any} and state = 'open' and sort_on < $3 group by pair_id"
            ),
            [self.org(), self.ids(pairs.iter().map(|id| id.0)), day.into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| (PairId(row.pair_id), row.count as u64)).collect())
    }
}
