//! Connected calendar accounts.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use serde::Serialize;
use taiwa_domain::calendar::{AccountTrouble, ConnectCode};
use taiwa_operations::{calendar::accounts as operations, rows::AccountRow};

use super::Calendar;
use crate::{
    context::caller,
    error::failed,
    id::{Kind, global},
    payload::{UserError, idempotency, payload, split},
};

/// A calendar system of which accounts can be connected. The built-in calendar needs none.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::calendar::CalendarSystem")]
pub(crate) enum CalendarSystem {
    /// Google Calendar.
    Google,
    /// A CalDAV server (RFC 4791), such as Nextcloud, Radicale or iCloud.
    Caldav,
}

/// Where a calendar account stands.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::calendar::AccountState")]
pub(crate) enum CalendarAccountState {
    /// What was given is being tried.
    Connecting,
    /// It opens: 1on1s stand, or are on their way, in it.
    Connected,
    /// It does not open any more: its owner must connect it again. What it last showed still
    /// counts as busy.
    Disconnected,
    /// It could not be connected.
    Failed,
    /// Its owner took it back; what stands in it is being cancelled.
    Leaving,
}

/// Why a calendar account does not open.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum CalendarTrouble {
    /// Name, password or consent are not, or no longer, accepted.
    Unauthorized,
    /// The calendar was deleted.
    CalendarGone,
    /// The system refuses to be read.
    Refused,
    /// This server has no access to that system: its operator configures it.
    NotOffered,
    /// The address is none.
    BadAddress,
    /// The operator does not let this server ask that address.
    Forbidden,
    /// The address leads to another server: `connectTo` names it.
    Elsewhere,
    /// A permission that is needed was not given.
    Incomplete,
    /// There is no calendar that can be written to, or not the one named.
    NoCalendar,
    /// No such server answers, or not as the protocol says.
    Unreachable,
    /// The account is someone else's in the organization, or connected by someone else.
    Taken,
}

impl From<AccountTrouble> for CalendarTrouble {
    fn from(it: AccountTrouble) -> Self {
        use ConnectCode as Code;
        match it {
            AccountTrouble::Unauthorized | AccountTrouble::Connect(Code::Unauthorized) => {
                Self::Unauthorized
            }
            AccountTrouble::CalendarGone => Self::CalendarGone,
            AccountTrouble::Refused => Self::Refused,
            AccountTrouble::Connect(Code::NotOffered) => Self::NotOffered,
            AccountTrouble::Connect(Code::BadAddress) => Self::BadAddress,
            AccountTrouble::Connect(Code::Forbidden) => Self::Forbidden,
            AccountTrouble::Connect(Code::Elsewhere) => Self::Elsewhere,
            AccountTrouble::Connect(Code::Incomplete) => Self::Incomplete,
            AccountTrouble::Connect(Code::NoCalendar) => Self::NoCalendar,
            AccountTrouble::Connect(Code::Unreachable) => Self::Unreachable,
            AccountTrouble::Connect(Code::Taken) => Self::Taken,
        }
    }
}

/// A connected calendar account. Requires: its owner.
pub(crate) struct CalendarAccount(AccountRow);

impl CalendarAccount {
    pub(crate) async fn mine(context: &Context<'_>) -> Result<Option<Self>> {
        let caller = caller(context)?;
        let found = operations::mine(&caller.app, &caller.actor).await;
        Ok(found.map_err(|failure| failed(&failure))?.map(Self))
    }
}

/// A connected calendar account. Requires: its owner.
#[Object]
impl CalendarAccount {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::CalendarAccount, self.0.id)
    }

    /// Of which system.
    async fn system(&self) -> CalendarSystem {
        self.0.account.system.into()
    }

    /// The address by which its owner is known there; null until it is connected.
    async fn address(&self) -> Option<&str> {
        Some(self.0.account.address.as_str()).filter(|address| !address.is_empty())
    }

    /// Where it stands.
    async fn state(&self) -> CalendarAccountState {
        self.0.state.into()
    }

    /// Why it does not open, or why what was last given to connect it did not.
    async fn trouble(&self) -> Option<CalendarTrouble> {
        self.0.trouble.map(Into::into)
    }

    /// The server to name instead, where the one that was named leads to it.
    async fn connect_to(&self) -> Option<&str> {
        self.0.instead.as_deref()
    }

    /// When all of it had last been read; null until then.
    async fn read_at(&self) -> Option<DateTime<Utc>> {
        self.0.progress.read_at
    }
}

/// How many calendar accounts of the organization stand somewhere.
#[derive(SimpleObject)]
pub(crate) struct CalendarAccountCount {
    /// Where.
    state: CalendarAccountState,
    /// How many.
    count: u64,
}

impl CalendarAccountCount {
    pub(crate) async fn all(context: &Context<'_>) -> Result<Vec<Self>> {
        let caller = caller(context)?;
        let found = operations::counts(&caller.app, &caller.actor).await;
        let found = found.map_err(|failure| failed(&failure))?;
        Ok(found.into_iter().map(|(state, count)| Self { state: state.into(), count }).collect())
    }
}

/// A consent to ask for.
#[derive(InputObject)]
pub(crate) struct RequestCalendarConsentInput {
    /// For which system.
    system: CalendarSystem,
    /// Taken as everywhere, and kept nowhere: every request gets a fresh address, and the one
    /// before it counts no more.
    #[allow(dead_code, reason = "the address is a secret, which no key may bring back")]
    idempotency_key: Option<String>,
}

/// What came of asking for a consent.
#[derive(SimpleObject)]
pub(crate) struct RequestCalendarConsentPayload {
    /// Where to send the person within a quarter of an hour: shown this once, to them alone.
    authorization_url: Option<String>,
    /// What was wrong; empty when it was done.
    user_errors: Vec<UserError>,
}

/// A calendar on a CalDAV server.
#[derive(InputObject, Serialize)]
pub(crate) struct ConnectCalDavCalendarInput {
    /// Address of the server, best with `https://`.
    server_url: String,
    /// The caller's name there.
    user_name: String,
    /// The caller's password there, best one made for this use. Sealed at once, and never shown
    /// again.
    // In no text that is kept: the operation adds what tells one password from another.
    #[serde(skip)]
    password: String,
    /// Address of the calendar to use; null = the one that the server proposes first.
    calendar_url: Option<String>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of connecting a calendar.
    ConnectCalDavCalendarPayload {
        /// The account: its state says how it goes on.
        calendar_account: CalendarAccount
    }
}

/// An account to give back.
#[derive(InputObject, Serialize)]
pub(crate) struct DisconnectCalendarInput {
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of giving an account back.
    DisconnectCalendarPayload {
        /// The calendar.
        calendar: Calendar
    }
}

/// Connecting calendar accounts.
#[derive(Default)]
pub(crate) struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Says where to send the caller to let this server use their calendar; when they come back,
    /// it is connected. Requires: a token; it is done for the caller alone.
    async fn request_calendar_consent(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The system.")] input: RequestCalendarConsentInput,
    ) -> Result<RequestCalendarConsentPayload> {
        let caller = caller(context)?;
        let system = input.system.into();
        let outcome = operations::ask_consent(&caller.app, &caller.actor, system).await;
        let (authorization_url, user_errors) = split(context, outcome)?;
        Ok(RequestCalendarConsentPayload { authorization_url, user_errors })
    }

    /// Connects the caller's calendar on a CalDAV server; 1on1s then stand in it. Requires: a
    /// token; it is done for the caller alone.
    async fn connect_cal_dav_calendar(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The calendar.")] input: ConnectCalDavCalendarInput,
    ) -> Result<ConnectCalDavCalendarPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "connectCalDavCalendar", &input)?;
        let server = operations::Server {
            server: input.server_url,
            user: input.user_name,
            password: input.password.into(),
            calendar: input.calendar_url,
        };
        let outcome = operations::connect_server(&caller.app, &caller.actor, key, server).await;
        let (done, user_errors) = split(context, outcome)?;
        let calendar_account = match done {
            Some(_) => CalendarAccount::mine(context).await?,
            None => None,
        };
        Ok(ConnectCalDavCalendarPayload { calendar_account, user_errors })
    }

    /// Gives the caller's account back: what stands in it is cancelled, 1on1s move to the built-in
    /// calendar, and what they consented to at the provider ends. Requires: a token; it is done for the caller alone.
    async fn disconnect_calendar(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Nothing but a key.")] input: DisconnectCalendarInput,
    ) -> Result<DisconnectCalendarPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "disconnectCalendar", &input)?;
        let outcome = operations::disconnect(&caller.app, &caller.actor, key).await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(DisconnectCalendarPayload { calendar: done.map(|_| Calendar), user_errors })
    }
}
