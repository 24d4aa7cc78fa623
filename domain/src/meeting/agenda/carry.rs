//! A change of manager: what a report takes along into the pair with the new one.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{ActionItem, ActionState, AgendaItem, ItemState};
use crate::{
    id::{IdSource, PersonId},
    pair::Pair,
};

/// Why nothing was carried over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCarried {
    /// Only a report carries, from one pair to another of the same kind.
    #[error("not the report of both pairs")]
    NotTheReport,
    /// The former pair has not ended: its people still meet.
    #[error("the pair has not ended")]
    NotEnded,
    /// The talking point at this place of the list is not open, not shared, or by the other.
    #[error("a talking point cannot be carried over")]
    Item(usize),
    /// The action at this place of the list is not open, or the other's.
    #[error("an action cannot be carried over")]
    Action(usize),
}

/// What a report wants to take along. What the other wrote or owns stays, as minutes do: it was
/// said to one person, and is not for the next.
#[derive(Clone, Copy, Debug)]
pub struct CarryOver<'a> {
    /// The former pair.
    pub from: &'a Pair,
    /// Whether its people meet today.
    pub still_meets: bool,
    /// The pair in which it goes on.
    pub to: &'a Pair,
    /// Who asks.
    pub by: PersonId,
}

impl CarryOver<'_> {
    /// Whether these may go along: all of them, or none goes.
    pub fn check(self, items: &[AgendaItem], actions: &[ActionItem]) -> Result<(), NotCarried> {
        let Self { from, to, by, .. } = self;
        if from.id == to.id || from.kind != to.kind || from.partner != by || to.partner != by {
            return Err(NotCarried::NotTheReport);
        }
        if self.still_meets {
            return Err(NotCarried::NotEnded);
        }
        let mut seen = HashSet::new();
        for (place, it) in items.iter().enumerate() {
            let own = it.pair == from.id && it.author == by && it.is_open() && !it.is_draft();
            if !own || !seen.insert(it.id.0) {
                return Err(NotCarried::Item(place));
            }
        }
        for (place, it) in actions.iter().enumerate() {
            let own = it.pair == from.id && it.owner == by && it.is_open();
            if !own || !seen.insert(it.id.0) {
                return Err(NotCarried::Action(place));
            }
        }
        Ok(())
    }

    /// A talking point closed where it was, and open where it goes on. The new one's text is yet
    /// to be sealed; where it stands is for the caller to say.
    pub fn item(
        self,
        ids: &dyn IdSource,
        it: &AgendaItem,
        position: i64,
        now: DateTime<Utc>,
    ) -> [AgendaItem; 2] {
        let closed =
            AgendaItem { state: ItemState::CarriedOver(now), updated_at: now, ..it.clone() };
        let open = AgendaItem {
            id: ids.next().into(),
            pair: self.to.id,
            position,
            shared_at: Some(now),
            carried_from: Some(it.id),
            version: 1,
            created_at: now,
            updated_at: now,
            ..it.clone()
        };
        [closed, open]
    }

    /// An action likewise. From what it came stays behind.
    pub fn action(
        self,
        ids: &dyn IdSource,
        it: &ActionItem,
        now: DateTime<Utc>,
    ) -> [ActionItem; 2] {
        let closed = ActionItem {
            state: ActionState::CarriedOver,
            closed_at: Some(now),
            updated_at: now,
            ..it.clone()
        };
        let open = ActionItem {
            id: ids.next().into(),
            pair: self.to.id,
            // Who wrote it down for the report is not for the next manager to know.
            author: self.by,
            item: None,
            meeting: None,
            carried_from: Some(it.id),
            version: 1,
            created_at: now,
            updated_at: now,
            ..it.clone()
        };
        [closed, open]
    }
}
