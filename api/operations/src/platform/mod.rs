//! Sessions, roles, uploads, jobs.

pub mod turn;

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use chrono::TimeDelta;
use chrono_tz::Tz;
use taiwa_database::{
    live::Topic,
    platform::{Job, Session, Upload},
};
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

/// The zones in which organizations counted days when last seen.
#[derive(Default)]
pub struct Zones(RwLock<HashMap<OrganizationId, Tz>>);

impl Zones {
    fn expected(&self, organization: OrganizationId) -> Tz {
        let zones = self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        zones.get(&organization).copied().unwrap_or(Tz::UTC)
    }

    fn remember(&self, organization: OrganizationId, zone: Tz) {
        if self.expected(organization) != zone {
            let mut zones = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
            zones.insert(organization, zone);
        }
    }
}

impl App {
    /// The actor of a verified token; `None` when it was revoked. One statement, which also
    /// brings the actor as a person: nearly every request begins there.
    pub async fn actor(&self, verified: &Verified) -> Result<Option<Actor>> {
        let organization = verified.organization;
        let now = self.now();
        let day = |zone: Tz| now.with_timezone(&zone).date_naive();
        // Which day it is depends on the row that is about to be read: the zone it had last time
        // nearly always still holds, and where not, the person is read when asked for.
        let expected = day(self.zones.expected(organization));
        let reader = self.database.reader(organization).await?;
        let Some(found) = reader.caller(verified.token, expected, now).await? else {
            return Ok(None);
        };
        self.zones.remember(organization, found.organization_zone);
        let today = day(found.organization_zone);
        Ok(Some(Actor {
            caller: found.caller,
            locale: found.locale,
            today,
            person: found.person.filter(|_| today == expected).map(Arc::new),
            session: Some(*verified),
            reads: Reads::holding(reader),
        }))
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
    let person = actor.caller.person;
    let count = transaction.revoke_tokens(person, only, app.now()).await?;
    // Sockets that they opened close.
    transaction.announce(Topic::Access, person.0, 0).await?;
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
