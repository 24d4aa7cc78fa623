//! Pairs follow the reporting lines, policies and people's own wishes.

use chrono::{Days, NaiveDate};
use taiwa_tests::{
    Caller, Value, answer, both,
    cast::{COMPANY, Cast, Who, numbers, pair_of},
    json,
    world::{monday_after, today},
};

/// The pairs of the viewer of a kind: id, the two, episodes.
async fn pairs(caller: &Caller, kind: &str) -> Vec<Value> {
    let query = "{ viewer { pairs { id kind organizer { number } partner { number } episodes { from until } } } }";
    let data = caller.query(query).await;
    let pairs = data["viewer"]["pairs"].as_array().expect("pairs");
    pairs.iter().filter(|pair| pair["kind"] == kind).cloned().collect()
}

/// The pair of two people.
fn between<'a>(pairs: &'a [Value], organizer: &str, partner: &str) -> &'a Value {
    pairs.iter().find(|pair| numbers(pair) == [organizer, partner]).unwrap_or(&Value::Null)
}

fn cadence(weeks: u8, minutes: u16) -> Value {
    json!({"everyWeeks": weeks, "minutes": minutes})
}

async fn add_policy(caller: &Caller, mut input: Value, more: Value) -> Value {
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    let selection = "cadencePolicy { id version from until }";
    caller.mutate("addCadencePolicy", input, selection).await.done()["cadencePolicy"].clone()
}

fn policy(scope: &str, weeks: u8, reason: &str) -> Value {
    json!({"scope": scope, "cadence": cadence(weeks, 30), "reason": reason})
}

both! {
    /// A manager change ends one episode and starts another's on its day; the first manager's
    /// return resumes their old pair.
    async fn pairs_follow_managers_and_resume(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let report = world.person(&org, "R1", None);
        let day = today(&keys).await;
        let (away, back) = (day + Days::new(20), day + Days::new(90));
        let before = pairs(&report, "MANAGER").await;
        assert_eq!(before.len(), 1, "{before:?}");
        assert!(before[0]["episodes"][0]["until"].is_null());
        for (manager, from) in [("M2", away), ("M1", back)] {
            let file = world.file("move.csv", format!("number,manager number\nR1,{manager}\n"));
            world.import(&org, &file, &["--effective", &from.to_string()]);
        }
        world.settle(&keys).await;
        let after = pairs(&report, "MANAGER").await;
        assert_eq!(after.len(), 2, "{after:?}");
        let (old, new) = (between(&after, "M1", "R1"), between(&after, "M2", "R1"));
        assert_eq!(old["id"], before[0]["id"], "a pair is one for ever");
        let last = |day: NaiveDate| (day - Days::new(1)).to_string();
        let from = before[0]["episodes"][0]["from"].clone();
        assert_eq!(old["episodes"], json!([{"from": from, "until": last(away)}, {"from": back.to_string(), "until": null}]));
        assert_eq!(new["episodes"], json!([{"from": away.to_string(), "until": last(back)}]));
    }

    /// Whoever leaves ends their pairs on that day, and nothing planned stays behind.
    async fn a_departure_ends_pairs_and_meetings(world: &mut World) {
        let cast = Cast::new(world).await;
        let hr = cast.of(Who::Hr);
        let day = today(hr).await;
        assert!(!cast.pair().await["nextMeetings"].as_array().expect("meetings").is_empty());
        let file = world.file("leave.csv", format!("number,left\nR1,{day}\n"));
        world.import(&cast.org, &file, &[]);
        world.settle(hr).await;
        let query = "{ viewer { pairs { organizer { number } partner { number } episodes { from until } \
            nextMeetings(first: 20) { slot { startsAt } } meetings { edges { node { status skipReason } } } } \
            calendar { holds(from: \"2026-01-01T00:00:00Z\", until: \"2026-02-01T00:00:00Z\") { startsAt } } } }";
        let data = cast.of(Who::Organizer).query(query).await;
        let pairs = data["viewer"]["pairs"].as_array().expect("pairs").clone();
        let ended = between(&pairs, "M1", "R1");
        assert_eq!(ended["episodes"][0]["until"], day.to_string(), "{ended}");
        assert_eq!(ended["nextMeetings"], json!([]));
        for meeting in answer::nodes(&ended["meetings"]) {
            assert_eq!(meeting, json!({"status": "SKIPPED", "skipReason": "NOT_DUE"}));
        }
        let holds = world.database.sql(&cast.org.id, "select count(*) as holds from calendar_block b \
            join meeting m on m.id = b.meeting_id where b.kind = 'hold' and m.status = 'skipped'");
        assert_eq!(holds[0]["holds"], 0, "a hold without a meeting stands in a calendar");
    }

    /// A pair made by hand begins when both accepted, whoever asked.
    async fn a_pair_by_hand_needs_both(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let (mentor, mentee) = (world.person(&org, "X1", None), world.person(&org, "C1", None));
        let (first, second) = (keys.person("X1").await, keys.person("C1").await);
        let day = today(&keys).await;
        let ask = |kind: &str, organizer: &str, partner: &str, from: NaiveDate| {
            json!({"kind": kind, "organizerId": organizer, "partnerId": partner, "startsOn": from})
        };
        let selection = "pairRequest { id kind organizer { number } partner { number } organizerAcceptedAt partnerAcceptedAt declinedAt }";
        let asked = mentee.mutate("requestPair", ask("MENTOR", &first, &second, day), selection).await.done()["pairRequest"].clone();
        assert!(asked["organizerAcceptedAt"].is_null() && !asked["partnerAcceptedAt"].is_null(), "{asked}");
        world.settle(&keys).await;
        assert!(pairs(&mentee, "MENTOR").await.is_empty(), "one of two is not both");
        // Asking again, or accepting one's own proposal, is no second person.
        let own = json!({"requestId": asked["id"], "accept": true});
        mentee.mutate("answerPairRequest", own.clone(), selection).await.done();
        world.settle(&keys).await;
        assert!(pairs(&mentee, "MENTOR").await.is_empty());

        let accepted = mentor.mutate("answerPairRequest", own, selection).await.done();
        assert!(!accepted["pairRequest"]["organizerAcceptedAt"].is_null());
        world.settle(&keys).await;
        for caller in [&mentor, &mentee] {
            let made = pairs(caller, "MENTOR").await;
            assert_eq!(made.len(), 1, "{made:?}");
            assert_eq!(numbers(&made[0]), ["X1", "C1"]);
            assert_eq!(made[0]["episodes"], json!([{"from": day.to_string(), "until": null}]));
        }

        // Of two peers the smaller number organizes; declining ends it.
        let peer = mentor.mutate("requestPair", ask("PEER", &first, &second, day), selection).await.done()["pairRequest"].clone();
        assert_eq!(numbers(&peer), ["C1", "X1"]);
        let no = json!({"requestId": peer["id"], "accept": false});
        assert!(!mentee.mutate("answerPairRequest", no, selection).await.done()["pairRequest"]["declinedAt"].is_null());
        let late = json!({"requestId": peer["id"], "accept": true});
        assert_eq!(mentee.mutate("answerPairRequest", late, selection).await.refusal(), "CONFLICT");
        world.settle(&keys).await;
        assert!(pairs(&mentor, "PEER").await.is_empty());

        for (input, field) in [
            (ask("MANAGER", &first, &second, day), "kind"),
            (ask("MENTOR", &first, &first, day), "partnerId"),
            (ask("MENTOR", &first, &second, day - Days::new(1)), "startsOn"),
        ] {
            let refused = mentor.mutate("requestPair", input, selection).await;
            assert_eq!(refused.clone().payload()["userErrors"][0]["field"], json!([field]));
            assert_eq!(refused.refusal(), "INVALID");
        }
    }

    /// Dotted and skip-level pairs exist where and as long as a policy asks for them.
    async fn dotted_and_skip_level_pairs_come_by_policy(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let hr = world.person(&org, "H1", Some("hr"));
        let (report, top) = (world.person(&org, "R1", None), world.person(&org, "D1", None));
        assert!(pairs(&report, "DOTTED").await.is_empty());
        let dotted = add_policy(&hr, policy("ORGANIZATION", 4, "projects"), json!({"pairKind": "DOTTED"})).await;
        let departments = hr.query("{ departments(topOnly: false) { id name } }").await;
        let east = departments["departments"].as_array().expect("departments").iter().find(|it| it["name"] == "East").expect("East").clone();
        add_policy(&hr, policy("DEPARTMENT", 8, "open door"), json!({"pairKind": "SKIP_LEVEL", "departmentId": east["id"]})).await;
        world.settle(&hr).await;
        let made = pairs(&report, "DOTTED").await;
        assert_eq!(made.len(), 1, "{made:?}");
        assert_eq!(numbers(&made[0]), ["M2", "R1"]);
        let skips = pairs(&top, "SKIP_LEVEL").await;
        let partners: Vec<String> = skips.iter().filter(|it| numbers(it)[0] == "D1").map(|it| numbers(it)[1].clone()).collect();
        assert_eq!(partners.len(), 2, "those in the department, and no colleague of the West: {skips:?}");
        assert!(partners.contains(&"R1".to_owned()) && partners.contains(&"R2".to_owned()));

        let day = today(&hr).await;
        let end = json!({"policyId": dotted["id"], "version": dotted["version"], "lastDay": day});
        let ended = hr.mutate("endCadencePolicy", end.clone(), "cadencePolicy { until version }").await.done();
        assert_eq!(ended["cadencePolicy"], json!({"until": day.to_string(), "version": 2}));
        assert_eq!(hr.mutate("endCadencePolicy", end, "__typename").await.refusal(), "STALE", "by a version that is gone");
        world.settle(&hr).await;
        let after = pairs(&report, "DOTTED").await;
        assert_eq!(after[0]["id"], made[0]["id"]);
        assert_eq!(after[0]["episodes"][0]["until"], day.to_string(), "{after:?}");
    }

    /// The narrowest rule wins, and the pair is told which, why, and what it overrides.
    async fn the_winning_rule_is_explained(world: &mut World) {
        let cast = Cast::new(world).await;
        let (hr, report) = (cast.of(Who::Hr), cast.of(Who::Partner));
        let pair = cast.pair().await["id"].clone();
        let query = "query($pair: ID!, $day: NaiveDate) { node(id: $pair) { ... on Pair { effectiveCadence(asOf: $day) { \
            rule cadence { everyWeeks minutes } policy { reason scope } overridden { reason } } } } }";
        let explained = async |day: Option<NaiveDate>| {
            let variables = json!({"pair": pair, "day": day.map(|day| day.to_string())});
            report.ask(query, variables).await.data()["node"]["effectiveCadence"].clone()
        };
        let expected = json!({"rule": "BUILT_IN", "cadence": {"everyWeeks": 2, "minutes": 30}, "policy": null, "overridden": []});
        assert_eq!(explained(None).await, expected);

        let departments = hr.query("{ departments(topOnly: false) { id name } }").await;
        let id = |name: &str| {
            let all = departments["departments"].as_array().expect("departments");
            all.iter().find(|it| it["name"] == name).expect("a department")["id"].clone()
        };
        add_policy(hr, policy("DEPARTMENT", 3, "the East"), json!({"departmentId": id("East")})).await;
        add_policy(hr, policy("ORGANIZATION", 6, "everyone"), json!({})).await;
        add_policy(hr, policy("DEPARTMENT", 5, "sales"), json!({"departmentId": id("Sales")})).await;
        add_policy(hr, policy("DEPARTMENT", 7, "the West"), json!({"departmentId": id("West")})).await;
        let now = explained(None).await;
        assert_eq!(now["rule"], "DEPARTMENT");
        assert_eq!(now["policy"]["reason"], "the East");
        assert_eq!(now["overridden"], json!([{"reason": "sales"}, {"reason": "everyone"}]));
        let day = today(hr).await + Days::new(40);
        add_policy(report, policy("PAIR", 1, "new in the role"), json!({"pairId": pair, "from": day})).await;
        assert_eq!(explained(Some(day - Days::new(1))).await["policy"]["reason"], "the East");
        let later = explained(Some(day)).await;
        assert_eq!(later["rule"], "PAIR");
        assert_eq!(later["cadence"]["everyWeeks"], 1);
        assert_eq!(later["overridden"][0]["reason"], "the East");
        // A pair's own rule is the pair's: it is in no list of the office.
        let listed = hr.query("{ cadencePolicies { reason } }").await.to_string();
        assert!(listed.contains("everyone") && !listed.contains("new in the role"), "{listed}");
    }

    /// A policy changes the plan by itself: more often, longer, and held.
    async fn a_policy_change_replans_by_jobs(world: &mut World) {
        let cast = Cast::new(world).await;
        let hr = cast.of(Who::Hr);
        let monday = monday_after(today(hr).await);
        let before = cast.pair().await;
        let other = pair_of(cast.of(Who::Organizer), "R2").await;
        let mut input = policy("PAIR", 1, "closer for a while");
        input["cadence"] = cadence(1, 45);
        add_policy(cast.of(Who::Partner), input, json!({"pairId": before["id"]})).await;
        world.settle(hr).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Pair { nextMeetings(first: 20) { minutes dueWeek status \
            slot { startsAt endsAt isProtected } } } } }";
        let data = cast.of(Who::Partner).ask(query, json!({"id": before["id"]})).await.data();
        let meetings = data["node"]["nextMeetings"].as_array().expect("meetings").clone();
        let weeks: Vec<String> = meetings.iter().map(|it| answer::text(&it["dueWeek"])).collect();
        let expected: Vec<String> = (0..3).map(|week| (monday + Days::new(7 * week)).to_string()).collect();
        assert_eq!(weeks, expected, "every week of the plan");
        for meeting in &meetings {
            assert_eq!(meeting["minutes"], 45);
            assert_eq!(meeting["status"], "SCHEDULED");
            assert_eq!(meeting["slot"]["isProtected"], true);
        }
        // What nothing changed for stays where it was.
        let meetings = pair_of(cast.of(Who::Organizer), "R2").await["nextMeetings"].clone();
        assert_eq!(meetings.as_array().map(Vec::len), other["nextMeetings"].as_array().map(Vec::len));
    }
}
