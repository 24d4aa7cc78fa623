//! Reminders: of meetings and actions, at the right time, once.

use taiwa_domain::{
    meeting::{
        Meeting, MeetingStatus,
        agenda::{ActionState, HopedResponse},
        held::Word,
    },
    notice::NoticeKind,
};
use taiwa_operations::{
    meeting::{
        agenda::{actions, items},
        held,
    },
    minutes, notice, work,
};

use crate::{
    both,
    world::{World, at},
};

both! {
    a_meeting_is_announced_and_followed_up
    what_is_done_already_is_not_asked_for
    a_monday_morning_is_announced_on_friday
    a_moved_meeting_is_reminded_of_its_new_time_once
    what_is_called_off_reminds_nobody
    a_late_meeting_is_announced_while_it_still_helps
    actions_are_reminded_of_the_day_before_and_the_day_after
    two_sweeps_at_once_remind_nobody_twice
    who_is_away_is_told_nothing
    own_quiet_hours_count
}

async fn a_meeting_is_announced_and_followed_up(world: &World) {
    // Friday 14:00 in Tokyo.
    world.meeting("2026-11-27T05:00:00Z").await;
    world.live_until("2026-12-01T03:00:00Z").await;
    let before = ["TwoDaysBefore 25T14:00", "DayBefore 26T14:00", "NothingPrepared 27T12:00"];
    let report = [&before[..], &["HeldUnconfirmed 30T08:00"]].concat();
    // The organizer is asked for the minutes, the same day; what falls on Saturday waits for Monday.
    let manager = [&before[..], &["MinutesEmpty 27T16:30", "HeldUnconfirmed 30T08:00"]].concat();
    assert_eq!(world.heard(&world.report).await, report);
    assert_eq!(world.heard(&world.manager).await, manager);
}

async fn what_is_done_already_is_not_asked_for(world: &World) {
    let meeting = world.meeting("2026-11-27T05:00:00Z").await;
    let new = items::NewItem {
        pair: world.pair,
        text: "a draft is preparation, too".to_owned(),
        hoped: HopedResponse::JustListen,
        draft: true,
    };
    items::add(&world.app, &world.report, None, new).await.unwrap();
    world.go("2026-11-27T05:35:00Z").await;
    let made = minutes::create(
        &world.app,
        &world.manager,
        None,
        meeting.id,
        taiwa_domain::minutes::MinutesShape::Text,
        minutes::Chosen::Empty,
    );
    let made = made.await.unwrap();
    world.go("2026-11-27T05:40:00Z").await;
    let id = made.subject.into();
    minutes::write(&world.app, &world.report, None, id, "said".to_owned(), None).await.unwrap();
    held::say(&world.app, &world.report, None, meeting.id, Word::Held).await.unwrap();
    world.live_until("2026-12-02T03:00:00Z").await;
    // The meeting was reached in one step: only what is asked for afterwards is left to look at.
    assert_eq!(world.kinds(&world.manager).await, []);
    assert_eq!(world.kinds(&world.report).await, []);
}

async fn a_monday_morning_is_announced_on_friday(world: &World) {
    // Monday 09:00 in Tokyo.
    world.meeting("2026-11-30T00:00:00Z").await;
    world.live_until("2026-11-30T00:00:00Z").await;
    // Once, with some of Friday left; and the nudge as soon as Monday has begun.
    let heard = ["DayBefore 27T17:00", "NothingPrepared 30T08:00"];
    assert_eq!(world.heard(&world.report).await, heard);
}

async fn a_moved_meeting_is_reminded_of_its_new_time_once(world: &World) {
    let it = world.meeting("2026-11-25T05:00:00Z").await;
    world.live_until("2026-11-24T06:00:00Z").await;
    assert_eq!(world.heard(&world.report).await, ["DayBefore 24T14:00"]);
    let moved = world.move_to(&it, "2026-11-26T05:00:00Z").await;
    world.live_until("2026-11-25T06:00:00Z").await;
    let thrice = ["DayBefore 24T14:00", "TwoDaysBefore 24T15:15", "DayBefore 25T14:00"];
    assert_eq!(world.heard(&world.report).await, thrice);
    // Back and forth within the day: that time was announced.
    let away = world.move_to(&moved, "2026-11-26T08:00:00Z").await;
    world.move_to(&away, "2026-11-26T05:00:00Z").await;
    world.live_until("2026-11-26T02:30:00Z").await;
    assert_eq!(world.heard(&world.report).await, thrice);
}

async fn what_is_called_off_reminds_nobody(world: &World) {
    let it = world.meeting("2026-11-27T05:00:00Z").await;
    world.put(&Meeting { status: MeetingStatus::Skipped, slot: None, version: 2, ..it }).await;
    let missed = world.meeting("2026-11-24T05:00:00Z").await;
    world.go("2026-11-24T05:45:00Z").await;
    let why = taiwa_domain::meeting::held::NotHeldReason::Forgotten;
    let word = Word::NotHeld(Some(why));
    held::say(&world.app, &world.report, None, missed.id, word).await.unwrap();
    world.live_until("2026-12-01T03:00:00Z").await;
    assert_eq!(world.kinds(&world.report).await, []);
    assert_eq!(world.kinds(&world.manager).await, []);
}

async fn a_late_meeting_is_announced_while_it_still_helps(world: &World) {
    world.go("2026-11-24T03:00:00Z").await;
    // In four hours: within a day.
    world.meeting("2026-11-24T07:00:00Z").await;
    // In an hour: the nudge alone. (Another pair's would be the same.)
    world.live_until("2026-11-24T04:00:00Z").await;
    assert_eq!(world.heard(&world.report).await, ["DayBefore 24T12:15"]);
    world.meeting("2026-11-24T05:00:00Z").await;
    world.live_until("2026-11-24T04:40:00Z").await;
    let heard = ["DayBefore 24T12:15", "NothingPrepared 24T13:15"];
    assert_eq!(world.heard(&world.report).await, heard);
}

async fn actions_are_reminded_of_the_day_before_and_the_day_after(world: &World) {
    let new = |due: &str| actions::NewAction {
        pair: world.pair,
        owner: world.report.caller.person,
        text: "nobody sees this".to_owned(),
        due_on: Some(due.parse().unwrap()),
        item: None,
        meeting: None,
    };
    // Due on Monday the 30th: told on Friday.
    actions::add(&world.app, &world.manager, None, new("2026-11-30")).await.unwrap();
    let done = actions::add(&world.app, &world.manager, None, new("2026-12-01")).await.unwrap();
    world.live_until("2026-11-30T03:00:00Z").await;
    let heard = ["ActionDue 27T09:00", "ActionDue 30T09:00"];
    assert_eq!(world.heard(&world.report).await, heard);
    let (app, report) = (&world.app, &world.report);
    actions::set_state(app, report, None, done.subject.into(), ActionState::Done).await.unwrap();
    world.live_until("2026-12-04T03:00:00Z").await;
    let heard = ["ActionDue 27T09:00", "ActionDue 30T09:00", "ActionOverdue 01T09:00"];
    assert_eq!(world.heard(&world.report).await, heard);
    assert_eq!(world.kinds(&world.manager).await, []);
}

async fn two_sweeps_at_once_remind_nobody_twice(world: &World) {
    for n in 0..20 {
        world.meeting(&format!("2026-11-27T05:{:02}:00Z", n * 2)).await;
    }
    world.go("2026-11-26T03:00:00Z").await;
    let operator = world.app.operator(world.organization).await.unwrap();
    // In the afternoon all of them are due, and several replicas look at once.
    let hand = at("2026-11-26T06:00:00Z");
    let before = world.kinds(&world.report).await.len();
    world.set(hand);
    let sweeps = (0..4).map(|_| {
        let (app, operator) = (world.app.clone(), operator.clone());
        tokio::spawn(async move { notice::remind::sweep(&app, &operator).await.unwrap() })
    });
    for sweep in sweeps.collect::<Vec<_>>() {
        sweep.await.unwrap();
    }
    work::drain(&world.app, Some(world.organization)).await.unwrap();
    let kinds = world.kinds(&world.report).await;
    assert_eq!(kinds[before..], [NoticeKind::DayBefore; 20]);
}

async fn who_is_away_is_told_nothing(world: &World) {
    world.meeting("2026-11-27T05:00:00Z").await;
    world.leave(&world.report).await;
    world.live_until("2026-11-27T05:00:00Z").await;
    assert_eq!(world.kinds(&world.report).await, []);
    assert_eq!(world.kinds(&world.manager).await, [], "nor who would have met them");
}

async fn own_quiet_hours_count(world: &World) {
    use taiwa_domain::notice::QuietHours;
    let quiet = QuietHours { from: "12:00".parse().unwrap(), until: "10:00".parse().unwrap() };
    let change = notice::preferences::Change {
        quiet: Some(Some(quiet)),
        ..notice::preferences::Change::default()
    };
    notice::preferences::set(&world.app, &world.report, None, change, 0).await.unwrap();
    // Thursday 14:00.
    world.meeting("2026-11-26T05:00:00Z").await;
    world.live_until("2026-11-26T05:00:00Z").await;
    // Two hours a day: the morning before, as early as it begins; the nudge would come too late.
    assert_eq!(world.heard(&world.report).await, ["TwoDaysBefore 24T10:00", "DayBefore 25T10:00"]);
    assert_eq!(world.heard(&world.manager).await[0], "TwoDaysBefore 24T14:00");
}
