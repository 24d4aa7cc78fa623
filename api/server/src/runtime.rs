//! The clock, the identifiers and the application they serve.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use taiwa_database::{Database, PoolSize};
use taiwa_domain::{clock::Clock, id::IdSource};
use taiwa_identity::{KeyRing, Tokens, Vault};
use taiwa_operations::App;
use uuid::Uuid;

use crate::{calendars, cli::Problem, notices};

/// The machine's clock, in the microseconds that both databases keep.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// UUIDv7 of now.
pub(crate) struct TimeOrderedIds;

impl IdSource for TimeOrderedIds {
    #[allow(clippy::disallowed_methods, reason = "the one place that makes identifiers")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Brings the schema up to date and connects.
pub(crate) async fn connect(
    url: &str,
    ring: Option<&KeyRing>,
    setup: &calendars::Setup,
    notices: &notices::Setup,
) -> Result<App, Problem> {
    let problem = |error: taiwa_database::DatabaseError| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        Problem::new(
            "database",
            format!("{error}{}", cause.map(|cause| format!(": {cause}")).unwrap_or_default()),
        )
    };
    Database::migrate(url).await.map_err(problem)?;
    let database = Database::connect(url, PoolSize::default()).await.map_err(problem)?;
    let tokens = ring
        .map(Tokens::new)
        .transpose()
        .map_err(|error| Problem::new("key_ring", error.to_string()))?
        .map(Arc::new);
    let vault = ring
        .map(Vault::new)
        .transpose()
        .map_err(|error| Problem::new("key_ring", error.to_string()))?
        .map(Arc::new);
    let clock = Arc::new(SystemClock);
    Ok(App {
        database,
        tokens,
        ids: Arc::new(TimeOrderedIds),
        clock: clock.clone(),
        wake: Arc::default(),
        zones: Arc::default(),
        systems: calendars::systems(setup, clock)?,
        vault,
        rooms: Arc::default(),
        watchers: Arc::default(),
        ways: notices::ways(notices)?,
    })
}
