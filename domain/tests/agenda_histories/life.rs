//! Two managers and a report, what happens to them, and what somebody who only listened expects.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use taiwa_domain::{
    content::Sealed,
    id::{IdSource, MeetingId, PairId, PersonId},
    meeting::{
        Meeting, MeetingStatus, Slot,
        agenda::{
            ActionItem, ActionState, AgendaItem, CarryOver, HopedResponse, ItemState,
            standing::{Occasion, is_coming, next_of_pairs},
        },
    },
    pair::{Pair, PairKind},
};
use uuid::Uuid;

#[derive(Default)]
struct Counter(AtomicU64);

impl IdSource for Counter {
    fn next(&self) -> Uuid {
        Uuid::from_u128(1_000 + u128::from(self.0.fetch_add(1, Ordering::Relaxed)))
    }
}

pub(crate) const REPORT: PersonId = PersonId(Uuid::from_u128(1));
pub(crate) const MANAGERS: [PersonId; 2] =
    [PersonId(Uuid::from_u128(2)), PersonId(Uuid::from_u128(3))];

#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    Add,
    AddDraft,
    Share,
    Edit,
    Discuss,
    Reopen,
    Withdraw,
    AddAction,
    Complete,
    Drop,
    ReopenAction,
    Plan,
    Move,
    Skip,
    EndSeries,
    Hold,
    TimePasses,
    ChangeManager,
    CarryOver,
}

pub(crate) const OPS: [Op; 19] = [
    Op::Add,
    Op::AddDraft,
    Op::Share,
    Op::Edit,
    Op::Discuss,
    Op::Reopen,
    Op::Withdraw,
    Op::AddAction,
    Op::Complete,
    Op::Drop,
    Op::ReopenAction,
    Op::Plan,
    Op::Move,
    Op::Skip,
    Op::EndSeries,
    Op::Hold,
    Op::TimePasses,
    Op::ChangeManager,
    Op::CarryOver,
];

/// What somebody who only listened would say: by its label, in which pair it is open, and for whom
/// alone if it is a draft.
#[derive(Default)]
struct Heard {
    points: BTreeMap<String, (PairId, Option<PersonId>)>,
    todos: BTreeMap<String, PairId>,
    discussed: BTreeMap<String, MeetingId>,
}

pub(crate) struct Life {
    ids: Counter,
    pub(crate) now: DateTime<Utc>,
    pub(crate) pairs: [Pair; 2],
    active: usize,
    pub(crate) items: Vec<AgendaItem>,
    pub(crate) actions: Vec<ActionItem>,
    pub(crate) meetings: Vec<Meeting>,
    heard: Heard,
    labels: u64,
}

pub(crate) fn label(text: &Sealed) -> String {
    String::from_utf8(text.0.clone()).unwrap().split('/').next().unwrap().to_owned()
}

impl Life {
    pub(crate) fn new() -> Self {
        let pair = |n: usize| Pair {
            id: PairId(Uuid::from_u128(10 + n as u128)),
            kind: PairKind::Manager,
            organizer: MANAGERS[n],
            partner: REPORT,
        };
        Self {
            ids: Counter::default(),
            now: "2026-11-23T09:00:00Z".parse().unwrap(),
            pairs: [pair(0), pair(1)],
            active: 0,
            items: Vec::new(),
            actions: Vec::new(),
            meetings: Vec::new(),
            heard: Heard::default(),
            labels: 0,
        }
    }

    fn pair(&self) -> Pair {
        self.pairs[self.active]
    }

    fn fresh(&mut self) -> String {
        self.labels += 1;
        format!("n{}", self.labels)
    }

    fn someone(&self, b: usize) -> PersonId {
        if b.is_multiple_of(2) { REPORT } else { self.pair().organizer }
    }

    fn add(&mut self, by: PersonId, draft: bool) {
        let text = self.fresh();
        let pair = self.pair().id;
        let position = self.items.iter().map(|it| it.position).max().unwrap_or(0) + 1;
        self.heard.points.insert(text.clone(), (pair, draft.then_some(by)));
        self.items.push(AgendaItem {
            id: self.ids.next().into(),
            pair,
            author: by,
            position,
            hoped: HopedResponse::Advice,
            text: Sealed(text.into_bytes()),
            shared_at: (!draft).then_some(self.now),
            state: ItemState::Open,
            carried_from: None,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        });
    }

    fn add_action(&mut self, owner: PersonId) {
        let text = self.fresh();
        let pair = self.pair().id;
        self.heard.todos.insert(text.clone(), pair);
        self.actions.push(ActionItem {
            id: self.ids.next().into(),
            pair,
            owner,
            author: REPORT,
            text: Sealed(text.into_bytes()),
            due_on: None,
            state: ActionState::Open,
            closed_at: None,
            item: None,
            meeting: None,
            carried_from: None,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        });
    }

    fn item(&mut self, a: usize, op: Op, b: usize) {
        if self.items.is_empty() {
            return;
        }
        let place = a % self.items.len();
        let meeting = match self.meetings.is_empty() || b.is_multiple_of(3) {
            true => None,
            false => Some(self.meetings[b % self.meetings.len()].clone()),
        };
        let (by, now) = (self.someone(b), self.now);
        let it = &mut self.items[place];
        let (text, author) = (label(&it.text), it.author);
        let here = (it.pair, None);
        match op {
            Op::Share => {
                let sealed = it.text.clone();
                if it.share(by, sealed, now).is_ok() {
                    assert_eq!(by, author);
                    self.heard.points.insert(text, here);
                }
            }
            Op::Edit => {
                let seen = it.version;
                let changed = Sealed(format!("{text}/{b}").into_bytes());
                assert!(it.edit(by, seen + 1, Some(changed.clone()), None, now).is_err());
                let _ = it.edit(by, seen, Some(changed), None, now);
            }
            Op::Discuss => {
                let open = it.is_open();
                if it.discuss(meeting.as_ref(), now).is_ok() && open {
                    self.heard.points.remove(&text);
                    if let Some(meeting) = meeting {
                        self.heard.discussed.insert(text, meeting.id);
                    }
                }
            }
            Op::Reopen => {
                if it.reopen(now).is_ok() {
                    self.heard.points.insert(text.clone(), here);
                    self.heard.discussed.remove(&text);
                }
            }
            _ => {
                if it.withdraw(by, now).is_ok() {
                    assert_eq!(by, author);
                    self.heard.points.remove(&text);
                }
            }
        }
    }

    fn action(&mut self, a: usize, state: ActionState) {
        if self.actions.is_empty() {
            return;
        }
        let place = a % self.actions.len();
        let it = &mut self.actions[place];
        let (text, pair) = (label(&it.text), it.pair);
        if it.become_state(state, self.now).is_ok() {
            match state {
                ActionState::Open => self.heard.todos.insert(text, pair),
                _ => self.heard.todos.remove(&text),
            };
        }
    }

    fn slot(&self, days: usize) -> Slot {
        let starts_at = self.now + TimeDelta::days(days as i64 % 30) + TimeDelta::hours(1);
        Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) }
    }

    fn plan(&mut self, b: usize) {
        let slot = self.slot(b);
        let day = slot.starts_at.date_naive();
        self.meetings.push(Meeting {
            id: self.ids.next().into(),
            pair: self.pair().id,
            due_week: day - TimeDelta::days(day.weekday().num_days_from_monday().into()),
            slot: Some(slot),
            minutes: 30,
            buffer_minutes: 0,
            status: MeetingStatus::Scheduled,
            skip_reason: None,
            pinned: false,
            cost: 0,
            plan: None,
            version: 1,
        });
    }

    fn skip_all(&mut self, pair: PairId) {
        for it in self.meetings.iter_mut().filter(|it| it.pair == pair && is_coming(it, self.now)) {
            (it.status, it.slot) = (MeetingStatus::Skipped, None);
        }
    }

    fn meeting(&mut self, a: usize, b: usize, op: Op) {
        if self.meetings.is_empty() {
            return;
        }
        let place = a % self.meetings.len();
        let (slot, now) = (self.slot(b), self.now);
        let it = &mut self.meetings[place];
        match op {
            Op::Move if is_coming(it, now) => it.slot = Some(slot),
            // Whoever skips takes the time away; what stands must not depend on it.
            Op::Skip if is_coming(it, now) => {
                it.status = MeetingStatus::Skipped;
                it.slot = it.slot.filter(|_| b.is_multiple_of(2));
            }
            Op::Hold if it.slot.is_some_and(|slot| slot.starts_at <= now) => {
                it.status = MeetingStatus::Held;
            }
            _ => {}
        }
    }

    fn carry(&mut self, b: usize) {
        let (from, to) = (self.pairs[1 - self.active], self.pair());
        let carry = CarryOver { from: &from, still_meets: false, to: &to, by: REPORT };
        let items: Vec<AgendaItem> = self
            .items
            .iter()
            .filter(|it| it.pair == from.id && (b.is_multiple_of(2) || it.author == REPORT))
            .filter(|it| b.is_multiple_of(2) || it.is_open() && !it.is_draft())
            .cloned()
            .collect();
        let actions: Vec<ActionItem> = self
            .actions
            .iter()
            .filter(|it| it.pair == from.id && it.owner == REPORT && it.is_open())
            .cloned()
            .collect();
        if carry.check(&items, &actions).is_err() {
            return;
        }
        for (n, it) in items.iter().enumerate() {
            let [closed, open] = carry.item(&self.ids, it, 10_000 + n as i64, self.now);
            self.heard.points.insert(label(&open.text), (to.id, None));
            let id = closed.id;
            *self.items.iter_mut().find(|it| it.id == id).unwrap() = closed;
            self.items.push(open);
        }
        for it in &actions {
            let [closed, open] = carry.action(&self.ids, it, self.now);
            self.heard.todos.insert(label(&open.text), to.id);
            let id = closed.id;
            *self.actions.iter_mut().find(|it| it.id == id).unwrap() = closed;
            self.actions.push(open);
        }
        assert!(
            items.is_empty() && actions.is_empty() || {
                let again = carry.check(&self.items[..0], &self.actions[..0]);
                let gone: Vec<AgendaItem> = items
                    .iter()
                    .map(|it| self.items.iter().find(|now| now.id == it.id).unwrap().clone())
                    .collect();
                again.is_ok() && (gone.is_empty() || carry.check(&gone, &[]).is_err())
            },
            "what was carried over is carried over again"
        );
    }

    pub(crate) fn step(&mut self, op: Op, a: usize, b: usize) {
        match op {
            Op::Add => self.add(self.someone(b), false),
            Op::AddDraft => self.add(self.someone(b), true),
            Op::Share | Op::Edit | Op::Discuss | Op::Reopen | Op::Withdraw => self.item(a, op, b),
            Op::AddAction => self.add_action(self.someone(b)),
            Op::Complete => self.action(a, ActionState::Done),
            Op::Drop => self.action(a, ActionState::Dropped),
            Op::ReopenAction => self.action(a, ActionState::Open),
            Op::Plan => self.plan(b),
            Op::Move | Op::Skip | Op::Hold => self.meeting(a, b, op),
            Op::EndSeries => self.skip_all(self.pair().id),
            Op::TimePasses => self.now += TimeDelta::hours(b as i64 % 200 + 1),
            Op::ChangeManager => {
                self.skip_all(self.pair().id);
                self.active = 1 - self.active;
            }
            Op::CarryOver => self.carry(b),
        }
    }

    /// Compares what stands where with what somebody heard.
    pub(crate) fn check(&self) {
        let mut open: Vec<&AgendaItem> = self.items.iter().filter(|it| it.is_open()).collect();
        open.sort_by_key(|it| label(&it.text));
        let stands: Vec<(String, PairId)> =
            open.iter().map(|it| (label(&it.text), it.pair)).collect();
        let heard: Vec<(String, PairId)> =
            self.heard.points.iter().map(|(text, (pair, _))| (text.clone(), *pair)).collect();
        assert_eq!(stands, heard, "lost or doubled");
        let mut todos: Vec<(String, PairId)> = self
            .actions
            .iter()
            .filter(|it| it.is_open())
            .map(|it| (label(&it.text), it.pair))
            .collect();
        todos.sort();
        let heard: Vec<(String, PairId)> =
            self.heard.todos.iter().map(|(text, pair)| (text.clone(), *pair)).collect();
        assert_eq!(todos, heard, "lost or doubled");

        let next = next_of_pairs(&self.meetings, self.now);
        for pair in &self.pairs {
            let coming =
                self.meetings.iter().filter(|it| it.pair == pair.id && is_coming(it, self.now));
            assert_eq!(
                coming.clone().count() > 0,
                coming.clone().filter(|it| next.contains(&it.id)).count() == 1,
                "a pair that has meetings to come has one next meeting"
            );
            for reader in [pair.organizer, pair.partner] {
                let heard: BTreeSet<String> = self
                    .heard
                    .points
                    .iter()
                    .filter(|(_, (of, only))| *of == pair.id && only.is_none_or(|it| it == reader))
                    .map(|(text, _)| text.clone())
                    .collect();
                for meeting in coming.clone() {
                    self.stands_once(meeting, next.contains(&meeting.id), reader, &heard);
                }
            }
        }
        for meeting in self.meetings.iter().filter(|it| it.status == MeetingStatus::Skipped) {
            let occasion = Occasion { meeting, next: next.contains(&meeting.id), now: self.now };
            let open = |reader| occasion.agenda(&self.items, reader).iter().any(|it| it.is_open());
            assert!(!MANAGERS.into_iter().chain([REPORT]).any(open), "in one that was skipped");
            assert!(!occasion.actions(&self.actions).iter().any(|it| it.is_open()), "likewise");
        }
        for (text, id) in &self.heard.discussed {
            let meeting = self.meetings.iter().find(|it| it.id == *id).unwrap();
            let next = next.contains(id);
            let agenda = Occasion { meeting, next, now: self.now }.agenda(&self.items, REPORT);
            assert!(
                agenda.iter().any(|it| label(&it.text) == *text),
                "{text} was discussed in {id}"
            );
        }
    }

    fn stands_once(
        &self,
        meeting: &Meeting,
        next: bool,
        reader: PersonId,
        heard: &BTreeSet<String>,
    ) {
        let occasion = Occasion { meeting, next, now: self.now };
        let agenda = occasion.agenda(&self.items, reader);
        let open: Vec<String> =
            agenda.iter().filter(|it| it.is_open()).map(|it| label(&it.text)).collect();
        let once: BTreeSet<String> = open.iter().cloned().collect();
        assert_eq!(once.len(), open.len(), "twice in one meeting");
        let todos: BTreeSet<String> = occasion
            .actions(&self.actions)
            .iter()
            .filter(|it| it.is_open())
            .map(|it| label(&it.text))
            .collect();
        if next {
            assert_eq!(&once, heard, "the next meeting has all that is open");
            let expected: BTreeSet<String> = self
                .heard
                .todos
                .iter()
                .filter(|(_, pair)| **pair == meeting.pair)
                .map(|(text, _)| text.clone())
                .collect();
            assert_eq!(todos, expected, "the next meeting has all open actions");
        } else {
            assert!(once.is_empty() && todos.is_empty(), "it stands in the next one only");
        }
    }
}
