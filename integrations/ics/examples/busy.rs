//! Prints the busy time of a calendar as JSON, for comparison with other readers.
//!
//! Usage: `cargo run -p taiwa-ics --example busy -- FILE FROM TO ZONE`, e.g.
//! `calendar.ics 2026-12-01T00:00:00Z 2027-01-01T00:00:00Z Asia/Tokyo`. With `-` for FILE it reads
//! names of files from standard input and prints one line for each.

use std::{
    error::Error,
    io::{BufRead, stdin},
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use taiwa_domain::organization::Locale;
use taiwa_ics::{Limits, busy};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("usage: busy FILE FROM TO ZONE");
    let (file, from, to, zone) = (next()?, next()?.parse()?, next()?.parse()?, next()?.parse()?);
    if file != "-" {
        println!("{}", read(&file, (from, to), zone)?);
        return Ok(());
    }
    for file in stdin().lock().lines() {
        println!("{}", read(&file?, (from, to), zone)?);
    }
    Ok(())
}

fn read(
    file: &str,
    window: (DateTime<Utc>, DateTime<Utc>),
    zone: Tz,
) -> Result<String, std::io::Error> {
    let spans = match busy(&std::fs::read(file)?, window, zone, &Limits::default()) {
        Ok(spans) => spans,
        Err(error) => {
            return Ok(serde_json::json!({ "error": error.message(Locale::En) }).to_string());
        }
    };
    let text = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let spans: Vec<_> = spans.into_iter().map(|(from, to)| [text(from), text(to)]).collect();
    Ok(serde_json::json!(spans).to_string())
}
