//! Plans.

pub(crate) mod placement;

use std::sync::Arc;

use async_graphql::{
    Context, Enum, ID, InputObject, Object, Result, SimpleObject, connection::Connection,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use taiwa_operations::{
    planning::{self as operations, PlanBody, Summary, report},
    rows::PlanRecord,
};
use tokio::sync::OnceCell;

use crate::{
    context::caller,
    error::{coded, failed},
    id::{Kind, decode, global},
    meeting::SkipReason,
    page::{Page, bad_cursor},
    payload::{idempotency, parse_id, payload, split},
};

/// How far a plan is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum PlanState {
    /// Previewed; nothing was changed.
    Previewed,
    /// The one that holds.
    Applied,
    /// It held until a later one was applied.
    Superseded,
}

/// What applying a plan changes.
#[derive(SimpleObject)]
pub(crate) struct PlanDifference {
    /// Meetings that are new.
    added: u32,
    /// Meetings that get another time, or none.
    changed: u32,
    /// Meetings that are no longer due.
    removed: u32,
    /// Meetings that stay.
    unchanged: u32,
    /// Series that are new, changed or gone.
    series: u32,
}

/// Skipped meetings of one reason.
#[derive(SimpleObject)]
pub(crate) struct SkippedCount {
    /// Why.
    reason: SkipReason,
    /// How many.
    count: u32,
}

/// A due meeting as a plan has it.
pub(crate) struct PlannedOccurrence {
    body: Arc<PlanBody>,
    place: usize,
}

/// Refused starts of one reason.
#[derive(SimpleObject)]
pub(crate) struct RefusedCount {
    /// Why, as a code.
    reason: String,
    /// How many starts.
    count: u32,
}

/// A due meeting as a plan has it.
#[Object]
impl PlannedOccurrence {
    /// Global id of the pair; its content and status are for those who may see the pair.
    async fn pair_id(&self) -> ID {
        let it = &self.body.occurrences[self.place];
        global(Kind::Pair, self.body.series[it.series as usize].pair)
    }

    /// Monday of the week in which it is due.
    async fn due_week(&self) -> NaiveDate {
        self.body.occurrences[self.place].due_week
    }

    /// Start; null when it found no place.
    async fn starts_at(&self) -> Option<DateTime<Utc>> {
        self.body.occurrences[self.place].starts_at
    }

    /// What it costs: 0 at the time of its series.
    async fn cost(&self) -> i64 {
        self.body.occurrences[self.place].cost
    }

    /// Why it found no place.
    async fn skip_reason(&self) -> Option<SkipReason> {
        self.body.occurrences[self.place].skipped.map(Into::into)
    }

    /// The starts that were looked at, by what refused them, of a meeting that found no place.
    async fn refused(&self) -> Vec<RefusedCount> {
        self.body.occurrences[self.place]
            .refused
            .iter()
            .map(|(reason, count)| RefusedCount { reason: reason.clone(), count: *count })
            .collect()
    }
}

/// A plan of 1on1s over a horizon.
pub(crate) struct Plan {
    record: PlanRecord,
    body: OnceCell<Arc<PlanBody>>,
}

impl Plan {
    pub(crate) fn new(record: PlanRecord) -> Self {
        Self { record, body: OnceCell::new() }
    }

    fn summary(&self) -> Result<Summary> {
        serde_json::from_str(&self.record.summary)
            .map_err(|_| coded("INTERNAL", "A stored summary cannot be read."))
    }
}

/// A plan of 1on1s over a horizon. Requires: HR or administrator.
#[Object]
impl Plan {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        global(Kind::Plan, self.record.id)
    }

    /// How far it is.
    async fn state(&self) -> PlanState {
        match self.record.state.as_str() {
            "applied" => PlanState::Applied,
            "superseded" => PlanState::Superseded,
            _ => PlanState::Previewed,
        }
    }

    /// First day, a Monday.
    async fn starts_on(&self) -> NaiveDate {
        self.record.starts_on
    }

    /// How many weeks.
    async fn weeks(&self) -> u32 {
        self.record.weeks
    }

    /// Names what it says: applying takes exactly this.
    async fn hash(&self) -> &str {
        &self.record.hash
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.record.created_at
    }

    /// When it was applied.
    async fn applied_at(&self) -> Option<DateTime<Utc>> {
        self.record.applied_at
    }

    /// Pairs planned.
    async fn pair_count(&self) -> Result<u32> {
        Ok(self.summary()?.pairs)
    }

    /// Meetings placed.
    async fn placed_count(&self) -> Result<u32> {
        Ok(self.summary()?.placed)
    }

    /// Meetings that found no place, by reason.
    async fn skipped(&self) -> Result<Vec<SkippedCount>> {
        let skipped = self.summary()?.skipped;
        Ok(skipped
            .into_iter()
            .map(|(reason, count)| SkippedCount { reason: reason.into(), count })
            .collect())
    }

    /// Pairs that found no series.
    async fn pairs_without_series(&self) -> Result<u32> {
        Ok(self.summary()?.unplaced)
    }

    /// Cost of all series.
    async fn series_cost(&self) -> Result<i64> {
        Ok(self.summary()?.series_cost)
    }

    /// Cost of all single meetings that deviate from their series.
    async fn weeks_cost(&self) -> Result<i64> {
        Ok(self.summary()?.weeks_cost)
    }

    /// No choice of series costs less than this.
    async fn lower_bound(&self) -> Result<i64> {
        Ok(self.summary()?.lower_bound)
    }

    /// Whether the series cost is proved to be the least possible.
    async fn is_exact(&self) -> Result<bool> {
        Ok(self.summary()?.exact)
    }

    /// How long planning took, in seconds.
    async fn seconds(&self) -> Result<f64> {
        Ok(self.summary()?.seconds)
    }

    /// What applying it changes, compared with what stood when it was made.
    async fn difference(&self) -> Result<PlanDifference> {
        let it = self.summary()?.difference;
        Ok(PlanDifference {
            added: it.added,
            changed: it.changed,
            removed: it.removed,
            unchanged: it.unchanged,
            series: it.series,
        })
    }

    /// Every due meeting by pair and week: where it is, what it costs, or why it found no place.
    #[allow(clippy::too_many_arguments)]
    async fn placement_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only meetings that found no place.", default)] unplaced_only: bool,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, PlannedOccurrence>> {
        let page = Page::new(first, after, last, before)?;
        let caller = caller(context)?;
        let body = self
            .body
            .get_or_try_init(|| async {
                report::body(&caller.app, &caller.actor, self.record.id)
                    .await
                    .map(Arc::new)
                    .map_err(|failure| failed(&failure))
            })
            .await?;
        let places: Vec<usize> = (0..body.occurrences.len())
            .filter(|place| !unplaced_only || body.occurrences[*place].starts_at.is_none())
            .collect();
        page.slice(places, |place| PlannedOccurrence { body: body.clone(), place })
    }
}

/// A horizon to plan.
#[derive(InputObject, Serialize)]
pub(crate) struct PreviewPlanInput {
    /// The plan starts on the Monday on this day or after it; today if not given.
    from: Option<NaiveDate>,
    /// How many weeks, 1 to 53.
    #[graphql(default = 13)]
    weeks: u32,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A plan to apply.
#[derive(InputObject, Serialize)]
pub(crate) struct ApplyPlanInput {
    /// The plan.
    plan_id: ID,
    /// Its hash, as the preview named it.
    hash: String,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of planning.
    PreviewPlanPayload {
        /// The plan.
        plan: Plan
    }
}

payload! {
    /// What came of applying a plan.
    ApplyPlanPayload {
        /// The plan.
        plan: Plan
    }
}

/// Plans.
#[derive(Default)]
pub(crate) struct PlanQuery;

#[Object]
impl PlanQuery {
    /// Plans, newest first. Requires: HR or administrator.
    async fn plans(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Result<Connection<String, Plan>> {
        let page = Page::new(first, after, None, None)?;
        let cursor = page
            .after
            .as_ref()
            .map(|text| decode(Kind::Plan, &ID(text.clone())).ok_or_else(bad_cursor))
            .transpose()?;
        let caller = caller(context)?;
        let found = operations::records(&caller.app, &caller.actor, cursor, page.fetch())
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(page.connection(found, |it| global(Kind::Plan, it.id).to_string(), Plan::new))
    }
}

/// Planning.
#[derive(Default)]
pub(crate) struct PlanMutation;

async fn plan(context: &Context<'_>, done: Option<taiwa_operations::Done>) -> Result<Option<Plan>> {
    let Some(done) = done else { return Ok(None) };
    let caller = caller(context)?;
    let found = operations::record(&caller.app, &caller.actor, done.subject.into())
        .await
        .map_err(|failure| failed(&failure))?;
    Ok(found.map(Plan::new))
}

#[Object]
impl PlanMutation {
    /// Works out a plan and what applying it would change. Changes nothing. Requires: HR or
    /// administrator.
    async fn preview_plan(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The horizon.")] input: PreviewPlanInput,
    ) -> Result<PreviewPlanPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "previewPlan", &input)?;
        let from = input.from.unwrap_or(caller.actor.today);
        let (app, actor) = (&caller.app, &caller.actor);
        let outcome = operations::preview(app, actor, key, from, input.weeks).await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(PreviewPlanPayload { plan: plan(context, done).await?, user_errors })
    }

    /// Applies exactly the previewed plan; refused if people, calendars or policies changed since.
    /// Holds in calendars follow by a job. Requires: HR or administrator.
    async fn apply_plan(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The plan.")] input: ApplyPlanInput,
    ) -> Result<ApplyPlanPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "applyPlan", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Plan, &input.plan_id, "planId")?;
            operations::apply_kept(&caller.app, &caller.actor, key, id, &input.hash).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(ApplyPlanPayload { plan: plan(context, done).await?, user_errors })
    }
}
