//! Google: by a person's consent, or by a company's delegation to the operator's service account.

use std::sync::Arc;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use taiwa_domain::{
    calendar::{
        Account, CalendarError, CalendarProvider, CalendarSystem, ConnectCode, ConnectError,
        Connected, Consent,
    },
    clock::Clock,
    id::IdSource,
    meeting::Slot,
};
use taiwa_google_calendar::{
    Account as Access, ConsentError, Endpoints, GoogleCalendar, Limits, Misconfigured, OAuthClient,
    ServiceAccount, SetupError,
};

use super::{UNREADABLE, not_offered, refused};
use crate::runtime::TimeOrderedIds;

/// What was configured and checked; at least one way in is there.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    pub(super) endpoints: Endpoints,
    pub(super) limits: Limits,
    pub(super) client: Option<Arc<OAuthClient>>,
    pub(super) service: Option<Arc<ServiceAccount>>,
    pub(super) notices: Option<String>,
}

pub(super) struct Google {
    shared: Arc<taiwa_google_calendar::Google>,
    setup: Setup,
    clock: Arc<dyn Clock>,
}

/// An account's settings: how it is opened. Whose it is says its address.
#[derive(Deserialize, Serialize)]
#[serde(tag = "access", rename_all = "snake_case")]
enum Settings {
    Consent,
    Delegation,
}

/// Longest address (RFC 5321, 4.5.3.1).
const ADDRESS: usize = 254;

impl Google {
    pub(super) fn new(setup: &Setup, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        // An identifier ends in random bits, and jitter needs no better ones.
        let chance = Arc::new(|| {
            let [.., a, b, c, d] = *TimeOrderedIds.next().as_bytes();
            f64::from(u32::from_be_bytes([a, b, c, d])) / f64::from(u32::MAX)
        });
        let (endpoints, limits) = (setup.endpoints.clone(), setup.limits);
        let shared = taiwa_google_calendar::Google::new(endpoints, limits, clock.clone(), chance)?;
        Ok(Self { shared, setup: setup.clone(), clock })
    }

    pub(super) fn notices(&self) -> Option<String> {
        self.setup.notices.clone()
    }

    pub(super) fn consent(&self, ask: &Consent<'_>) -> Option<String> {
        let client = self.setup.client.as_ref()?;
        Some(client.authorization(&self.shared, ask.state, ask.verifier, ask.hint).into())
    }

    pub(super) async fn consented(
        &self,
        code: &SecretString,
        verifier: &SecretString,
    ) -> Result<Connected, ConnectError> {
        let client = self.setup.client.as_ref().ok_or(refused(ConnectCode::NotOffered))?;
        let given = client.exchange(&self.shared, code, verifier).await;
        let given = given.map_err(|error| match error {
            ConsentError::Incomplete => refused(ConnectCode::Incomplete),
            ConsentError::Foreign => refused(ConnectCode::Unauthorized),
            ConsentError::Calendar(error) => refusal(error),
        })?;
        // The code is used up: what cannot be looked at now is looked at when it is opened.
        match self.look(Access::user(client.clone(), given.refresh_token.clone())).await {
            Ok(()) | Err(ConnectError::Later(_)) => {}
            Err(refused) => return Err(refused),
        }
        let secret =
            serde_json::json!({ "refresh_token": given.refresh_token.expose_secret() }).to_string();
        let (tenant, address) = (given.person.workspace, given.person.address);
        Ok(Connected {
            account: account(&Settings::Consent, tenant, address),
            secret: secret.into(),
        })
    }

    pub(super) async fn delegated(&self, address: &str) -> Result<Connected, ConnectError> {
        let service = self.setup.service.as_ref().ok_or(refused(ConnectCode::NotOffered))?;
        let address = address.trim().to_lowercase();
        let domain = address.rsplit_once('@').map(|(_, domain)| domain.to_owned());
        let domain = domain.filter(|domain| !domain.is_empty() && address.len() <= ADDRESS);
        let domain = domain.ok_or(refused(ConnectCode::BadAddress))?;
        self.look(Access::delegated(service.clone(), address.clone())).await?;
        let account = account(&Settings::Delegation, Some(domain), address);
        Ok(Connected { account, secret: "{}".to_owned().into() })
    }

    pub(super) fn open(
        &self,
        account: &Account,
        secret: &SecretString,
    ) -> Result<Box<dyn CalendarProvider>, CalendarError> {
        let access = self.access(account, secret)?;
        Ok(Box::new(GoogleCalendar::primary(self.shared.clone(), access)))
    }

    pub(super) async fn revoke(
        &self,
        account: &Account,
        secret: &SecretString,
    ) -> Result<(), CalendarError> {
        self.access(account, secret)?.revoke(&self.shared).await
    }

    fn access(&self, account: &Account, secret: &SecretString) -> Result<Access, CalendarError> {
        #[derive(Deserialize)]
        struct Secret {
            refresh_token: String,
        }
        Ok(match serde_json::from_str(&account.settings).map_err(|_| UNREADABLE)? {
            Settings::Consent => {
                let secret: Secret =
                    serde_json::from_str(secret.expose_secret()).map_err(|_| UNREADABLE)?;
                let client = self.setup.client.clone().ok_or_else(not_offered)?;
                Access::user(client, secret.refresh_token.into())
            }
            Settings::Delegation => {
                let service = self.setup.service.clone().ok_or_else(not_offered)?;
                Access::delegated(service, account.address.clone())
            }
        })
    }

    /// Whether there is a calendar, and the access reaches it.
    async fn look(&self, access: Access) -> Result<(), ConnectError> {
        let now = self.clock.now();
        let hour = Slot { starts_at: now, ends_at: now + TimeDelta::hours(1) };
        let calendar = GoogleCalendar::primary(self.shared.clone(), access);
        calendar.busy(hour).await.map(drop).map_err(refusal)
    }
}

fn account(settings: &Settings, tenant: Option<String>, address: String) -> Account {
    let settings = serde_json::to_string(settings).expect("plain fields");
    Account { system: CalendarSystem::Google, tenant, address, settings }
}

fn refusal(error: CalendarError) -> ConnectError {
    match error {
        CalendarError::Unauthorized => refused(ConnectCode::Unauthorized),
        CalendarError::Gone => refused(ConnectCode::NoCalendar),
        CalendarError::Refused(why) => {
            tracing::warn!(why, "Google refuses to connect an account");
            refused(ConnectCode::Unreachable)
        }
        CalendarError::Unavailable { cause, .. } if cause.is::<Misconfigured>() => {
            tracing::error!(%cause, "Google accounts cannot be connected");
            refused(ConnectCode::NotOffered)
        }
        later => ConnectError::Later(later),
    }
}
