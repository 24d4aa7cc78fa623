//! A manager's team in one statement is what the same people are when read by id.

mod support;

use chrono::Days;
use support::{Counter, World, both, now, person, today};
use taiwa_database::{meeting::TeamPage, platform::Session};
use taiwa_domain::{
    id::IdSource,
    organization::{
        EmploymentStatus, LineKind,
        import::{LineStart, NewPerson, PersonRef, Writes},
    },
};

both! { whoever_is_not_employed_is_read_as_they_stand }

async fn whoever_is_not_employed_is_read_as_they_stand(world: &World) {
    let ids = Counter::default();
    let organization = world.company(&ids, "team").await;
    let reader = world.database.reader(organization).await.unwrap();
    let people = reader.people(today(), &Default::default(), None, None, 9, false).await.unwrap();
    drop(reader);
    let manager = people[0].id;
    let joins = today() + Days::new(30);
    let writes = Writes {
        new_persons: vec![NewPerson { joined: joins, ..person(4) }],
        line_starts: vec![LineStart {
            report: PersonRef::New(0),
            manager: PersonRef::Existing(manager),
            kind: LineKind::Solid,
            from: today(),
        }],
        ..Writes::default()
    };
    let transaction = world.database.transaction(organization).await.unwrap();
    transaction.apply_import(&writes, today(), &ids, now()).await.unwrap();
    transaction.commit().await.unwrap();

    let mut seen = Vec::new();
    for day in [today(), joins] {
        let reader = world.database.reader(organization).await.unwrap();
        let page = TeamPage { manager, day, after: None, limit: 9, from: now(), meetings: 2 };
        let team = reader.team(&page).await.unwrap();
        let ids: Vec<_> = team.iter().map(|member| member.person.id).collect();
        let mut known = reader.people_by_id(day, &ids).await.unwrap();
        known.sort_by(|a, b| a.number.cmp(&b.number));
        assert_eq!(team.iter().map(|it| it.person.clone()).collect::<Vec<_>>(), known);
        seen.extend(team.last().map(|member| (member.person.status, member.person.joined)));
    }
    let expected = [EmploymentStatus::NotJoined, EmploymentStatus::Active];
    assert_eq!(seen, expected.map(|status| (status, Some(joins))));

    // Who has not joined is a caller all the same, to be read as a person when asked for.
    let reader = world.database.reader(organization).await.unwrap();
    let last = reader.people(joins, &Default::default(), Some("3"), None, 1, false).await.unwrap();
    drop(reader);
    let token = Session { id: ids.next(), person: last[0].id, expires_at: now() + Days::new(60) };
    let transaction = world.database.transaction(organization).await.unwrap();
    transaction.add_token(token, now()).await.unwrap();
    transaction.commit().await.unwrap();
    for (day, employed) in [(today(), false), (joins, true)] {
        let reader = world.database.reader(organization).await.unwrap();
        let found = reader.caller(token.id, day, now()).await.unwrap().unwrap();
        assert_eq!(found.caller.person, token.person);
        assert_eq!(found.person.is_some(), employed, "{day}");
    }
}
