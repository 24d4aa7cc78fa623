//! Plans an instance file: `plan_instance FILE` prints the plan as JSON.

use std::{error::Error, io::Write, time::Instant};

use taiwa_domain::planning::{PlanOutput, parse, solve};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: plan_instance FILE")?;
    let instance = parse(&std::fs::read(path)?)?;
    let started = Instant::now();
    let plan = solve(&instance)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let output = PlanOutput { plan: &plan, seconds: started.elapsed().as_secs_f64() };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &output)?;
    writeln!(out)?;
    Ok(())
}
