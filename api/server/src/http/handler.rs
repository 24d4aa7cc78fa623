//! `/graphql`: one request from headers to bytes.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request as GraphqlRequest};
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::FutureExt;
use http::{HeaderMap, Method, header};

use super::cache::{DocumentCache, Key};
use super::document::Document;
use super::media::{self, Media};
use super::options::HttpOptions;
use super::payload::{Body, Payload};
use super::refusal::Refusal;
use super::reply::{Reply, RequestedCost};
use super::trace::TraceIds;
use super::{Gate, Refused, body, mask, order};

/// Everything the handler needs, made once.
pub(super) struct Server<E, G> {
    executor: E,
    gate: G,
    options: HttpOptions,
    documents: DocumentCache,
    traces: TraceIds,
}

/// Which operations a method may carry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carries {
    /// GET: safe, so queries alone.
    Queries,
    /// POST: everything.
    Operations,
}

impl<E: Executor, G: Gate> Server<E, G> {
    /// A server for one executor behind one gate.
    pub(super) fn new(executor: E, gate: G, options: HttpOptions) -> Self {
        let documents = DocumentCache::new(options.limits.cached_documents);
        Self { executor, gate, options, documents, traces: TraceIds::new() }
    }

    async fn answer(&self, request: Request, media: Media) -> Result<Reply, Refusal> {
        let (head, body) = request.into_parts();
        let headers = &head.headers;
        if head.method == Method::GET || head.method == Method::HEAD {
            let payload = Payload::from_uri(&head.uri)?;
            return Ok(self.one(headers, payload, Carries::Queries, media).await);
        }
        if head.method != Method::POST {
            return Err(Refusal::method_not_allowed());
        }
        media::require_json(headers)?;
        let limits = &self.options.limits;
        let bytes = body::read(headers, body, limits.body_bytes, self.options.body_timeout).await?;
        match Body::parse(&bytes, limits.batch)? {
            Body::One(payload) => Ok(self.one(headers, payload, Carries::Operations, media).await),
            Body::Batch(payloads) => {
                let mut replies = Vec::with_capacity(payloads.len());
                // One after another: a batch is not a way to more of the server at once.
                for payload in payloads {
                    replies.push(self.one(headers, payload, Carries::Operations, media).await);
                }
                Ok(Reply::batch(replies))
            }
        }
    }

    async fn one(
        &self,
        headers: &HeaderMap,
        payload: Payload,
        carries: Carries,
        media: Media,
    ) -> Reply {
        self.execute(headers, payload, carries, media)
            .await
            .unwrap_or_else(|refusal| Reply::refused(refusal, media))
    }

    async fn execute(
        &self,
        headers: &HeaderMap,
        payload: Payload,
        carries: Carries,
        media: Media,
    ) -> Result<Reply, Refusal> {
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
        let bearer = bearer(headers).map_err(Refusal::gate)?;
        let mut request = self.gate.admit(bearer, request).await.map_err(Refusal::gate)?;

        let document = self.document(query, persisted)?;
        let operation = document.operation(request.operation_name.as_deref())?;
        match (operation.kind, carries) {
            (OperationType::Subscription, _) => return Err(Refusal::subscription()),
            (OperationType::Mutation, Carries::Queries) => {
                return Err(Refusal::only_queries_by_get());
            }
            _ => {}
        }
        let cost = RequestedCost {
            requested: operation.cost.with(&request.variables),
            limit: self.options.limits.complexity,
        };
        if cost.requested > cost.limit {
            return Err(Refusal::too_complex(cost.limit, cost.requested));
        }
        request.set_parsed_query(document.parsed());
        self.run(headers, request, &document, cost, media).await
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

    async fn run(
        &self,
        headers: &HeaderMap,
        request: GraphqlRequest,
        document: &Document,
        cost: RequestedCost,
        media: Media,
    ) -> Result<Reply, Refusal> {
        let operation = request.operation_name.clone();
        // A resolver that panics takes its own request down, not the connection's other ones.
        let running = AssertUnwindSafe(self.executor.execute(request)).catch_unwind();
        let within = self.options.execution_timeout;
        let Ok(finished) = tokio::time::timeout(within, running).await else {
            return Err(Refusal::timeout());
        };
        let trace = || self.traces.for_request(headers);
        let Ok(mut response) = finished else {
            let id = trace();
            tracing::error!(trace_id = %id, "a resolver panicked");
            return Ok(Reply::internal(&id));
        };
        let request_error = mask::is_request_error(&response);
        order::restore(&mut response.data, document.executable(), operation.as_deref());
        mask::mask(&mut response, request_error, trace);
        Ok(Reply::executed(response, request_error, cost, media))
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
    server
        .answer(request, media)
        .await
        .unwrap_or_else(|refusal| Reply::refused(refusal, media))
        .into_response(media)
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
