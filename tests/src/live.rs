//! Clients of what is told live: a WebSocket that speaks graphql-transport-ws, and an event stream.

use std::{collections::VecDeque, time::Duration};

use futures_util::{SinkExt, StreamExt};
use reqwest::Response;
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message as Frame, client::IntoClientRequest, protocol::frame::coding::CloseCode,
    },
};

use crate::{Answer, Caller, answer};

/// How long an answer may take: far more than it needs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A socket that is open, or was.
pub struct Socket {
    stream: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    /// Messages of other operations that came meanwhile.
    kept: VecDeque<Value>,
    /// With which code the server closed the socket.
    pub closed: Option<u16>,
}

impl Socket {
    /// Opens a socket with subprotocols and headers, without introducing anybody.
    pub async fn try_open(
        caller: &Caller,
        protocols: Option<&str>,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, Error> {
        let url = caller.url("/graphql").replace("http://", "ws://");
        let mut request = url.into_client_request()?;
        let all = protocols.map(|it| ("sec-websocket-protocol", it)).into_iter();
        for (name, value) in all.chain(headers.iter().copied()) {
            request.headers_mut().insert(name, value.parse().expect("a header"));
        }
        let (stream, _) = connect_async(request).await?;
        Ok(Self { stream: Some(stream), kept: VecDeque::new(), closed: None })
    }

    /// Opens a socket, without introducing anybody.
    pub async fn open(caller: &Caller) -> Self {
        Self::try_open(caller, Some("graphql-transport-ws"), &[]).await.expect("a socket")
    }

    /// Opens a socket and introduces the caller by their token.
    pub async fn of(caller: &Caller) -> Self {
        let mut socket = Self::open(caller).await;
        let token = caller.token.as_deref().unwrap_or_default();
        socket.introduce(json!({"authorization": format!("Bearer {token}")})).await;
        assert_eq!(socket.hear().await.expect("an answer")["type"], "connection_ack");
        socket
    }

    /// Introduces somebody.
    pub async fn introduce(&mut self, payload: Value) {
        self.say(json!({"type": "connection_init", "payload": payload})).await;
    }

    /// Sends a message.
    pub async fn say(&mut self, message: Value) {
        self.send(Frame::text(message.to_string())).await;
    }

    /// Sends a frame; whether it could be.
    pub async fn send(&mut self, frame: Frame) -> bool {
        let Some(stream) = &mut self.stream else { return false };
        stream.send(frame).await.is_ok()
    }

    /// Begins an operation.
    pub async fn begin(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({"query": query, "variables": variables});
        self.say(json!({"type": "subscribe", "id": id, "payload": payload})).await;
    }

    /// The next message. None when the socket was closed.
    pub async fn hear(&mut self) -> Option<Value> {
        if let Some(kept) = self.kept.pop_front() {
            return Some(kept);
        }
        loop {
            let stream = self.stream.as_mut()?;
            match timeout(PATIENCE, stream.next()).await.expect("a message") {
                Some(Ok(Frame::Text(text))) => {
                    return Some(serde_json::from_str(&text).expect("JSON"));
                }
                Some(Ok(Frame::Close(frame))) => {
                    self.closed = frame.map(|it| CloseCode::into(it.code));
                    self.stream = None;
                    return None;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => {
                    self.stream = None;
                    return None;
                }
            }
        }
    }

    /// The next message of an operation.
    pub async fn of_operation(&mut self, id: &str) -> Value {
        let mut others = VecDeque::new();
        loop {
            let heard = self.hear().await;
            let heard = heard.unwrap_or_else(|| panic!("{id}: closed with {:?}", self.closed));
            if heard["id"] == id {
                others.append(&mut self.kept);
                self.kept = others;
                return heard;
            }
            others.push_back(heard);
        }
    }

    /// The next change that an operation tells.
    pub async fn change(&mut self, id: &str) -> Value {
        let heard = self.of_operation(id).await;
        assert_eq!(heard["type"], "next", "{heard}");
        change(&heard["payload"])
    }

    /// Hears until the server closes the socket, and returns the code.
    pub async fn until_closed(&mut self) -> Option<u16> {
        while self.hear().await.is_some() {}
        self.closed
    }
}

/// An event stream.
pub struct Events {
    response: Response,
    bytes: Vec<u8>,
}

impl Events {
    /// Begins an operation whose answers are events.
    pub async fn begin(caller: &Caller, query: &str, variables: Value) -> Self {
        let body = json!({"query": query, "variables": variables}).to_string();
        let headers = [("accept", "text/event-stream"), ("content-type", "application/json")];
        let response = caller.post("/graphql", &headers, body).await;
        assert_eq!(response.status().as_u16(), 200);
        let kind = response.headers()["content-type"].to_str().expect("a type").to_owned();
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        Self { response, bytes: Vec::new() }
    }

    /// Begins an operation and takes its first answer.
    pub async fn first(caller: &Caller, query: &str, variables: Value) -> Answer {
        let (event, body) = Self::begin(caller, query, variables).await.hear().await.expect("one");
        assert_eq!(event, "next");
        Answer { status: 200, body }
    }

    /// The next event and its data. None when the stream has ended.
    pub async fn hear(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some(end) = self.bytes.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = self.bytes.drain(..end + 2).collect();
                let block = String::from_utf8(block).expect("UTF-8");
                let field = |name: &str| {
                    let lines = block.lines().filter_map(|line| line.strip_prefix(name));
                    lines.map(str::trim).next().map(str::to_owned)
                };
                let Some(event) = field("event:") else { continue };
                let data = field("data:").unwrap_or_default();
                let data = serde_json::from_str(&data).unwrap_or(Value::Null);
                return Some((event, data));
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("an event");
            let bytes = chunk.ok().flatten()?;
            self.bytes.extend_from_slice(&bytes);
        }
    }

    /// The next change.
    pub async fn change(&mut self) -> Value {
        let (event, result) = self.hear().await.expect("an event");
        assert_eq!(event, "next");
        change(&result)
    }

    /// The code of the error that is all that comes.
    pub async fn refusal(&mut self) -> String {
        let (event, result) = self.hear().await.expect("an event");
        assert_eq!(event, "next", "{result}");
        let code = answer::text(&result["errors"][0]["extensions"]["code"]);
        assert_eq!(self.hear().await.map(|(event, _)| event).as_deref(), Some("complete"));
        assert_eq!(self.hear().await, None);
        code
    }
}

fn change(result: &Value) -> Value {
    assert!(result["errors"].is_null(), "{result}");
    result["data"]["changes"].clone()
}

/// Where a caller's changes are now.
pub async fn cursor(caller: &Caller) -> String {
    answer::text(&caller.query("{ viewer { changesCursor } }").await["viewer"]["changesCursor"])
}
