//! How many sockets one person has.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use taiwa_domain::id::{OrganizationId, PersonId};
use taiwa_identity::Verified;

/// Sockets of one person in one process, of all kinds: a tab has one for what changes and one for
/// the minutes it shows.
const MOST: usize = 32;

type Key = (OrganizationId, PersonId);

/// The sockets that are open in this process, by person.
#[derive(Clone, Default)]
pub(crate) struct Seats(Arc<Mutex<HashMap<Key, usize>>>);

/// A person's socket, for as long as it is kept.
pub(crate) struct Seat {
    seats: Seats,
    key: Key,
}

impl Seats {
    fn taken(&self) -> MutexGuard<'_, HashMap<Key, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a seat for the person of a token; none if they have too many.
    pub(crate) fn take(&self, verified: &Verified) -> Option<Seat> {
        let key = (verified.organization, verified.person);
        let mut taken = self.taken();
        let count = taken.entry(key).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        Some(Seat { seats: self.clone(), key })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        if let Some(count) = taken.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn everybody_has_so_many_seats_and_gets_them_back() {
        let seats = Seats::default();
        let of = |person: u128| Verified {
            organization: OrganizationId(Uuid::from_u128(1)),
            person: PersonId(Uuid::from_u128(person)),
            token: Uuid::from_u128(2),
            expires_at: chrono::DateTime::UNIX_EPOCH,
        };
        let mut held: Vec<_> = (0..MOST).map(|_| seats.take(&of(1)).expect("a seat")).collect();
        assert!(seats.take(&of(1)).is_none());
        assert!(seats.take(&of(2)).is_some(), "somebody else's are their own");
        held.pop();
        assert!(seats.take(&of(1)).is_some());
        drop(held);
        assert!(seats.taken().is_empty());
    }
}
