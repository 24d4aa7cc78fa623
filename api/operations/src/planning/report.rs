//! Why every meeting is where it is, and why others found no place.

use taiwa_domain::{
    access::{ManagePlans, ReadPairStatus},
    id::{PairId, PlanId},
    planning::{
        self, Clock, Explanation, Outcome, Plan, PlannedSeries, Reason, Refusals, Series, Totals,
    },
};

use super::{Facts, PlanBody, facts};
use crate::{Actor, App, Failure, Result};

/// What a plan says, for its makers: pairs as ids, people never named with their calendars.
pub async fn body(app: &App, actor: &Actor, id: PlanId) -> Result<PlanBody> {
    actor.caller.grant::<ManagePlans>(&())?;
    let body = app.reader(actor).await?.plan_body(id).await?.ok_or(Failure::NotFound)?;
    read(&body)
}

fn read(body: &[u8]) -> Result<PlanBody> {
    serde_json::from_slice(body).map_err(|_| Failure::Internal("a kept plan cannot be read"))
}

/// Explains one occurrence of the applied plan from today's facts: what was paid, and the
/// cheapest refused alternatives. For those who may see the pair; others' calendars appear as
/// reason codes and counts alone.
pub async fn explain(
    app: &App,
    actor: &Actor,
    pair: PairId,
    due_week: chrono::NaiveDate,
) -> Result<Option<Explanation>> {
    let reader = app.reader(actor).await?;
    let rows = reader.pairs_by_id(actor.today, &[pair]).await?;
    if !rows.iter().any(|row| actor.caller.grant::<ReadPairStatus>(&row.facts()).is_ok()) {
        return Ok(None);
    }
    let Some(record) = reader.applied_plan().await? else { return Ok(None) };
    let week = (due_week - record.starts_on).num_days() / 7;
    if !(0..i64::from(record.weeks)).contains(&week) {
        return Ok(None);
    }
    let body = reader.plan_body(record.id).await?.ok_or(Failure::NotFound)?;
    let facts = facts::read(&reader, record.starts_on, record.weeks, app.now()).await?;
    drop(reader);
    actor.release().await;
    tokio::task::spawn_blocking(move || {
        let body = read(&body)?;
        let Some(row) = facts.pairs.iter().position(|it| it.id == pair) else { return Ok(None) };
        let plan = plan(&facts, &body);
        planning::explain(&facts.instance, &plan, row, week as u32)
            .map_err(|_| Failure::Internal("the facts cannot be planned"))
    })
    .await
    .map_err(|_| Failure::Internal("the explanation panicked"))?
}

/// The kept plan in the planner's terms, along today's pairs: pairs that came later have no
/// series yet.
fn plan(facts: &Facts, body: &PlanBody) -> Plan {
    let kept: std::collections::HashMap<PairId, usize> =
        body.series.iter().enumerate().map(|(place, it)| (it.pair, place)).collect();
    let mut rows: Vec<Option<usize>> = vec![None; body.series.len()];
    let series = facts
        .pairs
        .iter()
        .zip(&facts.instance.pairs)
        .enumerate()
        .map(|(row, (pair, planned))| {
            let place = kept.get(&pair.id).copied();
            if let Some(place) = place {
                rows[place] = Some(row);
            }
            let known = place.map(|place| &body.series[place]);
            let weeks_ahead = |anchor: chrono::NaiveDate| (anchor - facts.starts_on).num_days() / 7;
            PlannedSeries {
                a: planned.a.clone(),
                b: planned.b.clone(),
                kind: planned.kind,
                cost: known.map_or(0, |it| it.cost),
                series: known.and_then(|it| it.at.as_ref()).and_then(|at| {
                    use chrono::Timelike;
                    Some(Series {
                        weekday: at.weekday,
                        time: Clock::from_minutes(at.starts.hour() * 60 + at.starts.minute())?,
                        zone: at.zone.clone(),
                        phase: match at.every_weeks {
                            Some(every) => {
                                weeks_ahead(at.anchor).rem_euclid(i64::from(every)) as u32
                            }
                            None => at.phase,
                        },
                    })
                }),
            }
        })
        .collect();
    let mut occurrences: Vec<planning::Occurrence> = body
        .occurrences
        .iter()
        .filter_map(|it| {
            let row = rows[it.series as usize]?;
            Some(planning::Occurrence {
                pair: row,
                week: ((it.due_week - facts.starts_on).num_days() / 7) as u32,
                minutes: body.series[it.series as usize].minutes.into(),
                outcome: match it.starts_at {
                    Some(start) => Outcome::Placed { start, cost: it.cost },
                    None => Outcome::Skipped {
                        reason: Reason::NoSeries,
                        refused: Refusals::default(),
                        cost: it.cost,
                    },
                },
            })
        })
        .collect();
    occurrences.sort_by_key(|it| (it.pair, it.week));
    Plan {
        series,
        occurrences,
        totals: Totals::default(),
        lower_bound: body.lower_bound,
        exact: body.exact,
    }
}
