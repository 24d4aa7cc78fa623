//! Jobs survive whatever happens to their workers, and are done once.

use taiwa_tests::{
    Caller, Org, Value, World, answer, both,
    cast::{COMPANY, Cast, Who},
    json, wait,
    world::{fixture, monday_after, today},
};

/// Jobs that always wait for their time.
const WAITING: &str = "'close_insight', 'forget_changes', 'send_reminders'";

/// Lets the leases of workers that are gone run out: two minutes pass.
fn let_leases_end(world: &World, tenant: &str) {
    world.database.sql(
        tenant,
        "update job set lease_until = null where done_at is null and lease_until is not null",
    );
}

/// Rows of a tenant's table, with what else is asked of them.
fn count(world: &World, org: &Org, table: &str, also: &str) -> i64 {
    let sql = format!(
        "select count(*) as found from {table} where organization_id = \
         (select id from organization where key = '{}') and {also}",
        org.key
    );
    world.database.sql(&org.id, &sql)[0]["found"].as_i64().expect("a number")
}

/// What must hold once all is quiet: everything once.
fn check(world: &World, org: &Org, pairs: i64) {
    let count = |table: &str, also: &str| count(world, org, table, also);
    let meetings = count("meeting", "starts_at is not null");
    assert!(meetings > 0 || count("plan", "true") == 0);
    assert_eq!(count("pair", "true"), pairs);
    assert_eq!(count("pair_episode", "true"), pairs);
    assert_eq!(count("meeting", "status = 'planned'"), 0, "a slot without its holds");
    let holds = count("calendar_block", "kind = 'hold'");
    assert_eq!(holds, 2 * meetings, "a hold for each of the two, once");
    // Figures wait for their Monday, old changes to be forgotten, and reminders for their time, once
    // each; nothing else is left.
    let left = format!("kind not in ({WAITING}) and (done_at is null or failed_at is not null)");
    assert_eq!(count("job", &left), 0);
    for kind in WAITING.split(", ") {
        assert!(count("job", &format!("kind = {kind}")) <= 1, "{kind}");
    }
    assert!(count("plan", "state = 'applied'") <= 1);
}

async fn preview_and_apply_import(caller: &Caller, content: Vec<u8>) {
    let upload = caller.upload("a.csv", content).await;
    let made = caller
        .mutate("previewImport", json!({"uploadId": upload}), "orgImport { id planHash }")
        .await
        .done();
    let input =
        json!({"importId": made["orgImport"]["id"], "planHash": made["orgImport"]["planHash"]});
    caller.mutate("applyImport", input, "orgImport { state }").await.done();
}

both! {
    /// The server dies at once after it said yes, three times: what it promised is done by the next.
    async fn a_killed_server_loses_nothing_and_doubles_nothing(world: &mut World) {
        let org = world.company("acme", "number,name,joined\n100,Steven King,2013-06-17\n").await;
        let keys = world.person(&org, "100", Some("administrator"));
        let content = std::fs::read(fixture("oracle_hr.csv")).expect("the fixture");
        preview_and_apply_import(&keys, content).await;
        world.kill();
        assert!(keys.try_ask("{ __typename }", json!({})).await.is_none(), "it is gone");
        assert_eq!(count(world, &org, "person", "true"), 107, "what was answered was committed");
        let_leases_end(world, &org.id);
        world.start().await;
        world.settle(&keys).await;
        check(world, &org, 106);

        let monday = monday_after(today(&keys).await);
        let made = keys.mutate("previewPlan", json!({"from": monday}), "plan { id hash placedCount }").await.done();
        let input = json!({"planId": made["plan"]["id"], "hash": made["plan"]["hash"]});
        keys.mutate("applyPlan", input, "plan { state }").await.done();
        // In the middle: some meetings have their holds, others not yet, if it can be caught.
        world.kill();
        let_leases_end(world, &org.id);
        world.start().await;
        world.settle(&keys).await;
        check(world, &org, 106);
        assert_eq!(count(world, &org, "meeting", "starts_at is not null"), made["plan"]["placedCount"].as_i64().expect("a number"));

        let cadence = json!({"everyWeeks": 1, "minutes": 20});
        let policy = json!({"scope": "ORGANIZATION", "cadence": cadence, "reason": "closer"});
        keys.mutate("addCadencePolicy", policy, "cadencePolicy { id }").await.done();
        wait::until("a job that someone works on, or all done", async || {
            let open = format!("kind not in ({WAITING}) and done_at is null and lease_until is null");
            let open = count(world, &org, "job", &open);
            (open == 0).then_some(())
        })
        .await;
        world.kill();
        let_leases_end(world, &org.id);
        world.start().await;
        world.settle(&keys).await;
        check(world, &org, 106);
        assert_eq!(count(world, &org, "meeting", "status = 'scheduled' and minutes = 20"), 106 * 13 - count(world, &org, "meeting", "status = 'skipped'"));
    }

    /// A job whose worker died is not touched before its lease ends, and then taken up.
    async fn a_lease_keeps_others_away_until_it_ends(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        world.settle(&keys).await;
        world.kill();
        let id = world.database.sql(&org.id, "select id from job limit 1")[0]["id"].clone();
        assert!(id.is_string());
        // As a worker that died a moment ago leaves it.
        world.database.sql(&org.id, "update job set done_at = null, attempts = 1, lease_until = '2999-01-01T00:00:00+00:00'");
        world.start().await;
        let states = async || {
            let data = keys.query("{ jobs { edges { node { state attempts } } } }").await;
            answer::nodes(&data["jobs"])
        };
        assert!(states().await.iter().all(|job| job["state"] == "RUNNING" && job["attempts"] == 1), "{:?}", states().await);
        // A worker that claimed anything would have claimed these first: this one is done alone.
        let window = json!({"name": "w", "window": {"weekday": 1, "from": "10:00", "to": "11:00"}});
        keys.mutate("reserveWindow", window, "__typename").await.done();
        wait::until("the later job", async || {
            states().await.iter().any(|job| job["state"] == "DONE").then_some(())
        })
        .await;
        assert!(states().await.iter().any(|job| job["state"] == "RUNNING" && job["attempts"] == 1));
        let_leases_end(world, &org.id);
        world.settle(&keys).await;
        assert!(states().await.iter().any(|job| job["state"] == "DONE" && job["attempts"] == 2), "{:?}", states().await);
    }

    /// Several replicas on one database: each job is done by one of them.
    async fn servers_share_a_queue_without_doubles(world: &mut World) {
        let cast = Cast::new(world).await;
        let others = [world.start_another().await, world.start_another().await];
        let hr = cast.of(Who::Hr);
        let callers: Vec<Caller> = std::iter::once(hr.clone()).chain(others.iter().map(|server| hr.at(&server.base))).collect();
        let pairs: Vec<Value> = callers[1].query("{ people(first: 100) { edges { node { id number } } } }").await["people"]["edges"].as_array().expect("people").clone();
        assert_eq!(pairs.len(), 10);
        let mut running = Vec::new();
        for turn in 0..12_usize {
            let caller = callers[turn % callers.len()].clone();
            running.push(tokio::spawn(async move {
                let minutes = [20, 30, 45, 60][turn % 4];
                let cadence = json!({"everyWeeks": 1 + turn % 3, "minutes": minutes});
                let policy = json!({"scope": "ORGANIZATION", "cadence": cadence, "reason": format!("turn {turn}")});
                caller.mutate("addCadencePolicy", policy, "cadencePolicy { id }").await.done();
            }));
        }
        for one in running {
            one.await.expect("a policy");
        }
        world.settle(hr).await;
        check(world, &cast.org, 9);
        // All planned by the rule that won, wherever it was planned.
        let pair = cast.pair().await["id"].clone();
        let query = "query($id: ID!) { node(id: $id) { ... on Pair { effectiveCadence { cadence { minutes } } \
            nextMeetings(first: 20) { minutes } } } }";
        let data = cast.of(Who::Partner).at(&others[0].base).ask(query, json!({"id": pair})).await.data();
        let minutes = data["node"]["effectiveCadence"]["cadence"]["minutes"].clone();
        let meetings = data["node"]["nextMeetings"].as_array().expect("meetings");
        assert!(!meetings.is_empty() && meetings.iter().all(|it| it["minutes"] == minutes), "{data}");
    }
}
