//! Spans that are being counted or were closed.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use taiwa_domain::insight::{Span, SpanKind, publish::Atom};
use uuid::Uuid;

use crate::{
    entity::insight_release,
    error::{DatabaseError, Result},
    handle::{Reader, Transaction, list},
    value::{name, named, rows},
};

/// How far a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// A week that is over and still changes.
    Counting,
    /// Closed, with cells.
    Released,
    /// Closed, with too little in it for any cell.
    Withheld,
}

/// A span that is being counted or was closed.
#[derive(Clone, Debug)]
pub struct ReleaseRow {
    /// Identity.
    pub id: Uuid,
    /// Which span.
    pub span: Span,
    /// How far it is.
    pub state: ReleaseState,
    /// What was published together only.
    pub parts: Vec<Atom>,
    /// Of a quarter: managers with a manager of their own, and those of them who met them at least
    /// once; none where they are too few.
    pub managers: Option<(u32, u32)>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Reader {
    /// Weeks from which meetings were due up to the Monday `last`, and that are not counted yet.
    pub async fn uncounted_weeks(&self, last: NaiveDate) -> Result<Vec<NaiveDate>> {
        #[derive(FromQueryResult)]
        struct Week {
            due_week: NaiveDate,
        }
        let found: Vec<Week> = rows(
            &self.session,
            "select distinct m.due_week from meeting m where m.organization_id = $1 \
             and m.due_week <= $2 and not exists (select 1 from insight_release r \
               where r.organization_id = $1 and r.kind = 'week' and r.starts_on = m.due_week) \
             order by 1",
            [self.org(), last.into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| row.due_week).collect())
    }

    /// All spans with how far they are, without what is in them.
    pub async fn insight_spans(&self) -> Result<Vec<(Span, ReleaseState)>> {
        #[derive(FromQueryResult)]
        struct Row {
            kind: String,
            starts_on: NaiveDate,
            ends_before: NaiveDate,
            state: String,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select kind, starts_on, ends_before, state from insight_release \
             where organization_id = $1 order by starts_on",
            [self.org()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                let kind: SpanKind = named("span kind", &row.kind)?;
                let span = Span { kind, from: row.starts_on, until: row.ends_before };
                Ok((span, named("release state", &row.state)?))
            })
            .collect()
    }

    /// Published spans of a kind with when they were closed, newest first.
    pub async fn released_spans(
        &self,
        kind: SpanKind,
        limit: u32,
    ) -> Result<Vec<(Span, DateTime<Utc>)>> {
        #[derive(FromQueryResult)]
        struct Row {
            starts_on: NaiveDate,
            ends_before: NaiveDate,
            closed_at: DateTime<Utc>,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select starts_on, ends_before, closed_at from insight_release \
             where organization_id = $1 and kind = $2 and state = 'released' \
             order by starts_on desc limit $3",
            [self.org(), name(kind).into(), i64::from(limit).into()],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| (Span { kind, from: row.starts_on, until: row.ends_before }, row.closed_at))
            .collect())
    }

    /// Spans of a kind that begin from `from` up to `until`, newest first, at most so many.
    pub async fn insight_releases(
        &self,
        kind: SpanKind,
        from: NaiveDate,
        until: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReleaseRow>> {
        let found: Vec<insight_release::Model> = rows(
            &self.session,
            "select * from insight_release where organization_id = $1 and kind = $2 \
             and starts_on >= $3 and starts_on < $4 order by starts_on desc limit $5",
            [self.org(), name(kind).into(), from.into(), until.into(), i64::from(limit).into()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                let kind: SpanKind = named("span kind", &row.kind)?;
                Ok(ReleaseRow {
                    id: row.id,
                    span: Span { kind, from: row.starts_on, until: row.ends_before },
                    state: named("release state", &row.state)?,
                    parts: serde_json::from_str(&row.parts)
                        .map_err(|_| DatabaseError::Corrupt("parts"))?,
                    managers: row
                        .managers
                        .zip(row.managers_met)
                        .map(|(all, met)| (all as u32, met as u32)),
                    closed_at: row.closed_at,
                })
            })
            .collect()
    }
}

impl Transaction {
    /// Keeps changes of meetings away from what is counted of a week until the end of this
    /// transaction. Returns the week's release.
    pub async fn lock_week(&self, week: NaiveDate) -> Result<Option<Uuid>> {
        #[derive(FromQueryResult)]
        struct Id {
            id: Uuid,
        }
        // SQLite's one writer holds the lock already.
        let lock = if self.postgres() { " for update" } else { "" };
        let found: Vec<Id> = rows(
            &self.session,
            &format!(
                "select id from insight_release where organization_id = $1 and kind = 'week' \
                 and starts_on = $2{lock}"
            ),
            [self.org(), week.into()],
        )
        .await?;
        Ok(found.first().map(|row| row.id))
    }

    /// Writes spans whole.
    pub async fn put_insight_releases(&self, releases: &[ReleaseRow]) -> Result<()> {
        let rows = releases.iter().map(|it| {
            Ok(insight_release::Model {
                organization_id: self.organization().0,
                id: it.id,
                kind: name(it.span.kind),
                starts_on: it.span.from,
                ends_before: it.span.until,
                state: name(it.state),
                parts: serde_json::to_string(&it.parts)
                    .map_err(|_| DatabaseError::Corrupt("parts"))?,
                managers: it.managers.map(|(all, _)| all as i32),
                managers_met: it.managers.map(|(_, met)| met as i32),
                closed_at: it.closed_at,
            })
        });
        let rows: Vec<_> = list(rows).into_iter().collect::<Result<_>>()?;
        self.upsert(rows).await
    }
}
