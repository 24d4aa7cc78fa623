//! Notices, reminders, preferences and deliveries, so that every read finds something.

use std::collections::BTreeSet;

use chrono::{TimeDelta, Utc};
use taiwa_database::{
    Database, Transaction,
    notice::{Decision, PreferenceRow, Told},
};
use taiwa_domain::{
    calendar::guardian::{Answer, Notice},
    content::Sealed,
    id::{ActionItemId, IdSource, NoticeId, OrganizationId, PairId, PersonId},
    meeting::{
        Meeting,
        agenda::{ActionItem, ActionState},
    },
    notice::{
        DeliveryReason, DeliveryState, NoticeKind, Preferences, QuietHours, Reminder, Skipped, Way,
    },
};

use super::fill::Filled;
use crate::support::{Counter, now, today};

/// A person's choices, at a version.
fn choice(version: i64) -> PreferenceRow {
    let quiet = QuietHours { from: "21:30".parse().unwrap(), until: "07:00".parse().unwrap() };
    let ways = [(NoticeKind::DayBefore, BTreeSet::from([Way::Slack]))].into();
    PreferenceRow { chosen: Preferences { ways, quiet: Some(quiet) }, version }
}

/// Writes one of everything.
pub(crate) async fn fill(
    database: &Database,
    ids: &Counter,
    organization: OrganizationId,
    people: &[PersonId],
    meetings: &[Meeting],
) -> Vec<NoticeId> {
    due(database, ids, organization, people[0], meetings[0].pair).await;
    let it = database.transaction(organization).await.unwrap();
    let meeting = &meetings[0];
    let slot = meeting.slot.unwrap();
    let notice =
        Notice { to: people.iter().copied().collect(), answer: Answer::Told, about: vec![] };
    let action = ActionItemId(ids.next());
    let told = [
        (people[0], Told::Slot(meeting.id, notice)),
        (people[0], Told::AccountDisconnected),
        (people[0], Told::Meeting(Reminder::DayBefore, meeting.id, slot)),
        (people[0], Told::Action(Reminder::ActionDue, action, today())),
        (people[0], Told::Test),
        (people[1], Told::Test),
    ];
    let made = it.add_notices(ids, &told, now()).await.unwrap();
    let found = it.notices(people[0], None, 9).await.unwrap();
    let expected: Vec<_> = told[..5].iter().rev().map(|(_, told)| told.clone()).collect();
    assert_eq!(found.into_iter().map(|it| it.told).collect::<Vec<_>>(), expected);
    assert_eq!(it.mark_notices_seen(people[0], NoticeId(ids.next()), now()).await.unwrap(), 5);

    assert!(it.set_notice_preferences(people[0], &choice(0), now()).await.unwrap());
    assert!(!it.set_notice_preferences(people[0], &choice(0), now()).await.unwrap());
    it.refuse_address(people[0], Way::Email, "p1@example.com", now()).await.unwrap();
    it.refuse_address(people[1], Way::Email, "p2@example.com", now()).await.unwrap();
    it.forgive_address(people[1], Way::Email).await.unwrap();
    reminders(&it, ids, people[0], meeting).await;
    deliveries(&it, ids, people[0], &made).await;
    it.connect_slack(vec![1], None, now()).await.unwrap();
    it.disconnect_slack().await.unwrap();
    assert_eq!(it.slack().await.unwrap(), None);
    it.connect_slack(vec![2], Some(people[0]), now()).await.unwrap();
    for (at, expected) in [(now(), Some(now())), (now() + TimeDelta::days(1), Some(now()))] {
        it.slack_trouble(now(), Some(at)).await.unwrap();
        assert_eq!(it.slack().await.unwrap().unwrap().trouble_since, expected);
    }
    it.slack_trouble(now(), None).await.unwrap();
    assert_eq!(it.slack().await.unwrap().unwrap().trouble_since, None);
    it.commit().await.unwrap();
    made
}

/// An open action with a due day.
async fn due(
    database: &Database,
    ids: &Counter,
    organization: OrganizationId,
    owner: PersonId,
    pair: PairId,
) {
    let it = database.transaction(organization).await.unwrap();
    let action = ActionItem {
        id: ids.next().into(),
        pair,
        owner,
        author: owner,
        text: Sealed(vec![1]),
        due_on: Some(today()),
        state: ActionState::Open,
        closed_at: None,
        item: None,
        meeting: None,
        carried_from: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    it.put_action_items(&[action]).await.unwrap();
    it.commit().await.unwrap();
}

async fn reminders(it: &Transaction, ids: &Counter, person: PersonId, meeting: &Meeting) {
    let about = meeting.slot.unwrap().starts_at;
    let decision = |kind, skipped| Decision { subject: meeting.id.0, person, kind, about, skipped };
    let given = decision(Reminder::DayBefore, None);
    let left_out = decision(Reminder::NothingPrepared, Some(Skipped::Done));
    let old = Decision { about: now() - TimeDelta::days(90), ..given };
    let first = it.record_reminders(ids, &[given, left_out, old], now()).await.unwrap();
    assert_eq!(first.len(), 3);
    let again = Decision { skipped: Some(Skipped::Away), ..given };
    assert!(it.record_reminders(ids, &[again, left_out], now()).await.unwrap().is_empty());
    assert_eq!(it.forget_reminders(now() - TimeDelta::days(60)).await.unwrap(), 1);
    let moved = Decision { about: about + TimeDelta::hours(1), ..given };
    assert_eq!(it.record_reminders(ids, &[moved], now()).await.unwrap().len(), 1);
}

async fn deliveries(it: &Transaction, ids: &Counter, person: PersonId, notices: &[NoticeId]) {
    let later = now() + TimeDelta::days(1);
    let wanted: Vec<_> =
        notices[..4].iter().map(|notice| (*notice, person, Way::Email, later)).collect();
    it.add_deliveries(ids, &wanted, now()).await.unwrap();
    let waiting = it.outgoing(person, 9).await.unwrap();
    assert_eq!(waiting.len(), 4);
    let all: Vec<_> = waiting.iter().map(|it| it.id).collect();
    it.join_deliveries(all[0].0, &all[..2]).await.unwrap();
    it.join_deliveries(all[3].0, &all).await.unwrap();
    let found: Vec<_> = it.outgoing(person, 9).await.unwrap();
    let messages: Vec<_> = found.iter().map(|it| it.message).collect();
    let (first, second) = (Some(all[0].0), Some(all[3].0));
    assert_eq!(messages, [first, first, second, second], "a message stays what it was");
    let end = DeliveryState::Dropped;
    let why = Some(DeliveryReason::Expired);
    assert_eq!(it.end_deliveries(&all[..2], end, why, now()).await.unwrap(), 2);
    assert_eq!(it.end_deliveries(&all[..2], DeliveryState::Failed, None, now()).await.unwrap(), 0);
}

/// Reads everything through a handle, asking for the ids of `it`; what was found, by name.
pub(crate) async fn read(handle: &Transaction, it: &Filled) -> Vec<(&'static str, usize)> {
    let person = it.people[0];
    let pairs = [it.pair];
    let meetings: Vec<_> = it.meetings.iter().map(|it| it.id).collect();
    let subjects: Vec<_> = meetings.iter().map(|it| it.0).collect();
    let (from, until) = (now() - TimeDelta::days(900), now() + TimeDelta::days(900));
    let day = |at: chrono::DateTime<Utc>| at.date_naive();
    vec![
        ("notices", handle.notices(person, None, 9).await.unwrap().len()),
        ("deliveries_of", handle.deliveries_of(&it.notices).await.unwrap().len()),
        ("outgoing", handle.outgoing(person, 9).await.unwrap().len()),
        ("delivery_counts", handle.delivery_counts(from).await.unwrap().len()),
        ("notice_preferences", handle.notice_preferences(&[person]).await.unwrap().len()),
        ("refused_addresses", handle.refused_addresses(&[person], from).await.unwrap().len()),
        ("slack", usize::from(handle.slack().await.unwrap().is_some())),
        ("reminders_of", handle.reminders_of(&subjects).await.unwrap().len()),
        (
            "meetings_to_remind",
            handle.meetings_to_remind(from, until, None, 9).await.unwrap().len(),
        ),
        (
            "actions_to_remind",
            handle.actions_to_remind(day(from), day(until), None, 9).await.unwrap().len(),
        ),
        ("authors_of_open_items", handle.authors_of_open_items(&pairs).await.unwrap().len()),
        ("authors_of_notes", handle.authors_of_notes(&pairs).await.unwrap().len()),
        ("written_minutes", handle.written_minutes(&meetings).await.unwrap().len()),
    ]
}
