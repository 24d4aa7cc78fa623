//! Exports as several programs write them, against what another reader makes of them:
//! `tests/ics/read.py --write` computed `expected.json`.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;
use taiwa_ics::{Limits, busy};

#[test]
fn exports_are_read_as_another_reader_reads_them() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/ics/fixtures");
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let expected: Value = serde_json::from_slice(&read("expected.json")).expect("JSON");
    let expected = expected.as_object().expect("a table");
    assert!(expected.len() >= 12);
    for (name, case) in expected {
        let text = |key: &str| case[key].as_str().expect("a text");
        let instant = |key: &str| text(key).parse::<DateTime<Utc>>().expect("an instant");
        let zone: Tz = text("zone").parse().expect("a zone");
        let window = (instant("from"), instant("to"));
        let spans = busy(&read(name), window, zone, &Limits::default());
        let spans = spans.unwrap_or_else(|error| panic!("{name}: {error}"));
        let shown = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let spans: Vec<_> = spans.into_iter().map(|(from, to)| [shown(from), shown(to)]).collect();
        let wanted: Vec<[String; 2]> = case["busy"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|span| [0, 1].map(|end| span[end].as_str().expect("a text").to_owned()))
            .collect();
        for span in &spans {
            assert!(wanted.contains(span), "{name}: {span:?} is busy here alone");
        }
        for span in &wanted {
            assert!(spans.contains(span), "{name}: {span:?} is missing");
        }
    }
}
