//! The key ring turns: another key seals, the former one is taken out, and nothing is lost.

use std::path::Path;

use taiwa_tests::{
    Caller, Ran, Value, World,
    answer::text,
    binary, both,
    cast::{Cast, Who},
    json,
};

/// Runs `taiwa keys` on files alone.
fn keys(args: &[&str]) -> Ran {
    Ran::of(binary::command().args(["keys", "--json"]).args(args))
}

fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Starts the server anew, with another ring.
async fn restart(world: &mut World, ring: &Path) {
    world.kill();
    world.turn(ring.to_path_buf());
    world.start().await;
}

async fn add(caller: &Caller, pair: &Value, words: &str) {
    let input = json!({"pairId": pair["id"], "text": words});
    caller.mutate("addAgendaItem", input, "agendaItem { id }").await.done();
}

/// What stands on a pair's agenda.
async fn agenda(caller: &Caller, pair: &Value) -> Vec<String> {
    let query = "query($id: ID!) { node(id: $id) { ... on Pair { openItems { text } } } }";
    let data = caller.ask(query, json!({"id": pair["id"]})).await.data();
    data["node"]["openItems"]
        .as_array()
        .expect("items")
        .iter()
        .map(|it| text(&it["text"]))
        .collect()
}

both! {
    /// Add, activate, reseal, remove: at each step all that was written is read, by the servers of
    /// that step and of the one before, and in the end without the first key.
    async fn a_ring_turns_and_nothing_is_lost(world: &mut World) {
        let cast = Cast::new(world).await;
        let pair = cast.pair().await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        add(manager, &pair, "before").await;
        report.mutate("addPrivateNote", json!({"text": "mine"}), "privateNote { id }").await.done();

        let first = world.keys();
        let [added, activated, removed] =
            ["added", "activated", "removed"].map(|name| world.folder.path().join(name));
        let old = text(&keys(&["list", path(&first)]).json()[0]["id"]);
        let made = keys(&["add", path(&first), path(&added)]).json();
        let new = text(&made["keys"][1]);
        assert_eq!(made["active"], json!(old));

        // Every replica knows the new key before one of them seals by it.
        restart(world, &added).await;
        let made = keys(&["activate", path(&added), &new, path(&activated)]).json();
        assert_eq!(made["active"], json!(new));
        world.turn(activated.clone());
        let further = world.start_another().await;
        let there = manager.at(&further.base);
        add(&there, &pair, "by the new key").await;
        assert_eq!(agenda(manager, &pair).await, ["before", "by the new key"]);
        add(manager, &pair, "by the old key").await;
        assert_eq!(agenda(&there, &pair).await.len(), 3);
        drop(further);

        // What the former key sealed is told, and keeps it in the ring.
        restart(world, &activated).await;
        let (code, message) =
            world.cli(&["keys", "remove", path(&activated), &old, path(&removed)]).error();
        assert_eq!(code, "key_ring");
        assert!(message.contains("keys reseal"), "{message}");
        let (_, message) = keys(&["remove", path(&activated), &new, path(&removed)]).error();
        assert!(message.contains("active"), "{message}");
        assert!(!removed.exists());

        let resealed = world.cli(&["keys", "reseal"]).json();
        assert!(resealed["resealed"].as_u64().expect("a count") >= 2, "{resealed}");
        assert_eq!(world.cli(&["keys", "reseal"]).json()["resealed"], 0, "it is done");
        assert_eq!(agenda(report, &pair).await.len(), 3);
        world.cli(&["keys", "remove", path(&activated), &old, path(&removed)]).json();

        restart(world, &removed).await;
        assert_eq!(manager.ask("{ viewer { person { id } } }", json!({})).await.status, 401);
        let manager = world.person(&cast.org, "M1", None);
        let report = world.person(&cast.org, "R1", None);
        assert_eq!(agenda(&manager, &pair).await.len(), 3);
        let notes = report.query("{ viewer { privateNotes(first: 9) { nodes { text } } } }").await;
        assert!(notes.to_string().contains("mine"), "{notes}");
        // The first ring opens none of it any more.
        world.turn(first);
        let (_, message) = world.cli(&["keys", "reseal"]).error();
        assert!(message.contains("does not have"), "{message}");
    }
}
