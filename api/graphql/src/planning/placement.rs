//! Why a meeting is where it is.

use async_graphql::{Context, Enum, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use taiwa_domain::{
    id::PairId,
    planning::{Explanation, Reason, Refusals},
};
use taiwa_operations::planning::report;

use crate::{context::caller, error::failed, meeting::SkipReason};

/// What a placement pays for.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::planning::Item")]
pub(crate) enum CostItemKind {
    /// Half hours between the time of day and the preferred one.
    Distance,
    /// A weekday other than the preferred one.
    OtherWeekday,
    /// Due weeks in which the series cannot be held.
    Unheld,
    /// Leaving the standing series.
    Moved,
    /// No series.
    Unplaced,
    /// Half hours between the meeting and its series, weighted by earlier losses.
    Displaced,
    /// The meeting is skipped.
    Skipped,
}

/// One thing that is paid for.
#[derive(SimpleObject)]
pub(crate) struct CostItem {
    /// What.
    kind: CostItemKind,
    /// How much.
    cost: i64,
}

/// How many starts a reason refused.
#[derive(SimpleObject)]
pub(crate) struct RefusedStarts {
    /// The reason.
    reason: SkipReason,
    /// How many starts.
    count: u32,
}

/// The cheapest start that was refused.
#[derive(SimpleObject)]
pub(crate) struct RefusedStart {
    /// When.
    starts_at: DateTime<Utc>,
    /// What it would have cost.
    cost: i64,
    /// Why it was refused.
    reason: SkipReason,
}

/// The cheapest series that was refused.
#[derive(SimpleObject)]
pub(crate) struct RefusedSeries {
    /// ISO weekday.
    weekday: u8,
    /// Start, `HH:MM` in the organizer's zone.
    time: String,
    /// What it would have cost.
    cost: i64,
    /// Why it was refused.
    reason: SkipReason,
}

/// Why a meeting is where it is, or why it found no place: other people's calendars appear as
/// reasons and counts alone.
#[derive(SimpleObject)]
pub(crate) struct Placement {
    /// What the pair's series pays.
    series_cost: Vec<CostItem>,
    /// The cheapest series that was refused.
    series_alternative: Option<RefusedSeries>,
    /// What this meeting pays besides.
    meeting_cost: Vec<CostItem>,
    /// The cheapest start of its period that was refused.
    meeting_alternative: Option<RefusedStart>,
    /// Refused starts of its period by reason.
    refused: Vec<RefusedStarts>,
}

fn reason(reason: Reason) -> SkipReason {
    taiwa_domain::meeting::SkipReason::from(reason).into()
}

/// Refused starts by reason.
pub(crate) fn refused(refusals: &Refusals) -> Vec<RefusedStarts> {
    refusals.iter().map(|(why, count)| RefusedStarts { reason: reason(why), count }).collect()
}

impl Placement {
    pub(crate) async fn of(
        context: &Context<'_>,
        pair: PairId,
        due_week: NaiveDate,
    ) -> Result<Option<Self>> {
        let caller = caller(context)?;
        let found = report::explain(&caller.app, &caller.actor, pair, due_week)
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(found.map(Self::new))
    }

    fn new(it: Explanation) -> Self {
        let items = |items: Vec<taiwa_domain::planning::CostItem>| {
            items.into_iter().map(|it| CostItem { kind: it.item.into(), cost: it.cost }).collect()
        };
        Self {
            series_cost: items(it.series),
            series_alternative: it.series_alternative.map(|it| RefusedSeries {
                weekday: it.series.weekday.number(),
                time: it.series.time.to_string(),
                cost: it.cost,
                reason: reason(it.reason),
            }),
            meeting_cost: items(it.meeting),
            meeting_alternative: it.meeting_alternative.map(|it| RefusedStart {
                starts_at: it.start,
                cost: it.cost,
                reason: reason(it.reason),
            }),
            refused: refused(&it.meeting_refused),
        }
    }
}
