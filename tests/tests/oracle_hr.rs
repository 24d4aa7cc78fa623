//! The main job with real data: Oracle's sample org chart in, protected 1on1s out.

use taiwa_tests::{
    answer, both, json, wait,
    world::{fixture, monday_after, today},
};

both! {
    /// The command line alone: everyone, every pair, every meeting; again is nothing.
    async fn a_file_becomes_a_full_plan_at_the_command_line(world: &mut World) {
        let org = world.organization("oracle");
        let file = fixture("oracle_hr.csv");
        let args = ["import", &file, "--organization", "oracle"];
        let preview = world.cli(&[&args[..], &["--preview"]].concat()).json();
        assert_eq!(preview["applied"], false);
        let hash = answer::text(&preview["planHash"]);
        // A preview writes nothing: the second one plans the same.
        assert_eq!(world.cli(&args).json()["planHash"], preview["planHash"]);
        let applied = world.import(&org, &file, &["--plan-hash", &hash]);
        assert_eq!(applied["counts"]["people"], 107, "{applied}");
        assert_eq!(applied["counts"]["joins"], 107);
        assert_eq!(applied["counts"]["errors"], 0);
        let again = world.import(&org, &file, &[]);
        for (count, value) in again["counts"].as_object().expect("counts") {
            let expected = if matches!(count.as_str(), "rows" | "people" | "unchanged") { 107 } else { 0 };
            // The one remark on the file is that the president has no manager, which is true.
            if count != "warnings" {
                assert_eq!(value, expected, "{count}");
            }
        }
        assert_eq!(again["changes"], json!([]));

        let anyone = world.person(&org, "100", Some("hr"));
        let from = monday_after(today(&anyone).await).to_string();
        let args = ["plan", "--organization", "oracle", "--from", &from, "--weeks", "13"];
        let apply = [&args[..], &["--apply"]].concat();
        let plan = world.cli(&apply).json();
        assert_eq!(plan["pairs"], 106);
        assert_eq!(plan["unplaced"], json!([]));
        assert_eq!(plan["exact"], true);
        // Every two weeks: six or seven meetings for each pair within thirteen weeks.
        let meetings = plan["meetings"].as_array().expect("meetings");
        let mut by_pair = std::collections::BTreeMap::<String, usize>::new();
        for meeting in meetings {
            *by_pair.entry(meeting["people"].to_string()).or_default() += 1;
        }
        assert_eq!(by_pair.len(), 106);
        assert!(by_pair.values().all(|count| (6..=7).contains(count)), "{by_pair:?}");

        world.settle(&anyone).await;
        let again = world.cli(&apply).json();
        let difference = &again["difference"];
        assert_eq!(difference["unchanged"], meetings.len(), "{difference}");
        for change in ["added", "changed", "removed", "series"] {
            assert_eq!(difference[change], 0, "{difference}");
        }
        assert_eq!(again["meetings"], plan["meetings"]);
        let plans = anyone.query("{ plans { edges { node { id } } } }").await;
        assert_eq!(answer::nodes(&plans["plans"]).len(), 1, "a plan that changes nothing is not kept");
    }

    /// The same over GraphQL, with an administrator of 100 and jobs worked off by the server.
    async fn a_file_becomes_protected_slots_over_graphql(world: &mut World) {
        let seed = "number,name,joined\n100,Steven King,2013-06-17\n";
        let org = world.company("oracle", seed).await;
        let administrator = world.person(&org, "100", Some("administrator"));
        let content = std::fs::read(fixture("oracle_hr.csv")).expect("the fixture");
        let upload = administrator.upload("人事 2026.csv", content).await;
        let selection = "orgImport { id planHash state fileName refused counts { rows people joins errors } \
                         changes(first: 2) { edges { node { number kinds } } } }";
        let input = json!({"uploadId": upload});
        let preview = administrator.mutate("previewImport", input, selection).await.done();
        let import = &preview["orgImport"];
        assert_eq!(import["state"], "PREVIEWED");
        assert_eq!(import["refused"], false);
        assert_eq!(import["counts"], json!({"rows": 107, "people": 107, "joins": 106, "errors": 0}));
        let before = administrator.query("{ people(first: 100) { edges { node { number } } } }").await;
        assert_eq!(answer::nodes(&before["people"]).len(), 1, "a preview changes nothing");

        let input = json!({"importId": import["id"], "planHash": import["planHash"]});
        let applied = administrator.mutate("applyImport", input, "orgImport { state appliedAt }").await;
        assert_eq!(applied.done()["orgImport"]["state"], "APPLIED");
        world.settle(&administrator).await;

        let monday = monday_after(today(&administrator).await);
        let plan = world.plan(&administrator, monday, 13).await;
        assert_eq!(plan["pairCount"], 106);
        assert_eq!(plan["pairsWithoutSeries"], 0);
        assert_eq!(plan["skipped"], json!([]));
        assert_eq!(plan["difference"]["added"], plan["placedCount"]);

        // The sales manager and his six reports, as he sees them.
        let manager = world.person(&org, "145", None);
        let query = "{ viewer { person { displayName reports { edges { node { number managerPair { \
                     nextMeetings(first: 20) { status minutes slot { startsAt endsAt isProtected } } } } } } } } }";
        let protected = wait::until("protected slots", async || {
            let data = manager.query(query).await;
            let reports = answer::nodes(&data["viewer"]["person"]["reports"]);
            let meetings: Vec<_> = reports
                .iter()
                .flat_map(|report| report["managerPair"]["nextMeetings"].as_array().cloned().unwrap_or_default())
                .collect();
            assert_eq!(reports.len(), 6, "{data}");
            assert!((36..=42).contains(&meetings.len()), "{}", meetings.len());
            meetings
                .iter()
                .all(|it| it["status"] == "SCHEDULED" && it["slot"]["isProtected"] == true)
                .then_some(meetings)
        })
        .await;
        assert!(protected.iter().all(|it| it["minutes"] == 30));

        let again = administrator
            .mutate("previewPlan", json!({"from": monday}), "plan { difference { added changed removed series } }")
            .await
            .done();
        let nothing = json!({"added": 0, "changed": 0, "removed": 0, "series": 0});
        assert_eq!(again["plan"]["difference"], nothing);
    }
}
