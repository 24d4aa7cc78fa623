//! Loaders of talking points and actions. Each opens what it finds for the caller alone.

use std::collections::{HashMap, HashSet};

use async_graphql::dataloader::Loader;
use taiwa_domain::{
    id::{ActionItemId, AgendaItemId, MeetingId, PairId},
    meeting::agenda::{ActionItem, AgendaComment, AgendaItem},
};
use taiwa_operations::{
    meeting::agenda::{Opened, read},
    rows::ActionPage,
};

use super::Loads;
use crate::error::Shared;

/// A meeting's agenda, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AgendaOf(pub(crate) MeetingId);
/// The actions that stand in a meeting, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ActionsIn(pub(crate) MeetingId);
/// A page of a pair's actions, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ActionsOf(pub(crate) PairId, pub(crate) ActionPage);
/// A pair's open talking points, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct OpenItemsOf(pub(crate) PairId);
/// A talking point by id, if the caller may know of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AgendaItemOf(pub(crate) AgendaItemId);
/// An action by id, if the caller may know of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ActionItemOf(pub(crate) ActionItemId);
/// The comments on a talking point, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CommentsOn(pub(crate) AgendaItemId);

impl Loader<AgendaOf> for Loads {
    type Value = Vec<Opened<AgendaItem>>;
    type Error = Shared;

    async fn load(&self, keys: &[AgendaOf]) -> Result<HashMap<AgendaOf, Self::Value>, Shared> {
        let ids: Vec<MeetingId> = keys.iter().map(|key| key.0).collect();
        let found = read::agendas(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, items)| (AgendaOf(id), items)).collect())
    }
}

impl Loader<ActionsIn> for Loads {
    type Value = Vec<Opened<ActionItem>>;
    type Error = Shared;

    async fn load(&self, keys: &[ActionsIn]) -> Result<HashMap<ActionsIn, Self::Value>, Shared> {
        let ids: Vec<MeetingId> = keys.iter().map(|key| key.0).collect();
        let found = read::actions_in(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, actions)| (ActionsIn(id), actions)).collect())
    }
}

impl Loader<ActionsOf> for Loads {
    type Value = Vec<Opened<ActionItem>>;
    type Error = Shared;

    async fn load(&self, keys: &[ActionsOf]) -> Result<HashMap<ActionsOf, Self::Value>, Shared> {
        let mut found = HashMap::new();
        // One page is one statement; a query that asks for several is rare.
        let pages: HashSet<ActionPage> = keys.iter().map(|key| key.1).collect();
        for page in pages {
            let of = |key: &&ActionsOf| key.1 == page;
            let ids: Vec<PairId> = keys.iter().filter(of).map(|key| key.0).collect();
            let pairs = read::actions_of_pairs(&self.app, &self.actor, &ids, page).await?;
            found.extend(pairs.into_iter().map(|(id, actions)| (ActionsOf(id, page), actions)));
        }
        Ok(found)
    }
}

impl Loader<OpenItemsOf> for Loads {
    type Value = Vec<Opened<AgendaItem>>;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[OpenItemsOf],
    ) -> Result<HashMap<OpenItemsOf, Self::Value>, Shared> {
        let ids: Vec<PairId> = keys.iter().map(|key| key.0).collect();
        let found = read::open_of_pairs(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, items)| (OpenItemsOf(id), items)).collect())
    }
}

impl Loader<AgendaItemOf> for Loads {
    type Value = Opened<AgendaItem>;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[AgendaItemOf],
    ) -> Result<HashMap<AgendaItemOf, Self::Value>, Shared> {
        let ids: Vec<AgendaItemId> = keys.iter().map(|key| key.0).collect();
        let found = read::items(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|it| (AgendaItemOf(it.it.id), it)).collect())
    }
}

impl Loader<ActionItemOf> for Loads {
    type Value = Opened<ActionItem>;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[ActionItemOf],
    ) -> Result<HashMap<ActionItemOf, Self::Value>, Shared> {
        let ids: Vec<ActionItemId> = keys.iter().map(|key| key.0).collect();
        let found = read::actions(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|it| (ActionItemOf(it.it.id), it)).collect())
    }
}

impl Loader<CommentsOn> for Loads {
    type Value = Vec<Opened<AgendaComment>>;
    type Error = Shared;

    async fn load(&self, keys: &[CommentsOn]) -> Result<HashMap<CommentsOn, Self::Value>, Shared> {
        let ids: Vec<AgendaItemId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<CommentsOn, Self::Value> = HashMap::new();
        for it in read::comments(&self.app, &self.actor, &ids).await? {
            found.entry(CommentsOn(it.it.item)).or_default().push(it);
        }
        Ok(found)
    }
}
