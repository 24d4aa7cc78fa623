//! Who consented: the ID token that comes with the tokens (OpenID Connect Core 1.0,
//! <https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload>).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::user::ConsentError;

/// Google's name of itself; both forms are documented.
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];
/// How far our clock may be ahead of Google's.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// Longest ID token read, in bytes: Google's have some 1,200.
const LARGEST: usize = 16 << 10;

/// What a token answer holds besides OAuth's own fields.
#[derive(Deserialize, Serialize)]
pub(super) struct Extra {
    pub(super) id_token: Option<String>,
}

impl oauth2::ExtraTokenFields for Extra {}

impl std::fmt::Debug for Extra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Extra").finish_non_exhaustive()
    }
}

/// A person as Google knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their address, in lower case.
    pub address: String,
    /// The Workspace that they belong to, by its domain; none for a consumer's account, which
    /// belongs to no company.
    pub workspace: Option<String>,
}

/// Reads an ID token that came straight from the token endpoint: over TLS, so that its signature
/// says nothing more (OpenID Connect Core 1.0, 3.1.3.7, 6).
pub(super) fn read(token: &str, client: &str, now: DateTime<Utc>) -> Result<Person, ConsentError> {
    #[derive(Deserialize)]
    struct Claims {
        iss: String,
        aud: String,
        exp: i64,
        email: Option<String>,
        #[serde(default)]
        email_verified: bool,
        hd: Option<String>,
    }
    if token.len() > LARGEST {
        return Err(ConsentError::Foreign);
    }
    let claims: Claims = jsonwebtoken::dangerous::insecure_decode_claims(token)
        .map_err(|_| ConsentError::Foreign)?;
    if !ISSUERS.contains(&claims.iss.as_str())
        || claims.aud != client
        || claims.exp <= (now - SKEW).timestamp()
    {
        return Err(ConsentError::Foreign);
    }
    // Without the permission there is none; one that is not verified may be anybody's.
    let address = claims.email.filter(|_| claims.email_verified).ok_or(ConsentError::Incomplete)?;
    let lower = |text: String| text.to_lowercase();
    Ok(Person { address: lower(address), workspace: claims.hd.map(lower) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{EncodingKey, Header};
    use serde_json::{Value, json};

    fn of(change: Value) -> Result<Person, ConsentError> {
        let mut claims = json!({"iss": "https://accounts.google.com", "aud": "client",
            "exp": 2_000_000_000, "sub": "1", "email": "Hana@Example.JP", "email_verified": true,
            "hd": "Example.jp"});
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let key = EncodingKey::from_secret(b"whoever");
        let token = jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap();
        read(&token, "client", DateTime::from_timestamp(1_999_999_000, 0).unwrap())
    }

    #[test]
    fn a_person_is_known_by_a_verified_address() {
        let hana =
            Person { address: "hana@example.jp".into(), workspace: Some("example.jp".into()) };
        assert_eq!(of(json!({})).unwrap(), hana);
        assert_eq!(of(json!({"iss": "accounts.google.com"})).unwrap(), hana);
        assert_eq!(of(json!({"hd": null})).unwrap().workspace, None);
        for hidden in [json!({"email": null}), json!({"email_verified": false})] {
            assert!(matches!(of(hidden), Err(ConsentError::Incomplete)));
        }
    }

    #[test]
    fn a_token_made_for_someone_else_names_nobody() {
        for other in [
            json!({"iss": "https://accounts.example.com"}),
            json!({"aud": "another client"}),
            json!({"exp": 1_999_998_000}),
        ] {
            assert!(matches!(of(other.clone()), Err(ConsentError::Foreign)), "{other}");
        }
        assert!(of(json!({"exp": 1_999_998_800})).is_ok(), "our clock may be ahead a little");
        for broken in ["", "a.b.c", &"x".repeat(LARGEST + 1)] {
            assert!(matches!(
                read(broken, "client", DateTime::UNIX_EPOCH),
                Err(ConsentError::Foreign)
            ));
        }
    }
}
