//! What happened to slots, and what people were told.

use std::collections::HashMap;

use taiwa_database::calendar::{BlockRow, NoticeRow, SlotEvent, SlotRow};
use taiwa_domain::{
    access::{ActForPair, OwnCalendar},
    id::{MeetingId, NoticeId, SlotEventId},
};

use crate::{Actor, App, Done, Idempotency, Result, begin};

/// Where the guardian stands with meetings. They must be among those found visible before; those
/// it never had to do with are absent.
pub async fn slots(
    app: &App,
    actor: &Actor,
    meetings: &[MeetingId],
) -> Result<HashMap<MeetingId, SlotRow>> {
    let found = app.reader(actor).await?.guarded_slots(meetings).await?;
    Ok(found.into_iter().map(|row| (row.meeting, row)).collect())
}

/// What is recorded to stand for meetings in people's calendars, likewise.
pub async fn blocks(app: &App, actor: &Actor, meetings: &[MeetingId]) -> Result<Vec<BlockRow>> {
    Ok(app.reader(actor).await?.slot_blocks(meetings).await?)
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

/// The actor's own notices, newest first.
pub async fn notices(
    app: &App,
    actor: &Actor,
    before: Option<NoticeId>,
    limit: u32,
) -> Result<Vec<NoticeRow>> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnCalendar>(&person)?;
    Ok(app.reader(actor).await?.notices(person, before, limit).await?)
}

/// Marks the actor's notices up to one as seen.
pub async fn mark_seen(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    last: NoticeId,
) -> Result<Done> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnCalendar>(&person)?;
    let write = begin!(app, actor, idempotency);
    write.transaction.mark_notices_seen(person, last, app.now()).await?;
    app.commit(write, person).await
}
