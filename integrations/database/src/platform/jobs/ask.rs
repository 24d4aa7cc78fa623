//! Asking for jobs.

use chrono::{DateTime, Utc};
use taiwa_domain::id::IdSource;
use uuid::Uuid;

use super::JobKind;
use crate::{
    error::Result,
    handle::Transaction,
    value::{Sql, execute, name},
};

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
        self.ask_for(ids, kind, subjects, (run_at, now), false).await
    }

    /// Likewise at once, but each lets every job go first that is due and was asked for with
    /// [`Transaction::ask`]: for what a change of a whole person or organization leaves to do. Of
    /// that there may be more than calendars take in an hour, while people are waiting for answers.
    /// One that is asked for both ways lets none go first.
    pub async fn ask_behind(
        &self,
        ids: &dyn IdSource,
        kind: JobKind,
        subjects: &[Uuid],
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.ask_for(ids, kind, subjects, (now, now), true).await
    }

    async fn ask_for(
        &self,
        ids: &dyn IdSource,
        kind: JobKind,
        subjects: &[Uuid],
        (run_at, now): (DateTime<Utc>, DateTime<Utc>),
        behind: bool,
    ) -> Result<()> {
        for subjects in subjects.chunks(1_000) {
            let mut sql = Sql::default();
            let (organization, kind) = (sql.bind(self.org()), sql.bind(name(kind)));
            let (run_at, now) = (sql.bind(run_at), sql.bind(now));
            let behind = sql.bind(behind);
            sql.push(
                "insert into job (id, organization_id, kind, subject_id, run_at, attempts, \
                   progress_done, progress_total, created_at, single, behind) values ",
            );
            for (n, subject) in subjects.iter().enumerate() {
                let (id, subject) = (sql.bind(ids.next()), sql.bind(*subject));
                sql.push(if n == 0 { "" } else { ", " }).push(&format!(
                    "({id}, {organization}, {kind}, {subject}, {run_at}, 0, 0, 0, {now}, true, {behind})"
                ));
            }
            sql.push(
                " on conflict (organization_id, kind, subject_id) where done_at is null and single \
                 do update set behind = job.behind and excluded.behind, \
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
}
