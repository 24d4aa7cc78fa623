//! SeaORM on SQLite and PostgreSQL: entities, queries, transactions, outbox.
//!
//! [`Database::reader`] and [`Database::transaction`] are the only ways to a tenant's rows; the
//! [`System`] handle reaches what must be found before the tenant is known, and nothing else.
//! One set-based statement per need; instants are `DateTime<Utc>` in whole microseconds.

mod bulk;
pub mod cadence;
pub mod calendar;
pub mod changes;
pub mod content;
mod entity;
pub mod error;
mod handle;
pub mod insight;
pub mod live;
pub mod meeting;
pub mod minutes;
pub mod notice;
pub mod organization;
pub mod pair;
pub mod planning;
pub mod platform;
mod postgres;
pub mod privacy;
mod session;
mod value;

use std::sync::Arc;

use sea_orm::{ConnectOptions, DatabaseConnection, DbBackend, sqlx::postgres::PgConnectOptions};
use taiwa_domain::id::OrganizationId;
use taiwa_migrations::MigratorTrait;

use postgres::Connections;
use session::{Pool, Session};

pub use calendar::{BuiltInCalendar, BuiltInCalendars};
pub use error::{DatabaseError, Result};
pub use handle::{Reader, Transaction};
pub use live::Live;
pub use platform::System;
pub use session::StatementLog;

/// A connected database of either engine.
#[derive(Clone)]
pub struct Database {
    read: DatabaseConnection,
    write: DatabaseConnection,
    /// Where tenants' transactions run on PostgreSQL.
    tenants: Option<Tenants>,
    log: Arc<StatementLog>,
    live: Live,
}

/// Apart, so that a request that reads while another part of it waits to write can never be among
/// those it waits for.
#[derive(Clone)]
struct Tenants {
    read: Connections,
    write: Connections,
}

/// Connections for what belongs to no tenant: short work, little of it at a time.
const SYSTEM_CONNECTIONS: u32 = 4;

/// How many connections to keep.
#[derive(Clone, Copy, Debug)]
pub struct PoolSize {
    /// Transactions at once on PostgreSQL, of those that read and of those that write; or readers
    /// of SQLite (which has one writer).
    pub connections: u32,
}

impl Default for PoolSize {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, |n| n.get() as u32);
        Self { connections: (cores * 4).max(8) }
    }
}

impl Database {
    /// Connects to `sqlite:PATH` or `postgres://…`. On PostgreSQL the connections assume the role
    /// that row-level security applies to.
    pub async fn connect(url: &str, size: PoolSize) -> Result<Self> {
        let log = Arc::new(StatementLog::default());
        if url.starts_with("sqlite:") {
            let write = sea_orm::Database::connect(sqlite(url, 1, false)).await?;
            let read = sea_orm::Database::connect(sqlite(url, size.connections, true)).await?;
            Ok(Self { read, write, tenants: None, log, live: Live::new(None) })
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let few = size.connections.min(SYSTEM_CONNECTIONS);
            let read = sea_orm::Database::connect(postgres(url, few)).await?;
            let write = sea_orm::Database::connect(postgres(url, few)).await?;
            let options: PgConnectOptions = url.parse().map_err(|_| DatabaseError::Url)?;
            let tenants = || Connections::new(as_application(options.clone()), size.connections);
            let tenants = Some(Tenants { read: tenants(), write: tenants() });
            Ok(Self { read, write, tenants, log, live: Live::new(Some(url.to_owned())) })
        } else {
            Err(DatabaseError::Url)
        }
    }

    /// Brings the schema up to date as the owner of the tables. Returns how many migrations ran.
    pub async fn migrate(url: &str) -> Result<usize> {
        let options = if url.starts_with("sqlite:") {
            sqlite(url, 1, false)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            base(url, 1)
        } else {
            return Err(DatabaseError::Url);
        };
        let connection = sea_orm::Database::connect(options).await?;
        let pending = taiwa_migrations::Migrator::get_pending_migrations(&connection).await?.len();
        if pending > 0 {
            taiwa_migrations::Migrator::up(&connection, None).await?;
            taiwa_migrations::statistics::write(&connection).await?;
        }
        connection.close().await?;
        Ok(pending)
    }

    /// Opens a tenant's rows for reading.
    pub async fn reader(&self, organization: OrganizationId) -> Result<Reader> {
        let pool = match &self.tenants {
            Some(tenants) => Pool::Postgres(&tenants.read),
            None => Pool::Sqlite(&self.read),
        };
        let session = Session::open(pool, organization, false, &self.log).await?;
        Ok(Reader { session, organization })
    }

    /// Opens a tenant's rows for reading and writing.
    pub async fn transaction(&self, organization: OrganizationId) -> Result<Transaction> {
        let pool = match &self.tenants {
            Some(tenants) => Pool::Postgres(&tenants.write),
            None => Pool::Sqlite(&self.write),
        };
        let session = Session::open(pool, organization, true, &self.log).await?;
        Ok(Transaction::new(Reader { session, organization }, self.live.clone()))
    }

    /// The handle for what belongs to no tenant yet.
    pub fn system(&self) -> System {
        System::new(self.read.clone(), self.write.clone())
    }

    /// What has just changed, in any replica.
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Statements sent so far: tests assert counts.
    pub fn statements(&self) -> &Arc<StatementLog> {
        &self.log
    }

    /// Which engine, for people: `SQLite` or `PostgreSQL`.
    pub fn engine(&self) -> &'static str {
        match self.read.get_database_backend() {
            DbBackend::Postgres => "PostgreSQL",
            _ => "SQLite",
        }
    }
}

fn base(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .acquire_timeout(std::time::Duration::from_secs(20));
    options
}

fn postgres(url: &str, connections: u32) -> ConnectOptions {
    let mut options = base(url, connections);
    options.map_sqlx_postgres_opts(as_application);
    options
}

/// Settings of every connection but the migrations'.
fn as_application(options: PgConnectOptions) -> PgConnectOptions {
    options.options([
        // Row-level security applies to it.
        ("role", taiwa_migrations::tenant::APPLICATION_ROLE),
        // One generic plan instead of planning each statement five times over.
        ("plan_cache_mode", "force_generic_plan"),
        ("jit", "off"),
    ])
}

/// One writer that begins IMMEDIATE and many read-only readers: with the default (many deferred
/// writers) most concurrent writers fail at once with "database is locked".
fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = base(url, connections);
    options.map_sqlx_sqlite_opts(move |options| {
        options
            .create_if_missing(!read_only)
            .read_only(read_only)
            .busy_timeout(std::time::Duration::from_secs(20))
            .foreign_keys(true)
            .pragma("journal_mode", "wal")
            .pragma("synchronous", "normal")
            .pragma("mmap_size", "268435456")
            .pragma("cache_size", "-65536")
    });
    options
}
