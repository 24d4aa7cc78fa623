//! How fast one connection may speak.

use std::time::Duration;

use tokio::time::Instant;

/// Messages a second that are taken in the long run: far more than two hands type.
const MESSAGES: f64 = 100.0;
/// Bytes a second likewise.
const BYTES: f64 = 256.0 * 1024.0;
/// How many seconds' worth may come at once: who was offline has much to say.
const BURST: f64 = 8.0;

/// A bucket that runs empty as a connection speaks and fills with time.
pub(crate) struct Pace {
    left: f64,
    at: Instant,
}

impl Pace {
    pub(crate) fn new(now: Instant) -> Self {
        Self { left: BURST, at: now }
    }

    /// Counts a message; returns how long to wait before the next is read. Reading late is how TCP
    /// tells a client to slow down: nothing is refused and nothing piles up.
    pub(crate) fn take(&mut self, now: Instant, bytes: usize) -> Duration {
        self.left = (self.left + now.duration_since(self.at).as_secs_f64()).min(BURST);
        self.at = now;
        self.left -= (1.0 / MESSAGES).max(bytes as f64 / BYTES);
        Duration::from_secs_f64((-self.left).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_waits() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        for _ in 0..800 {
            assert_eq!(pace.take(start, 100), Duration::ZERO);
        }
        let waits = pace.take(start, 100);
        assert!(waits > Duration::ZERO, "{waits:?}");
        // Time fills it again.
        assert_eq!(pace.take(start + Duration::from_secs(1), 100), Duration::ZERO);
        let mut pace = Pace::new(start);
        assert_eq!(pace.take(start, 1 << 20), Duration::ZERO);
        assert_eq!(pace.take(start, 1 << 20), Duration::ZERO);
        assert!(pace.take(start, 1 << 20) > Duration::from_secs(3));
    }
}
