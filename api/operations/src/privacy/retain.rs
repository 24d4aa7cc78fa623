//! How long content is kept: a policy of the organization's, and the job that lets go of the rest.

use chrono::{DateTime, Days, Utc};
use taiwa_database::{
    Transaction,
    platform::{Claim, JobKind},
};
use taiwa_domain::{
    access::Administer,
    cadence::first_instant,
    privacy::{MONTHS, Retention},
};

use crate::{Actor, App, Done, ErrorCode, Idempotency, Result, UserError, begin, work};

/// Rows of a transaction.
const BATCH: u32 = 500;

/// How long content is kept: everyone may know.
pub async fn policy(app: &App, actor: &Actor) -> Result<Retention> {
    Ok(app.reader(actor).await?.retention().await?)
}

/// Sets how long content is kept; what is older already goes soon.
pub async fn set_policy(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    it: Retention,
) -> Result<Done> {
    actor.caller.grant::<Administer>(&())?;
    if it.months.is_some_and(|months| !MONTHS.contains(&months)) {
        return Err(UserError::new(
            ErrorCode::Invalid,
            "contentMonths",
            "3から240までの月数か、期限なし（null）にしてください。",
            "Give 3 to 240 months, or null to keep content for ever.",
        )
        .into());
    }
    let write = begin!(app, actor, idempotency);
    if !write.transaction.set_retention(it, actor.author(), app.now()).await? {
        return Err(UserError::new(
            ErrorCode::Stale,
            "version",
            "ほかの変更が先に行われました。読み直してください。",
            "It changed since you read it. Read it again.",
        )
        .into());
    }
    let organization = actor.caller.organization;
    let now = app.now();
    write.transaction.ask(&*app.ids, JobKind::Retain, &[organization.0], now, now).await?;
    app.commit(write, organization).await
}

/// The job: lets go of what is older, some rows at a time, and waits for the next day.
pub async fn run(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let organization = claim.organization;
    let reader = app.database.reader(organization).await?;
    let (retention, zone) = (reader.retention().await?, reader.organization_row().await?.zone);
    drop(reader);
    let next = match retention.cutoff(actor.today) {
        None => None,
        Some(day) => {
            let before = first_instant(day, zone);
            for kind in Kind::ALL {
                while kind.drop(app, claim, before).await? {}
            }
            let transaction = app.database.transaction(organization).await?;
            let unused = transaction.keys_out_of_use(day).await?;
            transaction.commit().await?;
            for keepers in unused.chunks(BATCH as usize) {
                let transaction = app.database.transaction(organization).await?;
                transaction.drop_content_of(keepers).await?;
                transaction.commit().await?;
            }
            Some(first_instant(actor.today + Days::new(1), zone))
        }
    };
    let transaction = app.database.transaction(organization).await?;
    work::settle(app, claim, transaction, next).await
}

/// Kinds of content, in the order in which their rows name each other.
#[derive(Clone, Copy)]
enum Kind {
    Minutes,
    Actions,
    Items,
    Notes,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Minutes, Self::Actions, Self::Items, Self::Notes];

    /// Drops some of a kind; returns whether there may be more.
    async fn drop(self, app: &App, claim: &Claim, before: DateTime<Utc>) -> Result<bool> {
        let it: Transaction = app.database.transaction(claim.organization).await?;
        let gone = match self {
            Self::Minutes => it.drop_minutes(before, BATCH).await?,
            Self::Actions => it.drop_action_items(before, BATCH).await?,
            Self::Items => it.drop_agenda_items(before, BATCH).await?,
            Self::Notes => it.drop_notes(before, BATCH).await?,
        };
        it.commit().await?;
        Ok(gone.more)
    }
}
