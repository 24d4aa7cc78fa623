//! Notes and safety declarations, so that every read finds something.

use taiwa_database::{Database, Transaction, meeting::notes::NotePage};
use taiwa_domain::{
    content::Sealed,
    id::{IdSource, NoteId, OrganizationId, PairId, PersonId},
    meeting::{
        Meeting, MeetingStatus,
        library::Bilingual,
        notes::{Note, NoteKind},
        safety::{SafetyDeclaration, SafetyText},
    },
};

use super::fill::Filled;
use crate::support::{Counter, now};

/// What was written, by its id.
pub(crate) struct Notes {
    note: NoteId,
}

fn note(ids: &Counter, kind: NoteKind, author: PersonId, about: &Meeting) -> Note {
    Note {
        id: ids.next().into(),
        kind,
        author,
        pair: Some(about.pair),
        meeting: Some(about.id),
        body: Sealed(vec![1]),
        reply: Some(Sealed(vec![2])),
        replied_at: Some(now()),
        version: 1,
        created_at: now(),
        updated_at: now(),
    }
}

/// Writes one of everything.
pub(crate) async fn fill(
    database: &Database,
    ids: &Counter,
    organization: OrganizationId,
    (pair, people): (PairId, &[PersonId]),
    meetings: &[Meeting],
) -> Notes {
    let it = database.transaction(organization).await.unwrap();
    let of = |kind| note(ids, kind, people[0], &meetings[0]);
    let shared = of(NoteKind::Feedback);
    for kept in [&shared, &of(NoteKind::Private), &of(NoteKind::TalkBalance)] {
        it.put_note(kept).await.unwrap();
    }
    let gone = of(NoteKind::Learning);
    it.put_note(&gone).await.unwrap();
    assert!(it.remove_note(&gone, now()).await.unwrap());
    assert!(!it.remove_note(&gone, now()).await.unwrap());
    assert_eq!(it.notes_by_id(&[shared.id]).await.unwrap(), std::slice::from_ref(&shared));
    let text = SafetyText {
        id: ids.next().into(),
        text: Bilingual { ja: "約束".to_owned(), en: "promise".to_owned() },
        version: 1,
    };
    assert!(it.add_safety_text(&text, now()).await.unwrap());
    let second = SafetyText { id: ids.next().into(), ..text.clone() };
    assert!(!it.add_safety_text(&second, now()).await.unwrap(), "a version is one text");
    let declared = SafetyDeclaration {
        id: ids.next(),
        pair,
        text: text.id,
        declared_at: now(),
        acknowledged_at: None,
    };
    it.add_safety_declaration(&declared).await.unwrap();
    let again = SafetyDeclaration { id: ids.next(), ..declared };
    it.add_safety_declaration(&again).await.unwrap();
    it.acknowledge_safety(&declared, now()).await.unwrap();
    let found = it.safety_declarations(&[pair]).await.unwrap();
    assert_eq!(found, [SafetyDeclaration { acknowledged_at: Some(now()), ..declared }]);
    // One that was held, far from what other parts of this company look at.
    let held = Meeting {
        id: ids.next().into(),
        due_week: meetings[0].due_week - chrono::Days::new(700),
        slot: None,
        status: MeetingStatus::Held,
        ..meetings[0].clone()
    };
    it.put_meetings(&[held], now()).await.unwrap();
    it.commit().await.unwrap();
    Notes { note: shared.id }
}

/// Reads everything; what was found, by name.
pub(crate) async fn read(handle: &Transaction, it: &Filled) -> Vec<(&'static str, usize)> {
    let (author, pairs) = (it.people[0], [it.pair]);
    let meetings: Vec<_> = it.meetings.iter().map(|meeting| meeting.id).collect();
    let page = |kind| NotePage {
        kind,
        meeting: Some(meetings[0]),
        before: Some(NoteId(uuid::Uuid::max())),
        limit: 5,
    };
    let own = page(NoteKind::Private);
    let own = handle.notes_of_author(author, Some(it.pair), &own).await.unwrap();
    let shared = handle.notes_of_pairs(&pairs, &page(NoteKind::Feedback)).await.unwrap();
    let count = handle.note_count(author, NoteKind::Feedback).await.unwrap();
    vec![
        ("notes_by_id", handle.notes_by_id(&[it.notes.note]).await.unwrap().len()),
        ("notes_of_author", own.len()),
        ("notes_of_pairs", shared.len()),
        ("talk_balances", handle.talk_balances(author, &meetings).await.unwrap().len()),
        ("note_count", count as usize),
        ("safety_texts", handle.safety_texts().await.unwrap().len()),
        ("safety_declarations", handle.safety_declarations(&pairs).await.unwrap().len()),
        ("pairs_that_held", handle.pairs_that_held(&pairs).await.unwrap().len()),
    ]
}
