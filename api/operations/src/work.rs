//! Workers: claim due jobs, do them, finish them in the transaction of their effects.

use chrono::TimeDelta;
use taiwa_database::{
    BuiltInCalendars,
    platform::{Claim, JobKind},
};
use taiwa_domain::{
    calendar::Hold,
    id::{MeetingId, OrganizationId},
    meeting::Meeting,
};
use tracing::Instrument;

use crate::{Actor, App, Failure, Result, pair::sync, planning};

/// How long a claim is held without a sign of life.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// Meetings whose holds are placed in one call.
const BATCH: u32 = 2_000;

/// Does all due jobs (of one organization, if given) until none is left. Returns how many were
/// done. Safe beside other workers.
pub async fn drain(app: &App, only: Option<OrganizationId>) -> Result<usize> {
    let mut done = 0;
    loop {
        let now = app.now();
        let claims = app.database.system().claim(only, now, now + LEASE, 1).await?;
        let Some(claim) = claims.first() else { return Ok(done) };
        let span = tracing::info_span!("job", kind = ?claim.kind, attempt = claim.attempt);
        match run(app, claim).instrument(span.clone()).await {
            Ok(()) => done += 1,
            Err(failure) => {
                span.in_scope(|| tracing::warn!(%failure, "a job failed"));
                let wait = TimeDelta::seconds(2_i64.pow(claim.attempt.min(9)));
                let now = app.now();
                app.database.system().fail(claim, code(&failure), now, now + wait).await?;
            }
        }
    }
}

/// Works until the future is dropped: when jobs are asked for here, else every few seconds for
/// those that other replicas ask for.
pub async fn run_forever(app: App) {
    loop {
        let asked = app.wake.notified();
        if let Err(failure) = drain(&app, None).await {
            tracing::warn!(%failure, "jobs cannot be claimed");
        }
        let _ = tokio::time::timeout(std::time::Duration::from_secs(3), asked).await;
    }
}

fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::User(_) | Failure::NotFound => "refused",
        Failure::Database(_) => "database",
        Failure::Calendar(_) => "calendar",
        Failure::Internal(_) => "internal",
    }
}

async fn run(app: &App, claim: &Claim) -> Result<()> {
    let actor = app.operator(claim.organization).await?;
    match claim.kind {
        JobKind::SyncPairs => sync_pairs(app, &actor, claim).await,
        JobKind::RefreshPlan => refresh_plan(app, &actor, claim).await,
        JobKind::PlaceHolds => place_holds(app, &actor, claim).await,
    }
}

/// Finishes a claim and commits; a claim lost to another worker leaves no trace.
async fn finish(app: &App, claim: &Claim, transaction: taiwa_database::Transaction) -> Result<()> {
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
    let from = applied.starts_on.max(planning::monday_from(actor.today));
    planning::plan_and_apply(app, actor, from, applied.weeks, |_| {}).await?;
    let transaction = app.database.transaction(claim.organization).await?;
    finish(app, claim, transaction).await
}

async fn place_holds(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let organization = claim.organization;
    let transaction = app.database.transaction(organization).await?;
    transaction.absorb_equal(claim, app.now()).await?;
    transaction.commit().await?;
    let calendar = BuiltInCalendars::new(&app.database, organization, &*app.ids, &*app.clock);
    loop {
        let reader = app.database.reader(organization).await?;
        let given_up = reader.skipped_with_holds(BATCH).await?;
        drop(reader);
        if given_up.is_empty() {
            break;
        }
        calendar.cancel(&given_up).await?;
    }
    let (mut placed, mut after) = (0, None);
    loop {
        let reader = app.database.reader(organization).await?;
        let meetings = reader.planned_meetings(after, BATCH).await?;
        let pairs: Vec<_> = meetings.iter().map(|meeting| meeting.pair).collect();
        let pairs: std::collections::HashMap<_, _> = reader
            .pairs_by_id(actor.today, &pairs)
            .await?
            .into_iter()
            .map(|row| (row.pair.id, row.pair))
            .collect();
        drop(reader);
        let Some(last) = meetings.last() else { break };
        after = Some(last.id);
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
        calendar.place(&holds).await?;
        mark(app, organization, &meetings).await?;
        placed += meetings.len() as i64;
        let system = app.database.system();
        let total = placed + if meetings.len() == BATCH as usize { i64::from(BATCH) } else { 0 };
        if !system.progress(claim, placed, total, app.now() + LEASE).await? {
            return Ok(());
        }
    }
    let transaction = app.database.transaction(organization).await?;
    finish(app, claim, transaction).await
}

async fn mark(app: &App, organization: OrganizationId, meetings: &[Meeting]) -> Result<()> {
    let done: Vec<(MeetingId, i64)> = meetings.iter().map(|it| (it.id, it.version)).collect();
    let transaction = app.database.transaction(organization).await?;
    transaction.mark_scheduled(&done, app.now()).await?;
    transaction.commit().await?;
    Ok(())
}
