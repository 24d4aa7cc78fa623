//! What people do to their calendars.

use taiwa_guardian_tests::both;

use super::*;

both! {
    deleted_outside_is_put_back
    moved_outside_is_followed_and_the_old_time_is_free
    moved_and_declined_there_before_anybody_looked_is_asked_about
    our_own_write_echoed_back_is_no_news
    a_series_that_takes_the_time_is_one_displacement
    declined_and_free_events_are_in_nobodys_way
    what_is_given_up_frees_its_time
}

async fn deleted_outside_is_put_back(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    let event =
        world.ours("M").into_iter().find(|block| block.slot == it.slot()).expect("it stands");
    world.google.hand().delete(&email("M"), &event.id);
    assert!(!world.ours("R1").iter().any(|block| block.slot == it.slot()), "for both");
    world.noticed().await;
    let after = world.meeting(it.meeting.id).await;
    assert_eq!((after.state(), after.slot()), (SlotState::Protected, it.slot()));
    sound(&world, &["M", "R1"]).await;
    assert_eq!(world.told("M").await.len(), 1, "one notice");
    assert_eq!(world.told("R1").await.len(), 1);
    assert_eq!(after.row.expect("guarded").interventions, 1);
}

async fn moved_outside_is_followed_and_the_old_time_is_free(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    let event =
        world.ours("M").into_iter().find(|block| block.slot == it.slot()).expect("it stands");
    let hour = TimeDelta::hours(1);
    let wanted = Slot { starts_at: it.slot().starts_at + hour, ends_at: it.slot().ends_at + hour };
    world.google.hand().move_to(&email("M"), &event.id, wanted.starts_at, wanted.ends_at);
    world.noticed().await;
    let after = world.meeting(it.meeting.id).await;
    assert_eq!((after.state(), after.slot()), (SlotState::Protected, wanted));
    assert!(after.meeting.pinned, "a human set it");
    sound(&world, &["M", "R1"]).await;
    // Someone else takes the old time: that is nobody's business.
    world.google.hand().busy(&email("M"), it.slot().starts_at, it.slot().ends_at);
    world.noticed().await;
    assert_eq!(world.meeting(it.meeting.id).await.state(), SlotState::Protected);
    assert_eq!(world.told("R1").await.len(), 1);
}

async fn moved_and_declined_there_before_anybody_looked_is_asked_about(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    let event =
        world.ours("M").into_iter().find(|block| block.slot == it.slot()).expect("it stands");
    let hour = TimeDelta::hours(1);
    let wanted = Slot { starts_at: it.slot().starts_at + hour, ends_at: it.slot().ends_at + hour };
    world.google.hand().move_to(&email("M"), &event.id, wanted.starts_at, wanted.ends_at);
    world.google.hand().answer(&email("R1"), &event.id, "declined");
    world.noticed().await;
    let after = world.meeting(it.meeting.id).await;
    assert_eq!((after.state(), after.slot()), (SlotState::AwaitingPeople, wanted));
    for person in ["M", "R1"] {
        let told = world.told(person).await;
        assert_eq!(told.len(), 2, "followed, then asked: {told:?}");
    }
}

async fn our_own_write_echoed_back_is_no_news(world: World) {
    world.team(2).await;
    let history = async || {
        let mut lines = 0;
        for it in world.meetings().await {
            lines += world.history(it.meeting.id).await.len();
        }
        lines
    };
    world.noticed().await;
    let (lines, writes) = (history().await, world.google.count(&email("M"), Kind::Insert));
    for _ in 0..3 {
        world.polled().await;
        world.noticed().await;
    }
    assert_eq!(history().await, lines);
    assert_eq!(world.google.count(&email("M"), Kind::Insert), writes);
    assert_eq!(world.google.count(&email("M"), Kind::Update), 0);
    assert_eq!(world.google.count(&email("M"), Kind::Patch), 0);
    assert!(world.told("M").await.is_empty());
}

async fn a_series_that_takes_the_time_is_one_displacement(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    let tokyo = chrono_tz::Asia::Tokyo;
    let (from, until) = (it.slot().starts_at, it.slot().ends_at);
    let id = world.google.hand().series(&email("R1"), from, until, tokyo, "FREQ=WEEKLY;COUNT=20");
    world.noticed().await;
    let person = world.person("R1").await;
    let busy_at = from;
    for it in world.meetings().await {
        let Some(slot) = it.meeting.slot else { continue };
        let weeks = (slot.starts_at - busy_at).num_days().rem_euclid(7);
        assert!(
            slot.starts_at < busy_at || weeks != 0 || slot.starts_at.time() != busy_at.time(),
            "{slot:?}"
        );
    }
    sound(&world, &["M", "R1"]).await;
    // "This and following": the series ends, and another begins elsewhere.
    let later = from + TimeDelta::weeks(4);
    let next = serde_json::json!({
        "summary": "SECRET",
        "start": {"dateTime": (later + TimeDelta::hours(2)).to_rfc3339(), "timeZone": "Asia/Tokyo"},
        "end": {"dateTime": (later + TimeDelta::hours(3)).to_rfc3339(), "timeZone": "Asia/Tokyo"},
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"],
    });
    world.google.hand().this_and_following(&email("R1"), &id, later - TimeDelta::hours(1), next);
    world.noticed().await;
    sound(&world, &["M", "R1"]).await;
    let reader = world.app.database.reader(world.organization).await.expect("a reader");
    let span = Slot { starts_at: later, ends_at: later + TimeDelta::hours(3) };
    let busy = reader.busy(Some(&[person]), span).await.expect("busy time");
    assert!(!busy.iter().any(|it| it.slot.starts_at == later), "{busy:?}");
}

async fn declined_and_free_events_are_in_nobodys_way(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    let (from, until) = (it.slot().starts_at, it.slot().ends_at);
    let hand = || world.google.hand();
    hand().person("boss@example.com", chrono_tz::Asia::Tokyo);
    let invited = hand().invite("boss@example.com", &[&email("R1")], from, until);
    world.noticed().await;
    let open = world.meeting(it.meeting.id).await;
    assert_eq!((open.state(), open.slot()), (SlotState::Protected, it.slot()));
    assert_eq!(world.told("R1").await.len(), 1, "an open invitation warns its guest");
    assert!(world.told("M").await.is_empty());
    hand().answer(&email("R1"), &invited, "declined");
    let free = hand().busy(&email("M"), from, until);
    hand().free(&email("M"), &free);
    world.noticed().await;
    let after = world.meeting(it.meeting.id).await;
    assert_eq!((after.state(), after.slot()), (SlotState::Protected, it.slot()));
    assert_eq!(world.told("R1").await.len(), 1);
    // Accepted after all: now it is in the way.
    hand().answer(&email("R1"), &invited, "accepted");
    world.noticed().await;
    assert!(!world.meeting(it.meeting.id).await.slot().overlaps(it.slot()));
    sound(&world, &["M", "R1"]).await;
}

async fn what_is_given_up_frees_its_time(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    let day = it.slot().starts_at.date_naive();
    let file = format!(
        "number,name,leave from,leave to\nR1,Given R1,{},{}\n",
        day - TimeDelta::days(14),
        day + TimeDelta::days(21)
    );
    world.import_file(file.into_bytes()).await;
    world.noticed().await;
    let after = world.meeting(it.meeting.id).await;
    assert_eq!(after.meeting.status, MeetingStatus::Skipped);
    for number in ["M", "R1"] {
        assert!(!world.ours(number).iter().any(|block| block.slot == it.slot()), "{number}");
    }
    sound(&world, &["M", "R1"]).await;
}
