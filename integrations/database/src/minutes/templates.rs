//! The organization's own templates of minutes.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::id::{MinutesTemplateId, PersonId};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    value::{execute, rows},
};

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRow {
    /// Identity.
    pub id: MinutesTemplateId,
    /// What it is called.
    pub name: String,
    /// What minutes begin with.
    pub markdown: String,
    /// Whether it is not offered any more.
    pub retired: bool,
    /// Counts its changes; 0 = not stored yet.
    pub version: i64,
}

impl Reader {
    /// The organization's templates, oldest first: those that are offered, or all.
    pub async fn minutes_templates(&self, all: bool) -> Result<Vec<TemplateRow>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            name: String,
            markdown: String,
            retired_at: Option<DateTime<Utc>>,
            version: i64,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select id, name, markdown, retired_at, version from minutes_template \
             where organization_id = $1 and ($2 or retired_at is null) order by id",
            [self.org(), all.into()],
        )
        .await?;
        let template = |row: Row| TemplateRow {
            id: MinutesTemplateId(row.id),
            name: row.name,
            markdown: row.markdown,
            retired: row.retired_at.is_some(),
            version: row.version,
        };
        Ok(found.into_iter().map(template).collect())
    }
}

impl Transaction {
    /// Stores a template, if it is still at the version given; counts it up. Returns whether it
    /// was.
    pub async fn set_minutes_template(
        &self,
        it: &TemplateRow,
        by: Option<PersonId>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let retired_at = it.retired.then_some(now);
        let count = if it.version == 0 {
            execute(
                &self.session,
                "insert into minutes_template (organization_id, id, name, markdown, retired_at, \
                   created_by, created_at, version) values ($1, $2, $3, $4, $5, $6, $7, 1)",
                [
                    self.org(),
                    it.id.0.into(),
                    it.name.as_str().into(),
                    it.markdown.as_str().into(),
                    retired_at.into(),
                    by.map(|id| id.0).into(),
                    now.into(),
                ],
            )
            .await?
        } else {
            execute(
                &self.session,
                "update minutes_template set name = $3, markdown = $4, retired_at = $5, \
                   version = version + 1 where organization_id = $1 and id = $2 and version = $6",
                [
                    self.org(),
                    it.id.0.into(),
                    it.name.as_str().into(),
                    it.markdown.as_str().into(),
                    retired_at.into(),
                    it.version.into(),
                ],
            )
            .await?
        };
        Ok(count > 0)
    }
}
