//! `POST /uploads`: stages a file for an import. The body is the file; its name may come in
//! `X-File-Name` (percent-encoded).

use axum::{
    Json, Router,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::json;
use taiwa_operations::{Failure, platform};

use crate::gate::{TokenGate, refuse};

pub(crate) fn router(gate: TokenGate) -> Router {
    Router::new().route("/uploads", post(stage)).with_state(gate)
}

fn file_name(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("x-file-name")?.to_str().ok()?;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    let name = String::from_utf8(bytes).ok()?;
    (name.chars().count() <= 255 && !name.contains('\0')).then_some(name)
}

async fn stage(State(gate): State<TokenGate>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    // The caller is known before the first byte of the body is read.
    let actor = match gate.bearer(&head.headers, "An upload needs a bearer token.").await {
        Ok(actor) => actor,
        Err(refused) => return refused,
    };
    if actor.caller.grant::<taiwa_domain::access::ManageImports>(&()).is_err() {
        return refuse(StatusCode::NOT_FOUND, "NOT_FOUND", "Not found.");
    }
    let Ok(content) = to_bytes(body, platform::LARGEST_UPLOAD).await else {
        let mib = platform::LARGEST_UPLOAD >> 20;
        return refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            "FILE_TOO_LARGE",
            &format!("A file may have {mib} MiB."),
        );
    };
    match platform::stage_upload(&gate.app, &actor, file_name(&head.headers), content.to_vec())
        .await
    {
        Ok(id) => {
            let id = taiwa_graphql::upload_id(id);
            (StatusCode::CREATED, Json(json!({"uploadId": id}))).into_response()
        }
        Err(Failure::NotFound) => refuse(StatusCode::NOT_FOUND, "NOT_FOUND", "Not found."),
        Err(failure) => {
            tracing::error!(%failure, "an upload cannot be staged");
            refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "INTERNAL",
                "Something went wrong on our side.",
            )
        }
    }
}
