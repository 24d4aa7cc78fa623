//! The job that reads what changed in an account's calendar, page by page.
//!
//! Every page is written with the cursor that follows it and with the slots to be guarded, in one
//! transaction: whoever takes the job over goes on where it was.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_database::{
    Transaction,
    calendar::{AccountRow, Progress},
    platform::{Claim, JobKind},
};
use taiwa_domain::{
    calendar::{AccountState, CalendarError, Changes, Event, Next, Resource, ResourceKey},
    id::AccountId,
    meeting::Slot,
    organization::EmploymentStatus,
};
use uuid::Uuid;

use super::connect;
use crate::{Actor, App, Result, work};

/// How far ahead calendars are read: two weeks more than plans reach, so that the whole is read
/// anew only every other week.
pub const AHEAD: TimeDelta = TimeDelta::weeks(15);
/// At least so far ahead what was read must reach.
const AT_LEAST: TimeDelta = TimeDelta::weeks(13);
/// How far back: what is over matters no more.
const BACK: TimeDelta = TimeDelta::days(1);
/// How often a calendar without notices is asked.
const POLL: TimeDelta = TimeDelta::minutes(5);
/// How often one with notices is asked all the same: a channel may fall silent.
const POLL_WATCHED: TimeDelta = TimeDelta::minutes(30);
/// Most pages of one job; the next goes on.
const MOST_PAGES: usize = 200;

/// Does the job for one account.
pub async fn run(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let (organization, id) = (claim.organization, AccountId(claim.subject));
    let reader = app.database.reader(organization).await?;
    let row = reader.calendar_account(id).await?;
    let watched = reader.open_channels(id).await?.iter().any(|it| it.resource.is_some());
    let owner = match &row {
        Some(row) => reader.people_by_id(actor.today, &[row.person]).await?,
        None => Vec::new(),
    };
    drop(reader);
    let row = row.filter(|row| row.state == AccountState::Connected);
    let Some(row) = row else { return finish(app, claim, None).await };
    if owner.iter().any(|person| person.status == EmploymentStatus::Left) {
        connect::leaver(app, organization, &row).await?;
        return finish(app, claim, None).await;
    }
    match pages(app, actor, claim, &row).await {
        Ok(done) => {
            let pause = if watched { POLL_WATCHED } else { POLL };
            let now = app.now();
            let next = if done { now + spread(pause, id.0) } else { now };
            finish(app, claim, Some(next)).await
        }
        Err(crate::Failure::Calendar(
            error @ (CalendarError::Unauthorized | CalendarError::Gone | CalendarError::Refused(_)),
        )) => {
            connect::lost(app, organization, id, &error).await?;
            finish(app, claim, None).await
        }
        Err(failure) => Err(failure),
    }
}

async fn finish(app: &App, claim: &Claim, next: Option<DateTime<Utc>>) -> Result<()> {
    let transaction = app.database.transaction(claim.organization).await?;
    work::settle(app, claim, transaction, next).await
}

/// Between nine and eleven tenths of a pause, by the account: what began together does not stay
/// together.
fn spread(pause: TimeDelta, id: Uuid) -> TimeDelta {
    let part = i32::from(id.as_bytes()[15]);
    pause * 9 / 10 + pause / 5 * part / 256
}

/// Reads all pages there are. Returns false where there are more than one job reads.
async fn pages(app: &App, actor: &Actor, claim: &Claim, row: &AccountRow) -> Result<bool> {
    let provider = connect::open(app, actor, claim.organization, row).await?;
    let now = app.now();
    let mut progress = row.progress.clone();
    let reaches = |span: Slot| span.ends_at >= now + AT_LEAST;
    if !progress.span.is_some_and(reaches) {
        progress.cursor = None;
        progress.span = Some(Slot { starts_at: now - BACK, ends_at: now + AHEAD });
    }
    let whole = progress.span.unwrap_or(Slot { starts_at: now - BACK, ends_at: now + AHEAD });
    let span = Slot { starts_at: now - BACK, ends_at: whole.ends_at };
    // What is written from now on may be missing from what the provider lists, and is not gone.
    progress.reading += 1;
    advance(app, claim, row, &progress).await?;
    let mut expired = false;
    for _ in 0..MOST_PAGES {
        let changes = match provider.changes(progress.cursor.as_ref(), span).await {
            Err(CalendarError::CursorExpired) if !expired => {
                expired = true;
                progress.cursor = None;
                progress.reading += 1;
                advance(app, claim, row, &progress).await?;
                continue;
            }
            changes => changes?,
        };
        let done = matches!(changes.next, Next::Later(_));
        let first = row.progress.read_at.is_none();
        progress.cursor = Some(match &changes.next {
            Next::Page(cursor) | Next::Later(cursor) => cursor.clone(),
        });
        if done {
            progress.read_at = Some(now);
        }
        let transaction = app.database.transaction(claim.organization).await?;
        take(app, &transaction, row, &changes, progress.reading, now).await?;
        if done && first {
            super::guard::ask_for_person(app, &transaction, row.person).await?;
        }
        if !transaction.advance_reading(row.id, row.version, &progress).await? {
            // Connected anew or left meanwhile: another job reads it then.
            return Ok(true);
        }
        transaction.commit().await?;
        app.wake.notify_waiters();
        if done {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn advance(app: &App, claim: &Claim, row: &AccountRow, progress: &Progress) -> Result<()> {
    let transaction = app.database.transaction(claim.organization).await?;
    transaction.advance_reading(row.id, row.version, progress).await?;
    transaction.commit().await?;
    Ok(())
}

/// Writes a page, and asks for the slots that it touches to be guarded.
async fn take(
    app: &App,
    transaction: &Transaction,
    row: &AccountRow,
    changes: &Changes,
    reading: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    let keys: Vec<ResourceKey> = changes.resources.iter().map(|it| it.key.clone()).collect();
    let before = transaction.observed_resources(row.id, &keys).await?;
    let mut touched = differing(before, &changes.resources);
    transaction.replace_observed(&*app.ids, row.id, &changes.resources, reading).await?;
    if changes.complete && matches!(changes.next, Next::Later(_)) {
        touched.extend(transaction.remove_unseen(row.id, reading).await?);
    }
    if matches!(changes.next, Next::Later(_)) {
        transaction.forget_past(row.id, now - BACK).await?;
    }
    if touched.is_empty() {
        return Ok(());
    }
    let touches = |slot: &Slot, event: &Event| slot.overlaps(event.slot);
    let slots: Vec<Uuid> = transaction
        .upcoming_slots(row.person, now)
        .await?
        .into_iter()
        .filter(|(_, slot, uid)| {
            let ours = |event: &Event| uid.is_some() && event.uid == *uid;
            touched.iter().any(|event| touches(slot, event) || ours(event))
        })
        .map(|(meeting, ..)| meeting.0)
        .collect();
    transaction.ask(&*app.ids, JobKind::GuardSlot, &slots, now, now).await?;
    Ok(())
}

/// The events that stand now and did not before, and those that did and do not now. When an event
/// last changed is no difference by itself.
fn differing(before: Vec<Event>, resources: &[Resource]) -> Vec<Event> {
    let plain = |event: &Event| Event { updated_at: None, ..event.clone() };
    let mut known: HashMap<String, Vec<Event>> = HashMap::new();
    for event in before {
        known.entry(event.key.0.clone()).or_default().push(plain(&event));
    }
    let mut touched = Vec::new();
    for event in resources.iter().flat_map(|it| &it.events).map(plain) {
        let same = known.get_mut(&event.key.0).and_then(|same| {
            let at = same.iter().position(|it| *it == event)?;
            Some(same.swap_remove(at))
        });
        if same.is_none() {
            touched.push(event);
        }
    }
    touched.extend(known.into_values().flatten());
    touched
}
