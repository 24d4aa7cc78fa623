//! What all WebSockets have in common: who may open one, how many, how fast they speak, and how
//! they end.

mod credentials;
mod pace;
mod seats;

#[cfg(test)]
mod tests;

use std::{future::Future, time::Duration};

use axum::{
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    http::{HeaderMap, header},
};
use tokio::time::{Instant, sleep_until, timeout};

pub(crate) use credentials::Credentials;
pub(crate) use pace::Pace;
pub(crate) use seats::Seats;

/// How long a client may take to take a message.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a client may take to close its side.
const PARTING: Duration = Duration::from_secs(2);
/// How often the client is asked for a sign of life.
pub(crate) const BEAT: Duration = Duration::from_secs(10);
/// How long a client may give none.
pub(crate) const SILENCE: Duration = Duration::from_secs(45);
/// What is read at once: a socket takes this much memory for as long as it is open.
const READ: usize = 4 * 1024;

/// An upgrade with bounds: messages of at most `largest` bytes, little memory while idle.
pub(crate) fn bounded(upgrade: WebSocketUpgrade, largest: usize) -> WebSocketUpgrade {
    upgrade.max_message_size(largest).max_frame_size(largest).read_buffer_size(READ)
}

/// Gives up on a client that does not take what it is sent.
pub(crate) async fn within<T, E>(sending: impl Future<Output = Result<T, E>>) -> Option<T> {
    timeout(PATIENCE, sending).await.ok()?.ok()
}

/// Closes a socket and waits a moment for the client to do the same: a connection that is dropped
/// with words in it unread takes its close code with it.
pub(crate) async fn close(socket: &mut WebSocket, frame: CloseFrame) {
    if within(socket.send(Message::Close(Some(frame)))).await.is_some() {
        let _ = timeout(PARTING, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
    }
}

/// The next message, once the client may speak again.
pub(crate) async fn received(
    socket: &mut WebSocket,
    resume: Instant,
) -> Option<std::result::Result<Message, axum::Error>> {
    sleep_until(resume).await;
    socket.recv().await
}

/// A page of another origin may not open sockets in its visitor's name. Programs send no origin;
/// a page that this server itself serves has its own.
pub(crate) fn allowed(headers: &HeaderMap, origins: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let own = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    let same = own.is_some_and(|host| {
        ["http://", "https://"].iter().any(|scheme| origin.strip_prefix(scheme) == Some(host))
    });
    same || origins.iter().any(|it| it == origin)
}
