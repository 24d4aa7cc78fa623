//! Cells, and rows of a heat map.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Object, Result};
use taiwa_domain::{
    id::DepartmentId,
    insight::{Help, Scope, help},
};
use taiwa_operations::{
    insight::read::{self, Part},
    rows::{CellRow, HeatRow},
};

use super::{InsightPeriod, figures::InsightFigures, words};
use crate::{
    context::{Caller, caller},
    error::failed,
    load::{CellAt, Helpers, PersonAt, TreeAt},
    organization::{department::Department, person::Person},
};

/// What a cell is about.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum InsightScope {
    /// The whole organization.
    Organization,
    /// A department with all below it.
    Department,
    /// What of a department, or of the organization, is too small to stand by itself.
    OtherTeams,
}

impl From<Scope> for InsightScope {
    fn from(it: Scope) -> Self {
        match it {
            Scope::Whole => Self::Organization,
            Scope::Department(_) => Self::Department,
            Scope::Others(_) => Self::OtherTeams,
        }
    }
}

fn node(scope: Scope) -> Option<DepartmentId> {
    match scope {
        Scope::Whole => None,
        Scope::Department(id) => Some(id),
        Scope::Others(node) => node,
    }
}

/// A department as it is today.
async fn department(context: &Context<'_>, scope: Scope) -> Result<Option<Department>> {
    let Some(id) = node(scope) else { return Ok(None) };
    let caller = caller(context)?;
    let day = caller.actor.today;
    let tree = caller.loads.load_one(TreeAt(day)).await?;
    Ok(tree.and_then(|tree| Department::find(tree, id, day)))
}

fn label(context: &Context<'_>, scope: Scope, name: Option<&str>) -> Result<String> {
    let locale = caller(context)?.actor.locale;
    Ok(words::scope(locale, scope, name))
}

/// The figures of a department, or of what is left of it, in a closed period.
pub(crate) struct InsightCell(pub(crate) CellRow);

/// The figures of a department, or of what is left of it, in a closed period.
#[Object]
impl InsightCell {
    /// Of when.
    async fn period(&self) -> InsightPeriod {
        InsightPeriod { span: self.0.span, closed_at: None }
    }

    /// Of what.
    async fn scope(&self) -> InsightScope {
        self.0.scope.into()
    }

    /// The department as it is today; of other teams the one that they are in. Null for the
    /// organization, and once the department is gone.
    async fn department(&self, context: &Context<'_>) -> Result<Option<Department>> {
        department(context, self.0.scope).await
    }

    /// Its name at the time, in words for a heading.
    async fn label(&self, context: &Context<'_>) -> Result<String> {
        label(context, self.0.scope, self.0.name.as_deref())
    }

    /// The figures.
    async fn figures(&self) -> InsightFigures {
        InsightFigures(self.0.figures.clone())
    }

    /// The figures of the period before; null where there are none.
    async fn before(&self, context: &Context<'_>) -> Result<Option<InsightFigures>> {
        let caller = caller(context)?;
        let before = self.0.span.before();
        let key = CellAt(before.kind, before.from, self.0.scope);
        Ok(caller.loads.load_one(key).await?.map(|cell| InsightFigures(cell.figures)))
    }

    /// An offer of help where fewer than four of five 1on1s that were due took place: who can help,
    /// and what helps. Null elsewhere.
    async fn support(&self) -> Option<InsightSupport> {
        help(&self.0.figures).map(InsightSupport)
    }
}

/// A row of a heat map.
pub(crate) struct InsightRow {
    row: HeatRow,
    cells: Vec<CellRow>,
}

impl InsightRow {
    pub(super) fn sort(&self) -> &str {
        &self.row.sort
    }

    /// The rows of a part with their cells: two statements.
    pub(super) async fn page(caller: &Caller, part: &Part) -> Result<Vec<Self>> {
        let (app, actor) = (&caller.app, &caller.actor);
        let rows = read::rows(app, actor, part).await.map_err(|failure| failed(&failure))?;
        let scopes: Vec<Scope> = rows.iter().map(|row| row.scope).collect();
        let found =
            read::of(app, actor, part, &scopes).await.map_err(|failure| failed(&failure))?;
        let mut cells: HashMap<Scope, Vec<CellRow>> = HashMap::new();
        for cell in found {
            cells.entry(cell.scope).or_default().push(cell);
        }
        let row = |row: HeatRow| {
            let mut cells = cells.remove(&row.scope).unwrap_or_default();
            cells.sort_by_key(|cell| cell.span.from);
            Self { row, cells }
        };
        Ok(rows.into_iter().map(row).collect())
    }
}

/// A row of a heat map.
#[Object]
impl InsightRow {
    /// Of what.
    async fn scope(&self) -> InsightScope {
        self.row.scope.into()
    }

    /// The department as it is today; of other teams the one that they are in. Null for the
    /// organization, and once the department is gone.
    async fn department(&self, context: &Context<'_>) -> Result<Option<Department>> {
        department(context, self.row.scope).await
    }

    /// Its last name, in words for a heading.
    async fn label(&self, context: &Context<'_>) -> Result<String> {
        label(context, self.row.scope, self.row.name.as_deref())
    }

    /// Its cells, oldest first; periods in which it has none are absent.
    async fn cells(&self) -> Vec<InsightCell> {
        self.cells.iter().cloned().map(InsightCell).collect()
    }
}

/// Something that helps a department.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::insight::Help")]
pub(crate) enum InsightHelpKind {
    /// Reserve hours for 1on1s, so that other meetings do not take them.
    ReserveWindows,
    /// Ask the organizers of large and recurring meetings to leave 1on1 time alone.
    ProtectTime,
    /// A longer interval or shorter meetings, for now.
    EaseCadence,
    /// Topics, questions and examples for the two.
    OfferTopics,
    /// Remind the two to say whether they met.
    ConfirmMeetings,
    /// A talk with those who lead the department about what is in the way.
    TalkToLeaders,
}

/// Something that helps a department.
pub(crate) struct InsightHelp(Help);

/// Something that helps a department.
#[Object]
impl InsightHelp {
    /// For programs.
    async fn kind(&self) -> InsightHelpKind {
        self.0.into()
    }

    /// For people, in the caller's language.
    async fn label(&self, context: &Context<'_>) -> Result<&'static str> {
        Ok(words::help(caller(context)?.actor.locale, self.0))
    }
}

/// An offer of help.
pub(crate) struct InsightSupport(Vec<Help>);

/// An offer of help.
#[Object]
impl InsightSupport {
    /// What helps, the most telling first.
    async fn helps(&self) -> Vec<InsightHelp> {
        self.0.iter().copied().map(InsightHelp).collect()
    }

    /// Who can help: people of HR, a few of them.
    async fn helpers(&self, context: &Context<'_>) -> Result<Vec<Person>> {
        let caller = caller(context)?;
        let day = caller.actor.today;
        let ids = caller.loads.load_one(Helpers).await?.unwrap_or_default();
        let mut found = caller.loads.load_many(ids.iter().map(|id| PersonAt(*id, day))).await?;
        let people = ids.iter().filter_map(|id| found.remove(&PersonAt(*id, day)));
        Ok(people.map(|person| Person::new(person, day)).collect())
    }
}
