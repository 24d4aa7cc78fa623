//! What is planned stands in people's calendars.

use chrono::{DateTime, Utc};
use taiwa_domain::calendar::{Place, guardian::SlotState};
use taiwa_google_standin::Kind;
use taiwa_guardian_tests::{World, both, email};

both! {
    planned_meetings_stand_in_both_calendars
    the_soonest_meetings_are_placed_first
    whoever_waits_for_an_answer_goes_before_a_roll_out
}

async fn planned_meetings_stand_in_both_calendars(world: World) {
    world.team(2).await;
    let meetings = world.meetings().await;
    assert!(meetings.len() >= 12, "{}", meetings.len());
    for it in &meetings {
        assert_eq!(it.state(), SlotState::Protected, "{it:?}");
        assert_eq!(it.blocks.len(), 2);
    }
    let theirs: Vec<_> = ["R1", "R2"].into_iter().flat_map(|who| world.ours(who)).collect();
    assert_eq!(theirs.len(), meetings.len());
    assert_eq!(world.ours("M").len(), meetings.len(), "one event of both");
    for it in &meetings {
        assert!(world.ours("M").iter().any(|block| block.slot == it.slot()), "{it:?}");
    }
    let before = world.google.total();
    world.settle().await;
    assert_eq!(world.google.total(), before, "nothing is due");
    world.noticed().await;
    assert_eq!(world.meetings().await.len(), meetings.len());
    assert!(world.told("M").await.is_empty(), "nobody is told of what was planned");
}

async fn the_soonest_meetings_are_placed_first(world: World) {
    world.google.set(|it| it.keep_requests = true);
    world.team(3).await;
    let requests = world.google.requests();
    let placed = requests.iter().filter(|seen| seen.kind == Kind::Insert);
    let starts: Vec<DateTime<Utc>> = placed
        .map(|seen| seen.body["start"]["dateTime"].as_str().expect("a start"))
        .map(|at| at.parse().expect("an instant"))
        .collect();
    assert!(starts.len() >= 18, "{starts:?}");
    assert!(starts.is_sorted(), "{starts:?}");
}

async fn whoever_waits_for_an_answer_goes_before_a_roll_out(world: World) {
    world.team(3).await;
    world.google.set(|it| it.keep_requests = true);
    world.set_place(Place::Conference).await;

    let placed = world.meetings().await;
    let last = placed.last().expect("a meeting");
    world.google.hand().busy(&email("M"), last.slot().starts_at, last.slot().ends_at);
    world.noticed().await;

    let requests = world.google.requests();
    let patched: Vec<_> = requests.iter().filter(|seen| seen.kind == Kind::Patch).collect();
    assert!(patched.len() >= placed.len(), "every slot was mended: {patched:?}");
    let uid = &*last.blocks[0].uid.0;
    assert!(patched[0].target.contains(uid), "the attacked one first: {patched:?}");
    assert!(world.ours("M").iter().all(|block| block.slot != last.slot()));
}
