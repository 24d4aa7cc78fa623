//! One socket, between its client and the room of its document.

use axum::extract::ws::{Message, WebSocket};
use taiwa_domain::id::MinutesId;
use taiwa_identity::Verified;
use taiwa_operations::{
    Actor, App, Result,
    minutes::{Answer, Outgoing, Rooms, check},
};
use taiwa_yjs::{Limits, Refused};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::Closing;
use crate::sockets::{BEAT, Pace, SILENCE, received, within};

/// An awareness message that says nothing: npm's y-websocket takes half a minute without any
/// message for a broken line, and does not see pings.
const NOTHING_NEW: [u8; 3] = [1, 1, 0];

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
