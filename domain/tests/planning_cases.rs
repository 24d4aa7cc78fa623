//! Single cases with a known answer.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use taiwa_domain::planning::{Instance, Outcome, Plan, PlanOutput, Reason, explain, parse, solve};

fn instance(file: Value) -> Instance {
    parse(file.to_string().as_bytes()).unwrap()
}

fn person(key: &str, zone: &str) -> Value {
    json!({"key": key, "zone": zone})
}

fn file(from: &str, weeks: u32, people: Vec<Value>, pairs: Vec<Value>) -> Value {
    json!({"horizon": {"from": from, "weeks": weeks}, "people": people, "pairs": pairs})
}

fn plan(file: Value) -> Plan {
    solve(&instance(file)).unwrap()
}

fn starts(plan: &Plan) -> Vec<DateTime<Utc>> {
    let placed = plan.occurrences.iter().filter_map(|occurrence| match occurrence.outcome {
        Outcome::Placed { start, .. } => Some(start),
        Outcome::Skipped { .. } => None,
    });
    placed.collect()
}

fn wish(weekday: u32, time: &str) -> Value {
    json!({"weekday": weekday, "time": time})
}

#[test]
fn wall_clock_times_stay_when_clocks_change() {
    for (zone, from, before, after) in [
        ("Europe/Berlin", "2026-03-23", "2026-03-23T09:00:00Z", "2026-03-30T08:00:00Z"),
        ("America/New_York", "2026-03-02", "2026-03-02T15:00:00Z", "2026-03-09T14:00:00Z"),
        ("Australia/Sydney", "2026-03-30", "2026-03-29T23:00:00Z", "2026-04-06T00:00:00Z"),
        ("Asia/Tokyo", "2026-03-30", "2026-03-30T01:00:00Z", "2026-04-06T01:00:00Z"),
    ] {
        let pair = json!({"a": "a", "b": "b", "every_weeks": 1, "preferred": wish(1, "10:00")});
        let plan = plan(file(from, 2, vec![person("a", zone), person("b", zone)], vec![pair]));
        assert_eq!(plan.totals.series, 0, "{zone}");
        assert!(plan.exact, "{zone}: clocks that move together keep units apart");
        let expected: Vec<DateTime<Utc>> = [before, after].map(|t| t.parse().unwrap()).to_vec();
        assert_eq!(starts(&plan), expected, "{zone}");
    }
}

#[test]
fn a_time_the_clock_jumps_over_cannot_be_held() {
    let hours = json!([{"weekday": 7, "from": "00:00", "to": "06:00"}]);
    let person = |key: &str| json!({"key": key, "zone": "Europe/Berlin", "hours": hours});
    let pair = json!({"a": "a", "b": "b", "every_weeks": 1, "preferred": wish(7, "02:30"),
                      "standing": {"weekday": 7, "time": "02:30"}});
    let plan = plan(file("2026-03-16", 3, vec![person("a"), person("b")], vec![pair]));
    assert_eq!(plan.totals.series, 100);
    // On the 29th 02:30 does not exist; a clock left alone would show it at what is 03:30.
    assert_eq!(starts(&plan)[1], "2026-03-29T01:30:00Z".parse::<DateTime<Utc>>().unwrap());
}

#[test]
fn hours_move_apart_when_only_one_clock_changes() {
    // 15:30 in Berlin is 09:30 in New York, but 10:30 while only New York has summer time.
    let early = json!([{"weekday": 1, "from": "09:00", "to": "10:00"}]);
    let people = vec![
        person("a", "Europe/Berlin"),
        json!({"key": "b", "zone": "America/New_York", "hours": early}),
    ];
    let pair = json!({"a": "a", "b": "b", "every_weeks": 1, "preferred": wish(1, "15:30")});
    let plan = plan(file("2026-02-16", 8, people, vec![pair]));
    // The 9th, 16th and 23rd of March.
    assert_eq!(plan.totals.series, 300);
}

#[test]
fn the_cap_is_each_ones_own_day() {
    // All of the manager's Monday morning in Auckland is Sunday in Honolulu and Monday nowhere else.
    let hours = json!([{"weekday": 1, "from": "09:00", "to": "12:00"}]);
    let mut people = vec![json!({"key": "m", "zone": "Pacific/Auckland", "hours": hours})];
    let mut pairs = Vec::new();
    for number in 0..6 {
        let key = format!("r{number}");
        let hours = json!([{"weekday": 7, "from": "09:00", "to": "18:00"}]);
        people.push(json!({"key": key, "zone": "Pacific/Honolulu", "hours": hours}));
        pairs.push(json!({"a": "m", "b": key, "every_weeks": 1, "preferred": wish(1, "11:00")}));
    }
    let mut file = file("2026-06-01", 4, people, pairs);
    file["daily_cap"] = json!(2);
    let plan = plan(file);
    assert!(plan.exact);
    assert_eq!(plan.totals.unplaced, 4);
}

#[test]
fn no_common_hour_is_no_series() {
    let never = json!({"key": "b", "zone": "UTC", "hours": []});
    let pair = json!({"a": "a", "b": "b"});
    let plan = plan(file("2026-06-01", 4, vec![person("a", "UTC"), never], vec![pair]));
    assert_eq!((plan.totals.series, plan.totals.unplaced), (1_000_000, 1));
    let Outcome::Skipped { reason, .. } = plan.occurrences[0].outcome else { panic!() };
    assert_eq!(reason, Reason::NoSeries);
}

#[test]
fn one_person_alone_and_nobody_at_all() {
    let alone = plan(file("2026-06-01", 4, vec![person("a", "UTC")], vec![]));
    assert_eq!((alone.totals.series, alone.exact), (0, true));
    assert!(plan(file("2026-06-01", 4, vec![], vec![])).exact);
}

#[test]
fn a_chain_of_two_hundred_is_exact() {
    let people = (0..200).map(|n| person(&format!("p{n:03}"), "UTC")).collect();
    let pair = |n: i32| {
        json!({"a": format!("p{n:03}"), "b": format!("p{:03}", n + 1), "every_weeks": 1,
               "preferred": wish(1, "09:00")})
    };
    let plan = plan(file("2026-06-01", 4, people, (0..199).map(pair).collect()));
    assert!(plan.exact);
    // Neighbours alternate between 09:00 and 09:30.
    assert_eq!(plan.totals.series, 99);
}

#[test]
fn the_pair_that_lost_last_time_chooses_first() {
    let busy = json!([["2026-06-01T09:00:00Z", "2026-06-01T10:00:00Z"]]);
    let people = vec![
        json!({"key": "m", "zone": "UTC", "busy": busy}),
        person("x", "UTC"),
        person("y", "UTC"),
    ];
    let pair = |b: &str, time: &str, displaced: u32| {
        json!({"a": "m", "b": b, "every_weeks": 1, "preferred": wish(1, time),
               "standing": {"weekday": 1, "time": time}, "displaced": displaced})
    };
    let plan =
        plan(file("2026-06-01", 4, people, vec![pair("x", "09:00", 0), pair("y", "09:30", 2)]));
    let first = |pair: usize| {
        let mut all = plan.occurrences.iter().filter(|o| o.pair == pair && o.week == 0);
        all.next().unwrap().outcome.clone()
    };
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    assert_eq!(first(1), Outcome::Placed { start: at("2026-06-01T10:00:00Z"), cost: 3 });
    assert_eq!(first(0), Outcome::Placed { start: at("2026-06-01T10:30:00Z"), cost: 3 });
}

#[test]
fn a_fixed_meeting_stays_and_takes_the_place_of_its_period() {
    let pair = json!({"a": "a", "b": "b", "preferred": wish(1, "09:00"),
                      "fixed": [{"week": 1, "start": "2026-06-09T03:00:00Z"}]});
    let people = vec![person("a", "UTC"), person("b", "UTC")];
    let plan = plan(file("2026-06-01", 6, people, vec![pair]));
    let held: Vec<_> = plan.occurrences.iter().map(|o| o.week).collect();
    assert_eq!(held, [1, 2, 4]);
    assert_eq!(starts(&plan)[0], "2026-06-09T03:00:00Z".parse::<DateTime<Utc>>().unwrap());
}

#[test]
fn monthly_pairs_meet_once_a_calendar_month() {
    let pair = json!({"a": "a", "b": "b", "monthly": true, "preferred": wish(1, "09:00"),
                      "standing": {"weekday": 1, "time": "09:00", "phase": 1}});
    let people = vec![person("a", "UTC"), person("b", "UTC")];
    let plan = plan(file("2026-06-01", 13, people, vec![pair]));
    let days: Vec<_> = starts(&plan).iter().map(|t| t.date_naive().to_string()).collect();
    assert_eq!(days, ["2026-06-08", "2026-07-13", "2026-08-10"]);
}

#[test]
fn exclusive_reserved_windows_refuse_the_rest() {
    let mut file = file(
        "2026-06-01",
        4,
        vec![person("a", "UTC"), person("b", "UTC")],
        vec![json!({"a": "a", "b": "b", "every_weeks": 1})],
    );
    file["reserved"] = json!([{"weekday": 4, "from": "14:00", "to": "14:30", "exclusive": true}]);
    file["people"][0]["busy"] = json!([["2026-06-04T14:00:00Z", "2026-06-04T14:10:00Z"]]);
    let instance = instance(file);
    let plan = solve(&instance).unwrap();
    assert_eq!(plan.series[0].series.as_ref().map(|s| s.weekday.number()), Some(4));
    let Outcome::Skipped { reason, refused, .. } = &plan.occurrences[0].outcome else { panic!() };
    assert_eq!((*reason, refused.count(Reason::Busy)), (Reason::Reserved, 1));
    let explained = explain(&instance, &plan, 0, 0).unwrap().unwrap();
    let refused = explained.meeting_alternative.unwrap();
    assert_eq!((refused.reason, refused.cost), (Reason::Busy, 0));
}

#[test]
fn a_fresh_company_is_spread_over_the_week() {
    let people = (0..41).map(|n| person(&format!("p{n:02}"), "UTC")).collect();
    let pair = |n: i32| json!({"a": format!("p{n:02}"), "b": format!("p{:02}", n + 20)});
    let plan = plan(file("2026-06-01", 4, people, (0..20).map(pair).collect()));
    let mut days: Vec<_> =
        plan.series.iter().map(|s| s.series.as_ref().unwrap().weekday.number()).collect();
    days.sort_unstable();
    days.dedup();
    assert_eq!(days, [1, 2, 3, 4, 5]);
    assert_eq!(plan.totals.series, 0);
}

#[test]
fn the_output_has_the_documented_form() {
    let pair = json!({"a": "a", "b": "b", "preferred": wish(2, "09:30")});
    let people = vec![person("a", "UTC"), person("b", "UTC")];
    let plan = plan(file("2026-06-01", 2, people, vec![pair]));
    let output = serde_json::to_value(PlanOutput { plan: &plan, seconds: 0.5 }).unwrap();
    let expected = json!({
        "series": [{"a": "a", "b": "b", "kind": "manager", "cost": 0,
                    "series": {"weekday": 2, "time": "09:30", "zone": "UTC", "phase": 0}}],
        "occurrences": [{"a": "a", "b": "b", "kind": "manager", "week": 0, "cost": 0,
                         "start": "2026-06-02T09:30:00Z"}],
        "totals": {"series": 0, "weeks": 0, "unplaced": 0},
        "lower_bound": 0, "exact": true, "seconds": 0.5,
    });
    assert_eq!(output, expected);
}

#[test]
fn defects_name_whose_they_are() {
    let mut file = file(
        "2026-06-02",
        0,
        vec![person("a", "Mars/Olympus"), person("a", "UTC")],
        vec![
            json!({"a": "a", "b": "a"}),
            json!({"a": "a", "b": "x", "every_weeks": 0}),
            json!({"a": "x", "b": "a"}),
        ],
    );
    file["grid"] = json!(7);
    let errors = instance(file).validate().unwrap_err();
    let text: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        text,
        [
            "grid: 7 minutes do not divide a day",
            "horizon.weeks: 0 is not between 1 and 53",
            "horizon.from: 2026-06-02 is not a Monday",
            "person “a”, zone: “Mars/Olympus” is not an IANA time zone",
            "person “a”, key: stated more than once",
            "pair “a”–“a”, b: both are the same person",
            "pair “a”–“x”, every_weeks: 0 is not between 1 and 26",
            "pair “a”–“x”, b: nobody has the key “x”",
            "pair “x”–“a”, a: nobody has the key “x”",
            "pair “x”–“a”, a, b, kind: stated more than once",
        ]
    );
}

#[test]
fn unknown_fields_are_refused() {
    let mut file = file("2026-06-01", 4, vec![person("a", "UTC")], vec![]);
    file["people"][0]["hour"] = json!([]);
    let error = parse(file.to_string().as_bytes()).unwrap_err().to_string();
    assert!(error.contains("unknown field `hour`"), "{error}");
}
