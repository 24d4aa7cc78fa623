//! Private notes, talk balance, feedback, learning notes and the safety declaration over the API.

use taiwa_tests::{
    Caller, Value, answer, both,
    cast::{Cast, Who},
    json,
};

const FEEDBACK: &str =
    "id fact feeling proposal question reply repliedAt author { number } meeting { id }";

async fn of_pair(caller: &Caller, pair: &Value, selection: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Pair {{ {selection} }} }} }}");
    caller.ask(&query, json!({"id": pair["id"]})).await.data()["node"].clone()
}

/// The callers who are neither the two nor nobody.
fn others(cast: &Cast) -> impl Iterator<Item = (Who, &Caller)> {
    cast.callers().filter(|(who, _)| !matches!(who, Who::Organizer | Who::Partner | Who::Nobody))
}

both! {
    /// One reader, whoever asks; the other of the two is nobody special.
    async fn private_notes_have_one_reader(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let pair = cast.pair().await;
        let meeting = &pair["nextMeetings"][0];
        let selection = "privateNote { id text ciphertext version pair { id } meeting { id } }";
        let input = json!({"text": "率直に言うと不安", "meetingId": meeting["id"], "idempotencyKey": "note"});
        let note = report.mutate("addPrivateNote", input.clone(), selection).await.done()["privateNote"].clone();
        assert_eq!(report.mutate("addPrivateNote", input, selection).await.done()["privateNote"], note);
        assert_eq!((&note["pair"]["id"], &note["meeting"]["id"]), (&pair["id"], &meeting["id"]));
        // What a client sealed comes back as it went in; the server knows no text of it.
        let sealed = report.mutate("addPrivateNote", json!({"ciphertext": "AAECAwQF"}), selection).await.done()["privateNote"].clone();
        assert_eq!((&sealed["ciphertext"], &sealed["text"], &sealed["pair"]), (&json!("AAECAwQF"), &Value::Null, &Value::Null));
        for wrong in [json!({}), json!({"text": "a", "ciphertext": "AAAA"}), json!({"ciphertext": "no base64!"}), json!({"text": " "})] {
            assert_eq!(report.mutate("addPrivateNote", wrong, selection).await.refusal(), "INVALID");
        }
        let list = "viewer { privateNotes(first: 1) { pageInfo { hasNextPage endCursor } nodes { id text ciphertext } } }";
        let page = report.query(&format!("{{ {list} }}")).await["viewer"]["privateNotes"].clone();
        assert_eq!((&answer::nodes(&page)[0]["id"], &page["pageInfo"]["hasNextPage"]), (&sealed["id"], &json!(true)));
        let query = "query($after: String, $meeting: ID) { viewer { \
            rest: privateNotes(after: $after) { nodes { id } } about: privateNotes(meetingId: $meeting) { nodes { id } } } }";
        let variables = json!({"after": page["pageInfo"]["endCursor"], "meeting": meeting["id"]});
        let viewer = report.ask(query, variables).await.data()["viewer"].clone();
        for list in [&viewer["rest"], &viewer["about"]] {
            assert_eq!(answer::nodes(list), [json!({"id": note["id"]})]);
        }
        for (who, caller) in cast.callers().filter(|(who, _)| !matches!(who, Who::Partner | Who::Nobody)) {
            let data = caller.query("{ viewer { privateNotes { nodes { id } } } }").await;
            assert_eq!(answer::nodes(&data["viewer"]["privateNotes"]), Vec::<Value>::new(), "{who:?}");
            let input = json!({"noteId": note["id"], "text": "x", "version": 1});
            assert_eq!(caller.mutate("updatePrivateNote", input, selection).await.refusal(), "NOT_FOUND", "{who:?}");
            let input = json!({"noteId": note["id"]});
            assert_eq!(caller.mutate("removeNote", input, "removedId").await.refusal(), "NOT_FOUND", "{who:?}");
        }
        let about = json!({"text": "x", "meetingId": meeting["id"]});
        assert_eq!(cast.of(Who::Above).mutate("addPrivateNote", about, selection).await.refusal(), "NOT_FOUND");
        let edit = json!({"noteId": note["id"], "text": "落ち着いた", "version": 1});
        let edited = report.mutate("updatePrivateNote", edit.clone(), selection).await.done();
        assert_eq!((&edited["privateNote"]["text"], &edited["privateNote"]["version"]), (&json!("落ち着いた"), &json!(2)));
        let stale = report.mutate("updatePrivateNote", edit, selection).await.payload();
        assert_eq!((&stale["userErrors"][0]["code"], &stale["privateNote"]), (&json!("STALE"), &edited["privateNote"]));
        report.mutate("removeNote", json!({"noteId": note["id"]}), "removedId").await.done();
        assert_eq!(report.mutate("removeNote", json!({"noteId": note["id"]}), "removedId").await.refusal(), "NOT_FOUND");
        let rows = world.database.sql(&cast.org.id, "select body from note");
        assert_eq!(rows.len(), 1, "what was removed is gone");

        // Talk balance: each has their own.
        let record = |percent: u8| json!({"meetingId": meeting["id"], "ownPercent": percent});
        let selection = "talkBalance { id ownPercent }";
        manager.mutate("recordTalkBalance", record(80), selection).await.done();
        manager.mutate("recordTalkBalance", record(70), selection).await.done();
        assert_eq!(manager.mutate("recordTalkBalance", record(101), selection).await.refusal(), "INVALID");
        let query = "query($id: ID!) { node(id: $id) { ... on Meeting { talkBalance { ownPercent } } } viewer { talkBalances { nodes { ownPercent meeting { id } } } } }";
        let data = manager.ask(query, json!({"id": meeting["id"]})).await.data();
        assert_eq!(data["node"]["talkBalance"]["ownPercent"], 70);
        assert_eq!(answer::nodes(&data["viewer"]["talkBalances"]), [json!({"ownPercent": 70, "meeting": {"id": meeting["id"]}})]);
        let data = report.ask(query, json!({"id": meeting["id"]})).await.data();
        assert!(data["node"]["talkBalance"].is_null(), "{data}");
    }

    /// Fact, feeling, proposal, question back; a reply by the other, once; nothing changes afterwards.
    async fn feedback_and_learning_stay_between_the_two(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let pair = cast.pair().await;
        let selection = format!("feedback {{ {FEEDBACK} }}");
        let input = json!({
            "pairId": pair["id"], "meetingId": pair["nextMeetings"][0]["id"], "fact": "会議で三回さえぎった", "feeling": "残念だった",
            "proposal": "最後まで聞いてから話す", "question": "どう見えていましたか", "idempotencyKey": "once",
        });
        let given = report.mutate("giveFeedback", input.clone(), &selection).await.done()["feedback"].clone();
        assert_eq!(report.mutate("giveFeedback", input, &selection).await.done()["feedback"], given);
        assert_eq!((&given["fact"], &given["question"], &given["reply"]), (&json!("会議で三回さえぎった"), &json!("どう見えていましたか"), &Value::Null));
        for field in ["fact", "feeling", "proposal", "question"] {
            let mut wrong = json!({"pairId": pair["id"], "fact": "a", "feeling": "b", "proposal": "c"});
            wrong[field] = json!(" ");
            let payload = manager.mutate("giveFeedback", wrong, &selection).await.payload();
            assert_eq!((&payload["userErrors"][0]["code"], &payload["userErrors"][0]["field"]), (&json!("INVALID"), &json!([field])));
        }
        let reply = json!({"feedbackId": given["id"], "text": "気づきませんでした"});
        assert_eq!(report.mutate("replyToFeedback", reply.clone(), &selection).await.refusal(), "CONFLICT", "one's own");
        let replied = manager.mutate("replyToFeedback", reply.clone(), &selection).await.done()["feedback"].clone();
        assert_eq!(replied["reply"], "気づきませんでした");
        assert!(!replied["repliedAt"].is_null());
        assert_eq!(manager.mutate("replyToFeedback", reply, &selection).await.refusal(), "CONFLICT", "once");
        assert_eq!(report.mutate("removeNote", json!({"noteId": given["id"]}), "removedId").await.refusal(), "CONFLICT");

        let selection = "learningNote { id happened nextTime version author { number } }";
        let input = json!({"pairId": pair["id"], "happened": "納期を読み違えた", "nextTime": "早めに見積もる"});
        let note = manager.mutate("addLearningNote", input, selection).await.done()["learningNote"].clone();
        let edit = json!({"noteId": note["id"], "happened": "納期を読み違えた", "nextTime": "二人で見積もる", "version": 1});
        assert_eq!(report.mutate("updateLearningNote", edit.clone(), selection).await.refusal(), "CONFLICT", "the other's");
        let edited = manager.mutate("updateLearningNote", edit.clone(), selection).await.done()["learningNote"].clone();
        assert_eq!((&edited["nextTime"], &edited["version"]), (&json!("二人で見積もる"), &json!(2)));
        assert_eq!(manager.mutate("updateLearningNote", edit, selection).await.payload()["learningNote"], edited);

        let lists = format!("feedback {{ nodes {{ {FEEDBACK} }} }} learningNotes {{ nodes {{ id nextTime }} }}");
        for caller in [manager, report] {
            let seen = of_pair(caller, &pair, &lists).await;
            assert_eq!(answer::nodes(&seen["feedback"]), std::slice::from_ref(&replied));
            assert_eq!(answer::nodes(&seen["learningNotes"])[0]["nextTime"], "二人で見積もる");
        }
        for (who, caller) in others(&cast) {
            let seen = of_pair(caller, &pair, &lists).await;
            match who {
                Who::Above => assert_eq!(seen, json!({"feedback": null, "learningNotes": null})),
                _ => assert!(seen.is_null(), "{who:?}: {seen}"),
            }
        }
    }

    /// The first meeting asks for the declaration until the report acknowledged it; another wording
    /// is another declaration.
    async fn safety_is_declared_and_acknowledged(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report, hr) = (cast.of(Who::Organizer), cast.of(Who::Partner), cast.of(Who::Hr));
        let pair = cast.pair().await;
        let asks = async |caller: &Caller, n: usize| {
            let query = "query($id: ID!) { node(id: $id) { ... on Meeting { asksForSafetyDeclaration } } }";
            let data = caller.ask(query, json!({"id": pair["nextMeetings"][n]["id"]})).await.data();
            data["node"]["asksForSafetyDeclaration"].clone()
        };
        assert_eq!((asks(report, 0).await, asks(report, 1).await), (json!(true), json!(false)));
        assert!(asks(cast.of(Who::Above), 0).await.is_null());
        let standing = "pair { safety { declaredAt acknowledgedAt isCurrent declaredText { id version text(locale: EN) } currentText { id version } } }";
        let input = json!({"pairId": pair["id"]});
        assert_eq!(report.mutate("acknowledgeSafety", input.clone(), standing).await.refusal(), "CONFLICT");
        assert_eq!(report.mutate("declareSafety", input.clone(), standing).await.refusal(), "NOT_FOUND", "a manager's word");
        let declared = manager.mutate("declareSafety", input.clone(), standing).await.done()["pair"]["safety"].clone();
        assert_eq!((&declared["isCurrent"], &declared["acknowledgedAt"], &declared["declaredText"]["version"]), (&json!(true), &Value::Null, &json!(0)));
        assert_eq!(manager.mutate("declareSafety", input.clone(), standing).await.done()["pair"]["safety"], declared, "once");
        assert_eq!(asks(manager, 0).await, true);
        assert_eq!(manager.mutate("acknowledgeSafety", input.clone(), standing).await.refusal(), "NOT_FOUND");
        let done = report.mutate("acknowledgeSafety", input.clone(), standing).await.done()["pair"]["safety"].clone();
        assert!(!done["acknowledgedAt"].is_null());
        assert_eq!(asks(manager, 0).await, false);

        // The organization's own words.
        let selection = "safetyText { id version text(locale: JA) }";
        let set = |text: &str, version: u32| json!({"text": {"ja": text}, "version": version});
        let own = hr.mutate("setSafetyText", set("ここでの話は評価に使いません。", 0), selection).await.done()["safetyText"].clone();
        assert_eq!(own["version"], 1);
        let stale = hr.mutate("setSafetyText", set("別の文", 0), selection).await.payload();
        assert_eq!((&stale["userErrors"][0]["code"], &stale["safetyText"]), (&json!("STALE"), &own));
        assert_eq!(hr.mutate("setSafetyText", set(" ", 1), selection).await.refusal(), "INVALID");
        let text = cast.of(Who::Stranger).query("{ safetyText { version } }").await;
        assert_eq!(text["safetyText"]["version"], 0, "of this organization alone");
        let now = of_pair(report, &pair, "safety { isCurrent acknowledgedAt declaredText { id } currentText { id } }").await["safety"].clone();
        assert_eq!((&now["isCurrent"], &now["declaredText"]["id"], &now["currentText"]["id"]), (&json!(false), &declared["declaredText"]["id"], &own["id"]));
        assert_eq!(now["acknowledgedAt"], done["acknowledgedAt"], "what was acknowledged stays");
        let again = manager.mutate("declareSafety", input, standing).await.done()["pair"]["safety"].clone();
        assert_eq!((&again["isCurrent"], &again["acknowledgedAt"]), (&json!(true), &Value::Null));
    }
}
