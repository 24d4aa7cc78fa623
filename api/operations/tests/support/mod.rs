//! An app on a database of its own and a clock that is moved by hand, with a company in it. Tests
//! and examples of other crates take it in by its path.

#![allow(dead_code, reason = "each takes its part")]
#![allow(unreachable_pub, reason = "a module of each binary")]

use std::{
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_database::{Database, PoolSize};
use taiwa_domain::{
    clock::Clock,
    id::{IdSource, OrganizationId},
    notice::{Memory, Notifier, Seen, Ways},
    organization::{
        Locale,
        import::{Mode, Options},
    },
};
use taiwa_identity::{KeyRing, Tokens, Vault};
use taiwa_operations::{
    Actor, App,
    organization::{self, import},
    platform,
    rows::PersonKey,
    work,
};
use tempfile::TempDir;
use uuid::Uuid;

/// Ids that count up.
struct Counter(AtomicU64);

impl IdSource for Counter {
    fn next(&self) -> Uuid {
        let low = self.0.fetch_add(1, Ordering::Relaxed);
        Uuid::from_u64_pair(0x0199_0000_0000_7000, low | 0x8000_0000_0000_0000)
    }
}

/// A clock that stands until it is moved.
pub struct Hand(Mutex<DateTime<Utc>>);

impl Hand {
    pub fn set(&self, to: DateTime<Utc>) {
        *self.0.lock().expect("a clock") = to;
    }

    pub fn forward(&self, by: TimeDelta) {
        *self.0.lock().expect("a clock") += by;
    }
}

impl Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("a clock")
    }
}

/// Mail alone, which ends in memory.
#[derive(Default)]
pub struct Post(pub Arc<Memory>);

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
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Where a database of this engine is that nobody else uses: on SQLite in the folder.
    pub fn database(self, folder: &TempDir) -> String {
        if self == Self::Sqlite {
            return format!("sqlite:{}", folder.path().join("test.sqlite").display());
        }
        let base = std::env::var("TAIWA_TEST_POSTGRES_URL").expect(
            "TAIWA_TEST_POSTGRES_URL names the PostgreSQL to test on; tests/run starts one",
        );
        let time = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos();
        let name = format!("taiwa_app_{}_{time}", std::process::id());
        let create = format!("create database {name}");
        let made = Command::new("psql").args(["-X", "-q", &base, "-c", &create]).status();
        assert!(made.expect("psql is installed").success());
        let (server, _) = base.rsplit_once('/').expect("a database in the URL");
        format!("{server}/{name}")
    }
}

/// A company with an app on it.
pub struct House {
    pub app: App,
    pub hand: Arc<Hand>,
    pub organization: OrganizationId,
}

impl House {
    /// In Tokyo at `noon`, with the people of a CSV file and the pairs that follow from it.
    pub async fn new(url: &str, noon: &str, ways: impl Ways + 'static, company: String) -> Self {
        Database::migrate(url).await.expect("migrations");
        let hand = Arc::new(Hand(Mutex::new(noon.parse().expect("an instant"))));
        let ring = KeyRing::generate(hand.now()).expect("a ring");
        let app = App {
            database: Database::connect(url, PoolSize::default()).await.expect("a database"),
            tokens: Some(Arc::new(Tokens::new(&ring).expect("tokens"))),
            ids: Arc::new(Counter(AtomicU64::new(1))),
            clock: hand.clone(),
            wake: Arc::default(),
            zones: Arc::default(),
            systems: Arc::new(taiwa_domain::calendar::NoSystems),
            vault: Some(Arc::new(Vault::new(&ring).expect("a vault"))),
            rooms: Arc::default(),
            watchers: Arc::default(),
            ways: Arc::new(ways),
        };
        let zone = chrono_tz::Asia::Tokyo;
        let made = organization::create(&app, "acme", "Acme", zone, Locale::En, 4).await;
        let organization = made.expect("an organization").id;
        let operator = app.operator(organization).await.expect("an operator");
        let file = import::File { name: None, content: company.into_bytes() };
        let options = Options::new(Mode::Upsert, operator.today, operator.today);
        let plan = import::preview(&app, &operator, file, options).await.expect("a preview");
        let transaction = app.database.transaction(organization).await.expect("a transaction");
        import::apply(&app, &operator, &transaction, &plan).await.expect("an import");
        transaction.commit().await.expect("a commit");
        work::drain(&app, Some(organization)).await.expect("pairs");
        Self { app, hand, organization }
    }

    /// One of its people with a token, as a request finds them: what they read is of this moment
    /// until they are released.
    pub async fn actor(&self, number: &str) -> Actor {
        let (app, organization) = (&self.app, self.organization);
        let operator = app.operator(organization).await.expect("an operator");
        let reader = app.reader(&operator).await.expect("a reader");
        let key = PersonKey::Number(number.to_owned());
        let person = reader.person_by_key(operator.today, &key).await.expect("a query");
        drop(reader);
        let person = person.expect("a person").id;
        let issued = app.issue_token(organization, person, platform::TOKEN_LIFETIME).await;
        let verified = issued.expect("a token").verified;
        app.actor(&verified).await.expect("a query").expect("an actor")
    }
}
