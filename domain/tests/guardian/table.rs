//! Every finding at every level, as the table in the module's documentation says.

use taiwa_domain::calendar::{
    Answer as Reply, EventKey, EventState,
    guardian::{Action, Decision, DefenceLevel, Entry, Finding, Rearranged, SlotState, decide},
};

use crate::world::{World, at, span};

/// A name, whether the two share an event, and what happens.
type Row = (&'static str, bool, fn(&mut World));

/// A 1on1 of the same two people in the week after, whose event stands at this one's time.
fn another(world: &mut World, state: SlotState) {
    let period = world.meetings[0].period;
    let other = world.meet([0, 1], true, span(at("2026-06-24T08:00:00Z"), 30), period);
    world.settle();
    world.touch(other, 0, |event| event.slot = span(at("2026-06-16T08:15:00Z"), 30));
    world.reply(other, Reply::Accepted);
    world.meetings[other].state = state;
}

/// What happens, and how a world gets there from one in which a meeting is protected.
const ROWS: &[Row] = &[
    ("stands as wanted", true, |_| {}),
    ("our own write echoed back", true, |world| {
        let version = world.meetings[0].written[0].clone().and_then(|written| written.version);
        world.touch(0, 0, |event| event.private = false);
        world.calendars[0].events.get_mut(&EventKey("ours-0".into())).unwrap().version = version;
    }),
    ("overlapped by an accepted or tentative event", true, |world| {
        world.invite(1, span(at("2026-06-16T08:15:00Z"), 30), Reply::Accepted);
    }),
    ("… that cannot be declined", true, |world| {
        world.block(1, span(at("2026-06-16T08:15:00Z"), 30));
    }),
    ("… and pinned", true, |world| {
        world.meetings[0].pinned = true;
        world.block(1, span(at("2026-06-16T08:15:00Z"), 30));
    }),
    ("… within 24 hours of the start", true, |world| {
        world.now = at("2026-06-15T09:00:00Z");
        world.block(1, span(at("2026-06-16T08:15:00Z"), 30));
    }),
    ("… after two interventions", true, |world| {
        world.meetings[0].interventions = 2;
        world.invite(1, span(at("2026-06-16T08:15:00Z"), 30), Reply::Accepted);
    }),
    ("… while the other calendar is disconnected", true, |world| {
        world.calendars[0].connected = false;
        world.block(1, span(at("2026-06-16T08:15:00Z"), 30));
    }),
    ("overlapped by another 1on1 that people left there", true, |world| {
        another(world, SlotState::Contested);
    }),
    ("… that is on its way elsewhere", true, |world| another(world, SlotState::Protected)),
    ("overlapped by an unanswered invitation", true, |world| {
        world.invite(1, span(at("2026-06-16T08:15:00Z"), 30), Reply::Unanswered);
    }),
    ("overlapped by a declined, free or cancelled event", true, |world| {
        let slot = span(at("2026-06-16T08:15:00Z"), 30);
        world.invite(1, slot, Reply::Declined);
        for free in [true, false] {
            let key = world.block(1, slot);
            let event = world.calendars[1].events.get_mut(&key).unwrap();
            event.opaque = !free;
            event.state = if free { EventState::Confirmed } else { EventState::Cancelled };
        }
    }),
    ("deleted", true, |world| world.delete(0, 0)),
    ("… and pinned, or within 24 hours of the start", true, |world| {
        world.meetings[0].pinned = true;
        world.now = at("2026-06-15T09:00:00Z");
        world.delete(0, 0);
    }),
    ("… after two interventions", true, |world| {
        world.meetings[0].interventions = 2;
        world.delete(0, 0);
    }),
    ("not written yet", true, |world| {
        world.delete(0, 0);
        world.meetings[0].written = [None, None];
    }),
    ("… and another 1on1 does not leave its time", true, |world| {
        another(world, SlotState::Moving);
        world.delete(0, 0);
        let held = &mut world.meetings[0];
        (held.written, held.state, held.waited) = ([None, None], SlotState::Moving, true);
    }),
    ("deleted, its time taken", true, |world| {
        world.delete(0, 0);
        world.block(0, span(at("2026-06-16T08:00:00Z"), 60));
    }),
    ("moved to a legal time", false, |world| {
        world.touch(0, 0, |event| event.slot = span(at("2026-06-17T09:00:00Z"), 30));
    }),
    ("moved to a time when the other is busy", false, |world| {
        world.block(1, span(at("2026-06-17T09:00:00Z"), 30));
        world.touch(0, 0, |event| event.slot = span(at("2026-06-17T09:00:00Z"), 30));
    }),
    ("… and pinned", false, |world| {
        world.meetings[0].pinned = true;
        world.block(1, span(at("2026-06-17T09:00:00Z"), 30));
        world.touch(0, 0, |event| event.slot = span(at("2026-06-17T09:00:00Z"), 30));
    }),
    ("moved while the other calendar is disconnected", false, |world| {
        world.calendars[1].connected = false;
        world.touch(0, 0, |event| event.slot = span(at("2026-06-17T09:00:00Z"), 30));
    }),
    ("moved by both to different times", false, |world| {
        world.touch(0, 0, |event| event.slot = span(at("2026-06-17T09:00:00Z"), 30));
        world.touch(0, 1, |event| event.slot = span(at("2026-06-18T09:00:00Z"), 30));
    }),
    ("shortened to half or more", true, |world| {
        world.touch(0, 0, |event| event.slot = span(at("2026-06-16T08:00:00Z"), 15));
    }),
    ("shortened to less", true, |world| {
        world.touch(0, 0, |event| event.slot = span(at("2026-06-16T08:00:00Z"), 10));
    }),
    ("declined by the guest", true, |world| world.reply(0, Reply::Declined)),
    ("shown as free", true, |world| world.touch(0, 0, |event| event.opaque = false)),
    ("the guest's copy shown as free", true, |world| {
        world.touch(0, 1, |event| event.opaque = false);
    }),
    ("made public", true, |world| world.touch(0, 0, |event| event.private = false)),
    ("duplicated, or made a series", true, |world| {
        world.touch(0, 0, |event| event.recurring = true);
    }),
    ("disconnected", true, |world| world.calendars[1].connected = false),
    ("a holiday", true, |world| {
        world.calendars[1].holidays.insert("2026-06-16".parse().unwrap());
    }),
    ("outside working hours now", true, |world| {
        world.meetings[0].outside = Some(world.meetings[0].slot);
    }),
    ("a holiday or outside working hours, and pinned", true, |world| {
        world.meetings[0].pinned = true;
        world.meetings[0].outside = Some(world.meetings[0].slot);
        world.calendars[1].holidays.insert("2026-06-16".parse().unwrap());
    }),
    ("another zone", true, |world| world.meetings[0].rezoned = Some(world.meetings[0].slot)),
    ("on leave", true, |world| {
        world.calendars[1].leave.insert("2026-06-16".parse().unwrap());
    }),
    ("pair ended or manager changed", true, |world| world.meetings[0].ended = true),
    ("provider or account changed", true, |world| {
        world.meetings[0].rearranged = Some(Rearranged::Provider);
    }),
    ("deleted after it began", true, |world| {
        world.now = at("2026-06-16T08:10:00Z");
        world.delete(0, 0);
    }),
    ("moved to a legal time after it began", true, |world| {
        world.now = at("2026-06-16T08:10:00Z");
        world.touch(0, 0, |event| event.slot = span(at("2026-06-16T14:00:00Z"), 30));
    }),
    ("past", true, |world| {
        world.now = at("2026-06-16T08:30:00Z");
        world.delete(0, 0);
    }),
];

/// A new finding does not compile until it is counted here, and not pass until it has a row.
fn kind(finding: &Finding) -> &'static str {
    match finding {
        Finding::Unplaced => "unplaced",
        Finding::Overlapped { .. } => "overlapped",
        Finding::Invited { .. } => "invited",
        Finding::Deleted => "deleted",
        Finding::Moved { .. } => "moved",
        Finding::Shortened { .. } => "shortened",
        Finding::Declined => "declined",
        Finding::ShownFree => "shown free",
        Finding::MadePublic => "made public",
        Finding::Duplicated => "duplicated",
        Finding::Disconnected => "disconnected",
        Finding::Holiday => "holiday",
        Finding::OutsideHours => "outside hours",
        Finding::ZoneChanged => "zone changed",
    }
}

fn words(before: SlotState, decision: &Decision) -> String {
    let mut words: Vec<&str> = (decision.actions.iter())
        .map(|action| match action {
            Action::Place { .. } => "place",
            Action::PutBack { .. } => "put back",
            Action::Restore { .. } => "restore",
            Action::AcceptMove { .. } => "accept and pin",
            Action::Replan => "re-plan",
            Action::Decline { .. } => "decline it",
            Action::AskPeople => "ask",
            Action::Release { .. } => "release",
            Action::Recreate { .. } => "recreate",
            Action::CancelLeftovers { .. } => "cancel",
        })
        .collect();
    match &decision.notice {
        Some(notice) if notice.to.len() == 2 => words.push("tell both"),
        Some(_) => words.push("tell one"),
        None if decision.history.iter().any(|entry| !matches!(entry, Entry::Did(_)))
            && words.is_empty() =>
        {
            words.push("record")
        }
        None => {}
    }
    if words.is_empty() {
        words.push("–");
    }
    words.dedup();
    let state = match decision.state {
        state if state == before => "",
        SlotState::Protected => " → protected",
        SlotState::Contested => " → contested",
        SlotState::Moving => " → moving",
        SlotState::AwaitingPeople => " → awaiting people",
        SlotState::Released(_) => " → released",
    };
    words.join(", ") + state
}

#[test]
fn every_finding_at_every_level_is_answered_as_documented() {
    let mut table = String::from("| | observe | notify | move | defend |\n|---|---|---|---|---|\n");
    for (name, shared, happen) in ROWS {
        let cells = DefenceLevel::ALL.map(|level| {
            let mut world = World::pair(level, *shared);
            happen(&mut world);
            words(SlotState::Protected, &decide(&world.situation(0)))
        });
        table += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    let kinds: std::collections::BTreeSet<String> = (ROWS.iter())
        .flat_map(|(_, shared, happen)| {
            let mut world = World::pair(DefenceLevel::Move, *shared);
            happen(&mut world);
            world.situation(0).sights()
        })
        .map(|sight| kind(&sight.finding).to_owned())
        .collect();
    assert_eq!(kinds.len(), 14, "the table has a row for every finding: {kinds:?}");
    let documented = include_str!("../../src/calendar/guardian/table.md");
    assert!(documented.contains(&table), "table.md is to hold:\n{table}");
}
