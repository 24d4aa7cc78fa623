//! An open transaction of either engine, whose statements are counted.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use futures_util::TryStreamExt;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, FromQueryResult,
    QueryResult, RuntimeErr, Statement, Value,
    prelude::async_trait::async_trait,
    sea_query::Values,
    sqlx::{self, AssertSqlSafe, Sqlite, postgres::PgArguments},
};
use sea_query_sqlx::SqlxValues;
use taiwa_domain::id::OrganizationId;
use tokio::sync::Mutex;

use crate::{
    error::{DatabaseError, Result},
    postgres::{Connections, Lent, Question},
    value::statement,
};

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
    // Boxed: a connection is large, and handles are moved about.
    transaction: Box<Engine>,
    log: Arc<StatementLog>,
}

/// Not SeaORM's transactions: those cannot take rows one by one, so that long lists would stand in
/// memory twice, nor begin with a tenant in one round trip.
enum Engine {
    Sqlite(Mutex<sqlx::Transaction<'static, Sqlite>>),
    Postgres(Mutex<Lent>),
}

/// Where transactions begin.
pub(crate) enum Pool<'a> {
    Sqlite(&'a DatabaseConnection),
    Postgres(&'a Connections),
}

/// The same expression over a locked connection and a prepared query of either engine.
macro_rules! on {
    ($session:expr, $statement:expr, |$connection:ident, $query:ident| $do:expr) => {{
        let statement: Statement = $statement;
        $session.log.note(&statement.sql);
        let values = SqlxValues(statement.values.unwrap_or(Values(Vec::new())));
        // Kept prepared under its text. Safe: every text is written in this crate.
        let text = AssertSqlSafe(statement.sql);
        match &*$session.transaction {
            Engine::Sqlite(transaction) => {
                let mut locked = transaction.lock().await;
                let ($connection, $query) = (&mut **locked, sqlx::query_with(text, values));
                $do
            }
            Engine::Postgres(transaction) => {
                let mut locked = transaction.lock().await;
                let $connection = locked.ask().await.map_err(unreachable)?;
                let $query = sqlx::query_with(text, values);
                let answer = $do;
                if answer.is_ok() {
                    locked.heard();
                }
                answer
            }
        }
    }};
}

impl Session {
    /// Begins on a pool for a tenant. A reader sees one moment on both engines: that of its first
    /// statement.
    pub(crate) async fn open(
        pool: Pool<'_>,
        organization: OrganizationId,
        write: bool,
        log: &Arc<StatementLog>,
    ) -> Result<Self> {
        let transaction = match pool {
            Pool::Sqlite(pool) => {
                let begin = if write { "begin immediate" } else { "begin deferred" };
                let begun = pool.get_sqlite_connection_pool().begin_with(begin).await;
                Engine::Sqlite(Mutex::new(begun.map_err(unreachable)?))
            }
            Pool::Postgres(pool) => {
                let mode = if write { "" } else { " isolation level repeatable read, read only" };
                // What is put into the text is a UUID.
                let tenant = organization.0;
                let begin = format!("begin{mode}; set local app.tenant = '{tenant}'");
                Engine::Postgres(Mutex::new(pool.lend(begin).await.map_err(unreachable)?))
            }
        };
        Ok(Self { transaction: Box::new(transaction), log: log.clone() })
    }

    /// Makes what was written stay.
    pub(crate) async fn commit(self) -> Result<()> {
        let committed = match *self.transaction {
            Engine::Sqlite(transaction) => transaction.into_inner().commit().await,
            Engine::Postgres(transaction) => transaction.into_inner().commit().await,
        };
        committed.map_err(|error| refused(error).into())
    }

    /// The rows of the question that PostgreSQL may be asked as a transaction begins. `arguments`
    /// are literals, formatted from typed values.
    pub(crate) async fn question(
        &self,
        question: &Question,
        arguments: &str,
    ) -> Result<Vec<QueryResult>> {
        self.log.note(&question.text);
        let Engine::Postgres(transaction) = &*self.transaction else {
            return Err(DatabaseError::Corrupt("engine"));
        };
        let rows = transaction.lock().await.question(question, arguments).await.map_err(refused)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Runs a statement of PostgreSQL whose parameters are arrays.
    pub(crate) async fn execute_arrays(&self, sql: &str, arguments: PgArguments) -> Result<()> {
        self.log.note(sql);
        let Engine::Postgres(transaction) = &*self.transaction else {
            return Err(DatabaseError::Corrupt("engine"));
        };
        let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), arguments);
        let mut locked = transaction.lock().await;
        query.execute(locked.ask().await.map_err(unreachable)?).await.map_err(refused)?;
        locked.heard();
        Ok(())
    }

    /// All rows of a statement as `T`, each converted as it comes.
    pub(crate) async fn rows<T: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<T>> {
        on!(self, statement(self, sql, values), |connection, query| {
            let mut rows = query.fetch(connection);
            let mut found = Vec::new();
            while let Some(row) = rows.try_next().await.map_err(refused)? {
                found.push(T::from_query_result(&QueryResult::from(row), "")?);
            }
            Ok(found)
        })
    }
}

/// In SeaORM's words, so that [`crate::DatabaseError`] knows one kind of cause.
fn refused(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

fn unreachable(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

#[async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        match *self.transaction {
            Engine::Sqlite(_) => DbBackend::Sqlite,
            Engine::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        on!(self, statement, |connection, query| {
            query.execute(connection).await.map(Into::into).map_err(refused)
        })
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(self.get_database_backend(), sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        on!(self, statement, |connection, query| {
            let found = query.fetch_optional(connection).await;
            found.map(|row| row.map(Into::into)).map_err(refused)
        })
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        on!(self, statement, |connection, query| {
            let rows = query.fetch_all(connection).await.map_err(refused)?;
            Ok(rows.into_iter().map(Into::into).collect())
        })
    }
}
