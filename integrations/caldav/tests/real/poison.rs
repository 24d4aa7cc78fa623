//! One event with the name of a zone and without its definition makes servers fail on others.

use chrono_tz::Tz;
use taiwa_domain::calendar::{CalendarProvider, Wanted};

use crate::world::{World, december, wanted};

/// We never write one: whatever the zone, what the server keeps has the definition in it.
#[tokio::test]
async fn zones_are_always_defined() {
    let world = World::radicale().await;
    let calendar = world.calendar("hanako").await;
    let zones =
        [Tz::Asia__Tokyo, Tz::Europe__Berlin, Tz::UTC, Tz::Asia__Kathmandu, Tz::Etc__GMTMinus9];
    for (number, zone) in zones.into_iter().enumerate() {
        let at = format!("2026-12-{:02}T01:00:00Z", number + 1);
        let ours = Wanted { zone, ..wanted(number as u128, &at) };
        calendar.put(&ours, None).await.expect("it is placed");
        let moved = Wanted { slot: crate::world::half_hour(&at.replace("T01", "T02")), ..ours };
        calendar.put(&moved, None).await.expect("it is moved");
    }
    assert_eq!(calendar.busy(december()).await.expect("reads").len(), zones.len());
    let found = world.stored();
    assert_eq!(found.len(), zones.len());
    for text in found {
        let unfolded = text.replace("\r\n ", "");
        for line in unfolded.lines().filter(|line| line.starts_with("DT")) {
            if let Some((_, rest)) = line.split_once(";TZID=") {
                let zone = rest.split(':').next().expect("a name");
                assert!(unfolded.contains(&format!("TZID:{zone}")), "{unfolded}");
            }
        }
    }
}
