//! Notices, reminders that were decided, what people want to be told, and deliveries.

mod counts;
mod delivery;
mod due;
mod preference;
mod slack;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use taiwa_domain::{
    calendar::guardian::Notice,
    changes::{ChangeKind, To},
    id::{ActionItemId, IdSource, MeetingId, NoticeId, PersonId},
    meeting::Slot,
    notice::{NoticeKind, Reminder},
};

pub use counts::DeliveryCount;
pub use delivery::{Delivery, Outgoing};
pub use due::{ActionDue, Decision, Upcoming};
pub use preference::PreferenceRow;
pub use slack::SlackRow;

use crate::{
    entity::notice,
    error::{DatabaseError, Result},
    handle::{Reader, Transaction, list},
    value::{execute, name, named, rows},
};

/// What a person is told.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// Identity; later ones sort after earlier ones.
    pub id: NoticeId,
    /// Whom.
    pub person: PersonId,
    /// About what.
    pub told: Told,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was marked as seen.
    pub seen_at: Option<DateTime<Utc>>,
}

/// What a notice is about: codes, times and ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A meeting's slot.
    Slot(MeetingId, Notice),
    /// The person's calendar account does not open any more.
    AccountDisconnected,
    /// A reminder of a meeting that is or was at this time.
    Meeting(Reminder, MeetingId, Slot),
    /// A reminder of an action that is or was due on this day.
    Action(Reminder, ActionItemId, NaiveDate),
    /// Nothing: somebody tried whether notices arrive.
    Test,
}

impl Told {
    /// What kind of notice.
    pub fn kind(&self) -> NoticeKind {
        match self {
            Self::Slot(..) => NoticeKind::Slot,
            Self::AccountDisconnected => NoticeKind::AccountDisconnected,
            Self::Meeting(kind, ..) | Self::Action(kind, ..) => (*kind).into(),
            Self::Test => NoticeKind::Test,
        }
    }

    /// About which meeting.
    pub fn meeting(&self) -> Option<MeetingId> {
        match self {
            Self::Slot(meeting, _) | Self::Meeting(_, meeting, _) => Some(*meeting),
            _ => None,
        }
    }

    fn detail(&self) -> Result<String> {
        match self {
            Self::Slot(_, notice) => json(notice),
            Self::Meeting(_, _, slot) => json(slot),
            Self::Action(_, action, due_on) => json(&Due { action: *action, due_on: *due_on }),
            Self::AccountDisconnected | Self::Test => Ok("{}".to_owned()),
        }
    }

    fn read(row: &notice::Model) -> Result<Self> {
        let corrupt = DatabaseError::Corrupt("notice");
        let (kind, detail) = (row.kind.as_str(), row.detail.as_str());
        if let Ok(reminder) = named::<Reminder>("reminder", kind) {
            return match row.meeting_id {
                Some(meeting) => Ok(Self::Meeting(reminder, MeetingId(meeting), parse(detail)?)),
                None => {
                    let Due { action, due_on } = parse(detail)?;
                    Ok(Self::Action(reminder, action, due_on))
                }
            };
        }
        match (named::<NoticeKind>("notice", kind)?, row.meeting_id) {
            (NoticeKind::Slot, Some(meeting)) => Ok(Self::Slot(MeetingId(meeting), parse(detail)?)),
            (NoticeKind::AccountDisconnected, _) => Ok(Self::AccountDisconnected),
            (NoticeKind::Test, _) => Ok(Self::Test),
            _ => Err(corrupt),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Due {
    action: ActionItemId,
    due_on: NaiveDate,
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| DatabaseError::Corrupt("notice"))
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| DatabaseError::Corrupt("notice"))
}

fn notice(row: notice::Model) -> Result<NoticeRow> {
    Ok(NoticeRow {
        id: NoticeId(row.id),
        person: PersonId(row.person_id),
        told: Told::read(&row)?,
        at: row.created_at,
        seen_at: row.seen_at,
    })
}

impl Reader {
    /// A person's notices, newest first, before an id.
    pub async fn notices(
        &self,
        person: PersonId,
        before: Option<NoticeId>,
        limit: u32,
    ) -> Result<Vec<NoticeRow>> {
        let found: Vec<notice::Model> = rows(
            &self.session,
            "select * from notice where organization_id = $1 and person_id = $2 \
             and ($3 is null or id < $3) order by id desc limit $4",
            [self.org(), person.0.into(), before.map(|id| id.0).into(), i64::from(limit).into()],
        )
        .await?;
        found.into_iter().map(notice).collect()
    }
}

impl Transaction {
    /// Tells people things. Returns the notices in the same order.
    pub async fn add_notices(
        &self,
        ids: &dyn IdSource,
        told: &[(PersonId, Told)],
        now: DateTime<Utc>,
    ) -> Result<Vec<NoticeId>> {
        let mut made = Vec::with_capacity(told.len());
        let mut rows = Vec::with_capacity(told.len());
        for (person, told) in told {
            let id = NoticeId::new(ids);
            made.push(id);
            let about = (told.meeting(), None);
            self.changed(To::Person(*person, None), ChangeKind::Notices, about, now);
            rows.push(notice::Model {
                organization_id: self.organization().0,
                id: id.0,
                person_id: person.0,
                kind: name(told.kind()),
                meeting_id: told.meeting().map(|id| id.0),
                detail: told.detail()?,
                created_at: now,
                seen_at: None,
            });
        }
        self.insert(list(rows)).await?;
        Ok(made)
    }

    /// Marks a person's notices up to `last` as seen.
    pub async fn mark_notices_seen(
        &self,
        person: PersonId,
        last: NoticeId,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        self.changed(To::Person(person, None), ChangeKind::Notices, (None, None), now);
        execute(
            &self.session,
            "update notice set seen_at = $4 where organization_id = $1 and person_id = $2 \
             and id <= $3 and seen_at is null",
            [self.org(), person.0.into(), last.0.into(), now.into()],
        )
        .await
    }
}
