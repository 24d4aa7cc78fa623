//! Minutes, tickets and changes that are told, so that every read finds something.

use chrono::TimeDelta;
use taiwa_database::{
    Database,
    live::{Change, Heard, Topic},
    minutes::{MinutesRow, NewUpdate, SnapshotRow, TemplateRow, TicketRow, UpdateRow},
};
use taiwa_domain::{
    content::Sealed,
    id::{IdSource, MinutesId, OrganizationId, PersonId},
    meeting::Meeting,
    minutes::{Entry, MinutesShape},
};

use crate::support::{Counter, now};

fn update(ids: &Counter, author: PersonId) -> NewUpdate {
    NewUpdate { id: ids.next(), author, content: Sealed(vec![1]) }
}

/// Writes one of everything; returns the minutes.
pub(crate) async fn fill(
    database: &Database,
    ids: &Counter,
    organization: OrganizationId,
    people: &[PersonId],
    meeting: &Meeting,
) -> MinutesId {
    let row = MinutesRow {
        id: ids.next().into(),
        meeting: meeting.id,
        pair: meeting.pair,
        shape: MinutesShape::Text,
        sequence: 0,
        created_by: people[0],
        // Before what is written in them.
        created_at: now() - TimeDelta::minutes(1),
        updated_at: now(),
    };
    let mut listening = database.live().listen();
    let it = database.transaction(organization).await.unwrap();
    assert!(it.add_minutes(&row).await.unwrap());
    let twice = MinutesRow { id: ids.next().into(), ..row };
    assert!(!it.add_minutes(&twice).await.unwrap(), "a meeting has one record");
    let written = it
        .append_minutes(ids, row.id, (0..4).map(|_| update(ids, people[0])).collect(), now())
        .await
        .unwrap();
    assert_eq!(written, Some(4));
    let nowhere =
        it.append_minutes(ids, twice.id, vec![update(ids, people[0])], now()).await.unwrap();
    assert_eq!(nowhere, None);
    it.announce(Topic::Access, people[0].0, 0).await.unwrap();
    it.commit().await.unwrap();
    // Told once it stays, on both engines.
    let told = loop {
        match listening.next().await.expect("the database is open") {
            Heard::Change(it) if it.organization == organization && it.topic == Topic::Minutes => {
                break it;
            }
            Heard::Change(_) => {}
            // It began to listen only now: what is new is read.
            Heard::CatchUp => {
                let found = database.reader(organization).await.unwrap();
                let found = found.minutes_by_id(&[row.id]).await.unwrap();
                let (topic, sequence) = (Topic::Minutes, found[0].sequence);
                break Change { organization, topic, id: row.id.0, sequence };
            }
        }
    };
    assert_eq!((told.id, told.sequence), (row.id.0, 4));

    let it = database.transaction(organization).await.unwrap();
    assert_eq!(it.lock_minutes(row.id).await.unwrap(), Some(4));
    let snapshot =
        SnapshotRow { id: ids.next(), minutes: row.id, sequence: 2, content: Sealed(vec![2]) };
    it.set_minutes_snapshot(SnapshotRow { sequence: 1, ..snapshot.clone() }, now()).await.unwrap();
    it.set_minutes_snapshot(snapshot, now()).await.unwrap();
    let folded = UpdateRow {
        id: ids.next(),
        minutes: row.id,
        entry: Entry { sequence: 2, author: None, at: now() },
        content: Sealed(vec![3]),
    };
    it.fold_minutes(1, folded).await.unwrap();
    assert_eq!(it.minutes_entries(row.id).await.unwrap().len(), 3);
    let template = TemplateRow {
        id: ids.next().into(),
        name: "標準".to_owned(),
        markdown: "# 議題".to_owned(),
        retired: false,
        version: 0,
    };
    assert!(it.set_minutes_template(&template, Some(people[0]), now()).await.unwrap());
    let stale = TemplateRow { version: 9, ..template };
    assert!(!it.set_minutes_template(&stale, None, now()).await.unwrap());
    it.commit().await.unwrap();
    tickets(database, ids, organization, people[0]).await;
    row.id
}

async fn tickets(database: &Database, ids: &Counter, organization: OrganizationId, of: PersonId) {
    let ticket = |minutes: i64| TicketRow {
        id: ids.next().into(),
        person: of,
        token: ids.next(),
        token_expires_at: now() + TimeDelta::hours(1),
        expires_at: now() + TimeDelta::minutes(minutes),
    };
    let secret = |it: &TicketRow| it.id.0.into_bytes();
    let (late, used, kept) = (ticket(-1), ticket(1), ticket(1));
    let it = database.transaction(organization).await.unwrap();
    for ticket in [&late, &used, &kept] {
        it.add_socket_ticket(ticket, &secret(ticket), now()).await.unwrap();
    }
    it.commit().await.unwrap();
    let system = database.system();
    // Making the next has swept the late one away.
    assert_eq!(system.socket_ticket(&secret(&late)).await.unwrap(), None);
    let found = system.socket_ticket(&secret(&used)).await.unwrap();
    assert_eq!(found, Some((organization, used.id)));
    let it = database.transaction(organization).await.unwrap();
    assert_eq!(it.take_socket_ticket(used.id, now()).await.unwrap(), Some(used));
    assert_eq!(it.take_socket_ticket(used.id, now()).await.unwrap(), None, "used up");
    it.commit().await.unwrap();
    assert_eq!(system.socket_ticket(&secret(&used)).await.unwrap(), None);
}
