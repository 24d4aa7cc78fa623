//! An open transaction of either engine, whose statements are counted.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
    prelude::async_trait::async_trait,
    sea_query::Values,
    sqlx::{self, AssertSqlSafe, Executor, Postgres},
};
use sea_query_sqlx::SqlxValues;
use taiwa_domain::id::OrganizationId;
use tokio::sync::Mutex;

use crate::error::Result;

/// Counts statements and, where a test asks for it, keeps their texts.
#[derive(Debug, Default)]
pub struct StatementLog {
    count: AtomicU64,
    texts: std::sync::Mutex<Option<Vec<String>>>,
}

impl StatementLog {
    /// Statements sent so far by this process.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Starts keeping texts, or returns those kept and starts anew.
    pub fn take_texts(&self) -> Vec<String> {
        let mut texts = self.texts.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        texts.replace(Vec::new()).unwrap_or_default()
    }

    fn note(&self, sql: &str) {
        self.count.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut texts) = self.texts.lock()
            && let Some(texts) = texts.as_mut()
        {
            texts.push(sql.to_owned());
        }
    }
}

/// An open transaction of one tenant.
pub(crate) struct Session {
    transaction: Engine,
    log: Arc<StatementLog>,
}

/// PostgreSQL's transactions are begun by sqlx itself, which can send BEGIN and the tenant's name
/// in one round trip; SeaORM's begin cannot, and a second one is a quarter of a short request.
enum Engine {
    Sqlite(DatabaseTransaction),
    Postgres(Mutex<sqlx::Transaction<'static, Postgres>>),
}

impl Session {
    /// Begins on a pool for a tenant. A reader sees one moment on both engines.
    pub(crate) async fn open(
        pool: &DatabaseConnection,
        organization: OrganizationId,
        write: bool,
        log: &Arc<StatementLog>,
    ) -> Result<Self> {
        let transaction = if pool.get_database_backend() == DbBackend::Sqlite {
            let mode = if write {
                SqliteTransactionMode::Immediate
            } else {
                SqliteTransactionMode::Deferred
            };
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(mode),
                ..TransactionOptions::default()
            };
            Engine::Sqlite(pool.begin_with_options(options).await?)
        } else {
            let mode = if write { "" } else { " isolation level repeatable read, read only" };
            let tenant = organization.0;
            // Safe: what is put into the text is a UUID.
            let begin = AssertSqlSafe(format!("begin{mode}; set local app.tenant = '{tenant}'"));
            let begun = pool.get_postgres_connection_pool().begin_with(begin).await;
            Engine::Postgres(Mutex::new(begun.map_err(unreachable)?))
        };
        Ok(Self { transaction, log: log.clone() })
    }

    /// Makes what was written stay.
    pub(crate) async fn commit(self) -> Result<()> {
        match self.transaction {
            Engine::Sqlite(transaction) => transaction.commit().await?,
            Engine::Postgres(transaction) => {
                transaction.into_inner().commit().await.map_err(refused)?;
            }
        }
        Ok(())
    }
}

/// In SeaORM's words, so that [`crate::DatabaseError`] knows one kind of cause.
fn refused(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

fn unreachable(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

/// The statement for sqlx, which keeps it prepared under its text.
fn prepared(statement: Statement) -> sqlx::query::Query<'static, Postgres, SqlxValues> {
    let values = statement.values.unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

#[async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        match self.transaction {
            Engine::Sqlite(_) => DbBackend::Sqlite,
            Engine::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.log.note(&statement.sql);
        match &self.transaction {
            Engine::Sqlite(transaction) => transaction.execute_raw(statement).await,
            Engine::Postgres(transaction) => {
                let mut connection = transaction.lock().await;
                let done = prepared(statement).execute(&mut **connection).await;
                done.map(Into::into).map_err(refused)
            }
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.log.note(sql);
        match &self.transaction {
            Engine::Sqlite(transaction) => transaction.execute_unprepared(sql).await,
            Engine::Postgres(transaction) => {
                let mut connection = transaction.lock().await;
                let done = connection.execute(AssertSqlSafe(sql.to_owned())).await;
                done.map(Into::into).map_err(refused)
            }
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.log.note(&statement.sql);
        match &self.transaction {
            Engine::Sqlite(transaction) => transaction.query_one_raw(statement).await,
            Engine::Postgres(transaction) => {
                let mut connection = transaction.lock().await;
                let found = prepared(statement).fetch_optional(&mut **connection).await;
                found.map(|row| row.map(Into::into)).map_err(refused)
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.log.note(&statement.sql);
        match &self.transaction {
            Engine::Sqlite(transaction) => transaction.query_all_raw(statement).await,
            Engine::Postgres(transaction) => {
                let mut connection = transaction.lock().await;
                let found = prepared(statement).fetch_all(&mut **connection).await;
                let rows = found.map_err(refused)?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
        }
    }
}
