//! What the two say about talking points.

use taiwa_database::Transaction;
use taiwa_domain::{
    access::{Grant, PairContent},
    content::{Keeper, Sealed},
    id::{AgendaCommentId, AgendaItemId},
    meeting::agenda::{AgendaComment, AgendaItem, MOST_COMMENTS},
};

use super::{full, items, refused, text};
use crate::{Actor, App, Done, Failure, Idempotency, Result, begin, write::keyed};

/// Says something about a talking point: either of the two.
pub async fn add(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: AgendaItemId,
    plain: &str,
) -> Result<Done> {
    text("text", plain)?;
    let write = begin!(app, actor, keyed(app, actor, idempotency)?);
    let (it, grant) = items::take(&write.transaction, actor, id).await?;
    it.may_comment().map_err(refused)?;
    if write.transaction.agenda_comment_count(id).await? >= MOST_COMMENTS {
        return Err(full("", MOST_COMMENTS));
    }
    let mut comment = AgendaComment {
        id: app.id(),
        item: id,
        pair: it.pair,
        author: actor.caller.person,
        text: Sealed(Vec::new()),
        version: 1,
        created_at: app.now(),
        edited_at: None,
    };
    let keys = app.pair_keys_for_writing(&write.transaction, &grant, it.pair).await?;
    comment.text = keys.seal(Keeper::Pair(it.pair), comment.place(), plain)?;
    write.transaction.put_agenda_comment(&comment).await?;
    app.commit(write, id).await
}

/// A comment on something that the actor may know of, while nobody else changes its pair's.
async fn take(
    transaction: &Transaction,
    actor: &Actor,
    id: AgendaCommentId,
) -> Result<(AgendaComment, AgendaItem, Grant<PairContent>)> {
    let find = async || -> Result<AgendaComment> {
        let found = transaction.agenda_comments_by_id(&[id]).await?;
        found.into_iter().next().ok_or(Failure::NotFound)
    };
    let (about, grant) = items::take(transaction, actor, find().await?.item).await?;
    Ok((find().await?, about, grant))
}

/// Changes what a comment says: its author. `version` is the one that was seen.
pub async fn edit(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: AgendaCommentId,
    version: i64,
    plain: &str,
) -> Result<Done> {
    text("text", plain)?;
    let write = begin!(app, actor, keyed(app, actor, idempotency)?);
    let (mut it, about, grant) = take(&write.transaction, actor, id).await?;
    let keys = app.pair_keys_for_writing(&write.transaction, &grant, it.pair).await?;
    let sealed = keys.seal(Keeper::Pair(it.pair), it.place(), plain)?;
    it.edit(actor.caller.person, &about, version, sealed, app.now()).map_err(refused)?;
    write.transaction.put_agenda_comment(&it).await?;
    app.commit(write, id).await
}

/// Takes a comment back: its author. What it said is gone.
pub async fn remove(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: AgendaCommentId,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let (it, about, _) = take(&write.transaction, actor, id).await?;
    it.may_change(actor.caller.person, &about).map_err(refused)?;
    write.transaction.remove_agenda_comment(&it, app.now()).await?;
    app.commit(write, id).await
}
