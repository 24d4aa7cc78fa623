//! The only handles through which a tenant's rows are read and written.

use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, Iterable, ModelTrait,
    sea_query::{IntoIden, OnConflict},
};
use taiwa_domain::id::OrganizationId;
use uuid::Uuid;

use crate::{error::Result, session::Session};

/// Reads one tenant's rows, all from one moment. Made by [`crate::Database::reader`].
pub struct Reader {
    pub(crate) session: Session,
    pub(crate) organization: OrganizationId,
}

/// Reads and writes one tenant's rows; nothing stays unless [`Transaction::commit`] is called.
/// Made by [`crate::Database::transaction`].
pub struct Transaction(Reader);

impl std::ops::Deref for Transaction {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.0
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
    /// Makes everything done through this handle stay.
    pub async fn commit(self) -> Result<()> {
        self.0.session.commit().await
    }

    /// Inserts rows in as few statements as the engine's parameter limit allows.
    pub(crate) async fn insert<M>(&self, rows: Vec<M>) -> Result<()>
    where
        M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        self.insert_with(rows, None).await
    }

    /// Like [`Self::insert`]; a row whose key stands already is replaced.
    pub(crate) async fn upsert<M>(&self, rows: Vec<M>) -> Result<()>
    where
        M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        let keys: Vec<_> = <M::Entity as EntityTrait>::PrimaryKey::iter()
            .map(|key| sea_orm::PrimaryKeyToColumn::into_column(key).into_iden())
            .collect();
        let others = <M::Entity as EntityTrait>::Column::iter()
            .map(IntoIden::into_iden)
            .filter(|column| !keys.contains(column));
        let mut replace = OnConflict::columns(keys.clone());
        replace.update_columns(others);
        self.insert_with(rows, Some(replace)).await
    }

    async fn insert_with<M>(&self, rows: Vec<M>, on_conflict: Option<OnConflict>) -> Result<()>
    where
        M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        let columns = <M::Entity as EntityTrait>::Column::iter().count();
        let limit = if self.postgres() { 65_535 } else { 32_766 };
        let mut rows = rows.into_iter();
        loop {
            let chunk: Vec<_> = rows
                .by_ref()
                .take((limit / columns).min(2_000))
                .map(M::into_active_model)
                .collect();
            if chunk.is_empty() {
                return Ok(());
            }
            let mut insert = <M::Entity as EntityTrait>::insert_many(chunk);
            if let Some(on_conflict) = &on_conflict {
                insert = insert.on_conflict(on_conflict.clone());
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

impl From<Reader> for Transaction {
    /// Only [`crate::Database::transaction`] opens readers for writing.
    fn from(reader: Reader) -> Self {
        Self(reader)
    }
}
