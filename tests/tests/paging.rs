//! Relay's pages and nodes, days gone by, and input that means nothing.

use taiwa_tests::{
    Caller, Value, answer, both,
    cast::{COMPANY, Cast, Who},
    json,
};

const PEOPLE: &str = "query($first: Int, $after: String, $last: Int, $before: String, $filter: PersonFilter, $asOf: NaiveDate) { \
    people(first: $first, after: $after, last: $last, before: $before, filter: $filter, asOf: $asOf) { \
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { number } edges { cursor node { number } } } }";

async fn people(caller: &Caller, variables: Value) -> Value {
    caller.ask(PEOPLE, variables).await.data()["people"].clone()
}

fn numbers(page: &Value) -> Vec<String> {
    answer::nodes(page).iter().map(|node| answer::text(&node["number"])).collect()
}

both! {
    /// Any page size, either direction: everyone once, in order, with true page infos.
    async fn pages_cover_a_list_exactly(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let caller = world.person(&org, "R1", None);
        let everyone = ["A1", "C1", "D1", "E0", "H1", "M1", "M2", "R1", "R2", "X1"];
        assert_eq!(numbers(&people(&caller, json!({})).await), everyone);
        for size in [1, 3, 5, 9, 10, 11, 100] {
            let (mut seen, mut after) = (Vec::new(), Value::Null);
            loop {
                let page = people(&caller, json!({"first": size, "after": after})).await;
                let info = &page["pageInfo"];
                assert_eq!(info["hasPreviousPage"], !seen.is_empty(), "{size}: {page}");
                assert_eq!(info["startCursor"], page["edges"][0]["cursor"]);
                seen.extend(numbers(&page));
                assert_eq!(info["hasNextPage"], seen.len() < everyone.len(), "{size}: {page}");
                if info["hasNextPage"] == false {
                    break;
                }
                after = info["endCursor"].clone();
            }
            assert_eq!(seen, everyone, "forwards by {size}");
            let (mut seen, mut before) = (Vec::new(), Value::Null);
            loop {
                let page = people(&caller, json!({"last": size, "before": before})).await;
                let info = &page["pageInfo"];
                assert_eq!(info["hasNextPage"], !seen.is_empty(), "{size}: {page}");
                seen = [numbers(&page), seen].concat();
                assert_eq!(info["hasPreviousPage"], seen.len() < everyone.len(), "{size}: {page}");
                if info["hasPreviousPage"] == false {
                    break;
                }
                before = info["startCursor"].clone();
            }
            assert_eq!(seen, everyone, "backwards by {size}");
        }
    }

    /// The lists in memory and those by time page alike.
    async fn every_kind_of_list_pages(world: &mut World) {
        let cast = Cast::new(world).await;
        for (who, list) in [
            (Who::TwoAbove, "viewer { person { list: chainDown(ARGS) { pageInfo { hasNextPage endCursor } edges { node { id } } } } }"),
            (Who::TwoAbove, "viewer { person { list: reports(ARGS) { pageInfo { hasNextPage endCursor } edges { node { id } } } } }"),
            (Who::Above, "viewer { list: meetings(ARGS) { pageInfo { hasNextPage endCursor } edges { node { id } } } }"),
            (Who::Hr, "list: jobs(ARGS) { pageInfo { hasNextPage endCursor } edges { node { id } } }"),
        ] {
            let caller = cast.of(who);
            let page = async |args: &str| {
                let mut data = caller.query(&format!("{{ {} }}", list.replace("ARGS", args))).await;
                while data.get("list").is_none() {
                    data = data.as_object().expect("an object").values().next().expect("a field").clone();
                }
                data["list"].clone()
            };
            let all: Vec<Value> = answer::nodes(&page("first: 100").await);
            assert!(all.len() > 2, "{list}: {all:?}");
            let (mut seen, mut args) = (Vec::new(), "first: 2".to_owned());
            loop {
                let part = page(&args).await;
                seen.extend(answer::nodes(&part));
                if part["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                args = format!("first: 2, after: {}", part["pageInfo"]["endCursor"]);
            }
            assert_eq!(seen, all, "{list}");
        }
    }

    /// What is no cursor and no page is told so with a code, never with a failure of ours.
    async fn bad_pages_and_cursors_are_clean_errors(world: &mut World) {
        let cast = Cast::new(world).await;
        let hr = cast.of(Who::Hr);
        let ids: Vec<String> = (0..101).map(|_| "\"x\"".to_owned()).collect();
        for (query, code) in [
            ("{ people(first: 0) { nodes { id } } }", "INVALID_PAGE"),
            ("{ people(first: -1) { nodes { id } } }", "INVALID_PAGE"),
            ("{ people(first: 101) { nodes { id } } }", "INVALID_PAGE"),
            ("{ people(last: 101) { nodes { id } } }", "INVALID_PAGE"),
            ("{ people(first: 1, last: 1) { nodes { id } } }", "INVALID_PAGE"),
            ("{ jobs(first: 101) { nodes { id } } }", "INVALID_PAGE"),
            ("{ viewer { pairs { nextMeetings(first: 21) { id } } } }", "INVALID_PAGE"),
            ("{ jobs(after: \"x\") { nodes { id } } }", "INVALID_CURSOR"),
            ("{ plans(after: \"person_00000000000000000000000001\") { nodes { id } } }", "INVALID_CURSOR"),
            ("{ imports(after: \"\") { nodes { id } } }", "INVALID_CURSOR"),
            ("{ viewer { statusLooks(after: \"x\") { nodes { id } } } }", "INVALID_CURSOR"),
            ("{ viewer { meetings(after: \"x\") { nodes { id } } } }", "INVALID_CURSOR"),
            ("{ viewer { meetings(before: \"99999999999999999999_x\") { nodes { id } } } }", "INVALID_CURSOR"),
            ("{ viewer { person { chainDown(before: \"-1\") { nodes { id } } } } }", "INVALID_CURSOR"),
            (&format!("{{ nodes(ids: [{}]) {{ id }} }}", ids.join(", ")), "INVALID_PAGE"),
            ("{ person { id } }", "INVALID"),
            ("{ person(number: \"R1\", email: \"r1@example.com\") { id } }", "INVALID"),
        ] {
            let answer = hr.ask(query, json!({})).await;
            let codes = answer.codes();
            assert!(!codes.is_empty() && codes.iter().all(|it| it == code), "{query}: {answer:?}");
            let message = answer::text(&answer.body["errors"][0]["message"]);
            assert!(!message.is_empty() && !message.to_lowercase().contains("sql"), "{message}");
        }
    }

    /// A character that one engine cannot even store, and days at the end of time.
    async fn odd_input_is_no_failure_of_ours(world: &mut World) {
        let cast = Cast::new(world).await;
        let keys = cast.of(Who::Administrator);
        // U+0000 is no text: refused before anything is done, on either engine.
        for (query, variables) in [
            ("query($t: String!) { person(number: $t) { id } }", json!({"t": "a\u{0}b"})),
            ("query($f: PersonFilter) { people(filter: $f) { nodes { id } } }", json!({"f": {"text": "\u{0}"}})),
            ("{ person(number: \"\\u0000\") { id } }", json!({})),
        ] {
            let answer = keys.ask(query, variables).await;
            assert_eq!(answer.status, 400, "{query}: {answer:?}");
            assert_eq!(answer.codes(), ["BAD_REQUEST"], "{query}");
        }
        for text in ["%", "_", "\\", "'", "\u{202e}", "𠮷", "\u{ffff}"] {
            let query = "query($t: String!) { n: person(number: $t) { id } e: person(email: $t) { id } \
                people(filter: {text: $t}, after: $t) { nodes { id } } }";
            let answer = keys.ask(query, json!({"t": text})).await;
            assert!(answer.codes().iter().all(|code| code.starts_with("INVALID")), "{text:?}: {answer:?}");
            let window = json!({"weekday": 3, "from": "15:00", "to": "17:00"});
            for (name, input) in [
                ("reserveWindow", json!({"name": text, "window": window})),
                ("setHoliday", json!({"day": "2030-01-04", "name": text})),
                ("addCadencePolicy", json!({"scope": "ORGANIZATION", "reason": text, "cadence": {"everyWeeks": 2, "minutes": 30}})),
                ("setHoliday", json!({"day": "2030-01-05", "name": "x", "idempotencyKey": text})),
                ("applyPlan", json!({"planId": text, "hash": text})),
            ] {
                let answer = keys.mutate(name, input, "__typename").await;
                assert!(answer.codes().is_empty(), "{name} {text:?}: {answer:?}");
            }
        }
        for day in ["0001-01-01", "1582-10-15", "9999-12-31", "-0001-01-01", "+10000-01-01", "+262142-12-31"] {
            let query = "query($d: NaiveDate!) { people(asOf: $d) { nodes { number } } departments(asOf: $d) { id headCount } \
                person(number: \"R1\", asOf: $d) { chainUp { distance } manager { id } } \
                organization { reservedWindows(asOf: $d) { id } holidays(from: $d, until: $d) { day } } cadencePolicies(asOf: $d) { id } \
                viewer { pairs { effectiveCadence(asOf: $d) { rule } } } }";
            let answer = keys.ask(query, json!({"d": day})).await;
            let fine = answer.codes().iter().all(|code| code.starts_with("INVALID") || code == "GRAPHQL_VALIDATION_FAILED" || code == "BAD_REQUEST");
            assert!(fine, "{day}: {answer:?}");
        }
    }

    /// `node` and `nodes` give back what was given out, in its order, and nothing for rubbish.
    async fn nodes_come_back_by_their_ids(world: &mut World) {
        let cast = Cast::new(world).await;
        let hr = cast.of(Who::Hr);
        let given = hr.query("{ organization { id } departments { id } people(first: 3) { nodes { id } } plans { nodes { id } } viewer { pairs { id nextMeetings { id } } } }").await;
        let ids = [
            ("Organization", &given["organization"]["id"]),
            ("Department", &given["departments"][0]["id"]),
            ("Person", &given["people"]["nodes"][2]["id"]),
            ("Plan", &given["plans"]["nodes"][0]["id"]),
            ("Pair", &given["viewer"]["pairs"][0]["id"]),
            ("Meeting", &given["viewer"]["pairs"][0]["nextMeetings"][0]["id"]),
        ];
        let mut asked: Vec<Value> = ids.iter().map(|(_, id)| (*id).clone()).collect();
        asked.insert(2, json!("rubbish"));
        asked.push(json!(answer::text(ids[2].1).to_uppercase()));
        let data = hr.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }", json!({"ids": asked})).await.data();
        let mut expected: Vec<Value> = ids.iter().map(|(kind, id)| json!({"id": id, "__typename": kind})).collect();
        expected.insert(2, Value::Null);
        expected.push(Value::Null);
        assert_eq!(data["nodes"], Value::Array(expected));
        for (kind, id) in ids {
            let data = hr.ask("query($id: ID!) { node(id: $id) { id __typename } }", json!({"id": id})).await.data();
            assert_eq!(data["node"], json!({"id": id, "__typename": kind}));
        }
    }

    /// Search by name, kana, address and number; filters; chains up and down; head counts.
    async fn people_are_found_and_chained(world: &mut World) {
        let more = "E9,Ｊörg,Ünlü,joerg@example.com,Sales/East,M1,,2020-04-01\n";
        let org = world.company("acme", &format!("{COMPANY}{more}")).await;
        let caller = world.person(&org, "R1", None);
        for (text, expected) in [("rio", vec!["R1"]), ("R1@EXAMPLE", vec!["R1"]), ("ｒ１", vec!["R1"]), ("lead", vec!["M1", "M2"]), ("jörg", vec!["E9"]), ("nobody", vec![]), ("%", vec![])] {
            assert_eq!(numbers(&people(&caller, json!({"filter": {"text": text}})).await), expected, "{text}");
        }
        let (manager, chain) = ("query($n: String) { person(number: $n) { id reports { nodes { number } } dottedReports { number } } }",
            "{ up: person(number: \"R1\") { chainUp { distance person { number } } dottedManagers { number } } \
               down: person(number: \"D1\") { chainDown { nodes { number } } } }");
        let data = caller.ask(manager, json!({"n": "M1"})).await.data();
        assert_eq!(numbers(&data["person"]["reports"]), ["E9", "R1", "R2"]);
        let filter = json!({"filter": {"managerId": data["person"]["id"]}});
        assert_eq!(numbers(&people(&caller, filter).await), ["E9", "R1", "R2"]);
        let data = caller.query(chain).await;
        let up: Vec<(i64, String)> = data["up"]["chainUp"].as_array().expect("a chain").iter().map(|link| (link["distance"].as_i64().expect("a number"), answer::text(&link["person"]["number"]))).collect();
        assert_eq!(up, [(1, "M1".into()), (2, "D1".into()), (3, "E0".into())]);
        assert_eq!(data["up"]["dottedManagers"], json!([{"number": "M2"}]));
        let mut down = numbers(&data["down"]["chainDown"]);
        assert_eq!(down[..2].iter().map(String::as_str).collect::<std::collections::BTreeSet<_>>(), ["M1", "M2"].into());
        down.sort();
        assert_eq!(down, ["C1", "E9", "M1", "M2", "R1", "R2"]);
        let tree = caller.query("{ departments { name headCount ownHeadCount children { name headCount } } }").await;
        let sales = tree["departments"].as_array().expect("departments").iter().find(|it| it["name"] == "Sales").expect("Sales").clone();
        assert_eq!(sales["headCount"], 7);
        assert_eq!(sales["ownHeadCount"], 1);
        let before = people(&caller, json!({"asOf": "2019-12-31"})).await;
        assert_eq!(numbers(&before), ["A1", "D1", "E0", "H1", "M1", "M2", "X1"], "as it was");

    }
}
