//! A company on a clock that the test moves, with mail that ends in memory.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, Days, TimeDelta, Utc};
use taiwa_database::{Database, PoolSize};
use taiwa_domain::{
    clock::Clock,
    id::{IdSource, MeetingId, OrganizationId, PairId},
    meeting::{Meeting, MeetingStatus, Slot},
    notice::{Memory, NoticeKind, Notifier, Seen, Ways},
    organization::{
        Locale, Period,
        import::{LeaveChange, Mode, Options, PersonRef, Writes},
    },
};
use taiwa_identity::{KeyRing, Tokens, Vault};
use taiwa_operations::{
    Actor, App,
    organization::{self, import},
    platform,
    rows::{NoticeRow, PersonKey},
    work,
};
use uuid::Uuid;

struct Counter(AtomicU64);

impl IdSource for Counter {
    fn next(&self) -> Uuid {
        let low = self.0.fetch_add(1, Ordering::Relaxed);
        Uuid::from_u64_pair(0x0199_0000_0000_7000, low | 0x8000_0000_0000_0000)
    }
}

/// A clock that stands until it is moved.
pub(crate) struct Hand(std::sync::Mutex<DateTime<Utc>>);

impl Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// Mail alone.
#[derive(Default)]
pub(crate) struct Post(pub(crate) Arc<Memory>);

impl Ways for Post {
    fn email(&self) -> Option<Arc<dyn Notifier>> {
        Some(self.0.clone())
    }

    fn slack(&self, _token: &secrecy::SecretString) -> Option<Arc<dyn Notifier>> {
        None
    }

    fn link(&self, to: Seen) -> String {
        format!("app:{to:?}")
    }

    fn stop(&self, token: &str) -> String {
        format!("stop:{token}")
    }
}

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// M manages R; both work Monday to Friday in Tokyo.
const COMPANY: &str = "number,name,email,department,manager number,joined\n\
    M,Given M,m@example.com,Top,,2020-04-01\n\
    R,Given R,r@example.com,Top,M,2020-04-01\n";

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) post: Arc<Memory>,
    pub(crate) organization: OrganizationId,
    pub(crate) pair: PairId,
    pub(crate) manager: Actor,
    pub(crate) report: Actor,
    hand: Arc<Hand>,
    weeks: AtomicU64,
    _folder: tempfile::TempDir,
}

fn database(engine: Engine, folder: &tempfile::TempDir) -> String {
    if engine == Engine::Sqlite {
        return format!("sqlite:{}", folder.path().join("test.sqlite").display());
    }
    let base = std::env::var("TAIWA_TEST_POSTGRES_URL")
        .expect("TAIWA_TEST_POSTGRES_URL names the PostgreSQL to test on; tests/run starts one");
    let time = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    let name = format!("taiwa_notices_{}_{time}", std::process::id());
    let create = format!("create database {name}");
    let made = Command::new("psql").args(["-X", "-q", &base, "-c", &create]).status();
    assert!(made.unwrap().success());
    let (server, _) = base.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl World {
    /// On the Monday noon of 2026-11-23 in Tokyo, a holiday.
    pub(crate) async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = database(engine, &folder);
        Database::migrate(&url).await.unwrap();
        let hand = Arc::new(Hand(std::sync::Mutex::new(at("2026-11-23T03:00:00Z"))));
        let ring = KeyRing::generate(hand.now()).unwrap();
        let post = Post::default();
        let memory = post.0.clone();
        let app = App {
            database: Database::connect(&url, PoolSize { connections: 8 }).await.unwrap(),
            tokens: Some(Arc::new(Tokens::new(&ring).unwrap())),
            ids: Arc::new(Counter(AtomicU64::new(1))),
            clock: hand.clone(),
            wake: Arc::default(),
            zones: Arc::default(),
            systems: Arc::new(taiwa_domain::calendar::NoSystems),
            vault: Some(Arc::new(Vault::new(&ring).unwrap())),
            rooms: Arc::default(),
            watchers: Arc::default(),
            ways: Arc::new(post),
        };
        let zone = chrono_tz::Asia::Tokyo;
        let made = organization::create(&app, "acme", "Acme", zone, Locale::En, 4).await;
        let organization = made.unwrap().id;
        let operator = app.operator(organization).await.unwrap();
        let file = import::File { name: None, content: COMPANY.as_bytes().to_vec() };
        let options = Options::new(Mode::Upsert, operator.today, operator.today);
        let plan = import::preview(&app, &operator, file, options).await.unwrap();
        let transaction = app.database.transaction(organization).await.unwrap();
        import::apply(&app, &operator, &transaction, &plan).await.unwrap();
        transaction.commit().await.unwrap();
        work::drain(&app, Some(organization)).await.unwrap();
        let manager = actor(&app, organization, "M").await;
        let report = actor(&app, organization, "R").await;
        let reader = app.database.reader(organization).await.unwrap();
        let pair = reader.all_pairs().await.unwrap()[0].id;
        drop(reader);
        let weeks = AtomicU64::new(0);
        Self {
            app,
            post: memory,
            organization,
            pair,
            manager,
            report,
            hand,
            weeks,
            _folder: folder,
        }
    }

    /// It is this time now, and everything that is due has been done.
    pub(crate) async fn go(&self, to: &str) {
        let to = at(to);
        assert!(to >= self.app.now(), "time goes on");
        *self.hand.0.lock().unwrap() = to;
        self.settle().await;
    }

    /// It is this time now, and nothing has been done yet.
    pub(crate) fn set(&self, to: DateTime<Utc>) {
        *self.hand.0.lock().unwrap() = to;
    }

    /// Does everything that is due now.
    pub(crate) async fn settle(&self) {
        work::drain(&self.app, Some(self.organization)).await.unwrap();
    }

    /// A quarter of an hour later, again and again until `to`.
    pub(crate) async fn live_until(&self, to: &str) {
        let to = at(to);
        while self.app.now() < to {
            let next = (self.app.now() + TimeDelta::minutes(15)).min(to);
            *self.hand.0.lock().unwrap() = next;
            self.settle().await;
        }
    }

    /// Writes a meeting of the two that begins at a time and takes half an hour.
    pub(crate) async fn meeting(&self, starts_at: &str) -> Meeting {
        let starts_at = at(starts_at);
        let week = self.weeks.fetch_add(1, Ordering::Relaxed);
        let meeting = Meeting {
            id: self.app.id::<MeetingId>(),
            pair: self.pair,
            // One a week: nothing here depends on which.
            due_week: at("2027-01-04T00:00:00Z").date_naive() + Days::new(7 * week),
            slot: Some(Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) }),
            minutes: 30,
            buffer_minutes: 0,
            status: MeetingStatus::Scheduled,
            skip_reason: None,
            pinned: false,
            cost: 0,
            plan: None,
            version: 1,
        };
        self.put(&meeting).await;
        meeting
    }

    pub(crate) async fn put(&self, meeting: &Meeting) {
        let transaction = self.app.database.transaction(self.organization).await.unwrap();
        transaction.put_meetings(std::slice::from_ref(meeting), self.app.now()).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// Gives a meeting another time.
    pub(crate) async fn move_to(&self, meeting: &Meeting, starts_at: &str) -> Meeting {
        let starts_at = at(starts_at);
        let slot = Some(Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) });
        let moved = Meeting { slot, version: meeting.version + 1, ..meeting.clone() };
        self.put(&moved).await;
        moved
    }

    /// Lets somebody go on leave, from today on.
    pub(crate) async fn leave(&self, who: &Actor) {
        let period = Period { from: who.today, until: who.today + Days::new(90) };
        let person = PersonRef::Existing(who.caller.person);
        let change = LeaveChange { person, add: vec![period], remove: vec![] };
        let writes = Writes { leave_changes: vec![change], ..Writes::default() };
        let transaction = self.app.database.transaction(self.organization).await.unwrap();
        let (ids, now) = (&*self.app.ids, self.app.now());
        transaction.apply_import(&writes, who.today, ids, now).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// What a person was told, oldest first.
    pub(crate) async fn told(&self, who: &Actor) -> Vec<NoticeRow> {
        let reader = self.app.database.reader(self.organization).await.unwrap();
        let mut found = reader.notices(who.caller.person, None, 1_000).await.unwrap();
        found.reverse();
        found
    }

    /// Its kinds, with when: `DayBefore 24T09:00` in Tokyo.
    pub(crate) async fn heard(&self, who: &Actor) -> Vec<String> {
        let zone = chrono_tz::Asia::Tokyo;
        let line = |it: &NoticeRow| {
            let at = it.at.with_timezone(&zone).format("%dT%H:%M");
            format!("{:?} {at}", it.told.kind())
        };
        self.told(who).await.iter().map(line).collect()
    }

    /// The kinds of what a person was told.
    pub(crate) async fn kinds(&self, who: &Actor) -> Vec<NoticeKind> {
        self.told(who).await.iter().map(|it| it.told.kind()).collect()
    }

    /// How a person's notices went out: `DayBefore Email Delivered`, oldest first.
    pub(crate) async fn sent(&self, who: &Actor) -> Vec<String> {
        let told = self.told(who).await;
        let reader = self.app.database.reader(self.organization).await.unwrap();
        let ids: Vec<_> = told.iter().map(|it| it.id).collect();
        let found = reader.deliveries_of(&ids).await.unwrap();
        let line = |it: &taiwa_operations::rows::Delivery| {
            let kind = told.iter().find(|told| told.id == it.notice).unwrap().told.kind();
            let why = it.reason.map_or_else(String::new, |why| format!(" {why:?}"));
            format!("{kind:?} {:?} {:?}{why}", it.way, it.state)
        };
        found.iter().map(line).collect()
    }
}

async fn actor(app: &App, organization: OrganizationId, number: &str) -> Actor {
    let operator = app.operator(organization).await.unwrap();
    let reader = app.reader(&operator).await.unwrap();
    let key = PersonKey::Number(number.to_owned());
    let person = reader.person_by_key(operator.today, &key).await.unwrap().unwrap();
    drop(reader);
    let lifetime = platform::TOKEN_LIFETIME;
    let issued = app.issue_token(organization, person.id, lifetime).await.unwrap();
    let actor = app.actor(&issued.verified).await.unwrap().unwrap();
    actor.release().await;
    actor
}
