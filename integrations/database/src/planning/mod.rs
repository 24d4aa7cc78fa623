//! Plans, standing series, and the facts that planning needs beyond people and calendars.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::{PairId, PersonId, PlanId},
    organization::{Period, Weekday},
};
use uuid::Uuid;

use crate::{
    entity::plan,
    error::{DatabaseError, Result},
    handle::{Reader, Transaction, list},
    value::{execute, row, rows},
};

/// A plan as kept.
#[derive(Clone, Debug)]
pub struct PlanRecord {
    /// Identity.
    pub id: PlanId,
    /// `previewed`, `applied` or `superseded`.
    pub state: String,
    /// First day, a Monday.
    pub starts_on: NaiveDate,
    /// Weeks.
    pub weeks: u32,
    /// Hash of what it says.
    pub hash: String,
    /// Hash of the facts it was made from; applying is refused when they changed.
    pub facts_hash: String,
    /// Counts and costs, as JSON.
    pub summary: String,
    /// Who made it; `None` = a job.
    pub created_by: Option<PersonId>,
    /// When made.
    pub created_at: DateTime<Utc>,
    /// When applied.
    pub applied_at: Option<DateTime<Utc>>,
}

/// A pair's standing weekday and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingSeries {
    /// Whose.
    pub pair: PairId,
    /// Weekday in `zone`.
    pub weekday: Weekday,
    /// Wall-clock start in `zone`.
    pub starts: NaiveTime,
    /// The organizer's zone.
    pub zone: chrono_tz::Tz,
    /// A Monday on which it is due.
    pub anchor: NaiveDate,
    /// Its interval; `None` = monthly.
    pub every_weeks: Option<u8>,
    /// Phase of a monthly series: which Monday of the month, from 0.
    pub phase: u32,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    state: String,
    starts_on: NaiveDate,
    weeks: i32,
    hash: String,
    facts_hash: String,
    summary: String,
    created_by: Option<Uuid>,
    created_at: DateTime<Utc>,
    applied_at: Option<DateTime<Utc>>,
}

impl From<Row> for PlanRecord {
    fn from(row: Row) -> Self {
        Self {
            id: PlanId(row.id),
            state: row.state,
            starts_on: row.starts_on,
            weeks: row.weeks as u32,
            hash: row.hash,
            facts_hash: row.facts_hash,
            summary: row.summary,
            created_by: row.created_by.map(PersonId),
            created_at: row.created_at,
            applied_at: row.applied_at,
        }
    }
}

const COLUMNS: &str = "select id, state, starts_on, weeks, hash, facts_hash, summary, created_by, \
                       created_at, applied_at from plan where organization_id = $1";

impl Reader {
    /// A plan by id.
    pub async fn plan(&self, id: PlanId) -> Result<Option<PlanRecord>> {
        let found: Option<Row> =
            row(&self.session, &format!("{COLUMNS} and id = $2"), [self.org(), id.0.into()])
                .await?;
        Ok(found.map(Into::into))
    }

    /// What a plan says, as JSON bytes.
    pub async fn plan_body(&self, id: PlanId) -> Result<Option<Vec<u8>>> {
        #[derive(FromQueryResult)]
        struct Body {
            body: Vec<u8>,
        }
        let found: Option<Body> = row(
            &self.session,
            "select body from plan where organization_id = $1 and id = $2",
            [self.org(), id.0.into()],
        )
        .await?;
        Ok(found.map(|it| it.body))
    }

    /// Plans, newest first, before an id.
    pub async fn plans(&self, before: Option<PlanId>, limit: u32) -> Result<Vec<PlanRecord>> {
        let found: Vec<Row> = rows(
            &self.session,
            &format!("{COLUMNS} and ($2 is null or id < $2) order by id desc limit $3"),
            [self.org(), before.map(|id| id.0).into(), i64::from(limit).into()],
        )
        .await?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// The plan applied last.
    pub async fn applied_plan(&self) -> Result<Option<PlanRecord>> {
        let found: Option<Row> = row(
            &self.session,
            &format!("{COLUMNS} and state = 'applied' order by applied_at desc, id desc limit 1"),
            [self.org()],
        )
        .await?;
        Ok(found.map(Into::into))
    }

    /// The standing series of all pairs.
    pub async fn standing_series(&self) -> Result<Vec<StandingSeries>> {
        self.series("", vec![self.org()]).await
    }

    /// The standing series of these pairs.
    pub async fn series_of(&self, pairs: &[PairId]) -> Result<Vec<StandingSeries>> {
        let only = format!("and pair_id {}", self.any(2));
        self.series(&only, vec![self.org(), self.ids(pairs.iter().map(|id| id.0))]).await
    }

    async fn series(&self, only: &str, values: Vec<sea_orm::Value>) -> Result<Vec<StandingSeries>> {
        #[derive(FromQueryResult)]
        struct Row {
            pair_id: Uuid,
            weekday: i32,
            starts: String,
            zone: String,
            anchor: NaiveDate,
            every_weeks: Option<i32>,
            phase: i32,
        }
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select pair_id, weekday, starts, zone, anchor, every_weeks, phase from series \
                 where organization_id = $1 {only} order by pair_id"
            ),
            values,
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                let corrupt = || DatabaseError::Corrupt("series");
                Ok(StandingSeries {
                    pair: PairId(row.pair_id),
                    weekday: Weekday::try_from(row.weekday as u8).map_err(|_| corrupt())?,
                    starts: row.starts.parse().map_err(|_| corrupt())?,
                    zone: row.zone.parse().map_err(|_| corrupt())?,
                    anchor: row.anchor,
                    every_weeks: row.every_weeks.map(|weeks| weeks as u8),
                    phase: row.phase as u32,
                })
            })
            .collect()
    }

    /// Leaves of absence that touch a period: everyone's, or of these people.
    pub async fn leaves(
        &self,
        period: Period,
        people: Option<&[PersonId]>,
    ) -> Result<Vec<(PersonId, Period)>> {
        #[derive(FromQueryResult)]
        struct Row {
            person_id: Uuid,
            valid_from: NaiveDate,
            valid_until: NaiveDate,
        }
        let mut values = vec![self.org(), period.from.into(), period.until.into()];
        let mut only = String::new();
        if let Some(people) = people {
            values.push(self.ids(people.iter().map(|id| id.0)));
            only = format!("and person_id {}", self.any(4));
        }
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select person_id, valid_from, valid_until from leave_of_absence \
                 where organization_id = $1 and valid_until > $2 and valid_from < $3 {only} \
                 order by person_id, valid_from"
            ),
            values,
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| {
                (PersonId(row.person_id), Period { from: row.valid_from, until: row.valid_until })
            })
            .collect())
    }

    /// How many meetings each pair lost since `since`, up to `until`: skipped for want of time by a
    /// plan, or displaced by another event, wherever the guardian then put them. One that was
    /// displaced and found no other time was lost once.
    pub async fn displaced_counts(
        &self,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<(PairId, u32)>> {
        #[derive(FromQueryResult)]
        struct Row {
            pair_id: Uuid,
            count: i64,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select lost.pair_id, count(*) as count from ( \
               select m.id, m.pair_id from meeting m where m.organization_id = $1 \
                 and m.sort_at >= $2 and m.sort_at < $3 and m.status = 'skipped' \
                 and m.skip_reason in ('busy', 'cap', 'spacing', 'reserved', 'outside_hours') \
               union \
               select m.id, m.pair_id from guarded_slot g join meeting m \
                 on m.organization_id = g.organization_id and m.id = g.id \
                 where g.organization_id = $1 and g.displaced_at >= $2 and g.displaced_at < $3 \
             ) lost group by lost.pair_id",
            [self.org(), since.into(), until.into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| (PairId(row.pair_id), row.count as u32)).collect())
    }

    /// The start of each pair's last placed meeting before `before`.
    pub async fn last_meetings(
        &self,
        before: DateTime<Utc>,
    ) -> Result<Vec<(PairId, DateTime<Utc>)>> {
        #[derive(FromQueryResult)]
        struct Row {
            pair_id: Uuid,
            last: DateTime<Utc>,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select pair_id, max(starts_at) as last from meeting where organization_id = $1 \
             and starts_at < $2 and status <> 'skipped' group by pair_id",
            [self.org(), before.into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| (PairId(row.pair_id), row.last)).collect())
    }
}

impl Transaction {
    /// Keeps a plan.
    pub async fn add_plan(&self, it: PlanRecord, body: Vec<u8>) -> Result<()> {
        self.insert(list([plan::Model {
            organization_id: self.organization().0,
            id: it.id.0,
            state: it.state,
            starts_on: it.starts_on,
            weeks: it.weeks as i32,
            hash: it.hash,
            facts_hash: it.facts_hash,
            summary: it.summary,
            body,
            created_by: it.created_by.map(|id| id.0),
            created_at: it.created_at,
            applied_at: it.applied_at,
        }]))
        .await
    }

    /// Marks a plan as the applied one; the one before is superseded.
    pub async fn mark_plan_applied(&self, id: PlanId, now: DateTime<Utc>) -> Result<()> {
        execute(
            &self.session,
            "update plan set state = 'superseded' where organization_id = $1 and state = 'applied'",
            [self.org()],
        )
        .await?;
        execute(
            &self.session,
            "update plan set state = 'applied', applied_at = $3 where organization_id = $1 and id = $2",
            [self.org(), id.0.into(), now.into()],
        )
        .await
        .map(|_| ())
    }

    /// Replaces the standing series of pairs.
    pub async fn put_series(&self, series: &[StandingSeries], now: DateTime<Utc>) -> Result<()> {
        self.upsert(list(series.iter().map(|it| crate::entity::series::Model {
            organization_id: self.organization().0,
            pair_id: it.pair.0,
            weekday: i32::from(it.weekday.number()),
            starts: it.starts.to_string(),
            zone: it.zone.name().to_owned(),
            anchor: it.anchor,
            every_weeks: it.every_weeks.map(i32::from),
            phase: it.phase as i32,
            updated_at: now,
        })))
        .await
    }

    /// Forgets the standing series of pairs that no longer have one.
    pub async fn remove_series(&self, pairs: &[PairId]) -> Result<()> {
        let any = self.any(2);
        execute(
            &self.session,
            &format!("delete from series where organization_id = $1 and pair_id {any}"),
            [self.org(), self.ids(pairs.iter().map(|id| id.0))],
        )
        .await
        .map(|_| ())
    }
}
