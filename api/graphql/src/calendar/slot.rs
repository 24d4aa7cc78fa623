//! Where slots stand, in the words of the schema.

use async_graphql::{Context, Enum, Result};
use taiwa_domain::{calendar::guardian as domain, meeting::Meeting};
use taiwa_operations::calendar::history::Standing;

use crate::{context::caller, load::StandingOf};

/// Where a slot stands.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum SlotState {
    /// Its block stands in both calendars, and nothing is in its way.
    Protected,
    /// Something happened to it; it is being put back, or people were told.
    Contested,
    /// It is on its way to a time: one is being looked for, or its blocks are being written.
    Moving,
    /// The machine does no more; the two people were asked.
    AwaitingPeople,
    /// It was given up: the meeting's `releaseReason` says why.
    Released,
}

impl From<domain::SlotState> for SlotState {
    fn from(it: domain::SlotState) -> Self {
        match it {
            domain::SlotState::Protected => Self::Protected,
            domain::SlotState::Contested => Self::Contested,
            domain::SlotState::Moving => Self::Moving,
            domain::SlotState::AwaitingPeople => Self::AwaitingPeople,
            domain::SlotState::Released(_) => Self::Released,
        }
    }
}

/// Why a slot was given up.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::calendar::guardian::ReleaseReason")]
pub(crate) enum ReleaseReason {
    /// One of the two is on leave that day.
    Leave,
    /// The pair ended, or its manager changed.
    PairEnded,
    /// It was displaced, and nothing else fits inside its cadence window.
    NoRoom,
    /// The two called the meeting off.
    CalledOff,
}

/// Where a meeting's slot stands. One statement for all meetings of a level.
pub(crate) async fn standing(context: &Context<'_>, meeting: &Meeting) -> Result<Standing> {
    let row = caller(context)?.loads.load_one(StandingOf(meeting.id)).await?;
    Ok(Standing::of(meeting, row.as_ref()))
}
