//! How far a run of the planner is.

/// A report from a running plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being decided.
    pub stage: Stage,
    /// Steps done of this stage.
    pub done: usize,
    /// Steps of this stage, as far as is known.
    pub total: usize,
}

/// What is being decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The series of each pair.
    Series,
    /// Gains on the series found first.
    Improvement,
    /// The meetings of each week.
    Weeks,
}

/// Counts the steps of one stage and reports now and then.
pub(super) struct Steps<'a> {
    report: &'a mut dyn FnMut(Progress),
    now: Progress,
}

/// Steps between two reports.
const EVERY: usize = 256;

impl<'a> Steps<'a> {
    pub(super) fn new(report: &'a mut dyn FnMut(Progress), total: usize) -> Self {
        Self { report, now: Progress { stage: Stage::Series, done: 0, total } }
    }

    pub(super) fn enter(&mut self, stage: Stage, total: usize) {
        self.now = Progress { stage, done: 0, total };
        (self.report)(self.now);
    }

    pub(super) fn step(&mut self) {
        self.now.done += 1;
        if self.now.done.is_multiple_of(EVERY) || self.now.done == self.now.total {
            (self.report)(self.now);
        }
    }
}
