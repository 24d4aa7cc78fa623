//! A company's delegation: a service account acts for the people of a Workspace (RFC 7523,
//! <https://developers.google.com/identity/protocols/oauth2/service-account>).

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{Access, SCOPES, refused};
use crate::{
    failure::{Answer, Failure, date},
    google::Google,
};

/// The longest life of an assertion that Google accepts.
const LIFETIME: TimeDelta = TimeDelta::hours(1);
/// A difference of clocks that explains nothing.
const SKEW: TimeDelta = TimeDelta::seconds(30);

/// A service account with the key that signs for it.
#[derive(Clone)]
pub struct ServiceAccount {
    email: String,
    key_id: Option<String>,
    key: EncodingKey,
}

impl std::fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceAccount").field("email", &self.email).finish_non_exhaustive()
    }
}

/// The file is no key of a service account. Says nothing of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key file of a Google service account")]
pub struct ServiceAccountError;

impl ServiceAccount {
    /// From the JSON key file that Google Cloud gives out. The addresses in it are ignored: a file
    /// must not say where signed assertions go.
    pub fn from_json(json: &SecretString) -> Result<Self, ServiceAccountError> {
        #[derive(Deserialize)]
        struct File {
            client_email: String,
            private_key: String,
            private_key_id: Option<String>,
        }
        let mut file: File =
            serde_json::from_str(json.expose_secret()).map_err(|_| ServiceAccountError)?;
        let key = EncodingKey::from_rsa_pem(file.private_key.as_bytes());
        file.private_key.zeroize();
        let key = key.map_err(|_| ServiceAccountError)?;
        Ok(Self { email: file.client_email, key_id: file.private_key_id, key })
    }

    /// Its address, which also names it to the administrator of a Workspace.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// A clock that is wrong makes an assertion look worthless: before everyone's access counts
    /// as lost, it is tried once more by Google's clock.
    pub(crate) async fn access(&self, google: &Google, subject: &str) -> Result<Access, Failure> {
        let now = google.now();
        let (outcome, theirs) = self.ask(google, subject, now).await;
        match (outcome, theirs) {
            (Err(Failure::Unauthorized), Some(theirs)) if (theirs - now).abs() > SKEW => {
                self.ask(google, subject, theirs).await.0
            }
            (outcome, _) => outcome,
        }
    }

    /// Asks for a token as of `now`. Answers also what Google's clock says.
    async fn ask(
        &self,
        google: &Google,
        subject: &str,
        now: DateTime<Utc>,
    ) -> (Result<Access, Failure>, Option<DateTime<Utc>>) {
        let answer = match self.request(google, subject, now) {
            Ok(request) => google.http().send(request).await,
            Err(failure) => return (Err(failure), None),
        };
        let (head, mut body) = match answer {
            Ok(answer) => answer.into_parts(),
            Err(error) => return (Err(unavailable(error)), None),
        };
        let outcome = read(head.status.as_u16(), &body, google.now());
        body.zeroize();
        (outcome, date(&head.headers))
    }

    /// An assertion of `subject`'s consent, with the key's signature.
    fn request(
        &self,
        google: &Google,
        subject: &str,
        now: DateTime<Utc>,
    ) -> Result<http::Request<Vec<u8>>, Failure> {
        #[derive(Serialize)]
        struct Claims<'a> {
            iss: &'a str,
            sub: &'a str,
            scope: String,
            aud: &'a str,
            iat: i64,
            exp: i64,
        }
        let at = &google.endpoints().token;
        let claims = Claims {
            iss: &self.email,
            sub: subject,
            scope: SCOPES.join(" "),
            aud: at.as_str(),
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        let mut header = Header::new(Algorithm::RS256);
        header.kid.clone_from(&self.key_id);
        let assertion = jsonwebtoken::encode(&header, &claims, &self.key)
            .map_err(|_| Failure::misconfigured("the service account's key cannot sign"))?;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", &assertion)
            .finish();
        http::Request::post(at.as_str())
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into_bytes())
            .map_err(|_| Failure::unreadable())
    }
}

fn unavailable(cause: impl std::error::Error + Send + Sync + 'static) -> Failure {
    Failure::Unavailable { retry_after: None, cause: Box::new(cause) }
}

fn read(status: u16, body: &[u8], now: DateTime<Utc>) -> Result<Access, Failure> {
    #[derive(Deserialize)]
    struct Granted {
        access_token: String,
        expires_in: u32,
    }
    #[derive(Deserialize)]
    struct Denied {
        error: String,
    }
    match status {
        200 => {
            let granted: Granted =
                serde_json::from_slice(body).map_err(|_| Failure::unreadable())?;
            let lifetime = TimeDelta::seconds(granted.expires_in.min(86_400).into());
            Ok(Access::new(granted.access_token.into(), lifetime, now))
        }
        429 | 500..=599 => Err(unavailable(Answer::read(status, b""))),
        _ => Err(serde_json::from_slice::<Denied>(body)
            .map_or_else(|_| Failure::unreadable(), |denied| refused(&denied.error))),
    }
}
