//! Events as a calendar shows them: what a reconciler may know of them, and no more.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    id::{MeetingId, PersonId},
    meeting::Slot,
};

/// What stands in a person's calendar for a meeting: private, neutrally titled, without content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// For which meeting; with the person it identifies the hold.
    pub meeting: MeetingId,
    /// In whose calendar.
    pub person: PersonId,
    /// When.
    pub slot: Slot,
}

/// Busy time of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Busy {
    /// Whose.
    pub person: PersonId,
    /// When.
    pub slot: Slot,
}

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// As the provider wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )*};
}

opaque! {
    /// The name that we give to an event of ours: 32 to 64 lower-case hexadecimal digits, a keyed
    /// hash of what it stands for. Deterministic, so that writing twice makes one event; keyed, so
    /// that nobody else can make an event that passes for ours.
    EventUid
    /// The provider's own address of an event, or of one occurrence of a recurring one.
    EventKey
    /// The provider's own name of what it changes as a whole: an event with its occurrences.
    ResourceKey
    /// The state of an event as the provider names it (ETag): a write that carries an older one
    /// is refused.
    Version
    /// How far a calendar's changes were read; opaque, the provider's.
    Cursor
}

impl EventUid {
    /// The name of a hold in the built-in calendar: nobody but us writes there, so it needs no key.
    pub fn built_in(meeting: MeetingId, person: PersonId) -> Self {
        Self(format!("{}{}", meeting.0.simple(), person.0.simple()))
    }
}

/// Whether an event takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventState {
    /// Settled.
    Confirmed,
    /// Pencilled in: occupies the time as well.
    Tentative,
    /// Called off, and still shown.
    Cancelled,
}

/// An invited person's answer (RFC 5545 PARTSTAT).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Comes.
    Accepted,
    /// Perhaps.
    Tentative,
    /// Has not answered yet.
    Unanswered,
    /// Does not come.
    Declined,
}

/// An event in a person's calendar. Titles, descriptions, places and names of foreign events are
/// never read into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Which, to the provider.
    pub key: EventKey,
    /// The name that we gave it, if it carries one. Whether it is really ours only the comparison
    /// with the uid expected for a meeting tells.
    pub uid: Option<EventUid>,
    /// Its state, for guarded writes.
    pub version: Option<Version>,
    /// When. All-day events span their days in the calendar's zone.
    pub slot: Slot,
    /// It stands for whole days.
    pub all_day: bool,
    /// Whether it takes place.
    pub state: EventState,
    /// It occupies the time (RFC 5545 TRANSP); `false` = shown as free.
    pub opaque: bool,
    /// Its details are hidden from colleagues (RFC 5545 CLASS).
    pub private: bool,
    /// The calendar's owner is its organizer.
    pub organizer: bool,
    /// The owner's own answer; none where they are no guest.
    pub answer: Option<Answer>,
    /// In an event that we organize with one guest: the guest's answer.
    pub guest: Option<Answer>,
    /// How many people are invited, the owner included; 0 = nobody.
    pub attendees: u32,
    /// It is one of a series.
    pub recurring: bool,
    /// When it last changed, by the provider's clock, which may differ from ours.
    pub updated_at: Option<DateTime<Utc>>,
    /// Of an event of ours: the link to the conference that stands in it; never read of foreign
    /// events. None as well where a listing showed it: only what is asked for by name tells.
    pub link: Option<String>,
}

impl Event {
    /// It keeps its owner from meeting at its time: it takes place, shows as busy and the owner
    /// has accepted or pencilled it in. Unanswered invitations warn, they do not block.
    pub fn blocks(&self) -> bool {
        self.state != EventState::Cancelled
            && self.opaque
            && !matches!(self.answer, Some(Answer::Declined | Answer::Unanswered))
    }

    /// An invitation that would block if it were accepted.
    pub fn warns(&self) -> bool {
        self.state != EventState::Cancelled
            && self.opaque
            && self.answer == Some(Answer::Unanswered)
    }
}

/// Where people meet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Nothing said.
    #[default]
    Unsaid,
    /// A conference that the provider makes for the event.
    Conference,
    /// A link from the organization's template.
    Link(String),
    /// A room or any other place, in words.
    Room(String),
}

/// An event as we want it to stand: private, without content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name, for ever.
    pub uid: EventUid,
    /// For which meeting: goes with it as a mark that only the calendar's owner sees.
    pub meeting: MeetingId,
    /// When.
    pub slot: Slot,
    /// The zone in which its times are written.
    pub zone: Tz,
    /// A neutral title in the owner's language.
    pub title: String,
    /// The other person's address in the same provider tenant: then it is one event organized by
    /// the owner with the other invited. None = a hold without attendees.
    pub guest: Option<String>,
    /// Where.
    pub place: Place,
    /// Counts its moves (RFC 5545 SEQUENCE).
    pub sequence: u32,
}
