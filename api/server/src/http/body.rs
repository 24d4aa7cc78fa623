//! Reading a request body within a bound of bytes and of time.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::{HeaderMap, header};

use super::refusal::Refusal;

/// How much of a refused body is read and dropped: a client that is still sending when the
/// connection closes would see a broken pipe instead of the refusal.
const DRAINED: usize = 8 << 20;

/// The whole body, or the refusal. A body that announces too great a length is not kept; one that
/// arrives in a single frame, as most do, is not copied.
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
    let mut frames = body.into_data_stream();
    let reading = async {
        let read = match announced {
            Some(length) if length > limit => Err(Refusal::body_too_large(limit)),
            _ => collect(&mut frames, limit).await,
        };
        if read.is_err() {
            drain(&mut frames).await;
        }
        read
    };
    tokio::time::timeout(within, reading).await.unwrap_or_else(|_| Err(Refusal::body_timeout()))
}

async fn drain(frames: &mut BodyDataStream) {
    let mut dropped = 0;
    while let Some(Ok(frame)) = frames.next().await {
        dropped += frame.len();
        if dropped > DRAINED {
            break;
        }
    }
}

async fn collect(frames: &mut BodyDataStream, limit: usize) -> Result<Bytes, Refusal> {
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
