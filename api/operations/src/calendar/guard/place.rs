//! Where people meet, as it stands in our event, and as the organization wants it.

use taiwa_database::calendar::BlockRow;
use taiwa_domain::calendar::{Event, Place, guardian::Block};

/// The link or place that stands in an event of ours that was written with `wanted`.
pub(super) fn stands(wanted: &Place, event: &Event) -> Option<String> {
    let said = match wanted {
        Place::Link(text) | Place::Room(text) => Some(text.clone()),
        Place::Unsaid | Place::Conference => None,
    };
    event.link.clone().or(said)
}

/// What is recorded of an event differs from what is wanted, or is not known yet. Whether a
/// conference's link is of one that is still wanted no record tells: when the organization comes to
/// want conferences, the records are forgotten.
pub(super) fn is_due(wanted: &Place, block: &BlockRow) -> bool {
    // The built-in calendar keeps no place, and a guest's copy follows the organizer's event.
    if block.account.is_none() || block.block == Block::Invited || block.written.is_none() {
        return false;
    }
    match wanted {
        Place::Unsaid => block.place.is_some(),
        Place::Conference => block.place.is_none(),
        Place::Link(text) | Place::Room(text) => block.place.as_ref() != Some(text),
    }
}
