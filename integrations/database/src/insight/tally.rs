//! What is counted of each meeting. Rows follow their meetings in the same transaction, from the
//! end of their week until it is closed.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use sea_orm::{FromQueryResult, Value};
use taiwa_domain::{
    calendar::guardian::Displacing,
    id::{DepartmentId, MeetingId, PairId, PersonId},
    insight::{Counted, Fate, fate},
    meeting::{MeetingStatus, SkipReason, held::NotHeldReason},
    organization::Period,
};
use uuid::Uuid;

use crate::{
    entity::insight_tally,
    error::{DatabaseError, Result},
    handle::{Reader, Transaction},
    meeting::Spoken,
    value::{execute, name, named, parsed, rows},
};

/// What is counted of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TallyRow {
    /// Which.
    pub meeting: MeetingId,
    /// Where it counts, and when.
    pub counted: Counted,
    /// The report.
    pub report: PersonId,
    /// How it ended.
    pub fate: Fate,
    /// What kind of event took its time.
    pub displaced: Option<Displacing>,
}

const HELD_CONFIRMED: &str = "held_confirmed";
const HELD_UNOPPOSED: &str = "held_unopposed";
const MISSED: &str = "missed";
const UNCONFIRMED: &str = "unconfirmed";
const CALLED_OFF: &str = "called_off";
const SKIPPED: &str = "skipped";

fn columns(fate: Fate) -> (String, Option<String>) {
    let (fate, reason) = match fate {
        Fate::HeldConfirmed => (HELD_CONFIRMED, None),
        Fate::HeldUnopposed => (HELD_UNOPPOSED, None),
        Fate::Missed(why) => (MISSED, Some(name(why))),
        Fate::Unconfirmed => (UNCONFIRMED, None),
        Fate::CalledOff(why) => (CALLED_OFF, Some(name(why))),
        Fate::Skipped(why) => (SKIPPED, Some(name(why))),
    };
    (fate.to_owned(), reason)
}

fn read(fate: &str, reason: Option<&str>) -> Result<Fate> {
    let said = || named::<NotHeldReason>("tally", reason.unwrap_or_default());
    Ok(match fate {
        HELD_CONFIRMED => Fate::HeldConfirmed,
        HELD_UNOPPOSED => Fate::HeldUnopposed,
        MISSED => Fate::Missed(said()?),
        UNCONFIRMED => Fate::Unconfirmed,
        CALLED_OFF => Fate::CalledOff(said()?),
        SKIPPED => Fate::Skipped(named("tally", reason.unwrap_or_default())?),
        _ => return Err(DatabaseError::Corrupt("tally")),
    })
}

impl Reader {
    /// What is counted of meetings due in weeks from `from` up to `until`, by meeting.
    pub async fn tallies(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<TallyRow>> {
        let found: Vec<insight_tally::Model> = rows(
            &self.session,
            "select * from insight_tally where organization_id = $1 and week >= $2 and week < $3 \
             order by id",
            [self.org(), from.into(), until.into()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(TallyRow {
                    meeting: MeetingId(row.id),
                    counted: Counted {
                        unit: row.department_id.map(DepartmentId),
                        pair: PairId(row.pair_id),
                        manager: PersonId(row.manager_id),
                        week: row.week,
                    },
                    report: PersonId(row.report_id),
                    fate: read(&row.fate, row.reason.as_deref())?,
                    displaced: row.displaced_by.map(|by| named("displacing", &by)).transpose()?,
                })
            })
            .collect()
    }
}

/// A meeting with all that what is counted of it depends on.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    pair_id: Uuid,
    due_week: NaiveDate,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    status: String,
    skip_reason: Option<String>,
    organizer_id: Uuid,
    partner_id: Uuid,
    time_zone: String,
    displaced_by: Option<String>,
    #[sea_orm(nested)]
    spoken: Spoken,
}

/// A week that is being counted: its row in `r`.
const COUNTING: &str = "r.organization_id = $1 and r.kind = 'week' and r.state = 'counting'";

impl Transaction {
    /// Counts a week anew, from the meetings themselves. Its row must say that it is being counted.
    pub async fn tally_week(&self, week: NaiveDate, now: DateTime<Utc>) -> Result<()> {
        self.count("m.due_week = $2", "week = $2", week.into(), now).await
    }

    /// Counts meetings anew whose weeks are being counted.
    pub async fn tally(&self, meetings: &[MeetingId], now: DateTime<Utc>) -> Result<()> {
        if meetings.is_empty() {
            return Ok(());
        }
        let any = self.any(2);
        let ids = self.ids(meetings.iter().map(|id| id.0));
        self.count(&format!("m.id {any}"), &format!("id {any}"), ids, now).await
    }

    async fn count(
        &self,
        meetings: &str,
        tallies: &str,
        which: Value,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let spoken = Spoken::COLUMNS;
        // Whoever closes the week waits for this change, or this one finds it closed.
        let lock = if self.postgres() { " for share of r" } else { "" };
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select m.id, m.pair_id, m.due_week, m.starts_at, m.ends_at, m.status, \
                   m.skip_reason, p.organizer_id, p.partner_id, z.time_zone, g.displaced_by, {spoken} \
                 from meeting m \
                 join insight_release r on {COUNTING} and r.starts_on = m.due_week \
                 join pair p on p.organization_id = m.organization_id and p.id = m.pair_id \
                   and p.kind = 'manager' \
                 join organization z on z.id = m.organization_id \
                 left join meeting_outcome o on o.organization_id = m.organization_id and o.id = m.id \
                 left join guarded_slot g on g.organization_id = m.organization_id and g.id = m.id \
                 where m.organization_id = $1 and {meetings} order by m.id{lock}"
            ),
            [self.org(), which.clone()],
        )
        .await?;
        if found.is_empty() {
            return Ok(());
        }
        execute(
            &self.session,
            &format!(
                "delete from insight_tally where organization_id = $1 and {tallies} and week in \
                 (select r.starts_on from insight_release r where {COUNTING})"
            ),
            [self.org(), which],
        )
        .await?;
        let posts = self.primary_posts(&found).await?;
        let mut tallies = Vec::with_capacity(found.len());
        for row in &found {
            let status: MeetingStatus = named("meeting status", &row.status)?;
            let skipped: Option<SkipReason> =
                row.skip_reason.as_deref().map(|why| named("skip reason", why)).transpose()?;
            let words = row.spoken.words()?;
            let called_off = row.spoken.called_off()?;
            let outcome = words.outcome(row.ends_at.unwrap_or(now), now);
            let reason = called_off.or(words.reason());
            let Some(fate) = fate(status, skipped, outcome, reason) else { continue };
            let (fate, reason) = columns(fate);
            tallies.push(insight_tally::Model {
                organization_id: self.organization().0,
                id: row.id,
                pair_id: row.pair_id,
                manager_id: row.organizer_id,
                report_id: row.partner_id,
                department_id: department(row, &posts)?,
                week: row.due_week,
                fate,
                reason,
                displaced_by: row.displaced_by.clone(),
            });
        }
        self.insert(tallies).await
    }

    /// The primary departments of the reports around the days of their meetings.
    async fn primary_posts(&self, found: &[Row]) -> Result<HashMap<Uuid, Vec<(Period, Uuid)>>> {
        #[derive(FromQueryResult)]
        struct Post {
            person_id: Uuid,
            department_id: Uuid,
            valid_from: NaiveDate,
            valid_until: NaiveDate,
        }
        let days = found.iter().flat_map(|row| {
            let starts = row.starts_at.map_or(row.due_week, |at| at.date_naive());
            [
                row.due_week,
                row.due_week + Days::new(7),
                starts - Days::new(1),
                starts + Days::new(1),
            ]
        });
        let (from, until) = days.fold((NaiveDate::MAX, NaiveDate::MIN), |(from, until), day| {
            (from.min(day), until.max(day))
        });
        let mut reports: Vec<Uuid> = found.iter().map(|row| row.partner_id).collect();
        reports.sort_unstable();
        reports.dedup();
        let any = self.any(4);
        let found: Vec<Post> = rows(
            &self.session,
            &format!(
                "select person_id, department_id, valid_from, valid_until from assignment \
                 where organization_id = $1 and is_primary and valid_until > $2 and valid_from <= $3 \
                 and person_id {any} order by valid_from, id"
            ),
            [self.org(), from.into(), until.into(), self.ids(reports)],
        )
        .await?;
        let mut posts: HashMap<Uuid, Vec<(Period, Uuid)>> = HashMap::new();
        for post in found {
            let period = Period { from: post.valid_from, until: post.valid_until };
            posts.entry(post.person_id).or_default().push((period, post.department_id));
        }
        Ok(posts)
    }
}

/// The department in which the report was on the meeting's day, as the organization counts days; of
/// one without a time, on the first day of its week on which they were in one.
fn department(row: &Row, posts: &HashMap<Uuid, Vec<(Period, Uuid)>>) -> Result<Option<Uuid>> {
    let Some(posts) = posts.get(&row.partner_id) else { return Ok(None) };
    let zone: chrono_tz::Tz = parsed("time zone", &row.time_zone)?;
    let found = match row.starts_at {
        Some(at) => {
            let day = at.with_timezone(&zone).date_naive();
            posts.iter().find(|(period, _)| period.contains(day))
        }
        None => {
            let week = Period { from: row.due_week, until: row.due_week + Days::new(7) };
            posts.iter().find(|(period, _)| period.overlaps(&week))
        }
    };
    Ok(found.map(|(_, department)| *department))
}
