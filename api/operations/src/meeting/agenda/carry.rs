//! A change of manager: what the report takes along.

use taiwa_domain::{
    content::Keeper,
    id::{ActionItemId, AgendaItemId, PairId},
    meeting::agenda::{CarryOver, MOST_OPEN_ACTIONS, MOST_OPEN_ITEMS, NotCarried},
    organization::Period,
    pair::active_on,
};

use super::{full, ours};
use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// What goes along, and where.
#[derive(Clone, Debug)]
pub struct Luggage {
    /// The former pair.
    pub from: PairId,
    /// The pair in which it goes on.
    pub to: PairId,
    /// Talking points that the actor raised.
    pub items: Vec<AgendaItemId>,
    /// Actions that the actor owns.
    pub actions: Vec<ActionItemId>,
}

fn refused(why: NotCarried) -> Failure {
    let (field, ja, en) = match why {
        NotCarried::NotTheReport => (
            "toPairId".to_owned(),
            "引き継ぎは、部下本人が、同じ種類のペアのあいだでだけ行えます。",
            "Only the report carries over, between two pairs of the same kind.",
        ),
        NotCarried::NotEnded => (
            "fromPairId".to_owned(),
            "元のペアはまだ続いています。",
            "The former pair has not ended.",
        ),
        NotCarried::Item(place) => (
            format!("itemIds.{place}"),
            "引き継げるのは、自分が出して共有した、まだ話していない議題だけです。",
            "Only open talking points that you raised and shared can be carried over.",
        ),
        NotCarried::Action(place) => (
            format!("actionIds.{place}"),
            "引き継げるのは、自分が担当する未完了のアクションだけです。",
            "Only open actions that you own can be carried over.",
        ),
    };
    UserError::new(ErrorCode::Conflict, &field, ja, en).into()
}

/// Carries talking points and actions over: closed where they were, open where they go on; all of
/// them, or none.
pub async fn over(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    it: Luggage,
) -> Result<Done> {
    if it.items.len() as u64 > MOST_OPEN_ITEMS {
        return Err(full("itemIds", MOST_OPEN_ITEMS));
    }
    if it.actions.len() as u64 > MOST_OPEN_ACTIONS {
        return Err(full("actionIds", MOST_OPEN_ACTIONS));
    }
    let write = begin!(app, actor, idempotency);
    let transaction = &write.transaction;
    let (from, grant_from) = ours(transaction, actor, it.from).await?;
    let (to, grant_to) = ours(transaction, actor, it.to).await?;
    transaction.lock_pairs(&[it.from, it.to]).await?;
    let episodes = transaction.episodes(Period::since(actor.today), Some(&[it.from])).await?;
    let carry = CarryOver {
        from: &from.pair,
        still_meets: active_on(&episodes, actor.today),
        to: &to.pair,
        by: actor.caller.person,
    };
    let found = transaction.agenda_items_by_id(&it.items).await?;
    let in_order = |(place, id): (usize, &AgendaItemId)| {
        let item = found.iter().find(|item| item.id == *id).cloned();
        item.ok_or(refused(NotCarried::Item(place)))
    };
    let items = it.items.iter().enumerate().map(in_order).collect::<Result<Vec<_>>>()?;
    let found = transaction.action_items_by_id(&it.actions).await?;
    let in_order = |(place, id): (usize, &ActionItemId)| {
        let action = found.iter().find(|action| action.id == *id).cloned();
        action.ok_or(refused(NotCarried::Action(place)))
    };
    let actions = it.actions.iter().enumerate().map(in_order).collect::<Result<Vec<_>>>()?;
    carry.check(&items, &actions).map_err(refused)?;

    let room = transaction.agenda_room(it.to, actor.caller.person).await?;
    if room.open + items.len() as u64 > MOST_OPEN_ITEMS {
        return Err(full("itemIds", MOST_OPEN_ITEMS));
    }
    let open = transaction.open_action_count(it.to).await?;
    if open + actions.len() as u64 > MOST_OPEN_ACTIONS {
        return Err(full("actionIds", MOST_OPEN_ACTIONS));
    }
    let now = app.now();
    let former = app.pair_keys(transaction, &[grant_from], &[it.from]).await?;
    let next = app.pair_keys_for_writing(transaction, &grant_to, it.to).await?;
    let (mut moved_items, mut moved_actions) = (Vec::new(), Vec::new());
    for (item, position) in items.iter().zip(room.last + 1..) {
        let plain = former.open(item.keeper(), item.place(), &item.text)?;
        let plain = plain.ok_or(Failure::NotFound)?;
        let [closed, mut open] = carry.item(&*app.ids, item, position, now);
        open.text = next.seal(open.keeper(), open.place(), &plain)?;
        moved_items.extend([closed, open]);
    }
    for action in &actions {
        let plain = former.open(Keeper::Pair(it.from), action.place(), &action.text)?;
        let plain = plain.ok_or(Failure::NotFound)?;
        let [closed, mut open] = carry.action(&*app.ids, action, now);
        open.text = next.seal(Keeper::Pair(it.to), open.place(), &plain)?;
        moved_actions.extend([closed, open]);
    }
    transaction.put_agenda_items(&moved_items).await?;
    transaction.put_action_items(&moved_actions).await?;
    app.commit(write, it.to).await
}
