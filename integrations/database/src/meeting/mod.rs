//! Meetings.

pub mod agenda;
mod library;
pub mod notes;
mod outcome;
mod safety;
mod suggest;
mod team;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{FromQueryResult, QueryResult, Value};
use taiwa_domain::{
    changes::{ChangeKind, To},
    id::{MeetingId, PairId, PersonId, PlanId},
    meeting::{Meeting, MeetingStatus, SkipReason, Slot},
    organization::Period,
};
use uuid::Uuid;

pub use outcome::OutcomeRow;
pub(crate) use outcome::Spoken;
pub use team::{TeamMember, TeamPage};

use crate::{
    entity::meeting,
    error::Result,
    handle::{Reader, Transaction, list},
    value::{Sql, execute, name, named, rows},
};

#[derive(FromQueryResult)]
pub(crate) struct Row {
    id: Uuid,
    pair_id: Uuid,
    due_week: NaiveDate,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    minutes: i32,
    buffer_minutes: i32,
    status: String,
    skip_reason: Option<String>,
    pinned: bool,
    cost: i64,
    plan_id: Option<Uuid>,
    version: i64,
}

impl Row {
    /// Reads the columns of [`COLUMNS`] that begin at the place `at`.
    pub(crate) fn at(row: &QueryResult, at: usize) -> Result<Self> {
        Ok(Self {
            id: row.try_get_by_index(at)?,
            pair_id: row.try_get_by_index(at + 1)?,
            due_week: row.try_get_by_index(at + 2)?,
            starts_at: row.try_get_by_index(at + 3)?,
            ends_at: row.try_get_by_index(at + 4)?,
            minutes: row.try_get_by_index(at + 5)?,
            buffer_minutes: row.try_get_by_index(at + 6)?,
            status: row.try_get_by_index(at + 7)?,
            skip_reason: row.try_get_by_index(at + 8)?,
            pinned: row.try_get_by_index(at + 9)?,
            cost: row.try_get_by_index(at + 10)?,
            plan_id: row.try_get_by_index(at + 11)?,
            version: row.try_get_by_index(at + 12)?,
        })
    }

    pub(crate) fn into_meeting(self) -> Result<Meeting> {
        Ok(Meeting {
            id: MeetingId(self.id),
            pair: PairId(self.pair_id),
            due_week: self.due_week,
            slot: self
                .starts_at
                .zip(self.ends_at)
                .map(|(starts_at, ends_at)| Slot { starts_at, ends_at }),
            minutes: self.minutes as u16,
            buffer_minutes: self.buffer_minutes as u16,
            status: named::<MeetingStatus>("meeting status", &self.status)?,
            skip_reason: self
                .skip_reason
                .map(|reason| named::<SkipReason>("skip reason", &reason))
                .transpose()?,
            pinned: self.pinned,
            cost: self.cost,
            plan: self.plan_id.map(PlanId),
            version: self.version,
        })
    }
}

/// Columns of a meeting `m`.
pub(crate) const COLUMNS: &str = "m.id, m.pair_id, m.due_week, m.starts_at, m.ends_at, m.minutes, \
     m.buffer_minutes, m.status, m.skip_reason, m.pinned, m.cost, m.plan_id, m.version";

/// A place in a list of meetings: its time for sorting, then its id.
pub type MeetingCursor = (DateTime<Utc>, Uuid);

/// When a meeting sorts: its start, or the Monday of its week when it was skipped.
pub fn sort_at(it: &Meeting) -> DateTime<Utc> {
    it.slot.map_or_else(|| it.due_week.and_time(chrono::NaiveTime::MIN).and_utc(), |s| s.starts_at)
}

impl Reader {
    /// A meeting by id.
    pub async fn meetings_by_id(&self, ids: &[MeetingId]) -> Result<Vec<Meeting>> {
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!("select {COLUMNS} from meeting m where m.organization_id = $1 and m.id {any}"),
            [self.org(), self.ids(ids.iter().map(|id| id.0))],
        )
        .await?;
        found.into_iter().map(Row::into_meeting).collect()
    }

    /// The next `limit` placed meetings of each pair that end after `after`, soonest first.
    pub async fn next_meetings(
        &self,
        pairs: &[PairId],
        after: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Meeting>> {
        let condition = "organization_id = $1 and pair_id = k.id and sort_at >= $3 \
             and status in ('planned', 'scheduled') order by sort_at, id limit $4";
        let limit = i64::from(limit);
        self.meetings_of_each(pairs, condition, after.into(), limit.into()).await
    }

    /// Those meetings of each pair that a condition on `k.id`, `$3` and `$4` chooses and limits, by
    /// pair and time.
    ///
    /// Engine-specific on purpose: a window function would read every pair's whole history, and
    /// SQLite has no lateral joins.
    async fn meetings_of_each(
        &self,
        pairs: &[PairId],
        condition: &str,
        third: Value,
        fourth: Value,
    ) -> Result<Vec<Meeting>> {
        let sql = if self.postgres() {
            format!(
                "select {COLUMNS} from unnest($2::uuid[]) k(id) cross join lateral \
                 (select * from meeting where {condition}) m order by m.pair_id, m.sort_at, m.id"
            )
        } else {
            format!(
                "select {COLUMNS} from (select unhex(value) as id from json_each($2)) k \
                 join meeting m on m.organization_id = $1 and m.id in \
                 (select id from meeting where {condition}) order by m.pair_id, m.sort_at, m.id"
            )
        };
        let pairs = self.ids(pairs.iter().map(|id| id.0));
        let found: Vec<Row> = rows(&self.session, &sql, [self.org(), pairs, third, fourth]).await?;
        found.into_iter().map(Row::into_meeting).collect()
    }

    /// Meetings of some pairs or of everyone that sort from `from` up to `until`, by time.
    pub async fn meetings_between(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        pairs: Option<&[PairId]>,
    ) -> Result<Vec<Meeting>> {
        let mut sql = Sql::default();
        let organization = sql.bind(self.org());
        let (from, until) = (sql.bind(from), sql.bind(until));
        sql.push(&format!(
            "select {COLUMNS} from meeting m where m.organization_id = {organization} \
             and m.sort_at >= {from} and m.sort_at < {until}"
        ));
        if let Some(pairs) = pairs {
            sql.values.push(self.ids(pairs.iter().map(|id| id.0)));
            sql.push(&format!(" and m.pair_id {}", self.any(sql.values.len() as u8)));
        }
        sql.push(" order by m.sort_at, m.id");
        let found: Vec<Row> = rows(&self.session, &sql.text, sql.values).await?;
        found.into_iter().map(Row::into_meeting).collect()
    }

    /// Meetings due in the weeks of a period, by pair and week.
    pub async fn meetings_due(&self, period: Period) -> Result<Vec<Meeting>> {
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select {COLUMNS} from meeting m where m.organization_id = $1 \
                 and m.due_week >= $2 and m.due_week < $3 order by m.pair_id, m.due_week"
            ),
            [self.org(), period.from.into(), period.until.into()],
        )
        .await?;
        found.into_iter().map(Row::into_meeting).collect()
    }

    /// Placed meetings due before `week` that end after `after`.
    pub async fn meetings_due_before(
        &self,
        week: NaiveDate,
        after: DateTime<Utc>,
    ) -> Result<Vec<Meeting>> {
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select {COLUMNS} from meeting m where m.organization_id = $1 \
                 and m.sort_at >= $3 and m.due_week < $2 and m.ends_at > $3 \
                 and m.status <> 'skipped'"
            ),
            [self.org(), week.into(), (after - chrono::TimeDelta::days(1)).into()],
        )
        .await?;
        // Asked in the order of ids, SQLite would read the whole past in that order.
        let mut found =
            found.into_iter().map(Row::into_meeting).collect::<Result<Vec<Meeting>>>()?;
        found.sort_unstable_by_key(|meeting| meeting.id);
        Ok(found)
    }

    /// One page of a person's meetings by time: all their pairs, or one of them.
    #[allow(clippy::too_many_arguments)]
    pub async fn meetings_page(
        &self,
        person: Option<PersonId>,
        pair: Option<PairId>,
        window: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
        after: Option<MeetingCursor>,
        before: Option<MeetingCursor>,
        limit: u32,
        backwards: bool,
    ) -> Result<Vec<Meeting>> {
        let mut sql = Sql::default();
        let organization = sql.bind(self.org());
        sql.push(&format!(
            "select {COLUMNS} from meeting m where m.organization_id = {organization}"
        ));
        if let Some(person) = person {
            let person = sql.bind(person.0);
            sql.push(&format!(
                " and m.pair_id in (select id from pair where organization_id = {organization} \
                 and (organizer_id = {person} or partner_id = {person}))"
            ));
        }
        if let Some(pair) = pair {
            let pair = sql.bind(pair.0);
            sql.push(&format!(" and m.pair_id = {pair}"));
        }
        if let Some(from) = window.0 {
            let from = sql.bind(from);
            sql.push(&format!(" and m.sort_at >= {from}"));
        }
        if let Some(until) = window.1 {
            let until = sql.bind(until);
            sql.push(&format!(" and m.sort_at < {until}"));
        }
        for (cursor, sign) in [(after, '>'), (before, '<')] {
            if let Some((at, id)) = cursor {
                let (at, id) = (sql.bind(at), sql.bind(id));
                sql.push(&format!(" and (m.sort_at, m.id) {sign} ({at}, {id})"));
            }
        }
        let limit = sql.bind(i64::from(limit));
        let order = if backwards { "desc" } else { "asc" };
        sql.push(&format!(" order by m.sort_at {order}, m.id {order} limit {limit}"));
        let found: Vec<Row> = rows(&self.session, &sql.text, sql.values).await?;
        let mut meetings: Vec<Meeting> =
            found.into_iter().map(Row::into_meeting).collect::<Result<_>>()?;
        if backwards {
            meetings.reverse();
        }
        Ok(meetings)
    }

    /// Meetings that were given up while their holds still stand.
    pub async fn skipped_with_holds(&self, limit: u32) -> Result<Vec<MeetingId>> {
        #[derive(FromQueryResult)]
        struct Id {
            id: Uuid,
        }
        let found: Vec<Id> = rows(
            &self.session,
            "select m.id from meeting m where m.organization_id = $1 and m.status = 'skipped' \
             and exists (select 1 from calendar_block b where b.organization_id = $1 \
             and b.meeting_id = m.id) order by m.id limit $2",
            [self.org(), i64::from(limit).into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| MeetingId(row.id)).collect())
    }

    /// Meetings that wait for their holds, the soonest first, after `after`: whoever works through
    /// them goes on from where they were instead of over those that no longer wait.
    pub async fn planned_meetings(
        &self,
        after: Option<&Meeting>,
        limit: u32,
    ) -> Result<Vec<Meeting>> {
        let (sort, id) =
            after.map_or((DateTime::UNIX_EPOCH, Uuid::nil()), |it| (sort_at(it), it.id.0));
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select {COLUMNS} from meeting m where m.organization_id = $1 \
                 and m.status = 'planned' and (m.sort_at, m.id) > ($3, $4) \
                 order by m.sort_at, m.id limit $2"
            ),
            [self.org(), i64::from(limit).into(), sort.into(), id.into()],
        )
        .await?;
        found.into_iter().map(Row::into_meeting).collect()
    }
}

impl Transaction {
    /// Writes meetings whole: new ones are added, known ones (by id) replaced in place.
    pub async fn put_meetings(&self, meetings: &[Meeting], now: DateTime<Utc>) -> Result<()> {
        for it in meetings {
            self.changed(To::Pair(it.pair), ChangeKind::Meetings, (Some(it.id), None), now);
        }
        self.upsert(list(meetings.iter().map(|it| meeting::Model {
            organization_id: self.organization().0,
            id: it.id.0,
            pair_id: it.pair.0,
            due_week: it.due_week,
            starts_at: it.slot.map(|slot| slot.starts_at),
            ends_at: it.slot.map(|slot| slot.ends_at),
            sort_at: sort_at(it),
            minutes: it.minutes.into(),
            buffer_minutes: it.buffer_minutes.into(),
            status: name(it.status),
            skip_reason: it.skip_reason.map(name),
            pinned: it.pinned,
            cost: it.cost,
            plan_id: it.plan.map(|id| id.0),
            version: it.version,
            updated_at: now,
        })))
        .await?;
        // What is counted of past weeks follows; coming ones are counted when they are over.
        let today = now.date_naive();
        let past: Vec<MeetingId> =
            meetings.iter().filter(|it| it.due_week < today).map(|it| it.id).collect();
        self.tally(&past, now).await
    }

    /// Marks meetings as scheduled if they still have the version whose holds were placed.
    pub async fn mark_scheduled(
        &self,
        placed: &[(MeetingId, i64)],
        now: DateTime<Utc>,
    ) -> Result<u64> {
        // Versions differ between meetings, so they are grouped: one statement per version.
        let mut by_version: std::collections::BTreeMap<i64, Vec<Uuid>> = Default::default();
        for (id, version) in placed {
            self.changed(To::Meeting(*id), ChangeKind::Slots, (Some(*id), None), now);
            by_version.entry(*version).or_default().push(id.0);
        }
        let any = self.any(4);
        let mut count = 0;
        for (version, ids) in by_version {
            count += execute(
                &self.session,
                &format!(
                    "update meeting set status = 'scheduled', updated_at = $3 \
                     where organization_id = $1 and version = $2 and status = 'planned' and id {any}"
                ),
                [self.org(), version.into(), now.into(), self.ids(ids)],
            )
            .await?;
        }
        Ok(count)
    }
}
