//! Who listens in this process, by person: a change wakes those whom it concerns and nobody else.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use taiwa_database::{
    changes::told,
    live::{Heard, Topic},
};
use taiwa_domain::{
    changes::Change,
    id::{OrganizationId, PersonId},
};
use tokio::sync::watch;

use crate::{App, Result};

type Key = (OrganizationId, PersonId);

/// Lines of a list that are read at once.
const BATCH: u32 = 256;

/// Everybody who listens in this process.
pub struct Watchers {
    people: Mutex<HashMap<Key, Weak<Person>>>,
    listening: Once,
}

impl Default for Watchers {
    fn default() -> Self {
        Self { people: Mutex::default(), listening: Once::new() }
    }
}

/// What is known of a person's list and access without reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// The list goes on at least up to this.
    pub(super) sequence: i64,
    /// Counts when anything may have happened: the list is to be read, whatever its number.
    pub(super) alarms: u64,
    /// Counts when the person's access may have changed.
    access: u64,
}

impl Told {
    /// Whether the person's access may have changed since `before`.
    pub(super) fn access_differs(&self, before: &Self) -> bool {
        self.access != before.access
    }
}

/// A person to whom somebody listens here.
struct Person {
    key: Key,
    told: watch::Sender<Told>,
    /// What was read last: several who listen to one person read it once.
    read: tokio::sync::Mutex<Batch>,
    subscriptions: AtomicUsize,
    watchers: Weak<Watchers>,
}

#[derive(Default)]
struct Batch {
    after: i64,
    changes: Vec<Change>,
}

impl Drop for Person {
    fn drop(&mut self) {
        let Some(watchers) = self.watchers.upgrade() else { return };
        let mut people = watchers.people();
        // Somebody else may have begun to listen to them anew.
        if people.get(&self.key).is_some_and(|it| it.strong_count() == 0) {
            people.remove(&self.key);
        }
    }
}

/// Somebody who listens to one person.
pub struct Watch {
    person: Arc<Person>,
    told: watch::Receiver<Told>,
}

impl Watchers {
    /// Listens to a person from now on.
    pub fn watch(app: &App, organization: OrganizationId, person: PersonId) -> Watch {
        Self::listen(app);
        let key = (organization, person);
        let mut people = app.watchers.people();
        let person = people.get(&key).and_then(Weak::upgrade).unwrap_or_else(|| {
            let person = Arc::new(Person {
                key,
                told: watch::Sender::default(),
                read: tokio::sync::Mutex::default(),
                subscriptions: AtomicUsize::new(0),
                watchers: Arc::downgrade(&app.watchers),
            });
            people.insert(key, Arc::downgrade(&person));
            person
        });
        drop(people);
        let told = person.told.subscribe();
        Watch { person, told }
    }

    fn people(&self) -> MutexGuard<'_, HashMap<Key, Weak<Person>>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one listener of this process.
    fn listen(app: &App) {
        app.watchers.listening.call_once(|| {
            let mut listening = app.database.live().listen();
            let watchers = Arc::downgrade(&app.watchers);
            tokio::spawn(async move {
                while let Some(heard) = listening.next().await {
                    let Some(watchers) = watchers.upgrade() else { break };
                    watchers.hear(heard);
                }
            });
        });
    }

    fn hear(&self, heard: Heard) {
        let all = |told: &mut Told| {
            told.alarms += 1;
            told.access += 1;
        };
        match heard {
            Heard::CatchUp => self.tell(|_| true, all),
            Heard::Change(it) if it.topic == Topic::Minutes => {}
            Heard::Change(it) => {
                let of = |key: &Key| key.0 == it.organization;
                match (it.topic, told(&it)) {
                    (Topic::Changes, Some(person)) => {
                        self.tell_one((it.organization, person), |told| {
                            told.sequence = told.sequence.max(it.sequence);
                        });
                    }
                    (Topic::Changes, None) => self.tell(of, |told| told.alarms += 1),
                    (_, Some(person)) => {
                        self.tell_one((it.organization, person), |told| told.access += 1);
                    }
                    (_, None) => self.tell(of, |told| told.access += 1),
                }
            }
        }
    }

    fn tell_one(&self, key: Key, change: impl Fn(&mut Told)) {
        let person = self.people().get(&key).and_then(Weak::upgrade);
        // Dropped without the lock: whoever goes last takes it.
        if let Some(person) = person {
            person.told.send_modify(change);
        }
    }

    fn tell(&self, which: impl Fn(&Key) -> bool, change: impl Fn(&mut Told)) {
        let people: Vec<Arc<Person>> = {
            let people = self.people();
            let wanted = people.iter().filter(|(key, _)| which(key));
            wanted.filter_map(|(_, person)| person.upgrade()).collect()
        };
        for person in people {
            person.told.send_modify(&change);
        }
    }
}

impl Watch {
    /// What is known now; what comes later is heard by [`Self::stirred`].
    pub(super) fn told(&mut self) -> Told {
        *self.told.borrow_and_update()
    }

    /// Waits until something is known that was not when [`Self::told`] was asked last.
    pub(super) async fn stirred(&mut self) {
        // The sender is in `person`.
        let _ = self.told.changed().await;
    }

    /// Waits until the person's access may have changed. For who listens for that alone.
    pub async fn access_changed(&mut self) {
        let before = self.told.borrow_and_update().access;
        let _ = self.told.wait_for(|it| it.access != before).await;
    }

    /// The person's list after a number; none if some of it is gone. What is read for one is read
    /// for all who ask for the same.
    pub(super) async fn read(&self, app: &App, after: i64) -> Result<Option<Vec<Change>>> {
        let mut batch = self.person.read.lock().await;
        let until = batch.changes.last().map_or(0, |it| it.sequence);
        if !(batch.after..until).contains(&after) {
            let (organization, person) = self.person.key;
            let reader = app.database.reader(organization).await?;
            let Some(found) = reader.changes_after(person, after, BATCH).await? else {
                return Ok(None);
            };
            *batch = Batch { after, changes: found };
        }
        Ok(Some(batch.changes.iter().copied().filter(|it| it.sequence > after).collect()))
    }

    /// Takes one of the person's places for subscriptions, given back when it is dropped.
    pub(super) fn place(&self, most: usize) -> Option<Place> {
        let taken = &self.person.subscriptions;
        let place = Place(self.person.clone());
        if taken.fetch_add(1, Ordering::Relaxed) < most { Some(place) } else { None }
    }
}

/// A place for a subscription.
pub(super) struct Place(Arc<Person>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.subscriptions.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use taiwa_database::live::Change as Notice;
    use uuid::Uuid;

    use super::*;

    fn key(organization: u128, person: u128) -> Key {
        (OrganizationId(Uuid::from_u128(organization)), PersonId(Uuid::from_u128(person)))
    }

    fn person(watchers: &Arc<Watchers>, key: Key) -> Arc<Person> {
        let person = Arc::new(Person {
            key,
            told: watch::Sender::default(),
            read: tokio::sync::Mutex::default(),
            subscriptions: AtomicUsize::new(0),
            watchers: Arc::downgrade(watchers),
        });
        watchers.people().insert(key, Arc::downgrade(&person));
        person
    }

    #[test]
    fn a_change_wakes_whom_it_concerns() {
        let watchers = Arc::new(Watchers::default());
        let keys = [key(1, 1), key(1, 2), key(2, 1)];
        let people = keys.map(|key| person(&watchers, key));
        let mut hear = people.each_ref().map(|it| it.told.subscribe());
        let notice = |topic, id, sequence| {
            let organization = keys[0].0;
            Heard::Change(Notice { organization, topic, id: Uuid::from_u128(id), sequence })
        };
        let mut woken = |heard| {
            watchers.hear(heard);
            hear.each_mut().map(|it| {
                let woken = it.has_changed().unwrap();
                it.borrow_and_update();
                woken
            })
        };
        assert_eq!(woken(notice(Topic::Changes, 2, 5)), [false, true, false]);
        assert_eq!(woken(notice(Topic::Changes, 0, 0)), [true, true, false]);
        assert_eq!(woken(notice(Topic::Access, 1, 0)), [true, false, false]);
        assert_eq!(woken(notice(Topic::Minutes, 1, 9)), [false; 3]);
        assert_eq!(woken(notice(Topic::Changes, 9, 9)), [false; 3]);
        assert_eq!(woken(Heard::CatchUp), [true; 3]);
        // Numbers never go back.
        watchers.hear(notice(Topic::Changes, 2, 3));
        assert_eq!(people[1].told.borrow().sequence, 5);
    }

    #[test]
    fn who_goes_last_leaves_nothing_behind() {
        let watchers = Arc::new(Watchers::default());
        let one = person(&watchers, key(1, 1));
        let again = one.clone();
        drop(one);
        assert_eq!(watchers.people().len(), 1);
        let watch = Watch { told: again.told.subscribe(), person: again };
        let places: Vec<_> = (0..3).map(|_| watch.place(2)).collect();
        assert_eq!(places.iter().filter(|it| it.is_some()).count(), 2);
        drop(places);
        assert!(watch.place(1).is_some(), "places come back");
        drop(watch);
        assert!(watchers.people().is_empty());
    }
}
