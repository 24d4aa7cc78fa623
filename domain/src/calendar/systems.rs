//! Calendar systems that people connect accounts of: the port between operations, which keep
//! accounts, and the adapters, which open them.
//!
//! What an adapter needs to know of an account is two texts of its own, one secret and one not:
//! nobody else reads them.

use std::{future::Future, pin::Pin};

use chrono_tz::Tz;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{CalendarError, CalendarProvider};

/// A calendar system of which accounts can be connected. The built-in calendar needs none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarSystem {
    /// Google Calendar.
    Google,
    /// A CalDAV server (RFC 4791).
    Caldav,
}

/// A connected account as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Of which system.
    pub system: CalendarSystem,
    /// The provider's tenant (a Workspace, a server): two accounts of one tenant can share one
    /// event. None where nobody can be invited.
    pub tenant: Option<String>,
    /// The address by which the owner is known there and invited, in lower case.
    pub address: String,
    /// What the adapter needs besides the secret, as it wrote it.
    pub settings: String,
}

/// An account that was just connected.
#[derive(Debug)]
pub struct Connected {
    /// To be stored.
    pub account: Account,
    /// What opens it: to be stored encrypted, and never logged.
    pub secret: SecretString,
}

/// What somebody gave to connect an account with. Serialised only to be encrypted at once.
#[derive(Debug)]
pub enum Credential {
    /// The code that came back from a consent, and the verifier that its request was made with
    /// (RFC 7636).
    Code {
        /// Single use, minutes long.
        code: SecretString,
        /// 43 to 128 characters.
        verifier: SecretString,
    },
    /// A server's address, a name and a password.
    Password {
        /// As the person typed it.
        server: String,
        /// The name there.
        user: String,
        /// The password, best one made for this use.
        password: SecretString,
        /// The address of the calendar to use; none = the one that the server proposes first.
        calendar: Option<String>,
    },
    /// The operator's own access to a whole company (domain-wide delegation), for this address.
    Delegated {
        /// The person's address there.
        address: String,
    },
}

/// A request for a person's consent.
#[derive(Debug)]
pub struct Consent<'a> {
    /// Ties the answer to the request.
    pub state: &'a str,
    /// Kept here for [`Credential::Code`].
    pub verifier: &'a SecretString,
    /// The person's address, so that they need not choose among their accounts.
    pub hint: Option<&'a str>,
}

/// Why an account could not be connected, as a code that people see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectCode {
    /// This server has no access to that system: the operator configures it.
    NotOffered,
    /// The address is none.
    BadAddress,
    /// The operator does not let this server ask that address.
    Forbidden,
    /// The address leads to another server, to be named instead.
    Elsewhere,
    /// Name, password or consent were not accepted, or the consent was withdrawn or came too late.
    Unauthorized,
    /// A permission that is needed was not given.
    Incomplete,
    /// There is no calendar that events can be written to, or not the one named.
    NoCalendar,
    /// No such server answers, or not as the protocol says.
    Unreachable,
    /// The account is someone else's in the organization, or connected by someone else.
    Taken,
}

/// Why an account could not be connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// It will not work by asking again.
    #[error("the calendar account cannot be connected: {code:?}")]
    Refused {
        /// Why.
        code: ConnectCode,
        /// The address to name instead, for [`ConnectCode::Elsewhere`]; no content.
        instead: Option<String>,
    },
    /// The system cannot be reached now.
    #[error(transparent)]
    Later(CalendarError),
}

/// What [`CalendarSystems::connect`] returns.
pub type Connecting<'a> =
    Pin<Box<dyn Future<Output = Result<Connected, ConnectError>> + Send + 'a>>;

/// What [`CalendarSystems::revoke`] returns.
pub type Revoking<'a> = Pin<Box<dyn Future<Output = Result<(), CalendarError>> + Send + 'a>>;

/// All calendar systems that this server can use. Calls of a network are made by jobs alone.
pub trait CalendarSystems: Send + Sync {
    /// Whether accounts of a system can be connected here.
    fn offers(&self, system: CalendarSystem) -> bool;

    /// Where to send a person for their consent; none where the system asks for none, or is not
    /// configured.
    fn consent(&self, system: CalendarSystem, ask: &Consent<'_>) -> Option<String>;

    /// Finds out what a credential leads to.
    fn connect<'a>(&'a self, system: CalendarSystem, credential: &'a Credential) -> Connecting<'a>;

    /// Opens a stored account; asks nothing yet. Whole days and times without a zone are read in
    /// `zone`, the owner's.
    fn open(
        &self,
        account: &Account,
        secret: &SecretString,
        zone: Tz,
    ) -> Result<Box<dyn CalendarProvider>, CalendarError>;

    /// Gives back what a person's consent gave (RFC 7009): the secret opens nothing from then on,
    /// here or anywhere. What is worth nothing already is success, and so is what only its owner
    /// can take back: a password, a company's delegation.
    fn revoke<'a>(&'a self, account: &'a Account, secret: &'a SecretString) -> Revoking<'a>;

    /// The address at which a system's notices of changes reach this server; none where they
    /// cannot: then calendars are polled.
    fn notices(&self, system: CalendarSystem) -> Option<String>;
}

/// A server without any: every calendar is the built-in one.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSystems;

impl CalendarSystems for NoSystems {
    fn offers(&self, _system: CalendarSystem) -> bool {
        false
    }

    fn consent(&self, _system: CalendarSystem, _ask: &Consent<'_>) -> Option<String> {
        None
    }

    fn connect<'a>(&'a self, _: CalendarSystem, _: &'a Credential) -> Connecting<'a> {
        Box::pin(async {
            Err(ConnectError::Refused { code: ConnectCode::NotOffered, instead: None })
        })
    }

    fn open(
        &self,
        _account: &Account,
        _secret: &SecretString,
        _zone: Tz,
    ) -> Result<Box<dyn CalendarProvider>, CalendarError> {
        // The operator may mend it: nobody has to connect again because of it.
        Err(CalendarError::Unavailable { retry_after: None, cause: "not configured".into() })
    }

    fn revoke<'a>(&'a self, _account: &'a Account, _secret: &'a SecretString) -> Revoking<'a> {
        Box::pin(async { Ok(()) })
    }

    fn notices(&self, _system: CalendarSystem) -> Option<String> {
        None
    }
}
