//! What happens between two steps of ours.

use taiwa_guardian_tests::both;

use super::*;

both! {
    an_intruder_between_check_and_insert_is_found_afterwards
    a_time_taken_for_a_moment_is_tried_again_at_once
    a_time_that_another_1on1_has_yet_to_leave_is_not_chosen
    those_that_change_places_in_a_ring_do_not_wait_for_each_other_for_ever
    two_workers_place_everything_once
    two_proposals_for_one_time_leave_one
    a_crash_after_google_accepted_leaves_no_orphan_and_no_duplicate
}

async fn an_intruder_between_check_and_insert_is_found_afterwards(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    // Another tenant's application took the same time in the moment before ours was written: the
    // notice of its event comes together with that of our own.
    world.google.hand().invite(&email("R1"), &[], it.slot().starts_at, it.slot().ends_at);
    world.noticed().await;
    let after = world.meeting(it.meeting.id).await;
    assert_eq!(after.state(), SlotState::Protected);
    assert!(!after.slot().overlaps(it.slot()), "it moved out of the way");
    assert_eq!(after.meeting.due_week, it.meeting.due_week);
    sound(&world, &["M", "R1"]).await;
    let (by, _) = after.row.expect("guarded").displaced.expect("counted as displaced");
    assert_eq!(format!("{by:?}"), "SoloBlock");
    // The next plan knows that this pair lost one: with the same wish as another it comes first.
    let reader = world.app.database.reader(world.organization).await.expect("a reader");
    let monday = planning::monday_from(world.today() + Days::new(1));
    let facts = planning::facts::read(&reader, monday, 13, world.now()).await.expect("facts");
    let lost: Vec<u32> = facts.instance.pairs.iter().map(|pair| pair.displaced).collect();
    assert_eq!(lost, [1]);
}

async fn a_time_taken_for_a_moment_is_tried_again_at_once(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    // The report's side has something at whatever time is chosen, for one look only: what comes
    // and goes between two readings leaves no change that would wake anybody.
    world.google.hand().passing(&email("R1"), 1);
    world.google.hand().busy(&email("M"), it.slot().starts_at, it.slot().ends_at);
    world.noticed().await;
    let standing = || world.ours("M").iter().any(|block| block.slot == it.slot());
    assert!(standing(), "nothing is written to a time that is taken");
    world.forward(TimeDelta::seconds(2));
    world.settle().await;
    assert!(!standing(), "it waits for nothing else");
    let after = world.meeting(it.meeting.id).await;
    assert_eq!(after.state(), SlotState::Protected);
    assert!(!after.slot().overlaps(it.slot()));
    sound(&world, &["M", "R1"]).await;

    // Taken again at the next look, it is not asked for every two seconds.
    let it = coming(&world, "R1").await;
    world.google.hand().passing(&email("R1"), 2);
    world.google.hand().busy(&email("M"), it.slot().starts_at, it.slot().ends_at);
    world.noticed().await;
    let asked = || world.google.count(&email("R1"), Kind::FreeBusy);
    world.forward(TimeDelta::seconds(2));
    world.settle().await;
    let then = asked();
    world.forward(TimeDelta::minutes(1));
    world.settle().await;
    assert_eq!(asked(), then, "asked again and again");
    world.forward(TimeDelta::minutes(30));
    world.settle().await;
    assert_eq!(world.meeting(it.meeting.id).await.state(), SlotState::Protected);
    sound(&world, &["M", "R1"]).await;
}

async fn a_time_that_another_1on1_has_yet_to_leave_is_not_chosen(world: World) {
    let people = [("M", ""), ("R1", "M"), ("R2", "M")];
    for (number, _) in people {
        world.google.hand().person(&email(number), chrono_tz::Asia::Tokyo);
    }
    // The manager has half an hour on four days of a week: all that can be offered is offered.
    let midnight = |day: chrono::NaiveDate| {
        day.and_hms_opt(0, 0, 0).expect("a time").and_utc() - TimeDelta::hours(9)
    };
    for day in world.today().iter_days().take(15 * 7) {
        let (from, until) = (midnight(day), midnight(day + Days::new(1)));
        let busy = |from, until| world.google.hand().busy(&email("M"), from, until);
        if (1..5).contains(&chrono::Datelike::weekday(&day).num_days_from_monday()) {
            let ten = from + TimeDelta::hours(10);
            busy(from, ten);
            busy(ten + TimeDelta::minutes(30), until);
        } else {
            busy(from, until);
        }
    }
    world.import(&people.map(|(number, above)| (number.to_owned(), above.to_owned()))).await;
    world.connect_all().await;
    world.plan().await;
    // One of each report that lie in the same period.
    let others = all_coming(&world, "R2").await;
    let both = |it: &Slots| {
        let day = it.slot().starts_at.date_naive();
        let period = |it: &Slots| it.meeting.due_week..it.meeting.due_week + Days::new(14);
        others.iter().find(|other| period(other).contains(&day)).map(|other| other.meeting.id)
    };
    let all = all_coming(&world, "R1").await;
    let found = all.into_iter().find_map(|it| Some((both(&it)?, it)));
    let (other, first) = found.expect("two meetings of the same weeks");
    let taken = first.slot();
    let offered = async || {
        let actor = world.actor("R2").await;
        let offers = reschedule::propose(&world.app, &actor, other).await.expect("offers");
        offers.choice.offers.iter().any(|offer| offer.slot == taken)
    };
    assert!(!offered().await, "it is another's");
    // The first is given another time, and Google does not take that for now.
    for kind in [Kind::Patch, Kind::Update] {
        let trouble = Trouble::Status(503, "backendError", None);
        world.google.fault(Fault { user: Some(email("M")), ..fault(Some(kind), 1_000, trouble) });
    }
    world.google.hand().busy(&email("R1"), taken.starts_at, taken.ends_at);
    world.noticed().await;
    let standing = || world.ours("M").iter().any(|block| block.slot == taken);
    assert!(standing() && world.meeting(first.meeting.id).await.slot() != taken);
    assert!(!offered().await, "a write there would find it taken");
    world.google.heal();
    for _ in 0..12 {
        world.forward(TimeDelta::minutes(5));
        world.settle().await;
    }
    assert!(!standing());
    assert!(offered().await, "once it has left it can be had");
}

async fn those_that_change_places_in_a_ring_do_not_wait_for_each_other_for_ever(world: World) {
    world.team(6).await;
    let mut weeks: BTreeMap<NaiveDate, Vec<Slots>> = BTreeMap::new();
    for it in world.meetings().await {
        if it.slot().starts_at > world.now() + TimeDelta::days(8) {
            weeks.entry(it.meeting.due_week).or_default().push(it);
        }
    }
    let ring = weeks.into_values().find(|it| it.len() >= 3).expect("a week with three");
    let (ring, mut slots) = (&ring[..3], ring[..3].iter().map(Slots::slot).collect::<Vec<_>>());
    slots.rotate_left(1);
    // As a plan does that was made anew.
    let given: Vec<Meeting> = (ring.iter().zip(&slots))
        .map(|(it, slot)| Meeting {
            slot: Some(*slot),
            status: MeetingStatus::Planned,
            version: it.meeting.version + 1,
            ..it.meeting.clone()
        })
        .collect();
    let transaction = world.app.database.transaction(world.organization).await.expect("one");
    transaction.put_meetings(&given, world.now()).await.expect("meetings");
    let (ids, organization) = (&*world.app.ids, world.organization.0);
    transaction.enqueue(ids, JobKind::PlaceHolds, organization, world.now()).await.expect("a job");
    transaction.commit().await.expect("a commit");
    world.settle().await;
    let standing = world.ours("M");
    assert!(ring.iter().all(|it| standing.iter().any(|block| block.slot == it.slot())));

    for _ in 0..3 {
        world.forward(TimeDelta::minutes(31));
        world.noticed().await;
    }
    let mut followed = 0;
    for (it, slot) in ring.iter().zip(&slots) {
        let now = world.meeting(it.meeting.id).await;
        assert_eq!(now.state(), SlotState::Protected, "{now:?}");
        followed += usize::from(now.slot() == *slot);
    }
    assert!((1..=2).contains(&followed), "some go elsewhere, the others follow the plan");
    sound(&world, &["M", "R1", "R2", "R3", "R4", "R5", "R6"]).await;
}

async fn two_workers_place_everything_once(world: World) {
    let mut people = vec![("M".to_owned(), String::new())];
    people.extend((1..=4).map(|n| (format!("R{n}"), "M".to_owned())));
    for (number, _) in &people {
        world.google.hand().person(&email(number), chrono_tz::Asia::Tokyo);
    }
    world.import(&people).await;
    world.connect_all().await;
    let actor = world.operator().await;
    let monday = taiwa_operations::planning::monday_from(world.today());
    taiwa_operations::planning::plan_and_apply(&world.app, &actor, monday, 4, |_| {})
        .await
        .expect("a plan");
    // Without a key ring a worker leaves calendars to others.
    let plain = taiwa_operations::App { vault: None, ..world.app.clone() };
    work::drain(&plain, None).await.expect("jobs");
    let second = world.replica().await;
    let (one, other) = tokio::join!(work::drain(&world.app, None), work::drain(&second, None));
    assert!(one.expect("jobs") > 0 && other.expect("jobs") > 0, "both worked");
    world.settle().await;
    let meetings = world.meetings().await;
    assert!(meetings.iter().all(|it| it.state() == SlotState::Protected));
    sound(&world, &["M", "R1", "R2", "R3", "R4"]).await;
    assert_eq!(world.google.count(&email("M"), Kind::Insert), meetings.len() as u64);
}

async fn two_proposals_for_one_time_leave_one(world: World) {
    world.team(2).await;
    let actors = [world.actor("R1").await, world.actor("R2").await];
    let one = all_coming(&world, "R1").await.swap_remove(2);
    let offers = reschedule::propose(&world.app, &actors[0], one.meeting.id).await;
    let wanted = offers.expect("offers").choice.offers[0].slot.starts_at;
    // Any meeting of the other pair in whose fortnight that time lies.
    let week = wanted.date_naive();
    let two = all_coming(&world, "R2")
        .await
        .into_iter()
        .find(|it| (it.meeting.due_week..it.meeting.due_week + Days::new(14)).contains(&week));
    let two = [one, two.expect("a meeting")];
    let choose = async |n: usize| {
        let (id, version) = (two[n].meeting.id, two[n].meeting.version);
        reschedule::choose(&world.app, &actors[n], None, id, version, wanted).await
    };
    let (a, b) = tokio::join!(choose(0), choose(1));
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
    world.settle().await;
    sound(&world, &["M", "R1", "R2"]).await;
}

async fn a_crash_after_google_accepted_leaves_no_orphan_and_no_duplicate(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    let event =
        world.ours("M").into_iter().find(|block| block.slot == it.slot()).expect("it stands");
    world.google.hand().delete(&email("M"), &event.id);
    world.forward(TimeDelta::minutes(35));
    // Google takes the write and answers too late: the worker is gone by then.
    world.google.set(|settings| settings.latency = std::time::Duration::from_millis(150));
    let writes = || {
        let count = |kind| world.google.count(&email("M"), kind);
        count(Kind::Insert) + count(Kind::Update) + count(Kind::Patch)
    };
    let before = writes();
    let worker = tokio::spawn({
        let app = world.app.clone();
        async move { work::drain(&app, None).await }
    });
    while writes() == before {
        tokio::task::yield_now().await;
    }
    worker.abort();
    let _ = worker.await;
    world.google.set(|settings| settings.latency = std::time::Duration::ZERO);
    let stuck = world.meeting(it.meeting.id).await;
    assert!(stuck.row.expect("guarded").pending.is_some(), "it died before it could say so");
    let heir = world.replica().await;
    assert_eq!(work::drain(&heir, None).await.expect("jobs"), 0, "its lease holds");
    world.forward(TimeDelta::seconds(31));
    work::drain(&heir, None).await.expect("jobs");
    let after = world.meeting(it.meeting.id).await;
    assert_eq!((after.state(), after.slot()), (SlotState::Protected, it.slot()));
    sound(&world, &["M", "R1"]).await;
    assert_eq!(world.told("M").await.len(), 1);
}
