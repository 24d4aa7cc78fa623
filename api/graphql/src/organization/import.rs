//! Imports of the org chart.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject, connection::Connection};
use chrono::{DateTime, NaiveDate, Utc};
use taiwa_domain::organization::import::{ImportPlan, PersonChange as Change, Severity};
use taiwa_operations::{organization::import as operations, rows::ImportRecord};
use tokio::sync::OnceCell;

use crate::{
    context::caller,
    error::failed,
    id::{Kind, decode, global},
    page::{Page, bad_cursor},
};

/// How far an import is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum ImportState {
    /// Previewed; nothing was changed.
    Previewed,
    /// Applied.
    Applied,
}

/// How bad a defect is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::organization::import::Severity")]
pub(crate) enum DefectSeverity {
    /// Something is left out.
    Error,
    /// Applied, but probably not what was meant.
    Warning,
    /// Good to know.
    Info,
}

/// Something wrong with the file.
pub(crate) struct ImportDefect(taiwa_domain::organization::import::Defect);

/// Something wrong with the file.
#[Object]
impl ImportDefect {
    /// Sheet of a workbook.
    async fn sheet(&self) -> Option<&str> {
        self.0.sheet.as_deref()
    }

    /// Row, as the spreadsheet program counts: from 1.
    async fn row(&self) -> Option<u32> {
        self.0.row
    }

    /// Header of the column.
    async fn column(&self) -> Option<&str> {
        self.0.column.as_deref()
    }

    /// The raw value.
    async fn value(&self) -> Option<&str> {
        self.0.value.as_deref()
    }

    /// What is wrong, for programs; the import guide lists all codes.
    async fn code(&self) -> &'static str {
        self.0.code.as_str()
    }

    /// How bad.
    async fn severity(&self) -> DefectSeverity {
        self.0.code.severity().into()
    }

    /// What is wrong, in the caller's language.
    async fn message(&self, context: &Context<'_>) -> Result<String> {
        Ok(self.0.message(caller(context)?.actor.locale))
    }

    /// The way out, in the caller's language.
    async fn suggestion(&self, context: &Context<'_>) -> Result<String> {
        Ok(self.0.suggestion(caller(context)?.actor.locale))
    }
}

/// What kind of change.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::organization::import::ChangeKind")]
pub(crate) enum PersonChangeKind {
    /// New.
    Joined,
    /// New, and has left already.
    Former,
    /// Comes back.
    Rejoined,
    /// Leaves.
    Left,
    /// Another primary department.
    Moved,
    /// Another solid-line manager, or none.
    ManagerChanged,
    /// Anything else.
    Updated,
}

/// One field before and after.
#[derive(SimpleObject)]
pub(crate) struct ChangedField {
    /// Canonical name of the field.
    field: &'static str,
    /// Before.
    old: Option<String>,
    /// After.
    new: Option<String>,
}

/// What an import does to one person.
pub(crate) struct PersonChange(Change);

/// What an import does to one person.
#[Object]
impl PersonChange {
    /// Employee number.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// The name colleagues know.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Kinds of change.
    async fn kinds(&self) -> Vec<PersonChangeKind> {
        self.0.kinds.iter().copied().map(Into::into).collect()
    }

    /// Field by field.
    async fn details(&self) -> Vec<ChangedField> {
        self.0
            .details
            .iter()
            .map(|it| ChangedField {
                field: it.field.as_str(),
                old: it.old.clone(),
                new: it.new.clone(),
            })
            .collect()
    }
}

/// How many of everything.
#[derive(SimpleObject)]
pub(crate) struct ImportCounts {
    /// Rows of data.
    rows: u64,
    /// People the file names without an error.
    people: u64,
    /// New people.
    joins: u64,
    /// New people who left already.
    former: u64,
    /// People who come back.
    rejoins: u64,
    /// People who leave.
    leaves: u64,
    /// People who change department.
    moves: u64,
    /// People whose solid-line manager changes.
    manager_changes: u64,
    /// People of whom anything else changes.
    updates: u64,
    /// People of whom nothing changes.
    unchanged: u64,
    /// Departments created.
    new_departments: u64,
    /// Rows left out because of an error.
    errors: u64,
    /// Reporting lines left as they are because the file's are wrong.
    blocked_lines: u64,
    /// Warnings.
    warnings: u64,
}

/// The mass-leave brake holds: confirm the number of leavers to go on.
#[derive(SimpleObject)]
pub(crate) struct MassLeaveBrake {
    /// How many would leave.
    leavers: u64,
    /// How many may without a confirmation.
    limit: u64,
    /// What to do, in the caller's language.
    message: String,
}

/// One import: a preview, and perhaps its application.
pub(crate) struct OrgImport {
    record: ImportRecord,
    plan: OnceCell<Arc<ImportPlan>>,
}

impl OrgImport {
    pub(crate) fn new(record: ImportRecord) -> Self {
        Self { record, plan: OnceCell::new() }
    }

    async fn plan(&self, context: &Context<'_>) -> Result<&Arc<ImportPlan>> {
        let caller = caller(context)?;
        self.plan
            .get_or_try_init(|| async {
                operations::plan_of(&caller.app, &caller.actor, self.record.id)
                    .await
                    .map(Arc::new)
                    .map_err(|failure| failed(&failure))
            })
            .await
    }
}

/// One import: a preview, and perhaps its application.
#[Object]
impl OrgImport {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        global(Kind::Import, self.record.id)
    }

    /// How far it is.
    async fn state(&self) -> ImportState {
        if self.record.applied_at.is_some() { ImportState::Applied } else { ImportState::Previewed }
    }

    /// Name of the file.
    async fn file_name(&self) -> Option<&str> {
        self.record.file_name.as_deref()
    }

    /// Names the plan: applying takes exactly this one.
    async fn plan_hash(&self) -> &str {
        &self.record.plan_hash
    }

    /// When previewed.
    async fn previewed_at(&self) -> DateTime<Utc> {
        self.record.created_at
    }

    /// When applied.
    async fn applied_at(&self) -> Option<DateTime<Utc>> {
        self.record.applied_at
    }

    /// The day the changes hold from.
    async fn effective_on(&self, context: &Context<'_>) -> Result<NaiveDate> {
        Ok(self.plan(context).await?.effective)
    }

    /// Whether the file as a whole cannot be applied; its defects say why.
    async fn refused(&self, context: &Context<'_>) -> Result<bool> {
        Ok(self.plan(context).await?.refused)
    }

    /// The brake, if too many people would leave.
    async fn brake(&self, context: &Context<'_>) -> Result<Option<MassLeaveBrake>> {
        let locale = caller(context)?.actor.locale;
        Ok(self.plan(context).await?.blocked.as_ref().map(|it| MassLeaveBrake {
            leavers: it.leavers as u64,
            limit: it.limit as u64,
            message: it.message(locale),
        }))
    }

    /// How many of everything.
    async fn counts(&self, context: &Context<'_>) -> Result<ImportCounts> {
        let it = &self.plan(context).await?.counts;
        Ok(ImportCounts {
            rows: it.rows as u64,
            people: it.people as u64,
            joins: it.joins as u64,
            former: it.former as u64,
            rejoins: it.rejoins as u64,
            leaves: it.leaves as u64,
            moves: it.moves as u64,
            manager_changes: it.manager_changes as u64,
            updates: it.updates as u64,
            unchanged: it.unchanged as u64,
            new_departments: it.new_departments as u64,
            errors: it.errors as u64,
            blocked_lines: it.blocked_lines as u64,
            warnings: it.warnings as u64,
        })
    }

    /// Person by person; unchanged people are only counted.
    async fn changes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, PersonChange>> {
        let page = Page::new(first, after, last, before)?;
        page.slice(self.plan(context).await?.changes.iter().collect(), |it| {
            PersonChange(it.clone())
        })
    }

    /// Everything wrong with the file, by row.
    #[allow(clippy::too_many_arguments)]
    async fn defects(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those so bad.")] severity: Option<DefectSeverity>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, ImportDefect>> {
        let page = Page::new(first, after, last, before)?;
        let wanted: Option<Severity> = severity.map(Into::into);
        let defects = &self.plan(context).await?.defects;
        let found = defects
            .iter()
            .filter(|it| wanted.is_none_or(|wanted| it.code.severity() == wanted))
            .collect();
        page.slice(found, |it: &taiwa_domain::organization::import::Defect| {
            ImportDefect(it.clone())
        })
    }
}

/// Imports.
#[derive(Default)]
pub(crate) struct ImportQuery;

#[Object]
impl ImportQuery {
    /// Imports, newest first. Requires: HR or administrator.
    async fn imports(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Result<Connection<String, OrgImport>> {
        let page = Page::new(first, after, None, None)?;
        let caller = caller(context)?;
        let cursor = page
            .after
            .as_ref()
            .map(|text| decode(Kind::Import, &ID(text.clone())).ok_or_else(bad_cursor))
            .transpose()?;
        let found = operations::records(&caller.app, &caller.actor, cursor, page.fetch())
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(page.connection(found, |it| global(Kind::Import, it.id).to_string(), OrgImport::new))
    }
}
