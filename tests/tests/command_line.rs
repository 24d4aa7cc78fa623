//! The contract for scripts: one JSON document, a status that tells, and no secret anywhere.

use std::os::unix::fs::PermissionsExt;

use taiwa_tests::{
    Engine, Ran, Value, World, answer, binary, both, cast::COMPANY, json, world::fixture,
};

fn run(args: &[&str]) -> Ran {
    Ran::of(binary::command().args(args))
}

/// Every command and subcommand, as the program itself lists them.
fn commands() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![Vec::<String>::new()];
    while let Some(command) = open.pop() {
        let mut args: Vec<&str> = command.iter().map(String::as_str).collect();
        args.push("--help");
        let help = run(&args).out;
        if let Some((_, list)) = help.split_once("Commands:\n") {
            let (list, _) = list.split_once("\n\n").expect("the end of the list");
            for line in
                list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "))
            {
                let name = line.split_whitespace().next().expect("a name");
                if name != "help" {
                    open.push([&command[..], &[name.to_owned()]].concat());
                }
            }
        } else {
            found.push(command);
        }
    }
    found.sort();
    found
}

/// Whatever can be run explains itself and its options.
#[test]
fn every_command_has_help() {
    let commands = commands();
    let names: Vec<String> = commands.iter().map(|command| command.join(" ")).collect();
    assert_eq!(
        names,
        [
            "calendar delegate",
            "demo",
            "import",
            "keys activate",
            "keys add",
            "keys generate",
            "keys list",
            "keys remove",
            "keys reseal",
            "migrate",
            "organization create",
            "plan",
            "schema",
            "serve",
            "token"
        ]
    );
    for command in commands {
        let mut args: Vec<&str> = command.iter().map(String::as_str).collect();
        args.push("--help");
        let ran = run(&args);
        assert!(
            ran.succeeded && ran.out.contains("Usage: taiwa") && ran.out.contains("--json"),
            "{ran:?}"
        );
        let first = ran.out.lines().next().expect("a line");
        assert!(first.len() > 10, "{command:?} says no more than {first}");
        // Every option has a word on what it is for.
        for line in ran.out.lines().filter(|line| line.trim_start().starts_with("--")) {
            let words = line.trim().split_once("  ").map(|(_, words)| words.trim());
            let next = ran.out.lines().skip_while(|it| it != &line).nth(1).unwrap_or_default();
            assert!(
                words.is_some_and(|it| !it.is_empty()) || next.starts_with("          "),
                "{command:?}: {line}"
            );
        }
    }
    assert!(run(&["--version"]).out.starts_with("taiwa "));
}

/// A wrong command line is a failure like any other: a document and a status.
#[test]
fn usage_errors_are_documents_too() {
    for args in [
        &["plan", "--json"][..],
        &["--json", "import"],
        &["plan", "--organization", "x", "--from", "tomorrow", "--json"],
        &["demo", "--json", "--port", "99999999"],
        &["fly", "--json"],
        &["token", "--organization", "x", "--person", "y", "--role", "king", "--json"],
        &["import", "x.csv", "--organization", "x", "--plan-hash", "y", "--json"],
    ] {
        let (code, message) = run(args).error();
        assert!(code == "usage" && !message.is_empty(), "{args:?}: {code} {message}");
    }
    // For people it stays as they know it.
    let plain = run(&["plan"]);
    assert!(
        !plain.succeeded && plain.out.is_empty() && plain.err.contains("--organization"),
        "{plain:?}"
    );
}

/// Everything that is wrong with a configuration, at once, in the file's and variables' names.
#[test]
fn configuration_errors_are_named_all_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("taiwa.toml");
    std::fs::write(&file, "listen = \"nowhere\"\npublic_url = \"ftp://x\"\nallowed_origins = [\"https://a.example/b\"]\n").expect("a file");
    let (code, message) =
        Ran::of(binary::command().args(["serve", "--json", "--config"]).arg(&file)).error();
    assert_eq!(code, "configuration");
    for part in ["database", "key_ring", "nowhere", "ftp://x", "https://a.example/b"] {
        assert!(message.contains(part), "{part} is missing: {message}");
    }
    let mut command = binary::command();
    command.args(["serve", "--json"]).env("TAIWA_DATABSE_URL", "x").env("TAIWA_WORKERS", "perhaps");
    let (_, message) = Ran::of(&mut command).error();
    assert!(
        message.contains("TAIWA_DATABSE_URL") && message.contains("TAIWA_WORKERS"),
        "{message}"
    );
    std::fs::write(&file, "databse = \"x\"\n").expect("a file");
    let (_, message) =
        Ran::of(binary::command().args(["serve", "--json", "--config"]).arg(&file)).error();
    assert!(message.contains("databse"), "{message}");
}

/// Passwords in URLs, keys in rings and tokens are not for screens and logs.
#[test]
fn secrets_are_never_printed() {
    for url in [
        // Nobody listens there: the way to a database is tried for a while.
        "postgres://u:s3cr3t-pw@127.0.0.1:1/x",
        "postgres://u:s3cr3t-pw@127.0.0.1:notaport/x",
        "mysql://u:s3cr3t-pw@h/x",
    ] {
        let mut run = binary::command();
        run.args(["migrate", "--json", "--database", url]).env("TAIWA_LOG", "trace");
        let ran = Ran::of(&mut run);
        assert!(
            !ran.succeeded && !format!("{}{}", ran.out, ran.err).contains("s3cr3t"),
            "{url}: {ran:?}"
        );
        ran.error();
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("keys.json");
    let ring = |text: &str| {
        std::fs::write(&file, text).expect("a file");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("its mode");
        let mut command = binary::command();
        Ran::of(
            command
                .args(["serve", "--json", "--database", "sqlite::memory:", "--key-ring"])
                .arg(&file),
        )
    };
    for text in [
        "{\"signing\": \"c2VjcmV0\"}",
        "c2VjcmV0",
        "{\"version\":1,\"active\":\"c2VjcmV0\",\"keys\":[]}",
    ] {
        let ran = ring(text);
        assert!(
            !ran.succeeded && !format!("{}{}", ran.out, ran.err).contains("c2VjcmV0"),
            "{ran:?}"
        );
    }
}

/// A key ring is its owner's, made once, and read only while it is private.
#[test]
fn key_rings_are_private_and_never_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("keys.json");
    let generate = || Ran::of(binary::command().args(["keys", "generate", "--json"]).arg(&file));
    let made = generate().json();
    let text = std::fs::read_to_string(&file).expect("a ring");
    assert_eq!(std::fs::metadata(&file).expect("a ring").permissions().mode() & 0o777, 0o600);
    let ring: Value = text.parse().expect("JSON");
    assert_eq!(made["active"], ring["active"]);
    assert!(!made.to_string().contains(ring["keys"][0]["signing"].as_str().expect("a key")));
    assert_eq!(generate().error().0, "key_ring");
    assert_eq!(std::fs::read_to_string(&file).expect("a ring"), text);
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).expect("its mode");
    let mut command = binary::command();
    let ran = Ran::of(
        command.args(["serve", "--json", "--database", "sqlite::memory:", "--key-ring"]).arg(&file),
    );
    assert!(ran.error().1.contains("chmod 600"));
}

/// The printed schema is the committed one, as text and in a document.
#[test]
fn the_schema_is_the_committed_one() {
    let committed = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema.graphql");
    let committed = std::fs::read_to_string(committed).expect("schema.graphql");
    assert_eq!(run(&["schema"]).out.trim_end(), committed.trim_end());
    assert_eq!(
        run(&["schema", "--json"]).json()["sdl"].as_str().expect("text").trim_end(),
        committed.trim_end()
    );
}

/// An instance is planned without a database or a key ring.
#[test]
fn an_instance_is_planned_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("instance.json");
    let hours = json!([{"weekday": 1, "from": "09:00", "to": "12:00"}]);
    let person = |key: &str| json!({"key": key, "zone": "Asia/Tokyo", "hours": hours, "busy": [], "leave": [], "holidays": []});
    let instance = json!({
        "grid": 30, "horizon": {"from": "2026-12-07", "weeks": 2}, "daily_cap": 4,
        "people": [person("m"), person("r")],
        "pairs": [{"a": "m", "b": "r", "kind": "manager", "every_weeks": 1, "minutes": 30, "buffer": 0,
                   "preferred": {"weekday": 1, "time": "10:00"}}],
    });
    std::fs::write(&file, instance.to_string()).expect("a file");
    let path = file.display().to_string();
    let plan = run(&["plan", "--instance", &path, "--json"]).json();
    assert_eq!(plan["totals"], json!({"series": 0, "weeks": 0, "unplaced": 0}));
    assert_eq!(plan["exact"], true);
    let starts: Vec<&str> = plan["occurrences"]
        .as_array()
        .expect("occurrences")
        .iter()
        .filter_map(|it| it["start"].as_str())
        .collect();
    assert_eq!(starts, ["2026-12-07T01:00:00Z", "2026-12-14T01:00:00Z"]);
    std::fs::write(&file, "{}").expect("a file");
    assert_eq!(run(&["plan", "--instance", &path, "--json"]).error().0, "instance");
}

both! {
    /// Success and failure of each command that works on a database.
    async fn commands_answer_in_documents(world: &mut World) {
        let migrated = world.cli(&["migrate"]).json();
        assert_eq!(migrated["applied"], 0, "the server has done it");
        let org = world.organization("acme");
        let create = |key: &str, zone: &str| world.cli(&["organization", "create", key, "--name", "x", "--time-zone", zone]);
        assert_eq!(create("acme", "UTC").error().0, "conflict");
        assert_eq!(create("Ac me", "UTC").error().0, "invalid");
        assert_eq!(create("fine", "Mars/Olympus").error().0, "invalid");
        let (_, message) = world.cli(&["organization", "create", "X", "--name", " ", "--time-zone", "UTC", "--fiscal-year-start", "13"]).error();
        assert_eq!(message.lines().count(), 3, "all at once: {message}");

        let file = world.file("people.csv", COMPANY);
        let import = |args: &[&str]| world.cli(&[&["import", &file, "--organization", "acme"], args].concat());
        let preview = import(&["--preview"]).json();
        for part in ["planHash", "counts", "defects", "changes", "applied"] {
            assert!(preview.get(part).is_some(), "{part}");
        }
        assert_eq!(import(&["--apply", "--plan-hash", "0"]).error().0, "stale");
        assert_eq!(import(&["--map", "number"]).error().0, "invalid");
        assert_eq!(import(&["--map", "shoe_size=x"]).error().0, "invalid");
        assert_eq!(world.cli(&["import", "nowhere.csv", "--organization", "acme"]).error().0, "file");
        assert_eq!(world.cli(&["import", &file, "--organization", "nobody"]).error().0, "not_found");
        world.import(&org, &file, &["--plan-hash", &answer::text(&preview["planHash"])]);
        let few = world.file("few.csv", "number,name\nE0,Eve Top\nD1,Dana Middle\n");
        let snapshot = ["import", &few, "--organization", "acme", "--mode", "snapshot", "--apply"];
        assert_eq!(world.cli(&snapshot).error().0, "mass_leave");
        let defects = world.cli(&["import", &fixture("wrong_dates.csv"), "--organization", "acme"]).json();
        let first = &defects["defects"][0];
        for part in ["sheet", "row", "column", "value", "code", "severity", "suggestion"] {
            assert!(first.get(part).is_some(), "{part}: {first}");
        }
        let unreadable = world.file("a.xlsx", b"PK\x03\x04");
        assert_eq!(world.cli(&["import", &unreadable, "--organization", "acme"]).error().0, "unreadable_file");

        let plan = world.cli(&["plan", "--organization", "acme", "--weeks", "2"]).json();
        for part in ["pairs", "meetings", "unplaced", "cost", "seconds"] {
            assert!(plan.get(part).is_some(), "{part}");
        }
        let meeting = &plan["meetings"][0];
        assert!(chrono::DateTime::parse_from_rfc3339(meeting["start"].as_str().expect("a start")).is_ok());
        assert_eq!(meeting["people"].as_array().map(Vec::len), Some(2), "{meeting}");
        assert_eq!(meeting["minutes"], 30);
        assert_eq!(world.cli(&["plan", "--organization", "acme", "--weeks", "54"]).error().0, "invalid");
        assert_eq!(world.cli(&["plan", "--organization", "nobody"]).error().0, "not_found");

        let token = |person: &str| world.cli(&["token", "--organization", "acme", "--person", person]);
        assert_eq!(token("R1").json()["person"], "R1");
        assert_eq!(token("R1@Example.com").json()["personId"], token("R1").json()["personId"]);
        assert_eq!(token("nobody").error().0, "not_found");
        let mut command = binary::command();
        command.args(["token", "--json", "--organization", "acme", "--person", "R1", "--database", &world.database.url]);
        assert_eq!(Ran::of(&mut command).error().0, "key_ring", "a token needs the ring");
    }

    /// The same in a configuration file and in the environment, which wins.
    async fn settings_come_from_file_and_environment(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let toml = format!("database = {:?}\nkey_ring = {:?}\n", world.database.url, world.keys());
        let file = world.file("taiwa.toml", toml);
        let args = ["token", "--organization", org.key.as_str(), "--person", "R1", "--json"];
        Ran::of(binary::command().args(args).args(["--config", &file])).json();
        Ran::of(binary::command().args(args).env("TAIWA_CONFIG", &file)).json();
        let mut command = binary::command();
        let ring = std::fs::read_to_string(world.keys()).expect("the ring");
        command.args(args).env("TAIWA_DATABASE_URL", &world.database.url).env("TAIWA_KEY_RING", ring);
        let ran = Ran::of(&mut command);
        ran.json();
        // Trace logs, which show everything, show neither the token nor the database's password.
        let mut command = binary::command();
        command.args(args).args(["--config", &file]).env("TAIWA_LOG", "trace");
        let ran = Ran::of(&mut command);
        let token = answer::text(&ran.json()["token"]);
        assert!(!ran.err.contains(&token), "the token is in the log");
        if world.engine() == Engine::Postgres {
            let password = world.database.url.split([':', '@']).nth(2).expect("a password");
            assert!(password.len() > 8 && !ran.err.contains(password), "the password is in the log");
        }
        let (code, _) = Ran::of(binary::command().args(args).args(["--config", &file]).env("TAIWA_DATABASE_URL", "nowhere:x")).error();
        assert_eq!(code, "database");
    }
}

/// Two processes that find an empty database migrate it once.
#[test]
fn an_empty_database_is_migrated_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::new(engine);
        let first = world.cli(&["migrate"]).json();
        assert!(first["applied"].as_u64().is_some_and(|count| count >= 4), "{first}");
        assert_eq!(world.cli(&["migrate"]).json()["applied"], 0);
    }
}
