//! Reading a request body within a bound of bytes and of time.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::{HeaderMap, header};

use super::refusal::Refusal;

/// The whole body, or the refusal. A body that announces too great a length is not read at all;
/// one that arrives in a single frame, as most do, is not copied.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    within: Duration,
) -> Result<Bytes, Refusal> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Refusal::body_too_large(limit));
    }
    tokio::time::timeout(within, collect(body, limit))
        .await
        .unwrap_or_else(|_| Err(Refusal::body_timeout()))
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let mut frames = body.into_data_stream();
    let mut next = async || match frames.next().await {
        None => Ok(None),
        Some(Ok(frame)) => Ok(Some(frame)),
        Some(Err(_)) => Err(Refusal::bad_request("The request body broke off")),
    };
    let Some(first) = next().await? else { return Ok(Bytes::new()) };
    if first.len() > limit {
        return Err(Refusal::body_too_large(limit));
    }
    let Some(second) = next().await? else { return Ok(first) };
    let mut whole = BytesMut::from(first);
    let mut frame = Some(second);
    while let Some(more) = frame {
        if whole.len() + more.len() > limit {
            return Err(Refusal::body_too_large(limit));
        }
        whole.extend_from_slice(&more);
        frame = next().await?;
    }
    Ok(whole.freeze())
}
