//! Loaders of what became of notices.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use taiwa_domain::id::NoticeId;
use taiwa_operations::{notice, rows::Delivery};

use super::Loads;
use crate::error::Shared;

/// The deliveries of a notice of the caller's own.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DeliveriesOf(pub(crate) NoticeId);

impl Loader<DeliveriesOf> for Loads {
    type Value = Vec<Delivery>;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[DeliveriesOf],
    ) -> Result<HashMap<DeliveriesOf, Self::Value>, Shared> {
        let ids: Vec<NoticeId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<DeliveriesOf, Self::Value> = HashMap::new();
        for it in notice::deliveries(&self.app, &self.actor, &ids).await? {
            found.entry(DeliveriesOf(it.notice)).or_default().push(it);
        }
        Ok(found)
    }
}
