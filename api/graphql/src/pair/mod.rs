//! Pairs.

use std::sync::Arc;

use async_graphql::{
    Context, Enum, ID, InputObject, Object, Result, SimpleObject, connection::Connection,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use taiwa_domain::{id::PairId, meeting::notes::NoteKind, pair::PairRequest as Request};
use taiwa_operations::{pair::request, rows::PairRow};

use crate::{
    cadence::EffectiveCadence,
    context::caller,
    error::{Shared, failed},
    id::{Kind, global},
    load::{NextMeetings, PairOf},
    meeting::{
        Meeting,
        agenda::{
            self,
            action::{ActionItem, ActionState},
            item::AgendaItem,
        },
        notes::{self, Feedback, LearningNote},
        safety::{self, SafetyStanding},
    },
    organization::person::Person,
    page::Page,
    payload::{idempotency, parse_id, payload, split},
};

/// What makes two people a pair.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::pair::PairKind")]
pub(crate) enum PairKind {
    /// A solid reporting line.
    Manager,
    /// A dotted reporting line, where a policy asks for it.
    Dotted,
    /// The manager's manager, where a policy asks for it.
    SkipLevel,
    /// Mentor and mentee, made by hand.
    Mentor,
    /// Two peers, made by hand.
    Peer,
}

/// A span of days during which a pair meets.
#[derive(SimpleObject)]
pub(crate) struct Episode {
    /// First day.
    from: NaiveDate,
    /// Last day, if it ends.
    until: Option<NaiveDate>,
}

/// The 1on1 relationship of two people: one for ever, with dated episodes.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) row: PairRow,
    /// So many next meetings, where a statement for the whole team brought them along.
    pub(crate) next: Option<(u32, Arc<Vec<taiwa_domain::meeting::Meeting>>)>,
}

impl Pair {
    pub(crate) fn new(row: PairRow) -> Self {
        Self { row, next: None }
    }

    /// A pair by its id, if there is one and the caller may see it.
    pub(crate) async fn find(
        context: &Context<'_>,
        id: impl Into<Option<PairId>>,
    ) -> Result<Option<Self>> {
        let Some(id) = id.into() else { return Ok(None) };
        Ok(caller(context)?.loads.load_one(PairOf(id)).await?.map(Self::new))
    }
}

/// The 1on1 relationship of two people: one for ever, with dated episodes. Requires: one of the
/// two, or the organizer's own manager.
#[Object]
impl Pair {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        global(Kind::Pair, self.row.pair.id)
    }

    /// What makes them a pair.
    async fn kind(&self) -> PairKind {
        self.row.pair.kind.into()
    }

    /// In whose zone the series is read: the manager or mentor; of peers the smaller number.
    async fn organizer(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.row.pair.organizer).await
    }

    /// The other: the report, mentee or other peer.
    async fn partner(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.row.pair.partner).await
    }

    /// When they are a pair, oldest first.
    async fn episodes(&self, context: &Context<'_>) -> Result<Vec<Episode>> {
        let caller = caller(context)?;
        let reader = caller.app.reader(&caller.actor).await.map_err(|failure| failed(&failure))?;
        let always = taiwa_domain::organization::Period::since(
            NaiveDate::MIN.max(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN)),
        );
        let found =
            reader.episodes(always, Some(&[self.row.pair.id])).await.map_err(Shared::from)?;
        Ok(found
            .into_iter()
            .map(|it| Episode { from: it.period.from, until: it.period.last_day() })
            .collect())
    }

    /// How often and how long they meet on a day, and which rule says so.
    async fn effective_cadence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "As of this day; today if not given.")] as_of: Option<NaiveDate>,
    ) -> Result<Option<EffectiveCadence>> {
        EffectiveCadence::of(context, self.row.pair.id, as_of).await
    }

    /// The next placed meetings, soonest first.
    async fn next_meetings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 20.", default = 2)] first: u32,
    ) -> Result<Vec<Meeting>> {
        if !(1..=20).contains(&first) {
            return Err(crate::error::coded("INVALID_PAGE", "first must be between 1 and 20."));
        }
        if let Some((known, meetings)) = &self.next
            && *known == first
        {
            return Ok(meetings.iter().cloned().map(Meeting).collect());
        }
        let found = caller(context)?.loads.load_one(NextMeetings(self.row.pair.id, first)).await?;
        Ok(found.into_iter().flatten().map(Meeting).collect())
    }

    /// All meetings by time.
    #[allow(clippy::too_many_arguments)]
    async fn meetings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "From this instant.")] from: Option<DateTime<Utc>>,
        #[graphql(desc = "Before this instant.")] until: Option<DateTime<Utc>>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, Meeting>> {
        let page = Page::new(first, after, last, before)?;
        crate::meeting::page(context, Some(self.row.pair.id), from, until, page).await
    }

    /// Open talking points in their order: what stands in the next meeting, and waits for it where
    /// none is placed. Requires: one of the two; null for others.
    async fn open_items(&self, context: &Context<'_>) -> Result<Option<Vec<AgendaItem>>> {
        agenda::open_items(context, self.row.pair.id).await
    }

    /// Feedback to each other, newest first. Requires: one of the two; null for others.
    async fn feedback(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Result<Option<Connection<String, Feedback>>> {
        let page = Page::new(first, after, None, None)?;
        notes::of_pair(context, NoteKind::Feedback, self.row.pair.id, page, Feedback).await
    }

    /// What the two learned, newest first. Requires: one of the two; null for others.
    async fn learning_notes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Result<Option<Connection<String, LearningNote>>> {
        let page = Page::new(first, after, None, None)?;
        notes::of_pair(context, NoteKind::Learning, self.row.pair.id, page, LearningNote).await
    }

    /// Where the two stand with the safety declaration. Requires: one of the two; null for others.
    async fn safety(&self, context: &Context<'_>) -> Result<Option<SafetyStanding>> {
        safety::of_pair(context, self.row.pair.id).await
    }

    /// Actions, the most urgent first. Requires: one of the two; null for others.
    async fn actions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "In this state only.")] state: Option<ActionState>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<String, ActionItem>>> {
        let page = Page::new(first, after, last, before)?;
        agenda::action::of_pair(context, self.row.pair.id, state, page).await
    }
}

/// A proposal to become a pair: it begins when both accepted.
pub(crate) struct PairRequest(pub(crate) Request);

/// A proposal to become a pair: it begins when both accepted.
#[Object]
impl PairRequest {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::PairRequest, self.0.id)
    }

    /// Mentor or peer.
    async fn kind(&self) -> PairKind {
        self.0.kind.into()
    }

    /// The mentor; of peers the one with the smaller number.
    async fn organizer(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.organizer).await
    }

    /// The other.
    async fn partner(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.partner).await
    }

    /// Who asked.
    async fn requested_by(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.requested_by).await
    }

    /// First day.
    async fn starts_on(&self) -> NaiveDate {
        self.0.starts_on
    }

    /// When the organizer accepted.
    async fn organizer_accepted_at(&self) -> Option<DateTime<Utc>> {
        self.0.organizer_accepted_at
    }

    /// When the partner accepted.
    async fn partner_accepted_at(&self) -> Option<DateTime<Utc>> {
        self.0.partner_accepted_at
    }

    /// When either declined.
    async fn declined_at(&self) -> Option<DateTime<Utc>> {
        self.0.declined_at
    }
}

/// Two people to become a pair; the caller is one of them.
#[derive(InputObject, Serialize)]
pub(crate) struct RequestPairInput {
    /// `MENTOR` or `PEER`.
    kind: PairKind,
    /// The mentor, or one of the peers.
    organizer_id: ID,
    /// The mentee, or the other peer.
    partner_id: ID,
    /// First day, today or later.
    starts_on: NaiveDate,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// An answer to a proposal.
#[derive(InputObject, Serialize)]
pub(crate) struct AnswerPairRequestInput {
    /// The proposal.
    request_id: ID,
    /// Whether to accept.
    accept: bool,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of asking.
    RequestPairPayload {
        /// The proposal.
        pair_request: PairRequest
    }
}

payload! {
    /// What came of answering.
    AnswerPairRequestPayload {
        /// The proposal.
        pair_request: PairRequest
    }
}

async fn found(
    context: &Context<'_>,
    done: Option<taiwa_operations::Done>,
) -> Result<Option<PairRequest>> {
    let Some(done) = done else { return Ok(None) };
    let caller = caller(context)?;
    let mine =
        request::mine(&caller.app, &caller.actor).await.map_err(|failure| failed(&failure))?;
    Ok(mine.into_iter().find(|it| it.id == done.subject).map(PairRequest))
}

/// Pairs made by hand.
#[derive(Default)]
pub(crate) struct PairMutation;

#[Object]
impl PairMutation {
    /// Asks another person to become a mentor or peer pair. Requires: one of the two.
    async fn request_pair(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The two people.")] input: RequestPairInput,
    ) -> Result<RequestPairPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "requestPair", &input)?;
        let outcome = async {
            let organizer = parse_id(Kind::Person, &input.organizer_id, "organizerId")?;
            let partner = parse_id(Kind::Person, &input.partner_id, "partnerId")?;
            let (app, actor) = (&caller.app, &caller.actor);
            let kind = input.kind.into();
            request::ask(app, actor, key, kind, organizer, partner, input.starts_on).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(RequestPairPayload { pair_request: found(context, done).await?, user_errors })
    }

    /// Accepts or declines a proposal; the pair begins when both accepted. Requires: one of the
    /// two.
    async fn answer_pair_request(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The answer.")] input: AnswerPairRequestInput,
    ) -> Result<AnswerPairRequestPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "answerPairRequest", &input)?;
        let outcome = async {
            let id = parse_id(Kind::PairRequest, &input.request_id, "requestId")?;
            request::answer(&caller.app, &caller.actor, key, id, input.accept).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(AnswerPairRequestPayload { pair_request: found(context, done).await?, user_errors })
    }
}
