//! Calendars of CalDAV servers (RFC 4791), with scheduling (RFC 6638) and incremental reading
//! (RFC 6578) where the server offers them.
//!
//! [`connect`] finds out what an address, a name and a password lead to; one of the [`Account`]s it
//! returns is stored. [`CalDavCalendar`] opens it as a
//! [`CalendarProvider`](taiwa_domain::calendar::CalendarProvider). All requests go through
//! [`taiwa_egress::Egress`]: it is the user who names the server.
//!
//! libdav brings the requests and the encoding of paths; its connections are not used, because it
//! logs what comes over them, and because answers are needed with their headers.

mod account;
mod busy;
mod calendar;
mod changes;
mod dav;
mod decline;
mod discover;
mod error;
mod event;
mod fetch;
mod multistatus;
mod query;
mod reading;
mod write;

pub use account::{Account, Login};
pub use calendar::CalDavCalendar;
pub use discover::{Discovered, Found, connect};
pub use error::ConnectError;
