//! Importing an org chart over GraphQL: exactly the previewed plan, or nothing.

use chrono::Days;
use taiwa_tests::{
    Caller, Value, answer, both,
    cast::COMPANY,
    json,
    world::{fixture, today},
};

const SELECTION: &str = "orgImport { id planHash state refused effectiveOn brake { leavers limit message } \
    counts { rows people joins former rejoins leaves moves managerChanges updates unchanged errors blockedLines } \
    defects(first: 100) { edges { node { sheet row column value code severity message suggestion } } } \
    changes(first: 100) { edges { node { number kinds details { field old new } } } } }";

/// Stages a file and previews it.
async fn preview(caller: &Caller, content: impl Into<Vec<u8>>, options: Value) -> Value {
    let mut input = options;
    input["uploadId"] = json!(caller.upload("people.csv", content).await);
    caller.mutate("previewImport", input, SELECTION).await.done()["orgImport"].clone()
}

async fn apply(caller: &Caller, import: &Value) -> taiwa_tests::Answer {
    let input = json!({"importId": import["id"], "planHash": import["planHash"]});
    caller.mutate("applyImport", input, "orgImport { state }").await
}

async fn import(caller: &Caller, content: &str, options: Value) -> Value {
    let previewed = preview(caller, content, options).await;
    apply(caller, &previewed).await.done();
    previewed
}

/// A person as of a day.
async fn person(caller: &Caller, number: &str, day: impl ToString) -> Value {
    let query = "query($number: String, $day: NaiveDate) { person(number: $number, asOf: $day) { \
        id displayName email status manager { number } department { name parent { name } } \
        posts { isPrimary position department { name } } joinedOn leftOn } }";
    let variables = json!({"number": number, "day": day.to_string()});
    caller.ask(query, variables).await.data()["person"].clone()
}

both! {
    /// A plan is for the organization that it was made for, and has one name.
    async fn a_plan_is_refused_once_the_organization_changed(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let first = preview(&keys, "number,name\nN1,New One\n", json!({})).await;
        let second = preview(&keys, "number,name\nN2,New Two\n", json!({})).await;
        let input = json!({"importId": first["id"], "planHash": second["planHash"]});
        let wrong = keys.mutate("applyImport", input, "orgImport { state }").await;
        assert_eq!(wrong.clone().payload()["userErrors"][0]["field"], json!(["planHash"]));
        assert_eq!(wrong.refusal(), "STALE");
        assert!(person(&keys, "N1", today(&keys).await).await.is_null());

        apply(&keys, &first).await.done();
        assert_eq!(apply(&keys, &second).await.refusal(), "STALE");
        assert!(person(&keys, "N2", today(&keys).await).await.is_null());
        // What is applied already is simply so.
        assert_eq!(apply(&keys, &first).await.done()["orgImport"]["state"], "APPLIED");
        let again = preview(&keys, "number,name\nN2,New Two\n", json!({})).await;
        apply(&keys, &again).await.done();
        assert_eq!(person(&keys, "N2", today(&keys).await).await["status"], "ACTIVE");
    }

    /// Too many leavers need the number said aloud: not one less, not one more.
    async fn the_brake_holds_until_the_number_is_named(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let day = today(&keys).await;
        // Without R1, R2 and C1: three of ten, and one may go.
        let rest: String = COMPANY.lines().filter(|line| !line.starts_with(['R', 'C'])).map(|line| format!("{line}\n")).collect();
        let blocked = preview(&keys, rest.as_str(), json!({"mode": "SNAPSHOT"})).await;
        assert_eq!(blocked["brake"]["leavers"], 3);
        assert_eq!(blocked["brake"]["limit"], 1);
        assert_eq!(blocked["counts"]["leaves"], 3);
        assert_eq!(apply(&keys, &blocked).await.refusal(), "MASS_LEAVE");
        for named in [2, 4] {
            let options = json!({"mode": "SNAPSHOT", "acceptLeavers": named});
            let blocked = preview(&keys, rest.as_str(), options).await;
            assert_eq!(apply(&keys, &blocked).await.refusal(), "MASS_LEAVE", "{named}");
        }
        assert_eq!(person(&keys, "R1", day).await["status"], "ACTIVE");
        import(&keys, &rest, json!({"mode": "SNAPSHOT", "acceptLeavers": 3})).await;
        for number in ["R1", "R2", "C1"] {
            assert_eq!(person(&keys, number, day).await["status"], "LEFT", "{number}");
            assert_eq!(person(&keys, number, day - Days::new(1)).await["status"], "ACTIVE", "{number}");
        }
        // The file without the mode means nothing by leaving someone out.
        let upsert = preview(&keys, "number,name\nE0,Eve Top\n", json!({})).await;
        assert_eq!(upsert["counts"]["leaves"], 0);
    }

    /// A typing error makes nobody leave: a row that is left out counts as present.
    async fn a_row_with_an_error_leaves_nobody_behind(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let typo = COMPANY.replace("R2,Ren,Report,r2@example.com,Sales/East,M1,,2020-04-01", "R2,Ren,Report,r2@example.com,Sales/East,M1,,2020-04-31");
        assert_ne!(typo, COMPANY);
        let found = import(&keys, &typo, json!({"mode": "SNAPSHOT"})).await;
        assert_eq!(found["counts"]["errors"], 1, "{found}");
        assert_eq!(found["counts"]["leaves"], 0);
        assert_eq!(person(&keys, "R2", today(&keys).await).await["status"], "ACTIVE");
    }

    /// 人事異動 announced ahead: before its day as it was, from its day on as announced.
    async fn a_reorganization_holds_from_its_day(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let day = today(&keys).await + Days::new(30);
        let file = "number,department,manager number\nR1,Sales/North,D1\n";
        let planned = import(&keys, file, json!({"effectiveOn": day})).await;
        assert_eq!(planned["effectiveOn"], day.to_string());
        assert_eq!(planned["changes"]["edges"][0]["node"]["kinds"], json!(["MOVED", "MANAGER_CHANGED"]));
        for (asked, manager, department) in [
            (today(&keys).await, "M1", "East"),
            (day - Days::new(1), "M1", "East"),
            (day, "D1", "North"),
            (day + Days::new(400), "D1", "North"),
        ] {
            let found = person(&keys, "R1", asked).await;
            assert_eq!(found["manager"]["number"], manager, "{asked}");
            assert_eq!(found["department"]["name"], department, "{asked}");
        }
        // Head counts and the tree itself are as of the day too.
        let tree = "query($day: NaiveDate) { departments(topOnly: false, asOf: $day) { name headCount ownHeadCount } }";
        for (asked, names) in [(day - Days::new(1), 0), (day, 1)] {
            let data = keys.ask(tree, json!({"day": asked.to_string()})).await.data();
            let north = data["departments"].as_array().expect("departments").iter().filter(|it| it["name"] == "North").count();
            assert_eq!(north, names, "{asked}: {data}");
            let sales = data["departments"].as_array().expect("departments").iter().find(|it| it["name"] == "Sales").expect("Sales");
            assert_eq!(sales["headCount"], 6, "{data}");
        }
    }

    /// A last day that is recorded ahead, and a move: HR and the person know of it, colleagues and
    /// managers learn of it from them.
    async fn what_is_to_come_is_told_by_people(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let last = today(&keys).await + Days::new(40);
        import(&keys, &format!("number,last day\nR1,{last}\n"), json!({})).await;
        let query = "{ person(number: \"R1\") { status leftOn joinedOn posts { from until } } }";
        for (number, role, knows) in [
            ("A1", Some("administrator"), true),
            ("H1", Some("hr"), true),
            ("R1", None, true),
            ("M1", None, false),
            ("D1", None, false),
            ("X1", Some("executive"), false),
        ] {
            let caller = world.person(&org, number, role);
            let found = caller.query(query).await["person"].clone();
            let shown = if knows { json!(last) } else { Value::Null };
            assert_eq!((&found["leftOn"], &found["posts"][0]["until"]), (&shown, &shown), "{number}");
            assert!(found["status"] == "ACTIVE" && found["joinedOn"].is_string(), "{found}");
        }
        // The day itself hides nothing.
        let manager = world.person(&org, "M1", None);
        let file = format!("number,last day\nR2,{}\n", today(&keys).await);
        import(&keys, &file, json!({})).await;
        let found = manager.query("{ person(number: \"R2\") { leftOn } }").await;
        assert_eq!(found["person"]["leftOn"], json!(today(&keys).await));
        // Of a day to come nothing at all, with the way out.
        let ahead = "query($day: NaiveDate) { people(asOf: $day) { nodes { number } } }";
        let refused = manager.ask(ahead, json!({"day": last})).await;
        assert_eq!(refused.codes(), ["NOT_FOUND"]);
        let message = answer::text(&refused.body["errors"][0]["message"]);
        assert!(message.contains("HR and administrators"), "{message}");
    }

    /// Blank keeps, `#CLEAR` clears.
    async fn blank_keeps_and_clear_clears(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let day = today(&keys).await;
        let file = "number,email,manager number,department\nR1,#CLEAR,,\nR2,,#CLEAR,\n";
        import(&keys, file, json!({})).await;
        let (one, two) = (person(&keys, "R1", day).await, person(&keys, "R2", day).await);
        assert!(one["email"].is_null() && one["manager"]["number"] == "M1", "{one}");
        assert!(two["email"] == "r2@example.com" && two["manager"].is_null(), "{two}");
        assert_eq!(one["department"]["name"], "East");
        assert_eq!(person(&keys, "R1", day - Days::new(1)).await["email"], "r1@example.com");
    }

    /// Who comes back is the same person, with a gap in between.
    async fn a_rehire_keeps_the_history(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let before = person(&keys, "R1", "2021-06-01").await;
        assert_eq!(before["status"], "ACTIVE");
        import(&keys, "number,left\nR1,2022-03-31\n", json!({"effectiveOn": "2022-04-01"})).await;
        let found = import(&keys, "number,joined,manager number\nR1,2024-10-01,M2\n", json!({"effectiveOn": "2024-10-01"})).await;
        assert_eq!(found["counts"]["rejoins"], 1, "{found}");
        for (asked, status) in [("2021-06-01", "ACTIVE"), ("2022-03-31", "ACTIVE"), ("2022-04-01", "LEFT"), ("2024-09-30", "LEFT"), ("2024-10-01", "ACTIVE")] {
            let found = person(&keys, "R1", asked).await;
            assert_eq!(found["id"], before["id"], "{asked}");
            assert_eq!(found["status"], status, "{asked}: {found}");
        }
        // Nothing is recorded of anyone from before their first day.
        assert!(person(&keys, "R1", "2020-03-31").await.is_null());
        assert_eq!(person(&keys, "R1", "2024-10-01").await["manager"]["number"], "M2");
    }

    /// A bad manager costs that line alone: not the person, not their reports.
    async fn a_bad_manager_blocks_only_that_line(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let day = today(&keys).await;
        let file = "number,given name,family name,manager number\nM1,Max,Renamed,NOBODY\nR1,Rio,Renamed,M1\nR2,Ren,Report,R2\n";
        let found = import(&keys, file, json!({})).await;
        assert_eq!(found["counts"]["blockedLines"], 2, "{found}");
        assert_eq!(found["counts"]["errors"], 0);
        let codes: Vec<String> = answer::nodes(&found["defects"]).iter().map(|it| answer::text(&it["code"])).filter(|code| code.ends_with("manager")).collect();
        assert_eq!(codes, ["unknown_manager", "self_manager"]);
        let manager = person(&keys, "M1", day).await;
        assert_eq!(manager["displayName"], "Max Renamed");
        assert_eq!(manager["manager"]["number"], "D1");
        assert_eq!(person(&keys, "R1", day).await["displayName"], "Rio Renamed");
        assert_eq!(person(&keys, "R2", day).await["manager"]["number"], "M1");
    }

    /// Defects name their place and a way out, in the language of whoever asks.
    async fn defects_are_located_and_speak_the_callers_language(world: &mut World) {
        let seed = "number,name,joined,locale\nE1,Eve Top,2019-04-01,en\nJ1,山田 太郎,2019-04-01,ja\n";
        let org = world.company("acme", seed).await;
        let mut suggestions = Vec::new();
        for number in ["E1", "J1"] {
            let caller = world.person(&org, number, Some("administrator"));
            let content = std::fs::read(fixture("wrong_managers.csv")).expect("the fixture");
            let found = preview(&caller, content, json!({})).await;
            let defects = answer::nodes(&found["defects"]);
            let unknown = defects.iter().find(|it| it["code"] == "unknown_manager").expect("a defect");
            assert_eq!(unknown["row"], 3, "{unknown}");
            assert_eq!(unknown["column"], "上司社員番号");
            assert_eq!(unknown["value"], "999");
            assert_eq!(unknown["severity"], "ERROR");
            let cycle = defects.iter().find(|it| it["code"] == "manager_cycle").expect("a cycle");
            for member in ["5", "6", "7"] {
                assert!(answer::text(&cycle["message"]).contains(member), "{cycle}");
            }
            let text = format!("{}{}", answer::text(&unknown["message"]), answer::text(&unknown["suggestion"]));
            let japanese = text.chars().any(|c| ('\u{3040}'..'\u{3100}').contains(&c));
            assert_eq!(japanese, number == "J1", "{text}");
            assert!(!answer::text(&unknown["suggestion"]).is_empty());
            suggestions.push(answer::text(&unknown["suggestion"]));
        }
        assert_ne!(suggestions[0], suggestions[1]);
    }

    /// A Japanese HR system's export in Shift_JIS, from its bytes to people, posts and history.
    async fn a_shift_jis_export_comes_in_whole(world: &mut World) {
        let seed = "number,name,joined\nA9,Admin Person,2019-04-01\n";
        let org = world.company("minato", seed).await;
        let keys = world.person(&org, "A9", Some("administrator"));
        let content = std::fs::read(fixture("minato_shift_jis.csv")).expect("the fixture");
        assert!(String::from_utf8(content.clone()).is_err(), "the fixture is in Shift_JIS");
        let found = preview(&keys, content, json!({})).await;
        assert_eq!(found["counts"]["errors"], 0, "{found}");
        assert_eq!(found["counts"]["joins"], 8, "{found}");
        assert_eq!(found["counts"]["former"], 1, "{found}");
        apply(&keys, &found).await.done();
        world.settle(&keys).await;
        let day = today(&keys).await;
        let president = person(&keys, "000101", day).await;
        assert_eq!(president["displayName"], "髙橋 誠一");
        assert_eq!(president["joinedOn"], "1985-04-01");
        let director = person(&keys, "000215", day).await;
        assert_eq!(director["displayName"], "山﨑 恵子");
        let posts: Vec<Value> = director["posts"].as_array().expect("posts").clone();
        assert_eq!(posts.len(), 2, "{director}");
        assert!(posts.iter().any(|it| it["isPrimary"] == false && it["department"]["name"] == "管理本部" && it["position"] == "副本部長"), "{director}");
        let report = person(&keys, "000412", day).await;
        assert_eq!(report["department"], json!({"name": "第一営業部", "parent": {"name": "営業本部"}}));
        assert_eq!(report["manager"]["number"], "000330");
        let former = person(&keys, "000288", day).await;
        assert!(former["status"] == "LEFT" && former["leftOn"] == "2024-03-31", "{former}");
        let kana = keys.query("{ people(filter: {text: \"サトウ\"}) { edges { node { number name { familyKana } } } } }").await;
        assert_eq!(answer::nodes(&kana["people"])[0]["name"]["familyKana"], "サトウ");
    }

    /// Staged files are bounded, expire, and must be what they say.
    async fn uploads_are_bounded_and_expire(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let response = keys.post_upload("big.csv", vec![b'a'; 64 * 1024 * 1024 + 1]).await;
        assert_eq!(response.status().as_u16(), 413);
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body["errors"][0]["extensions"]["code"], "FILE_TOO_LARGE");

        let rubbish = keys.upload("a.xlsx", b"PK\x03\x04 this is no workbook".to_vec()).await;
        let refused = keys.mutate("previewImport", json!({"uploadId": rubbish}), "orgImport { id }").await;
        assert_eq!(refused.refusal(), "UNREADABLE_FILE");
        // A file that can be read and makes no sense has a preview that says so.
        let senseless = preview(&keys, "a,b\n1,2\n", json!({})).await;
        assert_eq!(senseless["refused"], true);
        assert_eq!(apply(&keys, &senseless).await.refusal(), "UNREADABLE_FILE");

        let upload = keys.upload("a.csv", "number,name\nN1,New One\n").await;
        world.database.sql(&org.id, "update upload set expires_at = '2020-01-01T00:00:00+00:00'");
        let late = keys.mutate("previewImport", json!({"uploadId": upload}), "orgImport { id }").await;
        assert_eq!(late.clone().payload()["userErrors"][0]["field"], json!(["uploadId"]));
        assert_eq!(late.refusal(), "NOT_FOUND");
        // Staging the next file throws the expired ones away.
        keys.upload("a.csv", "number,name\nN1,New One\n").await;
        let kept = world.database.sql(&org.id, "select count(*) as kept from upload");
        assert_eq!(kept[0]["kept"], 1);
    }

    /// U+0000, which one engine cannot store, is no text: neither in a file's name nor in a file of
    /// any encoding does it come as far as the database.
    async fn a_nul_in_a_file_is_refused_or_a_defect(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let upload = keys.upload("a%00b.csv", "number,name\nN1,New One\n").await;
        let input = json!({"uploadId": upload});
        keys.mutate("previewImport", input, "orgImport { fileName }").await.done();
        let text = "number,name,job title\nN1,New \0One,Boss\nN2,New Two,\0\nN4,New Four,x\n";
        let upload = keys.upload("a.csv", text).await;
        let plain = keys.mutate("previewImport", json!({"uploadId": upload}), "__typename").await;
        assert_eq!(plain.refusal(), "UNREADABLE_FILE");
        let marked = format!("\u{feff}{text}");
        let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let upload = keys.upload("a.csv", utf16).await;
        let wide = keys.mutate("previewImport", json!({"uploadId": upload}), SELECTION).await.payload();
        if wide["orgImport"].is_null() {
            assert_eq!(wide["userErrors"][0]["code"], "UNREADABLE_FILE", "{wide}");
        } else {
            apply(&keys, &wide["orgImport"]).await.done();
            let day = today(&keys).await;
            assert_eq!(person(&keys, "N4", day).await["displayName"], "New Four", "{wide}");
        }
    }

    /// Columns that no alias knows can be named.
    async fn columns_can_be_mapped_by_hand(world: &mut World) {
        let org = world.company("acme", COMPANY).await;
        let keys = world.person(&org, "A1", Some("administrator"));
        let file = "Personal-Nr.;Anzeige\nN1;Jürgen Groß\n";
        let without = preview(&keys, file, json!({})).await;
        assert_eq!(without["refused"], true, "{without}");
        let mapping = json!([{"field": "number", "header": "Personal-Nr."}, {"field": "full_name", "header": "Anzeige"}]);
        let with = import(&keys, file, json!({"mapping": mapping})).await;
        assert_eq!(with["counts"]["joins"], 1, "{with}");
        assert_eq!(person(&keys, "N1", today(&keys).await).await["displayName"], "Jürgen Groß");
    }
}
