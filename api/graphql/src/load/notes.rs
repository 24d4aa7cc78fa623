//! Loaders of notes and safety declarations. Each opens what it finds for the caller alone.

use std::collections::{HashMap, HashSet};

use async_graphql::dataloader::Loader;
use taiwa_domain::id::{MeetingId, NoteId, PairId};
use taiwa_operations::{
    meeting::{
        notes::{self, OpenNote},
        safety::{self, Standing},
    },
    rows::NotePage,
};

use super::Loads;
use crate::error::Shared;

/// A note by id, if the caller may read it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct NoteOf(pub(crate) NoteId);
/// A page of what a pair shares, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct NotesOf(pub(crate) PairId, pub(crate) NotePage);
/// The caller's own self-check of talking in a meeting.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TalkBalanceIn(pub(crate) MeetingId);
/// Where a pair stands with the safety declaration, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SafetyOf(pub(crate) PairId);
/// Whether a meeting asks for the safety declaration, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AsksForSafety(pub(crate) MeetingId);

impl Loader<NoteOf> for Loads {
    type Value = OpenNote;
    type Error = Shared;

    async fn load(&self, keys: &[NoteOf]) -> Result<HashMap<NoteOf, OpenNote>, Shared> {
        let ids: Vec<NoteId> = keys.iter().map(|key| key.0).collect();
        let found = notes::by_id(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|it| (NoteOf(it.it.id), it)).collect())
    }
}

impl Loader<NotesOf> for Loads {
    type Value = Vec<OpenNote>;
    type Error = Shared;

    async fn load(&self, keys: &[NotesOf]) -> Result<HashMap<NotesOf, Self::Value>, Shared> {
        let mut found = HashMap::new();
        // One page is one statement; a query that asks for several is rare.
        let pages: HashSet<NotePage> = keys.iter().map(|key| key.1).collect();
        for page in pages {
            let of = |key: &&NotesOf| key.1 == page;
            let ids: Vec<PairId> = keys.iter().filter(of).map(|key| key.0).collect();
            let pairs = notes::of_pairs(&self.app, &self.actor, &ids, page).await?;
            found.extend(pairs.into_iter().map(|(id, notes)| (NotesOf(id, page), notes)));
        }
        Ok(found)
    }
}

impl Loader<TalkBalanceIn> for Loads {
    type Value = OpenNote;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[TalkBalanceIn],
    ) -> Result<HashMap<TalkBalanceIn, OpenNote>, Shared> {
        let ids: Vec<MeetingId> = keys.iter().map(|key| key.0).collect();
        let found = notes::talk_balances(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, it)| (TalkBalanceIn(id), it)).collect())
    }
}

impl Loader<SafetyOf> for Loads {
    type Value = Standing;
    type Error = Shared;

    async fn load(&self, keys: &[SafetyOf]) -> Result<HashMap<SafetyOf, Standing>, Shared> {
        let ids: Vec<PairId> = keys.iter().map(|key| key.0).collect();
        let found = safety::standings(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, it)| (SafetyOf(id), it)).collect())
    }
}

impl Loader<AsksForSafety> for Loads {
    type Value = bool;
    type Error = Shared;

    async fn load(&self, keys: &[AsksForSafety]) -> Result<HashMap<AsksForSafety, bool>, Shared> {
        let ids: Vec<MeetingId> = keys.iter().map(|key| key.0).collect();
        let found = safety::asked_in(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, asks)| (AsksForSafety(id), asks)).collect())
    }
}
