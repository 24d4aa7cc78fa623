//! Headers that hold for every route: CORS and what browsers must not do with our answers.

use std::time::Duration;

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// The longest that browsers keep the answer to a preflight.
const PREFLIGHT_AGE: Duration = Duration::from_secs(2 * 60 * 60);

/// Wraps routes so that only pages of `allowed_origins` may read their answers and no answer is
/// sniffed, framed or referred from. An origin that is not one (`*`, a path) allows nothing.
pub(crate) fn harden(router: Router, allowed_origins: &[String]) -> Router {
    let origins = allowed_origins
        .iter()
        .map(|origin| origin.trim_end_matches('/'))
        .filter(|origin| *origin != "*")
        .filter_map(|origin| HeaderValue::from_str(origin).ok());
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            HeaderName::from_static("traceparent"),
        ])
        .max_age(PREFLIGHT_AGE);
    router.layer(map_response(protect)).layer(cors)
}

async fn protect(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // A page brings its own, wider policy; everything else may do nothing.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}
