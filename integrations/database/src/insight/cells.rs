//! Published cells.

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::DepartmentId,
    insight::{Figures, Scope, Span, SpanKind},
};
use uuid::Uuid;

use crate::{
    entity::insight_cell,
    error::{DatabaseError, Result},
    handle::{Reader, Transaction},
    value::{Sql, name, named, rows},
};

/// A published sum.
#[derive(Clone, Debug, PartialEq)]
pub struct CellRow {
    /// Identity.
    pub id: Uuid,
    /// Its release.
    pub release: Uuid,
    /// Of when.
    pub span: Span,
    /// Of what.
    pub scope: Scope,
    /// The department's name at the time.
    pub name: Option<String>,
    /// Its place among the cells of its span: the tree's order.
    pub sort: String,
    /// The sum.
    pub figures: Figures,
}

/// Which cells are wanted.
#[derive(Clone, Copy, Debug)]
pub struct CellsPage<'a> {
    /// Of spans of this kind.
    pub kind: SpanKind,
    /// That begin from here.
    pub from: NaiveDate,
    /// And before here.
    pub until: NaiveDate,
    /// Of these departments, and what is left of them; all and the organization's, if not given.
    pub departments: Option<&'a [DepartmentId]>,
    /// After this place.
    pub after: Option<&'a str>,
    /// Before this place.
    pub before: Option<&'a str>,
    /// At most so many.
    pub limit: u32,
    /// The last ones rather than the first.
    pub backwards: bool,
}

/// A row of a heat map: what it is about, and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatRow {
    /// Of what.
    pub scope: Scope,
    /// The department's name, of the last span.
    pub name: Option<String>,
    /// The place, of the last span.
    pub sort: String,
}

const WHOLE: &str = "whole";
const DEPARTMENT: &str = "department";
const OTHERS: &str = "others";

fn columns(scope: Scope) -> (&'static str, Option<Uuid>) {
    match scope {
        Scope::Whole => (WHOLE, None),
        Scope::Department(id) => (DEPARTMENT, Some(id.0)),
        Scope::Others(node) => (OTHERS, node.map(|id| id.0)),
    }
}

fn scope(text: &str, department: Option<Uuid>) -> Result<Scope> {
    let department = department.map(DepartmentId);
    match (text, department) {
        (WHOLE, _) => Ok(Scope::Whole),
        (DEPARTMENT, Some(id)) => Ok(Scope::Department(id)),
        (OTHERS, node) => Ok(Scope::Others(node)),
        _ => Err(DatabaseError::Corrupt("scope")),
    }
}

fn cell(row: insight_cell::Model) -> Result<CellRow> {
    let kind: SpanKind = named("span kind", &row.kind)?;
    Ok(CellRow {
        id: row.id,
        release: row.release_id,
        span: Span { kind, from: row.starts_on, until: row.ends_before },
        scope: scope(&row.scope, row.department_id)?,
        name: row.name,
        sort: row.sort,
        figures: serde_json::from_str(&row.figures)
            .map_err(|_| DatabaseError::Corrupt("figures"))?,
    })
}

impl Reader {
    /// The condition of a page, without its place.
    fn of_page(&self, page: &CellsPage<'_>, sql: &mut Sql) {
        let organization = sql.bind(self.org());
        let (kind, from) = (sql.bind(name(page.kind)), sql.bind(page.from));
        let until = sql.bind(page.until);
        sql.push(&format!(
            " from insight_cell c where c.organization_id = {organization} and c.kind = {kind} \
             and c.starts_on >= {from} and c.starts_on < {until}"
        ));
        if let Some(departments) = page.departments {
            sql.values.push(self.ids(departments.iter().map(|id| id.0)));
            let any = self.any(sql.values.len() as u8);
            sql.push(&format!(" and c.department_id {any}"));
        }
    }

    /// Cells by their place, then by time.
    pub async fn insight_cells(&self, page: &CellsPage<'_>) -> Result<Vec<CellRow>> {
        let mut sql = Sql::default();
        sql.push("select c.*");
        self.of_page(page, &mut sql);
        for (place, sign) in [(page.after, '>'), (page.before, '<')] {
            if let Some(place) = place {
                let place = sql.bind(place);
                sql.push(&format!(" and c.sort {sign} {place}"));
            }
        }
        let limit = sql.bind(i64::from(page.limit));
        let order = if page.backwards { "desc" } else { "asc" };
        sql.push(&format!(" order by c.sort {order}, c.starts_on limit {limit}"));
        let found: Vec<insight_cell::Model> = rows(&self.session, &sql.text, sql.values).await?;
        let mut cells: Vec<CellRow> = found.into_iter().map(cell).collect::<Result<_>>()?;
        if page.backwards {
            cells.reverse();
        }
        Ok(cells)
    }

    /// Cells of a department or of the whole organization, newest first.
    pub async fn insight_trend(
        &self,
        kind: SpanKind,
        of: Scope,
        limit: u32,
    ) -> Result<Vec<CellRow>> {
        let (scope, department) = columns(of);
        let found: Vec<insight_cell::Model> = rows(
            &self.session,
            "select * from insight_cell where organization_id = $1 and kind = $2 and scope = $3 \
             and ($4 is null and department_id is null or department_id = $4) \
             order by starts_on desc limit $5",
            [
                self.org(),
                name(kind).into(),
                scope.into(),
                department.into(),
                i64::from(limit).into(),
            ],
        )
        .await?;
        found.into_iter().map(cell).collect()
    }

    /// What has cells in any span of a page, by its place in the last.
    pub async fn insight_rows(&self, page: &CellsPage<'_>) -> Result<Vec<HeatRow>> {
        #[derive(FromQueryResult)]
        struct Row {
            scope: String,
            department_id: Option<Uuid>,
            name: Option<String>,
            sort: String,
        }
        let mut sql = Sql::default();
        sql.push(
            "select f.scope, f.department_id, f.name, f.sort from ( \
               select c.scope, c.department_id, c.name, c.sort, row_number() over ( \
                 partition by c.scope, c.department_id order by c.starts_on desc) as n",
        );
        self.of_page(page, &mut sql);
        sql.push(") f where f.n = 1");
        for (place, sign) in [(page.after, '>'), (page.before, '<')] {
            if let Some(place) = place {
                let place = sql.bind(place);
                sql.push(&format!(" and f.sort {sign} {place}"));
            }
        }
        let limit = sql.bind(i64::from(page.limit));
        let order = if page.backwards { "desc" } else { "asc" };
        sql.push(&format!(" order by f.sort {order} limit {limit}"));
        let found: Vec<Row> = rows(&self.session, &sql.text, sql.values).await?;
        let mut heat: Vec<HeatRow> = found
            .into_iter()
            .map(|row| {
                Ok(HeatRow {
                    scope: scope(&row.scope, row.department_id)?,
                    name: row.name,
                    sort: row.sort,
                })
            })
            .collect::<Result<_>>()?;
        if page.backwards {
            heat.reverse();
        }
        Ok(heat)
    }
}

impl Transaction {
    /// Adds cells.
    pub async fn add_insight_cells(&self, cells: &[CellRow]) -> Result<()> {
        let mut rows = Vec::with_capacity(cells.len());
        for it in cells {
            let (scope, department_id) = columns(it.scope);
            rows.push(insight_cell::Model {
                organization_id: self.organization().0,
                id: it.id,
                release_id: it.release,
                kind: name(it.span.kind),
                starts_on: it.span.from,
                ends_before: it.span.until,
                scope: scope.to_owned(),
                department_id,
                name: it.name.clone(),
                sort: it.sort.clone(),
                figures: serde_json::to_string(&it.figures)
                    .map_err(|_| DatabaseError::Corrupt("figures"))?,
            });
        }
        self.insert(rows).await
    }
}
