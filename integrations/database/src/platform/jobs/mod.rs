//! The outbox: jobs written in the transaction of the change that asks for them, claimed with a
//! lease, worked off at least once.
//!
//! The queue crates cannot enlist in our transactions, hence a table and two statements of our
//! own. A claim holds no payload: its subject is read from the tenant's tables by the worker.

mod ask;
mod claim;

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use taiwa_domain::id::JobId;
use uuid::Uuid;

pub use claim::Claim;

use crate::{
    error::Result,
    handle::Reader,
    value::{named, rows},
};

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Brings pairs and their episodes in line with reporting lines and policies.
    SyncPairs,
    /// Plans anew what an applied plan covers, after the facts changed.
    RefreshPlan,
    /// Brings holds in calendars in line with meetings.
    PlaceHolds,
    /// Tries what somebody gave to connect an account with; of an account that is leaving: forgets
    /// it once nothing stands in it.
    ConnectCalendar,
    /// Reads what changed in an account's calendar.
    ReadCalendar,
    /// Keeps an account's channel of notices open.
    WatchCalendar,
    /// Guards a meeting's slot.
    GuardSlot,
    /// Settles a meeting that one of the two says was held, once the other had their time.
    SettleMeeting,
    /// Counts the weeks that are over, and closes spans whose time has come.
    CloseInsight,
    /// Lets go of content that is older than the organization keeps it.
    Retain,
    /// Tells the two of minutes in which something was written.
    TellMinutes,
    /// Forgets what was told of changes long ago.
    ForgetChanges,
    /// Looks whom to remind of what, and reminds them.
    SendReminders,
    /// Takes what a person is told to them by mail and chat.
    DeliverNotices,
}

impl JobKind {
    /// Whether a job is given up after its last try. What guards calendars never is: a provider may
    /// be down for as long as it likes.
    fn gives_up(self) -> bool {
        matches!(self, Self::SyncPairs | Self::RefreshPlan | Self::PlaceHolds)
    }
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting for a worker, or for another try.
    Waiting,
    /// A worker holds it.
    Running,
    /// Finished.
    Done,
    /// Given up after its last try.
    Failed,
}

/// A job as shown to people.
#[derive(Clone, Debug)]
pub struct Job {
    /// Identity.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// How far it is.
    pub state: JobState,
    /// Tries so far.
    pub attempts: u32,
    /// Steps done.
    pub progress_done: i64,
    /// Steps in all; 0 while unknown.
    pub progress_total: i64,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it finished.
    pub done_at: Option<DateTime<Utc>>,
    /// Why the last try failed, as a code.
    pub error_code: Option<String>,
}

#[derive(FromQueryResult)]
struct JobRow {
    id: Uuid,
    kind: String,
    attempts: i32,
    lease_until: Option<DateTime<Utc>>,
    progress_done: i64,
    progress_total: i64,
    created_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
    failed_at: Option<DateTime<Utc>>,
    error_code: Option<String>,
}

impl Reader {
    /// Jobs of the organization, newest first, before an id. Those that guard single slots and
    /// calendars are many, and shown where these are.
    pub async fn jobs(
        &self,
        before: Option<JobId>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<Job>> {
        let found: Vec<JobRow> = rows(
            &self.session,
            "select id, kind, attempts, lease_until, progress_done, progress_total, created_at, \
               done_at, failed_at, error_code from job \
             where organization_id = $1 and not single and ($2 is null or id < $2) \
             order by id desc limit $3",
            [self.org(), before.map(|id| id.0).into(), i64::from(limit).into()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(Job {
                    id: JobId(row.id),
                    kind: named("job kind", &row.kind)?,
                    state: match (row.failed_at, row.done_at, row.lease_until) {
                        (Some(_), ..) => JobState::Failed,
                        (_, Some(_), _) => JobState::Done,
                        (_, _, Some(until)) if until > now => JobState::Running,
                        _ => JobState::Waiting,
                    },
                    attempts: row.attempts as u32,
                    progress_done: row.progress_done,
                    progress_total: row.progress_total,
                    created_at: row.created_at,
                    done_at: row.done_at,
                    error_code: row.error_code,
                })
            })
            .collect()
    }
}
