//! What kind of event displaces a 1on1, told from attendee count and recurrence alone: titles and
//! names of foreign events are never looked at.

use serde::{Deserialize, Serialize};

use super::super::Event;

/// From so many invited people on, a meeting is a large one: an hour of it costs a working day.
pub const LARGE: u32 = 8;

/// What kind of event is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Displacing {
    /// Someone's own block: nobody else is invited.
    SoloBlock,
    /// The same, of a series.
    RecurringSoloBlock,
    /// Two people.
    OneToOne,
    /// The same, of a series.
    RecurringOneToOne,
    /// Three people or more, fewer than [`LARGE`].
    SmallMeeting,
    /// The same, of a series.
    RecurringSmallMeeting,
    /// [`LARGE`] people or more.
    LargeMeeting,
    /// The same, of a series.
    RecurringLargeMeeting,
}

impl Displacing {
    /// The kind of an event.
    pub fn of(event: &Event) -> Self {
        match (event.attendees, event.recurring) {
            (0..=1, false) => Self::SoloBlock,
            (0..=1, true) => Self::RecurringSoloBlock,
            (2, false) => Self::OneToOne,
            (2, true) => Self::RecurringOneToOne,
            (3..LARGE, false) => Self::SmallMeeting,
            (3..LARGE, true) => Self::RecurringSmallMeeting,
            (LARGE.., false) => Self::LargeMeeting,
            (LARGE.., true) => Self::RecurringLargeMeeting,
        }
    }
}
