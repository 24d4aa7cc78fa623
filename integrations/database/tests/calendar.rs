//! The built-in calendar keeps the promises of every calendar.

mod support;

use taiwa_database::BuiltInCalendars;
use taiwa_domain::{
    calendar::conformance::{self, Fixture},
    id::{IdSource, PairId},
    meeting::{Meeting, MeetingStatus, Slot},
    pair::{Pair, PairKind},
};

use support::{Counter, Still, World, both, now, today};

both! { the_built_in_calendar_conforms }

async fn the_built_in_calendar_conforms(world: &World) {
    let ids = Counter::default();
    let organization = world.company(&ids, "calendar").await;
    let reader = world.database.reader(organization).await.unwrap();
    let people = reader.people(today(), &Default::default(), None, None, 10, false).await.unwrap();
    drop(reader);
    let start = "2026-12-07T01:00:00Z".parse().unwrap();
    let pair = Pair {
        id: PairId(ids.next()),
        kind: PairKind::Manager,
        organizer: people[0].id,
        partner: people[1].id,
    };
    let meeting = |week: u64| Meeting {
        id: ids.next().into(),
        pair: pair.id,
        due_week: today() + chrono::Days::new(week * 7),
        slot: Some(Slot { starts_at: start, ends_at: start + chrono::TimeDelta::minutes(30) }),
        minutes: 30,
        buffer_minutes: 0,
        status: MeetingStatus::Planned,
        skip_reason: None,
        pinned: false,
        cost: 0,
        plan: None,
        version: 1,
    };
    let meetings = [meeting(1), meeting(2)];
    let transaction = world.database.transaction(organization).await.unwrap();
    transaction.add_pairs(&[pair], now()).await.unwrap();
    transaction.put_meetings(&meetings, now()).await.unwrap();
    transaction.commit().await.unwrap();

    let clock = Still(now());
    let calendars = BuiltInCalendars::new(&world.database, organization, &ids, &clock);
    for (run, person) in people[..2].iter().enumerate() {
        conformance::run(&Fixture {
            calendar: &calendars.of(person.id),
            meetings: [meetings[0].id, meetings[1].id],
            start,
            run: run as u128,
        })
        .await;
    }
}
