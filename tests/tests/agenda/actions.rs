//! Actions.

use super::*;

both! {
    /// Actions: by pair and by person, paged by due day, done and not done after all.
    async fn actions_of_pairs_and_people(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let pair = cast.pair().await;
        let other = taiwa_tests::cast::pair_of(manager, "R2").await;
        for (text, owner, due) in [("none", "M1", Value::Null), ("late", "M1", json!("2027-03-01")), ("soon", "M1", json!("2027-01-01")), ("theirs", "R1", json!("2027-02-01"))] {
            add_action(report, &pair, owner, text, json!({"dueOn": due})).await;
        }
        let elsewhere = add_action(manager, &other, "M1", "elsewhere", json!({"dueOn": "2027-01-20"})).await;
        let of = async |caller: &Caller, query: &str| {
            let data = caller.ask(query, json!({"id": pair["id"]})).await.data();
            let list = data.get("node").map_or(&data["viewer"]["actions"], |node| &node["actions"]).clone();
            let cursor = list["pageInfo"]["endCursor"].clone();
            (texts(&json!(answer::nodes(&list))), list["pageInfo"]["hasNextPage"].clone(), cursor)
        };
        let all = "query($id: ID!) { node(id: $id) { ... on Pair { actions { pageInfo { hasNextPage endCursor } nodes { text } } } } }";
        for caller in [manager, report] {
            assert_eq!(of(caller, all).await.0, ["soon", "theirs", "late", "none"]);
        }
        let page = |rest: &str| format!("{{ viewer {{ actions({rest}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ text }} }} }} }}");
        let (texts_, more, cursor) = of(manager, &page("first: 2")).await;
        assert_eq!((texts_, more), (vec!["soon".to_owned(), "elsewhere".to_owned()], json!(true)), "what one owns, of all pairs");
        let (rest, more, _) = of(manager, &page(&format!("first: 2, after: {cursor}"))).await;
        assert_eq!((rest, more), (vec!["late".to_owned(), "none".to_owned()], json!(false)));
        assert_eq!(of(manager, &page(&format!("last: 1, before: {cursor}"))).await.0, ["soon"]);
        assert_eq!(of(report, &page("first: 9")).await.0, ["theirs"]);
        let wrong = page("after: \"x\"");
        assert_eq!(manager.ask(&wrong, json!({})).await.codes(), ["INVALID_CURSOR"]);

        let id = json!({"actionItemId": elsewhere["id"]});
        let selection = format!("actionItem {{ {ACTION} }}");
        let done = manager.mutate("completeAction", id.clone(), &selection).await.done()["actionItem"].clone();
        assert_eq!(done["state"], "DONE");
        assert!(!done["closedAt"].is_null());
        assert_eq!(manager.mutate("completeAction", id.clone(), &selection).await.done()["actionItem"], done);
        assert_eq!(of(manager, &page("state: DONE")).await.0, ["elsewhere"]);
        assert_eq!(of(manager, &page("state: OPEN")).await.0, ["soon", "late", "none"]);
        let edit = |version: i64, more: Value| {
            let mut input = json!({"actionItemId": elsewhere["id"], "version": version});
            for (name, value) in more.as_object().expect("fields") { input[name] = value.clone(); }
            input
        };
        assert_eq!(manager.mutate("updateAction", edit(1, json!({"text": "x"})), &selection).await.refusal(), "CONFLICT");
        let open = manager.mutate("reopenAction", id.clone(), &selection).await.done();
        assert_eq!((&open["actionItem"]["state"], &open["actionItem"]["closedAt"]), (&json!("OPEN"), &Value::Null));
        let edited = manager.mutate("updateAction", edit(1, json!({"dueOn": null, "ownerId": manager.person("R2").await})), &selection).await.done()["actionItem"].clone();
        assert_eq!((&edited["dueOn"], &edited["owner"]["number"], &edited["text"]), (&Value::Null, &json!("R2"), &json!("elsewhere")));
        let stale = manager.mutate("updateAction", edit(1, json!({"text": "x"})), &selection).await.payload();
        assert_eq!((&stale["userErrors"][0]["code"], &stale["actionItem"]), (&json!("STALE"), &edited));
        let stranger = edit(2, json!({"ownerId": manager.person("C1").await}));
        assert_eq!(manager.mutate("updateAction", stranger, &selection).await.refusal(), "INVALID");
        assert_eq!(manager.mutate("dropAction", id, &selection).await.done()["actionItem"]["state"], "DROPPED");
        let wrong = json!({"pairId": other["id"], "ownerId": manager.person("R1").await, "text": "x"});
        assert_eq!(manager.mutate("addAction", wrong, "__typename").await.refusal(), "INVALID");
        // A source of another pair is none.
        let meeting = json!({"pairId": other["id"], "ownerId": manager.person("M1").await, "text": "x", "meetingId": pair["nextMeetings"][0]["id"]});
        assert_eq!(manager.mutate("addAction", meeting, "__typename").await.refusal(), "NOT_FOUND");
    }
}
