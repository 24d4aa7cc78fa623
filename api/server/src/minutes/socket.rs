//! One socket, between its client and the room of its document.

use std::{future::Future, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use taiwa_domain::id::MinutesId;
use taiwa_identity::Verified;
use taiwa_operations::{
    Actor, App, Result,
    minutes::{Answer, Outgoing, Rooms, check},
};
use taiwa_yjs::{Limits, Refused};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::{Closing, pace::Pace};

/// How long a client may take to take a message.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a client may take to close its side.
const PARTING: Duration = Duration::from_secs(2);
/// How often the client is asked for a sign of life, and its grant is looked at again.
const BEAT: Duration = Duration::from_secs(10);
/// How long a client may give none.
const SILENCE: Duration = Duration::from_secs(45);
/// An awareness message that says nothing: npm's y-websocket takes half a minute without any
/// message for a broken line, and does not see pings.
const NOTHING_NEW: [u8; 3] = [1, 1, 0];

/// Gives up on a client that does not take what it is sent.
pub(super) async fn within<T, E>(sending: impl Future<Output = Result<T, E>>) -> Option<T> {
    timeout(PATIENCE, sending).await.ok()?.ok()
}

/// Closes a socket and waits a moment for the client to do the same: a connection that is dropped
/// with words in it unread takes its close code with it.
pub(super) async fn close(socket: &mut WebSocket, frame: CloseFrame) {
    if within(socket.send(Message::Close(Some(frame)))).await.is_some() {
        let _ = timeout(PARTING, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
    }
}

/// Runs until one side ends; returns how to close the socket, if it is still there.
pub(super) async fn run(
    app: &App,
    verified: Verified,
    minutes: MinutesId,
    socket: &mut WebSocket,
) -> Result<Option<Closing>> {
    let mut access = app.rooms.access();
    let actor = match check(app, &verified, minutes).await? {
        Ok(actor) => actor,
        Err(lost) => return Ok(Some(lost.into())),
    };
    let limits = Limits::default();
    let mut entered = enter(app, &actor, minutes).await?;
    let mut pace = Pace::new(Instant::now());
    let mut resume = Instant::now();
    let mut heard_at = Instant::now();
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            outgoing = entered.outgoing.recv() => {
                let bytes = match outgoing {
                    // It was too slow, or the document has to be opened anew.
                    None => return Ok(Some(Closing::Again)),
                    Some(Outgoing::Refused(Refused::TooLarge)) => {
                        return Ok(Some(Closing::TooLarge));
                    }
                    Some(Outgoing::Refused(Refused::Waiting)) => return Ok(Some(Closing::Again)),
                    Some(Outgoing::Refused(Refused::Malformed(_))) => {
                        return Ok(Some(Closing::Malformed));
                    }
                    Some(Outgoing::Message(bytes)) => bytes,
                };
                let sent = within(socket.send(Message::Binary(bytes.into()))).await;
                if sent.is_none() {
                    return Ok(None);
                }
            }
            received = received(socket, resume) => {
                let Some(Ok(message)) = received else { return Ok(None) };
                heard_at = Instant::now();
                let bytes = match message {
                    Message::Binary(bytes) => bytes,
                    Message::Ping(_) | Message::Pong(_) => continue,
                    Message::Close(_) => return Ok(None),
                    Message::Text(_) => return Ok(Some(Closing::Malformed)),
                };
                resume = heard_at + pace.take(heard_at, bytes.len());
                let Ok(message) = taiwa_yjs::Message::read(&bytes, &limits) else {
                    return Ok(Some(Closing::Malformed));
                };
                if entered.say(message).await == Answer::Gone {
                    return Ok(Some(Closing::Again));
                }
            }
            _ = beat.tick() => {
                if heard_at.elapsed() > SILENCE {
                    return Ok(Some(Closing::Again));
                }
                if let Err(lost) = check(app, &verified, minutes).await? {
                    return Ok(Some(lost.into()));
                }
                for message in [
                    Message::Binary(NOTHING_NEW.to_vec().into()),
                    Message::Ping(Vec::new().into()),
                ] {
                    if within(socket.send(message)).await.is_none() {
                        return Ok(None);
                    }
                }
            }
            changed = access.recv() => {
                // Of somebody else; where some were missed, it may have been this person's.
                if matches!(changed, Ok(Some(person)) if person != verified.person) {
                    continue;
                }
                if let Err(lost) = check(app, &verified, minutes).await? {
                    return Ok(Some(lost.into()));
                }
            }
        }
    }
}

/// The next message, once the client may speak again.
async fn received(
    socket: &mut WebSocket,
    resume: Instant,
) -> Option<std::result::Result<Message, axum::Error>> {
    sleep_until(resume).await;
    socket.recv().await
}

async fn enter(
    app: &App,
    actor: &Actor,
    minutes: MinutesId,
) -> Result<taiwa_operations::minutes::Entered> {
    let person = actor.caller.person;
    let name = match &actor.person {
        Some(person) => person.profile.name.display(),
        None => {
            let reader = app.database.reader(actor.caller.organization).await?;
            let found = reader.people_by_id(actor.today, &[person]).await?;
            found.first().map(|it| it.profile.name.display()).unwrap_or_default()
        }
    };
    Rooms::enter(app, actor, minutes, taiwa_graphql::person_id(person), name).await
}
