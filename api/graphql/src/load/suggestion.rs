//! The loader of suggestions for agendas.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use taiwa_domain::id::MeetingId;
use taiwa_operations::meeting::suggest::{self, Suggestion};

use super::Loads;
use crate::error::Shared;

/// What is suggested for a meeting's agenda, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SuggestionsFor(pub(crate) MeetingId);

impl Loader<SuggestionsFor> for Loads {
    type Value = Vec<Suggestion>;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[SuggestionsFor],
    ) -> Result<HashMap<SuggestionsFor, Self::Value>, Shared> {
        let ids: Vec<MeetingId> = keys.iter().map(|key| key.0).collect();
        let found = suggest::of_meetings(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, it)| (SuggestionsFor(id), it)).collect())
    }
}
