//! People choose another time.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use serde::Serialize;
use taiwa_domain::{calendar::guardian::Offer, id::MeetingId};
use taiwa_operations::{calendar::reschedule as operations, meeting};

use super::{CalendarSpan, policy::shown, words::Words};
use crate::{
    context::caller,
    error::failed,
    id::{Kind, decode},
    meeting::Meeting,
    payload::{UserError, idempotency, parse_id, payload, split},
    planning::placement::{RefusedStarts, refused},
};

/// What an offer pays for.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::calendar::guardian::TermKind")]
pub(crate) enum OfferTermKind {
    /// 10 for a weekday other than that of the series.
    OtherWeekday,
    /// 1 for each half hour between its time of day and that of the series.
    OtherTime,
    /// 5 outside reserved windows, where there are any.
    Unreserved,
    /// 1 for each day between it and the time that the meeting has.
    Away,
    /// 1 for each rest of free time shorter than half an hour that it leaves beside itself.
    Fragments,
}

/// One term of an offer's cost.
#[derive(SimpleObject)]
pub(crate) struct OfferTerm {
    /// What for.
    kind: OfferTermKind,
    /// How much; 0 is the reason why the offer is a good one.
    cost: i64,
}

/// A time that a meeting can have. Requires: one of the two.
pub(crate) struct RescheduleOffer(Offer);

/// A time that a meeting can have. Requires: one of the two.
#[Object]
impl RescheduleOffer {
    /// When.
    async fn slot(&self) -> CalendarSpan {
        self.0.slot.into()
    }

    /// The sum of its terms: cheaper is better.
    async fn cost(&self) -> i64 {
        self.0.cost
    }

    /// Why: one term of each kind.
    async fn terms(&self) -> Vec<OfferTerm> {
        let term = |it: &taiwa_domain::calendar::guardian::Term| OfferTerm {
            kind: it.kind.into(),
            cost: it.cost,
        };
        self.0.terms.iter().map(term).collect()
    }

    /// For people, in the caller's language and time zone.
    async fn message(&self, context: &Context<'_>) -> Result<String> {
        Ok(Words::naming(context, None).await?.offer(&self.0))
    }
}

/// A meeting for which another time is wanted.
#[derive(InputObject)]
pub(crate) struct ProposeRescheduleInput {
    /// The meeting.
    meeting_id: ID,
    /// Taken as everywhere, and kept nowhere: nothing is written, and every request is answered
    /// from the facts of its moment.
    #[allow(dead_code, reason = "there is nothing to repeat")]
    idempotency_key: Option<String>,
}

/// The times that a meeting can have.
#[derive(SimpleObject)]
pub(crate) struct ProposeReschedulePayload {
    /// The meeting as it stands: nothing was changed.
    meeting: Option<Meeting>,
    /// At most ten times, the best first.
    offers: Vec<RescheduleOffer>,
    /// The other starts of its cadence window, by what refuses them.
    refused: Vec<RefusedStarts>,
    /// What was wrong; empty when it was worked out.
    user_errors: Vec<UserError>,
}

/// Another time for a meeting.
#[derive(InputObject, Serialize)]
pub(crate) struct RescheduleMeetingInput {
    /// The meeting.
    meeting_id: ID,
    /// Its new start, in whole minutes; its length stays.
    starts_at: DateTime<Utc>,
    /// The meeting's version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of giving a meeting another time.
    RescheduleMeetingPayload {
        /// The meeting as it stands now; also where the caller had seen an older one.
        meeting: Meeting
    }
}

/// Choosing other times.
#[derive(Default)]
pub(crate) struct RescheduleMutation;

#[Object]
impl RescheduleMutation {
    /// Works out the times that a meeting can have inside its cadence window, with everything else
    /// where it is, and says why. Changes nothing. Requires: one of the two.
    async fn propose_reschedule(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The meeting.")] input: ProposeRescheduleInput,
    ) -> Result<ProposeReschedulePayload> {
        let caller = caller(context)?;
        let outcome = async {
            let id = parse_id(Kind::Meeting, &input.meeting_id, "meetingId")?;
            operations::propose(&caller.app, &caller.actor, id).await
        }
        .await;
        let (found, user_errors) = split(context, outcome)?;
        let Some(operations::Proposal { meeting, choice }) = found else {
            let (offers, refused) = (Vec::new(), Vec::new());
            return Ok(ProposeReschedulePayload { meeting: None, offers, refused, user_errors });
        };
        Ok(ProposeReschedulePayload {
            meeting: Some(Meeting(meeting)),
            refused: refused(&choice.refused),
            offers: choice.offers.into_iter().map(RescheduleOffer).collect(),
            user_errors,
        })
    }

    /// Gives a meeting the time that one of its people chose; it is pinned to it, and no machine
    /// moves it again. The other is told. Requires: one of the two.
    async fn reschedule_meeting(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The meeting and its new time.")] input: RescheduleMeetingInput,
    ) -> Result<RescheduleMeetingPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "rescheduleMeeting", &input)?;
        let (app, actor) = (&caller.app, &caller.actor);
        let outcome = async {
            let id = parse_id(Kind::Meeting, &input.meeting_id, "meetingId")?;
            operations::choose(app, actor, key, id, input.version, input.starts_at).await
        }
        .await;
        let id = decode::<MeetingId>(Kind::Meeting, &input.meeting_id);
        let id = id.filter(|_| shown(&outcome));
        let (_, user_errors) = split(context, outcome)?;
        let found = match id {
            Some(id) => meeting::by_id(app, actor, &[id]).await.map_err(|it| failed(&it))?.pop(),
            None => None,
        };
        let meeting = found.map(Meeting);
        Ok(RescheduleMeetingPayload { meeting, user_errors })
    }
}
