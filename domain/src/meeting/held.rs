//! Whether a meeting took place: what its two people say, and nothing else. That a tool was opened
//! is not a word.
//!
//! Each of the two has one word about a meeting, *held* or *not held*, which they may change; the
//! outcome follows from the two words and the time, so there is nothing else to keep in step:
//!
//! | the one \ the other | says nothing | held | not held |
//! |---|---|---|---|
//! | says nothing | open for 14 days, then unconfirmed | claimed for 3 working days, then held unopposed | missed |
//! | held | | held confirmed | disputed |
//! | not held | | | missed |
//!
//! A word may be given from the start of the meeting until 14 days after its end. Whoever has not
//! answered a claim may do so for its 3 working days, however late it came. A dispute ends when one
//! of the two changes their word; one that nobody ends stays a dispute and counts as unconfirmed:
//! nobody decides for the two what happened between them.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{MeetingStatus, Slot};
use crate::cadence::first_instant;

/// So long after its end words about a meeting may be given and changed.
pub const OPEN: TimeDelta = TimeDelta::days(14);
/// So many whole working days a claim waits for the other's objection.
pub const WORKING_DAYS: u32 = 3;

/// Why a meeting did not take place, or was called off, as a code: all that third persons see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotHeldReason {
    /// Another appointment took its time.
    OtherAppointment,
    /// Too much other work.
    Workload,
    /// One of the two was away or ill.
    Absence,
    /// There was nothing to talk about.
    NothingToDiscuss,
    /// It was forgotten.
    Forgotten,
    /// The room or the call did not work.
    Place,
    /// Something else.
    Other,
}

impl NotHeldReason {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::OtherAppointment,
        Self::Workload,
        Self::Absence,
        Self::NothingToDiscuss,
        Self::Forgotten,
        Self::Place,
        Self::Other,
    ];
}

/// What one of the two says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// It took place.
    Held,
    /// It did not; an objection has no reason.
    NotHeld(Option<NotHeldReason>),
}

/// A word and when it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The word.
    pub word: Word,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// The pair's organizer.
    Organizer,
    /// The other.
    Partner,
}

impl Who {
    /// The other of the two.
    pub fn other(self) -> Self {
        match self {
            Self::Organizer => Self::Partner,
            Self::Partner => Self::Organizer,
        }
    }
}

/// What is known of whether a meeting took place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nobody said anything yet.
    Open,
    /// One says it took place; the other may still object.
    Claimed,
    /// Both say it took place.
    HeldConfirmed,
    /// One says so, and the other did not object in time.
    HeldUnopposed,
    /// One says so, the other says it did not.
    Disputed,
    /// It did not take place.
    Missed,
    /// Nobody said anything in time.
    Unconfirmed,
}

/// Why a word is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The meeting has not begun.
    #[error("the meeting has not begun")]
    NotBegun,
    /// The time for words is over.
    #[error("the time for words is over")]
    Over,
    /// The other did not say that it took place.
    #[error("there is nothing to object to")]
    NothingToObjectTo,
}

/// The working days of an organization: Monday to Friday without public and own holidays.
#[derive(Clone, Debug)]
pub struct WorkingDays {
    /// In whose days it counts.
    pub zone: Tz,
    /// Days off.
    pub holidays: BTreeSet<NaiveDate>,
}

impl WorkingDays {
    /// Whether people work on a day.
    pub fn contains(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains(&day)
    }

    /// The end of the `count`-th working day after the day of `at`. (Who closes for over a year is
    /// not waited for.)
    pub fn after(&self, at: DateTime<Utc>, count: u32) -> DateTime<Utc> {
        let today = at.with_timezone(&self.zone).date_naive();
        let working = today.iter_days().skip(1).take(400).filter(|day| self.contains(*day));
        let last = working.take(count as usize).last().unwrap_or(today);
        first_instant(last.succ_opt().unwrap_or(last), self.zone)
    }
}

/// What the two said of one meeting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The organizer.
    pub organizer: Option<Said>,
    /// The other.
    pub partner: Option<Said>,
    /// While one alone says that it took place: until when the other may object before it counts
    /// as held.
    pub settles_at: Option<DateTime<Utc>>,
}

impl Words {
    /// What one of the two says.
    pub fn of(&self, who: Who) -> Option<Said> {
        match who {
            Who::Organizer => self.organizer,
            Who::Partner => self.partner,
        }
    }

    fn both(&self) -> [Option<Word>; 2] {
        [self.organizer, self.partner].map(|said| said.map(|it| it.word))
    }

    /// What is known at `now` of a meeting that ended at `ended`.
    pub fn outcome(&self, ended: DateTime<Utc>, now: DateTime<Utc>) -> Outcome {
        use Word::{Held, NotHeld};
        match self.both() {
            [None, None] if now < ended + OPEN => Outcome::Open,
            [None, None] => Outcome::Unconfirmed,
            [Some(Held), Some(Held)] => Outcome::HeldConfirmed,
            [Some(Held), None] | [None, Some(Held)] => match self.settles_at {
                Some(until) if now < until => Outcome::Claimed,
                _ => Outcome::HeldUnopposed,
            },
            [Some(Held), Some(NotHeld(_))] | [Some(NotHeld(_)), Some(Held)] => Outcome::Disputed,
            [Some(NotHeld(_)), _] | [_, Some(NotHeld(_))] => Outcome::Missed,
        }
    }

    /// Why it did not take place: the reason that was given last.
    pub fn reason(&self) -> Option<NotHeldReason> {
        let given = |said: Option<Said>| match said {
            Some(Said { word: Word::NotHeld(Some(reason)), at }) => Some((at, reason)),
            _ => None,
        };
        given(self.organizer).max(given(self.partner)).map(|(_, reason)| reason)
    }

    /// Until when `who` may say something of a meeting that ended at `ended`.
    pub fn open_until(&self, who: Who, ended: DateTime<Utc>) -> DateTime<Utc> {
        let unanswered = self.of(who).is_none();
        (ended + OPEN).max(self.settles_at.filter(|_| unanswered).unwrap_or(ended))
    }

    /// From when on nothing changes any more.
    pub fn final_at(&self, ended: DateTime<Utc>) -> DateTime<Utc> {
        (ended + OPEN).max(self.settles_at.unwrap_or(ended))
    }

    /// The words after `who` said another. The same word again changes nothing, not even its time.
    pub fn say(
        self,
        who: Who,
        word: Word,
        slot: Slot,
        days: &WorkingDays,
        now: DateTime<Utc>,
    ) -> Result<Self, Refused> {
        if now < slot.starts_at {
            return Err(Refused::NotBegun);
        }
        if now >= self.open_until(who, slot.ends_at) {
            return Err(Refused::Over);
        }
        // Without a reason one can only contradict: so what is missed in the end has a reason.
        let claimed = self.of(who.other()).is_some_and(|said| said.word == Word::Held);
        if word == Word::NotHeld(None) && !claimed {
            return Err(Refused::NothingToObjectTo);
        }
        if self.of(who).is_some_and(|said| said.word == word) {
            return Ok(self);
        }
        let said = Some(Said { word, at: now });
        let mut words = match who {
            Who::Organizer => Self { organizer: said, ..self },
            Who::Partner => Self { partner: said, ..self },
        };
        words.settles_at = match (words.organizer, words.partner) {
            (Some(Said { word: Word::Held, at }), None)
            | (None, Some(Said { word: Word::Held, at })) => Some(days.after(at, WORKING_DAYS)),
            _ => None,
        };
        Ok(words)
    }
}

impl Outcome {
    /// Where a meeting of this outcome stands, if it stood at `was`.
    pub fn status(self, was: MeetingStatus) -> MeetingStatus {
        match self {
            Self::HeldConfirmed | Self::HeldUnopposed => MeetingStatus::Held,
            Self::Missed => MeetingStatus::Missed,
            _ if matches!(was, MeetingStatus::Held | MeetingStatus::Missed) => {
                MeetingStatus::Scheduled
            }
            _ => was,
        }
    }
}
