//! What SQLite's planner takes tenants' tables for: large, most rows of one tenant.
//!
//! Without statistics SQLite assumes that any first column of an index leaves some ten rows. Here
//! that column is the organization's in nearly all of them, which leaves everything: the planner
//! then takes a walk through a whole tenant for as good as going to one row. Gathered statistics
//! would cure it only while they are true, and would make plans differ from one installation to
//! the next. So every installation is given the same ones
//! (<https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table>), after each migration.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

/// Rows that a table is taken to have.
const ROWS: u64 = 4_000_000;
/// Of them, one tenant's.
const TENANT: u64 = 1_000_000;
/// What each further column of an index leaves of it.
const LEFT: [u64; 3] = [1_000, 50, 5];
/// How much fewer rows an index of some rows has.
const PARTIAL: u64 = 20;

/// Writes the statistics. PostgreSQL gathers its own.
pub async fn write(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    if connection.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    // Makes the table, reading one that has a few rows.
    connection.execute_unprepared("analyze organization").await?;
    let columns = "select m.name as \"table\", l.name as \"index\", l.\"unique\" as is_unique, \
         l.partial as is_partial, count(*) as columns, \
         max(case when i.seqno = 0 then i.name end) as first \
         from sqlite_master m join pragma_index_list(m.name) l join pragma_index_info(l.name) i \
         where m.type = 'table' and m.name not like 'sqlite%' group by 1, 2, 3, 4";
    let indexes =
        connection.query_all_raw(Statement::from_string(DbBackend::Sqlite, columns)).await?;
    let mut rows = Vec::new();
    for index in indexes {
        let text = |column: &str| index.try_get::<String>("", column);
        let number = |column: &str| index.try_get::<i32>("", column);
        let numbers = numbers(
            number("columns")? as usize,
            text("first")? == "organization_id",
            number("is_unique")? == 1,
            number("is_partial")? == 1,
        );
        rows.push(format!("('{}', '{}', '{numbers}')", text("table")?, text("index")?));
    }
    let insert = format!("insert into sqlite_stat1 (tbl, idx, stat) values {}", rows.join(", "));
    connection.execute_unprepared("delete from sqlite_stat1").await?;
    connection.execute_unprepared(&insert).await?;
    Ok(())
}

/// The rows of an index, then how many are alike in its first column, its first two, and so on.
fn numbers(columns: usize, of_tenant: bool, unique: bool, partial: bool) -> String {
    let share = if partial { PARTIAL } else { 1 };
    let mut numbers = vec![ROWS / share];
    if of_tenant {
        numbers.push(TENANT / share);
    }
    while numbers.len() <= columns {
        let place = numbers.len() - 1 - usize::from(of_tenant);
        numbers.push(LEFT[place.min(LEFT.len() - 1)]);
    }
    if unique {
        numbers[columns] = 1;
    }
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn a_tenant_is_taken_to_have_nearly_everything() {
        assert_eq!(numbers(2, true, true, false), "4000000 1000000 1");
        assert_eq!(numbers(4, true, false, false), "4000000 1000000 1000 50 5");
        assert_eq!(numbers(2, true, false, true), "200000 50000 1000");
        assert_eq!(numbers(2, false, false, false), "4000000 1000 50");
        assert_eq!(numbers(1, false, true, false), "4000000 1");
    }
}
