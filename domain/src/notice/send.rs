//! The port of the ways out: something that takes a message to one person.

use std::{future::Future, pin::Pin, sync::Arc};

use chrono::TimeDelta;
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    id::{ActionItemId, MeetingId},
    organization::Locale,
};

/// Why a message did not go out, in words that hold neither an address nor a secret.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// Nobody answers, or not now: try again.
    #[error("the way out is not available")]
    Unavailable {
        /// As long as the other side asked for.
        retry_after: Option<TimeDelta>,
        /// What happened, for the log.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The other side does not accept who we are: whoever configures it must mend that.
    #[error("the way out does not accept who we are")]
    Unauthorized,
    /// There is nobody at this address.
    #[error("there is nobody at the address")]
    NoSuchAddress,
    /// The other side will never take this message; says why, without any of it.
    #[error("the way out refuses the message: {0}")]
    Refused(&'static str),
}

/// To whom.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    /// As colleagues know them.
    pub name: String,
    /// Their work address: what every way finds them by.
    pub address: String,
    /// In which language.
    pub locale: Locale,
}

/// Addresses are nobody's business in a log.
impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recipient").field("locale", &self.locale).finish_non_exhaustive()
    }
}

/// One thing that a message says, with where to see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// A sentence or two.
    pub text: String,
    /// Where to look.
    pub link: String,
}

/// A kind that is switched off without signing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopLink {
    /// Which kind, in words.
    pub kind: String,
    /// Where.
    pub link: String,
}

/// What is sent: kinds, times and links; nothing that anybody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The same whenever the same is sent again: whoever received it may tell.
    pub id: Uuid,
    /// To whom.
    pub to: Recipient,
    /// What it is about, on one line.
    pub subject: String,
    /// What it says.
    pub lines: Vec<Line>,
    /// Why somebody gets it.
    pub footer: String,
    /// Where people choose what they are told.
    pub preferences: String,
    /// Where each of its kinds is switched off.
    pub stops: Vec<StopLink>,
    /// Where all of them are, by one request.
    pub stop_all: String,
}

/// What sending returns: boxed, so that several ways stand behind one pointer.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), NotifyError>> + Send + 'a>>;

/// Takes messages to people. The same message twice arrives once where the other system can tell,
/// and is recognisable where it cannot.
pub trait Notifier: Send + Sync {
    /// Sends one. `Ok` = the other system has taken it.
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a>;
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A meeting.
    Meeting(MeetingId),
    /// An action.
    Action(ActionItemId),
    /// The person's calendar account.
    Calendar,
    /// What the person wants to be told.
    Preferences,
}

/// The ways that this server has, and where links lead.
pub trait Ways: Send + Sync {
    /// Mail, if the operator configured it.
    fn email(&self) -> Option<Arc<dyn Notifier>>;

    /// The Slack that a bot token of an organization opens.
    fn slack(&self, token: &SecretString) -> Option<Arc<dyn Notifier>>;

    /// Where something is seen, in the people's frontend.
    fn link(&self, to: Seen) -> String;

    /// Where a kind is switched off by whoever has this token, at this server.
    fn stop(&self, token: &str) -> String;
}

/// A server without any: people read their notices in Taiwa.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nowhere;

impl Ways for Nowhere {
    fn email(&self) -> Option<Arc<dyn Notifier>> {
        None
    }

    fn slack(&self, _token: &SecretString) -> Option<Arc<dyn Notifier>> {
        None
    }

    fn link(&self, _to: Seen) -> String {
        String::new()
    }

    fn stop(&self, _token: &str) -> String {
        String::new()
    }
}
