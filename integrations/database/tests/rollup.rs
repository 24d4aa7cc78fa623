//! What is counted follows its meetings in their own transactions, and is what a recount finds.

mod support;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, TimeDelta};
use support::{Counter, World, both, now, today};
use taiwa_database::{
    Transaction,
    calendar::SlotRow,
    insight::{ReleaseRow, ReleaseState, TallyRow},
    meeting::OutcomeRow,
};
use taiwa_domain::{
    calendar::guardian::{Displacing, SlotState},
    id::{DepartmentId, IdSource, MeetingId, OrganizationId, PersonId},
    insight::{Counted, Span, fate},
    meeting::{
        Meeting, MeetingStatus, SkipReason, Slot,
        held::{NotHeldReason, Said, Word, Words},
    },
    organization::import::{AssignmentStart, DepartmentRef, NewDepartment, PersonRef, Writes},
    pair::{Pair, PairKind},
};

both! {
    whatever_happens_the_tallies_are_what_a_recount_finds
    a_closed_week_does_not_change
}

/// Small numbers that look random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn monday(weeks_ago: u64) -> NaiveDate {
    today() - Days::new(7 * weeks_ago)
}

/// A company whose person 2 changed departments in the middle of it all.
struct Company {
    organization: OrganizationId,
    people: Vec<PersonId>,
    pairs: Vec<Pair>,
    meetings: Vec<Meeting>,
    /// Of each person their departments, from their days.
    posts: BTreeMap<PersonId, Vec<(NaiveDate, DepartmentId)>>,
}

async fn company(world: &World, ids: &Counter) -> Company {
    let organization = world.company(ids, "rollup").await;
    let it = world.database.transaction(organization).await.unwrap();
    let people = it.people(today(), &Default::default(), None, None, 9, false).await.unwrap();
    let people: Vec<PersonId> = people.into_iter().map(|person| person.id).collect();
    let (begin, moved) = (monday(20), monday(3) + Days::new(2));
    let place = |name: &str| NewDepartment { code: None, name: name.to_owned(), parent: None };
    let post = |person: usize, department: u32| AssignmentStart {
        person: PersonRef::Existing(people[person]),
        department: DepartmentRef::New(department),
        position: None,
        primary: true,
        from: begin,
    };
    let writes = Writes {
        new_departments: vec![place("North"), place("South")],
        assignment_starts: vec![post(0, 0), post(1, 0), post(2, 1)],
        ..Writes::default()
    };
    it.apply_import(&writes, begin, ids, now()).await.unwrap();
    let nodes = it.departments(today()).await.unwrap();
    let [north, south] = ["North", "South"]
        .map(|name| nodes.iter().find(|node| node.department.name == name).unwrap().department.id);
    let ended = it.posts(today(), &[people[1]]).await.unwrap();
    let writes = Writes {
        assignment_ends: ended.iter().map(|post| post.id).collect(),
        assignment_starts: vec![AssignmentStart {
            department: DepartmentRef::Existing(south),
            from: moved,
            ..post(1, 0)
        }],
        ..Writes::default()
    };
    it.apply_import(&writes, moved, ids, now()).await.unwrap();
    let pair = |kind, partner: usize| Pair {
        id: ids.next().into(),
        kind,
        organizer: people[0],
        partner: people[partner],
    };
    let pairs =
        vec![pair(PairKind::Manager, 1), pair(PairKind::Manager, 2), pair(PairKind::Peer, 2)];
    it.add_pairs(&pairs, now()).await.unwrap();
    let mut meetings = Vec::new();
    for week in 1..=4 {
        for (n, pair) in pairs.iter().enumerate() {
            meetings.push(Meeting {
                id: ids.next().into(),
                pair: pair.id,
                due_week: monday(week),
                slot: Some(slot(monday(week), n as u64)),
                minutes: 30,
                buffer_minutes: 0,
                status: MeetingStatus::Scheduled,
                skip_reason: None,
                pinned: false,
                cost: 0,
                plan: None,
                version: 1,
            });
        }
    }
    it.put_meetings(&meetings, now()).await.unwrap();
    // The last week is not being counted.
    for week in 2..=4 {
        let release = release(ids, week, ReleaseState::Counting);
        it.put_insight_releases(&[release]).await.unwrap();
        it.tally_week(monday(week), now()).await.unwrap();
    }
    it.commit().await.unwrap();
    let posts = BTreeMap::from([
        (people[1], vec![(begin, north), (moved, south)]),
        (people[2], vec![(begin, south)]),
    ]);
    Company { organization, people, pairs, meetings, posts }
}

fn release(ids: &Counter, weeks_ago: u64, state: ReleaseState) -> ReleaseRow {
    ReleaseRow {
        id: ids.next(),
        span: Span::week(monday(weeks_ago)),
        state,
        parts: Vec::new(),
        managers: None,
        closed_at: None,
    }
}

/// Late in the evening of Coordinated Universal Time it is the next day in Tokyo.
fn slot(day: NaiveDate, n: u64) -> Slot {
    let starts_at = day.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::hours(5 * n as i64);
    Slot { starts_at, ends_at: starts_at + TimeDelta::minutes(30) }
}

/// One thing that happens to a meeting.
async fn happen(it: &Transaction, company: &mut Company, dice: &mut Dice) {
    let place = dice.below(company.meetings.len() as u64) as usize;
    let mut meeting = company.meetings[place].clone();
    meeting.version += 1;
    let due = meeting.due_week;
    match dice.below(6) {
        0 => {
            let day = due + Days::new(dice.below(10));
            meeting.slot = Some(slot(day, dice.below(5)));
            (meeting.status, meeting.skip_reason) = (MeetingStatus::Scheduled, None);
        }
        1 => {
            let reasons =
                [SkipReason::Busy, SkipReason::Leave, SkipReason::NotDue, SkipReason::CalledOff];
            let why = reasons[dice.below(4) as usize];
            (meeting.slot, meeting.status) = (None, MeetingStatus::Skipped);
            meeting.skip_reason = Some(why);
            let called_off = (why == SkipReason::CalledOff).then_some(NotHeldReason::Workload);
            let said = it.outcomes(&[meeting.id]).await.unwrap().pop();
            let words = said.map(|row| row.words).unwrap_or_default();
            let row = OutcomeRow { meeting: meeting.id, words, called_off };
            it.put_outcomes(&[row], now()).await.unwrap();
        }
        2 => {
            let known = it.guarded_slots(&[meeting.id]).await.unwrap().pop();
            let row = SlotRow {
                state: SlotState::Contested,
                displaced: Some((Displacing::LargeMeeting, now())),
                ..known.unwrap_or_else(|| SlotRow::new(meeting.id))
            };
            assert!(it.put_slot(&row, now()).await.unwrap());
            return;
        }
        _ => {
            let words = [
                None,
                Some(Word::Held),
                Some(Word::NotHeld(None)),
                Some(Word::NotHeld(Some(NotHeldReason::Absence))),
            ];
            let mut said = || {
                let word = words[dice.below(4) as usize]?;
                Some(Said { word, at: now() })
            };
            let (organizer, partner) = (said(), said());
            let settles_at = Some(now() + TimeDelta::hours(dice.below(3) as i64 - 1));
            let words = Words { organizer, partner, settles_at };
            let row = OutcomeRow { meeting: meeting.id, words, called_off: None };
            it.put_outcomes(&[row], now()).await.unwrap();
            let ended = meeting.slot.map_or(now(), |slot| slot.ends_at);
            if meeting.status != MeetingStatus::Skipped {
                meeting.status = words.outcome(ended, now()).status(meeting.status);
            }
        }
    }
    it.put_meetings(&[meeting.clone()], now()).await.unwrap();
    company.meetings[place] = meeting;
}

/// Everything counted one by one, from the meetings as anyone reads them.
async fn recount(it: &Transaction, company: &Company) -> Vec<TallyRow> {
    let ids: Vec<MeetingId> = company.meetings.iter().map(|meeting| meeting.id).collect();
    let outcomes = it.outcomes(&ids).await.unwrap();
    let slots = it.guarded_slots(&ids).await.unwrap();
    let mut found = Vec::new();
    for meeting in it.meetings_by_id(&ids).await.unwrap() {
        let pair = company.pairs.iter().find(|pair| pair.id == meeting.pair).unwrap();
        if pair.kind != PairKind::Manager || meeting.due_week == monday(1) {
            continue;
        }
        let said = outcomes.iter().find(|row| row.meeting == meeting.id);
        let words = said.map(|row| row.words).unwrap_or_default();
        let reason = said.and_then(|row| row.called_off).or(words.reason());
        let ended = meeting.slot.map_or(now(), |slot| slot.ends_at);
        let outcome = words.outcome(ended, now());
        let Some(fate) = fate(meeting.status, meeting.skip_reason, outcome, reason) else {
            continue;
        };
        let day = meeting.slot.map_or(meeting.due_week, |slot| {
            slot.starts_at.with_timezone(&chrono_tz::Asia::Tokyo).date_naive()
        });
        let posts = &company.posts[&pair.partner];
        let unit = posts.iter().rev().find(|(from, _)| *from <= day).map(|(_, id)| *id);
        let slot = slots.iter().find(|row| row.meeting == meeting.id);
        found.push(TallyRow {
            meeting: meeting.id,
            counted: Counted {
                unit,
                pair: pair.id,
                manager: company.people[0],
                week: meeting.due_week,
            },
            report: pair.partner,
            fate,
            displaced: slot.and_then(|row| row.displaced).map(|(by, _)| by),
        });
    }
    found.sort_by_key(|row| row.meeting);
    found
}

async fn whatever_happens_the_tallies_are_what_a_recount_finds(world: &World) {
    let ids = Counter::default();
    let mut company = company(world, &ids).await;
    let mut dice = Dice(20_261_125);
    for step in 0..150 {
        let it = world.database.transaction(company.organization).await.unwrap();
        happen(&it, &mut company, &mut dice).await;
        let tallies = it.tallies(monday(9), today()).await.unwrap();
        assert_eq!(tallies, recount(&it, &company).await, "step {step}");
        it.commit().await.unwrap();
    }
    // From scratch.
    let it = world.database.transaction(company.organization).await.unwrap();
    let before = it.tallies(monday(9), today()).await.unwrap();
    for week in 2..=4 {
        it.tally_week(monday(week), now()).await.unwrap();
    }
    assert_eq!(it.tallies(monday(9), today()).await.unwrap(), before);
    let units: std::collections::BTreeSet<_> = before.iter().map(|it| it.counted.unit).collect();
    assert!(before.len() > 3 && units.len() == 2, "{before:?}");
}

async fn a_closed_week_does_not_change(world: &World) {
    let ids = Counter::default();
    let mut company = company(world, &ids).await;
    let it = world.database.transaction(company.organization).await.unwrap();
    let id = it.lock_week(monday(2)).await.unwrap().unwrap();
    let closed = ReleaseRow { id, ..release(&ids, 2, ReleaseState::Released) };
    it.put_insight_releases(&[closed]).await.unwrap();
    it.commit().await.unwrap();
    let mut dice = Dice(7);
    let it = world.database.transaction(company.organization).await.unwrap();
    let before = it.tallies(monday(2), monday(1)).await.unwrap();
    let open = it.tallies(monday(4), monday(2)).await.unwrap();
    for _ in 0..60 {
        happen(&it, &mut company, &mut dice).await;
    }
    it.tally_week(monday(2), now()).await.unwrap();
    assert_eq!(it.tallies(monday(2), monday(1)).await.unwrap(), before);
    assert_ne!(it.tallies(monday(4), monday(2)).await.unwrap(), open);
}
