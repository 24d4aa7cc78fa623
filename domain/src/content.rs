//! Content: what people write to each other or for themselves, and how it travels.
//!
//! What two people share is sealed by their pair's data key, what one keeps by their own; the keys
//! stand wrapped by the key ring, so that a stolen database shows no sentence, and a key that is
//! gone takes every copy of its content with it.

use std::fmt;

use uuid::Uuid;

use crate::id::{PairId, PersonId};

/// Whose data key seals something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keeper {
    /// What two people share.
    Pair(PairId),
    /// What one person keeps.
    Person(PersonId),
}

impl Keeper {
    /// The pair's or the person's id, which is also the id of its key.
    pub fn id(self) -> Uuid {
        match self {
            Self::Pair(id) => id.0,
            Self::Person(id) => id.0,
        }
    }
}

/// Where a sealed text stands. It opens nowhere else, so that nobody who can write rows can show a
/// text as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Table and field, e.g. `agenda_item.text`. Never changes once something is sealed in it.
    pub kind: &'static str,
    /// The row.
    pub id: Uuid,
}

/// A sealed text or bytes: the only form in which content reaches a database.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}
