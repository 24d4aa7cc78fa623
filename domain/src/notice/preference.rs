//! What a person wants to be told, by which ways, and when not.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{NoticeKind, QuietHours, Way};

/// Least time of a day that is left to tell somebody anything.
const LEAST: TimeDelta = TimeDelta::hours(2);

/// Quiet hours that leave too little of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at least two hours of a day must not be quiet")]
pub struct BadQuiet;

/// What a person chose; what they never chose is as by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// By kind: exactly these ways.
    pub ways: BTreeMap<NoticeKind, BTreeSet<Way>>,
    /// Their quiet hours.
    pub quiet: Option<QuietHours>,
}

impl Preferences {
    /// Whether a kind goes a way.
    pub fn wants(&self, kind: NoticeKind, way: Way) -> bool {
        match self.ways.get(&kind) {
            Some(ways) => ways.contains(&way),
            None => kind == NoticeKind::Test || way.by_default(kind),
        }
    }

    /// The ways of a kind.
    pub fn ways_of(&self, kind: NoticeKind) -> BTreeSet<Way> {
        Way::ALL.into_iter().filter(|way| self.wants(kind, *way)).collect()
    }

    /// Switches a kind off on one way, and leaves the others as they are.
    pub fn stop(&mut self, kind: NoticeKind, way: Way) {
        let mut ways = self.ways_of(kind);
        ways.remove(&way);
        self.ways.insert(kind, ways);
    }

    /// Their quiet hours, or the usual ones.
    pub fn quiet_hours(&self) -> QuietHours {
        self.quiet.unwrap_or_default()
    }

    /// Sets quiet hours; none = the usual ones.
    pub fn set_quiet(&mut self, quiet: Option<QuietHours>) -> Result<(), BadQuiet> {
        if let Some(QuietHours { from, until }) = quiet {
            // How long it is quiet, over midnight if need be.
            let whole = TimeDelta::days(1);
            let length = (until - from + whole).num_seconds() % whole.num_seconds();
            if TimeDelta::seconds(length) > whole - LEAST {
                return Err(BadQuiet);
            }
        }
        self.quiet = quiet;
        Ok(())
    }
}

impl QuietHours {
    /// From `HH:MM` to `HH:MM`.
    pub fn new(from: NaiveTime, until: NaiveTime) -> Self {
        Self { from, until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopping_one_kind_on_one_way_leaves_the_rest() {
        let mut it = Preferences::default();
        assert!(it.wants(NoticeKind::DayBefore, Way::Email));
        assert!(!it.wants(NoticeKind::TwoDaysBefore, Way::Email));
        it.ways.insert(NoticeKind::DayBefore, Way::ALL.into());
        it.stop(NoticeKind::DayBefore, Way::Email);
        assert!(!it.wants(NoticeKind::DayBefore, Way::Email));
        assert!(it.wants(NoticeKind::DayBefore, Way::Slack));
        assert!(it.wants(NoticeKind::ActionDue, Way::Email));
        it.stop(NoticeKind::ActionDue, Way::Email);
        assert_eq!(it.ways_of(NoticeKind::ActionDue), BTreeSet::new());
    }

    #[test]
    fn two_hours_of_a_day_are_left() {
        let at = |h, m| NaiveTime::from_hms_opt(h, m, 0).unwrap();
        let mut it = Preferences::default();
        let set =
            |it: &mut Preferences, from, until| it.set_quiet(Some(QuietHours { from, until }));
        assert_eq!(set(&mut it, at(11, 0), at(9, 0)), Ok(()));
        assert_eq!(set(&mut it, at(10, 59), at(9, 0)), Err(BadQuiet));
        assert_eq!(it.quiet_hours().from, at(11, 0), "what is refused changes nothing");
        assert_eq!(set(&mut it, at(0, 0), at(22, 0)), Ok(()));
        assert_eq!(set(&mut it, at(0, 0), at(22, 1)), Err(BadQuiet));
        assert_eq!(set(&mut it, at(9, 0), at(9, 0)), Ok(()), "never quiet");
        assert_eq!(it.set_quiet(None), Ok(()));
        assert_eq!(it.quiet_hours(), QuietHours::default());
    }
}
