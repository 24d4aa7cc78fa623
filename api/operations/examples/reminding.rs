//! How long one sweep over a large company takes, and how many statements: `reminding PEOPLE`, on
//! SQLite, or on the PostgreSQL database that `TAIWA_MEASURE_POSTGRES` names and that is empty.
//! Prints one JSON document.

use std::{
    fmt::Write,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use chrono::{DateTime, Datelike, Days, TimeDelta, Utc};
use taiwa_database::{Database, PoolSize};
use taiwa_domain::{
    clock::Clock,
    id::{IdSource, MeetingId},
    meeting::{Meeting, MeetingStatus, Slot},
    notice::{Memory, Notifier, Seen, Ways},
    organization::{
        Locale,
        import::{Mode, Options},
    },
};
use taiwa_identity::{KeyRing, Vault};
use taiwa_operations::{
    App, notice,
    organization::{self, import},
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

struct Hand(Mutex<DateTime<Utc>>);

impl Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("a clock")
    }
}

/// Mail that ends in memory.
#[derive(Default)]
struct Post(Arc<Memory>);

impl Ways for Post {
    fn email(&self) -> Option<Arc<dyn Notifier>> {
        Some(self.0.clone())
    }

    fn slack(&self, _token: &secrecy::SecretString) -> Option<Arc<dyn Notifier>> {
        None
    }

    fn link(&self, _to: Seen) -> String {
        String::new()
    }

    fn stop(&self, _token: &str) -> String {
        String::new()
    }
}

/// Everybody manages the eight after them.
fn company(people: usize) -> String {
    let mut csv = "number,name,email,department,manager number,joined\n".to_owned();
    for n in 0..people {
        let manager = n.checked_sub(1).map_or_else(String::new, |n| format!("P{}", n / 8));
        let _ = writeln!(csv, "P{n},Given P{n},p{n}@example.com,Top,{manager},2020-04-01");
    }
    csv
}

#[tokio::main]
async fn main() {
    let people: usize = std::env::args().nth(1).map_or(20_000, |it| it.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let url = std::env::var("TAIWA_MEASURE_POSTGRES")
        .unwrap_or_else(|_| format!("sqlite:{}", folder.path().join("measured.sqlite").display()));
    Database::migrate(&url).await.expect("migrations");
    // Wednesday noon in Tokyo.
    let noon: DateTime<Utc> = "2026-11-25T03:00:00Z".parse().expect("an instant");
    let hand = Arc::new(Hand(Mutex::new(noon)));
    let ring = KeyRing::generate(noon).expect("a ring");
    let app = App {
        database: Database::connect(&url, PoolSize::default()).await.expect("a database"),
        tokens: None,
        ids: Arc::new(Counter(AtomicU64::new(1))),
        clock: hand.clone(),
        wake: Arc::default(),
        zones: Arc::default(),
        systems: Arc::new(taiwa_domain::calendar::NoSystems),
        vault: Some(Arc::new(Vault::new(&ring).expect("a vault"))),
        rooms: Arc::default(),
        watchers: Arc::default(),
        ways: Arc::new(Post::default()),
    };
    let zone = chrono_tz::Asia::Tokyo;
    let made = organization::create(&app, "acme", "Acme", zone, Locale::En, 4).await;
    let organization = made.expect("an organization").id;
    let operator = app.operator(organization).await.expect("an operator");
    let file = import::File { name: None, content: company(people).into_bytes() };
    let options = Options::new(Mode::Upsert, operator.today, operator.today);
    let plan = import::preview(&app, &operator, file, options).await.expect("a plan");
    let transaction = app.database.transaction(organization).await.expect("a transaction");
    import::apply(&app, &operator, &transaction, &plan).await.expect("applied");
    transaction.commit().await.expect("committed");
    work::drain(&app, Some(organization)).await.expect("drained");
    let transaction = app.database.transaction(organization).await.expect("a transaction");
    let pairs = transaction.all_pairs().await.expect("pairs");
    // Every pair meets in each fortnight, between nine and five on some day of it.
    let mut meetings = Vec::new();
    for (n, pair) in pairs.iter().enumerate() {
        let day = operator.today + Days::new((n % 14) as u64);
        if day.weekday().number_from_monday() > 5 {
            continue;
        }
        let starts_at = day.and_hms_opt((n / 14 % 8) as u32, 0, 0).expect("a time").and_utc();
        meetings.push(Meeting {
            id: app.id::<MeetingId>(),
            pair: pair.id,
            due_week: day,
            slot: Some(Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) }),
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
    transaction.put_meetings(&meetings, noon).await.expect("meetings");
    transaction.commit().await.expect("committed");
    let mut sweeps = Vec::new();
    // The first has a day's worth to tell, the others a quarter of an hour's.
    for n in 0..5 {
        *hand.0.lock().expect("a clock") = noon + TimeDelta::minutes(15 * n);
        let before = app.database.statements().count();
        let began = Instant::now();
        notice::remind::sweep(&app, &operator).await.expect("a sweep");
        let seconds = began.elapsed().as_secs_f64();
        sweeps.push(serde_json::json!({
            "seconds": seconds, "statements": app.database.statements().count() - before,
        }));
    }
    let report = serde_json::json!({
        "engine": app.database.engine(), "people": people, "pairs": pairs.len(),
        "meetings": meetings.len(), "sweeps": sweeps,
    });
    println!("{report:#}");
}
