//! Everything that can be read, with how much of it there was.

use std::collections::HashMap;

use chrono::{DateTime, Days, TimeDelta, Utc};
use taiwa_database::{
    Transaction,
    insight::CellsPage,
    meeting::{TeamPage, sort_at},
    organization::{PeopleFilter, PersonKey},
    platform::SealedIn,
};
use taiwa_domain::{
    access::Role,
    calendar::ResourceKey,
    content::Keeper,
    insight::{Scope, SpanKind},
    meeting::Slot,
    organization::Period,
};
use uuid::Uuid;

use super::{
    agenda, changes,
    fill::{Filled, monday},
    guardian, notes, notices, privacy, suggest,
};
use crate::support::{now, today};

/// How much there is of something.
trait Much {
    fn much(&self) -> usize;
}

impl<T> Much for Vec<T> {
    fn much(&self) -> usize {
        self.len()
    }
}

impl<T> Much for Option<T> {
    fn much(&self) -> usize {
        usize::from(self.is_some())
    }
}

impl<K, V> Much for HashMap<K, V> {
    fn much(&self) -> usize {
        self.len()
    }
}

/// Reads everything through a handle, asking for the ids of `it`; what was found, by name.
pub(crate) async fn everything(handle: &Transaction, it: &Filled) -> Vec<(&'static str, usize)> {
    let mut found = Vec::new();
    macro_rules! read {
        ($($name:ident($($argument:expr),*))*) => {$(
            let answer = handle.$name($($argument),*).await.unwrap();
            found.push((stringify!($name), answer.much()));
        )*};
    }
    let day = today();
    let always = Period { from: day - Days::new(9), until: monday() + Days::new(99) };
    let begin: DateTime<Utc> = now() - TimeDelta::days(9);
    let end = now() + TimeDelta::days(99);
    let span = Slot { starts_at: begin, ends_at: end };
    let nobody = PeopleFilter::default();
    let keepers: Vec<Keeper> = it.people.iter().copied().map(Keeper::Person).collect();
    let narrow = PeopleFilter {
        text: Some("Family".to_owned()),
        manager: Some(it.people[0]),
        department: handle.departments(day).await.unwrap().first().map(|node| node.department.id),
        ..PeopleFilter::default()
    };
    let meetings: Vec<_> = it.meetings.iter().map(|meeting| meeting.id).collect();
    let cursor = |n: usize| Some((sort_at(&it.meetings[n]), it.meetings[n].id.0));
    let first = it.people[0];
    read! {
        policies(always)
        policy(it.policy)
        reserved_windows(always)
        busy(Some(&it.people), span)
        busy(None, span)
        holds(&it.people, span)
        slot_standings(&meetings)
        feed_holds(it.people[1], begin)
        feed_rotated_at(it.people[1])
        meetings_by_id(&meetings)
        next_meetings(&[it.pair], begin, 5)
        meetings_between(begin, end, Some(&[it.pair]))
        meetings_between(begin, end, None)
        meetings_due(always)
        meetings_due_before(monday() + Days::new(50), begin)
        meetings_page(Some(first), None, (Some(begin), Some(end)), None, None, 5, false)
        meetings_page(None, Some(it.pair), (None, None), cursor(0), cursor(2), 5, true)
        skipped_with_holds(5)
        planned_meetings(None, 5)
        departments(day)
        posts(day, &it.people)
        primary_departments(day)
        own_holidays(always)
        import_record(it.import.into())
        import_records(None, 5)
        import_plan(it.import.into())
        lines_of_reports(day, &it.people)
        lines_of_managers(day, &it.people)
        lines_from(day)
        chain_up(day, it.people[1])
        chain_down(day, first)
        employment_periods(day)
        people(day, &nobody, None, None, 5, false)
        people(day, &narrow, Some("0"), Some("9"), 5, true)
        people_by_id(day, &it.people)
        person_by_key(day, &PersonKey::Number("1".to_owned()))
        person_by_key(day, &PersonKey::Email("P1@example.com".to_owned()))
        pairs_by_id(day, &[it.pair])
        pairs_of(day, &it.people)
        manager_pairs_of(day, &it.people)
        all_pairs()
        episodes(always, Some(&[it.pair]))
        episodes(always, None)
        pair_request(it.request)
        pair_requests_of(first)
        accepted_requests()
        plan(it.plan.into())
        plan_body(it.plan.into())
        plans(None, 5)
        applied_plan()
        standing_series()
        series_of(&[it.pair])
        leaves(always, None)
        leaves(always, Some(&it.people))
        displaced_counts(begin, end)
        last_meetings(end)
        caller(it.token, today(), now())
        roles(&it.people)
        idempotent(first, "key")
        jobs(None, 5, now())
        looks(first, None, 5)
        upload(it.upload.into(), first, now())
        calendar_account(it.guarded.account)
        calendar_accounts_of(&it.people)
        people_with_accounts(&it.people)
        account_counts()
        observed_events(&[it.guarded.account], span, &[guardian::uid()])
        observed_resources(it.guarded.account, &[ResourceKey("standing".to_owned())])
        built_in_events(&it.people, span)
        slot_blocks(&meetings)
        other_meetings(&it.people, span, meetings[2])
        meetings_named(&it.people, &[guardian::uid()])
        upcoming_slots(first, begin)
        guarded_coming(begin)
        defended_meetings(always)
        meetings_in_account(it.guarded.account)
        guarded_slots(&meetings)
        slot_events(meetings[0], None, None, 5, false)
        notices(first, None, 5)
        displaced_meetings(begin, end)
        defence_consents(&it.people)
        consent_request(it.guarded.consent)
        calendar_channel(it.guarded.channel)
        open_channels(it.guarded.account)
        outcomes(&meetings)
        tallies(monday(), monday() + Days::new(7))
        uncounted_weeks(monday() + Days::new(99))
        insight_spans()
        released_spans(SpanKind::Week, 5)
        insight_releases(SpanKind::Week, monday(), monday() + Days::new(99), 5)
        insight_trend(SpanKind::Week, Scope::Whole, 5)
        own_departments(day, first)
        role_holders(Role::Hr, 5)
        minutes_by_id(&[it.minutes])
        minutes_of(&meetings)
        minutes_snapshots(&[it.minutes])
        minutes_since_snapshots(&[it.minutes])
        minutes_written(it.minutes, 0, 99)
        minutes_entries(it.minutes)
        minutes_templates(false)
        content_keys(&keepers)
        sealed(SealedIn::PairKeys, Uuid::nil(), 9)
    }
    let mut page = CellsPage {
        kind: SpanKind::Week,
        from: monday(),
        until: monday() + Days::new(7),
        departments: None,
        after: None,
        before: Some("9"),
        limit: 5,
        backwards: true,
    };
    found.push(("insight_cells", handle.insight_cells(&page).await.unwrap().len()));
    let own = handle.own_departments(day, first).await.unwrap();
    (page.departments, page.after) = (Some(&own[..]), Some("0"));
    found.push(("insight_rows", handle.insight_rows(&page).await.unwrap().len()));
    found.extend(agenda::read(handle, it).await);
    found.extend(notes::read(handle, it).await);
    found.extend(privacy::read(handle, it).await);
    found.extend(changes::read(handle, it).await);
    found.extend(notices::read(handle, it).await);
    found.extend(suggest::read(handle, it).await);
    let taken = handle.account_taken(&guardian::account(), it.people[1]).await.unwrap();
    found.push(("account_taken", usize::from(taken)));
    let policy = handle.guardian_policy().await.unwrap();
    found.push(("guardian_policy", policy.version as usize));
    let page =
        TeamPage { manager: first, day, after: Some("0"), limit: 5, from: begin, meetings: 2 };
    found.push(("team", handle.team(&page).await.unwrap().len()));
    found.push(("snapshot", handle.snapshot(day).await.unwrap().persons.len()));
    found
}
