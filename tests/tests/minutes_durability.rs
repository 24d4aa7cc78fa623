//! Nothing that was acknowledged is lost, and replicas hear each other.

use taiwa_tests::{
    Caller, Engine, World, answer, both,
    cast::{Cast, Who},
    editor::{Editor, Key},
    json,
};

async fn minutes(cast: &Cast, meeting: usize) -> String {
    let pair = cast.pair().await;
    let input = json!({"meetingId": pair["nextMeetings"][meeting]["id"], "shape": "TEXT",
                       "isEmpty": true});
    let manager = cast.of(Who::Organizer);
    let made = manager.mutate("createMinutes", input, "minutes { id }").await.done();
    answer::text(&made["minutes"]["id"])
}

/// Types numbered words and asks after each few whether they are stored; returns the words whose
/// answer came before the end, and the editor with all of them.
async fn types(caller: Caller, id: String, client: u64, words: usize) -> (Vec<String>, Editor) {
    let mut editor = Editor::new(client);
    editor.connect(&caller, &id, &Key::Bearer).await;
    let (mut sent, mut acknowledged) = (Vec::new(), Vec::new());
    for n in 0..words {
        let word = format!("<{client}.{n}>");
        editor.push(&word).await;
        sent.push(word);
        if n % 5 == 4 {
            if !editor.sync().await {
                break;
            }
            acknowledged.append(&mut sent);
        }
    }
    (acknowledged, editor)
}

both! {
    /// Ten editors write a thousand words; in the middle of it the server is killed. Every word
    /// whose answer came is there afterwards, once; and when the editors come back, everything is.
    async fn a_killed_server_loses_nothing_it_acknowledged(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let id = minutes(&cast, 0).await;
        let writers: Vec<_> = (0..10)
            .map(|n| {
                let caller = if n % 2 == 0 { manager.clone() } else { report.clone() };
                tokio::spawn(types(caller, id.clone(), n + 1, 100))
            })
            .collect();
        // Somebody who watches kills it once enough was written.
        let mut watcher = Editor::new(99);
        watcher.connect(manager, &id, &Key::Bearer).await;
        watcher.until("a few hundred words", |it| it.matches('<').count() >= 300).await;
        world.kill();
        let mut written = Vec::new();
        for writer in writers {
            written.push(writer.await.expect("a writer"));
        }
        let acknowledged: Vec<&String> = written.iter().flat_map(|(words, _)| words).collect();
        assert!(acknowledged.len() < 1_000, "everything was written before the end");
        world.start().await;

        let query = "query($id: ID!) { node(id: $id) { ... on Minutes { markdown } } }";
        let data = manager.ask(query, json!({"id": id})).await.data();
        let text = answer::text(&data["node"]["markdown"]);
        for word in &acknowledged {
            assert_eq!(text.matches(word.as_str()).count(), 1, "{word} was lost or doubled");
        }
        // What the watcher was shown is there as well: nobody sees what may be lost.
        for word in watcher.text().split_inclusive('>') {
            assert_eq!(text.matches(word).count(), 1, "{word} was shown and lost");
        }
        for (n, (_, editor)) in written.iter_mut().enumerate() {
            let caller = if n % 2 == 0 { manager } else { report };
            editor.connect(caller, &id, &Key::Bearer).await;
        }
        let all: Vec<String> = written.iter().map(|(_, editor)| editor.text()).collect();
        let (_, last) = written.last_mut().expect("an editor");
        for text in all {
            for word in text.split_inclusive('>').map(str::to_owned).collect::<Vec<_>>() {
                last.until("every word", |it| it.contains(&word)).await;
                assert_eq!(last.text().matches(&word).count(), 1, "{word}");
            }
        }
    }
}

/// Two servers on one database: each one's people see the other's words at once, and what one
/// forbids the other forbids.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_hear_each_other() {
    World::run(Engine::Postgres, async |world| {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let other = world.start_another().await;
        let there = report.at(&other.base);
        let id = minutes(&cast, 0).await;
        let (mut one, mut two) = (Editor::new(1), Editor::new(2));
        one.connect(manager, &id, &Key::Bearer).await;
        two.connect(&there, &id, &Key::Bearer).await;
        for n in 0..50 {
            one.push(&format!("<1.{n}>")).await;
            two.push(&format!("<2.{n}>")).await;
        }
        let all = |it: &str| it.matches('<').count() == 100;
        one.until("both's words", all).await;
        two.until("both's words", all).await;
        assert_eq!(one.text(), two.text());
        // As Markdown, through the other one.
        let input = json!({"minutesId": id, "markdown": "短く"});
        there.mutate("writeMinutes", input, "minutes { id }").await.done();
        one.until("what was written there", |it| it == "短く").await;
        // A ticket that one has made the other takes, once.
        let key = taiwa_tests::editor::ticket(manager).await;
        let mut three = Editor::new(3);
        three.connect(&manager.at(&other.base), &id, &key).await;
        let mut four = Editor::new(4);
        four.try_connect(manager, &id, &key, None).await.expect("a socket");
        assert_eq!(four.until_closed().await, Some(4401));
        // Tokens that are revoked here close sockets there.
        report.query("mutation { revokeMyTokens { revoked } }").await;
        assert_eq!(two.until_closed().await, Some(4401));
    })
    .await;
}
