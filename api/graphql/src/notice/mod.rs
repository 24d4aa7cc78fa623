//! What people are told.

pub(crate) mod delivery;
pub(crate) mod preferences;
pub(crate) mod slack;

use async_graphql::{
    Context, Enum, ID, InputObject, Object, Result, SimpleObject, connection::Connection,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use taiwa_domain::{calendar::guardian::Sight, notice::words::About};
use taiwa_operations::{
    notice as operations,
    rows::{NoticeRow, Told},
};

use crate::{
    calendar::{finding::SlotFinding, words::Words},
    context::caller,
    error::failed,
    id::{Kind, decode, global},
    load::{DeliveriesOf, MeetingOf, PairOf},
    meeting::{
        Meeting,
        agenda::{action::ActionItem, find_action},
    },
    page::{Page, bad_cursor},
    payload::{UserError, idempotency, parse_id, split},
    platform::Viewer,
};
use delivery::NoticeDelivery;

/// What a notice is about.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::notice::NoticeKind")]
pub(crate) enum NoticeKind {
    /// A meeting's slot.
    Slot,
    /// The caller's calendar account does not open any more.
    AccountDisconnected,
    /// A meeting begins in two days; not told to whom has prepared something.
    TwoDaysBefore,
    /// A meeting begins within a day. What would fall on days off comes earlier.
    DayBefore,
    /// A meeting begins in two hours, and the caller has prepared nothing.
    NothingPrepared,
    /// A meeting the caller organized ended two hours ago, and nothing is in its minutes.
    MinutesEmpty,
    /// A meeting ended a day ago, and neither of the two said whether it took place.
    HeldUnconfirmed,
    /// An action of the caller's is due on the next day of work.
    ActionDue,
    /// An action of the caller's was due on the day before.
    ActionOverdue,
    /// A test that the caller asked for.
    Test,
}

/// What was done about what happened to a slot.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::calendar::guardian::Answer")]
pub(crate) enum NoticeAnswer {
    /// Nothing: it is told.
    Told,
    /// The meeting was put back, or what was in the way declined.
    Defended,
    /// It got another time, or was skipped because there is none.
    Replanned,
    /// The record follows what people did.
    Followed,
    /// The two are asked what to do.
    Asked,
    /// It was given up.
    Released,
}

/// Something the caller is told. Requires: whom it is to.
pub(crate) struct Notice(NoticeRow);

impl Notice {
    fn sights(&self) -> &[Sight] {
        match &self.0.told {
            Told::Slot(_, notice) => &notice.about,
            _ => &[],
        }
    }

    async fn about(&self, context: &Context<'_>) -> Result<Option<taiwa_domain::meeting::Meeting>> {
        match self.0.told.meeting() {
            Some(id) => Ok(caller(context)?.loads.load_one(MeetingOf(id)).await?),
            None => Ok(None),
        }
    }
}

/// Something the caller is told. Requires: whom it is to.
#[Object]
impl Notice {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::Notice, self.0.id)
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// When it was marked as seen; null until then.
    async fn seen_at(&self) -> Option<DateTime<Utc>> {
        self.0.seen_at
    }

    /// What it is about.
    async fn kind(&self) -> NoticeKind {
        self.0.told.kind().into()
    }

    /// Which meeting.
    async fn meeting(&self, context: &Context<'_>) -> Result<Option<Meeting>> {
        Ok(self.about(context).await?.map(Meeting))
    }

    /// Which action; its text is read by the two alone.
    async fn action(&self, context: &Context<'_>) -> Result<Option<ActionItem>> {
        match self.0.told {
            Told::Action(_, action, _) => find_action(context, action).await,
            _ => Ok(None),
        }
    }

    /// How it left Taiwa, by way; empty where it did not.
    async fn deliveries(&self, context: &Context<'_>) -> Result<Vec<NoticeDelivery>> {
        let found = caller(context)?.loads.load_one(DeliveriesOf(self.0.id)).await?;
        Ok(found.into_iter().flatten().map(NoticeDelivery).collect())
    }

    /// What was done about a slot.
    async fn answer(&self) -> Option<NoticeAnswer> {
        match &self.0.told {
            Told::Slot(_, notice) => Some(notice.answer.into()),
            _ => None,
        }
    }

    /// What happened to a slot; empty where somebody chose another time in Taiwa.
    async fn findings(&self) -> Vec<SlotFinding> {
        self.sights().iter().cloned().map(SlotFinding).collect()
    }

    /// For people, in the caller's language and time zone.
    async fn message(&self, context: &Context<'_>) -> Result<String> {
        let caller = caller(context)?;
        let meeting = self.about(context).await?;
        let pair = match &meeting {
            Some(meeting) => caller.loads.load_one(PairOf(meeting.pair)).await?,
            None => None,
        };
        let both = pair.map(|row| [row.pair.organizer, row.pair.partner]);
        let me = caller.actor.caller.person;
        let partner = both.and_then(|both| both.into_iter().find(|person| *person != me));
        let mut named: Vec<_> = self.sights().iter().filter_map(|sight| sight.person).collect();
        named.extend(partner);
        let words = Words::naming(context, named).await?;
        Ok(match &self.0.told {
            Told::Slot(_, notice) => words.notice(notice, meeting.as_ref(), partner),
            Told::AccountDisconnected => words.of_notice(About::Account, None),
            Told::Meeting(kind, _, slot) => words.of_notice(About::Meeting(*kind, *slot), partner),
            Told::Action(kind, _, due_on) => words.of_notice(About::Action(*kind, *due_on), None),
            Told::Test => words.of_notice(About::Test, None),
        })
    }
}

/// A page of the caller's notices, newest first.
pub(crate) async fn page(context: &Context<'_>, page: Page) -> Result<Connection<String, Notice>> {
    let caller = caller(context)?;
    let before = page
        .after
        .as_ref()
        .map(|text| decode(Kind::Notice, &ID(text.clone())).ok_or_else(bad_cursor))
        .transpose()?;
    let found = operations::mine(&caller.app, &caller.actor, before, page.fetch()).await;
    let found = found.map_err(|failure| failed(&failure))?;
    Ok(page.connection(found, |it| global(Kind::Notice, it.id).to_string(), Notice))
}

/// Notices that were seen.
#[derive(InputObject, Serialize)]
pub(crate) struct MarkNoticesSeenInput {
    /// The newest of them: it and all before it are marked.
    last_notice_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// What came of marking notices.
#[derive(SimpleObject)]
pub(crate) struct MarkNoticesSeenPayload {
    /// The caller, with their notices.
    viewer: Option<Viewer>,
    /// What was wrong; empty when it was done.
    user_errors: Vec<UserError>,
}

/// Marking notices.
#[derive(Default)]
pub(crate) struct NoticeMutation;

#[Object]
impl NoticeMutation {
    /// Marks the caller's notices up to one as seen. Requires: a token; it is done for the caller
    /// alone.
    async fn mark_notices_seen(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The newest of them.")] input: MarkNoticesSeenInput,
    ) -> Result<MarkNoticesSeenPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "markNoticesSeen", &input)?;
        let outcome = async {
            let last = parse_id(Kind::Notice, &input.last_notice_id, "lastNoticeId")?;
            operations::mark_seen(&caller.app, &caller.actor, key, last).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(MarkNoticesSeenPayload { viewer: done.map(|_| Viewer), user_errors })
    }
}
