//! Changing actions: either of the two, whoever owns them.

use chrono::NaiveDate;
use taiwa_database::Transaction;
use taiwa_domain::{
    access::{Grant, PairContent},
    content::{Keeper, Sealed},
    id::{ActionItemId, AgendaItemId, MeetingId, PairId, PersonId},
    meeting::agenda::{ActionItem, ActionState, MOST_OPEN_ACTIONS, Refused},
    pair::Pair,
};

use super::{full, ours, refused, text};
use crate::{
    Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin, write::keyed,
};

/// An action to be.
#[derive(Clone, Debug)]
pub struct NewAction {
    /// Whose.
    pub pair: PairId,
    /// Who will do it.
    pub owner: PersonId,
    /// What.
    pub text: String,
    /// By which local day.
    pub due_on: Option<NaiveDate>,
    /// The talking point from which it came.
    pub item: Option<AgendaItemId>,
    /// The meeting from which it came.
    pub meeting: Option<MeetingId>,
}

/// What is to change of an action; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Who will do it.
    pub owner: Option<PersonId>,
    /// What.
    pub text: Option<String>,
    /// By which local day; `Some(None)` = by none.
    pub due_on: Option<Option<NaiveDate>>,
}

async fn take(
    transaction: &Transaction,
    actor: &Actor,
    id: ActionItemId,
) -> Result<(ActionItem, Pair, Grant<PairContent>)> {
    let find = async || -> Result<ActionItem> {
        let found = transaction.action_items_by_id(&[id]).await?;
        found.into_iter().next().ok_or(Failure::NotFound)
    };
    let pair = find().await?.pair;
    let (row, grant) = ours(transaction, actor, pair).await?;
    transaction.lock_pairs(&[pair]).await?;
    Ok((find().await?, row.pair, grant))
}

async fn room(transaction: &Transaction, pair: PairId) -> Result<()> {
    let open = transaction.open_action_count(pair).await?;
    if open >= MOST_OPEN_ACTIONS { Err(full("", MOST_OPEN_ACTIONS)) } else { Ok(()) }
}

fn unknown(field: &str) -> Failure {
    UserError::new(
        ErrorCode::NotFound,
        field,
        "このペアのものではありません。",
        "It is none of this pair's.",
    )
    .into()
}

/// Adds an action.
pub async fn add(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    new: NewAction,
) -> Result<Done> {
    text("text", &new.text)?;
    let write = begin!(app, actor, keyed(app, actor, idempotency)?);
    let (row, grant) = ours(&write.transaction, actor, new.pair).await?;
    if !row.pair.has(new.owner) {
        return Err(refused(Refused::NotOneOfTheTwo));
    }
    write.transaction.lock_pairs(&[new.pair]).await?;
    room(&write.transaction, new.pair).await?;
    if let Some(item) = new.item {
        let found = write.transaction.agenda_items_by_id(&[item]).await?;
        // A draft is its author's alone: an action would tell the other of it.
        if !found.iter().any(|it| it.pair == new.pair && !it.is_draft()) {
            return Err(unknown("agendaItemId"));
        }
    }
    if let Some(meeting) = new.meeting {
        let found = write.transaction.meetings_by_id(&[meeting]).await?;
        if !found.iter().any(|it| it.pair == new.pair) {
            return Err(unknown("meetingId"));
        }
    }
    let now = app.now();
    let mut it = ActionItem {
        id: app.id(),
        pair: new.pair,
        owner: new.owner,
        author: actor.caller.person,
        text: Sealed(Vec::new()),
        due_on: new.due_on,
        state: ActionState::Open,
        closed_at: None,
        item: new.item,
        meeting: new.meeting,
        carried_from: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let keys = app.pair_keys_for_writing(&write.transaction, &grant, it.pair).await?;
    it.text = keys.seal(Keeper::Pair(it.pair), it.place(), &new.text)?;
    write.transaction.put_action_items(std::slice::from_ref(&it)).await?;
    app.commit(write, it.id).await
}

/// Changes an open action. `version` is the one that was seen.
pub async fn edit(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: ActionItemId,
    version: i64,
    change: Change,
) -> Result<Done> {
    if let Some(new) = &change.text {
        text("text", new)?;
    }
    let write = begin!(app, actor, keyed(app, actor, idempotency)?);
    let (mut it, pair, grant) = take(&write.transaction, actor, id).await?;
    if change.owner.is_some_and(|owner| !pair.has(owner)) {
        return Err(refused(Refused::NotOneOfTheTwo));
    }
    let sealed = match &change.text {
        Some(plain) => {
            let keys = app.pair_keys_for_writing(&write.transaction, &grant, it.pair).await?;
            Some(keys.seal(Keeper::Pair(it.pair), it.place(), plain)?)
        }
        None => None,
    };
    it.edit(
        version,
        |it| {
            it.owner = change.owner.unwrap_or(it.owner);
            it.due_on = change.due_on.unwrap_or(it.due_on);
            it.text = sealed.unwrap_or_else(|| it.text.clone());
        },
        app.now(),
    )
    .map_err(refused)?;
    write.transaction.put_action_items(&[it]).await?;
    app.commit(write, id).await
}

/// Completes, drops or reopens an action.
pub async fn set_state(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: ActionItemId,
    state: ActionState,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let (mut it, _, _) = take(&write.transaction, actor, id).await?;
    if state == ActionState::Open && !it.is_open() {
        room(&write.transaction, it.pair).await?;
    }
    it.become_state(state, app.now()).map_err(refused)?;
    write.transaction.put_action_items(&[it]).await?;
    app.commit(write, id).await
}
