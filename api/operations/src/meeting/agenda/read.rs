//! Reading what two people share.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use taiwa_database::{Reader, meeting::agenda::ActionPage};
use taiwa_domain::{
    access::{Grant, OwnContent, PairContent},
    content::Keeper,
    id::{ActionItemId, AgendaCommentId, AgendaItemId, MeetingId, PairId},
    meeting::{
        Meeting, Slot,
        agenda::{
            ActionItem, AgendaComment, AgendaItem,
            standing::{Occasion, next_of_pairs},
        },
    },
};

use super::{Opened, those_ours};
use crate::{Actor, App, Result, content::Keys};

/// Meetings of the actor's own pairs, and what is needed to tell what stands in them.
struct Ours {
    meetings: Vec<Meeting>,
    next: HashSet<MeetingId>,
    pairs: Vec<(PairId, Grant<PairContent>)>,
    span: Slot,
    now: DateTime<Utc>,
}

impl Ours {
    async fn of(app: &App, reader: &Reader, actor: &Actor, ids: &[MeetingId]) -> Result<Self> {
        let now = app.now();
        let mut meetings = reader.meetings_by_id(ids).await?;
        let pairs: Vec<PairId> = meetings.iter().map(|it| it.pair).collect();
        let pairs = those_ours(reader, actor, &pairs).await?;
        meetings.retain(|it| pairs.iter().any(|(id, _)| *id == it.pair));
        let coming = reader.coming_meetings(&ids_of(&pairs), now).await?;
        let slots = || meetings.iter().filter_map(|it| it.slot);
        let span = Slot {
            starts_at: slots().map(|it| it.starts_at).min().unwrap_or(now),
            ends_at: slots().map(|it| it.ends_at).max().unwrap_or(now),
        };
        Ok(Self { next: next_of_pairs(&coming, now), meetings, pairs, span, now })
    }

    fn occasions(&self) -> impl Iterator<Item = Occasion<'_>> {
        self.meetings.iter().map(|meeting| Occasion {
            meeting,
            next: self.next.contains(&meeting.id),
            now: self.now,
        })
    }
}

fn ids_of(pairs: &[(PairId, Grant<PairContent>)]) -> Vec<PairId> {
    pairs.iter().map(|(id, _)| *id).collect()
}

async fn keys(app: &App, reader: &Reader, pairs: &[(PairId, Grant<PairContent>)]) -> Result<Keys> {
    let grants: Vec<Grant<PairContent>> = pairs.iter().map(|(_, grant)| *grant).collect();
    app.pair_keys(reader, &grants, &ids_of(pairs)).await
}

/// Opens the talking points that the actor may see; the others are left out.
async fn open_items(
    app: &App,
    reader: &Reader,
    actor: &Actor,
    pairs: &[(PairId, Grant<PairContent>)],
    mut items: Vec<AgendaItem>,
) -> Result<Vec<Opened<AgendaItem>>> {
    let me = actor.caller.person;
    items.retain(|it| it.visible_to(me) && pairs.iter().any(|(id, _)| *id == it.pair));
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let mut keys = keys(app, reader, pairs).await?;
    if items.iter().any(AgendaItem::is_draft) {
        let grant = actor.caller.grant::<OwnContent>(&me)?;
        keys = keys.and(app.own_keys(reader, &grant, me).await?);
    }
    items
        .into_iter()
        .map(|it| {
            let text = keys.open(it.keeper(), it.place(), &it.text)?;
            Ok(Opened { it, text })
        })
        .collect()
}

/// Opens actions of pairs that are the actor's; the others are left out.
async fn open_actions(
    app: &App,
    reader: &Reader,
    pairs: &[(PairId, Grant<PairContent>)],
    mut actions: Vec<ActionItem>,
) -> Result<Vec<Opened<ActionItem>>> {
    actions.retain(|it| pairs.iter().any(|(id, _)| *id == it.pair));
    if actions.is_empty() {
        return Ok(Vec::new());
    }
    let keys = keys(app, reader, pairs).await?;
    actions
        .into_iter()
        .map(|it| {
            let text = keys.open(Keeper::Pair(it.pair), it.place(), &it.text)?;
            Ok(Opened { it, text })
        })
        .collect()
}

/// The agendas of meetings; those that are not of the actor's own pairs are absent.
pub async fn agendas(
    app: &App,
    actor: &Actor,
    meetings: &[MeetingId],
) -> Result<HashMap<MeetingId, Vec<Opened<AgendaItem>>>> {
    let reader = app.reader(actor).await?;
    let ours = Ours::of(app, &reader, actor, meetings).await?;
    let items = reader.agenda_items_around(&ids_of(&ours.pairs), meetings, ours.span).await?;
    let me = actor.caller.person;
    let agendas: Vec<(MeetingId, Vec<AgendaItemId>)> = ours
        .occasions()
        .map(|it| (it.meeting.id, it.agenda(&items, me).iter().map(|item| item.id).collect()))
        .collect();
    let standing: HashSet<AgendaItemId> =
        agendas.iter().flat_map(|(_, ids)| ids).copied().collect();
    let items = items.into_iter().filter(|it| standing.contains(&it.id)).collect();
    let opened: HashMap<AgendaItemId, Opened<AgendaItem>> =
        open_items(app, &reader, actor, &ours.pairs, items)
            .await?
            .into_iter()
            .map(|it| (it.it.id, it))
            .collect();
    let of = |ids: Vec<AgendaItemId>| ids.iter().filter_map(|id| opened.get(id).cloned()).collect();
    Ok(agendas.into_iter().map(|(meeting, ids)| (meeting, of(ids))).collect())
}

/// The actions that stand in meetings; those that are not of the actor's own pairs are absent.
pub async fn actions_in(
    app: &App,
    actor: &Actor,
    meetings: &[MeetingId],
) -> Result<HashMap<MeetingId, Vec<Opened<ActionItem>>>> {
    let reader = app.reader(actor).await?;
    let ours = Ours::of(app, &reader, actor, meetings).await?;
    let actions = reader.action_items_around(&ids_of(&ours.pairs), meetings, ours.span).await?;
    let standing: Vec<(MeetingId, Vec<ActionItemId>)> = ours
        .occasions()
        .map(|it| (it.meeting.id, it.actions(&actions).iter().map(|action| action.id).collect()))
        .collect();
    let wanted: HashSet<ActionItemId> = standing.iter().flat_map(|(_, ids)| ids).copied().collect();
    let actions = actions.into_iter().filter(|it| wanted.contains(&it.id)).collect();
    let opened: HashMap<ActionItemId, Opened<ActionItem>> =
        open_actions(app, &reader, &ours.pairs, actions)
            .await?
            .into_iter()
            .map(|it| (it.it.id, it))
            .collect();
    let of = |ids: Vec<ActionItemId>| ids.iter().filter_map(|id| opened.get(id).cloned()).collect();
    Ok(standing.into_iter().map(|(meeting, ids)| (meeting, of(ids))).collect())
}

/// The open talking points of pairs in their order; pairs that are not the actor's are absent.
pub async fn open_of_pairs(
    app: &App,
    actor: &Actor,
    pairs: &[PairId],
) -> Result<HashMap<PairId, Vec<Opened<AgendaItem>>>> {
    let reader = app.reader(actor).await?;
    let pairs = those_ours(&reader, actor, pairs).await?;
    let items = reader.open_agenda_items(&ids_of(&pairs)).await?;
    let mut found: HashMap<PairId, Vec<Opened<AgendaItem>>> =
        pairs.iter().map(|(id, _)| (*id, Vec::new())).collect();
    for it in open_items(app, &reader, actor, &pairs, items).await? {
        found.entry(it.it.pair).or_default().push(it);
    }
    Ok(found)
}

/// Talking points by id, as far as the actor may know of them.
pub async fn items(
    app: &App,
    actor: &Actor,
    ids: &[AgendaItemId],
) -> Result<Vec<Opened<AgendaItem>>> {
    let reader = app.reader(actor).await?;
    let items = reader.agenda_items_by_id(ids).await?;
    let pairs: Vec<PairId> = items.iter().map(|it| it.pair).collect();
    let pairs = those_ours(&reader, actor, &pairs).await?;
    open_items(app, &reader, actor, &pairs, items).await
}

/// Actions by id, as far as the actor may know of them.
pub async fn actions(
    app: &App,
    actor: &Actor,
    ids: &[ActionItemId],
) -> Result<Vec<Opened<ActionItem>>> {
    let reader = app.reader(actor).await?;
    let actions = reader.action_items_by_id(ids).await?;
    let pairs: Vec<PairId> = actions.iter().map(|it| it.pair).collect();
    let pairs = those_ours(&reader, actor, &pairs).await?;
    open_actions(app, &reader, &pairs, actions).await
}

/// Opens comments of pairs that are the actor's; the others are left out.
async fn open_comments(
    app: &App,
    reader: &Reader,
    actor: &Actor,
    found: Vec<AgendaComment>,
) -> Result<Vec<Opened<AgendaComment>>> {
    let pairs: Vec<PairId> = found.iter().map(|it| it.pair).collect();
    let pairs = those_ours(reader, actor, &pairs).await?;
    let keys = keys(app, reader, &pairs).await?;
    found
        .into_iter()
        .filter(|it| pairs.iter().any(|(id, _)| *id == it.pair))
        .map(|it| {
            let text = keys.open(Keeper::Pair(it.pair), it.place(), &it.text)?;
            Ok(Opened { it, text })
        })
        .collect()
}

/// The comments on talking points, oldest first, as far as the actor may know of them.
pub async fn comments(
    app: &App,
    actor: &Actor,
    items: &[AgendaItemId],
) -> Result<Vec<Opened<AgendaComment>>> {
    let reader = app.reader(actor).await?;
    let found = reader.agenda_comments(items).await?;
    open_comments(app, &reader, actor, found).await
}

/// Comments by id, as far as the actor may know of them.
pub async fn comments_by_id(
    app: &App,
    actor: &Actor,
    ids: &[AgendaCommentId],
) -> Result<Vec<Opened<AgendaComment>>> {
    let reader = app.reader(actor).await?;
    let found = reader.agenda_comments_by_id(ids).await?;
    open_comments(app, &reader, actor, found).await
}

/// A page of the actions that the actor owns, of all pairs, the most urgent first.
pub async fn own_actions(
    app: &App,
    actor: &Actor,
    page: ActionPage,
) -> Result<Vec<Opened<ActionItem>>> {
    let reader = app.reader(actor).await?;
    let found = reader.action_items_of_owner(actor.caller.person, &page).await?;
    let pairs: Vec<PairId> = found.iter().map(|it| it.pair).collect();
    let pairs = those_ours(&reader, actor, &pairs).await?;
    open_actions(app, &reader, &pairs, found).await
}

/// A page of each pair's actions, the most urgent first; pairs that are not the actor's are absent.
pub async fn actions_of_pairs(
    app: &App,
    actor: &Actor,
    pairs: &[PairId],
    page: ActionPage,
) -> Result<HashMap<PairId, Vec<Opened<ActionItem>>>> {
    let reader = app.reader(actor).await?;
    let pairs = those_ours(&reader, actor, pairs).await?;
    let actions = reader.action_items_of_pairs(&ids_of(&pairs), &page).await?;
    let mut found: HashMap<PairId, Vec<Opened<ActionItem>>> =
        pairs.iter().map(|(id, _)| (*id, Vec::new())).collect();
    for it in open_actions(app, &reader, &pairs, actions).await? {
        found.entry(it.it.pair).or_default().push(it);
    }
    Ok(found)
}

pub use taiwa_database::meeting::agenda::sort_on;
