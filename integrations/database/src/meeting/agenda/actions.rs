//! Actions.

use chrono::NaiveDate;
use taiwa_domain::{
    changes::{ChangeKind, To},
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ActionPage {
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

impl ActionPage {
    /// Appends its conditions, order and limit.
    fn push(&self, sql: &mut Sql) {
        if let Some(state) = self.state {
            let state = sql.bind(name(state));
            sql.push(&format!(" and state = {state}"));
        }
        for (cursor, sign) in [(self.after, '>'), (self.before, '<')] {
            if let Some((on, id)) = cursor {
                let (on, id) = (sql.bind(on), sql.bind(id));
                sql.push(&format!(" and (sort_on, id) {sign} ({on}, {id})"));
            }
        }
        let limit = sql.bind(i64::from(self.limit));
        let order = if self.backwards { "desc" } else { "asc" };
        sql.push(&format!(" order by sort_on {order}, id {order} limit {limit}"));
    }
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

    /// A page of the actions that somebody owns, of all pairs, the most urgent first.
    pub async fn action_items_of_owner(
        &self,
        owner: PersonId,
        page: &ActionPage,
    ) -> Result<Vec<ActionItem>> {
        let mut sql = Sql::default();
        let (organization, owner) = (sql.bind(self.org()), sql.bind(owner.0));
        sql.push(&format!(
            "select * from action_item where organization_id = {organization} and owner_id = {owner}"
        ));
        page.push(&mut sql);
        self.action_page(sql).await
    }

    /// A page of each pair's actions, the most urgent first.
    ///
    /// Engine-specific like [`Reader::next_meetings`], and for the same reason.
    pub async fn action_items_of_pairs(
        &self,
        pairs: &[PairId],
        page: &ActionPage,
    ) -> Result<Vec<ActionItem>> {
        let mut sql = Sql::default();
        sql.values.extend([self.org(), self.ids(pairs.iter().map(|id| id.0))]);
        let own = "from action_item where organization_id = $1 and pair_id = k.id";
        if self.postgres() {
            sql.push("select a.* from unnest($2::uuid[]) k(id) cross join lateral (select * ");
            sql.push(own);
            page.push(&mut sql);
            sql.push(") a");
        } else {
            sql.push(
                "select a.* from (select unhex(value) as id from json_each($2)) k \
                 join action_item a on a.organization_id = $1 and a.id in (select id ",
            );
            sql.push(own);
            page.push(&mut sql);
            sql.push(")");
        }
        self.action_page(sql).await
    }

    async fn action_page(&self, sql: Sql) -> Result<Vec<ActionItem>> {
        let found: Vec<Model> = rows(&self.session, &sql.text, sql.values).await?;
        let mut actions: Vec<ActionItem> = found.into_iter().map(action).collect::<Result<_>>()?;
        actions.sort_by_key(|it| (sort_on(it), it.id));
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
        for it in actions {
            let about = (None, Some(it.id.0));
            self.changed(To::Pair(it.pair), ChangeKind::Actions, about, it.updated_at);
        }
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
