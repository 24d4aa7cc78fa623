//! The viewer, roles, jobs.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, Result, SimpleObject, connection::Connection,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use taiwa_domain::{id::PersonId, meeting::notes::NoteKind};
use taiwa_operations::{pair::request, platform as operations, rows::Job as Row};

use crate::{
    access::{Role, StatusLook},
    calendar::Calendar,
    context::caller,
    error::{Shared, coded, failed},
    id::{Kind, decode, global},
    load::PairsOf,
    meeting::{
        Meeting,
        agenda::action::{ActionItem, ActionState},
        notes::{self, PrivateNote, TalkBalance},
    },
    notice::{self, Notice, preferences::NoticePreferences},
    organization::person::Person,
    page::{Page, bad_cursor},
    pair::{Pair, PairRequest},
    payload::{idempotency, parse_id, payload, split},
};

/// The caller.
pub(crate) struct Viewer;

/// The caller.
#[Object]
impl Viewer {
    /// The caller as a person.
    async fn person(&self, context: &Context<'_>) -> Result<Option<Person>> {
        let actor = &caller(context)?.actor;
        match &actor.person {
            Some(person) => Ok(Some(Person::new(person.clone(), actor.today))),
            None => Person::find(context, actor.caller.person).await,
        }
    }

    /// What they do for the organization.
    async fn roles(&self, context: &Context<'_>) -> Result<Vec<Role>> {
        Ok(caller(context)?.actor.caller.roles.iter().copied().map(Into::into).collect())
    }

    /// All their pairs.
    async fn pairs(&self, context: &Context<'_>) -> Result<Vec<Pair>> {
        let caller = caller(context)?;
        let found = caller.loads.load_one(PairsOf(caller.actor.caller.person)).await?;
        Ok(found.into_iter().flatten().map(Pair::new).collect())
    }

    /// All their meetings by time.
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
        crate::meeting::page(context, None, from, until, page).await
    }

    /// Proposals to become a pair, newest first; at most 100.
    async fn pair_requests(&self, context: &Context<'_>) -> Result<Vec<PairRequest>> {
        let caller = caller(context)?;
        let found =
            request::mine(&caller.app, &caller.actor).await.map_err(|failure| failed(&failure))?;
        Ok(found.into_iter().map(PairRequest).collect())
    }

    /// Actions that they own, of all their pairs, the most urgent first.
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
    ) -> Result<Connection<String, ActionItem>> {
        let page = Page::new(first, after, last, before)?;
        crate::meeting::agenda::action::own(context, state, page).await
    }

    /// Their private notes, newest first: nobody else reads them, whoever asks.
    async fn private_notes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "About this pair only.")] pair_id: Option<ID>,
        #[graphql(desc = "About this meeting only.")] meeting_id: Option<ID>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Result<Connection<String, PrivateNote>> {
        let page = Page::new(first, after, None, None)?;
        let pair = known(pair_id, |id| decode(Kind::Pair, id))?;
        let meeting = known(meeting_id, |id| decode(Kind::Meeting, id))?;
        let kind = NoteKind::Private;
        notes::own(context, kind, (pair, meeting), page, PrivateNote).await
    }

    /// How much of the talking they did in meetings, by their own judgement, newest first.
    async fn talk_balances(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Result<Connection<String, TalkBalance>> {
        let page = Page::new(first, after, None, None)?;
        notes::own(context, NoteKind::TalkBalance, (None, None), page, TalkBalance).await
    }

    /// Their calendar.
    async fn calendar(&self) -> Calendar {
        Calendar
    }

    /// Where the caller's changes are, of the moment that this whole query sees: whoever subscribes
    /// to `changes` after it is told of everything that is not in this answer.
    async fn changes_cursor(&self, context: &Context<'_>) -> Result<String> {
        crate::changes::cursor(context).await
    }

    /// What they are told, newest first.
    async fn notices(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Result<Connection<String, Notice>> {
        notice::page(context, Page::new(first, after, None, None)?).await
    }

    /// What they want to be told, and by which ways.
    async fn notice_preferences(&self, context: &Context<'_>) -> Result<NoticePreferences> {
        NoticePreferences::mine(context).await
    }

    /// Third persons who looked at the status of their pairs, newest first.
    async fn status_looks(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Result<Connection<String, StatusLook>> {
        let page = Page::new(first, after, None, None)?;
        let cursor = page
            .after
            .as_ref()
            .map(|text| decode(Kind::Look, &ID(text.clone())).ok_or_else(bad_cursor))
            .transpose()?;
        let caller = caller(context)?;
        let reader = caller.app.reader(&caller.actor).await.map_err(|failure| failed(&failure))?;
        let found = reader
            .looks(caller.actor.caller.person, cursor, page.fetch())
            .await
            .map_err(Shared::from)?;
        Ok(page.connection(found, |it| global(Kind::Look, it.id).to_string(), StatusLook))
    }
}

/// An id in an argument, if one is given; one of another kind is an error.
fn known<T>(id: Option<ID>, decode: impl Fn(&ID) -> Option<T>) -> Result<Option<T>> {
    let known =
        |id| decode(&id).ok_or_else(|| coded("NOT_FOUND", "There is nothing with this id."));
    id.map(known).transpose()
}

/// What a job does.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_operations::rows::JobKind")]
pub(crate) enum JobKind {
    /// Brings pairs in line with reporting lines and policies.
    SyncPairs,
    /// Plans anew after the facts changed.
    RefreshPlan,
    /// Brings holds in calendars in line with meetings.
    PlaceHolds,
    /// Tries what somebody gave to connect a calendar account with.
    ConnectCalendar,
    /// Reads what changed in a calendar account.
    ReadCalendar,
    /// Keeps an account's channel of notices open.
    WatchCalendar,
    /// Guards a meeting's slot.
    GuardSlot,
    /// Settles a meeting that one of the two says was held, once the other had their time.
    SettleMeeting,
    /// Counts the weeks that are over, and closes spans of figures whose time has come.
    CloseInsight,
    /// Lets go of content that is older than the organization keeps it.
    Retain,
    /// Tells the two of minutes in which something was written.
    TellMinutes,
    /// Forgets what was told of changes more than a day ago.
    ForgetChanges,
    /// Looks whom to remind of what, and reminds them.
    SendReminders,
    /// Takes what a person is told to them by mail and chat.
    DeliverNotices,
}

/// How far a job is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_operations::rows::JobState")]
pub(crate) enum JobState {
    /// Waiting for a worker, or for another try.
    Waiting,
    /// A worker holds it.
    Running,
    /// Finished.
    Done,
    /// Given up after its last try.
    Failed,
}

/// Work that follows a change.
pub(crate) struct Job(Row);

/// Work that follows a change.
#[Object]
impl Job {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::Job, self.0.id)
    }

    /// What it does.
    async fn kind(&self) -> JobKind {
        self.0.kind.into()
    }

    /// How far it is.
    async fn state(&self) -> JobState {
        self.0.state.into()
    }

    /// Tries so far.
    async fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Steps done.
    async fn progress_done(&self) -> i64 {
        self.0.progress_done
    }

    /// Steps in all, as far as is known; 0 = not yet.
    async fn progress_total(&self) -> i64 {
        self.0.progress_total
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it finished.
    async fn done_at(&self) -> Option<DateTime<Utc>> {
        self.0.done_at
    }

    /// Why the last try failed: `refused`, `database`, `calendar`, `notify` or `internal`.
    async fn error_code(&self) -> Option<&str> {
        self.0.error_code.as_deref()
    }
}

/// The server and who asks it.
#[derive(Default)]
pub(crate) struct PlatformQuery;

#[Object]
impl PlatformQuery {
    /// The caller; null for the anonymous caller.
    async fn viewer(&self, context: &Context<'_>) -> Option<Viewer> {
        caller(context).ok().map(|_| Viewer)
    }

    /// Whether the server answers; needs no token.
    async fn health(&self) -> Health {
        Health { status: "ok", version: env!("CARGO_PKG_VERSION") }
    }

    /// Jobs that follow imports, policies and plans, newest first. Requires: HR or administrator.
    async fn jobs(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Result<Connection<String, Job>> {
        let page = Page::new(first, after, None, None)?;
        let cursor = page
            .after
            .as_ref()
            .map(|text| decode(Kind::Job, &ID(text.clone())).ok_or_else(bad_cursor))
            .transpose()?;
        let caller = caller(context)?;
        let found = operations::jobs(&caller.app, &caller.actor, cursor, page.fetch())
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(page.connection(found, |it| global(Kind::Job, it.id).to_string(), Job))
    }
}

/// The server.
#[derive(SimpleObject)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
    /// Version of the server.
    version: &'static str,
}

/// A role to give or take.
#[derive(InputObject, Serialize)]
pub(crate) struct SetRoleInput {
    /// Whose.
    person_id: ID,
    /// Which.
    role: Role,
    /// Whether they hold it from now on.
    held: bool,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of setting a role.
    SetRolePayload {
        /// The person.
        person: Person
    }
}

/// What came of ending tokens.
#[derive(SimpleObject)]
pub(crate) struct RevokeTokensPayload {
    /// How many ended.
    revoked: u64,
    /// What was wrong; empty when it was done.
    user_errors: Vec<crate::payload::UserError>,
}

/// Roles and tokens.
#[derive(Default)]
pub(crate) struct PlatformMutation;

#[Object]
impl PlatformMutation {
    /// Gives or takes a role; it counts from the next request. Requires: administrator.
    async fn set_role(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The role.")] input: SetRoleInput,
    ) -> Result<SetRolePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "setRole", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Person, &input.person_id, "personId")?;
            let (app, actor) = (&caller.app, &caller.actor);
            operations::set_role(app, actor, key, id, input.role.into(), input.held).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        let person = Person::find(context, done.map(|done| PersonId(done.subject))).await?;
        Ok(SetRolePayload { person, user_errors })
    }

    /// Ends all of the caller's access tokens at once, this one included.
    async fn revoke_my_tokens(&self, context: &Context<'_>) -> Result<RevokeTokensPayload> {
        let caller = caller(context)?;
        let revoked = operations::revoke_tokens(&caller.app, &caller.actor, None)
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(RevokeTokensPayload { revoked, user_errors: Vec::new() })
    }
}
