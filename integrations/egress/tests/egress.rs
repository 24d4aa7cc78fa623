//! Requests against servers on the loopback interface.

mod server;

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use http::{Request, header};
use server::Server;
use taiwa_egress::{Egress, EgressError, EgressPolicy, Landed, Resolve, Resolving};

/// Every name is at one address.
struct Fixed(IpAddr);

impl Resolve for Fixed {
    fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
        Box::pin(async move { Ok(vec![self.0]) })
    }
}

struct Nowhere;

impl Resolve for Nowhere {
    fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
        Box::pin(async { Err(io::ErrorKind::NotFound.into()) })
    }
}

fn loopback() -> Arc<Fixed> {
    Arc::new(Fixed([127, 0, 0, 1].into()))
}

/// Lets requests go to `calendar.test` by plain HTTP, wherever that is.
fn policy() -> EgressPolicy {
    EgressPolicy {
        allow: vec!["calendar.test".parse().expect("a host")],
        plain_http: true,
        ..EgressPolicy::default()
    }
}

fn egress(policy: EgressPolicy) -> Egress {
    Egress::with_resolver(policy, loopback()).expect("a client")
}

fn get(address: &str) -> Request<String> {
    Request::get(address)
        .header(header::AUTHORIZATION, "Basic c2VjcmV0")
        .body(String::new())
        .expect("a request")
}

#[tokio::test]
async fn a_public_name_at_a_private_address_is_not_connected_to() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
    let url = format!("http://rebound.example:{}/", server.port);
    let refused = egress(policy()).send(get(&url)).await;
    assert!(matches!(refused, Err(EgressError::Forbidden(_))), "{refused:?}");
    for literal in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"] {
        let url = format!("http://{literal}:{}/", server.port);
        let refused = egress(policy()).send(get(&url)).await;
        assert!(matches!(refused, Err(EgressError::Forbidden(_))), "{literal}: {refused:?}");
    }
    assert_eq!(server.requests().len(), 0, "nothing was sent");
    let allowed = egress(policy()).send(get(&server.url("calendar.test", "/"))).await;
    assert_eq!(allowed.expect("allowed by name").body(), "hi");
    let network =
        EgressPolicy { allow: vec!["127.0.0.0/8".parse().expect("a network")], ..policy() };
    assert!(egress(network).send(get(&url)).await.is_ok(), "allowed by network");
}

#[tokio::test]
async fn the_system_resolver_is_judged_too() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let egress = Egress::new(policy()).expect("a client");
    // Names and spellings that the operating system takes for loopback.
    for host in ["localhost", "2130706433", "127.1", "0"] {
        let refused = egress.send(get(&server.url(host, "/"))).await;
        assert!(
            matches!(refused, Err(EgressError::Forbidden(_) | EgressError::Unresolved(_))),
            "{host}: {refused:?}"
        );
    }
    assert_eq!(server.requests().len(), 0, "nothing was sent");
}

#[tokio::test]
async fn plain_http_needs_the_operator() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let strict = EgressPolicy { plain_http: false, ..policy() };
    let refused = egress(strict).send(get(&server.url("calendar.test", "/"))).await;
    assert!(matches!(refused, Err(EgressError::Forbidden(_))), "{refused:?}");
    for wrong in ["ftp://calendar.test/", "http://user:word@calendar.test/", "/path"] {
        let refused = egress(policy()).send(get(wrong)).await;
        assert!(matches!(refused, Err(EgressError::Address(_))), "{wrong}: {refused:?}");
    }
    assert_eq!(server.requests().len(), 0, "nothing was sent");
}

#[tokio::test]
async fn a_redirect_into_the_own_network_is_refused() {
    let inner = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret").await;
    for target in [inner.url("127.0.0.1", "/"), inner.url("rebound.example", "/")] {
        let outer = Server::answering(&format!(
            "HTTP/1.1 302 Found\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n"
        ))
        .await;
        let refused = egress(policy()).send(get(&outer.url("calendar.test", "/"))).await;
        assert!(matches!(refused, Err(EgressError::Forbidden(_))), "{refused:?}");
    }
    assert_eq!(inner.requests().len(), 0, "nothing reached it");
}

#[tokio::test]
async fn credentials_do_not_follow_to_another_origin() {
    let other = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
    let target = other.url("calendar.test", "/there");
    let first = Server::answering(&format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n"
    ))
    .await;
    let answer = egress(policy()).send(get(&first.url("calendar.test", "/"))).await;
    let answer = answer.expect("it is followed");
    assert_eq!(answer.extensions().get(), Some(&Landed(target.parse().expect("an address"))));
    assert!(first.requests()[0].contains("authorization: Basic"), "the first got them");
    let request = &other.requests()[0];
    assert!(request.starts_with("GET /there "), "{request}");
    assert!(!request.to_lowercase().contains("authorization"), "{request}");
    assert!(request.contains(&format!("host: calendar.test:{}", other.port)), "{request}");

    let put = Request::put(first.url("calendar.test", "/")).body("content".to_owned());
    let refused = egress(policy()).send(put.expect("a request")).await;
    assert!(matches!(refused, Err(EgressError::Redirect(_))), "{refused:?}");
    assert_eq!(other.requests().len(), 1, "content did not follow either");
}

#[tokio::test]
async fn redirects_within_an_origin_keep_method_body_and_credentials() {
    let server = Server::start(|request| {
        if request.starts_with("REPORT /a ") {
            "HTTP/1.1 301 Moved\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n".into()
        } else {
            "HTTP/1.1 207 Multi-Status\r\ncontent-length: 2\r\n\r\nok".into()
        }
    })
    .await;
    let request = Request::builder()
        .method("REPORT")
        .uri(server.url("calendar.test", "/a"))
        .header(header::AUTHORIZATION, "Basic c2VjcmV0")
        .body("<query/>".to_owned());
    let answer = egress(policy()).send(request.expect("a request")).await.expect("an answer");
    assert_eq!(answer.status(), 207);
    let request = &server.requests()[1];
    assert!(request.starts_with("REPORT /b ") && request.ends_with("<query/>"), "{request}");
    assert!(request.contains("authorization: Basic"), "{request}");
}

#[tokio::test]
async fn redirects_end() {
    let server =
        Server::answering("HTTP/1.1 301 Moved\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n")
            .await;
    let refused = egress(policy()).send(get(&server.url("calendar.test", "/"))).await;
    assert!(matches!(refused, Err(EgressError::Redirect(_))), "{refused:?}");
    assert_eq!(server.requests().len(), 4, "the first request and three redirects");
}

#[tokio::test]
async fn a_large_body_is_cut() {
    let small = EgressPolicy { response_bytes: 1_000, ..policy() };
    let body = "x".repeat(1_001);
    for answer in [
        format!("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n{body}"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n{body}\r\n0\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}"),
    ] {
        let server = Server::answering(&answer).await;
        let refused = egress(small.clone()).send(get(&server.url("calendar.test", "/"))).await;
        assert!(matches!(refused, Err(EgressError::TooLarge { limit: 1_000 })), "{refused:?}");
    }
    let server = Server::answering(&format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{}",
        &body[1..]
    ))
    .await;
    let whole = egress(small).send(get(&server.url("calendar.test", "/"))).await;
    assert_eq!(whole.expect("it fits").body().len(), 1_000);
}

#[tokio::test]
async fn a_body_that_never_ends_is_ended() {
    let server =
        Server::dripping("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n")
            .await;
    let short = EgressPolicy { total_seconds: 1, ..policy() };
    let ended = tokio::time::timeout(
        Duration::from_secs(60),
        egress(short).send(get(&server.url("calendar.test", "/"))),
    )
    .await
    .expect("it ends by itself");
    assert!(matches!(ended, Err(EgressError::TimedOut)), "{ended:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    let server = Server::answering("").await;
    let url = server.url("calendar.test", "/");
    drop(server);
    let refused = egress(policy()).send(get(&url)).await;
    assert!(matches!(refused, Err(EgressError::Unreachable(_))), "{refused:?}");
    let nowhere = Egress::with_resolver(policy(), Arc::new(Nowhere)).expect("a client");
    let refused = nowhere.send(get(&url)).await;
    assert!(matches!(refused, Err(EgressError::Unresolved(_))), "{refused:?}");
}

#[tokio::test]
async fn https_is_verified() {
    let server = Server::tls("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
    let url = format!("https://calendar.test:{}/", server.port);
    let unknown = EgressPolicy { plain_http: false, ..policy() };
    let refused = egress(unknown.clone()).send(get(&url)).await;
    assert!(matches!(refused, Err(EgressError::Unreachable(_))), "unknown authority: {refused:?}");
    let trust = Some(include_str!("tls/ca.pem").to_owned());
    let trusting =
        EgressPolicy { allow: vec!["127.0.0.0/8".parse().expect("a network")], trust, ..unknown };
    let answer = egress(trusting.clone()).send(get(&url)).await;
    assert_eq!(answer.expect("a trusted authority").body(), "hi");
    let url = format!("https://another.test:{}/", server.port);
    let refused = egress(trusting).send(get(&url)).await;
    assert!(matches!(refused, Err(EgressError::Unreachable(_))), "another name: {refused:?}");
    let nonsense = EgressPolicy { trust: Some("nonsense".into()), ..EgressPolicy::default() };
    assert!(matches!(Egress::new(nonsense), Err(EgressError::Trust)));
}
