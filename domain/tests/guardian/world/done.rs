//! The guardian's actions carried out on the model, and what must never be on the way.

use taiwa_domain::calendar::guardian::{
    Action, Decision, FREEZE, MAX_INTERVENTIONS, ReleaseReason, decide,
};

use super::*;

impl World {
    /// Decides about a meeting and carries the decision out. What has to wait until another 1on1
    /// has left the time is not among the actions that are returned.
    pub(crate) fn step(&mut self, meeting: usize) -> Decision {
        let mut decision = decide(&self.situation(meeting));
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
        decision.actions.retain(|action| self.act(meeting, action, still));
        let held = &mut self.meetings[meeting];
        held.waited &= held.state == SlotState::Moving && decision.actions.is_empty();
        decision
    }

    /// Time goes on, for longer than a 1on1 needs to leave its time.
    pub(crate) fn wait(&mut self, time: TimeDelta) {
        self.now += time;
        for held in &mut self.meetings {
            held.waited = held.state == SlotState::Moving;
        }
    }

    /// A plan lets two meetings change places, where it may.
    pub(crate) fn exchange(&mut self, one: usize, other: usize) {
        let slots = [one, other].map(|meeting| self.meetings[meeting].slot);
        let may = |meeting: usize, to: Slot| {
            let held = &self.meetings[meeting];
            let (from, until) = (held.period.starts_at, held.period.ends_at);
            let soon = self.now + FREEZE;
            let settled = !held.pinned && !held.ended && held.state == SlotState::Protected;
            settled
                && held.slot.starts_at >= soon
                && from <= to.starts_at
                && to.ends_at <= until
                && held.people.iter().all(|&who| {
                    let taken = |it: &&Event| it.blocks() && it.slot.overlaps(to);
                    let foreign = |it: &&Event| it.uid.as_ref().is_none_or(|uid| !ours(uid));
                    !self.calendars[who].events.values().filter(foreign).any(|it| taken(&it))
                })
        };
        if may(one, slots[1]) && may(other, slots[0]) {
            for (meeting, slot) in [(one, slots[1]), (other, slots[0])] {
                (self.meetings[meeting].slot, self.meetings[meeting].state) =
                    (slot, SlotState::Moving);
            }
        }
    }

    /// Whether an event takes a person's time, and is no 1on1 of ours that is to leave it.
    fn takes(&self, meeting: usize, who: usize, event: &Event, slot: Slot) -> bool {
        let there = event.blocks() && event.slot.overlaps(slot);
        there && event.uid != Some(uid(meeting)) && !self.leaves(meeting, who, event)
    }

    /// Says whether it was done; it is not while another 1on1 that is to leave is in the way.
    fn act(&mut self, meeting: usize, action: &Action, still: bool) -> bool {
        let people = self.meetings[meeting].people;
        let number = |id: PersonId| {
            people.into_iter().find(|&who| person(who) == id).expect("one of the two")
        };
        match action {
            Action::Place { person, slot } => return self.put(meeting, number(*person), *slot),
            Action::PutBack { person } | Action::Restore { person } => {
                let (who, slot) = (number(*person), self.meetings[meeting].slot);
                let moves = self
                    .own(meeting, who)
                    .is_some_and(|event| event.slot != slot && !event.recurring);
                assert!(!(still && moves), "a pinned or frozen meeting was moved");
                return self.put(meeting, who, slot);
            }
            Action::AcceptMove { slot } => {
                let taken = |who: usize| {
                    let mut all = self.calendars[who].events.values();
                    all.any(|event| self.takes(meeting, who, event, *slot))
                };
                assert!(!people.into_iter().any(taken), "double-booked");
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
                assert!(event.uid.as_ref().is_none_or(|uid| !ours(uid)), "declined a 1on1");
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
        true
    }

    /// Writes our event, and says whether it could. Nobody who is seen may be taken then.
    fn put(&mut self, meeting: usize, who: usize, slot: Slot) -> bool {
        let held = &self.meetings[meeting];
        assert!(self.calendars[who].connected, "wrote into a calendar that does not answer");
        assert!(self.writes(meeting, who), "wrote a guest's copy");
        let (people, shared) = (held.people, held.shared);
        let touched = people.into_iter().filter(|&person| person == who || shared);
        let seen = touched.filter(|&person| self.calendars[person].connected);
        for person in seen.collect::<Vec<_>>() {
            let there = |it: &&Event| it.blocks() && it.slot.overlaps(slot);
            let mut events = self.calendars[person].events.values().filter(there);
            if events.any(|it| self.leaves(meeting, person, it)) {
                return false;
            }
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
        true
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
