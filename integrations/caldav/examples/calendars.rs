//! Looks at a real account and writes nothing.
//!
//! Usage: `TAIWA_CALDAV_PASSWORD=… cargo run -p taiwa-caldav --example calendars -- ADDRESS USER FROM`,
//! with FROM an instant such as `2026-12-01T00:00:00Z`. A server on the own network needs
//! `TAIWA_CALDAV_ALLOW`, a network or host; plain HTTP is allowed with it.

use std::{error::Error, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use secrecy::SecretString;
use taiwa_caldav::{CalDavCalendar, Login, connect};
use taiwa_domain::{calendar::CalendarProvider, clock::Clock, meeting::Slot};
use taiwa_egress::{Egress, EgressPolicy};

struct Still(DateTime<Utc>);

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let usage = "usage: calendars ADDRESS USER FROM, with TAIWA_CALDAV_PASSWORD set";
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or(usage);
    let (address, user, from) = (next()?, next()?, next()?.parse::<DateTime<Utc>>()?);
    let password = SecretString::from(std::env::var("TAIWA_CALDAV_PASSWORD").map_err(|_| usage)?);
    let mut policy = EgressPolicy::default();
    if let Ok(allowed) = std::env::var("TAIWA_CALDAV_ALLOW") {
        policy.allow.push(allowed.parse()?);
        policy.plain_http = true;
    }
    let egress = Egress::new(policy)?;
    let login = Login::Password { user, password };
    let span = Slot { starts_at: from, ends_at: from + TimeDelta::days(14) };
    for found in connect(&egress, &address, &login).await?.calendars {
        println!("{}{}", found.name, if found.default { " (default)" } else { "" });
        println!("  {}", serde_json::to_string(&found.account)?);
        let clock = Arc::new(Still(from));
        let calendar = CalDavCalendar::open(egress.clone(), found.account, &login, Tz::UTC, clock)?;
        println!("  {:?}", calendar.abilities());
        for slot in calendar.busy(span).await? {
            println!("  busy {} to {}", slot.starts_at, slot.ends_at);
        }
    }
    Ok(())
}
