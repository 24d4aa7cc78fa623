//! What a pair lost counts in the planner's fairness: skipped for want of time, or displaced.

mod support;

use chrono::{DateTime, Days, TimeDelta, Utc};
use support::{Counter, World, both, now, today};
use taiwa_database::calendar::SlotRow;
use taiwa_domain::{
    calendar::guardian::{Displacing, ReleaseReason, SlotState},
    id::{IdSource, PairId},
    meeting::{Meeting, MeetingStatus, SkipReason, Slot},
    pair::{Pair, PairKind},
};

both! {
    a_meeting_that_was_lost_counts_once_however_it_was_lost
    what_nobody_took_and_what_was_long_ago_counts_nowhere
}

/// Two pairs of one manager.
async fn pairs(world: &World, ids: &Counter) -> (taiwa_domain::id::OrganizationId, [PairId; 2]) {
    let organization = world.company(ids, "fair").await;
    let it = world.database.transaction(organization).await.unwrap();
    let people = it.people(today(), &Default::default(), None, None, 9, false).await.unwrap();
    let pair = |partner: usize| Pair {
        id: ids.next().into(),
        kind: PairKind::Manager,
        organizer: people[0].id,
        partner: people[partner].id,
    };
    let made = [pair(1), pair(2)];
    it.add_pairs(&made, now()).await.unwrap();
    it.commit().await.unwrap();
    (organization, made.map(|it| it.id))
}

/// A meeting of so many weeks ago; skipped, if there is a reason.
fn meeting(ids: &Counter, pair: PairId, weeks_ago: u64, skipped: Option<SkipReason>) -> Meeting {
    let due_week = today() - Days::new(7 * weeks_ago);
    let starts_at = due_week.and_hms_opt(3, 0, 0).unwrap().and_utc();
    let slot = Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) };
    Meeting {
        id: ids.next().into(),
        pair,
        due_week,
        slot: skipped.is_none().then_some(slot),
        minutes: 30,
        buffer_minutes: 0,
        status: skipped.map_or(MeetingStatus::Scheduled, |_| MeetingStatus::Skipped),
        skip_reason: skipped,
        pinned: false,
        cost: 0,
        plan: None,
        version: 1,
    }
}

fn displaced(meeting: &Meeting, state: SlotState, at: DateTime<Utc>) -> SlotRow {
    SlotRow {
        state,
        displaced: Some((Displacing::RecurringLargeMeeting, at)),
        ..SlotRow::new(meeting.id)
    }
}

async fn counts(
    world: &World,
    organization: taiwa_domain::id::OrganizationId,
    pairs: [PairId; 2],
) -> [u32; 2] {
    let reader = world.database.reader(organization).await.unwrap();
    let found = reader.displaced_counts(now() - TimeDelta::weeks(13), now()).await.unwrap();
    pairs.map(|pair| found.iter().find(|(id, _)| *id == pair).map_or(0, |(_, count)| *count))
}

async fn a_meeting_that_was_lost_counts_once_however_it_was_lost(world: &World) {
    let ids = Counter::default();
    let (organization, pairs) = pairs(world, &ids).await;
    let it = world.database.transaction(organization).await.unwrap();
    let moved = meeting(&ids, pairs[0], 1, None);
    let given_up = meeting(&ids, pairs[0], 3, Some(SkipReason::Busy));
    let unplaced = meeting(&ids, pairs[0], 5, Some(SkipReason::Cap));
    it.put_meetings(&[moved.clone(), given_up.clone(), unplaced], now()).await.unwrap();
    let at = now() - TimeDelta::days(5);
    it.put_slot(&displaced(&moved, SlotState::Protected, at), now()).await.unwrap();
    let released = SlotState::Released(ReleaseReason::NoRoom);
    it.put_slot(&displaced(&given_up, released, at), now()).await.unwrap();
    it.commit().await.unwrap();
    assert_eq!(counts(world, organization, pairs).await, [3, 0]);
}

async fn what_nobody_took_and_what_was_long_ago_counts_nowhere(world: &World) {
    let ids = Counter::default();
    let (organization, pairs) = pairs(world, &ids).await;
    let it = world.database.transaction(organization).await.unwrap();
    let kept = meeting(&ids, pairs[1], 1, None);
    let away = meeting(&ids, pairs[1], 2, Some(SkipReason::Leave));
    let long_ago = meeting(&ids, pairs[1], 20, None);
    let coming = meeting(&ids, pairs[1], 4, None);
    let all = [kept.clone(), away, long_ago.clone(), coming.clone()];
    it.put_meetings(&all, now()).await.unwrap();
    // Guarded, and nothing ever stood in its way.
    it.put_slot(&SlotRow { state: SlotState::Protected, ..SlotRow::new(kept.id) }, now())
        .await
        .unwrap();
    let ago = now() - TimeDelta::weeks(20);
    it.put_slot(&displaced(&long_ago, SlotState::Protected, ago), now()).await.unwrap();
    // What happens after the span is the next plan's.
    let later = now() + TimeDelta::hours(1);
    it.put_slot(&displaced(&coming, SlotState::Protected, later), now()).await.unwrap();
    it.commit().await.unwrap();
    assert_eq!(counts(world, organization, pairs).await, [0, 0]);
}
