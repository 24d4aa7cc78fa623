//! `GET /export`: everything that a person may read of what was said, for that person alone; as
//! JSON, or with `?format=markdown` to be read by people.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use taiwa_domain::organization::Locale;
use taiwa_graphql::export::{Document, Export, Markdown, Unreadable};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::gate::{TokenGate, refuse};

/// Exports at once: each reads all that its person may read.
const AT_ONCE: usize = 2;

#[derive(Clone)]
struct Exports {
    gate: TokenGate,
    api: taiwa_graphql::Api,
    room: Arc<Semaphore>,
}

pub(crate) fn router(api: taiwa_graphql::Api, gate: TokenGate) -> Router {
    let exports = Exports { gate, api, room: Arc::new(Semaphore::new(AT_ONCE)) };
    Router::new().route("/export", get(export)).with_state(exports)
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Markdown,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    format: Format,
}

async fn export(
    State(exports): State<Exports>,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(Wanted { format })) = wanted else {
        return refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", "format is json or markdown.");
    };
    let actor = match exports.gate.bearer(&headers, "An export needs a bearer token.").await {
        Ok(actor) => actor,
        Err(refused) => return refused,
    };
    let Ok(room) = exports.room.clone().try_acquire_owned() else {
        let mut busy = refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "BUSY",
            "Other exports are under way. Try again in a minute.",
        );
        busy.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("60"));
        return busy;
    };
    let (kind, name) = match format {
        Format::Json => ("application/json", "attachment; filename=\"taiwa.json\""),
        Format::Markdown => ("text/markdown; charset=utf-8", "attachment; filename=\"taiwa.md\""),
    };
    let writer = Writer::new(format, actor.locale);
    let export = Export::new(exports.api.clone(), exports.gate.app.clone(), actor);
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Body::from_stream(stream(export, writer, room))).into_response()
}

enum Writer {
    Json(Document),
    Markdown(Markdown),
}

impl Writer {
    fn new(format: Format, locale: Locale) -> Self {
        match format {
            Format::Json => Self::Json(Document::default()),
            Format::Markdown => Self::Markdown(Markdown::new(locale)),
        }
    }
}

/// The text of an export, piece by piece. One that fails in the middle ends its connection, so
/// that nobody takes a part for the whole.
fn stream(
    export: Export,
    writer: Writer,
    room: OwnedSemaphorePermit,
) -> impl futures_util::Stream<Item = Result<Bytes, Unreadable>> {
    let state = Some((export, writer, room));
    futures_util::stream::try_unfold(state, async |state| {
        let Some((mut export, mut writer, room)) = state else { return Ok(None) };
        let piece = export.next().await?;
        let (text, more) = match (&mut writer, piece) {
            (Writer::Json(it), Some(piece)) => (it.piece(piece), true),
            (Writer::Json(it), None) => (it.end(), false),
            (Writer::Markdown(it), Some(piece)) => (it.piece(piece), true),
            (Writer::Markdown(_), None) => (String::new(), false),
        };
        Ok(Some((Bytes::from(text), more.then_some((export, writer, room)))))
    })
}
