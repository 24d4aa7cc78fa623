//! Where a meeting can move.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::json;
use taiwa_domain::{
    calendar::guardian::{Choice, MAX_OFFERS, Neighbours, Search, TermKind, choose},
    meeting::{SkipReason, Slot},
    planning::{Person, Reason, Reserved, Window},
};

use crate::world::{at, meets, span};

fn person(zone: &str) -> Person {
    serde_json::from_value(json!({"key": "x", "zone": zone})).unwrap()
}

/// Two people in one zone who meet on Tuesday 2026-06-16 at 10:00 UTC, in a period of two weeks.
fn search(zone: &str) -> Search {
    Search {
        people: [person(zone), person(zone)],
        others: [Vec::new(), Vec::new()],
        minutes: 30,
        buffer_minutes: 0,
        windows: None,
        reserved: Vec::new(),
        daily_cap: 4,
        grid: 30,
        period: Slot { starts_at: at("2026-06-15T00:00:00Z"), ends_at: at("2026-06-29T00:00:00Z") },
        neighbours: Neighbours::default(),
        original: span(at("2026-06-16T10:00:00Z"), 30),
        series: None,
        not_before: at("2026-06-08T00:00:00Z"),
    }
}

fn starts(choice: &Choice) -> Vec<DateTime<Utc>> {
    choice.offers.iter().map(|offer| offer.slot.starts_at).collect()
}

#[test]
fn the_nearest_time_of_the_day_and_then_the_series_time_a_week_away() {
    let choice = choose(&search("UTC")).unwrap();
    assert_eq!(choice.offers.len(), MAX_OFFERS);
    let first: Vec<_> = starts(&choice).into_iter().take(4).collect();
    // 11:00 and 11:30 on the day; 09:00 is a full hour away, too; 12:00 to 13:00 is lunch.
    assert_eq!(
        first,
        [
            "2026-06-16T09:30:00Z",
            "2026-06-16T10:30:00Z",
            "2026-06-16T09:00:00Z",
            "2026-06-16T11:00:00Z"
        ]
        .map(at)
    );
    // The rest of the day taken, the same weekday and time next week is best.
    let mut full = search("UTC");
    full.people[1].busy.push((at("2026-06-16T00:00:00Z"), at("2026-06-17T00:00:00Z")));
    let choice = choose(&full).unwrap();
    let best = choice.best().unwrap();
    assert_eq!(best.slot.starts_at, at("2026-06-23T10:00:00Z"));
    let costs = best.terms.map(|term| (term.kind, term.cost));
    use TermKind::*;
    assert_eq!(
        costs,
        [(OtherWeekday, 0), (OtherTime, 0), (Unreserved, 0), (Away, 7), (Fragments, 0)]
    );
    assert_eq!(best.cost, 7);
    assert!(choice.offers.iter().all(|offer| offer.slot.starts_at != full.original.starts_at));
}

#[test]
fn the_series_time_counts_even_where_the_meeting_stood_elsewhere() {
    let mut moved = search("UTC");
    moved.series = Some(serde_json::from_value(json!({"weekday": 4, "time": "15:00"})).unwrap());
    assert_eq!(starts(&choose(&moved).unwrap())[0], at("2026-06-18T15:00:00Z"));
}

#[test]
fn reserved_windows_are_preferred_and_exclusive_ones_are_kept_to() {
    let window = |exclusive| -> Reserved {
        serde_json::from_value(
            json!({"weekday": 2, "from": "14:00", "to": "15:00", "exclusive": exclusive}),
        )
        .unwrap()
    };
    let mut reserved = search("UTC");
    // Off by eight half hours in the window, by nine outside.
    reserved.people[0].busy.push((at("2026-06-16T09:00:00Z"), at("2026-06-16T14:00:00Z")));
    reserved.people[0].busy.push((at("2026-06-23T00:00:00Z"), at("2026-06-24T00:00:00Z")));
    reserved.reserved.push(window(false));
    let choice = choose(&reserved).unwrap();
    assert_eq!(starts(&choice)[0], at("2026-06-16T14:00:00Z"));
    assert_eq!(choice.offers[0].terms[2].cost, 0);
    assert!(choice.offers.iter().any(|offer| offer.terms[2].cost == 5));
    reserved.reserved = vec![window(true)];
    let all = starts(&choose(&reserved).unwrap());
    assert_eq!(all, [at("2026-06-16T14:00:00Z"), at("2026-06-16T14:30:00Z")]);
}

#[test]
fn scraps_of_free_time_are_avoided() {
    let mut scraps = search("UTC");
    // 09:30 would leave 20 minutes before it, 10:30 nothing.
    scraps.people[0].busy.push((at("2026-06-16T09:00:00Z"), at("2026-06-16T09:10:00Z")));
    scraps.people[1].busy.push((at("2026-06-16T10:00:00Z"), at("2026-06-16T10:30:00Z")));
    let choice = choose(&scraps).unwrap();
    assert_eq!(starts(&choice)[..2], [at("2026-06-16T10:30:00Z"), at("2026-06-16T09:30:00Z")]);
    assert_eq!(choice.offers[1].terms[4].cost, 1);
}

#[test]
fn two_1on1s_of_a_pair_never_bunch() {
    let mut spaced = search("UTC");
    spaced.neighbours = Neighbours {
        previous: Some(at("2026-06-11T10:00:00Z")),
        next: Some(at("2026-06-30T10:00:00Z")),
        spacing_days: 7,
    };
    let choice = choose(&spaced).unwrap();
    for start in starts(&choice) {
        assert!(
            at("2026-06-18T10:00:00Z") <= start && start <= at("2026-06-23T10:00:00Z"),
            "{start}"
        );
    }
    assert!(choice.refused.count(Reason::Spacing) > 0);
    spaced.neighbours.spacing_days = 14;
    assert_eq!(choose(&spaced).unwrap().best().unwrap_err(), SkipReason::Spacing);
}

#[test]
fn other_1on1s_keep_their_buffers_and_count_for_the_day() {
    let mut full = search("UTC");
    full.period =
        Slot { starts_at: at("2026-06-16T00:00:00Z"), ends_at: at("2026-06-17T00:00:00Z") };
    full.others[1].push((span(at("2026-06-16T09:00:00Z"), 30), 15));
    full.buffer_minutes = 15;
    full.others[1].push((span(at("2026-06-16T14:00:00Z"), 30), 0));
    let all = starts(&choose(&full).unwrap());
    for taken in ["09:00", "09:30", "13:30", "14:00"] {
        assert!(!all.contains(&at(&format!("2026-06-16T{taken}:00Z"))), "{taken}");
    }
    assert!(all.contains(&at("2026-06-16T14:30:00Z")));
    full.daily_cap = 2;
    assert_eq!(choose(&full).unwrap().best().unwrap_err(), SkipReason::Cap);
}

#[test]
fn where_nothing_fits_the_reason_is_told() {
    let whole = |mut search: Search, change: fn(&mut Person)| {
        change(&mut search.people[1]);
        choose(&search).unwrap().best().unwrap_err()
    };
    let days = || NaiveDate::from_ymd_opt(2026, 6, 14).unwrap().iter_days().take(16);
    assert_eq!(
        whole(search("UTC"), |it| it
            .busy
            .push((at("2026-06-01T00:00:00Z"), at("2026-07-01T00:00:00Z")))),
        SkipReason::Busy
    );
    assert_eq!(whole(search("UTC"), |it| it.hours = Some(Vec::new())), SkipReason::OutsideHours);
    let mut away = search("UTC");
    away.people[0].leave = days().collect();
    assert_eq!(choose(&away).unwrap().best().unwrap_err(), SkipReason::Leave);
    let mut closed = search("UTC");
    closed.people[0].holidays = days().collect();
    assert_eq!(choose(&closed).unwrap().best().unwrap_err(), SkipReason::Holiday);
    let mut late = search("UTC");
    late.not_before = late.period.ends_at;
    assert!(choose(&late).unwrap().best().is_err());
}

#[test]
fn a_zone_or_length_that_means_nothing_is_an_error() {
    let mut wrong = search("Europe/Nowhere");
    assert!(choose(&wrong).is_err());
    wrong = search("UTC");
    wrong.minutes = 0;
    assert!(choose(&wrong).is_err());
}

/// Around changes of clocks on both hemispheres: hours are Sunday nights.
fn nights(zone: &str, sunday: &str) -> (Tz, NaiveDate, Vec<DateTime<Utc>>) {
    let (tz, day): (Tz, NaiveDate) = (zone.parse().unwrap(), sunday.parse().unwrap());
    let night: Vec<Window> =
        serde_json::from_value(json!([{"weekday": 7, "from": "00:00", "to": "06:00"}])).unwrap();
    let mut search = search(zone);
    search.people.iter_mut().for_each(|person| person.hours = Some(night.clone()));
    let noon = tz.from_local_datetime(&day.and_hms_opt(12, 0, 0).unwrap()).unwrap().to_utc();
    search.period = Slot { starts_at: noon - TimeDelta::days(6), ends_at: noon };
    search.original = span(noon - TimeDelta::days(2), 30);
    search.not_before = noon - TimeDelta::days(30);
    let mut all: Vec<DateTime<Utc>> = Vec::new();
    // Offers are bounded: ask for what is left without those that were offered.
    loop {
        let found = starts(&choose(&search).unwrap());
        if found.is_empty() {
            break;
        }
        search.people[0]
            .busy
            .extend(found.iter().map(|&start| (start, start + TimeDelta::minutes(1))));
        all.extend(found);
    }
    all.sort();
    (tz, day, all)
}

#[test]
fn a_time_that_the_clock_jumps_over_is_not_offered_on_either_hemisphere() {
    for (zone, sunday) in [("Europe/Berlin", "2026-03-29"), ("Australia/Sydney", "2026-10-04")] {
        let (tz, day, all) = nights(zone, sunday);
        // 02:00 to 03:00 does not exist. 01:30 to 03:00, half an hour long, does.
        let local: Vec<_> = all.iter().map(|start| start.with_timezone(&tz)).collect();
        assert_eq!(local.len(), 10, "{zone}: {local:?}");
        assert!(local.iter().all(|it| it.date_naive() == day && it.hour() != 2));
        assert!(all.windows(2).all(|two| two[1] - two[0] == TimeDelta::minutes(30)));
    }
}

#[test]
fn a_time_that_the_clock_shows_twice_is_the_earlier_on_either_hemisphere() {
    for (zone, sunday) in [("Europe/Berlin", "2026-10-25"), ("Australia/Sydney", "2026-04-05")] {
        let (tz, day, all) = nights(zone, sunday);
        assert_eq!(all.len(), 12, "{zone}: each local half hour once");
        for start in all {
            let local = start.with_timezone(&tz).naive_local();
            assert_eq!(local.date(), day);
            assert_eq!(tz.from_local_datetime(&local).earliest().unwrap(), start);
        }
    }
}

#[test]
fn the_series_keeps_its_wall_clock_time_across_a_change_of_clocks() {
    for (zone, tuesday, hour, later) in [
        ("Europe/Berlin", "2026-03-24T09:00:00Z", 10, "2026-03-31T08:00:00Z"),
        ("America/New_York", "2026-10-27T14:00:00Z", 10, "2026-11-03T15:00:00Z"),
        ("Australia/Sydney", "2026-09-28T23:30:00Z", 9, "2026-10-05T22:30:00Z"),
    ] {
        let mut across = search(zone);
        across.original = span(at(tuesday), 30);
        let tz: Tz = zone.parse().unwrap();
        assert_eq!(at(tuesday).with_timezone(&tz).hour(), hour);
        let (day, week) = (TimeDelta::days(1), TimeDelta::weeks(1));
        across.period = Slot { starts_at: at(tuesday) - day, ends_at: at(tuesday) + week + day };
        across.not_before = at(tuesday) + day * 3;
        assert_eq!(starts(&choose(&across).unwrap())[0], at(later), "{zone}");
    }
}

#[test]
fn clocks_that_change_apart_move_the_hours_that_two_people_share() {
    // Berlin 17:30 is New York 11:30, but 12:30, at lunch, while only New York has summer time.
    let mut apart = search("Europe/Berlin");
    apart.people[1] = person("America/New_York");
    apart.period =
        Slot { starts_at: at("2026-03-02T00:00:00Z"), ends_at: at("2026-03-30T00:00:00Z") };
    apart.original = span(at("2026-03-03T15:00:00Z"), 30);
    apart.not_before = at("2026-03-09T00:00:00Z");
    for start in starts(&choose(&apart).unwrap()) {
        let [berlin, york] =
            [Tz::Europe__Berlin, Tz::America__New_York].map(|tz| start.with_timezone(&tz));
        assert!(
            (9..18).contains(&berlin.hour()) && (9..18).contains(&york.hour()),
            "{berlin} {york}"
        );
        assert!(berlin.hour() != 12 && york.hour() != 12, "{berlin} {york}");
    }
}

/// Whether a half hour in UTC is legal, told without the planner.
fn legal(search: &Search, start: DateTime<Utc>) -> bool {
    let slot = span(start, 30);
    let minute = start.hour() * 60 + start.minute();
    let workday = start.weekday().num_days_from_monday() < 5;
    let hours = (540..=690).contains(&minute) || (780..=1050).contains(&minute);
    let clear = |person: usize| {
        let busy = search.people[person].busy.iter();
        let others = search.others[person].iter();
        busy.copied().all(|(from, to)| !meets(Slot { starts_at: from, ends_at: to }, slot))
            && others.clone().all(|&(other, _)| !meets(other, slot))
            && others
                .filter(|(other, _)| other.starts_at.date_naive() == start.date_naive())
                .count()
                < search.daily_cap as usize
            && !search.people[person].leave.contains(&start.date_naive())
    };
    let spaced = |other: Option<DateTime<Utc>>| {
        let least = TimeDelta::days(search.neighbours.spacing_days.into());
        other.is_none_or(|other| (other - start).abs() >= least)
    };
    workday
        && hours
        && clear(0)
        && clear(1)
        && spaced(search.neighbours.previous)
        && spaced(search.neighbours.next)
        && start >= search.not_before
        && start != search.original.starts_at
}

proptest! {
    #[test]
    fn every_offer_is_legal_the_best_is_the_cheapest_and_none_means_there_is_none(
        busy in prop::collection::vec((0..2_usize, 0..14 * 48_i64, 1..400_i64), 0..30),
        others in prop::collection::vec((0..2_usize, 0..14 * 48_i64), 0..6),
        (leave, spacing, soonest, cap) in (0..14_i64, 0..9_u16, 0..14 * 24_i64, 1..4_u32),
    ) {
        let mut asked = search("UTC");
        let monday = asked.period.starts_at;
        for (who, half_hour, minutes) in busy {
            let start = monday + TimeDelta::minutes(30 * half_hour);
            asked.people[who].busy.push((start, start + TimeDelta::minutes(minutes)));
        }
        for (who, half_hour) in others {
            asked.others[who].push((span(monday + TimeDelta::minutes(30 * half_hour), 30), 0));
        }
        asked.people[0].leave.push((monday + TimeDelta::days(leave)).date_naive());
        asked.neighbours = Neighbours {
            previous: Some(monday - TimeDelta::days(5)),
            next: Some(monday + TimeDelta::days(19)),
            spacing_days: spacing,
        };
        asked.not_before = monday + TimeDelta::hours(soonest);
        asked.daily_cap = cap;
        let choice = choose(&asked).unwrap();
        let all: Vec<_> = (0..14 * 48)
            .map(|half_hour| monday + TimeDelta::minutes(30 * half_hour))
            .filter(|start| legal(&asked, *start))
            .collect();
        prop_assert_eq!(choice.offers.len(), all.len().min(MAX_OFFERS));
        for offer in &choice.offers {
            prop_assert!(all.contains(&offer.slot.starts_at), "{:?}", offer);
            prop_assert_eq!(offer.cost, offer.terms.iter().map(|term| term.cost).sum::<i64>());
        }
        prop_assert!(choice.offers.is_sorted_by_key(|offer| (offer.cost, offer.slot)));
        prop_assert_eq!(choice.best().is_ok(), !all.is_empty());
        // The order of rows does not matter.
        for who in 0..2 {
            asked.people[who].busy.reverse();
            asked.others[who].reverse();
        }
        prop_assert_eq!(choose(&asked).unwrap(), choice);
    }
}
