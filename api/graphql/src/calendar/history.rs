//! The history of a slot, for its two people.

use async_graphql::{Context, Enum, ID, Object, Result, connection::Connection};
use chrono::{DateTime, Utc};
use taiwa_domain::{
    calendar::guardian::{Action, Entry},
    id::{MeetingId, PersonId},
};
use taiwa_operations::{calendar::history as operations, rows};

use super::{
    CalendarSpan,
    finding::{DisplacingKind, MoveRefusal, SlotFindingKind, displaced_by, moved_to},
    slot::{ReleaseReason, SlotState},
    words::Words,
};
use crate::{
    context::caller,
    error::failed,
    id::{Kind, decode, global},
    organization::person::Person,
    page::{Page, bad_cursor},
};

/// What kind of line of a slot's history.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum SlotEventKind {
    /// Something happened: `finding` says what.
    Found,
    /// Something was done about it: `action` says what.
    Did,
    /// The slot stands elsewhere from then on: `state` says where.
    Became,
}

/// What is done about a slot.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum SlotAction {
    /// Its block is written into a calendar at a time.
    Place,
    /// Its block is written again as it was.
    PutBack,
    /// Its block is made private and busy again.
    Restore,
    /// The record follows people: the meeting has this time now, and is pinned to it.
    AcceptMove,
    /// Another time is looked for.
    Replan,
    /// An invitation is declined in a person's name.
    Decline,
    /// The two are asked what is to become of the meeting.
    AskPeople,
    /// The meeting's time is given up.
    Release,
    /// Its blocks are cancelled and made anew.
    Recreate,
    /// A block that stands for nothing any more is cancelled.
    CancelLeftovers,
}

/// Why blocks are made anew.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::calendar::guardian::Rearranged")]
pub(crate) enum RecreateReason {
    /// The other person organizes now.
    Manager,
    /// A calendar of another system is used now.
    Provider,
    /// Another account is used now.
    Account,
}

impl From<&Action> for SlotAction {
    fn from(it: &Action) -> Self {
        match it {
            Action::Place { .. } => Self::Place,
            Action::PutBack { .. } => Self::PutBack,
            Action::Restore { .. } => Self::Restore,
            Action::AcceptMove { .. } => Self::AcceptMove,
            Action::Replan => Self::Replan,
            Action::Decline { .. } => Self::Decline,
            Action::AskPeople => Self::AskPeople,
            Action::Release { .. } => Self::Release,
            Action::Recreate { .. } => Self::Recreate,
            Action::CancelLeftovers { .. } => Self::CancelLeftovers,
        }
    }
}

/// One line of a slot's history: codes and times, and a sentence that says the same. Requires: one
/// of the two.
pub(crate) struct SlotEvent(rows::SlotEvent);

impl SlotEvent {
    fn done(&self) -> Option<&Action> {
        match &self.0.entry {
            Entry::Did(action) => Some(action),
            _ => None,
        }
    }

    fn whose(&self) -> Option<PersonId> {
        match &self.0.entry {
            Entry::Found { sight, .. } => sight.person,
            Entry::Did(
                Action::Place { person, .. }
                | Action::PutBack { person }
                | Action::Restore { person }
                | Action::Decline { person, .. }
                | Action::CancelLeftovers { person },
            ) => Some(*person),
            _ => None,
        }
    }
}

/// One line of a slot's history: codes and times, and a sentence that says the same. Requires: one
/// of the two.
#[Object]
impl SlotEvent {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::SlotEvent, self.0.id)
    }

    /// When it was recorded.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// Who asked for it; null = the guardian.
    async fn actor(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.actor).await
    }

    /// What kind of line.
    async fn kind(&self) -> SlotEventKind {
        match self.0.entry {
            Entry::Found { .. } => SlotEventKind::Found,
            Entry::Did(_) => SlotEventKind::Did,
            Entry::Became(_) => SlotEventKind::Became,
        }
    }

    /// What happened.
    async fn finding(&self) -> Option<SlotFindingKind> {
        match &self.0.entry {
            Entry::Found { sight, .. } => Some((&sight.finding).into()),
            _ => None,
        }
    }

    /// What was done.
    async fn action(&self) -> Option<SlotAction> {
        self.done().map(Into::into)
    }

    /// Where the slot stands from then on.
    async fn state(&self) -> Option<SlotState> {
        match self.0.entry {
            Entry::Became(state) => Some(state.into()),
            _ => None,
        }
    }

    /// In whose calendar; of a declined meeting, who declined it; null = it concerns both.
    async fn person(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.whose()).await
    }

    /// The time that it was moved to, by people or by the guardian.
    async fn to(&self) -> Option<CalendarSpan> {
        let slot = match &self.0.entry {
            Entry::Found { sight, .. } => moved_to(&sight.finding),
            Entry::Did(Action::Place { slot, .. } | Action::AcceptMove { slot }) => Some(*slot),
            _ => None,
        };
        slot.map(Into::into)
    }

    /// What kind of event is in the way.
    async fn displaced_by(&self) -> Option<DisplacingKind> {
        match &self.0.entry {
            Entry::Found { sight, .. } => displaced_by(&sight.finding).map(Into::into),
            _ => None,
        }
    }

    /// Why a time that people gave the meeting cannot be followed.
    async fn refused_because(&self) -> Option<MoveRefusal> {
        match &self.0.entry {
            Entry::Found { refused, .. } => refused.map(Into::into),
            _ => None,
        }
    }

    /// Why the meeting's time was given up.
    async fn release_reason(&self) -> Option<ReleaseReason> {
        use taiwa_domain::calendar::guardian::SlotState as State;
        match self.0.entry {
            Entry::Did(Action::Release { reason }) | Entry::Became(State::Released(reason)) => {
                Some(reason.into())
            }
            _ => None,
        }
    }

    /// Why its blocks were made anew.
    async fn recreated_because(&self) -> Option<RecreateReason> {
        match self.0.entry {
            Entry::Did(Action::Recreate { why }) => Some(why.into()),
            _ => None,
        }
    }

    /// For people, in the caller's language and time zone. Names nobody but the two, and no other
    /// event's title.
    async fn message(&self, context: &Context<'_>) -> Result<String> {
        let named = self.whose().into_iter().chain(self.0.actor);
        Ok(Words::naming(context, named).await?.entry(&self.0.entry, self.0.actor))
    }
}

/// A page of a slot's history, oldest first; empty for everyone but the two.
pub(crate) async fn page(
    context: &Context<'_>,
    meeting: MeetingId,
    page: Page,
) -> Result<Connection<String, SlotEvent>> {
    let caller = caller(context)?;
    let place = |cursor: &Option<String>| {
        let decoded = cursor.as_ref().map(|text| decode(Kind::SlotEvent, &ID(text.clone())));
        decoded.map(|id| id.ok_or_else(bad_cursor)).transpose()
    };
    let asked = operations::Page {
        after: place(&page.after)?,
        before: place(&page.before)?,
        limit: page.fetch(),
        backwards: page.backwards,
    };
    let found = operations::events(&caller.app, &caller.actor, meeting, asked).await;
    let found = found.map_err(|failure| failed(&failure))?;
    Ok(page.connection(found, |it| global(Kind::SlotEvent, it.id).to_string(), SlotEvent))
}
