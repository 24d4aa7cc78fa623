//! Reporting lines, up and down, as of a day.

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::{PersonId, ReportingLineId},
    organization::{LineKind, Period, ReportingLine},
};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::Reader,
    value::{named, rows},
};

/// A reporting line as stored.
pub type LineRow = ReportingLine;

/// A person in a chain, with how many steps away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainLink {
    /// Who.
    pub person: PersonId,
    /// Steps from the start, from 1.
    pub distance: u32,
}

/// Steps after which a chain is cut: no company is deeper, and no cycle runs on.
const DEEPEST: u32 = 64;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    report_id: Uuid,
    manager_id: Uuid,
    kind: String,
    valid_from: NaiveDate,
    valid_until: NaiveDate,
}

impl Row {
    fn into_line(self) -> Result<ReportingLine> {
        Ok(ReportingLine {
            id: ReportingLineId(self.id),
            report: PersonId(self.report_id),
            manager: PersonId(self.manager_id),
            kind: named::<LineKind>("reporting line kind", &self.kind)?,
            period: Period { from: self.valid_from, until: self.valid_until },
        })
    }
}

const COLUMNS: &str = "select id, report_id, manager_id, kind, valid_from, valid_until \
                       from reporting_line where organization_id = $1";

impl Reader {
    /// Lines upward from these people on a day.
    pub async fn lines_of_reports(
        &self,
        day: NaiveDate,
        reports: &[PersonId],
    ) -> Result<Vec<ReportingLine>> {
        self.lines(day, "report_id", reports).await
    }

    /// Lines upward from these people that have begun by a day, those that ended since too.
    pub async fn lines_begun(
        &self,
        day: NaiveDate,
        reports: &[PersonId],
    ) -> Result<Vec<ReportingLine>> {
        let any = self.any(3);
        let found: Vec<Row> = rows(
            &self.session,
            &format!("{COLUMNS} and report_id {any} and valid_from <= $2"),
            [self.org(), day.into(), self.ids(reports.iter().map(|id| id.0))],
        )
        .await?;
        found.into_iter().map(Row::into_line).collect()
    }

    /// Lines downward from these managers on a day, by the reports' ids.
    pub async fn lines_of_managers(
        &self,
        day: NaiveDate,
        managers: &[PersonId],
    ) -> Result<Vec<ReportingLine>> {
        self.lines(day, "manager_id", managers).await
    }

    async fn lines(
        &self,
        day: NaiveDate,
        column: &str,
        people: &[PersonId],
    ) -> Result<Vec<ReportingLine>> {
        let any = self.any(3);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "{COLUMNS} and {column} {any} and valid_from <= $2 and valid_until > $2 \
                 order by {column}, kind desc, report_id, manager_id"
            ),
            [self.org(), day.into(), self.ids(people.iter().map(|id| id.0))],
        )
        .await?;
        found.into_iter().map(Row::into_line).collect()
    }

    /// Every line that holds on `from` or later: what pairs are made of.
    pub async fn lines_from(&self, from: NaiveDate) -> Result<Vec<ReportingLine>> {
        let found: Vec<Row> = rows(
            &self.session,
            &format!("{COLUMNS} and valid_until > $2 order by report_id, valid_from, id"),
            [self.org(), from.into()],
        )
        .await?;
        found.into_iter().map(Row::into_line).collect()
    }

    /// Managers of a person up to the top by solid lines, nearest first.
    pub async fn chain_up(&self, day: NaiveDate, person: PersonId) -> Result<Vec<ChainLink>> {
        self.chain(day, person, "manager_id", "report_id").await
    }

    /// Everyone below a person by solid lines, nearest first.
    pub async fn chain_down(&self, day: NaiveDate, person: PersonId) -> Result<Vec<ChainLink>> {
        self.chain(day, person, "report_id", "manager_id").await
    }

    async fn chain(
        &self,
        day: NaiveDate,
        person: PersonId,
        to: &str,
        from: &str,
    ) -> Result<Vec<ChainLink>> {
        #[derive(FromQueryResult)]
        struct Link {
            id: Uuid,
            distance: i32,
        }
        let found: Vec<Link> = rows(
            &self.session,
            &format!(
                "with recursive chain(id, distance) as ( \
                   select l.{to}, 1 from reporting_line l where l.organization_id = $1 \
                     and l.{from} = $3 and l.kind = 'solid' and l.valid_from <= $2 and l.valid_until > $2 \
                   union \
                   select l.{to}, c.distance + 1 from reporting_line l join chain c on l.{from} = c.id \
                     where l.organization_id = $1 and l.kind = 'solid' and l.valid_from <= $2 \
                       and l.valid_until > $2 and c.distance < {DEEPEST}) \
                 select id, min(distance) as distance from chain group by id order by 2, id"
            ),
            [self.org(), day.into(), person.0.into()],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|link| ChainLink { person: PersonId(link.id), distance: link.distance as u32 })
            .collect())
    }
}

impl Reader {
    /// Everyone's employments that last beyond `from`.
    pub async fn employment_periods(
        &self,
        from: NaiveDate,
    ) -> Result<std::collections::HashMap<PersonId, Vec<Period>>> {
        #[derive(FromQueryResult)]
        struct Span {
            person_id: Uuid,
            valid_from: NaiveDate,
            valid_until: NaiveDate,
        }
        let found: Vec<Span> = rows(
            &self.session,
            "select person_id, valid_from, valid_until from employment \
             where organization_id = $1 and valid_until > $2 order by person_id, valid_from",
            [self.org(), from.into()],
        )
        .await?;
        let mut periods: std::collections::HashMap<PersonId, Vec<Period>> = Default::default();
        for row in found {
            periods
                .entry(PersonId(row.person_id))
                .or_default()
                .push(Period { from: row.valid_from, until: row.valid_until });
        }
        Ok(periods)
    }
}
