//! The calendar systems of which people connect accounts: the one place that knows them all.
//!
//! An account is stored as two texts, settings and a secret, both JSON of the system's own file
//! here.

mod caldav;
pub(crate) mod callback;
pub(crate) mod desk;
mod google;
pub(crate) mod notices;
mod settings;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::TimeDelta;
use chrono_tz::Tz;
use secrecy::SecretString;
use taiwa_domain::{
    calendar::{
        Account, CalendarError, CalendarProvider, CalendarSystem, CalendarSystems, ConnectCode,
        ConnectError, Connecting, Consent, Credential, Revoking,
    },
    clock::Clock,
};
use taiwa_egress::{Egress, EgressPolicy};

pub(crate) use settings::{GoogleSettings, NAMES, check, read_egress, secret};

use crate::cli::Problem;

/// What was configured and checked. By default CalDAV servers on the public internet alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    google: Option<google::Setup>,
    egress: EgressPolicy,
}

/// All calendar systems of this process.
pub(crate) fn systems(
    setup: &Setup,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn CalendarSystems>, Problem> {
    let google = setup.google.as_ref().map(|it| google::Google::new(it, clock.clone()));
    let google = google.transpose().map_err(|error| Problem::new("google", error.to_string()))?;
    let egress = Egress::new(setup.egress.clone())
        .map_err(|error| Problem::new("egress", error.to_string()))?;
    Ok(Arc::new(Systems { google, caldav: caldav::Caldav { egress, clock } }))
}

struct Systems {
    google: Option<google::Google>,
    caldav: caldav::Caldav,
}

impl CalendarSystems for Systems {
    fn offers(&self, system: CalendarSystem) -> bool {
        match system {
            CalendarSystem::Google => self.google.is_some(),
            CalendarSystem::Caldav => true,
        }
    }

    fn consent(&self, system: CalendarSystem, ask: &Consent<'_>) -> Option<String> {
        match system {
            CalendarSystem::Google => self.google.as_ref()?.consent(ask),
            CalendarSystem::Caldav => None,
        }
    }

    fn connect<'a>(&'a self, system: CalendarSystem, credential: &'a Credential) -> Connecting<'a> {
        Box::pin(async move {
            match (system, &self.google, credential) {
                (CalendarSystem::Google, Some(google), Credential::Code { code, verifier }) => {
                    google.consented(code, verifier).await
                }
                (CalendarSystem::Google, Some(google), Credential::Delegated { address }) => {
                    google.delegated(address).await
                }
                (
                    CalendarSystem::Caldav,
                    _,
                    Credential::Password { server, user, password, calendar },
                ) => self.caldav.connect(server, user, password, calendar.as_deref()).await,
                _ => Err(refused(ConnectCode::NotOffered)),
            }
        })
    }

    fn open(
        &self,
        account: &Account,
        secret: &SecretString,
        zone: Tz,
    ) -> Result<Box<dyn CalendarProvider>, CalendarError> {
        match account.system {
            CalendarSystem::Google => match &self.google {
                Some(google) => google.open(account, secret),
                None => Err(not_offered()),
            },
            CalendarSystem::Caldav => self.caldav.open(account, secret, zone),
        }
    }

    fn revoke<'a>(&'a self, account: &'a Account, secret: &'a SecretString) -> Revoking<'a> {
        Box::pin(async move {
            match (account.system, &self.google) {
                (CalendarSystem::Google, Some(google)) => google.revoke(account, secret).await,
                _ => Ok(()),
            }
        })
    }

    fn notices(&self, system: CalendarSystem) -> Option<String> {
        match system {
            CalendarSystem::Google => self.google.as_ref()?.notices(),
            CalendarSystem::Caldav => None,
        }
    }
}

/// Configured no longer, perhaps by mistake: accounts wait for the operator rather than being lost.
fn not_offered() -> CalendarError {
    CalendarError::Unavailable {
        retry_after: Some(TimeDelta::minutes(15)),
        cause: "this server has no access to that calendar system".into(),
    }
}

/// A stored text is none of ours: it was written by a release that knew more, or spoilt.
const UNREADABLE: CalendarError = CalendarError::Refused("the stored account cannot be read");

fn refused(code: ConnectCode) -> ConnectError {
    ConnectError::Refused { code, instead: None }
}
