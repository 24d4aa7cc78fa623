//! What people do to their calendars.

use taiwa_guardian_tests::both;

use super::*;

both! {
    deleted_outside_is_put_back
    moved_outside_is_followed_and_the_old_time_is_free
    moved_and_declined_there_before_anybody_looked_is_asked_about
    one_that_people_left_on_another_1on1_is_in_its_way
    one_that_is_being_put_back_is_in_nobodys_way
    who_insists_on_the_time_of_another_1on1_gets_it
    our_own_write_echoed_back_is_no_news
    a_series_that_takes_the_time_is_one_displacement
    declined_and_free_events_are_in_nobodys_way
    what_is_given_up_frees_its_time
}

/// The event of the manager's that stands at a time.
fn standing(world: &World, at: Slot) -> String {
    world.ours("M").into_iter().find(|block| block.slot == at).expect("it stands").id
}

/// The manager moves their event that stands at a time to another.
fn move_to(world: &World, from: Slot, to: Slot) -> String {
    let event = standing(world, from);
    world.google.hand().move_to(&email("M"), &event, to.starts_at, to.ends_at);
    event
}

fn an_hour_later(slot: Slot) -> Slot {
    let hour = TimeDelta::hours(1);
    Slot { starts_at: slot.starts_at + hour, ends_at: slot.ends_at + hour }
}

/// One meeting of each of two reports, so near that the second may take the first's time.
async fn near(world: &World) -> (Slots, Slots) {
    let others = all_coming(world, "R2").await;
    let second = |it: &Slots| {
        let day = it.slot().starts_at.date_naive();
        let may = |other: &&Slots| {
            let week = other.meeting.due_week;
            week <= day && day < week + Days::new(14)
        };
        others.iter().find(may).cloned()
    };
    let all = all_coming(world, "R1").await;
    let found = all.into_iter().find_map(|it| Some((second(&it)?, it)));
    let (second, first) = found.expect("two meetings of the same weeks");
    (first, second)
}

async fn deleted_outside_is_put_back(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    world.google.hand().delete(&email("M"), &standing(&world, it.slot()));
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
    let wanted = an_hour_later(it.slot());
    move_to(&world, it.slot(), wanted);
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
    let wanted = an_hour_later(it.slot());
    let event = move_to(&world, it.slot(), wanted);
    world.google.hand().answer(&email("R1"), &event, "declined");
    world.noticed().await;
    let after = world.meeting(it.meeting.id).await;
    assert_eq!((after.state(), after.slot()), (SlotState::AwaitingPeople, wanted));
    for person in ["M", "R1"] {
        let told = world.told(person).await;
        assert_eq!(told.len(), 2, "followed, then asked: {told:?}");
    }
}

async fn one_that_people_left_on_another_1on1_is_in_its_way(world: World) {
    world.team(2).await;
    world.consent("M", DefenceLevel::Observe).await;
    let [first, second] = [coming(&world, "R1").await, coming(&world, "R2").await];
    let states = async || {
        let mut found = Vec::new();
        for it in [&first, &second] {
            found.push(world.meeting(it.meeting.id).await.state());
        }
        found
    };
    // Whichever is looked at first.
    for [stays, comes] in [[&first, &second], [&second, &first]] {
        let event = move_to(&world, comes.slot(), stays.slot());
        world.noticed().await;
        assert_eq!(states().await, [SlotState::Contested; 2], "two at a time are not protected");
        let back = comes.slot();
        world.google.hand().move_to(&email("M"), &event, back.starts_at, back.ends_at);
        world.noticed().await;
        assert_eq!(states().await, [SlotState::Protected; 2]);
    }
    sound(&world, &["M", "R1", "R2"]).await;
}

async fn one_that_is_being_put_back_is_in_nobodys_way(world: World) {
    world.team(2).await;
    let (stays, comes) = near(&world).await;
    // It is to be put back, and Google does not take that for now.
    for kind in [Kind::Patch, Kind::Update] {
        let trouble = Trouble::Status(503, "backendError", None);
        world.google.fault(Fault { user: Some(email("M")), ..fault(Some(kind), 1_000, trouble) });
    }
    move_to(&world, comes.slot(), stays.slot());
    world.noticed().await;
    assert_eq!(world.meeting(comes.meeting.id).await.state(), SlotState::Contested);
    world.polled().await;
    world.google.heal();
    for _ in 0..12 {
        world.forward(TimeDelta::minutes(5));
        world.settle().await;
    }
    for it in [&stays, &comes] {
        let after = world.meeting(it.meeting.id).await;
        assert_eq!((after.state(), after.slot()), (SlotState::Protected, it.slot()));
    }
    sound(&world, &["M", "R1", "R2"]).await;
}

async fn who_insists_on_the_time_of_another_1on1_gets_it(world: World) {
    world.team(2).await;
    let (stays, comes) = near(&world).await;
    for _ in 0..2 {
        move_to(&world, comes.slot(), stays.slot());
        world.noticed().await;
        sound(&world, &["M", "R1", "R2"]).await;
        let after = [world.meeting(stays.meeting.id).await, world.meeting(comes.meeting.id).await];
        assert_eq!(after.map(|it| it.slot()), [stays.slot(), comes.slot()], "put back");
    }
    move_to(&world, comes.slot(), stays.slot());
    world.noticed().await;
    let [gone, come] = [stays.meeting.id, comes.meeting.id];
    let (gone, come) = (world.meeting(gone).await, world.meeting(come).await);
    assert_eq!((come.slot(), come.state()), (stays.slot(), SlotState::Protected));
    assert!(come.meeting.pinned, "a human set it");
    assert_eq!(gone.state(), SlotState::Protected);
    assert!(!gone.slot().overlaps(stays.slot()), "it made room");
    sound(&world, &["M", "R1", "R2"]).await;
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
