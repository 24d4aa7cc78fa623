//! The handle for what must be found before the tenant is known.

use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult};
use sha2::{Digest, Sha256};
use taiwa_domain::id::OrganizationId;
use uuid::Uuid;

use crate::{
    error::Result,
    handle::Transaction,
    value::{execute, row, rows},
};

/// Reaches the routing and claim tables and nothing else.
#[derive(Clone)]
pub struct System {
    pub(crate) read: DatabaseConnection,
    pub(crate) write: DatabaseConnection,
}

/// Routes hold hashes, so that a stolen database names no secret and no key.
fn hash(kind: &str, key: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(kind).chain_update([0]).chain_update(key).finalize().to_vec()
}

impl System {
    pub(crate) fn new(read: DatabaseConnection, write: DatabaseConnection) -> Self {
        Self { read, write }
    }

    pub(crate) async fn lookup(
        &self,
        kind: &str,
        key: &[u8],
    ) -> Result<Option<(OrganizationId, Uuid)>> {
        #[derive(FromQueryResult)]
        struct Row {
            organization_id: Uuid,
            subject_id: Uuid,
        }
        let found: Option<Row> = row(
            &self.read,
            "select organization_id, subject_id from routing where kind = $1 and lookup_hash = $2",
            [kind.into(), hash(kind, key).into()],
        )
        .await?;
        Ok(found.map(|row| (OrganizationId(row.organization_id), row.subject_id)))
    }

    /// The organization with this key.
    pub async fn organization_by_key(&self, key: &str) -> Result<Option<OrganizationId>> {
        Ok(self.lookup("organization", key.as_bytes()).await?.map(|(organization, _)| organization))
    }

    /// Every organization, for what the operator does to all of them.
    pub async fn organizations(&self) -> Result<Vec<OrganizationId>> {
        #[derive(FromQueryResult)]
        struct Row {
            organization_id: Uuid,
        }
        let found: Vec<Row> = rows(
            &self.read,
            "select organization_id from routing where kind = 'organization' \
             order by organization_id",
            [],
        )
        .await?;
        Ok(found.into_iter().map(|row| OrganizationId(row.organization_id)).collect())
    }

    /// Whose calendar feed has this secret.
    pub async fn feed(&self, secret: &[u8]) -> Result<Option<(OrganizationId, Uuid)>> {
        self.lookup("feed", secret).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.read.execute_unprepared("select 1").await?;
        Ok(())
    }
}

impl Transaction {
    /// Lets `key` find `subject` before the tenant is known.
    pub(crate) async fn route(&self, kind: &str, key: &[u8], subject: Uuid) -> Result<()> {
        execute(
            &self.session,
            "insert into routing (kind, lookup_hash, organization_id, subject_id) values ($1, $2, $3, $4)",
            [kind.into(), hash(kind, key).into(), self.org(), subject.into()],
        )
        .await
        .map(|_| ())
    }

    /// Forgets every route of `kind` to `subject`.
    pub(crate) async fn unroute(&self, kind: &str, subject: Uuid) -> Result<()> {
        execute(
            &self.session,
            "delete from routing where organization_id = $1 and kind = $2 and subject_id = $3",
            [self.org(), kind.into(), subject.into()],
        )
        .await
        .map(|_| ())
    }
}
