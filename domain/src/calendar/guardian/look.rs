//! What happened to a slot, as one person's calendar shows it.
//!
//! An event is ours if it carries the uid expected for the meeting, and only then: one that
//! carries our mark with another uid is someone else's. Nothing here reads a provider's clock:
//! [`Event::updated_at`] may be ahead or behind.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    super::{Answer, Event, EventKey, EventState, EventUid, Version},
    DefenceLevel, Displacing,
};
use crate::{id::PersonId, meeting::Slot};

/// What stands for the meeting in a person's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// The one event of both, which this person organizes.
    Organized,
    /// This person's copy of the event that the other organizes. It follows that one: we never
    /// write it, and it may lag behind.
    Invited,
    /// A linked hold without attendees.
    Hold,
    /// A hold in the built-in calendar, which is never disconnected.
    BuiltIn,
}

/// What we last wrote into a calendar for the meeting, or took over there from people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// For which time.
    pub slot: Slot,
    /// The state of the event after it, where the provider names states.
    pub version: Option<Version>,
    /// The state that it replaced: a calendar that still shows this one has not caught up.
    pub replaced: Option<Version>,
}

/// Another 1on1 of a person, as our records want it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Its event's name: it is never declined.
    pub uid: EventUid,
    /// When.
    pub slot: Slot,
    /// What happened to it was answered, all that followed was done, and the rest is left to
    /// people: wherever its event stands, no machine takes it away. See
    /// [`SlotState::is_left`](super::SlotState::is_left).
    pub left: bool,
}

impl Other {
    /// Whether an event is this 1on1's and on its way to its time: no news, but until it has left
    /// nothing else can be written where it stands.
    pub fn leaves(&self, event: &Event) -> bool {
        !self.left && Some(&self.uid) == event.uid.as_ref() && self.slot != event.slot
    }
}

/// One of the meeting's two people, and what their calendar shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Who.
    pub person: PersonId,
    /// [`DefenceLevel::of_person`].
    pub level: DefenceLevel,
    /// What is to stand in this calendar.
    pub block: Block,
    /// The calendar answers. While it does not, nothing is concluded from what it last showed.
    pub connected: bool,
    /// Invitations can be declined there:
    /// [`Abilities::declines`](super::super::Abilities::declines).
    pub declines: bool,
    /// The name that the meeting's event carries in this calendar.
    pub uid: EventUid,
    /// What we last wrote; none = nothing yet, or it was cancelled since. None for
    /// [`Block::Invited`].
    pub written: Option<Written>,
    /// Everything the calendar shows within the cadence window and at our event's time, ours
    /// included, in any order; without what is [`leaving`](Self::leaving).
    pub events: Vec<Event>,
    /// Where other 1on1s of the person still stand that [leave](Other::leaves).
    pub leaving: Vec<Slot>,
    /// The person's other 1on1s in the same span.
    pub others: Vec<Other>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Our own write is due: nothing was written yet, or for an earlier time.
    Unplaced,
    /// Someone else's event is in the way.
    Overlapped {
        /// Which.
        key: EventKey,
        /// What kind it is.
        by: Displacing,
        /// We may and can decline it in the person's name.
        declinable: bool,
    },
    /// An invitation that would be in the way if it were accepted.
    Invited {
        /// Which.
        key: EventKey,
    },
    /// Our event was deleted.
    Deleted,
    /// Our event was given another time.
    Moved {
        /// Which.
        to: Slot,
    },
    /// Our event was cut to a part of its time.
    Shortened {
        /// Which.
        to: Slot,
    },
    /// The guest declined our event.
    Declined,
    /// Our event no longer occupies its time.
    ShownFree,
    /// Our event's details show to colleagues.
    MadePublic,
    /// Our event stands more than once, or was made a series.
    Duplicated,
    /// The calendar does not answer.
    Disconnected,
    /// The day became a holiday.
    Holiday,
    /// The slot is outside someone's working hours now.
    OutsideHours,
    /// Someone's zone changed, so that the slot shows at another local time.
    ZoneChanged,
}

/// A finding, and in whose calendar: the calendar's owner, or whom they let in, did it; more no
/// provider tells. None = of both people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sight {
    /// Whose calendar; of [`Finding::Declined`], who declined.
    pub person: Option<PersonId>,
    /// What.
    pub finding: Finding,
}

impl Side {
    /// Our events that stand in this calendar; one where all is well.
    pub fn ours(&self) -> impl Iterator<Item = &Event> {
        let stands = |event: &&Event| event.state != EventState::Cancelled;
        self.events.iter().filter(|event| event.uid.as_ref() == Some(&self.uid)).filter(stands)
    }

    /// Everyone else's events.
    pub fn foreign(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(|event| event.uid.as_ref() != Some(&self.uid))
    }

    /// We write this calendar, and it answers.
    pub fn writable(&self) -> bool {
        self.connected && self.block != Block::Invited
    }

    /// The person may be taken for free at `slot`: nobody else's event there blocks. Says nothing
    /// about a calendar that does not answer.
    pub fn free(&self, slot: Slot) -> bool {
        !self.foreign().any(|event| event.blocks() && event.slot.overlaps(slot))
    }

    /// What takes the person's time besides 1on1s of ours that stand where our records want them.
    /// One that was given another time and still stands elsewhere is in the way until it is gone:
    /// a write there would find the time taken, and two that change places wait for each other.
    pub fn in_the_way(&self) -> impl Iterator<Item = Slot> {
        let wanted = |event: &Event| {
            let same = |other: &Other| Some(&other.uid) == event.uid.as_ref();
            self.others.iter().any(|other| same(other) && other.slot == event.slot)
        };
        let blocking = self.foreign().filter(|event| event.blocks());
        let standing = blocking.filter(move |event| !wanted(event)).map(|event| event.slot);
        standing.chain(self.leaving.iter().copied())
    }

    /// The calendar still shows our event as it was before our last write.
    pub(super) fn behind(&self) -> bool {
        let replaced = self.written.as_ref().and_then(|written| written.replaced.as_ref());
        replaced.is_some() && self.ours().any(|event| event.version.as_ref() == replaced)
    }

    /// Declined in the person's name only if they opted in, are a guest who said yes or perhaps,
    /// the provider can, and it is no 1on1 of ours.
    fn declinable(&self, event: &Event) -> bool {
        let guest =
            !event.organizer && matches!(event.answer, Some(Answer::Accepted | Answer::Tentative));
        let another = self.others.iter().any(|other| Some(&other.uid) == event.uid.as_ref());
        self.level == DefenceLevel::Defend && self.declines && guest && !another
    }
}

/// What one side's calendar shows about a meeting that is to stand at `wanted`; `partner` is the
/// other person.
///
/// An event in the state that we last wrote is our own echo, whatever it looks like: a server
/// that keeps no privacy is not written to again and again. One in the state that we last replaced
/// is a calendar that has not caught up. Neither is a finding.
pub fn look(side: &Side, wanted: Slot, partner: Option<PersonId>) -> BTreeSet<Sight> {
    let own = |finding| Sight { person: Some(side.person), finding };
    if !side.connected {
        return BTreeSet::from([own(Finding::Disconnected)]);
    }
    let mut sights = BTreeSet::new();
    for event in side.foreign().filter(|event| event.slot.overlaps(wanted)) {
        if event.blocks() {
            let (key, by) = (event.key.clone(), Displacing::of(event));
            let declinable = side.declinable(event);
            sights.insert(own(Finding::Overlapped { key, by, declinable }));
        } else if event.warns() {
            sights.insert(own(Finding::Invited { key: event.key.clone() }));
        }
    }
    let ours: Vec<&Event> = side.ours().collect();
    let declined = |answer| answer == Some(Answer::Declined);
    if side.block == Block::Invited {
        for event in ours.iter().filter(|event| event.slot == wanted) {
            if declined(event.answer) {
                sights.insert(own(Finding::Declined));
            } else if !event.opaque {
                sights.insert(own(Finding::ShownFree));
            }
        }
        return sights;
    }
    match ours[..] {
        [] if side.written.is_none() => sights.insert(own(Finding::Unplaced)),
        [] => sights.insert(own(Finding::Deleted)),
        [event] if !event.recurring => {
            if event.slot == wanted && declined(event.guest) {
                sights.insert(Sight { person: partner, finding: Finding::Declined });
            }
            sights.extend(changes(side, event, wanted).into_iter().map(own));
            true
        }
        _ => sights.insert(own(Finding::Duplicated)),
    };
    sights
}

/// What was done to our one event.
fn changes(side: &Side, event: &Event, wanted: Slot) -> Vec<Finding> {
    let written = side.written.as_ref();
    if side.behind() {
        return Vec::new();
    }
    let version = written.and_then(|written| written.version.as_ref());
    if version.is_some() && version == event.version.as_ref() {
        // A server may round times: that, too, is our own echo.
        let due = written.is_some_and(|written| written.slot != wanted);
        return if due { vec![Finding::Unplaced] } else { Vec::new() };
    }
    if event.slot != wanted {
        let to = event.slot;
        let within = wanted.starts_at <= to.starts_at && to.ends_at <= wanted.ends_at;
        return vec![match written {
            Some(written) if written.slot == to => Finding::Unplaced,
            _ if within => Finding::Shortened { to },
            _ => Finding::Moved { to },
        }];
    }
    let free = (!event.opaque).then_some(Finding::ShownFree);
    let public = (!event.private).then_some(Finding::MadePublic);
    free.into_iter().chain(public).collect()
}
