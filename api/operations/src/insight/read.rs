//! Published figures, for those whom they are for: HR and executives read all, everyone else those
//! of the departments they belong to, and managers those in which anyone of their line is. What a
//! span holds that is not closed, nobody reads.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use taiwa_database::insight::{CellRow, CellsPage, HeatRow, ReleaseState};
use taiwa_domain::{
    access::{InsightFacts, ReadInsight},
    id::{DepartmentId, PersonId},
    insight::{Scope, Span, SpanKind},
};

use crate::{Actor, App, Result};

/// The departments whose cells an actor may read; none = all, and the organization's own.
pub type Readable = Option<Vec<DepartmentId>>;

/// Works out what the actor may read.
pub async fn readable(app: &App, actor: &Actor) -> Result<Readable> {
    if actor.caller.grant::<ReadInsight>(&InsightFacts { theirs: false }).is_ok() {
        return Ok(None);
    }
    actor.caller.grant::<ReadInsight>(&InsightFacts { theirs: true })?;
    let reader = app.reader(actor).await?;
    Ok(Some(reader.own_departments(actor.today, actor.caller.person).await?))
}

/// Which part of a list is wanted.
#[derive(Clone, Debug)]
pub struct Part {
    /// Spans of this kind.
    pub kind: SpanKind,
    /// That begin from here.
    pub from: NaiveDate,
    /// And before here.
    pub until: NaiveDate,
    /// After this place.
    pub after: Option<String>,
    /// Before this place.
    pub before: Option<String>,
    /// At most so many.
    pub limit: u32,
    /// The last ones rather than the first.
    pub backwards: bool,
}

impl Part {
    fn page<'a>(&'a self, departments: Option<&'a [DepartmentId]>) -> CellsPage<'a> {
        CellsPage {
            kind: self.kind,
            from: self.from,
            until: self.until,
            departments,
            after: self.after.as_deref(),
            before: self.before.as_deref(),
            limit: self.limit,
            backwards: self.backwards,
        }
    }
}

/// More cells than a span or a page of rows has.
const MOST_CELLS: u32 = 100_000;

/// A closed span, and when it was closed.
pub type Closed = (Span, DateTime<Utc>);

/// The closed spans of a kind that were published, newest first.
pub async fn closed(app: &App, actor: &Actor, kind: SpanKind, limit: u32) -> Result<Vec<Closed>> {
    actor.caller.grant::<ReadInsight>(&InsightFacts { theirs: true })?;
    Ok(app.reader(actor).await?.released_spans(kind, limit).await?)
}

/// Cells by their place.
pub async fn cells(app: &App, actor: &Actor, part: &Part) -> Result<Vec<CellRow>> {
    let readable = readable(app, actor).await?;
    Ok(app.reader(actor).await?.insight_cells(&part.page(readable.as_deref())).await?)
}

/// What has cells in any span of a part.
pub async fn rows(app: &App, actor: &Actor, part: &Part) -> Result<Vec<HeatRow>> {
    let readable = readable(app, actor).await?;
    Ok(app.reader(actor).await?.insight_rows(&part.page(readable.as_deref())).await?)
}

/// Cells of one department or of the organization, newest first; nothing of others.
pub async fn trend(
    app: &App,
    actor: &Actor,
    kind: SpanKind,
    of: Scope,
    limit: u32,
) -> Result<Vec<CellRow>> {
    if let Some(readable) = readable(app, actor).await? {
        let theirs = matches!(of, Scope::Department(id) if readable.contains(&id));
        if !theirs {
            return Ok(Vec::new());
        }
    }
    Ok(app.reader(actor).await?.insight_trend(kind, of, limit).await?)
}

/// Cells of these scopes in the spans of a part, all of them. The scopes must be among those found
/// readable before.
pub async fn of(app: &App, actor: &Actor, part: &Part, of: &[Scope]) -> Result<Vec<CellRow>> {
    let departments: Option<Vec<DepartmentId>> = of
        .iter()
        .map(|scope| match scope {
            Scope::Whole => None,
            Scope::Department(id) => Some(*id),
            Scope::Others(node) => *node,
        })
        .collect();
    let page = CellsPage {
        kind: part.kind,
        from: part.from,
        until: part.until,
        departments: departments.as_deref(),
        after: None,
        before: None,
        limit: MOST_CELLS,
        backwards: false,
    };
    let mut found = app.reader(actor).await?.insight_cells(&page).await?;
    found.retain(|cell| of.contains(&cell.scope));
    Ok(found)
}

/// Cells of these scopes in the spans of a kind that begin on their days; likewise. One statement,
/// however many spans: all of them lie in what one page shows.
pub async fn at(
    app: &App,
    actor: &Actor,
    kind: SpanKind,
    wanted: &[(NaiveDate, Scope)],
) -> Result<Vec<CellRow>> {
    let days = || wanted.iter().map(|(from, _)| *from);
    let (Some(from), Some(last)) = (days().min(), days().max()) else { return Ok(Vec::new()) };
    let until = last + chrono::Days::new(1);
    let (after, before, backwards) = (None, None, false);
    let part = Part { kind, from, until, after, before, limit: MOST_CELLS, backwards };
    let scopes: BTreeSet<Scope> = wanted.iter().map(|(_, scope)| *scope).collect();
    let scopes: Vec<Scope> = scopes.into_iter().collect();
    let wanted: HashSet<&(NaiveDate, Scope)> = wanted.iter().collect();
    let mut found = of(app, actor, &part, &scopes).await?;
    found.retain(|cell| wanted.contains(&(cell.span.from, cell.scope)));
    Ok(found)
}

/// Of managers who have a manager of their own, those who met them in a quarter: all and met. For
/// those who read the whole organization.
pub async fn managers(app: &App, actor: &Actor, quarter: Span) -> Result<Option<(u32, u32)>> {
    if actor.caller.grant::<ReadInsight>(&InsightFacts { theirs: false }).is_err() {
        return Ok(None);
    }
    let until = quarter.from + chrono::Days::new(1);
    let reader = app.reader(actor).await?;
    let found = reader.insight_releases(SpanKind::Quarter, quarter.from, until, 1).await?;
    let released = found.into_iter().find(|it| it.state == ReleaseState::Released);
    Ok(released.and_then(|it| it.managers))
}

/// Who can help a department: people of HR, a few of them.
pub async fn helpers(app: &App, actor: &Actor) -> Result<Vec<PersonId>> {
    actor.caller.grant::<ReadInsight>(&InsightFacts { theirs: true })?;
    let reader = app.reader(actor).await?;
    Ok(reader.role_holders(taiwa_domain::access::Role::Hr, 5).await?)
}

/// The month in which the organization's fiscal year starts: quarters follow it.
pub async fn fiscal(app: &App, actor: &Actor) -> Result<u8> {
    Ok(app.reader(actor).await?.organization_row().await?.fiscal_year_start_month)
}
