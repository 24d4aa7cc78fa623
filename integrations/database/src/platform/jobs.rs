//! The outbox: jobs written in the transaction of the change that asks for them, claimed with a
//! lease, worked off at least once.
//!
//! The queue crates cannot enlist in our transactions, hence a table and two statements of our
//! own. A claim holds no payload: its subject is read from the tenant's tables by the worker.

use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, FromQueryResult, Value};
use serde::{Deserialize, Serialize};
use taiwa_domain::id::{IdSource, JobId, OrganizationId};
use uuid::Uuid;

use super::System;
use crate::{
    error::Result,
    handle::{Reader, Transaction},
    value::{Sql, execute, name, named, row, rows},
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

/// A claimed job: whoever holds it works it off before the lease ends.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Identity.
    pub id: JobId,
    /// The tenant to work for.
    pub organization: OrganizationId,
    /// What to do.
    pub kind: JobKind,
    /// To what.
    pub subject: Uuid,
    /// Which try this is since it last succeeded, from 1.
    pub attempt: u32,
    /// Tells this claim from others of the same job: a worker whose lease ran out changes nothing.
    fence: i64,
}

/// Tries before a job is given up.
const MOST_ATTEMPTS: u32 = 8;

#[derive(FromQueryResult)]
struct ClaimRow {
    id: Uuid,
    organization_id: Uuid,
    kind: String,
    subject_id: Uuid,
    attempts: i32,
    fence: i64,
}

impl System {
    /// Claims up to `limit` due jobs until `lease_until`; of one organization only, if given.
    /// Without `calendars`, none of those that need what opens calendars: they are left to workers
    /// that have it.
    pub async fn claim(
        &self,
        only: Option<OrganizationId>,
        calendars: bool,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Claim>> {
        let postgres = self.write.get_database_backend() == DbBackend::Postgres;
        let skip = if postgres { "for update skip locked" } else { "" };
        // SQLite's single writer makes the one statement atomic as it is.
        let found: Vec<ClaimRow> = rows(
            &self.write,
            &format!(
                "with due as (select id from job where done_at is null and run_at <= $1 \
                   and (lease_until is null or lease_until < $1) \
                   and ($4 is null or organization_id = $4) \
                   and ($5 or not single) order by run_at, id limit $3 {skip}) \
                 update job set lease_until = $2, attempts = attempts + 1, fence = fence + 1 \
                 where id in (select id from due) \
                 returning id, organization_id, kind, subject_id, attempts, fence"
            ),
            [
                now.into(),
                lease_until.into(),
                i64::from(limit).into(),
                only.map(|id| id.0).into(),
                calendars.into(),
            ],
        )
        .await?;
        let mut claims: Vec<Claim> = found
            .into_iter()
            .map(|row| {
                Ok(Claim {
                    id: JobId(row.id),
                    organization: OrganizationId(row.organization_id),
                    kind: named("job kind", &row.kind)?,
                    subject: row.subject_id,
                    attempt: row.attempts as u32,
                    fence: row.fence,
                })
            })
            .collect::<Result<_>>()?;
        claims.sort_by_key(|claim| claim.id);
        Ok(claims)
    }

    /// Records progress. Returns false if the claim was lost.
    pub async fn progress(&self, claim: &Claim, done: i64, total: i64) -> Result<bool> {
        execute(
            &self.write,
            "update job set progress_done = $3, progress_total = $4 \
             where id = $1 and fence = $2 and done_at is null",
            [claim.id.0.into(), claim.fence.into(), done.into(), total.into()],
        )
        .await
        .map(|count| count > 0)
    }

    /// A sign of life: prolongs the lease. Returns false if the claim was lost.
    pub async fn renew(&self, claim: &Claim, lease_until: DateTime<Utc>) -> Result<bool> {
        execute(
            &self.write,
            "update job set lease_until = $3 where id = $1 and fence = $2 and done_at is null",
            [claim.id.0.into(), claim.fence.into(), lease_until.into()],
        )
        .await
        .map(|count| count > 0)
    }

    /// Gives a claim back after a failure: tried again at `retry_at`, or given up.
    pub async fn fail(
        &self,
        claim: &Claim,
        code: &str,
        now: DateTime<Utc>,
        retry_at: DateTime<Utc>,
    ) -> Result<()> {
        let last = claim.attempt >= MOST_ATTEMPTS && claim.kind.gives_up();
        execute(
            &self.write,
            "update job set error_code = $3, run_at = $4, lease_until = null, \
               failed_at = $5, done_at = $5 \
             where id = $1 and fence = $2 and done_at is null",
            [
                claim.id.0.into(),
                claim.fence.into(),
                code.into(),
                retry_at.into(),
                last.then_some(now).into(),
            ],
        )
        .await
        .map(|_| ())
    }

    /// When the next waiting job is due that is of none of these kinds: for an idle worker's nap.
    pub async fn next_due(&self, but: &[JobKind]) -> Result<Option<DateTime<Utc>>> {
        #[derive(FromQueryResult)]
        struct Row {
            due: Option<DateTime<Utc>>,
        }
        let kinds: Vec<_> = but.iter().map(|kind| format!("'{}'", name(*kind))).collect();
        let others = match kinds.as_slice() {
            [] => String::new(),
            kinds => format!("and kind not in ({})", kinds.join(", ")),
        };
        let sql = format!("select min(run_at) as due from job where done_at is null {others}");
        let found: Option<Row> = row(&self.read, &sql, []).await?;
        Ok(found.and_then(|row| row.due))
    }
}

impl Transaction {
    /// Asks for a job, to be seen by workers when this transaction commits.
    pub async fn enqueue(
        &self,
        ids: &dyn IdSource,
        kind: JobKind,
        subject: Uuid,
        now: DateTime<Utc>,
    ) -> Result<()> {
        execute(
            &self.session,
            "insert into job (id, organization_id, kind, subject_id, run_at, attempts, \
               progress_done, progress_total, created_at) values ($1, $2, $3, $4, $5, 0, 0, 0, $5)",
            [ids.next().into(), self.org(), name(kind).into(), subject.into(), now.into()],
        )
        .await
        .map(|_| ())
    }

    /// Marks equal jobs that wait for their first try as done by this claim. To be called before
    /// the worker reads its facts: each such job was written by a transaction that has committed,
    /// so what it asks for is among those facts. (Leaving one out when it is asked for would be
    /// wrong: the waiting one may be claimed, and its facts read, before the new change commits.)
    pub async fn absorb_equal(&self, claim: &Claim, now: DateTime<Utc>) -> Result<u64> {
        execute(
            &self.session,
            "update job set done_at = $5 where organization_id = $1 and kind = $2 \
             and subject_id = $3 and id <> $4 and done_at is null and attempts = 0",
            [
                self.org(),
                name(claim.kind).into(),
                claim.subject.into(),
                claim.id.0.into(),
                now.into(),
            ],
        )
        .await
    }

    /// Finishes a claim in the transaction of its own effects. Returns false if the claim was
    /// lost to another worker: then the transaction must not be committed.
    pub async fn finish(&self, claim: &Claim, now: DateTime<Utc>) -> Result<bool> {
        execute(
            &self.session,
            "update job set done_at = $4, lease_until = null, error_code = null \
             where organization_id = $1 and id = $2 and fence = $3 and done_at is null",
            [self.org(), claim.id.0.into(), claim.fence.into(), now.into()],
        )
        .await
        .map(|count| count > 0)
    }

    /// Asks for jobs that never wait twice, from `run_at` on: one that waits runs at the earlier
    /// time, one that runs is run once more. One that waits after a failure keeps its own time, so
    /// that news from a system that is down do not call it more often.
    pub async fn ask(
        &self,
        ids: &dyn IdSource,
        kind: JobKind,
        subjects: &[Uuid],
        run_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        for subjects in subjects.chunks(1_000) {
            let mut sql = Sql::default();
            let (organization, kind) = (sql.bind(self.org()), sql.bind(name(kind)));
            let (run_at, now) = (sql.bind(run_at), sql.bind(now));
            sql.push(
                "insert into job (id, organization_id, kind, subject_id, run_at, attempts, \
                   progress_done, progress_total, created_at, single) values ",
            );
            for (n, subject) in subjects.iter().enumerate() {
                let (id, subject) = (sql.bind(ids.next()), sql.bind(*subject));
                sql.push(if n == 0 { "" } else { ", " }).push(&format!(
                    "({id}, {organization}, {kind}, {subject}, {run_at}, 0, 0, 0, {now}, true)"
                ));
            }
            sql.push(
                " on conflict (organization_id, kind, subject_id) where done_at is null and single \
                 do update set \
                   run_at = case when job.lease_until is null and job.error_code is null \
                     and excluded.run_at < job.run_at then excluded.run_at else job.run_at end, \
                   again_at = case when job.lease_until is null then job.again_at \
                     when job.again_at < excluded.run_at then job.again_at \
                     else excluded.run_at end",
            );
            execute(&self.session, &sql.text, sql.values).await?;
        }
        Ok(())
    }

    /// Finishes a claim of a job that never waits twice: it waits again if it was asked for in the
    /// meantime, or until `next`; else nothing is left of it. Returns false if the claim was lost
    /// to another worker: then the transaction must not be committed.
    pub async fn settle(&self, claim: &Claim, next: Option<DateTime<Utc>>) -> Result<bool> {
        let claimed = "organization_id = $1 and id = $2 and fence = $3 and done_at is null";
        let key = [self.org(), claim.id.0.into(), claim.fence.into()];
        let Some(next) = next else {
            // First: whoever asks for it from now on waits for this row, and finds it gone.
            let gone = format!("delete from job where {claimed} and again_at is null");
            if execute(&self.session, &gone, key.clone()).await? > 0 {
                return Ok(true);
            }
            return self.wait_again(claimed, "again_at", key.to_vec()).await;
        };
        let again = "case when again_at < $4 then again_at else $4 end";
        self.wait_again(claimed, again, [key.to_vec(), vec![next.into()]].concat()).await
    }

    async fn wait_again(&self, claimed: &str, run_at: &str, values: Vec<Value>) -> Result<bool> {
        execute(
            &self.session,
            &format!(
                "update job set run_at = {run_at}, again_at = null, lease_until = null, \
                   error_code = null, attempts = 0 where {claimed}"
            ),
            values,
        )
        .await
        .map(|count| count > 0)
    }
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
