//! Talking points.

use async_graphql::{Context, Enum, ID, Object, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use taiwa_domain::meeting::agenda::{self as domain, ItemState};
use taiwa_operations::meeting::agenda::Opened;

use super::comment::AgendaComment;
use crate::{
    context::caller,
    id::{Kind, global},
    load::CommentsOn,
    meeting::Meeting,
    organization::person::Person,
    pair::Pair,
};

/// What the author of a talking point hopes for.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::meeting::agenda::HopedResponse")]
pub(crate) enum HopedResponse {
    /// To hear what the other would do.
    Advice,
    /// To think it through together.
    ThinkTogether,
    /// To be listened to.
    JustListen,
}

/// Where a talking point stands.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum AgendaItemState {
    /// Yet to be discussed: it stands in the next meeting of the pair, whatever happens to
    /// meetings.
    Open,
    /// The two talked about it.
    Discussed,
    /// It went on in another pair.
    CarriedOver,
}

/// A talking point of a pair, by either of the two.
pub(crate) struct AgendaItem(pub(crate) Opened<domain::AgendaItem>);

/// A talking point of a pair, by either of the two. Requires: one of the two; a draft: its author.
#[Object]
impl AgendaItem {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        global(Kind::AgendaItem, self.0.it.id)
    }

    /// Whose.
    async fn pair(&self, context: &Context<'_>) -> Result<Option<Pair>> {
        Pair::find(context, self.0.it.pair).await
    }

    /// Who raised it.
    async fn author(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.it.author).await
    }

    /// What it says; null once it was erased.
    async fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// What its author hopes for.
    async fn hoped_response(&self) -> HopedResponse {
        self.0.it.hoped.into()
    }

    /// Whether it is a private draft that only its author sees.
    async fn is_draft(&self) -> bool {
        self.0.it.is_draft()
    }

    /// Since when the other sees it.
    async fn shared_at(&self) -> Option<DateTime<Utc>> {
        self.0.it.shared_at
    }

    /// Where it stands.
    async fn state(&self) -> AgendaItemState {
        match self.0.it.state {
            ItemState::Open => AgendaItemState::Open,
            ItemState::Discussed { .. } => AgendaItemState::Discussed,
            // Nobody gets to see what was withdrawn.
            ItemState::CarriedOver(_) | ItemState::Withdrawn(_) => AgendaItemState::CarriedOver,
        }
    }

    /// In which meeting it was discussed; null when it is open, or was discussed between meetings.
    async fn discussed_in(&self, context: &Context<'_>) -> Result<Option<Meeting>> {
        let ItemState::Discussed { meeting, .. } = self.0.it.state else { return Ok(None) };
        Meeting::find(context, meeting).await
    }

    /// Since when it is closed.
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.it.state.closed_at()
    }

    /// Whether it began in an earlier pair of its author's.
    async fn was_carried_over(&self) -> bool {
        self.0.it.carried_from.is_some()
    }

    /// What the two said about it beforehand, oldest first; at most 100.
    async fn comments(&self, context: &Context<'_>) -> Result<Vec<AgendaComment>> {
        let found = caller(context)?.loads.load_one(CommentsOn(self.0.it.id)).await?;
        Ok(found.into_iter().flatten().map(AgendaComment).collect())
    }

    /// Counts changes of what it says.
    async fn version(&self) -> i64 {
        self.0.it.version
    }

    /// When it was written first.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.it.created_at
    }

    /// When it changed last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.it.updated_at
    }
}
