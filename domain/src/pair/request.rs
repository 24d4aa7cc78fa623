//! Pairs made by hand: mentor and peer pairs begin when both people accepted.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PairKind;
use crate::id::{PairId, PersonId};

/// A proposal to become a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairRequest {
    /// Identity.
    pub id: Uuid,
    /// Mentor or peer.
    pub kind: PairKind,
    /// The mentor; of peers the one with the smaller number.
    pub organizer: PersonId,
    /// The other.
    pub partner: PersonId,
    /// Who asked.
    pub requested_by: PersonId,
    /// First day.
    pub starts_on: NaiveDate,
    /// When the organizer accepted.
    pub organizer_accepted_at: Option<DateTime<Utc>>,
    /// When the partner accepted.
    pub partner_accepted_at: Option<DateTime<Utc>>,
    /// When either declined.
    pub declined_at: Option<DateTime<Utc>>,
    /// The pair it became.
    pub pair: Option<PairId>,
}

/// Why an answer is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The person is not one of the two.
    #[error("only the two people can answer")]
    NotYours,
    /// It was declined before.
    #[error("the request was declined")]
    Declined,
}

impl PairRequest {
    /// Records `person`'s answer. Returns whether both have now accepted.
    pub fn answer(
        &mut self,
        person: PersonId,
        accept: bool,
        now: DateTime<Utc>,
    ) -> Result<bool, RequestError> {
        if person != self.organizer && person != self.partner {
            return Err(RequestError::NotYours);
        }
        if self.declined_at.is_some() {
            return Err(RequestError::Declined);
        }
        if !accept {
            self.declined_at = Some(now);
            return Ok(false);
        }
        let mine = if person == self.organizer {
            &mut self.organizer_accepted_at
        } else {
            &mut self.partner_accepted_at
        };
        mine.get_or_insert(now);
        Ok(self.organizer_accepted_at.is_some() && self.partner_accepted_at.is_some())
    }
}
