//! Which moves by people are followed.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Situation;
use crate::meeting::Slot;

/// The least minutes of any 1on1: [`crate::cadence::Cadence::validate`].
const SHORTEST: u16 = 10;
/// The most, likewise.
const LONGEST: i64 = 240;

/// Why a time that a human gave a meeting cannot be followed; of several the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Illegal {
    /// It is over already.
    Past,
    /// Shorter than [`least_minutes`].
    TooShort,
    /// Longer than a 1on1 may be.
    TooLong,
    /// Outside the span in which it counts for its cadence.
    OutsidePeriod,
    /// One of the two has another 1on1 then.
    Another1on1,
    /// One of the two is taken.
    Busy,
    /// The calendar of one of the two does not answer, so that nobody can tell.
    Unseen,
}

/// How short people may make a meeting whose cadence asks for `minutes`: half of it, rounded up to
/// whole minutes, at least ten, and never more than was asked for. Shorter is a 1on1 in name only.
pub fn least_minutes(minutes: u16) -> u16 {
    minutes.div_ceil(2).max(SHORTEST).min(minutes)
}

/// Whether a time that a human gave a meeting can be followed. Working hours, holidays, spacing
/// and the freeze bind machines, not people; buffers likewise.
pub fn legality(situation: &Situation, to: Slot) -> Result<(), Illegal> {
    let Situation { now, ref meeting, ref sides, .. } = *situation;
    let length = to.ends_at - to.starts_at;
    let period = meeting.period;
    let another = sides.iter().flat_map(|side| &side.others).any(|other| other.slot.overlaps(to));
    let illegal = [
        (to.ends_at <= now, Illegal::Past),
        (length < TimeDelta::minutes(least_minutes(meeting.minutes).into()), Illegal::TooShort),
        (length > TimeDelta::minutes(LONGEST), Illegal::TooLong),
        (to.starts_at < period.starts_at || to.ends_at > period.ends_at, Illegal::OutsidePeriod),
        (another, Illegal::Another1on1),
        (sides.iter().any(|side| side.connected && !side.free(to)), Illegal::Busy),
        (situation.dark(), Illegal::Unseen),
    ];
    match illegal.into_iter().find(|(holds, _)| *holds) {
        Some((_, why)) => Err(why),
        None => Ok(()),
    }
}
