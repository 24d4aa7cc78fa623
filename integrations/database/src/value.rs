//! Names of enum values in columns, and statements with their parameters.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer, value::StrDeserializer},
};

use crate::error::{DatabaseError, Result};

/// The snake_case name of an enum value: what columns and JSON hold.
pub(crate) fn name<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => unreachable!("unit variants serialise to their name"),
    }
}

/// The enum value of a name.
pub(crate) fn named<T: DeserializeOwned>(what: &'static str, name: &str) -> Result<T> {
    let name: StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
    T::deserialize(name).map_err(|_| DatabaseError::Corrupt(what))
}

/// Parses a stored text.
pub(crate) fn parsed<T: std::str::FromStr>(what: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|_| DatabaseError::Corrupt(what))
}

/// A statement with `$1`, `$2`… that both engines read.
pub(crate) fn statement(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

/// All rows of a statement as `T`.
pub(crate) async fn rows<T: FromQueryResult>(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<T>> {
    connection
        .query_all_raw(statement(connection, sql, values))
        .await?
        .iter()
        .map(|row| T::from_query_result(row, "").map_err(DatabaseError::from))
        .collect()
}

/// The first row of a statement, if any.
pub(crate) async fn row<T: FromQueryResult>(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<T>> {
    connection
        .query_one_raw(statement(connection, sql, values))
        .await?
        .map(|row| T::from_query_result(&row, "").map_err(DatabaseError::from))
        .transpose()
}

/// Runs a statement and tells how many rows it touched.
pub(crate) async fn execute(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64> {
    Ok(connection.execute_raw(statement(connection, sql, values)).await?.rows_affected())
}

/// A list of ids as one parameter, so that a statement has one text whatever the list's length.
/// Use with [`any`].
pub(crate) fn id_list(backend: DbBackend, ids: impl IntoIterator<Item = uuid::Uuid>) -> Value {
    match backend {
        DbBackend::Postgres => Value::from(ids.into_iter().collect::<Vec<_>>()),
        _ => {
            let ids: Vec<String> = ids.into_iter().map(|id| id.simple().to_string()).collect();
            Value::from(serde_json::to_string(&ids).expect("text serialises"))
        }
    }
}

/// The condition that a column is in the id list given as parameter `n`.
pub(crate) fn any(backend: DbBackend, n: u8) -> String {
    match backend {
        DbBackend::Postgres => format!("= any(${n})"),
        _ => format!("in (select unhex(value) from json_each(${n}))"),
    }
}

/// A statement under construction: its text and the parameters bound so far.
#[derive(Default)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

impl Sql {
    /// Appends text.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Binds a parameter and returns its `$n`.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}
