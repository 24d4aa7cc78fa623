//! Redirects: where to go next, and what may come along.

use http::{
    HeaderMap, HeaderName, Method, StatusCode, Uri,
    header::{self, HeaderValue},
    uri::Scheme,
};
use url::Url;

use crate::error::EgressError;

/// Headers that speak for someone: they stay with the origin they were meant for.
const CREDENTIALS: [HeaderName; 3] =
    [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION];

/// Whether an answer asks to go elsewhere.
pub(crate) fn is_redirect(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    )
}

/// The method and address to ask next. Takes from `headers` what must not come along; the body
/// comes along where the method stays the same.
pub(crate) fn next(
    status: StatusCode,
    location: Option<&HeaderValue>,
    method: &Method,
    from: &Uri,
    headers: &mut HeaderMap,
) -> Result<(Method, Uri), EgressError> {
    let location = location
        .and_then(|location| location.to_str().ok())
        .ok_or(EgressError::Redirect("it does not say where to"))?;
    let target = Url::parse(&from.to_string())
        .and_then(|base| base.join(location))
        .ok()
        .and_then(|target| target.as_str().parse::<Uri>().ok())
        .ok_or(EgressError::Redirect("its target is no address"))?;
    // A sign-in page that answers in the place of a write must not pass for its success.
    if status == StatusCode::SEE_OTHER && matches!(*method, Method::PUT | Method::DELETE) {
        return Err(EgressError::Redirect("it would turn a write into a reading"));
    }
    let method = match status {
        StatusCode::SEE_OTHER if *method != Method::HEAD => Method::GET,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND if *method == Method::POST => Method::GET,
        _ => method.clone(),
    };
    if !same_origin(from, &target) {
        for name in CREDENTIALS {
            headers.remove(name);
        }
        // What is written somewhere was meant for the place that was named, not for another.
        if !matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS" | "PROPFIND" | "REPORT") {
            return Err(EgressError::Redirect("it would carry content to another server"));
        }
    }
    Ok((method, target))
}

fn same_origin(a: &Uri, b: &Uri) -> bool {
    let port = |uri: &Uri| {
        uri.port_u16().unwrap_or(if uri.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 })
    };
    let host = |uri: &Uri| uri.host().map(str::to_ascii_lowercase);
    a.scheme() == b.scheme() && host(a) == host(b) && port(a) == port(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go(status: u16, method: &str, from: &str, to: &str) -> (String, String, bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Basic eA=="));
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let next = next(
            StatusCode::from_u16(status).expect("a status"),
            Some(&HeaderValue::from_str(to).expect("a header")),
            &method,
            &from.parse().expect("an address"),
            &mut headers,
        );
        match next {
            Ok((method, uri)) => {
                (method.to_string(), uri.to_string(), headers.contains_key(header::AUTHORIZATION))
            }
            Err(error) => (error.to_string(), String::new(), false),
        }
    }

    #[test]
    fn credentials_stay_with_their_origin() {
        for (from, to, target, kept) in [
            ("https://a.example/x/", "../y", "https://a.example/y", true),
            ("https://a.example/", "https://A.example:443/y", "https://a.example/y", true),
            ("https://a.example/", "//b.example/y", "https://b.example/y", false),
            ("https://a.example/", "https://a.example:8443/", "https://a.example:8443/", false),
            ("https://a.example/", "http://a.example/", "http://a.example/", false),
            ("https://a.example/", "https://x.a.example/", "https://x.a.example/", false),
        ] {
            assert_eq!(
                go(301, "PROPFIND", from, to),
                ("PROPFIND".into(), target.into(), kept),
                "{from} {to}"
            );
        }
    }

    #[test]
    fn methods_change_where_the_standard_says_so() {
        let to = "https://a.example/b";
        for (status, method, expected) in
            [(303, "POST", "GET"), (302, "POST", "GET"), (307, "POST", "POST"), (301, "PUT", "PUT")]
        {
            assert_eq!(go(status, method, "https://a.example/", to).0, expected);
        }
        for method in ["PUT", "DELETE"] {
            let refused = go(303, method, "https://a.example/", to).0;
            assert!(refused.contains("turn a write into a reading"), "{method}: {refused}");
        }
        assert!(go(308, "PUT", "https://b.example/", to).0.contains("carry content"));
    }
}
