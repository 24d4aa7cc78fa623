//! Yjs documents and the y-protocols, for people who edit one text at the same time.
//!
//! Everything here is a plain synchronous function of bytes: no socket, no clock, no randomness.
//! What comes from outside becomes a [`Checked`] update or a [`Message`] only within [`Limits`];
//! [`Document`] merges updates in any order, and says what it holds as Markdown.

mod attribution;
mod awareness;
mod characters;
mod dialect;
mod diff;
mod document;
mod limits;
pub mod markdown;
mod message;
mod tree;
mod update;
mod wire;

pub use attribution::Attribution;
pub use awareness::{Awareness, Presence, Seat};
pub use characters::characters;
pub use dialect::Shape;
pub use document::{Document, ROOT, Refused};
pub use limits::Limits;
pub use message::Message;
pub use update::{Checked, Span, merge};
pub use wire::Malformed;
