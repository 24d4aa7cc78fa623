//! The coming 1on1s around a slot, of a person, and of everybody.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    calendar::{
        EventUid,
        guardian::{Other, SlotState},
    },
    id::{MeetingId, PairId, PersonId},
    meeting::Slot,
    organization::Period,
    pair::Pair,
};
use uuid::Uuid;

use super::slots::state;
use crate::{
    error::Result,
    handle::Reader,
    value::{Sql, named, parsed, rows},
};

/// Another 1on1 of a person.
#[derive(Clone, Debug)]
pub struct OtherRow {
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub meeting: MeetingId,
    /// When, and as what it stands in that person's calendar.
    pub other: Other,
    /// Minutes kept free after it.
    pub buffer_minutes: u16,
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

/// What is read of another 1on1 `m`, its block `b` and its slot `g`: while something is yet to be
/// done about a slot, nothing is left to people.
const OTHER: &str = "m.id, m.starts_at, m.ends_at, b.uid, \
                     case when g.pending is null then g.state end as state, g.reason, \
                     m.buffer_minutes";

#[derive(FromQueryResult)]
struct Row {
    person_id: Uuid,
    id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    uid: Option<String>,
    state: Option<String>,
    reason: Option<String>,
    buffer_minutes: i32,
}

fn other(row: Row) -> Result<OtherRow> {
    let state = row.state.map(|it| state(&it, row.reason.as_deref())).transpose()?;
    Ok(OtherRow {
        person: PersonId(row.person_id),
        meeting: MeetingId(row.id),
        other: Other {
            uid: EventUid(row.uid.unwrap_or_default()),
            slot: Slot { starts_at: row.starts_at, ends_at: row.ends_at },
            left: state.is_some_and(SlotState::is_left),
        },
        buffer_minutes: row.buffer_minutes as u16,
    })
}

impl Reader {
    /// The 1on1s of people that touch `span`, as our records want them; each under the name of its
    /// event in that person's calendar, if it has one.
    pub async fn other_meetings(
        &self,
        people: &[PersonId],
        span: Slot,
        except: MeetingId,
    ) -> Result<Vec<OtherRow>> {
        let any = self.any(2);
        // A cross join keeps its order in SQLite: from a few pairs to their meetings, where it
        // would rather walk those of the whole week.
        let side = |column: &str| {
            format!(
                "select p.{column} as person_id, {OTHER} \
                 from pair p cross join meeting m \
                 left join slot_block b on b.organization_id = m.organization_id \
                   and b.meeting_id = m.id and b.person_id = p.{column} \
                 left join guarded_slot g \
                   on g.organization_id = m.organization_id and g.id = m.id \
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
        found.into_iter().map(other).collect()
    }

    /// The 1on1s of people whose events carry one of these names in their calendars, whenever they
    /// are to be.
    pub async fn meetings_named(
        &self,
        people: &[PersonId],
        uids: &[EventUid],
    ) -> Result<Vec<OtherRow>> {
        let mut found = Vec::new();
        for uids in uids.chunks(500) {
            let mut sql = Sql::default();
            let organization = sql.bind(self.org());
            sql.values.push(self.ids(people.iter().map(|id| id.0)));
            let any = self.any(sql.values.len() as u8);
            let names: Vec<String> = uids.iter().map(|uid| sql.bind(uid.as_str())).collect();
            sql.push(&format!(
                "select b.person_id, {OTHER} from slot_block b cross join meeting m \
                 left join guarded_slot g \
                   on g.organization_id = m.organization_id and g.id = m.id \
                 where b.organization_id = {organization} and b.person_id {any} \
                   and b.uid in ({}) and m.organization_id = b.organization_id \
                   and m.id = b.meeting_id and m.status <> 'skipped' and m.starts_at is not null",
                names.join(", ")
            ));
            let page: Vec<Row> = rows(&self.session, &sql.text, sql.values).await?;
            for row in page {
                found.push(other(row)?);
            }
        }
        Ok(found)
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
}
