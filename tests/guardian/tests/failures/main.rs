//! Each way in which calendars fail people, by name.

mod people;
mod races;
mod systems;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, TimeDelta};
use taiwa_database::platform::JobKind;
use taiwa_domain::{
    calendar::{
        AccountState, AccountTrouble,
        guardian::{Answer, DefenceLevel, SlotState},
    },
    meeting::{Meeting, MeetingStatus, Slot},
};
use taiwa_google_standin::{Fault, Kind, Trouble};
use taiwa_guardian_tests::{Slots, World, email};
use taiwa_operations::{calendar::reschedule, planning, work};

/// The meetings of a pair that are more than a week away.
async fn all_coming(world: &World, report: &str) -> Vec<Slots> {
    let person = world.person(report).await;
    let mut found = world.meetings().await;
    found.retain(|it| {
        it.blocks.iter().any(|block| block.person == person)
            && it.slot().starts_at > world.now() + TimeDelta::days(8)
    });
    found
}

/// The first of them.
async fn coming(world: &World, report: &str) -> Slots {
    all_coming(world, report).await.into_iter().next().expect("a meeting")
}

/// No person has two 1on1s at a time, and each meeting's event stands once, at its time.
async fn sound(world: &World, people: &[&str]) {
    let meetings = world.meetings().await;
    let placed: Vec<_> = meetings.iter().filter(|it| it.meeting.slot.is_some()).collect();
    for number in people {
        let person = world.person(number).await;
        let wanted: Vec<Slot> = placed
            .iter()
            .filter(|it| it.blocks.iter().any(|block| block.person == person))
            .map(|it| it.slot())
            .collect();
        let standing: Vec<Slot> = world.ours(number).iter().map(|it| it.slot).collect();
        assert_eq!(standing, wanted, "{number}");
        for two in wanted.windows(2) {
            assert!(!two[0].overlaps(two[1]), "{number} is in two places: {two:?}");
        }
    }
}

fn fault(kind: Option<Kind>, times: u32, trouble: Trouble) -> Fault {
    Fault { user: None, kind, times, trouble }
}
