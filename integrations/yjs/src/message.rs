//! Messages of y-protocols, as npm's y-websocket sends and reads them: one a WebSocket frame.

use crate::{
    Limits, Presence,
    awareness::{read, write},
    wire::{Malformed, Reader, Result, Writer},
};

const SYNC: u64 = 0;
const AWARENESS: u64 = 1;
const AUTH: u64 = 2;
const QUERY_AWARENESS: u64 = 3;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// "This is what I have": a state vector. Answered by [`Message::SyncStep2`].
    SyncStep1(Vec<u8>),
    /// "This is what you lack": an update. The end of a synchronisation.
    SyncStep2(Vec<u8>),
    /// "This was just changed": an update.
    Update(Vec<u8>),
    /// Who is there, and where their cursors are.
    Awareness(Vec<Presence>),
    /// "Who is there?"
    QueryAwareness,
    /// Permission was refused; the reason is for developers.
    Denied(String),
}

impl Message {
    /// Reads a message from a client.
    ///
    /// # Errors
    ///
    /// When it is none, is followed by something, or is larger than `limits` allow.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self> {
        if bytes.len() > limits.largest_message() {
            return Err(Malformed("too large"));
        }
        let mut reader = Reader::new(bytes);
        let message = match reader.number()? {
            SYNC => match reader.number()? {
                0 => Self::SyncStep1(reader.buffer()?.to_vec()),
                1 => Self::SyncStep2(reader.buffer()?.to_vec()),
                2 => Self::Update(reader.buffer()?.to_vec()),
                _ => return Err(Malformed("kind of synchronisation")),
            },
            AWARENESS => Self::Awareness(read(reader.buffer()?, limits)?),
            AUTH => match reader.number()? {
                0 => Self::Denied(reader.text()?.to_owned()),
                _ => return Err(Malformed("kind of authentication")),
            },
            QUERY_AWARENESS => Self::QueryAwareness,
            _ => return Err(Malformed("kind of message")),
        };
        reader.end()?;
        Ok(message)
    }

    /// Writes the message for a client.
    pub fn write(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        match self {
            Self::SyncStep1(bytes) => writer.number(SYNC).number(0).buffer(bytes),
            Self::SyncStep2(bytes) => writer.number(SYNC).number(1).buffer(bytes),
            Self::Update(bytes) => writer.number(SYNC).number(2).buffer(bytes),
            Self::Awareness(presences) => writer.number(AWARENESS).buffer(&write(presences)),
            Self::Denied(reason) => writer.number(AUTH).number(0).buffer(reason.as_bytes()),
            Self::QueryAwareness => writer.number(QUERY_AWARENESS),
        };
        writer.0
    }
}

impl Limits {
    /// Bytes of the largest message that a client may send. Who was offline for long sends
    /// everything in one [`Message::SyncStep2`], so it is a document's size.
    pub fn largest_message(&self) -> usize {
        self.document + 16
    }
}
