//! Claiming due jobs and finishing them.

use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, FromQueryResult, Value};
use taiwa_domain::id::{JobId, OrganizationId};
use uuid::Uuid;

use super::JobKind;
use crate::{
    error::Result,
    handle::Transaction,
    platform::System,
    value::{execute, name, named, row, rows},
};

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
    /// Claims up to `limit` due jobs until `lease_until`, those that let others go first last; of one organization only, if given.
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
        let due = "select id from job where done_at is null and run_at <= $1 \
                   and (lease_until is null or lease_until < $1) \
                   and ($4 is null or organization_id = $4) and ($5 or not single) and";
        // SQLite's single writer makes the one statement atomic as it is.
        let found: Vec<ClaimRow> = rows(
            &self.write,
            &format!(
                "with first as ({due} behind = false order by run_at, id limit $3 {skip}), \
                 others as ({due} behind = true order by run_at, id limit $3 {skip}), \
                 due as (select id from (select id, 0 as turn from first \
                   union all select id, 1 from others) as found order by turn limit $3) \
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
        // Each the first entry of its part of the index.
        let first = |behind| {
            format!(
                "select min(run_at) as run_at from job \
                 where behind = {behind} and done_at is null {others}"
            )
        };
        let sql = format!(
            "select min(run_at) as due from ({} union all {}) as waiting",
            first(false),
            first(true)
        );
        let found: Option<Row> = row(&self.read, &sql, []).await?;
        Ok(found.and_then(|row| row.due))
    }
}

impl Transaction {
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
