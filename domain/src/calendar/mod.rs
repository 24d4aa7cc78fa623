//! Calendars: the port that every provider fills, and the rules of free and busy.

use std::future::Future;

use chrono::{DateTime, Utc};

use crate::{
    id::{MeetingId, PersonId},
    meeting::Slot,
};

pub mod conformance;
pub mod holidays;

/// What stands in a person's calendar for a meeting: private, neutrally titled, without content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// For which meeting; with the person it identifies the hold.
    pub meeting: MeetingId,
    /// In whose calendar.
    pub person: PersonId,
    /// When.
    pub slot: Slot,
}

/// Busy time of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Busy {
    /// Whose.
    pub person: PersonId,
    /// When.
    pub slot: Slot,
}

/// A calendar system in which people's time stands.
///
/// Every call is idempotent: placing a hold that stands, moving it to where it is or cancelling
/// one that is gone succeeds and changes nothing. [`conformance`] is the suite that every adapter runs.
pub trait CalendarProvider: Send + Sync {
    /// Busy time of `people` that touches `span`, without our own holds.
    fn busy(
        &self,
        people: &[PersonId],
        span: Slot,
    ) -> impl Future<Output = Result<Vec<Busy>, CalendarError>> + Send;

    /// Puts holds where they are wanted, creating or moving them.
    fn place(&self, holds: &[Hold]) -> impl Future<Output = Result<(), CalendarError>> + Send;

    /// Takes away all holds of the meetings.
    fn cancel(
        &self,
        meetings: &[MeetingId],
    ) -> impl Future<Output = Result<(), CalendarError>> + Send;

    /// Our holds of `people` that touch `span`, as they stand.
    fn holds(
        &self,
        people: &[PersonId],
        span: Slot,
    ) -> impl Future<Output = Result<Vec<Hold>, CalendarError>> + Send;
}

/// Why a calendar did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// It cannot be reached now.
    #[error("the calendar cannot be reached")]
    Unavailable {
        /// When to try again, if it said so.
        retry_after: Option<DateTime<Utc>>,
        /// What happened.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Someone changed the same thing first.
    #[error("the calendar entry was changed by someone else")]
    Conflict,
    /// The account is no longer connected.
    #[error("the calendar account is not connected")]
    Unauthorized,
}
