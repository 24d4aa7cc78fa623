//! iCalendar (RFC 5545) in both directions, without I/O.
//!
//! [`feed()`] writes the calendar that a person's calendar program subscribes to. [`busy`] reads a
//! calendar that a person exported from such a program and keeps nothing of it but spans of time:
//! no title, place or name leaves the function, not even in an error.
//!
//! Everything that is read is bounded first: bytes, components, nesting, and the work that
//! recurrence rules ask for ([`Limits`]).

mod error;
mod feed;
mod limits;
mod read;
mod text;
mod transitions;
mod vtimezone;

pub use error::IcsError;
pub use feed::{Feed, FeedEvent, feed};
pub use limits::Limits;
pub use read::busy;

/// When something starts and when it ends, the end excluded.
pub type Span = (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>);
