//! What changes is told to whom it concerns, over both transports, and nothing is missed.

mod signer;

use chrono::Days;
use signer::{Signer, claims};
use taiwa_tests::{
    Engine, Value, World, answer, both,
    cast::{Cast, Who},
    editor::{Editor, Key},
    json,
    live::{Events, Socket, cursor},
    world::today,
};

const CHANGES: &str = "subscription($after: String, $pair: ID, $kinds: [ChangeKind!]) { \
    changes(after: $after, pairId: $pair, kinds: $kinds) { cursor at kind pair { id } meeting { id } \
    node { __typename id ... on AgendaItem { text } ... on ActionItem { text } \
    ... on Minutes { version } } } }";

/// Adds an action to the cast's pair, which both are told of.
async fn act(cast: &Cast, who: Who, text: &str) -> Value {
    let pair = cast.pair().await["id"].clone();
    let caller = cast.of(who);
    let owner = caller.person(taiwa_tests::cast::number(who)).await;
    let input = json!({"pairId": pair, "ownerId": owner, "text": text});
    caller.mutate("addAction", input, "actionItem { id }").await.done()["actionItem"]["id"].clone()
}

async fn agenda(cast: &Cast, who: Who, text: &str, draft: bool) -> Value {
    let input = json!({"pairId": cast.pair().await["id"], "text": text, "draft": draft});
    let added = cast.of(who).mutate("addAgendaItem", input, "agendaItem { id }").await.done();
    added["agendaItem"]["id"].clone()
}

both! {
    /// Both hear what one of them does, each with their own rights, over a socket and as events.
    async fn a_change_is_told_over_both_transports(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let mut socket = Socket::of(report).await;
        socket.begin("1", CHANGES, json!({"after": cursor(report).await})).await;
        let mut events = Events::begin(manager, CHANGES, json!({"after": cursor(manager).await})).await;
        let pair = cast.pair().await;
        let item = agenda(&cast, Who::Organizer, "a secret", false).await;
        for change in [socket.change("1").await, events.change().await] {
            assert_eq!(change["kind"], "AGENDA", "{change}");
            assert_eq!(change["pair"]["id"], pair["id"]);
            assert_eq!(change["node"], json!({"__typename": "AgendaItem", "id": item, "text": "a secret"}));
        }
        // What happens to a meeting, and what the other is told of it.
        let meeting = &pair["nextMeetings"][0]["id"];
        let input = json!({"meetingId": meeting, "reason": "WORKLOAD"});
        manager.mutate("skipMeeting", input, "__typename").await.done();
        let mut kinds = Vec::new();
        while kinds.len() < 3 {
            let change = socket.change("1").await;
            assert_eq!(change["meeting"]["id"], *meeting, "{change}");
            let kind = answer::text(&change["kind"]);
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds.sort();
        assert_eq!(kinds, ["MEETINGS", "NOTICES", "SLOTS"]);
        // Whoever is told nothing of a pair hears nothing of it: the manager's own manager.
        let mut above = Events::begin(cast.of(Who::Above), CHANGES, json!({})).await;
        let seen = cursor(cast.of(Who::Above)).await;
        act(&cast, Who::Partner, "of the two").await;
        assert_eq!(cursor(cast.of(Who::Above)).await, seen);
        let input = json!({"text": "a note"});
        cast.of(Who::Above).mutate("addPrivateNote", input, "__typename").await.done();
        assert_eq!(above.change().await["kind"], "OWN_NOTES");
    }

    /// Nothing that one keeps for oneself is told to the other, not even that there is something.
    async fn what_one_keeps_is_told_to_nobody_else(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let before = cursor(report).await;
        let mut socket = Socket::of(report).await;
        socket.begin("1", CHANGES, json!({"after": before})).await;
        let mut own = Events::begin(manager, CHANGES, json!({"after": cursor(manager).await})).await;
        let first = agenda(&cast, Who::Organizer, "not yet", true).await;
        let second = agenda(&cast, Who::Organizer, "never", true).await;
        let input = json!({"agendaItemId": first, "version": 1, "text": "not quite yet"});
        manager.mutate("updateAgendaItem", input, "__typename").await.done();
        let input = json!({"agendaItemId": second, "afterId": null});
        manager.mutate("moveAgendaItem", input, "__typename").await.done();
        let input = json!({"agendaItemId": second});
        manager.mutate("withdrawAgendaItem", input, "__typename").await.done();
        let pair = cast.pair().await;
        let input = json!({"pairId": pair["id"], "text": "for myself"});
        let note = manager.mutate("addPrivateNote", input, "privateNote { id }").await.done();
        let input = json!({"noteId": note["privateNote"]["id"]});
        manager.mutate("removeNote", input, "__typename").await.done();
        // They told the one who did it.
        for kind in ["AGENDA", "AGENDA", "AGENDA", "AGENDA", "AGENDA", "OWN_NOTES", "OWN_NOTES"] {
            assert_eq!(own.change().await["kind"], kind);
        }
        assert_eq!(cursor(report).await, before, "the list of the other went on");
        let input = json!({"agendaItemId": first});
        manager.mutate("shareAgendaItem", input, "__typename").await.done();
        let change = socket.change("1").await;
        assert_eq!(change["node"], json!({"__typename": "AgendaItem", "id": first, "text": "not quite yet"}));
    }

    /// Whoever was away, and a server that was killed meanwhile: from the cursor on, everything
    /// comes, once and in order.
    async fn nothing_is_missed_from_a_cursor_on(world: &mut World) {
        let cast = Cast::new(world).await;
        let report = cast.of(Who::Partner);
        let loaded = cursor(report).await;
        act(&cast, Who::Organizer, "0").await;
        let mut socket = Socket::of(report).await;
        socket.begin("1", CHANGES, json!({"after": loaded})).await;
        assert_eq!(socket.change("1").await["node"]["text"], "0");
        act(&cast, Who::Organizer, "1").await;
        let last = socket.change("1").await;
        assert_eq!(last["node"]["text"], "1");
        act(&cast, Who::Organizer, "2").await;
        world.kill();
        socket.until_closed().await;
        world.start().await;
        act(&cast, Who::Organizer, "3").await;
        let mut socket = Socket::of(report).await;
        socket.begin("1", CHANGES, json!({"after": last["cursor"]})).await;
        act(&cast, Who::Organizer, "4").await;
        let mut events = Events::begin(report, CHANGES, json!({"after": last["cursor"]})).await;
        for n in 2..5 {
            assert_eq!(socket.change("1").await["node"]["text"], n.to_string());
            assert_eq!(events.change().await["node"]["text"], n.to_string());
        }
        // Whoever reads late reads in steps: more than is read at once.
        for n in 0..270 {
            act(&cast, Who::Organizer, &format!("many {n}")).await;
        }
        let mut late = Events::begin(report, CHANGES, json!({"after": loaded})).await;
        for n in 0..275 {
            let text = answer::text(&late.change().await["node"]["text"]);
            let expected = if n < 5 { n.to_string() } else { format!("many {}", n - 5) };
            assert_eq!(text, expected);
        }
    }

    /// Whoever does not take what is told is not waited for: the others hear it meanwhile, and from
    /// the cursor of the last that was taken nothing is missing.
    async fn who_is_slow_is_let_go_and_goes_on_from_a_cursor(world: &mut World) {
        const MANY: usize = 240;
        let cast = Cast::new(world).await;
        let report = cast.of(Who::Partner);
        let after = json!({"after": cursor(report).await});
        let mut slow = Socket::of(report).await;
        slow.begin("1", CHANGES, after.clone()).await;
        let mut quick = Socket::of(report).await;
        quick.begin("1", CHANGES, after).await;
        // 30 KB each: more than lies between two programs of one machine.
        let long = "が".repeat(9_990);
        for n in 0..MANY {
            act(&cast, Who::Organizer, &format!("{n} {long}")).await;
            let text = answer::text(&quick.change("1").await["node"]["text"]);
            assert!(text.starts_with(&format!("{n} ")), "held up by another");
        }
        // Longer than a client may take for a message.
        tokio::time::sleep(std::time::Duration::from_secs(11)).await;
        let mut taken = Vec::new();
        while let Some(message) = slow.hear().await {
            taken.push(message["payload"]["data"]["changes"].clone());
        }
        assert!(!taken.is_empty() && taken.len() < MANY, "{} were taken", taken.len());
        let last = taken.last().expect("one")["cursor"].clone();
        let mut again = Socket::of(report).await;
        again.begin("1", CHANGES, json!({"after": last})).await;
        while taken.len() < MANY {
            taken.push(again.change("1").await);
        }
        for (n, change) in taken.iter().enumerate() {
            let text = answer::text(&change["node"]["text"]);
            assert!(text.starts_with(&format!("{n} ")), "{n}: {}", &text[..8]);
        }
    }

    /// A cursor that is of no use says so, with a code of its own.
    async fn a_cursor_of_no_use_says_so(world: &mut World) {
        let cast = Cast::new(world).await;
        let report = cast.of(Who::Partner);
        let old = cursor(report).await;
        act(&cast, Who::Organizer, "one").await;
        act(&cast, Who::Organizer, "two").await;
        let ahead = cursor(report).await.replace('a', "b") + "0";
        world.database.sql(&cast.org.id, "delete from change");
        let foreign = cursor(cast.of(Who::Organizer)).await;
        for useless in [old.as_str(), &foreign, &ahead, "rubbish", ""] {
            let mut events = Events::begin(report, CHANGES, json!({"after": useless})).await;
            assert_eq!(events.refusal().await, "CURSOR_EXPIRED", "{useless}");
        }
        let mut socket = Socket::of(report).await;
        socket.begin("1", CHANGES, json!({"after": old})).await;
        let refused = socket.of_operation("1").await;
        assert_eq!(refused["type"], "error");
        assert_eq!(refused["payload"][0]["extensions"]["code"], "CURSOR_EXPIRED");
        // Loaded anew, it goes on.
        socket.begin("1", CHANGES, json!({"after": cursor(report).await})).await;
        act(&cast, Who::Organizer, "three").await;
        assert_eq!(socket.change("1").await["node"]["text"], "three");
    }

    /// One pair, some kinds; of a pair that is not the caller's, nothing, whether it exists or not.
    async fn what_is_not_wanted_is_not_told(world: &mut World) {
        let cast = Cast::new(world).await;
        let manager = cast.of(Who::Organizer);
        let pair = cast.pair().await["id"].clone();
        let other = taiwa_tests::cast::pair_of(manager, "R2").await["id"].clone();
        let mut socket = Socket::of(manager).await;
        socket.begin("pair", CHANGES, json!({"pair": other})).await;
        socket.begin("kinds", CHANGES, json!({"pair": pair, "kinds": ["ACTIONS"]})).await;
        // An answer to something later: both have begun.
        socket.begin("query", "{ viewer { person { number } } }", json!({})).await;
        assert_eq!(socket.of_operation("query").await["payload"]["data"]["viewer"]["person"]["number"], "M1");
        let mut begun = Socket::of(manager).await;
        for (id, variables) in [("pair", json!({"pair": other})), ("kinds", json!({"pair": pair, "kinds": ["ACTIONS"]}))] {
            let mut variables = variables;
            variables["after"] = json!(cursor(manager).await);
            begun.begin(id, CHANGES, variables).await;
        }
        agenda(&cast, Who::Partner, "an item", false).await;
        act(&cast, Who::Partner, "an action").await;
        let input = json!({"pairId": other, "text": "elsewhere"});
        manager.mutate("addAgendaItem", input, "__typename").await.done();
        let change = begun.change("kinds").await;
        assert_eq!((&change["kind"], &change["pair"]["id"]), (&json!("ACTIONS"), &pair));
        let change = begun.change("pair").await;
        assert_eq!((&change["kind"], &change["pair"]["id"]), (&json!("AGENDA"), &other));
        for who in [Who::Above, Who::Hr, Who::Administrator, Who::Colleague, Who::Stranger] {
            for id in [pair.clone(), json!("pair_00000000000000000000000009"), json!("x")] {
                let mut events = Events::begin(cast.of(who), CHANGES, json!({"pair": id})).await;
                assert_eq!(events.refusal().await, "NOT_FOUND", "{who:?} {id}");
            }
        }
        let mut events = Events::begin(cast.of(Who::Nobody), CHANGES, json!({})).await;
        assert_eq!(events.refusal().await, "UNAUTHENTICATED");
    }

    /// A subscription ends with its token and with its person's employment, wherever it is.
    async fn it_ends_with_the_token_and_the_employment(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let mut one = Socket::of(manager).await;
        let mut idle = Socket::of(manager).await;
        let mut events = Events::begin(manager, CHANGES, json!({})).await;
        one.begin("1", CHANGES, json!({})).await;
        manager.query("mutation { revokeMyTokens { revoked } }").await;
        assert_eq!(one.until_closed().await, Some(4401));
        assert_eq!(idle.until_closed().await, Some(4401), "without a subscription as well");
        assert_eq!(events.refusal().await, "UNAUTHENTICATED");

        let mut two = Socket::of(report).await;
        let mut idle = Socket::of(report).await;
        let after = cursor(report).await;
        two.begin("1", CHANGES, json!({"after": after})).await;
        let mut events = Events::begin(report, CHANGES, json!({"after": after})).await;
        let day = today(cast.of(Who::Hr)).await - Days::new(1);
        let pair = taiwa_tests::cast::pair_of(report, "R1").await["id"].clone();
        let file = world.file("left.csv", format!("number,last day\nR1,{day}\n"));
        world.import(&cast.org, &file, &[]);
        // The next change is told to nobody who has left.
        let manager = world.person(&cast.org, "M1", None);
        let input = json!({"pairId": pair, "text": "after they left"});
        manager.mutate("addAgendaItem", input, "__typename").await.done();
        assert_eq!(two.until_closed().await, Some(4403));
        assert_eq!(events.refusal().await, "FORBIDDEN");
        assert_eq!(idle.until_closed().await, Some(4403), "without a subscription as well");
        let mut again = Socket::open(report).await;
        again.introduce(json!({"authorization": format!("Bearer {}", report.token.as_deref().expect("one"))})).await;
        assert_eq!(again.until_closed().await, Some(4403));
    }

    /// A token that runs out closes what it opened, in that moment and without anything happening.
    async fn it_ends_when_the_token_runs_out(world: &mut World) {
        let cast = Cast::new(world).await;
        let signer = Signer::read(&world.keys());
        // Issued a moment ago, and good for a few more.
        let report = world.person(&cast.org, "R1", None);
        let mut soon = claims(report.token.as_deref().expect("a token"));
        soon["exp"] = json!(soon["iat"].as_i64().expect("a time") + 10);
        let report = report.with_token(Some(&signer.sign(&signer.header(), &soon)));
        let mut socket = Socket::of(&report).await;
        socket.begin("1", CHANGES, json!({})).await;
        let mut events = Events::begin(&report, CHANGES, json!({})).await;
        assert_eq!(socket.until_closed().await, Some(4401));
        assert_eq!(events.refusal().await, "UNAUTHENTICATED");
    }

    /// Who may open a socket, and how.
    async fn who_opens_a_socket(world: &mut World) {
        let cast = Cast::new(world).await;
        let report = cast.of(Who::Partner);
        let bearer = format!("Bearer {}", report.token.as_deref().expect("a token"));
        // A ticket, once, in the subprotocol or the introduction; a token in a header.
        let ticket = async || match taiwa_tests::editor::ticket(report).await {
            Key::Ticket(secret) => secret,
            _ => unreachable!("a ticket was asked for"),
        };
        let secret = ticket().await;
        let offered = format!("graphql-transport-ws, ticket.{secret}");
        for expected in [true, false] {
            let mut socket = Socket::try_open(report, Some(&offered), &[]).await.expect("a socket");
            socket.introduce(json!({})).await;
            assert_eq!(socket.hear().await.is_some(), expected);
            assert_eq!(socket.closed, (!expected).then_some(4401));
        }
        let secret = ticket().await;
        for expected in [true, false] {
            let mut socket = Socket::open(report).await;
            socket.introduce(json!({"ticket": secret})).await;
            assert_eq!(socket.hear().await.is_some(), expected);
        }
        let protocol = Some("graphql-transport-ws");
        let headers = [("authorization", bearer.as_str())];
        let mut socket = Socket::try_open(report, protocol, &headers).await.expect("a socket");
        socket.introduce(Value::Null).await;
        assert_eq!(socket.hear().await.expect("an answer")["type"], "connection_ack");
        // Nobody, and with what is no token.
        for payload in [Value::Null, json!({"authorization": "Bearer x"}), json!({"ticket": "x"}), json!({"authorization": "Basic x"})] {
            let mut socket = Socket::open(report).await;
            socket.introduce(payload.clone()).await;
            assert_eq!(socket.until_closed().await, Some(4401), "{payload}");
        }
        // Pages of other origins; other subprotocols, or none.
        let foreign = [("origin", "https://evil.example")];
        assert!(Socket::try_open(report, protocol, &foreign).await.is_err());
        let mut socket = Socket::try_open(report, None, &[]).await.expect("a socket");
        assert_eq!(socket.until_closed().await, Some(4406));
        // So many at once, and no more; when one goes there is room again.
        let mut many = Vec::new();
        let refused = loop {
            let mut socket = Socket::open(report).await;
            socket.introduce(json!({"authorization": bearer})).await;
            match socket.hear().await {
                Some(_) => many.push(socket),
                None => break socket.closed,
            }
            assert!(many.len() <= 64);
        };
        assert_eq!(refused, Some(1013));
        assert!(many.len() > 10, "{}", many.len());
        many.clear();
        Socket::of(cast.of(Who::Organizer)).await;
        taiwa_tests::wait::until("room again", async || {
            let mut socket = Socket::open(report).await;
            socket.introduce(json!({"authorization": bearer})).await;
            socket.hear().await
        })
        .await;
    }

    /// The protocol's rules, each with its code.
    async fn what_breaks_the_protocol_closes_the_socket(world: &mut World) {
        let cast = Cast::new(world).await;
        let report = cast.of(Who::Partner);
        let subscribe = json!({"type": "subscribe", "id": "1", "payload": {"query": CHANGES}});
        let before = [
            ("before it was introduced", subscribe.to_string(), 4401),
            ("no message", "x".to_owned(), 4400),
        ];
        for (what, text, code) in before {
            let mut socket = Socket::open(report).await;
            socket.send(tokio_tungstenite::tungstenite::Message::text(text)).await;
            assert_eq!(socket.until_closed().await, Some(code), "{what}");
        }
        let after = [
            ("no message", json!({"type": "start"}), 4400),
            ("without an id", json!({"type": "subscribe", "payload": {"query": "{a}"}}), 4400),
            ("an array", json!([]), 4400),
            ("introduced twice", json!({"type": "connection_init"}), 4429),
            ("an id in use", subscribe.clone(), 4409),
        ];
        for (what, message, code) in after {
            let mut socket = Socket::of(report).await;
            socket.say(subscribe.clone()).await;
            socket.say(message).await;
            assert_eq!(socket.until_closed().await, Some(code), "{what}");
        }
        let mut socket = Socket::of(report).await;
        socket.send(tokio_tungstenite::tungstenite::Message::binary(b"{}".to_vec())).await;
        assert_eq!(socket.until_closed().await, Some(4400));
        // An id is free again once its operation was ended, by either side.
        let mut socket = Socket::of(report).await;
        socket.say(subscribe.clone()).await;
        socket.say(json!({"type": "complete", "id": "1"})).await;
        socket.say(json!({"type": "complete", "id": "unknown"})).await;
        for _ in 0..3 {
            socket.begin("1", "{ viewer { person { number } } }", json!({})).await;
            assert_eq!(socket.of_operation("1").await["payload"]["data"]["viewer"]["person"]["number"], "R1");
            assert_eq!(socket.of_operation("1").await["type"], "complete");
        }
        socket.say(json!({"type": "ping", "payload": {"n": 1}})).await;
        assert_eq!(socket.hear().await.expect("an answer")["type"], "pong");
        // Who does not introduce themselves is not waited for.
        let mut silent = Socket::open(report).await;
        assert_eq!(silent.until_closed().await, Some(4408));
    }

    /// Everything that bounds a request bounds it on a socket and in a stream as well.
    async fn the_bounds_of_requests_hold(world: &mut World) {
        let cast = Cast::new(world).await;
        let report = cast.of(Who::Partner);
        let deep = format!("{{ {} }}", "viewer { person { pairs { organizer { ".repeat(9));
        let deep = format!("{deep} id {}", "}".repeat(36));
        let many = format!("{{ {} }}", (0..99).map(|n| format!("a{n}: __typename ")).collect::<String>());
        let costly = "{ people(first: 100) { nodes { pairs { meetings(first: 100) { nodes { id slot { startsAt endsAt } pair { organizer { id } } } } } } } }";
        let cases = [
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            (&deep, "GRAPHQL_PARSE_FAILED"),
            (&many, "TOO_MANY_ALIASES"),
            (costly, "QUERY_TOO_COMPLEX"),
            ("{ __schema { types { name } } }", "INTROSPECTION_DISABLED"),
            ("subscription { changes { kind } b: changes { kind } }", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { ...F } fragment F on Subscription { changes { kind } }", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { changes { nothing } }", "GRAPHQL_VALIDATION_FAILED"),
        ];
        let mut socket = Socket::of(report).await;
        for (query, code) in cases {
            socket.begin("1", query, json!({})).await;
            let refused = socket.of_operation("1").await;
            assert_eq!(refused["type"], "error", "{query}: {refused}");
            assert_eq!(refused["payload"][0]["extensions"]["code"], code, "{query}: {refused}");
            let mut events = Events::begin(report, query, json!({})).await;
            assert_eq!(events.refusal().await, code, "{query}");
        }
        // Mutations run, once, with what they say of themselves.
        let pair = cast.pair().await["id"].clone();
        let mutation = "mutation($input: AddAgendaItemInput!) { addAgendaItem(input: $input) { agendaItem { text } userErrors { code } } }";
        socket.begin("1", mutation, json!({"input": {"pairId": pair, "text": "by socket"}})).await;
        let done = socket.of_operation("1").await;
        assert_eq!(done["payload"]["data"]["addAgendaItem"]["agendaItem"]["text"], "by socket", "{done}");
        // A subscription by plain HTTP says where it can be had; a mutation by GET is none.
        let plain = report.ask(CHANGES, json!({})).await;
        assert_eq!(plain.codes(), ["SUBSCRIPTION_NOT_SUPPORTED"]);
        let get = report.stream("/graphql?query=mutation%20%7B%20revokeMyTokens%20%7B%20revoked%20%7D%20%7D").await;
        assert_eq!(get.status().as_u16(), 405);
        let get = report.stream("/graphql?query=subscription%20%7B%20changes%20%7B%20kind%20%7D%20%7D").await;
        assert_eq!(get.status().as_u16(), 200);
        drop(get);
        let bad = report.with_token(Some("x")).stream("/graphql?query=%7B__typename%7D").await;
        assert_eq!(bad.status().as_u16(), 401);
        // So many operations on one socket.
        let mut socket = Socket::of(report).await;
        for n in 0..65 {
            socket.begin(&n.to_string(), CHANGES, json!({"after": cursor(report).await})).await;
        }
        let refused = socket.of_operation("64").await;
        assert_eq!(refused["payload"][0]["extensions"]["code"], "TOO_MANY_OPERATIONS", "{refused}");
        let mut other = Socket::of(report).await;
        taiwa_tests::wait::until("the last place of the person", async || {
            other.begin("x", CHANGES, json!({"after": "rubbish"})).await;
            let refused = other.of_operation("x").await;
            (refused["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS").then_some(())
        })
        .await;
    }

    /// Of minutes that are written live, those who watch hear once for many words.
    async fn minutes_are_told_once_for_many_words(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let mut events = Events::begin(report, CHANGES, json!({"after": cursor(report).await, "kinds": ["MINUTES"]})).await;
        let meeting = &cast.pair().await["nextMeetings"][0]["id"];
        let input = json!({"meetingId": meeting, "shape": "TEXT", "isEmpty": true});
        let made = manager.mutate("createMinutes", input, "minutes { id }").await.done();
        let id = answer::text(&made["minutes"]["id"]);
        let change = events.change().await;
        assert_eq!((&change["node"]["id"], &change["meeting"]["id"]), (&made["minutes"]["id"], meeting));
        let mut editor = Editor::new(1);
        editor.connect(manager, &id, &Key::Bearer).await;
        for n in 0..100 {
            editor.push(&format!("word {n} ")).await;
            assert!(editor.sync().await);
        }
        let mut heard = 0;
        loop {
            heard += 1;
            // The last word that was written is among what the last change shows.
            if events.change().await["node"]["version"].as_i64() >= Some(100) {
                break;
            }
        }
        assert!(heard < 50, "{heard} changes for 100 words");
    }
}

/// Two servers on one database: what happens at one is told at the other, and a cursor of one is
/// good at the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_tell_each_others_changes() {
    World::run(Engine::Postgres, async |world| {
        let cast = Cast::new(world).await;
        let report = cast.of(Who::Partner);
        let other = world.start_another().await;
        let there = report.at(&other.base);
        let after = cursor(report).await;
        let mut socket = Socket::of(&there).await;
        socket.begin("1", CHANGES, json!({"after": after})).await;
        let mut events = Events::begin(&there, CHANGES, json!({"after": after})).await;
        for n in 0..20 {
            act(&cast, Who::Organizer, &n.to_string()).await;
            assert_eq!(socket.change("1").await["node"]["text"], n.to_string());
            assert_eq!(events.change().await["node"]["text"], n.to_string());
        }
        let last = cursor(&there).await;
        act(&cast, Who::Organizer, "last").await;
        let mut here = Events::begin(report, CHANGES, json!({"after": last})).await;
        assert_eq!(here.change().await["node"]["text"], "last");
        // Tokens that are revoked here end what is open there.
        report.query("mutation { revokeMyTokens { revoked } }").await;
        assert_eq!(socket.until_closed().await, Some(4401));
    })
    .await;
}
