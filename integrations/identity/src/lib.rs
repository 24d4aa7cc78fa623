//! Key ring, access tokens and their verification.
//!
//! A token says who its bearer is and nothing of what they may do: roles are rows, read on every
//! request. Sign-in by a company's identity provider ends in the same [`Verified`] subject.

mod content;
mod ring;
mod token;
mod vault;

pub use content::DataKey;
pub use ring::{KeyRing, RingError};
pub use token::{Issued, TokenError, Tokens, Verified};
pub use vault::{Unopened, Vault};

/// A fresh secret of 192 bits for a URL, in URL-safe base64.
pub fn secret() -> Result<String, RingError> {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let mut bytes = [0; 24];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| RingError::Format("no randomness"))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// The text of an issued token, for the one place that hands it to its bearer.
pub fn expose(issued: &Issued) -> &str {
    secrecy::ExposeSecret::expose_secret(&issued.token)
}
