//! Each way in which calendars fail people, by name.

use chrono::{Days, TimeDelta};
use taiwa_domain::{
    calendar::{
        AccountState, AccountTrouble,
        guardian::{Answer, DefenceLevel, SlotState},
    },
    meeting::{MeetingStatus, Slot},
};
use taiwa_google_standin::{Fault, Kind, Trouble};
use taiwa_guardian_tests::{Slots, World, both, email};
use taiwa_operations::{calendar::reschedule, planning, work};

both! {
    deleted_outside_is_put_back
    moved_outside_is_followed_and_the_old_time_is_free
    our_own_write_echoed_back_is_no_news
    an_intruder_between_check_and_insert_is_found_afterwards
    a_time_taken_for_a_moment_is_tried_again_at_once
    a_time_that_another_1on1_has_yet_to_leave_is_not_chosen
    two_workers_place_everything_once
    two_proposals_for_one_time_leave_one
    a_crash_after_google_accepted_leaves_no_orphan_and_no_duplicate
    a_withdrawn_consent_drops_nobody_from_the_conflict_check
    a_channel_that_fell_silent_is_found_by_polling
    a_channel_is_renewed_before_it_ends_and_the_old_one_counts_no_more
    a_deleted_calendar_is_told_of_once
    cursors_that_expired_lose_nothing
    empty_pages_lead_on
    a_series_that_takes_the_time_is_one_displacement
    declined_and_free_events_are_in_nobodys_way
    writes_keep_within_limits_far_below_those_of_reads
    what_is_given_up_frees_its_time
    an_hour_without_google_loses_nothing
    a_second_notice_of_one_number_reads_nothing
}

/// The meetings of a pair that are more than a week away.
async fn all_coming(world: &World, report: &str) -> Vec<Slots> {
    let person = world.person(report).await;
    let mut found = world.meetings().await;
    found.retain(|it| {
        it.blocks.iter().any(|block| block.person == person)
            && it.slot().starts_at > world.now() + TimeDelta::days(8)
    });
    found
}

/// The first of them.
async fn coming(world: &World, report: &str) -> Slots {
    all_coming(world, report).await.into_iter().next().expect("a meeting")
}

/// No person has two 1on1s at a time, and each meeting's event stands once, at its time.
async fn sound(world: &World, people: &[&str]) {
    let meetings = world.meetings().await;
    let placed: Vec<_> = meetings.iter().filter(|it| it.meeting.slot.is_some()).collect();
    for number in people {
        let person = world.person(number).await;
        let wanted: Vec<Slot> = placed
            .iter()
            .filter(|it| it.blocks.iter().any(|block| block.person == person))
            .map(|it| it.slot())
            .collect();
        let standing: Vec<Slot> = world.ours(number).iter().map(|it| it.slot).collect();
        assert_eq!(standing, wanted, "{number}");
        for two in wanted.windows(2) {
            assert!(!two[0].overlaps(two[1]), "{number} is in two places: {two:?}");
        }
    }
}

fn fault(kind: Option<Kind>, times: u32, trouble: Trouble) -> Fault {
    Fault { user: None, kind, times, trouble }
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

async fn a_withdrawn_consent_drops_nobody_from_the_conflict_check(world: World) {
    world.team(2).await;
    let it = coming(&world, "R1").await;
    let taken = it.slot().starts_at + TimeDelta::days(1);
    world.google.hand().busy(&email("R1"), taken, taken + TimeDelta::hours(9));
    world.noticed().await;
    world.google.hand().revoke(&email("R1"));
    world.google.hand().end_access_tokens();
    world.polled().await;
    world.polled().await;
    let reader = world.app.database.reader(world.organization).await.expect("a reader");
    let person = world.person("R1").await;
    let account = reader.calendar_accounts_of(&[person]).await.expect("accounts").remove(0);
    assert_eq!(account.state, AccountState::Disconnected);
    assert_eq!(account.trouble, Some(AccountTrouble::Unauthorized));
    let span = Slot { starts_at: taken, ends_at: taken + TimeDelta::hours(9) };
    let busy = reader.busy(Some(&[person]), span).await.expect("busy time");
    assert!(busy.iter().any(|it| it.slot == span), "what it last showed still counts: {busy:?}");
    drop(reader);
    assert_eq!(world.told("R1").await.len(), 1, "told once, not once a meeting");
    assert!(world.told("M").await.is_empty(), "and nobody else");
    let actor = world.actor("M").await;
    let refused = reschedule::propose(&world.app, &actor, it.meeting.id).await;
    assert!(refused.is_err(), "nobody is taken for free unseen");
    // Something takes the manager's time: people are asked, nothing moves.
    world.google.hand().busy(&email("M"), it.slot().starts_at, it.slot().ends_at);
    world.noticed().await;
    let after = world.meeting(it.meeting.id).await;
    assert_eq!((after.state(), after.slot()), (SlotState::AwaitingPeople, it.slot()));
}

async fn a_channel_that_fell_silent_is_found_by_polling(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    world.google.hand().busy(&email("R1"), it.slot().starts_at, it.slot().ends_at);
    // Its notice is lost.
    world.settle().await;
    assert_eq!(world.meeting(it.meeting.id).await.slot(), it.slot());
    world.polled().await;
    assert!(!world.meeting(it.meeting.id).await.slot().overlaps(it.slot()));
    sound(&world, &["M", "R1"]).await;
}

async fn a_channel_is_renewed_before_it_ends_and_the_old_one_counts_no_more(world: World) {
    world.team(1).await;
    world.noticed().await;
    let person = world.person("R1").await;
    let channels = async || {
        let reader = world.app.database.reader(world.organization).await.expect("a reader");
        let account = reader.calendar_accounts_of(&[person]).await.expect("accounts").remove(0);
        reader.open_channels(account.id).await.expect("channels")
    };
    let old = channels().await;
    assert_eq!(old.len(), 1);
    world.forward(TimeDelta::days(6) + TimeDelta::hours(1));
    world.settle().await;
    let new = channels().await;
    assert_eq!(new.len(), 1);
    assert_ne!(new[0].id, old[0].id, "a day before its end there is another");
    assert!(new[0].expires_at > old[0].expires_at);
    assert_eq!(world.google.count(&email("R1"), Kind::Stop), 1, "the old one is stopped");
    let reads = world.google.count(&email("R1"), Kind::List);
    world.google.hand().late_notice(&old[0].id.0.to_string());
    world.noticed().await;
    assert_eq!(world.google.count(&email("R1"), Kind::List), reads, "it changes nothing");
}

async fn a_deleted_calendar_is_told_of_once(world: World) {
    world.team(1).await;
    world.google.hand().delete_calendar(&email("R1"));
    for _ in 0..3 {
        world.polled().await;
    }
    assert_eq!(world.told("R1").await.len(), 1);
    let reader = world.app.database.reader(world.organization).await.expect("a reader");
    let person = world.person("R1").await;
    let account = reader.calendar_accounts_of(&[person]).await.expect("accounts").remove(0);
    assert_eq!(account.trouble, Some(AccountTrouble::CalendarGone));
}

async fn cursors_that_expired_lose_nothing(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    world.google.set(|settings| settings.page_limit = 2);
    let away =
        world.ours("M").into_iter().find(|block| block.slot == it.slot()).expect("it stands");
    world.google.hand().delete(&email("M"), &away.id);
    world.google.hand().expire_tokens(&email("M"));
    world.google.hand().expire_tokens(&email("R1"));
    world.polled().await;
    // There are no tombstones after that: what is gone is told from our own records.
    let after = world.meeting(it.meeting.id).await;
    assert_eq!((after.state(), after.slot()), (SlotState::Protected, it.slot()));
    assert_eq!(world.told("M").await.len(), 1);
    sound(&world, &["M", "R1"]).await;
}

async fn empty_pages_lead_on(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    world.google.hand().busy(&email("R1"), it.slot().starts_at, it.slot().ends_at);
    world.google.set(|settings| settings.empty_pages = 3);
    world.noticed().await;
    assert!(!world.meeting(it.meeting.id).await.slot().overlaps(it.slot()));
    sound(&world, &["M", "R1"]).await;
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

async fn writes_keep_within_limits_far_below_those_of_reads(world: World) {
    world.google.set(|settings| settings.user_writes_per_minute = 5);
    world.team(2).await;
    let placed = world.ours("M").len();
    let wanted = world.meetings().await.len();
    assert!(placed < wanted, "the limit is far below what there is to write: {placed}");
    for _ in 0..60 {
        world.forward(TimeDelta::minutes(11));
        world.settle().await;
    }
    assert_eq!(world.ours("M").len(), wanted, "nothing is given up");
    assert!(world.meetings().await.iter().all(|it| it.state() == SlotState::Protected));
    sound(&world, &["M", "R1", "R2"]).await;
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

async fn an_hour_without_google_loses_nothing(world: World) {
    world.team(1).await;
    let it = coming(&world, "R1").await;
    world.google.hand().busy(&email("R1"), it.slot().starts_at, it.slot().ends_at);
    world.google.fault(fault(None, u32::MAX, Trouble::Status(503, "backendError", None)));
    world.noticed().await;
    for _ in 0..12 {
        world.forward(TimeDelta::minutes(5));
        world.settle().await;
    }
    assert_eq!(world.meeting(it.meeting.id).await.slot(), it.slot());
    world.google.heal();
    world.forward(TimeDelta::minutes(11));
    world.settle().await;
    world.forward(TimeDelta::minutes(11));
    world.settle().await;
    let after = world.meeting(it.meeting.id).await;
    assert_eq!(after.state(), SlotState::Protected);
    assert!(!after.slot().overlaps(it.slot()));
    sound(&world, &["M", "R1"]).await;
    let answers: Vec<_> = world.told("M").await.into_iter().map(|it| it.told).collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let taiwa_database::notice::Told::Slot(_, notice) = &answers[0] else { panic!("a slot") };
    assert_eq!(notice.answer, Answer::Replanned);
}

async fn a_second_notice_of_one_number_reads_nothing(world: World) {
    world.team(1).await;
    world.level(DefenceLevel::Observe).await;
    world.noticed().await;
    let person = world.person("R1").await;
    let reader = world.app.database.reader(world.organization).await.expect("a reader");
    let account = reader.calendar_accounts_of(&[person]).await.expect("accounts").remove(0);
    let channel = reader.open_channels(account.id).await.expect("channels").remove(0);
    drop(reader);
    let name = channel.id.0.to_string();
    let number = channel.last_notice as u64 + 7;
    let reads = || world.google.count(&email("R1"), Kind::List);
    let before = reads();
    for _ in 0..5 {
        taiwa_operations::calendar::watching::changed(&world.app, &name, number)
            .await
            .expect("taken");
    }
    world.settle().await;
    assert_eq!(reads(), before + 1, "five of one number are one reading");
    taiwa_operations::calendar::watching::changed(&world.app, &name, number).await.expect("taken");
    world.settle().await;
    assert_eq!(reads(), before + 1, "and a late one none");
    let unknown = uuid::Uuid::nil().to_string();
    assert!(
        taiwa_operations::calendar::watching::channel(&world.app, &unknown)
            .await
            .expect("reads")
            .is_none()
    );
}
