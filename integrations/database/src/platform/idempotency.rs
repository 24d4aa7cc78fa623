//! Idempotent writes: the first answer to a key is kept and given again.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::id::PersonId;

use crate::{
    error::Result,
    handle::Transaction,
    value::{execute, row},
};

/// The answer kept for a key.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Stored {
    /// Which operation it was.
    pub operation: String,
    /// SHA-256 of its input.
    pub input_hash: Vec<u8>,
    /// The answer, as JSON.
    pub payload: String,
}

impl Transaction {
    /// The answer kept for a caller's key. Waits for another transaction with the same key to end,
    /// so that of many at once one works and the others find its answer. (SQLite's one writer has
    /// waited already.)
    pub async fn idempotent(&self, caller: PersonId, key: &str) -> Result<Option<Stored>> {
        if self.postgres() {
            let lock = format!("{} {} {key}", self.organization().0, caller.0);
            execute(
                &self.session,
                "select pg_advisory_xact_lock(hashtextextended($1, 0))",
                [lock.into()],
            )
            .await?;
        }
        row(
            &self.session,
            "select operation, input_hash, payload from idempotency_key \
             where organization_id = $1 and caller_id = $2 and key = $3",
            [self.org(), caller.0.into(), key.into()],
        )
        .await
    }

    /// Keeps an answer. A concurrent use of the same key fails as a conflict and nothing of it
    /// stays.
    pub async fn keep_idempotent(
        &self,
        caller: PersonId,
        key: &str,
        stored: Stored,
        now: DateTime<Utc>,
    ) -> Result<()> {
        execute(
            &self.session,
            "insert into idempotency_key (organization_id, caller_id, key, operation, input_hash, \
             payload, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
            [
                self.org(),
                caller.0.into(),
                key.into(),
                stored.operation.into(),
                stored.input_hash.into(),
                stored.payload.into(),
                now.into(),
            ],
        )
        .await
        .map(|_| ())
    }
}
