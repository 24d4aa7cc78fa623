//! Changing actions.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use chrono::NaiveDate;
use serde::Serialize;
use taiwa_domain::meeting::agenda::ActionState;
use taiwa_operations::{Done, Failure, meeting::agenda::actions as operations};

use super::{action::ActionItem, find_action};
use crate::{
    calendar::policy::shown,
    context::caller,
    id::{Kind, decode},
    payload::{UserError, idempotency, parse_id, payload, split},
};

/// An action to be.
#[derive(InputObject, Serialize)]
pub(crate) struct AddActionInput {
    /// Whose.
    pair_id: ID,
    /// Who will do it: one of the two.
    owner_id: ID,
    /// What: 1 to 10,000 characters.
    text: String,
    /// By which local day.
    due_on: Option<NaiveDate>,
    /// The talking point from which it came.
    agenda_item_id: Option<ID>,
    /// The meeting from which it came.
    meeting_id: Option<ID>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// What is to change of an action. What is not given stays.
#[derive(InputObject, Serialize)]
pub(crate) struct UpdateActionInput {
    /// Which.
    action_item_id: ID,
    /// Who will do it: one of the two.
    owner_id: Option<ID>,
    /// What: 1 to 10,000 characters.
    text: Option<String>,
    /// By which local day; null = by none.
    due_on: MaybeUndefined<NaiveDate>,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// An action that was done.
#[derive(InputObject, Serialize)]
pub(crate) struct CompleteActionInput {
    /// Which.
    action_item_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// An action that was not done after all.
#[derive(InputObject, Serialize)]
pub(crate) struct ReopenActionInput {
    /// Which.
    action_item_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// An action that is given up.
#[derive(InputObject, Serialize)]
pub(crate) struct DropActionInput {
    /// Which.
    action_item_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of adding an action.
    AddActionPayload {
        /// The action.
        action_item: ActionItem
    }
}

payload! {
    /// What came of changing an action.
    UpdateActionPayload {
        /// The action as it stands now; also where the caller had seen an older one.
        action_item: ActionItem
    }
}

payload! {
    /// What came of completing an action.
    CompleteActionPayload {
        /// The action.
        action_item: ActionItem
    }
}

payload! {
    /// What came of reopening an action.
    ReopenActionPayload {
        /// The action.
        action_item: ActionItem
    }
}

payload! {
    /// What came of giving an action up.
    DropActionPayload {
        /// The action.
        action_item: ActionItem
    }
}

async fn answer(
    context: &Context<'_>,
    outcome: Result<Done, Failure>,
) -> Result<(Option<ActionItem>, Vec<UserError>)> {
    let (done, user_errors) = split(context, outcome)?;
    let item = match done {
        Some(done) => find_action(context, done.subject.into()).await?,
        None => None,
    };
    Ok((item, user_errors))
}

async fn set<T: Serialize>(
    context: &Context<'_>,
    (operation, input): (&'static str, &T),
    (id, key): (&ID, &Option<String>),
    state: ActionState,
) -> Result<(Option<ActionItem>, Vec<UserError>)> {
    let caller = caller(context)?;
    let key = idempotency(key, operation, input)?;
    let outcome = async {
        let id = parse_id(Kind::ActionItem, id, "actionItemId")?;
        operations::set_state(&caller.app, &caller.actor, key, id, state).await
    }
    .await;
    answer(context, outcome).await
}

/// Changing actions.
#[derive(Default)]
pub(crate) struct ActionMutation;

#[Object]
impl ActionMutation {
    /// Adds an action. It stands in the next meeting until it is done or dropped. Requires: one of
    /// the two.
    async fn add_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The action.")] input: AddActionInput,
    ) -> Result<AddActionPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "addAction", &input)?;
        let outcome = async {
            let item = input.agenda_item_id.as_ref();
            let meeting = input.meeting_id.as_ref();
            let new = operations::NewAction {
                pair: parse_id(Kind::Pair, &input.pair_id, "pairId")?,
                owner: parse_id(Kind::Person, &input.owner_id, "ownerId")?,
                text: input.text.clone(),
                due_on: input.due_on,
                item: item.map(|id| parse_id(Kind::AgendaItem, id, "agendaItemId")).transpose()?,
                meeting: meeting.map(|id| parse_id(Kind::Meeting, id, "meetingId")).transpose()?,
            };
            operations::add(&caller.app, &caller.actor, key, new).await
        }
        .await;
        let (action_item, user_errors) = answer(context, outcome).await?;
        Ok(AddActionPayload { action_item, user_errors })
    }

    /// Changes an open action. Requires: one of the two.
    async fn update_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: UpdateActionInput,
    ) -> Result<UpdateActionPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "updateAction", &input)?;
        let outcome = async {
            let id = parse_id(Kind::ActionItem, &input.action_item_id, "actionItemId")?;
            let owner = input.owner_id.as_ref();
            let change = operations::Change {
                owner: owner.map(|id| parse_id(Kind::Person, id, "ownerId")).transpose()?,
                text: input.text.clone(),
                due_on: input.due_on.as_opt_ref().map(|on| on.copied()),
            };
            operations::edit(&caller.app, &caller.actor, key, id, input.version, change).await
        }
        .await;
        let stands =
            if shown(&outcome) { decode(Kind::ActionItem, &input.action_item_id) } else { None };
        let (_, user_errors) = split(context, outcome)?;
        let action_item = match stands {
            Some(id) => find_action(context, id).await?,
            None => None,
        };
        Ok(UpdateActionPayload { action_item, user_errors })
    }

    /// Marks an action as done. Requires: one of the two.
    async fn complete_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The action.")] input: CompleteActionInput,
    ) -> Result<CompleteActionPayload> {
        let about = (&input.action_item_id, &input.idempotency_key);
        let (action_item, user_errors) =
            set(context, ("completeAction", &input), about, ActionState::Done).await?;
        Ok(CompleteActionPayload { action_item, user_errors })
    }

    /// Marks an action as not done after all: it stands in the next meeting again. Requires: one
    /// of the two.
    async fn reopen_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The action.")] input: ReopenActionInput,
    ) -> Result<ReopenActionPayload> {
        let about = (&input.action_item_id, &input.idempotency_key);
        let (action_item, user_errors) =
            set(context, ("reopenAction", &input), about, ActionState::Open).await?;
        Ok(ReopenActionPayload { action_item, user_errors })
    }

    /// Gives an action up. Requires: one of the two.
    async fn drop_action(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The action.")] input: DropActionInput,
    ) -> Result<DropActionPayload> {
        let about = (&input.action_item_id, &input.idempotency_key);
        let (action_item, user_errors) =
            set(context, ("dropAction", &input), about, ActionState::Dropped).await?;
        Ok(DropActionPayload { action_item, user_errors })
    }
}
