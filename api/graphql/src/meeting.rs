//! Meetings and their slots.

pub(crate) mod agenda;
pub(crate) mod library;
pub(crate) mod library_mutation;
pub(crate) mod notes;
pub(crate) mod notes_mutation;
pub(crate) mod outcome;
pub(crate) mod safety;
pub(crate) mod suggestions;

use async_graphql::{Context, Enum, ID, MergedObject, Object, Result, connection::Connection};
use chrono::{DateTime, NaiveDate, Utc};
use taiwa_domain::{
    calendar::guardian,
    id::{MeetingId, PairId},
    meeting::{self as domain, MeetingStatus as Status},
};
use taiwa_operations::meeting as operations;

use crate::{
    calendar::{
        history::SlotEvent,
        place::MeetingPlace,
        slot::{ReleaseReason, SlotState, standing},
    },
    context::caller,
    error::failed,
    id::{Kind, global},
    load::{AsksForSafety, MeetingOf, TalkBalanceIn},
    meeting::outcome::MeetingOutcome,
    minutes::Minutes,
    page::{Page, bad_cursor},
    pair::Pair,
    planning::placement::Placement,
};
use agenda::{action::ActionItem, item::AgendaItem};
use notes::TalkBalance;
use suggestions::AgendaSuggestion;

/// Where a meeting stands.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::meeting::MeetingStatus")]
pub(crate) enum MeetingStatus {
    /// Has a time; its holds are on their way into the calendars.
    Planned,
    /// Its block stands in both calendars.
    Scheduled,
    /// It took place.
    Held,
    /// It did not take place.
    Missed,
    /// It found no place, or is no longer due.
    Skipped,
}

/// Why a meeting was skipped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
#[graphql(remote = "taiwa_domain::meeting::SkipReason")]
pub(crate) enum SkipReason {
    /// No common free time.
    Busy,
    /// No common working hours.
    OutsideHours,
    /// A public or company holiday.
    Holiday,
    /// One of the two is on leave.
    Leave,
    /// A daily cap was reached.
    Cap,
    /// Too close to the neighbouring meeting.
    Spacing,
    /// Only reserved windows are allowed and none was free.
    Reserved,
    /// The pair has no series.
    NoSeries,
    /// The pair ended, or its cadence no longer asks for it.
    NotDue,
    /// One of the two called it off: the meeting's `outcome` has their reason.
    CalledOff,
}

/// The time span of a meeting.
pub(crate) struct Slot {
    meeting: domain::Meeting,
    slot: domain::Slot,
}

/// The time span of a meeting.
#[Object]
impl Slot {
    /// Start.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.slot.starts_at
    }

    /// End, excluded.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.slot.ends_at
    }

    /// Whether its block stands in both people's calendars, at this time, and nothing is in its
    /// way.
    async fn is_protected(&self, context: &Context<'_>) -> Result<bool> {
        Ok(standing(context, &self.meeting).await?.state == guardian::SlotState::Protected)
    }

    /// Where it stands.
    async fn state(&self, context: &Context<'_>) -> Result<SlotState> {
        Ok(standing(context, &self.meeting).await?.state.into())
    }

    /// Whether a human set this time: no machine moves it.
    async fn is_pinned(&self) -> bool {
        self.meeting.pinned
    }

    /// How often the guardian defended or moved it; after two it asks the two people.
    async fn interventions(&self, context: &Context<'_>) -> Result<u8> {
        Ok(standing(context, &self.meeting).await?.interventions)
    }
}

/// One occurrence of a pair's 1on1.
pub(crate) struct Meeting(pub(crate) domain::Meeting);

impl Meeting {
    /// A meeting by its id, if there is one and the caller may see it.
    pub(crate) async fn find(
        context: &Context<'_>,
        id: impl Into<Option<MeetingId>>,
    ) -> Result<Option<Self>> {
        let Some(id) = id.into() else { return Ok(None) };
        Ok(caller(context)?.loads.load_one(MeetingOf(id)).await?.map(Self))
    }
}

/// One occurrence of a pair's 1on1. Requires: one of the two, or the organizer's own manager.
#[Object]
impl Meeting {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        global(Kind::Meeting, self.0.id)
    }

    /// Whose.
    async fn pair(&self, context: &Context<'_>) -> Result<Option<Pair>> {
        Pair::find(context, self.0.pair).await
    }

    /// Where it stands.
    async fn status(&self) -> MeetingStatus {
        self.0.status.into()
    }

    /// Why it was skipped.
    async fn skip_reason(&self) -> Option<SkipReason> {
        self.0.skip_reason.map(Into::into)
    }

    /// Why its slot was given up, where the guardian gave it up.
    async fn release_reason(&self, context: &Context<'_>) -> Result<Option<ReleaseReason>> {
        if self.0.slot.is_some() {
            return Ok(None);
        }
        Ok(standing(context, &self.0).await?.released().map(Into::into))
    }

    /// Whether it took place, as its two people say: codes alone for the organizer's manager.
    async fn outcome(&self, context: &Context<'_>) -> Result<MeetingOutcome> {
        MeetingOutcome::of(context, &self.0).await
    }

    /// Its time; null when it was skipped.
    async fn slot(&self) -> Option<Slot> {
        self.0.slot.map(|slot| Slot { meeting: self.0.clone(), slot })
    }

    /// Length in minutes.
    async fn minutes(&self) -> u16 {
        self.0.minutes
    }

    /// Minutes kept free of other 1on1s after it.
    async fn buffer_minutes(&self) -> u16 {
        self.0.buffer_minutes
    }

    /// Monday of the week in which it is due, wherever it was placed.
    async fn due_week(&self) -> NaiveDate {
        self.0.due_week
    }

    /// Whether a human set this time: no machine moves it.
    async fn is_pinned(&self) -> bool {
        self.0.pinned
    }

    /// Where the two meet; null when it was skipped. Requires: one of the two; null for others.
    async fn place(&self, context: &Context<'_>) -> Result<Option<MeetingPlace>> {
        MeetingPlace::of(context, self.0.id).await
    }

    /// The shared record of it; null until one of the two makes it. Requires: one of the two; null
    /// for others.
    async fn shared_minutes(&self, context: &Context<'_>) -> Result<Option<Minutes>> {
        Minutes::of(context, self.0.id).await
    }

    /// What happened to its slot and what was done about it, oldest first. Requires: one of the
    /// two; empty for others.
    async fn slot_events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, SlotEvent>> {
        let page = Page::new(first, after, last, before)?;
        crate::calendar::history::page(context, self.0.id, page).await
    }

    /// Its talking points in their order. The next meeting of the pair has all that are open,
    /// whatever happened to meetings before; a past one has what was discussed in it and what was
    /// left open. Requires: one of the two; null for others.
    async fn agenda(&self, context: &Context<'_>) -> Result<Option<Vec<AgendaItem>>> {
        agenda::agenda(context, self).await
    }

    /// Situations that suit it, best first, with templates to put on its agenda
    /// (`addAgendaItemsFromLibrary`): one to four for the pair's next meeting, the regular one last;
    /// none for any other. Requires: one of the two; null for others.
    async fn suggestions(&self, context: &Context<'_>) -> Result<Option<Vec<AgendaSuggestion>>> {
        suggestions::of(context, self).await
    }

    /// Its actions, the most urgent first. The next meeting of the pair has all that are open; a
    /// past one has what was agreed on in it and what was open then. Requires: one of the two;
    /// null for others.
    async fn actions(&self, context: &Context<'_>) -> Result<Option<Vec<ActionItem>>> {
        agenda::actions(context, self).await
    }

    /// How much of the talking the caller did, by their own judgement. Requires: one of the two;
    /// each has their own.
    async fn talk_balance(&self, context: &Context<'_>) -> Result<Option<TalkBalance>> {
        let key = TalkBalanceIn(self.0.id);
        Ok(caller(context)?.loads.load_one(key).await?.map(TalkBalance))
    }

    /// Whether it asks for the safety declaration: the first of a pair, until the report
    /// acknowledged it. Requires: one of the two; null for others.
    async fn asks_for_safety_declaration(&self, context: &Context<'_>) -> Result<Option<bool>> {
        Ok(caller(context)?.loads.load_one(AsksForSafety(self.0.id)).await?)
    }

    /// Counts its changes.
    async fn version(&self) -> i64 {
        self.0.version
    }

    /// Why it is where it is, or why it found no place, worked out from today's facts.
    async fn placement(&self, context: &Context<'_>) -> Result<Option<Placement>> {
        if matches!(self.0.status, Status::Held | Status::Missed) {
            return Ok(None);
        }
        Placement::of(context, self.0.pair, self.0.due_week).await
    }
}

fn cursor(it: &domain::Meeting) -> String {
    let at = operations::sort_at(it);
    format!("{}_{}", at.timestamp_micros(), it.id.0.simple())
}

fn parse(text: &str) -> Result<taiwa_operations::rows::MeetingCursor> {
    let parts = text.split_once('_').and_then(|(at, id)| {
        let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
        // Beyond these years the databases disagree on what an instant is.
        let years = 1..=9999;
        years
            .contains(&chrono::Datelike::year(&at))
            .then_some((at, uuid::Uuid::try_parse(id).ok()?))
    });
    parts.ok_or_else(bad_cursor)
}

/// A page of a pair's meetings, or of the caller's own.
pub(crate) async fn page(
    context: &Context<'_>,
    pair: Option<PairId>,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    page: Page,
) -> Result<Connection<String, Meeting>> {
    let caller = caller(context)?;
    let asked = operations::Page {
        pair,
        from,
        until,
        after: page.after.as_deref().map(parse).transpose()?,
        before: page.before.as_deref().map(parse).transpose()?,
        limit: page.fetch(),
        backwards: page.backwards,
    };
    let found = operations::page(&caller.app, &caller.actor, asked)
        .await
        .map_err(|failure| failed(&failure))?;
    Ok(page.connection(found, cursor, Meeting))
}

/// What two people share can be changed. One part of the root, because the types of its parts are
/// nested in each other.
#[derive(MergedObject, Default)]
pub(crate) struct MeetingMutation(
    agenda::item_mutation::AgendaItemMutation,
    agenda::comment_mutation::AgendaCommentMutation,
    agenda::action_mutation::ActionMutation,
    agenda::carry::CarryOverMutation,
    library_mutation::LibraryMutation,
    notes_mutation::NoteMutation,
    safety::SafetyMutation,
);
