//! What suggestions for an agenda are made of.

use chrono::{Days, TimeDelta};
use taiwa_database::{Database, Transaction};
use taiwa_domain::{
    content::Sealed,
    id::{IdSource, OrganizationId, PairId, PersonId},
    meeting::agenda::{ActionItem, ActionState, AgendaItem, HopedResponse, ItemState},
};

use super::fill::Filled;
use crate::support::{Counter, now, today};

/// An action that was due yesterday and one due today, and a draft.
pub(crate) async fn fill(
    database: &Database,
    ids: &Counter,
    organization: OrganizationId,
    (pair, people): (PairId, &[PersonId]),
) {
    let action = |days| ActionItem {
        id: ids.next().into(),
        pair,
        owner: people[1],
        author: people[1],
        text: Sealed(vec![4]),
        due_on: Some(today() - Days::new(days)),
        state: ActionState::Open,
        closed_at: None,
        item: None,
        meeting: None,
        carried_from: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    let draft = AgendaItem {
        id: ids.next().into(),
        pair,
        author: people[1],
        position: 20,
        hoped: HopedResponse::Advice,
        text: Sealed(vec![5]),
        shared_at: None,
        state: ItemState::Open,
        carried_from: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    let it = database.transaction(organization).await.unwrap();
    it.put_action_items(&[action(1), action(0)]).await.unwrap();
    it.put_agenda_items(&[draft]).await.unwrap();
    let open = it.open_agenda_items(&[pair]).await.unwrap();
    let shared = it.shared_open_items(&[pair]).await.unwrap();
    assert_eq!(shared.len() + 1, open.len(), "of the draft nothing is told");
    let overdue = it.overdue_action_counts(&[pair], today()).await.unwrap();
    assert_eq!(overdue, [(pair, 1)], "what is due today is not overdue");
    it.commit().await.unwrap();
}

/// Reads everything; what was found, by name.
pub(crate) async fn read(handle: &Transaction, it: &Filled) -> Vec<(&'static str, usize)> {
    let pairs = [it.pair];
    // What is to come is not over.
    let over = handle.past_meetings(&pairs, now(), 9).await.unwrap();
    assert!(over.iter().all(|past| it.meetings.iter().all(|coming| coming.id != past.id)));
    let past = handle.past_meetings(&pairs, now() + TimeDelta::days(99), 2).await.unwrap();
    assert!(past.len() <= 2, "the last two");
    let shared = handle.shared_open_items(&pairs).await.unwrap();
    let overdue = handle.overdue_action_counts(&pairs, today()).await.unwrap();
    let lines = handle.lines_begun(today(), &it.people).await.unwrap();
    vec![
        ("past_meetings", past.len()),
        ("shared_open_items", shared.len()),
        ("overdue_action_counts", overdue.len()),
        ("lines_begun", lines.len()),
    ]
}
