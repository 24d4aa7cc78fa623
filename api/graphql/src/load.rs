//! Loaders: one statement for all parents of a level. One set per request, holding the caller.

mod agenda;
mod notes;
mod notice;
mod suggestion;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use taiwa_domain::{
    calendar::Place,
    id::{MeetingId, MinutesId, PairId, PersonId},
    insight::{Scope, SpanKind},
    meeting::Meeting,
    organization::{Person, ReportingLine},
};
use taiwa_operations::{
    Actor, App,
    calendar::{history, policy},
    insight, meeting, minutes, pair,
    rows::{CellRow, DepartmentNode, MinutesRow, OutcomeRow, PairRow, Post, SlotStanding},
};

pub(crate) use agenda::*;
pub(crate) use notes::*;
pub(crate) use notice::*;
pub(crate) use suggestion::*;

use crate::error::Shared;

/// The one loader of all keys.
pub(crate) struct Loads {
    pub(crate) app: App,
    pub(crate) actor: Actor,
}

/// A person as of a day.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PersonAt(pub(crate) PersonId, pub(crate) NaiveDate);
/// A person's posts on a day.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PostsAt(pub(crate) PersonId, pub(crate) NaiveDate);
/// A person's lines upward on a day.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LinesUp(pub(crate) PersonId, pub(crate) NaiveDate);
/// A person's lines downward on a day.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LinesDown(pub(crate) PersonId, pub(crate) NaiveDate);
/// The department tree on a day.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TreeAt(pub(crate) NaiveDate);
/// The active manager pair of a report, if the caller may see it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ManagerPairOf(pub(crate) PersonId);
/// A pair by id, if the caller may see it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PairOf(pub(crate) PairId);
/// All pairs of a person that the caller may see.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PairsOf(pub(crate) PersonId);
/// The next so many meetings of a pair that was found visible.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct NextMeetings(pub(crate) PairId, pub(crate) u32);
/// A meeting by id, if the caller may see it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MeetingOf(pub(crate) MeetingId);
/// Where the slot of a meeting that was found visible stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct StandingOf(pub(crate) MeetingId);
/// Where a meeting takes place, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PlaceOf(pub(crate) MeetingId);

/// What was said of a meeting that was found visible.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct OutcomeOf(pub(crate) MeetingId);
/// The cell of a scope in the span of a kind that begins on a day, of a scope found readable.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CellAt(pub(crate) SpanKind, pub(crate) NaiveDate, pub(crate) Scope);
/// Who of HR can help.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Helpers;
/// The minutes of a meeting, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MinutesOf(pub(crate) MeetingId);
/// What minutes say, if the caller is one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MinutesSaid(pub(crate) MinutesId);

/// The departments of a day with what is derived from the whole tree.
pub(crate) struct Tree {
    pub(crate) nodes: Vec<DepartmentNode>,
    pub(crate) places: HashMap<taiwa_domain::id::DepartmentId, usize>,
    /// Heads including all departments below.
    pub(crate) heads: Vec<u32>,
}

impl Tree {
    fn new(nodes: Vec<DepartmentNode>) -> Self {
        let places: HashMap<_, _> =
            nodes.iter().enumerate().map(|(place, node)| (node.department.id, place)).collect();
        let mut heads = vec![0; nodes.len()];
        for (start, node) in nodes.iter().enumerate() {
            let mut seen = HashSet::new();
            let mut next = Some(start);
            while let Some(place) = next.filter(|place| seen.insert(*place)) {
                heads[place] += node.own_heads;
                next = nodes[place].department.parent.and_then(|id| places.get(&id).copied());
            }
        }
        Self { nodes, places, heads }
    }
}

fn by_day<K>(
    keys: &[K],
    parts: impl Fn(&K) -> (PersonId, NaiveDate),
) -> BTreeMap<NaiveDate, Vec<PersonId>> {
    let mut days: BTreeMap<NaiveDate, Vec<PersonId>> = BTreeMap::new();
    for key in keys {
        let (person, day) = parts(key);
        days.entry(day).or_default().push(person);
    }
    days
}

impl Loader<PersonAt> for Loads {
    type Value = Arc<Person>;
    type Error = Shared;

    async fn load(&self, keys: &[PersonAt]) -> Result<HashMap<PersonAt, Arc<Person>>, Shared> {
        let mut found = HashMap::new();
        for (day, ids) in by_day(keys, |key| (key.0, key.1)) {
            let people = self.app.reader(&self.actor).await?.people_by_id(day, &ids).await?;
            found.extend(
                people.into_iter().map(|person| (PersonAt(person.id, day), Arc::new(person))),
            );
        }
        Ok(found)
    }
}

impl Loader<PostsAt> for Loads {
    type Value = Vec<Post>;
    type Error = Shared;

    async fn load(&self, keys: &[PostsAt]) -> Result<HashMap<PostsAt, Vec<Post>>, Shared> {
        let mut found: HashMap<PostsAt, Vec<Post>> = HashMap::new();
        for (day, ids) in by_day(keys, |key| (key.0, key.1)) {
            for post in self.app.reader(&self.actor).await?.posts(day, &ids).await? {
                found.entry(PostsAt(post.person, day)).or_default().push(post);
            }
        }
        Ok(found)
    }
}

impl Loader<LinesUp> for Loads {
    type Value = Vec<ReportingLine>;
    type Error = Shared;

    async fn load(&self, keys: &[LinesUp]) -> Result<HashMap<LinesUp, Vec<ReportingLine>>, Shared> {
        let mut found: HashMap<LinesUp, Vec<ReportingLine>> = HashMap::new();
        for (day, ids) in by_day(keys, |key| (key.0, key.1)) {
            for line in self.app.reader(&self.actor).await?.lines_of_reports(day, &ids).await? {
                found.entry(LinesUp(line.report, day)).or_default().push(line);
            }
        }
        Ok(found)
    }
}

impl Loader<LinesDown> for Loads {
    type Value = Vec<ReportingLine>;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[LinesDown],
    ) -> Result<HashMap<LinesDown, Vec<ReportingLine>>, Shared> {
        let mut found: HashMap<LinesDown, Vec<ReportingLine>> = HashMap::new();
        for (day, ids) in by_day(keys, |key| (key.0, key.1)) {
            for line in self.app.reader(&self.actor).await?.lines_of_managers(day, &ids).await? {
                found.entry(LinesDown(line.manager, day)).or_default().push(line);
            }
        }
        Ok(found)
    }
}

impl Loader<TreeAt> for Loads {
    type Value = Arc<Tree>;
    type Error = Shared;

    async fn load(&self, keys: &[TreeAt]) -> Result<HashMap<TreeAt, Arc<Tree>>, Shared> {
        let mut found = HashMap::new();
        for key in keys {
            let nodes = self.app.reader(&self.actor).await?.departments(key.0).await?;
            found.insert(*key, Arc::new(Tree::new(nodes)));
        }
        Ok(found)
    }
}

impl Loader<ManagerPairOf> for Loads {
    type Value = PairRow;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[ManagerPairOf],
    ) -> Result<HashMap<ManagerPairOf, PairRow>, Shared> {
        let ids: Vec<PersonId> = keys.iter().map(|key| key.0).collect();
        let pairs = pair::manager_pairs(&self.app, &self.actor, &ids).await?;
        Ok(pairs.into_iter().map(|row| (ManagerPairOf(row.pair.partner), row)).collect())
    }
}

impl Loader<PairOf> for Loads {
    type Value = PairRow;
    type Error = Shared;

    async fn load(&self, keys: &[PairOf]) -> Result<HashMap<PairOf, PairRow>, Shared> {
        let ids: Vec<PairId> = keys.iter().map(|key| key.0).collect();
        let pairs = pair::by_id(&self.app, &self.actor, &ids).await?;
        Ok(pairs.into_iter().map(|row| (PairOf(row.pair.id), row)).collect())
    }
}

impl Loader<PairsOf> for Loads {
    type Value = Vec<PairRow>;
    type Error = Shared;

    async fn load(&self, keys: &[PairsOf]) -> Result<HashMap<PairsOf, Vec<PairRow>>, Shared> {
        let ids: HashSet<PersonId> = keys.iter().map(|key| key.0).collect();
        let people: Vec<PersonId> = ids.iter().copied().collect();
        let mut found: HashMap<PairsOf, Vec<PairRow>> = HashMap::new();
        for row in pair::of_people(&self.app, &self.actor, &people).await? {
            for person in [row.pair.organizer, row.pair.partner] {
                if ids.contains(&person) {
                    found.entry(PairsOf(person)).or_default().push(row);
                }
            }
        }
        Ok(found)
    }
}

impl Loader<NextMeetings> for Loads {
    type Value = Vec<Meeting>;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[NextMeetings],
    ) -> Result<HashMap<NextMeetings, Vec<Meeting>>, Shared> {
        let mut found: HashMap<NextMeetings, Vec<Meeting>> = HashMap::new();
        // One limit is one statement; a query that asks for several is rare.
        let limits: HashSet<u32> = keys.iter().map(|key| key.1).collect();
        for limit in limits {
            let ids: Vec<PairId> =
                keys.iter().filter(|key| key.1 == limit).map(|key| key.0).collect();
            for it in meeting::next(&self.app, &self.actor, &ids, limit).await? {
                found.entry(NextMeetings(it.pair, limit)).or_default().push(it);
            }
        }
        Ok(found)
    }
}

impl Loader<MeetingOf> for Loads {
    type Value = Meeting;
    type Error = Shared;

    async fn load(&self, keys: &[MeetingOf]) -> Result<HashMap<MeetingOf, Meeting>, Shared> {
        let ids: Vec<MeetingId> = keys.iter().map(|key| key.0).collect();
        let found = meeting::by_id(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|it| (MeetingOf(it.id), it)).collect())
    }
}

impl Loader<StandingOf> for Loads {
    type Value = SlotStanding;
    type Error = Shared;

    async fn load(&self, keys: &[StandingOf]) -> Result<HashMap<StandingOf, SlotStanding>, Shared> {
        let ids: Vec<MeetingId> = keys.iter().map(|key| key.0).collect();
        let found = history::standings(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, row)| (StandingOf(id), row)).collect())
    }
}

impl Loader<PlaceOf> for Loads {
    type Value = Place;
    type Error = Shared;

    async fn load(&self, keys: &[PlaceOf]) -> Result<HashMap<PlaceOf, Place>, Shared> {
        let ids: Vec<MeetingId> = keys.iter().map(|key| key.0).collect();
        let found = policy::places(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, place)| (PlaceOf(id), place)).collect())
    }
}

impl Loader<OutcomeOf> for Loads {
    type Value = OutcomeRow;
    type Error = Shared;

    async fn load(&self, keys: &[OutcomeOf]) -> Result<HashMap<OutcomeOf, OutcomeRow>, Shared> {
        let ids: Vec<MeetingId> = keys.iter().map(|key| key.0).collect();
        let found = meeting::held::outcomes(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, row)| (OutcomeOf(id), row)).collect())
    }
}

impl Loader<CellAt> for Loads {
    type Value = CellRow;
    type Error = Shared;

    async fn load(&self, keys: &[CellAt]) -> Result<HashMap<CellAt, CellRow>, Shared> {
        let mut found = HashMap::new();
        for kind in [SpanKind::Week, SpanKind::Month, SpanKind::Quarter] {
            let of_kind = keys.iter().filter(|key| key.0 == kind);
            let wanted: Vec<_> = of_kind.map(|key| (key.1, key.2)).collect();
            for cell in insight::read::at(&self.app, &self.actor, kind, &wanted).await? {
                found.insert(CellAt(kind, cell.span.from, cell.scope), cell);
            }
        }
        Ok(found)
    }
}

impl Loader<Helpers> for Loads {
    type Value = Vec<PersonId>;
    type Error = Shared;

    async fn load(&self, _: &[Helpers]) -> Result<HashMap<Helpers, Vec<PersonId>>, Shared> {
        let found = insight::read::helpers(&self.app, &self.actor).await?;
        Ok(HashMap::from([(Helpers, found)]))
    }
}

impl Loader<MinutesOf> for Loads {
    type Value = MinutesRow;
    type Error = Shared;

    async fn load(&self, keys: &[MinutesOf]) -> Result<HashMap<MinutesOf, MinutesRow>, Shared> {
        let ids: Vec<MeetingId> = keys.iter().map(|key| key.0).collect();
        let found = minutes::of_meetings(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|it| (MinutesOf(it.meeting), it)).collect())
    }
}

impl Loader<MinutesSaid> for Loads {
    type Value = minutes::Said;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[MinutesSaid],
    ) -> Result<HashMap<MinutesSaid, minutes::Said>, Shared> {
        let ids: Vec<MinutesId> = keys.iter().map(|key| key.0).collect();
        let found = minutes::said(&self.app, &self.actor, &ids).await?;
        Ok(found.into_iter().map(|(id, it)| (MinutesSaid(id), it)).collect())
    }
}
