//! Imports as records: what was previewed, and what became of it.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::id::{ImportId, PersonId};
use uuid::Uuid;

use crate::{
    entity::org_import,
    error::Result,
    handle::{Reader, Transaction, list},
    value::{execute, row, rows},
};

/// One import: a preview and perhaps its application.
#[derive(Clone, Debug)]
pub struct ImportRecord {
    /// Identity.
    pub id: ImportId,
    /// `previewed` or `applied`.
    pub state: String,
    /// Name of the file.
    pub file_name: Option<String>,
    /// Hash of the plan.
    pub plan_hash: String,
    /// Revision of the organization it was compared with.
    pub revision: i64,
    /// Options, as JSON.
    pub options: String,
    /// Counts, as JSON.
    pub summary: String,
    /// Who previewed it.
    pub created_by: Option<PersonId>,
    /// When previewed.
    pub created_at: DateTime<Utc>,
    /// When applied.
    pub applied_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    state: String,
    file_name: Option<String>,
    plan_hash: String,
    revision: i64,
    options: String,
    summary: String,
    created_by: Option<Uuid>,
    created_at: DateTime<Utc>,
    applied_at: Option<DateTime<Utc>>,
}

impl From<Row> for ImportRecord {
    fn from(row: Row) -> Self {
        Self {
            id: ImportId(row.id),
            state: row.state,
            file_name: row.file_name,
            plan_hash: row.plan_hash,
            revision: row.revision,
            options: row.options,
            summary: row.summary,
            created_by: row.created_by.map(PersonId),
            created_at: row.created_at,
            applied_at: row.applied_at,
        }
    }
}

const COLUMNS: &str = "select id, state, file_name, plan_hash, revision, options, summary, \
                       created_by, created_at, applied_at from org_import where organization_id = $1";

impl Reader {
    /// An import by id.
    pub async fn import_record(&self, id: ImportId) -> Result<Option<ImportRecord>> {
        let found: Option<Row> =
            row(&self.session, &format!("{COLUMNS} and id = $2"), [self.org(), id.0.into()])
                .await?;
        Ok(found.map(Into::into))
    }

    /// Imports, newest first, before an id.
    pub async fn import_records(
        &self,
        before: Option<ImportId>,
        limit: u32,
    ) -> Result<Vec<ImportRecord>> {
        let found: Vec<Row> = rows(
            &self.session,
            &format!("{COLUMNS} and ($2 is null or id < $2) order by id desc limit $3"),
            [self.org(), before.map(|id| id.0).into(), i64::from(limit).into()],
        )
        .await?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// The whole plan of an import, as JSON bytes.
    pub async fn import_plan(&self, id: ImportId) -> Result<Option<Vec<u8>>> {
        #[derive(FromQueryResult)]
        struct Plan {
            plan: Vec<u8>,
        }
        let found: Option<Plan> = row(
            &self.session,
            "select plan from org_import where organization_id = $1 and id = $2",
            [self.org(), id.0.into()],
        )
        .await?;
        Ok(found.map(|it| it.plan))
    }
}

impl Transaction {
    /// Keeps a preview.
    pub async fn add_import(&self, it: ImportRecord, plan: Vec<u8>) -> Result<()> {
        self.insert(list([org_import::Model {
            organization_id: self.organization().0,
            id: it.id.0,
            state: it.state,
            file_name: it.file_name,
            plan_hash: it.plan_hash,
            revision: it.revision,
            options: it.options,
            summary: it.summary,
            plan,
            created_by: it.created_by.map(|id| id.0),
            created_at: it.created_at,
            applied_at: it.applied_at,
        }]))
        .await
    }

    /// Marks an import as applied.
    pub async fn mark_import_applied(&self, id: ImportId, now: DateTime<Utc>) -> Result<()> {
        execute(
            &self.session,
            "update org_import set state = 'applied', applied_at = $3 \
             where organization_id = $1 and id = $2",
            [self.org(), id.0.into(), now.into()],
        )
        .await
        .map(|_| ())
    }
}
