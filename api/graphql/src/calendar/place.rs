//! Where people meet.

use async_graphql::{Context, Enum, InputObject, Result, SimpleObject};
use serde::Serialize;
use taiwa_domain::{calendar::Place, id::MeetingId};
use taiwa_operations::{ErrorCode, Failure, UserError};

use crate::{context::caller, load::PlaceOf};

/// What kind of place.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
pub(crate) enum MeetingPlaceKind {
    /// Nothing is said.
    Unsaid,
    /// A conference that the calendar system makes for each meeting, where it can.
    Conference,
    /// A link to a conference.
    Link,
    /// A room or any other place, in words.
    Room,
}

/// Where people meet.
#[derive(SimpleObject)]
pub(crate) struct MeetingPlace {
    /// What kind of place.
    kind: MeetingPlaceKind,
    /// The link, or the room in words; null for the other kinds.
    text: Option<String>,
}

impl From<Place> for MeetingPlace {
    fn from(it: Place) -> Self {
        let (kind, text) = match it {
            Place::Unsaid => (MeetingPlaceKind::Unsaid, None),
            Place::Conference => (MeetingPlaceKind::Conference, None),
            Place::Link(link) => (MeetingPlaceKind::Link, Some(link)),
            Place::Room(room) => (MeetingPlaceKind::Room, Some(room)),
        };
        Self { kind, text }
    }
}

impl MeetingPlace {
    /// Of a meeting that one of its two people asks about.
    pub(crate) async fn of(context: &Context<'_>, id: MeetingId) -> Result<Option<Self>> {
        let found = caller(context)?.loads.load_one(PlaceOf(id)).await?;
        Ok(found.map(Into::into))
    }
}

/// Where people are to meet.
#[derive(InputObject, Serialize)]
pub(crate) struct MeetingPlaceInput {
    /// What kind of place.
    kind: MeetingPlaceKind,
    /// For a link one with `https://`, for a room its name, at most 500 bytes; none for the other
    /// kinds.
    text: Option<String>,
}

impl TryFrom<MeetingPlaceInput> for Place {
    type Error = Failure;

    fn try_from(it: MeetingPlaceInput) -> Result<Self, Failure> {
        match (it.kind, it.text) {
            (MeetingPlaceKind::Unsaid, None) => Ok(Self::Unsaid),
            (MeetingPlaceKind::Conference, None) => Ok(Self::Conference),
            (MeetingPlaceKind::Link, text) => Ok(Self::Link(text.unwrap_or_default())),
            (MeetingPlaceKind::Room, text) => Ok(Self::Room(text.unwrap_or_default())),
            (MeetingPlaceKind::Unsaid | MeetingPlaceKind::Conference, Some(_)) => {
                Err(UserError::new(
                    ErrorCode::Invalid,
                    "place.text",
                    "text は LINK または ROOM のときだけ指定してください。",
                    "Give a text for LINK or ROOM alone.",
                )
                .into())
            }
        }
    }
}
