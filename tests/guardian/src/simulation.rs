//! Months of a company in which people do to their calendars what people do.
//!
//! Time is virtual and chance is seeded. Between two steps some
//! people move, decline, delete or open up their 1on1s, others' meetings take the time of 1on1s,
//! someone goes on leave, and Google fails now and then. What must hold afterwards is told by
//! [`Simulation::problems`].

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::Value;
use taiwa_database::platform::JobKind;
use taiwa_domain::{
    calendar::guardian::SlotState,
    id::PersonId,
    meeting::{MeetingStatus, Slot},
};
use taiwa_google_calendar::Limits;
use taiwa_google_standin::{Fault, Trouble};

use crate::{Engine, World, email};

/// How much of what happens.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Employees.
    pub people: usize,
    /// Weeks that pass.
    pub weeks: i64,
    /// Reports of a manager.
    pub width: usize,
    /// Doings a person and week, in thousandths.
    pub doings: u64,
    /// Failing calls, in thousandths.
    pub faults: u32,
    /// Of chance.
    pub seed: u64,
    /// Workers that share what follows; with one alone the same seed is the same quarter.
    pub workers: usize,
}

/// A quarter in the small: as much as compiled for debugging ends within minutes.
impl Default for Plan {
    fn default() -> Self {
        Self { people: 500, weeks: 13, width: 8, doings: 150, faults: 10, seed: 1, workers: 1 }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    /// Meetings that were due.
    pub meetings: usize,
    /// They stand where the plan put them.
    pub kept: usize,
    /// They stand elsewhere.
    pub moved: usize,
    /// Of them, because a human set their time.
    pub pinned: usize,
    /// Of them, because the guardian found another time.
    pub guarded: usize,
    /// They were given up.
    pub skipped: usize,
    /// They wait for a word of their two people.
    pub asked: usize,
    /// An event took their time at some moment.
    pub displaced: usize,
    /// What people and chance did.
    pub doings: usize,
    /// Calls to Google.
    pub calls: u64,
    /// Of them, refused for a quota.
    pub over_quota: u64,
}

/// A company while it happens.
pub struct Simulation {
    /// The company.
    pub world: World,
    /// How long its workers took to place what was planned, as Google's quotas let them.
    pub placing: TimeDelta,
    plan: Plan,
    numbers: Vec<String>,
    people: HashMap<String, PersonId>,
    first: BTreeMap<taiwa_domain::id::MeetingId, Slot>,
    random: u64,
    doings: usize,
}

impl Simulation {
    /// A company whose 1on1s were planned and placed.
    pub async fn new(engine: Engine, plan: Plan) -> Self {
        let mut world = World::with(engine, Limits::default()).await;
        world.lanes = plan.workers;
        let numbers: Vec<String> = (0..plan.people).map(|n| format!("P{n:05}")).collect();
        let rows: Vec<(String, String)> = (0..plan.people)
            .map(|n| {
                let manager = n.checked_sub(1).map(|it| numbers[it / plan.width].clone());
                (numbers[n].clone(), manager.unwrap_or_default())
            })
            .collect();
        for number in &numbers {
            world.google.hand().person(&email(number), Tz::Asia__Tokyo);
        }
        world.google.hand().person("outside@elsewhere.example", Tz::Asia__Tokyo);
        world.import(&rows).await;
        let mut it = Self {
            world,
            placing: TimeDelta::zero(),
            plan,
            numbers,
            people: HashMap::new(),
            first: BTreeMap::new(),
            random: plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            doings: 0,
        };
        it.world.connect_all().await;
        it.rest().await;
        let begun = it.world.now();
        it.world.plan().await;
        it.placing = it.world.now() - begun;
        it.rest().await;
        for number in it.numbers.clone() {
            let id = it.world.person(&number).await;
            it.people.insert(number, id);
        }
        for slots in it.world.meetings().await {
            if let Some(slot) = slots.meeting.slot {
                it.first.insert(slots.meeting.id, slot);
            }
        }
        it
    }

    /// A number below `limit`.
    fn draw(&mut self, limit: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) % limit.max(1)
    }

    /// Lets all that follows from what happened come to its end, minute by minute, as quotas and
    /// retries let it.
    async fn rest(&self) {
        for _ in 0..240 {
            self.world.deliver().await;
            self.world.settle().await;
            let system = self.world.app.database.system();
            // Reminders and sweeps always come again.
            let others = [JobKind::SendReminders, JobKind::DeliverNotices, JobKind::ForgetChanges];
            let due = system.next_due(&others).await.expect("jobs");
            // What is due later than that is the ordinary polling.
            if due.is_none_or(|due| due > self.world.now() + TimeDelta::minutes(15)) {
                return;
            }
            self.world.forward(TimeDelta::minutes(1));
        }
    }

    /// Lets the weeks pass; `reached` hears how far they have come.
    pub async fn run(&mut self, mut reached: impl FnMut(DateTime<Utc>)) {
        let end = self.world.now() + TimeDelta::weeks(self.plan.weeks);
        while self.world.now() < end {
            let hours = 24 + self.draw(190) as i64;
            self.world.forward(TimeDelta::hours(hours));
            self.happen(hours).await;
            if self.plan.faults > 0 {
                let trouble = match self.draw(3) {
                    0 => Trouble::Cut,
                    1 => Trouble::CutAfter,
                    _ => Trouble::Status(503, "backendError", None),
                };
                let times = self.plan.faults * self.plan.people as u32 / 1_000;
                self.world.google.fault(Fault { user: None, kind: None, times, trouble });
            }
            self.rest().await;
            reached(self.world.now());
        }
        self.world.google.heal();
        // Whatever was put off comes to its end.
        for _ in 0..3 {
            self.world.forward(TimeDelta::minutes(61));
            self.rest().await;
        }
    }

    /// What people do in some hours.
    async fn happen(&mut self, hours: i64) {
        let expected = self.plan.doings * self.plan.people as u64 * hours as u64 / (168 * 1_000);
        for _ in 0..expected {
            let n = self.draw(self.numbers.len() as u64) as usize;
            let number = self.numbers[n].clone();
            let soon = self.world.now() + TimeDelta::weeks(3);
            let coming: Vec<_> = self
                .world
                .ours(&number)
                .into_iter()
                .filter(|it| it.slot.starts_at > self.world.now() && it.slot.starts_at < soon)
                .collect();
            if coming.is_empty() {
                continue;
            }
            let at = self.draw(coming.len() as u64) as usize;
            let (slot, id) = (coming[at].slot, coming[at].id.clone());
            self.doings += 1;
            self.one(&number, slot, &id);
        }
        if self.draw(3) == 0 {
            self.leave().await;
        }
    }

    fn one(&mut self, number: &str, slot: Slot, id: &str) {
        let mine = email(number);
        let kind = self.draw(10);
        let (half, length) = (TimeDelta::minutes(30), slot.ends_at - slot.starts_at);
        let organizes = self.world.google.hand().events(&mine).iter().any(|event| {
            event["id"] == id && event["organizer"]["email"] == Value::String(mine.clone())
        });
        match kind {
            // Other meetings take the time.
            0..=3 => {
                let guests = self.draw(9);
                let google = self.world.google.clone();
                let hand = google.hand();
                let event = hand.invite(
                    "outside@elsewhere.example",
                    &[&mine],
                    slot.starts_at - half * self.draw(2) as i32,
                    slot.ends_at + half * guests.min(2) as i32,
                );
                let answer = ["accepted", "tentative", "needsAction", "declined"];
                let answer = answer[self.draw(4) as usize];
                google.hand().answer(&mine, &event, answer);
            }
            4 | 5 if organizes => {
                let by = half * (self.draw(16) as i32 - 8);
                let starts_at = slot.starts_at + by;
                self.world.google.hand().move_to(&mine, id, starts_at, starts_at + length);
            }
            6 if organizes => self.world.google.hand().delete(&mine, id),
            7 if organizes => self.world.google.hand().free(&mine, id),
            4..=7 => self.world.google.hand().answer(&mine, id, "declined"),
            _ => {
                // A block of one's own, anywhere in the coming weeks.
                let starts_at = slot.starts_at + half * (self.draw(200) as i32 - 100);
                if starts_at > self.world.now() {
                    self.world.google.hand().busy(&mine, starts_at, starts_at + half * 2);
                }
            }
        }
    }

    /// Someone is away for some days.
    async fn leave(&mut self) {
        let n = self.draw(self.numbers.len() as u64) as usize;
        let from = self.world.today() + TimeDelta::days(self.draw(14) as i64);
        let until = from + TimeDelta::days(self.draw(9) as i64);
        let number = &self.numbers[n];
        let file =
            format!("number,name,leave from,leave to\n{number},Given {number},{from},{until}\n");
        self.doings += 1;
        self.world.import_file(file.into_bytes()).await;
    }

    /// What does not hold, in words; empty when all is well.
    pub async fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let now = self.world.now();
        let meetings = self.world.meetings().await;
        let mut days: HashMap<PersonId, Vec<Slot>> = HashMap::new();
        let mut shown: HashMap<PersonId, Vec<(Slot, String, bool)>> = HashMap::new();
        for (number, id) in &self.people {
            shown.insert(*id, shown_to(&self.world, number));
        }
        for it in &meetings {
            let Some(slot) = it.meeting.slot else {
                if it.meeting.skip_reason.is_none() {
                    found.push(format!("{} was given up without a reason", it.meeting.id));
                }
                continue;
            };
            for block in &it.blocks {
                days.entry(block.person).or_default().push(slot);
            }
            if slot.starts_at <= now || it.meeting.status == MeetingStatus::Held {
                continue;
            }
            let Some(row) = &it.row else {
                found.push(format!("{} is not guarded", it.meeting.id));
                continue;
            };
            if row.pending.is_some() {
                found.push(format!("{} waits for something: {row:?}", it.meeting.id));
            }
            match row.state {
                SlotState::AwaitingPeople => {}
                SlotState::Protected => {
                    for block in &it.blocks {
                        let events = &shown[&block.person];
                        let stands = events
                            .iter()
                            .any(|(at, uid, busy)| *at == slot && *uid == block.uid.0 && *busy);
                        let taken = events.iter().any(|(at, uid, busy)| {
                            *busy && *uid != block.uid.0 && at.overlaps(slot)
                        });
                        if !stands || taken {
                            found.push(format!(
                                "{} is protected at {slot:?}: stands {stands}, taken {taken}, \
                                 {events:?} {row:?}",
                                it.meeting.id
                            ));
                        }
                    }
                }
                state => found.push(format!("{} is {state:?}: {row:?}", it.meeting.id)),
            }
        }
        for (person, mut slots) in days {
            slots.sort();
            for two in slots.windows(2) {
                if two[0].overlaps(two[1]) {
                    found.push(format!("{person} is in two places: {two:?}"));
                }
            }
        }
        if self.world.google.over_quota() > 0 {
            found.push(format!("{} calls were over a quota", self.world.google.over_quota()));
        }
        found
    }

    /// What came of it.
    pub async fn report(&self) -> Report {
        let mut report = Report {
            doings: self.doings,
            calls: self.world.google.total(),
            over_quota: self.world.google.over_quota(),
            ..Report::default()
        };
        for it in self.world.meetings().await {
            report.meetings += 1;
            let row = it.row.as_ref();
            report.displaced += usize::from(row.is_some_and(|row| row.displaced.is_some()));
            match it.meeting.slot {
                None => report.skipped += 1,
                Some(_) if row.is_some_and(|row| row.state == SlotState::AwaitingPeople) => {
                    report.asked += 1;
                }
                // What was planned later has stood nowhere else.
                Some(slot) if self.first.get(&it.meeting.id).is_none_or(|it| *it == slot) => {
                    report.kept += 1;
                }
                Some(_) => {
                    report.moved += 1;
                    report.pinned += usize::from(it.meeting.pinned);
                    let guarded = row.is_some_and(|row| row.displaced.is_some());
                    report.guarded += usize::from(guarded && !it.meeting.pinned);
                }
            }
        }
        report
    }
}

/// What a person's calendar shows: when, under which id, and whether it blocks.
fn shown_to(world: &World, number: &str) -> Vec<(Slot, String, bool)> {
    let mine = email(number);
    let instant = |event: &Value, side: &str| -> Option<DateTime<Utc>> {
        let text = event[side]["dateTime"].as_str()?;
        DateTime::parse_from_rfc3339(text).ok().map(|it| it.to_utc())
    };
    let events = world.google.hand().events(&mine);
    events
        .iter()
        .filter_map(|event| {
            let slot =
                Slot { starts_at: instant(event, "start")?, ends_at: instant(event, "end")? };
            let answer = event["attendees"]
                .as_array()
                .and_then(|all| all.iter().find(|it| it["email"] == Value::String(mine.clone())))
                .and_then(|it| it["responseStatus"].as_str());
            let organizes = event["organizer"]["email"] == Value::String(mine.clone());
            let ours = event["id"].as_str().is_some_and(|id| id.len() == 64);
            let coming = match answer {
                Some("declined") => false,
                // Our own invitations stand from the moment they are sent.
                Some("needsAction") => ours || organizes,
                _ => true,
            };
            let busy =
                coming && event["status"] != "cancelled" && event["transparency"] != "transparent";
            Some((slot, event["id"].as_str()?.to_owned(), busy))
        })
        .collect()
}
