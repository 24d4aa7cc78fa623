//! How fast slots are defended, in real time: `answering sqlite|postgres ACCOUNTS LATENCY_MS
//! [rollout]`.
//!
//! Within a minute something takes the time of a 1on1 in each account's calendar, and its notice
//! comes at once. Measured from the notice until the event stands elsewhere in Google. Within
//! Google's documented quotas, which the stand-in keeps. With `rollout`, a new policy has just asked
//! for a conference in every slot, which takes longer than that. Prints one JSON document.

use std::{
    collections::HashMap,
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use serde_json::json;
use taiwa_domain::{calendar::Place, meeting::Slot};
use taiwa_google_calendar::Limits;
use taiwa_guardian_tests::{Engine, World, email};
use taiwa_operations::work::{self, Workers};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (engine, accounts, latency, rollout) = match arguments.as_slice() {
        [engine, accounts, latency] => (engine, accounts, latency, false),
        [engine, accounts, latency, last] if last == "rollout" => (engine, accounts, latency, true),
        _ => return Err("usage: answering sqlite|postgres ACCOUNTS LATENCY_MS [rollout]".into()),
    };
    let engine = if engine == "postgres" { Engine::Postgres } else { Engine::Sqlite };
    let (accounts, latency): (usize, u64) = (accounts.parse()?, latency.parse()?);
    let mut world = World::new(engine).await;
    world.lanes = 8;
    let world = Arc::new(world);
    let rows: Vec<(String, String)> = (0..accounts)
        .map(|n| {
            let manager = n.checked_sub(1).map(|it| format!("P{:05}", it / 8));
            (format!("P{n:05}"), manager.unwrap_or_default())
        })
        .collect();
    for (number, _) in &rows {
        world.google.hand().person(&email(number), chrono_tz::Asia::Tokyo);
    }
    // Set up without limits: they are measured later.
    world.google.set(|it| {
        (it.user_per_minute, it.project_per_minute) = (usize::MAX, usize::MAX);
        it.user_writes_per_minute = usize::MAX;
    });
    world.import(&rows).await;
    world.connect_all().await;
    world.plan().await;
    for _ in 0..240 {
        world.forward(TimeDelta::minutes(1));
        world.noticed().await;
        if world.meetings().await.iter().all(|it| !it.blocks.is_empty()) {
            break;
        }
    }
    world.forward(TimeDelta::minutes(2));
    world.google.set(|it| {
        (it.user_per_minute, it.project_per_minute) = (600, 10_000);
        it.user_writes_per_minute = 600;
        it.latency = Duration::from_millis(latency);
    });
    let calls = world.google.total();
    if rollout {
        world.set_place(Place::Conference).await;
    }
    world.clock.start();
    let worker =
        tokio::spawn(work::run_forever(world.paced(Limits::default()), Workers::default()));

    // One coming meeting for each account.
    let soon = world.now() + TimeDelta::days(2);
    let mut targets: Vec<(String, Slot)> = Vec::new();
    for (number, _) in &rows {
        let found = world.ours(number).into_iter().find(|it| it.slot.starts_at > soon);
        targets.extend(found.map(|it| (number.clone(), it.slot)));
    }
    let begun = Instant::now();
    let mut open: HashMap<String, (Slot, Instant)> = HashMap::new();
    let mut answered: Vec<f64> = Vec::new();
    let pause = Duration::from_secs(60) / targets.len() as u32;
    let mut next = 0;
    while begun.elapsed() < Duration::from_secs(120) && (next < targets.len() || !open.is_empty()) {
        while next < targets.len() && begun.elapsed() >= pause * next as u32 {
            let (number, slot) = targets[next].clone();
            world.google.hand().busy(&email(&number), slot.starts_at, slot.ends_at);
            world.deliver().await;
            open.insert(number, (slot, Instant::now()));
            next += 1;
        }
        open.retain(|number, (slot, since)| {
            let stands = world.ours(number).iter().any(|it| it.slot == *slot);
            if !stands {
                answered.push(since.elapsed().as_secs_f64());
            }
            stands
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    worker.abort();
    let meetings = world.meetings().await;
    let rolled_out =
        meetings.iter().filter(|it| it.blocks.iter().any(|block| block.place.is_some())).count();
    for (number, (slot, _)) in &open {
        let mine = meetings.iter().filter(|it| it.meeting.slot == Some(*slot));
        let rows: Vec<_> = mine.map(|it| (&it.row, &it.meeting.pinned)).collect();
        eprintln!("{number} still stands at {slot:?}: {rows:?}");
    }
    answered.sort_by(f64::total_cmp);
    let at = |part: f64| {
        answered
            .get(((answered.len() as f64 * part) as usize).min(answered.len().max(1) - 1))
            .copied()
    };
    println!(
        "{}",
        json!({
            "accounts": accounts, "latencyMs": latency, "attacked": targets.len(),
            "meetings": meetings.len(), "rollout": rollout, "rolledOut": rolled_out,
            "answered": answered.len(), "seconds": seconds,
            "perMinute": answered.len() as f64 / seconds * 60.0,
            "p50": at(0.5), "p99": at(0.99), "longest": answered.last(),
            "calls": world.google.total() - calls, "overQuota": world.google.over_quota(),
        })
    );
    Ok(())
}
