//! Tokens: <https://developers.google.com/identity/protocols/oauth2/web-server> and
//! <https://developers.google.com/identity/protocols/oauth2/service-account>.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::state::World;

/// An OAuth error (RFC 6749, 5.2).
pub(crate) struct Denied(pub(crate) u16, pub(crate) &'static str);

pub(crate) struct Grant {
    pub(crate) user: String,
    pub(crate) until: DateTime<Utc>,
    /// Charged for quotas unless another is named: with delegation the service account.
    pub(crate) charged: String,
}

pub(crate) struct Consent {
    pub(crate) user: String,
    pub(crate) client: String,
    pub(crate) redirect: String,
    pub(crate) challenge: String,
    pub(crate) scope: String,
}

#[derive(Default)]
pub(crate) struct Registry {
    pub(crate) clients: HashMap<String, String>,
    pub(crate) services: HashMap<String, (DecodingKey, Vec<String>)>,
    pub(crate) codes: HashMap<String, Consent>,
    pub(crate) refresh: HashMap<String, (String, String)>,
    pub(crate) access: HashMap<String, Grant>,
}

/// Access tokens live for an hour.
const LIFETIME: i64 = 3_599;

impl World {
    pub(crate) fn token(
        &mut self,
        form: &HashMap<String, String>,
        basic: Option<&str>,
        audience: &str,
    ) -> Result<(String, Value), Denied> {
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        match field("grant_type") {
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => {
                self.bearer(field("assertion"), audience)
            }
            kind @ ("authorization_code" | "refresh_token") => {
                let (id, secret) = credentials(form, basic).ok_or(Denied(401, "invalid_client"))?;
                if self.registry.clients.get(&id) != Some(&secret) {
                    return Err(Denied(401, "invalid_client"));
                }
                if kind == "refresh_token" {
                    let known = self.registry.refresh.get(field("refresh_token"));
                    let (user, _) = known
                        .filter(|(_, client)| *client == id)
                        .ok_or(Denied(400, "invalid_grant"))?;
                    let user = user.clone();
                    return Ok((user.clone(), self.issue(&user, &user)));
                }
                let consent = self
                    .registry
                    .codes
                    .remove(field("code"))
                    .ok_or(Denied(400, "invalid_grant"))?;
                let challenge =
                    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
                if consent.client != id
                    || consent.redirect != field("redirect_uri")
                    || consent.challenge != challenge
                {
                    return Err(Denied(400, "invalid_grant"));
                }
                let refresh = self.fresh("refresh");
                self.registry.refresh.insert(refresh.clone(), (consent.user.clone(), id));
                let mut answer = self.issue(&consent.user, &consent.user);
                answer["refresh_token"] = json!(refresh);
                let given: Vec<&str> = consent.scope.split(' ').collect();
                if given.contains(&"openid") {
                    answer["id_token"] = json!(self.id_token(&consent, &given));
                }
                // Short names come back as the long ones that they stand for.
                let long = given.iter().map(|scope| match *scope {
                    "email" => "https://www.googleapis.com/auth/userinfo.email",
                    other => other,
                });
                answer["scope"] = json!(long.collect::<Vec<_>>().join(" "));
                Ok((consent.user, answer))
            }
            _ => Err(Denied(400, "unsupported_grant_type")),
        }
    }

    /// "The token can be an access token or a refresh token": with either all that its user gave
    /// the application goes
    /// (<https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke>).
    pub(crate) fn revoke(&mut self, form: &HashMap<String, String>) -> Result<String, Denied> {
        let token = form.get("token").map(String::as_str).unwrap_or_default();
        let given =
            self.registry.refresh.get(token).cloned().ok_or(Denied(400, "invalid_token"))?;
        self.registry.refresh.retain(|_, known| *known != given);
        self.registry.access.retain(|_, grant| grant.user != given.0);
        Ok(given.0)
    }

    pub(crate) fn issue(&mut self, user: &str, charged: &str) -> Value {
        let (token, now) = (self.fresh("access"), self.now());
        self.registry.access.retain(|_, grant| grant.until > now);
        let until = now + TimeDelta::seconds(LIFETIME);
        let grant = Grant { user: user.to_owned(), until, charged: charged.to_owned() };
        self.registry.access.insert(token.clone(), grant);
        json!({"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"})
    }

    /// <https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload>.
    /// Without a real signature: who has it from the token endpoint need not look at it.
    fn id_token(&self, consent: &Consent, given: &[&str]) -> String {
        let now = self.now().timestamp();
        let mut claims = json!({"iss": "https://accounts.google.com", "azp": consent.client,
            "aud": consent.client, "sub": "110169484474386276334", "iat": now, "exp": now + 3_600});
        if given.contains(&"email") {
            claims["email"] = json!(consent.user);
            claims["email_verified"] = json!(true);
        }
        // "Provided only if the user belongs to a Google Cloud organization."
        let domain = consent.user.rsplit('@').next().unwrap_or_default();
        if domain != "gmail.com" {
            claims["hd"] = json!(domain);
        }
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let head = json!({"alg": "RS256", "kid": "stand-in", "typ": "JWT"});
        format!("{}.{}.{}", part(&head), part(&claims), BASE64_URL_SAFE_NO_PAD.encode("unsigned"))
    }

    fn bearer(&mut self, assertion: &str, audience: &str) -> Result<(String, Value), Denied> {
        #[derive(Deserialize)]
        struct Claims {
            iss: String,
            sub: String,
            scope: String,
            iat: i64,
            exp: i64,
        }
        const WRONG: Denied = Denied(400, "invalid_grant");
        let now = self.now().timestamp();
        // Whose key it is to be is read before the signature is checked, and trusted after.
        let body =
            assertion.split('.').nth(1).and_then(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
        let claimed: Claims =
            body.and_then(|body| serde_json::from_slice(&body).ok()).ok_or(WRONG)?;
        let (key, scopes) = self.registry.services.get(&claimed.iss).ok_or(WRONG)?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&[audience]);
        rules.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        rules.validate_exp = false;
        let claims =
            jsonwebtoken::decode::<Claims>(assertion, key, &rules).map_err(|_| WRONG)?.claims;
        // "A maximum of 1 hour after the issued time."
        if claims.exp <= now || claims.iat > now + 60 || claims.exp - claims.iat > 3_600 {
            return Err(WRONG);
        }
        // Scopes that the Workspace's administrator has not granted.
        if !claims.scope.split(' ').all(|scope| scopes.iter().any(|known| known == scope)) {
            return Err(Denied(401, "unauthorized_client"));
        }
        if !self.calendars.values().any(|calendar| calendar.owner == claims.sub) {
            return Err(WRONG);
        }
        let answer = self.issue(&claims.sub, &claims.iss);
        Ok((claims.sub, answer))
    }
}

fn credentials(form: &HashMap<String, String>, basic: Option<&str>) -> Option<(String, String)> {
    if let (Some(id), Some(secret)) = (form.get("client_id"), form.get("client_secret")) {
        return Some((id.clone(), secret.clone()));
    }
    let text = base64::prelude::BASE64_STANDARD.decode(basic?.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(text).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |text: &str| {
        url::form_urlencoded::parse(format!("x={text}").as_bytes())
            .next()
            .map(|(_, v)| v.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}
