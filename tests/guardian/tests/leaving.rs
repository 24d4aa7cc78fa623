//! Somebody gives their account back: nothing of ours stays in it, and what they consented to ends
//! at Google, too.

use chrono::TimeDelta;
use taiwa_domain::calendar::AccountState;
use taiwa_google_standin::{Fault, Kind, Trouble};
use taiwa_guardian_tests::{World, both, email};
use taiwa_operations::calendar::accounts;

both! {
    a_consent_ends_once_nothing_stands_in_the_account
    google_is_asked_again_to_end_a_consent
    whoever_comes_back_keeps_what_they_consented_to
}

async fn states(world: &World, number: &str) -> Vec<AccountState> {
    let person = world.person(number).await;
    let reader = world.app.database.reader(world.organization).await.expect("a reader");
    let found = reader.calendar_accounts_of(&[person]).await.expect("accounts");
    found.into_iter().map(|it| it.state).collect()
}

async fn disconnect(world: &World, number: &str) {
    let actor = world.actor(number).await;
    accounts::disconnect(&world.app, &actor, None).await.expect("asked to leave");
}

fn ended(world: &World, number: &str) -> u64 {
    world.google.count(&email(number), Kind::Revoke)
}

async fn a_consent_ends_once_nothing_stands_in_the_account(world: World) {
    world.team(2).await;
    assert!(!world.ours("R1").is_empty());
    disconnect(&world, "R1").await;
    for _ in 0..5 {
        world.settle().await;
        // As long as something stands in it, it can be taken away.
        assert!(world.ours("R1").is_empty() || ended(&world, "R1") == 0);
        world.forward(TimeDelta::minutes(1));
    }
    assert_eq!(states(&world, "R1").await, []);
    assert_eq!(ended(&world, "R1"), 1);
    assert!(world.ours("R1").is_empty(), "nothing is left behind");
    // Nobody else's ends with it.
    assert_eq!([ended(&world, "M"), ended(&world, "R2")], [0, 0]);
    assert!(!world.ours("R2").is_empty());
    assert_eq!(states(&world, "M").await, [AccountState::Connected]);
}

async fn google_is_asked_again_to_end_a_consent(world: World) {
    world.team(2).await;
    let away = |times| {
        let trouble = Trouble::Status(503, "backendError", None);
        world.google.fault(Fault { user: None, kind: Some(Kind::Revoke), times, trouble });
    };
    away(2);
    disconnect(&world, "R1").await;
    world.settle().await;
    assert_eq!(states(&world, "R1").await, [AccountState::Leaving]);
    for _ in 0..12 {
        world.forward(TimeDelta::minutes(10));
        world.settle().await;
    }
    assert_eq!(states(&world, "R1").await, []);
    assert_eq!(ended(&world, "R1"), 1);
    // An account does not stay for ever because of it.
    away(1_000);
    disconnect(&world, "R2").await;
    for _ in 0..24 {
        world.forward(TimeDelta::minutes(30));
        world.settle().await;
    }
    assert_eq!(states(&world, "R2").await, []);
    assert_eq!(ended(&world, "R2"), 0);
}

async fn whoever_comes_back_keeps_what_they_consented_to(world: World) {
    world.team(1).await;
    disconnect(&world, "R1").await;
    world.connect_all().await;
    for _ in 0..5 {
        world.forward(TimeDelta::minutes(1));
        world.settle().await;
    }
    assert_eq!(states(&world, "R1").await, [AccountState::Connected]);
    assert_eq!(ended(&world, "R1"), 0, "it would have ended the new one with the old one");
    assert!(!world.ours("R1").is_empty());
}
