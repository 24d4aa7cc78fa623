//! The rooms that are open in this process.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use taiwa_database::live::{Heard, Topic};
use taiwa_domain::id::{MinutesId, OrganizationId, PersonId};
use taiwa_yjs::Seat;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::{
    one,
    room::{Change, Command, Entered, Room, WAITING, Written},
    stored::Stored,
};
use crate::{Actor, App, Failure, Result};

type Key = (OrganizationId, MinutesId);

/// A room's doors: where it is told things, and how far other replicas are.
#[derive(Clone)]
struct Doors {
    commands: mpsc::Sender<Command>,
    told: watch::Sender<i64>,
}

/// Taken while a room is opened, so that two who come at once meet.
type Place = Arc<tokio::sync::Mutex<Option<Doors>>>;

/// The rooms that are open in this process.
pub struct Rooms {
    places: Mutex<HashMap<Key, Place>>,
    connections: AtomicU64,
    listening: Once,
    access: broadcast::Sender<Option<PersonId>>,
}

impl Default for Rooms {
    fn default() -> Self {
        Self {
            places: Mutex::default(),
            connections: AtomicU64::new(1),
            listening: Once::new(),
            access: broadcast::channel(256).0,
        }
    }
}

impl Rooms {
    /// Hears whose access has changed; none = anybody's may have.
    pub fn access(&self) -> broadcast::Receiver<Option<PersonId>> {
        self.access.subscribe()
    }

    /// Lets a connection in. `id` and `name` are what others see of the actor.
    pub async fn enter(
        app: &App,
        actor: &Actor,
        minutes: MinutesId,
        id: String,
        name: String,
    ) -> Result<Entered> {
        let connection = app.rooms.connections.fetch_add(1, Ordering::Relaxed);
        let person = actor.caller.person;
        let seat = Seat { connection, id, name };
        // A room that ends in this moment is opened anew.
        for _ in 0..3 {
            let room = Self::open(app, actor, minutes).await?;
            let (entered, outgoing) = oneshot::channel();
            let command = Command::Enter { seat: seat.clone(), person, entered };
            if room.send(command).await.is_ok()
                && let Ok(outgoing) = outgoing.await
            {
                return Ok(Entered { outgoing, connection, room });
            }
        }
        Err(Failure::Internal("a document cannot be kept open"))
    }

    /// Changes a document and waits until that is stored.
    pub(super) async fn change(
        app: &App,
        actor: &Actor,
        minutes: MinutesId,
        change: Change,
    ) -> Result<Written> {
        let room = Self::open(app, actor, minutes).await?;
        let (done, written) = oneshot::channel();
        // Of 53 bits, as clients' numbers are; the random half of the id.
        let client = app.id::<uuid::Uuid>().as_u64_pair().1 & ((1 << 53) - 1);
        let author = actor.caller.person;
        let sent = room.send(Command::Write { author, change, client, done }).await;
        sent.map_err(|_| Failure::Internal("a document cannot be kept open"))?;
        written.await.map_err(|_| Failure::Internal("a change could not be stored"))
    }

    async fn open(app: &App, actor: &Actor, minutes: MinutesId) -> Result<mpsc::Sender<Command>> {
        Self::listen(app);
        let organization = actor.caller.organization;
        let key = (organization, minutes);
        let place = {
            let mut places = app.rooms.places();
            places.retain(|_, place| match place.try_lock() {
                Ok(doors) => doors.as_ref().is_some_and(|it| !it.commands.is_closed()),
                Err(_) => true,
            } || Arc::strong_count(place) > 1);
            places.entry(key).or_default().clone()
        };
        let mut doors = place.lock().await;
        if let Some(doors) = doors.as_ref().filter(|it| !it.commands.is_closed()) {
            // Who comes in has to be one of the two, whoever opened it.
            let reader = app.database.reader(organization).await?;
            one(actor, &reader, minutes).await?;
            return Ok(doors.commands.clone());
        }
        let reader = app.database.reader(organization).await?;
        let (row, _, grant) = one(actor, &reader, minutes).await?;
        drop(reader);
        let writing = app.database.transaction(organization).await?;
        let keys = app.pair_keys_for_writing(&writing, &grant, row.pair).await?;
        writing.commit().await?;
        let reader = app.database.reader(organization).await?;
        let stored = Stored::load_with(&keys, &reader, &[row]).await?.pop();
        let stored = stored.ok_or(Failure::NotFound)?;
        drop(reader);
        let (commands, receiver) = mpsc::channel(WAITING);
        let (told, hears) = watch::channel(0);
        let room = Room::new(app.clone(), organization, keys, stored);
        tokio::spawn(room.run(receiver, hears));
        *doors = Some(Doors { commands: commands.clone(), told });
        Ok(commands)
    }

    fn places(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells rooms of what other replicas store.
    fn listen(app: &App) {
        app.rooms.listening.call_once(|| {
            let mut listening = app.database.live().listen();
            let rooms = Arc::downgrade(&app.rooms);
            tokio::spawn(async move {
                while let Some(heard) = listening.next().await {
                    let Some(rooms) = rooms.upgrade() else { break };
                    match heard {
                        Heard::CatchUp => {
                            rooms.tell(None, i64::MAX);
                            let _ = rooms.access.send(None);
                        }
                        Heard::Change(it) if it.topic == Topic::Minutes => {
                            rooms.tell(Some((it.organization, MinutesId(it.id))), it.sequence);
                        }
                        Heard::Change(it) if it.topic == Topic::Changes => {}
                        Heard::Change(it) => {
                            let _ = rooms.access.send(Some(PersonId(it.id)));
                        }
                    }
                }
            });
        });
    }

    fn tell(&self, key: Option<Key>, sequence: i64) {
        let places = self.places();
        let told = |place: &Place| {
            // One that is being opened reads everything anyway; it is told once it is open.
            if let Ok(doors) = place.try_lock() {
                if let Some(doors) = doors.as_ref() {
                    doors.told.send_replace(sequence);
                }
            } else {
                let place = place.clone();
                tokio::spawn(async move {
                    if let Some(doors) = place.lock().await.as_ref() {
                        doors.told.send_replace(sequence);
                    }
                });
            }
        };
        match key {
            Some(key) => places.get(&key).into_iter().for_each(told),
            None => places.values().for_each(told),
        }
    }
}
