//! Two tenants in one database never see or touch each other.

use taiwa_tests::{
    Caller, Value, World, answer, both,
    cast::{Cast, Who},
    json,
    world::{monday_after, today},
};

/// Every id of an organization that its own people can come by.
async fn ids(cast: &Cast) -> Vec<(String, String)> {
    let office = "{ organization { id } departments(topOnly: false) { id } \
        people(first: 100) { edges { node { id } } } \
        plans { edges { node { id } } } imports { edges { node { id } } } \
        jobs { edges { node { id } } } cadencePolicies { id } }";
    let own = "{ viewer { pairs { id nextMeetings(first: 20) { id } } pairRequests { id } \
        statusLooks { edges { node { id } } } } organization { reservedWindows { id } } }";
    let mut found = Vec::new();
    collect(&cast.of(Who::Hr).query(office).await, &mut found);
    for who in [Who::Organizer, Who::Partner, Who::Above] {
        collect(&cast.of(who).query(own).await, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

fn collect(value: &Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(fields) => {
            if let Some(id) = fields.get("id").and_then(Value::as_str) {
                let (kind, _) = id.rsplit_once('_').expect("a prefix");
                into.push((kind.to_owned(), id.to_owned()));
            }
            fields.values().for_each(|field| collect(field, into));
        }
        _ => {}
    }
}

/// One of everything that has an id.
async fn furnish(cast: &Cast) {
    let (hr, keys) = (cast.of(Who::Hr), cast.of(Who::Administrator));
    let cadence = json!({"everyWeeks": 2, "minutes": 30});
    let policy = json!({"scope": "ORGANIZATION", "cadence": cadence, "reason": "ours"});
    hr.mutate("addCadencePolicy", policy, "cadencePolicy { id }").await.done();
    let window = json!({"name": "ours", "window": {"weekday": 3, "from": "15:00", "to": "17:00"}});
    hr.mutate("reserveWindow", window, "reservedWindow { id }").await.done();
    let upload = keys.upload("a.csv", "number,name\nR1,Rio Report\n").await;
    keys.mutate("previewImport", json!({"uploadId": upload}), "orgImport { id }").await.done();
    let (organizer, partner) = (keys.person("M1").await, keys.person("R1").await);
    let day = today(keys).await;
    let request =
        json!({"kind": "PEER", "organizerId": organizer, "partnerId": partner, "startsOn": day});
    cast.of(Who::Partner).mutate("requestPair", request, "pairRequest { id }").await.done();
    // The manager's manager looks, which the two can see.
    cast.of(Who::Above).query("{ person(number: \"R1\") { managerPair { id } } }").await;
}

/// Every mutation that takes an id, with foreign ids in each place.
async fn tries(
    caller: &Caller,
    foreign: &dyn Fn(&str) -> Value,
    own: &dyn Fn(&str) -> Value,
) -> Vec<(String, Value)> {
    let day = today(caller).await;
    let hash = "0".repeat(64);
    let cadence = json!({"everyWeeks": 1, "minutes": 60});
    let window = json!({"weekday": 1, "from": "10:00", "to": "11:00"});
    let pair = |organizer: Value, partner: Value| json!({"kind": "PEER", "organizerId": organizer, "partnerId": partner, "startsOn": day});
    [
        ("addCadencePolicy", json!({"scope": "PAIR", "pairId": foreign("pair"), "cadence": cadence, "reason": "theirs"})),
        ("addCadencePolicy", json!({"scope": "DEPARTMENT", "departmentId": foreign("department"), "cadence": cadence, "reason": "theirs"})),
        ("endCadencePolicy", json!({"policyId": foreign("cadence_policy"), "version": 1, "lastDay": day})),
        ("answerPairRequest", json!({"requestId": foreign("pair_request"), "accept": true})),
        ("requestPair", pair(foreign("person"), own("viewer"))),
        ("requestPair", pair(own("viewer"), foreign("person"))),
        ("previewImport", json!({"uploadId": foreign("upload")})),
        ("applyImport", json!({"importId": foreign("import"), "planHash": hash})),
        ("applyPlan", json!({"planId": foreign("plan"), "hash": hash})),
        ("reserveWindow", json!({"name": "theirs", "departmentId": foreign("department"), "window": window})),
        ("releaseWindow", json!({"reservedWindowId": foreign("reserved_window")})),
        ("setRole", json!({"personId": foreign("person"), "role": "HR", "held": true})),
    ]
    .map(|(name, input)| (name.to_owned(), input))
    .to_vec()
}

/// The rows of a tenant that a stranger could have changed.
fn everything(world: &World, tenant: &str) -> Vec<Value> {
    let tables = [
        "cadence_policy",
        "pair_request",
        "org_import",
        "plan",
        "reserved_window",
        "role_assignment",
        "person",
        "meeting",
        "calendar_block",
        "status_look",
    ];
    let counts: Vec<String> = tables.iter().map(|it| format!("(select count(*) from {it} where organization_id in (select id from organization where key = 'acme')) as {it}")).collect();
    world.database.sql(tenant, &format!("select {}", counts.join(", ")))
}

both! {
    /// Ids of one organization are nothing to the other: in reads, in filters, in every input.
    async fn ids_of_one_are_nothing_to_the_other(world: &mut World) {
        let cast = Cast::new(world).await;
        furnish(&cast).await;
        world.settle(cast.of(Who::Hr)).await;
        let ids = ids(&cast).await;
        let kinds: std::collections::BTreeSet<&str> = ids.iter().map(|(kind, _)| kind.as_str()).collect();
        let expected = ["cadence_policy", "department", "import", "job", "look", "meeting", "organization", "pair", "pair_request", "person", "plan", "reserved_window"];
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
        let before = everything(world, &cast.org.id);

        let upload = cast.of(Who::Administrator).upload("a.csv", "number,name\nR1,Rio Report\n").await;
        let foreign = |kind: &str| match kind {
            "upload" => json!(upload),
            kind => json!(ids.iter().find(|(it, _)| it == kind).expect("an id").1),
        };
        for (number, role) in [("A1", "administrator"), ("H1", "hr"), ("M1", "hr"), ("D1", "hr")] {
            let caller = world.person(&cast.other, number, Some(role));
            for chunk in ids.chunks(100) {
                let chunk: Vec<&str> = chunk.iter().map(|(_, id)| id.as_str()).collect();
                let data = caller.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({"ids": chunk})).await.data();
                let nodes = data["nodes"].as_array().expect("nodes");
                assert!(nodes.len() == chunk.len() && nodes.iter().all(Value::is_null), "{number}: {data}");
            }
            let query = "query($person: ID!, $department: ID!) { person(id: $person) { id } \
                m: people(filter: {managerId: $person}, first: 100) { edges { node { id } } } \
                d: people(filter: {departmentId: $department}, first: 100) { edges { node { id } } } \
                all: people(first: 100) { edges { node { id } } } }";
            for (kind, id) in ids.iter().filter(|(kind, _)| kind == "person" || kind == "department") {
                let other = foreign(if kind == "person" { "department" } else { "person" });
                let (person, department) = if kind == "person" { (json!(id), other) } else { (other, json!(id)) };
                let data = caller.ask(query, json!({"person": person, "department": department})).await.data();
                assert!(data["person"].is_null(), "{data}");
                assert!(answer::nodes(&data["m"]).is_empty() && answer::nodes(&data["d"]).is_empty(), "{data}");
                let all = answer::nodes(&data["all"]);
                assert_eq!(all.len(), 10);
                assert!(all.iter().all(|it| !ids.iter().any(|(_, id)| it["id"] == id.as_str())), "{all:?}");
            }
            let me = caller.person(number).await;
            for (name, input) in tries(&caller, &foreign, &|_| json!(me)).await {
                let refused = caller.mutate(&name, input.clone(), "__typename").await.payload();
                let code = &refused["userErrors"][0]["code"];
                // A reference to what is not there is refused by the database itself.
                let expected = if name == "reserveWindow" { vec!["NOT_FOUND", "CONFLICT"] } else { vec!["NOT_FOUND"] };
                assert!(expected.iter().any(|it| code == it), "{number}: {name} {input}: {refused}");
            }
        }
        assert_eq!(before, everything(world, &cast.org.id), "a stranger changed something");
    }

    /// What one organization does leaves the other's plans, pairs and calendars as they are.
    async fn changes_of_one_leave_the_other_alone(world: &mut World) {
        let cast = Cast::new(world).await;
        let theirs = world.person(&cast.other, "M1", None);
        let query = "{ viewer { pairs { id episodes { from until } nextMeetings(first: 20) { id version slot { startsAt } } } } \
            organization { holidays(from: \"2030-01-01\", until: \"2030-12-31\") { day } reservedWindows { id } } \
            person(number: \"R1\") { id manager { number } displayName } }";
        let before = theirs.query(query).await;
        let office = cast.of(Who::Administrator);
        let file = world.file("change.csv", "number,given name,family name,manager number\nR1,Other,Name,M2\n");
        world.import(&cast.org, &file, &[]);
        office.mutate("setHoliday", json!({"day": "2030-02-02", "name": "ours"}), "__typename").await.done();
        furnish(&cast).await;
        world.settle(office).await;
        world.plan(cast.of(Who::Hr), monday_after(today(office).await), 3).await;
        let ours = cast.of(Who::Organizer).query(query).await;
        assert_eq!(ours["person"]["manager"]["number"], "M2");
        assert_eq!(theirs.query(query).await, before);
    }
}
