//! Changing talking points.

use async_graphql::{Context, ID, InputObject, Object, Result};
use serde::Serialize;
use taiwa_operations::{Done, Failure, meeting::agenda::items as operations};

use super::{
    find_item,
    item::{AgendaItem, HopedResponse},
};
use crate::{
    calendar::policy::shown,
    context::caller,
    id::{Kind, decode},
    payload::{UserError, idempotency, parse_id, payload, split},
};

/// A talking point to be.
#[derive(InputObject, Serialize)]
pub(crate) struct AddAgendaItemInput {
    /// Whose.
    pair_id: ID,
    /// What it says: 1 to 10,000 characters.
    text: String,
    /// What its author hopes for.
    #[graphql(default_with = "HopedResponse::ThinkTogether")]
    hoped_response: HopedResponse,
    /// Whether it is a private draft that the other does not see until it is shared.
    #[graphql(default)]
    draft: bool,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// What a talking point is to say. What is not given stays.
#[derive(InputObject, Serialize)]
pub(crate) struct UpdateAgendaItemInput {
    /// Which.
    agenda_item_id: ID,
    /// What it says: 1 to 10,000 characters.
    text: Option<String>,
    /// What its author hopes for.
    hoped_response: Option<HopedResponse>,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// Where a talking point is to stand.
#[derive(InputObject, Serialize)]
pub(crate) struct MoveAgendaItemInput {
    /// Which.
    agenda_item_id: ID,
    /// Behind this open talking point of the same pair; before all if none is given.
    after_id: Option<ID>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A draft to share.
#[derive(InputObject, Serialize)]
pub(crate) struct ShareAgendaItemInput {
    /// Which.
    agenda_item_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A talking point to take back.
#[derive(InputObject, Serialize)]
pub(crate) struct WithdrawAgendaItemInput {
    /// Which.
    agenda_item_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A talking point that was discussed.
#[derive(InputObject, Serialize)]
pub(crate) struct DiscussAgendaItemInput {
    /// Which.
    agenda_item_id: ID,
    /// In which meeting of the pair; none = between meetings.
    meeting_id: Option<ID>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A talking point that was not discussed after all.
#[derive(InputObject, Serialize)]
pub(crate) struct ReopenAgendaItemInput {
    /// Which.
    agenda_item_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of adding a talking point.
    AddAgendaItemPayload {
        /// The talking point.
        agenda_item: AgendaItem
    }
}

payload! {
    /// What came of changing a talking point.
    UpdateAgendaItemPayload {
        /// The talking point as it stands now; also where the caller had seen an older one.
        agenda_item: AgendaItem
    }
}

payload! {
    /// What came of moving a talking point.
    MoveAgendaItemPayload {
        /// The talking point.
        agenda_item: AgendaItem
    }
}

payload! {
    /// What came of sharing a talking point.
    ShareAgendaItemPayload {
        /// The talking point.
        agenda_item: AgendaItem
    }
}

/// What came of taking a talking point back.
#[derive(async_graphql::SimpleObject)]
pub(crate) struct WithdrawAgendaItemPayload {
    /// The id of the talking point that is gone.
    withdrawn_id: Option<ID>,
    /// What was wrong; empty when it was done.
    user_errors: Vec<UserError>,
}

payload! {
    /// What came of marking a talking point as discussed.
    DiscussAgendaItemPayload {
        /// The talking point.
        agenda_item: AgendaItem
    }
}

payload! {
    /// What came of marking a talking point as not discussed.
    ReopenAgendaItemPayload {
        /// The talking point.
        agenda_item: AgendaItem
    }
}

/// The talking point that was changed, or what was wrong.
pub(super) async fn answer(
    context: &Context<'_>,
    outcome: Result<Done, Failure>,
) -> Result<(Option<AgendaItem>, Vec<UserError>)> {
    let (done, user_errors) = split(context, outcome)?;
    let item = match done {
        Some(done) => find_item(context, done.subject.into()).await?,
        None => None,
    };
    Ok((item, user_errors))
}

/// Changing talking points.
#[derive(Default)]
pub(crate) struct AgendaItemMutation;

#[Object]
impl AgendaItemMutation {
    /// Adds a talking point to a pair, behind all others. It stands in the next meeting until it
    /// was discussed. Requires: one of the two.
    async fn add_agenda_item(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The talking point.")] input: AddAgendaItemInput,
    ) -> Result<AddAgendaItemPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "addAgendaItem", &input)?;
        let outcome = async {
            let new = operations::NewItem {
                pair: parse_id(Kind::Pair, &input.pair_id, "pairId")?,
                text: input.text,
                hoped: input.hoped_response.into(),
                draft: input.draft,
            };
            operations::add(&caller.app, &caller.actor, key, new).await
        }
        .await;
        let (agenda_item, user_errors) = answer(context, outcome).await?;
        Ok(AddAgendaItemPayload { agenda_item, user_errors })
    }

    /// Changes what an open talking point says. Requires: its author.
    async fn update_agenda_item(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What it is to say.")] input: UpdateAgendaItemInput,
    ) -> Result<UpdateAgendaItemPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "updateAgendaItem", &input)?;
        let outcome = async {
            let id = parse_id(Kind::AgendaItem, &input.agenda_item_id, "agendaItemId")?;
            let new = (input.text, input.hoped_response.map(Into::into));
            operations::edit(&caller.app, &caller.actor, key, id, input.version, new).await
        }
        .await;
        let stands =
            if shown(&outcome) { decode(Kind::AgendaItem, &input.agenda_item_id) } else { None };
        let (_, user_errors) = split(context, outcome)?;
        let agenda_item = match stands {
            Some(id) => find_item(context, id).await?,
            None => None,
        };
        Ok(UpdateAgendaItemPayload { agenda_item, user_errors })
    }

    /// Puts an open talking point behind another, or before all. Two who do so at once are both
    /// heard. Requires: one of the two.
    async fn move_agenda_item(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where it is to stand.")] input: MoveAgendaItemInput,
    ) -> Result<MoveAgendaItemPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "moveAgendaItem", &input)?;
        let outcome = async {
            let id = parse_id(Kind::AgendaItem, &input.agenda_item_id, "agendaItemId")?;
            let after = input.after_id.as_ref();
            let after = after.map(|id| parse_id(Kind::AgendaItem, id, "afterId")).transpose()?;
            operations::put(&caller.app, &caller.actor, key, id, after).await
        }
        .await;
        let (agenda_item, user_errors) = answer(context, outcome).await?;
        Ok(MoveAgendaItemPayload { agenda_item, user_errors })
    }

    /// Shows a draft to the other of the two; what is shared stays shared. Requires: its author.
    async fn share_agenda_item(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The draft.")] input: ShareAgendaItemInput,
    ) -> Result<ShareAgendaItemPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "shareAgendaItem", &input)?;
        let outcome = async {
            let id = parse_id(Kind::AgendaItem, &input.agenda_item_id, "agendaItemId")?;
            operations::share(&caller.app, &caller.actor, key, id).await
        }
        .await;
        let (agenda_item, user_errors) = answer(context, outcome).await?;
        Ok(ShareAgendaItemPayload { agenda_item, user_errors })
    }

    /// Takes an open talking point back: what it said, and what was said about it, is erased.
    /// Requires: its author.
    async fn withdraw_agenda_item(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The talking point.")] input: WithdrawAgendaItemInput,
    ) -> Result<WithdrawAgendaItemPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "withdrawAgendaItem", &input)?;
        let outcome = async {
            let id = parse_id(Kind::AgendaItem, &input.agenda_item_id, "agendaItemId")?;
            operations::withdraw(&caller.app, &caller.actor, key, id).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(WithdrawAgendaItemPayload {
            withdrawn_id: done.map(|_| input.agenda_item_id),
            user_errors,
        })
    }

    /// Marks a shared talking point as discussed. Marked again it stays as it was marked first.
    /// Requires: one of the two.
    async fn discuss_agenda_item(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The talking point, and where.")] input: DiscussAgendaItemInput,
    ) -> Result<DiscussAgendaItemPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "discussAgendaItem", &input)?;
        let outcome = async {
            let id = parse_id(Kind::AgendaItem, &input.agenda_item_id, "agendaItemId")?;
            let meeting = input.meeting_id.as_ref();
            let meeting = meeting.map(|id| parse_id(Kind::Meeting, id, "meetingId")).transpose()?;
            operations::discuss(&caller.app, &caller.actor, key, id, meeting).await
        }
        .await;
        let (agenda_item, user_errors) = answer(context, outcome).await?;
        Ok(DiscussAgendaItemPayload { agenda_item, user_errors })
    }

    /// Marks a talking point as not discussed after all: it stands in the next meeting again.
    /// Requires: one of the two.
    async fn reopen_agenda_item(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The talking point.")] input: ReopenAgendaItemInput,
    ) -> Result<ReopenAgendaItemPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "reopenAgendaItem", &input)?;
        let outcome = async {
            let id = parse_id(Kind::AgendaItem, &input.agenda_item_id, "agendaItemId")?;
            operations::reopen(&caller.app, &caller.actor, key, id).await
        }
        .await;
        let (agenda_item, user_errors) = answer(context, outcome).await?;
        Ok(ReopenAgendaItemPayload { agenda_item, user_errors })
    }
}
