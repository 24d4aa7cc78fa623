//! The wrapped data keys of content. What they seal stands with its own subject.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    content::{Keeper, Sealed},
    id::{PairId, PersonId},
};
use uuid::Uuid;

use crate::{
    error::{DatabaseError, Result},
    handle::{Reader, Transaction},
    value::{execute, rows},
};

/// A stored data key.
#[derive(Clone, Debug)]
pub struct ContentKey {
    /// Whose.
    pub keeper: Keeper,
    /// Wrapped by the key ring; none once it was shredded.
    pub wrapped: Option<Sealed>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    keeper: String,
    wrapped: Option<Vec<u8>>,
}

fn kind(keeper: Keeper) -> &'static str {
    match keeper {
        Keeper::Pair(_) => "pair",
        Keeper::Person(_) => "person",
    }
}

fn key(row: Row) -> Result<ContentKey> {
    let keeper = match row.keeper.as_str() {
        "pair" => Keeper::Pair(PairId(row.id)),
        "person" => Keeper::Person(PersonId(row.id)),
        _ => return Err(DatabaseError::Corrupt("keeper of a content key")),
    };
    Ok(ContentKey { keeper, wrapped: row.wrapped.map(Sealed) })
}

impl Reader {
    /// The data keys of these keepers, as far as they have one.
    pub async fn content_keys(&self, keepers: &[Keeper]) -> Result<Vec<ContentKey>> {
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select id, keeper, wrapped from content_key \
                 where organization_id = $1 and id {any}"
            ),
            [self.org(), self.ids(keepers.iter().map(|it| it.id()))],
        )
        .await?;
        found.into_iter().map(key).collect()
    }
}

impl Transaction {
    /// Keeps a fresh data key, unless the keeper has one already or had one once. Tells whether it
    /// was kept.
    pub async fn keep_content_key(
        &self,
        keeper: Keeper,
        wrapped: Sealed,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let kept = execute(
            &self.session,
            "insert into content_key (organization_id, id, keeper, wrapped, created_at) \
             values ($1, $2, $3, $4, $5) on conflict do nothing",
            [self.org(), keeper.id().into(), kind(keeper).into(), wrapped.0.into(), now.into()],
        )
        .await?;
        Ok(kept == 1)
    }

    /// Destroys data keys: nothing that they sealed can be read again, in any copy.
    pub async fn shred_content_keys(&self, keepers: &[Keeper], now: DateTime<Utc>) -> Result<()> {
        let any = self.any(2);
        execute(
            &self.session,
            &format!(
                "update content_key set wrapped = null, shredded_at = $3 \
                 where organization_id = $1 and id {any} and wrapped is not null"
            ),
            [self.org(), self.ids(keepers.iter().map(|it| it.id())), now.into()],
        )
        .await?;
        Ok(())
    }
}
