//! What stands for meetings in people's calendars, as we last wrote it.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    calendar::{
        EventUid, Version,
        guardian::{Block, Other, ReleaseReason, SlotState, Written},
    },
    id::{AccountId, IdSource, MeetingId, PairId, PersonId},
    meeting::Slot,
    organization::Period,
    pair::Pair,
};
use uuid::Uuid;

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

/// A coming meeting that the guardian has had to do with.
#[derive(Clone, Copy, Debug)]
pub struct GuardedRow {
    /// Which.
    pub meeting: MeetingId,
    /// Whose.
    pub pair: Pair,
    /// When; none = it was given up, and something still stands for it.
    pub slot: Option<Slot>,
    /// The organizer's and the partner's zone when it was written into their calendars.
    pub agreed: [Option<chrono_tz::Tz>; 2],
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
        let state = |row: &Row| match (&row.reason, &row.state) {
            (Some(reason), _) => {
                named::<ReleaseReason>("release", reason).map(|it| Some(SlotState::Released(it)))
            }
            (None, state) => state.as_deref().map(|it| named("slot state", it)).transpose(),
        };
        found
            .iter()
            .map(|row| {
                Ok(SlotStanding {
                    meeting: MeetingId(row.id),
                    state: state(row)?,
                    interventions: row.interventions.unwrap_or(0) as u8,
                    standing: row.standing as u32,
                })
            })
            .collect()
    }

    /// The 1on1s of people that touch `span`, as our records want them, with the minutes kept free
    /// after each; each under the name of its event in that person's calendar, if it has one.
    pub async fn other_meetings(
        &self,
        people: &[PersonId],
        span: Slot,
        except: MeetingId,
    ) -> Result<Vec<(PersonId, Other, u16)>> {
        #[derive(FromQueryResult)]
        struct Row {
            person_id: Uuid,
            uid: Option<String>,
            starts_at: DateTime<Utc>,
            ends_at: DateTime<Utc>,
            buffer_minutes: i32,
        }
        let any = self.any(2);
        // A cross join keeps its order in SQLite: from a few pairs to their meetings, where it
        // would rather walk those of the whole week.
        let side = |column: &str| {
            format!(
                "select p.{column} as person_id, b.uid, m.starts_at, m.ends_at, m.buffer_minutes \
                 from pair p cross join meeting m \
                 left join slot_block b on b.organization_id = m.organization_id \
                   and b.meeting_id = m.id and b.person_id = p.{column} \
                 where p.organization_id = $1 and p.{column} {any} \
                   and m.organization_id = p.organization_id and m.pair_id = p.id \
                   and m.sort_at > $3 and m.sort_at < $4 \
                   and m.status <> 'skipped' and m.starts_at is not null and m.id <> $5"
            )
        };
        let found: Vec<Row> = rows(
            &self.session,
            &format!("{} union all {} order by 3", side("organizer_id"), side("partner_id")),
            [
                self.org(),
                self.ids(people.iter().map(|id| id.0)),
                // No 1on1 is longer than a few hours.
                (span.starts_at - chrono::TimeDelta::days(1)).into(),
                span.ends_at.into(),
                except.0.into(),
            ],
        )
        .await?;
        let other = |row: Row| {
            let slot = Slot { starts_at: row.starts_at, ends_at: row.ends_at };
            let uid = EventUid(row.uid.unwrap_or_default());
            (PersonId(row.person_id), Other { uid, slot }, row.buffer_minutes as u16)
        };
        Ok(found.into_iter().map(other).collect())
    }

    /// The placed meetings of a person that end after `after`, with the name of each one's event in
    /// that person's calendar.
    pub async fn upcoming_slots(
        &self,
        person: PersonId,
        after: DateTime<Utc>,
    ) -> Result<Vec<(MeetingId, Slot, Option<EventUid>)>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            starts_at: DateTime<Utc>,
            ends_at: DateTime<Utc>,
            uid: Option<String>,
        }
        let side = |column: &str| {
            format!(
                "select m.id, m.starts_at, m.ends_at, b.uid from pair p cross join meeting m \
                 left join slot_block b on b.organization_id = m.organization_id \
                   and b.meeting_id = m.id and b.person_id = $2 \
                 where p.organization_id = $1 and p.{column} = $2 \
                   and m.organization_id = p.organization_id and m.pair_id = p.id \
                   and m.sort_at > $3 and m.ends_at > $4 \
                   and m.status in ('planned', 'scheduled')"
            )
        };
        let found: Vec<Row> = rows(
            &self.session,
            &format!("{} union all {}", side("organizer_id"), side("partner_id")),
            [
                self.org(),
                person.0.into(),
                (after - chrono::TimeDelta::days(1)).into(),
                after.into(),
            ],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| {
                let slot = Slot { starts_at: row.starts_at, ends_at: row.ends_at };
                (MeetingId(row.id), slot, row.uid.map(EventUid))
            })
            .collect())
    }

    /// The coming meetings that the guardian has had to do with, those that were given up while
    /// something still stands for them included.
    pub async fn guarded_coming(&self, after: DateTime<Utc>) -> Result<Vec<GuardedRow>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            pair_id: Uuid,
            kind: String,
            organizer_id: Uuid,
            partner_id: Uuid,
            starts_at: Option<DateTime<Utc>>,
            ends_at: Option<DateTime<Utc>>,
            organizers_zone: Option<String>,
            partners_zone: Option<String>,
        }
        let block = |name: &str, person: &str| {
            format!(
                "left join slot_block {name} on {name}.organization_id = m.organization_id \
                 and {name}.meeting_id = m.id and {name}.person_id = p.{person} \
                 and {name}.starts_at is not null"
            )
        };
        let mut found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select m.id, m.pair_id, p.kind, p.organizer_id, p.partner_id, m.starts_at, \
                   m.ends_at, a.zone as organizers_zone, b.zone as partners_zone \
                 from guarded_slot g join meeting m \
                   on m.organization_id = g.organization_id and m.id = g.id and m.sort_at > $2 \
                 join pair p on p.organization_id = m.organization_id and p.id = m.pair_id \
                 {} {} where g.organization_id = $1 and \
                   (m.starts_at is not null or a.id is not null or b.id is not null)",
                block("a", "organizer_id"),
                block("b", "partner_id"),
            ),
            // What was given up sorts at the Monday of its week.
            [self.org(), (after - chrono::TimeDelta::days(8)).into()],
        )
        .await?;
        // Asked in the order of ids, SQLite would read the whole past in that order.
        found.sort_unstable_by_key(|row| row.id);
        let zone = |text: Option<String>| text.map(|it| parsed("time zone", &it)).transpose();
        found
            .into_iter()
            .map(|row| {
                let slot = row.starts_at.zip(row.ends_at);
                Ok(GuardedRow {
                    meeting: MeetingId(row.id),
                    pair: Pair {
                        id: PairId(row.pair_id),
                        kind: named("pair kind", &row.kind)?,
                        organizer: PersonId(row.organizer_id),
                        partner: PersonId(row.partner_id),
                    },
                    slot: slot.map(|(starts_at, ends_at)| Slot { starts_at, ends_at }),
                    agreed: [zone(row.organizers_zone)?, zone(row.partners_zone)?],
                })
            })
            .filter(|it: &Result<GuardedRow>| {
                it.as_ref().is_ok_and(|it| it.slot.is_none_or(|slot| slot.ends_at > after))
                    || it.is_err()
            })
            .collect()
    }

    /// Placed meetings due in a period to which the guardian gave their time.
    pub async fn defended_meetings(&self, period: Period) -> Result<Vec<MeetingId>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select g.id from guarded_slot g join meeting m \
               on m.organization_id = g.organization_id and m.id = g.id \
             where g.organization_id = $1 and g.interventions > 0 and m.due_week >= $2 \
               and m.due_week < $3 and m.starts_at is not null order by g.id",
            [self.org(), period.from.into(), period.until.into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| MeetingId(row.id)).collect())
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
