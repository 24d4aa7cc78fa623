//! Talking points: raised, ordered, discussed.

use super::*;

both! {
    /// Both raise points, order them, comment, discuss; the next meeting has all that is open.
    async fn an_agenda_of_two(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let pair = cast.pair().await;
        let (first, second) = (&pair["nextMeetings"][0], &pair["nextMeetings"][1]);
        let one = add(report, &pair, "新しい役割が不安です", json!({"hopedResponse": "JUST_LISTEN", "idempotencyKey": "one"})).await;
        assert_eq!((&one["hopedResponse"], &one["state"], &one["version"]), (&json!("JUST_LISTEN"), &json!("OPEN"), &json!(1)));
        assert_eq!((&one["isDraft"], &one["author"]["number"], &one["pair"]["id"]), (&json!(false), &json!("R1"), &pair["id"]));
        let again = add(report, &pair, "新しい役割が不安です", json!({"hopedResponse": "JUST_LISTEN", "idempotencyKey": "one"})).await;
        assert_eq!(again, one, "the same request is the same point");
        let other = json!({"pairId": pair["id"], "text": "other", "idempotencyKey": "one"});
        assert_eq!(report.mutate("addAgendaItem", other, "__typename").await.refusal(), "IDEMPOTENCY_MISMATCH");
        let two = add(manager, &pair, "Budget of the next quarter", json!({})).await;
        let three = add(report, &pair, "Holiday plans", json!({})).await;
        assert_eq!(two["hopedResponse"], "THINK_TOGETHER");
        for caller in [manager, report] {
            assert_eq!(open(caller, &pair).await, ["新しい役割が不安です", "Budget of the next quarter", "Holiday plans"]);
            assert_eq!(standing(caller, first).await.0.len(), 3);
            assert_eq!(standing(caller, second).await.0, Vec::<String>::new(), "only in the next one");
        }

        // Order: behind another, before all, behind itself.
        change(manager, "moveAgendaItem", &three, json!({"afterId": one["id"]})).await;
        assert_eq!(open(report, &pair).await, ["新しい役割が不安です", "Holiday plans", "Budget of the next quarter"]);
        change(report, "moveAgendaItem", &two, json!({})).await;
        change(report, "moveAgendaItem", &two, json!({"afterId": two["id"]})).await;
        assert_eq!(open(report, &pair).await, ["Budget of the next quarter", "新しい役割が不安です", "Holiday plans"]);
        let nowhere = json!({"agendaItemId": two["id"], "afterId": pair["id"]});
        assert_eq!(report.mutate("moveAgendaItem", nowhere, "__typename").await.refusal(), "NOT_FOUND");

        // Comments by both.
        change(manager, "commentAgendaItem", &one, json!({"text": "聞かせてください"})).await;
        let commented = change(report, "commentAgendaItem", &one, json!({"text": "Thank you"})).await;
        let said: Vec<(String, String)> = commented["comments"].as_array().expect("comments").iter()
            .map(|it| (answer::text(&it["author"]["number"]), answer::text(&it["text"]))).collect();
        assert_eq!(said, [("M1".to_owned(), "聞かせてください".to_owned()), ("R1".to_owned(), "Thank you".to_owned())]);

        // What it says is its author's to change, as they saw it.
        let selection = format!("agendaItem {{ {ITEM} }}");
        let input = json!({"agendaItemId": one["id"], "text": "新しい役割について", "version": 1});
        let edited = report.mutate("updateAgendaItem", input.clone(), &selection).await.done()["agendaItem"].clone();
        assert_eq!((&edited["text"], &edited["version"]), (&json!("新しい役割について"), &json!(2)));
        assert_eq!(edited["hopedResponse"], "JUST_LISTEN", "what is not given stays");
        let stale = report.mutate("updateAgendaItem", input.clone(), &selection).await.payload();
        assert_eq!(stale["userErrors"][0]["code"], "STALE");
        assert_eq!(stale["agendaItem"]["text"], "新しい役割について", "refused with what holds");
        let mut theirs = input;
        theirs["version"] = json!(2);
        assert_eq!(manager.mutate("updateAgendaItem", theirs, "__typename").await.refusal(), "CONFLICT");
        for text in ["", "  ", &"あ".repeat(10_001)] {
            let input = json!({"pairId": pair["id"], "text": text});
            assert_eq!(report.mutate("addAgendaItem", input, "__typename").await.refusal(), "INVALID");
        }
        assert_eq!(add(report, &pair, &"あ".repeat(10_000), json!({})).await["text"].as_str().map(|it| it.chars().count()), Some(10_000));

        // Discussed, by either, and not after all.
        let done = change(manager, "discussAgendaItem", &two, json!({"meetingId": first["id"]})).await;
        assert_eq!((&done["state"], &done["discussedIn"]["id"]), (&json!("DISCUSSED"), &first["id"]));
        let twice = change(report, "discussAgendaItem", &two, json!({"meetingId": second["id"]})).await;
        assert_eq!(twice, done, "as it was marked first");
        assert!(!open(manager, &pair).await.contains(&"Budget of the next quarter".to_owned()));
        assert!(standing(manager, first).await.0.contains(&"Budget of the next quarter".to_owned()));
        let edit = json!({"agendaItemId": two["id"], "text": "x", "version": 1});
        assert_eq!(manager.mutate("updateAgendaItem", edit, "__typename").await.refusal(), "CONFLICT");
        let reopened = change(report, "reopenAgendaItem", &two, json!({})).await;
        assert_eq!((&reopened["state"], &reopened["discussedIn"]), (&json!("OPEN"), &Value::Null));
        assert_eq!(open(manager, &pair).await[0], "Budget of the next quarter", "at its old place");

        // Taken back by its author alone, and gone for both.
        let input = json!({"agendaItemId": two["id"]});
        assert_eq!(report.mutate("withdrawAgendaItem", input.clone(), "withdrawnId").await.refusal(), "CONFLICT");
        assert_eq!(manager.mutate("withdrawAgendaItem", input.clone(), "withdrawnId").await.done()["withdrawnId"], two["id"]);
        assert_eq!(manager.mutate("withdrawAgendaItem", input, "withdrawnId").await.refusal(), "NOT_FOUND");
        let node = "query($id: ID!) { node(id: $id) { id } }";
        assert!(manager.ask(node, json!({"id": two["id"]})).await.data()["node"].is_null());
        let found = manager.ask(node, json!({"id": three["id"]})).await.data();
        assert_eq!(found["node"]["id"], three["id"]);
    }

    /// A draft is its author's alone until it is shared.
    async fn drafts_are_their_authors(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let pair = cast.pair().await;
        let next = &pair["nextMeetings"][0];
        let draft = add(report, &pair, "退職を考えています", json!({"draft": true})).await;
        assert_eq!((&draft["isDraft"], &draft["sharedAt"]), (&json!(true), &Value::Null));
        assert_eq!(open(report, &pair).await, ["退職を考えています"]);
        assert_eq!(standing(report, next).await.0, ["退職を考えています"]);
        assert_eq!(open(manager, &pair).await, Vec::<String>::new());
        assert_eq!(standing(manager, next).await.0, Vec::<String>::new());
        // To the other it is as unknown as what does not exist.
        let ghost = "agenda_item_00000000000000000000000001";
        for mutation in ["shareAgendaItem", "withdrawAgendaItem", "discussAgendaItem", "reopenAgendaItem", "moveAgendaItem"] {
            let real = manager.mutate(mutation, json!({"agendaItemId": draft["id"]}), "__typename").await;
            let none = manager.mutate(mutation, json!({"agendaItemId": ghost}), "__typename").await;
            assert_eq!(real.body, none.body, "{mutation}");
            assert_eq!(real.refusal(), "NOT_FOUND", "{mutation}");
        }
        let own = add(manager, &pair, "mine", json!({})).await;
        let behind = json!({"agendaItemId": own["id"], "afterId": draft["id"]});
        assert_eq!(manager.mutate("moveAgendaItem", behind, "__typename").await.refusal(), "NOT_FOUND");
        let action = json!({"pairId": pair["id"], "ownerId": manager.person("M1").await, "text": "x", "agendaItemId": draft["id"]});
        assert_eq!(manager.mutate("addAction", action, "__typename").await.refusal(), "NOT_FOUND");
        // Its author does not discuss or comment what the other does not know of.
        for (mutation, more) in [("discussAgendaItem", json!({})), ("commentAgendaItem", json!({"text": "x"}))] {
            let mut input = json!({"agendaItemId": draft["id"]});
            if let Some(text) = more.get("text") { input["text"] = text.clone(); }
            assert_eq!(report.mutate(mutation, input, "__typename").await.refusal(), "CONFLICT", "{mutation}");
        }
        let input = json!({"agendaItemId": draft["id"], "text": "異動を考えています", "version": 1});
        report.mutate("updateAgendaItem", input, "__typename").await.done();
        let shared = change(report, "shareAgendaItem", &draft, json!({})).await;
        assert_eq!((&shared["isDraft"], &shared["text"]), (&json!(false), &json!("異動を考えています")));
        assert!(!shared["sharedAt"].is_null());
        assert_eq!(change(report, "shareAgendaItem", &draft, json!({})).await, shared);
        assert_eq!(open(manager, &pair).await, ["異動を考えています", "mine"]);
        // No word of it stands in the database.
        let rows = world.database.sql(&cast.org.id, "select text from agenda_item");
        assert_eq!(rows.len(), 2);
        let plain: String = "考えています".bytes().map(|byte| format!("{byte:02x}")).collect();
        for row in rows {
            assert!(!row.to_string().contains(&plain), "{row}");
        }
    }

    /// Two people who reorder at the same moment are both heard, and no point is lost.
    async fn two_who_reorder_at_once_lose_nothing(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let pair = cast.pair().await;
        let mut items = Vec::new();
        for n in 0..6 {
            items.push(add(report, &pair, &format!("point {n}"), json!({})).await);
        }
        let to_front = async |caller: &Caller, n: usize| change(caller, "moveAgendaItem", &items[n], json!({})).await;
        tokio::join!(to_front(manager, 5), to_front(report, 4), to_front(manager, 3));
        let order = open(manager, &pair).await;
        let mut front = order[..3].to_vec();
        front.sort();
        assert_eq!(front, ["point 3", "point 4", "point 5"], "{order:?}");
        assert_eq!(order[3..], ["point 0", "point 1", "point 2"], "{order:?}");
        let positions = world.database.sql(&cast.org.id, "select count(distinct position) as places from agenda_item");
        assert_eq!(positions[0]["places"], 6);
    }
}
