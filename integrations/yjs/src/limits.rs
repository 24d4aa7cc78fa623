//! How much is taken from outside.

/// Bounds of what clients send. What is beyond them is refused before it is parsed any further.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a whole document, as it is encoded for a new client.
    pub document: usize,
    /// Bytes of one client's presence.
    pub presence: usize,
    /// Clients that one connection may speak for: an editor is one, a few reconnect.
    pub seats: usize,
    /// How deep elements nest.
    pub depth: usize,
    /// Updates that wait for others which have not come.
    pub waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { document: 1 << 20, presence: 4 << 10, seats: 8, depth: 64, waiting: 32 }
    }
}
