//! Writing pairs and episodes.

use chrono::{DateTime, Utc};
use taiwa_domain::{
    id::{EpisodeId, PairId},
    organization::Period,
    pair::Pair,
};

use crate::{
    entity::{pair, pair_episode},
    error::Result,
    handle::{Transaction, list},
    value::{execute, name},
};

impl Transaction {
    /// Adds pairs.
    pub async fn add_pairs(&self, pairs: &[Pair], now: DateTime<Utc>) -> Result<()> {
        self.insert(list(pairs.iter().map(|it| pair::Model {
            organization_id: self.organization().0,
            id: it.id.0,
            kind: name(it.kind),
            organizer_id: it.organizer.0,
            partner_id: it.partner.0,
            created_at: now,
        })))
        .await
    }

    /// Adds episodes.
    pub async fn add_episodes(&self, episodes: &[(EpisodeId, PairId, Period)]) -> Result<()> {
        self.insert(list(episodes.iter().map(|(id, pair, period)| pair_episode::Model {
            organization_id: self.organization().0,
            id: id.0,
            pair_id: pair.0,
            valid_from: period.from,
            valid_until: period.until,
        })))
        .await
    }

    /// Removes episodes that never began, and those about to be replaced by [`Self::add_episodes`].
    pub async fn remove_episodes(&self, ids: &[EpisodeId]) -> Result<()> {
        let any = self.any(2);
        execute(
            &self.session,
            &format!("delete from pair_episode where organization_id = $1 and id {any}"),
            [self.org(), self.ids(ids.iter().map(|id| id.0))],
        )
        .await
        .map(|_| ())
    }
}
