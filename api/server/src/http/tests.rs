//! The whole router, driven without a socket, over a small schema.

mod events;

use std::sync::Arc;

use async_graphql::{Context, Object, Request as GraphqlRequest, Schema, Subscription};
use axum::Router;
use axum::body::{Body, to_bytes};
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::Service;

use super::cache::Key;
use super::options::Limits;
use super::{Gate, HttpOptions, Refused, Server, router};

struct Caller(String);

struct Query;

#[Object]
impl Query {
    async fn me<'a>(&self, context: &Context<'a>) -> Option<&'a str> {
        context.data_opt::<Caller>().map(|caller| caller.0.as_str())
    }

    async fn echo(&self, text: String) -> String {
        text
    }

    async fn leak(&self) -> async_graphql::Result<Option<i32>> {
        Err(std::io::Error::other("password=hunter2 in table person").into())
    }

    async fn leak_plain(&self) -> async_graphql::Result<i32> {
        Err(async_graphql::Error::new("password=hunter2"))
    }

    async fn coded(&self) -> async_graphql::Result<Option<i32>> {
        use async_graphql::ErrorExtensions;
        Err(async_graphql::Error::new("Not yours").extend_with(|_, e| e.set("code", "FORBIDDEN")))
    }

    async fn panics(&self) -> i32 {
        std::hint::black_box(None).expect("password=hunter2")
    }

    async fn waits(&self) -> i32 {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        1
    }

    async fn at(&self, when: chrono::DateTime<chrono::Utc>) -> String {
        when.to_rfc3339()
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn change(&self) -> bool {
        true
    }
}

#[derive(Clone)]
struct Door;

impl Gate for Door {
    async fn admit(
        &self,
        bearer: Option<&str>,
        request: GraphqlRequest,
    ) -> Result<GraphqlRequest, Refused> {
        match bearer {
            None => Ok(request),
            Some("away") => Err(Refused::Unavailable),
            Some(name) if name.starts_with("user-") => Ok(request.data(Caller(name.to_owned()))),
            Some(_) => Err(Refused::InvalidToken),
        }
    }

    type Pass = ();

    async fn readmit(&self, (): &(), request: GraphqlRequest) -> Result<GraphqlRequest, Refused> {
        Ok(request)
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or("")
    }
}

struct Watching;

#[Subscription]
impl Watching {
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(0..to)
    }

    async fn coded(&self) -> async_graphql::Result<impl Stream<Item = i32>> {
        use async_graphql::ErrorExtensions;
        let error = async_graphql::Error::new("Not yours");
        Err::<stream::Empty<i32>, _>(error.extend_with(|_, e| e.set("code", "FORBIDDEN")))
    }

    async fn panics(&self) -> impl Stream<Item = i32> {
        stream::once(async { std::hint::black_box(None).expect("password=hunter2") })
    }

    async fn forever(&self) -> impl Stream<Item = i32> {
        stream::once(async { 1 }).chain(stream::pending())
    }
}

type Toy = Server<Schema<Query, Mutation, Watching>, Door>;

fn server(options: HttpOptions) -> Arc<Toy> {
    Arc::new(Server::new(Schema::new(Query, Mutation, Watching), Door, options))
}

fn app(options: HttpOptions) -> Router {
    router(server(options))
}

async fn send(app: &mut Router, request: Request<Body>) -> Answer {
    let response = app.call(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Answer { status: head.status, headers: head.headers, body }
}

fn request(method: Method, uri: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

const STRICT: (&str, &str) = ("accept", "application/graphql-response+json");
const JSON: (&str, &str) = ("content-type", "application/json");

async fn post(app: &mut Router, body: Value) -> Answer {
    let request = request(Method::POST, "/graphql", &[STRICT, JSON], &body.to_string());
    send(app, request).await
}

#[tokio::test]
async fn answers_with_data_and_cost() {
    let mut app = app(HttpOptions::default());
    let answer = post(
        &mut app,
        json!({"query": "query($t: String!) { echo(text: $t) }", "variables": {"t": "対話"}}),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.body,
        json!({
            "data": {"echo": "対話"},
            "extensions": {"cost": {"requested": 1, "limit": 50_000}}
        })
    );
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer");
    assert_eq!(
        answer.headers[header::CONTENT_TYPE],
        "application/graphql-response+json; charset=utf-8"
    );
}

#[tokio::test]
async fn the_gate_decides_who_calls() {
    let mut app = app(HttpOptions::default());
    for (authorization, status, me) in [
        (None, 200, Value::Null),
        (Some("Bearer user-hana"), 200, json!("user-hana")),
        (Some("bearer user-hana"), 200, json!("user-hana")),
        (Some("Bearer expired"), 401, Value::Null),
        (Some("Bearer"), 401, Value::Null),
        (Some("Bearer "), 401, Value::Null),
        (Some("Basic dXNlcjpwYXNz"), 401, Value::Null),
        (Some("Bearer away"), 503, Value::Null),
    ] {
        let mut headers = vec![JSON];
        headers.extend(authorization.map(|value| ("authorization", value)));
        let request = request(Method::POST, "/graphql", &headers, r#"{"query":"{ me }"}"#);
        let answer = send(&mut app, request).await;
        assert_eq!(answer.status, status, "{authorization:?}");
        assert_eq!(answer.body["data"]["me"], me, "{authorization:?}");
        if status == 401 {
            assert_eq!(answer.code(), "INVALID_TOKEN");
            assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer error=\"invalid_token\"");
            assert!(answer.body.get("data").is_none());
        }
    }
}

#[tokio::test]
async fn mutations_come_by_json_post_alone() {
    let mut app = app(HttpOptions::default());
    let by_get =
        request(Method::GET, "/graphql?query=mutation%20%7B%20change%20%7D", &[STRICT], "");
    let answer = send(&mut app, by_get).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers[header::ALLOW], "POST");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let body = r#"{"query":"mutation { change }"}"#;
        let other = request(Method::POST, "/graphql", &[("content-type", kind)], body);
        assert_eq!(send(&mut app, other).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let answer = post(&mut app, json!({"query": "mutation { change }"})).await;
    assert_eq!(answer.body["data"]["change"], true);
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = send(&mut app, request(method, "/graphql", &[JSON], "{}")).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert!(answer.headers.contains_key(header::ALLOW));
    }
}

#[tokio::test]
async fn what_does_not_execute_has_no_data() {
    let mut app = app(HttpOptions::default());
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ __schema { types { name } } }", "INTROSPECTION_DISABLED"),
        ("query A { me } query B { me }", "OPERATION_NAME_MISSING"),
        ("{ ...F } fragment F on Query { ...F }", "FRAGMENT_CYCLE"),
    ] {
        let answer = post(&mut app, json!({ "query": query })).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, code), "{query}");
        assert!(answer.body.get("data").is_none(), "{query}");
        let older =
            request(Method::POST, "/graphql", &[JSON], &json!({ "query": query }).to_string());
        assert_eq!(send(&mut app, older).await.status, StatusCode::OK, "{query}");
    }
    let many = "nothing ".repeat(25);
    let answer = post(&mut app, json!({"query": format!("{{ {many} }}")})).await;
    assert!(answer.body["errors"].as_array().unwrap().len() <= 8);
}

#[tokio::test]
async fn errors_tell_clients_only_what_is_theirs() {
    let mut app = app(HttpOptions::default());
    for (query, code) in [
        ("{ leak }", "INTERNAL"),
        ("{ leakPlain }", "INTERNAL"),
        ("{ panics }", "INTERNAL"),
        ("{ coded }", "FORBIDDEN"),
        ("{ at(when: \"yesterday\") }", "BAD_USER_INPUT"),
    ] {
        let answer = post(&mut app, json!({ "query": query })).await;
        assert_eq!(answer.code(), code, "{query}");
        assert!(!answer.body.to_string().contains("hunter2"), "{query}");
        if code == "INTERNAL" {
            let error = &answer.body["errors"][0];
            assert_eq!(error["message"], "Something went wrong on our side");
            assert_eq!(error["extensions"]["traceId"].as_str().unwrap().len(), 32);
        }
        let status = if query == "{ panics }" { 500 } else { 200 };
        assert_eq!(answer.status, status, "{query}");
    }
    let coded = post(&mut app, json!({"query": "{ coded }"})).await;
    assert_eq!(coded.body["errors"][0]["message"], "Not yours");
    // It was executed, so the entry is there.
    assert!(coded.body.get("data").is_some());
}

#[tokio::test]
async fn limits_name_themselves_and_what_they_found() {
    let limits = Limits {
        body_bytes: 2_000,
        tokens: 40,
        aliases: 2,
        root_fields: 4,
        complexity: 10,
        ..Limits::default()
    };
    let mut app = app(HttpOptions { limits, ..HttpOptions::default() });
    for (query, code, limit, found) in [
        (format!("{{ {} }}", "me ".repeat(41)), "QUERY_TOO_LARGE", 40, 43),
        ("{ a: me b: me c: me }".to_owned(), "TOO_MANY_ALIASES", 2, 3),
        ("{ me me me me me }".to_owned(), "TOO_MANY_ROOT_FIELDS", 4, 5),
        ("{ m(first: 20) { nodes { id } } }".to_owned(), "QUERY_TOO_COMPLEX", 10, 41),
    ] {
        let answer = post(&mut app, json!({ "query": query })).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.code(), code, "{query}");
        let extensions = &answer.body["errors"][0]["extensions"];
        assert_eq!(extensions["limit"], limit, "{query}");
        assert_eq!(extensions["found"], found, "{query}");
    }
    let large = post(&mut app, json!({"query": "{ me }", "variables": {"x": "y".repeat(3_000)}}));
    let answer = large.await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.code(), "BODY_TOO_LARGE");
    // Without a length announced, the bound holds all the same.
    let frames = (0..10).map(|_| Ok::<_, std::io::Error>(" ".repeat(500)));
    let streamed = Request::builder()
        .method(Method::POST)
        .uri("/graphql")
        .header(JSON.0, JSON.1)
        .body(Body::from_stream(futures_util::stream::iter(frames)))
        .unwrap();
    assert_eq!(send(&mut app, streamed).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn batches_are_for_those_who_allow_them() {
    let two = json!([{"query": "{ me }"}, {"query": "{ nothing }"}]);
    let answer = post(&mut app(HttpOptions::default()), two.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "BATCH_TOO_LARGE"));
    let limits = Limits { batch: 2, ..Limits::default() };
    let answer = post(&mut app(HttpOptions { limits, ..HttpOptions::default() }), two).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body[0]["data"], json!({"me": null}));
    assert_eq!(answer.body[1]["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
}

#[tokio::test]
async fn persisted_queries_are_learnt_once() {
    let mut app = app(HttpOptions::default());
    let text = "{ echo(text: \"again\") }";
    let hash = {
        use sha2::{Digest, Sha256};
        Sha256::digest(text).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    };
    assert!(Key::from_hex(&hash) == Some(Key::of(text)));
    let named = |query: Option<&str>| {
        let extensions = json!({"persistedQuery": {"version": 1, "sha256Hash": hash}});
        json!({"query": query, "extensions": extensions})
    };
    let unknown = post(&mut app, named(None)).await;
    assert_eq!(unknown.code(), "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(unknown.body["errors"][0]["message"], "PersistedQueryNotFound");
    let other = post(&mut app, named(Some("{ me }"))).await;
    assert_eq!(other.code(), "PERSISTED_QUERY_MISMATCH");
    assert_eq!(post(&mut app, named(Some(text))).await.body["data"]["echo"], "again");
    assert_eq!(post(&mut app, named(None)).await.body["data"]["echo"], "again");
    let uri = format!(
        "/graphql?extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22{hash}%22%7D%7D"
    );
    let by_get = send(&mut app, request(Method::GET, &uri, &[], "")).await;
    assert_eq!(by_get.body["data"]["echo"], "again");
}

#[tokio::test]
async fn only_named_origins_may_read() {
    let allowed_origins = vec!["https://app.example.com".to_owned(), "*".to_owned()];
    let mut app = app(HttpOptions { allowed_origins, ..HttpOptions::default() });
    for (origin, allowed) in [
        ("https://app.example.com", true),
        ("https://app.example.com.evil.test", false),
        ("http://app.example.com", false),
        ("null", false),
    ] {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        let preflight = request(Method::OPTIONS, "/graphql", &headers, "");
        let answer = send(&mut app, preflight).await;
        let granted = answer.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        assert_eq!(granted.is_some(), allowed, "{origin}");
        assert_eq!(answer.headers[header::ACCESS_CONTROL_MAX_AGE], "7200");
    }
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let execution_timeout = std::time::Duration::from_millis(20);
    let mut app = app(HttpOptions { execution_timeout, ..HttpOptions::default() });
    let answer = post(&mut app, json!({"query": "{ waits }"})).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (503, "TIMEOUT"));
}

#[tokio::test]
async fn the_other_routes() {
    let mut with = app(HttpOptions { graphiql: true, ..HttpOptions::default() });
    let health = send(&mut with, request(Method::GET, "/health", &[], "")).await;
    assert_eq!((health.status, health.body), (StatusCode::OK, json!({"status": "ok"})));
    for path in ["/", "/graphiql/console.js", "/graphiql/console.css", "/graphiql/licenses.txt"] {
        let answer = send(&mut with, request(Method::GET, path, &[], "")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(!policy.contains("http") && !policy.contains("unsafe-eval"), "{path}");
    }
    let mut without = app(HttpOptions::default());
    let page = send(&mut without, request(Method::GET, "/", &[], "")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_client_that_wants_something_else_is_told() {
    let mut app = app(HttpOptions::default());
    let body = r#"{"query":"{ me }"}"#;
    let html = request(Method::POST, "/graphql", &[JSON, ("accept", "text/html")], body);
    assert_eq!(send(&mut app, html).await.status, StatusCode::NOT_ACCEPTABLE);
}
