//! Plans: made from facts, compared with what stands, applied only if the facts still hold.

pub mod apply;
pub mod body;
pub mod facts;
pub mod report;

use chrono::{Datelike, Days, NaiveDate};
use taiwa_database::{Transaction, planning::PlanRecord, platform::JobKind};
use taiwa_domain::{
    access::ManagePlans,
    id::PlanId,
    planning::{self, Progress},
};

pub use body::{Difference, PlanBody, Summary};
pub use facts::Facts;

use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// Most weeks one plan covers.
pub const MOST_WEEKS: u32 = 53;

/// A plan that has been worked out and not kept.
pub struct Draft {
    /// First day, a Monday.
    pub starts_on: NaiveDate,
    /// Weeks.
    pub weeks: u32,
    /// Hash of the facts.
    pub facts_hash: String,
    /// What it says.
    pub body: PlanBody,
    /// What applying would change.
    pub difference: Difference,
    /// How long the planner took.
    pub seconds: f64,
}

/// The Monday on `day` or after it: plans cover whole weeks.
pub fn monday_from(day: NaiveDate) -> NaiveDate {
    let ahead = (7 - day.weekday().num_days_from_monday()) % 7;
    day + Days::new(ahead.into())
}

fn check_horizon(weeks: u32) -> Result<()> {
    if (1..=MOST_WEEKS).contains(&weeks) {
        return Ok(());
    }
    Err(UserError::new(
        ErrorCode::Invalid,
        "weeks",
        format!("期間は1〜{MOST_WEEKS}週にしてください。"),
        format!("A plan covers 1 to {MOST_WEEKS} weeks."),
    )
    .into())
}

/// Works out a plan from the Monday on `from` or after it. Writes nothing.
pub async fn draft(
    app: &App,
    actor: &Actor,
    from: NaiveDate,
    weeks: u32,
    mut progress: impl FnMut(Progress) + Send + 'static,
) -> Result<Draft> {
    actor.caller.grant::<ManagePlans>(&())?;
    check_horizon(weeks)?;
    let starts_on = monday_from(from);
    let reader = app.reader(actor).await?;
    let facts = facts::read(&reader, starts_on, weeks, app.now()).await?;
    drop(reader);
    actor.release().await;
    tokio::task::spawn_blocking(move || {
        let begun = std::time::Instant::now();
        let plan = planning::solve_with(&facts.instance, &mut progress).map_err(|errors| {
            Failure::User(
                errors
                    .iter()
                    .map(|error| {
                        UserError::new(ErrorCode::Invalid, "", error.to_string(), error.to_string())
                    })
                    .collect(),
            )
        })?;
        let seconds = begun.elapsed().as_secs_f64();
        let body = PlanBody::new(&facts, &plan);
        let difference = body.compare(&facts);
        Ok(Draft { starts_on, weeks, facts_hash: facts.hash(), body, difference, seconds })
    })
    .await
    .map_err(|_| Failure::Internal("the planner panicked"))?
}

/// Works out a plan and keeps it as previewed.
pub async fn preview(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    from: NaiveDate,
    weeks: u32,
) -> Result<Done> {
    let draft = draft(app, actor, from, weeks, |_| {}).await?;
    let write = begin!(app, actor, idempotency);
    let id = keep(app, actor, &write.transaction, &draft).await?;
    app.commit(write, id).await
}

/// Keeps a draft as a previewed plan.
pub async fn keep(
    app: &App,
    actor: &Actor,
    transaction: &Transaction,
    draft: &Draft,
) -> Result<PlanId> {
    let id = app.id();
    let json = |_| Failure::Internal("a plan does not serialise");
    let body = serde_json::to_vec(&draft.body).map_err(json)?;
    let summary = Summary::new(&draft.body, draft.difference, draft.seconds);
    let record = PlanRecord {
        id,
        state: "previewed".to_owned(),
        starts_on: draft.starts_on,
        weeks: draft.weeks,
        hash: draft.body.hash(),
        facts_hash: draft.facts_hash.clone(),
        summary: serde_json::to_string(&summary).map_err(json)?,
        created_by: actor.author(),
        created_at: app.now(),
        applied_at: None,
    };
    transaction.add_plan(record, body).await?;
    Ok(id)
}

/// Applies a kept plan: series and meetings are written, calendars follow by a job. Refused when
/// the facts changed since it was made.
pub async fn apply_kept(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: PlanId,
    hash: &str,
) -> Result<Done> {
    actor.caller.grant::<ManagePlans>(&())?;
    let write = begin!(app, actor, idempotency);
    let record = write.transaction.plan(id).await?.ok_or(Failure::NotFound)?;
    if record.hash != hash {
        return Err(stale("hash").into());
    }
    if record.state == "applied" {
        return app.commit(write, id).await;
    }
    let body = write.transaction.plan_body(id).await?.ok_or(Failure::NotFound)?;
    let body: PlanBody = serde_json::from_slice(&body)
        .map_err(|_| Failure::Internal("a kept plan cannot be read"))?;
    let applied = apply::apply(
        app,
        &write.transaction,
        &body,
        (record.starts_on, record.weeks),
        &record.facts_hash,
        id,
    )
    .await?;
    if !applied {
        return Err(stale("").into());
    }
    write.transaction.mark_plan_applied(id, app.now()).await?;
    app.commit(write, id).await
}

fn stale(field: &str) -> UserError {
    UserError::new(
        ErrorCode::Stale,
        field,
        "計画を作ったあとに、組織・予定・ポリシーのいずれかが変わりました。もう一度プレビューしてください。",
        "People, calendars or policies changed since the plan was made. Preview again.",
    )
}

/// Works out a plan and applies it at once, keeping a record only if it changes anything. Returns
/// the draft and, if something changed, the plan's id.
pub async fn plan_and_apply(
    app: &App,
    actor: &Actor,
    from: NaiveDate,
    weeks: u32,
    progress: impl FnMut(Progress) + Send + 'static,
) -> Result<(Draft, Option<PlanId>)> {
    let draft = draft(app, actor, from, weeks, progress).await?;
    if draft.difference.is_empty() {
        return Ok((draft, None));
    }
    actor.release().await;
    let transaction = app.database.transaction(actor.caller.organization).await?;
    let id = keep(app, actor, &transaction, &draft).await?;
    let horizon = (draft.starts_on, draft.weeks);
    if !apply::apply(app, &transaction, &draft.body, horizon, &draft.facts_hash, id).await? {
        return Err(stale("").into());
    }
    transaction.mark_plan_applied(id, app.now()).await?;
    transaction.commit().await?;
    app.wake.notify_waiters();
    Ok((draft, Some(id)))
}

/// Asks for the applied plan to be worked out again, after facts changed in `transaction`.
pub async fn refresh_later(app: &App, transaction: &Transaction) -> Result<()> {
    let subject = transaction.organization().0;
    transaction.enqueue(&*app.ids, JobKind::RefreshPlan, subject, app.now()).await?;
    Ok(())
}

/// A plan's record.
pub async fn record(app: &App, actor: &Actor, id: PlanId) -> Result<Option<PlanRecord>> {
    actor.caller.grant::<ManagePlans>(&())?;
    Ok(app.reader(actor).await?.plan(id).await?)
}

/// Plans, newest first.
pub async fn records(
    app: &App,
    actor: &Actor,
    before: Option<PlanId>,
    limit: u32,
) -> Result<Vec<PlanRecord>> {
    actor.caller.grant::<ManagePlans>(&())?;
    Ok(app.reader(actor).await?.plans(before, limit).await?)
}
