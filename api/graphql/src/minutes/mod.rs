//! Minutes: two people's shared record of one meeting.

mod change;
pub(crate) mod template;
mod ticket;

use async_graphql::{Context, Enum, ID, Object, Result, connection::Connection};
use chrono::{DateTime, Utc};
use taiwa_domain::minutes as domain;
use taiwa_operations::{minutes as operations, rows::MinutesRow};

pub(crate) use change::MinutesMutation;
pub(crate) use template::{MinutesTemplate, TemplateMutation};
pub(crate) use ticket::TicketMutation;

use crate::{
    context::caller,
    error::{coded, failed},
    id::{Kind, global},
    load::{MinutesOf, MinutesSaid},
    meeting::Meeting,
    organization::person::Person,
    page::Page,
};

/// What kind of document minutes are: editors of another kind cannot open them.
#[derive(Clone, Copy, PartialEq, Eq, Enum, serde::Serialize)]
#[graphql(remote = "taiwa_domain::minutes::MinutesShape")]
pub(crate) enum MinutesShape {
    /// Rich text with the names of Tiptap's StarterKit, TaskList and Link: bind to
    /// `doc.getXmlFragment("default")`.
    Tiptap,
    /// Rich text with the names of ProseMirror's basic schema and lists: bind to
    /// `doc.getXmlFragment("default")`.
    Prosemirror,
    /// Markdown as plain text, for CodeMirror, Monaco, or Quill without formats: bind to
    /// `doc.getText("default")`.
    Text,
}

/// The shared record of one meeting.
pub(crate) struct Minutes(pub(crate) MinutesRow);

impl Minutes {
    /// Those of a meeting, if there are some that the caller may know of.
    pub(crate) async fn of(
        context: &Context<'_>,
        meeting: taiwa_domain::id::MeetingId,
    ) -> Result<Option<Self>> {
        Ok(caller(context)?.loads.load_one(MinutesOf(meeting)).await?.map(Self))
    }

    async fn said(&self, context: &Context<'_>) -> Result<operations::Said> {
        let said = caller(context)?.loads.load_one(MinutesSaid(self.0.id)).await?;
        said.ok_or_else(|| coded("NOT_FOUND", "Not found."))
    }
}

/// The shared record of one meeting. Both edit it live over `GET /minutes/{id}`, a WebSocket that
/// speaks y-protocols; a ticket from `createSocketTicket` opens it. Requires: one of the two.
#[Object]
impl Minutes {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        global(Kind::Minutes, self.0.id)
    }

    /// Of which meeting.
    async fn meeting(&self, context: &Context<'_>) -> Result<Option<Meeting>> {
        Meeting::find(context, self.0.meeting).await
    }

    /// What kind of document.
    async fn shape(&self) -> MinutesShape {
        self.0.shape.into()
    }

    /// What they say, as Markdown; null for a version that is not kept any more.
    async fn markdown(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "As they were at this version; as they are now if not given.")]
        version: Option<i64>,
    ) -> Result<Option<String>> {
        let Some(version) = version else { return Ok(Some(self.said(context).await?.markdown)) };
        let caller = caller(context)?;
        operations::at_version(&caller.app, &caller.actor, self.0.id, version)
            .await
            .map_err(|failure| failed(&failure))
    }

    /// Counts what was written in them.
    async fn version(&self) -> i64 {
        self.0.sequence
    }

    /// Whose words stand in them, most first.
    async fn contributors(&self, context: &Context<'_>) -> Result<Vec<MinutesContributor>> {
        let characters = self.said(context).await?.characters;
        let contributor = |(person, characters)| MinutesContributor { person, characters };
        Ok(characters.into_iter().map(contributor).collect())
    }

    /// What each wrote in one go, newest first.
    async fn history(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 50 if nothing is given.")] first: Option<
            i32,
        >,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, MinutesVersion>> {
        let page = Page::new(first, after, last, before)?;
        let caller = caller(context)?;
        let found = operations::versions(&caller.app, &caller.actor, self.0.id).await;
        let mut found = found.map_err(|failure| failed(&failure))?;
        found.reverse();
        page.slice(found, MinutesVersion)
    }

    /// When they were made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When something was last written.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// How much of what stands in minutes is whose.
pub(crate) struct MinutesContributor {
    person: taiwa_domain::id::PersonId,
    characters: u32,
}

/// How much of what stands in minutes is whose: by the authenticated connection on which it first
/// came, whatever an editor says. Requires: one of the two.
#[Object]
impl MinutesContributor {
    /// Who.
    async fn person(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.person).await
    }

    /// How many characters, in UTF-16 units.
    async fn characters(&self) -> u32 {
        self.characters
    }
}

/// What one person wrote in one go.
pub(crate) struct MinutesVersion(domain::Version);

/// What one person wrote in one go. Requires: one of the two.
#[Object]
impl MinutesVersion {
    /// The version they were at afterwards: `markdown(version:)` reads it, `restoreMinutes` goes
    /// back to it. Versions that are over for long are folded, so keep no list of them.
    async fn version(&self) -> i64 {
        self.0.sequence
    }

    /// Who; null where the oldest versions of both were folded into one.
    async fn author(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.author).await
    }

    /// When it began.
    async fn began_at(&self) -> DateTime<Utc> {
        self.0.began_at
    }

    /// When it ended.
    async fn ended_at(&self) -> DateTime<Utc> {
        self.0.ended_at
    }
}
