//! Why a plan placed every meeting where it is, and why it left others out.

use std::collections::BTreeMap;

use taiwa_domain::{
    access::ManagePlans,
    id::{PairId, PlanId},
    meeting::SkipReason,
};

use super::PlanBody;
use crate::{Actor, App, Failure, Result};

/// What a plan says, for its makers: pairs as ids, people never named with their calendars.
pub async fn body(app: &App, actor: &Actor, id: PlanId) -> Result<PlanBody> {
    actor.caller.grant::<ManagePlans>(&())?;
    let body = app.reader(actor).await?.plan_body(id).await?.ok_or(Failure::NotFound)?;
    serde_json::from_slice(&body).map_err(|_| Failure::Internal("a kept plan cannot be read"))
}

/// A meeting that found no place, with the starts refused by reason.
#[derive(Clone, Debug)]
pub struct Unplaced {
    /// Whose.
    pub pair: PairId,
    /// The Monday of its week.
    pub due_week: chrono::NaiveDate,
    /// The main reason.
    pub reason: SkipReason,
    /// Refused starts by reason.
    pub refused: BTreeMap<String, u32>,
}

/// The meetings that found no place.
pub fn unplaced(body: &PlanBody) -> Vec<Unplaced> {
    body.occurrences
        .iter()
        .filter_map(|it| {
            it.skipped.map(|reason| Unplaced {
                pair: body.series[it.series as usize].pair,
                due_week: it.due_week,
                reason,
                refused: it.refused.clone(),
            })
        })
        .collect()
}
