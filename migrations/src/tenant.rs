//! Row-level security on PostgreSQL: the second lock behind the tenant handle.
//!
//! The application works as the role `taiwa_app`, which owns nothing, and every tenant table is
//! under FORCE, so neither a forgotten condition nor a stolen application connection crosses
//! tenants. SQLite has no such lock; there the handle's condition is the only one, and a test
//! reads every statement.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// The role that the application assumes.
pub const APPLICATION_ROLE: &str = "taiwa_app";

/// Puts tables under row-level security keyed by `organization_id`.
pub async fn isolate(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables {
        policy(manager, table, "organization_id").await?;
    }
    Ok(())
}

/// Row-level security for one table by the column that names the tenant. The setting reads as an
/// empty text, not null, once a transaction that set it has ended: hence `nullif`.
pub(crate) async fn policy(
    manager: &SchemaManager<'_>,
    table: &str,
    column: &str,
) -> Result<(), DbErr> {
    if manager.get_connection().get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let tenant = "nullif(current_setting('app.tenant', true), '')::uuid";
    let sql = format!(
        "alter table {table} enable row level security;
         alter table {table} force row level security;
         create policy tenant on {table} using ({column} = {tenant}) with check ({column} = {tenant});
         grant select, insert, update, delete on {table} to {APPLICATION_ROLE};"
    );
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}

/// Lets the application use tables that belong to no tenant: routing and claims.
pub async fn share(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    if manager.get_connection().get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for table in tables {
        let sql = format!("grant select, insert, update, delete on {table} to {APPLICATION_ROLE};");
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Makes the application's role where it is missing and lets the owner assume it. Roles belong to
/// the whole server, so another database's migration may do the same at the same moment: each
/// step tolerates having been done.
pub(crate) async fn role(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_connection().get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let sql = format!(
        "do $$ begin
           if not exists (select from pg_roles where rolname = '{APPLICATION_ROLE}') then
             begin
               create role {APPLICATION_ROLE} nologin;
             exception
               when duplicate_object or unique_violation then null;
               when insufficient_privilege then
                 raise exception 'the role {APPLICATION_ROLE} is missing and % may not create it', current_user
                   using hint = 'as an administrator: create role {APPLICATION_ROLE} nologin; grant {APPLICATION_ROLE} to ' || quote_ident(current_user);
             end;
           end if;
           if not pg_has_role(current_user, '{APPLICATION_ROLE}', 'member') then
             for attempt in 1..20 loop
               begin
                 execute 'grant {APPLICATION_ROLE} to ' || quote_ident(current_user);
                 exit;
               exception when internal_error or unique_violation then
                 perform pg_sleep(0.05);
               end;
             end loop;
           end if;
           execute 'grant usage on schema ' || quote_ident(current_schema()) || ' to {APPLICATION_ROLE}';
         end $$;"
    );
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}
