//! One person's built-in calendar behind the port of all calendars.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    calendar::{
        Abilities, CalendarError, CalendarProvider, Call, Changes, Cursor, Event, EventKey,
        EventState, EventUid, Next, Resource, ResourceKey, Version, Wanted,
    },
    id::{MeetingId, PersonId},
    meeting::Slot,
};
use uuid::Uuid;

use super::BuiltInCalendars;
use crate::{
    entity::calendar_block,
    error::{DatabaseError, Result},
    handle::{Reader, Transaction, list},
    value::{execute, rows},
};

/// One person's built-in calendar.
pub struct BuiltInCalendar<'a> {
    pub(super) calendars: &'a BuiltInCalendars<'a>,
    pub(super) person: PersonId,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    uid: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    meeting_id: Option<Uuid>,
    sequence: i32,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn slot(&self) -> Slot {
        Slot { starts_at: self.starts_at, ends_at: self.ends_at }
    }

    fn event(self) -> Event {
        Event {
            slot: self.slot(),
            key: EventKey(self.id.to_string()),
            version: Some(Version(self.sequence.to_string())),
            uid: self.meeting_id.map(|_| EventUid(self.uid)),
            all_day: false,
            state: EventState::Confirmed,
            opaque: true,
            private: true,
            organizer: true,
            answer: None,
            guest: None,
            attendees: 0,
            recurring: false,
            updated_at: Some(self.updated_at),
            link: None,
        }
    }
}

impl Reader {
    async fn blocks(
        &self,
        person: PersonId,
        condition: &str,
        values: Vec<sea_orm::Value>,
    ) -> Result<Vec<Row>> {
        let values = [self.org(), person.0.into()].into_iter().chain(values);
        rows(
            &self.session,
            &format!(
                "select id, uid, starts_at, ends_at, meeting_id, sequence, updated_at \
                 from calendar_block where organization_id = $1 and person_id = $2 and {condition} \
                 order by starts_at, id"
            ),
            values,
        )
        .await
    }

    async fn blocks_in(&self, person: PersonId, span: Slot) -> Result<Vec<Row>> {
        let span = vec![span.starts_at.into(), span.ends_at.into()];
        self.blocks(person, "ends_at > $3 and starts_at < $4", span).await
    }

    /// The hold for a meeting, whoever placed it and under whatever name: there is one at most.
    async fn hold_for(&self, person: PersonId, meeting: MeetingId) -> Result<Option<Row>> {
        let meeting = vec![meeting.0.into()];
        Ok(self.blocks(person, "meeting_id = $3", meeting).await?.pop())
    }

    /// What people's built-in calendars show in `span`, each hold with its meeting.
    pub async fn built_in_events(
        &self,
        people: &[PersonId],
        span: Slot,
    ) -> Result<Vec<(PersonId, Option<MeetingId>, Event)>> {
        #[derive(FromQueryResult)]
        struct Of {
            person_id: Uuid,
            #[sea_orm(nested)]
            row: Row,
        }
        let any = self.any(2);
        let found: Vec<Of> = rows(
            &self.session,
            &format!(
                "select person_id, id, uid, starts_at, ends_at, meeting_id, sequence, updated_at \
                 from calendar_block where organization_id = $1 and person_id {any} \
                 and ends_at > $3 and starts_at < $4 order by starts_at, id"
            ),
            [
                self.org(),
                self.ids(people.iter().map(|id| id.0)),
                span.starts_at.into(),
                span.ends_at.into(),
            ],
        )
        .await?;
        let event =
            |it: Of| (PersonId(it.person_id), it.row.meeting_id.map(MeetingId), it.row.event());
        Ok(found.into_iter().map(event).collect())
    }

    async fn hold(&self, person: PersonId, uid: &EventUid) -> Result<Option<Row>> {
        let uid = vec![uid.as_str().into()];
        Ok(self.blocks(person, "meeting_id is not null and uid = $3", uid).await?.pop())
    }
}

impl Transaction {
    async fn cancel_hold(&self, person: PersonId, uid: &EventUid) -> Result<()> {
        execute(
            &self.session,
            "delete from calendar_block where organization_id = $1 and person_id = $2 \
             and meeting_id is not null and uid = $3",
            [self.org(), person.0.into(), uid.as_str().into()],
        )
        .await
        .map(|_| ())
    }
}

impl From<DatabaseError> for CalendarError {
    fn from(cause: DatabaseError) -> Self {
        Self::Unavailable { retry_after: None, cause: Box::new(cause) }
    }
}

impl BuiltInCalendar<'_> {
    async fn reader(&self) -> Result<Reader> {
        self.calendars.database.reader(self.calendars.organization).await
    }

    async fn transaction(&self) -> Result<Transaction> {
        self.calendars.database.transaction(self.calendars.organization).await
    }

    async fn write(&self, wanted: &Wanted, seen: Option<&Version>) -> Result<Event, CalendarError> {
        let transaction = self.transaction().await?;
        let old = transaction.hold_for(self.person, wanted.meeting).await?;
        let version = old.as_ref().map(|row| row.sequence.to_string());
        if seen.is_some_and(|seen| version.as_deref() != Some(seen.as_str())) {
            return Err(CalendarError::Conflict);
        }
        let old = match old {
            Some(old) if old.slot() == wanted.slot && old.uid == wanted.uid.0 => {
                return Ok(old.event());
            }
            old => old,
        };
        let row = calendar_block::Model {
            organization_id: transaction.organization().0,
            id: old.as_ref().map_or_else(|| self.calendars.ids.next(), |row| row.id),
            person_id: self.person.0,
            kind: "hold".to_owned(),
            source: "meeting".to_owned(),
            uid: wanted.uid.0.clone(),
            starts_at: wanted.slot.starts_at,
            ends_at: wanted.slot.ends_at,
            meeting_id: Some(wanted.meeting.0),
            sequence: old.map_or(0, |row| row.sequence + 1),
            updated_at: self.calendars.clock.now(),
        };
        transaction.upsert(list([row])).await?;
        let placed = transaction.hold(self.person, &wanted.uid).await?;
        transaction.commit().await?;
        Ok(placed.ok_or(CalendarError::Conflict)?.event())
    }
}

impl CalendarProvider for BuiltInCalendar<'_> {
    fn abilities(&self) -> Abilities {
        Abilities::default()
    }

    /// Always the whole span: reading it costs less than remembering what changed.
    fn changes<'a>(&'a self, _cursor: Option<&'a Cursor>, span: Slot) -> Call<'a, Changes> {
        Box::pin(async move {
            let blocks = self.reader().await?.blocks_in(self.person, span).await?;
            let resources = blocks
                .into_iter()
                .map(|row| Resource {
                    key: ResourceKey(row.id.to_string()),
                    events: vec![row.event()],
                })
                .collect();
            Ok(Changes { resources, complete: true, next: Next::Later(Cursor(String::new())) })
        })
    }

    fn busy(&self, span: Slot) -> Call<'_, Vec<Slot>> {
        Box::pin(async move {
            let blocks = self.reader().await?.blocks_in(self.person, span).await?;
            Ok(span.covered(blocks.iter().map(Row::slot).collect()))
        })
    }

    fn find<'a>(&'a self, uid: &'a EventUid) -> Call<'a, Option<Event>> {
        Box::pin(async move {
            let found = self.reader().await?.hold(self.person, uid).await?;
            Ok(found.map(Row::event))
        })
    }

    fn put<'a>(&'a self, wanted: &'a Wanted, seen: Option<&'a Version>) -> Call<'a, Event> {
        Box::pin(self.write(wanted, seen))
    }

    fn cancel<'a>(&'a self, uid: &'a EventUid) -> Call<'a, ()> {
        Box::pin(async move {
            let transaction = self.transaction().await?;
            transaction.cancel_hold(self.person, uid).await?;
            Ok(transaction.commit().await?)
        })
    }

    fn decline<'a>(&'a self, _event: &'a EventKey) -> Call<'a, ()> {
        Box::pin(async { Err(CalendarError::Refused("nobody is invited in this calendar")) })
    }
}
