//! What changes for the caller, told as it happens.

mod api;

use async_graphql::{Context, Enum, ID, Object, Result, Subscription};
use chrono::{DateTime, Utc};
use futures_util::{Stream, stream};
use taiwa_domain::changes::{self as domain, Cursor, Wanted};
use taiwa_operations::changes::{self as operations, Refused};

pub use api::Api;

use crate::{
    context::caller,
    error::{coded, failed},
    id::{Kind, decode, global},
    meeting::Meeting,
    node::{Node, find},
    pair::Pair,
};
use api::{Opening, Telling};

/// What kind of thing changed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_domain::changes::ChangeKind")]
pub(crate) enum ChangeKind {
    /// Talking points, in their order, what is said about them, whether they were discussed. A
    /// private draft is told to its author alone.
    Agenda,
    /// Actions.
    Actions,
    /// Minutes were made, or something was written in them: told once every few seconds. Whoever
    /// edits them sees every word by `GET /minutes/{id}`.
    Minutes,
    /// Meetings: planned, moved, skipped, called off, and what the two say of whether they took
    /// place.
    Meetings,
    /// Slots of meetings: where they stand, and what happened to them.
    Slots,
    /// What the caller is told in `Viewer.notices`, or that it was marked as seen.
    Notices,
    /// Feedback and learning notes that the two share.
    Notes,
    /// The caller's own private notes and self-checks: for their other devices.
    OwnNotes,
    /// The safety declaration was made or acknowledged.
    Safety,
}

/// Something changed for the caller: look at it again. Requires: the caller alone.
pub(crate) struct Change {
    change: domain::Change,
    cursor: Cursor,
}

/// Something changed for the caller: look at it again. What one step changed of one kind in one
/// pair is one of these. Requires: the caller alone.
#[Object]
impl Change {
    /// Everything up to this was told: `after` of the next subscription, when this one ends.
    async fn cursor(&self) -> String {
        self.cursor.write()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.change.at
    }

    /// What kind of thing.
    async fn kind(&self) -> ChangeKind {
        self.change.kind.into()
    }

    /// Of which pair; null for what is of none.
    async fn pair(&self, context: &Context<'_>) -> Result<Option<Pair>> {
        Pair::find(context, self.change.pair).await
    }

    /// Of which meeting; null for what is of none, and where several changed at once: then all of
    /// the pair's are to be looked at.
    async fn meeting(&self, context: &Context<'_>) -> Result<Option<Meeting>> {
        Meeting::find(context, self.change.meeting).await
    }

    /// The talking point, action, minutes or meeting, as it is now; null where several changed at
    /// once, where it is gone, and for what is no node.
    async fn node(&self, context: &Context<'_>) -> Result<Option<Node>> {
        let kind = match self.change.kind {
            domain::ChangeKind::Agenda => Kind::AgendaItem,
            domain::ChangeKind::Actions => Kind::ActionItem,
            domain::ChangeKind::Minutes => Kind::Minutes,
            domain::ChangeKind::Meetings | domain::ChangeKind::Slots => Kind::Meeting,
            domain::ChangeKind::Notices
            | domain::ChangeKind::Notes
            | domain::ChangeKind::OwnNotes
            | domain::ChangeKind::Safety => return Ok(None),
        };
        let id = match kind {
            Kind::Meeting => self.change.meeting.map(|id| id.0),
            _ => self.change.subject,
        };
        match id {
            Some(id) => find(context, &global(kind, id)).await,
            None => Ok(None),
        }
    }
}

/// Where the caller's changes are, in the snapshot of the whole query.
pub(crate) async fn cursor(context: &Context<'_>) -> Result<String> {
    let caller = caller(context)?;
    let found = operations::cursor(&caller.app, &caller.actor).await;
    found.map(|cursor| cursor.write()).map_err(|failure| failed(&failure))
}

/// Everything that can be watched.
#[derive(Default)]
pub struct Subscription;

/// Everything that can be watched.
#[Subscription]
impl Subscription {
    /// What changes for the caller, from now on or after a cursor, until their token ends.
    ///
    /// To miss nothing, read `Viewer.changesCursor` in the query that loads what is shown, subscribe
    /// `after` it, and after a lost connection subscribe `after` the last cursor that came. Cursors
    /// hold for a day: an error with the code `CURSOR_EXPIRED` means to load everything anew and to
    /// begin with a new cursor. A change may be told twice. Every change is told with the caller's
    /// rights of that moment. Errors that end it: `UNAUTHENTICATED` when the token has ended,
    /// `FORBIDDEN` when the caller has left, `CURSOR_EXPIRED`, `TOO_MANY_SUBSCRIPTIONS`. Requires: a
    /// token; of one pair: one of the two.
    async fn changes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What was told up to this cursor is not told again.")] after: Option<
            String,
        >,
        #[graphql(desc = "Of this pair only.")] pair_id: Option<ID>,
        #[graphql(desc = "Of these kinds only.")] kinds: Option<Vec<ChangeKind>>,
    ) -> Result<impl Stream<Item = Change> + use<>> {
        // Each change is executed by itself, with this one change: see `api`.
        if let Some(Telling(change, cursor)) = context.data_opt() {
            let told = Change { change: *change, cursor: *cursor };
            return Ok(stream::iter(Some(told)));
        }
        let caller = caller(context)?;
        let pair = match pair_id {
            Some(id) => {
                let pair = decode(Kind::Pair, &id);
                Some(pair.ok_or_else(|| failed(&taiwa_operations::Failure::NotFound))?)
            }
            None => None,
        };
        let kinds = kinds.unwrap_or_default().into_iter().map(Into::into).collect();
        let wanted = Wanted { pair, kinds };
        let opened = operations::open(&caller.app, &caller.actor, wanted, after.as_deref()).await;
        match opened.map_err(|failure| failed(&failure))? {
            Ok(subscription) => {
                let opening = context.data_opt::<Opening>();
                opening
                    .ok_or_else(|| {
                        coded("SUBSCRIPTION_NOT_SUPPORTED", "This transport tells nothing live.")
                    })?
                    .put(subscription);
                Ok(stream::iter(None))
            }
            Err(Refused::Cursor) => Err(cursor_expired()),
            Err(Refused::TooMany) => Err(coded(
                "TOO_MANY_SUBSCRIPTIONS",
                "You have too many subscriptions: end some before you begin more.",
            )),
        }
    }
}

fn cursor_expired() -> async_graphql::Error {
    coded(
        "CURSOR_EXPIRED",
        "What changed since this cursor is not known any more: load everything anew, then \
         subscribe after a new Viewer.changesCursor.",
    )
}
