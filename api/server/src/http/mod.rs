//! GraphQL over HTTP: our own thin handler between axum and async-graphql.
//!
//! It knows nothing of Taiwa: the schema comes in as an [`Executor`], the caller's identity
//! through a [`Gate`]. What it owns is the transport (content negotiation, methods, status
//! codes, CORS), the bounds that hold before a document is executed, the cache of parsed
//! documents, and the masking of errors that were never meant for a client.
//!
//! The order of work for one request, each step cheaper than the next:
//! method and media types → bounded body → JSON → the gate → document (cache, else lexer,
//! parser, limits) → cost → execution → masking → bytes.

mod body;
mod cache;
mod cost;
mod document;
mod events;
mod expansion;
mod graphiql;
mod handler;
mod harden;
mod health;
mod lexer;
mod mask;
mod media;
mod options;
mod order;
mod payload;
mod refusal;
mod reply;
mod trace;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_graphql::{Executor, Request};
use axum::Router;
use axum::routing::{any, get};

pub(crate) use events::Answer;
pub(crate) use handler::Server;
pub(crate) use harden::harden;
pub(crate) use options::HttpOptions;
pub(crate) use payload::Payload;
pub(crate) use refusal::Refusal;

/// What the HTTP layer needs from the rest of the server.
pub(crate) trait Gate: Clone + Send + Sync + 'static {
    /// Identifies the caller from the bearer token (`None` = no Authorization header = the
    /// anonymous caller) and returns the request with the caller's context data attached, or
    /// the refusal.
    fn admit(
        &self,
        bearer: Option<&str>,
        request: Request,
    ) -> impl Future<Output = Result<Request, Refused>> + Send;

    /// Who was let in on a connection that stays open.
    type Pass: Send + Sync + 'static;

    /// Looks again at who was let in before, and attaches their context data as it is now.
    fn readmit(
        &self,
        pass: &Self::Pass,
        request: Request,
    ) -> impl Future<Output = Result<Request, Refused>> + Send;
}

/// Why a [`Gate`] did not admit a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The token is malformed, expired, revoked or not for this server: 401.
    InvalidToken,
    /// The token could not be judged now (a store or key source is away): 503.
    Unavailable,
}

/// The routes `/graphql`, `/health` and, where [`HttpOptions::graphiql`] says so, `/`.
pub(crate) fn router<E: Executor, G: Gate>(server: Arc<Server<E, G>>) -> Router {
    let with_graphiql = server.options().graphiql;
    let origins = server.options().allowed_origins.clone();
    let mut router = Router::new()
        // `any`: the handler answers other methods itself, in the shape clients expect.
        .route("/graphql", any(handler::graphql::<E, G>))
        .with_state(server)
        .route("/health", get(health::health));
    if with_graphiql {
        router = router.merge(graphiql::router());
    }
    harden(router, &origins)
}
