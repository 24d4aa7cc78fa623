//! `/`: GraphiQL, embedded. Nothing comes from another host, and the page may talk to none.
//!
//! The bundle beside this file is built by `tests/tools/graphiql` and committed compressed, as
//! it is served; its licences are in `graphiql/LICENSES.txt`.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::{HeaderName, header};

const PAGE: &str = include_str!("graphiql/index.html");
const SCRIPT: &[u8] = include_bytes!("graphiql/console.js.gz");
const STYLE: &[u8] = include_bytes!("graphiql/console.css.gz");
const LICENCES: &str = include_str!("graphiql/LICENSES.txt");

/// Own scripts, own styles, own API. The editor positions itself by style attributes, and the
/// bundle carries its icons as data.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The page and its parts.
pub(super) fn router() -> Router {
    Router::new()
        .route("/", get(async || page("text/html; charset=utf-8", PAGE)))
        .route("/graphiql/console.js", get(async || packed("text/javascript", SCRIPT)))
        .route("/graphiql/console.css", get(async || packed("text/css", STYLE)))
        .route("/graphiql/licenses.txt", get(async || page("text/plain; charset=utf-8", LICENCES)))
}

fn page(kind: &'static str, body: &'static str) -> impl IntoResponse {
    (common(kind), body)
}

/// Every browser takes gzip, so there is no other form.
fn packed(kind: &'static str, body: &'static [u8]) -> impl IntoResponse {
    (common(kind), [(header::CONTENT_ENCODING, "gzip")], body)
}

/// Asked for again each time, as the next release brings another bundle under the same name.
fn common(kind: &'static str) -> [(HeaderName, &'static str); 3] {
    [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ]
}
