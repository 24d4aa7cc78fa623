//! Lists of what people are told has changed.
//!
//! Whatever writes something that people watch says so with [`Transaction::changed`], beside what
//! it writes. The lines are written as the transaction commits, last of all: by then all other
//! locks are held, and the heads of the lists are locked in the order of their people, so that
//! nobody waits in a circle. A head is held until its lines are committed. So the lines of one
//! person come to stand in the order of their numbers, and whoever reads up to a number has read
//! everything before it.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, Value};
use taiwa_domain::{
    changes::{Change, ChangeKind, Line, To},
    id::{MeetingId, PairId, PersonId},
};
use uuid::Uuid;

use crate::{
    error::{DatabaseError, Result},
    handle::{Reader, Transaction},
    live::{self, Topic},
    value::{execute, name, named, row, rows},
};

/// A line as the table has it.
pub(crate) mod change {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;
    use uuid::Uuid;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "change")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) person_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sequence: i64,
        pub(crate) kind: String,
        pub(crate) pair_id: Option<Uuid>,
        pub(crate) meeting_id: Option<Uuid>,
        pub(crate) subject_id: Option<Uuid>,
        pub(crate) created_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// People who are told one by one of what one transaction changed; when there are more, everybody
/// of the organization is told to look.
const ONE_BY_ONE: usize = 200;

/// How much of a person's list there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// The last line's number; 0 = there was none yet.
    pub last: i64,
    /// Everything up to this is gone.
    pub gone: i64,
}

impl Reader {
    /// How much of a person's list there is.
    pub async fn changes_extent(&self, person: PersonId) -> Result<Extent> {
        #[derive(FromQueryResult)]
        struct Row {
            last: i64,
            first: Option<i64>,
        }
        let found: Option<Row> = row(
            &self.session,
            "select h.sequence as last, (select min(c.sequence) from change c \
               where c.organization_id = $1 and c.person_id = $2) as first \
             from change_head h where h.organization_id = $1 and h.person_id = $2",
            [self.org(), person.0.into()],
        )
        .await?;
        Ok(found.map_or_else(Extent::default, |row| Extent {
            last: row.last,
            gone: row.first.map_or(row.last, |first| first - 1),
        }))
    }

    /// What stands in a person's list after a number, in order; none if some of it is gone.
    pub async fn changes_after(
        &self,
        person: PersonId,
        after: i64,
        limit: u32,
    ) -> Result<Option<Vec<Change>>> {
        let found: Vec<change::Model> = rows(
            &self.session,
            "select * from change where organization_id = $1 and person_id = $2 \
             and sequence > $3 order by sequence limit $4",
            [self.org(), person.0.into(), after.into(), i64::from(limit).into()],
        )
        .await?;
        if found.iter().zip(after + 1..).any(|(row, expected)| row.sequence != expected) {
            return Ok(None);
        }
        let change = |row: change::Model| {
            Ok(Change {
                sequence: row.sequence,
                kind: named("change kind", &row.kind)?,
                pair: row.pair_id.map(PairId),
                meeting: row.meeting_id.map(MeetingId),
                subject: row.subject_id,
                at: row.created_at,
            })
        };
        found.into_iter().map(change).collect::<Result<_>>().map(Some)
    }
}

impl Transaction {
    /// Says that something changed: to be called by whatever writes what people watch, beside the
    /// writing. They are told once it is committed.
    pub(crate) fn changed(
        &self,
        to: To,
        kind: ChangeKind,
        (meeting, subject): (Option<MeetingId>, Option<Uuid>),
        now: DateTime<Utc>,
    ) {
        self.gathered().add(to, kind, meeting, subject, now);
    }

    /// Says that something was written in minutes.
    pub fn minutes_changed(
        &self,
        pair: PairId,
        meeting: MeetingId,
        minutes: taiwa_domain::id::MinutesId,
        now: DateTime<Utc>,
    ) {
        let about = (Some(meeting), Some(minutes.0));
        self.changed(To::Pair(pair), ChangeKind::Minutes, about, now);
    }

    /// Adds what was gathered to people's lists and tells every replica: the last thing that a
    /// transaction does.
    pub(crate) async fn write_changes(&self) -> Result<()> {
        let gathered = std::mem::take(&mut *self.gathered());
        let Some(at) = gathered.at() else { return Ok(()) };
        let pairs: Vec<Uuid> = gathered.pairs().map(|id| id.0).collect();
        let meetings: Vec<Uuid> = gathered.meetings().map(|id| id.0).collect();
        let (people, pairs) = match pairs.is_empty() && meetings.is_empty() {
            true => (HashMap::new(), HashMap::new()),
            false => self.people_of(pairs, meetings).await?,
        };
        let lines = gathered.spread(&people, &pairs);
        let mut counts: BTreeMap<PersonId, i64> = BTreeMap::new();
        for line in &lines {
            *counts.entry(line.person).or_default() += 1;
        }
        let heads = self.move_heads(&counts).await?;
        self.insert(numbered(self.organization().0, lines, &counts, &heads, at)?).await?;
        if heads.len() > ONE_BY_ONE {
            return self.announce(Topic::Changes, Uuid::nil(), 0).await;
        }
        let told = heads.into_iter().map(|(person, sequence)| (person.0, sequence));
        self.announce_all(Topic::Changes, told).await
    }

    /// The two of each pair, and of the pair of each meeting.
    async fn people_of(
        &self,
        pairs: Vec<Uuid>,
        meetings: Vec<Uuid>,
    ) -> Result<(HashMap<PairId, [PersonId; 2]>, HashMap<MeetingId, PairId>)> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            organizer_id: Uuid,
            partner_id: Uuid,
            meeting_id: Option<Uuid>,
        }
        let (pair, meeting) = (self.any(2), self.any(3));
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select p.id, p.organizer_id, p.partner_id, null as meeting_id from pair p \
                 where p.organization_id = $1 and p.id {pair} \
                 union all select p.id, p.organizer_id, p.partner_id, m.id from meeting m \
                 join pair p on p.organization_id = m.organization_id and p.id = m.pair_id \
                 where m.organization_id = $1 and m.id {meeting}"
            ),
            [self.org(), self.ids(pairs), self.ids(meetings)],
        )
        .await?;
        let (mut people, mut of) = (HashMap::new(), HashMap::new());
        for row in found {
            let pair = PairId(row.id);
            people.insert(pair, [PersonId(row.organizer_id), PersonId(row.partner_id)]);
            of.extend(row.meeting_id.map(|id| (MeetingId(id), pair)));
        }
        Ok((people, of))
    }

    /// Moves the heads of lists on, one after the other by person, and holds them. Returns where
    /// they are then.
    async fn move_heads(
        &self,
        counts: &BTreeMap<PersonId, i64>,
    ) -> Result<BTreeMap<PersonId, i64>> {
        #[derive(FromQueryResult)]
        struct Row {
            person_id: Uuid,
            sequence: i64,
        }
        let (list, mut values): (&str, Vec<Value>) = if self.postgres() {
            let people: Vec<Uuid> = counts.keys().map(|id| id.0).collect();
            let counts: Vec<i64> = counts.values().copied().collect();
            let list = "unnest($2::uuid[], $3::bigint[]) as l(person_id, count)";
            (list, vec![people.into(), counts.into()])
        } else {
            // One list of both: two would be joined row by row with row.
            let both: Vec<(String, i64)> =
                counts.iter().map(|(id, count)| (id.0.simple().to_string(), *count)).collect();
            let json =
                serde_json::to_string(&both).map_err(|_| DatabaseError::Corrupt("change"))?;
            let list = "(select unhex(value ->> 0) as person_id, value ->> 1 as count \
                        from json_each($2)) l";
            (list, vec![json.into()])
        };
        values.insert(0, self.org());
        let found: Vec<Row> = rows(
            &self.session,
            // `where true` tells SQLite that what follows is no join's condition.
            &format!(
                "insert into change_head (organization_id, person_id, sequence) \
                 select $1, l.person_id, l.count from {list} where true \
                 on conflict (organization_id, person_id) \
                 do update set sequence = change_head.sequence + excluded.sequence \
                 returning person_id, sequence"
            ),
            values,
        )
        .await?;
        Ok(found.into_iter().map(|row| (PersonId(row.person_id), row.sequence)).collect())
    }

    /// Forgets lines that are older than `before`. Returns how many.
    pub async fn forget_changes(&self, before: DateTime<Utc>) -> Result<u64> {
        execute(
            &self.session,
            "delete from change where organization_id = $1 and created_at < $2",
            [self.org(), before.into()],
        )
        .await
    }
}

/// The lines with their numbers: those of one person are the last of their list, in their order.
fn numbered(
    organization: Uuid,
    lines: Vec<Line>,
    counts: &BTreeMap<PersonId, i64>,
    heads: &BTreeMap<PersonId, i64>,
    at: DateTime<Utc>,
) -> Result<Vec<change::Model>> {
    let mut next: HashMap<PersonId, i64> = HashMap::with_capacity(heads.len());
    for (person, last) in heads {
        let count = counts.get(person).ok_or(DatabaseError::Corrupt("change head"))?;
        next.insert(*person, last - count);
    }
    let number = |line: Line| {
        let next = next.get_mut(&line.person).ok_or(DatabaseError::Corrupt("change head"))?;
        *next += 1;
        Ok(change::Model {
            organization_id: organization,
            person_id: line.person.0,
            sequence: *next,
            kind: name(line.kind),
            pair_id: line.pair.map(|id| id.0),
            meeting_id: line.meeting.map(|id| id.0),
            subject_id: line.subject,
            created_at: at,
        })
    };
    lines.into_iter().map(number).collect()
}

/// Whom a notice of changes is for; none = everybody of the organization.
pub fn told(change: &live::Change) -> Option<PersonId> {
    (!change.id.is_nil()).then_some(PersonId(change.id))
}
