//! A stateful stand-in for the endpoints of Google that Taiwa uses, for tests on loopback.
//!
//! [`StandIn::start`] serves the Calendar API below `/calendar/v3/` and OAuth at `/token`. What
//! people do with their calendars is done through [`StandIn::hand`]; troubles come from
//! [`StandIn::fault`] and [`StandIn::set`]; what was asked is told by [`StandIn::count`] and
//! [`StandIn::requests`].
//!
//! Its rules are those of the vendor's public documentation, each with its page. Where the pages
//! are silent, the comment says so. The server is hyper's and not a framework's because it must be
//! able to take a write and then cut the connection without a word.

mod call;
mod channels;
mod conference;
mod copies;
mod events;
mod fault;
mod fields;
mod freebusy;
mod hand;
mod list;
mod oauth;
mod recur;
mod server;
mod state;
mod view;

pub use call::Kind;
pub use channels::Sent;
pub use fault::{Fault, Trouble};
pub use hand::Hand;
pub use server::StandIn;
pub use state::{Seen, Settings};
