//! `GET /calendars/google/callback`: a person comes back from the consent that they were asked for.
//!
//! Here the answer is only taken in; a job redeems it. The code and the state are secrets for as
//! long as they are good: they stand in no log, and the page refers to nothing.

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::head,
};
use secrecy::SecretString;
use taiwa_domain::organization::Locale;

use crate::page::{Page, locale};

/// Where it is, below `public_url`.
pub(crate) const PATH: &str = "/calendars/google/callback";

/// What is done with the answers to consents.
pub(crate) trait Consents: Clone + Send + Sync + 'static {
    /// A person came back: with a code, or without one if they refused. False if nobody asked
    /// under this state, or too long ago.
    fn answered(
        &self,
        state: &str,
        code: Option<SecretString>,
    ) -> impl Future<Output = bool> + Send;
}

pub(crate) fn router<C: Consents>(consents: C) -> Router {
    // A look at the address alone must not use up its code.
    let route = head(async || StatusCode::METHOD_NOT_ALLOWED).get(answered::<C>);
    crate::http::harden(Router::new().route(PATH, route).with_state(consents), &[])
}

/// Longest query read, in bytes: Google also names the scopes and the account's domain.
const QUERY: usize = 8 << 10;
/// Longest state and code; Google's codes have up to 256 bytes.
const PARAMETER: usize = 1 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Connecting,
    Refused,
    Expired,
    Incomplete,
}

async fn answered<C: Consents>(
    State(consents): State<C>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let outcome = match read(&uri) {
        None => Outcome::Incomplete,
        Some((state, code)) => {
            let came = if code.is_some() { Outcome::Connecting } else { Outcome::Refused };
            if consents.answered(&state, code).await { came } else { Outcome::Expired }
        }
    };
    page(outcome, locale(&headers))
}

/// The state, and the code if there is one. What comes twice, or not as it should, is no answer.
fn read(uri: &Uri) -> Option<(String, Option<SecretString>)> {
    if uri.query().is_none_or(|query| query.len() > QUERY) {
        return None;
    }
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    let (mut state, mut code, mut error) = (None, None, None);
    for (name, value) in pairs {
        let into = match name.as_str() {
            "state" => &mut state,
            "code" => &mut code,
            "error" => &mut error,
            _ => continue,
        };
        if into.is_some() || value.is_empty() || value.len() > PARAMETER {
            return None;
        }
        *into = Some(value);
    }
    match (state?, code, error) {
        (state, Some(code), None) => Some((state, Some(code.into()))),
        (state, None, Some(_)) => Some((state, None)),
        _ => None,
    }
}

fn page(outcome: Outcome, locale: Locale) -> Response {
    let (status, title, text) = words(outcome, locale);
    Page { status, locale, title, text, button: None }.into_response()
}

fn words(outcome: Outcome, locale: Locale) -> (StatusCode, &'static str, &'static str) {
    match (outcome, locale) {
        (Outcome::Connecting, Locale::Ja) => (
            StatusCode::OK,
            "カレンダーを接続しています",
            "このウィンドウは閉じてかまいません。結果は元の画面に表示されます。",
        ),
        (Outcome::Connecting, Locale::En) => (
            StatusCode::OK,
            "Your calendar is being connected",
            "You may close this window. The result appears where you started.",
        ),
        (Outcome::Refused, Locale::Ja) => (
            StatusCode::OK,
            "カレンダーは接続されませんでした",
            "許可されませんでした。このウィンドウは閉じてかまいません。",
        ),
        (Outcome::Refused, Locale::En) => (
            StatusCode::OK,
            "Your calendar was not connected",
            "The permission was refused. You may close this window.",
        ),
        (Outcome::Expired, Locale::Ja) => (
            StatusCode::NOT_FOUND,
            "この手続きは無効です",
            "期限が切れたか、すでに完了しています。このウィンドウを閉じ、元の画面からやり直してください。",
        ),
        (Outcome::Expired, Locale::En) => (
            StatusCode::NOT_FOUND,
            "This request is no longer valid",
            "It has expired or is already done. Close this window and start again from where you came.",
        ),
        (Outcome::Incomplete, Locale::Ja) => (
            StatusCode::BAD_REQUEST,
            "アドレスが不完全です",
            "このウィンドウを閉じ、元の画面からやり直してください。",
        ),
        (Outcome::Incomplete, Locale::En) => (
            StatusCode::BAD_REQUEST,
            "This address is incomplete",
            "Close this window and start again from where you came.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use secrecy::ExposeSecret;
    use std::sync::{Arc, Mutex};
    use tower::ServiceExt;

    /// Knows one state, once.
    #[derive(Clone, Default)]
    struct Desk(Arc<Mutex<Vec<Option<String>>>>);

    impl Consents for Desk {
        async fn answered(&self, state: &str, code: Option<SecretString>) -> bool {
            let mut answers = self.0.lock().unwrap();
            let known = state == "state-1" && answers.is_empty();
            if known {
                answers.push(code.map(|code| code.expose_secret().to_owned()));
            }
            known
        }
    }

    async fn come(desk: &Desk, method: &str, query: &str) -> (StatusCode, HeaderMap, String) {
        let request = Request::builder()
            .method(method)
            .uri(format!("{PATH}?{query}"))
            .header("accept-language", "fr, en;q=0.8, ja;q=0.3")
            .body(Body::empty())
            .unwrap();
        let answer = router(desk.clone()).oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, 1 << 16).await.unwrap();
        (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    fn answers(desk: &Desk) -> Vec<Option<String>> {
        desk.0.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn a_consent_is_taken_in_once() {
        let desk = Desk::default();
        let query = "state=state-1&iss=x&code=4%2F0AX&scope=email%20openid&hd=example.jp";
        let (status, headers, page) = come(&desk, "GET", query).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("is being connected") && page.contains("lang=\"en\""), "{page}");
        assert!(!page.contains("0AX") && !page.contains("state-1") && !page.contains("<script"));
        assert_eq!(answers(&desk), [Some("4/0AX".to_owned())]);
        for (name, value) in [
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("content-type", "text/html; charset=utf-8"),
        ] {
            assert_eq!(headers[name], value);
        }
        assert!(
            headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'")
        );
        let (status, _, page) = come(&desk, "GET", query).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(page.contains("no longer valid"), "{page}");
    }

    #[tokio::test]
    async fn a_refusal_is_taken_in_as_one() {
        let desk = Desk::default();
        let (status, _, page) = come(&desk, "GET", "error=access_denied&state=state-1").await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("was refused"), "{page}");
        assert_eq!(answers(&desk), [None]);
    }

    #[tokio::test]
    async fn what_is_no_answer_reaches_nobody() {
        let desk = Desk::default();
        let long = "c".repeat(PARAMETER + 1);
        for query in [
            "",
            "state=state-1",
            "code=abc",
            "state=state-1&code=",
            "state=state-1&code=a&code=b",
            "state=state-1&state=state-1&code=a",
            "state=state-1&code=a&error=access_denied",
            &format!("state=state-1&code={long}"),
            &format!("state=state-1&code=a&rest={}", "r".repeat(QUERY)),
        ] {
            let (status, _, page) = come(&desk, "GET", query).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
            assert!(page.contains("incomplete"), "{page}");
        }
        // Scanners of links look before people do.
        let (status, ..) = come(&desk, "HEAD", "state=state-1&code=a").await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
        assert!(answers(&desk).is_empty());
        let (status, _, page) = come(&desk, "GET", "state=state-2&code=a").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(page.contains("no longer valid"), "{page}");
    }
}
