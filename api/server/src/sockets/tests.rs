use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::{Credentials, allowed};

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            let name: HeaderName = name.parse().expect("a name");
            (name, HeaderValue::from_str(value).expect("a value"))
        })
        .collect()
}

#[test]
fn pages_of_other_origins_open_nothing() {
    let origins = ["https://app.example.com".to_owned()];
    let with = |origin: &str| {
        allowed(&headers(&[("origin", origin), ("host", "taiwa.example.com")]), &origins)
    };
    assert!(with("https://app.example.com"));
    assert!(with("https://taiwa.example.com"));
    for foreign in [
        "https://evil.example",
        "null",
        "https://app.example.com.evil.example",
        "https://taiwa.example.com:8443",
        "http://app.example.com",
    ] {
        assert!(!with(foreign), "{foreign}");
    }
    assert!(allowed(&headers(&[]), &origins), "programs send none");
}

#[test]
fn a_ticket_stands_in_the_subprotocol_and_a_token_in_its_header() {
    let found = |pairs: &[(&str, &str)]| match Credentials::of(&headers(pairs)) {
        None => "none",
        Some(Credentials::Ticket(_)) => "ticket",
        Some(Credentials::Bearer(_)) => "bearer",
    };
    assert_eq!(found(&[("sec-websocket-protocol", "taiwa, ticket.abc")]), "ticket");
    assert_eq!(found(&[("authorization", "Bearer abc")]), "bearer");
    assert_eq!(found(&[("sec-websocket-protocol", "taiwa")]), "none");
    assert_eq!(found(&[("authorization", "Basic abc")]), "none");
}
