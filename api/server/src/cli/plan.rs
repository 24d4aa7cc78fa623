//! `taiwa plan`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;
use taiwa_domain::planning::{self, PlanOutput};
use taiwa_operations::{
    organization,
    planning::{self as plans, PlanBody},
    work,
};

use super::{Common, Problem, output};

/// Plans 1on1s: of an organization, or of an instance file without any database.
#[derive(Args)]
pub(super) struct Plan {
    /// The organization's key
    #[arg(long, value_name = "KEY", required_unless_present = "instance")]
    organization: Option<String>,
    /// The plan starts on the Monday on this day or after it; if not given, next Monday
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// How many weeks
    #[arg(long, value_name = "N", default_value_t = 13)]
    weeks: u32,
    /// Keep the plan: meetings are written and held in calendars
    #[arg(long)]
    apply: bool,
    /// Plan an instance file (JSON) instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["organization", "from", "apply"])]
    instance: Option<PathBuf>,
}

impl Plan {
    pub(super) async fn run(self, common: &Common) -> Result<(), Problem> {
        if let Some(file) = &self.instance {
            return instance(file, common);
        }
        let app = common.app().await?;
        let key = self.organization.as_deref().unwrap_or_default();
        let organization = organization::by_key(&app, key).await?;
        let actor = app.operator(organization).await?;
        let from = self.from.unwrap_or_else(|| plans::monday_from(actor.today));
        let bar = output::bar(0, "planning");
        let shown = bar.clone();
        let progress = move |it: planning::Progress| {
            shown.set_length(it.total as u64);
            shown.set_position(it.done as u64);
        };
        let draft = if self.apply {
            let (draft, _) =
                plans::plan_and_apply(&app, &actor, from, self.weeks, progress).await?;
            work::drain(&app, Some(organization)).await?;
            draft
        } else {
            plans::draft(&app, &actor, from, self.weeks, progress).await?
        };
        bar.finish_and_clear();
        output::print(common.json, || document(&draft, self.apply), || text(&draft, self.apply));
        Ok(())
    }
}

fn document(draft: &plans::Draft, applied: bool) -> serde_json::Value {
    let body: &PlanBody = &draft.body;
    let people = |series: u32| &body.series[series as usize].people;
    let meetings: Vec<_> = body
        .occurrences
        .iter()
        .filter_map(|it| {
            let series = &body.series[it.series as usize];
            it.starts_at.map(|start| {
                json!({
                    "start": start.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                    "minutes": series.minutes,
                    "people": people(it.series),
                    "week": it.due_week,
                    "cost": it.cost,
                })
            })
        })
        .collect();
    let unplaced: Vec<_> = body
        .occurrences
        .iter()
        .filter_map(|it| {
            it.skipped.map(|reason| {
                json!({
                    "people": people(it.series),
                    "reason": reason,
                    "week": it.due_week,
                    "refused": it.refused,
                })
            })
        })
        .collect();
    json!({
        "from": draft.starts_on,
        "weeks": draft.weeks,
        "applied": applied,
        "pairs": body.series.len(),
        "meetings": meetings,
        "unplaced": unplaced,
        "cost": body.series_cost + body.weeks_cost,
        "seriesCost": body.series_cost,
        "weeksCost": body.weeks_cost,
        "lowerBound": body.lower_bound,
        "exact": body.exact,
        "difference": draft.difference,
        "seconds": draft.seconds,
    })
}

fn text(draft: &plans::Draft, applied: bool) -> String {
    let body = &draft.body;
    let placed = body.occurrences.iter().filter(|it| it.starts_at.is_some()).count();
    let it = draft.difference;
    format!(
        "{} weeks from {}: {} pairs, {placed} meetings placed, {} skipped; series cost {} ({}), \
         weeks cost {}; {:.3} s\n{} added, {} changed, {} no longer due, {} unchanged. {}",
        draft.weeks,
        draft.starts_on,
        body.series.len(),
        body.occurrences.len() - placed,
        body.series_cost,
        if body.exact {
            "the least possible".to_owned()
        } else {
            format!("at least {}", body.lower_bound)
        },
        body.weeks_cost,
        draft.seconds,
        it.added,
        it.changed,
        it.removed,
        it.unchanged,
        if applied { "Applied." } else { "Nothing was written; keep it with --apply." },
    )
}

fn instance(file: &PathBuf, common: &Common) -> Result<(), Problem> {
    let problem = |error: String| Problem::new("instance", format!("{}: {error}", file.display()));
    let bytes = std::fs::read(file).map_err(|error| problem(error.to_string()))?;
    let instance = planning::parse(&bytes).map_err(|error| problem(error.to_string()))?;
    drop(bytes);
    let begun = std::time::Instant::now();
    let plan = planning::solve(&instance).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        problem(errors.join("\n"))
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    output::print(
        common.json,
        || PlanOutput { plan: &plan, seconds },
        || {
            format!(
                "{} pairs, {} without a series; series cost {} ({}), weeks cost {}; {seconds:.3} s. \
             The plan itself: --json",
                plan.series.len(),
                plan.totals.unplaced,
                plan.totals.series,
                if plan.exact {
                    "the least possible".to_owned()
                } else {
                    format!("at least {}", plan.lower_bound)
                },
                plan.totals.weeks,
            )
        },
    );
    Ok(())
}
