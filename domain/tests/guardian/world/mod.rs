//! A model of calendars and of the people who use them.

mod done;
mod seen;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use taiwa_domain::{
    calendar::{
        Answer as Reply, Event, EventKey, EventState, EventUid, Version,
        guardian::{DefenceLevel, Fingerprint, Rearranged, SlotState, Written},
    },
    id::PersonId,
    meeting::Slot,
};
use uuid::Uuid;

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub(crate) fn span(start: DateTime<Utc>, minutes: i64) -> Slot {
    Slot { starts_at: start, ends_at: start + TimeDelta::minutes(minutes) }
}

pub(crate) fn meets(a: Slot, b: Slot) -> bool {
    a.starts_at < b.ends_at && b.starts_at < a.ends_at
}

pub(crate) fn person(number: usize) -> PersonId {
    PersonId(Uuid::from_u128(number as u128 + 1))
}

fn uid(meeting: usize) -> EventUid {
    EventUid(format!("{meeting:032x}"))
}

/// Whether an event carries a name of ours.
fn ours(uid: &EventUid) -> bool {
    uid.0.starts_with("000")
}

/// One person's calendar.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub(crate) zone: Tz,
    pub(crate) level: DefenceLevel,
    pub(crate) connected: bool,
    pub(crate) declines: bool,
    pub(crate) events: BTreeMap<EventKey, Event>,
    pub(crate) leave: BTreeSet<NaiveDate>,
    pub(crate) holidays: BTreeSet<NaiveDate>,
}

/// One meeting, as our records have it. The first of its people organizes.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) people: [usize; 2],
    pub(crate) shared: bool,
    pub(crate) slot: Slot,
    pub(crate) minutes: u16,
    pub(crate) period: Slot,
    pub(crate) pinned: bool,
    pub(crate) interventions: u8,
    pub(crate) state: SlotState,
    /// It has been on its way for longer than another 1on1 needs to leave its time.
    pub(crate) waited: bool,
    pub(crate) pending: bool,
    pub(crate) known: BTreeSet<Fingerprint>,
    pub(crate) written: [Option<Written>; 2],
    pub(crate) ended: bool,
    pub(crate) rearranged: Option<Rearranged>,
    /// A time that is outside working hours, or that shows differently in a new zone.
    pub(crate) outside: Option<Slot>,
    pub(crate) rezoned: Option<Slot>,
    /// Decisions that defended or moved it, counted by their actions.
    pub(crate) defences: u8,
    /// Situations that were told.
    pub(crate) told: BTreeSet<Fingerprint>,
}

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) now: DateTime<Utc>,
    pub(crate) calendars: Vec<Calendar>,
    pub(crate) meetings: Vec<Held>,
    ticks: u32,
}

/// Short enough for the report of a failed case.
impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let levels: Vec<_> = self.calendars.iter().map(|it| (it.level, it.declines)).collect();
        let shared: Vec<_> = self.meetings.iter().map(|it| (it.shared, it.state)).collect();
        write!(f, "World {{ now: {}, levels: {levels:?}, shared: {shared:?} }}", self.now)
    }
}

impl World {
    /// People in these zones, all at one level, whose calendars can decline; no meetings.
    pub(crate) fn new(now: &str, zones: &[Tz], level: DefenceLevel) -> Self {
        let calendar = |&zone: &Tz| Calendar {
            zone,
            level,
            connected: true,
            declines: true,
            events: BTreeMap::new(),
            leave: BTreeSet::new(),
            holidays: BTreeSet::new(),
        };
        let calendars = zones.iter().map(calendar).collect();
        Self { now: at(now), calendars, meetings: Vec::new(), ticks: 0 }
    }

    /// Two people in Berlin with one meeting, Tuesday 2026-06-16 at 10:00, in a period of two
    /// weeks; it stands and is protected. Now is eight days earlier.
    pub(crate) fn pair(level: DefenceLevel, shared: bool) -> Self {
        let mut world = Self::new("2026-06-08T08:00:00Z", &[Tz::Europe__Berlin; 2], level);
        let period =
            Slot { starts_at: at("2026-06-14T22:00:00Z"), ends_at: at("2026-06-28T22:00:00Z") };
        world.meet([0, 1], shared, span(at("2026-06-16T08:00:00Z"), 30), period);
        world.settle();
        assert_eq!(world.meetings[0].state, SlotState::Protected);
        world
    }

    pub(crate) fn meet(
        &mut self,
        people: [usize; 2],
        shared: bool,
        slot: Slot,
        period: Slot,
    ) -> usize {
        self.meetings.push(Held {
            people,
            shared,
            slot,
            minutes: (slot.ends_at - slot.starts_at).num_minutes() as u16,
            period,
            pinned: false,
            interventions: 0,
            state: SlotState::Moving,
            waited: false,
            pending: false,
            known: BTreeSet::new(),
            written: [None, None],
            ended: false,
            rearranged: None,
            outside: None,
            rezoned: None,
            defences: 0,
            told: BTreeSet::new(),
        });
        self.meetings.len() - 1
    }

    fn version(&mut self) -> Version {
        self.ticks += 1;
        Version(self.ticks.to_string())
    }

    fn plain(&mut self, key: String, slot: Slot) -> Event {
        Event {
            key: EventKey(key),
            uid: None,
            version: Some(self.version()),
            slot,
            all_day: false,
            state: EventState::Confirmed,
            opaque: true,
            private: true,
            organizer: true,
            answer: None,
            guest: None,
            attendees: 0,
            recurring: false,
            updated_at: None,
            link: None,
        }
    }

    /// Someone invites a person, who answers.
    pub(crate) fn invite(&mut self, who: usize, slot: Slot, answer: Reply) -> EventKey {
        let key = format!("foreign-{}", self.ticks);
        let mut event = self.plain(key, slot);
        (event.organizer, event.answer, event.attendees) = (false, Some(answer), 5);
        self.add(who, event)
    }

    /// A person blocks time.
    pub(crate) fn block(&mut self, who: usize, slot: Slot) -> EventKey {
        let key = format!("foreign-{}", self.ticks);
        let event = self.plain(key, slot);
        self.add(who, event)
    }

    pub(crate) fn add(&mut self, who: usize, event: Event) -> EventKey {
        let key = event.key.clone();
        self.calendars[who].events.insert(key.clone(), event);
        key
    }

    fn key(meeting: usize) -> EventKey {
        EventKey(format!("ours-{meeting}"))
    }

    /// Whether a person of a meeting has a block of their own to change.
    pub(crate) fn writes(&self, meeting: usize, who: usize) -> bool {
        let held = &self.meetings[meeting];
        held.people[0] == who || !held.shared && held.people[1] == who
    }

    /// The meeting's event in a person's calendar.
    pub(crate) fn own(&self, meeting: usize, who: usize) -> Option<&Event> {
        self.calendars[who].events.get(&Self::key(meeting))
    }

    /// A human changes the meeting's event in their calendar, and an invited copy follows.
    pub(crate) fn touch(&mut self, meeting: usize, who: usize, change: impl FnOnce(&mut Event)) {
        let version = self.version();
        let Some(event) = self.calendars[who].events.get_mut(&Self::key(meeting)) else { return };
        let before = event.slot;
        change(event);
        event.version = Some(version);
        if event.slot != before && event.guest.is_some() {
            event.guest = Some(Reply::Unanswered);
        }
        self.follow(meeting);
    }

    /// A human deletes the meeting's event.
    pub(crate) fn delete(&mut self, meeting: usize, who: usize) {
        self.calendars[who].events.remove(&Self::key(meeting));
        self.follow(meeting);
    }

    /// The guest of a shared event answers.
    pub(crate) fn reply(&mut self, meeting: usize, answer: Reply) {
        let organizer = self.meetings[meeting].people[0];
        self.touch(meeting, organizer, |event| event.guest = Some(answer));
    }

    /// The guest's copy shows what the organizer's event says.
    fn follow(&mut self, meeting: usize) {
        let held = &self.meetings[meeting];
        let ([organizer, guest], shared) = (held.people, held.shared);
        if !shared {
            return;
        }
        match self.own(meeting, organizer).cloned() {
            None => drop(self.calendars[guest].events.remove(&Self::key(meeting))),
            Some(event) => {
                let opaque = self.own(meeting, guest).is_none_or(|copy| copy.opaque);
                let copy =
                    Event { organizer: false, answer: event.guest, guest: None, opaque, ..event };
                self.add(guest, copy);
            }
        }
    }

    /// Nobody else's event, and no other 1on1 in the calendar, blocks the person then.
    pub(crate) fn free(&self, who: usize, slot: Slot, besides: usize) -> bool {
        let uid = uid(besides);
        !self.calendars[who].events.values().any(|event| {
            event.uid.as_ref() != Some(&uid) && event.blocks() && meets(event.slot, slot)
        })
    }
}
