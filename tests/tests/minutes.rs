//! Minutes, through HTTP and WebSockets.

use taiwa_tests::{
    Caller, Value, answer, both,
    cast::{Cast, Who},
    editor::{Editor, Key, ticket},
    json,
    world::today,
};

/// The global ids of the pair's first meetings.
async fn meetings(cast: &Cast) -> Vec<String> {
    let pair = cast.pair().await;
    let all = pair["nextMeetings"].as_array().expect("meetings").clone();
    all.iter().map(|it| answer::text(&it["id"])).collect()
}

const MINUTES: &str = "minutes { id version markdown shape contributors { characters \
                       person { number } } history(first: 20) { edges { node { version \
                       author { number } beganAt endedAt } } } }";

async fn create(caller: &Caller, meeting: &str, shape: &str) -> Value {
    let input = json!({"meetingId": meeting, "shape": shape});
    caller.mutate("createMinutes", input, MINUTES).await.done()["minutes"].clone()
}

async fn empty(caller: &Caller, meeting: &str) -> String {
    let input = json!({"meetingId": meeting, "shape": "TEXT", "isEmpty": true});
    let made = caller.mutate("createMinutes", input, MINUTES).await.done();
    answer::text(&made["minutes"]["id"])
}

async fn read(caller: &Caller, id: &str) -> Value {
    let selection = MINUTES.strip_prefix("minutes ").expect("a selection");
    let inside = selection.trim_start_matches('{').trim_end_matches('}');
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Minutes {{ {inside} }} }} }}");
    caller.ask(&query, json!({"id": id})).await.data()["node"].clone()
}

async fn markdown(caller: &Caller, id: &str) -> String {
    answer::text(&read(caller, id).await["markdown"])
}

both! {
    /// The whole way once: a template, Markdown by both, what was changed meanwhile, history,
    /// going back.
    async fn minutes_are_written_as_markdown_and_go_back(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let meeting = &meetings(&cast).await[0];
        let made = create(manager, meeting, "TIPTAP").await;
        let id = answer::text(&made["id"]);
        assert_eq!(made["markdown"], "## What we discussed\n\n## Next actions\n\n## Next time\n");
        // Made again, by the other: the same.
        assert_eq!(create(report, meeting, "TEXT").await["id"], made["id"]);

        let text = "## What we discussed\n\n- **評価制度**について\n- [資料](https://example.com/a)\n\n\
                    ## Next actions\n\n- [ ] 読む\n\n## Next time\n";
        let input = json!({"minutesId": id, "markdown": text, "idempotencyKey": "k1"});
        let written = report.mutate("writeMinutes", input.clone(), MINUTES).await.done();
        assert_eq!(written["minutes"]["markdown"], text);
        let version = written["minutes"]["version"].clone();
        // The same request once more is the same request.
        let again = report.mutate("writeMinutes", input, MINUTES).await.done();
        assert_eq!(again["minutes"]["version"], version);

        // The manager writes against the version before: both changes stand.
        let base = made["version"].clone();
        let theirs = "## What we discussed\n\n## Next actions\n\n## Next time\n\n来月\n";
        let input = json!({"minutesId": id, "markdown": theirs, "baseVersion": base});
        let merged = manager.mutate("writeMinutes", input, MINUTES).await.done()["minutes"].clone();
        assert_eq!(merged["markdown"], format!("{text}\n来月\n"));
        let shares = merged["contributors"].as_array().expect("contributors");
        let of = |number: &str| {
            let found = shares.iter().find(|it| it["person"]["number"] == number);
            found.map(|it| it["characters"].as_i64().expect("a number"))
        };
        assert_eq!(of("M1"), Some(17 + 12 + 9 + 2), "{shares:?}");
        assert_eq!(of("R1"), Some(8 + 2 + 2), "{shares:?}");

        let history = answer::nodes(&merged["history"]);
        let authors: Vec<_> = history.iter().map(|it| it["author"]["number"].clone()).collect();
        assert_eq!(authors, ["M1", "R1", "M1"]);
        let input = json!({"minutesId": id, "version": version});
        let restored = report.mutate("restoreMinutes", input, MINUTES).await.done();
        assert_eq!(restored["minutes"]["markdown"], text);
        assert_eq!(answer::nodes(&restored["minutes"]["history"]).len(), 4);
        let query = "query($id: ID!, $v: Int!) { node(id: $id) { ... on Minutes { markdown(version: $v) } } }";
        let data = report.ask(query, json!({"id": id, "v": merged["version"]})).await.data();
        assert_eq!(data["node"]["markdown"], merged["markdown"]);
        // A version that never was.
        let input = json!({"minutesId": id, "version": 4_000});
        assert_eq!(report.mutate("restoreMinutes", input, MINUTES).await.refusal(), "STALE");
        // More than there may be.
        let input = json!({"minutesId": id, "markdown": "x".repeat(300_000)});
        assert_eq!(report.mutate("writeMinutes", input, MINUTES).await.refusal(), "INVALID");
    }

    /// What the two write live, each sees of the other; Markdown sees it too and is seen.
    async fn two_write_at_the_same_time(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let id = empty(manager, &meetings(&cast).await[0]).await;
        let (mut one, mut two) = (Editor::new(1), Editor::new(2));
        one.connect(manager, &id, &Key::Bearer).await;
        two.connect(report, &id, &ticket(report).await).await;
        one.push("こんにちは。").await;
        two.until("the other's words", |it| it.contains("こんにちは。")).await;
        two.push("はい。").await;
        one.until("the answer", |it| it.contains("はい。")).await;
        let input = json!({"minutesId": id, "markdown": "こんにちは！はい。"});
        manager.mutate("writeMinutes", input, "minutes { id }").await.done();
        for editor in [&mut one, &mut two] {
            editor.until("what was written as Markdown", |it| it == "こんにちは！はい。").await;
        }

        // Offline both go on; together again, nothing of either is lost.
        one.disconnect();
        two.disconnect();
        one.push("一人で").await;
        two.type_at(0, "二人で").await;
        one.connect(manager, &id, &Key::Bearer).await;
        two.connect(report, &id, &Key::Bearer).await;
        let all = |it: &str| it.contains("一人で") && it.contains("二人で");
        one.until("everything", all).await;
        assert_eq!(one.text(), two.text());
        assert_eq!(markdown(report, &id).await, one.text());
        let people = read(manager, &id).await["contributors"].clone();
        assert_eq!(people.as_array().map(Vec::len), Some(2), "{people}");
    }

    /// Names in awareness are what the server knows, whatever an editor says; nobody speaks for
    /// another's editor, and who is gone is gone.
    async fn nobody_appears_as_somebody_else(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let id = empty(manager, &meetings(&cast).await[0]).await;
        let (mut one, mut two) = (Editor::new(1), Editor::new(2));
        one.connect(manager, &id, &Key::Bearer).await;
        two.connect(report, &id, &Key::Bearer).await;
        two.present(7, 1, r#"{"user":{"name":"Max Lead","id":"x"},"c":1}"#).await;
        let seen = async |editor: &mut Editor, client: i64| loop {
            editor.hear().await.expect("a message");
            if let Some(it) = editor.presences.iter().rev().find(|it| it["client"] == client) {
                return it["state"].clone();
            }
        };
        let state = seen(&mut one, 7).await;
        assert_eq!(state["user"]["name"], "Rio Report");
        assert_eq!(state["user"]["id"], report.person("R1").await);
        assert_eq!(state["c"], 1);
        // The other's client is not spoken for: what comes next is the end of it, by its own.
        one.present(7, 9, r#"{"user":{"name":"Eve"}}"#).await;
        one.present(8, 1, "{}").await;
        assert_eq!(seen(&mut two, 8).await["user"]["name"], "Max Lead");
        assert!(two.presences.iter().filter(|it| it["client"] == 7).all(|it| {
            it["state"]["user"]["name"] == "Rio Report"
        }));
        two.disconnect();
        while seen(&mut one, 7).await != Value::Null {}
    }

    /// A ticket opens one socket once; without one, with somebody else's token, or from a foreign
    /// page nothing opens, and what is not there and what is another's are one answer.
    async fn only_the_two_come_in(world: &mut World) {
        let cast = Cast::new(world).await;
        let manager = cast.of(Who::Organizer);
        let id = empty(manager, &meetings(&cast).await[0]).await;
        let key = ticket(manager).await;
        let mut editor = Editor::new(1);
        let response = editor.try_connect(manager, &id, &key, None).await.expect("a socket");
        // The secret is not repeated.
        assert_eq!(response.headers()["sec-websocket-protocol"], "taiwa");
        assert!(editor.sync().await);
        let mut again = Editor::new(2);
        again.try_connect(manager, &id, &key, None).await.expect("a socket");
        assert_eq!(again.until_closed().await, Some(4401));

        for (who, caller) in cast.callers() {
            let expected = match who {
                Who::Organizer | Who::Partner => continue,
                Who::Nobody => 4401,
                _ => 4403,
            };
            let mut other = Editor::new(3);
            other.try_connect(caller, &id, &Key::Bearer, None).await.expect("a socket");
            assert_eq!(other.until_closed().await, Some(expected), "{who:?}");
            if who == Who::Nobody {
                continue;
            }
            let mut other = Editor::new(3);
            let key = ticket(caller).await;
            other.try_connect(caller, &id, &key, None).await.expect("a socket");
            assert_eq!(other.until_closed().await, Some(4403), "{who:?}");
        }
        for (name, unknown) in [("none", "minutes_00000000000000000000000001"), ("rubbish", "x")] {
            let mut other = Editor::new(3);
            other.try_connect(manager, unknown, &Key::Bearer, None).await.expect("a socket");
            assert_eq!(other.until_closed().await, Some(4403), "{name}");
        }
        let mut nobody = Editor::new(3);
        nobody.try_connect(manager, &id, &Key::None, None).await.expect("a socket");
        assert_eq!(nobody.until_closed().await, Some(4401));
        let foreign = Some("https://evil.example");
        assert!(nobody.try_connect(manager, &id, &Key::Bearer, foreign).await.is_err());
        // An old ticket, and many who try one at once.
        let old = ticket(manager).await;
        let past = match world.engine() {
            taiwa_tests::Engine::Sqlite => "'2020-01-01 00:00:00+00:00'",
            taiwa_tests::Engine::Postgres => "'2020-01-01'",
        };
        let sql = format!("update socket_ticket set expires_at = {past}");
        world.database.sql(&cast.org.id, &sql);
        nobody.try_connect(manager, &id, &old, None).await.expect("a socket");
        assert_eq!(nobody.until_closed().await, Some(4401));
        let key = ticket(manager).await;
        let tries = (0..8).map(async |n| {
            let mut editor = Editor::new(10 + n);
            editor.try_connect(manager, &id, &key, None).await.expect("a socket");
            editor.sync().await
        });
        let opened = futures_util::future::join_all(tries).await;
        assert_eq!(opened.into_iter().filter(|it| *it).count(), 1);
    }

    /// A socket that is open closes when its token is revoked, and when its person leaves.
    async fn what_was_granted_is_looked_at_again(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let id = empty(manager, &meetings(&cast).await[0]).await;
        let (mut one, mut two) = (Editor::new(1), Editor::new(2));
        one.connect(manager, &id, &ticket(manager).await).await;
        two.connect(report, &id, &ticket(report).await).await;
        manager.query("mutation { revokeMyTokens { revoked } }").await;
        assert_eq!(one.until_closed().await, Some(4401));
        // The other writes on.
        two.push("続き").await;
        assert!(two.sync().await);
        let day = today(cast.of(Who::Hr)).await - chrono::Days::new(1);
        let file = world.file("left.csv", format!("number,last day\nR1,{day}\n"));
        world.import(&cast.org, &file, &[]);
        assert_eq!(two.until_closed().await, Some(4403));
    }

    /// What is no message closes the socket and harms nobody else's.
    async fn rubbish_closes_its_own_socket(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let id = empty(manager, &meetings(&cast).await[0]).await;
        let mut good = Editor::new(1);
        good.connect(manager, &id, &Key::Bearer).await;
        good.push("無事").await;
        for rubbish in [
            vec![9],
            vec![0, 2, 1, 1],
            vec![0, 2, 6, 1, 1, 5, 0, 31, 7],
            vec![0, 0, 5, 255, 255, 255, 255, 15],
            vec![1, 3, 1, 2, 3],
        ] {
            let mut bad = Editor::new(2);
            bad.connect(report, &id, &Key::Bearer).await;
            bad.send(rubbish.clone()).await;
            assert_eq!(bad.until_closed().await, Some(4400), "{rubbish:?}");
        }
        assert!(good.sync().await);
        assert_eq!(markdown(report, &id).await, "無事");
    }

    /// What is stored shows no word of it.
    async fn a_stolen_database_shows_no_sentence(world: &mut World) {
        let cast = Cast::new(world).await;
        let manager = cast.of(Who::Organizer);
        let id = empty(manager, &meetings(&cast).await[0]).await;
        let mut editor = Editor::new(1);
        editor.connect(manager, &id, &Key::Bearer).await;
        // Enough of it for a snapshot.
        for n in 0..300 {
            editor.push(&format!("secret{n} ")).await;
            if n % 100 == 99 {
                assert!(editor.sync().await);
            }
        }
        for n in 0..300 {
            editor.push("x").await;
            assert!(editor.sync().await, "{n}");
        }
        let hex = |text: &str| text.bytes().map(|it| format!("{it:02x}")).collect::<String>();
        let needle = hex("secret");
        for table in ["minutes_update", "minutes_snapshot"] {
            let rows = world.database.sql(&cast.org.id, &format!("select * from {table}"));
            assert!(!rows.is_empty(), "{table}");
            let text = Value::Array(rows).to_string();
            assert!(!text.contains(&needle) && !text.contains("secret"), "{table}");
        }
        // Opened anew, it is all there.
        world.kill();
        world.start().await;
        assert_eq!(markdown(manager, &id).await, editor.text());
    }

    /// What is over for long is folded into versions; each of them still reads, and comes back.
    async fn old_versions_are_folded_and_still_come_back(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let id = empty(manager, &meetings(&cast).await[0]).await;
        let (mut one, mut two) = (Editor::new(1), Editor::new(2));
        one.connect(manager, &id, &Key::Bearer).await;
        two.connect(report, &id, &Key::Bearer).await;
        // A row each: the next is sent once the last is stored.
        for word in ["一", "二", "三"] {
            one.push(word).await;
            assert!(one.sync().await);
        }
        two.until("the first words", |it| it == "一二三").await;
        for word in ["四", "五"] {
            two.push(word).await;
            assert!(two.sync().await);
        }
        for (day, rows) in [(1, "sequence <= 3"), (2, "sequence > 3")] {
            let sql = format!(
                "update minutes_update set created_at = '2026-01-0{day} 00:00:00+00:00' where {rows}"
            );
            world.database.sql(&cast.org.id, &sql);
        }
        for n in 0..300 {
            two.push("あ").await;
            assert!(two.sync().await, "{n}");
        }
        let old = "select sequence from minutes_update where sequence <= 5 order by sequence";
        let rows = world.database.sql(&cast.org.id, old);
        assert_eq!(rows, [json!({"sequence": 3}), json!({"sequence": 5})]);
        let history = answer::nodes(&read(manager, &id).await["history"]);
        let versions: Vec<_> = history.iter().rev().map(|it| it["version"].clone()).collect();
        assert_eq!(versions, [3, 5, 305]);
        let at = async |version: i64| {
            let query = "query($id: ID!, $v: Int!) { node(id: $id) { ... on Minutes { markdown(version: $v) } } }";
            let data = report.ask(query, json!({"id": id, "v": version})).await.data();
            data["node"]["markdown"].clone()
        };
        assert_eq!(at(3).await, "一二三");
        assert_eq!(at(5).await, "一二三四五");
        // It was folded into the next.
        assert_eq!(at(2).await, Value::Null);
        let input = json!({"minutesId": id, "version": 3});
        let restored = report.mutate("restoreMinutes", input, MINUTES).await.done();
        assert_eq!(restored["minutes"]["markdown"], "一二三");
        one.until("what came back", |it| it == "一二三").await;
    }

    /// Minutes begin as the organization wants it, where it has said so.
    async fn organizations_have_templates_of_their_own(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, hr) = (cast.of(Who::Organizer), cast.of(Who::Hr));
        let offered = "minutesTemplates { templateId key name markdown version }";
        let input = json!({"name": "開発部", "markdown": "# 開発部の1on1\n"});
        let saved = hr.mutate("saveMinutesTemplate", input.clone(), offered).await.done();
        let own = &saved["minutesTemplates"][0];
        assert_eq!((&own["name"], &own["version"]), (&json!("開発部"), &json!(1)));
        assert_eq!(saved["minutesTemplates"][1]["name"], "Standard");
        let colleague = cast.of(Who::Colleague).mutate("saveMinutesTemplate", input, offered).await;
        assert_eq!(colleague.refusal(), "NOT_FOUND");

        let meetings = meetings(&cast).await;
        let id = &own["templateId"];
        let from = |meeting: &str| json!({"meetingId": meeting, "templateId": id});
        let made = manager.mutate("createMinutes", from(&meetings[0]), MINUTES).await.done();
        assert_eq!(made["minutes"]["markdown"], "# 開発部の1on1\n");
        let change = |version: i64, markdown: &str, retired: bool| {
            json!({"templateId": id, "version": version, "name": "開発部", "markdown": markdown,
                   "isRetired": retired})
        };
        let stale = hr.mutate("saveMinutesTemplate", change(2, "x", false), offered).await;
        assert_eq!(stale.refusal(), "STALE");
        let long = hr.mutate("saveMinutesTemplate", change(1, &"x".repeat(17_000), false), offered).await;
        assert_eq!(long.refusal(), "INVALID");
        hr.mutate("saveMinutesTemplate", change(1, "x", true), offered).await.done();
        let data = manager.query(&format!("{{ organization {{ {offered} }} }}")).await;
        let names = data["organization"]["minutesTemplates"].as_array().expect("templates").clone();
        assert!(names.iter().all(|it| it["name"] != "開発部"), "{names:?}");
        let gone = manager.mutate("createMinutes", from(&meetings[1]), MINUTES).await;
        assert_eq!(gone.refusal(), "NOT_FOUND");
    }

    /// A socket ends with its token, and a token that has ended opens none.
    async fn a_socket_ends_with_its_token(world: &mut World) {
        let cast = Cast::new(world).await;
        let manager = cast.of(Who::Organizer);
        let id = empty(manager, &meetings(&cast).await[0]).await;
        let mut editor = Editor::new(1);
        let unused = ticket(manager).await;
        editor.connect(manager, &id, &ticket(manager).await).await;
        let sql = "update access_token set expires_at = '2026-01-01 00:00:00+00:00'";
        world.database.sql(&cast.org.id, sql);
        assert_eq!(editor.until_closed().await, Some(4401));
        for key in [Key::Bearer, unused] {
            editor.try_connect(manager, &id, &key, None).await.expect("a socket");
            assert_eq!(editor.until_closed().await, Some(4401), "{key:?}");
        }
    }
}
