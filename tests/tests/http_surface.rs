//! What hostile or careless clients send over HTTP, against the real binary.
//!
//! The cases are those of the usual checklists for GraphQL servers. None of them depends on the
//! database engine, so one demo server on SQLite answers them all, in one test.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// A demo server of this test's own, ended with it.
struct Demo {
    process: Child,
    _folder: tempfile::TempDir,
    url: String,
    client: Client,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The server that this build made: named by the test runner, else beside our own executable.
fn binary() -> PathBuf {
    let path = std::env::var_os("TAIWA_BIN").map(PathBuf::from).unwrap_or_else(|| {
        let own = std::env::current_exe().expect("our own path");
        own.ancestors().nth(2).expect("target/<profile>/deps").join("taiwa")
    });
    assert!(path.is_file(), "{} is not there: cargo build", path.display());
    path
}

impl Demo {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let mut process = Command::new(binary())
            .arg("demo")
            .arg("--data")
            .arg(&data)
            .args(["--port", &port.to_string(), "--json"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let client = Client::builder().no_proxy().build().expect("a client");
        let deadline = Instant::now() + Duration::from_secs(60);
        let url = loop {
            assert!(process.try_wait().expect("its state").is_none(), "the server ended");
            assert!(Instant::now() < deadline, "the server did not come up in a minute");
            if let Some(url) = url_of(&data) {
                let health = url.replace("/graphql", "/health");
                if client.get(health).send().await.is_ok_and(|answer| answer.status().is_success())
                {
                    break url;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        Self { process, _folder: folder, url, client }
    }

    fn request(&self, method: Method) -> RequestBuilder {
        self.client.request(method, &self.url).header("accept", "application/graphql-response+json")
    }

    fn post(&self, body: &Value) -> RequestBuilder {
        self.request(Method::POST).header("content-type", "application/json").body(body.to_string())
    }

    async fn query(&self, text: &str) -> Answer {
        Answer::of(self.post(&json!({ "query": text }))).await
    }
}

fn url_of(data: &Path) -> Option<String> {
    let text = std::fs::read_to_string(data.join("demo.json")).ok()?;
    let demo: Value = serde_json::from_str(&text).ok()?;
    demo["url"].as_str().map(str::to_owned)
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    body: Value,
}

impl Answer {
    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let status = response.status();
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, body }
    }

    #[track_caller]
    fn refused(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.body["errors"][0]["extensions"]["code"], code, "{self:?}");
        assert!(self.body.get("data").is_none(), "{self:?}");
    }
}

#[tokio::test]
async fn the_surface_holds() {
    let demo = Demo::start().await;
    documents_that_grow(&demo).await;
    documents_that_repeat(&demo).await;
    requests_of_other_pages(&demo).await;
    tokens_that_are_none(&demo).await;
    bodies_that_are_no_requests(&demo).await;
    // After all this it still answers, and at once.
    let answer = demo.query("{ __typename }").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.body["data"], json!({"__typename": "Query"}));
    assert!(answer.body["extensions"]["cost"]["limit"].is_u64());
}

async fn documents_that_grow(demo: &Demo) {
    let mut bomb = String::from("{ ...F0 }");
    for i in 0..24 {
        write!(bomb, " fragment F{i} on Query {{ ...F{} ...F{} }}", i + 1, i + 1).expect("text");
    }
    bomb.push_str(" fragment F24 on Query { __typename }");
    demo.query(&bomb).await.refused(400, "QUERY_TOO_LARGE");
    demo.query("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }")
        .await
        .refused(400, "FRAGMENT_CYCLE");
    demo.query(&"{a".repeat(1_500)).await.refused(400, "QUERY_TOO_DEEP");
    demo.query(&format!("{{ a(b: {}) }}", "[".repeat(1_500))).await.refused(400, "QUERY_TOO_DEEP");
    demo.query(&format!("{{ {} }}", "a ".repeat(100_000))).await.refused(400, "QUERY_TOO_LARGE");
    demo.query("{ a(first: 1000) { nodes { b(first: 1000) { nodes { c } } } } }")
        .await
        .refused(400, "QUERY_TOO_COMPLEX");
}

async fn documents_that_repeat(demo: &Demo) {
    let mut aliases = String::from("{");
    for i in 0..101 {
        write!(aliases, " a{i}: __typename").expect("text");
    }
    aliases.push('}');
    demo.query(&aliases).await.refused(400, "TOO_MANY_ALIASES");
    let fields = format!("{{ {} }}", "__typename ".repeat(500));
    demo.query(&fields).await.refused(400, "TOO_MANY_ROOT_FIELDS");
    // Mistakes are named, but not in an answer many times as long as the question.
    let mistakes = format!("{{ {} }}", "nothing @aa @aa @aa ".repeat(25));
    let answer = demo.query(&mistakes).await;
    answer.refused(400, "GRAPHQL_VALIDATION_FAILED");
    let named = answer.body["errors"].as_array().map_or(0, Vec::len);
    assert!(named < 10, "{named} errors");
    let batch = json!([{"query": "{ __typename }"}, {"query": "{ __typename }"}]);
    Answer::of(demo.post(&batch)).await.refused(400, "BATCH_TOO_LARGE");
}

/// What a page of another origin can make a browser send without asking first.
async fn requests_of_other_pages(demo: &Demo) {
    let mutation = json!({"query": "mutation { __typename }"}).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let request = demo.request(Method::POST).header("content-type", kind);
        Answer::of(request.body(mutation.clone())).await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let by_get = demo.client.get(format!("{}?query=mutation%7B__typename%7D", demo.url));
    Answer::of(by_get).await.refused(405, "METHOD_NOT_ALLOWED");
    Answer::of(demo.request(Method::PUT)).await.refused(405, "METHOD_NOT_ALLOWED");
    let preflight = demo
        .request(Method::OPTIONS)
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    let response = preflight.send().await.expect("an answer");
    assert!(response.headers().get("access-control-allow-origin").is_none(), "{response:?}");
}

async fn tokens_that_are_none(demo: &Demo) {
    for token in ["Bearer nonsense", "Bearer a.b.c", "Bearer", "Basic dXNlcjpwYXNz"] {
        let request = demo.post(&json!({"query": "{ __typename }"}));
        let response = request.header("authorization", token).send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{token}");
        let challenge = response.headers().get("www-authenticate").cloned();
        let challenge = challenge.expect("a challenge");
        assert_eq!(challenge, "Bearer error=\"invalid_token\"", "{token}");
    }
}

async fn bodies_that_are_no_requests(demo: &Demo) {
    let json = |body: String| {
        demo.request(Method::POST).header("content-type", "application/json").body(body)
    };
    for body in ["", "{", "null", "[]1", "{\"query\":7}", "{\"variables\":{}}"] {
        let answer = Answer::of(json(body.to_owned())).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {answer:?}");
    }
    Answer::of(json("[".repeat(100_000))).await.refused(400, "BATCH_TOO_LARGE");
    let deep = format!("{{\"variables\":{}", "[".repeat(100_000));
    Answer::of(json(deep)).await.refused(400, "BAD_REQUEST");
    let large = json!({"query": "{ __typename }", "variables": {"x": "y".repeat(2_000_000)}});
    let answer = demo.post(&large).send().await;
    // The server may close before it has read everything: a refusal either way.
    if let Ok(response) = answer {
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}
