//! Where the guardian stands with slots, and their history.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use taiwa_domain::{
    calendar::guardian::{
        Action, Displacing, Entry, Fingerprint, Notice, ReleaseReason, SlotState,
    },
    changes::{ChangeKind, To},
    id::{IdSource, MeetingId, PersonId, SlotEventId},
};
use uuid::Uuid;

use crate::{
    entity::{guarded_slot, slot_event},
    error::{DatabaseError, Result},
    handle::{Reader, Transaction},
    value::{execute, name, named, rows},
};

/// Where the guardian stands with one meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotRow {
    /// Which.
    pub meeting: MeetingId,
    /// Where its slot stands.
    pub state: SlotState,
    /// How often a machine defended or moved it.
    pub interventions: u8,
    /// What was recorded and told before.
    pub known: Vec<Fingerprint>,
    /// What was decided and is not done yet.
    pub pending: Option<Pending>,
    /// What kind of event displaced it last, and when.
    pub displaced: Option<(Displacing, DateTime<Utc>)>,
    /// Counts its changes; 0 = not recorded yet.
    pub version: i64,
    /// When it was last recorded, if it was.
    pub recorded_at: Option<DateTime<Utc>>,
}

/// Actions on their way, in their order; the first is the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What is to be done.
    pub actions: Vec<Action>,
    /// What is told once it is done.
    pub notice: Option<Notice>,
}

impl SlotRow {
    /// Of a meeting with which the guardian had nothing to do yet.
    pub fn new(meeting: MeetingId) -> Self {
        Self {
            meeting,
            state: SlotState::Moving,
            interventions: 0,
            known: Vec::new(),
            pending: None,
            displaced: None,
            version: 0,
            recorded_at: None,
        }
    }
}

/// One line of a slot's history.
#[derive(Clone, Debug)]
pub struct SlotEvent {
    /// Identity; later ones sort after earlier ones.
    pub id: SlotEventId,
    /// Of which meeting.
    pub meeting: MeetingId,
    /// Who did it, where a person asked for it here.
    pub actor: Option<PersonId>,
    /// What.
    pub entry: Entry,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}

/// Fingerprints kept of one meeting: the latest.
const KNOWN: usize = 50;

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| DatabaseError::Corrupt("slot"))
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| DatabaseError::Corrupt("slot"))
}

/// Where a slot stands, by its two columns.
pub(super) fn state(state: &str, reason: Option<&str>) -> Result<SlotState> {
    match reason {
        Some(reason) => Ok(SlotState::Released(named::<ReleaseReason>("release", reason)?)),
        None => named("slot state", state),
    }
}

fn slot(row: guarded_slot::Model) -> Result<SlotRow> {
    Ok(SlotRow {
        meeting: MeetingId(row.id),
        state: state(&row.state, row.reason.as_deref())?,
        interventions: row.interventions as u8,
        known: read(&row.known)?,
        pending: row.pending.as_deref().map(read).transpose()?,
        displaced: row
            .displaced_by
            .map(|by| named("displacing", &by))
            .transpose()?
            .zip(row.displaced_at),
        version: row.version,
        recorded_at: Some(row.updated_at),
    })
}

impl Reader {
    /// Where the guardian stands with meetings; those it never had to do with are absent.
    pub async fn guarded_slots(&self, meetings: &[MeetingId]) -> Result<Vec<SlotRow>> {
        let any = self.any(2);
        let found: Vec<guarded_slot::Model> = rows(
            &self.session,
            &format!("select * from guarded_slot where organization_id = $1 and id {any}"),
            [self.org(), self.ids(meetings.iter().map(|id| id.0))],
        )
        .await?;
        found.into_iter().map(slot).collect()
    }

    /// A page of a slot's history, oldest first.
    pub async fn slot_events(
        &self,
        meeting: MeetingId,
        after: Option<SlotEventId>,
        before: Option<SlotEventId>,
        limit: u32,
        backwards: bool,
    ) -> Result<Vec<SlotEvent>> {
        let order = if backwards { "desc" } else { "asc" };
        let found: Vec<slot_event::Model> = rows(
            &self.session,
            &format!(
                "select * from slot_event where organization_id = $1 and meeting_id = $2 \
                 and ($3 is null or id > $3) and ($4 is null or id < $4) \
                 order by id {order} limit $5"
            ),
            [
                self.org(),
                meeting.0.into(),
                after.map(|id| id.0).into(),
                before.map(|id| id.0).into(),
                i64::from(limit).into(),
            ],
        )
        .await?;
        let mut events: Vec<SlotEvent> = found
            .into_iter()
            .map(|row| {
                Ok(SlotEvent {
                    id: SlotEventId(row.id),
                    meeting: MeetingId(row.meeting_id),
                    actor: row.actor_id.map(PersonId),
                    entry: read(&row.entry)?,
                    at: row.created_at,
                })
            })
            .collect::<Result<_>>()?;
        if backwards {
            events.reverse();
        }
        Ok(events)
    }

    /// The meetings from which an event of a kind took their time in a span, by pair.
    pub async fn displaced_meetings(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<(taiwa_domain::id::PairId, Displacing)>> {
        #[derive(FromQueryResult)]
        struct Row {
            pair_id: Uuid,
            displaced_by: String,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select m.pair_id, g.displaced_by from guarded_slot g join meeting m \
               on m.organization_id = g.organization_id and m.id = g.id \
             where g.organization_id = $1 and g.displaced_at >= $2 and g.displaced_at < $3 \
             order by m.pair_id",
            [self.org(), from.into(), until.into()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok((taiwa_domain::id::PairId(row.pair_id), named("displacing", &row.displaced_by)?))
            })
            .collect()
    }
}

impl Transaction {
    /// Writes where the guardian stands, if it still stood at `row.version`, and counts it up.
    /// Returns whether it did.
    pub async fn put_slot(&self, row: &SlotRow, now: DateTime<Utc>) -> Result<bool> {
        let (state, reason) = match row.state {
            SlotState::Released(reason) => ("released".to_owned(), Some(name(reason))),
            state => (name(state), None),
        };
        let known = &row.known[row.known.len().saturating_sub(KNOWN)..];
        let written = execute(
            &self.session,
            "insert into guarded_slot (organization_id, id, state, reason, interventions, known, \
               pending, displaced_by, displaced_at, version, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10 + 1, $11) \
             on conflict (organization_id, id) do update set state = excluded.state, \
               reason = excluded.reason, interventions = excluded.interventions, \
               known = excluded.known, pending = excluded.pending, \
               displaced_by = excluded.displaced_by, displaced_at = excluded.displaced_at, \
               version = excluded.version, updated_at = excluded.updated_at \
             where guarded_slot.version = $10",
            [
                self.org(),
                row.meeting.0.into(),
                state.into(),
                reason.into(),
                i32::from(row.interventions).into(),
                json(&known)?.into(),
                row.pending.as_ref().map(json).transpose()?.into(),
                row.displaced.map(|(by, _)| name(by)).into(),
                row.displaced.map(|(_, at)| at).into(),
                row.version.into(),
                now.into(),
            ],
        )
        .await?;
        if written > 0 {
            let to = To::Meeting(row.meeting);
            self.changed(to, ChangeKind::Slots, (Some(row.meeting), None), now);
        }
        if written > 0 && row.displaced.is_some_and(|(_, at)| at == now) {
            self.tally(&[row.meeting], now).await?;
        }
        Ok(written > 0)
    }

    /// Adds to a slot's history.
    pub async fn add_slot_events(
        &self,
        ids: &dyn IdSource,
        meeting: MeetingId,
        actor: Option<PersonId>,
        entries: &[Entry],
        now: DateTime<Utc>,
    ) -> Result<()> {
        if !entries.is_empty() {
            let about = (Some(meeting), None);
            self.changed(To::Meeting(meeting), ChangeKind::Slots, about, now);
        }
        let rows = entries.iter().map(|entry| {
            Ok(slot_event::Model {
                organization_id: self.organization().0,
                id: ids.next(),
                meeting_id: meeting.0,
                actor_id: actor.map(|id| id.0),
                entry: json(entry)?,
                created_at: now,
            })
        });
        self.insert(rows.collect::<Result<Vec<_>>>()?).await
    }

    /// Makes changes to the 1on1s of these people happen one after another, so that no two choose
    /// the same time.
    pub async fn lock_people(&self, people: &[PersonId]) -> Result<()> {
        // SQLite's one writer holds the lock already.
        if self.postgres() {
            let any = self.any(2);
            execute(
                &self.session,
                &format!(
                    "select id from person where organization_id = $1 and id {any} \
                     order by id for no key update"
                ),
                [self.org(), self.ids(people.iter().map(|id| id.0))],
            )
            .await?;
        }
        Ok(())
    }
}
