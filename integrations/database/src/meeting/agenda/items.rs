//! Talking points.

use sea_orm::FromQueryResult;
use taiwa_domain::{
    changes::{ChangeKind, To},
    content::Sealed,
    id::{AgendaItemId, MeetingId, PairId, PersonId},
    meeting::{
        Slot,
        agenda::{AgendaItem, ItemState},
    },
};

use super::entity::agenda_item::Model;
use crate::{
    error::{DatabaseError, Result},
    handle::{Reader, Transaction, list},
    value::{execute, name, named, row, rows},
};

const OPEN: &str = "open";
const DISCUSSED: &str = "discussed";
const WITHDRAWN: &str = "withdrawn";
const CARRIED_OVER: &str = "carried_over";

/// How full an agenda is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgendaRoom {
    /// The last place that is taken; 0 = none.
    pub last: i64,
    /// Open talking points of the one author, drafts included.
    pub open: u64,
}

fn item(row: Model) -> Result<AgendaItem> {
    let state = match (row.state.as_str(), row.closed_at) {
        (OPEN, None) => ItemState::Open,
        (DISCUSSED, Some(at)) => {
            ItemState::Discussed { meeting: row.discussed_in.map(MeetingId), at }
        }
        (WITHDRAWN, Some(at)) => ItemState::Withdrawn(at),
        (CARRIED_OVER, Some(at)) => ItemState::CarriedOver(at),
        _ => return Err(DatabaseError::Corrupt("agenda item")),
    };
    Ok(AgendaItem {
        id: AgendaItemId(row.id),
        pair: PairId(row.pair_id),
        author: PersonId(row.author_id),
        position: row.position,
        hoped: named("hoped response", &row.hoped)?,
        text: Sealed(row.text),
        shared_at: row.shared_at,
        state,
        carried_from: row.carried_from.map(AgendaItemId),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

impl Reader {
    /// Talking points by id, whatever their state.
    pub async fn agenda_items_by_id(&self, ids: &[AgendaItemId]) -> Result<Vec<AgendaItem>> {
        let any = self.any(2);
        let found: Vec<Model> = rows(
            &self.session,
            &format!("select * from agenda_item where organization_id = $1 and id {any}"),
            [self.org(), self.ids(ids.iter().map(|id| id.0))],
        )
        .await?;
        found.into_iter().map(item).collect()
    }

    /// The open talking points of pairs in their order, drafts of both included.
    pub async fn open_agenda_items(&self, pairs: &[PairId]) -> Result<Vec<AgendaItem>> {
        let any = self.any(2);
        let found: Vec<Model> = rows(
            &self.session,
            &format!(
                "select * from agenda_item where organization_id = $1 and pair_id {any} \
                 and state = 'open' order by pair_id, position, id"
            ),
            [self.org(), self.ids(pairs.iter().map(|id| id.0))],
        )
        .await?;
        found.into_iter().map(item).collect()
    }

    /// Everything of these pairs that may stand in one of these meetings, which lie in `span`:
    /// what is open, what was discussed in them, what was open at some time of the span.
    pub async fn agenda_items_around(
        &self,
        pairs: &[PairId],
        meetings: &[MeetingId],
        span: Slot,
    ) -> Result<Vec<AgendaItem>> {
        let (pair, meeting) = (self.any(2), self.any(3));
        let found: Vec<Model> = rows(
            &self.session,
            &format!(
                "select * from agenda_item where organization_id = $1 and pair_id {pair} \
                 and state <> 'withdrawn' and (state = 'open' or discussed_in {meeting} \
                   or (closed_at > $4 and shared_at <= $5))"
            ),
            [
                self.org(),
                self.ids(pairs.iter().map(|id| id.0)),
                self.ids(meetings.iter().map(|id| id.0)),
                span.starts_at.into(),
                span.ends_at.into(),
            ],
        )
        .await?;
        found.into_iter().map(item).collect()
    }

    /// How full a pair's agenda is, seen by one author.
    pub async fn agenda_room(&self, pair: PairId, author: PersonId) -> Result<AgendaRoom> {
        #[derive(FromQueryResult)]
        struct Row {
            last: Option<i64>,
            open: i64,
        }
        let found: Option<Row> = row(
            &self.session,
            "select max(position) as last, \
               count(case when state = 'open' and author_id = $3 then 1 end) as open \
             from agenda_item where organization_id = $1 and pair_id = $2",
            [self.org(), pair.0.into(), author.0.into()],
        )
        .await?;
        Ok(found.map_or_else(AgendaRoom::default, |row| AgendaRoom {
            last: row.last.unwrap_or(0),
            open: row.open as u64,
        }))
    }

    /// How many talking points were discussed in a meeting.
    pub async fn discussed_count(&self, meeting: MeetingId) -> Result<u64> {
        super::count(
            self,
            "select count(*) as found from agenda_item where organization_id = $1 \
             and discussed_in = $2",
            meeting.0,
        )
        .await
    }
}

impl Transaction {
    /// Writes talking points whole: new ones are added, known ones (by id) replaced.
    pub async fn put_agenda_items(&self, items: &[AgendaItem]) -> Result<()> {
        for it in items {
            // Of a draft the other learns nothing, not even that something changed.
            let to = match it.is_draft() {
                true => To::Person(it.author, Some(it.pair)),
                false => To::Pair(it.pair),
            };
            self.changed(to, ChangeKind::Agenda, (None, Some(it.id.0)), it.updated_at);
        }
        self.upsert(list(items.iter().map(|it| {
            let (state, discussed_in) = match it.state {
                ItemState::Open => (OPEN, None),
                ItemState::Discussed { meeting, .. } => (DISCUSSED, meeting.map(|id| id.0)),
                ItemState::Withdrawn(_) => (WITHDRAWN, None),
                ItemState::CarriedOver(_) => (CARRIED_OVER, None),
            };
            Model {
                organization_id: self.organization().0,
                id: it.id.0,
                pair_id: it.pair.0,
                author_id: it.author.0,
                position: it.position,
                hoped: name(it.hoped),
                text: it.text.0.clone(),
                shared_at: it.shared_at,
                state: state.to_owned(),
                discussed_in,
                closed_at: it.state.closed_at(),
                carried_from: it.carried_from.map(|id| id.0),
                version: it.version,
                created_at: it.created_at,
                updated_at: it.updated_at,
            }
        })))
        .await
    }

    /// Makes a free place behind another: all that follow move on by one.
    pub async fn make_agenda_room(&self, pair: PairId, behind: i64) -> Result<()> {
        execute(
            &self.session,
            "update agenda_item set position = position + 1 \
             where organization_id = $1 and pair_id = $2 and position > $3",
            [self.org(), pair.0.into(), behind.into()],
        )
        .await
        .map(|_| ())
    }
}
