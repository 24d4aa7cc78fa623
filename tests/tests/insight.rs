//! Published figures over the API: what a closed period shows to whom, and that nothing moves it.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use taiwa_tests::{
    Caller, Org, Value, World, answer, both, json,
    world::{monday_after, today},
};

/// Sales has two teams in the North and one in the South that is too small to stand by itself; Dev
/// and Staff stand by themselves.
fn company() -> String {
    let mut csv =
        String::from("number,given name,family name,email,department,manager number,joined\n");
    let mut add = |number: &str, department: &str, manager: &str| {
        let email = format!("{}@example.com", number.to_lowercase());
        csv.push_str(&format!(
            "{number},Given{number},Family,{email},{department},{manager},2019-04-01\n"
        ));
    };
    add("E0", "Board", "");
    for (number, department) in [
        ("D1", "Sales"),
        ("D2", "Dev"),
        ("H1", "Staff"),
        ("X1", "Staff"),
        ("A1", "Staff"),
        ("G1", "Staff"),
    ] {
        add(number, department, "E0");
    }
    for (number, department, above, reports) in [
        ("N1", "Sales/North", "D1", 4),
        ("N2", "Sales/North", "D1", 4),
        ("S1", "Sales/South", "D1", 3),
        ("V1", "Dev", "D2", 4),
        ("V2", "Dev", "D2", 4),
        ("G1", "Staff", "", 2),
    ] {
        if !above.is_empty() {
            add(number, department, above);
        }
        for n in 1..=reports {
            add(&format!("{number}R{n}"), department, number);
        }
    }
    csv
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(day.weekday().num_days_from_monday().into())
}

/// The first of the four or five weeks of a month: the one with its first Thursday.
fn first_week(month: NaiveDate) -> NaiveDate {
    let first = month.with_day(1).expect("a day");
    let thursday =
        (0..7).map(|n| first + Days::new(n)).find(|day| day.weekday().num_days_from_monday() == 3);
    thursday.expect("a Thursday") - Days::new(3)
}

struct Stage {
    org: Org,
    hr: Caller,
    /// The first day of the last month that is closed today.
    month: NaiveDate,
}

/// A company in which every manager pair was due each week of some past months: those of the North
/// both say they met, of Dev one says so, of the South nobody says anything.
async fn stage(world: &World) -> Stage {
    let org = world.organization("acme");
    let file = world.file("acme.csv", company());
    let result = world.import(&org, &file, &["--effective", "2020-01-01"]);
    assert_eq!(result["counts"]["errors"], 0, "{}", result["defects"]);
    let hr = world.person(&org, "H1", Some("hr"));
    world.settle(&hr).await;
    let today = today(&hr).await;
    // Closed for certain: its last week ended more than three weeks ago.
    let month = (today - Days::new(66)).with_day(1).expect("a day");
    let (mut week, last) = (first_week(month - Days::new(40)), monday(today) - Days::new(7));
    let tenant = world.database.id(&org.id);
    let id = match world.engine() {
        taiwa_tests::Engine::Sqlite => "randomblob(16)",
        taiwa_tests::Engine::Postgres => "gen_random_uuid()",
    };
    while week <= last {
        let at = format!("{week}T03:00:00+00:00");
        let until = format!("{week}T03:30:00+00:00");
        world.database.sql(&org.id, &format!(
            "insert into meeting (organization_id, id, pair_id, due_week, starts_at, ends_at, sort_at, minutes, \
               buffer_minutes, status, pinned, cost, version, updated_at) \
             select organization_id, {id}, id, '{week}', '{at}', '{until}', '{at}', 30, 0, 'scheduled', false, \
               0, 1, '{at}' from pair where organization_id = {tenant} and kind = 'manager'"
        ));
        week = week + Days::new(7);
    }
    let said = |world: &World, managers: &str, columns: &str| {
        world.database.sql(&org.id, &format!(
            "insert into meeting_outcome (organization_id, id, organizer_word, organizer_at, partner_word, \
               partner_at, settles_at, updated_at) \
             select m.organization_id, m.id, 'held', m.ends_at, {columns}, m.ends_at from meeting m \
             join pair p on p.id = m.pair_id join person o on o.id = p.organizer_id \
             where m.organization_id = {tenant} and o.number in ({managers})"
        ));
    };
    said(world, "'N1', 'N2', 'D1'", "'held', m.ends_at, null");
    said(world, "'V1', 'V2'", "null, null, m.ends_at");
    world.plan(&hr, monday_after(today), 2).await;
    Stage { org, hr, month }
}

const CELL: &str = "label scope department { name } period { kind label from until } \
    figures { due held heldConfirmed heldUnopposed missed unconfirmed skipped displaced completionRate } \
    before { completionRate } support { helps { kind label } helpers { number } }";

async fn cells(caller: &Caller, kind: &str, day: NaiveDate) -> Vec<Value> {
    let query = format!(
        "query($day: NaiveDate) {{ insight {{ departments(period: {{kind: {kind}, containing: $day}}, first: 100) {{ \
         nodes {{ {CELL} }} }} }} }}"
    );
    answer::nodes(&caller.ask(&query, json!({"day": day})).await.data()["insight"]["departments"])
}

fn labels(cells: &[Value]) -> Vec<String> {
    cells.iter().map(|cell| answer::text(&cell["label"])).collect()
}

fn find(cells: &[Value], label: &str) -> Value {
    cells
        .iter()
        .find(|cell| cell["label"] == label)
        .unwrap_or_else(|| panic!("no {label}: {cells:?}"))
        .clone()
}

const ALL: [&str; 6] =
    ["Whole organization", "Dev", "Sales", "Other teams of Sales", "North", "Staff"];

both! {
    /// Departments that are large enough by themselves, others put together, sums that add up, and
    /// an offer of help where few 1on1s take place.
    async fn closed_periods_show_departments_and_other_teams(world: &mut World) {
        let stage = stage(world).await;
        let day = stage.month + Days::new(10);
        for kind in ["WEEK", "MONTH"] {
            let found = cells(&stage.hr, kind, day).await;
            let mut names = labels(&found);
            let mut expected = ALL.map(str::to_owned).to_vec();
            names.sort();
            expected.sort();
            assert_eq!(names, expected, "{kind}");
            assert_eq!(found[0]["scope"], "ORGANIZATION", "the tree's order: {found:?}");
            let due = |label: &str| find(&found, label)["figures"]["due"].as_u64().expect("a number");
            let weeks = due("Whole organization") / 32;
            assert_eq!(due("Sales"), due("North") + due("Other teams of Sales"));
            assert_eq!(due("Whole organization"), due("Sales") + due("Dev") + due("Staff"));
            assert_eq!((due("North"), due("Dev")), (10 * weeks, 11 * weeks));
            let north = &find(&found, "North")["figures"];
            assert_eq!((&north["completionRate"], &north["heldUnopposed"]), (&json!(1.0), &json!(0)), "{north}");
            assert!(find(&found, "North")["support"].is_null());
            let dev = &find(&found, "Dev")["figures"];
            assert_eq!((&dev["heldUnopposed"], &dev["heldConfirmed"]), (&json!(8 * weeks), &json!(0)), "{dev}");
            let staff = find(&found, "Staff");
            assert_eq!(staff["figures"]["unconfirmed"], staff["figures"]["due"], "silence is not held");
            assert_eq!(staff["support"]["helps"][0]["kind"], "CONFIRM_MEETINGS", "{staff}");
            assert_eq!(staff["support"]["helpers"], json!([{"number": "H1"}]));
            assert!(!find(&found, "Dev")["before"].is_null(), "{found:?}");
        }
        let query = format!("{{ insight {{ \
            heatMap(from: \"{}\", until: \"{}\") {{ nodes {{ label cells {{ period {{ label from }} }} }} }} \
            trend(kind: MONTH) {{ period {{ from }} figures {{ completionRate }} }} \
            periods(kind: MONTH) {{ from until closedAt }} \
            organization(period: {{kind: MONTH}}) {{ label }} }} }}",
            stage.month - Days::new(60), stage.month + Days::new(20));
        let seen = stage.hr.query(&query).await["insight"].clone();
        assert_eq!(answer::nodes(&seen["heatMap"]).len(), 6, "{seen}");
        let trend = seen["trend"].as_array().expect("a trend");
        assert_eq!(trend.len(), seen["periods"].as_array().expect("periods").len());
        assert!(trend.len() >= 2 && trend[0]["period"]["from"].as_str() < trend[1]["period"]["from"].as_str(), "{trend:?}");
        assert_eq!(seen["organization"]["label"], "Whole organization");
    }

    /// HR and executives read all of it, a manager their line, everyone their own departments, the
    /// administrator no more than that, and another organization nothing.
    async fn figures_are_for_those_whom_they_are_about(world: &mut World) {
        let stage = stage(world).await;
        let day = stage.month + Days::new(10);
        let other = world.company("other", &company()).await;
        let who = |number: &str, role: Option<&str>| world.person(&stage.org, number, role);
        let sales = ["North", "Other teams of Sales", "Sales"];
        let below = ["Dev", "North", "Other teams of Sales", "Sales", "Staff"];
        let whole = { let mut all = ALL; all.sort_unstable(); all };
        for (caller, expected) in [
            (who("X1", Some("executive")), &whole[..]),
            (stage.hr.clone(), &whole[..]),
            (who("E0", None), &below[..]),
            (who("D1", None), &sales[..]),
            (who("N1", None), &sales[..]),
            (who("N1R1", None), &sales[..]),
            (who("S1R1", None), &sales[1..]),
            (who("V1R1", None), &["Dev"][..]),
            (who("A1", Some("administrator")), &["Staff"][..]),
            (world.person(&other, "H1", Some("hr")), &[][..]),
        ] {
            let found = cells(&caller, "MONTH", day).await;
            let mut names = labels(&found);
            names.sort();
            assert_eq!(names, expected);
            let rest = "{ insight { trend(kind: MONTH) { label } organization(period: {kind: MONTH}) { label } \
                managersWithOwnOneOnOnes { share } } }";
            let seen = caller.query(rest).await["insight"].clone();
            let may = expected.len() == 6;
            assert_eq!(seen["trend"].as_array().map(|it| !it.is_empty()), Some(may), "{seen}");
            assert_eq!(!seen["organization"].is_null(), may, "{seen}");
        }
        // A department of somebody else's shows nothing, as if it had none.
        let dev = stage.hr.query("{ departments(topOnly: false) { id name } }").await["departments"].clone();
        let dev = dev.as_array().expect("departments").iter().find(|it| it["name"] == "Dev").expect("Dev")["id"].clone();
        let query = "query($id: ID) { insight { trend(departmentId: $id, kind: MONTH) { label } } }";
        let theirs = who("N1", None).ask(query, json!({"id": dev})).await.data();
        assert_eq!(theirs["insight"]["trend"], json!([]));
        let own = who("V1", None).ask(query, json!({"id": dev})).await.data();
        assert!(own["insight"]["trend"].as_array().is_some_and(|it| !it.is_empty()), "{own}");
    }

    /// What is not closed nobody sees, and what was closed nobody changes.
    async fn open_periods_are_nobodys_and_closed_ones_are_frozen(world: &mut World) {
        let stage = stage(world).await;
        let today = today(&stage.hr).await;
        for kind in ["WEEK", "MONTH", "QUARTER"] {
            assert_eq!(cells(&stage.hr, kind, today).await, Vec::<Value>::new(), "{kind}");
        }
        let last_week = today - Days::new(8);
        assert_eq!(cells(&stage.hr, "WEEK", last_week).await, Vec::<Value>::new(), "it may still change");
        let day = stage.month + Days::new(10);
        let before = (cells(&stage.hr, "WEEK", day).await, cells(&stage.hr, "MONTH", day).await);
        // Everyone changes their mind, the meetings move, and all jobs run again.
        world.database.sql(&stage.org.id, "update meeting_outcome set organizer_word = 'not_held', \
            organizer_reason = 'workload', partner_word = null, partner_at = null");
        world.database.sql(&stage.org.id, "update meeting set status = 'missed' where status = 'scheduled'");
        let now: DateTime<Utc> = today.and_hms_opt(0, 0, 0).expect("midnight").and_utc() - chrono::TimeDelta::days(2);
        world.database.sql(&stage.org.id, &format!(
            "update job set run_at = '{}' where kind = 'close_insight'", now.to_rfc3339()));
        world.settle(&stage.hr).await;
        let after = (cells(&stage.hr, "WEEK", day).await, cells(&stage.hr, "MONTH", day).await);
        assert_eq!(before, after);
    }
}
