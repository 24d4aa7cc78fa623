//! The same key and input: the same payload and one effect, however often and however many at
//! once.

use taiwa_tests::{
    Answer, Caller, Ran, Value, answer, binary, both,
    cast::{COMPANY, Cast, Who},
    json,
    world::{monday_after, today},
};

fn window(name: &str, key: &str) -> Value {
    let window = json!({"weekday": 3, "from": "15:00", "to": "17:00"});
    json!({"name": name, "window": window, "idempotencyKey": key})
}

async fn reserve(caller: &Caller, input: Value) -> Answer {
    caller.mutate("reserveWindow", input, "reservedWindow { id name }").await
}

async fn windows(caller: &Caller) -> usize {
    let data = caller.query("{ organization { reservedWindows { id } } }").await;
    data["organization"]["reservedWindows"].as_array().expect("windows").len()
}

/// Inputs without a key are those of operations that take no input at all.
#[test]
fn every_input_takes_a_key() {
    let printed = Ran::of(binary::command().args(["schema", "--json"])).json();
    let sdl = printed["sdl"].as_str().expect("the schema");
    let mutations = sdl.split_once("\ntype Mutation {").expect("mutations").1;
    let mutations = mutations.split_once("\n}").expect("its end").0;
    let inputs: Vec<&str> = mutations
        .match_indices("input: ")
        .map(|(at, _)| mutations[at + 7..].split('!').next().expect("a type"))
        .collect();
    assert!(inputs.len() > 10, "{inputs:?}");
    for input in inputs {
        let body = sdl.split_once(&format!("\ninput {input} {{")).expect("the input").1;
        let body = body.split_once("\n}").expect("its end").0;
        assert!(body.contains("\tidempotencyKey: String"), "{input} takes no key");
    }
}

both! {
    /// Repeated, changed, shared and misused keys.
    async fn a_repeated_request_is_the_same_request(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let hr = world.person(&org, "H1", Some("hr"));
        let keys = world.person(&org, "A1", Some("administrator"));
        let first = reserve(&hr, window("one", "k1")).await.done();
        let second = reserve(&hr, window("one", "k1")).await.done();
        assert_eq!(first, second);
        assert_eq!(windows(&hr).await, 1);

        assert_eq!(reserve(&hr, window("two", "k1")).await.refusal(), "IDEMPOTENCY_MISMATCH");
        let cadence = json!({"everyWeeks": 2, "minutes": 30});
        let policy = json!({"scope": "ORGANIZATION", "cadence": cadence, "reason": "x", "idempotencyKey": "k1"});
        let other = hr.mutate("addCadencePolicy", policy, "cadencePolicy { id }").await;
        assert_eq!(other.refusal(), "IDEMPOTENCY_MISMATCH");
        assert_eq!(windows(&hr).await, 1);

        // A key is its caller's: another's is another request.
        let theirs = reserve(&keys, window("one", "k1")).await.done();
        assert_ne!(theirs["reservedWindow"]["id"], first["reservedWindow"]["id"]);
        assert_eq!(windows(&hr).await, 2);

        // What was refused has used up nothing: put right, the same key goes through.
        assert_eq!(reserve(&hr, window("", "k2")).await.refusal(), "INVALID");
        reserve(&hr, window("right", "k2")).await.done();
        for key in [String::new(), "x".repeat(129)] {
            let refused = reserve(&hr, window("one", &key)).await.payload();
            assert_eq!(refused["userErrors"][0]["field"], json!(["idempotencyKey"]), "{refused}");
        }
        assert_eq!(windows(&hr).await, 3);
    }

    /// Many at once with one key: one effect, and the same payload for all.
    async fn concurrent_requests_with_one_key_have_one_effect(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let hr = world.person(&org, "H1", Some("hr"));
        let many: Vec<_> = (0..8)
            .map(|_| {
                let hr = hr.clone();
                tokio::spawn(async move { reserve(&hr, window("one", "same")).await })
            })
            .collect();
        let again = reserve(&hr, window("one", "same")).await.done();
        for one in many {
            assert_eq!(one.await.expect("an answer").done(), again);
        }
        assert_eq!(windows(&hr).await, 1);
    }

    /// Imports and plans, the expensive writes, are done once too.
    async fn imports_and_plans_are_applied_once(world: &mut World) {
        let cast = Cast::new(world).await;
        let hr = cast.of(Who::Hr);
        let upload = hr.upload("a.csv", "number,name,manager number\nN1,New One,M1\n").await;
        let preview = async || {
            let input = json!({"uploadId": upload, "idempotencyKey": "preview"});
            hr.mutate("previewImport", input, "orgImport { id planHash }").await.done()
        };
        let import = preview().await["orgImport"].clone();
        assert_eq!(preview().await["orgImport"], import);
        let input = json!({"importId": import["id"], "planHash": import["planHash"], "idempotencyKey": "apply"});
        let apply = async || {
            hr.mutate("applyImport", input.clone(), "orgImport { id state appliedAt }").await.done()
        };
        let (one, two) = tokio::join!(apply(), apply());
        assert_eq!(one, two);
        assert_eq!(apply().await, one);
        world.settle(hr).await;
        let data = hr.query("{ people(filter: {text: \"N1\"}) { edges { node { number } } } }").await;
        assert_eq!(answer::nodes(&data["people"]).len(), 1);
        let imports = hr.query("{ imports { edges { node { state } } } }").await;
        assert_eq!(answer::nodes(&imports["imports"]).len(), 1, "a repeated preview is not kept twice");

        let monday = monday_after(today(hr).await);
        let plan = json!({"from": monday, "weeks": 2, "idempotencyKey": "plan"});
        let plan = async || hr.mutate("previewPlan", plan.clone(), "plan { id hash }").await.done();
        let kept = plan().await["plan"].clone();
        assert_eq!(plan().await["plan"], kept);
        let input = json!({"planId": kept["id"], "hash": kept["hash"], "idempotencyKey": "apply plan"});
        let apply = async || hr.mutate("applyPlan", input.clone(), "plan { state appliedAt }").await.done();
        assert_eq!(apply().await, apply().await);
    }
}
