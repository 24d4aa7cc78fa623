//! Whether a meeting took place.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use taiwa_domain::{
    id::MeetingId,
    meeting::{
        Meeting as DomainMeeting,
        held::{Outcome, Who, Word, Words},
    },
};
use taiwa_operations::{
    Done, Failure,
    meeting::{self, held as operations},
};

use super::Meeting;
use crate::{
    context::caller,
    error::failed,
    id::Kind,
    insight::words,
    load::{OutcomeOf, PairOf},
    payload::{idempotency, parse_id, payload, split},
};

/// What is known of whether a meeting took place.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum MeetingOutcomeState {
    /// It has not begun.
    Upcoming,
    /// Nobody said anything yet.
    Open,
    /// One of the two says it took place; the other may object until `settlesAt`.
    Claimed,
    /// Both say it took place.
    HeldConfirmed,
    /// One says so, and the other did not object within 3 working days.
    HeldUnopposed,
    /// One says it took place, the other that it did not. Either may change their word.
    Disputed,
    /// It did not take place.
    Missed,
    /// Nobody said anything within 14 days: it counts neither as held nor as missed.
    Unconfirmed,
    /// It found no place, was given up, or was called off.
    Skipped,
}

/// Why a meeting did not take place, or was called off.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::meeting::held::NotHeldReason")]
pub(crate) enum NotHeldReason {
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

/// What one of the two says of a meeting.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum MeetingWord {
    /// It took place.
    Held,
    /// It did not.
    NotHeld,
}

/// Whether a meeting took place, as its two people say; that a tool was used says nothing.
pub(crate) struct MeetingOutcome {
    state: MeetingOutcomeState,
    reason: Option<taiwa_domain::meeting::held::NotHeldReason>,
    words: Words,
    /// The end, and which of the two the caller is.
    mine: Option<(DateTime<Utc>, Who)>,
}

impl MeetingOutcome {
    pub(crate) async fn of(context: &Context<'_>, it: &DomainMeeting) -> Result<Self> {
        let caller = caller(context)?;
        let row = caller.loads.load_one(OutcomeOf(it.id)).await?;
        let words = row.map(|row| row.words).unwrap_or_default();
        let me = caller.actor.caller.person;
        let now = caller.app.now();
        let Some(slot) = it.time() else {
            let (state, reason) =
                (MeetingOutcomeState::Skipped, row.and_then(|row| row.called_off));
            return Ok(Self { state, reason, words, mine: None });
        };
        let pair = caller.loads.load_one(PairOf(it.pair)).await?.map(|row| row.pair);
        let who = pair.and_then(|pair| match me {
            me if me == pair.organizer => Some(Who::Organizer),
            me if me == pair.partner => Some(Who::Partner),
            _ => None,
        });
        let state = match words.outcome(slot.ends_at, now) {
            _ if now < slot.starts_at => MeetingOutcomeState::Upcoming,
            Outcome::Open => MeetingOutcomeState::Open,
            Outcome::Claimed => MeetingOutcomeState::Claimed,
            Outcome::HeldConfirmed => MeetingOutcomeState::HeldConfirmed,
            Outcome::HeldUnopposed => MeetingOutcomeState::HeldUnopposed,
            Outcome::Disputed => MeetingOutcomeState::Disputed,
            Outcome::Missed => MeetingOutcomeState::Missed,
            Outcome::Unconfirmed => MeetingOutcomeState::Unconfirmed,
        };
        let reason = words.reason().filter(|_| state == MeetingOutcomeState::Missed);
        Ok(Self { state, reason, words, mine: who.map(|who| (slot.ends_at, who)) })
    }
}

/// Whether a meeting took place, as its two people say; that a tool was used says nothing.
#[Object]
impl MeetingOutcome {
    /// What is known.
    async fn state(&self) -> MeetingOutcomeState {
        self.state
    }

    /// The state in the caller's language.
    async fn label(&self, context: &Context<'_>) -> Result<&'static str> {
        Ok(words::outcome(caller(context)?.actor.locale, self.state))
    }

    /// Why it was missed or called off.
    async fn reason(&self) -> Option<NotHeldReason> {
        self.reason.map(Into::into)
    }

    /// The reason in the caller's language.
    async fn reason_label(&self, context: &Context<'_>) -> Result<Option<&'static str>> {
        let locale = caller(context)?.actor.locale;
        Ok(self.reason.map(|why| words::not_held(locale, why)))
    }

    /// While one alone says that it took place: from when on it counts as held if the other does
    /// not object.
    async fn settles_at(&self) -> Option<DateTime<Utc>> {
        self.words.settles_at.filter(|_| self.state == MeetingOutcomeState::Claimed)
    }

    /// What the caller said of it. Requires: one of the two; null for others.
    async fn my_word(&self) -> Option<MeetingWord> {
        let said = self.mine.and_then(|(_, who)| self.words.of(who));
        said.map(|said| match said.word {
            Word::Held => MeetingWord::Held,
            Word::NotHeld(_) => MeetingWord::NotHeld,
        })
    }

    /// Until when the caller may say something of it. Requires: one of the two; null for others.
    async fn open_until(&self) -> Option<DateTime<Utc>> {
        self.mine.map(|(ended, who)| self.words.open_until(who, ended))
    }
}

/// A meeting that took place.
#[derive(InputObject, Serialize)]
pub(crate) struct ConfirmMeetingInput {
    /// The meeting.
    meeting_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of confirming a meeting.
    ConfirmMeetingPayload {
        /// The meeting as it stands now.
        meeting: Meeting
    }
}

/// A meeting that the other says took place.
#[derive(InputObject, Serialize)]
pub(crate) struct ObjectToMeetingInput {
    /// The meeting.
    meeting_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of objecting to a meeting.
    ObjectToMeetingPayload {
        /// The meeting as it stands now.
        meeting: Meeting
    }
}

/// A meeting that did not take place.
#[derive(InputObject, Serialize)]
pub(crate) struct ReportMissedInput {
    /// The meeting.
    meeting_id: ID,
    /// Why.
    reason: NotHeldReason,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of reporting a meeting as missed.
    ReportMissedPayload {
        /// The meeting as it stands now.
        meeting: Meeting
    }
}

/// A coming meeting that is not to take place.
#[derive(InputObject, Serialize)]
pub(crate) struct SkipMeetingInput {
    /// The meeting.
    meeting_id: ID,
    /// Why.
    reason: NotHeldReason,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of calling a meeting off.
    SkipMeetingPayload {
        /// The meeting as it stands now.
        meeting: Meeting
    }
}

/// The meeting that a write was about.
async fn found(context: &Context<'_>, done: Option<Done>) -> Result<Option<Meeting>> {
    let Some(done) = done else { return Ok(None) };
    let caller = caller(context)?;
    let found = meeting::by_id(&caller.app, &caller.actor, &[done.subject.into()]).await;
    Ok(found.map_err(|failure| failed(&failure))?.pop().map(Meeting))
}

/// Saying whether meetings took place, and calling them off.
#[derive(Default)]
pub(crate) struct OutcomeMutation;

#[Object]
impl OutcomeMutation {
    /// Says that a meeting took place. Where the other says so too it counts as held; else once 3
    /// working days are over and the other did not object. Until 14 days after its end. Requires:
    /// one of the two.
    async fn confirm_meeting(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The meeting.")] input: ConfirmMeetingInput,
    ) -> Result<ConfirmMeetingPayload> {
        let key = idempotency(&input.idempotency_key, "confirmMeeting", &input)?;
        let outcome = say(context, key, &input.meeting_id, Word::Held).await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(ConfirmMeetingPayload { meeting: found(context, done).await?, user_errors })
    }

    /// Says that a meeting did not take place though the other says it did: it is disputed until
    /// one of the two changes their word. Until 14 days after its end. Requires: one of the two.
    async fn object_to_meeting(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The meeting.")] input: ObjectToMeetingInput,
    ) -> Result<ObjectToMeetingPayload> {
        let key = idempotency(&input.idempotency_key, "objectToMeeting", &input)?;
        let outcome = say(context, key, &input.meeting_id, Word::NotHeld(None)).await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(ObjectToMeetingPayload { meeting: found(context, done).await?, user_errors })
    }

    /// Says that a meeting did not take place, and why. Until 14 days after its end. Requires: one
    /// of the two.
    async fn report_missed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The meeting and the reason.")] input: ReportMissedInput,
    ) -> Result<ReportMissedPayload> {
        let key = idempotency(&input.idempotency_key, "reportMissed", &input)?;
        let word = Word::NotHeld(Some(input.reason.into()));
        let outcome = say(context, key, &input.meeting_id, word).await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(ReportMissedPayload { meeting: found(context, done).await?, user_errors })
    }

    /// Calls a coming meeting off: its time becomes free in both calendars, the other is told, and
    /// no plan brings it back. Requires: one of the two.
    async fn skip_meeting(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The meeting and the reason.")] input: SkipMeetingInput,
    ) -> Result<SkipMeetingPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "skipMeeting", &input)?;
        let outcome = async {
            let id: MeetingId = parse_id(Kind::Meeting, &input.meeting_id, "meetingId")?;
            operations::skip(&caller.app, &caller.actor, key, id, input.reason.into()).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(SkipMeetingPayload { meeting: found(context, done).await?, user_errors })
    }
}

async fn say(
    context: &Context<'_>,
    key: Option<taiwa_operations::Idempotency>,
    meeting: &ID,
    word: Word,
) -> Result<Done, Failure> {
    let Ok(caller) = caller(context) else { return Err(Failure::NotFound) };
    let id = parse_id(Kind::Meeting, meeting, "meetingId")?;
    operations::say(&caller.app, &caller.actor, key, id, word).await
}
