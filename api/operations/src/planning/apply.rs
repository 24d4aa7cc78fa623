//! Writing a plan: series and meetings in one transaction, calendars by a job.

use chrono::NaiveDate;
use taiwa_database::{Transaction, platform::JobKind};
use taiwa_domain::{
    id::PlanId,
    meeting::{Meeting, MeetingStatus, SkipReason},
};

use super::{
    PlanBody,
    body::{MeetingChanges, Wanted},
    facts,
};
use crate::{App, Result};

/// Applies what a plan says to the horizon. Returns false, having written nothing, when the facts
/// are no longer those the plan was made from.
pub async fn apply(
    app: &App,
    transaction: &Transaction,
    body: &PlanBody,
    (starts_on, weeks): (NaiveDate, u32),
    facts_hash: &str,
    plan: PlanId,
) -> Result<bool> {
    let now = app.now();
    transaction.lock_revision().await?;
    let facts = facts::read(transaction, starts_on, weeks, now).await?;
    if facts.hash() != facts_hash {
        return Ok(false);
    }
    let (put, remove) = body.series_changes(&facts.series);
    transaction.put_series(&put, now).await?;
    if !remove.is_empty() {
        transaction.remove_series(&remove).await?;
    }
    let MeetingChanges { added, changed, removed, .. } = body.changes(&facts.meetings);
    let mut meetings: Vec<Meeting> = Vec::with_capacity(added.len() + changed.len());
    meetings.extend(added.into_iter().map(|it| meeting(app.id(), 1, plan, it)));
    meetings
        .extend(changed.into_iter().map(|(old, it)| meeting(old.id, old.version + 1, plan, it)));
    meetings.extend(removed.into_iter().map(|old| Meeting {
        slot: None,
        status: MeetingStatus::Skipped,
        skip_reason: Some(SkipReason::NotDue),
        version: old.version + 1,
        plan: Some(plan),
        ..old
    }));
    if !meetings.is_empty() {
        transaction.put_meetings(&meetings, now).await?;
        let organization = transaction.organization().0;
        transaction.enqueue(&*app.ids, JobKind::PlaceHolds, organization, now).await?;
        crate::insight::close::ask(app, transaction, now).await?;
        crate::notice::remind::ask(app, transaction).await?;
    }
    Ok(true)
}

fn meeting(id: taiwa_domain::id::MeetingId, version: i64, plan: PlanId, it: Wanted) -> Meeting {
    Meeting {
        id,
        pair: it.pair,
        due_week: it.due_week,
        slot: it.slot,
        minutes: it.minutes,
        buffer_minutes: it.buffer_minutes,
        status: if it.slot.is_some() { MeetingStatus::Planned } else { MeetingStatus::Skipped },
        skip_reason: it.skipped,
        pinned: false,
        cost: it.cost,
        plan: Some(plan),
        version,
    }
}
