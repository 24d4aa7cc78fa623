//! What is erased is gone, and what is older than it is kept goes by itself.

use taiwa_tests::{
    Answer, Caller, Engine, Value, World, both,
    cast::{Cast, Who},
    json, wait,
};

async fn item(caller: &Caller, pair: &Value, text: &str) -> Value {
    let input = json!({"pairId": pair["id"], "text": text});
    caller.mutate("addAgendaItem", input, "agendaItem { id }").await.done()["agendaItem"].clone()
}

async fn erase(caller: &Caller, person: &str) -> Answer {
    let selection = "person { displayName number email status }";
    caller.mutate("erasePerson", json!({"personId": person}), selection).await
}

/// Rows of a tenant's alone: SQLite's files hold the other one's too.
const OURS: &str = "organization_id = (select id from organization where key = 'acme')";

/// Whether a text stands in what names people.
fn stands(world: &World, tenant: &str, text: &str) -> bool {
    let inside = match world.engine() {
        Engine::Sqlite => format!("instr(plan, '{text}') > 0"),
        Engine::Postgres => format!("position('{text}'::bytea in plan) > 0"),
    };
    [
        format!("select number from person where {OURS} and number like '%{text}%'"),
        format!(
            "select id from person_profile where {OURS} and family_name || given_name \
             || display_name || search_text || coalesce(email, '') like '%{text}%'"
        ),
        format!("select plan_hash from org_import where {OURS} and {inside}"),
    ]
    .iter()
    .any(|sql| !world.database.sql(tenant, sql).is_empty())
}

both! {
    /// Somebody who left is erased: their name, their own notes and their ways in are gone; what
    /// they shared stays for the other.
    async fn a_person_who_left_is_erased_and_the_other_keeps_what_was_shared(world: &mut World) {
        let cast = Cast::new(world).await;
        let pair = cast.pair().await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let keys = cast.of(Who::Administrator);
        item(report, &pair, "shared by the report").await;
        let draft = json!({"pairId": pair["id"], "text": "never shown", "draft": true});
        report.mutate("addAgendaItem", draft, "agendaItem { id }").await.done();
        report.mutate("addPrivateNote", json!({"text": "mine"}), "privateNote { id }").await.done();
        let rio = report.person("R1").await;

        // Not while they are employed, and not by others than administrators.
        assert_eq!(erase(keys, &rio).await.refusal(), "CONFLICT");
        assert_eq!(erase(cast.of(Who::Hr), &rio).await.refusal(), "NOT_FOUND");
        let upload = keys.upload("left.csv", "number,name,left\nR1,Rio Report,2026-01-30\n").await;
        let made = keys
            .mutate("previewImport", json!({"uploadId": upload}), "orgImport { id planHash }")
            .await
            .done();
        let import = json!({"importId": made["orgImport"]["id"], "planHash": made["orgImport"]["planHash"]});
        keys.mutate("applyImport", import, "orgImport { state }").await.done();
        world.settle(keys).await;
        assert!(stands(world, &cast.org.id, "Rio"), "what is looked for is found before");

        let erased = erase(keys, &rio).await.done()["person"].clone();
        assert_eq!(erased["displayName"], "(erased)");
        assert_eq!(erased["email"], Value::Null);
        assert_eq!(erase(keys, &rio).await.done()["person"], erased, "once more is the same");
        for text in ["Rio", "r1@example.com"] {
            assert!(!stands(world, &cast.org.id, text), "{text}");
        }
        assert_eq!(report.ask("{ viewer { roles } }", json!({})).await.status, 401);

        let query = "query($id: ID!) { node(id: $id) { ... on Pair { \
                     openItems { text author { displayName } } } } }";
        let open = manager.ask(query, json!({"id": pair["id"]})).await.data();
        let open = open["node"]["openItems"].as_array().expect("items").clone();
        assert_eq!(open.len(), 1, "{open:?}");
        assert_eq!(open[0]["text"], "shared by the report");
        assert_eq!(open[0]["author"]["displayName"], "(erased)");

        let imports = "{ imports(first: 5) { nodes { counts { people } changes(first: 5) { nodes { number } } } } }";
        let imports = keys.query(imports).await["imports"]["nodes"].clone();
        assert!(!imports[0]["counts"]["people"].is_null(), "{imports}");
        assert!(imports[0]["changes"]["nodes"].as_array().is_some_and(Vec::is_empty), "{imports}");
    }

    /// What was closed longer ago than content is kept goes; what is open or newer stays.
    async fn what_is_older_than_it_is_kept_goes(world: &mut World) {
        let cast = Cast::new(world).await;
        let pair = cast.pair().await;
        let (manager, keys) = (cast.of(Who::Organizer), cast.of(Who::Administrator));
        let old = item(manager, &pair, "old").await;
        let new = item(manager, &pair, "new").await;
        item(manager, &pair, "open").await;
        for it in [&old, &new] {
            let input = json!({"agendaItemId": it["id"]});
            manager.mutate("discussAgendaItem", input, "agendaItem { id }").await.done();
        }
        let comment = json!({"agendaItemId": old["id"], "text": "on the old one"});
        manager.mutate("commentAgendaItem", comment, "agendaItem { id }").await.done();
        manager.mutate("addPrivateNote", json!({"text": "a note"}), "privateNote { id }").await.done();
        let tenant = &cast.org.id;
        let past = match world.engine() {
            Engine::Sqlite => "'2020-01-01T00:00:00+00:00'",
            Engine::Postgres => "timestamptz '2020-01-01T00:00:00+00:00'",
        };
        // The first that was closed, and every note, were long ago.
        world.database.sql(tenant, &format!(
            "update agenda_item set closed_at = {past} where closed_at = \
             (select min(closed_at) from agenda_item where {OURS})"
        ));
        world.database.sql(tenant, &format!("update note set updated_at = {past} where {OURS}"));

        let wrong = json!({"contentMonths": 2, "version": 0});
        let selection = "retention { contentMonths version }";
        assert_eq!(keys.mutate("setRetention", wrong, selection).await.refusal(), "INVALID");
        let months = json!({"contentMonths": 3, "version": 0});
        let set = keys.mutate("setRetention", months.clone(), selection).await.done();
        assert_eq!(set["retention"]["contentMonths"], 3);
        assert_eq!(keys.mutate("setRetention", months, selection).await.refusal(), "STALE");

        let left = async |table: &str| {
            let sql = format!("select count(*) as found from {table} where {OURS}");
            world.database.sql(tenant, &sql)[0]["found"].as_i64().expect("a count")
        };
        wait::until("the old to be gone", async || {
            (left("agenda_item").await == 2 && left("note").await == 0).then_some(())
        })
        .await;
        assert_eq!(left("agenda_comment").await, 0);
        let query = "query($id: ID!) { node(id: $id) { ... on AgendaItem { text } } }";
        assert_eq!(manager.ask(query, json!({"id": old["id"]})).await.data()["node"], Value::Null);
        let kept = manager.ask(query, json!({"id": new["id"]})).await.data();
        assert_eq!(kept["node"]["text"], "new");
    }
}
