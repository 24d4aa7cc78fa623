//! What a calendar that someone hands in may cost.

/// Bounds of one reading. The defaults let pass what twenty years of a busy person export to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Components of any kind.
    pub components: usize,
    /// Steps of work on one event's recurrence: days looked at and dates made.
    pub event_steps: usize,
    /// The same over the whole file.
    pub steps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 20 << 20, components: 100_000, event_steps: 200_000, steps: 2_000_000 }
    }
}

/// The work that is left; counted before it is done, so that a short rule cannot ask for much.
pub(crate) struct Budget {
    limit: usize,
    left: usize,
    event: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { limit: limits.event_steps, left: limits.steps, event: 0 }
    }

    /// From here on the work is another event's.
    pub(crate) fn start_event(&mut self) {
        self.event = self.limit;
    }

    /// Takes steps; `false` when they are more than what is left.
    pub(crate) fn take(&mut self, steps: usize) -> bool {
        let fits = steps <= self.left && steps <= self.event;
        if fits {
            self.left -= steps;
            self.event -= steps;
        }
        fits
    }
}
