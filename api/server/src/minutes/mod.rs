//! `GET /minutes/{id}`: a WebSocket on which any Yjs editor writes minutes, by y-protocols.
//!
//! Browsers offer the subprotocols `taiwa` and `ticket.SECRET`; the answer names `taiwa` alone, so
//! that the secret stands in no log of answers. Others send `Authorization: Bearer`. A socket that
//! was accepted closes with 4401 when its token or ticket is not valid, 4403 when there is nothing
//! here for the person, 4400 for what is no message, 4413 when the minutes are full: npm's
//! y-websocket takes these as final. With 1013 it connects again and synchronises: when it did not
//! keep up, gave no sign of life, the server has to begin anew, or the person has too many sockets.

mod socket;

use std::sync::Arc;

use axum::{
    Router,
    extract::{
        Path, Request, State,
        ws::{CloseFrame, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use taiwa_operations::socket::Lost;

use crate::{
    gate::TokenGate,
    sockets::{self, Credentials, Seats},
};

/// The subprotocol that is spoken.
const PROTOCOL: &str = "taiwa";

/// The largest message taken from a client: a whole document.
const LARGEST: usize = (1 << 20) + 16;

#[derive(Clone)]
struct Setup {
    gate: TokenGate,
    seats: Seats,
    origins: Arc<[String]>,
}

/// Why a socket closes, as its client hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    Malformed,
    Expired,
    Forbidden,
    TooLarge,
    Again,
}

impl Closing {
    fn frame(self) -> CloseFrame {
        let (code, reason) = match self {
            Self::Malformed => (4400, "not a message"),
            Self::Expired => (4401, "the token or ticket is not valid"),
            Self::Forbidden => (4403, "not found"),
            Self::TooLarge => (4413, "the minutes are full"),
            Self::Again => (1013, "connect again"),
        };
        CloseFrame { code, reason: reason.into() }
    }
}

impl From<Lost> for Closing {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Expired => Self::Expired,
            Lost::Forbidden => Self::Forbidden,
        }
    }
}

pub(crate) fn router(gate: TokenGate, seats: Seats, origins: &[String]) -> Router {
    let setup = Setup { gate, seats, origins: origins.into() };
    Router::new().route("/minutes/{id}", get(open)).with_state(setup)
}

async fn open(
    State(setup): State<Setup>,
    Path(id): Path<String>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
    _request: Request,
) -> Response {
    if !sockets::allowed(&headers, &setup.origins) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(refused) => return refused.into_response(),
    };
    let credentials = Credentials::of(&headers);
    sockets::bounded(upgrade, LARGEST).protocols([PROTOCOL]).on_upgrade(async move |mut socket| {
        let closing = serve(&setup, &id, credentials, &mut socket).await;
        if let Some(closing) = closing {
            sockets::close(&mut socket, closing.frame()).await;
        }
    })
}

/// Serves a socket until it ends; returns how to close it, if it is still there.
async fn serve(
    setup: &Setup,
    id: &str,
    credentials: Option<Credentials>,
    socket: &mut WebSocket,
) -> Option<Closing> {
    let app = &setup.gate.app;
    let verified = match credentials {
        None => return Some(Closing::Expired),
        Some(credentials) => match credentials.verify(&setup.gate).await {
            Ok(Some(verified)) => verified,
            Ok(None) => return Some(Closing::Expired),
            Err(failure) => {
                tracing::error!(%failure, "a socket's credentials cannot be judged");
                return Some(Closing::Again);
            }
        },
    };
    let Some(_seat) = setup.seats.take(&verified) else { return Some(Closing::Again) };
    // An id that is none and one of somebody else's are one answer.
    let Some(minutes) = taiwa_graphql::minutes(id) else { return Some(Closing::Forbidden) };
    match socket::run(app, verified, minutes, socket).await {
        Ok(closing) => closing,
        Err(failure) => {
            tracing::error!(%failure, "minutes cannot be served");
            Some(Closing::Again)
        }
    }
}
