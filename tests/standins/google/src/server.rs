//! The server: requests in, answers, troubles and notices out.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Response, body::Incoming, header, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use taiwa_domain::clock::Clock;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use crate::{
    Fault, Hand, Kind, Seen, Sent, Settings, Trouble, call,
    events::Write,
    fields,
    oauth::Denied,
    state::{No, Object, Outcome, World},
};

pub(crate) type Shared = Arc<Mutex<World>>;

pub(crate) fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(|broken| broken.into_inner())
}

/// A running stand-in; it ends when this is dropped.
pub struct StandIn {
    world: Shared,
    url: Url,
    post: tokio::sync::mpsc::UnboundedSender<Sent>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for StandIn {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl StandIn {
    /// Starts one on a free port of the loopback address, with `clock` as its time.
    pub async fn start(clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let url = Url::parse(&url).map_err(std::io::Error::other)?;
        let world: Shared = Arc::new(Mutex::new(World::new(clock)));
        let (post, mut notices) = tokio::sync::mpsc::unbounded_channel::<Sent>();
        let courier = tokio::spawn(async move {
            let client = reqwest::Client::new();
            while let Some(notice) = notices.recv().await {
                let mut request = client.post(&notice.address);
                for (name, value) in &notice.headers {
                    request = request.header(*name, value);
                }
                // Nobody there is no trouble of the calendar's.
                let _ = request.send().await;
            }
        });
        let (served, at, letters) = (world.clone(), url.clone(), post.clone());
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (world, at, letters) = (served.clone(), at.clone(), letters.clone());
                let service = service_fn(move |request| {
                    dated(world.clone(), at.clone(), letters.clone(), request)
                });
                tokio::spawn(async move {
                    // An error is a connection that we, or the client, cut.
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Ok(Self { world, url, post, tasks: vec![courier, server] })
    }

    /// Its address.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What people do.
    pub fn hand(&self) -> Hand<'_> {
        Hand { world: &self.world, post: &self.post }
    }

    /// Changes its settings.
    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut lock(&self.world).settings);
    }

    /// Orders a trouble.
    pub fn fault(&self, fault: Fault) {
        lock(&self.world).faults.push(fault);
    }

    /// Ends all troubles that were ordered.
    pub fn heal(&self) {
        lock(&self.world).faults.clear();
    }

    /// How many calls of a kind came in someone's name, refused ones included.
    pub fn count(&self, user: &str, kind: Kind) -> u64 {
        lock(&self.world).counts.get(&(user.to_owned(), kind)).copied().unwrap_or(0)
    }

    /// How many calls came, tokens excluded.
    pub fn total(&self) -> u64 {
        let world = lock(&self.world);
        world.counts.iter().filter(|((_, kind), _)| !kind.is_access()).map(|(_, n)| n).sum()
    }

    /// How many calls a quota refused.
    pub fn over_quota(&self) -> u64 {
        lock(&self.world).over_quota
    }

    /// The requests that came, in order, if they are kept.
    pub fn requests(&self) -> Vec<Seen> {
        lock(&self.world).requests.clone()
    }

    /// The notices that went out, in order.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent_after(0)
    }

    /// Those that went out after the first `count`.
    pub fn sent_after(&self, count: usize) -> Vec<Sent> {
        lock(&self.world).sent[count..].to_vec()
    }
}

/// Gives waiting notices to the courier.
pub(crate) fn send(world: &mut World, post: &tokio::sync::mpsc::UnboundedSender<Sent>) {
    for notice in std::mem::take(&mut world.outbox) {
        world.sent.push(notice.clone());
        if world.settings.deliver {
            let _ = post.send(notice);
        }
    }
}

/// No answer goes out.
#[derive(Debug)]
enum Cut {
    /// The connection is cut.
    Now,
    /// It stays open until the other side gives up.
    Never,
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut on order")
    }
}

impl std::error::Error for Cut {}

fn reply(status: u16, value: &Value) -> Response<Full<Bytes>> {
    let body = if value.is_null() { String::new() } else { value.to_string() };
    let status = if value.is_null() && status == 200 { 204 } else { status };
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json; charset=UTF-8")
        .body(Full::new(Bytes::from(body)))
        .expect("a plain answer")
}

/// <https://developers.google.com/workspace/calendar/api/guides/errors>
fn refusal(No(status, reason, location): &No) -> Response<Full<Bytes>> {
    reply(
        *status,
        &json!({"error": {"code": status, "message": reason, "errors": [
        {"domain": "global", "reason": reason, "message": reason, "location": location}]}}),
    )
}

/// An answer that says what its clock shows.
async fn dated(
    world: Shared,
    at: Url,
    post: tokio::sync::mpsc::UnboundedSender<Sent>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Cut> {
    let mut answer = match answer(world.clone(), at, post, request).await {
        Ok(answer) => answer,
        Err(Cut::Now) => return Err(Cut::Now),
        Err(Cut::Never) => std::future::pending().await,
    };
    let now = lock(&world).now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    answer.headers_mut().insert(header::DATE, now.parse().expect("a date"));
    Ok(answer)
}

async fn answer(
    world: Shared,
    at: Url,
    post: tokio::sync::mpsc::UnboundedSender<Sent>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Cut> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, 1 << 20).collect().await.map_err(|_| Cut::Now)?.to_bytes();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let Ok(url) = at.join(&target) else { return Ok(refusal(&No(400, "badRequest", ""))) };
    let path: Vec<String> = url
        .path_segments()
        .into_iter()
        .flatten()
        .map(|part| {
            url::form_urlencoded::parse(part.replace('+', "%2B").as_bytes())
                .map(|(key, _)| key.into_owned())
                .collect()
        })
        .collect();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let Some((kind, calendar, event)) = call::of(&head.method, &path) else {
        return Ok(refusal(&No(404, "notFound", "")));
    };
    let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let latency = lock(&world).settings.latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let mut world = lock(&world);
    let world = &mut *world;
    if kind.is_access() {
        let form = url::form_urlencoded::parse(&body).into_owned().collect();
        let audience = at.join("/token").expect("a plain path");
        let trouble = world.trouble("", kind);
        *world.counts.entry((String::new(), kind)).or_default() += 1;
        if let Some(Trouble::Status(status, reason, _)) = trouble {
            return Ok(reply(status, &json!({"error": reason})));
        }
        if trouble.is_some() {
            return Err(Cut::Now);
        }
        if kind == Kind::Revoke {
            return Ok(match world.revoke(&form) {
                Ok(user) => {
                    *world.counts.entry((user, kind)).or_default() += 1;
                    reply(200, &json!({}))
                }
                Err(Denied(status, error)) => reply(status, &json!({"error": error})),
            });
        }
        return Ok(match world.token(&form, text("authorization"), audience.as_str()) {
            Ok((user, value)) => {
                *world.counts.entry((user, kind)).or_default() += 1;
                reply(200, &value)
            }
            Err(Denied(status, error)) => reply(status, &json!({"error": error})),
        });
    }
    let now = world.now();
    let token = text("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let grant =
        token.and_then(|token| world.registry.access.get(token)).filter(|grant| grant.until > now);
    let Some((user, charged)) = grant.map(|grant| (grant.user.clone(), grant.charged.clone()))
    else {
        return Ok(refusal(&No(401, "authError", "Authorization")));
    };
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let object: Object = body.as_object().cloned().unwrap_or_default();
    *world.counts.entry((user.clone(), kind)).or_default() += 1;
    // "x-goog-quota-user", else who made the request
    // (https://developers.google.com/workspace/calendar/api/guides/quota).
    let quota_user = text("x-goog-quota-user").map(str::to_owned);
    if world.settings.keep_requests {
        let seen = Seen { kind, user: user.clone(), target, quota_user: quota_user.clone(), body };
        world.requests.push(seen);
    }
    let trouble = world.trouble(&user, kind);
    match &trouble {
        Some(Trouble::Cut) => return Err(Cut::Now),
        Some(Trouble::Status(status, reason, after)) => {
            let mut answer = refusal(&No(*status, reason, ""));
            if let Some(after) = after {
                answer.headers_mut().insert(header::RETRY_AFTER, (*after).into());
            }
            return Ok(answer);
        }
        Some(Trouble::CutAfter | Trouble::SilentAfter) | None => {}
    }
    let outcome = world
        .within_quota(quota_user.as_deref().unwrap_or(&charged), kind.is_write())
        .and_then(|()| {
            let write = Write {
                user: &user,
                calendar: &calendar,
                if_match: text("if-match"),
                conference: query
                    .get("conferenceDataVersion")
                    .is_some_and(|version| version == "1"),
            };
            dispatch(world, kind, &write, &event, &query, object)
        });
    send(world, &post);
    match trouble {
        None => {}
        Some(Trouble::SilentAfter) => return Err(Cut::Never),
        Some(_) => return Err(Cut::Now),
    }
    Ok(match outcome {
        Ok(value) => {
            let mask = query.get("fields").map_or("", String::as_str);
            reply(200, &fields::select(value, mask))
        }
        Err(no) => refusal(&no),
    })
}

fn dispatch(
    world: &mut World,
    kind: Kind,
    write: &Write<'_>,
    event: &str,
    query: &HashMap<String, String>,
    body: Object,
) -> Outcome {
    let most = query.get("maxAttendees").and_then(|most| most.parse().ok());
    match kind {
        Kind::Calendars => world.calendar_list(write.user, write.calendar),
        Kind::List => world.list(write.user, write.calendar, query),
        Kind::Get => world.get(write.user, write.calendar, event, most),
        Kind::Instances => world.instances(write.user, write.calendar, event),
        Kind::Insert => world.insert(write, body),
        Kind::Patch => world.patch(write, event, &body),
        Kind::Update => world.update(write, event, &body),
        Kind::Delete => world.delete(write, event),
        Kind::FreeBusy => world.free_busy(write.user, &body),
        Kind::Watch => world.watch(write.user, write.calendar, &body),
        Kind::Stop => world.stop(write.user, &body),
        Kind::Token | Kind::Revoke => unreachable!("answered before"),
    }
}
