//! Staged files.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::id::{PersonId, UploadId};

use crate::{
    entity::upload,
    error::Result,
    handle::{Reader, Transaction, list},
    value::{execute, row},
};

/// A staged file.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Identity.
    pub id: UploadId,
    /// Its name at the sender's.
    pub file_name: Option<String>,
    /// Its bytes.
    pub content: Vec<u8>,
    /// Who staged it; nobody else can use it.
    pub created_by: PersonId,
}

impl Reader {
    /// A staged file of `owner` that has not expired.
    pub async fn upload(
        &self,
        id: UploadId,
        owner: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Option<Upload>> {
        #[derive(FromQueryResult)]
        struct Row {
            file_name: Option<String>,
            content: Vec<u8>,
        }
        let found: Option<Row> = row(
            &self.session,
            "select file_name, content from upload where organization_id = $1 and id = $2 \
             and created_by = $3 and expires_at > $4",
            [self.org(), id.0.into(), owner.0.into(), now.into()],
        )
        .await?;
        Ok(found.map(|row| Upload {
            id,
            file_name: row.file_name,
            content: row.content,
            created_by: owner,
        }))
    }
}

impl Transaction {
    /// Stages a file until `expires_at`, and drops those that expired.
    pub async fn add_upload(
        &self,
        it: Upload,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        execute(
            &self.session,
            "delete from upload where organization_id = $1 and expires_at <= $2",
            [self.org(), now.into()],
        )
        .await?;
        self.insert(list([upload::Model {
            organization_id: self.organization().0,
            id: it.id.0,
            file_name: it.file_name,
            content: it.content,
            created_by: it.created_by.0,
            created_at: now,
            expires_at,
        }]))
        .await
    }
}
