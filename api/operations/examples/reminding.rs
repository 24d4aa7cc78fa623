//! How long one sweep over a large company takes, and how many statements: `reminding PEOPLE`, on
//! SQLite, or on the PostgreSQL database that `TAIWA_MEASURE_POSTGRES` names and that is empty.
//! Prints one JSON document.

#[path = "../tests/support/mod.rs"]
mod support;

use std::{fmt::Write, time::Instant};

use chrono::{Datelike, Days, TimeDelta};
use taiwa_domain::{
    id::MeetingId,
    meeting::{Meeting, MeetingStatus, Slot},
};
use taiwa_operations::notice;

use support::{Engine, House, Post};

/// Everybody manages the eight after them.
fn company(people: usize) -> String {
    let mut csv = "number,name,email,department,manager number,joined\n".to_owned();
    for n in 0..people {
        let manager = n.checked_sub(1).map_or_else(String::new, |n| format!("P{}", n / 8));
        let _ = writeln!(csv, "P{n},Given P{n},p{n}@example.com,Top,{manager},2020-04-01");
    }
    csv
}

#[tokio::main]
async fn main() {
    let people: usize = std::env::args().nth(1).map_or(20_000, |it| it.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let url = std::env::var("TAIWA_MEASURE_POSTGRES");
    let url = url.unwrap_or_else(|_| Engine::Sqlite.database(&folder));
    // Wednesday noon in Tokyo.
    let house = House::new(&url, "2026-11-25T03:00:00Z", Post::default(), company(people)).await;
    let House { app, hand, organization } = house;
    let (noon, operator) = (app.now(), app.operator(organization).await.expect("an operator"));
    let transaction = app.database.transaction(organization).await.expect("a transaction");
    let pairs = transaction.all_pairs().await.expect("pairs");
    // Every pair meets in each fortnight, between nine and five on some day of it.
    let mut meetings = Vec::new();
    for (n, pair) in pairs.iter().enumerate() {
        let day = operator.today + Days::new((n % 14) as u64);
        if day.weekday().number_from_monday() > 5 {
            continue;
        }
        let starts_at = day.and_hms_opt((n / 14 % 8) as u32, 0, 0).expect("a time").and_utc();
        meetings.push(Meeting {
            id: app.id::<MeetingId>(),
            pair: pair.id,
            due_week: day,
            slot: Some(Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) }),
            minutes: 30,
            buffer_minutes: 0,
            status: MeetingStatus::Scheduled,
            skip_reason: None,
            pinned: false,
            cost: 0,
            plan: None,
            version: 1,
        });
    }
    transaction.put_meetings(&meetings, noon).await.expect("meetings");
    transaction.commit().await.expect("committed");
    let mut sweeps = Vec::new();
    // The first has a day's worth to tell, the others a quarter of an hour's.
    for n in 0..5 {
        hand.set(noon + TimeDelta::minutes(15 * n));
        let before = app.database.statements().count();
        let began = Instant::now();
        notice::remind::sweep(&app, &operator).await.expect("a sweep");
        let seconds = began.elapsed().as_secs_f64();
        sweeps.push(serde_json::json!({
            "seconds": seconds, "statements": app.database.statements().count() - before,
        }));
    }
    let report = serde_json::json!({
        "engine": app.database.engine(), "people": people, "pairs": pairs.len(),
        "meetings": meetings.len(), "sweeps": sweeps,
    });
    println!("{report:#}");
}
