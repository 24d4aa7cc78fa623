//! Talking points and actions over the API: what two people share stands in their next meeting,
//! whatever happens to meetings, series and pairs.

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_tests::{
    Caller, Engine, Value, World, answer, both,
    cast::{Cast, Who, numbers},
    json,
};

const ITEM: &str = "id text hopedResponse isDraft state version wasCarriedOver sharedAt closedAt \
    author { number } pair { id } discussedIn { id } comments { id text author { number } }";
const ACTION: &str = "id text dueOn state version wasCarriedOver closedAt owner { number } \
    author { number } pair { id } meeting { id } agendaItem { id text }";

async fn add(caller: &Caller, pair: &Value, text: &str, more: Value) -> Value {
    let mut input = json!({"pairId": pair["id"], "text": text});
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    let selection = format!("agendaItem {{ {ITEM} }}");
    caller.mutate("addAgendaItem", input, &selection).await.done()["agendaItem"].clone()
}

async fn add_action(caller: &Caller, pair: &Value, owner: &str, text: &str, more: Value) -> Value {
    let mut input =
        json!({"pairId": pair["id"], "ownerId": caller.person(owner).await, "text": text});
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    let selection = format!("actionItem {{ {ACTION} }}");
    caller.mutate("addAction", input, &selection).await.done()["actionItem"].clone()
}

/// Changes a talking point by a mutation that needs its id alone.
async fn change(caller: &Caller, mutation: &str, item: &Value, more: Value) -> Value {
    let mut input = json!({"agendaItemId": item["id"]});
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    let selection = format!("agendaItem {{ {ITEM} }}");
    caller.mutate(mutation, input, &selection).await.done()["agendaItem"].clone()
}

fn texts(items: &Value) -> Vec<String> {
    let items = items.as_array().unwrap_or_else(|| panic!("no list: {items}"));
    items.iter().map(|it| answer::text(&it["text"])).collect()
}

/// What is open in a pair.
async fn open(caller: &Caller, pair: &Value) -> Vec<String> {
    let query = "query($id: ID!) { node(id: $id) { ... on Pair { openItems { text } } } }";
    texts(&caller.ask(query, json!({"id": pair["id"]})).await.data()["node"]["openItems"])
}

/// A meeting's agenda and actions.
async fn standing(caller: &Caller, meeting: &Value) -> (Vec<String>, Vec<String>) {
    let query =
        "query($id: ID!) { node(id: $id) { ... on Meeting { agenda { text } actions { text } } } }";
    let node = caller.ask(query, json!({"id": meeting["id"]})).await.data()["node"].clone();
    (texts(&node["agenda"]), texts(&node["actions"]))
}

/// The database's own form of an id.
fn raw(world: &World, id: &Value) -> String {
    const DIGITS: &str = "0123456789abcdefghjkmnpqrstvwxyz";
    let text = answer::text(id);
    let digits = text.rsplit_once('_').expect("an id").1;
    let bits = digits
        .chars()
        .fold(0_u128, |bits, digit| bits << 5 | DIGITS.find(digit).expect("a digit") as u128);
    match world.engine() {
        Engine::Sqlite => format!("x'{bits:032x}'"),
        Engine::Postgres => format!("'{}'", uuid::Uuid::from_u128(bits)),
    }
}

/// So many minutes before an instant that the API gave, as both databases read it.
fn before(instant: &Value, minutes: i64) -> String {
    let instant: DateTime<Utc> = answer::text(instant).parse().expect("an instant");
    (instant - TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// Lets a meeting lie five hours in the past.
fn let_pass(world: &World, cast: &Cast, meeting: &Value, now: &Value) {
    let (from, until) = (before(now, 300), before(now, 270));
    let sql = format!(
        "update meeting set starts_at = '{from}', ends_at = '{until}', sort_at = '{from}' where id = {}",
        raw(world, &meeting["id"])
    );
    world.database.sql(&cast.org.id, &sql);
}

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

/// A pair as one of the two sees it, active or not.
async fn cast_pair(caller: &Caller, pair: &Value) -> Value {
    let query =
        "query($id: ID!) { node(id: $id) { ... on Pair { id nextMeetings(first: 20) { id } } } }";
    caller.ask(query, json!({"id": pair["id"]})).await.data()["node"].clone()
}
