//! What happened to a slot, as codes and in words.

use async_graphql::{Context, Enum, Object, Result};
use taiwa_domain::{
    calendar::guardian::{self as domain, Displacing, Finding, Sight},
    meeting::Slot,
};

use super::{CalendarSpan, words::Words};
use crate::organization::person::Person;

/// What can happen to a slot.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum SlotFindingKind {
    /// Its block is not written yet.
    Unplaced,
    /// Something else in a calendar is in the way.
    Overlapped,
    /// An invitation would be in the way if it were accepted.
    Invited,
    /// Its block was deleted.
    Deleted,
    /// Its block was given another time.
    Moved,
    /// Its block was cut to a part of its time.
    Shortened,
    /// One of the two declined it.
    Declined,
    /// Its block no longer occupies its time.
    ShownFree,
    /// Its block's details show to colleagues.
    MadePublic,
    /// Its block stands more than once, or was made a series.
    Duplicated,
    /// A calendar does not answer.
    Disconnected,
    /// The day became a holiday.
    Holiday,
    /// It is outside someone's working hours now.
    OutsideHours,
    /// Someone's time zone changed, so that it shows at another local time.
    ZoneChanged,
}

/// What kind of event is in the way, told from its guests' number and recurrence alone.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::calendar::guardian::Displacing")]
pub(crate) enum DisplacingKind {
    /// Someone's own block: nobody else is invited.
    SoloBlock,
    /// The same, of a series.
    RecurringSoloBlock,
    /// Two people.
    OneToOne,
    /// The same, of a series.
    RecurringOneToOne,
    /// Three to seven people.
    SmallMeeting,
    /// The same, of a series.
    RecurringSmallMeeting,
    /// Eight people or more.
    LargeMeeting,
    /// The same, of a series.
    RecurringLargeMeeting,
}

/// Why a time that people gave a meeting cannot be followed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::calendar::guardian::Illegal")]
pub(crate) enum MoveRefusal {
    /// It is over already.
    Past,
    /// It is shorter than half of what the cadence asks for.
    TooShort,
    /// It is longer than a 1on1 may be.
    TooLong,
    /// It is outside the span in which the meeting counts for its cadence.
    OutsidePeriod,
    /// One of the two has another 1on1 then.
    #[graphql(name = "ANOTHER_MEETING")]
    Another1on1,
    /// One of the two is taken then.
    Busy,
    /// The calendar of one of the two does not answer, so that nobody can tell.
    Unseen,
}

impl From<&Finding> for SlotFindingKind {
    fn from(it: &Finding) -> Self {
        match it {
            Finding::Unplaced => Self::Unplaced,
            Finding::Overlapped { .. } => Self::Overlapped,
            Finding::Invited { .. } => Self::Invited,
            Finding::Deleted => Self::Deleted,
            Finding::Moved { .. } => Self::Moved,
            Finding::Shortened { .. } => Self::Shortened,
            Finding::Declined => Self::Declined,
            Finding::ShownFree => Self::ShownFree,
            Finding::MadePublic => Self::MadePublic,
            Finding::Duplicated => Self::Duplicated,
            Finding::Disconnected => Self::Disconnected,
            Finding::Holiday => Self::Holiday,
            Finding::OutsideHours => Self::OutsideHours,
            Finding::ZoneChanged => Self::ZoneChanged,
        }
    }
}

/// The time that a finding is about.
pub(super) fn moved_to(it: &Finding) -> Option<Slot> {
    match it {
        Finding::Moved { to } | Finding::Shortened { to } => Some(*to),
        _ => None,
    }
}

/// What kind of event a finding is about.
pub(super) fn displaced_by(it: &Finding) -> Option<Displacing> {
    match it {
        Finding::Overlapped { by, .. } => Some(*by),
        _ => None,
    }
}

/// Something that happened to a slot. Requires: one of the two.
pub(crate) struct SlotFinding(pub(crate) domain::Sight);

/// Something that happened to a slot. Requires: one of the two.
#[Object]
impl SlotFinding {
    /// What.
    async fn kind(&self) -> SlotFindingKind {
        (&self.0.finding).into()
    }

    /// In whose calendar; of a declined meeting, who declined it; null = it concerns both.
    async fn person(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.person).await
    }

    /// Where its block was moved to.
    async fn to(&self) -> Option<CalendarSpan> {
        moved_to(&self.0.finding).map(Into::into)
    }

    /// What kind of event is in the way.
    async fn displaced_by(&self) -> Option<DisplacingKind> {
        displaced_by(&self.0.finding).map(Into::into)
    }

    /// For people, in the caller's language and time zone.
    async fn message(&self, context: &Context<'_>) -> Result<String> {
        let Sight { person, ref finding } = self.0;
        Ok(Words::naming(context, person).await?.finding(person, finding))
    }
}
