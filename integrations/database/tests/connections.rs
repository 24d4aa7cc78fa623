//! Transactions on PostgreSQL's connections: none outlives its handle, and none is lost with a
//! connection that was cut while nobody used it.

mod support;

use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use support::{Counter, World, now, today};
use taiwa_database::platform::Session;
use taiwa_domain::{
    access::Role,
    id::{IdSource, OrganizationId, PersonId},
};

/// A connection that knows nothing of our handles.
async fn aside(world: &World) -> DatabaseConnection {
    let mut options = ConnectOptions::new(&world.url);
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await.unwrap()
}

async fn count(aside: &DatabaseConnection, sql: &str) -> i64 {
    let row = aside.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

/// Waits until no connection of the database is inside a transaction.
async fn settled(aside: &DatabaseConnection) -> bool {
    let open = "select count(*) from pg_stat_activity where datname = current_database() \
         and pid <> pg_backend_pid() and xact_start is not null";
    for _ in 0..100 {
        if count(aside, open).await == 0 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

async fn first_person(world: &World, organization: OrganizationId) -> PersonId {
    let reader = world.database.reader(organization).await.unwrap();
    let found = reader.people(today(), &Default::default(), None, None, 1, false).await.unwrap();
    found[0].id
}

#[tokio::test]
async fn a_transaction_ends_with_its_handle() {
    let world = World::postgres().await;
    let ids = Counter::default();
    let organization = world.company(&ids, "acme").await;
    let person = first_person(&world, organization).await;
    let aside = aside(&world).await;
    assert!(settled(&aside).await, "a read goes on");

    // More than there are connections, one after another on each.
    for _ in 0..20 {
        let write = world.database.transaction(organization).await.unwrap();
        write.add_role(ids.next(), person, Role::Hr, now()).await.unwrap();
        assert_eq!(write.roles(&[person]).await.unwrap().len(), 1);
    }
    assert!(settled(&aside).await, "a write that nobody wanted goes on");
    let reader = world.database.reader(organization).await.unwrap();
    assert!(reader.roles(&[person]).await.unwrap().is_empty(), "it stayed");

    // What is committed later is not in the moment that this reader sees.
    let write = world.database.transaction(organization).await.unwrap();
    write.add_role(ids.next(), person, Role::Hr, now()).await.unwrap();
    write.commit().await.unwrap();
    assert!(reader.roles(&[person]).await.unwrap().is_empty());
    drop(reader);
    let reader = world.database.reader(organization).await.unwrap();
    assert_eq!(reader.roles(&[person]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_statement_given_up_leaves_its_connection_to_others() {
    let world = World::postgres().await;
    let ids = Counter::default();
    let organization = world.company(&ids, "acme").await;
    let person = first_person(&world, organization).await;
    let token = Session { id: ids.next(), person, expires_at: now() };
    let write = world.database.transaction(organization).await.unwrap();
    write.add_token(token, now()).await.unwrap();
    write.commit().await.unwrap();

    let holding = world.database.transaction(organization).await.unwrap();
    assert_eq!(holding.revoke_tokens(person, None, now()).await.unwrap(), 1);
    for _ in 0..3 {
        let waiting = world.database.transaction(organization).await.unwrap();
        let revoked = waiting.revoke_tokens(person, None, now());
        assert!(tokio::time::timeout(Duration::from_millis(50), revoked).await.is_err());
    }
    drop(holding);
    assert!(settled(&aside(&world).await).await, "a transaction that was given up goes on");
    for _ in 0..8 {
        let write = world.database.transaction(organization).await.unwrap();
        assert_eq!(write.revoke_tokens(person, None, now()).await.unwrap(), 1);
    }
    // Nor does it matter when the caller is given up, in whatever connection.
    for _ in 0..8 {
        let reader = world.database.reader(organization).await.unwrap();
        let caller = reader.caller(token.id, today(), now());
        let _ = tokio::time::timeout(Duration::ZERO, caller).await;
    }
    let mut readers = Vec::new();
    for _ in 0..4 {
        let reader = world.database.reader(organization).await.unwrap();
        assert!(reader.caller(token.id, today(), now()).await.unwrap().is_none());
        readers.push(reader);
    }
    drop(readers);
    // A statement that fails does the same.
    for _ in 0..8 {
        let write = world.database.transaction(organization).await.unwrap();
        assert!(write.add_token(token, now()).await.is_err(), "the same id twice");
    }
    let write = world.database.transaction(organization).await.unwrap();
    assert_eq!(write.revoke_tokens(person, None, now()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_connection_that_was_cut_is_replaced() {
    let world = World::postgres().await;
    let ids = Counter::default();
    let organization = world.company(&ids, "acme").await;
    let person = first_person(&world, organization).await;
    let aside = aside(&world).await;
    let token = ids.next();
    for _ in 0..3 {
        let ask = async || {
            let reader = world.database.reader(organization).await.unwrap();
            assert!(reader.caller(token, today(), now()).await.unwrap().is_none());
        };
        ask().await;
        assert!(settled(&aside).await);
        let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
             where datname = current_database() and pid <> pg_backend_pid()";
        assert!(count(&aside, cut).await > 0);
        ask().await;
        count(&aside, cut).await;
        first_person(&world, organization).await;
        let write = world.database.transaction(organization).await.unwrap();
        write.add_role(ids.next(), person, Role::Hr, now()).await.unwrap();
        write.commit().await.unwrap();
    }
}
