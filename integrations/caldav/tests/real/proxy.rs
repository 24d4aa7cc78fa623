//! What stands before a server: asks for passwords where the server does not, counts, and breaks
//! things on request.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What happens to a request instead of the usual.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The server does it, and its answer is lost.
    LoseAnswer(&'static str),
    /// A request of this method is answered so and never reaches the server.
    Answer(&'static str, u16, &'static str),
    /// The same with a header.
    AnswerWith(&'static str, u16, &'static str, &'static str),
}

impl Fault {
    fn method(&self) -> &'static str {
        match self {
            Self::LoseAnswer(method) | Self::Answer(method, ..) | Self::AnswerWith(method, ..) => {
                method
            }
        }
    }
}

#[derive(Default)]
pub(crate) struct State {
    faults: VecDeque<Fault>,
    /// Method and path with the status answered.
    seen: Vec<(String, u16)>,
    /// Words taken out of answers: what the server shall not offer.
    hidden: Vec<&'static str>,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    pub(crate) state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// Before the server at `upstream`; with `asks`, it asks for passwords and names the user.
    pub(crate) async fn start(upstream: String, asks: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            let client = Client::builder(TokioExecutor::new()).build_http();
            while let Ok((stream, _)) = listener.accept().await {
                let (client, state, upstream) = (client.clone(), shared.clone(), upstream.clone());
                tokio::spawn(async move {
                    let service = service_fn(|request| {
                        pass(request, client.clone(), state.clone(), upstream.clone(), asks)
                    });
                    let _ =
                        http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { port, state, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.state.lock().expect("a lock").faults.push_back(fault);
    }

    pub(crate) fn hide(&self, words: &[&'static str]) {
        self.state.lock().expect("a lock").hidden.extend(words);
    }

    /// The requests of a method since the last look.
    pub(crate) fn take(&self, method: &str) -> usize {
        let seen = std::mem::take(&mut self.state.lock().expect("a lock").seen);
        seen.iter().filter(|(request, _)| request.starts_with(method)).count()
    }
}

type Answer = Response<Full<Bytes>>;

fn answer(status: u16, body: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    answer
}

async fn pass(
    request: Request<Incoming>,
    client: Client<HttpConnector, Full<Bytes>>,
    state: Arc<Mutex<State>>,
    upstream: String,
    asks: bool,
) -> Result<Answer, std::io::Error> {
    let name = format!("{} {}", request.method(), request.uri().path());
    let answered = answered(request, client, &state, upstream, asks).await;
    let status = answered.as_ref().map_or(0, |answer| answer.status().as_u16());
    state.lock().expect("a lock").seen.push((name, status));
    answered
}

async fn answered(
    request: Request<Incoming>,
    client: Client<HttpConnector, Full<Bytes>>,
    state: &Mutex<State>,
    upstream: String,
    asks: bool,
) -> Result<Answer, std::io::Error> {
    let fault = {
        let mut state = state.lock().expect("a lock");
        let due = state.faults.front().is_some_and(|f| f.method() == request.method().as_str());
        if due { state.faults.pop_front() } else { None }
    };
    match &fault {
        Some(Fault::Answer(_, status, body)) => return Ok(answer(*status, body)),
        Some(Fault::AnswerWith(_, status, name, value)) => {
            let mut answer = answer(*status, "");
            answer.headers_mut().insert(*name, HeaderValue::from_static(value));
            return Ok(answer);
        }
        _ => {}
    }
    let (mut parts, body) = request.into_parts();
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    if asks {
        parts.headers.remove("x-remote-user");
        let Some(user) = user(parts.headers.get(header::AUTHORIZATION)) else {
            let mut answer = answer(401, "");
            let asked = HeaderValue::from_static("Basic realm=\"x\"");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, asked);
            return Ok(answer);
        };
        parts.headers.remove(header::AUTHORIZATION);
        parts.headers.insert("x-remote-user", HeaderValue::from_static(user));
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let target = format!("{}{path}", upstream.trim_end_matches('/'));
    parts.uri = target.parse().map_err(std::io::Error::other)?;
    for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::ACCEPT_ENCODING] {
        parts.headers.remove(name);
    }
    let is_put = parts.method == Method::PUT;
    let reply = client.request(Request::from_parts(parts, Full::new(body))).await;
    // A server that is down looks to the client as if the connection broke.
    let (mut head, body) = reply.map_err(std::io::Error::other)?.into_parts();
    let mut body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    if let Some(Fault::LoseAnswer(_)) = fault {
        return Err(std::io::Error::other("the answer is lost"));
    }
    let hidden = state.lock().expect("a lock").hidden.clone();
    if !hidden.is_empty() && !is_put {
        let mut text = String::from_utf8_lossy(&body).into_owned();
        for word in hidden {
            text = text.replace(word, "hidden");
        }
        body = text.into();
    }
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(header::TRANSFER_ENCODING);
    Ok(Response::from_parts(head, Full::new(body)))
}

/// The two people there are.
fn user(authorization: Option<&HeaderValue>) -> Option<&'static str> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = authorization?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let people = ["hanako", "taro"];
    people.into_iter().find(|name| text == format!("{name}:{name}-password"))
}

/// Answers everything in one way.
pub(crate) async fn server_that_answers(
    status: u16,
    header: Option<(&'static str, String)>,
) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let header = header.clone();
            tokio::spawn(async move {
                let service = service_fn(|_| {
                    let mut answer = answer(status, "<html>hello</html>");
                    if let Some((name, value)) = &header {
                        let value = HeaderValue::from_str(value).expect("a value");
                        answer.headers_mut().insert(*name, value);
                    }
                    async { Ok::<_, Infallible>(answer) }
                });
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    (port, task)
}
