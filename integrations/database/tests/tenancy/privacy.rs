//! Erasure and retention: what they write, in a tenant of their own making.

use chrono::TimeDelta;
use taiwa_database::{Transaction, live::Topic};
use taiwa_domain::{content::Keeper, id::PersonId, privacy::Retention};

use super::fill::Filled;
use crate::support::{now, today};

/// How long content is kept, for [`read`].
pub(crate) async fn fill(it: &Transaction) {
    let months = Retention { months: Some(12), version: 0 };
    assert!(it.set_retention(months, None, now()).await.unwrap());
    assert!(!it.set_retention(months, None, now()).await.unwrap(), "another version stands");
}

/// What is found of it.
pub(crate) async fn read(it: &Transaction, filled: &Filled) -> Vec<(&'static str, usize)> {
    let person = filled.people[0];
    assert_eq!(it.erased_at(person).await.unwrap(), None);
    vec![
        ("retention", usize::from(it.retention().await.unwrap().months.is_some())),
        ("employed_from", usize::from(it.employed_from(person, today()).await.unwrap())),
    ]
}

/// Lets go of everything; the transaction is not to be committed.
pub(crate) async fn let_go(it: &Transaction, person: PersonId) {
    let later = now() + TimeDelta::days(40_000);
    it.drop_minutes(later, 9).await.unwrap();
    it.drop_action_items(later, 9).await.unwrap();
    it.drop_agenda_items(later, 9).await.unwrap();
    it.drop_notes(later, 9).await.unwrap();
    let keepers = it.keys_out_of_use(later.date_naive()).await.unwrap();
    it.drop_content_of(&keepers).await.unwrap();
    assert!(it.content_keys(&keepers).await.unwrap().is_empty());
    it.erase_person(person, "(erased)", now()).await.unwrap();
    assert_eq!(it.erased_at(person).await.unwrap(), Some(now()));
    it.empty_imports().await.unwrap();
    it.shred_content_keys(&[Keeper::Person(person)], now()).await.unwrap();
    it.announce(Topic::Access, person.0, 0).await.unwrap();
}
