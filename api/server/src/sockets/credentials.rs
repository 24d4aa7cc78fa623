//! Who opens a socket.

use axum::http::{HeaderMap, header};
use secrecy::SecretString;
use taiwa_identity::Verified;
use taiwa_operations::{Result, socket};

use crate::gate::TokenGate;

/// What the subprotocol begins with that is a ticket.
const TICKET: &str = "ticket.";

/// What a client showed.
pub(crate) enum Credentials {
    Ticket(SecretString),
    Bearer(SecretString),
}

impl Credentials {
    /// Those of a request, if it has any: never from its address.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let ticket = headers
            .get_all(header::SEC_WEBSOCKET_PROTOCOL)
            .iter()
            .filter_map(|it| it.to_str().ok())
            .flat_map(|it| it.split(','))
            .find_map(|it| it.trim().strip_prefix(TICKET));
        if let Some(ticket) = ticket {
            return Some(Self::Ticket(ticket.to_owned().into()));
        }
        Self::bearer(headers.get(header::AUTHORIZATION)?.to_str().ok()?)
    }

    /// Those of `Bearer TOKEN`.
    pub(crate) fn bearer(value: &str) -> Option<Self> {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Self::Bearer(token.trim().to_owned().into()))
    }

    /// The token that they are or stand for. A ticket is used up.
    pub(crate) async fn verify(self, gate: &TokenGate) -> Result<Option<Verified>> {
        match self {
            Self::Ticket(secret) => socket::redeem(&gate.app, &secret).await,
            Self::Bearer(token) => Ok(gate.verified(&token)),
        }
    }
}
