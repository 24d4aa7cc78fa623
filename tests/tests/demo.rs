//! `taiwa demo`: two commands from a clean clone to real, planned, protected meetings.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;

use chrono::{DateTime, NaiveDate, Utc};
use taiwa_tests::{
    Value, answer,
    database::{self},
    demo::{Demo, persona},
    json,
    schedule::{Member, Placed, problems},
};

fn rows(demo: &Demo, sql: &str) -> Vec<Value> {
    database::sqlite_rows(&demo.file("taiwa.sqlite").display().to_string(), sql)
}

fn instant(value: &Value) -> DateTime<Utc> {
    answer::text(value).parse().unwrap_or_else(|_| panic!("no instant: {value}"))
}

fn minutes(text: &str) -> u32 {
    let (hours, minutes) = text.split_once(':').expect("a time");
    hours.parse::<u32>().expect("hours") * 60 + minutes[..2].parse::<u32>().expect("minutes")
}

/// Everybody with hours, busy time, leave and public holidays, from the tables themselves.
fn members(demo: &Demo, holidays: &BTreeMap<String, Vec<NaiveDate>>) -> BTreeMap<String, Member> {
    let mut members: BTreeMap<String, Member> = rows(
        demo,
        "select p.number, f.zone, f.hours from person p join person_profile f on f.person_id = p.id \
         where f.valid_until > '9000'",
    )
    .iter()
    .map(|row| {
        let zone = answer::text(&row["zone"]);
        let windows: Value = answer::text(&row["hours"]).parse().expect("JSON");
        let windows = windows.as_array().or_else(|| windows["windows"].as_array()).expect("windows").clone();
        let hours = windows
            .iter()
            .map(|window| {
                let day = window["weekday"].as_u64().expect("a weekday") as u32;
                let until = minutes(&answer::text(&window["to"]));
                (day, minutes(&answer::text(&window["from"])), if until == 0 { 24 * 60 } else { until })
            })
            .collect();
        let country = match zone.split_once('/') {
            Some(("Asia", _)) => "JP",
            Some(("Europe", _)) => "DE",
            _ => "US",
        };
        let off = holidays[country].clone();
        let zone = zone.parse().expect("a zone");
        (answer::text(&row["number"]), Member { zone, hours, busy: Vec::new(), off })
    })
    .collect();
    for row in rows(
        demo,
        "select p.number, b.starts_at, b.ends_at from calendar_block b join person p on p.id = b.person_id where b.kind = 'busy'",
    ) {
        let member = members.get_mut(&answer::text(&row["number"])).expect("a person");
        member.busy.push((instant(&row["starts_at"]), instant(&row["ends_at"])));
    }
    for row in rows(
        demo,
        "select p.number, l.valid_from, l.valid_until from leave_of_absence l join person p on p.id = l.person_id",
    ) {
        let day = |name: &str| answer::text(&row[name]).parse::<NaiveDate>().expect("a day");
        let member = members.get_mut(&answer::text(&row["number"])).expect("a person");
        member.off.extend(
            day("valid_from").iter_days().take_while(|it| *it < day("valid_until")).take(800),
        );
    }
    members
}

/// From a day on: before it lies a quarter that is over.
fn meetings(demo: &Demo, from: &Value) -> Vec<Placed> {
    let from = answer::text(from);
    rows(
        demo,
        &format!("select o.number as a, p.number as b, m.starts_at, m.minutes, m.buffer_minutes from meeting m \
         join pair r on r.id = m.pair_id join person o on o.id = r.organizer_id \
         join person p on p.id = r.partner_id \
         where m.starts_at is not null and m.due_week >= '{from}'"),
    )
    .iter()
    .map(|row| Placed {
        people: [answer::text(&row["a"]), answer::text(&row["b"])],
        start: instant(&row["starts_at"]),
        minutes: row["minutes"].as_i64().expect("minutes"),
        buffer: row["buffer_minutes"].as_i64().expect("minutes"),
    })
    .collect()
}

/// Public holidays as the committed table has them; a script holds that against a package.
fn holidays() -> BTreeMap<String, Vec<NaiveDate>> {
    let table = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../domain/src/calendar/holidays.csv");
    let text = std::fs::read_to_string(table).expect("the table of holidays");
    let mut found: BTreeMap<String, Vec<NaiveDate>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let country = cells.next().expect("a country").to_owned();
        found
            .entry(country)
            .or_default()
            .push(cells.next().expect("a day").parse().expect("a day"));
    }
    found
}

/// Nobody in the whole company is double-booked, overworked, or met while away.
#[test]
fn nobody_in_the_company_is_in_two_places() {
    let demo = Demo::new();
    let document = demo.prepare(&[]);
    assert_eq!(document["people"].as_u64().map(|count| (280..400).contains(&count)), Some(true));
    let members = members(&demo, &holidays());
    let from = &document["plan"]["from"];
    let meetings = meetings(&demo, from);
    assert_eq!(document["plan"]["meetings"], meetings.len());
    assert!(meetings.len() > 1_000 && members.len() > 280, "{} {}", meetings.len(), members.len());
    assert!(members.values().filter(|it| !it.busy.is_empty()).count() > 250, "calendars are busy");
    let zones: BTreeSet<String> = members.values().map(|it| it.zone.to_string()).collect();
    assert_eq!(
        zones.into_iter().collect::<Vec<_>>(),
        ["America/New_York", "Asia/Tokyo", "Europe/Berlin"]
    );
    let wrong = problems(&members, &meetings);
    assert!(wrong.is_empty(), "{} problems: {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);

    // Every slot stands in both calendars, at its time.
    let unheld = rows(
        &demo,
        &format!(
            "select count(*) as found from meeting m where m.starts_at is not null and m.due_week >= '{}' \
             and 2 <> (select count(*) from calendar_block b where b.meeting_id = m.id \
               and b.starts_at = m.starts_at and b.ends_at = m.ends_at)",
            answer::text(from)
        ),
    );
    assert_eq!(unheld[0]["found"], 0);
    // Nearly everything due is placed, and what is not says why.
    let skipped = rows(
        &demo,
        &format!(
            "select skip_reason, count(*) as found from meeting where starts_at is null \
             and due_week >= '{}' group by 1",
            answer::text(from)
        ),
    );
    let count: u64 = skipped.iter().map(|row| row["found"].as_u64().expect("a number")).sum();
    assert!(skipped.iter().all(|row| row["skip_reason"].is_string()), "{skipped:?}");
    assert!(count * 20 < meetings.len() as u64, "{skipped:?}");
}

/// Started again it keeps every id and changes nothing; `--reset` starts over.
#[test]
fn a_second_start_keeps_everything() {
    let demo = Demo::new();
    let first = demo.prepare(&[]);
    let everything = || {
        [
            "person",
            "pair",
            "pair_episode",
            "meeting",
            "calendar_block",
            "cadence_policy",
            "plan",
            "reserved_window",
            "series",
            "role_assignment",
        ]
        .map(|table| rows(&demo, &format!("select * from {table} order by 1, 2, 3")))
    };
    let before = everything();
    assert!(before.iter().all(|rows| !rows.is_empty()));
    let mode = |name: &str| {
        std::fs::metadata(demo.file(name)).expect("a file").permissions().mode() & 0o777
    };
    assert_eq!((mode("demo.json"), mode("keys.json")), (0o600, 0o600));
    assert_eq!(demo.document(), first);
    // Someone loosened it: fresh tokens do not go into an open file.
    std::fs::set_permissions(demo.file("demo.json"), PermissionsExt::from_mode(0o644))
        .expect("its mode");

    let second = demo.prepare(&[]);
    assert_eq!(mode("demo.json"), 0o600, "tokens for everyone to read");
    assert_eq!(everything(), before);
    for part in ["organization", "people", "plan"] {
        assert_eq!(first[part], second[part], "{part}");
    }
    let people = |document: &Value| -> Vec<Value> {
        document["personas"]
            .as_array()
            .expect("personas")
            .iter()
            .map(|it| it["personId"].clone())
            .collect()
    };
    assert_eq!(people(&first), people(&second));

    let third = demo.prepare(&["--reset"]);
    assert_ne!(third["organization"]["id"], first["organization"]["id"]);
    assert!(people(&first).iter().all(|id| !people(&third).contains(id)));
    assert_eq!(third["people"], first["people"]);
    assert_eq!(third["plan"], first["plan"], "the same company has the same plan");
}

/// What is printed works: each persona's query answers, with real meetings where it asks for them.
#[tokio::test]
async fn printed_queries_return_planned_meetings() {
    let demo = Demo::new();
    let server = demo.serve().await;
    let document = demo.document();
    let personas = document["personas"].as_array().expect("personas");
    let roles: Vec<&str> = personas.iter().filter_map(|it| it["role"].as_str()).collect();
    assert_eq!(roles, ["member", "manager", "middle_manager", "hr", "executive", "administrator"]);
    for it in personas {
        let role = it["role"].as_str().expect("a role");
        let caller = persona(&server, &document, role);
        let query = it["query"].as_str().expect("a query");
        let data = caller.query(query).await;
        let text = data.to_string();
        if query.contains("nextMeetings") {
            assert!(
                text.contains("\"startsAt\":\"20") && text.contains("\"isProtected\":true"),
                "{role}: {data}"
            );
        }
        assert!(!text.contains("[]"), "{role} is shown something empty: {data}");
        let own = "{ viewer { person { id displayName } meetings(first: 100) { edges { node { status slot { startsAt isProtected } pair { id } } } } } }";
        let viewer = caller.query(own).await["viewer"].clone();
        assert_eq!(viewer["person"]["id"], it["personId"]);
        assert_eq!(viewer["person"]["displayName"], it["name"]);
        let meetings = answer::nodes(&viewer["meetings"]);
        let held = meetings
            .iter()
            .filter(|it| it["slot"]["isProtected"] == true && it["status"] == "SCHEDULED")
            .count();
        assert!(held >= 3, "{role} has {held} meetings");
    }
    // The manager's reports are eight people or fewer, each with the next two meetings.
    let manager = persona(&server, &document, "manager");
    let query = personas[1]["query"].as_str().expect("a query");
    let reports = answer::nodes(&manager.query(query).await["viewer"]["person"]["reports"]);
    assert!(!reports.is_empty());
    for report in reports {
        assert_eq!(
            report["managerPair"]["nextMeetings"].as_array().map(Vec::len),
            Some(2),
            "{report}"
        );
    }
    // What is printed for people holds the same, and the address of the console.
    let log = server.text();
    for it in personas {
        assert!(
            log.contains(it["token"].as_str().expect("a token"))
                && log.contains(it["query"].as_str().expect("a query"))
        );
    }
    let (status, kind, page) = manager.get(&manager.url("/")).await;
    assert!(
        status == 200 && kind.starts_with("text/html") && page.contains("script"),
        "{status} {kind}"
    );
    let answer = manager
        .with_token(None)
        .ask("{ viewer { roles } __schema { queryType { name } } }", json!({}))
        .await;
    assert!(answer.data()["viewer"].is_null());
}

/// Something takes the time of a 1on1, the guardian answers, and the history says why.
#[tokio::test]
async fn a_slot_is_attacked_defended_and_explained() {
    let demo = Demo::new();
    let server = demo.serve().await;
    let document = demo.document();
    let attack = &document["attack"];
    assert!(attack["now"].is_string(), "it found another time: {attack}");
    assert_ne!(attack["now"], attack["was"]);
    // The manager is told of it, and reminded of the next of their 1on1s.
    let manager = persona(&server, &document, "manager");
    let told = manager.query(&answer::text(&document["notices"]["query"])).await;
    let told = answer::nodes(&told["viewer"]["notices"]);
    let kinds: Vec<_> = told.iter().map(|it| it["kind"].clone()).collect();
    assert!(kinds.contains(&json!("DAY_BEFORE")) && kinds.contains(&json!("SLOT")), "{told:?}");
    let query = answer::text(&attack["query"]);
    let data = manager.query(&query).await;
    let meeting = &data["node"];
    assert_eq!(meeting["slot"]["isProtected"], true, "{meeting}");
    assert_eq!(meeting["slot"]["state"], "PROTECTED");
    assert_eq!(instant(&meeting["slot"]["startsAt"]), instant(&attack["now"]));
    let lines = meeting["slotEvents"]["edges"].as_array().expect("a history");
    let kinds: Vec<&str> = lines.iter().filter_map(|it| it["node"]["kind"].as_str()).collect();
    for kind in ["FOUND", "DID", "BECAME"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert!(lines.iter().all(|it| it["node"]["message"].as_str().is_some_and(|it| !it.is_empty())));
    let theirs = persona(&server, &document, "hr").query(&query).await;
    assert!(theirs["node"].is_null(), "{theirs}");
    assert!(server.text().contains(&query), "what is printed for people holds it too");
}

/// The two read what they talked about; what was left open months ago stands in their next 1on1, and
/// nobody else sees any of it.
#[tokio::test]
async fn a_pair_has_a_history_and_what_was_left_open_goes_on() {
    let demo = Demo::new();
    let server = demo.serve().await;
    let document = demo.document();
    let query = answer::text(&document["history"]["query"]);
    let texts = |list: &Value, state: &str| -> Vec<String> {
        let all = list.as_array().unwrap_or_else(|| panic!("no list: {list}")).iter();
        all.filter(|it| it["state"] == state).map(|it| answer::text(&it["text"])).collect()
    };
    for role in ["member", "manager"] {
        let pair = persona(&server, &document, role).query(&query).await["node"].clone();
        let met = answer::nodes(&pair["meetings"]);
        // What was left open at first and discussed in a later one stands in both.
        let discussed: BTreeSet<String> =
            met.iter().flat_map(|it| texts(&it["agenda"], "DISCUSSED")).collect();
        assert_eq!(discussed.len(), 3, "{role}: {met:?}");
        let left: Vec<String> = met.iter().flat_map(|it| texts(&it["agenda"], "OPEN")).collect();
        let next = &pair["nextMeetings"][0];
        assert_eq!(next["slot"]["isProtected"], true, "{next}");
        let coming = texts(&next["agenda"], "OPEN");
        assert_eq!(coming.len(), 1, "{next}");
        assert!(left.contains(&coming[0]) && !discussed.contains(&coming[0]), "{left:?}");
        assert!(!next["agenda"][0]["comments"][0]["text"].is_null(), "{next}");
        // It was raised before the first of those meetings, and the manager's action is overdue.
        assert!(instant(&next["agenda"][0]["createdAt"]) < instant(&met[1]["slot"]["startsAt"]));
        assert_eq!(texts(&next["actions"], "OPEN").len(), 1, "{next}");
        let due: NaiveDate = answer::text(&next["actions"][0]["dueOn"]).parse().expect("a day");
        assert!(due < instant(&next["slot"]["startsAt"]).date_naive());
        assert!(met.iter().any(|it| it["sharedMinutes"]["markdown"].is_string()), "{met:?}");
    }
    for role in ["middle_manager", "hr", "executive", "administrator"] {
        let pair = persona(&server, &document, role).query(&query).await["node"].clone();
        assert!(!pair.to_string().contains("text"), "{role}: {pair}");
    }
    assert!(server.text().contains(&query), "what is printed for people holds it too");
}

/// HR sees a closed quarter: figures by department, held as both or one said, help where it is due.
#[tokio::test]
async fn a_department_dashboard_has_a_past() {
    let demo = Demo::new();
    let server = demo.serve().await;
    let document = demo.document();
    let query = answer::text(&document["dashboard"]["query"]);
    let seen = persona(&server, &document, "hr").query(&query).await["insight"].clone();
    let whole = &seen["organization"]["figures"];
    let count = |name: &str| whole[name].as_u64().unwrap_or_else(|| panic!("{name}: {whole}"));
    assert!(count("due") > 1_000 && count("heldConfirmed") > count("heldUnopposed"), "{whole}");
    assert_eq!(count("held"), count("heldConfirmed") + count("heldUnopposed"));
    for name in ["heldUnopposed", "missed", "unconfirmed", "skipped", "displaced"] {
        assert!(count(name) > 0, "{name}: {whole}");
    }
    assert_eq!(seen["periods"].as_array().map(Vec::len), Some(3));
    let departments = answer::nodes(&seen["departments"]);
    assert!(departments.len() > 5, "{departments:?}");
    assert!(departments.iter().any(|it| it["scope"] == "OTHER_TEAMS"), "{departments:?}");
    assert!(departments.iter().any(|it| !it["before"].is_null()), "{departments:?}");
    let helped = departments.iter().find(|it| !it["support"].is_null()).expect("help is offered");
    assert!(!helped["support"]["helps"][0]["label"].is_null(), "{helped}");
    assert!(!helped["support"]["helpers"][0]["displayName"].is_null(), "{helped}");
    let heat = answer::nodes(&seen["heatMap"]);
    assert!(heat.iter().any(|row| row["cells"].as_array().map(Vec::len) == Some(3)), "{heat:?}");
    assert!(seen["managersWithOwnOneOnOnes"]["managers"].as_u64() > Some(4), "{seen}");
    assert!(server.text().contains(&query), "what is printed for people holds it too");
    // Its administrator sees the figures of nobody else's department.
    let admin = persona(&server, &document, "administrator").query(&query).await;
    assert!(admin["insight"]["organization"].is_null(), "{admin}");
}
