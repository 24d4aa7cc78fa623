//! Responses, straight to bytes.

use std::collections::BTreeMap;

use async_graphql::{Pos, Response as GraphqlResponse, ServerError, Value};
use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::mask::{INTERNAL, INTERNAL_MESSAGE};
use super::media::Media;
use super::refusal::Refusal;
use super::trace::TraceId;

/// Most responses fit, so their buffer is allocated once.
const USUAL_BYTES: usize = 4 * 1024;

/// An answer to one GraphQL request.
pub(super) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// What an operation asked for, told to the client as `extensions.cost`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct RequestedCost {
    pub(super) requested: u64,
    pub(super) limit: u64,
}

impl Reply {
    /// A refusal as a GraphQL response without `data`.
    pub(super) fn refused(refusal: Refusal, media: Media) -> Self {
        let mut headers = HeaderMap::new();
        if let Some(&(name, value)) = refusal.header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let body = bytes(&Errors { errors: [Error::refused(&refusal)] });
        Self { status: refusal.status(media), headers, body }
    }

    /// A failure of ours that no response came out of.
    pub(super) fn internal(trace: &TraceId) -> Self {
        let trace = trace.to_string();
        let error = Error::internal(&trace);
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            headers: HeaderMap::new(),
            body: bytes(&Errors { errors: [error] }),
        }
    }

    /// The response of the executor. Where nothing was executed, `data` is left out.
    pub(super) fn executed(
        response: GraphqlResponse,
        request_error: bool,
        cost: RequestedCost,
        media: Media,
    ) -> Self {
        let body = result(&response, request_error, cost);
        let status = if request_error { media.request_error_status() } else { StatusCode::OK };
        Self { status, headers: response.http_headers, body }
    }

    /// Several answers as one JSON array; each says in its errors how it went.
    pub(super) fn batch(replies: impl IntoIterator<Item = Self>) -> Self {
        let mut body = vec![b'['];
        let mut headers = HeaderMap::new();
        for reply in replies {
            if body.len() > 1 {
                body.push(b',');
            }
            body.extend_from_slice(&reply.body);
            headers.extend(reply.headers);
        }
        body.push(b']');
        Self { status: StatusCode::OK, headers, body }
    }

    /// The HTTP response.
    pub(super) fn into_response(self, media: Media) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, media.header());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// An execution result. Where nothing was executed, `data` is left out.
pub(super) fn result(
    response: &GraphqlResponse,
    request_error: bool,
    cost: RequestedCost,
) -> Vec<u8> {
    bytes(&Executed {
        errors: &response.errors,
        data: (!request_error).then_some(&response.data),
        extensions: WithCost { given: &response.extensions, cost },
    })
}

/// A refusal as an array of errors.
pub(super) fn errors(refusal: &Refusal) -> Vec<u8> {
    bytes(&[Error::refused(refusal)])
}

/// A failure of ours as an array of errors.
pub(super) fn internal_errors(trace: &TraceId) -> Vec<u8> {
    bytes(&[Error::internal(&trace.to_string())])
}

/// Writing to memory what has no failing keys cannot fail; if it ever does, the client still
/// gets a GraphQL response.
pub(super) fn bytes(body: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    if let Err(error) = serde_json::to_writer(&mut bytes, body) {
        tracing::error!(%error, "a response could not be written");
        bytes.clear();
        bytes.extend_from_slice(br#"{"errors":[{"message":"#);
        bytes.extend_from_slice(format!("{INTERNAL_MESSAGE:?}").as_bytes());
        bytes.extend_from_slice(br#","extensions":{"code":"INTERNAL"}}]}"#);
    }
    bytes
}

#[derive(Serialize)]
struct Errors<'a> {
    errors: [Error<'a>; 1],
}

#[derive(Serialize)]
struct Error<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "<[Pos]>::is_empty")]
    locations: &'a [Pos],
    extensions: Extensions<'a>,
}

impl<'a> Error<'a> {
    fn refused(refusal: &'a Refusal) -> Self {
        let measured = refusal.measured;
        Self {
            message: &refusal.message,
            locations: &refusal.locations,
            extensions: Extensions {
                code: refusal.code,
                limit: measured.map(|m| m.limit),
                found: measured.and_then(|m| m.found),
                trace_id: None,
            },
        }
    }

    fn internal(trace: &'a str) -> Self {
        Self {
            message: INTERNAL_MESSAGE,
            locations: &[],
            extensions: Extensions {
                code: INTERNAL,
                limit: None,
                found: None,
                trace_id: Some(trace),
            },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Extensions<'a> {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Executed<'a> {
    #[serde(skip_serializing_if = "<[ServerError]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    extensions: WithCost<'a>,
}

/// The executor's extensions and ours beside them, without a map made for it.
struct WithCost<'a> {
    given: &'a BTreeMap<String, Value>,
    cost: RequestedCost,
}

impl Serialize for WithCost<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.given.contains_key("cost") {
            map.serialize_entry("cost", &self.cost)?;
        }
        for (name, value) in self.given {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
