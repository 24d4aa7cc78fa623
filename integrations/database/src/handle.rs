//! The only handles through which a tenant's rows are read and written.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, Iterable, ModelTrait,
    PrimaryKeyToColumn,
    sea_query::{IntoIden, OnConflict},
};
use taiwa_domain::{changes::Gathered, id::OrganizationId};
use uuid::Uuid;

use crate::{
    bulk,
    error::Result,
    live::{Announcements, Live},
    session::Session,
};

/// Reads one tenant's rows, all from one moment. Made by [`crate::Database::reader`].
pub struct Reader {
    pub(crate) session: Session,
    pub(crate) organization: OrganizationId,
}

/// Reads and writes one tenant's rows; nothing stays unless [`Transaction::commit`] is called.
/// Made by [`crate::Database::transaction`].
pub struct Transaction {
    reader: Reader,
    /// What is told when it commits, where the database does not tell by itself.
    pub(crate) announcements: Announcements,
    /// What people are told as it commits. Boxed: handles are moved about.
    gathered: Box<Mutex<Gathered>>,
}

impl std::ops::Deref for Transaction {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Reader {
    /// Whose rows.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    pub(crate) fn org(&self) -> sea_orm::Value {
        self.organization.0.into()
    }

    pub(crate) fn postgres(&self) -> bool {
        self.session.get_database_backend() == DbBackend::Postgres
    }

    /// A list of ids as one parameter; see [`crate::value::id_list`].
    pub(crate) fn ids(&self, ids: impl IntoIterator<Item = Uuid>) -> sea_orm::Value {
        crate::value::id_list(self.session.get_database_backend(), ids)
    }

    pub(crate) fn any(&self, n: u8) -> String {
        crate::value::any(self.session.get_database_backend(), n)
    }
}

impl Transaction {
    pub(crate) fn new(reader: Reader, live: Live) -> Self {
        Self { reader, announcements: Announcements::new(live), gathered: Box::default() }
    }

    /// Makes everything done through this handle stay.
    pub async fn commit(self) -> Result<()> {
        self.write_changes().await?;
        self.reader.session.commit().await?;
        self.announcements.tell();
        Ok(())
    }

    /// A panic elsewhere cannot leave it half changed.
    pub(crate) fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Inserts rows in as few statements as is sensible.
    pub(crate) async fn insert<M>(&self, rows: Vec<M>) -> Result<()>
    where
        M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        self.insert_with(rows, false).await
    }

    /// Like [`Self::insert`]; a row whose key stands already is replaced.
    pub(crate) async fn upsert<M>(&self, rows: Vec<M>) -> Result<()>
    where
        M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        self.insert_with(rows, true).await
    }

    async fn insert_with<M>(&self, rows: Vec<M>, replace: bool) -> Result<()>
    where
        M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        if self.postgres() {
            return bulk::insert(&self.session, rows, replace).await;
        }
        let columns = <M::Entity as EntityTrait>::Column::iter().map(IntoIden::into_iden);
        let keys: Vec<_> = <M::Entity as EntityTrait>::PrimaryKey::iter()
            .map(|key| PrimaryKeyToColumn::into_column(key).into_iden())
            .collect();
        let others: Vec<_> = columns.filter(|column| !keys.contains(column)).collect();
        // SQLite's limit of parameters in a statement.
        let chunk = (32_766 / (keys.len() + others.len())).min(2_000);
        let mut rows = rows.into_iter().map(M::into_active_model);
        loop {
            let chunk: Vec<_> = rows.by_ref().take(chunk).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            let mut insert = <M::Entity as EntityTrait>::insert_many(chunk);
            if replace {
                let mut conflict = OnConflict::columns(keys.clone());
                conflict.update_columns(others.clone());
                insert = insert.on_conflict(conflict);
            }
            insert.exec_without_returning(&self.session).await?;
        }
    }
}

/// Collects rows before a statement is awaited: a future that held the iterator's closures would
/// not be `Send` for every lifetime.
pub(crate) fn list<T>(rows: impl IntoIterator<Item = T>) -> Vec<T> {
    rows.into_iter().collect()
}
