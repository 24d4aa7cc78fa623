//! How SQLite would answer a statement, and whether it walks through all that a tenant has.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// The steps of a statement's plan that go through a whole table, or through all of a tenant's part
/// of it; empty where every step goes to what it looks for.
pub(crate) async fn walks(raw: &DatabaseConnection, sql: &str, tables: &[String]) -> Vec<String> {
    // A new row without deferred keys has nothing to look for in tables that name its table.
    if sql.to_lowercase().starts_with("insert") && sql.to_lowercase().contains(" values (") {
        return Vec::new();
    }
    let explain = Statement::from_string(DbBackend::Sqlite, format!("explain query plan {sql}"));
    let rows = raw.query_all_raw(explain).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
    let steps = rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap());
    steps.filter(|step| walk(step, sql, tables)).collect()
}

fn walk(step: &str, sql: &str, tables: &[String]) -> bool {
    let mut words = step.split(' ');
    let verb = words.next().unwrap_or_default();
    let name = words.next().unwrap_or_default();
    match verb {
        // Others are lists given as parameters, and what a statement found by itself.
        "SCAN" => is_table(name, sql, tables),
        "SEARCH" => step.ends_with("(organization_id=?)"),
        _ => false,
    }
}

/// Whether a name is a table's, or what the statement calls it.
fn is_table(name: &str, sql: &str, tables: &[String]) -> bool {
    let sql = sql.to_lowercase();
    tables.iter().any(|table| {
        table == name
            || [" ", " as "].iter().any(|between| {
                [' ', ',', ')', '\n'].iter().any(|after| {
                    format!("{sql} ").contains(&format!("{table}{between}{name}{after}"))
                })
            })
    })
}

/// A part of statements that go through all that a tenant has of something, and why they may.
pub(crate) const WHOLE: &[(&str, &str)] = &[
    ("select * from (select p.id, p.number", "a page of all people, in the order of the index"),
    ("select department_id as id, code, name", "the tree of departments, whole"),
    ("select v.department_id as id, v.code", "the tree of departments, whole"),
    ("select id, department_id, name, weekday", "reserved windows are few"),
    ("from job where organization_id = $1 and not single", "a page, in the order of the index"),
    ("from pair where organization_id = $1 order by id", "all pairs, for planning and syncing"),
    ("pair_id is not null order by id", "pairs that were asked for, for syncing"),
    ("select id, name, markdown, retired_at", "templates are few"),
    ("order by pair_id, valid_from", "all pairs' episodes, for planning"),
    ("from assignment t where", "the whole chart, for an import"),
    ("from reporting_line t where", "the whole chart, for an import"),
    ("order by report_id, valid_from, id", "the whole chart, for syncing"),
    ("select id, scope, department_id, pair_id", "policies are few"),
    ("from library_question where organization_id = $1 and retired_at", "own questions are few"),
    ("from agenda_template where organization_id = $1 and retired_at", "own templates are few"),
    ("select id, state, file_name, plan_hash", "a page, in the order of the index"),
    ("from plan where organization_id = $1", "plans are few"),
    ("update plan set state", "plans are few"),
    ("from safety_text where", "a text's versions are few"),
    ("select kind, starts_on, ends_before, state", "spans are few"),
    ("from guardian_policy where organization_id = $1", "one row"),
    ("from retention_policy where organization_id = $1", "one row"),
    ("from slack_connection where organization_id = $1", "one row"),
    ("update slack_connection set", "one row"),
    ("from content_key k where", "every key, once a day"),
    ("update org_import set plan = $2", "all imports, when somebody is erased"),
    ("m.status = 'skipped' and exists", "an index of what was skipped"),
    ("where p.organization_id = $1 order by p.number", "the whole chart, for an import"),
    ("select pair_id, max(starts_at) as last", "every pair's last meeting, for planning"),
    ("select pair_id, weekday, starts, zone", "all series, for planning"),
    ("select person_id, department_id from assignment", "everyone's department, for planning"),
    ("and starts_at < $3 union all", "everyone's calendar, for planning"),
    ("from employment where organization_id = $1", "everyone's employment, for planning"),
    ("from leave_of_absence where organization_id = $1", "everyone's leave, for planning"),
    ("from calendar_account where organization_id = $1 group by", "a count of all"),
    ("delete from upload where", "uploads are few: they end within a day"),
    ("update slot_block set place = null", "where all meet has changed"),
];

/// By which part of it a statement may go through all.
pub(crate) fn allowed(sql: &str) -> Option<&'static str> {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    WHOLE.iter().map(|(part, _)| *part).find(|part| sql.contains(part))
}
