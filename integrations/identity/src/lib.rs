//! Key ring, access tokens and their verification.
//!
//! A token says who its bearer is and nothing of what they may do: roles are rows, read on every
//! request. Sign-in by a company's identity provider ends in the same [`Verified`] subject.

mod ring;
mod token;

pub use ring::{KeyRing, RingError};
pub use token::{Issued, TokenError, Tokens, Verified};
