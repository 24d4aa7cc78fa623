//! Clocks that change, written to real servers and read back by us and by another program.

use chrono_tz::Tz;
use taiwa_domain::calendar::{CalendarProvider, Wanted};

use crate::world::{World, events, pages, span, utc, wanted};

async fn changes_of_clocks(world: World) {
    let calendar = world.calendar("hanako").await;
    let (mut number, mut shown) = (0, Vec::new());
    for (zone, day) in [
        // Spring forward and fall back, north and south, by an hour and by half of one.
        (Tz::Europe__Berlin, "2027-03-28T00:00:00Z"),
        (Tz::Europe__Berlin, "2027-10-30T23:00:00Z"),
        (Tz::America__New_York, "2027-03-14T06:00:00Z"),
        (Tz::America__New_York, "2027-11-07T04:30:00Z"),
        (Tz::Australia__Sydney, "2027-04-03T14:30:00Z"),
        (Tz::Australia__Sydney, "2027-10-02T15:00:00Z"),
        (Tz::Australia__Lord_Howe, "2028-04-01T14:00:00Z"),
    ] {
        let (mut slots, mut uids) = (Vec::new(), Vec::new());
        for half in 0..4 {
            number += 1;
            let at = (utc(day) + chrono::TimeDelta::minutes(30 * half)).to_rfc3339();
            let ours = Wanted { zone, ..wanted(number, &at) };
            let placed = calendar.put(&ours, None).await.expect("it is placed");
            assert_eq!(placed.slot, ours.slot, "{zone} {at}");
            let found = calendar.find(&ours.uid).await.expect("looks").expect("it stands");
            assert_eq!(found.slot, ours.slot, "{zone} {at}");
            slots.push(ours.slot);
            uids.push(ours.uid);
        }
        let day = span(&slots[0].starts_at.to_rfc3339(), &slots[3].ends_at.to_rfc3339());
        let seen = events(&pages(&calendar, None, day).await.0);
        let seen: Vec<_> = seen.into_iter().map(|event| event.slot).collect();
        assert_eq!(seen, slots, "{zone}");
        assert_eq!(calendar.busy(day).await.expect("reads"), [day], "{zone}: no gap, no overlap");
        // One before, one after the change, for other eyes.
        for index in [0, 3] {
            shown.push((zone, uids[index].clone(), slots[index].starts_at));
        }
    }
    let looks: Vec<_> = shown.iter().map(|(_, uid, _)| vec!["look", uid.as_str()]).collect();
    let seen = world.hands("hanako", &looks).await;
    for (seen, (zone, _, starts_at)) in seen.iter().zip(&shown) {
        assert_eq!(utc(seen["start"].as_str().expect("a start")), *starts_at, "{zone}");
    }
}

#[tokio::test]
async fn dst_gap_and_fold_radicale() {
    changes_of_clocks(World::radicale().await).await;
}

#[tokio::test]
async fn dst_gap_and_fold_xandikos() {
    changes_of_clocks(World::xandikos().await).await;
}

/// A foreign series keeps its wall clock across the change, on whatever side of the world.
#[tokio::test]
async fn a_foreign_series_keeps_its_wall_clock() {
    for world in [World::radicale().await, World::xandikos().await] {
        let calendar = world.calendar("hanako").await;
        for (name, zone) in [("b", "Europe/Berlin"), ("s", "Australia/Sydney")] {
            let text = format!(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VTIMEZONE\r\n\
                 TZID:{zone}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\n\
                 TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:{name}\r\n\
                 DTSTAMP:20261122T000000Z\r\nDTSTART;TZID={zone}:20270325T100000\r\n\
                 DURATION:PT30M\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:x\r\nEND:VEVENT\r\n\
                 END:VCALENDAR\r\n"
            );
            world.hand("hanako", &["raw", &format!("{name}.ics"), &text]).await;
        }
        let april = span("2027-03-20T00:00:00Z", "2027-04-20T00:00:00Z");
        let seen = events(&pages(&calendar, None, april).await.0);
        let starts: Vec<_> =
            seen.iter().map(|event| event.slot.starts_at.format("%m-%dT%H").to_string()).collect();
        let expected = ["03-24T23", "03-25T09", "03-31T23", "04-01T08", "04-08T00", "04-08T08"];
        assert_eq!(starts, expected, "{:?}", world.kind);
    }
}
