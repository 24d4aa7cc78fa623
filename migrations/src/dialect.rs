//! One script for both engines.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// The types that the engines name differently: SQLite keeps UUIDs as 16-byte blobs and times as
/// text that sorts.
const TYPES: [(&str, &str, &str); 6] = [
    ("{uuid}", "uuid", "blob"),
    ("{instant}", "timestamptz", "text"),
    ("{date}", "date", "text"),
    ("{bytes}", "bytea", "blob"),
    ("{int}", "integer", "integer"),
    ("{long}", "bigint", "integer"),
];

/// Runs a script with its types replaced.
pub async fn run(manager: &SchemaManager<'_>, script: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let postgres = connection.get_database_backend() == DbBackend::Postgres;
    let mut sql = script.to_owned();
    for (token, on_postgres, on_sqlite) in TYPES {
        sql = sql.replace(token, if postgres { on_postgres } else { on_sqlite });
    }
    connection.execute_unprepared(&sql).await.map(|_| ())
}
