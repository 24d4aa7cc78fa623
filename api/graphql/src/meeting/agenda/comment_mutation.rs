//! Commenting on talking points.

use async_graphql::{Context, ID, InputObject, Object, Result};
use serde::Serialize;
use taiwa_operations::meeting::agenda::comments as operations;

use super::{comment::AgendaComment, item::AgendaItem, item_mutation::answer};
use crate::{
    calendar::policy::shown,
    context::caller,
    id::{Kind, decode},
    payload::{UserError, idempotency, parse_id, payload, split},
};

/// What is said about a talking point.
#[derive(InputObject, Serialize)]
pub(crate) struct CommentAgendaItemInput {
    /// About which.
    agenda_item_id: ID,
    /// What: 1 to 10,000 characters.
    text: String,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// What a comment is to say.
#[derive(InputObject, Serialize)]
pub(crate) struct UpdateAgendaCommentInput {
    /// Which.
    agenda_comment_id: ID,
    /// What: 1 to 10,000 characters.
    text: String,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A comment to take back.
#[derive(InputObject, Serialize)]
pub(crate) struct RemoveAgendaCommentInput {
    /// Which.
    agenda_comment_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of saying something about a talking point.
    CommentAgendaItemPayload {
        /// The talking point; the new comment is its last.
        agenda_item: AgendaItem
    }
}

payload! {
    /// What came of changing a comment.
    UpdateAgendaCommentPayload {
        /// The comment as it stands now; also where the caller had seen an older one.
        agenda_comment: AgendaComment
    }
}

/// What came of taking a comment back.
#[derive(async_graphql::SimpleObject)]
pub(crate) struct RemoveAgendaCommentPayload {
    /// The id of the comment that is gone.
    removed_id: Option<ID>,
    /// What was wrong; empty when it was done.
    user_errors: Vec<UserError>,
}

/// Commenting on talking points.
#[derive(Default)]
pub(crate) struct AgendaCommentMutation;

#[Object]
impl AgendaCommentMutation {
    /// Says something about a shared talking point. Requires: one of the two.
    async fn comment_agenda_item(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The comment.")] input: CommentAgendaItemInput,
    ) -> Result<CommentAgendaItemPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "commentAgendaItem", &input)?;
        let outcome = async {
            let id = parse_id(Kind::AgendaItem, &input.agenda_item_id, "agendaItemId")?;
            operations::add(&caller.app, &caller.actor, key, id, &input.text).await
        }
        .await;
        let (agenda_item, user_errors) = answer(context, outcome).await?;
        Ok(CommentAgendaItemPayload { agenda_item, user_errors })
    }

    /// Changes what a comment says. Requires: its author.
    async fn update_agenda_comment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What it is to say.")] input: UpdateAgendaCommentInput,
    ) -> Result<UpdateAgendaCommentPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "updateAgendaComment", &input)?;
        let about = &input.agenda_comment_id;
        let outcome = async {
            let id = parse_id(Kind::AgendaComment, about, "agendaCommentId")?;
            let (app, actor) = (&caller.app, &caller.actor);
            operations::edit(app, actor, key, id, input.version, &input.text).await
        }
        .await;
        let stands = if shown(&outcome) { decode(Kind::AgendaComment, about) } else { None };
        let (_, user_errors) = split(context, outcome)?;
        let agenda_comment = match stands {
            Some(id) => AgendaComment::find(context, id).await?,
            None => None,
        };
        Ok(UpdateAgendaCommentPayload { agenda_comment, user_errors })
    }

    /// Takes a comment back: what it said is erased. Requires: its author.
    async fn remove_agenda_comment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The comment.")] input: RemoveAgendaCommentInput,
    ) -> Result<RemoveAgendaCommentPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "removeAgendaComment", &input)?;
        let outcome = async {
            let id = parse_id(Kind::AgendaComment, &input.agenda_comment_id, "agendaCommentId")?;
            operations::remove(&caller.app, &caller.actor, key, id).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        let removed_id = done.map(|_| input.agenda_comment_id);
        Ok(RemoveAgendaCommentPayload { removed_id, user_errors })
    }
}
