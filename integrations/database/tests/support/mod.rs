//! A database of each engine with a small company in it.

#![allow(dead_code, unused_imports, unused_macros, reason = "each test file uses its part")]
#![allow(unreachable_pub, reason = "a module of each test binary")]

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use taiwa_database::{Database, PoolSize};
use taiwa_domain::{
    clock::Clock,
    id::{IdSource, OrganizationId},
    organization::{
        EmploymentType, LineKind, Locale, Organization, PersonName, Profile, WorkStyle,
        WorkingHours,
        import::{LineStart, NewPerson, PersonRef, Writes},
    },
};
use uuid::Uuid;

/// Ids that count up, apart from those of any other source in the process.
pub struct Counter(AtomicU64, u64);

static SOURCES: AtomicU64 = AtomicU64::new(1);

impl Default for Counter {
    fn default() -> Self {
        Self(AtomicU64::new(1), SOURCES.fetch_add(1, Ordering::Relaxed))
    }
}

impl IdSource for Counter {
    fn next(&self) -> Uuid {
        let low = self.0.fetch_add(1, Ordering::Relaxed);
        Uuid::from_u64_pair(0x0199_0000_0000_7000 | self.1 << 32, low | 0x8000_0000_0000_0000)
    }
}

/// A clock that stands.
pub struct Still(pub DateTime<Utc>);

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// Monday noon.
pub fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

pub fn today() -> NaiveDate {
    now().date_naive()
}

/// A migrated database, dropped with its folder or by name when the test is over.
pub struct World {
    pub database: Database,
    pub url: String,
    _folder: tempfile::TempDir,
}

impl World {
    /// On SQLite, in a folder of its own.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.sqlite").display());
        Self::open(url, folder).await
    }

    /// On PostgreSQL, in a database of its own.
    pub async fn postgres() -> Self {
        let base = std::env::var("TAIWA_TEST_POSTGRES_URL").expect(
            "TAIWA_TEST_POSTGRES_URL names the PostgreSQL to test on; tests/run starts one",
        );
        let name = format!("taiwa_{}", unique());
        let admin = sea_orm::Database::connect(&base).await.expect("PostgreSQL answers");
        sea_orm::ConnectionTrait::execute_unprepared(&admin, &format!("create database {name}"))
            .await
            .expect("the test owner may create databases");
        let (server, _) = base.rsplit_once('/').unwrap();
        Self::open(format!("{server}/{name}"), tempfile::tempdir().unwrap()).await
    }

    async fn open(url: String, folder: tempfile::TempDir) -> Self {
        Database::migrate(&url).await.unwrap();
        let database = Database::connect(&url, PoolSize { connections: 4 }).await.unwrap();
        Self { database, url, _folder: folder }
    }

    /// An organization with three people: 1 manages 2 and 3.
    pub async fn company(&self, ids: &Counter, key: &str) -> OrganizationId {
        let organization = Organization {
            id: ids.next().into(),
            key: key.to_owned(),
            name: key.to_owned(),
            zone: chrono_tz::Asia::Tokyo,
            locale: Locale::Ja,
            fiscal_year_start_month: 4,
            revision: 0,
        };
        let transaction = self.database.transaction(organization.id).await.unwrap();
        transaction.create_organization(&organization, now()).await.unwrap();
        let writes = Writes {
            new_persons: (1..=3).map(person).collect(),
            line_starts: [1, 2]
                .map(|report| LineStart {
                    report: PersonRef::New(report),
                    manager: PersonRef::New(0),
                    kind: LineKind::Solid,
                    from: today(),
                })
                .to_vec(),
            ..Writes::default()
        };
        transaction.apply_import(&writes, today(), ids, now()).await.unwrap();
        transaction.commit().await.unwrap();
        organization.id
    }
}

fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let time = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    format!("{}_{}_{time}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A person with this number, employed from today.
pub fn person(n: u32) -> NewPerson {
    NewPerson {
        number: n.to_string(),
        profile: Profile {
            name: PersonName {
                family: format!("Family{n}"),
                given: format!("Given{n}"),
                ..PersonName::default()
            },
            email: Some(format!("p{n}@example.com")),
            employment_type: EmploymentType::Regular,
            zone: chrono_tz::Asia::Tokyo,
            locale: Locale::Ja,
            hours: WorkingHours::default(),
            work_style: WorkStyle::Office,
        },
        joined: today(),
        left: None,
    }
}

/// Runs one test on both engines.
macro_rules! both {
    ($($name:ident)*) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(&super::support::World::sqlite().await).await;
                }
            )*
        }
        mod on_postgresql {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(&super::support::World::postgres().await).await;
                }
            )*
        }
    };
}
pub(crate) use both;
