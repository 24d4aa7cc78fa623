//! Tenants are apart: every statement names whose rows it means, a handle of one tenant finds
//! nothing of another, and PostgreSQL holds the second lock by itself.

mod support;
mod tenancy {
    pub(crate) mod agenda;
    pub(crate) mod changes;
    pub(crate) mod fill;
    pub(crate) mod guardian;
    pub(crate) mod insight;
    pub(crate) mod minutes;
    pub(crate) mod notes;
    pub(crate) mod notices;
    pub(crate) mod plans;
    pub(crate) mod privacy;
    pub(crate) mod read;
    pub(crate) mod statements;
    pub(crate) mod suggest;
}

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use support::{Counter, World, both};
use taiwa_domain::{
    id::IdSource,
    organization::{Locale, Organization},
};
use tenancy::{fill, plans, read, statements::unscoped};

both! {
    every_statement_names_the_tenant
    a_handle_finds_nothing_of_another_tenant
}

/// A new operation that this test does not drive is a failure.
#[test]
fn every_operation_is_driven() {
    let driven = [
        include_str!("tenancy/agenda.rs"),
        include_str!("tenancy/changes.rs"),
        include_str!("tenancy/fill.rs"),
        include_str!("tenancy/guardian.rs"),
        include_str!("tenancy/insight.rs"),
        include_str!("tenancy/minutes.rs"),
        include_str!("tenancy/notes.rs"),
        include_str!("tenancy/privacy.rs"),
        include_str!("tenancy/notices.rs"),
        include_str!("tenancy/read.rs"),
        include_str!("tenancy/suggest.rs"),
    ]
    .concat();
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut open) = (Vec::new(), vec![source]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    let (mut operations, mut missing) = (0, Vec::new());
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let mut handle = false;
        for line in text.lines() {
            if line.starts_with("impl") {
                handle = line.starts_with("impl Reader ") || line.starts_with("impl Transaction ");
            }
            let Some(rest) = line.strip_prefix("    pub async fn ").filter(|_| handle) else {
                continue;
            };
            let name = rest.split(['(', '<']).next().unwrap();
            operations += 1;
            let called = [format!(".{name}("), format!("        {name}(")];
            if !called.iter().any(|call| driven.contains(call)) {
                // Made and read by the company itself.
                if !matches!(name, "create_organization" | "organization_row") {
                    missing.push(name.to_owned());
                }
            }
        }
    }
    assert!(operations > 70, "the sources were not read: {operations}");
    assert!(missing.is_empty(), "not driven: {missing:?}");
}

/// The tables that belong to tenants, as the database itself knows them.
async fn tenant_tables(raw: &DatabaseConnection) -> Vec<String> {
    let backend = raw.get_database_backend();
    let sql = match backend {
        sea_orm::DbBackend::Sqlite => {
            "select m.name as name from sqlite_master m join pragma_table_info(m.name) c \
             where m.type = 'table' and c.name = 'organization_id'"
        }
        _ => {
            "select c.table_name::text as name from information_schema.columns c \
             where c.table_schema = current_schema() and c.column_name = 'organization_id'"
        }
    };
    let rows = raw.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    let mut tables: Vec<String> =
        rows.iter().map(|row| row.try_get::<String>("", "name").unwrap()).collect();
    // What must be found before the tenant is known.
    tables.retain(|table| !SHARED.contains(&table.as_str()));
    tables.push("organization".to_owned());
    tables.sort();
    assert!(tables.len() > 20, "{tables:?}");
    tables
}

const SHARED: [&str; 2] = ["job", "routing"];

async fn every_statement_names_the_tenant(world: &World) {
    let raw = sea_orm::Database::connect(&world.url).await.unwrap();
    let mut tables = tenant_tables(&raw).await;
    // Through a tenant's handle the shared tables are named by tenant as well.
    tables.extend(SHARED.map(str::to_owned));
    world.database.statements().take_texts();
    let ids = Counter::default();
    let filled = fill::fill(world, &ids, "statements").await;
    let handle = world.database.transaction(filled.organization).await.unwrap();
    read::everything(&handle, &filled).await;
    handle.organization_row().await.unwrap();
    tenancy::privacy::let_go(&handle, filled.people[0]).await;
    drop(handle);
    let texts = world.database.statements().take_texts();
    assert!(texts.len() > 120, "{}", texts.len());
    let mut untouched = tables.clone();
    for text in &texts {
        let wrong = unscoped(text, &tables);
        assert!(wrong.is_empty(), "{wrong:?}: {text}");
        untouched.retain(|table| !text.contains(table.as_str()));
    }
    assert!(untouched.is_empty(), "no statement touched {untouched:?}");
}

/// What costs one row must cost the same in a company of any size.
#[tokio::test]
async fn no_statement_of_sqlite_walks_through_a_tenant() {
    let world = World::sqlite().await;
    let raw = sea_orm::Database::connect(&world.url).await.unwrap();
    let mut tables = tenant_tables(&raw).await;
    tables.extend(SHARED.map(str::to_owned));
    world.database.statements().take_texts();
    let ids = Counter::default();
    let filled = fill::fill(&world, &ids, "plans").await;
    let handle = world.database.transaction(filled.organization).await.unwrap();
    read::everything(&handle, &filled).await;
    tenancy::privacy::let_go(&handle, filled.people[0]).await;
    drop(handle);
    let mut texts = world.database.statements().take_texts();
    texts.sort();
    texts.dedup();
    let (mut walking, mut allowed) = (Vec::new(), std::collections::BTreeSet::new());
    for text in &texts {
        let found = plans::walks(&raw, text, &tables).await;
        match plans::allowed(text) {
            _ if found.is_empty() => {}
            Some(begins) => _ = allowed.insert(begins),
            None => walking.push(format!("{found:?}: {text}")),
        }
    }
    assert!(walking.is_empty(), "{}: {}", walking.len(), walking.join("\n"));
    let unused: Vec<_> = plans::WHOLE.iter().filter(|(it, _)| !allowed.contains(it)).collect();
    assert!(unused.is_empty(), "allowed, but none walks: {unused:?}");
}

async fn a_handle_finds_nothing_of_another_tenant(world: &World) {
    let ids = Counter::default();
    let one = fill::fill(world, &ids, "one").await;
    let bare = Organization {
        id: ids.next().into(),
        key: "bare".to_owned(),
        name: "Bare".to_owned(),
        zone: chrono_tz::Asia::Tokyo,
        locale: Locale::Ja,
        fiscal_year_start_month: 4,
        revision: 0,
    };
    let other = world.database.transaction(bare.id).await.unwrap();
    other.create_organization(&bare, support::now()).await.unwrap();
    for (name, found) in read::everything(&other, &one).await {
        assert_eq!(found, 0, "{name} crosses tenants");
    }
    drop(other);
    // The same reads find all of it for its own: nothing above was empty by itself.
    let own = world.database.transaction(one.organization).await.unwrap();
    for (name, found) in read::everything(&own, &one).await {
        assert!(found > 0, "{name} finds nothing even of its own");
    }
}

/// Row-level security, with connections that know nothing of our handles.
#[tokio::test]
async fn postgresql_keeps_tenants_apart_by_itself() {
    let world = World::postgres().await;
    let ids = Counter::default();
    let (one, two) = (fill::fill(&world, &ids, "one").await, fill::fill(&world, &ids, "two").await);
    let mut options = sea_orm::ConnectOptions::new(&world.url);
    // Settings are a connection's own.
    options.max_connections(1).sqlx_logging(false);
    let raw = sea_orm::Database::connect(options).await.unwrap();
    let tables = tenant_tables(&raw).await;
    let count = async |table: &str| {
        let sql = format!("select count(*) as found from {table}");
        let row = raw.query_one_raw(Statement::from_string(raw.get_database_backend(), sql)).await;
        row.unwrap().unwrap().try_get::<i64>("", "found").unwrap()
    };
    let run = async |sql: &str| raw.execute_unprepared(sql).await;

    // The owner under FORCE, without a tenant: nothing.
    for table in &tables {
        assert_eq!(count(table).await, 0, "the owner sees {table}");
    }
    run("set role taiwa_app").await.unwrap();
    for table in &tables {
        assert_eq!(count(table).await, 0, "without a tenant {table} is seen");
    }
    for (mine, theirs) in [(&one, &two), (&two, &one)] {
        run(&format!("set app.tenant = '{}'", mine.organization)).await.unwrap();
        for table in &tables {
            let key = if table == "organization" { "id" } else { "organization_id" };
            assert!(count(table).await > 0, "{table} hides its tenant's own rows");
            let foreign = format!("{table} where {key} = '{}'", theirs.organization);
            assert_eq!(count(&foreign).await, 0, "{table} shows another tenant's rows");
            let sql = format!("update {table} set {key} = '{}'", theirs.organization);
            let refused = run(&sql).await.expect_err("rows were given away").to_string();
            assert!(refused.contains("row-level security"), "{table}: {refused}");
            assert_eq!(run(&format!("delete from {foreign}")).await.unwrap().rows_affected(), 0);
        }
        let sql = format!(
            "insert into role_assignment (organization_id, id, person_id, role, created_at) \
             values ('{}', '{}', '{}', 'administrator', now())",
            theirs.organization,
            uuid::Uuid::from_u128(9),
            theirs.people[0]
        );
        let refused = run(&sql).await.expect_err("a row was put elsewhere").to_string();
        assert!(refused.contains("row-level security"), "{refused}");
    }
    // After a transaction that set it the setting is an empty text, which is no tenant.
    run("reset app.tenant").await.unwrap();
    run("begin").await.unwrap();
    run(&format!("set local app.tenant = '{}'", one.organization)).await.unwrap();
    assert!(count("person").await > 0);
    run("commit").await.unwrap();
    assert_eq!(count("person").await, 0);

    // Every table is under the lock, and the application's role has no way around it.
    run("reset role").await.unwrap();
    let list = tables.iter().map(|table| format!("'{table}'")).collect::<Vec<_>>().join(", ");
    let locked = format!(
        "pg_class where relname in ({list}) and relkind = 'r' and relrowsecurity and relforcerowsecurity"
    );
    assert_eq!(count(&locked).await, tables.len() as i64);
    let able = "pg_roles where rolname = 'taiwa_app' and (rolsuper or rolbypassrls or rolcanlogin)";
    assert_eq!(count(able).await, 0);
    let owned = "pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'taiwa_app'";
    assert_eq!(count(owned).await, 0);
}
