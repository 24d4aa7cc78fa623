//! Time as an argument.

use chrono::{DateTime, Utc};

/// Tells the time, in whole microseconds: what both databases keep.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
}
