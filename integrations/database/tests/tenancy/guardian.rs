//! Connected calendars and the guardian's records, so that every read finds something.

use chrono::TimeDelta;
use taiwa_database::{
    Database,
    calendar::{
        AccountRow, BlockRow, ChannelRow, ConsentRequest, DefenceConsent, GuardianPolicy, Pending,
        Progress, SlotRow,
    },
    platform::JobKind,
};
use taiwa_domain::{
    calendar::{
        Account, AccountState, CalendarSystem, Cursor, Event, EventKey, EventState, EventUid,
        Resource, ResourceKey, Version,
        guardian::{Action, Block, DefenceLevel, Displacing, Entry, SlotState, Written},
    },
    id::{AccountId, ChannelId, ConsentId, IdSource, MeetingId, OrganizationId, PersonId},
    meeting::{Meeting, Slot},
};

use crate::support::{Counter, now};

/// What was written, by its ids.
pub(crate) struct Guarded {
    pub(crate) account: AccountId,
    pub(crate) channel: ChannelId,
    pub(crate) consent: ConsentId,
}

/// The account that is kept.
pub(crate) fn account() -> Account {
    Account {
        system: CalendarSystem::Google,
        tenant: Some("example.com".to_owned()),
        address: "p1@example.com".to_owned(),
        settings: "{}".to_owned(),
    }
}

/// Our event's name.
pub(crate) fn uid() -> EventUid {
    EventUid("aa".repeat(16))
}

fn event(key: &str, uid: Option<EventUid>, slot: Slot) -> Event {
    Event {
        key: EventKey(key.to_owned()),
        uid,
        version: Some(Version("1".to_owned())),
        slot,
        all_day: false,
        state: EventState::Confirmed,
        opaque: true,
        private: true,
        organizer: true,
        answer: None,
        guest: None,
        attendees: 0,
        recurring: false,
        updated_at: None,
        link: None,
    }
}

fn account_row(ids: &Counter, person: PersonId) -> AccountRow {
    AccountRow {
        id: ids.next().into(),
        person,
        account: account(),
        secret: vec![1],
        credential: None,
        state: AccountState::Connected,
        trouble: None,
        instead: None,
        progress: Progress::default(),
        version: 1,
        created_at: now(),
    }
}

/// Writes one of everything.
pub(crate) async fn fill(
    database: &Database,
    ids: &Counter,
    organization: OrganizationId,
    people: &[PersonId],
    meetings: &[Meeting],
) -> Guarded {
    let it = database.transaction(organization).await.unwrap();
    let (row, gone) = (account_row(ids, people[0]), account_row(ids, people[2]));
    it.put_calendar_account(&row, now()).await.unwrap();
    it.put_calendar_account(&gone, now()).await.unwrap();
    it.remove_calendar_account(gone.id).await.unwrap();
    let slot = meetings[0].slot.unwrap();
    let progress = Progress {
        cursor: Some(Cursor("c".to_owned())),
        reading: 1,
        span: Some(slot),
        read_at: Some(now()),
    };
    assert!(!it.advance_reading(row.id, 0, &progress).await.unwrap(), "another version");
    assert!(it.advance_reading(row.id, 1, &progress).await.unwrap());
    let resource = |key: &str, slot| Resource {
        key: ResourceKey(key.to_owned()),
        events: vec![event(key, None, slot)],
    };
    let past = Slot { starts_at: now() - TimeDelta::days(3), ends_at: now() - TimeDelta::days(2) };
    let resources = [resource("standing", slot), resource("past", past)];
    it.replace_observed(ids, row.id, &resources, 2).await.unwrap();
    it.replace_observed(ids, row.id, &[resource("unseen", slot)], 1).await.unwrap();
    assert_eq!(it.remove_unseen(row.id, 2).await.unwrap().len(), 1);
    it.forget_past(row.id, now() - TimeDelta::days(1)).await.unwrap();
    let ours = event("ours", Some(uid()), slot);
    it.note_observed(ids, row.id, 2, &uid(), Some(&ours)).await.unwrap();
    it.note_declined(row.id, &EventKey("standing".to_owned())).await.unwrap();
    records(&it, ids, people, meetings[0].id, row.id, slot).await;
    let (channel, consent) = doors(&it, ids, people[1], row.id).await;
    it.ask_behind(ids, JobKind::GuardSlot, &[meetings[0].id.0], now()).await.unwrap();
    it.commit().await.unwrap();
    settled(database, ids, organization, meetings[0].id).await;
    Guarded { account: row.id, channel, consent }
}

async fn records(
    it: &taiwa_database::Transaction,
    ids: &Counter,
    people: &[PersonId],
    meeting: MeetingId,
    account: AccountId,
    slot: Slot,
) {
    it.lock_people(people).await.unwrap();
    let block = BlockRow {
        meeting,
        person: people[0],
        account: Some(account),
        block: Block::Hold,
        uid: uid(),
        written: Some(Written { slot, version: Some(Version("1".to_owned())), replaced: None }),
        sequence: 1,
        zone: chrono_tz::Asia::Tokyo,
        place: None,
    };
    it.put_blocks(ids, meeting, std::slice::from_ref(&block), now()).await.unwrap();
    it.forget_places(now()).await.unwrap();
    let row = SlotRow {
        state: SlotState::Contested,
        interventions: 1,
        pending: Some(Pending { actions: vec![Action::Replan], notice: None }),
        displaced: Some((Displacing::LargeMeeting, now())),
        ..SlotRow::new(meeting)
    };
    assert!(it.put_slot(&row, now()).await.unwrap());
    assert!(!it.put_slot(&row, now()).await.unwrap(), "somebody wrote first");
    let second = SlotRow { version: 1, ..row };
    assert!(it.put_slot(&second, now()).await.unwrap());
    let entries = [Entry::Became(SlotState::Contested)];
    it.add_slot_events(ids, meeting, Some(people[0]), &entries, now()).await.unwrap();
    let policy = GuardianPolicy { level: DefenceLevel::Notify, ..GuardianPolicy::default() };
    assert!(it.set_guardian_policy(&policy, Some(people[0]), now()).await.unwrap());
    assert!(!it.set_guardian_policy(&policy, None, now()).await.unwrap(), "somebody wrote first");
    let consent = DefenceConsent { level: DefenceLevel::Defend, version: 0 };
    assert!(it.set_defence_consent(people[0], consent, now()).await.unwrap());
    assert!(!it.set_defence_consent(people[0], consent, now()).await.unwrap());
}

async fn doors(
    it: &taiwa_database::Transaction,
    ids: &Counter,
    person: PersonId,
    account: AccountId,
) -> (ChannelId, ConsentId) {
    let consent = || ConsentRequest {
        id: ids.next().into(),
        person,
        system: CalendarSystem::Google,
        verifier: vec![1],
        expires_at: now() + TimeDelta::minutes(9),
    };
    let (first, kept) = (consent(), consent());
    it.add_consent_request(&first, &ids.next().into_bytes()).await.unwrap();
    it.add_consent_request(&kept, &ids.next().into_bytes()).await.unwrap();
    assert!(!it.take_consent_request(first.id).await.unwrap(), "the later one counts");
    let channel = || ChannelRow {
        id: ids.next().into(),
        account,
        token: vec![1],
        resource: None,
        last_notice: 0,
        expires_at: None,
        created_at: now(),
    };
    let (open, forgotten) = (channel(), channel());
    for it_is in [&open, &forgotten] {
        it.add_channel(it_is, it_is.id.0.as_bytes()).await.unwrap();
    }
    it.opened_channel(open.id, "resource", now() + TimeDelta::days(7)).await.unwrap();
    it.forget_channel(forgotten.id).await.unwrap();
    assert!(it.count_notice(open.id, 5).await.unwrap());
    assert!(!it.count_notice(open.id, 5).await.unwrap(), "the same once more");
    assert!(!it.count_notice(forgotten.id, 9).await.unwrap(), "it was given up");
    (open.id, kept.id)
}

/// A job that never waits twice: asked for while it runs, it waits once more.
async fn settled(
    database: &Database,
    ids: &Counter,
    organization: OrganizationId,
    meeting: MeetingId,
) {
    let (system, lease) = (database.system(), now() + TimeDelta::seconds(30));
    let claims = system.claim(Some(organization), true, now(), lease, 99).await.unwrap();
    let claim = claims.into_iter().find(|it| it.kind == JobKind::GuardSlot).expect("it waits");
    let it = database.transaction(organization).await.unwrap();
    it.ask(ids, JobKind::GuardSlot, &[meeting.0], now(), now()).await.unwrap();
    it.commit().await.unwrap();
    let it = database.transaction(organization).await.unwrap();
    assert!(it.settle(&claim, None).await.unwrap());
    it.commit().await.unwrap();
}
