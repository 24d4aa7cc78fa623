//! What is stored of a connected account, and what opens it.

use chrono_tz::Tz;
use http::{HeaderValue, Uri};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

/// Who asks. Never stored in the clear, never logged.
#[derive(Clone, Debug)]
pub enum Login {
    /// A name with a password, best one that was made for this use alone.
    Password {
        /// As the server knows them.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// A token.
    Bearer(SecretString),
}

impl Login {
    /// The header that proves it; none if it cannot be written in one.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let text = match self {
            Self::Password { user, password } => {
                format!("Basic {}", STANDARD.encode(format!("{user}:{}", password.expose_secret())))
            }
            Self::Bearer(token) => format!("Bearer {}", token.expose_secret()),
        };
        let mut header = HeaderValue::from_str(&text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

/// One calendar of a server, as it was found. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The collection's address.
    pub calendar: String,
    /// The owner's principal, as a path on the server.
    pub principal: String,
    /// The addresses by which invitations name the owner, without `mailto:`, in lower case; the
    /// first is the one they organize under.
    pub addresses: Vec<String>,
    /// The server carries invitations and answers (RFC 6638).
    pub scheduling: bool,
    /// The server tells what changed since a token (RFC 6578).
    pub sync: bool,
    /// The calendar's own zone, in which whole days and times without a zone are meant.
    pub zone: Option<Tz>,
}

impl Account {
    /// The server: scheme, host and port.
    pub fn origin(&self) -> Option<String> {
        Some(Url::parse(&self.calendar).ok()?.origin().ascii_serialization())
    }

    pub(crate) fn uri(&self) -> Option<Uri> {
        self.calendar.parse().ok().filter(|uri: &Uri| uri.host().is_some())
    }
}
