//! `/graphql`: one request from headers to bytes.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request as GraphqlRequest, Response as GraphqlResponse};
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::FutureExt;
use http::{HeaderMap, Method, header};
use tokio::sync::watch;

use super::cache::{DocumentCache, Key};
use super::document::Document;
use super::media::{self, Media};
use super::options::HttpOptions;
use super::payload::{Body, Payload};
use super::refusal::Refusal;
use super::reply::{Reply, RequestedCost};
use super::trace::{TraceId, TraceIds};
use super::{Gate, Refused, body, events, mask, order};

/// Everything the handler needs, made once.
pub(crate) struct Server<E, G> {
    executor: E,
    gate: G,
    options: HttpOptions,
    documents: DocumentCache,
    traces: TraceIds,
    stopping: watch::Sender<bool>,
}

/// Which operations a method may carry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Carries {
    /// GET: safe, so no mutations.
    Queries,
    /// POST: everything.
    Operations,
}

/// In whose name something is executed.
pub(super) enum Who<'a, P> {
    /// Whoever has this token; without one, the anonymous caller.
    Bearer(Option<&'a str>),
    /// Whoever was let in before, on a connection that stays open.
    Pass(&'a P),
}

/// A request that passed every check.
pub(super) struct Ready {
    request: GraphqlRequest,
    after: After,
    /// Query, mutation or subscription.
    pub(super) kind: OperationType,
}

impl Ready {
    /// What is executed, and what is needed after that.
    pub(super) fn split(self) -> (GraphqlRequest, After) {
        (self.request, self.after)
    }
}

/// What is needed once something was executed.
pub(super) struct After {
    document: Arc<Document>,
    operation: Option<String>,
    cost: RequestedCost,
}

/// An answer that is fit for the client.
pub(super) struct Executed {
    pub(super) response: GraphqlResponse,
    pub(super) request_error: bool,
    pub(super) cost: RequestedCost,
}

/// What came of an execution; the trace of it, where a resolver panicked.
pub(super) type Finished = Result<Executed, TraceId>;

impl<E: Executor, G: Gate> Server<E, G> {
    /// A server for one executor behind one gate.
    pub(crate) fn new(executor: E, gate: G, options: HttpOptions) -> Self {
        let documents = DocumentCache::new(options.limits.cached_documents);
        let stopping = watch::Sender::new(false);
        Self { executor, gate, options, documents, traces: TraceIds::new(), stopping }
    }

    /// What an operator set.
    pub(crate) fn options(&self) -> &HttpOptions {
        &self.options
    }

    /// Ends streams of events, so that a server can stop whose other requests are answered. Their
    /// clients go on elsewhere.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Whether streams are to end.
    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    pub(super) fn executor(&self) -> &E {
        &self.executor
    }

    async fn answer(self: &Arc<Self>, request: Request, media: Media) -> Result<Response, Refusal> {
        let (head, body) = request.into_parts();
        let headers = &head.headers;
        if head.method == Method::GET || head.method == Method::HEAD {
            let payload = Payload::from_uri(&head.uri)?;
            return self.one(headers, payload, Carries::Queries, media).await;
        }
        if head.method != Method::POST {
            return Err(Refusal::method_not_allowed());
        }
        media::require_json(headers)?;
        let limits = &self.options.limits;
        let bytes = body::read(headers, body, limits.body_bytes, self.options.body_timeout).await?;
        // A stream of events answers one operation.
        let most = if media == Media::EventStream { 1 } else { limits.batch };
        match Body::parse(&bytes, most)? {
            Body::One(payload) => self.one(headers, payload, Carries::Operations, media).await,
            Body::Batch(payloads) => {
                let mut replies = Vec::with_capacity(payloads.len());
                // One after another: a batch is not a way to more of the server at once.
                for payload in payloads {
                    let reply = self.execute(headers, payload, Carries::Operations, media).await;
                    replies.push(reply.unwrap_or_else(|refusal| Reply::refused(refusal, media)));
                }
                Ok(Reply::batch(replies).into_response(media))
            }
        }
    }

    async fn one(
        self: &Arc<Self>,
        headers: &HeaderMap,
        payload: Payload,
        carries: Carries,
        media: Media,
    ) -> Result<Response, Refusal> {
        if media == Media::EventStream {
            let bearer = bearer(headers).map_err(Refusal::gate)?;
            return events::respond(self, Who::Bearer(bearer), payload, carries).await;
        }
        let reply = self.execute(headers, payload, carries, media).await?;
        Ok(reply.into_response(media))
    }

    async fn execute(
        &self,
        headers: &HeaderMap,
        payload: Payload,
        carries: Carries,
        media: Media,
    ) -> Result<Reply, Refusal> {
        let bearer = bearer(headers).map_err(Refusal::gate)?;
        let ready = self.ready(Who::Bearer(bearer), payload).await?;
        match (ready.kind, carries) {
            (OperationType::Subscription, _) => return Err(Refusal::subscription()),
            (OperationType::Mutation, Carries::Queries) => {
                return Err(Refusal::only_queries_by_get());
            }
            _ => {}
        }
        Ok(match self.once(headers, ready).await? {
            Err(trace) => Reply::internal(&trace),
            Ok(Executed { response, request_error, cost }) => {
                Reply::executed(response, request_error, cost, media)
            }
        })
    }

    /// Checks a request and attaches its caller.
    pub(super) async fn ready(
        &self,
        who: Who<'_, G::Pass>,
        payload: Payload,
    ) -> Result<Ready, Refusal> {
        payload.check_text()?;
        let persisted = payload.persisted()?;
        if payload.query.is_none() && persisted.is_none() {
            return Err(Refusal::bad_request("The parameter query is missing"));
        }
        let Payload { query, operation_name, variables, extensions } = payload;
        let mut request = GraphqlRequest::new(String::new()).variables(variables);
        request.operation_name = operation_name;
        request.extensions = extensions;
        // Before the document: whoever comes with a bad token gets no parsing done.
        let admitted = match who {
            Who::Bearer(bearer) => self.gate.admit(bearer, request).await,
            Who::Pass(pass) => self.gate.readmit(pass, request).await,
        };
        let mut request = admitted.map_err(Refusal::gate)?;

        let document = self.document(query, persisted)?;
        let operation = document.operation(request.operation_name.as_deref())?;
        let cost = RequestedCost {
            requested: operation.cost.with(&request.variables),
            limit: self.options.limits.complexity,
        };
        if cost.requested > cost.limit {
            return Err(Refusal::too_complex(cost.limit, cost.requested));
        }
        let kind = operation.kind;
        request.set_parsed_query(document.parsed());
        let operation = request.operation_name.clone();
        Ok(Ready { request, after: After { document, operation, cost }, kind })
    }

    /// The checked document, from the cache where it was seen before.
    fn document(
        &self,
        query: Option<String>,
        persisted: Option<Key>,
    ) -> Result<Arc<Document>, Refusal> {
        let Some(text) = query else {
            return persisted
                .and_then(|key| self.documents.get(key))
                .ok_or_else(Refusal::persisted_query_not_found);
        };
        let key = Key::of(&text);
        if persisted.is_some_and(|named| named != key) {
            return Err(Refusal::persisted_query_mismatch());
        }
        if let Some(document) = self.documents.get(key) {
            return Ok(document);
        }
        let document = Arc::new(Document::prepare(&text, &self.options)?);
        self.documents.insert(key, Arc::clone(&document), text.len());
        Ok(document)
    }

    /// Executes a query or a mutation.
    pub(super) async fn once(
        &self,
        headers: &HeaderMap,
        ready: Ready,
    ) -> Result<Finished, Refusal> {
        let (request, after) = ready.split();
        // A resolver that panics takes its own request down, not the connection's other ones.
        let running = AssertUnwindSafe(self.executor.execute(request)).catch_unwind();
        let within = self.options.execution_timeout;
        let Ok(finished) = tokio::time::timeout(within, running).await else {
            return Err(Refusal::timeout());
        };
        Ok(self.finish(headers, &after, finished.map_err(|_| ())))
    }

    /// Makes what came of an execution fit for the client.
    pub(super) fn finish(
        &self,
        headers: &HeaderMap,
        after: &After,
        finished: Result<GraphqlResponse, ()>,
    ) -> Finished {
        let trace = || self.traces.for_request(headers);
        let Ok(mut response) = finished else {
            let id = trace();
            tracing::error!(trace_id = %id, "a resolver panicked");
            return Err(id);
        };
        let request_error = mask::is_request_error(&response);
        let document = after.document.executable();
        order::restore(&mut response.data, document, after.operation.as_deref());
        mask::mask(&mut response, request_error, trace);
        Ok(Executed { response, request_error, cost: after.cost })
    }
}

/// The axum handler of `/graphql`, for every method.
pub(super) async fn graphql<E: Executor, G: Gate>(
    State(server): State<Arc<Server<E, G>>>,
    request: Request,
) -> Response {
    let media = match Media::negotiate(request.headers()) {
        Ok(media) => media,
        Err(refusal) => return Reply::refused(refusal, Media::Json).into_response(Media::Json),
    };
    server.answer(request, media).await.unwrap_or_else(|refusal| {
        // A refusal is no event: it has a status, and a body that says why.
        let media = if media == Media::EventStream { Media::Json } else { media };
        Reply::refused(refusal, media).into_response(media)
    })
}

/// The bearer token. An Authorization header of any other shape is a token that is not valid,
/// never an anonymous caller.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refused> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refused::InvalidToken);
    }
    value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
        .map(Some)
        .ok_or(Refused::InvalidToken)
}
