//! Many rows in one statement.

use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, EntityTrait, IntoActiveModel, Iterable, ModelTrait,
    PrimaryKeyToColumn,
    sea_query::{ColumnType, Iden, Value, ValueType},
    sqlx::{Arguments, postgres::PgArguments},
};

use crate::{
    error::{DatabaseError, Result},
    session::Session,
};

/// Rows of one statement on PostgreSQL: enough for the statement's own cost not to count, few
/// enough for a statement's rows to be nothing beside what they were made from.
const ROWS: usize = 5_000;

/// Inserts rows on PostgreSQL, a column an array: one short text for any number of rows, where a
/// list of rows would be parsed and planned value by value. With `replace`, a row whose key stands
/// already is replaced.
pub(crate) async fn insert<M>(session: &Session, rows: Vec<M>, replace: bool) -> Result<()>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: Send,
{
    let text = text::<M::Entity>(replace);
    let mut rows = rows.into_iter().map(M::into_active_model);
    loop {
        let mut chunk: Vec<_> = rows.by_ref().take(ROWS).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        let mut arguments = PgArguments::default();
        for column in <M::Entity as EntityTrait>::Column::iter() {
            let values = chunk.iter_mut().map(|row| match row.take(column) {
                ActiveValue::Set(value) | ActiveValue::Unchanged(value) => Some(value),
                ActiveValue::NotSet => None,
            });
            bind(&mut arguments, column.def().get_column_type(), values)?;
        }
        session.execute_arrays(&text, arguments).await?;
    }
}

fn text<E: EntityTrait>(replace: bool) -> String {
    let quoted = |name: &str| format!("\"{name}\"");
    let all: Vec<String> = E::Column::iter().map(|it| it.unquoted().to_owned()).collect();
    let columns: Vec<String> = all.iter().map(|name| quoted(name)).collect();
    let arrays: Vec<String> = (1..=all.len()).map(|n| format!("${n}")).collect();
    let mut text = format!(
        "insert into {} ({}) select * from unnest({})",
        quoted(E::default().table_name()),
        columns.join(", "),
        arrays.join(", "),
    );
    if replace {
        let keys: Vec<String> =
            E::PrimaryKey::iter().map(|key| quoted(key.into_column().unquoted())).collect();
        let others: Vec<String> = columns
            .iter()
            .filter(|column| !keys.contains(column))
            .map(|column| format!("{column} = excluded.{column}"))
            .collect();
        text.push_str(&format!(
            " on conflict ({}) do update set {}",
            keys.join(", "),
            others.join(", ")
        ));
    }
    text
}

/// Binds a column's values as an array of its type: the types that [`crate::entity`] has.
fn bind(
    arguments: &mut PgArguments,
    kind: &ColumnType,
    values: impl Iterator<Item = Option<Value>>,
) -> Result<()> {
    macro_rules! array {
        ($type:ty) => {
            arguments.add(typed::<$type>(values)?)
        };
    }
    match kind {
        ColumnType::Uuid => array!(uuid::Uuid),
        ColumnType::String(_) | ColumnType::Text => array!(String),
        ColumnType::Date => array!(chrono::NaiveDate),
        ColumnType::TimestampWithTimeZone => array!(chrono::DateTime<chrono::Utc>),
        ColumnType::Boolean => array!(bool),
        ColumnType::Integer => array!(i32),
        ColumnType::BigInteger => array!(i64),
        ColumnType::Binary(_) | ColumnType::VarBinary(_) | ColumnType::Blob => array!(Vec<u8>),
        _ => return Err(DatabaseError::Corrupt("column type")),
    }
    .map_err(|_| DatabaseError::Corrupt("column"))
}

fn typed<T>(values: impl Iterator<Item = Option<Value>>) -> Result<Vec<Option<T>>>
where
    Option<T>: ValueType,
{
    values
        .map(|value| match value {
            Some(value) => <Option<T> as ValueType>::try_from(value)
                .map_err(|_| DatabaseError::Corrupt("column")),
            None => Ok(None),
        })
        .collect()
}
