//! The company and its surroundings.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use taiwa_database::{Database, DatabaseError, PoolSize, organization::PersonKey};
use taiwa_domain::{
    calendar::{Place, guardian::DefenceLevel},
    clock::Clock,
    id::{OrganizationId, PersonId},
    organization::{
        Locale,
        import::{Mode, Options, defect::Severity},
    },
};
use taiwa_google_calendar::{Limits, Rate};
use taiwa_google_standin::StandIn;
use taiwa_identity::{KeyRing, Vault};
use taiwa_operations::{
    Actor, App, Failure,
    calendar::{accounts, policy, watching},
    organization::{self, import},
    planning, work,
};
use tempfile::TempDir;

use crate::{CLIENT, Hands, clock::Counter, email, people, systems::Standing};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in a folder of its own.
    Sqlite,
    /// A database of its own on the server that `TAIWA_TEST_POSTGRES_URL` names.
    Postgres,
}

/// A company on a Monday noon.
pub struct World {
    /// The operations.
    pub app: App,
    /// Its time.
    pub clock: Arc<Hands>,
    /// Its Google.
    pub google: Arc<StandIn>,
    /// The company.
    pub organization: OrganizationId,
    /// Its database's address.
    pub url: String,
    /// How many workers share what follows; with one alone it always happens in the same order.
    pub lanes: usize,
    delivered: AtomicUsize,
    _folder: Arc<TempDir>,
}

/// Lets everything through, and never waits inside a call.
fn open() -> Limits {
    let rate = Rate { per_minute: 1_000_000, burst: 1_000_000 };
    Limits {
        user: rate,
        user_writes: rate,
        project: rate,
        project_writes: rate,
        longest_wait: TimeDelta::zero(),
    }
}

fn database(engine: Engine, folder: &TempDir) -> String {
    if engine == Engine::Sqlite {
        return format!("sqlite:{}", folder.path().join("test.sqlite").display());
    }
    let base = std::env::var("TAIWA_TEST_POSTGRES_URL")
        .expect("TAIWA_TEST_POSTGRES_URL names the PostgreSQL to test on; tests/run starts one");
    let time = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_nanos();
    let name = format!("taiwa_guardian_{}_{time}", std::process::id());
    let made = Command::new("psql")
        .args(["-X", "-q", &base, "-c", &format!("create database {name}")])
        .status();
    assert!(made.expect("psql is installed").success());
    let (server, _) = base.rsplit_once('/').expect("a database in the URL");
    format!("{server}/{name}")
}

impl World {
    /// An empty company, on the Monday noon of 2026-11-23 in Tokyo.
    pub async fn new(engine: Engine) -> Self {
        Self::with(engine, open()).await
    }

    /// The same, whose calls to Google are paced by `limits`.
    pub async fn with(engine: Engine, limits: Limits) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let url = database(engine, &folder);
        let start = "2026-11-23T03:00:00Z".parse().expect("an instant");
        let clock = Arc::new(Hands::at(start));
        let google = Arc::new(StandIn::start(clock.clone()).await.expect("a stand-in"));
        google.hand().client(CLIENT, "secret");
        google.set(|settings| (settings.deliver, settings.keep_requests) = (false, false));
        Database::migrate(&url).await.expect("migrations");
        let ring = KeyRing::generate(start).expect("a ring");
        let vault = Arc::new(Vault::new(&ring).expect("a vault"));
        let mut world = Self {
            app: Self::process(&url, &clock, &google, vault, limits, Arc::default()).await,
            clock,
            google,
            organization: OrganizationId(uuid::Uuid::nil()),
            url,
            lanes: 1,
            delivered: AtomicUsize::new(0),
            _folder: folder,
        };
        let zone = Tz::Asia__Tokyo;
        let made = organization::create(&world.app, "acme", "Acme", zone, Locale::En, 4).await;
        world.organization = made.expect("an organization").id;
        world
    }

    async fn process(
        url: &str,
        clock: &Arc<Hands>,
        google: &Arc<StandIn>,
        vault: Arc<Vault>,
        limits: Limits,
        ids: Arc<Counter>,
    ) -> App {
        App {
            database: Database::connect(url, PoolSize { connections: 4 })
                .await
                .expect("a database"),
            tokens: None,
            ids,
            clock: clock.clone(),
            wake: Arc::default(),
            zones: Arc::default(),
            systems: Standing::at(google, clock, limits),
            vault: Some(vault),
            rooms: Arc::default(),
            watchers: Arc::default(),
            ways: Arc::new(taiwa_domain::notice::Nowhere),
        }
    }

    /// The same process whose calls to Google are paced by `limits` from now on.
    pub fn paced(&self, limits: Limits) -> App {
        App { systems: Standing::at(&self.google, &self.clock, limits), ..self.app.clone() }
    }

    /// Another process on the same database, as a second replica or after a crash.
    pub async fn replica(&self) -> App {
        let vault = self.app.vault.clone().expect("a vault");
        let mut app = self.app.clone();
        let connected = Database::connect(&self.url, PoolSize { connections: 4 }).await;
        app.database = connected.expect("a database");
        app.vault = Some(vault);
        app
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn forward(&self, by: TimeDelta) {
        self.clock.forward(by);
    }

    /// The operator.
    pub async fn operator(&self) -> Actor {
        self.app.operator(self.organization).await.expect("an operator")
    }

    /// Someone of the company as an actor.
    pub async fn actor(&self, number: &str) -> Actor {
        let mut actor = self.operator().await;
        actor.caller.person = self.person(number).await;
        actor.caller.roles.clear();
        actor
    }

    /// The id of a number.
    pub async fn person(&self, number: &str) -> PersonId {
        let today = self.today();
        let reader = self.app.database.reader(self.organization).await.expect("a reader");
        let key = PersonKey::Number(number.to_owned());
        reader.person_by_key(today, &key).await.expect("reads").expect("a person").id
    }

    /// Today in Tokyo.
    pub fn today(&self) -> NaiveDate {
        self.now().with_timezone(&Tz::Asia__Tokyo).date_naive()
    }

    /// Imports people, each with the manager's number.
    pub async fn import(&self, people: &[(String, String)]) {
        self.import_file(people::file(people)).await;
    }

    /// Imports a file.
    pub async fn import_file(&self, content: Vec<u8>) {
        let actor = self.operator().await;
        let file = import::File { name: None, content };
        let options = Options::new(Mode::Upsert, self.today(), self.today());
        let plan = import::preview(&self.app, &actor, file, options).await.expect("a preview");
        let errors = plan.defects.iter().filter(|it| it.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "{:?}", plan.defects);
        let begun = self.app.database.transaction(self.organization).await;
        let transaction = begun.expect("a transaction");
        import::apply(&self.app, &actor, &transaction, &plan).await.expect("an import");
        transaction.commit().await.expect("a commit");
        self.settle().await;
    }

    /// A manager `M` with as many reports, `R1` on, all with calendars in one Workspace that are
    /// connected, and a plan of 13 weeks from next Monday.
    pub async fn team(&self, reports: usize) {
        let mut people = vec![("M".to_owned(), String::new())];
        people.extend((1..=reports).map(|n| (format!("R{n}"), "M".to_owned())));
        for (number, _) in &people {
            self.google.hand().person(&email(number), Tz::Asia__Tokyo);
        }
        self.import(&people).await;
        self.connect_all().await;
        self.plan().await;
    }

    /// Connects everyone's calendar.
    pub async fn connect_all(&self) {
        let connected = accounts::delegate(&self.app, self.organization, "example.com").await;
        connected.expect("accounts");
        self.settle().await;
    }

    /// Plans 13 weeks from next Monday and places them.
    pub async fn plan(&self) {
        let actor = self.operator().await;
        let monday = planning::monday_from(self.today() + Days::new(1));
        planning::plan_and_apply(&self.app, &actor, monday, 13, |_| {}).await.expect("a plan");
        self.settle().await;
    }

    /// Sets how far the guardian may go.
    pub async fn level(&self, level: DefenceLevel) {
        let actor = self.operator().await;
        let standing = policy::policy(&self.app, &actor).await.expect("a policy");
        let wanted = taiwa_database::calendar::GuardianPolicy { level, ..standing };
        policy::set_policy(&self.app, &actor, None, wanted).await.expect("set");
        self.settle().await;
    }

    /// Sets where people meet, and does all that this leaves to do.
    pub async fn place(&self, place: Place) {
        self.set_place(place).await;
        self.settle().await;
    }

    /// Sets where people meet: every slot is to be mended.
    pub async fn set_place(&self, place: Place) {
        let actor = self.operator().await;
        let standing = policy::policy(&self.app, &actor).await.expect("a policy");
        let wanted = taiwa_database::calendar::GuardianPolicy { place, ..standing };
        policy::set_policy(&self.app, &actor, None, wanted).await.expect("set");
    }

    /// Sets how far the guardian may go in a person's name.
    pub async fn consent(&self, number: &str, level: DefenceLevel) {
        let actor = self.actor(number).await;
        let standing = policy::consent(&self.app, &actor).await.expect("a consent");
        let set = policy::set_consent(&self.app, &actor, None, level, standing.version).await;
        set.expect("set");
        self.settle().await;
    }

    /// Does everything that is due, until nothing is.
    pub async fn settle(&self) {
        let mut lanes = tokio::task::JoinSet::new();
        self.clock.begin(self.lanes);
        for _ in 0..self.lanes {
            let (app, organization, clock) =
                (self.app.clone(), self.organization, self.clock.clone());
            lanes.spawn(async move {
                let done = loop {
                    match work::drain(&app, Some(organization)).await {
                        // A worker comes again too when the database has had no time for it.
                        Err(Failure::Database(DatabaseError::Unavailable(_))) => {}
                        done => break done,
                    }
                };
                clock.end();
                done
            });
        }
        while let Some(done) = lanes.join_next().await {
            done.expect("no panic").expect("jobs");
        }
    }

    /// Lets the notices that Google has sent come, and does everything that follows.
    pub async fn noticed(&self) {
        self.deliver().await;
        self.settle().await;
    }

    /// Lets the notices that Google has sent come.
    pub async fn deliver(&self) {
        let sent = self.google.sent_after(self.delivered.load(Ordering::Relaxed));
        self.delivered.fetch_add(sent.len(), Ordering::Relaxed);
        for notice in &sent {
            let header = |name: &str| {
                let found = notice.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.clone()).unwrap_or_default()
            };
            let number = header("x-goog-message-number").parse().expect("a number");
            let channel = header("x-goog-channel-id");
            // That a channel stands is no change.
            let opened = header("x-goog-resource-state") == "sync";
            if !opened && watching::channel(&self.app, &channel).await.expect("reads").is_some() {
                watching::changed(&self.app, &channel, number).await.expect("taken");
            }
        }
    }

    /// So long that every calendar is asked, with notices or without.
    pub async fn polled(&self) {
        self.forward(TimeDelta::minutes(35));
        self.settle().await;
    }
}
