//! `taiwa import`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde_json::json;
use taiwa_domain::organization::{
    Locale,
    import::{Field, ImportPlan, Mode, Options},
};
use taiwa_operations::{
    organization::{self, import},
    work,
};

use super::{Common, Problem, output};

/// Previews an org chart file and, with --apply, applies exactly what the preview shows.
#[derive(Args)]
pub(super) struct Import {
    /// CSV, TSV or XLSX; UTF-8, UTF-16 or Shift_JIS
    file: PathBuf,
    /// The organization's key
    #[arg(long, value_name = "KEY")]
    organization: String,
    /// Show what would happen (the default)
    #[arg(long, conflicts_with = "apply")]
    preview: bool,
    /// Apply it
    #[arg(long)]
    apply: bool,
    /// Apply only if the plan has this hash, as the preview printed it
    #[arg(long, value_name = "HASH", requires = "apply")]
    plan_hash: Option<String>,
    /// What absence from the file means: nothing, or that the person left
    #[arg(long, value_enum, default_value = "upsert")]
    mode: ModeName,
    /// The day the changes hold from; today if not given
    #[arg(long, value_name = "DATE")]
    effective: Option<NaiveDate>,
    /// Take a column for a field, e.g. --map "number=Personal-Nr."
    #[arg(long = "map", value_name = "FIELD=HEADER")]
    map: Vec<String>,
    /// The sheet to read
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Confirm that so many people leave
    #[arg(long, value_name = "N")]
    accept_leavers: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ModeName {
    Upsert,
    Snapshot,
}

impl Import {
    pub(super) async fn run(self, common: &Common) -> Result<(), Problem> {
        let content = std::fs::read(&self.file)
            .map_err(|error| Problem::new("file", format!("{}: {error}", self.file.display())))?;
        let app = common.app().await?;
        let organization = organization::by_key(&app, &self.organization).await?;
        let actor = app.operator(organization).await?;
        let mode = match self.mode {
            ModeName::Upsert => Mode::Upsert,
            ModeName::Snapshot => Mode::Snapshot,
        };
        let mut options = Options::new(mode, self.effective.unwrap_or(actor.today), actor.today);
        options.sheet = self.sheet.clone();
        options.accept_leavers = self.accept_leavers;
        for pair in &self.map {
            let (field, header) = pair.split_once('=').ok_or_else(|| {
                Problem::new("invalid", format!("--map “{pair}” is not FIELD=HEADER"))
            })?;
            let field: Field = field.trim().parse().map_err(|_| {
                let names: Vec<&str> = Field::ALL.iter().map(|field| field.as_str()).collect();
                Problem::new(
                    "invalid",
                    format!("there is no field “{field}”; fields are {}", names.join(", ")),
                )
            })?;
            options.mapping.push((field, header.to_owned()));
        }
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let file = import::File { name, content };
        let plan = import::preview(&app, &actor, file, options).await?;
        let mut applied = false;
        if self.apply {
            if self.plan_hash.as_ref().is_some_and(|hash| *hash != plan.hash) {
                return Err(Problem::new(
                    "stale",
                    format!(
                        "the plan now has the hash {}: the file, the options or the organization \
                         changed since the preview; preview again",
                        plan.hash
                    ),
                ));
            }
            let database = |error| Problem::from(taiwa_operations::Failure::Database(error));
            let transaction = app.database.transaction(organization).await.map_err(database)?;
            import::apply(&app, &actor, &transaction, &plan).await?;
            transaction.commit().await.map_err(database)?;
            // No server may be running: pairs and plans follow here.
            work::drain(&app, Some(organization)).await?;
            applied = true;
        }
        output::print(common.json, || document(&plan, applied), || text(&plan, applied));
        Ok(())
    }
}

fn document(plan: &ImportPlan, applied: bool) -> serde_json::Value {
    let defects: Vec<_> = plan
        .defects
        .iter()
        .map(|it| {
            json!({
                "sheet": it.sheet,
                "row": it.row,
                "column": it.column,
                "value": it.value,
                "code": it.code,
                "severity": it.severity,
                "message": it.message(Locale::En),
                "suggestion": it.suggestion(Locale::En),
            })
        })
        .collect();
    json!({
        "planHash": plan.hash,
        "applied": applied,
        "effective": plan.effective,
        "mode": plan.mode,
        "encoding": plan.encoding,
        "sheet": plan.sheet,
        "columns": plan.columns,
        "refused": plan.refused,
        "blocked": plan.blocked,
        "counts": plan.counts,
        "changes": plan.changes,
        "defects": defects,
    })
}

fn text(plan: &ImportPlan, applied: bool) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    let c = &plan.counts;
    for it in plan.defects.iter().take(50) {
        let place = [
            it.sheet.clone(),
            it.row.map(|row| format!("row {row}")),
            it.column.clone(),
            it.value.as_ref().map(|value| format!("“{value}”")),
        ];
        let place: Vec<String> = place.into_iter().flatten().collect();
        let severity = serde_json::to_value(it.severity).unwrap_or_default();
        let _ = writeln!(
            out,
            "{} {}: {} {}",
            severity.as_str().unwrap_or_default(),
            place.join(", "),
            it.message(Locale::En),
            it.suggestion(Locale::En),
        );
    }
    if plan.defects.len() > 50 {
        let _ = writeln!(out, "… and {} more (see --json)", plan.defects.len() - 50);
    }
    let _ = writeln!(
        out,
        "{} rows, {} people: {} join, {} come back, {} leave, {} move, {} change manager, {} \
         updated, {} unchanged; {} rows left out, {} lines blocked",
        c.rows,
        c.people,
        c.joins,
        c.rejoins,
        c.leaves,
        c.moves,
        c.manager_changes,
        c.updates,
        c.unchanged,
        c.errors,
        c.blocked_lines
    );
    if let Some(brake) = &plan.blocked {
        let _ = writeln!(out, "{}", brake.message(Locale::En));
    }
    let _ = write!(
        out,
        "{} Plan {}",
        if applied { "Applied." } else { "Nothing was changed; apply with --apply." },
        plan.hash
    );
    out
}
