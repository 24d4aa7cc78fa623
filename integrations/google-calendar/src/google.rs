//! What all accounts share: the client, the addresses, the pace, the tokens, the clock.

use std::{future::Future, pin::Pin, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use http::Method;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::Value;
use taiwa_domain::clock::Clock;
use url::Url;

use crate::{
    endpoints::{EndpointError, Endpoints},
    failure::{Answer, Failure, Paced, Turn, retry_after},
    http::Http,
    oauth::{Account, TokenCache},
    pacing::{Limits, Pacer, Whose},
};

/// A number in 0..1, different every time: spreads what failed together.
pub type Chance = Arc<dyn Fn() -> f64 + Send + Sync>;

/// Waits as long as it is told, by the clock that tells the time.
pub type Sleep = Arc<dyn Fn(TimeDelta) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Google, for a whole process: make one and share it.
pub struct Google {
    endpoints: Endpoints,
    http: Arc<Http>,
    pacer: Pacer,
    tokens: TokenCache,
    clock: Arc<dyn Clock>,
    sleep: Sleep,
    chance: Chance,
}

impl std::fmt::Debug for Google {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Google").field("calendar", &self.endpoints.calendar.as_str()).finish()
    }
}

/// Google cannot be used from here.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// An address is not safe.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The machine has no trusted certificates to tell Google by.
    #[error("no trusted root certificates were found")]
    Roots(#[from] std::io::Error),
}

/// A call of the API.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Value>,
    pub(crate) if_match: Option<String>,
    /// Doing it twice is doing it once, so it is repeated when an answer was lost.
    pub(crate) repeatable: bool,
    /// Counts against the limits of writes.
    pub(crate) write: bool,
}

impl Request {
    pub(crate) fn read(url: Url) -> Self {
        let method = Method::GET;
        Self { method, url, body: None, if_match: None, repeatable: true, write: false }
    }

    pub(crate) fn write(method: Method, url: Url, body: Option<Value>) -> Self {
        Self { method, url, body, if_match: None, repeatable: true, write: true }
    }

    /// Only on this state of the event. Not repeated: after the first one took effect the second
    /// would fail.
    pub(crate) fn if_match(self, version: Option<&str>) -> Self {
        match version {
            Some(version) => Self { if_match: Some(version.to_owned()), repeatable: false, ..self },
            None => self,
        }
    }
}

/// Calls of one request at most, the first included.
const TRIES: u32 = 4;

impl Google {
    /// Shared access to Google, at `endpoints` and within `limits`.
    pub fn new(
        endpoints: Endpoints,
        limits: Limits,
        clock: Arc<dyn Clock>,
        chance: Chance,
    ) -> Result<Arc<Self>, SetupError> {
        let sleep: Sleep =
            Arc::new(|wait| Box::pin(tokio::time::sleep(wait.to_std().unwrap_or_default())));
        Self::in_a_time_of_its_own(endpoints, limits, clock, sleep, chance)
    }

    /// The same where `clock` does not go as the world does: calls wait for their turn by `sleep`.
    pub fn in_a_time_of_its_own(
        endpoints: Endpoints,
        limits: Limits,
        clock: Arc<dyn Clock>,
        sleep: Sleep,
        chance: Chance,
    ) -> Result<Arc<Self>, SetupError> {
        endpoints.check()?;
        let http = Arc::new(Http::new(endpoints.need_tls())?);
        let (pacer, tokens) = (Pacer::new(limits), TokenCache::default());
        Ok(Arc::new(Self { endpoints, http, pacer, tokens, clock, sleep, chance }))
    }

    pub(crate) fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    pub(crate) fn http(&self) -> &Http {
        &self.http
    }

    pub(crate) fn shared_http(&self) -> Arc<Http> {
        self.http.clone()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// An address of the API.
    pub(crate) fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.endpoints.calendar.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// A call whose answer is read.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        account: &Account,
        request: Request,
    ) -> Result<T, Failure> {
        let body = self.call(account, request).await?;
        serde_json::from_slice(&body).map_err(|_| Failure::unreadable())
    }

    /// A call in its turn: waits for quotas, repeats what may be repeated, and gives up within
    /// the limits' longest wait.
    pub(crate) async fn call(
        &self,
        account: &Account,
        request: Request,
    ) -> Result<Vec<u8>, Failure> {
        let started = self.now();
        let mut renewed = false;
        let mut cause: Option<Box<dyn std::error::Error + Send + Sync>> = None;
        let mut tries = 0;
        loop {
            let now = self.now();
            // A clock that is set back makes nobody wait longer.
            let waited = (now - started).max(TimeDelta::zero());
            let patience = (self.pacer.longest_wait() - waited).max(TimeDelta::zero());
            let wait = self.pacer.admit(account.key(), request.write, now, patience).map_err(
                |longer| Failure::Unavailable {
                    retry_after: Some(longer),
                    cause: cause.take().unwrap_or_else(|| Box::new(Paced)),
                },
            )?;
            if wait > TimeDelta::zero() {
                (self.sleep)(wait).await;
            }
            tries += 1;
            let token = self.tokens.get(account.key(), self.now(), account.fetch(self)).await?;
            let sent =
                self.http.send(self.prepare(account, &request, token.expose_secret())?).await;
            let now = self.now();
            let slow = |whose, asked| {
                self.pacer.slow_down(account.key(), whose, asked, now, (self.chance)())
            };
            let (again, pause, trouble): (_, _, Box<dyn std::error::Error + Send + Sync>) =
                match sent {
                    Err(error) => (request.repeatable, slow(Whose::User, None), Box::new(error)),
                    Ok(answer) if answer.status().is_success() => {
                        self.pacer.succeeded(account.key());
                        return Ok(answer.into_body());
                    }
                    Ok(reply) => {
                        let asked = retry_after(reply.headers(), now);
                        let answer = Answer::read(reply.status().as_u16(), reply.body());
                        match answer.turn() {
                            Turn::Final => {
                                self.pacer.succeeded(account.key());
                                return Err(Failure::Answer(answer));
                            }
                            Turn::NewToken if renewed => return Err(Failure::Unauthorized),
                            Turn::NewToken => {
                                renewed = true;
                                self.tokens.forget(account.key(), now, &token).await;
                                continue;
                            }
                            Turn::SlowUser => (true, slow(Whose::User, asked), Box::new(answer)),
                            Turn::SlowProject => {
                                (true, slow(Whose::Project, asked), Box::new(answer))
                            }
                            Turn::Broken => {
                                (request.repeatable, slow(Whose::User, asked), Box::new(answer))
                            }
                        }
                    }
                };
            if !again || tries >= TRIES {
                return Err(Failure::Unavailable { retry_after: Some(pause), cause: trouble });
            }
            cause = Some(trouble);
        }
    }

    fn prepare(
        &self,
        account: &Account,
        request: &Request,
        token: &str,
    ) -> Result<http::Request<Vec<u8>>, Failure> {
        let mut bearer = http::HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| Failure::unreadable())?;
        bearer.set_sensitive(true);
        let mut out = http::Request::builder()
            .method(request.method.clone())
            .uri(request.url.as_str())
            .header(http::header::AUTHORIZATION, bearer);
        if let Some(user) = account.quota_user() {
            out = out.header("x-goog-quota-user", user);
        }
        if let Some(version) = &request.if_match {
            out = out.header(http::header::IF_MATCH, version);
        }
        let body = match &request.body {
            Some(body) => {
                out = out.header(http::header::CONTENT_TYPE, "application/json");
                body.to_string().into_bytes()
            }
            None => Vec::new(),
        };
        if body.is_empty() && request.method == Method::POST {
            out = out.header(http::header::CONTENT_LENGTH, "0");
        }
        out.body(body).map_err(|_| Failure::Refused("a value cannot be sent"))
    }
}
