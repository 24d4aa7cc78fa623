//! Minutes: documents of meetings, and what was written in them, sealed.

mod templates;
mod tickets;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    content::Sealed,
    id::{IdSource, MeetingId, MinutesId, PairId, PersonId},
    minutes::{Entry, MinutesShape},
};
use uuid::Uuid;

pub use templates::TemplateRow;
pub use tickets::TicketRow;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    live::Topic,
    platform::JobKind,
    value::{Sql, execute, name, named, row, rows},
};

/// The minutes of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinutesRow {
    /// Identity.
    pub id: MinutesId,
    /// Of which meeting.
    pub meeting: MeetingId,
    /// Of which pair.
    pub pair: PairId,
    /// What kind of document.
    pub shape: MinutesShape,
    /// Counts what was written in it.
    pub sequence: i64,
    /// Who made them.
    pub created_by: PersonId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When something was last written.
    pub updated_at: DateTime<Utc>,
}

/// Something that was written.
#[derive(Clone, Debug)]
pub struct UpdateRow {
    /// Identity, to which the seal is bound.
    pub id: Uuid,
    /// In which minutes.
    pub minutes: MinutesId,
    /// Its place, author and time.
    pub entry: Entry,
    /// What.
    pub content: Sealed,
}

/// A whole document up to a sequence.
#[derive(Clone, Debug)]
pub struct SnapshotRow {
    /// Identity, to which the seal is bound.
    pub id: Uuid,
    /// Of which minutes.
    pub minutes: MinutesId,
    /// Everything up to this is in it.
    pub sequence: i64,
    /// The document.
    pub content: Sealed,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    meeting_id: Uuid,
    pair_id: Uuid,
    shape: String,
    sequence: i64,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn minutes(self) -> Result<MinutesRow> {
        Ok(MinutesRow {
            id: MinutesId(self.id),
            meeting: MeetingId(self.meeting_id),
            pair: PairId(self.pair_id),
            shape: named("minutes shape", &self.shape)?,
            sequence: self.sequence,
            created_by: PersonId(self.created_by),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

#[derive(FromQueryResult)]
struct Written {
    id: Uuid,
    minutes_id: Uuid,
    sequence: i64,
    author_id: Option<Uuid>,
    content: Vec<u8>,
    created_at: DateTime<Utc>,
}

impl Written {
    fn update(self) -> UpdateRow {
        UpdateRow {
            id: self.id,
            minutes: MinutesId(self.minutes_id),
            entry: entry(self.sequence, self.author_id, self.created_at),
            content: Sealed(self.content),
        }
    }
}

fn entry(sequence: i64, author: Option<Uuid>, at: DateTime<Utc>) -> Entry {
    Entry { sequence, author: author.map(PersonId), at }
}

const COLUMNS: &str =
    "id, meeting_id, pair_id, shape, sequence, created_by, created_at, updated_at";

impl Reader {
    /// Minutes by id.
    pub async fn minutes_by_id(&self, ids: &[MinutesId]) -> Result<Vec<MinutesRow>> {
        self.minutes("id", self.ids(ids.iter().map(|id| id.0))).await
    }

    /// The minutes of meetings; a meeting without any is absent.
    pub async fn minutes_of(&self, meetings: &[MeetingId]) -> Result<Vec<MinutesRow>> {
        self.minutes("meeting_id", self.ids(meetings.iter().map(|id| id.0))).await
    }

    async fn minutes(&self, key: &str, list: sea_orm::Value) -> Result<Vec<MinutesRow>> {
        let any = self.any(2);
        let sql =
            format!("select {COLUMNS} from minutes where organization_id = $1 and {key} {any}");
        let found: Vec<Row> = rows(&self.session, &sql, [self.org(), list]).await?;
        found.into_iter().map(Row::minutes).collect()
    }

    /// The snapshots of minutes, as far as there are any.
    pub async fn minutes_snapshots(&self, ids: &[MinutesId]) -> Result<Vec<SnapshotRow>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            minutes_id: Uuid,
            sequence: i64,
            content: Vec<u8>,
        }
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select id, minutes_id, sequence, content from minutes_snapshot \
                 where organization_id = $1 and minutes_id {any}"
            ),
            [self.org(), self.ids(ids.iter().map(|id| id.0))],
        )
        .await?;
        let snapshot = |row: Row| SnapshotRow {
            id: row.id,
            minutes: MinutesId(row.minutes_id),
            sequence: row.sequence,
            content: Sealed(row.content),
        };
        Ok(found.into_iter().map(snapshot).collect())
    }

    /// What was written in minutes after their snapshots, in order: all that opening them needs
    /// beside those.
    pub async fn minutes_since_snapshots(&self, ids: &[MinutesId]) -> Result<Vec<UpdateRow>> {
        let any = self.any(2);
        let found: Vec<Written> = rows(
            &self.session,
            &format!(
                "select u.id, u.minutes_id, u.sequence, u.author_id, u.content, u.created_at \
                 from minutes_update u left join minutes_snapshot s \
                   on s.organization_id = u.organization_id and s.minutes_id = u.minutes_id \
                 where u.organization_id = $1 and u.minutes_id {any} \
                   and (s.sequence is null or u.sequence > s.sequence) \
                 order by u.minutes_id, u.sequence"
            ),
            [self.org(), self.ids(ids.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found.into_iter().map(Written::update).collect())
    }

    /// What was written in minutes after `after` and not after `until`, in order.
    pub async fn minutes_written(
        &self,
        minutes: MinutesId,
        after: i64,
        until: i64,
    ) -> Result<Vec<UpdateRow>> {
        let found: Vec<Written> = rows(
            &self.session,
            "select id, minutes_id, sequence, author_id, content, created_at from minutes_update \
             where organization_id = $1 and minutes_id = $2 and sequence > $3 and sequence <= $4 \
             order by sequence",
            [self.org(), minutes.0.into(), after.into(), until.into()],
        )
        .await?;
        Ok(found.into_iter().map(Written::update).collect())
    }

    /// Who wrote in minutes and when, without what, in order.
    pub async fn minutes_entries(&self, minutes: MinutesId) -> Result<Vec<Entry>> {
        #[derive(FromQueryResult)]
        struct Row {
            sequence: i64,
            author_id: Option<Uuid>,
            created_at: DateTime<Utc>,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select sequence, author_id, created_at from minutes_update \
             where organization_id = $1 and minutes_id = $2 order by sequence",
            [self.org(), minutes.0.into()],
        )
        .await?;
        Ok(found.into_iter().map(|it| entry(it.sequence, it.author_id, it.created_at)).collect())
    }
}

/// How long those who watch minutes from elsewhere wait for what is written in them.
const TELLING: TimeDelta = TimeDelta::seconds(3);

/// Something to be written.
#[derive(Clone, Debug)]
pub struct NewUpdate {
    /// Identity, to which the seal is bound.
    pub id: Uuid,
    /// By whom.
    pub author: PersonId,
    /// What.
    pub content: Sealed,
}

impl Transaction {
    /// Makes the minutes of a meeting. Returns false if it has some.
    pub async fn add_minutes(&self, it: &MinutesRow) -> Result<bool> {
        let added = execute(
            &self.session,
            "insert into minutes (organization_id, id, meeting_id, pair_id, shape, sequence, \
               created_by, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             on conflict (organization_id, meeting_id) do nothing",
            [
                self.org(),
                it.id.0.into(),
                it.meeting.0.into(),
                it.pair.0.into(),
                name(it.shape).into(),
                it.sequence.into(),
                it.created_by.0.into(),
                it.created_at.into(),
                it.updated_at.into(),
            ],
        )
        .await
        .map(|count| count > 0)?;
        if added {
            self.minutes_changed(it.pair, it.meeting, it.id, it.created_at);
        }
        Ok(added)
    }

    /// Writes in minutes and tells every replica. Returns the sequence of the last; the others
    /// have those before it. None if there are no such minutes.
    ///
    /// Whoever has them open hears of it at once. Whoever watches from elsewhere is told by a job
    /// that is asked for here, [`TELLING`] after the first of several: not of every word.
    pub async fn append_minutes(
        &self,
        ids: &dyn IdSource,
        minutes: MinutesId,
        updates: Vec<NewUpdate>,
        now: DateTime<Utc>,
    ) -> Result<Option<i64>> {
        #[derive(FromQueryResult)]
        struct Row {
            sequence: i64,
        }
        let count = updates.len() as i64;
        // Whoever writes next waits for this row: sequences have no gaps and come in order.
        let found: Option<Row> = row(
            &self.session,
            "update minutes set sequence = sequence + $3, updated_at = $4 \
             where organization_id = $1 and id = $2 returning sequence",
            [self.org(), minutes.0.into(), count.into(), now.into()],
        )
        .await?;
        let Some(Row { sequence }) = found else { return Ok(None) };
        let rows =
            updates.into_iter().zip(sequence - count + 1..).map(|(it, sequence)| UpdateRow {
                id: it.id,
                minutes,
                entry: Entry { sequence, author: Some(it.author), at: now },
                content: it.content,
            });
        self.insert_updates(rows.collect()).await?;
        self.announce(Topic::Minutes, minutes.0, sequence).await?;
        self.ask(ids, JobKind::TellMinutes, &[minutes.0], now + TELLING, now).await?;
        Ok(Some(sequence))
    }

    async fn insert_updates(&self, updates: Vec<UpdateRow>) -> Result<()> {
        // Well below the engines' limits of parameters.
        for chunk in updates.chunks(500) {
            let mut sql = Sql::default();
            let organization = sql.bind(self.org());
            sql.push(
                "insert into minutes_update (organization_id, id, minutes_id, sequence, \
                 author_id, content, created_at) values ",
            );
            for (n, it) in chunk.iter().enumerate() {
                let (id, minutes) = (sql.bind(it.id), sql.bind(it.minutes.0));
                let sequence = sql.bind(it.entry.sequence);
                let author = sql.bind(it.entry.author.map(|id| id.0));
                let (content, at) = (sql.bind(it.content.0.clone()), sql.bind(it.entry.at));
                sql.push(if n == 0 { "" } else { ", " }).push(&format!(
                    "({organization}, {id}, {minutes}, {sequence}, {author}, {content}, {at})"
                ));
            }
            execute(&self.session, &sql.text, sql.values).await?;
        }
        Ok(())
    }

    /// Waits until nobody else writes in minutes, and lets nobody until this transaction ends.
    /// Returns the sequence they are at.
    pub async fn lock_minutes(&self, minutes: MinutesId) -> Result<Option<i64>> {
        #[derive(FromQueryResult)]
        struct Row {
            sequence: i64,
        }
        let found: Option<Row> = row(
            &self.session,
            "update minutes set sequence = sequence where organization_id = $1 and id = $2 \
             returning sequence",
            [self.org(), minutes.0.into()],
        )
        .await?;
        Ok(found.map(|row| row.sequence))
    }

    /// Replaces the snapshot of minutes.
    pub async fn set_minutes_snapshot(&self, it: SnapshotRow, now: DateTime<Utc>) -> Result<()> {
        execute(
            &self.session,
            "insert into minutes_snapshot (organization_id, id, minutes_id, sequence, content, \
               created_at) values ($1, $2, $3, $4, $5, $6) \
             on conflict (organization_id, minutes_id) do update set id = excluded.id, \
               sequence = excluded.sequence, content = excluded.content, \
               created_at = excluded.created_at",
            [
                self.org(),
                it.id.into(),
                it.minutes.0.into(),
                it.sequence.into(),
                it.content.0.into(),
                now.into(),
            ],
        )
        .await
        .map(|_| ())
    }

    /// Puts one update, whose sequence is the last of theirs, in the place of all from `from` on.
    pub async fn fold_minutes(&self, from: i64, into: UpdateRow) -> Result<()> {
        execute(
            &self.session,
            "delete from minutes_update where organization_id = $1 and minutes_id = $2 \
             and sequence >= $3 and sequence <= $4",
            [self.org(), into.minutes.0.into(), from.into(), into.entry.sequence.into()],
        )
        .await?;
        self.insert_updates(vec![into]).await
    }
}
