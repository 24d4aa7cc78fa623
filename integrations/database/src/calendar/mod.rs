//! Calendars: the built-in one (busy time and holds in our own database, the feed's secret), and
//! what is kept of connected ones.

mod accounts;
mod blocks;
mod built_in;
mod coming;
mod consent;
mod observed;
mod slots;

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    calendar::{Busy, EventUid, Hold},
    clock::Clock,
    id::{IdSource, MeetingId, OrganizationId, PersonId},
    meeting::Slot,
};
use uuid::Uuid;

pub use accounts::{AccountRow, Progress};
pub use blocks::{BlockRow, SlotStanding};
pub use built_in::BuiltInCalendar;
pub use coming::{GuardedRow, OtherRow};
pub use consent::{ChannelRow, ConsentRequest, DefenceConsent, GuardianPolicy};
pub use slots::{Pending, SlotEvent, SlotRow};

use crate::{
    Database,
    entity::calendar_block,
    error::Result,
    handle::{Reader, Transaction, list},
    value::{execute, rows},
};

#[derive(FromQueryResult)]
struct BusyRow {
    person_id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct HoldRow {
    id: Uuid,
    person_id: Uuid,
    meeting_id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    sequence: i32,
}

/// An entry of a person's own calendar as its feed shows it.
#[derive(Clone, Copy, Debug)]
pub struct FeedHold {
    /// The meeting; with the person it makes the UID.
    pub meeting: MeetingId,
    /// When.
    pub slot: Slot,
    /// How often it was moved: iCalendar's SEQUENCE.
    pub sequence: i32,
    /// When it last changed: DTSTAMP and LAST-MODIFIED.
    pub updated_at: DateTime<Utc>,
    /// The other person.
    pub with: PersonId,
}

impl Reader {
    /// Busy time of people (everyone's, if none are named) that touches `span`, without what stands
    /// for 1on1s: from files, and what their connected calendars last showed, whether these still
    /// open or not.
    pub async fn busy(&self, people: Option<&[PersonId]>, span: Slot) -> Result<Vec<Busy>> {
        let mut values = vec![self.org(), span.starts_at.into(), span.ends_at.into()];
        let mut only = String::new();
        if let Some(people) = people {
            values.push(self.ids(people.iter().map(|id| id.0)));
            only = format!("and person_id {}", self.any(4));
        }
        let found: Vec<BusyRow> = rows(
            &self.session,
            &format!(
                "select person_id, starts_at, ends_at from calendar_block \
                 where organization_id = $1 and kind = 'busy' and ends_at > $2 and starts_at < $3 \
                 {only} \
                 union all \
                 select a.person_id, e.starts_at, e.ends_at from calendar_account a \
                 join observed_event e on e.organization_id = a.organization_id \
                   and e.account_id = a.id and e.ends_at > $2 and e.starts_at < $3 \
                   and e.opaque and e.state <> 'cancelled' \
                   and (e.answer is null or e.answer in ('accepted', 'tentative')) \
                 where a.organization_id = $1 and a.state <> 'leaving' {only} \
                   and not exists (select 1 from slot_block b where b.organization_id = $1 \
                     and b.person_id = a.person_id and b.uid = e.uid) \
                 order by 1, 2"
            ),
            values,
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| Busy {
                person: PersonId(row.person_id),
                slot: Slot { starts_at: row.starts_at, ends_at: row.ends_at },
            })
            .collect())
    }

    /// Holds of people that touch `span`.
    pub async fn holds(&self, people: &[PersonId], span: Slot) -> Result<Vec<Hold>> {
        let any = self.any(4);
        let list = self.ids(people.iter().map(|id| id.0));
        let found = self
            .hold_rows(
                &format!("and ends_at > $2 and starts_at < $3 and person_id {any}"),
                vec![self.org(), span.starts_at.into(), span.ends_at.into(), list],
            )
            .await?;
        Ok(found
            .into_iter()
            .map(|row| Hold {
                meeting: MeetingId(row.meeting_id),
                person: PersonId(row.person_id),
                slot: Slot { starts_at: row.starts_at, ends_at: row.ends_at },
            })
            .collect())
    }

    /// What a person's feed shows: holds that end after `after`.
    pub async fn feed_holds(
        &self,
        person: PersonId,
        after: DateTime<Utc>,
    ) -> Result<Vec<FeedHold>> {
        #[derive(FromQueryResult)]
        struct Row {
            meeting_id: Uuid,
            starts_at: DateTime<Utc>,
            ends_at: DateTime<Utc>,
            sequence: i32,
            updated_at: DateTime<Utc>,
            with_id: Uuid,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select b.meeting_id, b.starts_at, b.ends_at, b.sequence, b.updated_at, \
               case when p.organizer_id = $2 then p.partner_id else p.organizer_id end as with_id \
             from calendar_block b \
             join meeting m on m.organization_id = b.organization_id and m.id = b.meeting_id \
             join pair p on p.organization_id = m.organization_id and p.id = m.pair_id \
             where b.organization_id = $1 and b.person_id = $2 and b.ends_at > $3 \
             order by b.starts_at, b.id limit 2000",
            [self.org(), person.0.into(), after.into()],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| FeedHold {
                meeting: MeetingId(row.meeting_id),
                slot: Slot { starts_at: row.starts_at, ends_at: row.ends_at },
                sequence: row.sequence,
                updated_at: row.updated_at,
                with: PersonId(row.with_id),
            })
            .collect())
    }

    /// When a person's feed secret was last made; `None` = there is no feed.
    pub async fn feed_rotated_at(&self, person: PersonId) -> Result<Option<DateTime<Utc>>> {
        #[derive(FromQueryResult)]
        struct Row {
            rotated_at: DateTime<Utc>,
        }
        let mut found: Vec<Row> = rows(
            &self.session,
            "select rotated_at from calendar_feed where organization_id = $1 and person_id = $2",
            [self.org(), person.0.into()],
        )
        .await?;
        Ok(found.pop().map(|row| row.rotated_at))
    }

    async fn hold_rows(
        &self,
        condition: &str,
        values: Vec<sea_orm::Value>,
    ) -> Result<Vec<HoldRow>> {
        rows(
            &self.session,
            &format!(
                "select id, person_id, meeting_id, starts_at, ends_at, sequence \
                 from calendar_block where organization_id = $1 and meeting_id is not null {condition}"
            ),
            values,
        )
        .await
    }
}

impl Transaction {
    /// Replaces a person's busy time from one source that touches `span`.
    pub async fn replace_busy(
        &self,
        ids: &dyn IdSource,
        people: &[PersonId],
        source: &str,
        span: Slot,
        busy: &[Busy],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let any = self.any(5);
        execute(
            &self.session,
            &format!(
                "delete from calendar_block where organization_id = $1 and kind = 'busy' \
                 and source = $4 and ends_at > $2 and starts_at < $3 and person_id {any}"
            ),
            [
                self.org(),
                span.starts_at.into(),
                span.ends_at.into(),
                source.into(),
                self.ids(people.iter().map(|id| id.0)),
            ],
        )
        .await?;
        self.insert(list(busy.iter().map(|it| {
            let id = ids.next();
            calendar_block::Model {
                organization_id: self.organization().0,
                id,
                person_id: it.person.0,
                kind: "busy".to_owned(),
                source: source.to_owned(),
                uid: id.to_string(),
                starts_at: it.slot.starts_at,
                ends_at: it.slot.ends_at,
                meeting_id: None,
                sequence: 0,
                updated_at: now,
            }
        })))
        .await
    }

    /// Gives a person's feed a new secret; the old one is worth nothing from now on.
    pub async fn rotate_feed(
        &self,
        person: PersonId,
        secret: &[u8],
        now: DateTime<Utc>,
    ) -> Result<()> {
        execute(
            &self.session,
            "insert into calendar_feed (organization_id, person_id, rotated_at) values ($1, $2, $3) \
             on conflict (organization_id, person_id) do update set rotated_at = excluded.rotated_at",
            [self.org(), person.0.into(), now.into()],
        )
        .await?;
        self.unroute("feed", person.0).await?;
        self.route("feed", secret, person.0).await
    }

    /// Puts holds where they are wanted; those that stand there already are left alone.
    async fn place_holds(
        &self,
        ids: &dyn IdSource,
        wanted: &[Hold],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let any = self.any(2);
        let list = self.ids(wanted.iter().map(|hold| hold.meeting.0));
        let standing =
            self.hold_rows(&format!("and meeting_id {any}"), vec![self.org(), list]).await?;
        let known: std::collections::HashMap<(Uuid, Uuid), HoldRow> =
            standing.into_iter().map(|row| ((row.meeting_id, row.person_id), row)).collect();
        let rows = wanted.iter().filter_map(|hold| {
            let old = known.get(&(hold.meeting.0, hold.person.0));
            if old.is_some_and(|row| {
                row.starts_at == hold.slot.starts_at && row.ends_at == hold.slot.ends_at
            }) {
                return None;
            }
            Some(calendar_block::Model {
                organization_id: self.organization().0,
                id: old.map_or_else(|| ids.next(), |row| row.id),
                person_id: hold.person.0,
                kind: "hold".to_owned(),
                source: "meeting".to_owned(),
                uid: EventUid::built_in(hold.meeting, hold.person).0,
                starts_at: hold.slot.starts_at,
                ends_at: hold.slot.ends_at,
                meeting_id: Some(hold.meeting.0),
                sequence: old.map_or(0, |row| row.sequence + 1),
                updated_at: now,
            })
        });
        self.upsert(rows.collect::<Vec<_>>()).await
    }

    /// Takes away the holds of meetings.
    async fn cancel_holds(&self, meetings: &[MeetingId]) -> Result<()> {
        let any = self.any(2);
        execute(
            &self.session,
            &format!("delete from calendar_block where organization_id = $1 and meeting_id {any}"),
            [self.org(), self.ids(meetings.iter().map(|id| id.0))],
        )
        .await
        .map(|_| ())
    }
}

/// The calendars of people who have connected no other, in our own database.
pub struct BuiltInCalendars<'a> {
    database: &'a Database,
    organization: OrganizationId,
    ids: &'a dyn IdSource,
    clock: &'a dyn Clock,
}

impl<'a> BuiltInCalendars<'a> {
    /// The built-in calendars of an organization.
    pub fn new(
        database: &'a Database,
        organization: OrganizationId,
        ids: &'a dyn IdSource,
        clock: &'a dyn Clock,
    ) -> Self {
        Self { database, organization, ids, clock }
    }

    /// One person's, as any other calendar.
    pub fn of(&'a self, person: PersonId) -> BuiltInCalendar<'a> {
        BuiltInCalendar { calendars: self, person }
    }

    /// Puts holds of many people where they are wanted, creating or moving them: a few statements
    /// for thousands of them.
    pub async fn place(&self, holds: &[Hold]) -> Result<()> {
        let transaction = self.database.transaction(self.organization).await?;
        self.place_within(&transaction, holds).await?;
        transaction.commit().await
    }

    /// Likewise within a transaction that holds what the slots were read under.
    pub async fn place_within(&self, transaction: &Transaction, holds: &[Hold]) -> Result<()> {
        transaction.place_holds(self.ids, holds, self.clock.now()).await
    }

    /// Takes away all holds of the meetings, within a transaction.
    pub async fn cancel_within(
        &self,
        transaction: &Transaction,
        meetings: &[MeetingId],
    ) -> Result<()> {
        transaction.cancel_holds(meetings).await
    }

    /// Takes away all holds of the meetings.
    pub async fn cancel(&self, meetings: &[MeetingId]) -> Result<()> {
        let transaction = self.database.transaction(self.organization).await?;
        self.cancel_within(&transaction, meetings).await?;
        transaction.commit().await
    }
}
