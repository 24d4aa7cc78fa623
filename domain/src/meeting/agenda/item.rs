//! Talking points.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Refused;
use crate::{
    content::{Keeper, Place, Sealed},
    id::{AgendaItemId, MeetingId, PairId, PersonId},
    meeting::Meeting,
};

/// What the author of a talking point hopes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HopedResponse {
    /// To hear what the other would do.
    Advice,
    /// To think it through together.
    ThinkTogether,
    /// To be listened to.
    JustListen,
}

/// Where a talking point stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// Yet to be discussed.
    Open,
    /// The two talked about it.
    Discussed {
        /// In which meeting; none = between meetings.
        meeting: Option<MeetingId>,
        /// When it was marked.
        at: DateTime<Utc>,
    },
    /// Its author took it back: its text is gone.
    Withdrawn(DateTime<Utc>),
    /// It went on in another pair.
    CarriedOver(DateTime<Utc>),
}

impl ItemState {
    /// Since when it is closed.
    pub fn closed_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Open => None,
            Self::Discussed { at, .. } | Self::Withdrawn(at) | Self::CarriedOver(at) => Some(at),
        }
    }
}

/// A talking point of a pair, by either of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaItem {
    /// Identity.
    pub id: AgendaItemId,
    /// Whose.
    pub pair: PairId,
    /// Who raised it.
    pub author: PersonId,
    /// Its place among the pair's talking points, smaller first; equal ones by id.
    pub position: i64,
    /// What its author hopes for.
    pub hoped: HopedResponse,
    /// What it says, sealed by its [`AgendaItem::keeper`]; empty once it was withdrawn.
    pub text: Sealed,
    /// Since when the other sees it; none = a private draft.
    pub shared_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub state: ItemState,
    /// The talking point of another pair that goes on in this one.
    pub carried_from: Option<AgendaItemId>,
    /// Counts changes of what it says.
    pub version: i64,
    /// When it was written first.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

impl AgendaItem {
    /// Where its text stands.
    pub fn place(&self) -> Place {
        Place { kind: "agenda_item.text", id: self.id.0 }
    }

    /// Whose key seals it: a draft is its author's, the rest the pair's.
    pub fn keeper(&self) -> Keeper {
        match self.shared_at {
            Some(_) => Keeper::Pair(self.pair),
            None => Keeper::Person(self.author),
        }
    }

    /// Whether it is a private draft.
    pub fn is_draft(&self) -> bool {
        self.shared_at.is_none()
    }

    /// Whether it is yet to be discussed.
    pub fn is_open(&self) -> bool {
        self.state == ItemState::Open
    }

    /// Whether one of the two may know of it: drafts are their author's alone, and what was
    /// withdrawn is nobody's.
    pub fn visible_to(&self, person: PersonId) -> bool {
        !matches!(self.state, ItemState::Withdrawn(_))
            && (!self.is_draft() || self.author == person)
    }

    fn own_open(&self, by: PersonId) -> Result<(), Refused> {
        match self.state {
            _ if self.author != by => Err(Refused::NotAuthor),
            ItemState::Open => Ok(()),
            ItemState::CarriedOver(_) => Err(Refused::CarriedOver),
            _ => Err(Refused::Closed),
        }
    }

    /// Says something else. `text` is sealed by its keeper.
    pub fn edit(
        &mut self,
        by: PersonId,
        seen: i64,
        text: Option<Sealed>,
        hoped: Option<HopedResponse>,
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        self.own_open(by)?;
        if self.version != seen {
            return Err(Refused::Stale);
        }
        self.text = text.unwrap_or_else(|| self.text.clone());
        self.hoped = hoped.unwrap_or(self.hoped);
        (self.version, self.updated_at) = (self.version + 1, now);
        Ok(())
    }

    /// Whether its author may share it now; sharing what is shared changes nothing.
    pub fn may_share(&self, by: PersonId) -> Result<(), Refused> {
        self.own_open(by)
    }

    /// Shows a draft to the other. `text` is sealed anew by the pair's key.
    pub fn share(&mut self, by: PersonId, text: Sealed, now: DateTime<Utc>) -> Result<(), Refused> {
        self.may_share(by)?;
        (self.text, self.shared_at, self.updated_at) = (text, Some(now), now);
        Ok(())
    }

    /// Takes it back: its text is gone.
    pub fn withdraw(&mut self, by: PersonId, now: DateTime<Utc>) -> Result<(), Refused> {
        self.own_open(by)?;
        self.text = Sealed(Vec::new());
        (self.state, self.updated_at) = (ItemState::Withdrawn(now), now);
        Ok(())
    }

    /// Whether the two may talk about it here.
    fn shared(&self) -> Result<(), Refused> {
        match self.state {
            ItemState::CarriedOver(_) => Err(Refused::CarriedOver),
            ItemState::Withdrawn(_) => Err(Refused::Closed),
            _ if self.is_draft() => Err(Refused::Draft),
            _ => Ok(()),
        }
    }

    /// Whether either of the two may comment on it, and change what they said.
    pub fn may_comment(&self) -> Result<(), Refused> {
        self.shared()
    }

    /// Marks it as discussed, by either of the two. Marked again it stays as it was marked first.
    pub fn discuss(
        &mut self,
        meeting: Option<&Meeting>,
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        self.shared()?;
        if meeting.is_some_and(|it| it.pair != self.pair || it.time().is_none()) {
            return Err(Refused::NotThere);
        }
        if self.is_open() {
            self.state = ItemState::Discussed { meeting: meeting.map(|it| it.id), at: now };
            self.updated_at = now;
        }
        Ok(())
    }

    /// Marks it as not discussed after all, by either of the two.
    pub fn reopen(&mut self, now: DateTime<Utc>) -> Result<(), Refused> {
        self.shared()?;
        if !self.is_open() {
            (self.state, self.updated_at) = (ItemState::Open, now);
        }
        Ok(())
    }
}
