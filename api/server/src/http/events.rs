//! Operations whose answers come one after the other: for connections that stay open, and as
//! Server-Sent Events.
//!
//! SSE is spoken in the *distinct connections mode* of graphql-sse: a request with
//! `Accept: text/event-stream` is one operation, `next` events carry its answers, `complete` ends
//! it. What is refused as HTTP (a method, a media type, a token) is answered as HTTP; what is
//! refused as GraphQL is a `next` event, since clients cannot read the answer of an event stream
//! that failed.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Response as GraphqlResponse, Value};
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use http::{HeaderMap, HeaderValue, header};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::Gate;
use super::handler::{Carries, Executed, Finished, Server, Who};
use super::payload::Payload;
use super::refusal::Refusal;
use super::reply;

/// Events that a client may be behind before it is waited for.
const BEHIND: usize = 16;
/// How long a client is waited for before its stream ends: it goes on from its cursor.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long nothing is sent at most: proxies close what is silent.
const SILENCE: Duration = Duration::from_secs(12);

/// One answer of an operation.
pub(crate) enum Answer {
    /// An execution result, as JSON.
    Next(Vec<u8>),
    /// Nothing was executed, or nothing more will be: errors, as a JSON array.
    Refused(Vec<u8>),
}

impl Answer {
    /// A refusal before anything was executed.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        Self::Refused(reply::errors(refusal))
    }

    /// As an execution result.
    fn result(self) -> Vec<u8> {
        match self {
            Self::Next(body) => body,
            Self::Refused(errors) => [b"{\"errors\":", errors.as_slice(), b"}"].concat(),
        }
    }
}

/// The answers of an operation that was begun.
pub(crate) struct Answers {
    /// One after the other; ends with the operation.
    pub(crate) stream: BoxStream<'static, Answer>,
    /// Whether it is a subscription.
    pub(crate) subscription: bool,
}

impl<E: Executor, G: Gate> Server<E, G> {
    /// Begins an operation of a connection that stays open.
    pub(crate) async fn operate(
        self: &Arc<Self>,
        pass: &G::Pass,
        payload: Payload,
    ) -> Result<Answers, Refusal> {
        self.begin(Who::Pass(pass), payload, Carries::Operations).await
    }

    /// Begins an operation: everything holds for it that holds for a request.
    pub(super) async fn begin(
        self: &Arc<Self>,
        who: Who<'_, G::Pass>,
        payload: Payload,
        carries: Carries,
    ) -> Result<Answers, Refusal> {
        let ready = self.ready(who, payload).await?;
        if ready.kind == OperationType::Mutation && carries == Carries::Queries {
            return Err(Refusal::only_queries_by_get());
        }
        if ready.kind != OperationType::Subscription {
            let finished = self.once(&HeaderMap::new(), ready).await?;
            let answer = stream::once(async move { answer(finished, false) }).boxed();
            return Ok(Answers { stream: answer, subscription: false });
        }
        let (request, after) = ready.split();
        let server = Arc::clone(self);
        let running = AssertUnwindSafe(self.executor().execute_stream(request, None));
        let stream = running
            .catch_unwind()
            .map(move |response| {
                let finished = server.finish(&HeaderMap::new(), &after, response.map_err(|_| ()));
                answer(finished, true)
            })
            .boxed();
        Ok(Answers { stream, subscription: true })
    }
}

fn answer(finished: Finished, subscription: bool) -> Answer {
    // A subscription whose field failed has begun nothing, or goes on no more.
    let over = |response: &GraphqlResponse| {
        subscription && response.data == Value::Null && !response.errors.is_empty()
    };
    match finished {
        Ok(Executed { response, request_error, .. }) if request_error || over(&response) => {
            Answer::Refused(reply::bytes(&response.errors))
        }
        Ok(Executed { response, cost, .. }) => Answer::Next(reply::result(&response, false, cost)),
        Err(trace) => Answer::Refused(reply::internal_errors(&trace)),
    }
}

/// The answer to a request that accepts an event stream.
pub(super) async fn respond<E: Executor, G: Gate>(
    server: &Arc<Server<E, G>>,
    who: Who<'_, G::Pass>,
    payload: Payload,
    carries: Carries,
) -> Result<Response, Refusal> {
    let answers = match server.begin(who, payload, carries).await {
        Ok(answers) => answers.stream,
        Err(refusal) if refusal.is_of_transport() => return Err(refusal),
        Err(refusal) => stream::iter(Some(Answer::refused(&refusal))).boxed(),
    };
    let (sender, mut receiver) = mpsc::channel(BEHIND);
    // In a task of its own: an answer is ready when the client takes it, and nothing that it was
    // made with is held until then.
    tokio::spawn(send(answers, sender, server.stopping(), PATIENCE));
    let events = stream::poll_fn(move |context| receiver.poll_recv(context));
    let mut response = Response::new(Body::from_stream(events.map(Ok::<_, Infallible>)));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Sends answers as events until one side ends.
async fn send(
    mut answers: BoxStream<'static, Answer>,
    to: mpsc::Sender<Bytes>,
    mut stopping: watch::Receiver<bool>,
    patience: Duration,
) {
    loop {
        let next = tokio::select! {
            next = timeout(SILENCE, answers.next()) => next,
            () = to.closed() => return,
            _ = stopping.wait_for(|it| *it) => return,
        };
        let (event, last) = match next {
            Err(_) => (Bytes::from_static(b":\n\n"), false),
            // JSON has no line breaks of its own.
            Ok(Some(answer)) => {
                let event = [b"event: next\ndata: ", answer.result().as_slice(), b"\n\n"].concat();
                (event.into(), false)
            }
            Ok(None) => (Bytes::from_static(b"event: complete\ndata: \n\n"), true),
        };
        if !matches!(timeout(patience, to.send(event)).await, Ok(Ok(()))) || last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client that takes nothing is given up: its stream ends, and nothing is held for it.
    #[tokio::test]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (sender, mut receiver) = mpsc::channel(BEHIND);
        let (_stop, stopping) = watch::channel(false);
        let all = stream::iter(0..100).map(|n| Answer::Next(format!("{{\"n\":{n}}}").into_bytes()));
        send(all.boxed(), sender, stopping, Duration::from_millis(50)).await;
        let mut taken = 0;
        while let Some(event) = receiver.recv().await {
            assert_eq!(event, format!("event: next\ndata: {{\"n\":{taken}}}\n\n"));
            taken += 1;
        }
        assert_eq!(taken, BEHIND, "what it has not taken is bounded");
    }
}
