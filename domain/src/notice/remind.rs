//! Which reminder is due when, and when it is better left out.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Quiet, Reminder};
use crate::meeting::{Slot, held::OPEN};

/// How far ahead meetings and actions are looked at: two days and the longest run of holidays that
/// a reminder is moved over.
pub const AHEAD: TimeDelta = TimeDelta::days(14);
/// How far back meetings are looked at.
pub const BACK: TimeDelta = TimeDelta::days(14);
/// How many days back due days of actions are looked at.
pub const ACTIONS_BACK: u64 = 14;

/// So long before the start the last nudge still helps.
const LATEST: TimeDelta = TimeDelta::minutes(30);
/// So long what is over is worth being reminded of, once the moment has come.
const STALE: TimeDelta = TimeDelta::days(3);

/// When a reminder is to be given: from the one, and no longer from the other on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Not before.
    pub from: DateTime<Utc>,
    /// Worth nothing from then on.
    pub until: DateTime<Utc>,
}

/// Why a reminder was left out, as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skipped {
    /// No allowed moment came in time.
    Quiet,
    /// It became known too late.
    Late,
    /// A later one comes on the same day.
    Covered,
    /// What it asks for is done.
    Done,
    /// The person is on leave or not employed, or the one they would meet is.
    Away,
}

/// What is to become of a reminder now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not yet: look again then.
    Wait(DateTime<Utc>),
    /// Give it.
    Tell,
    /// Never.
    Skip(Skipped),
}

/// The moment of a reminder of a meeting for a person; or why there is none.
///
/// Before a meeting what would fall in quiet hours comes earlier, but for the last nudge: it comes
/// as soon as the quiet is over, or not at all. After one everything comes later.
pub fn meeting(kind: Reminder, slot: Slot, quiet: &Quiet) -> Result<Moment, Skipped> {
    let (starts, ends) = (slot.starts_at, slot.ends_at);
    let ahead = |hours| quiet.before(starts - TimeDelta::hours(hours)).ok_or(Skipped::Quiet);
    match kind {
        Reminder::TwoDaysBefore => {
            let (from, next) = (ahead(48)?, ahead(24)?);
            // Two of the same day are one too many.
            let until = quiet.at(quiet.day(next), NaiveTime::MIN);
            if from < until { Ok(Moment { from, until }) } else { Err(Skipped::Covered) }
        }
        Reminder::DayBefore => Ok(Moment { from: ahead(24)?, until: starts - TimeDelta::hours(2) }),
        Reminder::NothingPrepared => {
            let until = starts - LATEST;
            let from = quiet.next(starts - TimeDelta::hours(2)).ok_or(Skipped::Quiet)?;
            if from < until { Ok(Moment { from, until }) } else { Err(Skipped::Quiet) }
        }
        Reminder::MinutesEmpty | Reminder::HeldUnconfirmed => {
            let hours = if kind == Reminder::MinutesEmpty { 2 } else { 24 };
            let from = quiet.next(ends + TimeDelta::hours(hours)).ok_or(Skipped::Quiet)?;
            Ok(Moment { from, until: (from + STALE).min(ends + OPEN) })
        }
        Reminder::ActionDue | Reminder::ActionOverdue => Err(Skipped::Covered),
    }
}

/// The moment of a reminder of an action that is due on a local day; or why there is none.
pub fn action(kind: Reminder, due_on: NaiveDate, quiet: &Quiet) -> Result<Moment, Skipped> {
    let morning = NaiveTime::from_hms_opt(9, 0, 0).expect("an hour of the day");
    let after = due_on.succ_opt().unwrap_or(due_on);
    match kind {
        Reminder::ActionDue => {
            // The last day of work before it.
            let mut days = (1..=30).filter_map(|back| due_on.checked_sub_days(Days::new(back)));
            let day = days.find(|day| quiet.works(*day)).ok_or(Skipped::Quiet)?;
            let from = quiet.next(quiet.at(day, morning)).ok_or(Skipped::Quiet)?;
            let until = quiet.at(after, NaiveTime::MIN);
            if from < until { Ok(Moment { from, until }) } else { Err(Skipped::Quiet) }
        }
        Reminder::ActionOverdue => {
            let from = quiet.next(quiet.at(after, morning)).ok_or(Skipped::Quiet)?;
            Ok(Moment { from, until: from + STALE })
        }
        _ => Err(Skipped::Covered),
    }
}

impl Moment {
    /// What the time says: tell now, wait, or leave it out.
    pub fn at(&self, now: DateTime<Utc>, quiet: &Quiet) -> Verdict {
        if now >= self.until {
            return Verdict::Skip(Skipped::Late);
        }
        match quiet.next(now.max(self.from)) {
            Some(when) if when <= now => Verdict::Tell,
            Some(when) if when < self.until => Verdict::Wait(when),
            _ => Verdict::Skip(Skipped::Quiet),
        }
    }
}

/// What is done already of what reminders ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The person has a talking point that stands in the meeting, or a note of theirs about it.
    pub prepared: bool,
    /// Somebody has written in the minutes.
    pub written: bool,
    /// One of the two has said whether it took place.
    pub said: bool,
}

/// Who it is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Everybody it takes is employed and at work today.
    pub here: bool,
    /// What is done.
    pub done: Done,
}

/// Whether a reminder whose time has come is given.
pub fn judge(kind: Reminder, facts: Facts) -> Verdict {
    if !facts.here {
        return Verdict::Skip(Skipped::Away);
    }
    let Done { prepared, written, said } = facts.done;
    let done = match kind {
        Reminder::TwoDaysBefore | Reminder::NothingPrepared => prepared,
        Reminder::MinutesEmpty => written,
        Reminder::HeldUnconfirmed => said,
        // Also who has prepared is told that the meeting is near. Of actions only open ones are
        // looked at.
        Reminder::DayBefore | Reminder::ActionDue | Reminder::ActionOverdue => false,
    };
    if done { Verdict::Skip(Skipped::Done) } else { Verdict::Tell }
}
