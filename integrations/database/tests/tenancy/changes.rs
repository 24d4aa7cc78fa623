//! Lists of changes, so that every read finds something.

use chrono::TimeDelta;
use taiwa_database::{Database, Transaction};
use taiwa_domain::id::{OrganizationId, PairId, PersonId};

use super::fill::Filled;
use crate::support::now;

/// What was written before has filled the lists; forgets what is older than all of it.
pub(crate) async fn fill(database: &Database, organization: OrganizationId, pair: PairId) {
    let it = database.transaction(organization).await.unwrap();
    assert_eq!(it.forget_changes(now() - TimeDelta::days(999)).await.unwrap(), 0);
    // In the same moment as something else of the pair.
    it.minutes_changed(pair, uuid::Uuid::nil().into(), uuid::Uuid::nil().into(), now());
    it.commit().await.unwrap();
}

/// Reads them, asking for the people of `it`.
pub(crate) async fn read(handle: &Transaction, it: &Filled) -> Vec<(&'static str, usize)> {
    let person: PersonId = it.people[0];
    let extent = handle.changes_extent(person).await.unwrap();
    let found = handle.changes_after(person, 0, 9).await.unwrap().unwrap();
    vec![("changes_extent", extent.last as usize), ("changes_after", found.len())]
}
