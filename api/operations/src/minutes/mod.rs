//! Minutes: two people's shared record of one meeting.
//!
//! Everything that is written in one goes through its [`Room`](room), whether it came over a socket
//! or as Markdown: one task a document and process, which stores what came, all that waits at once,
//! and only then tells anybody of it or answers. What a client was told is therefore stored: an
//! edit is *acknowledged* when the client has received the `SyncStep2` that answers a `SyncStep1`
//! which it sent after the edit. What other replicas store is heard through
//! [`Live`](taiwa_database::Live) and read by sequence.

mod history;
mod pass;
mod room;
mod rooms;
mod snapshot;
mod stored;
mod template;
mod write;

use std::collections::HashMap;

use taiwa_database::{Reader, minutes::MinutesRow, pair::PairRow};
use taiwa_domain::{
    access::{Grant, PairContent},
    id::{MeetingId, MinutesId, PairId, PersonId},
    minutes::MinutesShape,
};
use taiwa_yjs::Shape;

pub use history::{at_version, versions};
pub use pass::check;
pub use room::{Answer, Entered, Outgoing};
pub use rooms::Rooms;
pub use template::{Chosen, save_template, templates};
pub use write::{create, restore, write};

use crate::{Actor, App, Failure, Result};
use stored::Stored;

pub(crate) fn shape(it: MinutesShape) -> Shape {
    match it {
        MinutesShape::Tiptap => Shape::Tiptap,
        MinutesShape::Prosemirror => Shape::ProseMirror,
        MinutesShape::Text => Shape::Text,
    }
}

/// Those of `found` that the actor is one of the two of, with their pairs and the grant.
async fn granted(
    actor: &Actor,
    reader: &Reader,
    found: Vec<MinutesRow>,
) -> Result<Vec<(MinutesRow, PairRow, Grant<PairContent>)>> {
    let pairs: Vec<PairId> = found.iter().map(|it| it.pair).collect();
    let pairs: HashMap<PairId, PairRow> = reader
        .pairs_by_id(actor.today, &pairs)
        .await?
        .into_iter()
        .map(|row| (row.pair.id, row))
        .collect();
    Ok(found
        .into_iter()
        .filter_map(|it| {
            let pair = pairs.get(&it.pair)?;
            let grant = actor.caller.grant::<PairContent>(&pair.facts()).ok()?;
            Some((it, *pair, grant))
        })
        .collect())
}

/// Minutes by id, as far as the actor may know of them.
pub async fn by_id(app: &App, actor: &Actor, ids: &[MinutesId]) -> Result<Vec<MinutesRow>> {
    let reader = app.reader(actor).await?;
    let found = reader.minutes_by_id(ids).await?;
    Ok(granted(actor, &reader, found).await?.into_iter().map(|(it, ..)| it).collect())
}

/// The minutes of meetings, as far as the actor may know of them.
pub async fn of_meetings(
    app: &App,
    actor: &Actor,
    meetings: &[MeetingId],
) -> Result<Vec<MinutesRow>> {
    let reader = app.reader(actor).await?;
    let found = reader.minutes_of(meetings).await?;
    Ok(granted(actor, &reader, found).await?.into_iter().map(|(it, ..)| it).collect())
}

/// What minutes say.
#[derive(Clone, Debug)]
pub struct Said {
    /// As Markdown.
    pub markdown: String,
    /// Whose characters (UTF-16 units) stand in it.
    pub characters: Vec<(PersonId, u32)>,
}

/// What minutes say now, as far as the actor may know of it: whatever their number, a handful of
/// statements.
pub async fn said(app: &App, actor: &Actor, ids: &[MinutesId]) -> Result<HashMap<MinutesId, Said>> {
    let reader = app.reader(actor).await?;
    let found = reader.minutes_by_id(ids).await?;
    let granted = granted(actor, &reader, found).await?;
    let (rows, grants): (Vec<_>, Vec<_>) =
        granted.into_iter().map(|(row, _, grant)| (row, grant)).unzip();
    let stored = Stored::load(app, &reader, &grants, &rows).await?;
    let said = |stored: Stored| {
        let characters = stored.characters()?;
        let said = Said { markdown: stored.document.markdown(), characters };
        Ok((stored.row.id, said))
    };
    stored.into_iter().map(said).collect()
}

/// One, with the grant, or not found.
async fn one(
    actor: &Actor,
    reader: &Reader,
    id: MinutesId,
) -> Result<(MinutesRow, PairRow, Grant<PairContent>)> {
    let found = reader.minutes_by_id(&[id]).await?;
    granted(actor, reader, found).await?.pop().ok_or(Failure::NotFound)
}
