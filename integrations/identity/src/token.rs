//! Access tokens: JWTs of one hour, signed with EdDSA by the key ring.

use std::{collections::HashMap, sync::Mutex};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use taiwa_domain::id::{OrganizationId, PersonId};
use uuid::Uuid;

use crate::ring::{KeyRing, RingError};

const ISSUER: &str = "taiwa";
const AUDIENCE: &str = "taiwa-api";
/// RFC 9068: a token for anything else, such as an ID token, is not taken for an access token.
const TYPE: &str = "at+jwt";
/// Verified tokens remembered, so that a busy client's signature is checked once.
const REMEMBERED: usize = 4096;
/// Longest token looked at.
const LONGEST: usize = 2048;

/// What a verified token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The tenant.
    pub organization: OrganizationId,
    /// The subject.
    pub person: PersonId,
    /// The token's own id: whether it was revoked is a row.
    pub token: Uuid,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// A fresh token.
pub struct Issued {
    /// For the bearer alone; never logged.
    pub token: SecretString,
    /// What it says.
    pub verified: Verified,
}

/// The token is not ours, not for us, altered, or no longer valid. Which of these is nobody's
/// business but the log's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the access token is not valid")]
pub struct TokenError;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    org: Uuid,
    jti: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Issues and verifies access tokens.
pub struct Tokens {
    active: (String, EncodingKey),
    verifying: HashMap<String, DecodingKey>,
    remembered: Mutex<HashMap<[u8; 32], Verified>>,
}

impl Tokens {
    /// Tokens of this ring.
    pub fn new(ring: &KeyRing) -> Result<Self, RingError> {
        let mut verifying = HashMap::new();
        let mut active = None;
        for key in &ring.keys {
            let secret = key.signing.expose_secret();
            let pair = Ed25519KeyPair::from_pkcs8(secret)
                .map_err(|_| RingError::Format("a signing key is not Ed25519 in PKCS#8"))?;
            let public = BASE64_URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
            let public = DecodingKey::from_ed_components(&public)
                .map_err(|_| RingError::Format("a signing key has no public part"))?;
            if key.id == ring.active {
                active = Some((key.id.clone(), EncodingKey::from_ed_der(secret)));
            }
            verifying.insert(key.id.clone(), public);
        }
        let active = active.ok_or(RingError::Format("the active key is not in it"))?;
        Ok(Self { active, verifying, remembered: Mutex::default() })
    }

    /// Issues a token with the id `token` for `lifetime`.
    pub fn issue(
        &self,
        organization: OrganizationId,
        person: PersonId,
        token: Uuid,
        now: DateTime<Utc>,
        lifetime: TimeDelta,
    ) -> Result<Issued, TokenError> {
        let expires_at = now + lifetime;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: person.0,
            org: organization.0,
            jti: token,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: expires_at.timestamp(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.active.0.clone());
        let text = encode(&header, &claims, &self.active.1).map_err(|_| TokenError)?;
        let expires_at = DateTime::from_timestamp(claims.exp, 0).ok_or(TokenError)?;
        Ok(Issued {
            token: text.into(),
            verified: Verified { organization, person, token, expires_at },
        })
    }

    /// Verifies a token at `now`. The algorithm is ours, never the header's.
    pub fn verify(&self, text: &str, now: DateTime<Utc>) -> Result<Verified, TokenError> {
        if text.len() > LONGEST {
            return Err(TokenError);
        }
        let digest: [u8; 32] = Sha256::digest(text).into();
        let known = self.remembered.lock().ok().and_then(|known| known.get(&digest).copied());
        let verified = match known {
            Some(verified) => verified,
            None => {
                let verified = self.check(text, now)?;
                if let Ok(mut known) = self.remembered.lock() {
                    if known.len() >= REMEMBERED {
                        known.clear();
                    }
                    known.insert(digest, verified);
                }
                verified
            }
        };
        if verified.expires_at <= now { Err(TokenError) } else { Ok(verified) }
    }

    fn check(&self, text: &str, now: DateTime<Utc>) -> Result<Verified, TokenError> {
        let header = jsonwebtoken::decode_header(text).map_err(|_| TokenError)?;
        if header.typ.as_deref() != Some(TYPE) {
            return Err(TokenError);
        }
        let key = header.kid.and_then(|kid| self.verifying.get(&kid)).ok_or(TokenError)?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        // Without this a token lacking one of them passes.
        rules.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[ISSUER]);
        // Both are checked below against the `now` that is handed in.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let claims = decode::<Claims>(text, key, &rules).map_err(|_| TokenError)?.claims;
        if claims.nbf > now.timestamp() + 5 {
            return Err(TokenError);
        }
        Ok(Verified {
            organization: OrganizationId(claims.org),
            person: PersonId(claims.sub),
            token: claims.jti,
            expires_at: DateTime::from_timestamp(claims.exp, 0).ok_or(TokenError)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn tokens() -> Tokens {
        Tokens::new(&KeyRing::generate(now()).unwrap()).unwrap()
    }

    fn issue(tokens: &Tokens) -> Issued {
        let id = |n| Uuid::from_u128(n);
        tokens
            .issue(OrganizationId(id(1)), PersonId(id(2)), id(3), now(), TimeDelta::hours(1))
            .unwrap()
    }

    #[test]
    fn a_token_lives_an_hour() {
        let tokens = tokens();
        let issued = issue(&tokens);
        let text = issued.token.expose_secret();
        assert_eq!(tokens.verify(text, now()), Ok(issued.verified));
        assert_eq!(tokens.verify(text, now() + TimeDelta::minutes(59)), Ok(issued.verified));
        assert_eq!(tokens.verify(text, now() + TimeDelta::hours(1)), Err(TokenError));
    }

    #[test]
    fn another_ring_an_altered_claim_and_rubbish_are_refused() {
        let tokens = tokens();
        let issued = issue(&tokens);
        let text = issued.token.expose_secret();
        assert_eq!(self::tokens().verify(text, now()), Err(TokenError));
        let mut parts: Vec<&str> = text.split('.').collect();
        let forged = BASE64_URL_SAFE_NO_PAD.encode(
            String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap())
                .unwrap()
                .replace("0000002", "0000004"),
        );
        parts[1] = &forged;
        assert_eq!(tokens.verify(&parts.join("."), now()), Err(TokenError));
        for rubbish in ["", "a.b.c", "....", &"x".repeat(5000)] {
            assert_eq!(tokens.verify(rubbish, now()), Err(TokenError));
        }
    }

    #[test]
    fn every_claim_and_the_type_are_required() {
        let tokens = tokens();
        let full = serde_json::json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": Uuid::from_u128(2), "org": Uuid::from_u128(1),
            "jti": Uuid::from_u128(3), "iat": now().timestamp(), "nbf": now().timestamp(),
            "exp": now().timestamp() + 60,
        });
        let sign = |claims: &serde_json::Value, typ: &str| {
            let mut header = Header::new(Algorithm::EdDSA);
            header.typ = Some(typ.to_owned());
            header.kid = Some(tokens.active.0.clone());
            encode(&header, claims, &tokens.active.1).unwrap()
        };
        assert!(tokens.verify(&sign(&full, TYPE), now()).is_ok());
        assert!(tokens.verify(&sign(&full, "JWT"), now()).is_err());
        for claim in ["iss", "aud", "sub", "org", "jti", "iat", "nbf", "exp"] {
            let mut less = full.clone();
            less.as_object_mut().unwrap().remove(claim);
            assert!(tokens.verify(&sign(&less, TYPE), now()).is_err(), "{claim}");
        }
        for (claim, other) in [("iss", "someone"), ("aud", "another-api")] {
            let mut wrong = full.clone();
            wrong[claim] = other.into();
            assert!(tokens.verify(&sign(&wrong, TYPE), now()).is_err(), "{claim}");
        }
    }

    #[test]
    fn a_ring_survives_its_file_and_is_not_overwritten() {
        let folder = std::env::temp_dir().join(format!("taiwa-ring-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("keys.json");
        let _ = std::fs::remove_file(&path);
        let ring = KeyRing::generate(now()).unwrap();
        ring.write(&path).unwrap();
        let issued = issue(&Tokens::new(&ring).unwrap());
        let again = Tokens::new(&KeyRing::read(&path).unwrap()).unwrap();
        assert!(again.verify(issued.token.expose_secret(), now()).is_ok());
        assert!(matches!(ring.write(&path), Err(RingError::Exists(_))));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(KeyRing::read(&path), Err(RingError::Exposed(_))));
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
