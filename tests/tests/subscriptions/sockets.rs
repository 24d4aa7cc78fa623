//! Who opens a socket, what closes it, and what bounds it.

use taiwa_tests::{
    Value, both,
    cast::{Cast, Who},
    editor::Key,
    json,
    live::{Events, Socket, cursor},
};

use super::CHANGES;

both! {
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
}
