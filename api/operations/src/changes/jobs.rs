//! What follows later: minutes that were written in, and lines that are old.

use chrono::TimeDelta;
use taiwa_database::{
    Transaction,
    platform::{Claim, JobKind},
};
use taiwa_domain::{changes::KEPT, id::MinutesId};

use crate::{App, Result, work};

/// How often old lines are forgotten.
const SWEEP: TimeDelta = TimeDelta::hours(6);

/// Tells the two of minutes that something was written in them, once for all that was written
/// since this was asked for.
pub(crate) async fn tell_minutes(app: &App, claim: &Claim) -> Result<()> {
    let transaction = app.database.transaction(claim.organization).await?;
    let found = transaction.minutes_by_id(&[MinutesId(claim.subject)]).await?.pop();
    if let Some(it) = found {
        transaction.minutes_changed(it.pair, it.meeting, it.id, app.now());
    }
    work::settle(app, claim, transaction, None).await
}

/// Asks for old lines to be forgotten; it is done again and again from then on.
pub(crate) async fn ask_to_forget(app: &App, transaction: &Transaction) -> Result<()> {
    let (organization, now) = (transaction.organization().0, app.now());
    let kind = JobKind::ForgetChanges;
    Ok(transaction.ask(&*app.ids, kind, &[organization], now + SWEEP, now).await?)
}

/// Forgets old lines.
pub(crate) async fn forget(app: &App, claim: &Claim) -> Result<()> {
    let transaction = app.database.transaction(claim.organization).await?;
    transaction.forget_changes(app.now() - KEPT).await?;
    work::settle(app, claim, transaction, Some(app.now() + SWEEP)).await
}
