//! One write: an optional idempotency key, one transaction, a subject.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use taiwa_database::{DatabaseError, Transaction, platform::Stored};
use uuid::Uuid;

use crate::{Actor, App, ErrorCode, Failure, Result, UserError};

/// A client's promise that a repeated request is the same request.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// The client's key, 1 to 128 characters.
    pub key: String,
    /// The mutation.
    pub operation: &'static str,
    /// Its input, as canonical JSON.
    pub input: String,
}

/// The same promise with its input named by the key ring: a plain hash of what people write would
/// let whoever has the database guess it.
pub(crate) fn keyed(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
) -> Result<Option<Idempotency>> {
    let Some(it) = idempotency else { return Ok(None) };
    let place = [b"idempotent content".as_slice(), it.input.as_bytes()];
    let input = app.vault()?.name(actor.caller.organization, &place);
    Ok(Some(Idempotency { input, ..it }))
}

/// What a write was about; its payload is read from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The thing made or changed.
    pub subject: Uuid,
}

impl<T: Into<Uuid>> From<T> for Done {
    fn from(subject: T) -> Self {
        Self { subject: subject.into() }
    }
}

/// A write under way.
pub enum Begun {
    /// The key was used before for the same input: this came of it then.
    Replay(Done),
    /// Go ahead.
    Fresh(Write),
}

/// An open transaction that knows its idempotency key.
pub struct Write {
    /// The transaction.
    pub transaction: Transaction,
    key: Option<(Idempotency, Vec<u8>)>,
    caller: taiwa_domain::id::PersonId,
}

impl App {
    /// Begins a write for an actor. Call it after the grant and the checks that need no database.
    pub async fn begin(&self, actor: &Actor, idempotency: Option<Idempotency>) -> Result<Begun> {
        actor.release().await;
        let transaction = self.database.transaction(actor.caller.organization).await?;
        let caller = actor.caller.person;
        let Some(idempotency) = idempotency else {
            return Ok(Begun::Fresh(Write { transaction, key: None, caller }));
        };
        if !(1..=128).contains(&idempotency.key.chars().count()) {
            return Err(UserError::new(
                ErrorCode::Invalid,
                "idempotencyKey",
                "idempotencyKey は1〜128文字にしてください。",
                "idempotencyKey must have 1 to 128 characters.",
            )
            .into());
        }
        let hash = Sha256::digest(idempotency.input.as_bytes()).to_vec();
        match transaction.idempotent(caller, &idempotency.key).await? {
            None => Ok(Begun::Fresh(Write { transaction, key: Some((idempotency, hash)), caller })),
            Some(stored)
                if stored.operation == idempotency.operation && stored.input_hash == hash =>
            {
                serde_json::from_str(&stored.payload)
                    .map(Begun::Replay)
                    .map_err(|_| DatabaseError::Corrupt("idempotent payload").into())
            }
            Some(_) => Err(UserError::new(
                ErrorCode::IdempotencyMismatch,
                "idempotencyKey",
                "この idempotencyKey は別の入力で使用済みです。新しいキーを使ってください。",
                "This idempotencyKey was used with another input. Use a new key.",
            )
            .into()),
        }
    }

    /// Commits a write and wakes the workers.
    pub async fn commit(&self, write: Write, done: impl Into<Done>) -> Result<Done> {
        let done = done.into();
        if let Some((idempotency, input_hash)) = write.key {
            let payload = serde_json::to_string(&done)
                .map_err(|_| Failure::Internal("an outcome does not serialise"))?;
            let stored = Stored { operation: idempotency.operation.into(), input_hash, payload };
            write
                .transaction
                .keep_idempotent(write.caller, &idempotency.key, stored, self.now())
                .await?;
        }
        write.transaction.commit().await?;
        self.wake.notify_waiters();
        Ok(done)
    }
}

/// Opens a write or returns what the same request led to before.
#[macro_export]
macro_rules! begin {
    ($app:expr, $actor:expr, $idempotency:expr) => {
        match $app.begin($actor, $idempotency).await? {
            $crate::write::Begun::Replay(done) => return Ok(done),
            $crate::write::Begun::Fresh(write) => write,
        }
    };
}
