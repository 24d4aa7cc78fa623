//! A model of calendars and of the people who use them, with the guardian's actions carried out
//! as its documentation says, and everything that must never be asserted on the way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use taiwa_domain::{
    calendar::{
        Answer as Reply, Event, EventKey, EventState, EventUid, Version,
        guardian::{
            Action, Block, Choice, Circumstances, Decision, DefenceLevel, FREEZE, Fingerprint,
            MAX_INTERVENTIONS, Neighbours, Other, Rearranged, ReleaseReason, Search, Side,
            Situation, SlotState, Subject, Written, choose, decide,
        },
    },
    id::{MeetingId, PersonId},
    meeting::Slot,
    planning::Person,
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

    pub(crate) fn situation(&self, meeting: usize) -> Situation {
        let held = &self.meetings[meeting];
        let on = |days: fn(&Calendar) -> &BTreeSet<NaiveDate>| {
            held.people.iter().map(|&who| &self.calendars[who]).any(|calendar| {
                let day = held.slot.starts_at.with_timezone(&calendar.zone).date_naive();
                days(calendar).contains(&day)
            })
        };
        let side = |end: usize| {
            let who = held.people[end];
            let calendar = &self.calendars[who];
            Side {
                person: person(who),
                level: calendar.level,
                block: match (held.shared, end) {
                    (true, 0) => Block::Organized,
                    (true, _) => Block::Invited,
                    (false, _) => Block::Hold,
                },
                connected: calendar.connected,
                declines: calendar.declines,
                uid: uid(meeting),
                written: held.written[end].clone(),
                events: calendar.events.values().cloned().collect(),
                leaving: Vec::new(),
                others: self
                    .others(meeting, who)
                    .map(|(number, slot)| Other { uid: uid(number), slot })
                    .collect(),
            }
        };
        Situation {
            now: self.now,
            freeze: FREEZE,
            meeting: Subject {
                id: MeetingId(Uuid::from_u128(meeting as u128)),
                slot: held.slot,
                minutes: held.minutes,
                period: held.period,
            },
            pinned: held.pinned,
            interventions: held.interventions,
            state: held.state,
            waited: false,
            pending: held.pending,
            known: held.known.clone(),
            sides: vec![side(0), side(1)],
            circumstances: Circumstances {
                leave: on(|calendar| &calendar.leave),
                pair_ended: held.ended,
                rearranged: held.rearranged,
                holiday: on(|calendar| &calendar.holidays),
                outside_hours: held.outside == Some(held.slot),
                zone_changed: held.rezoned == Some(held.slot),
            },
        }
    }

    /// The other meetings of a person that have a time.
    fn others(&self, meeting: usize, who: usize) -> impl Iterator<Item = (usize, Slot)> {
        self.meetings.iter().enumerate().filter_map(move |(number, held)| {
            let theirs = number != meeting && held.people.contains(&who);
            let given_up = matches!(held.state, SlotState::Released(_));
            (theirs && !given_up).then_some((number, held.slot))
        })
    }

    pub(crate) fn search(&self, meeting: usize) -> Search {
        let held = &self.meetings[meeting];
        let same = |number: usize| self.meetings[number].people == held.people;
        let starts = || {
            let others = self.others(meeting, held.people[0]).filter(|(number, _)| same(*number));
            others.map(|(_, slot)| slot.starts_at)
        };
        let row = |who: usize| {
            let calendar = &self.calendars[who];
            let as_wanted = |event: &Event| {
                self.others(meeting, who)
                    .any(|(number, slot)| event.uid == Some(uid(number)) && event.slot == slot)
            };
            let taken = calendar.events.values().filter(|event| {
                event.blocks() && event.uid != Some(uid(meeting)) && !as_wanted(event)
            });
            Person {
                key: who.to_string(),
                zone: calendar.zone.name().to_owned(),
                hours: None,
                busy: taken.map(|event| (event.slot.starts_at, event.slot.ends_at)).collect(),
                leave: calendar.leave.iter().copied().collect(),
                holidays: calendar.holidays.iter().copied().collect(),
            }
        };
        let others = |who: usize| {
            let others = self.others(meeting, who).filter(|(number, _)| !same(*number));
            others.map(|(_, slot)| (slot, 0)).collect()
        };
        Search {
            people: held.people.map(row),
            others: held.people.map(others),
            minutes: held.minutes,
            buffer_minutes: 0,
            windows: None,
            reserved: Vec::new(),
            daily_cap: 4,
            grid: 30,
            period: held.period,
            neighbours: Neighbours {
                previous: starts().filter(|start| *start <= held.slot.starts_at).max(),
                next: starts().filter(|start| *start > held.slot.starts_at).min(),
                spacing_days: 3,
            },
            original: held.slot,
            series: None,
            not_before: self.now + FREEZE,
        }
    }

    pub(crate) fn options(&self, meeting: usize) -> Choice {
        choose(&self.search(meeting)).expect("a valid search")
    }

    /// Decides about a meeting and carries the decision out.
    pub(crate) fn step(&mut self, meeting: usize) -> Decision {
        let decision = decide(&self.situation(meeting));
        self.apply(meeting, &decision);
        decision
    }

    pub(crate) fn apply(&mut self, meeting: usize, decision: &Decision) {
        let held = &self.meetings[meeting];
        let still = held.pinned || held.slot.starts_at < self.now + FREEZE;
        let (from, to) = (held.state, decision.state);
        assert!(from == to || from.may_become(to), "{from:?} cannot become {to:?}");
        let acts = decision.actions.iter().any(|action| {
            use Action::*;
            matches!(action, PutBack { .. } | Restore { .. } | Replan | Decline { .. })
        });
        let held = &mut self.meetings[meeting];
        held.state = decision.state;
        held.interventions = decision.interventions;
        held.defences += u8::from(acts);
        assert!(held.defences <= MAX_INTERVENTIONS, "a machine fights people");
        if decision.notice.is_some() {
            let fingerprint = decision.fingerprint.clone().expect("a notice about something");
            assert!(held.told.insert(fingerprint), "told twice: {:?}", decision.notice);
        }
        held.known.extend(decision.fingerprint.clone());
        for action in &decision.actions {
            self.act(meeting, action, still);
        }
    }

    fn act(&mut self, meeting: usize, action: &Action, still: bool) {
        let people = self.meetings[meeting].people;
        let number = |id: PersonId| {
            people.into_iter().find(|&who| person(who) == id).expect("one of the two")
        };
        match action {
            Action::Place { person, slot } => self.put(meeting, number(*person), *slot),
            Action::PutBack { person } | Action::Restore { person } => {
                let (who, slot) = (number(*person), self.meetings[meeting].slot);
                let moves = self
                    .own(meeting, who)
                    .is_some_and(|event| event.slot != slot && !event.recurring);
                assert!(!(still && moves), "a pinned or frozen meeting was moved");
                self.put(meeting, who, slot);
            }
            Action::AcceptMove { slot } => {
                assert!(people.iter().all(|&who| self.free(who, *slot, meeting)), "double-booked");
                let standing = people.map(|who| self.own(meeting, who).cloned());
                let shared = self.meetings[meeting].shared;
                let held = &mut self.meetings[meeting];
                (held.slot, held.pinned) = (*slot, true);
                for (end, event) in standing.into_iter().enumerate() {
                    if event.is_some_and(|event| event.slot == *slot) && !(shared && end == 1) {
                        held.written[end] =
                            Some(Written { slot: *slot, version: None, replaced: None });
                    }
                }
            }
            Action::Replan => {
                assert!(!still, "a pinned or frozen meeting was moved");
                assert!(
                    people.iter().all(|&who| self.calendars[who].connected),
                    "decided in the dark"
                );
                match self.options(meeting).best() {
                    Ok(offer) => {
                        let slot = offer.slot;
                        let period = self.meetings[meeting].period;
                        assert!(
                            period.starts_at <= slot.starts_at && slot.ends_at <= period.ends_at
                        );
                        assert!(
                            people.iter().all(|&who| self.free(who, slot, meeting)),
                            "double-booked"
                        );
                        self.meetings[meeting].slot = slot;
                        for who in people {
                            if self.writes(meeting, who) {
                                self.put(meeting, who, slot);
                            }
                        }
                    }
                    Err(_) => {
                        self.meetings[meeting].state = SlotState::Released(ReleaseReason::NoRoom);
                        people.into_iter().for_each(|who| self.cancel(meeting, who));
                    }
                }
            }
            Action::Decline { person, key } => {
                let who = number(*person);
                let calendar = &mut self.calendars[who];
                assert_eq!(calendar.level, DefenceLevel::Defend, "declined without consent");
                assert!(calendar.connected && calendar.declines, "declined without the ability");
                let event = calendar.events.get_mut(key).expect("an event that stands");
                assert!(
                    event.uid.as_ref().is_none_or(|uid| !uid.0.starts_with("000")),
                    "declined a 1on1"
                );
                assert!(
                    !event.organizer
                        && matches!(event.answer, Some(Reply::Accepted | Reply::Tentative))
                );
                event.answer = Some(Reply::Declined);
            }
            Action::Recreate { .. } => {
                self.meetings[meeting].rearranged = None;
                people.into_iter().for_each(|who| self.cancel(meeting, who));
            }
            Action::CancelLeftovers { person } => self.cancel(meeting, number(*person)),
            Action::AskPeople | Action::Release { .. } => {}
        }
    }

    /// Writes our event. Nobody who is seen may be taken then.
    fn put(&mut self, meeting: usize, who: usize, slot: Slot) {
        let held = &self.meetings[meeting];
        assert!(self.calendars[who].connected, "wrote into a calendar that does not answer");
        assert!(self.writes(meeting, who), "wrote a guest's copy");
        let (people, shared) = (held.people, held.shared);
        let touched = people.into_iter().filter(|&person| person == who || shared);
        for person in touched.filter(|&person| self.calendars[person].connected) {
            assert!(self.free(person, slot, meeting), "double-booked person {person} at {slot:?}");
        }
        let before = self.own(meeting, who).cloned();
        let uid = uid(meeting);
        self.calendars[who].events.retain(|_, event| event.uid.as_ref() != Some(&uid));
        let mut event = self.plain(Self::key(meeting).0, slot);
        event.uid = Some(uid);
        if shared {
            let kept =
                before.as_ref().filter(|event| event.slot == slot).and_then(|event| event.guest);
            (event.guest, event.attendees) = (kept.or(Some(Reply::Unanswered)), 2);
        }
        let version = event.version.clone();
        self.add(who, event);
        self.follow(meeting);
        let end = usize::from(people[1] == who);
        let replaced = before.and_then(|event| event.version);
        self.meetings[meeting].written[end] = Some(Written { slot, version, replaced });
    }

    /// Takes our events away where we write and the calendar answers.
    fn cancel(&mut self, meeting: usize, who: usize) {
        if !self.writes(meeting, who) || !self.calendars[who].connected {
            return;
        }
        let uid = uid(meeting);
        self.calendars[who].events.retain(|_, event| event.uid.as_ref() != Some(&uid));
        self.follow(meeting);
        let end = usize::from(self.meetings[meeting].people[1] == who);
        self.meetings[meeting].written[end] = None;
    }

    /// Looks at all meetings, over and over, until nothing is left to do; says in how many rounds.
    pub(crate) fn settle(&mut self) -> usize {
        for round in 0..20 {
            let mut acted = false;
            for meeting in 0..self.meetings.len() {
                acted |= !self.step(meeting).actions.is_empty();
            }
            if !acted {
                return round;
            }
        }
        panic!("the guardian does not come to rest: {self:#?}");
    }
}
