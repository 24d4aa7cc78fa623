//! Workers: claim due jobs, do them, finish them in the transaction of their effects.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_database::{
    BuiltInCalendars, Transaction,
    platform::{Claim, JobKind},
};
use taiwa_domain::{
    calendar::{CalendarError, Hold},
    id::{MeetingId, OrganizationId, PersonId},
    meeting::Meeting,
    notice::NotifyError,
};
use tokio::task::JoinSet;
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    Actor, App, Failure, Result, calendar, changes, insight, meeting, notice, pair::sync, planning,
    privacy,
};

/// Meetings whose holds are placed in one call.
const BATCH: u32 = 2_000;
/// Longest pause between two tries.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(10);
/// How long an idle worker waits at most: jobs that other replicas ask for wake nobody here.
const LONGEST_NAP: TimeDelta = TimeDelta::seconds(3);

/// How a process works off jobs.
#[derive(Clone, Copy, Debug)]
pub struct Workers {
    /// Jobs at once. Most of them wait for calendars.
    pub lanes: usize,
    /// How long a claim is held without a sign of life; another worker takes it over then.
    pub lease: TimeDelta,
}

impl Default for Workers {
    fn default() -> Self {
        Self { lanes: 24, lease: TimeDelta::seconds(30) }
    }
}

/// Does all due jobs (of one organization, if given) until none is left. Returns how many were
/// done. Safe beside other workers.
pub async fn drain(app: &App, only: Option<OrganizationId>) -> Result<usize> {
    let lease = Workers::default().lease;
    let mut done = 0;
    loop {
        let now = app.now();
        let calendars = app.vault.is_some();
        let claims = app.database.system().claim(only, calendars, now, now + lease, 1).await?;
        let Some(claim) = claims.first() else { return Ok(done) };
        done += usize::from(work(app, claim, lease).await?);
    }
}

/// Works until the future is dropped: when jobs are asked for here, when one is due, else every few
/// seconds for those that other replicas ask for.
pub async fn run_forever(app: App, workers: Workers) {
    let mut lanes: JoinSet<()> = JoinSet::new();
    loop {
        let asked = app.wake.notified();
        tokio::pin!(asked);
        asked.as_mut().enable();
        while lanes.try_join_next().is_some() {}
        let free = workers.lanes.saturating_sub(lanes.len());
        let now = app.now();
        let claimed = match free {
            0 => Ok(Vec::new()),
            _ => {
                let until = now + workers.lease;
                app.database.system().claim(None, true, now, until, free as u32).await
            }
        };
        let claims = claimed.unwrap_or_else(|error| {
            tracing::warn!(%error, "jobs cannot be claimed");
            Vec::new()
        });
        let busy = claims.len() == free;
        for claim in claims {
            let app = app.clone();
            lanes.spawn(async move {
                if let Err(failure) = work(&app, &claim, workers.lease).await {
                    tracing::warn!(%failure, "a job's failure cannot be recorded");
                }
            });
        }
        if busy {
            lanes.join_next().await;
            continue;
        }
        let nap = nap(&app).await;
        tokio::select! {
            () = &mut asked => {}
            Some(_) = lanes.join_next() => {}
            () = tokio::time::sleep(nap) => {}
        }
    }
}

/// Until the next job is due.
async fn nap(app: &App) -> Duration {
    let due = app.database.system().next_due(&[]).await.ok().flatten();
    let wait = due.map_or(LONGEST_NAP, |due| due - app.now());
    // One that is due but was not claimed is another worker's.
    wait.clamp(TimeDelta::milliseconds(50), LONGEST_NAP).to_std().unwrap_or_default()
}

/// Does one claimed job and shows signs of life meanwhile. Returns whether it was done.
async fn work(app: &App, claim: &Claim, lease: TimeDelta) -> Result<bool> {
    let span = tracing::info_span!("job", kind = ?claim.kind, attempt = claim.attempt);
    let job = run(app, claim).instrument(span.clone());
    tokio::pin!(job);
    let beat = (lease / 3).to_std().unwrap_or(Duration::from_secs(10));
    let outcome = loop {
        tokio::select! {
            outcome = &mut job => break outcome,
            () = tokio::time::sleep(beat) => {
                if !app.database.system().renew(claim, app.now() + lease).await? {
                    span.in_scope(|| tracing::warn!("a job was lost to another worker"));
                    return Ok(false);
                }
            }
        }
    };
    let Err(failure) = outcome else { return Ok(true) };
    let pause = pause(claim, &failure);
    span.in_scope(|| tracing::warn!(%failure, seconds = pause.num_seconds(), "a job failed"));
    let now = app.now();
    app.database.system().fail(claim, code(&failure), now, now + pause).await?;
    Ok(false)
}

/// How long to wait before another try: twice as long each time, and as long as the calendar asked.
fn pause(claim: &Claim, failure: &Failure) -> TimeDelta {
    let doubled = TimeDelta::seconds(2_i64.pow(claim.attempt.min(10))).min(LONGEST_PAUSE);
    match failure {
        Failure::Calendar(CalendarError::Unavailable { retry_after: Some(asked), .. }) => {
            doubled.max(*asked)
        }
        Failure::Notify(NotifyError::Unavailable { retry_after: Some(asked), .. }) => {
            doubled.max(*asked)
        }
        _ => doubled,
    }
}

fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::User(_) | Failure::NotFound => "refused",
        Failure::Database(_) => "database",
        Failure::Calendar(_) => "calendar",
        Failure::Notify(_) => "notify",
        Failure::Internal(_) => "internal",
    }
}

async fn run(app: &App, claim: &Claim) -> Result<()> {
    let actor = app.operator(claim.organization).await?;
    match claim.kind {
        JobKind::SyncPairs => sync_pairs(app, &actor, claim).await,
        JobKind::RefreshPlan => refresh_plan(app, &actor, claim).await,
        JobKind::PlaceHolds => place_holds(app, &actor, claim).await,
        JobKind::ConnectCalendar => calendar::connect::run(app, &actor, claim).await,
        JobKind::ReadCalendar => calendar::reading::run(app, &actor, claim).await,
        JobKind::WatchCalendar => calendar::watching::run(app, &actor, claim).await,
        JobKind::GuardSlot => calendar::guard::run(app, &actor, claim).await,
        JobKind::SettleMeeting => meeting::held::settle(app, &actor, claim).await,
        JobKind::CloseInsight => insight::close::run(app, &actor, claim).await,
        JobKind::Retain => privacy::retain::run(app, &actor, claim).await,
        JobKind::TellMinutes => changes::tell_minutes(app, claim).await,
        JobKind::ForgetChanges => changes::forget(app, claim).await,
        JobKind::SendReminders => notice::remind::run(app, &actor, claim).await,
        JobKind::DeliverNotices => notice::deliver::run(app, &actor, claim).await,
    }
}

/// Finishes a claim of a job that never waits twice and commits; likewise.
pub(crate) async fn settle(
    app: &App,
    claim: &Claim,
    transaction: Transaction,
    next: Option<DateTime<Utc>>,
) -> Result<()> {
    if transaction.settle(claim, next).await? {
        transaction.commit().await?;
        app.wake.notify_waiters();
    }
    Ok(())
}

/// Finishes a claim and commits; a claim lost to another worker leaves no trace.
async fn finish(app: &App, claim: &Claim, transaction: Transaction) -> Result<()> {
    if transaction.finish(claim, app.now()).await? {
        transaction.commit().await?;
        app.wake.notify_waiters();
    }
    Ok(())
}

async fn sync_pairs(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let transaction = app.database.transaction(claim.organization).await?;
    transaction.lock_revision().await?;
    transaction.absorb_equal(claim, app.now()).await?;
    let synced = sync::sync(app, &transaction, actor.today).await?;
    tracing::info!(pairs = synced.new_pairs, episodes = synced.episodes, "pairs are in line");
    planning::refresh_later(app, &transaction).await?;
    changes::ask_to_forget(app, &transaction).await?;
    finish(app, claim, transaction).await
}

/// Plans the weeks that the applied plan covers and that have not begun, and rolls the horizon
/// forward so that it keeps its length. Without an applied plan there is nothing to refresh.
async fn refresh_plan(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let transaction = app.database.transaction(claim.organization).await?;
    transaction.absorb_equal(claim, app.now()).await?;
    let applied = transaction.applied_plan().await?;
    let Some(applied) = applied else { return finish(app, claim, transaction).await };
    transaction.commit().await?;
    // First what the plan says, then what the guardian says about what the plan left alone.
    let from = applied.starts_on.max(planning::monday_from(actor.today));
    planning::plan_and_apply(app, actor, from, applied.weeks, |_| {}).await?;
    let now = app.now();
    let reader = app.database.reader(claim.organization).await?;
    let changed = calendar::guard::changed(&reader, now).await?;
    drop(reader);
    let transaction = app.database.transaction(claim.organization).await?;
    transaction.ask_behind(&*app.ids, JobKind::GuardSlot, &changed, now).await?;
    finish(app, claim, transaction).await
}

async fn place_holds(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let organization = claim.organization;
    let transaction = app.database.transaction(organization).await?;
    transaction.absorb_equal(claim, app.now()).await?;
    transaction.commit().await?;
    let calendar = BuiltInCalendars::new(&app.database, organization, &*app.ids, &*app.clock);
    // Each batch is read and placed under the lock that plans are applied under. A plan that came
    // between would have its holds overwritten, or those of what it gave up left standing.
    loop {
        let transaction = app.database.transaction(organization).await?;
        transaction.lock_revision().await?;
        let given_up = transaction.skipped_with_holds(BATCH).await?;
        if given_up.is_empty() {
            break;
        }
        calendar.cancel_within(&transaction, &given_up).await?;
        transaction.commit().await?;
    }
    let mut placed = 0;
    let mut after: Option<Meeting> = None;
    loop {
        let transaction = app.database.transaction(organization).await?;
        transaction.lock_revision().await?;
        // The soonest first: they matter most, and neighbours are of many people, so that what
        // calendars let one account write in a minute holds nobody up.
        let meetings = transaction.planned_meetings(after.as_ref(), BATCH).await?;
        let pairs: Vec<_> = meetings.iter().map(|meeting| meeting.pair).collect();
        let mut pairs: std::collections::HashMap<_, _> = transaction
            .pairs_by_id(actor.today, &pairs)
            .await?
            .into_iter()
            .map(|row| (row.pair.id, row.pair))
            .collect();
        let people: Vec<PersonId> =
            pairs.values().flat_map(|pair| [pair.organizer, pair.partner]).collect();
        let connected: std::collections::HashSet<PersonId> =
            transaction.people_with_accounts(&people).await?.into_iter().collect();
        // Where one of the two has connected a calendar, each slot is the guardian's.
        pairs.retain(|_, pair| {
            !connected.contains(&pair.organizer) && !connected.contains(&pair.partner)
        });
        let Some(last) = meetings.last() else { break };
        after = Some(last.clone());
        let holds: Vec<Hold> = meetings
            .iter()
            .filter_map(|meeting| Some((meeting, meeting.slot?, pairs.get(&meeting.pair)?)))
            .flat_map(|(meeting, slot, pair)| {
                [pair.organizer, pair.partner].map(|person| Hold {
                    meeting: meeting.id,
                    person,
                    slot,
                })
            })
            .collect();
        calendar.place_within(&transaction, &holds).await?;
        let (held, guarded): (Vec<Meeting>, Vec<Meeting>) =
            meetings.iter().cloned().partition(|meeting| pairs.contains_key(&meeting.pair));
        mark(app, transaction, &held, &guarded).await?;
        placed += meetings.len() as i64;
        let system = app.database.system();
        let total = placed + if meetings.len() == BATCH as usize { i64::from(BATCH) } else { 0 };
        if !system.progress(claim, placed, total).await? {
            return Ok(());
        }
    }
    let transaction = app.database.transaction(organization).await?;
    finish(app, claim, transaction).await
}

/// Marks meetings as held in both calendars, asks for the others to be guarded, and commits.
async fn mark(
    app: &App,
    transaction: Transaction,
    held: &[Meeting],
    guarded: &[Meeting],
) -> Result<()> {
    let done: Vec<(MeetingId, i64)> = held.iter().map(|it| (it.id, it.version)).collect();
    let (now, guarded): (_, Vec<Uuid>) = (app.now(), guarded.iter().map(|it| it.id.0).collect());
    transaction.mark_scheduled(&done, now).await?;
    transaction.ask_behind(&*app.ids, JobKind::GuardSlot, &guarded, now).await?;
    transaction.commit().await?;
    Ok(())
}
