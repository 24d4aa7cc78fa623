//! Calendars: connected ones and the built-in one, and the guardian of slots.
//!
//! What happens, in this order: somebody gives a credential ([`accounts`]); a job tries it
//! ([`connect`]), others read the calendar ([`reading`]) and keep its channel of notices open
//! ([`watching`]). Whatever changed in a calendar, in the organization or by people asks for the
//! slots it touches to be guarded ([`guard`]): decided about by the domain's rules, written down,
//! then done. No job calls a calendar inside a transaction, and each can be repeated at any point.

pub mod accounts;
pub mod built_in;
pub mod connect;
pub mod guard;
pub mod history;
pub mod policy;
pub mod reading;
pub mod reschedule;
pub(crate) mod secrets;
pub mod watching;

pub use built_in::*;
