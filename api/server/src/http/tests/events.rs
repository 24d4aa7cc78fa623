//! Answers one after the other, as events.

use super::*;

const EVENTS: (&str, &str) = ("accept", "text/event-stream");

/// The body of a stream of events, once it has ended.
async fn events(app: &mut Router, query: &str) -> (StatusCode, String) {
    let body = json!({"query": query}).to_string();
    let request = request(Method::POST, "/graphql", &[EVENTS, JSON], &body);
    let response = app.call(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn answers_come_as_events_and_end() {
    let mut app = app(HttpOptions::default());
    let (status, text) = events(&mut app, "subscription { count(to: 2) }").await;
    assert_eq!(status, StatusCode::OK);
    let blocks: Vec<&str> = text.split_terminator("\n\n").collect();
    let [first, second, end] = blocks[..] else { panic!("{text}") };
    for (n, block) in [first, second].into_iter().enumerate() {
        let data = block.strip_prefix("event: next\ndata: ").expect("an answer");
        let result: Value = serde_json::from_str(data).unwrap();
        assert_eq!(result["data"], json!({"count": n}));
    }
    assert_eq!(end, "event: complete\ndata: ");
    // A query is a stream of one.
    let (_, text) = events(&mut app, "{ echo(text: \"a\") }").await;
    assert!(text.contains("\"echo\":\"a\"") && text.ends_with("complete\ndata: \n\n"), "{text}");
}

#[tokio::test]
async fn what_is_refused_is_an_event_unless_it_is_refused_as_http() {
    let mut app = app(HttpOptions::default());
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { count(to: 1) forever }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { coded }", "FORBIDDEN"),
        ("subscription { panics }", "INTERNAL"),
    ] {
        let (status, text) = events(&mut app, query).await;
        assert_eq!(status, StatusCode::OK, "{query}");
        assert!(text.starts_with("event: next\ndata: {\"errors\":["), "{query}: {text}");
        assert!(text.contains(code) && !text.contains("hunter2"), "{query}: {text}");
        assert!(text.ends_with("event: complete\ndata: \n\n"), "{query}: {text}");
    }
    let get = |query: &str, bearer: &str| {
        let uri = format!(
            "/graphql?query={}",
            query.replace(' ', "%20").replace('{', "%7B").replace('}', "%7D")
        );
        request(Method::GET, &uri, &[EVENTS, ("authorization", bearer)], "")
    };
    let refused = send(&mut app, get("mutation { change }", "Bearer user-1")).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED")
    );
    let refused = send(&mut app, get("{ me }", "Bearer nobody")).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::UNAUTHORIZED, "INVALID_TOKEN"));
    let taken = send(&mut app, get("subscription { count(to: 1) }", "Bearer user-1")).await;
    assert_eq!(taken.status, StatusCode::OK);
    let plain = post(&mut app, json!({"query": "subscription { forever }"})).await;
    assert_eq!(plain.code(), "SUBSCRIPTION_NOT_SUPPORTED");
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let server = server(HttpOptions::default());
    let mut app = router(server.clone());
    let body = json!({"query": "subscription { forever }"}).to_string();
    let request = request(Method::POST, "/graphql", &[EVENTS, JSON], &body);
    let response = app.call(request).await.unwrap();
    let mut frames = response.into_body().into_data_stream();
    let first = frames.next().await.expect("an event").unwrap();
    assert!(first.starts_with(b"event: next"));
    server.stop();
    // No `complete`: its client goes on elsewhere.
    assert!(frames.next().await.is_none());
}
