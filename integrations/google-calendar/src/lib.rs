//! Google Calendar as a [calendar provider](taiwa_domain::calendar::CalendarProvider).
//!
//! [`Google`] is what a process shares: the client, the pace, the tokens. An [`Account`] is one
//! person's access, by their own consent ([`OAuthClient`]) or their company's delegation
//! ([`ServiceAccount`]). [`GoogleCalendar`] is one calendar of theirs. Notices from Google are
//! told from forged ones by [`verify`].
//!
//! Requests are made here, with the types of `google-calendar3`: its client cannot send If-Match
//! or nulls, and two ways to send would be one too many. Only [`SCOPES`] are asked for, with
//! [`IDENTITY`] where a person consents, and no title, description or place is ever read.

mod busy;
mod calendar;
mod changes;
mod channel;
mod cursor;
mod endpoints;
mod failure;
mod fields;
mod google;
mod http;
mod oauth;
mod pacing;
mod read;
mod write;

pub use calendar::GoogleCalendar;
pub use channel::{Expected, Forged, Notice, channel_of, verify};
pub use endpoints::{EndpointError, Endpoints};
pub use failure::Misconfigured;
pub use google::{Chance, Google, SetupError, Sleep};
pub use oauth::{
    Account, Connected, ConsentError, IDENTITY, OAuthClient, Person, SCOPES, ServiceAccount,
    ServiceAccountError,
};
pub use pacing::{Bucket, Limits, Rate};
