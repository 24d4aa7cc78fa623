//! Role × operation × relation, over HTTP: every field of the roots has its row, and
//! every field that leads from what everyone may see to what few may see is known here.

mod authorization_table;

use std::collections::{BTreeMap, BTreeSet};

use authorization_table::{
    CASES, Class, DOORS, Stage, class,
    tells::{OWN_NOTES, TELLS},
};
use taiwa_tests::{
    Answer, Caller, Value, World, answer, binary, both,
    cast::{Cast, Who, numbers},
    cli::Ran,
    json, sdl,
    smtp::Smtp,
};

fn schema() -> BTreeMap<String, Vec<sdl::Field>> {
    let printed = Ran::of(binary::command().args(["schema", "--json"])).json();
    sdl::objects(printed["sdl"].as_str().expect("the schema"))
}

/// A new operation without a row here is a failure, and so is a row without an operation.
#[test]
fn every_operation_has_a_case() {
    let schema = schema();
    let mut offered: Vec<String> = ["Query", "Mutation", "Subscription"]
        .into_iter()
        .flat_map(|root| schema[root].iter().map(move |field| format!("{root}.{}", field.name)))
        .collect();
    let mut covered: Vec<String> = CASES.iter().map(|case| case.field.to_owned()).collect();
    offered.sort();
    covered.sort();
    covered.dedup();
    assert_eq!(offered, covered);
    assert!(offered.len() > 25, "the schema was not read: {offered:?}");
}

/// A new type must be put into a class, and a new way from one class into another must be known
/// and looked at below.
#[test]
fn every_way_between_classes_is_known() {
    let mut found = Vec::new();
    let schema = schema();
    for (name, fields) in &schema {
        let from = class(name).unwrap_or_else(|| panic!("{name} has no class"));
        if from == Class::Root {
            continue;
        }
        for field in fields.iter().filter(|field| schema.contains_key(&field.kind)) {
            let to = class(&field.kind).unwrap_or_else(|| panic!("{} has no class", field.kind));
            if to != from && to != Class::Open {
                found.push(format!("{name}.{}", field.name));
            }
        }
    }
    let mut known = DOORS.map(str::to_owned).to_vec();
    found.sort();
    known.sort();
    assert_eq!(found, known);
}

/// Whether an answer gave what was asked for; fails if it is neither that nor a clean refusal.
#[track_caller]
fn granted(answer: &Answer, who: Who, what: &str) -> bool {
    let refused = if who == Who::Nobody { "UNAUTHENTICATED" } else { "NOT_FOUND" };
    assert_eq!(answer.status, 200, "{what}: {who:?}: {answer:?}");
    if let [code, ..] = &answer.codes()[..] {
        assert_eq!(code, refused, "{what}: {who:?}: {answer:?}");
        return false;
    }
    let data = answer.body["data"].as_object().expect("data");
    let value = data.values().next().expect("one field");
    if let Some(errors) = value["userErrors"].as_array() {
        assert!(errors.iter().all(|it| it["code"] == refused), "{what}: {who:?}: {answer:?}");
        return errors.is_empty();
    }
    match value {
        Value::Array(items) => items.is_empty() || !items.iter().all(Value::is_null),
        value => !value.is_null(),
    }
}

/// Rows whose number or content an operation could change.
fn state(world: &World, cast: &Cast) -> Vec<Value> {
    let counts = [
        "cadence_policy",
        "idempotency_key",
        "org_import",
        "organization_holiday",
        "plan",
        "person",
        "pair_request",
        "reserved_window",
        "role_assignment",
        "upload",
        "agenda_item",
        "agenda_comment",
        "agenda_comment where edited_at is not null",
        "library_question",
        "note",
        "note where reply is not null",
        "safety_text",
        "safety_declaration",
        "safety_declaration where acknowledged_at is not null",
        "agenda_template",
        "library_question where retired_at is null and version = 1",
        "agenda_item where state = 'open' and shared_at is not null",
        "action_item where state = 'open'",
        "calendar_account",
        "calendar_feed",
        "consent_request",
        "defence_consent",
        "guardian_policy",
        "meeting where pinned",
        "meeting_outcome where organizer_word is not null",
        "meeting_outcome where partner_word is not null",
        "meeting_outcome where called_off is not null",
        "minutes",
        "minutes_template",
        "minutes_update",
        "socket_ticket",
        "slot_event",
        "notice where kind = 'test'",
        "notice_preference",
        "slack_connection",
        "series",
        "cadence_policy where valid_until < '9000-01-01'",
        "plan where state = 'applied'",
        "pair_request where organizer_accepted_at is not null and partner_accepted_at is not null",
    ]
    .map(|table| format!("(select count(*) from {table})"));
    let columns: Vec<String> =
        counts.iter().enumerate().map(|(n, count)| format!("{count} as c{n}")).collect();
    [&cast.org, &cast.other]
        .into_iter()
        .flat_map(|org| world.database.sql(&org.id, &format!("select {}", columns.join(", "))))
        .collect()
}

/// A new mutation that nobody thought about is a failure: does it change something that people watch?
#[test]
fn every_mutation_says_what_it_tells() {
    let mut offered: Vec<String> =
        schema()["Mutation"].iter().map(|field| field.name.clone()).collect();
    let mut known: Vec<String> = TELLS.iter().map(|it| it.mutation.to_owned()).collect();
    offered.sort();
    known.sort();
    assert_eq!(offered, known);
}

/// Lines of people's lists, by person and kind.
fn told(world: &World, cast: &Cast) -> BTreeMap<(String, String), i64> {
    let sql = format!(
        "select p.number as number, c.kind as kind, count(*) as lines from change c \
         join person p on p.organization_id = c.organization_id and p.id = c.person_id \
         where c.organization_id = {} group by p.number, c.kind",
        world.database.id(&cast.org.id)
    );
    let rows = world.database.sql(&cast.org.id, &sql);
    let text = |row: &Value, name: &str| answer::text(&row[name]);
    let line = |row: &Value| {
        ((text(row, "number"), text(row, "kind")), row["lines"].as_i64().expect("a count"))
    };
    rows.iter().map(line).collect()
}

both! {
    /// Each mutation tells the kinds that the table says and no others, and what the two share is
    /// told to both.
    async fn every_mutation_tells_what_the_table_says(world: &mut World) {
        let smtp = Smtp::start();
        world.configure_google();
        world.configure_mail(&smtp);
        world.kill();
        world.start().await;
        let cast = Cast::new(world).await;
        let stage = Stage::set(world, &cast).await;
        for case in CASES.iter().filter(|case| case.field.starts_with("Mutation.")) {
            let what = format!("{} {}", case.field, case.what);
            let name = case.field.trim_start_matches("Mutation.");
            let tells = TELLS.iter().find(|it| it.mutation == name).expect("in the table");
            let allowed = |who: &Who| case.allows(*who) && !matches!(who, Who::Nobody | Who::Stranger);
            let who = taiwa_tests::cast::EVERYONE.into_iter().find(allowed).expect("somebody may");
            // What it takes is made first, so that the operation alone is what is told.
            let request = stage.request(world, case, who, cast.of(who), false).await;
            world.settle(cast.of(Who::Hr)).await;
            let before = told(world, &cast);
            let done = request.send(cast.of(who)).await;
            assert!(granted(&done, who, &what), "{what}: {done:?}");
            if name == "revokeMyTokens" {
                break;
            }
            world.settle(cast.of(Who::Hr)).await;
            let after = told(world, &cast);
            let new: BTreeSet<&(String, String)> =
                after.iter().filter(|(line, count)| before.get(line) != Some(count)).map(|(line, _)| line).collect();
            let kinds: BTreeSet<&str> = new.iter().map(|(_, kind)| kind.as_str()).collect();
            for kind in tells.kinds {
                assert!(kinds.contains(kind), "{what}: {kind} was not told: {new:?}");
                let both = ["M1", "R1"].map(|number| new.contains(&(number.to_owned(), (*kind).to_owned())));
                let expected = match *kind {
                    OWN_NOTES | "notices" => new.iter().filter(|it| it.1 == *kind).count() == 1,
                    _ => both == [true, true],
                };
                assert!(expected, "{what}: {kind}: {new:?}");
            }
            let others: Vec<&&str> = kinds.iter().filter(|kind| !tells.kinds.contains(kind) && !tells.later.contains(kind)).collect();
            assert!(others.is_empty(), "{what}: told {others:?} as well: {new:?}");
        }
    }

    /// The table: who may do what to whom, and that a refusal neither tells nor changes anything.
    async fn nobody_does_what_the_table_does_not_grant(world: &mut World) {
        world.configure_google();
        let smtp = Smtp::start();
        world.configure_mail(&smtp);
        world.kill();
        world.start().await;
        let cast = Cast::new(world).await;
        let stage = Stage::set(world, &cast).await;
        for case in CASES {
            let what = format!("{} {}", case.field, case.what);
            // What follows earlier operations is over before the rows are counted.
            if case.field.starts_with("Mutation.") {
                for planner in [Who::Hr, Who::Stranger] {
                    world.settle(cast.of(planner)).await;
                }
            }
            let before = state(world, &cast);
            for (who, caller) in cast.callers().filter(|(who, _)| !case.allows(*who)) {
                let real = stage.request(world, case, who, caller, false).await.send(caller).await;
                assert!(!granted(&real, who, &what), "{what}: {who:?} got {real:?}");
                if case.names_a_thing {
                    let ghost = stage.request(world, case, who, caller, true).await.send(caller).await;
                    assert_eq!(real.body, ghost.body, "{what}: {who:?} can tell it exists");
                }
            }
            assert_eq!(before, state(world, &cast), "{what}: a refusal changed something");
            for (who, caller) in cast.callers().filter(|(who, _)| case.allows(*who)) {
                let real = stage.request(world, case, who, caller, false).await.send(caller).await;
                assert!(granted(&real, who, &what), "{what}: {who:?} was refused: {real:?}");
            }
        }
    }

    /// Everything about a pair and its meetings is for the two and the organizer's manager.
    async fn status_is_seen_by_the_two_and_one_level_above(world: &mut World) {
        let cast = Cast::new(world).await;
        let pair = cast.pair().await;
        let meeting = &pair["nextMeetings"][0];
        assert!(!pair["episodes"][0].is_null() && !meeting["slot"].is_null(), "{pair}");
        let query = "query($pair: ID!, $meeting: ID!) { \
            pair: node(id: $pair) { id ... on Pair { kind organizer { number } episodes { from } \
              effectiveCadence { rule } nextMeetings { id } \
              meetings(first: 5) { edges { node { id skipReason } } } } } \
            meeting: node(id: $meeting) { id ... on Meeting { status slot { startsAt isProtected } \
              pair { id } placement { seriesCost { kind } } } } \
            several: nodes(ids: [$pair, $meeting]) { id } \
            report: person(number: \"R1\") { number managerPair { id } \
              pairs { id nextMeetings { id } } manager { pairs { id } } } }";
        let variables = json!({"pair": pair["id"], "meeting": meeting["id"]});
        for (who, caller) in cast.callers().filter(|(who, _)| *who != Who::Nobody) {
            let data = caller.ask(query, variables.clone()).await.data();
            let may = matches!(who, Who::Organizer | Who::Partner | Who::Above);
            if may {
                assert_eq!(data["pair"]["organizer"]["number"], "M1", "{who:?}: {data}");
                assert_eq!(data["meeting"]["slot"]["isProtected"], true, "{who:?}: {data}");
                assert!(!data["meeting"]["placement"].is_null(), "{who:?}: {data}");
                assert_eq!(data["report"]["managerPair"]["id"], pair["id"], "{who:?}");
                assert_eq!(data["several"][1]["id"], meeting["id"], "{who:?}");
            } else {
                assert!(data["pair"].is_null() && data["meeting"].is_null(), "{who:?}: {data}");
                assert_eq!(data["several"], json!([null, null]), "{who:?}");
                assert!(data["report"]["managerPair"].is_null(), "{who:?}: {data}");
                assert_eq!(data["report"]["pairs"], json!([]), "{who:?}");
            }
            // One level: E0 sees the pair of D1 and M1, whose organizer reports to them, and no other.
            let managers = data["report"]["manager"]["pairs"].as_array().map_or(0, Vec::len);
            let expected = match who {
                // M1 with R1, R2 and their own manager.
                Who::Organizer => 3,
                Who::Partner => 1,
                // The pairs that M1 organizes, and M1's pair with D1 themselves.
                Who::Above => 3,
                Who::TwoAbove => 1,
                _ => 0,
            };
            assert_eq!(managers, expected, "{who:?}: {data}");
        }
    }

    /// Of a slot that was attacked and moved, those who may see the pair's status see how it stands,
    /// and the two alone what happened, where they meet, and what they are told.
    async fn what_happened_to_a_slot_is_for_the_two(world: &mut World) {
        let cast = Cast::new(world).await;
        let (hr, keys) = (cast.of(Who::Hr), cast.of(Who::Administrator));
        let place = json!({"kind": "LINK", "text": "https://meet.example.com/1on1"});
        let policy = json!({"level": "MOVE", "freezeMinutes": 1440, "place": place, "version": 0});
        keys.mutate("setGuardianPolicy", policy, "__typename").await.done();
        let pair = cast.pair().await;
        let meeting = &pair["nextMeetings"][0];
        let at = |field: &str| {
            let text = answer::text(&meeting["slot"][field]);
            text.replace(['-', ':'], "").split('+').next().expect("a time").trim_end_matches('Z').to_owned()
        };
        let ics = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n\
             DTSTART:{}Z\r\nDTEND:{}Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            at("startsAt"), at("endsAt"),
        );
        cast.of(Who::Partner).mutate("importBusyTime", json!({"ics": ics}), "__typename").await.done();
        world.settle(hr).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Meeting { releaseReason place { text } \
            slot { state isPinned interventions isProtected } slotEvents { nodes { id kind message } } } } \
            viewer { notices { nodes { id kind message meeting { id } findings { kind } } } } }";
        for (who, caller) in cast.callers().filter(|(who, _)| *who != Who::Nobody) {
            let data = caller.ask(query, json!({"id": meeting["id"]})).await.data();
            let notices = answer::nodes(&data["viewer"]["notices"]);
            let it = &data["node"];
            match who {
                Who::Organizer | Who::Partner => {
                    assert_eq!(it["slot"]["interventions"], 1, "{who:?}: {it}");
                    assert_eq!(it["place"]["text"], place["text"], "{who:?}: {it}");
                    assert!(answer::nodes(&it["slotEvents"]).len() > 2, "{who:?}: {it}");
                    assert_eq!(notices.len(), 1, "{who:?}: {notices:?}");
                    assert_eq!(notices[0]["meeting"]["id"], meeting["id"]);
                }
                Who::Above => {
                    let slot = json!({"state": "PROTECTED", "isPinned": false, "interventions": 1, "isProtected": true});
                    assert_eq!(it["slot"], slot, "{who:?}: {it}");
                    assert!(it["place"].is_null(), "{who:?}: {it}");
                    assert_eq!(answer::nodes(&it["slotEvents"]), Vec::<Value>::new(), "{who:?}");
                    assert_eq!(notices, Vec::<Value>::new(), "{who:?}");
                }
                _ => {
                    assert!(it.is_null(), "{who:?}: {it}");
                    assert_eq!(notices, Vec::<Value>::new(), "{who:?}");
                }
            }
        }
    }

    /// What the two talk about is theirs alone, whatever anybody's role: of all others nobody learns
    /// even how much of it there is.
    async fn what_two_people_share_is_for_the_two(world: &mut World) {
        let cast = Cast::new(world).await;
        let pair = cast.pair().await;
        let meeting = &pair["nextMeetings"][0];
        let partner = cast.of(Who::Partner);
        let input = json!({"pairId": pair["id"], "text": "a secret"});
        let item = partner.mutate("addAgendaItem", input, "agendaItem { id }").await.done()["agendaItem"]["id"].clone();
        let input = json!({"agendaItemId": item, "text": "a secret comment"});
        partner.mutate("commentAgendaItem", input, "__typename").await.done();
        let input = json!({"pairId": pair["id"], "ownerId": partner.person("R1").await, "text": "a secret action"});
        let action = partner.mutate("addAction", input, "actionItem { id }").await.done()["actionItem"]["id"].clone();
        let query = "query($pair: ID!, $meeting: ID!, $item: ID!, $action: ID!) { \
            pair: node(id: $pair) { ... on Pair { openItems { text comments { text } } actions { nodes { text } } } } \
            meeting: node(id: $meeting) { ... on Meeting { agenda { text } actions { text } } } \
            item: node(id: $item) { ... on AgendaItem { text comments { text } } } \
            action: node(id: $action) { ... on ActionItem { text } } viewer { actions { nodes { text } } } }";
        let variables = json!({"pair": pair["id"], "meeting": meeting["id"], "item": item, "action": action});
        for (who, caller) in cast.callers().filter(|(who, _)| *who != Who::Nobody) {
            let data = caller.ask(query, variables.clone()).await.data();
            match who {
                Who::Organizer | Who::Partner => {
                    let comments = json!([{"text": "a secret comment"}]);
                    assert_eq!(data["pair"]["openItems"], json!([{"text": "a secret", "comments": comments}]), "{who:?}");
                    assert_eq!(data["pair"]["actions"]["nodes"], json!([{"text": "a secret action"}]), "{who:?}");
                    assert_eq!(data["meeting"], json!({"agenda": [{"text": "a secret"}], "actions": [{"text": "a secret action"}]}));
                    assert_eq!(data["action"]["text"], "a secret action", "{who:?}");
                }
                // Who sees the status sees that there is a pair and a meeting.
                Who::Above => {
                    assert_eq!(data["pair"], json!({"openItems": null, "actions": null}));
                    assert_eq!(data["meeting"], json!({"agenda": null, "actions": null}));
                }
                _ => assert!(data["pair"].is_null() && data["meeting"].is_null(), "{who:?}: {data}"),
            }
            if !matches!(who, Who::Organizer | Who::Partner) {
                assert!(data["item"].is_null() && data["action"].is_null(), "{who:?}: {data}");
                assert!(!data.to_string().contains("secret"), "{who:?}: {data}");
            }
            let own = usize::from(who == Who::Partner);
            assert_eq!(answer::nodes(&data["viewer"]["actions"]).len(), own, "{who:?}: {data}");
        }
    }

    /// What is the viewer's own is never anyone else's, whatever their role.
    async fn everyone_sees_their_own_pairs_and_meetings_only(world: &mut World) {
        let cast = Cast::new(world).await;
        let query = "{ viewer { person { number } roles pairRequests { id } \
            pairs { organizer { number } partner { number } } \
            meetings(first: 100) { edges { node { pair { organizer { number } partner { number } } } } } } }";
        for (who, caller) in cast.callers().filter(|(who, _)| *who != Who::Nobody) {
            let viewer = caller.query(query).await["viewer"].clone();
            let own = answer::text(&viewer["person"]["number"]);
            assert_eq!(own, taiwa_tests::cast::number(who));
            let pairs = viewer["pairs"].as_array().expect("pairs");
            let meetings = answer::nodes(&viewer["meetings"]);
            assert!(!pairs.is_empty() && !meetings.is_empty(), "{who:?}: {viewer}");
            let of_meetings = meetings.iter().map(|meeting| &meeting["pair"]);
            for pair in pairs.iter().chain(of_meetings) {
                assert!(numbers(pair).contains(&own), "{who:?}: {pair}");
            }
        }
    }

    /// Files are staged by those who may import, and used by whoever staged them alone.
    async fn uploads_are_for_importers_and_their_own(world: &mut World) {
        let cast = Cast::new(world).await;
        let file = b"number,name\nZ9,Zed Last\n".to_vec();
        for (who, caller) in cast.callers() {
            let response = caller.post_upload("a.csv", file.clone()).await;
            let expected = match who {
                Who::Hr | Who::Administrator | Who::Stranger => 201,
                Who::Nobody => 401,
                _ => 404,
            };
            assert_eq!(response.status().as_u16(), expected, "{who:?}");
        }
        let upload = cast.of(Who::Administrator).upload("a.csv", file).await;
        let ghost = Stage::ghost(&upload);
        for who in [Who::Hr, Who::Stranger] {
            let caller: &Caller = cast.of(who);
            let real = caller.mutate("previewImport", json!({"uploadId": upload}), "orgImport { id }").await;
            let none = caller.mutate("previewImport", json!({"uploadId": ghost}), "orgImport { id }").await;
            assert_eq!(real.body, none.body, "{who:?}");
            assert_eq!(real.refusal(), "NOT_FOUND", "{who:?}");
        }
    }
}
