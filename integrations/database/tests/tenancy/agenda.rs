//! Talking points, comments and actions, so that every read finds something.

use chrono::TimeDelta;
use taiwa_database::{Database, Transaction, meeting::agenda::ActionPage};
use taiwa_domain::{
    content::Sealed,
    id::{ActionItemId, AgendaCommentId, AgendaItemId, IdSource, OrganizationId, PairId, PersonId},
    meeting::{
        Meeting, Slot,
        agenda::{ActionItem, ActionState, AgendaComment, AgendaItem, HopedResponse, ItemState},
        library::{AgendaTemplate, Asker, Bilingual, LibraryQuestion, Situation},
    },
};

use super::fill::Filled;
use crate::support::{Counter, now};

/// What was written, by its ids.
pub(crate) struct Agenda {
    item: AgendaItemId,
    comment: AgendaCommentId,
    action: ActionItemId,
}

fn item(ids: &Counter, pair: PairId, author: PersonId, position: i64) -> AgendaItem {
    AgendaItem {
        id: ids.next().into(),
        pair,
        author,
        position,
        hoped: HopedResponse::Advice,
        text: Sealed(vec![1]),
        shared_at: Some(now()),
        state: ItemState::Open,
        carried_from: None,
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
) -> Agenda {
    let it = database.transaction(organization).await.unwrap();
    it.lock_pairs(&[pair]).await.unwrap();
    let open = item(ids, pair, people[0], 1);
    let discussed = AgendaItem {
        state: ItemState::Discussed { meeting: Some(meetings[0].id), at: now() },
        ..item(ids, pair, people[1], 2)
    };
    it.put_agenda_items(&[open.clone(), discussed]).await.unwrap();
    it.make_agenda_room(pair, 1).await.unwrap();
    let moved = it.agenda_items_by_id(&[open.id]).await.unwrap();
    assert_eq!(moved, std::slice::from_ref(&open), "what stands before a new place stays");
    let comment = |item| AgendaComment {
        id: ids.next().into(),
        item,
        pair,
        author: people[1],
        text: Sealed(vec![2]),
        version: 1,
        created_at: now(),
        edited_at: None,
    };
    let gone = item(ids, pair, people[0], 9);
    it.put_agenda_items(std::slice::from_ref(&gone)).await.unwrap();
    let [kept, taken_back] = [comment(open.id), comment(open.id)];
    for it_says in [&kept, &taken_back, &comment(gone.id)] {
        it.put_agenda_comment(it_says).await.unwrap();
    }
    let kept = AgendaComment { version: 2, edited_at: Some(now()), ..kept };
    it.put_agenda_comment(&kept).await.unwrap();
    it.remove_agenda_comment(&taken_back, now()).await.unwrap();
    assert_eq!(it.agenda_comments(&[open.id]).await.unwrap(), std::slice::from_ref(&kept));
    assert_eq!(it.remove_agenda_comments(gone.id).await.unwrap(), 1);
    let action = ActionItem {
        id: ids.next().into(),
        pair,
        owner: people[0],
        author: people[1],
        text: Sealed(vec![3]),
        due_on: None,
        state: ActionState::Open,
        closed_at: None,
        item: Some(open.id),
        meeting: Some(meetings[0].id),
        carried_from: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    it.put_action_items(std::slice::from_ref(&action)).await.unwrap();
    assert_eq!(it.action_items_by_id(&[action.id]).await.unwrap(), std::slice::from_ref(&action));
    library(&it, ids).await;
    it.commit().await.unwrap();
    Agenda { item: open.id, comment: kept.id, action: action.id }
}

/// One question and one template that stay, and one of each that goes.
async fn library(it: &Transaction, ids: &Counter) {
    for kept in [true, false] {
        let question = LibraryQuestion {
            id: ids.next().into(),
            situation: Situation::Career,
            asked_by: Asker::Either,
            hoped: HopedResponse::Advice,
            text: Bilingual { ja: "問い".to_owned(), en: "question".to_owned() },
            version: 1,
        };
        assert!(it.put_library_question(&question, now()).await.unwrap());
        assert!(
            !it.put_library_question(&question, now()).await.unwrap(),
            "seen at another version"
        );
        let template = AgendaTemplate {
            id: ids.next().into(),
            situation: Situation::Career,
            title: question.text.clone(),
            questions: vec![question.id],
            version: 1,
        };
        assert!(it.put_agenda_template(&template, now()).await.unwrap());
        if !kept {
            assert!(!it.retire_library_question(question.id, 2, now()).await.unwrap());
            assert!(it.retire_library_question(question.id, 1, now()).await.unwrap());
            assert!(it.retire_agenda_template(template.id, 1, now()).await.unwrap());
        }
    }
    assert_eq!(it.library_questions().await.unwrap().len(), 1);
}

/// Reads everything; what was found, by name.
pub(crate) async fn read(handle: &Transaction, it: &Filled) -> Vec<(&'static str, usize)> {
    let (pairs, items) = ([it.pair], [it.agenda.item]);
    let meetings: Vec<_> = it.meetings.iter().map(|meeting| meeting.id).collect();
    let span = Slot { starts_at: now() - TimeDelta::days(9), ends_at: now() + TimeDelta::days(99) };
    let mut found = Vec::new();
    let mut note = |name, much| found.push((name, much));
    note("coming_meetings", handle.coming_meetings(&pairs, now()).await.unwrap().len());
    note("agenda_items_by_id", handle.agenda_items_by_id(&items).await.unwrap().len());
    note("open_agenda_items", handle.open_agenda_items(&pairs).await.unwrap().len());
    let around = handle.agenda_items_around(&pairs, &meetings, span).await.unwrap();
    note("agenda_items_around", around.len());
    let room = handle.agenda_room(it.pair, it.people[0]).await.unwrap();
    note("agenda_room", room.open as usize);
    note("discussed_count", handle.discussed_count(meetings[0]).await.unwrap() as usize);
    note("agenda_comments", handle.agenda_comments(&items).await.unwrap().len());
    let by_id = handle.agenda_comments_by_id(&[it.agenda.comment]).await.unwrap();
    note("agenda_comments_by_id", by_id.len());
    let comments = handle.agenda_comment_count(it.agenda.item).await.unwrap();
    note("agenda_comment_count", comments as usize);
    note("action_items_by_id", handle.action_items_by_id(&[it.agenda.action]).await.unwrap().len());
    let around = handle.action_items_around(&pairs, &meetings, span).await.unwrap();
    note("action_items_around", around.len());
    note("library_questions", handle.library_questions().await.unwrap().len());
    note("agenda_templates", handle.agenda_templates().await.unwrap().len());
    note("open_action_count", handle.open_action_count(it.pair).await.unwrap() as usize);
    for backwards in [false, true] {
        let page = ActionPage {
            state: Some(ActionState::Open),
            after: Some((span.starts_at.date_naive(), it.agenda.item.0)),
            before: None,
            limit: 5,
            backwards,
        };
        let owned = handle.action_items_of_owner(it.people[0], &page).await.unwrap();
        note("action_items_of_owner", owned.len());
        let shared = handle.action_items_of_pairs(&pairs, &page).await.unwrap();
        note("action_items_of_pairs", shared.len());
    }
    found
}
