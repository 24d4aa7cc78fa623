//! Talking points and actions: for the two people of a pair alone.

pub(crate) mod action;
pub(crate) mod action_mutation;
pub(crate) mod carry;
pub(crate) mod comment;
pub(crate) mod comment_mutation;
pub(crate) mod item;
pub(crate) mod item_mutation;

use async_graphql::{Context, ID, Result};
use taiwa_domain::id::PairId;
use taiwa_operations::meeting::agenda::Opened;

use crate::{
    context::caller,
    load::{ActionItemOf, ActionsIn, AgendaItemOf, AgendaOf, OpenItemsOf},
    meeting::Meeting,
};
use action::ActionItem;
use item::AgendaItem;

fn items(
    found: Option<Vec<Opened<taiwa_domain::meeting::agenda::AgendaItem>>>,
) -> Option<Vec<AgendaItem>> {
    found.map(|items| items.into_iter().map(AgendaItem).collect())
}

/// A meeting's agenda; null for everyone but the two.
pub(crate) async fn agenda(
    context: &Context<'_>,
    meeting: &Meeting,
) -> Result<Option<Vec<AgendaItem>>> {
    Ok(items(caller(context)?.loads.load_one(AgendaOf(meeting.0.id)).await?))
}

/// What stands to be done in a meeting; null for everyone but the two.
pub(crate) async fn actions(
    context: &Context<'_>,
    meeting: &Meeting,
) -> Result<Option<Vec<ActionItem>>> {
    let found = caller(context)?.loads.load_one(ActionsIn(meeting.0.id)).await?;
    Ok(found.map(|actions| actions.into_iter().map(ActionItem).collect()))
}

/// A pair's open talking points; null for everyone but the two.
pub(crate) async fn open_items(
    context: &Context<'_>,
    pair: PairId,
) -> Result<Option<Vec<AgendaItem>>> {
    Ok(items(caller(context)?.loads.load_one(OpenItemsOf(pair)).await?))
}

/// A talking point by its id, if the caller may know of it.
pub(crate) async fn find_item(
    context: &Context<'_>,
    id: taiwa_domain::id::AgendaItemId,
) -> Result<Option<AgendaItem>> {
    Ok(caller(context)?.loads.load_one(AgendaItemOf(id)).await?.map(AgendaItem))
}

/// An action by its id, if the caller may know of it.
pub(crate) async fn find_action(
    context: &Context<'_>,
    id: taiwa_domain::id::ActionItemId,
) -> Result<Option<ActionItem>> {
    Ok(caller(context)?.loads.load_one(ActionItemOf(id)).await?.map(ActionItem))
}

/// Ids of one kind in a list of an input.
pub(crate) fn parse_ids<T: From<uuid::Uuid>>(
    kind: crate::id::Kind,
    ids: &[ID],
    field: &str,
) -> Result<Vec<T>, taiwa_operations::Failure> {
    let one = |(place, id)| crate::payload::parse_id(kind, id, &format!("{field}.{place}"));
    ids.iter().enumerate().map(one).collect()
}
