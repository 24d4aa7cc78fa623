//! Where people meet stands in their calendars, and in our records.

use serde_json::Value;
use taiwa_domain::calendar::{Place, guardian::Block};
use taiwa_google_standin::Kind;
use taiwa_guardian_tests::{World, both, email};
use taiwa_operations::calendar::policy;

both! {
    a_conferences_link_comes_back
    a_conference_that_takes_its_time_is_found_later
    a_template_stands_in_every_event
    events_that_stand_follow_another_word
    a_conference_that_never_comes_is_not_asked_for_for_ever
}

const LINK: &str = "https://meet.example.com/room";

/// Our events in a person's calendar.
fn ours(world: &World, number: &str) -> Vec<Value> {
    let mut all = world.google.hand().events(&email(number));
    all.retain(|event| event["id"].as_str().is_some_and(|id| id.len() == 64));
    assert!(all.len() >= 5, "{number}: {}", all.len());
    all
}

/// What the organizer's records hold, by the event's name.
async fn recorded(world: &World) -> Vec<(String, Option<String>)> {
    let meetings = world.meetings().await;
    let blocks = meetings.iter().flat_map(|it| &it.blocks);
    let organized = blocks.filter(|block| block.block == Block::Organized);
    organized.map(|block| (block.uid.0.clone(), block.place.clone())).collect()
}

/// Where a person is told that their meetings are.
async fn shown(world: &World, number: &str) -> Vec<Place> {
    let actor = world.actor(number).await;
    let ids: Vec<_> = world.meetings().await.iter().map(|it| it.meeting.id).collect();
    let found = policy::places(&world.app, &actor, &ids).await.expect("places");
    ids.iter().filter_map(|id| found.get(id).cloned()).collect()
}

/// Every event of the two has a link of its own, and the organizer's record holds it.
async fn linked(world: &World) {
    let records = recorded(world).await;
    for number in ["M", "R1"] {
        let events = ours(world, number);
        assert_eq!(events.len(), records.len());
        let mut links = Vec::new();
        for event in &events {
            let link = event["hangoutLink"].as_str().expect("a link").to_owned();
            let (_, place) = records.iter().find(|(uid, _)| event["id"] == **uid).expect("ours");
            assert_eq!(place.as_ref(), Some(&link));
            assert_eq!(event.get("location"), None);
            links.push(Place::Link(link));
        }
        for place in shown(world, number).await {
            let at = links.iter().position(|link| *link == place).expect("a link of theirs");
            links.remove(at);
        }
        assert!(links.is_empty(), "{links:?}");
    }
}

async fn a_conferences_link_comes_back(world: World) {
    world.place(Place::Conference).await;
    world.team(1).await;
    linked(&world).await;
    let reads = world.google.count(&email("M"), Kind::Get);
    world.noticed().await;
    world.polled().await;
    assert_eq!(world.google.count(&email("M"), Kind::Get), reads, "nothing more to learn");
    assert!(world.told("R1").await.is_empty());
}

async fn a_conference_that_takes_its_time_is_found_later(world: World) {
    world.google.set(|settings| settings.slow_conferences = true);
    world.place(Place::Conference).await;
    world.team(1).await;
    assert!(recorded(&world).await.iter().all(|(_, place)| place.is_none()));
    assert!(shown(&world, "R1").await.iter().all(|place| *place == Place::Conference));
    world.google.hand().finish_conferences(&email("M"));
    world.noticed().await;
    linked(&world).await;
    assert!(world.told("R1").await.is_empty(), "a link is no news");
}

async fn a_template_stands_in_every_event(world: World) {
    world.place(Place::Link(LINK.to_owned())).await;
    world.team(1).await;
    for number in ["M", "R1"] {
        for event in ours(&world, number) {
            assert_eq!((&event["location"], event.get("hangoutLink")), (&LINK.into(), None));
        }
        let link = Place::Link(LINK.to_owned());
        assert!(shown(&world, number).await.iter().all(|place| *place == link));
    }
    assert!(recorded(&world).await.iter().all(|(_, place)| place.as_deref() == Some(LINK)));
}

async fn events_that_stand_follow_another_word(world: World) {
    world.team(1).await;
    world.place(Place::Link(LINK.to_owned())).await;
    assert!(ours(&world, "R1").iter().all(|event| event["location"] == LINK));
    assert!(recorded(&world).await.iter().all(|(_, place)| place.as_deref() == Some(LINK)));
    world.place(Place::Conference).await;
    linked(&world).await;
    world.place(Place::Room("3F".to_owned())).await;
    for event in ours(&world, "R1") {
        assert_eq!((&event["location"], event.get("hangoutLink")), (&"3F".into(), None));
    }
    world.place(Place::Unsaid).await;
    assert!(ours(&world, "R1").iter().all(|event| event.get("location").is_none()));
    assert!(recorded(&world).await.iter().all(|(_, place)| place.is_none()));
    let writes = world.google.count(&email("M"), Kind::Patch);
    world.noticed().await;
    world.polled().await;
    assert_eq!(world.google.count(&email("M"), Kind::Patch), writes, "each once");
    assert_eq!(writes, 4 * recorded(&world).await.len() as u64);
    assert!(world.told("R1").await.is_empty() && world.told("M").await.is_empty());
}

async fn a_conference_that_never_comes_is_not_asked_for_for_ever(world: World) {
    world.google.set(|settings| settings.slow_conferences = true);
    world.place(Place::Conference).await;
    world.team(1).await;
    world.polled().await;
    let calls = |kind| world.google.count(&email("M"), kind);
    let before = (calls(Kind::Get), calls(Kind::Patch));
    for _ in 0..3 {
        world.polled().await;
    }
    assert_eq!((calls(Kind::Get), calls(Kind::Patch)), before);
    assert_eq!(before.1, 0, "asked for once, with the event");
}
