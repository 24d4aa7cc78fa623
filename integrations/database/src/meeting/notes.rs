//! Notes and feedback.

use chrono::{DateTime, Utc};
use taiwa_domain::{
    changes::{ChangeKind, To},
    content::{Keeper, Sealed},
    id::{MeetingId, NoteId, PairId, PersonId},
    meeting::notes::{Note, NoteKind},
};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::{Reader, Transaction, list},
    value::{Sql, execute, name, named, rows},
};

crate::entity::entities! {
    note "note" {
        kind: String, author_id: Uuid, pair_id: Option<Uuid>, meeting_id: Option<Uuid>,
        body: Vec<u8>, reply: Option<Vec<u8>>, replied_at: Option<DateTime<Utc>>, version: i64,
        created_at: DateTime<Utc>, updated_at: DateTime<Utc>,
    }
}

/// Which part of a list of notes is wanted, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NotePage {
    /// Of this kind.
    pub kind: NoteKind,
    /// About this meeting only.
    pub meeting: Option<MeetingId>,
    /// Older than this one.
    pub before: Option<NoteId>,
    /// At most so many.
    pub limit: u32,
}

impl NotePage {
    /// Appends its conditions, order and limit.
    fn push(&self, sql: &mut Sql) {
        let kind = sql.bind(name(self.kind));
        sql.push(&format!(" and kind = {kind}"));
        if let Some(meeting) = self.meeting {
            let meeting = sql.bind(meeting.0);
            sql.push(&format!(" and meeting_id = {meeting}"));
        }
        if let Some(before) = self.before {
            let before = sql.bind(before.0);
            sql.push(&format!(" and id < {before}"));
        }
        let limit = sql.bind(i64::from(self.limit));
        sql.push(&format!(" order by id desc limit {limit}"));
    }
}

fn note(row: note::Model) -> Result<Note> {
    Ok(Note {
        id: NoteId(row.id),
        kind: named("note kind", &row.kind)?,
        author: PersonId(row.author_id),
        pair: row.pair_id.map(PairId),
        meeting: row.meeting_id.map(MeetingId),
        body: Sealed(row.body),
        reply: row.reply.map(Sealed),
        replied_at: row.replied_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

impl Reader {
    /// Notes by id.
    pub async fn notes_by_id(&self, ids: &[NoteId]) -> Result<Vec<Note>> {
        let any = self.any(2);
        let found: Vec<note::Model> = rows(
            &self.session,
            &format!("select * from note where organization_id = $1 and id {any}"),
            [self.org(), self.ids(ids.iter().map(|id| id.0))],
        )
        .await?;
        found.into_iter().map(note).collect()
    }

    /// A page of an author's notes, of one pair if it is given, newest first.
    pub async fn notes_of_author(
        &self,
        author: PersonId,
        pair: Option<PairId>,
        page: &NotePage,
    ) -> Result<Vec<Note>> {
        let mut sql = Sql::default();
        let (organization, author) = (sql.bind(self.org()), sql.bind(author.0));
        sql.push(&format!(
            "select * from note where organization_id = {organization} and author_id = {author}"
        ));
        if let Some(pair) = pair {
            let pair = sql.bind(pair.0);
            sql.push(&format!(" and pair_id = {pair}"));
        }
        page.push(&mut sql);
        let found: Vec<note::Model> = rows(&self.session, &sql.text, sql.values).await?;
        found.into_iter().map(note).collect()
    }

    /// A page of the notes of each pair, newest first.
    ///
    /// Engine-specific like [`Reader::next_meetings`], and for the same reason.
    pub async fn notes_of_pairs(&self, pairs: &[PairId], page: &NotePage) -> Result<Vec<Note>> {
        let mut sql = Sql::default();
        sql.values.extend([self.org(), self.ids(pairs.iter().map(|id| id.0))]);
        let own = "from note where organization_id = $1 and pair_id = k.id";
        if self.postgres() {
            sql.push("select n.* from unnest($2::uuid[]) k(id) cross join lateral (select * ");
            sql.push(own);
            page.push(&mut sql);
            sql.push(") n");
        } else {
            sql.push(
                "select n.* from (select unhex(value) as id from json_each($2)) k \
                 join note n on n.organization_id = $1 and n.id in (select id ",
            );
            sql.push(own);
            page.push(&mut sql);
            sql.push(")");
        }
        let found: Vec<note::Model> = rows(&self.session, &sql.text, sql.values).await?;
        let mut notes: Vec<Note> = found.into_iter().map(note).collect::<Result<_>>()?;
        notes.sort_by_key(|it| std::cmp::Reverse(it.id));
        Ok(notes)
    }

    /// Somebody's self-checks of talking in meetings.
    pub async fn talk_balances(
        &self,
        author: PersonId,
        meetings: &[MeetingId],
    ) -> Result<Vec<Note>> {
        let any = self.any(3);
        let found: Vec<note::Model> = rows(
            &self.session,
            &format!(
                "select * from note where organization_id = $1 and author_id = $2 \
                 and kind = 'talk_balance' and meeting_id {any}"
            ),
            [self.org(), author.0.into(), self.ids(meetings.iter().map(|id| id.0))],
        )
        .await?;
        found.into_iter().map(note).collect()
    }

    /// How many notes of a kind somebody wrote.
    pub async fn note_count(&self, author: PersonId, kind: NoteKind) -> Result<u64> {
        #[derive(sea_orm::FromQueryResult)]
        struct Row {
            found: i64,
        }
        let found: Option<Row> = crate::value::row(
            &self.session,
            "select count(*) as found from note where organization_id = $1 and author_id = $2 \
             and kind = $3",
            [self.org(), author.0.into(), name(kind).into()],
        )
        .await?;
        Ok(found.map_or(0, |row| row.found as u64))
    }
}

/// Whom a note's change is told to: those who may read it.
fn told(it: &Note) -> (To, ChangeKind, (Option<MeetingId>, Option<Uuid>)) {
    let (to, kind) = match it.keeper() {
        Keeper::Pair(pair) => (To::Pair(pair), ChangeKind::Notes),
        Keeper::Person(person) => (To::Person(person, it.pair), ChangeKind::OwnNotes),
    };
    (to, kind, (it.meeting, Some(it.id.0)))
}

impl Transaction {
    /// Writes a note whole: a new one is added, a known one (by id) replaced.
    pub async fn put_note(&self, it: &Note) -> Result<()> {
        let (to, kind, about) = told(it);
        self.changed(to, kind, about, it.updated_at);
        self.upsert(list([note::Model {
            organization_id: self.organization().0,
            id: it.id.0,
            kind: name(it.kind),
            author_id: it.author.0,
            pair_id: it.pair.map(|id| id.0),
            meeting_id: it.meeting.map(|id| id.0),
            body: it.body.0.clone(),
            reply: it.reply.as_ref().map(|it| it.0.clone()),
            replied_at: it.replied_at,
            version: it.version,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }]))
        .await
    }

    /// Removes a note. Returns whether there was one.
    pub async fn remove_note(&self, it: &Note, now: DateTime<Utc>) -> Result<bool> {
        let (to, kind, about) = told(it);
        self.changed(to, kind, about, now);
        execute(
            &self.session,
            "delete from note where organization_id = $1 and id = $2",
            [self.org(), it.id.0.into()],
        )
        .await
        .map(|count| count > 0)
    }
}
