//! iCalendar (RFC 5545) in both directions, without I/O.
//!
//! [`feed()`] writes the calendar that a person's calendar program subscribes to. [`busy`] reads a
//! calendar that a person exported from such a program and keeps nothing of it but spans of time:
//! no title, place or name leaves the function, not even in an error.
//!
//! [`object()`] writes one event as a CalDAV server keeps it; [`occurrences`] reads such an object
//! with what a reconciler may know of it, [`words`] what an event of our own says, and [`decline`]
//! writes a refusal into an invitation and leaves the rest of it as it is.
//!
//! Everything that is read is bounded first: bytes, components, nesting, and the work that
//! recurrence rules ask for ([`Limits`]).

mod error;
mod feed;
mod limits;
mod object;
mod read;
mod text;
mod transitions;
mod vtimezone;

pub use error::IcsError;
pub use feed::{Feed, FeedEvent, feed};
pub use limits::Limits;
pub use object::{Invitation, Object, object};
pub use read::{Occurrence, Words, address, busy, decline, occurrences, words};

/// When something starts and when it ends, the end excluded.
pub type Span = (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>);
