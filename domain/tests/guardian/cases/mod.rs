//! Each way in which calendars fail people, by name.

mod people;
mod slots;
mod systems;

use chrono::TimeDelta;
use chrono_tz::Tz;
use taiwa_domain::{
    calendar::{
        Answer as Reply, Event, EventKey, EventUid, Version,
        guardian::{
            Action, Answer, DefenceLevel, Displacing, Entry, Finding, Illegal, MAX_INTERVENTIONS,
            Other, Rearranged, ReleaseReason, Situation, SlotState, decide, least_minutes,
            legality,
        },
    },
    meeting::Slot,
};

use crate::world::{World, at, person, span};

const LEVELS: [DefenceLevel; 4] = DefenceLevel::ALL;

fn original() -> Slot {
    span(at("2026-06-16T08:00:00Z"), 30)
}

fn elsewhere() -> Slot {
    span(at("2026-06-18T12:00:00Z"), 30)
}

/// Why a move by people was refused, by the last decision's history.
fn refused(history: &[Entry]) -> Option<Illegal> {
    history.iter().find_map(|entry| match entry {
        Entry::Found { refused, .. } => *refused,
        _ => None,
    })
}
