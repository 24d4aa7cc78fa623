//! Everything that a decision about one slot is made from.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{DefenceLevel, Finding, Fingerprint, ReleaseReason, Side, Sight, SlotState, look};
use crate::{
    id::{MeetingId, PersonId},
    meeting::Slot,
};

/// Within so long before its start a meeting is not moved by a machine, unless configured
/// otherwise: people have arranged their day.
pub const FREEZE: TimeDelta = TimeDelta::hours(24);

/// So often at most a machine defends or moves a meeting; then it asks the two people.
pub const MAX_INTERVENTIONS: u8 = 2;

/// The meeting whose slot it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Which.
    pub id: MeetingId,
    /// When it is to be, by our records.
    pub slot: Slot,
    /// Its length by the cadence, in minutes.
    pub minutes: u16,
    /// The span in which it counts for its cadence.
    pub period: Slot,
}

/// What changed around a meeting, besides calendars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// One of the two is on leave on the day of the slot.
    pub leave: bool,
    /// The pair ended, or its manager changed.
    pub pair_ended: bool,
    /// The block must be made anew.
    pub rearranged: Option<Rearranged>,
    /// The day of the slot is a holiday of one of the two.
    pub holiday: bool,
    /// The slot is outside the working hours of one of the two.
    pub outside_hours: bool,
    /// The zone of one of the two changed since the slot was agreed.
    pub zone_changed: bool,
}

/// Why a block is cancelled and made anew, for the same meeting at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rearranged {
    /// The other person organizes now.
    Manager,
    /// A calendar of another system is used now.
    Provider,
    /// Another account is used now.
    Account,
}

/// Everything that [`decide`](super::decide) knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Now.
    pub now: DateTime<Utc>,
    /// [`FREEZE`], unless configured otherwise.
    pub freeze: TimeDelta,
    /// Which meeting, and when.
    pub meeting: Subject,
    /// A human set this time.
    pub pinned: bool,
    /// How often a machine defended or moved it.
    pub interventions: u8,
    /// Where the slot stands.
    pub state: SlotState,
    /// It was on its way to its time before, and for so long that another 1on1 of ours that still
    /// stands there will not leave by itself.
    pub waited: bool,
    /// Actions of an earlier decision are still on their way: what calendars show is half of it.
    pub pending: bool,
    /// What was recorded and told about this meeting before: [`Decision::fingerprint`] of earlier
    /// decisions.
    ///
    /// [`Decision::fingerprint`]: super::Decision::fingerprint
    pub known: BTreeSet<Fingerprint>,
    /// The two people. One alone where the other has no calendar that we can ever read: a guest
    /// who connected none. Then people are followed, and nothing is moved by a machine.
    pub sides: Vec<Side>,
    /// What else changed.
    pub circumstances: Circumstances,
}

impl Situation {
    /// A slot that starts too soon to be moved by a machine.
    pub fn frozen(&self, slot: Slot) -> bool {
        slot.starts_at < self.now + self.freeze
    }

    /// It waits for other 1on1s to leave its time, and they may wait for it: those that a plan lets
    /// change places in a ring would do so for ever.
    pub fn crossed(&self) -> bool {
        let there = |leaving: &Slot| leaving.overlaps(self.meeting.slot);
        self.waited && self.sides.iter().any(|side| side.leaving.iter().any(there))
    }

    /// Where its event stands besides its time.
    pub fn elsewhere(&self) -> impl Iterator<Item = Slot> {
        let standing = self.sides.iter().flat_map(Side::ours).map(|event| event.slot);
        standing.filter(|slot| *slot != self.meeting.slot)
    }

    /// Its start is past.
    pub(super) fn begun(&self) -> bool {
        self.meeting.slot.starts_at <= self.now
    }

    /// A calendar that should answer does not.
    pub(super) fn dark(&self) -> bool {
        self.sides.iter().any(|side| !side.connected)
    }

    pub(super) fn level(&self) -> DefenceLevel {
        DefenceLevel::of_slot(self.sides.iter().map(|side| side.level))
    }

    pub(super) fn people(&self) -> BTreeSet<PersonId> {
        self.sides.iter().map(|side| side.person).collect()
    }

    pub(super) fn side(&self, person: Option<PersonId>) -> Option<&Side> {
        self.sides.iter().find(|side| Some(side.person) == person)
    }

    /// Why the slot is to be given up, if it is.
    pub(super) fn release(&self) -> Option<ReleaseReason> {
        let Circumstances { leave, pair_ended, .. } = self.circumstances;
        let ended = pair_ended.then_some(ReleaseReason::PairEnded);
        ended.or(leave.then_some(ReleaseReason::Leave))
    }

    /// Everything that happened. A time that a human set on a holiday or outside working hours was
    /// set knowingly: that is no finding.
    pub fn sights(&self) -> BTreeSet<Sight> {
        let partner = |side: &Side| {
            self.sides.iter().map(|other| other.person).find(|person| *person != side.person)
        };
        let mut sights: BTreeSet<Sight> = (self.sides.iter())
            .flat_map(|side| look(side, self.meeting.slot, partner(side)))
            .collect();
        let Circumstances { holiday, outside_hours, zone_changed, .. } = self.circumstances;
        let all = [
            (holiday && !self.pinned, Finding::Holiday),
            (outside_hours && !self.pinned, Finding::OutsideHours),
            (zone_changed, Finding::ZoneChanged),
        ];
        let happened = all.into_iter().filter(|(happened, _)| *happened);
        sights.extend(happened.map(|(_, finding)| Sight { person: None, finding }));
        sights
    }
}
