//! The one HTTP client for addresses that a user or a tenant configured.
//!
//! Whoever names a server chooses where we connect to: without care that is our own network, the
//! cloud's metadata service or a file of gigabytes. [`Egress`] connects to public addresses alone,
//! looked at after the name was resolved and for every connection, follows few redirects and each
//! under the same rules, never carries credentials to another origin, and bounds size and time.
//! What an operator allows besides is said in one [`EgressPolicy`].
//!
//! It reads no proxy from the environment: behind one, the address that is connected to would be
//! the proxy's, and nothing here would be checked.

mod address;
mod client;
mod connect;
mod error;
mod policy;
mod redirect;
mod resolve;
mod service;
mod tls;

pub use address::is_public;
pub use client::{Egress, Landed};
pub use error::EgressError;
pub use policy::{Allowed, EgressPolicy};
pub use resolve::{Resolve, Resolving, SystemResolver};
pub use service::EgressFuture;
