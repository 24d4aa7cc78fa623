//! The port that every calendar system fills: one person's calendar, opened for one account.

use std::{future::Future, pin::Pin};

use chrono::{DateTime, TimeDelta, Utc};

use super::event::{Cursor, Event, EventKey, EventUid, ResourceKey, Version, Wanted};
use crate::meeting::Slot;

/// What a call of a port returns: boxed, so that adapters of several systems stand behind one
/// pointer.
pub type Call<'a, T> = Pin<Box<dyn Future<Output = Result<T, CalendarError>> + Send + 'a>>;

/// What a calendar system can do beyond holding events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// An event can invite a second person of the same tenant, whose copy follows it.
    pub invites: bool,
    /// An invitation can be declined in the owner's name.
    pub declines: bool,
    /// It tells of changes by itself: [`CalendarProvider::watch`].
    pub watches: bool,
    /// It makes conference links.
    pub conferences: bool,
}

/// One thing that changed, with everything that stands of it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Which.
    pub key: ResourceKey,
    /// All its occurrences that touch the span asked for; empty = it is gone. They replace
    /// whatever was known under the key.
    pub events: Vec<Event>,
}

/// A page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// What changed, in no order. May be empty while there are more pages.
    pub resources: Vec<Resource>,
    /// The pages hold the whole calendar: what none of them names is gone.
    pub complete: bool,
    /// Where to go on.
    pub next: Next,
}

/// What follows a page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another page, now.
    Page(Cursor),
    /// Nothing until something changes: keep the cursor for then.
    Later(Cursor),
}

/// A channel through which a provider tells that a calendar changed. Notices carry no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Our name of it.
    pub id: String,
    /// The provider's name of what is watched, needed to stop it.
    pub resource: String,
    /// When it ends by itself, by the provider's clock.
    pub expires_at: DateTime<Utc>,
}

/// A channel to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Our name of it; unique for ever.
    pub id: String,
    /// What each notice must carry, so that forged ones are told.
    pub token: String,
    /// Where notices go.
    pub address: String,
    /// For how long, at most; the provider may give less.
    pub lifetime: TimeDelta,
}

/// One person's calendar in some system.
///
/// Writes are idempotent: putting what stands, or cancelling what is gone, succeeds and changes
/// nothing. [`super::conformance`] is the suite that every adapter runs. No call waits for a
/// quota longer than the adapter's documented bound: it fails with
/// [`CalendarError::Unavailable`] and the time to come back, and the job that called ends.
pub trait CalendarProvider: Send + Sync {
    /// What this system can do.
    fn abilities(&self) -> Abilities;

    /// What changed since `cursor`; without one, everything that touches `span`. Occurrences of
    /// recurring events are expanded within `span`. A cursor that is too old, or whose first
    /// reading did not reach as far as `span`, fails with [`CalendarError::CursorExpired`], also in
    /// the middle of pages: start again without one.
    fn changes<'a>(&'a self, cursor: Option<&'a Cursor>, span: Slot) -> Call<'a, Changes>;

    /// When the owner is busy within `span` right now, our own events included: the last look
    /// before and after a write. Merged, ordered, cut to `span`. Fails rather than answers in part.
    fn busy(&self, span: Slot) -> Call<'_, Vec<Slot>>;

    /// Our event of this name as it stands; none if there is none or it was deleted.
    fn find<'a>(&'a self, uid: &'a EventUid) -> Call<'a, Option<Event>>;

    /// Makes our event stand as wanted: created if it is gone, changed if it differs. With
    /// `seen`, fails with [`CalendarError::Conflict`] if it was changed or deleted since. Returns
    /// it as it stands now.
    fn put<'a>(&'a self, wanted: &'a Wanted, seen: Option<&'a Version>) -> Call<'a, Event>;

    /// Takes our event away, from the guest's calendar as well. One that is gone is success.
    fn cancel<'a>(&'a self, uid: &'a EventUid) -> Call<'a, ()>;

    /// Declines an invitation in the owner's name; only where [`Abilities::declines`]. An event
    /// that is gone, or declined already, is success.
    fn decline<'a>(&'a self, event: &'a EventKey) -> Call<'a, ()>;

    /// Opens a channel; only where [`Abilities::watches`].
    fn watch<'a>(&'a self, _wanted: &'a Watch) -> Call<'a, Channel> {
        Box::pin(async { Err(CalendarError::Refused("this calendar sends no notices")) })
    }

    /// Closes a channel; one that is closed already is success.
    fn unwatch<'a>(&'a self, _channel: &'a Channel) -> Call<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// Why a calendar did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// It cannot be reached now, or a quota is used up.
    #[error("the calendar cannot be reached")]
    Unavailable {
        /// How long to wait at least, if it said so.
        retry_after: Option<TimeDelta>,
        /// What happened.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Someone changed the same event first: look again.
    #[error("the calendar event was changed by someone else")]
    Conflict,
    /// The account is no longer connected: its owner must connect it again.
    #[error("the calendar account is not connected")]
    Unauthorized,
    /// The cursor is too old: read everything again.
    #[error("the calendar no longer knows this place in its history")]
    CursorExpired,
    /// The calendar itself is gone.
    #[error("the calendar was deleted")]
    Gone,
    /// It will never do this; says what, without any content.
    #[error("the calendar refused: {0}")]
    Refused(&'static str),
}
