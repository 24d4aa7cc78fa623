//! Comments on talking points over the API: whoever said something mends it or takes it back, and
//! nobody else does.

use taiwa_tests::{
    Caller, Value, both,
    cast::{Cast, Who},
    json,
};

const COMMENT: &str = "id text version createdAt editedAt author { number }";

/// What the two said about a talking point, as one of them reads it.
async fn said(caller: &Caller, item: &Value) -> Vec<Value> {
    let query = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on AgendaItem {{ comments {{ {COMMENT} }} }} }} }}"
    );
    let data = caller.ask(&query, json!({"id": item})).await.data();
    data["node"]["comments"].as_array().expect("comments").clone()
}

/// Says something about a talking point; the comment.
async fn say(caller: &Caller, item: &Value, text: &str) -> Value {
    let input = json!({"agendaItemId": item, "text": text});
    caller.mutate("commentAgendaItem", input, "__typename").await.done();
    said(caller, item).await.pop().expect("the new one")
}

/// A talking point of R1 about which M1 and R1 said something.
async fn talk(cast: &Cast) -> (Value, Value, Value) {
    let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
    let input = json!({"pairId": cast.pair().await["id"], "text": "新しい役割が不安です"});
    let item = report.mutate("addAgendaItem", input, "agendaItem { id }").await.done();
    let item = item["agendaItem"]["id"].clone();
    let managers = say(manager, &item, "そう?").await;
    let reports = say(report, &item, "はい").await;
    (item, managers, reports)
}

fn edit(comment: &Value, text: &str, version: i64) -> Value {
    json!({"agendaCommentId": comment["id"], "text": text, "version": version})
}

both! {
    /// What was said is mended by its author alone, as they saw it, and both read it.
    async fn a_comment_is_its_authors_to_mend(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let (item, first, reports) = talk(&cast).await;
        assert_eq!((&first["version"], &first["editedAt"]), (&json!(1), &Value::Null));

        let selection = format!("agendaComment {{ {COMMENT} }}");
        let mut input = edit(&first, "聞かせてください", 1);
        input["idempotencyKey"] = json!("mend");
        let done = manager.mutate("updateAgendaComment", input.clone(), &selection).await.done();
        let mended = &done["agendaComment"];
        assert_eq!((&mended["text"], &mended["version"]), (&json!("聞かせてください"), &json!(2)));
        assert_eq!((&mended["id"], &mended["createdAt"]), (&first["id"], &first["createdAt"]));
        assert!(mended["editedAt"].as_str() >= mended["createdAt"].as_str(), "{mended}");
        for caller in [manager, report] {
            assert_eq!(said(caller, &item).await, [mended.clone(), reports.clone()], "at its place");
        }
        // The same request is the same change.
        assert_eq!(manager.mutate("updateAgendaComment", input.clone(), &selection).await.done(), done);
        input["text"] = json!("other");
        assert_eq!(manager.mutate("updateAgendaComment", input, "__typename").await.refusal(), "IDEMPOTENCY_MISMATCH");

        let stale = manager.mutate("updateAgendaComment", edit(&first, "too late", 1), &selection).await.payload();
        assert_eq!((&stale["userErrors"][0]["code"], &stale["agendaComment"]), (&json!("STALE"), mended));
        for text in ["", "  ", &"あ".repeat(10_001)] {
            let refused = manager.mutate("updateAgendaComment", edit(&first, text, 2), "__typename").await;
            assert_eq!(refused.refusal(), "INVALID");
        }
        // The other, whose talking point it is about, is told why not; the rest learn nothing.
        let theirs = report.mutate("updateAgendaComment", edit(&first, "x", 2), &selection).await.payload();
        let expected = json!([{"code": "CONFLICT", "field": [], "message": "Only its author can do this."}]);
        assert_eq!((&theirs["userErrors"], &theirs["agendaComment"]), (&expected, &Value::Null));
        let ghost = json!({"id": "agenda_comment_00000000000000000000000001"});
        for (who, caller) in cast.callers().filter(|(who, _)| !matches!(who, Who::Organizer | Who::Partner)) {
            let real = caller.mutate("updateAgendaComment", edit(&first, "x", 2), &selection).await;
            let none = caller.mutate("updateAgendaComment", edit(&ghost, "x", 2), &selection).await;
            assert_eq!(real.body, none.body, "{who:?}");
            if who != Who::Nobody {
                assert_eq!(real.refusal(), "NOT_FOUND", "{who:?}");
            }
        }
        assert_eq!(said(report, &item).await, [mended.clone(), reports], "refusals changed nothing");
    }

    /// What was taken back is gone for both, and its author alone takes it back.
    async fn a_comment_is_its_authors_to_take_back(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let (item, managers, reports) = talk(&cast).await;
        let mut input = json!({"agendaCommentId": managers["id"]});
        let theirs = report.mutate("removeAgendaComment", input.clone(), "removedId").await.payload();
        assert_eq!((&theirs["userErrors"][0]["code"], &theirs["removedId"]), (&json!("CONFLICT"), &Value::Null));
        let colleague = cast.of(Who::Colleague).mutate("removeAgendaComment", input.clone(), "removedId").await;
        assert_eq!(colleague.refusal(), "NOT_FOUND");
        assert_eq!(said(manager, &item).await, [managers.clone(), reports.clone()]);

        input["idempotencyKey"] = json!("gone");
        let done = manager.mutate("removeAgendaComment", input.clone(), "removedId").await.done();
        assert_eq!(done["removedId"], managers["id"]);
        assert_eq!(manager.mutate("removeAgendaComment", input.clone(), "removedId").await.done(), done, "once");
        input["idempotencyKey"] = Value::Null;
        assert_eq!(manager.mutate("removeAgendaComment", input, "removedId").await.refusal(), "NOT_FOUND");
        let late = manager.mutate("updateAgendaComment", edit(&managers, "x", 1), "__typename").await;
        assert_eq!(late.refusal(), "NOT_FOUND");
        for caller in [manager, report] {
            assert_eq!(said(caller, &item).await, std::slice::from_ref(&reports));
        }
        let left = world.database.sql(&cast.org.id, "select count(*) as left_over from agenda_comment");
        assert_eq!(left[0]["left_over"], 1, "nothing of it is kept");
    }

    /// About what was discussed one may still mend what one said; what went on in another pair
    /// stays as it was, and with a talking point all that was said about it is gone.
    async fn a_comment_goes_the_way_of_its_talking_point(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let (item, managers, _) = talk(&cast).await;
        let about = json!({"agendaItemId": item});
        report.mutate("discussAgendaItem", about.clone(), "__typename").await.done();
        manager.mutate("updateAgendaComment", edit(&managers, "良かったです", 1), "__typename").await.done();

        let closed = |state: &str| {
            let closed_at = if state == "open" { "null" } else { "created_at" };
            format!("update agenda_item set state = '{state}', closed_at = {closed_at}")
        };
        world.database.sql(&cast.org.id, &closed("carried_over"));
        let remove = json!({"agendaCommentId": managers["id"]});
        for (mutation, input) in [("updateAgendaComment", edit(&managers, "x", 2)), ("removeAgendaComment", remove.clone())] {
            assert_eq!(manager.mutate(mutation, input, "__typename").await.refusal(), "CONFLICT", "{mutation}");
        }
        assert_eq!(said(report, &item).await[0]["text"], "良かったです");

        world.database.sql(&cast.org.id, &closed("open"));
        report.mutate("withdrawAgendaItem", about, "withdrawnId").await.done();
        for (mutation, input) in [("updateAgendaComment", edit(&managers, "x", 2)), ("removeAgendaComment", remove)] {
            assert_eq!(manager.mutate(mutation, input, "__typename").await.refusal(), "NOT_FOUND", "{mutation}");
        }
    }
}
