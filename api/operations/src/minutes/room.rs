//! The task that keeps one open document.

use std::{collections::HashMap, time::Duration};

use taiwa_database::minutes::{NewUpdate, UpdateRow};
use taiwa_domain::{
    id::{OrganizationId, PersonId},
    minutes::fold,
};
use taiwa_yjs::{Awareness, Checked, Limits, Message, Refused, Seat};
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use super::stored::{Stored, open_update, seal_update};
use crate::{App, Failure, Result, content::Keys};

/// What a room is told and has not looked at yet.
pub(super) const WAITING: usize = 1_024;
/// Messages that a connection may be behind before it is dropped: it synchronises anew.
const BEHIND: usize = 256;
/// How much is stored in one transaction.
const BATCH: usize = 512;
/// How long an empty room stays open.
const LINGER: Duration = Duration::from_secs(10);
/// Updates beside the snapshot before there is a new one.
const LOOSE: usize = 256;
/// Versions that are kept apart.
const VERSIONS: usize = 200;

/// What a connection is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// A message of y-protocols.
    Message(Vec<u8>),
    /// What it sent cannot be taken: the connection is closed.
    Refused(Refused),
}

/// Somebody who came in.
pub struct Entered {
    /// What the connection is sent; ends when it was too slow, or the room ended.
    pub outgoing: mpsc::Receiver<Outgoing>,
    pub(super) connection: u64,
    pub(super) room: mpsc::Sender<Command>,
}

/// How a room took something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It will be looked at.
    Taken,
    /// The room has ended: come in again.
    Gone,
}

impl Entered {
    /// Says something. Waits while the room has much to do.
    pub async fn say(&self, message: Message) -> Answer {
        let said = Command::Said { connection: self.connection, message };
        if self.room.send(said).await.is_ok() { Answer::Taken } else { Answer::Gone }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let left = Command::Leave { connection: self.connection };
        if let Err(mpsc::error::TrySendError::Full(left)) = self.room.try_send(left) {
            let room = self.room.clone();
            tokio::spawn(async move {
                let _ = room.send(left).await;
            });
        }
    }
}

/// A change that did not come over a socket.
pub(super) enum Change {
    Markdown { text: String, base: Option<Box<taiwa_yjs::Document>> },
    Adopt(Box<taiwa_yjs::Document>),
}

pub(super) enum Command {
    Enter { seat: Seat, person: PersonId, entered: oneshot::Sender<mpsc::Receiver<Outgoing>> },
    Said { connection: u64, message: Message },
    Leave { connection: u64 },
    Write { author: PersonId, change: Change, client: u64, done: oneshot::Sender<Written> },
}

/// What came of a write: the sequence the document is at.
pub(super) type Written = std::result::Result<i64, Refused>;

struct Member {
    seat: Seat,
    person: PersonId,
    outgoing: mpsc::Sender<Outgoing>,
}

/// Accepted, and not stored yet.
struct Pending {
    from: Option<u64>,
    author: PersonId,
    update: Checked,
}

/// What is answered once everything before it is stored.
enum Reply {
    Missing { connection: u64, vector: Vec<u8> },
    Written { done: oneshot::Sender<Written>, outcome: std::result::Result<(), Refused> },
}

pub(super) struct Room {
    app: App,
    organization: OrganizationId,
    keys: Keys,
    stored: Stored,
    members: HashMap<u64, Member>,
    awareness: Awareness,
    limits: Limits,
    pending: Vec<Pending>,
    replies: Vec<Reply>,
}

impl Room {
    pub(super) fn new(app: App, organization: OrganizationId, keys: Keys, stored: Stored) -> Self {
        Self {
            app,
            organization,
            keys,
            stored,
            members: HashMap::new(),
            awareness: Awareness::default(),
            limits: Limits::default(),
            pending: Vec::new(),
            replies: Vec::new(),
        }
    }

    /// Goes on until nobody is there for a while, or what is stored cannot be reached: then its
    /// people come in again and synchronise, and nothing is lost that was acknowledged.
    pub(super) async fn run(
        mut self,
        mut commands: mpsc::Receiver<Command>,
        mut told: watch::Receiver<i64>,
    ) {
        loop {
            let outcome = tokio::select! {
                command = commands.recv() => {
                    let Some(command) = command else { break };
                    self.take(command);
                    for _ in 1..BATCH {
                        let Ok(command) = commands.try_recv() else { break };
                        self.take(command);
                    }
                    self.settle().await
                }
                Ok(()) = told.changed() => {
                    let told = *told.borrow_and_update();
                    if told > self.stored.row.sequence { self.hear(i64::MAX).await } else { Ok(()) }
                }
                () = tokio::time::sleep(LINGER), if self.members.is_empty() => {
                    commands.close();
                    if commands.is_empty() { break } else { Ok(()) }
                }
            };
            let outcome = match outcome {
                Ok(()) if self.stored.loose >= LOOSE => self.compact().await,
                other => other,
            };
            if let Err(failure) = outcome {
                tracing::warn!(%failure, "a document is closed: it cannot be stored or read");
                break;
            }
        }
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Enter { seat, person, entered } => {
                let (outgoing, receiver) = mpsc::channel(BEHIND);
                let member = Member { seat, person, outgoing };
                let first = Message::SyncStep1(self.stored.document.state_vector());
                let _ = member.outgoing.try_send(Outgoing::Message(first.write()));
                let present = self.awareness.present();
                if !present.is_empty() {
                    let present = Message::Awareness(present).write();
                    let _ = member.outgoing.try_send(Outgoing::Message(present));
                }
                if entered.send(receiver).is_ok() {
                    self.members.insert(member.seat.connection, member);
                }
            }
            Command::Leave { connection } => {
                self.members.remove(&connection);
                let left = self.awareness.leave(connection);
                if !left.is_empty() {
                    self.tell(None, &Message::Awareness(left));
                }
            }
            Command::Said { connection, message } => self.said(connection, message),
            Command::Write { author, change, client, done } => {
                let outcome = self.change(author, change, client);
                self.replies.push(Reply::Written { done, outcome });
            }
        }
    }

    fn said(&mut self, connection: u64, message: Message) {
        let Some(member) = self.members.get(&connection) else { return };
        match message {
            Message::SyncStep1(vector) => {
                self.replies.push(Reply::Missing { connection, vector });
            }
            Message::SyncStep2(update) | Message::Update(update) => {
                let author = member.person;
                let taken = Checked::new(update, &self.limits)
                    .map_err(Refused::from)
                    .and_then(|update| Ok((self.stored.document.apply(&update)?, update)));
                match taken {
                    Ok((true, update)) => {
                        self.pending.push(Pending { from: Some(connection), author, update });
                    }
                    Ok((false, _)) => {}
                    Err(refused) => self.dismiss(connection, refused),
                }
            }
            Message::Awareness(said) => {
                let heard = self.awareness.take(&member.seat, said, &self.limits);
                if !heard.is_empty() {
                    // To the one who said it as well: clients take silence for a broken line.
                    self.tell(None, &Message::Awareness(heard));
                }
            }
            Message::QueryAwareness => {
                let present = Message::Awareness(self.awareness.present()).write();
                self.send(connection, Outgoing::Message(present));
            }
            // For clients only.
            Message::Denied(_) => {}
        }
    }

    fn change(
        &mut self,
        author: PersonId,
        change: Change,
        client: u64,
    ) -> std::result::Result<(), Refused> {
        let document = &mut self.stored.document;
        let update = match change {
            Change::Adopt(other) => document.adopt(&other, client)?,
            Change::Markdown { text, base: None } => document.write_markdown(&text, client)?,
            Change::Markdown { text, base: Some(mut base) } => {
                // What was changed since comes together with what is changed now, as it does
                // between two who were offline.
                let update = base.write_markdown(&text, client)?;
                if let Some(update) = &update {
                    document.apply(update)?;
                }
                update
            }
        };
        self.pending.extend(update.map(|update| Pending { from: None, author, update }));
        Ok(())
    }

    /// Stores what is pending, tells the others of it, and answers.
    async fn settle(&mut self) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        if !pending.is_empty() {
            self.store(pending).await?;
        }
        for reply in std::mem::take(&mut self.replies) {
            match reply {
                Reply::Missing { connection, vector } => {
                    match self.stored.document.missing(&vector) {
                        Ok(update) => {
                            let message = Message::SyncStep2(update).write();
                            self.send(connection, Outgoing::Message(message));
                        }
                        Err(malformed) => self.dismiss(connection, malformed.into()),
                    }
                }
                Reply::Written { done, outcome } => {
                    let _ = done.send(outcome.map(|()| self.stored.row.sequence));
                }
            }
        }
        Ok(())
    }

    async fn store(&mut self, pending: Vec<Pending>) -> Result<()> {
        // One row and one message for what came from one connection in a row.
        let mut groups = Vec::new();
        for group in pending.chunk_by(|a, b| (a.from, a.author) == (b.from, b.author)) {
            let update = taiwa_yjs::merge(group.iter().map(|it| it.update.bytes()))
                .map_err(|_| Failure::Internal("updates do not merge"))?;
            groups.push((group[0].from, group[0].author, update));
        }
        let rows = groups.iter().map(|(_, author, update)| {
            let id: Uuid = self.app.id();
            let content = seal_update(&self.keys, &self.stored.row, id, update)?;
            Ok(NewUpdate { id, author: *author, content })
        });
        let rows: Vec<NewUpdate> = rows.collect::<Result<_>>()?;
        let count = rows.len() as i64;
        let transaction = self.app.database.transaction(self.organization).await?;
        let id = self.stored.row.id;
        let (ids, now) = (&*self.app.ids, self.app.now());
        let sequence = transaction.append_minutes(ids, id, rows, now).await?;
        let sequence = sequence.ok_or(Failure::NotFound)?;
        transaction.commit().await?;
        // What other replicas stored in between.
        if sequence - count > self.stored.row.sequence {
            self.hear(sequence - count).await?;
        }
        self.stored.row.sequence = sequence;
        self.stored.loose += groups.len();
        for it in &pending {
            self.stored.attribution.claim(it.update.spans(), it.author.0);
        }
        for (from, _, update) in groups {
            self.tell(from, &Message::Update(update));
        }
        Ok(())
    }

    /// Reads what other replicas have stored, and tells everybody here.
    async fn hear(&mut self, until: i64) -> Result<()> {
        let reader = self.app.database.reader(self.organization).await?;
        let (id, after) = (self.stored.row.id, self.stored.row.sequence);
        let found: Vec<UpdateRow> = reader.minutes_written(id, after, until).await?;
        drop(reader);
        for it in found {
            let update = open_update(&self.keys, &self.stored.row, &it)?;
            let update = Checked::new(update, &self.limits)
                .map_err(|_| Failure::Internal("minutes cannot be read"))?;
            // It was taken elsewhere, against what stood there: where it cannot be taken here
            // the document is opened anew.
            self.stored
                .document
                .apply(&update)
                .map_err(|_| Failure::Internal("minutes have to be opened anew"))?;
            if let Some(author) = it.entry.author {
                self.stored.attribution.claim(update.spans(), author.0);
            }
            self.stored.row.sequence = it.entry.sequence;
            self.stored.loose += 1;
            self.tell(None, &Message::Update(update.bytes().to_vec()));
        }
        Ok(())
    }

    /// Stores the whole, so that opening it is quick, and folds what is over into versions.
    async fn compact(&mut self) -> Result<()> {
        let (row, now) = (self.stored.row, self.app.now());
        let transaction = self.app.database.transaction(self.organization).await?;
        transaction.lock_minutes(row.id).await?;
        let snapshot = self.stored.snapshot(&self.keys, self.app.id())?;
        transaction.set_minutes_snapshot(snapshot, now).await?;
        let entries = transaction.minutes_entries(row.id).await?;
        for (from, until, author) in fold(&entries, now, VERSIONS) {
            let found = transaction.minutes_written(row.id, from - 1, until).await?;
            let parts = found.iter().map(|it| open_update(&self.keys, &row, it));
            let parts: Vec<Vec<u8>> = parts.collect::<Result<_>>()?;
            let merged = taiwa_yjs::merge(parts.iter().map(Vec::as_slice))
                .map_err(|_| Failure::Internal("updates do not merge"))?;
            let Some(last) = found.last() else { continue };
            let id: Uuid = self.app.id();
            let content = seal_update(&self.keys, &row, id, &merged)?;
            let entry = taiwa_domain::minutes::Entry { author, ..last.entry };
            let into = UpdateRow { id, minutes: row.id, entry, content };
            transaction.fold_minutes(from, into).await?;
        }
        transaction.commit().await?;
        self.stored.loose = 0;
        Ok(())
    }

    /// Tells everybody but one.
    fn tell(&mut self, but: Option<u64>, message: &Message) {
        let bytes = message.write();
        let to: Vec<u64> = self.members.keys().copied().filter(|it| Some(*it) != but).collect();
        for connection in to {
            self.send(connection, Outgoing::Message(bytes.clone()));
        }
    }

    /// Whoever does not keep up is dropped.
    fn send(&mut self, connection: u64, outgoing: Outgoing) {
        let Some(member) = self.members.get(&connection) else { return };
        if member.outgoing.try_send(outgoing).is_err() {
            self.members.remove(&connection);
        }
    }

    fn dismiss(&mut self, connection: u64, refused: Refused) {
        self.send(connection, Outgoing::Refused(refused));
        self.members.remove(&connection);
    }
}
