//! Accounts connected and opened, at the stand-in for Google and at real CalDAV servers; and what
//! of the configuration is refused.

mod caldav;
mod configuration;
mod google;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use taiwa_domain::{
    calendar::{
        CalendarError, CalendarSystem, CalendarSystems, ConnectCode, ConnectError, Connected,
        Credential,
    },
    clock::Clock,
    meeting::Slot,
};

use super::systems;
use crate::config::Settings;

struct Still;

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        "2026-12-01T00:00:00Z".parse().unwrap()
    }
}

fn settings(pairs: &[(&str, &str)]) -> Result<Settings, crate::cli::Problem> {
    let pairs = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    Settings::read(None, &pairs.collect::<BTreeMap<_, _>>())
}

/// The systems that an environment configures, or what is wrong with it.
fn configured(pairs: &[(&str, &str)]) -> Result<Arc<dyn CalendarSystems>, String> {
    let settings = settings(pairs).map_err(|problem| problem.to_string())?;
    let mut errors = Vec::new();
    let url = settings.public_url.as_deref();
    let setup = super::check(settings.google, settings.egress, url, &mut errors);
    if !errors.is_empty() {
        return Err(errors.join("\n"));
    }
    systems(&setup, Arc::new(Still)).map_err(|problem| problem.to_string())
}

async fn refusal(
    systems: &dyn CalendarSystems,
    system: CalendarSystem,
    credential: &Credential,
) -> (ConnectCode, Option<String>) {
    match systems.connect(system, credential).await {
        Err(ConnectError::Refused { code, instead }) => (code, instead),
        other => panic!("{other:?}"),
    }
}

async fn opens(systems: &dyn CalendarSystems, connected: &Connected) -> Result<(), CalendarError> {
    let calendar = systems.open(&connected.account, &connected.secret, Tz::Asia__Tokyo)?;
    let now = Still.now();
    calendar.busy(Slot { starts_at: now, ends_at: now + TimeDelta::days(7) }).await.map(drop)
}
