//! What a decision says: what to do, what to record, whom to tell.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Illegal, Rearranged, ReleaseReason, Sight, Situation, SlotState};
use crate::{calendar::EventKey, id::PersonId, meeting::Slot};

/// One thing to do. All but [`Action::Decline`] touch only events of ours, told by their uid.
/// Doing one twice is doing it once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Write our event at `slot` into a calendar where it is due: the first time, or because the
    /// meeting has another time now. Takes it away from its old time.
    Place {
        /// Into whose.
        person: PersonId,
        /// When.
        slot: Slot,
    },
    /// Write our event again as it was, at the meeting's time.
    PutBack {
        /// Into whose calendar.
        person: PersonId,
    },
    /// Make our event private and busy again.
    Restore {
        /// In whose calendar.
        person: PersonId,
    },
    /// Let the record follow a human: the meeting has this time now, and is pinned to it. What
    /// calendars show at this time counts as [written](super::Written) for it from now on, without
    /// a version: what else people did to it is still looked at.
    AcceptMove {
        /// When.
        slot: Slot,
    },
    /// Look for another time with [`choose`](super::choose()), and give the meeting that, or
    /// release it for [`ReleaseReason::NoRoom`].
    Replan,
    /// Decline an invitation in a person's name.
    Decline {
        /// In whose.
        person: PersonId,
        /// Which.
        key: EventKey,
    },
    /// Ask the two people what is to become of the meeting, with the options of
    /// [`choose`](super::choose()).
    AskPeople,
    /// Give the meeting's time up.
    Release {
        /// Why.
        reason: ReleaseReason,
    },
    /// Cancel the block as it was arranged; nothing counts as [written](super::Written) any more.
    /// [`Action::Place`] makes it anew, here or once its time is clear.
    Recreate {
        /// What changed.
        why: Rearranged,
    },
    /// Cancel our event, which stands for nothing any more.
    CancelLeftovers {
        /// In whose calendar.
        person: PersonId,
    },
}

/// One line of a slot's history: codes, times and ids, no content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Something happened.
    Found {
        /// What, and in whose calendar.
        sight: Sight,
        /// Of a move by people: why it cannot be followed.
        refused: Option<Illegal>,
    },
    /// The guardian did something.
    Did(Action),
    /// The slot stands elsewhere now.
    Became(SlotState),
}

/// What people are told about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It happened; nothing was done.
    Told,
    /// The meeting was put back, or the intruder declined.
    Defended,
    /// It gets another time, or was skipped because there is none.
    Replanned,
    /// The record follows what a human did.
    Followed,
    /// They are asked what to do.
    Asked,
    /// It was given up.
    Released,
}

/// One notice for all that a decision saw and did. It goes out once the decision's actions are
/// done, so that it can say how they ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// To whom.
    pub to: BTreeSet<PersonId>,
    /// What is said.
    pub answer: Answer,
    /// About what.
    pub about: Vec<Sight>,
}

/// Names a situation: the same one, and only that, has the same. 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

/// What to do about a situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Where the slot stands from now on.
    pub state: SlotState,
    /// How often a machine defended or moved the meeting, this decision included.
    pub interventions: u8,
    /// What to do, in this order.
    pub actions: Vec<Action>,
    /// What to add to the slot's history.
    pub history: Vec<Entry>,
    /// Whom to tell.
    pub notice: Option<Notice>,
    /// To be kept in [`Situation::known`]: with it there, the same situation is neither recorded
    /// nor told again.
    pub fingerprint: Option<Fingerprint>,
}

impl Decision {
    /// Nothing to do.
    pub(super) fn stay(situation: &Situation) -> Self {
        Self {
            state: situation.state,
            interventions: situation.interventions,
            actions: Vec::new(),
            history: Vec::new(),
            notice: None,
            fingerprint: None,
        }
    }
}

impl Fingerprint {
    /// Of a situation. The meeting's time and the interventions belong to it: what happens again
    /// after a move or a defence is news. `versions` are those of events that a human moved, where
    /// each move is news; `to` are those who are told.
    pub(super) fn of(
        situation: &Situation,
        sights: &BTreeSet<Sight>,
        versions: &[&str],
        answer: Answer,
        to: Option<&BTreeSet<PersonId>>,
    ) -> Self {
        let Situation { ref meeting, interventions, .. } = *situation;
        let whole = (meeting.id, meeting.slot, interventions, sights, versions, answer, to);
        let bytes = serde_json::to_vec(&whole).unwrap_or_default();
        let digest = Sha256::digest(bytes);
        Self(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }
}
