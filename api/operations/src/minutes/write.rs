//! Making minutes, writing them as Markdown, going back to an earlier version.

use taiwa_database::minutes::{MinutesRow, NewUpdate};
use taiwa_domain::{
    access::PairContent,
    id::{MeetingId, MinutesId},
    minutes::MinutesShape,
};
use taiwa_yjs::{Document, Limits, Refused};
use uuid::Uuid;

use super::{
    history::document_at,
    one,
    room::Change,
    rooms::Rooms,
    shape,
    stored::seal_update,
    template::{Chosen, text},
};
use crate::{
    Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin,
    write::{Begun, keyed},
};

fn no_meeting() -> Failure {
    UserError::new(
        ErrorCode::NotFound,
        "meetingId",
        "このミーティングは見つかりません。",
        "There is no such meeting.",
    )
    .into()
}

fn refused(field: &'static str, refused: Refused) -> Failure {
    match refused {
        Refused::TooLarge => UserError::new(
            ErrorCode::Invalid,
            field,
            "議事録が大きくなりすぎます。本文は256 KiBまでにしてください。",
            "The minutes would be too large. Give at most 256 KiB of text.",
        )
        .into(),
        Refused::Malformed(_) | Refused::Waiting => Failure::Internal("minutes cannot be changed"),
    }
}

/// Makes the minutes of a meeting from a template. Where there are some they stay as they are: two
/// people may begin at the same moment.
pub async fn create(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    meeting: MeetingId,
    shape_of: MinutesShape,
    template: Chosen,
) -> Result<Done> {
    let reader = app.reader(actor).await?;
    let found = reader.meetings_by_id(&[meeting]).await?.pop().ok_or_else(no_meeting)?;
    let pair = reader.pairs_by_id(actor.today, &[found.pair]).await?.pop();
    let pair = pair.ok_or_else(no_meeting)?;
    let grant = actor.caller.grant::<PairContent>(&pair.facts()).map_err(|_| no_meeting())?;
    let begins = text(&reader, actor.locale, template).await?;
    drop(reader);
    let write = begin!(app, actor, idempotency);
    let now = app.now();
    let row = MinutesRow {
        id: app.id(),
        meeting,
        pair: found.pair,
        shape: shape_of,
        sequence: 0,
        created_by: actor.caller.person,
        created_at: now,
        updated_at: now,
    };
    if !write.transaction.add_minutes(&row).await? {
        let stands = write.transaction.minutes_of(&[meeting]).await?.pop();
        let stands = stands.ok_or(Failure::Internal("minutes vanished"))?;
        return app.commit(write, stands.id).await;
    }
    let client = app.id::<Uuid>().as_u64_pair().1 & ((1 << 53) - 1);
    let mut document = Document::new(shape(shape_of), Limits::default());
    let update =
        document.write_markdown(&begins, client).map_err(|it| refused("templateId", it))?;
    if let Some(update) = update {
        let keys = app.pair_keys_for_writing(&write.transaction, &grant, found.pair).await?;
        let id: Uuid = app.id();
        let content = seal_update(&keys, &row, id, update.bytes())?;
        let update = NewUpdate { id, author: actor.caller.person, content };
        write.transaction.append_minutes(&*app.ids, row.id, vec![update], now).await?;
    }
    app.commit(write, row.id).await
}

/// Makes minutes say what `markdown` says. With the version it was written against, what was
/// changed since stays; without, what stands now is compared.
pub async fn write(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    minutes: MinutesId,
    markdown: String,
    base: Option<i64>,
) -> Result<Done> {
    let reader = app.reader(actor).await?;
    let (row, _, grant) = one(actor, &reader, minutes).await?;
    let base = match base.filter(|it| *it != row.sequence) {
        None => None,
        Some(sequence) => {
            let found = document_at(app, &reader, &grant, row, sequence).await?;
            Some(Box::new(found.ok_or_else(|| gone("baseVersion"))?))
        }
    };
    drop(reader);
    changed(app, actor, idempotency, minutes, "markdown", Change::Markdown { text: markdown, base })
        .await
}

/// Makes minutes say again what they said at a version, as a new change.
pub async fn restore(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    minutes: MinutesId,
    version: i64,
) -> Result<Done> {
    let reader = app.reader(actor).await?;
    let (row, _, grant) = one(actor, &reader, minutes).await?;
    let found = document_at(app, &reader, &grant, row, version).await?;
    let found = found.ok_or_else(|| gone("version"))?;
    drop(reader);
    changed(app, actor, idempotency, minutes, "version", Change::Adopt(Box::new(found))).await
}

fn gone(field: &'static str) -> Failure {
    UserError::new(
        ErrorCode::Stale,
        field,
        "この版は残っていません。読み直してください。",
        "This version is not kept any more. Read it again.",
    )
    .into()
}

/// Changes minutes in their room. The room stores by itself, so the promise of the idempotency key
/// is kept in a transaction after that: whoever repeats a change whose promise was lost on the way
/// changes nothing, since the document says so already.
async fn changed(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    minutes: MinutesId,
    field: &'static str,
    change: Change,
) -> Result<Done> {
    let idempotency = keyed(app, actor, idempotency)?;
    if idempotency.is_some()
        && let Begun::Replay(done) = app.begin(actor, idempotency.clone()).await?
    {
        return Ok(done);
    }
    actor.release().await;
    Rooms::change(app, actor, minutes, change).await?.map_err(|it| refused(field, it))?;
    let write = begin!(app, actor, idempotency);
    app.commit(write, minutes).await
}
