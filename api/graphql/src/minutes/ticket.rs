//! Tickets that open sockets.

use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use taiwa_operations::socket as operations;

use crate::{
    context::caller,
    payload::{UserError, split},
};

/// Opens one socket, once. Requires: the caller alone.
#[derive(SimpleObject)]
pub(crate) struct SocketTicket {
    /// To be offered as the subprotocol `ticket.` followed by this, beside `taiwa`:
    /// `new WebSocket(url, ["taiwa", "ticket." + secret])`.
    secret: String,
    /// It opens nothing after this, half a minute from now.
    expires_at: DateTime<Utc>,
}

/// What came of asking for a ticket.
#[derive(SimpleObject)]
pub(crate) struct CreateSocketTicketPayload {
    /// The ticket.
    socket_ticket: Option<SocketTicket>,
    /// What was wrong; empty when it was done.
    user_errors: Vec<UserError>,
}

/// Making tickets.
#[derive(Default)]
pub(crate) struct TicketMutation;

#[Object]
impl TicketMutation {
    /// Makes a ticket that opens one socket within half a minute, for browsers, which can send no
    /// header with a socket. What it opens ends with the token it was asked for with. Requires: a
    /// token; it is done for the caller alone.
    async fn create_socket_ticket(
        &self,
        context: &Context<'_>,
    ) -> Result<CreateSocketTicketPayload> {
        let caller = caller(context)?;
        let outcome = operations::create_ticket(&caller.app, &caller.actor).await;
        let (ticket, user_errors) = split(context, outcome)?;
        let socket_ticket = ticket.map(|it| SocketTicket {
            secret: it.secret.expose_secret().to_owned(),
            expires_at: it.expires_at,
        });
        Ok(CreateSocketTicketPayload { socket_ticket, user_errors })
    }
}
