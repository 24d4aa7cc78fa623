//! Changing talking points.

use taiwa_database::Transaction;
use taiwa_domain::{
    access::{Grant, OwnContent, PairContent},
    content::{Keeper, Sealed},
    id::{AgendaItemId, MeetingId, PairId},
    meeting::agenda::{
        AgendaItem, HopedResponse, ItemState, MOST_DISCUSSED, MOST_OPEN_ITEMS, Refused,
    },
};

use super::{full, ours, refused, text};
use crate::{
    Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin, content::Keys,
    write::keyed,
};

/// A talking point to be.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// Whose.
    pub pair: PairId,
    /// What it says.
    pub text: String,
    /// What its author hopes for.
    pub hoped: HopedResponse,
    /// For its author alone, until it is shared.
    pub draft: bool,
}

/// The key of whoever may read a talking point.
async fn keys(
    app: &App,
    transaction: &Transaction,
    actor: &Actor,
    grant: &Grant<PairContent>,
    keeper: Keeper,
) -> Result<Keys> {
    match keeper {
        Keeper::Pair(pair) => app.pair_keys_for_writing(transaction, grant, pair).await,
        Keeper::Person(person) => {
            let grant = actor.caller.grant::<OwnContent>(&person)?;
            app.own_keys_for_writing(transaction, &grant, person).await
        }
    }
}

/// A talking point that the actor may know of, while nobody else changes its pair's.
pub(super) async fn take(
    transaction: &Transaction,
    actor: &Actor,
    id: AgendaItemId,
) -> Result<(AgendaItem, Grant<PairContent>)> {
    let find = async || -> Result<AgendaItem> {
        let found = transaction.agenda_items_by_id(&[id]).await?;
        let seen = found.into_iter().find(|it| it.visible_to(actor.caller.person));
        seen.ok_or(Failure::NotFound)
    };
    let pair = find().await?.pair;
    let (_, grant) = ours(transaction, actor, pair).await?;
    transaction.lock_pairs(&[pair]).await?;
    Ok((find().await?, grant))
}

/// Adds a talking point behind all others.
pub async fn add(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    new: NewItem,
) -> Result<Done> {
    text("text", &new.text)?;
    let write = begin!(app, actor, keyed(app, actor, idempotency)?);
    let added =
        add_all(app, &write.transaction, actor, (new.pair, new.draft), vec![(new.text, new.hoped)])
            .await?;
    app.commit(write, added[0]).await
}

/// Adds talking points to one pair behind all others, in their order.
pub(crate) async fn add_all(
    app: &App,
    transaction: &Transaction,
    actor: &Actor,
    (pair, draft): (PairId, bool),
    all: Vec<(String, HopedResponse)>,
) -> Result<Vec<AgendaItemId>> {
    let (_, grant) = ours(transaction, actor, pair).await?;
    transaction.lock_pairs(&[pair]).await?;
    let me = actor.caller.person;
    let room = transaction.agenda_room(pair, me).await?;
    if room.open + all.len() as u64 > MOST_OPEN_ITEMS {
        return Err(full("", MOST_OPEN_ITEMS));
    }
    let keeper = if draft { Keeper::Person(me) } else { Keeper::Pair(pair) };
    let keys = keys(app, transaction, actor, &grant, keeper).await?;
    let now = app.now();
    let mut items = Vec::new();
    for ((text, hoped), position) in all.into_iter().zip(room.last + 1..) {
        let mut it = AgendaItem {
            id: app.id(),
            pair,
            author: me,
            position,
            hoped,
            text: Sealed(Vec::new()),
            shared_at: (!draft).then_some(now),
            state: ItemState::Open,
            carried_from: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        it.text = keys.seal(keeper, it.place(), &text)?;
        items.push(it);
    }
    transaction.put_agenda_items(&items).await?;
    Ok(items.into_iter().map(|it| it.id).collect())
}

/// Changes what a talking point says. `version` is the one that was seen.
pub async fn edit(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: AgendaItemId,
    version: i64,
    new: (Option<String>, Option<HopedResponse>),
) -> Result<Done> {
    if let Some(new) = &new.0 {
        text("text", new)?;
    }
    let write = begin!(app, actor, keyed(app, actor, idempotency)?);
    let (mut it, grant) = take(&write.transaction, actor, id).await?;
    let sealed = match &new.0 {
        Some(plain) => {
            let keys = keys(app, &write.transaction, actor, &grant, it.keeper()).await?;
            Some(keys.seal(it.keeper(), it.place(), plain)?)
        }
        None => None,
    };
    it.edit(actor.caller.person, version, sealed, new.1, app.now()).map_err(refused)?;
    write.transaction.put_agenda_items(&[it]).await?;
    app.commit(write, id).await
}

/// Puts an open talking point behind another, or before all: by either of the two. Two who do so
/// at once are both heard, one after the other.
pub async fn put(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: AgendaItemId,
    after: Option<AgendaItemId>,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let (mut it, _) = take(&write.transaction, actor, id).await?;
    if !it.is_open() {
        return Err(refused(Refused::Closed));
    }
    let open = write.transaction.open_agenda_items(&[it.pair]).await?;
    let behind = match after {
        None => open.first().map(|first| first.position - 1),
        Some(after) if after == id => Some(it.position),
        Some(after) => open
            .iter()
            .find(|other| other.id == after && other.visible_to(actor.caller.person))
            .map(|other| other.position),
    };
    let Some(behind) = behind else {
        return Err(UserError::new(
            ErrorCode::NotFound,
            "afterId",
            "このペアの未対話の議題ではありません。",
            "It is no open talking point of this pair.",
        )
        .into());
    };
    if after != Some(id) {
        write.transaction.make_agenda_room(it.pair, behind).await?;
        it.position = behind + 1;
        write.transaction.put_agenda_items(&[it]).await?;
    }
    app.commit(write, id).await
}

/// Shows a draft to the other.
pub async fn share(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: AgendaItemId,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let (mut it, grant) = take(&write.transaction, actor, id).await?;
    let me = actor.caller.person;
    it.may_share(me).map_err(refused)?;
    if it.is_draft() {
        let own = actor.caller.grant::<OwnContent>(&me)?;
        let keys = app.own_keys(&write.transaction, &own, me).await?;
        let plain = keys.open(it.keeper(), it.place(), &it.text)?.ok_or(Failure::NotFound)?;
        let keys = app.pair_keys_for_writing(&write.transaction, &grant, it.pair).await?;
        let sealed = keys.seal(Keeper::Pair(it.pair), it.place(), &plain)?;
        it.share(me, sealed, app.now()).map_err(refused)?;
        write.transaction.put_agenda_items(&[it]).await?;
    }
    app.commit(write, id).await
}

/// Takes an open talking point back: what it said and what was said about it is gone.
pub async fn withdraw(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: AgendaItemId,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let (mut it, _) = take(&write.transaction, actor, id).await?;
    it.withdraw(actor.caller.person, app.now()).map_err(refused)?;
    write.transaction.put_agenda_items(&[it]).await?;
    write.transaction.remove_agenda_comments(id).await?;
    app.commit(write, id).await
}

/// Marks a talking point as discussed, in a meeting or between meetings: either of the two.
pub async fn discuss(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: AgendaItemId,
    meeting: Option<MeetingId>,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let (mut it, _) = take(&write.transaction, actor, id).await?;
    let found = match meeting {
        Some(meeting) => {
            let found = write.transaction.meetings_by_id(&[meeting]).await?;
            if write.transaction.discussed_count(meeting).await? >= MOST_DISCUSSED {
                return Err(full("meetingId", MOST_DISCUSSED));
            }
            Some(found.into_iter().next().ok_or(refused(Refused::NotThere))?)
        }
        None => None,
    };
    it.discuss(found.as_ref(), app.now()).map_err(refused)?;
    write.transaction.put_agenda_items(&[it]).await?;
    app.commit(write, id).await
}

/// Marks a talking point as not discussed after all: either of the two.
pub async fn reopen(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: AgendaItemId,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let (mut it, _) = take(&write.transaction, actor, id).await?;
    if !it.is_open() {
        let room = write.transaction.agenda_room(it.pair, it.author).await?;
        if room.open >= MOST_OPEN_ITEMS {
            return Err(full("", MOST_OPEN_ITEMS));
        }
    }
    it.reopen(app.now()).map_err(refused)?;
    write.transaction.put_agenda_items(&[it]).await?;
    app.commit(write, id).await
}
