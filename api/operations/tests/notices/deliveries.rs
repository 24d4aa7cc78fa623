//! Deliveries: together, once, in allowed hours, and no longer than they are worth anything.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use taiwa_database::notice::Told;
use taiwa_domain::{
    access::Role,
    calendar::guardian::{Answer, Notice},
    notice::{NoticeKind, NotifyError, Way},
};
use taiwa_operations::notice::{self, preferences::Change, stop};

use crate::{
    both,
    world::{World, at},
};

both! {
    what_comes_together_goes_out_together
    mail_that_is_down_is_tried_again_and_is_the_same_mail
    what_begins_before_it_is_sent_is_dropped
    what_changed_meanwhile_is_not_told
    an_address_at_which_nobody_is_is_left_alone
    nothing_goes_out_in_quiet_hours
    one_link_stops_one_kind_and_nothing_else
    kinds_that_are_off_stay_in_the_list
    a_test_goes_to_whoever_asks_for_it
}

fn unavailable(minutes: i64) -> NotifyError {
    let retry_after = Some(TimeDelta::minutes(minutes));
    NotifyError::Unavailable { retry_after, cause: "down".into() }
}

/// The guardian tells both something.
async fn storm(world: &World, starts_at: &str) {
    let meeting = world.meeting(starts_at).await;
    let to = [world.manager.caller.person, world.report.caller.person];
    let told = Notice { to: to.into(), answer: Answer::Replanned, about: vec![] };
    let transaction = world.app.database.transaction(world.organization).await.unwrap();
    for person in to {
        let told = vec![(person, Told::Slot(meeting.id, told.clone()))];
        notice::tell(&world.app, &transaction, told).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

fn to(world: &World, address: &str) -> Vec<taiwa_domain::notice::Message> {
    world.post.messages().into_iter().filter(|it| it.to.address == address).collect()
}

async fn what_comes_together_goes_out_together(world: &World) {
    world.go("2026-11-24T03:00:00Z").await;
    storm(world, "2026-12-07T05:00:00Z").await;
    world.go("2026-11-24T03:01:00Z").await;
    storm(world, "2026-12-08T05:00:00Z").await;
    storm(world, "2026-12-09T05:00:00Z").await;
    assert!(world.post.messages().is_empty(), "it waits for others");
    world.go("2026-11-24T03:02:00Z").await;
    let mails = to(world, "r@example.com");
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].lines.len(), 3);
    assert_eq!(mails[0].subject, "3 notices about your 1on1s");
    assert_eq!(mails[0].stops.len(), 1, "one kind");
    assert!(mails[0].lines[0].text.contains("Mon 7 Dec, 14:00–14:30"), "{mails:?}");
    assert_eq!(to(world, "m@example.com").len(), 1);
    assert_eq!(world.sent(&world.report).await, ["Slot Email Delivered"; 3]);
    // Nobody is named, not even the other of the two.
    let all = format!("{:?}", mails[0].lines);
    assert!(!all.contains("Given"), "{all}");
}

async fn mail_that_is_down_is_tried_again_and_is_the_same_mail(world: &World) {
    world.go("2026-11-24T03:00:00Z").await;
    storm(world, "2026-12-07T05:00:00Z").await;
    for _ in 0..4 {
        world.post.fail_next(unavailable(5));
    }
    world.go("2026-11-24T03:02:00Z").await;
    assert!(world.post.messages().is_empty());
    assert_eq!(world.sent(&world.report).await, ["Slot Email Waiting"]);
    // What comes while it waits is a mail of its own: the first one may have arrived.
    storm(world, "2026-12-08T05:00:00Z").await;
    world.go("2026-11-24T03:06:00Z").await;
    assert!(world.post.messages().is_empty(), "as long as the server asked");
    world.go("2026-11-24T03:07:30Z").await;
    world.go("2026-11-24T03:20:00Z").await;
    let mails = to(world, "r@example.com");
    assert_eq!(mails.iter().map(|it| it.lines.len()).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(world.sent(&world.report).await, ["Slot Email Delivered"; 2]);
}

async fn what_begins_before_it_is_sent_is_dropped(world: &World) {
    world.go("2026-11-24T03:00:00Z").await;
    world.meeting("2026-11-24T05:05:00Z").await;
    for _ in 0..200 {
        world.post.fail_next(unavailable(1));
    }
    world.live_until("2026-11-24T06:00:00Z").await;
    let sent = world.sent(&world.report).await;
    assert_eq!(sent, ["NothingPrepared Email Dropped Expired"], "{sent:?}");
    assert!(world.post.messages().is_empty());
}

async fn what_changed_meanwhile_is_not_told(world: &World) {
    let it = world.meeting("2026-11-25T05:00:00Z").await;
    world.go("2026-11-24T05:00:00Z").await;
    assert_eq!(world.kinds(&world.report).await, [NoticeKind::DayBefore]);
    world.move_to(&it, "2026-12-07T05:00:00Z").await;
    world.go("2026-11-24T05:03:00Z").await;
    assert_eq!(world.sent(&world.report).await, ["DayBefore Email Dropped Outdated"]);
    assert!(world.post.messages().is_empty());
}

async fn an_address_at_which_nobody_is_is_left_alone(world: &World) {
    world.post.nobody_at("r@example.com");
    world.go("2026-11-24T03:00:00Z").await;
    storm(world, "2026-12-07T05:00:00Z").await;
    world.go("2026-11-24T03:05:00Z").await;
    assert_eq!(world.sent(&world.report).await, ["Slot Email Failed AddressRefused"]);
    let mine = notice::preferences::mine(&world.app, &world.report).await.unwrap();
    assert_eq!(mine.refused.keys().collect::<Vec<_>>(), [&Way::Email]);
    storm(world, "2026-12-08T05:00:00Z").await;
    world.go("2026-11-24T03:10:00Z").await;
    let sent = world.sent(&world.report).await;
    assert_eq!(sent[1], "Slot Email Dropped AddressRefused", "it is not even tried");
    // Whoever sets their preferences has looked, and it is tried again.
    let change = Change::default();
    notice::preferences::set(&world.app, &world.report, None, change, 0).await.unwrap();
    let mine = notice::preferences::mine(&world.app, &world.report).await.unwrap();
    assert!(mine.refused.is_empty());
}

async fn nothing_goes_out_in_quiet_hours(world: &World) {
    // Tuesday 21:00.
    world.go("2026-11-24T12:00:00Z").await;
    storm(world, "2026-12-07T05:00:00Z").await;
    world.live_until("2026-11-24T22:45:00Z").await;
    assert!(world.post.messages().is_empty());
    assert_eq!(world.sent(&world.report).await, ["Slot Email Waiting"]);
    world.go("2026-11-24T23:00:00Z").await;
    assert_eq!(world.post.messages().len(), 2);
}

async fn one_link_stops_one_kind_and_nothing_else(world: &World) {
    world.go("2026-11-24T03:00:00Z").await;
    storm(world, "2026-12-07T05:00:00Z").await;
    world.go("2026-11-24T03:05:00Z").await;
    let mail = to(world, "r@example.com").remove(0);
    let token = mail.stop_all.strip_prefix("stop:").unwrap();
    assert_eq!(mail.stops[0].kind, "changes of a 1on1's time");
    let looked = stop::look(&world.app, token).await.unwrap().unwrap();
    assert_eq!((looked.is_off, looked.kinds), (false, BTreeSet::from([NoticeKind::Slot])));
    let mine = async |who: &taiwa_operations::Actor| {
        let row = notice::preferences::mine(&world.app, who).await.unwrap().row;
        who.release().await;
        row
    };
    assert_eq!(mine(&world.report).await.version, 0, "looking changes nothing");
    for _ in 0..3 {
        assert!(stop::stop(&world.app, token).await.unwrap().unwrap().is_off);
    }
    let row = mine(&world.report).await;
    assert_eq!(row.version, 1, "again is nothing");
    assert!(!row.chosen.wants(NoticeKind::Slot, Way::Email));
    assert!(row.chosen.wants(NoticeKind::DayBefore, Way::Email));
    assert_eq!(mine(&world.manager).await.version, 0);
    // Whatever is not ours stops nothing.
    let bytes = token.as_bytes();
    for place in [0, 10, 30, bytes.len() - 1] {
        let mut other = bytes.to_vec();
        other[place] = if other[place] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).unwrap();
        assert_eq!(stop::stop(&world.app, &other).await.unwrap(), None, "{place}");
    }
    for other in ["", "abc", &"A".repeat(5_000), "あ"] {
        assert_eq!(stop::stop(&world.app, other).await.unwrap(), None);
    }
}

async fn kinds_that_are_off_stay_in_the_list(world: &World) {
    world.go("2026-11-24T03:00:00Z").await;
    storm(world, "2026-12-07T05:00:00Z").await;
    // After it was told, before it goes out.
    let ways = [(NoticeKind::Slot, BTreeSet::new())].into();
    let change = Change { ways, quiet: None };
    notice::preferences::set(&world.app, &world.report, None, change, 0).await.unwrap();
    world.go("2026-11-24T03:05:00Z").await;
    storm(world, "2026-12-08T05:00:00Z").await;
    world.go("2026-11-24T03:10:00Z").await;
    assert_eq!(world.sent(&world.report).await, ["Slot Email Dropped SwitchedOff"]);
    assert_eq!(world.kinds(&world.report).await, [NoticeKind::Slot; 2]);
    assert!(to(world, "r@example.com").is_empty());
    assert_eq!(to(world, "m@example.com").len(), 2);
}

async fn a_test_goes_to_whoever_asks_for_it(world: &World) {
    let mut keys = world.report.clone();
    keys.caller.roles = vec![Role::Administrator];
    // On a holiday, too: whoever asks is there.
    assert!(notice::test(&world.app, &world.report, None, Way::Email).await.is_err());
    assert!(notice::test(&world.app, &keys, None, Way::Slack).await.is_err(), "not configured");
    notice::test(&world.app, &keys, None, Way::Email).await.unwrap();
    world.settle().await;
    let mails = world.post.messages();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "A test from Taiwa");
    assert_eq!(world.sent(&world.report).await, ["Test Email Delivered"]);
    let counts = notice::counts(&world.app, &keys, 7).await.unwrap();
    assert_eq!(counts.len(), 1);
    assert_eq!((counts[0].way, counts[0].count), (Way::Email, 1));
    assert!(at("2026-11-23T03:00:00Z") == world.app.now());
}
