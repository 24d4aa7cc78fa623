//! What is open goes on.

use super::*;

both! {
    /// Whatever happens to meetings, what is open stands in the next one; past ones keep what was
    /// discussed in them and what was left open.
    async fn what_is_open_stands_in_the_next_meeting(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let hr = cast.of(Who::Hr);
        let pair = cast.pair().await;
        let first = &pair["nextMeetings"][0];
        let kept = add(report, &pair, "kept", json!({})).await;
        let talked = add(manager, &pair, "talked", json!({})).await;
        let todo = add_action(report, &pair, "M1", "call Kenji", json!({"dueOn": "2027-01-15", "meetingId": first["id"], "agendaItemId": talked["id"]})).await;
        assert_eq!((&todo["owner"]["number"], &todo["author"]["number"], &todo["dueOn"]), (&json!("M1"), &json!("R1"), &json!("2027-01-15")));
        assert_eq!((&todo["meeting"]["id"], &todo["agendaItem"]["text"]), (&first["id"], &json!("talked")));

        // The first meeting is moved to another time.
        let offers = manager.mutate("proposeReschedule", json!({"meetingId": first["id"]}), "meeting { version } offers { slot { startsAt } }").await.done();
        let input = json!({"meetingId": first["id"], "startsAt": offers["offers"][0]["slot"]["startsAt"], "version": offers["meeting"]["version"]});
        manager.mutate("rescheduleMeeting", input, "meeting { id }").await.done();
        world.settle(hr).await;
        assert_eq!(standing(report, first).await, (vec!["kept".to_owned(), "talked".to_owned()], vec!["call Kenji".to_owned()]));

        // It takes place, and the other point is left open.
        let_pass(world, &cast, first, &kept["sharedAt"]);
        let age = format!("update agenda_item set shared_at = '{}'", before(&kept["sharedAt"], 540));
        world.database.sql(&cast.org.id, &age);
        change(report, "discussAgendaItem", &talked, json!({"meetingId": first["id"]})).await;
        let later = add(report, &pair, "later", json!({})).await;
        let meetings = cast.pair().await["nextMeetings"].clone();
        let next = &meetings[0];
        assert_ne!(next["id"], first["id"]);
        assert_eq!(standing(report, first).await, (vec!["kept".to_owned(), "talked".to_owned()], vec!["call Kenji".to_owned()]));
        assert_eq!(standing(report, next).await, (vec!["kept".to_owned(), "later".to_owned()], vec!["call Kenji".to_owned()]));

        // The manager changes: every meeting to come is skipped; what is open waits with the pair.
        let leave = world.file("leave.csv", "number,manager number\nR1,M2\n");
        world.import(&cast.org, &leave, &[]);
        world.settle(hr).await;
        let gone = cast_pair(manager, &pair).await;
        assert_eq!(gone["nextMeetings"], json!([]), "{gone}");
        assert_eq!(open(report, &pair).await, ["kept", "later"]);
        assert_eq!(standing(report, next).await, (vec![], vec![]), "a skipped meeting has nothing");
        change(manager, "discussAgendaItem", &later, json!({})).await;
        let nowhere = json!({"agendaItemId": kept["id"], "meetingId": next["id"]});
        assert_eq!(manager.mutate("discussAgendaItem", nowhere, "__typename").await.refusal(), "NOT_FOUND");

        // The manager returns, a new series begins: everything is as it was.
        let back = world.file("back.csv", "number,manager number\nR1,M1\n");
        world.import(&cast.org, &back, &[]);
        world.settle(hr).await;
        let monday = taiwa_tests::world::monday_after(taiwa_tests::world::today(hr).await);
        world.plan(hr, monday, 4).await;
        let again = cast_pair(manager, &pair).await;
        let next = &again["nextMeetings"][0];
        assert!(!next.is_null(), "{again}");
        assert_eq!(standing(manager, next).await, (vec!["kept".to_owned()], vec!["call Kenji".to_owned()]));
    }

    /// A new manager: the report takes along what is theirs, once.
    async fn a_report_carries_over_what_is_theirs(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let next_manager = world.person(&cast.org, "M2", None);
        let pair = cast.pair().await;
        let mine = add(report, &pair, "私のキャリア", json!({"hopedResponse": "ADVICE"})).await;
        change(manager, "commentAgendaItem", &mine, json!({"text": "between us"})).await;
        let theirs = add(manager, &pair, "the manager's", json!({})).await;
        let draft = add(report, &pair, "a draft", json!({"draft": true})).await;
        let todo = add_action(manager, &pair, "R1", "write it up", json!({"dueOn": "2027-02-01", "agendaItemId": mine["id"]})).await;
        let managers = add_action(manager, &pair, "M1", "ask HR", json!({})).await;
        let carry = |from: &Value, to: &Value, items: Value, actions: Value| {
            json!({"fromPairId": from["id"], "toPairId": to["id"], "itemIds": items, "actionIds": actions})
        };
        let file = world.file("move.csv", "number,manager number\nR1,M2\n");
        // A new manager, from today on.
        let second = {
            world.import(&cast.org, &file, &[]);
            world.settle(cast.of(Who::Hr)).await;
            let data = report.query("{ viewer { pairs { id kind organizer { number } partner { number } } } }").await;
            let pairs = data["viewer"]["pairs"].as_array().expect("pairs").clone();
            pairs.into_iter().find(|it| it["kind"] == "MANAGER" && numbers(it)[0] == "M2").expect("the new pair")
        };
        assert_eq!(open(&next_manager, &second).await, Vec::<String>::new());

        let refused = async |caller: &Caller, input: Value, code: &str, field: Value| {
            let payload = caller.mutate("carryOver", input, "pair { id }").await.payload();
            assert_eq!(payload["userErrors"][0]["code"], code, "{payload}");
            assert_eq!(payload["userErrors"][0]["field"], field, "{payload}");
        };
        refused(report, carry(&pair, &second, json!([mine["id"], theirs["id"]]), json!([])), "CONFLICT", json!(["itemIds", "1"])).await;
        refused(report, carry(&pair, &second, json!([draft["id"]]), json!([])), "CONFLICT", json!(["itemIds", "0"])).await;
        refused(report, carry(&pair, &second, json!([mine["id"], mine["id"]]), json!([])), "CONFLICT", json!(["itemIds", "1"])).await;
        refused(report, carry(&pair, &second, json!([]), json!([managers["id"]])), "CONFLICT", json!(["actionIds", "0"])).await;
        refused(report, carry(&second, &pair, json!([]), json!([])), "CONFLICT", json!(["fromPairId"])).await;
        refused(manager, carry(&pair, &second, json!([theirs["id"]]), json!([])), "NOT_FOUND", json!([])).await;
        refused(&next_manager, carry(&pair, &second, json!([mine["id"]]), json!([])), "NOT_FOUND", json!([])).await;
        assert_eq!(open(&next_manager, &second).await, Vec::<String>::new(), "all or none");

        let mut input = carry(&pair, &second, json!([mine["id"]]), json!([todo["id"]]));
        input["idempotencyKey"] = json!("carry");
        let selection = format!("pair {{ id openItems {{ {ITEM} }} actions {{ nodes {{ {ACTION} }} }} }}");
        let done = report.mutate("carryOver", input.clone(), &selection).await.done();
        assert_eq!(report.mutate("carryOver", input.clone(), &selection).await.done(), done, "once");
        assert_eq!(done["pair"]["id"], second["id"]);
        let there = &done["pair"]["openItems"][0];
        assert_eq!((&there["text"], &there["hopedResponse"], &there["wasCarriedOver"]), (&json!("私のキャリア"), &json!("ADVICE"), &json!(true)));
        assert_eq!((&there["comments"], &there["author"]["number"]), (&json!([]), &json!("R1")), "comments stay behind");
        let action = &answer::nodes(&done["pair"]["actions"])[0];
        assert_eq!((&action["text"], &action["dueOn"], &action["agendaItem"]), (&json!("write it up"), &json!("2027-02-01"), &Value::Null));
        assert_eq!(action["author"]["number"], "R1");
        input["idempotencyKey"] = Value::Null;
        refused(report, input, "CONFLICT", json!(["itemIds", "0"])).await;
        assert_eq!(open(&next_manager, &second).await, ["私のキャリア"]);
        assert_eq!(open(report, &pair).await, ["the manager's", "a draft"], "closed where it was");
        assert_eq!(open(manager, &pair).await, ["the manager's"]);
        let input = json!({"agendaItemId": mine["id"]});
        assert_eq!(report.mutate("reopenAgendaItem", input, "__typename").await.refusal(), "CONFLICT");
        let input = json!({"actionItemId": todo["id"]});
        assert_eq!(report.mutate("reopenAction", input, "__typename").await.refusal(), "CONFLICT");
        // The new manager gets nothing of the former pair.
        let query = format!("query($pair: ID!, $item: ID!, $action: ID!) {{ pair: node(id: $pair) {{ id }} \
            item: node(id: $item) {{ ... on AgendaItem {{ {ITEM} }} }} action: node(id: $action) {{ ... on ActionItem {{ {ACTION} }} }} }}");
        let variables = json!({"pair": pair["id"], "item": mine["id"], "action": todo["id"]});
        let data = next_manager.ask(&query, variables.clone()).await.data();
        assert_eq!(data, json!({"pair": null, "item": null, "action": null}));
        // The former one keeps what was said to them.
        let data = manager.ask(&query, variables).await.data();
        assert_eq!((&data["item"]["state"], &data["action"]["state"]), (&json!("CARRIED_OVER"), &json!("CARRIED_OVER")));
        assert_eq!(data["item"]["comments"][0]["text"], "between us");
    }
}
