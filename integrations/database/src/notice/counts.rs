//! How deliveries go, as counts.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::notice::{DeliveryState, Way};

use crate::{
    error::Result,
    handle::Reader,
    value::{named, rows},
};

/// So many deliveries on a way are in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryCount {
    /// Which way.
    pub way: Way,
    /// How far.
    pub state: DeliveryState,
    /// How many.
    pub count: u64,
}

impl Reader {
    /// Deliveries since a time, by way and state.
    pub async fn delivery_counts(&self, since: DateTime<Utc>) -> Result<Vec<DeliveryCount>> {
        #[derive(FromQueryResult)]
        struct Row {
            way: String,
            state: String,
            found: i64,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select way, state, count(*) as found from notice_delivery \
             where organization_id = $1 and created_at >= $2 group by way, state \
             order by way, state",
            [self.org(), since.into()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(DeliveryCount {
                    way: named("way", &row.way)?,
                    state: named("delivery state", &row.state)?,
                    count: row.found as u64,
                })
            })
            .collect()
    }
}
