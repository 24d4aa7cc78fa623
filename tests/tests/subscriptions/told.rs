//! What is told, and to whom.

use taiwa_tests::{
    answer, both,
    cast::{Cast, Who},
    editor::{Editor, Key},
    json,
    live::{Events, Socket, cursor},
};

use super::{CHANGES, act, agenda};

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
