//! What happened to slots.

use std::collections::HashMap;

use taiwa_database::calendar::{SlotEvent, SlotStanding};
use taiwa_domain::{
    access::ActForPair,
    calendar::guardian::{ReleaseReason, SlotState},
    id::{MeetingId, SlotEventId},
    meeting::Meeting,
};

use crate::{Actor, App, Result};

/// Where the slots of meetings stand. The meetings must be among those found visible before.
pub async fn standings(
    app: &App,
    actor: &Actor,
    meetings: &[MeetingId],
) -> Result<HashMap<MeetingId, SlotStanding>> {
    let found = app.reader(actor).await?.slot_standings(meetings).await?;
    Ok(found.into_iter().map(|row| (row.meeting, row)).collect())
}

/// Where one meeting's slot stands, as a status: all that third persons ever see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where.
    pub state: SlotState,
    /// How often a machine defended or moved it since it was placed.
    pub interventions: u8,
}

impl Standing {
    /// Puts together what the meeting, the guardian's record and the calendars say. What a plan
    /// held in bulk has no record: it is protected where both its holds stand.
    pub fn of(meeting: &Meeting, row: Option<&SlotStanding>) -> Self {
        let recorded = row.and_then(|it| it.state);
        let stands = row.is_some_and(|it| it.standing >= 2);
        let interventions = row.map_or(0, |it| it.interventions);
        match (meeting.slot, recorded) {
            (None, Some(released @ SlotState::Released(_))) => {
                Self { state: released, interventions }
            }
            // It was given a time again, and the count starts anew with it.
            (Some(_), Some(SlotState::Released(_))) => {
                Self { state: SlotState::Moving, interventions: 0 }
            }
            (_, None | Some(SlotState::Protected)) => {
                let state = if stands { SlotState::Protected } else { SlotState::Moving };
                Self { state, interventions }
            }
            (_, Some(state)) => Self { state, interventions },
        }
    }

    /// Why it was given up, if the guardian gave it up.
    pub fn released(&self) -> Option<ReleaseReason> {
        match self.state {
            SlotState::Released(reason) => Some(reason),
            _ => None,
        }
    }
}

/// Which part of a history is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page {
    /// After this line.
    pub after: Option<SlotEventId>,
    /// Before this line.
    pub before: Option<SlotEventId>,
    /// At most so many.
    pub limit: u32,
    /// The last ones rather than the first.
    pub backwards: bool,
}

/// The history of a slot, oldest first: for the two alone. What stood in whose way is nobody
/// else's.
pub async fn events(
    app: &App,
    actor: &Actor,
    meeting: MeetingId,
    page: Page,
) -> Result<Vec<SlotEvent>> {
    if !is_ours(app, actor, meeting).await? {
        return Ok(Vec::new());
    }
    let reader = app.reader(actor).await?;
    Ok(reader.slot_events(meeting, page.after, page.before, page.limit, page.backwards).await?)
}

/// Whether the actor is one of a meeting's two people.
async fn is_ours(app: &App, actor: &Actor, meeting: MeetingId) -> Result<bool> {
    let found = app.reader(actor).await?.meetings_by_id(&[meeting]).await?;
    let Some(found) = found.first() else { return Ok(false) };
    let pairs = app.reader(actor).await?.pairs_by_id(actor.today, &[found.pair]).await?;
    Ok(pairs.iter().any(|row| actor.caller.grant::<ActForPair>(&row.facts()).is_ok()))
}
