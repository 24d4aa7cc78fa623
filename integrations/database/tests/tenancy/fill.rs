//! Everything that can be written, so that every read finds something.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use taiwa_database::{
    BuiltInCalendars, Transaction,
    cadence::ReservedWindow,
    organization::{ImportRecord, PeopleFilter},
    planning::{PlanRecord, StandingSeries},
    platform::{JobKind, Resealed, SealedIn, Session, Stored, Upload},
};
use taiwa_domain::{
    access::Role,
    cadence::{Cadence, Policy, Scope},
    calendar::{Busy, CalendarProvider, EventUid, Hold, Place, Wanted},
    content::{Keeper, Sealed},
    id::{IdSource, MinutesId, NoticeId, OrganizationId, PairId, PersonId, PolicyId},
    meeting::{Meeting, MeetingStatus, SkipReason, Slot},
    organization::{
        LineKind, Period, Weekday, WeeklyWindow,
        import::{
            AssignmentStart, DepartmentChange, DepartmentRef, Departure, EmploymentCorrection,
            LeaveChange, LineStart, NewDepartment, PersonRef, ProfileChange, Rejoin, Writes,
        },
    },
    pair::{Pair, PairKind, PairRequest},
};
use uuid::Uuid;

use super::{
    agenda::{self, Agenda},
    changes,
    guardian::{self, Guarded},
    insight, minutes,
    notes::{self, Notes},
    notices, privacy, suggest,
};
use crate::support::{Counter, Still, World, now, today};

/// What was written, by its ids.
pub(crate) struct Filled {
    pub(crate) organization: OrganizationId,
    pub(crate) people: Vec<PersonId>,
    pub(crate) pair: PairId,
    pub(crate) meetings: Vec<Meeting>,
    pub(crate) import: Uuid,
    pub(crate) plan: Uuid,
    pub(crate) request: Uuid,
    pub(crate) policy: PolicyId,
    pub(crate) upload: Uuid,
    pub(crate) token: Uuid,
    pub(crate) guarded: Guarded,
    pub(crate) minutes: MinutesId,
    pub(crate) agenda: Agenda,
    pub(crate) notes: Notes,
    pub(crate) notices: Vec<NoticeId>,
}

/// The Monday from which is planned.
pub(crate) fn monday() -> NaiveDate {
    today() + Days::new(7)
}

fn slot(week: u64) -> Slot {
    let starts_at = (monday() + Days::new(7 * week)).and_time(NaiveTime::MIN).and_utc();
    Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) }
}

fn meeting(ids: &Counter, pair: PairId, week: u64, status: MeetingStatus) -> Meeting {
    let skipped = status == MeetingStatus::Skipped;
    Meeting {
        id: ids.next().into(),
        pair,
        due_week: monday() + Days::new(7 * week),
        slot: (!skipped).then(|| slot(week)),
        minutes: 30,
        buffer_minutes: 0,
        status,
        skip_reason: skipped.then_some(SkipReason::Busy),
        pinned: false,
        cost: 0,
        plan: None,
        version: 1,
    }
}

/// A company of [`World::company`] with one of everything.
pub(crate) async fn fill(world: &World, ids: &Counter, key: &str) -> Filled {
    let organization = world.company(ids, key).await;
    let open = async || world.database.transaction(organization).await.unwrap();
    let it = open().await;
    let people: Vec<PersonId> = it
        .people(today(), &PeopleFilter::default(), None, None, 10, false)
        .await
        .unwrap()
        .iter()
        .map(|person| person.id)
        .collect();
    it.commit().await.unwrap();
    import(world, ids, organization, &people).await;

    let it = open().await;
    let [manager, report, other] = people[..] else { panic!("three people") };
    let pair = Pair {
        id: ids.next().into(),
        kind: PairKind::Manager,
        organizer: manager,
        partner: report,
    };
    it.add_pairs(&[pair], now()).await.unwrap();
    let episode = |days| (ids.next().into(), pair.id, Period::since(today() + Days::new(days)));
    let (kept, gone) = (episode(0), episode(1));
    it.add_episodes(&[kept, gone]).await.unwrap();
    content_keys(&it, pair.id, other).await;
    it.remove_episodes(&[gone.0]).await.unwrap();
    let mut request = PairRequest {
        id: ids.next(),
        kind: PairKind::Peer,
        organizer: manager,
        partner: other,
        requested_by: manager,
        starts_on: today(),
        organizer_accepted_at: Some(now()),
        partner_accepted_at: None,
        declined_at: None,
        pair: None,
    };
    it.add_pair_request(&request, now()).await.unwrap();
    request.partner_accepted_at = Some(now());
    request.pair = Some(pair.id);
    it.update_pair_request(&request).await.unwrap();
    let policy = rules(&it, ids, pair.id).await;
    it.commit().await.unwrap();

    let it = open().await;
    let meetings = vec![
        meeting(ids, pair.id, 0, MeetingStatus::Planned),
        meeting(ids, pair.id, 1, MeetingStatus::Planned),
        meeting(ids, pair.id, 2, MeetingStatus::Skipped),
    ];
    it.put_meetings(&meetings, now()).await.unwrap();
    let plan = plan(&it, ids, pair.id).await;
    it.mark_scheduled(&[(meetings[1].id, 1)], now()).await.unwrap();
    it.commit().await.unwrap();
    calendars(world, ids, organization, &people, &meetings).await;
    insight::fill(&world.database, ids, organization, &meetings).await;
    let guarded = guardian::fill(&world.database, ids, organization, &people, &meetings).await;
    let minutes = minutes::fill(&world.database, ids, organization, &people, &meetings[0]).await;
    let shared = (pair.id, people.as_slice());
    let agenda = agenda::fill(&world.database, ids, organization, shared, &meetings).await;
    suggest::fill(&world.database, ids, organization, shared).await;
    let notices = notices::fill(&world.database, ids, organization, &people, &meetings).await;
    let notes = notes::fill(&world.database, ids, organization, shared, &meetings).await;
    let it = open().await;
    privacy::fill(&it).await;
    it.commit().await.unwrap();
    changes::fill(&world.database, organization, pair.id).await;
    let (upload, token, import) = platform(world, ids, organization, &people, pair.id).await;
    Filled {
        organization,
        people,
        pair: pair.id,
        meetings,
        import,
        plan,
        request: request.id,
        policy,
        upload,
        token,
        guarded,
        minutes,
        agenda,
        notes,
        notices,
    }
}

/// An import that changes whatever an import can change.
async fn import(world: &World, ids: &Counter, organization: OrganizationId, people: &[PersonId]) {
    let it = world.database.transaction(organization).await.unwrap();
    it.lock_revision().await.unwrap();
    let known = it.people_by_id(today(), people).await.unwrap();
    let profile = |person: PersonId| {
        known.iter().find(|it| it.id == person).expect("a person").profile.clone()
    };
    let place = |name: &str, parent| NewDepartment { code: None, name: name.to_owned(), parent };
    let person = |n: usize| PersonRef::Existing(people[n]);
    let first = Writes {
        new_departments: vec![place("Top", None), place("Below", Some(DepartmentRef::New(0)))],
        assignment_starts: (0..3)
            .map(|n| AssignmentStart {
                person: person(n),
                department: DepartmentRef::New((n as u32).min(1)),
                position: None,
                primary: true,
                from: today(),
            })
            .collect(),
        line_starts: vec![LineStart {
            report: person(2),
            manager: person(1),
            kind: LineKind::Dotted,
            from: today(),
        }],
        leave_changes: vec![LeaveChange {
            person: person(1),
            remove: Vec::new(),
            add: vec![Period { from: monday(), until: monday() + Days::new(9) }],
        }],
        ..Writes::default()
    };
    it.apply_import(&first, today(), ids, now()).await.unwrap();
    it.advance_revision().await.unwrap();
    let later = today() + Days::new(400);
    let departments = it.departments(today()).await.unwrap();
    let top = departments.iter().find(|it| it.department.parent.is_none()).expect("a department");
    let lines = it.lines_of_reports(today(), people).await.unwrap();
    let second = Writes {
        department_changes: vec![DepartmentChange {
            id: top.department.id,
            code: Some("1".to_owned()),
            name: "Renamed".to_owned(),
            parent: None,
        }],
        profile_changes: vec![ProfileChange { person: people[0], profile: profile(people[0]) }],
        departures: vec![Departure { person: people[2], last_day: later }],
        employment_corrections: vec![EmploymentCorrection {
            person: people[1],
            was: Period::since(today()),
            now: Period::since(today() - Days::new(1)),
        }],
        rejoins: vec![Rejoin { person: people[2], joined: later + Days::new(30), left: None }],
        leave_changes: vec![LeaveChange {
            person: person(1),
            remove: vec![Period { from: monday(), until: monday() + Days::new(9) }],
            add: vec![Period { from: monday(), until: monday() + Days::new(8) }],
        }],
        line_ends: vec![lines.iter().find(|it| it.kind == LineKind::Dotted).expect("a line").id],
        ..Writes::default()
    };
    it.apply_import(&second, later, ids, now()).await.unwrap();
    it.set_own_holiday(ids.next(), monday(), "ours").await.unwrap();
    it.set_own_holiday(ids.next(), monday() + Days::new(1), "gone").await.unwrap();
    it.remove_own_holiday(monday() + Days::new(1)).await.unwrap();
    it.commit().await.unwrap();
}

async fn rules(it: &Transaction, ids: &Counter, pair: PairId) -> PolicyId {
    let policy = Policy {
        id: ids.next().into(),
        scope: Scope::Pair(pair),
        kind: PairKind::Manager,
        cadence: Cadence::default(),
        reason: "a test".to_owned(),
        period: Period::since(today()),
        version: 1,
    };
    it.add_policy(&policy, None, now()).await.unwrap();
    assert!(it.end_policy(policy.id, 1, monday() + Days::new(700)).await.unwrap());
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let window = |name: &str| ReservedWindow {
        id: ids.next().into(),
        department: None,
        name: name.to_owned(),
        window: WeeklyWindow { weekday: Weekday::MONDAY, from: at(15), to: at(17) },
        exclusive: false,
        period: Period::since(today()),
    };
    let (kept, gone) = (window("kept"), window("gone"));
    it.add_reserved_window(&kept).await.unwrap();
    it.add_reserved_window(&gone).await.unwrap();
    assert!(it.remove_reserved_window(gone.id).await.unwrap());
    policy.id
}

async fn plan(it: &Transaction, ids: &Counter, pair: PairId) -> Uuid {
    let record = PlanRecord {
        id: ids.next().into(),
        state: "previewed".to_owned(),
        starts_on: monday(),
        weeks: 2,
        hash: "h".to_owned(),
        facts_hash: "f".to_owned(),
        summary: "{}".to_owned(),
        created_by: None,
        created_at: now(),
        applied_at: None,
    };
    let id = record.id;
    it.add_plan(record, b"{}".to_vec()).await.unwrap();
    it.mark_plan_applied(id, now()).await.unwrap();
    let series = StandingSeries {
        pair,
        weekday: Weekday::MONDAY,
        starts: NaiveTime::MIN,
        zone: chrono_tz::Asia::Tokyo,
        anchor: monday(),
        every_weeks: Some(2),
        phase: 0,
    };
    it.put_series(&[series], now()).await.unwrap();
    it.remove_series(&[pair]).await.unwrap();
    it.put_series(&[series], now()).await.unwrap();
    id.0
}

async fn calendars(
    world: &World,
    ids: &Counter,
    organization: OrganizationId,
    people: &[PersonId],
    meetings: &[Meeting],
) {
    let it = world.database.transaction(organization).await.unwrap();
    let busy = Busy { person: people[1], slot: slot(0) };
    it.replace_busy(ids, people, "ics", slot(0), &[busy], now()).await.unwrap();
    it.rotate_feed(people[1], organization.0.as_bytes(), now()).await.unwrap();
    it.commit().await.unwrap();
    let clock = Still(now());
    let calendar = BuiltInCalendars::new(&world.database, organization, ids, &clock);
    let holds: Vec<Hold> = (0..3_u64)
        .flat_map(|week| people[..2].iter().map(move |person| (week, *person)))
        .map(|(week, person)| Hold {
            meeting: meetings[week as usize].id,
            person,
            slot: slot(week),
        })
        .collect();
    calendar.place(&holds).await.unwrap();
    // The hold of the first is taken away, that of the skipped one stays to be found.
    calendar.cancel(&[meetings[0].id]).await.unwrap();
    calendar.place(&holds[..2]).await.unwrap();
    let reader = world.database.reader(organization).await.unwrap();
    assert_eq!(reader.holds(people, slot(0)).await.unwrap().len(), 2);
    assert_eq!(reader.busy(Some(people), slot(0)).await.unwrap().len(), 1);
    drop(reader);
    // One of them as any other calendar.
    let own = calendar.of(people[1]);
    let wanted = Wanted {
        uid: EventUid(format!("{:032x}", organization.0.as_u128())),
        meeting: meetings[1].id,
        slot: slot(5),
        zone: chrono_tz::Tz::UTC,
        title: "1on1".to_owned(),
        guest: None,
        place: Place::Unsaid,
        sequence: 0,
    };
    own.put(&wanted, None).await.unwrap();
    assert!(own.find(&wanted.uid).await.unwrap().is_some());
    assert!(!own.changes(None, slot(5)).await.unwrap().resources.is_empty());
    own.busy(slot(5)).await.unwrap();
    own.cancel(&wanted.uid).await.unwrap();
}

async fn platform(
    world: &World,
    ids: &Counter,
    organization: OrganizationId,
    people: &[PersonId],
    pair: PairId,
) -> (Uuid, Uuid, Uuid) {
    let it = world.database.transaction(organization).await.unwrap();
    let session =
        |person| Session { id: ids.next(), person, expires_at: now() + TimeDelta::hours(1) };
    let (kept, gone) = (session(people[0]), session(people[1]));
    it.add_token(kept, now()).await.unwrap();
    it.add_token(gone, now()).await.unwrap();
    it.revoke_tokens(people[1], None, now()).await.unwrap();
    for role in [Role::Hr, Role::Executive] {
        it.add_role(ids.next(), people[0], role, now()).await.unwrap();
    }
    it.remove_role(people[0], Role::Executive).await.unwrap();
    let upload = Upload {
        id: ids.next().into(),
        file_name: None,
        content: b"x".to_vec(),
        created_by: people[0],
    };
    let upload_id = upload.id.0;
    it.add_upload(upload, now(), now() + TimeDelta::hours(1)).await.unwrap();
    let record = ImportRecord {
        id: ids.next().into(),
        state: "previewed".to_owned(),
        file_name: None,
        plan_hash: "h".to_owned(),
        revision: 1,
        options: "{}".to_owned(),
        summary: "{}".to_owned(),
        created_by: None,
        created_at: now(),
        applied_at: None,
    };
    let import = record.id;
    it.add_import(record, b"{}".to_vec()).await.unwrap();
    it.mark_import_applied(import, now()).await.unwrap();
    assert!(it.idempotent(people[0], "key").await.unwrap().is_none());
    let stored =
        Stored { operation: "x".to_owned(), input_hash: vec![1], payload: "{}".to_owned() };
    it.keep_idempotent(people[0], "key", stored, now()).await.unwrap();
    it.add_looks(ids, people[2], &[pair], today(), now()).await.unwrap();
    for kind in [JobKind::SyncPairs, JobKind::SyncPairs] {
        it.enqueue(ids, kind, organization.0, now()).await.unwrap();
    }
    it.commit().await.unwrap();
    let system = world.database.system();
    let claims = system
        .claim(Some(organization), false, now(), now() + TimeDelta::minutes(2), 1)
        .await
        .unwrap();
    let it = world.database.transaction(organization).await.unwrap();
    assert_eq!(it.absorb_equal(&claims[0], now()).await.unwrap(), 1);
    assert!(it.finish(&claims[0], now()).await.unwrap());
    it.commit().await.unwrap();
    (upload_id, kept.id, import.0)
}

/// A pair's key that was wrapped anew, and a person's that was shredded.
async fn content_keys(it: &Transaction, pair: PairId, person: PersonId) {
    let (shared, own) = (Keeper::Pair(pair), Keeper::Person(person));
    let wrapped = |n| Sealed(vec![n]);
    assert!(it.keep_content_key(shared, wrapped(1), now()).await.unwrap());
    assert!(!it.keep_content_key(shared, wrapped(2), now()).await.unwrap(), "it has one");
    let anew = |n| vec![Resealed { id: shared.id(), old: wrapped(1), new: wrapped(n) }];
    assert_eq!(it.reseal(SealedIn::PersonKeys, anew(3)).await.unwrap(), 0, "it is a pair's");
    assert_eq!(it.reseal(SealedIn::PairKeys, anew(3)).await.unwrap(), 1);
    assert_eq!(it.reseal(SealedIn::PairKeys, anew(4)).await.unwrap(), 0, "it changed");
    assert!(it.keep_content_key(own, wrapped(1), now()).await.unwrap());
    it.shred_content_keys(&[own], now()).await.unwrap();
    assert!(!it.keep_content_key(own, wrapped(2), now()).await.unwrap(), "it is gone for ever");
}
