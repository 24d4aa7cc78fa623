//! `GET /graphql` as a WebSocket that speaks graphql-transport-ws, the protocol of npm's
//! `graphql-ws`: subscriptions, and queries and mutations beside them, within the bounds of every
//! request.
//!
//! The first message shows who opens it: `connection_init` with `{"authorization": "Bearer …"}` or
//! `{"ticket": "…"}`; a ticket may also be offered as the subprotocol `ticket.SECRET`, and programs
//! may send `Authorization`. A socket closes with 4400 for what is no message, 4401 without a token
//! and when it has ended, 4403 when there is nothing here for the person any more, 4406 without the
//! subprotocol, 4408 when nobody introduces themselves, 4409 for an id that is in use, 4429 for a
//! second introduction. With 1013 the client connects again and goes on from its cursor: when it
//! gave no sign of life, or has too many sockets.

mod protocol;
mod socket;

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State, ws::WebSocketUpgrade},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use taiwa_graphql::Api;

use crate::{
    gate::TokenGate,
    http::Server,
    sockets::{self, Credentials, Seats},
};

/// The subprotocol.
const PROTOCOL: &str = "graphql-transport-ws";

/// What sockets are served with.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) server: Arc<Server<Api, TokenGate>>,
    pub(crate) gate: TokenGate,
    pub(crate) seats: Seats,
    pub(crate) origins: Arc<[String]>,
}

/// Takes requests for a WebSocket at `/graphql`; lets others pass.
pub(crate) async fn upgrade(State(setup): State<Setup>, request: Request, next: Next) -> Response {
    if request.uri().path() != "/graphql" || !asks_for_socket(request.method(), request.headers()) {
        return next.run(request).await;
    }
    if !sockets::allowed(request.headers(), &setup.origins) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let (mut parts, _) = request.into_parts();
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(refused) => return refused.into_response(),
    };
    let credentials = Credentials::of(&parts.headers);
    let largest = setup.server.options().limits.body_bytes;
    sockets::bounded(upgrade, largest).protocols([PROTOCOL]).on_upgrade(async move |mut socket| {
        let closing = socket::run(&setup, credentials, &mut socket).await;
        if let Some(closing) = closing {
            sockets::close(&mut socket, closing.frame()).await;
        }
    })
}

fn asks_for_socket(method: &Method, headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|it| it.to_str().ok());
    method == Method::GET && upgrade.is_some_and(|it| it.eq_ignore_ascii_case("websocket"))
}
