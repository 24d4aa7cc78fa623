//! From a cursor on nothing is missing.

use taiwa_tests::{
    Engine, World, answer, both,
    cast::{Cast, Who},
    json,
    live::{Events, Socket, cursor},
};

use super::{CHANGES, act};

both! {
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
