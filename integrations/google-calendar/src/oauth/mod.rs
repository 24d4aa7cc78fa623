//! Whose access it is: a person's own consent, or a company's delegation to a service account.

mod cache;
mod identity;
mod service;
mod user;

use std::{pin::Pin, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use taiwa_domain::calendar::CalendarError;

pub(crate) use cache::TokenCache;
pub use identity::Person;
pub use service::{ServiceAccount, ServiceAccountError};
pub use user::{Connected, ConsentError, OAuthClient};

use crate::{failure::Failure, google::Google};

/// What is asked for: events on calendars that the person owns, to place and watch our own and to
/// decline invitations, and when they are free, without which nothing could be checked before a
/// write. No titles are read under either.
pub const SCOPES: [&str; 2] = [
    "https://www.googleapis.com/auth/calendar.events.owned",
    "https://www.googleapis.com/auth/calendar.freebusy",
];

/// What is asked of a person besides: whose account it is.
pub const IDENTITY: [&str; 2] = ["openid", "email"];

/// Tells accounts apart in memory: a hash of what gives access, so that a new connection of the
/// same person begins afresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AccountKey(pub(crate) [u8; 32]);

/// One person's access.
#[derive(Clone, Debug)]
pub struct Account {
    key: AccountKey,
    credential: Credential,
}

#[derive(Clone, Debug)]
enum Credential {
    User { client: Arc<OAuthClient>, refresh_token: SecretString },
    Delegated { service: Arc<ServiceAccount>, subject: String },
}

/// An access token, until shortly before its end.
pub(crate) struct Access {
    pub(crate) token: SecretString,
    pub(crate) until: DateTime<Utc>,
}

/// Taken off a token's life, so that none ends on its way.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

impl Access {
    fn new(token: SecretString, lifetime: TimeDelta, now: DateTime<Utc>) -> Self {
        Self { token, until: now + (lifetime - MARGIN).max(TimeDelta::zero()) }
    }
}

impl Account {
    /// By the refresh token that the person's consent gave.
    pub fn user(client: Arc<OAuthClient>, refresh_token: SecretString) -> Self {
        let key = key(&["user", client.id(), refresh_token.expose_secret()]);
        Self { key, credential: Credential::User { client, refresh_token } }
    }

    /// By domain-wide delegation: `subject` is the person's address in the Workspace.
    pub fn delegated(service: Arc<ServiceAccount>, subject: impl Into<String>) -> Self {
        let subject = subject.into();
        let key = key(&["delegated", service.email(), &subject]);
        Self { key, credential: Credential::Delegated { service, subject } }
    }

    pub(crate) fn key(&self) -> AccountKey {
        self.key
    }

    /// With delegation Google charges the service account's quota for everyone's calls unless it
    /// is told the user
    /// (<https://developers.google.com/workspace/calendar/api/guides/quota>, "Proper accounting
    /// with service accounts"). Under 40 characters, and it need not be a real id.
    pub(crate) fn quota_user(&self) -> Option<String> {
        matches!(self.credential, Credential::Delegated { .. })
            .then(|| self.key.0[..16].iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Gives back what the person's consent gave: all that the application holds of them, once and
    /// for all. Delegation is the administrator's to take back.
    pub async fn revoke(&self, google: &Google) -> Result<(), CalendarError> {
        match &self.credential {
            Credential::User { client, refresh_token } => {
                client.revoke(google, refresh_token).await.map_err(CalendarError::from)
            }
            Credential::Delegated { .. } => Ok(()),
        }
    }

    pub(crate) fn fetch<'a>(
        &'a self,
        google: &'a Google,
    ) -> Pin<Box<dyn Future<Output = Result<Access, Failure>> + Send + 'a>> {
        match &self.credential {
            Credential::User { client, refresh_token } => {
                Box::pin(client.refresh(google, refresh_token))
            }
            Credential::Delegated { service, subject } => Box::pin(service.access(google, subject)),
        }
    }
}

fn key(parts: &[&str]) -> AccountKey {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    AccountKey(hash.finalize().into())
}

/// An OAuth error code (RFC 6749, 5.2) as a failure.
fn refused(code: &str) -> Failure {
    match code {
        // Consent withdrawn, password changed, account suspended; or delegation not granted.
        "invalid_grant" | "unauthorized_client" | "access_denied" | "invalid_scope" => {
            Failure::Unauthorized
        }
        "invalid_client" => Failure::misconfigured("Google does not know the OAuth client"),
        _ => Failure::Refused("Google does not accept the request for a token"),
    }
}
