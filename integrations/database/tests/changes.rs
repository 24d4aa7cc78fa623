//! What people are told has changed: nothing is missed, nothing is told too much, and a plan of a
//! whole company costs no more statements than a single word.

mod support;

use chrono::{Days, TimeDelta};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use support::{Counter, World, both, now, today};
use taiwa_database::{Database, live::Heard, notice::Told};
use taiwa_domain::{
    changes::{Change, ChangeKind},
    content::Sealed,
    id::{IdSource, OrganizationId, PairId, PersonId},
    meeting::{
        Meeting, MeetingStatus, Slot,
        agenda::{AgendaItem, HopedResponse, ItemState},
    },
    pair::{Pair, PairKind},
};

both! {
    whoever_reads_up_to_a_number_has_read_everything_before_it
    what_one_transaction_changes_is_one_line_for_each_person_kind_and_pair
    drafts_are_told_to_their_author_alone
    what_was_forgotten_is_not_passed_over
    what_does_not_stay_is_told_to_nobody
}

/// A manager with two reports, and their pairs.
struct Company {
    organization: OrganizationId,
    people: [PersonId; 3],
    pairs: [PairId; 2],
}

async fn company(world: &World, ids: &Counter) -> Company {
    let organization = world.company(ids, "changes").await;
    let it = world.database.transaction(organization).await.unwrap();
    let people = it.people(today(), &Default::default(), None, None, 9, false).await.unwrap();
    let people = [people[0].id, people[1].id, people[2].id];
    let pair = |partner: usize| Pair {
        id: ids.next().into(),
        kind: PairKind::Manager,
        organizer: people[0],
        partner: people[partner],
    };
    let made = [pair(1), pair(2)];
    it.add_pairs(&made, now()).await.unwrap();
    it.commit().await.unwrap();
    Company { organization, people, pairs: made.map(|it| it.id) }
}

fn meetings(ids: &Counter, pair: PairId, weeks: std::ops::Range<u64>) -> Vec<Meeting> {
    let meeting = |week: u64| {
        let due_week = today() + Days::new(7 * week);
        let starts_at = due_week.and_hms_opt(3, 0, 0).unwrap().and_utc();
        Meeting {
            id: ids.next().into(),
            pair,
            due_week,
            slot: Some(Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) }),
            minutes: 30,
            buffer_minutes: 0,
            status: MeetingStatus::Planned,
            skip_reason: None,
            pinned: false,
            cost: 0,
            plan: None,
            version: 1,
        }
    };
    weeks.map(meeting).collect()
}

async fn list(world: &World, it: &Company, person: PersonId, after: i64) -> Vec<Change> {
    let reader = world.database.reader(it.organization).await.unwrap();
    reader.changes_after(person, after, 1_000).await.unwrap().expect("no gap")
}

/// Many write at once, to lists that overlap in different orders, while somebody reads on from the
/// last number again and again: each step finds the next numbers and nothing before them.
async fn whoever_reads_up_to_a_number_has_read_everything_before_it(world: &World) {
    let ids = std::sync::Arc::new(Counter::default());
    let it = company(world, &ids).await;
    let (writers, each) = (8_i64, 12_i64);
    let writing: Vec<_> = (0..writers)
        .map(|n| {
            let (database, ids) = (world.database.clone(), ids.clone());
            let (organization, mut people) = (it.organization, it.people);
            if n % 2 == 0 {
                people.reverse();
            }
            tokio::spawn(async move {
                for _ in 0..each {
                    let it = database.transaction(organization).await.unwrap();
                    it.add_notices(&*ids, &disconnected(&people), now()).await.unwrap();
                    it.commit().await.unwrap();
                }
            })
        })
        .collect();
    let mut seen = 0;
    while seen < writers * each {
        for change in list(world, &it, it.people[0], seen).await {
            assert_eq!(change.sequence, seen + 1);
            seen = change.sequence;
        }
        tokio::task::yield_now().await;
    }
    for it in writing {
        it.await.unwrap();
    }
    let reader = world.database.reader(it.organization).await.unwrap();
    for person in it.people {
        let extent = reader.changes_extent(person).await.unwrap();
        assert_eq!((extent.gone, extent.last), (0, writers * each));
    }
}

async fn what_one_transaction_changes_is_one_line_for_each_person_kind_and_pair(world: &World) {
    let ids = Counter::default();
    let it = company(world, &ids).await;
    let log = world.database.statements();
    let mut costs = Vec::new();
    let mut written = Vec::new();
    for weeks in [0..1, 1..60] {
        let own = it.pairs.map(|pair| meetings(&ids, pair, weeks.clone()));
        let all: Vec<Meeting> = own.iter().flatten().cloned().collect();
        let before = log.count();
        let transaction = world.database.transaction(it.organization).await.unwrap();
        transaction.put_meetings(&all, now()).await.unwrap();
        transaction.commit().await.unwrap();
        costs.push(log.count() - before);
        written.push(own);
    }
    assert_eq!(costs[0], costs[1], "statements");
    let manager = list(world, &it, it.people[0], 0).await;
    let short: Vec<_> =
        manager.iter().map(|it| (it.sequence, it.kind, it.pair, it.meeting)).collect();
    let kind = ChangeKind::Meetings;
    let [one, two] = it.pairs.map(Some);
    let first = [0, 1].map(|n| Some(written[0][n][0].id));
    assert_eq!(
        short,
        [
            (1, kind, one, first[0]),
            (2, kind, two, first[1]),
            (3, kind, one, None),
            (4, kind, two, None)
        ]
    );
    for (person, pair) in [(it.people[1], one), (it.people[2], two)] {
        let report = list(world, &it, person, 0).await;
        assert_eq!(report.iter().map(|it| it.pair).collect::<Vec<_>>(), [pair, pair]);
    }
}

async fn drafts_are_told_to_their_author_alone(world: &World) {
    let ids = Counter::default();
    let it = company(world, &ids).await;
    let [author, other, _] = it.people;
    let draft = AgendaItem {
        id: ids.next().into(),
        pair: it.pairs[0],
        author,
        position: 1,
        hoped: HopedResponse::Advice,
        text: Sealed(vec![1]),
        shared_at: None,
        state: ItemState::Open,
        carried_from: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    let put = async |item: &AgendaItem| {
        let transaction = world.database.transaction(it.organization).await.unwrap();
        transaction.put_agenda_items(std::slice::from_ref(item)).await.unwrap();
        transaction.commit().await.unwrap();
    };
    put(&draft).await;
    put(&AgendaItem { state: ItemState::Withdrawn(now()), ..draft.clone() }).await;
    let told = list(world, &it, author, 0).await;
    assert_eq!(told.iter().map(|it| it.subject).collect::<Vec<_>>(), [Some(draft.id.0); 2]);
    assert_eq!(list(world, &it, other, 0).await, []);
    put(&AgendaItem { shared_at: Some(now()), ..draft.clone() }).await;
    let told = list(world, &it, other, 0).await;
    assert_eq!(
        (told.len(), told[0].subject, told[0].pair),
        (1, Some(draft.id.0), Some(it.pairs[0]))
    );
}

/// Something that each of them is told.
fn disconnected(people: &[PersonId]) -> Vec<(PersonId, Told)> {
    people.iter().map(|person| (*person, Told::AccountDisconnected)).collect()
}

async fn what_was_forgotten_is_not_passed_over(world: &World) {
    let ids = Counter::default();
    let it = company(world, &ids).await;
    for days in [3, 2, 0] {
        let transaction = world.database.transaction(it.organization).await.unwrap();
        let then = now() - TimeDelta::days(days);
        transaction.add_notices(&ids, &disconnected(&it.people[..1]), then).await.unwrap();
        transaction.commit().await.unwrap();
    }
    let transaction = world.database.transaction(it.organization).await.unwrap();
    assert_eq!(transaction.forget_changes(now() - TimeDelta::days(1)).await.unwrap(), 2);
    transaction.commit().await.unwrap();
    let reader = world.database.reader(it.organization).await.unwrap();
    let extent = reader.changes_extent(it.people[0]).await.unwrap();
    assert_eq!((extent.gone, extent.last), (2, 3));
    assert_eq!(reader.changes_after(it.people[0], 1, 9).await.unwrap(), None);
    assert_eq!(reader.changes_after(it.people[0], 2, 9).await.unwrap().unwrap().len(), 1);
    drop(reader);
    // When nothing is left, the numbers go on all the same.
    let transaction = world.database.transaction(it.organization).await.unwrap();
    assert_eq!(transaction.forget_changes(now() + TimeDelta::days(1)).await.unwrap(), 1);
    transaction.commit().await.unwrap();
    let reader = world.database.reader(it.organization).await.unwrap();
    let extent = reader.changes_extent(it.people[0]).await.unwrap();
    assert_eq!((extent.gone, extent.last), (3, 3));
}

async fn what_does_not_stay_is_told_to_nobody(world: &World) {
    let ids = Counter::default();
    let it = company(world, &ids).await;
    let mut listening = world.database.live().listen();
    let tell = async |stays: bool| {
        let transaction = world.database.transaction(it.organization).await.unwrap();
        transaction.add_notices(&ids, &disconnected(&it.people[..1]), now()).await.unwrap();
        if stays {
            transaction.commit().await.unwrap();
        }
    };
    tell(false).await;
    assert_eq!(list(world, &it, it.people[0], 0).await, []);
    tell(true).await;
    let told = loop {
        match listening.next().await.expect("the database is open") {
            Heard::Change(it) => break it.sequence,
            // It listens only now.
            Heard::CatchUp => tell(true).await,
        }
    };
    let stands = list(world, &it, it.people[0], 0).await;
    assert!(stands.iter().any(|it| it.sequence == told), "{told}: {stands:?}");
}

async fn run(raw: &DatabaseConnection, sql: &str) -> Vec<sea_orm::QueryResult> {
    let statement = Statement::from_string(raw.get_database_backend(), sql);
    raw.query_all_raw(statement).await.unwrap()
}

async fn tell(database: &Database, organization: OrganizationId, person: PersonId) {
    let it = database.transaction(organization).await.unwrap();
    let told = Told::AccountDisconnected;
    it.add_notices(&Counter::default(), &[(person, told)], now()).await.unwrap();
    it.commit().await.unwrap();
}

/// Whoever took an earlier number and has not committed yet holds up later ones of the same person,
/// and nobody else.
#[tokio::test]
async fn a_later_number_waits_for_the_earlier_one() {
    let world = World::postgres().await;
    let ids = Counter::default();
    let it = company(&world, &ids).await;
    let mut options = sea_orm::ConnectOptions::new(&world.url);
    options.max_connections(1).sqlx_logging(false);
    let raw = sea_orm::Database::connect(options).await.unwrap();
    let (organization, person) = (it.organization, it.people[0]);
    for sql in [
        "begin".to_owned(),
        format!("set local app.tenant = '{organization}'"),
        format!("insert into change_head values ('{organization}', '{person}', 1)"),
        format!(
            "insert into change values ('{organization}', '{person}', 1, 'safety', null, null, null, now())"
        ),
    ] {
        raw.execute_unprepared(&sql).await.unwrap();
    }
    let database = world.database.clone();
    let later = tokio::spawn(async move { tell(&database, organization, person).await });
    // It stands in the queue behind ours.
    loop {
        let waiting = run(&raw, "select 1 from pg_locks where not granted").await;
        if !waiting.is_empty() {
            break;
        }
        tokio::task::yield_now().await;
    }
    tell(&world.database, organization, it.people[1]).await;
    assert_eq!(list(&world, &it, it.people[1], 0).await.len(), 1);
    assert_eq!(list(&world, &it, person, 0).await, []);
    assert!(!later.is_finished());
    raw.execute_unprepared("commit").await.unwrap();
    later.await.unwrap();
    let kinds: Vec<_> = list(&world, &it, person, 0).await.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [ChangeKind::Safety, ChangeKind::Notices]);
}

/// On SQLite, where nobody plans anew: what is asked often walks an index.
#[tokio::test]
async fn reading_a_list_walks_no_table() {
    let world = World::sqlite().await;
    let raw = sea_orm::Database::connect(&world.url).await.unwrap();
    for (sql, expected) in [
        (
            "select * from change where organization_id = x'00' and person_id = x'00' \
             and sequence > 5 order by sequence limit 9",
            "SEARCH change USING INDEX sqlite_autoindex_change_1 \
             (organization_id=? AND person_id=? AND sequence>?)",
        ),
        (
            "delete from change where organization_id = x'00' and created_at < '2026'",
            "SEARCH change USING COVERING INDEX change_age (organization_id=? AND created_at<?)",
        ),
    ] {
        let plan = run(&raw, &format!("explain query plan {sql}")).await;
        let steps: Vec<String> =
            plan.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
        assert_eq!(steps, [expected], "{sql}");
    }
}
