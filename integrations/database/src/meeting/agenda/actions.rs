//! Actions.

use chrono::NaiveDate;
use taiwa_domain::{
    content::Sealed,
    id::{ActionItemId, AgendaItemId, MeetingId, PairId, PersonId},
    meeting::{
        Slot,
        agenda::{ActionItem, ActionState},
    },
};
use uuid::Uuid;

use super::entity::action_item::Model;
use crate::{
    error::Result,
    handle::{Reader, Transaction, list},
    value::{Sql, name, named, rows},
};

/// A place in a list of actions: its day for sorting, then its id.
pub type ActionCursor = (NaiveDate, Uuid);

/// When an action sorts: its due day; those without one come last.
pub fn sort_on(it: &ActionItem) -> NaiveDate {
    it.due_on.unwrap_or(NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day"))
}

/// Which part of a list of actions is wanted.
#[derive(Clone, Debug)]
pub struct ActionPage {
    /// Of this owner only.
    pub owner: Option<PersonId>,
    /// Of this pair only.
    pub pair: Option<PairId>,
    /// In this state only.
    pub state: Option<ActionState>,
    /// After this place.
    pub after: Option<ActionCursor>,
    /// Before this place.
    pub before: Option<ActionCursor>,
    /// At most so many.
    pub limit: u32,
    /// The last ones rather than the first.
    pub backwards: bool,
}

fn action(row: Model) -> Result<ActionItem> {
    Ok(ActionItem {
        id: ActionItemId(row.id),
        pair: PairId(row.pair_id),
        owner: PersonId(row.owner_id),
        author: PersonId(row.author_id),
        text: Sealed(row.text),
        due_on: row.due_on,
        state: named("action state", &row.state)?,
        closed_at: row.closed_at,
        item: row.item_id.map(AgendaItemId),
        meeting: row.meeting_id.map(MeetingId),
        carried_from: row.carried_from.map(ActionItemId),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

impl Reader {
    /// Actions by id.
    pub async fn action_items_by_id(&self, ids: &[ActionItemId]) -> Result<Vec<ActionItem>> {
        let any = self.any(2);
        let found: Vec<Model> = rows(
            &self.session,
            &format!("select * from action_item where organization_id = $1 and id {any}"),
            [self.org(), self.ids(ids.iter().map(|id| id.0))],
        )
        .await?;
        found.into_iter().map(action).collect()
    }

    /// Everything of these pairs that may stand in one of these meetings, which lie in `span`:
    /// what is open, what was agreed on in them, what was open at some time of the span.
    pub async fn action_items_around(
        &self,
        pairs: &[PairId],
        meetings: &[MeetingId],
        span: Slot,
    ) -> Result<Vec<ActionItem>> {
        let (pair, meeting) = (self.any(2), self.any(3));
        let found: Vec<Model> = rows(
            &self.session,
            &format!(
                "select * from action_item where organization_id = $1 and pair_id {pair} \
                 and (state = 'open' or meeting_id {meeting} \
                   or (closed_at > $4 and created_at <= $5))"
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
        found.into_iter().map(action).collect()
    }

    /// A page of actions, the most urgent first.
    pub async fn action_items_page(&self, page: &ActionPage) -> Result<Vec<ActionItem>> {
        let mut sql = Sql::default();
        let organization = sql.bind(self.org());
        sql.push(&format!("select * from action_item where organization_id = {organization}"));
        let owner = page.owner.map(|id| ("owner_id", id.0.into()));
        let pair = page.pair.map(|id| ("pair_id", id.0.into()));
        let state = page.state.map(|it| ("state", name(it).into()));
        for (column, value) in [owner, pair, state].into_iter().flatten() {
            let value: sea_orm::Value = value;
            let value = sql.bind(value);
            sql.push(&format!(" and {column} = {value}"));
        }
        for (cursor, sign) in [(page.after, '>'), (page.before, '<')] {
            if let Some((on, id)) = cursor {
                let (on, id) = (sql.bind(on), sql.bind(id));
                sql.push(&format!(" and (sort_on, id) {sign} ({on}, {id})"));
            }
        }
        let limit = sql.bind(i64::from(page.limit));
        let order = if page.backwards { "desc" } else { "asc" };
        sql.push(&format!(" order by sort_on {order}, id {order} limit {limit}"));
        let found: Vec<Model> = rows(&self.session, &sql.text, sql.values).await?;
        let mut actions: Vec<ActionItem> = found.into_iter().map(action).collect::<Result<_>>()?;
        if page.backwards {
            actions.reverse();
        }
        Ok(actions)
    }

    /// How many actions of a pair are open.
    pub async fn open_action_count(&self, pair: PairId) -> Result<u64> {
        super::count(
            self,
            "select count(*) as found from action_item where organization_id = $1 \
             and pair_id = $2 and state = 'open'",
            pair.0,
        )
        .await
    }
}

impl Transaction {
    /// Writes actions whole: new ones are added, known ones (by id) replaced.
    pub async fn put_action_items(&self, actions: &[ActionItem]) -> Result<()> {
        self.upsert(list(actions.iter().map(|it| Model {
            organization_id: self.organization().0,
            id: it.id.0,
            pair_id: it.pair.0,
            owner_id: it.owner.0,
            author_id: it.author.0,
            text: it.text.0.clone(),
            due_on: it.due_on,
            sort_on: sort_on(it),
            state: name(it.state),
            closed_at: it.closed_at,
            item_id: it.item.map(|id| id.0),
            meeting_id: it.meeting.map(|id| id.0),
            carried_from: it.carried_from.map(|id| id.0),
            version: it.version,
            created_at: it.created_at,
            updated_at: it.updated_at,
        })))
        .await
    }
}
