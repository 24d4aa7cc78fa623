//! How far the guardian may go.

use serde::{Deserialize, Serialize};

/// How far the guardian may go. Each level does what those below it do, and more.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum DefenceLevel {
    /// Records what happens.
    #[default]
    Observe,
    /// Tells the two people.
    Notify,
    /// Puts back what was taken away, and re-plans inside the cadence window.
    Move,
    /// Also declines the intruder, in the name of the person who opted in.
    Defend,
}

impl DefenceLevel {
    /// All of them, lowest first.
    pub const ALL: [Self; 4] = [Self::Observe, Self::Notify, Self::Move, Self::Defend];

    /// What holds for one person: the lower of the organization's policy and the person's own
    /// consent. Neither can make the guardian go further than the other lets it. It governs what
    /// is written into that person's own calendar.
    pub fn of_person(policy: Self, consent: Self) -> Self {
        policy.min(consent)
    }

    /// What holds for moving a slot: the lowest of its people's levels. A move changes the day of
    /// both, so that one person's consent is not enough to change the other's. Of nobody:
    /// [`DefenceLevel::Observe`].
    ///
    /// Declining is not asked of it: it acts in one person's name alone, so that this person's own
    /// [`DefenceLevel::Defend`] decides, and the other's cannot stand in for it.
    pub fn of_slot(people: impl IntoIterator<Item = Self>) -> Self {
        people.into_iter().min().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_policy_nor_consent_nor_the_other_person_can_raise_a_level() {
        for policy in DefenceLevel::ALL {
            for consent in DefenceLevel::ALL {
                let level = DefenceLevel::of_person(policy, consent);
                assert!(level <= policy && level <= consent);
                assert!(level == policy || level == consent, "and not lower than need be");
                assert_eq!(DefenceLevel::of_slot([policy, consent]), level);
            }
        }
        assert_eq!(DefenceLevel::of_slot([]), DefenceLevel::Observe);
    }
}
