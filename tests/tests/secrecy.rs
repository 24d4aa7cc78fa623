//! What people write stands in no file: neither in the database nor in what the server logs.

use std::process::Command;

use taiwa_tests::{
    Caller, Engine, Value, World, both,
    cast::{Cast, Who},
    json,
};

/// A sentence that occurs nowhere else.
fn sentence(n: usize) -> String {
    format!("Qzv{n}wxk 誰にも見せない言葉{n} jxq{n}vzk")
}

/// The sentence as bytes of a file may hold it: as text, in hexadecimal digits, in UTF-16, in
/// base64 from any of three places on.
fn forms(sentence: &str) -> Vec<Vec<u8>> {
    use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
    let bytes = sentence.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let wide = sentence.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let escaped = json!(sentence).to_string();
    let ascii: String = sentence
        .encode_utf16()
        .map(|unit| match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
            _ => format!("\\u{unit:04x}"),
        })
        .collect();
    let mut forms = vec![
        bytes.to_vec(),
        hex.clone().into_bytes(),
        hex.to_uppercase().into_bytes(),
        wide,
        escaped.trim_matches('"').as_bytes().to_vec(),
        ascii.into_bytes(),
    ];
    for skip in 0..3 {
        // Whole groups of three bytes: the same text whatever stands around them.
        let group = &bytes[skip..skip + (bytes.len() - skip) / 3 * 3];
        forms.push(BASE64_STANDARD_NO_PAD.encode(group).into_bytes());
    }
    forms
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|it| it == needle)
}

/// Everything that is stored: the files of SQLite, or a dump of PostgreSQL.
fn stored(world: &World, tenant: &str) -> Vec<u8> {
    match world.engine() {
        Engine::Sqlite => ["", "-wal"]
            .iter()
            .flat_map(|end| {
                let path = world.folder.path().join(format!("taiwa.sqlite{end}"));
                std::fs::read(path).expect("a file of SQLite's")
            })
            .collect(),
        Engine::Postgres => {
            let dumped = Command::new("pg_dump")
                .args(["--data-only", "--enable-row-security", &world.database.url])
                .env("PGOPTIONS", format!("-c app.tenant={tenant}"))
                .output()
                .expect("pg_dump is installed");
            let error = String::from_utf8_lossy(&dumped.stderr);
            assert!(dumped.status.success(), "{error}");
            dumped.stdout
        }
    }
}

async fn done(caller: &Caller, name: &str, input: Value, selection: &str) -> Value {
    caller.mutate(name, input, selection).await.done()
}

both! {
    /// A life of a pair in all that it can write, and whoever steals the database reads nothing.
    async fn a_stolen_database_and_its_logs_show_no_sentence(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let pair = cast.pair().await;
        let (id, meeting) = (pair["id"].clone(), pair["nextMeetings"][0]["id"].clone());
        let mut written = Vec::new();
        let mut say = || {
            written.push(sentence(written.len()));
            written.last().expect("a sentence").clone()
        };

        let item = json!({"pairId": id, "text": say(), "idempotencyKey": "item"});
        let item = done(report, "addAgendaItem", item, "agendaItem { id version }").await["agendaItem"].clone();
        let edit = json!({"agendaItemId": item["id"], "text": say(), "version": item["version"]});
        done(report, "updateAgendaItem", edit, "agendaItem { id }").await;
        let comment = json!({"agendaItemId": item["id"], "text": say(), "idempotencyKey": "comment"});
        let said = done(manager, "commentAgendaItem", comment, "agendaItem { comments { id } }").await;
        let said = &said["agendaItem"]["comments"][0]["id"];
        let mended = json!({"agendaCommentId": said, "text": say(), "version": 1, "idempotencyKey": "mended"});
        done(manager, "updateAgendaComment", mended, "agendaComment { id }").await;
        let draft = json!({"pairId": id, "text": say(), "draft": true});
        let draft = done(report, "addAgendaItem", draft, "agendaItem { id }").await["agendaItem"]["id"].clone();
        done(report, "shareAgendaItem", json!({"agendaItemId": draft}), "agendaItem { id }").await;
        let gone = json!({"pairId": id, "text": say()});
        let gone = done(report, "addAgendaItem", gone, "agendaItem { id }").await["agendaItem"]["id"].clone();
        done(report, "withdrawAgendaItem", json!({"agendaItemId": gone}), "withdrawnId").await;
        let owner = report.person("R1").await;
        let action = json!({"pairId": id, "ownerId": owner, "text": say(), "idempotencyKey": "action"});
        done(manager, "addAction", action, "actionItem { id }").await;
        let note = json!({"text": say(), "meetingId": meeting, "idempotencyKey": "note"});
        done(report, "addPrivateNote", note, "privateNote { id }").await;
        let feedback = json!({
            "pairId": id, "fact": say(), "feeling": say(), "proposal": say(), "question": say(),
            "idempotencyKey": "feedback",
        });
        let feedback = done(report, "giveFeedback", feedback, "feedback { id }").await["feedback"]["id"].clone();
        done(manager, "replyToFeedback", json!({"feedbackId": feedback, "text": say()}), "feedback { id }").await;
        let learned = json!({"pairId": id, "happened": say(), "nextTime": say()});
        done(manager, "addLearningNote", learned, "learningNote { id }").await;
        let minutes = done(manager, "createMinutes", json!({"meetingId": meeting}), "minutes { id }").await;
        for author in [manager, report] {
            let input = json!({"minutesId": minutes["minutes"]["id"], "markdown": say(), "idempotencyKey": "minutes"});
            done(author, "writeMinutes", input, "minutes { id }").await;
        }
        // What is refused is written by someone, too.
        let long = format!("{}{}", say(), "x".repeat(20_000));
        let refused = report.mutate("addAgendaItem", json!({"pairId": id, "text": long}), "agendaItem { id }").await;
        assert_eq!(refused.refusal(), "INVALID");
        let elsewhere = json!({"pairId": id, "text": say()});
        let refused = cast.of(Who::Colleague).mutate("addAgendaItem", elsewhere, "agendaItem { id }").await;
        assert_eq!(refused.refusal(), "NOT_FOUND");
        let unknown = json!({"pairId": id, "text": {"inside": say()}});
        report.mutate("addAgendaItem", unknown, "agendaItem { id }").await;
        world.settle(cast.of(Who::Hr)).await;

        // The two read them.
        let query = "query($id: ID!) { node(id: $id) { ... on Pair { openItems { text } } } }";
        let open = manager.ask(query, json!({"id": id})).await.data()["node"]["openItems"].to_string();
        assert!(open.contains(&written[1]) && open.contains(&written[4]), "{open}");

        let mut everything = stored(world, &cast.org.id);
        for n in 1.. {
            let log = world.folder.path().join(format!("server-{n}.log"));
            let Ok(log) = std::fs::read(log) else { break };
            everything.extend(log);
        }
        // What is no content is there: the search finds what stands.
        for plain in ["r1@example.com", "Keys"] {
            assert!(holds(&everything, plain.as_bytes()), "{plain}");
        }
        for sentence in &written {
            for form in forms(sentence) {
                assert!(!holds(&everything, &form), "{sentence}: {}", String::from_utf8_lossy(&form));
            }
        }
    }
}
