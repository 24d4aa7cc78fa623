//! Sessions, roles, uploads, jobs.

use chrono::TimeDelta;
use taiwa_database::platform::{Job, Session, Upload};
use taiwa_domain::{
    access::{Administer, ManageImports, Role},
    id::{JobId, OrganizationId, PersonId, UploadId},
};
use taiwa_identity::{Issued, Verified};
use uuid::Uuid;

use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Reads, Result, UserError, begin};

/// How long an access token lives.
pub const TOKEN_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// How long a staged file waits to be used.
const UPLOAD_LIFETIME: TimeDelta = TimeDelta::hours(24);
/// Largest staged file, in bytes.
pub const LARGEST_UPLOAD: usize = 64 * 1024 * 1024;

impl App {
    /// The actor of a verified token; `None` when it was revoked. One statement.
    pub async fn actor(&self, verified: &Verified) -> Result<Option<Actor>> {
        let reader = self.database.reader(verified.organization).await?;
        let Some(found) = reader.caller(verified.token, self.now()).await? else {
            return Ok(None);
        };
        let today = self.now().with_timezone(&found.organization_zone).date_naive();
        let reads = Reads::holding(reader);
        Ok(Some(Actor { caller: found.caller, locale: found.locale, today, reads }))
    }

    /// Issues a token for a person and remembers it, so that it can be revoked.
    pub async fn issue_token(
        &self,
        organization: OrganizationId,
        person: PersonId,
        lifetime: TimeDelta,
    ) -> Result<Issued> {
        let tokens = self.tokens.as_ref().ok_or(Failure::Internal("there is no key ring"))?;
        let now = self.now();
        let issued = tokens
            .issue(organization, person, self.id(), now, lifetime)
            .map_err(|_| Failure::Internal("a token cannot be signed"))?;
        let transaction = self.database.transaction(organization).await?;
        let session =
            Session { id: issued.verified.token, person, expires_at: issued.verified.expires_at };
        transaction.add_token(session, now).await?;
        transaction.commit().await?;
        Ok(issued)
    }
}

/// Ends the actor's own tokens.
pub async fn revoke_tokens(app: &App, actor: &Actor, only: Option<Uuid>) -> Result<u64> {
    actor.release().await;
    let transaction = app.database.transaction(actor.caller.organization).await?;
    let count = transaction.revoke_tokens(actor.caller.person, only, app.now()).await?;
    transaction.commit().await?;
    Ok(count)
}

/// Gives or takes a role.
pub async fn set_role(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    person: PersonId,
    role: Role,
    held: bool,
) -> Result<Done> {
    actor.caller.grant::<Administer>(&())?;
    let write = begin!(app, actor, idempotency);
    if write.transaction.people_by_id(actor.today, &[person]).await?.is_empty() {
        return Err(UserError::new(
            ErrorCode::NotFound,
            "personId",
            "この人は見つかりません。",
            "There is no such person.",
        )
        .into());
    }
    if held {
        write.transaction.add_role(app.id(), person, role, app.now()).await?;
    } else {
        write.transaction.remove_role(person, role).await?;
    }
    app.commit(write, person).await
}

/// Stages a file for an import.
pub async fn stage_upload(
    app: &App,
    actor: &Actor,
    file_name: Option<String>,
    content: Vec<u8>,
) -> Result<UploadId> {
    actor.caller.grant::<ManageImports>(&())?;
    let id: UploadId = app.id();
    let now = app.now();
    actor.release().await;
    let transaction = app.database.transaction(actor.caller.organization).await?;
    let upload = Upload { id, file_name, content, created_by: actor.caller.person };
    transaction.add_upload(upload, now, now + UPLOAD_LIFETIME).await?;
    transaction.commit().await?;
    Ok(id)
}

/// Jobs of the organization, newest first.
pub async fn jobs(app: &App, actor: &Actor, before: Option<JobId>, limit: u32) -> Result<Vec<Job>> {
    actor.caller.grant::<ManageImports>(&())?;
    Ok(app.reader(actor).await?.jobs(before, limit, app.now()).await?)
}
