//! Pairs: the 1on1 relationship of two people, one for ever, with dated episodes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    id::{EpisodeId, PairId, PersonId},
    organization::Period,
};

pub mod episodes;
pub mod request;

pub use episodes::{EpisodeChange, Wanted, diff};
pub use request::{PairRequest, RequestError};

/// What makes two people a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairKind {
    /// A solid reporting line.
    Manager,
    /// A dotted reporting line, where a policy asks for it.
    Dotted,
    /// The manager's manager and the report, where a policy asks for it.
    SkipLevel,
    /// Mentor and mentee, made by hand.
    Mentor,
    /// Two peers, made by hand.
    Peer,
}

impl PairKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Manager, Self::Dotted, Self::SkipLevel, Self::Mentor, Self::Peer];

    /// Whether two people make it themselves, both accepting.
    pub fn by_hand(self) -> bool {
        matches!(self, Self::Mentor | Self::Peer)
    }
}

/// Two people and the kind of their 1on1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Identity; never changes.
    pub id: PairId,
    /// Kind.
    pub kind: PairKind,
    /// In whose zone the series is read: the manager, the mentor; of two peers the one with the
    /// smaller employee number.
    pub organizer: PersonId,
    /// The other: the report, the mentee, the other peer.
    pub partner: PersonId,
}

impl Pair {
    /// Whether `person` is one of the two.
    pub fn has(&self, person: PersonId) -> bool {
        self.organizer == person || self.partner == person
    }
}

/// A span of days during which the two meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// Identity.
    pub id: EpisodeId,
    /// Whose.
    pub pair: PairId,
    /// When.
    pub period: Period,
}

/// Whether any of `episodes` contains `day`.
pub fn active_on(episodes: &[Episode], day: NaiveDate) -> bool {
    episodes.iter().any(|episode| episode.period.contains(day))
}
