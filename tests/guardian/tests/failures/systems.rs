//! What calendar systems and their accounts do.

use taiwa_guardian_tests::both;

use super::*;

both! {
    a_withdrawn_consent_drops_nobody_from_the_conflict_check
    a_channel_that_fell_silent_is_found_by_polling
    a_channel_is_renewed_before_it_ends_and_the_old_one_counts_no_more
    a_deleted_calendar_is_told_of_once
    cursors_that_expired_lose_nothing
    empty_pages_lead_on
    writes_keep_within_limits_far_below_those_of_reads
    an_hour_without_google_loses_nothing
    a_second_notice_of_one_number_reads_nothing
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
