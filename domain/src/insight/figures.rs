//! What is counted of a meeting, and sums of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    calendar::guardian::Displacing,
    meeting::{
        MeetingStatus, SkipReason,
        held::{NotHeldReason, Outcome},
    },
};

/// How a meeting that was due ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Both say it took place.
    HeldConfirmed,
    /// One says so, the other did not object.
    HeldUnopposed,
    /// It did not take place.
    Missed(NotHeldReason),
    /// Nobody said, or the two contradict each other.
    Unconfirmed,
    /// One of the two called it off.
    CalledOff(NotHeldReason),
    /// It found no place, or was given up.
    Skipped(SkipReason),
}

/// How a meeting ended; none if it was not due after all.
pub fn fate(
    status: MeetingStatus,
    skipped: Option<SkipReason>,
    outcome: Outcome,
    reason: Option<NotHeldReason>,
) -> Option<Fate> {
    let reason = reason.unwrap_or(NotHeldReason::Other);
    Some(match (status, skipped, outcome) {
        (MeetingStatus::Skipped, Some(SkipReason::NotDue) | None, _) => return None,
        (MeetingStatus::Skipped, Some(SkipReason::CalledOff), _) => Fate::CalledOff(reason),
        (MeetingStatus::Skipped, Some(why), _) => Fate::Skipped(why),
        (_, _, Outcome::HeldConfirmed) => Fate::HeldConfirmed,
        (_, _, Outcome::HeldUnopposed) => Fate::HeldUnopposed,
        (_, _, Outcome::Missed) => Fate::Missed(reason),
        (_, _, Outcome::Open | Outcome::Claimed | Outcome::Disputed | Outcome::Unconfirmed) => {
            Fate::Unconfirmed
        }
    })
}

/// Sums over meetings. Adding is all that is ever done with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Both said they took place.
    pub held_confirmed: u32,
    /// One said so, the other did not object.
    pub held_unopposed: u32,
    /// They did not take place, by reason.
    pub missed: BTreeMap<NotHeldReason, u32>,
    /// Nobody said, or the two contradict each other.
    pub unconfirmed: u32,
    /// One of the two called them off, by reason.
    pub called_off: BTreeMap<NotHeldReason, u32>,
    /// They found no place, or were given up, by reason.
    pub skipped: BTreeMap<SkipReason, u32>,
    /// From which another event took their time, wherever they were put then, by its kind.
    pub displaced: BTreeMap<Displacing, u32>,
}

fn sum<K>(map: &BTreeMap<K, u32>) -> u32 {
    map.values().sum()
}

fn into<K: Ord + Copy>(map: &mut BTreeMap<K, u32>, other: &BTreeMap<K, u32>) {
    for (key, count) in other {
        *map.entry(*key).or_default() += count;
    }
}

impl Figures {
    /// Counts one meeting more.
    pub fn count(&mut self, fate: Fate, displaced: Option<Displacing>) {
        match fate {
            Fate::HeldConfirmed => self.held_confirmed += 1,
            Fate::HeldUnopposed => self.held_unopposed += 1,
            Fate::Missed(why) => *self.missed.entry(why).or_default() += 1,
            Fate::Unconfirmed => self.unconfirmed += 1,
            Fate::CalledOff(why) => *self.called_off.entry(why).or_default() += 1,
            Fate::Skipped(why) => *self.skipped.entry(why).or_default() += 1,
        }
        if let Some(by) = displaced {
            *self.displaced.entry(by).or_default() += 1;
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.held_confirmed += other.held_confirmed;
        self.held_unopposed += other.held_unopposed;
        self.unconfirmed += other.unconfirmed;
        into(&mut self.missed, &other.missed);
        into(&mut self.called_off, &other.called_off);
        into(&mut self.skipped, &other.skipped);
        into(&mut self.displaced, &other.displaced);
    }

    /// All that took place.
    pub fn held(&self) -> u32 {
        self.held_confirmed + self.held_unopposed
    }

    /// All that did not, though nobody called them off.
    pub fn missed(&self) -> u32 {
        sum(&self.missed)
    }

    /// All that were called off, found no place or were given up.
    pub fn skipped(&self) -> u32 {
        sum(&self.called_off) + sum(&self.skipped)
    }

    /// All that lost their time to another event.
    pub fn displaced(&self) -> u32 {
        sum(&self.displaced)
    }

    /// What the cadences asked for: everything but what leave and holidays excuse.
    pub fn due(&self) -> u32 {
        let excused = [SkipReason::Leave, SkipReason::Holiday];
        let excused: u32 = excused.iter().filter_map(|why| self.skipped.get(why)).sum();
        self.held() + self.missed() + self.unconfirmed + self.skipped() - excused
    }

    /// The share that took place of what was due, 0 to 1; none if nothing was.
    pub fn completion(&self) -> Option<f64> {
        (self.due() > 0).then(|| f64::from(self.held()) / f64::from(self.due()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leave_and_holidays_excuse_and_everything_else_counts_as_due() {
        let mut figures = Figures::default();
        for fate in [
            Fate::HeldConfirmed,
            Fate::HeldUnopposed,
            Fate::Missed(NotHeldReason::Forgotten),
            Fate::Unconfirmed,
            Fate::CalledOff(NotHeldReason::Workload),
            Fate::Skipped(SkipReason::Busy),
            Fate::Skipped(SkipReason::Leave),
            Fate::Skipped(SkipReason::Holiday),
        ] {
            figures.count(fate, None);
        }
        figures.count(Fate::HeldConfirmed, Some(Displacing::LargeMeeting));
        assert_eq!((figures.held(), figures.due()), (3, 7));
        assert_eq!((figures.missed(), figures.skipped(), figures.displaced()), (1, 4, 1));
        assert_eq!(figures.completion(), Some(3.0 / 7.0));
        assert_eq!(Figures::default().completion(), None);
    }

    #[test]
    fn what_was_not_due_is_counted_nowhere() {
        let skipped = MeetingStatus::Skipped;
        let of = |why| fate(skipped, Some(why), Outcome::Open, None);
        assert_eq!(of(SkipReason::NotDue), None);
        assert_eq!(of(SkipReason::Cap), Some(Fate::Skipped(SkipReason::Cap)));
        let reason = Some(NotHeldReason::Workload);
        let off = fate(skipped, Some(SkipReason::CalledOff), Outcome::Open, reason);
        assert_eq!(off, Some(Fate::CalledOff(NotHeldReason::Workload)));
    }

    #[test]
    fn a_dispute_is_neither_held_nor_missed() {
        let of = |outcome| fate(MeetingStatus::Scheduled, None, outcome, None);
        for open in [Outcome::Open, Outcome::Claimed, Outcome::Disputed, Outcome::Unconfirmed] {
            assert_eq!(of(open), Some(Fate::Unconfirmed));
        }
    }
}
