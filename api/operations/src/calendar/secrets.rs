//! Secrets of accounts, sealed at rest.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use taiwa_domain::{calendar::Credential, id::OrganizationId};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{App, Failure, Result};

/// What a sealed text is: it opens as nothing else.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// What opens an account.
    Secret,
    /// What was given to connect one.
    Credential,
    /// The verifier of a consent.
    Verifier,
    /// What notices of a channel carry.
    Token,
}

impl Kind {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Secret => b"calendar account secret",
            Self::Credential => b"calendar account credential",
            Self::Verifier => b"consent verifier",
            Self::Token => b"calendar channel token",
        }
    }
}

pub(crate) fn seal(
    app: &App,
    organization: OrganizationId,
    kind: Kind,
    of: Uuid,
    text: &SecretString,
) -> Result<Vec<u8>> {
    let place = [kind.name(), of.as_bytes()];
    Ok(app.vault()?.seal(organization, &place, text.expose_secret().as_bytes()))
}

pub(crate) fn open(
    app: &App,
    organization: OrganizationId,
    kind: Kind,
    of: Uuid,
    sealed: &[u8],
) -> Result<SecretString> {
    let failed = Failure::Internal("a secret was not sealed by a key of the ring");
    let plain = app.vault()?.open(organization, &[kind.name(), of.as_bytes()], sealed);
    let plain = plain.map_err(|_| failed)?;
    let text = std::str::from_utf8(&plain);
    Ok(text.map_err(|_| Failure::Internal("a secret is no text"))?.to_owned().into())
}

/// A credential as it is sealed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stored {
    Code { code: Zeroizing<String>, verifier: Zeroizing<String> },
    Password { server: String, user: String, password: Zeroizing<String>, calendar: Option<String> },
    Delegated { address: String },
}

fn plain(secret: &SecretString) -> Zeroizing<String> {
    Zeroizing::new(secret.expose_secret().to_owned())
}

fn secret(mut plain: Zeroizing<String>) -> SecretString {
    std::mem::take(&mut *plain).into()
}

pub(super) fn seal_credential(
    app: &App,
    organization: OrganizationId,
    account: Uuid,
    credential: &Credential,
) -> Result<Vec<u8>> {
    let stored = match credential {
        Credential::Code { code, verifier } => {
            Stored::Code { code: plain(code), verifier: plain(verifier) }
        }
        Credential::Password { server, user, password, calendar } => Stored::Password {
            server: server.clone(),
            user: user.clone(),
            password: plain(password),
            calendar: calendar.clone(),
        },
        Credential::Delegated { address } => Stored::Delegated { address: address.clone() },
    };
    let text = serde_json::to_string(&stored)
        .map_err(|_| Failure::Internal("a credential does not serialise"))?;
    seal(app, organization, Kind::Credential, account, &text.into())
}

pub(super) fn open_credential(
    app: &App,
    organization: OrganizationId,
    account: Uuid,
    sealed: &[u8],
) -> Result<Credential> {
    let text = open(app, organization, Kind::Credential, account, sealed)?;
    let stored = serde_json::from_str(text.expose_secret())
        .map_err(|_| Failure::Internal("a credential cannot be read"))?;
    Ok(match stored {
        Stored::Code { code, verifier } => {
            Credential::Code { code: secret(code), verifier: secret(verifier) }
        }
        Stored::Password { server, user, password, calendar } => {
            Credential::Password { server, user, password: secret(password), calendar }
        }
        Stored::Delegated { address } => Credential::Delegated { address },
    })
}
