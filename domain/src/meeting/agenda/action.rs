//! What the two have agreed to do.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Refused;
use crate::{
    content::{Place, Sealed},
    id::{ActionItemId, AgendaItemId, MeetingId, PairId, PersonId},
};

/// Where an action stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionState {
    /// Yet to be done.
    Open,
    /// Done.
    Done,
    /// Given up.
    Dropped,
    /// It went on in another pair.
    CarriedOver,
}

/// Something that one of the two will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionItem {
    /// Identity.
    pub id: ActionItemId,
    /// Whose.
    pub pair: PairId,
    /// Who will do it.
    pub owner: PersonId,
    /// Who wrote it down.
    pub author: PersonId,
    /// What, sealed by the pair's key.
    pub text: Sealed,
    /// By which local day.
    pub due_on: Option<NaiveDate>,
    /// Where it stands.
    pub state: ActionState,
    /// Since when it is closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// The talking point from which it came.
    pub item: Option<AgendaItemId>,
    /// The meeting from which it came.
    pub meeting: Option<MeetingId>,
    /// The action of another pair that goes on in this one.
    pub carried_from: Option<ActionItemId>,
    /// Counts changes of what it says.
    pub version: i64,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

impl ActionItem {
    /// Where its text stands.
    pub fn place(&self) -> Place {
        Place { kind: "action_item.text", id: self.id.0 }
    }

    /// Whether it is yet to be done.
    pub fn is_open(&self) -> bool {
        self.state == ActionState::Open
    }

    /// Says something else, by either of the two.
    pub fn edit(
        &mut self,
        seen: i64,
        change: impl FnOnce(&mut Self),
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        match self.state {
            ActionState::Open if self.version == seen => {}
            ActionState::Open => return Err(Refused::Stale),
            ActionState::CarriedOver => return Err(Refused::CarriedOver),
            ActionState::Done | ActionState::Dropped => return Err(Refused::Closed),
        }
        change(self);
        (self.version, self.updated_at) = (self.version + 1, now);
        Ok(())
    }

    /// Completes, drops or reopens it, by either of the two. Done again it changes nothing.
    pub fn become_state(&mut self, state: ActionState, now: DateTime<Utc>) -> Result<(), Refused> {
        if self.state == ActionState::CarriedOver {
            return Err(Refused::CarriedOver);
        }
        if self.state != state {
            (self.state, self.updated_at) = (state, now);
            self.closed_at = (!self.is_open()).then_some(now);
        }
        Ok(())
    }
}
