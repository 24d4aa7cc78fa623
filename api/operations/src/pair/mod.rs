//! Pairs: who meets whom, kept in line with reporting lines and policies.

pub mod request;
pub mod sync;

use taiwa_database::pair::PairRow;
use taiwa_domain::{
    access::ReadPairStatus,
    id::{PairId, PersonId},
};

use crate::{Actor, App, Result};

/// The pairs among these that the actor may see the status of. What the actor sees as a third
/// person is recorded, so that the two can see who looked.
pub async fn visible(app: &App, actor: &Actor, pairs: Vec<PairRow>) -> Result<Vec<PairRow>> {
    let visible: Vec<PairRow> = pairs
        .into_iter()
        .filter(|pair| actor.caller.grant::<ReadPairStatus>(&pair.facts()).is_ok())
        .collect();
    let others: Vec<PairId> = visible
        .iter()
        .filter(|row| !row.pair.has(actor.caller.person))
        .map(|row| row.pair.id)
        .collect();
    if !others.is_empty() {
        actor.release().await;
        let transaction = app.database.transaction(actor.caller.organization).await?;
        transaction
            .add_looks(&*app.ids, actor.caller.person, &others, actor.today, app.now())
            .await?;
        transaction.commit().await?;
    }
    Ok(visible)
}

/// Pairs by id, as far as the actor may know of them.
pub async fn by_id(app: &App, actor: &Actor, ids: &[PairId]) -> Result<Vec<PairRow>> {
    let found = app.reader(actor).await?.pairs_by_id(actor.today, ids).await?;
    visible(app, actor, found).await
}

/// The pairs of people, as far as the actor may know of them: all of one's own, and those that
/// one's direct reports organize.
pub async fn of_people(app: &App, actor: &Actor, people: &[PersonId]) -> Result<Vec<PairRow>> {
    let found = app.reader(actor).await?.pairs_of(actor.today, people).await?;
    visible(app, actor, found).await
}

/// The active manager pairs of these reports, as far as the actor may know of them.
pub async fn manager_pairs(app: &App, actor: &Actor, reports: &[PersonId]) -> Result<Vec<PairRow>> {
    let found = app.reader(actor).await?.manager_pairs_of(actor.today, reports).await?;
    visible(app, actor, found).await
}
