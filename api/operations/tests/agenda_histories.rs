//! Random histories of two managers and a report on a real database, through the operations:
//! whatever happens to meetings and pairs, nothing open is ever lost or doubled. The same claim is
//! made of the rules alone, with far more histories, in the domain's tests.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use taiwa_domain::{
    id::{ActionItemId, AgendaItemId, MeetingId, OrganizationId, PairId},
    meeting::{
        Meeting, MeetingStatus, Slot,
        agenda::{ActionState, HopedResponse},
    },
    notice::Nowhere,
    organization::Period,
    pair::{Pair, PairKind},
};
use taiwa_operations::{
    Actor, App, Failure,
    meeting::agenda::{actions, carry, comments, items, read},
};

use support::{Engine, Hand, House};

const NOON: &str = "2026-11-23T03:00:00Z";

const COMPANY: &str = "number,name,email,department,manager number,joined\n\
    Z,Given Z,z@example.com,Top,,2020-04-01\n\
    M1,Given M1,m1@example.com,Top,Z,2020-04-01\n\
    M2,Given M2,m2@example.com,Top,Z,2020-04-01\n\
    R,Given R,r@example.com,Top,M1,2020-04-01\n";

/// What somebody who only listened would say of what is open: in which pair, and for whom alone.
#[derive(Default)]
struct Heard {
    points: BTreeMap<String, (PairId, Option<usize>)>,
    todos: BTreeMap<String, PairId>,
}

struct Life {
    app: App,
    hand: std::sync::Arc<Hand>,
    organization: OrganizationId,
    /// The report, and the two managers.
    people: [Actor; 3],
    pairs: [PairId; 2],
    active: usize,
    items: Vec<(AgendaItemId, String, usize)>,
    actions: Vec<(ActionItemId, String, usize)>,
    meetings: Vec<Meeting>,
    heard: Heard,
    _folder: tempfile::TempDir,
}

impl Life {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = Engine::Sqlite.database(&folder);
        let house = House::new(&url, NOON, Nowhere, COMPANY.to_owned()).await;
        let mut people = Vec::new();
        for number in ["R", "M1", "M2"] {
            let actor = house.actor(number).await;
            // Each read of the test is of its own moment.
            actor.release().await;
            people.push(actor);
        }
        let House { app, hand, organization } = house;
        let people: [Actor; 3] = people.try_into().unwrap();
        let transaction = app.database.transaction(organization).await.unwrap();
        let first = transaction
            .all_pairs()
            .await
            .unwrap()
            .into_iter()
            .find(|it| it.kind == PairKind::Manager && it.partner == people[0].caller.person);
        let second = Pair {
            id: app.id(),
            kind: PairKind::Manager,
            organizer: people[2].caller.person,
            partner: people[0].caller.person,
        };
        transaction.add_pairs(&[second], app.now()).await.unwrap();
        transaction.commit().await.unwrap();
        Self {
            pairs: [first.unwrap().id, second.id],
            app,
            hand,
            organization,
            people,
            active: 0,
            items: Vec::new(),
            actions: Vec::new(),
            meetings: Vec::new(),
            heard: Heard::default(),
            _folder: folder,
        }
    }

    fn pair(&self) -> PairId {
        self.pairs[self.active]
    }

    /// The report, or the manager of a pair.
    fn one_of(&self, pair: usize, b: usize) -> usize {
        if b.is_multiple_of(2) { 0 } else { 1 + pair }
    }

    async fn add(&mut self, b: usize, draft: bool) {
        let by = self.one_of(self.active, b);
        let text = format!("n{}", self.items.len() + self.actions.len());
        let new = items::NewItem {
            pair: self.pair(),
            text: text.clone(),
            hoped: HopedResponse::JustListen,
            draft,
        };
        let done = items::add(&self.app, &self.people[by], None, new).await.unwrap();
        self.items.push((done.subject.into(), text.clone(), self.active));
        self.heard.points.insert(text, (self.pair(), draft.then_some(by)));
    }

    async fn add_action(&mut self, b: usize) {
        let (by, owner) = (self.one_of(self.active, b), self.one_of(self.active, b / 2));
        let text = format!("n{}", self.items.len() + self.actions.len());
        let new = actions::NewAction {
            pair: self.pair(),
            owner: self.people[owner].caller.person,
            text: text.clone(),
            due_on: None,
            item: None,
            meeting: None,
        };
        let done = actions::add(&self.app, &self.people[by], None, new).await.unwrap();
        self.actions.push((done.subject.into(), text.clone(), self.active));
        self.heard.todos.insert(text, self.pair());
    }

    async fn item(&mut self, op: u8, a: usize, b: usize) {
        let Some((id, text, pair)) = self.items.get(a % self.items.len().max(1)).cloned() else {
            return;
        };
        let (app, by) = (&self.app, self.one_of(pair, b));
        let actor = &self.people[by];
        let meeting = self.meetings.get(b % 7).map(|it| it.id);
        let here = (self.pairs[pair], None);
        match op {
            0 => {
                if expected(items::share(app, actor, None, id).await) {
                    self.heard.points.insert(text, here);
                }
            }
            1 => {
                let open = self.heard.points.contains_key(&text);
                if expected(items::discuss(app, actor, None, id, meeting).await) && open {
                    self.heard.points.remove(&text);
                }
            }
            2 => {
                if expected(items::reopen(app, actor, None, id).await) {
                    self.heard.points.insert(text, here);
                }
            }
            3 => {
                if expected(items::withdraw(app, actor, None, id).await) {
                    self.heard.points.remove(&text);
                }
            }
            4 => {
                let after = self.items.get(b % self.items.len()).map(|it| it.0);
                expected(items::put(app, actor, None, id, after.filter(|_| b > 9)).await);
            }
            _ => {
                expected(comments::add(app, actor, None, id, "a comment").await);
            }
        }
    }

    async fn action(&mut self, state: ActionState, a: usize, b: usize) {
        let found = self.actions.get(a % self.actions.len().max(1)).cloned();
        let Some((id, text, pair)) = found else { return };
        let actor = &self.people[self.one_of(pair, b)];
        if expected(actions::set_state(&self.app, actor, None, id, state).await) {
            match state {
                ActionState::Open => self.heard.todos.insert(text, self.pairs[pair]),
                _ => self.heard.todos.remove(&text),
            };
        }
    }

    /// Plans, moves or skips a meeting as the planner writes them.
    async fn meeting(&mut self, op: u8, a: usize, b: usize) {
        let starts_at = self.app.now() + TimeDelta::days((b % 40) as i64) + TimeDelta::hours(1);
        let slot = Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) };
        let week = |n: usize| monday() + TimeDelta::weeks(n as i64);
        if op == 0 {
            self.meetings.push(Meeting {
                id: self.app.id(),
                pair: self.pair(),
                due_week: week(self.meetings.len()),
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
        } else if let Some(it) = self.meetings.get_mut(a % 5) {
            match op {
                // What was skipped has no time, and gets none.
                1 if it.slot.is_some() => it.slot = Some(slot),
                1 => {}
                _ => (it.slot, it.status) = (None, MeetingStatus::Skipped),
            }
        }
        let transaction = self.app.database.transaction(self.organization).await.unwrap();
        transaction.put_meetings(&self.meetings, self.app.now()).await.unwrap();
        transaction.commit().await.unwrap();
    }

    async fn change_manager(&mut self) {
        let transaction = self.app.database.transaction(self.organization).await.unwrap();
        let today = self.people[0].today;
        let standing = transaction.episodes(Period::since(today), Some(&self.pairs)).await.unwrap();
        let ids: Vec<_> = standing.iter().map(|it| it.id).collect();
        transaction.remove_episodes(&ids).await.unwrap();
        self.active = 1 - self.active;
        let episode = (self.app.id(), self.pair(), Period::since(today));
        transaction.add_episodes(&[episode]).await.unwrap();
        transaction.commit().await.unwrap();
    }

    async fn carry(&mut self) {
        let (from, to) = (1 - self.active, self.active);
        let me = &self.people[0];
        let open = read::open_of_pairs(&self.app, me, &[self.pairs[from]]).await.unwrap();
        let mine: Vec<_> = open[&self.pairs[from]]
            .iter()
            .filter(|it| it.it.author == me.caller.person && !it.it.is_draft())
            .map(|it| (it.it.id, it.text.clone().unwrap()))
            .collect();
        let tasks: Vec<_> = self
            .actions
            .iter()
            .filter(|(_, text, pair)| *pair == from && self.heard.todos.contains_key(text))
            .map(|(id, text, _)| (*id, text.clone()))
            .collect();
        let ids: Vec<ActionItemId> = tasks.iter().map(|(id, _)| *id).collect();
        let owned = read::actions(&self.app, me, &ids).await.unwrap();
        let tasks: Vec<_> = tasks
            .into_iter()
            .filter(|(id, _)| {
                owned.iter().any(|it| it.it.id == *id && it.it.owner == me.caller.person)
            })
            .collect();
        let luggage = carry::Luggage {
            from: self.pairs[from],
            to: self.pairs[to],
            items: mine.iter().map(|(id, _)| *id).collect(),
            actions: tasks.iter().map(|(id, _)| *id).collect(),
        };
        carry::over(&self.app, me, None, luggage.clone()).await.unwrap();
        if !mine.is_empty() || !tasks.is_empty() {
            assert!(!expected(carry::over(&self.app, me, None, luggage).await), "twice");
        }
        for (_, text) in &mine {
            self.heard.points.insert(text.clone(), (self.pairs[to], None));
        }
        for (_, text) in &tasks {
            self.heard.todos.insert(text.clone(), self.pairs[to]);
        }
        // What was carried is known by its new ids from now on.
        let open = read::open_of_pairs(&self.app, me, &[self.pairs[to]]).await.unwrap();
        for it in &open[&self.pairs[to]] {
            let text = it.text.clone().unwrap();
            if mine.iter().any(|(_, known)| *known == text) {
                let known = self.items.iter_mut().find(|known| known.1 == text).unwrap();
                *known = (it.it.id, text, to);
            }
        }
        let transaction = self.app.database.transaction(self.organization).await.unwrap();
        let all = transaction.open_action_count(self.pairs[to]).await.unwrap();
        drop(transaction);
        let page = taiwa_operations::rows::ActionPage {
            state: Some(ActionState::Open),
            after: None,
            before: None,
            limit: 300,
            backwards: false,
        };
        let there = read::actions_of_pairs(&self.app, me, &[self.pairs[to]], page).await.unwrap();
        assert_eq!(there[&self.pairs[to]].len() as u64, all);
        for it in &there[&self.pairs[to]] {
            let text = it.text.clone().unwrap();
            if tasks.iter().any(|(_, known)| *known == text) {
                let known = self.actions.iter_mut().find(|known| known.1 == text).unwrap();
                *known = (it.it.id, text, to);
            }
        }
    }

    /// Compares what both people of both pairs see with what somebody heard.
    async fn check(&self) {
        let ids: Vec<MeetingId> = self.meetings.iter().map(|it| it.id).collect();
        for (n, pair) in self.pairs.iter().enumerate() {
            for reader in [0, 1 + n] {
                let actor = &self.people[reader];
                let points: BTreeSet<&String> = self
                    .heard
                    .points
                    .iter()
                    .filter(|(_, (of, only))| of == pair && only.is_none_or(|it| it == reader))
                    .map(|(text, _)| text)
                    .collect();
                let todos: BTreeSet<&String> =
                    self.heard.todos.iter().filter(|(_, of)| *of == pair).map(|it| it.0).collect();
                let open = read::open_of_pairs(&self.app, actor, &[*pair]).await.unwrap();
                let open = &open[pair];
                let seen: BTreeSet<&String> =
                    open.iter().map(|it| it.text.as_ref().unwrap()).collect();
                assert_eq!(seen, points, "lost");
                assert_eq!(seen.len(), open.len(), "doubled");
                let places: BTreeSet<i64> = open.iter().map(|it| it.it.position).collect();
                assert_eq!(places.len(), open.len(), "two at one place");

                actor.release().await;
                let agendas = read::agendas(&self.app, actor, &ids).await.unwrap();
                let standing = read::actions_in(&self.app, actor, &ids).await.unwrap();
                let now = self.app.now();
                let mut coming: Vec<&Meeting> = self
                    .meetings
                    .iter()
                    .filter(|it| it.pair == *pair && it.slot.is_some_and(|slot| now < slot.ends_at))
                    .collect();
                coming.sort_by_key(|it| (it.slot, it.id));
                for (place, meeting) in coming.iter().enumerate() {
                    let here: BTreeSet<&String> = agendas[&meeting.id]
                        .iter()
                        .filter(|it| it.it.is_open())
                        .map(|it| it.text.as_ref().unwrap())
                        .collect();
                    let tasks: BTreeSet<&String> = standing[&meeting.id]
                        .iter()
                        .filter(|it| it.it.is_open())
                        .map(|it| it.text.as_ref().unwrap())
                        .collect();
                    let none = BTreeSet::new();
                    assert_eq!(&here, if place == 0 { &points } else { &none });
                    assert_eq!(&tasks, if place == 0 { &todos } else { &none });
                }
            }
        }
    }

    async fn step(&mut self, op: u8, a: usize, b: usize) {
        match op {
            0 | 1 => self.add(b, false).await,
            2 => self.add(b, true).await,
            3..=8 => self.item(op - 3, a, b).await,
            9 => self.add_action(b).await,
            10 => self.action(ActionState::Done, a, b).await,
            11 => self.action(ActionState::Open, a, b).await,
            12 => self.action(ActionState::Dropped, a, b).await,
            13 | 14 => self.meeting(0, a, b).await,
            15 => self.meeting(1, a, b).await,
            16 => self.meeting(2, a, b).await,
            17 => {
                self.hand.forward(TimeDelta::minutes(b as i64 * 30 + 1));
            }
            18 => self.change_manager().await,
            _ => self.carry().await,
        }
    }
}

fn monday() -> NaiveDate {
    let day = NOON.parse::<DateTime<Utc>>().unwrap().date_naive();
    day - TimeDelta::days(day.weekday().num_days_from_monday().into())
}

/// Whether it was done; refusals are expected of random requests, failures are not.
fn expected<T>(outcome: Result<T, Failure>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(failure) => {
            failure.into_user().expect("a refusal");
            false
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 32, ..ProptestConfig::default() })]

    #[test]
    fn nothing_open_is_ever_lost_or_doubled(
        steps in prop::collection::vec((0_u8..20, any::<u8>(), any::<u8>()), 20..60),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(async {
            let mut life = Life::new().await;
            for (op, a, b) in steps {
                life.step(op, a.into(), b.into()).await;
                for actor in &life.people {
                    actor.release().await;
                }
                life.check().await;
                for actor in &life.people {
                    actor.release().await;
                }
            }
        });
    }
}
