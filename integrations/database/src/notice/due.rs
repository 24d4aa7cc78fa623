//! What may be due to be reminded of, in pages, and what was decided of it.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::{ActionItemId, IdSource, MeetingId, PairId, PersonId},
    meeting::Slot,
    notice::{Reminder, Skipped},
};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    meeting::{MeetingCursor, agenda::ActionCursor},
    value::{Sql, execute, name, named, rows},
};

/// A meeting with its two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upcoming {
    /// Which.
    pub meeting: MeetingId,
    /// Of which pair.
    pub pair: PairId,
    /// Its organizer.
    pub organizer: PersonId,
    /// The other.
    pub partner: PersonId,
    /// When.
    pub slot: Slot,
}

/// An open action with its due day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionDue {
    /// Which.
    pub action: ActionItemId,
    /// Whose.
    pub owner: PersonId,
    /// By when.
    pub due_on: NaiveDate,
}

/// What was decided of one reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decision {
    /// Of which meeting or action.
    pub subject: Uuid,
    /// To whom.
    pub person: PersonId,
    /// Which.
    pub kind: Reminder,
    /// The time that it is about.
    pub about: DateTime<Utc>,
    /// Why it was left out; none = it was given.
    pub skipped: Option<Skipped>,
}

#[derive(FromQueryResult)]
struct DecisionRow {
    subject_id: Uuid,
    person_id: Uuid,
    kind: String,
    about_at: DateTime<Utc>,
    skipped: Option<String>,
}

impl DecisionRow {
    fn decision(self) -> Result<Decision> {
        Ok(Decision {
            subject: self.subject_id,
            person: PersonId(self.person_id),
            kind: named("reminder", &self.kind)?,
            about: self.about_at,
            skipped: self.skipped.as_deref().map(|it| named("skipped", it)).transpose()?,
        })
    }
}

#[derive(FromQueryResult)]
struct Two {
    one: Uuid,
    other: Uuid,
}

#[derive(FromQueryResult)]
struct One {
    id: Uuid,
}

impl Reader {
    /// Meetings that stand, or were held, from `from` up to `until`, by time, with their people.
    pub async fn meetings_to_remind(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        after: Option<MeetingCursor>,
        limit: u32,
    ) -> Result<Vec<Upcoming>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            pair_id: Uuid,
            organizer_id: Uuid,
            partner_id: Uuid,
            starts_at: DateTime<Utc>,
            ends_at: DateTime<Utc>,
        }
        let (at, id) = after.unwrap_or((from, Uuid::nil()));
        let found: Vec<Row> = rows(
            &self.session,
            "select m.id, m.pair_id, p.organizer_id, p.partner_id, m.starts_at, m.ends_at \
             from meeting m join pair p on p.organization_id = $1 and p.id = m.pair_id \
             where m.organization_id = $1 and m.sort_at < $2 and (m.sort_at, m.id) > ($3, $4) \
               and m.status in ('planned', 'scheduled', 'held') and m.starts_at is not null \
             order by m.sort_at, m.id limit $5",
            [self.org(), until.into(), at.into(), id.into(), i64::from(limit).into()],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| Upcoming {
                meeting: MeetingId(row.id),
                pair: PairId(row.pair_id),
                organizer: PersonId(row.organizer_id),
                partner: PersonId(row.partner_id),
                slot: Slot { starts_at: row.starts_at, ends_at: row.ends_at },
            })
            .collect())
    }

    /// Open actions due from `from` up to `until`, by day.
    pub async fn actions_to_remind(
        &self,
        from: NaiveDate,
        until: NaiveDate,
        after: Option<ActionCursor>,
        limit: u32,
    ) -> Result<Vec<ActionDue>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            owner_id: Uuid,
            sort_on: NaiveDate,
        }
        let (on, id) = after.unwrap_or((from, Uuid::nil()));
        let found: Vec<Row> = rows(
            &self.session,
            "select id, owner_id, sort_on from action_item where organization_id = $1 \
             and state = 'open' and sort_on < $2 and (sort_on, id) > ($3, $4) \
             order by sort_on, id limit $5",
            [self.org(), until.into(), on.into(), id.into(), i64::from(limit).into()],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| ActionDue {
                action: ActionItemId(row.id),
                owner: PersonId(row.owner_id),
                due_on: row.sort_on,
            })
            .collect())
    }

    /// What was decided of meetings and actions.
    pub async fn reminders_of(&self, subjects: &[Uuid]) -> Result<HashSet<Decision>> {
        let any = self.any(2);
        let found: Vec<DecisionRow> = rows(
            &self.session,
            &format!(
                "select subject_id, person_id, kind, about_at, skipped from reminder \
                 where organization_id = $1 and subject_id {any}"
            ),
            [self.org(), self.ids(subjects.iter().copied())],
        )
        .await?;
        found.into_iter().map(DecisionRow::decision).collect()
    }

    /// Who of these pairs has an open talking point there.
    pub async fn authors_of_open_items(
        &self,
        pairs: &[PairId],
    ) -> Result<HashSet<(PairId, PersonId)>> {
        let any = self.any(2);
        let found: Vec<Two> = rows(
            &self.session,
            &format!(
                "select distinct pair_id as one, author_id as other from agenda_item \
                 where organization_id = $1 and pair_id {any} and state = 'open'"
            ),
            [self.org(), self.ids(pairs.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found.into_iter().map(|row| (PairId(row.one), PersonId(row.other))).collect())
    }

    /// Who has a private note about which meeting of these pairs.
    pub async fn authors_of_notes(
        &self,
        pairs: &[PairId],
    ) -> Result<HashSet<(MeetingId, PersonId)>> {
        let any = self.any(2);
        let found: Vec<Two> = rows(
            &self.session,
            &format!(
                "select distinct meeting_id as one, author_id as other from note \
                 where organization_id = $1 and pair_id {any} and kind = 'private' \
                   and meeting_id is not null"
            ),
            [self.org(), self.ids(pairs.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found.into_iter().map(|row| (MeetingId(row.one), PersonId(row.other))).collect())
    }

    /// Those of these meetings in whose minutes somebody has written: more than the template, with
    /// which they begin.
    pub async fn written_minutes(&self, meetings: &[MeetingId]) -> Result<HashSet<MeetingId>> {
        let any = self.any(2);
        let found: Vec<One> = rows(
            &self.session,
            &format!(
                "select meeting_id as id from minutes where organization_id = $1 \
                 and meeting_id {any} and updated_at > created_at"
            ),
            [self.org(), self.ids(meetings.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found.into_iter().map(|row| MeetingId(row.id)).collect())
    }
}

impl Transaction {
    /// Records decisions. Returns those that nobody had recorded before: only they are acted on.
    pub async fn record_reminders(
        &self,
        ids: &dyn IdSource,
        decisions: &[Decision],
        now: DateTime<Utc>,
    ) -> Result<HashSet<Decision>> {
        let mut recorded = HashSet::new();
        for chunk in decisions.chunks(1_000) {
            let mut sql = Sql::default();
            let (organization, now) = (sql.bind(self.org()), sql.bind(now));
            sql.push(
                "insert into reminder (organization_id, id, subject_id, person_id, kind, about_at, \
                   skipped, created_at) values ",
            );
            for (n, it) in chunk.iter().enumerate() {
                let (id, subject) = (sql.bind(ids.next()), sql.bind(it.subject));
                let (person, kind) = (sql.bind(it.person.0), sql.bind(name(it.kind)));
                let (about, skipped) = (sql.bind(it.about), sql.bind(it.skipped.map(name)));
                sql.push(if n == 0 { "" } else { ", " }).push(&format!(
                    "({organization}, {id}, {subject}, {person}, {kind}, {about}, {skipped}, {now})"
                ));
            }
            sql.push(
                " on conflict (organization_id, subject_id, person_id, kind, about_at) do nothing \
                 returning subject_id, person_id, kind, about_at, skipped",
            );
            let found: Vec<DecisionRow> = rows(&self.session, &sql.text, sql.values).await?;
            for row in found {
                recorded.insert(row.decision()?);
            }
        }
        Ok(recorded)
    }

    /// Forgets decisions about times before `before`: nobody looks at those meetings any more.
    pub async fn forget_reminders(&self, before: DateTime<Utc>) -> Result<u64> {
        execute(
            &self.session,
            "delete from reminder where organization_id = $1 and about_at < $2",
            [self.org(), before.into()],
        )
        .await
    }
}
