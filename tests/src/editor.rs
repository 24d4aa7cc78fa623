//! An editor of minutes, as in a browser: a Yjs document behind a WebSocket.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message as Frame, client::IntoClientRequest, handshake::client::Response,
        protocol::frame::coding::CloseCode,
    },
};
use yrs::{
    Doc, GetString, OffsetKind, Options, ReadTxn, StateVector, Text, Transact, Update, WriteTxn,
    updates::{decoder::Decode, encoder::Encode},
};

use crate::{Caller, Value};

/// How long an answer may take: far more than it needs.
const PATIENCE: Duration = Duration::from_secs(60);

/// What opens a socket.
#[derive(Clone, Debug)]
pub enum Key {
    /// A single-use ticket in the subprotocol.
    Ticket(String),
    /// The caller's token in a header.
    Bearer,
    /// Nothing.
    None,
}

/// A fresh ticket of a caller.
pub async fn ticket(caller: &Caller) -> Key {
    let query =
        "mutation { createSocketTicket { socketTicket { secret expiresAt } userErrors { code } } }";
    let data = caller.query(query).await;
    Key::Ticket(crate::answer::text(&data["createSocketTicket"]["socketTicket"]["secret"]))
}

/// An editor that is connected, or was.
pub struct Editor {
    /// Its document: text under `default`.
    pub doc: Doc,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    /// What others said of themselves, in order.
    pub presences: Vec<Value>,
    /// With which code the server closed the socket.
    pub closed: Option<u16>,
}

fn options(client: u64) -> Options {
    Options {
        client_id: yrs::ClientID::new(client),
        offset_kind: OffsetKind::Utf16,
        ..Options::default()
    }
}

fn framed(kind: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0, kind];
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(bytes);
    out
}

/// The rest of `bytes` after a number, and the number.
fn number(bytes: &[u8]) -> (usize, &[u8]) {
    let (mut value, mut at) = (0, 0);
    loop {
        value |= usize::from(bytes[at] & 0x7f) << (7 * at);
        at += 1;
        if bytes[at - 1] < 0x80 {
            return (value, &bytes[at..]);
        }
    }
}

impl Editor {
    /// One that was never connected.
    pub fn new(client: u64) -> Self {
        let doc = Doc::with_options(options(client));
        doc.get_or_insert_text("default");
        Self { doc, socket: None, presences: Vec::new(), closed: None }
    }

    /// Connects; with a page's origin, if there is one.
    pub async fn try_connect(
        &mut self,
        caller: &Caller,
        minutes: &str,
        key: &Key,
        origin: Option<&str>,
    ) -> Result<Response, Error> {
        let url = caller.url(&format!("/minutes/{minutes}")).replace("http://", "ws://");
        let mut request = url.into_client_request()?;
        let headers = request.headers_mut();
        match key {
            Key::Ticket(secret) => {
                let protocols = format!("taiwa, ticket.{secret}");
                headers.insert("sec-websocket-protocol", protocols.parse().expect("a header"));
            }
            Key::Bearer => {
                let token = caller.token.as_deref().unwrap_or_default();
                let bearer = format!("Bearer {token}");
                headers.insert("authorization", bearer.parse().expect("a header"));
            }
            Key::None => {}
        }
        if let Some(origin) = origin {
            headers.insert("origin", origin.parse().expect("a header"));
        }
        let (socket, response) = connect_async(request).await?;
        self.socket = Some(socket);
        self.closed = None;
        Ok(response)
    }

    /// Connects and synchronises.
    pub async fn connect(&mut self, caller: &Caller, minutes: &str, key: &Key) {
        self.try_connect(caller, minutes, key, None).await.expect("a socket");
        assert!(self.sync().await, "the socket was closed: {:?}", self.closed);
    }

    /// Goes offline.
    pub fn disconnect(&mut self) {
        self.socket = None;
    }

    /// Sends a message; whether it could be.
    pub async fn send(&mut self, message: Vec<u8>) -> bool {
        let Some(socket) = &mut self.socket else { return false };
        socket.send(Frame::binary(message)).await.is_ok()
    }

    /// Types at a place, and sends it if connected. Returns what was sent.
    pub async fn type_at(&mut self, at: u32, text: &str) -> Vec<u8> {
        let update = {
            let mut transaction = self.doc.transact_mut();
            let root = transaction.get_or_insert_text("default");
            let at = at.min(root.len(&transaction));
            root.insert(&mut transaction, at, text);
            transaction.encode_update_v1()
        };
        self.send(framed(2, &update)).await;
        update
    }

    /// Types at the end.
    pub async fn push(&mut self, text: &str) -> Vec<u8> {
        self.type_at(u32::MAX, text).await
    }

    /// Says something of itself.
    pub async fn present(&mut self, client: u8, clock: u8, state: &str) {
        let mut inside = vec![1, client, clock, state.len() as u8];
        inside.extend_from_slice(state.as_bytes());
        let mut message = vec![1, inside.len() as u8];
        message.extend(inside);
        assert!(message.len() < 128);
        self.send(message).await;
    }

    /// Sends all it has to who lacks it, asks for what it lacks, and waits for the answer: then
    /// everything it wrote before is acknowledged. Whether the answer came.
    pub async fn sync(&mut self) -> bool {
        let (vector, all) = {
            let transaction = self.doc.transact();
            let all = transaction.encode_state_as_update_v1(&StateVector::default());
            (transaction.state_vector().encode_v1(), all)
        };
        self.send(framed(1, &all)).await;
        self.send(framed(0, &vector)).await;
        loop {
            match self.hear().await {
                Some(1) => return true,
                Some(_) => {}
                None => return false,
            }
        }
    }

    /// The next message of y-protocols' synchronisation, taken into the document: 1 is the answer
    /// to a question. None when the socket was closed.
    pub async fn hear(&mut self) -> Option<u8> {
        loop {
            let socket = self.socket.as_mut()?;
            let heard = tokio::time::timeout(PATIENCE, socket.next()).await.expect("an answer");
            let bytes = match heard {
                Some(Ok(Frame::Binary(bytes))) => bytes,
                Some(Ok(Frame::Close(frame))) => {
                    self.closed = frame.map(|it| CloseCode::into(it.code));
                    self.socket = None;
                    return None;
                }
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => {
                    self.socket = None;
                    return None;
                }
            };
            if bytes[0] == 1 {
                self.heard_presence(&bytes);
                return Some(9);
            }
            if bytes[0] != 0 {
                continue;
            }
            let kind = bytes[1];
            let (length, rest) = number(&bytes[2..]);
            let inside = &rest[..length];
            if kind == 0 {
                let vector = StateVector::decode_v1(inside).expect("a state vector");
                let missing = self.doc.transact().encode_state_as_update_v1(&vector);
                self.send(framed(1, &missing)).await;
            } else {
                let update = Update::decode_v1(inside).expect("an update");
                self.doc.transact_mut().apply_update(update).expect("it applies");
            }
            return Some(kind);
        }
    }

    fn heard_presence(&mut self, bytes: &[u8]) {
        let (_, rest) = number(&bytes[1..]);
        let (count, mut rest) = number(rest);
        for _ in 0..count {
            let (client, after) = number(rest);
            let (_, after) = number(after);
            let (length, after) = number(after);
            let state: Value = serde_json::from_slice(&after[..length]).expect("JSON");
            self.presences.push(crate::json!({"client": client, "state": state}));
            rest = &after[length..];
        }
    }

    /// What the text is.
    pub fn text(&self) -> String {
        let root = self.doc.get_or_insert_text("default");
        let transaction = self.doc.transact();
        root.get_string(&transaction)
    }

    /// Hears until the text is as it should be.
    pub async fn until(&mut self, what: &str, is: impl Fn(&str) -> bool) {
        while !is(&self.text()) {
            assert!(self.hear().await.is_some(), "{what}: closed with {:?}", self.closed);
        }
    }

    /// Hears until the server closes the socket, and returns the code.
    pub async fn until_closed(&mut self) -> Option<u16> {
        while self.hear().await.is_some() {}
        self.closed
    }
}
