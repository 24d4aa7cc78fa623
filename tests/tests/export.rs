//! People take along what they may read, and nobody else does.

use taiwa_tests::{
    Caller, Value, both,
    cast::{Cast, EVERYONE, Who},
    json,
};

/// An export: its status and its text.
async fn export(caller: &Caller, format: &str) -> (u16, String) {
    caller.download(&format!("/export?format={format}")).await
}

/// Writes something of everything that there is to write; returns the texts by who may read them:
/// the two, the manager alone, the report alone.
async fn life(cast: &Cast) -> [Vec<&'static str>; 3] {
    let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
    let pair = cast.pair().await;
    let (id, meeting) = (&pair["id"], &pair["nextMeetings"][0]["id"]);
    let write = async |who: &Caller, name: &str, input: Value, selection: &str| {
        who.mutate(name, input, selection).await.done()
    };
    let item = write(
        report,
        "addAgendaItem",
        json!({"pairId": id, "text": "talking-point"}),
        "agendaItem { id }",
    )
    .await;
    let item = &item["agendaItem"]["id"];
    let comment = json!({"agendaItemId": item, "text": "a-comment"});
    write(manager, "commentAgendaItem", comment, "agendaItem { id }").await;
    let draft = json!({"pairId": id, "text": "a-draft", "draft": true});
    write(report, "addAgendaItem", draft, "agendaItem { id }").await;
    let owner = report.person("R1").await;
    let action = json!({"pairId": id, "ownerId": owner, "text": "an-action"});
    write(manager, "addAction", action, "actionItem { id }").await;
    let feedback =
        json!({"pairId": id, "fact": "a-fact", "feeling": "a-feeling", "proposal": "a-proposal"});
    write(report, "giveFeedback", feedback, "feedback { id }").await;
    let learned = json!({"pairId": id, "happened": "what-happened", "nextTime": "what-next"});
    write(manager, "addLearningNote", learned, "learningNote { id }").await;
    let minutes = json!({"meetingId": meeting, "isEmpty": true, "shape": "TEXT"});
    let minutes = write(manager, "createMinutes", minutes, "minutes { id }").await;
    let said = json!({"minutesId": minutes["minutes"]["id"], "markdown": "what-was-said"});
    write(manager, "writeMinutes", said, "minutes { id }").await;
    for (who, text) in [(manager, "managers-note"), (report, "reports-note")] {
        write(who, "addPrivateNote", json!({"text": text}), "privateNote { id }").await;
    }
    [
        vec![
            "talking-point",
            "a-comment",
            "an-action",
            "a-fact",
            "a-proposal",
            "what-happened",
            "what-next",
            "what-was-said",
        ],
        vec!["managers-note"],
        vec!["reports-note", "a-draft"],
    ]
}

both! {
    /// Each of the two finds all that they may read, in both forms; nobody else finds any of it.
    async fn an_export_holds_what_its_person_may_read_and_no_more(world: &mut World) {
        let cast = Cast::new(world).await;
        let [shared, managers, reports] = life(&cast).await;
        for who in EVERYONE {
            for format in ["json", "markdown"] {
                let (status, text) = export(cast.of(who), format).await;
                if who == Who::Nobody {
                    assert_eq!(status, 401);
                    continue;
                }
                assert_eq!(status, 200, "{who:?}: {text}");
                if format == "json" {
                    let document: Value = serde_json::from_str(&text).expect("one document");
                    assert!(document["person"]["number"].is_string(), "{document}");
                    // A pair with its meetings, past the first page of them.
                    if matches!(who, Who::Organizer | Who::Partner) {
                        assert!(document["pairs"][0]["meetings"][0]["id"].is_string());
                    }
                }
                let expect = |texts: &[&str], may: bool| {
                    for it in texts {
                        assert_eq!(text.contains(it), may, "{who:?} {format} {it}: {text}");
                    }
                };
                expect(&shared, matches!(who, Who::Organizer | Who::Partner));
                expect(&managers, who == Who::Organizer);
                expect(&reports, who == Who::Partner);
            }
        }
        let (status, text) = export(cast.of(Who::Partner), "pdf").await;
        assert_eq!(status, 400, "{text}");
    }
}
