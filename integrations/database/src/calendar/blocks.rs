//! What stands for meetings in people's calendars, as we last wrote it.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    calendar::{
        EventUid, Version,
        guardian::{Block, SlotState, Written},
    },
    id::{AccountId, IdSource, MeetingId, PersonId},
    meeting::Slot,
};
use uuid::Uuid;

use super::slots::state;
use crate::{
    entity::slot_block::Model,
    error::Result,
    handle::{Reader, Transaction, list},
    value::{execute, name, named, parsed, rows},
};

/// What stands, or is to stand, for a meeting in one person's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockRow {
    /// For which meeting.
    pub meeting: MeetingId,
    /// In whose calendar.
    pub person: PersonId,
    /// In which account; none = the built-in calendar.
    pub account: Option<AccountId>,
    /// As what.
    pub block: Block,
    /// Its name.
    pub uid: EventUid,
    /// What we last wrote.
    pub written: Option<Written>,
    /// Counts its moves.
    pub sequence: u32,
    /// The person's zone when it was written.
    pub zone: chrono_tz::Tz,
    /// The link or place that stands in it.
    pub place: Option<String>,
}

/// Where a meeting's slot stands, as far as anyone who may see the meeting is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotStanding {
    /// Of which meeting.
    pub meeting: MeetingId,
    /// What the guardian recorded last; none = it never had to do with it.
    pub state: Option<SlotState>,
    /// How often a machine defended or moved it.
    pub interventions: u8,
    /// In how many calendars its block stands at the meeting's own time.
    pub standing: u32,
}

fn block(row: Model) -> Result<BlockRow> {
    let slot = row.starts_at.zip(row.ends_at);
    Ok(BlockRow {
        meeting: MeetingId(row.meeting_id),
        person: PersonId(row.person_id),
        account: row.account_id.map(AccountId),
        block: named("block", &row.block)?,
        uid: EventUid(row.uid),
        written: slot.map(|(starts_at, ends_at)| Written {
            slot: Slot { starts_at, ends_at },
            version: row.version.map(Version),
            replaced: row.replaced.map(Version),
        }),
        sequence: row.sequence as u32,
        zone: parsed("time zone", &row.zone)?,
        place: row.place,
    })
}

impl Reader {
    /// The blocks of meetings.
    pub async fn slot_blocks(&self, meetings: &[MeetingId]) -> Result<Vec<BlockRow>> {
        let any = self.any(2);
        let mut found: Vec<Model> = rows(
            &self.session,
            &format!("select * from slot_block where organization_id = $1 and meeting_id {any}"),
            [self.org(), self.ids(meetings.iter().map(|id| id.0))],
        )
        .await?;
        // Ordered here: asked for that order, SQLite walks the tenant's whole table along its key.
        found.sort_unstable_by_key(|it| it.id);
        found.into_iter().map(block).collect()
    }

    /// Where the slots of meetings stand: one statement for all of them.
    ///
    /// The built-in calendar is our own, so what stands there is looked at; of connected ones the
    /// records tell. A guest's copy stands where the organizer's event does.
    pub async fn slot_standings(&self, meetings: &[MeetingId]) -> Result<Vec<SlotStanding>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            state: Option<String>,
            reason: Option<String>,
            interventions: Option<i32>,
            standing: i64,
        }
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select m.id, g.state, g.reason, g.interventions, \
                   (select count(*) from calendar_block c where c.organization_id = $1 \
                     and c.meeting_id = m.id and c.starts_at = m.starts_at \
                     and c.ends_at = m.ends_at) \
                   + (select count(*) from slot_block b where b.organization_id = $1 \
                     and b.meeting_id = m.id and (b.block = 'invited' or (b.block <> 'built_in' \
                       and b.starts_at = m.starts_at and b.ends_at = m.ends_at))) as standing \
                 from meeting m left join guarded_slot g \
                   on g.organization_id = m.organization_id and g.id = m.id \
                 where m.organization_id = $1 and m.id {any}"
            ),
            [self.org(), self.ids(meetings.iter().map(|id| id.0))],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(SlotStanding {
                    meeting: MeetingId(row.id),
                    state: row.state.map(|it| state(&it, row.reason.as_deref())).transpose()?,
                    interventions: row.interventions.unwrap_or(0) as u8,
                    standing: row.standing as u32,
                })
            })
            .collect()
    }

    /// Meetings of which something stands, or is to stand, in an account.
    pub async fn meetings_in_account(&self, account: AccountId) -> Result<Vec<MeetingId>> {
        #[derive(FromQueryResult)]
        struct Row {
            meeting_id: Uuid,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select meeting_id from slot_block where organization_id = $1 and account_id = $2 \
             order by meeting_id",
            [self.org(), account.0.into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| MeetingId(row.meeting_id)).collect())
    }
}

impl Transaction {
    /// Forgets which link or place stands in the events that end after `after`: each is looked at
    /// again when its slot is guarded next.
    pub async fn forget_places(&self, after: DateTime<Utc>) -> Result<()> {
        execute(
            &self.session,
            "update slot_block set place = null where organization_id = $1 and ends_at > $2 \
             and place is not null",
            [self.org(), after.into()],
        )
        .await
        .map(drop)
    }

    /// Puts a meeting's blocks in the place of those that were recorded.
    pub async fn put_blocks(
        &self,
        ids: &dyn IdSource,
        meeting: MeetingId,
        blocks: &[BlockRow],
        now: DateTime<Utc>,
    ) -> Result<()> {
        execute(
            &self.session,
            "delete from slot_block where organization_id = $1 and meeting_id = $2",
            [self.org(), meeting.0.into()],
        )
        .await?;
        self.insert(list(blocks.iter().map(|it| Model {
            organization_id: self.organization().0,
            id: ids.next(),
            meeting_id: meeting.0,
            person_id: it.person.0,
            account_id: it.account.map(|id| id.0),
            block: name(it.block),
            uid: it.uid.0.clone(),
            starts_at: it.written.as_ref().map(|written| written.slot.starts_at),
            ends_at: it.written.as_ref().map(|written| written.slot.ends_at),
            version: it.written.as_ref().and_then(|it| it.version.clone()).map(|it| it.0),
            replaced: it.written.as_ref().and_then(|it| it.replaced.clone()).map(|it| it.0),
            sequence: it.sequence as i32,
            zone: it.zone.name().to_owned(),
            place: it.place.clone(),
            updated_at: now,
        })))
        .await
    }
}
