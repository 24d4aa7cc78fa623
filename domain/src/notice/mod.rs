//! What people are told, when, and by which ways it leaves the house.
//!
//! A notice says that something is so, never what two people talk about: a kind, a time and a link.
//! To add a kind: a variant of [`NoticeKind`] (of [`Reminder`], if time alone brings it about),
//! its sentence in `words.rs`, its defaults in [`Way::by_default`]; tests fail while one is missing.

pub mod conformance;
mod memory;
mod preference;
mod quiet;
mod remind;
mod send;
pub mod words;

use serde::{Deserialize, Serialize};

pub use memory::Memory;
pub use preference::{BadQuiet, Preferences};
pub use quiet::{Quiet, QuietHours};
pub use remind::{
    ACTIONS_BACK, AHEAD, BACK, Done, Facts, Moment, Skipped, Verdict, action, judge, meeting,
};
pub use send::{
    Line, Message, Notifier, NotifyError, Nowhere, Recipient, Seen, Sending, StopLink, Ways,
};

/// What time alone brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// A meeting begins in two days: to both, as far as they have prepared nothing.
    TwoDaysBefore,
    /// A meeting begins within a day: to both.
    DayBefore,
    /// A meeting begins in two hours: to whom of the two has prepared nothing.
    NothingPrepared,
    /// A meeting ended two hours ago and nothing is in its minutes: to the organizer. One is asked,
    /// so that neither waits for the other.
    MinutesEmpty,
    /// A meeting ended a day ago and neither said whether it took place: to both.
    HeldUnconfirmed,
    /// An action is due on the next day: to its owner.
    ActionDue,
    /// An action was due on the day before: to its owner.
    ActionOverdue,
}

impl Reminder {
    /// Those about a meeting.
    pub const OF_MEETINGS: [Self; 5] = [
        Self::TwoDaysBefore,
        Self::DayBefore,
        Self::NothingPrepared,
        Self::MinutesEmpty,
        Self::HeldUnconfirmed,
    ];
    /// Those about an action.
    pub const OF_ACTIONS: [Self; 2] = [Self::ActionDue, Self::ActionOverdue];

    /// Whether it says that something will begin: worth nothing once it has.
    pub fn is_ahead(self) -> bool {
        matches!(self, Self::TwoDaysBefore | Self::DayBefore | Self::NothingPrepared)
    }
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A meeting's slot.
    Slot,
    /// The person's calendar account does not open any more.
    AccountDisconnected,
    /// See [`Reminder::TwoDaysBefore`].
    TwoDaysBefore,
    /// See [`Reminder::DayBefore`].
    DayBefore,
    /// See [`Reminder::NothingPrepared`].
    NothingPrepared,
    /// See [`Reminder::MinutesEmpty`].
    MinutesEmpty,
    /// See [`Reminder::HeldUnconfirmed`].
    HeldUnconfirmed,
    /// See [`Reminder::ActionDue`].
    ActionDue,
    /// See [`Reminder::ActionOverdue`].
    ActionOverdue,
    /// Somebody wanted to see whether notices arrive.
    Test,
}

impl NoticeKind {
    /// All that people choose ways for.
    pub const CHOSEN: [Self; 9] = [
        Self::Slot,
        Self::AccountDisconnected,
        Self::TwoDaysBefore,
        Self::DayBefore,
        Self::NothingPrepared,
        Self::MinutesEmpty,
        Self::HeldUnconfirmed,
        Self::ActionDue,
        Self::ActionOverdue,
    ];
}

impl From<Reminder> for NoticeKind {
    fn from(it: Reminder) -> Self {
        match it {
            Reminder::TwoDaysBefore => Self::TwoDaysBefore,
            Reminder::DayBefore => Self::DayBefore,
            Reminder::NothingPrepared => Self::NothingPrepared,
            Reminder::MinutesEmpty => Self::MinutesEmpty,
            Reminder::HeldUnconfirmed => Self::HeldUnconfirmed,
            Reminder::ActionDue => Self::ActionDue,
            Reminder::ActionOverdue => Self::ActionOverdue,
        }
    }
}

/// A way out of the house. In Taiwa itself everything is listed in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Mail to the person's work address.
    Email,
    /// A direct message in the organization's Slack.
    Slack,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Email, Self::Slack];

    /// Whether a kind goes this way for people who never said anything. Mail, but for the earlier of
    /// two reminders of the same meeting: more than one of each is what people learn to overlook.
    pub fn by_default(self, kind: NoticeKind) -> bool {
        self == Self::Email && kind != NoticeKind::TwoDaysBefore
    }
}

/// How far a notice came on one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not sent yet, or tried again.
    Waiting,
    /// The other system took it.
    Delivered,
    /// The other system will never take it.
    Failed,
    /// It was no longer worth sending.
    Dropped,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Delivered, Self::Failed, Self::Dropped];
}

/// Why a notice did not go out, as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryReason {
    /// What it tells was over before it could be sent.
    Expired,
    /// What it tells is no longer so: the meeting was moved or given up, the action done.
    Outdated,
    /// The person switched this kind off on this way.
    SwitchedOff,
    /// The person is on leave, or has left.
    Away,
    /// The person has no address on this way.
    NoAddress,
    /// There is nobody at the person's address.
    AddressRefused,
    /// The other system does not take the message.
    Refused,
    /// The way is not open any more.
    Closed,
}

impl DeliveryReason {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Expired,
        Self::Outdated,
        Self::SwitchedOff,
        Self::Away,
        Self::NoAddress,
        Self::AddressRefused,
        Self::Refused,
        Self::Closed,
    ];
}
