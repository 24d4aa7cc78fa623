//! What has just changed, told to whoever listens in any replica: ids and a sequence, never
//! content.
//!
//! A change is announced in its own transaction ([`Transaction::announce`](crate::Transaction)),
//! so that nothing is told which did not happen. On PostgreSQL `NOTIFY` carries it to every
//! replica; on SQLite, which has one process, it is told as the transaction commits.
//!
//! A listener is told of everything that is committed after it began to listen, or that it may
//! have missed something ([`Heard::CatchUp`]): when the listening connection was lost and is there
//! again, and when it listened too slowly. Then it reads what is new by the sequence it has seen.
//! So a listener first listens, then reads, and forgets what it has already.

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::sqlx::postgres::PgListener;
use serde::{Deserialize, Serialize};
use taiwa_domain::id::OrganizationId;
use tokio::{
    sync::broadcast::{self, error::RecvError},
    task::JoinHandle,
};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::Transaction,
    value::{execute, name, named},
};

/// The channel of PostgreSQL's notices.
pub(crate) const CHANNEL: &str = "taiwa";
/// Notices that a listener may be behind.
const BEHIND: usize = 4_096;
/// How long to wait before listening is tried again.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Something was written in minutes: their id, and the sequence they are at now.
    Minutes,
    /// What a person may do: the person's id.
    Access,
    /// What a person is told has changed: the person's id, and the last number of their list; no
    /// id = everybody of the organization may find something new.
    Changes,
}

/// One change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose.
    pub organization: OrganizationId,
    /// What kind of thing.
    pub topic: Topic,
    /// Which.
    pub id: Uuid,
    /// How far it is now; 0 where nothing is counted.
    pub sequence: i64,
}

impl Change {
    pub(crate) fn write(&self) -> String {
        let (organization, id) = (self.organization.0.simple(), self.id.simple());
        format!("{organization} {} {id} {}", name(self.topic), self.sequence)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let organization = OrganizationId(parts.next()?.parse().ok()?);
        let topic = named("topic", parts.next()?).ok()?;
        let (id, sequence) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { organization, topic, id, sequence })
    }
}

/// What a listener hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Something changed.
    Change(Change),
    /// Anything may have changed: read again.
    CatchUp,
}

/// Where changes are told. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    told: broadcast::Sender<Heard>,
    /// Where PostgreSQL is; nothing on SQLite.
    url: Option<String>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        let listening = self.listening.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = listening.take() {
            task.abort();
        }
    }
}

impl Live {
    pub(crate) fn new(url: Option<String>) -> Self {
        let (told, _) = broadcast::channel(BEHIND);
        Self(Arc::new(Inner { told, url, listening: Mutex::default() }))
    }

    /// Listens from now on. Call it within the runtime that serves requests.
    pub fn listen(&self) -> Listening {
        let listening = Listening(self.0.told.subscribe());
        if let Some(url) = &self.0.url {
            let mut task = self.0.listening.lock().unwrap_or_else(PoisonError::into_inner);
            if task.as_ref().is_none_or(JoinHandle::is_finished) {
                *task = Some(tokio::spawn(relay(url.clone(), self.0.told.clone())));
            }
        }
        listening
    }

    pub(crate) fn tell(&self, changes: impl IntoIterator<Item = Change>) {
        for change in changes {
            // Nobody listens: nobody has to know.
            let _ = self.0.told.send(Heard::Change(change));
        }
    }
}

/// Somebody who listens.
pub struct Listening(broadcast::Receiver<Heard>);

impl Listening {
    /// What is heard next; nothing once the database handle is gone.
    pub async fn next(&mut self) -> Option<Heard> {
        match self.0.recv().await {
            Ok(heard) => Some(heard),
            Err(RecvError::Lagged(_)) => Some(Heard::CatchUp),
            Err(RecvError::Closed) => None,
        }
    }
}

/// Tells what PostgreSQL tells, on one connection that is opened again whenever it is lost.
async fn relay(url: String, told: broadcast::Sender<Heard>) {
    loop {
        if let Err(error) = hear(&url, &told).await {
            let error: crate::DatabaseError = sea_orm::DbErr::Conn(error).into();
            tracing::warn!(%error, "changes in other replicas are not heard; trying again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn hear(
    url: &str,
    told: &broadcast::Sender<Heard>,
) -> std::result::Result<(), sea_orm::RuntimeErr> {
    let failed = |error: sea_orm::sqlx::Error| sea_orm::RuntimeErr::SqlxError(error.into());
    let mut listener = PgListener::connect(url).await.map_err(failed)?;
    listener.listen(CHANNEL).await.map_err(failed)?;
    // Whatever was committed before this moment was told to nobody here.
    let _ = told.send(Heard::CatchUp);
    while let Some(notification) = listener.try_recv().await.map_err(failed)? {
        if let Some(change) = Change::read(notification.payload()) {
            let _ = told.send(Heard::Change(change));
        }
    }
    Ok(())
}

/// Tells a transaction's changes once they stay.
pub(crate) struct Announcements {
    live: Live,
    waiting: Mutex<Vec<Change>>,
}

impl Announcements {
    pub(crate) fn new(live: Live) -> Self {
        Self { live, waiting: Mutex::default() }
    }

    pub(crate) fn add(&self, change: Change) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(change);
    }

    pub(crate) fn tell(self) {
        self.live.tell(self.waiting.into_inner().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Transaction {
    /// Tells every replica of a change, if it comes to stay.
    pub async fn announce(&self, topic: Topic, id: Uuid, sequence: i64) -> Result<()> {
        self.announce_all(topic, [(id, sequence)]).await
    }

    /// Tells every replica of several changes in one statement, likewise.
    pub(crate) async fn announce_all(
        &self,
        topic: Topic,
        told: impl IntoIterator<Item = (Uuid, i64)>,
    ) -> Result<()> {
        let organization = self.organization();
        let changes: Vec<Change> = told
            .into_iter()
            .map(|(id, sequence)| Change { organization, topic, id, sequence })
            .collect();
        if self.postgres() {
            let payloads: Vec<String> = changes.iter().map(Change::write).collect();
            let sql = "select pg_notify($1, payload) from unnest($2::text[]) payload";
            execute(&self.session, sql, [CHANNEL.into(), payloads.into()]).await?;
        } else {
            changes.into_iter().for_each(|change| self.announcements.add(change));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_survives_a_notice() {
        for topic in [Topic::Minutes, Topic::Access, Topic::Changes] {
            let change = Change {
                organization: OrganizationId(Uuid::from_u128(1)),
                topic,
                id: Uuid::from_u128(2),
                sequence: 3,
            };
            assert_eq!(Change::read(&change.write()), Some(change));
        }
        for rubbish in ["", "a b c d", "1 minutes 2", "x"] {
            assert_eq!(Change::read(rubbish), None);
        }
    }
}
