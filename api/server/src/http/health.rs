//! `/health`: that the process answers. Whether its database does is for readiness to say.

use axum::response::IntoResponse;
use http::header;

/// Liveness, for the thing that restarts us.
pub(super) async fn health() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, r#"{"status":"ok"}"#)
}
