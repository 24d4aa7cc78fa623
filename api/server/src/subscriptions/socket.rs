//! One socket and the operations on it.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use futures_util::StreamExt;
use taiwa_graphql::Api;
use taiwa_identity::Verified;
use taiwa_operations::{
    changes::Watchers,
    socket::{Lost, admit},
};
use tokio::{
    sync::mpsc,
    task::AbortHandle,
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout_at},
};

use super::{
    PROTOCOL, Setup,
    protocol::{ACKNOWLEDGED, Closing, PONG, Said, answer, complete, credentials},
};
use crate::{
    gate::TokenGate,
    http::{Answer, Payload, Refusal, Server},
    sockets::{BEAT, Credentials, Pace, SILENCE, received, within},
};

/// How long a client may take to introduce itself.
const INTRODUCTION: Duration = Duration::from_secs(10);
/// Operations on one socket at once.
const MOST: usize = 64;
/// Answers that wait for a client; then the operations wait too.
const BEHIND: usize = 16;

/// What an operation says.
struct Out {
    id: String,
    /// Tells it from an earlier operation of the same id.
    run: u64,
    text: String,
    last: Last,
}

/// Whether an operation says nothing more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    No,
    Yes,
    /// And it was to go on for as long as its person is here.
    OfSubscription,
}

/// Runs until one side ends; returns how to close the socket, if it is still there.
pub(super) async fn run(
    setup: &Setup,
    shown: Option<Credentials>,
    socket: &mut WebSocket,
) -> Option<Closing> {
    if socket.protocol().is_none_or(|it| it != PROTOCOL) {
        return Some(Closing::Subprotocol);
    }
    let verified = match introduced(setup, shown, socket).await {
        Ok(verified) => verified,
        Err(closing) => return closing,
    };
    let Some(_seat) = setup.seats.take(&verified) else {
        return Some(Closing::Again("too many sockets"));
    };
    within(socket.send(Message::text(ACKNOWLEDGED))).await?;
    Open::new(setup, verified).run(socket).await
}

/// Whom a socket is for, as its first message shows.
async fn introduced(
    setup: &Setup,
    shown: Option<Credentials>,
    socket: &mut WebSocket,
) -> Result<Verified, Option<Closing>> {
    let until = Instant::now() + INTRODUCTION;
    let payload = loop {
        let Ok(message) = timeout_at(until, socket.recv()).await else {
            return Err(Some(Closing::Silent));
        };
        match message {
            Some(Ok(Message::Text(text))) => match Said::read(&text) {
                Some(Said::ConnectionInit { payload }) => break payload,
                Some(Said::Ping {}) => {
                    within(socket.send(Message::text(PONG))).await.ok_or(None)?;
                }
                Some(Said::Pong {}) => {}
                Some(Said::Subscribe { .. } | Said::Complete { .. }) => {
                    return Err(Some(Closing::Unauthorized));
                }
                None => return Err(Some(Closing::Malformed)),
            },
            Some(Ok(Message::Binary(_))) => return Err(Some(Closing::Malformed)),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Close(_))) | None => return Err(None),
            Some(Err(_)) => return Err(Some(Closing::Malformed)),
        }
    };
    let Some(shown) = credentials(payload.as_ref()).or(shown) else {
        return Err(Some(Closing::Unauthorized));
    };
    match shown.verify(&setup.gate).await {
        Ok(Some(verified)) => match lost(setup, &verified).await {
            None => Ok(verified),
            closing => Err(closing),
        },
        Ok(None) => Err(Some(Closing::Unauthorized)),
        Err(failure) => {
            tracing::error!(%failure, "a socket's credentials cannot be judged");
            Err(Some(Closing::Again("connect again")))
        }
    }
}

/// How to close the socket of somebody who may not be here any more.
async fn lost(setup: &Setup, verified: &Verified) -> Option<Closing> {
    match admit(&setup.gate.app, verified).await {
        Ok(Ok(_)) => None,
        Ok(Err(lost)) => Some(lost.into()),
        Err(failure) => {
            tracing::error!(%failure, "a socket's person cannot be judged");
            Some(Closing::Again("connect again"))
        }
    }
}

/// A socket that was introduced.
struct Open<'a> {
    setup: &'a Setup,
    verified: Verified,
    running: HashMap<String, (u64, AbortHandle)>,
    runs: u64,
    sender: mpsc::Sender<Out>,
    receiver: mpsc::Receiver<Out>,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        for (_, operation) in self.running.values() {
            operation.abort();
        }
    }
}

impl<'a> Open<'a> {
    fn new(setup: &'a Setup, verified: Verified) -> Self {
        let (sender, receiver) = mpsc::channel(BEHIND);
        Self { setup, verified, running: HashMap::new(), runs: 0, sender, receiver }
    }

    async fn run(mut self, socket: &mut WebSocket) -> Option<Closing> {
        let app = &self.setup.gate.app;
        let (organization, person) = (self.verified.organization, self.verified.person);
        let mut watch = Watchers::watch(app, organization, person);
        let left = (self.verified.expires_at - app.now()).to_std().unwrap_or_default();
        let expiry = Instant::now() + left;
        let mut pace = Pace::new(Instant::now());
        let mut resume = Instant::now();
        let mut heard_at = Instant::now();
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let text = tokio::select! {
                Some(out) = self.receiver.recv() => match self.heard(out).await {
                    Ok(text) => text,
                    Err(closing) => return Some(closing),
                },
                message = received(socket, resume) => {
                    heard_at = Instant::now();
                    let text = match message {
                        Some(Ok(Message::Text(text))) => text,
                        Some(Ok(Message::Binary(_)) | Err(_)) => return Some(Closing::Malformed),
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                        Some(Ok(Message::Close(_))) | None => return None,
                    };
                    resume = heard_at + pace.take(heard_at, text.len());
                    match self.said(&text) {
                        Ok(text) => text,
                        Err(closing) => return Some(closing),
                    }
                }
                _ = beat.tick() => {
                    if heard_at.elapsed() > SILENCE {
                        return Some(Closing::Again("no sign of life"));
                    }
                    // A last day that comes tells nobody. A subscription looks for itself.
                    if self.running.is_empty()
                        && let Some(closing) = lost(self.setup, &self.verified).await
                    {
                        return Some(closing);
                    }
                    within(socket.send(Message::Ping(Vec::new().into()))).await?;
                    None
                }
                () = sleep_until(expiry) => return Some(Lost::Expired.into()),
                () = watch.access_changed() => match lost(self.setup, &self.verified).await {
                    None => None,
                    closing => return closing,
                },
            };
            if let Some(text) = text {
                within(socket.send(Message::text(text))).await?;
            }
        }
    }

    /// Takes what the client says; returns what to answer at once.
    fn said(&mut self, text: &str) -> Result<Option<String>, Closing> {
        match Said::read(text).ok_or(Closing::Malformed)? {
            Said::ConnectionInit { .. } => Err(Closing::Twice),
            Said::Ping {} => Ok(Some(PONG.to_owned())),
            Said::Pong {} => Ok(None),
            Said::Complete { id } => {
                if let Some((_, operation)) = self.running.remove(&id) {
                    operation.abort();
                }
                Ok(None)
            }
            Said::Subscribe { id, .. } if self.running.contains_key(&id) => Err(Closing::InUse(id)),
            Said::Subscribe { id, .. } if self.running.len() >= MOST => {
                let refusal = Refusal::too_many_operations(MOST);
                Ok(Some(answer(&id, &Answer::refused(&refusal))))
            }
            Said::Subscribe { id, payload } => {
                self.runs += 1;
                let (server, run) = (self.setup.server.clone(), self.runs);
                let operation =
                    operate(server, self.verified, (id.clone(), run), payload, self.sender.clone());
                let handle = tokio::spawn(operation).abort_handle();
                self.running.insert(id, (run, handle));
                Ok(None)
            }
        }
    }

    /// Takes what an operation says; returns what to tell the client.
    async fn heard(&mut self, out: Out) -> Result<Option<String>, Closing> {
        // The client has ended it, and may have begun another of the same id.
        if self.running.get(&out.id).is_none_or(|(run, _)| *run != out.run) {
            return Ok(None);
        }
        if out.last != Last::No {
            // With its last word its id is free: the client may use it at once.
            self.running.remove(&out.id);
        }
        if out.last == Last::OfSubscription
            && let Some(closing) = lost(self.setup, &self.verified).await
        {
            return Err(closing);
        }
        Ok(Some(out.text))
    }
}

/// Runs an operation in a task of its own: whatever an answer was made with is let go of before
/// the client has to take it.
async fn operate(
    server: Arc<Server<Api, TokenGate>>,
    verified: Verified,
    (id, run): (String, u64),
    payload: Payload,
    to: mpsc::Sender<Out>,
) {
    let say = async |text, last| to.send(Out { id: id.clone(), run, text, last }).await.is_ok();
    let mut answers = match server.operate(&verified, payload).await {
        Ok(answers) => answers,
        Err(refusal) => {
            say(answer(&id, &Answer::refused(&refusal)), Last::Yes).await;
            return;
        }
    };
    let last = if answers.subscription { Last::OfSubscription } else { Last::Yes };
    while let Some(next) = answers.stream.next().await {
        let over = matches!(next, Answer::Refused(_));
        let going = say(answer(&id, &next), if over { last } else { Last::No }).await;
        if over || !going {
            return;
        }
    }
    say(complete(&id), last).await;
}
