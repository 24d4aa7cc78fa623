//! The simulator at the size of a large company: `simulate sqlite|postgres PEOPLE WEEKS SEED`.
//! Prints one JSON document; fails if anything does not hold.

use std::{error::Error, process::ExitCode};

use serde_json::json;
use taiwa_guardian_tests::{Engine, Plan, Simulation};
use taiwa_operations::work::Workers;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, people, weeks, seed] = arguments.as_slice() else {
        return Err("usage: simulate sqlite|postgres PEOPLE WEEKS SEED".into());
    };
    let engine = if engine == "postgres" { Engine::Postgres } else { Engine::Sqlite };
    let plan = Plan {
        people: people.parse()?,
        weeks: weeks.parse()?,
        seed: seed.parse()?,
        workers: Workers::default().lanes,
        ..Plan::default()
    };
    let begun = std::time::Instant::now();
    let mut quarter = Simulation::new(engine, plan).await;
    let placed = begun.elapsed().as_secs_f64();
    eprintln!("everybody connected, planned and placed in {placed:.0} s");
    quarter
        .run(|now| eprintln!("{}, after {:.0} s", now.date_naive(), begun.elapsed().as_secs_f64()))
        .await;
    let report = quarter.report().await;
    let problems = quarter.problems().await;
    let share = |count: usize| count as f64 / report.meetings as f64;
    let days = (plan.people as i64 * plan.weeks * 7) as f64;
    println!(
        "{}",
        json!({
            "people": plan.people, "weeks": plan.weeks, "meetings": report.meetings,
            "doings": report.doings, "kept": share(report.kept), "moved": share(report.moved),
            "pinned": share(report.pinned), "guarded": share(report.guarded),
            "skipped": share(report.skipped), "asked": share(report.asked),
            "displaced": share(report.displaced), "calls": report.calls,
            "callsPerPersonAndDay": report.calls as f64 / days, "overQuota": report.over_quota,
            "problems": problems.len(),
            "statements": quarter.world.app.database.statements().count(),
            "secondsUntilPlaced": placed, "minutesOfPlacing": quarter.placing.num_minutes(),
            "seconds": begun.elapsed().as_secs_f64(),
        })
    );
    for problem in problems.iter().take(10) {
        eprintln!("{problem}");
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
