//! What one keeps about 1on1s, and what two keep for each other beside the agenda.

use async_graphql::{Context, ID, Object, Result, connection::Connection};
use chrono::{DateTime, Utc};
use taiwa_domain::{
    id::{MeetingId, NoteId, PairId},
    meeting::notes::{Body, NoteKind},
};
use taiwa_operations::{
    meeting::notes::{self as operations, OpenNote},
    rows::NotePage,
};

use crate::{
    context::caller,
    error::failed,
    id::{Kind, decode, global},
    load::{NoteOf, NotesOf},
    meeting::Meeting,
    organization::person::Person,
    page::{Page, bad_cursor},
    pair::Pair,
};

/// A note of the caller's own.
pub(crate) struct PrivateNote(pub(crate) OpenNote);

/// A note that its author alone reads, whoever asks. Requires: its author.
#[Object]
impl PrivateNote {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::Note, self.0.it.id)
    }

    /// What it says; null where the client sealed it, or once it was erased.
    async fn text(&self) -> Option<&str> {
        match &self.0.body {
            Some(Body::Private { text }) => Some(text),
            _ => None,
        }
    }

    /// The bytes that the client sealed, in base64: the server knows no more of them.
    async fn ciphertext(&self) -> Option<&str> {
        match &self.0.body {
            Some(Body::Ciphertext { bytes }) => Some(bytes),
            _ => None,
        }
    }

    /// About which 1on1.
    async fn pair(&self, context: &Context<'_>) -> Result<Option<Pair>> {
        Pair::find(context, self.0.it.pair).await
    }

    /// About which meeting.
    async fn meeting(&self, context: &Context<'_>) -> Result<Option<Meeting>> {
        Meeting::find(context, self.0.it.meeting).await
    }

    /// Counts its changes.
    async fn version(&self) -> i64 {
        self.0.it.version
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.it.created_at
    }

    /// When it changed last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.it.updated_at
    }
}

/// How much of the talking in a meeting the caller did.
pub(crate) struct TalkBalance(pub(crate) OpenNote);

/// How much of the talking in a meeting one did oneself, by one's own judgement. Requires: its
/// author.
#[Object]
impl TalkBalance {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::Note, self.0.it.id)
    }

    /// In which meeting.
    async fn meeting(&self, context: &Context<'_>) -> Result<Option<Meeting>> {
        Meeting::find(context, self.0.it.meeting).await
    }

    /// In percent; null once it was erased.
    async fn own_percent(&self) -> Option<u8> {
        match &self.0.body {
            Some(Body::TalkBalance { own_percent, .. }) => Some(*own_percent),
            _ => None,
        }
    }

    /// What one makes of it.
    async fn text(&self) -> Option<&str> {
        match &self.0.body {
            Some(Body::TalkBalance { text, .. }) => text.as_deref(),
            _ => None,
        }
    }

    /// When it was given last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.it.updated_at
    }
}

/// Feedback that does not judge.
pub(crate) struct Feedback(pub(crate) OpenNote);

impl Feedback {
    /// Fact, feeling, proposal; then the question.
    fn parts(&self) -> Option<([&str; 3], Option<&str>)> {
        match &self.0.body {
            Some(Body::Feedback { fact, feeling, proposal, question }) => {
                Some(([fact, feeling, proposal], question.as_deref()))
            }
            _ => None,
        }
    }
}

/// Feedback in four parts: what could be seen, what it did to its author, what might be done
/// instead, and what its author asks in return. Its texts are null once they were erased. Requires:
/// one of the two.
#[Object]
impl Feedback {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::Note, self.0.it.id)
    }

    /// Between whom.
    async fn pair(&self, context: &Context<'_>) -> Result<Option<Pair>> {
        Pair::find(context, self.0.it.pair).await
    }

    /// About which meeting.
    async fn meeting(&self, context: &Context<'_>) -> Result<Option<Meeting>> {
        Meeting::find(context, self.0.it.meeting).await
    }

    /// Who gave it.
    async fn author(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.it.author).await
    }

    /// What could be seen or heard.
    async fn fact(&self) -> Option<&str> {
        self.parts().map(|(parts, _)| parts[0])
    }

    /// What it did to its author.
    async fn feeling(&self) -> Option<&str> {
        self.parts().map(|(parts, _)| parts[1])
    }

    /// What might be done instead.
    async fn proposal(&self) -> Option<&str> {
        self.parts().map(|(parts, _)| parts[2])
    }

    /// What its author asks in return.
    async fn question(&self) -> Option<&str> {
        self.parts().and_then(|(_, question)| question)
    }

    /// What the other replied.
    async fn reply(&self) -> Option<&str> {
        self.0.reply.as_deref()
    }

    /// When.
    async fn replied_at(&self) -> Option<DateTime<Utc>> {
        self.0.it.replied_at
    }

    /// When it was given.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.it.created_at
    }
}

/// What was learned.
pub(crate) struct LearningNote(pub(crate) OpenNote);

impl LearningNote {
    fn parts(&self) -> Option<[&str; 2]> {
        match &self.0.body {
            Some(Body::Learning { happened, next_time }) => Some([happened, next_time]),
            _ => None,
        }
    }
}

/// What was learned: what happened, and what to do next time. Its texts are null once they were
/// erased. Requires: one of the two.
#[Object]
impl LearningNote {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::Note, self.0.it.id)
    }

    /// Between whom.
    async fn pair(&self, context: &Context<'_>) -> Result<Option<Pair>> {
        Pair::find(context, self.0.it.pair).await
    }

    /// About which meeting.
    async fn meeting(&self, context: &Context<'_>) -> Result<Option<Meeting>> {
        Meeting::find(context, self.0.it.meeting).await
    }

    /// Who wrote it.
    async fn author(&self, context: &Context<'_>) -> Result<Option<Person>> {
        Person::find(context, self.0.it.author).await
    }

    /// What happened.
    async fn happened(&self) -> Option<&str> {
        self.parts().map(|parts| parts[0])
    }

    /// What to do next time.
    async fn next_time(&self) -> Option<&str> {
        self.parts().map(|parts| parts[1])
    }

    /// Counts its changes.
    async fn version(&self) -> i64 {
        self.0.it.version
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.it.created_at
    }

    /// When it changed last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.it.updated_at
    }
}

fn asked(kind: NoteKind, meeting: Option<MeetingId>, page: &Page) -> Result<NotePage> {
    let before = page.after.as_ref();
    let before = before
        .map(|text| decode::<NoteId>(Kind::Note, &ID(text.clone())).ok_or_else(bad_cursor))
        .transpose()?;
    Ok(NotePage { kind, meeting, before, limit: page.fetch() })
}

fn cursor(it: &OpenNote) -> String {
    global(Kind::Note, it.it.id).to_string()
}

/// A page of what the caller keeps, newest first.
pub(crate) async fn own<N: async_graphql::OutputType>(
    context: &Context<'_>,
    kind: NoteKind,
    about: (Option<PairId>, Option<MeetingId>),
    page: Page,
    node: impl Fn(OpenNote) -> N,
) -> Result<Connection<String, N>> {
    let caller = caller(context)?;
    let asked = asked(kind, about.1, &page)?;
    let found = operations::own(&caller.app, &caller.actor, about.0, asked)
        .await
        .map_err(|failure| failed(&failure))?;
    Ok(page.connection(found, cursor, node))
}

/// A page of what a pair shares, newest first; null for everyone but the two.
pub(crate) async fn of_pair<N: async_graphql::OutputType>(
    context: &Context<'_>,
    kind: NoteKind,
    pair: PairId,
    page: Page,
    node: impl Fn(OpenNote) -> N,
) -> Result<Option<Connection<String, N>>> {
    let key = NotesOf(pair, asked(kind, None, &page)?);
    let found = caller(context)?.loads.load_one(key).await?;
    Ok(found.map(|found| page.connection(found, cursor, node)))
}

/// A note by its id, if the caller may read it.
pub(crate) async fn find(context: &Context<'_>, id: NoteId) -> Result<Option<OpenNote>> {
    Ok(caller(context)?.loads.load_one(NoteOf(id)).await?)
}
