//! Questions and templates for agendas: shipped in two languages, and an organization's own.

use taiwa_tests::{
    Caller, Value, answer, both,
    cast::{Cast, Who},
    json,
};

const QUESTION: &str = "id situation askedBy hopedResponse text isShipped version";

async fn questions(caller: &Caller, arguments: &str) -> Vec<Value> {
    let query = format!(
        "{{ libraryQuestions{arguments} {{ {QUESTION} ja: text(locale: JA) en: text(locale: EN) }} }}"
    );
    caller.query(&query).await["libraryQuestions"].as_array().expect("questions").clone()
}

fn of(text: Value) -> Value {
    json!({"situation": "CAREER", "askedBy": "REPORT", "hopedResponse": "ADVICE", "text": text})
}

both! {
    /// What is shipped can be used at once, in the caller's language.
    async fn questions_come_with_the_product(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let all = questions(manager, "").await;
        assert!(all.len() >= 60, "{}", all.len());
        let failure = questions(manager, "(situation: AFTER_FAILURE, askedBy: REPORT)").await;
        assert!(!failure.is_empty());
        for it in &failure {
            assert_eq!((&it["situation"], &it["isShipped"], &it["version"]), (&json!("AFTER_FAILURE"), &json!(true), &json!(0)));
            assert_ne!(it["askedBy"], "MANAGER", "{it}");
            assert_eq!(it["text"], it["en"], "in the caller's language: {it}");
            assert_ne!(it["ja"], it["en"]);
        }
        let query = "{ agendaTemplates(situation: FIRST_ONE_ON_ONE) { id title isShipped questions { id text } } }";
        let template = manager.query(query).await["agendaTemplates"][0].clone();
        assert_eq!((&template["title"], &template["isShipped"]), (&json!("The first 1on1"), &json!(true)));

        // On the agenda, in the template's order.
        let pair = cast.pair().await;
        let input = json!({"pairId": pair["id"], "templateId": template["id"], "idempotencyKey": "once"});
        let selection = "pair { openItems { text isDraft author { number } } }";
        let put = manager.mutate("addAgendaItemsFromLibrary", input.clone(), selection).await.done();
        assert_eq!(manager.mutate("addAgendaItemsFromLibrary", input, selection).await.done(), put);
        let texts = |items: &Value| items.as_array().expect("items").iter().map(|it| it["text"].clone()).collect::<Vec<_>>();
        assert_eq!(texts(&put["pair"]["openItems"]), texts(&template["questions"]));
        // As drafts: the other sees none of it.
        let ids = [&failure[0]["id"], &failure[1]["id"]];
        let input = json!({"pairId": pair["id"], "questionIds": ids, "draft": true});
        let put = report.mutate("addAgendaItemsFromLibrary", input, selection).await.done();
        let items = put["pair"]["openItems"].as_array().expect("items");
        assert_eq!(items.len(), template["questions"].as_array().expect("questions").len() + 2);
        assert_eq!(items.iter().filter(|it| it["isDraft"] == true && it["author"]["number"] == "R1").count(), 2);
        for wrong in [json!([]), json!([ids[0], ids[0]])] {
            let input = json!({"pairId": pair["id"], "questionIds": wrong});
            assert_eq!(report.mutate("addAgendaItemsFromLibrary", input, "__typename").await.refusal(), "INVALID");
        }
        let unknown = json!({"pairId": pair["id"], "questionIds": ["library_question_00000000000000000000000001"]});
        assert_eq!(report.mutate("addAgendaItemsFromLibrary", unknown, "__typename").await.refusal(), "INVALID");
    }

    /// HR adds to it for everyone in the organization, changes it and takes it out of use.
    async fn an_organization_has_its_own(world: &mut World) {
        let cast = Cast::new(world).await;
        let (hr, report) = (cast.of(Who::Hr), cast.of(Who::Partner));
        let before = questions(report, "").await.len();
        let selection = format!("libraryQuestion {{ {QUESTION} ja: text(locale: JA) }}");
        let input = of(json!({"en": " What would you dare? "}));
        let made = hr.mutate("addLibraryQuestion", input, &selection).await.done()["libraryQuestion"].clone();
        assert_eq!((&made["text"], &made["ja"]), (&json!("What would you dare?"), &json!("What would you dare?")));
        assert_eq!((&made["isShipped"], &made["version"]), (&json!(false), &json!(1)));
        let seen = questions(report, "(situation: CAREER)").await;
        assert_eq!(seen[0]["id"], made["id"], "the organization's own come first");
        assert_eq!(questions(cast.of(Who::Stranger), "").await.len(), before, "of this organization alone");

        let mut update = of(json!({"en": "What would you dare?", "ja": "何に挑みますか。"}));
        (update["questionId"], update["version"]) = (made["id"].clone(), json!(1));
        let changed = hr.mutate("updateLibraryQuestion", update.clone(), &selection).await.done();
        assert_eq!((&changed["libraryQuestion"]["ja"], &changed["libraryQuestion"]["version"]), (&json!("何に挑みますか。"), &json!(2)));
        assert_eq!(hr.mutate("updateLibraryQuestion", update, &selection).await.refusal(), "STALE");
        for text in [json!({}), json!({"en": " "}), json!({"en": "x".repeat(501)})] {
            assert_eq!(hr.mutate("addLibraryQuestion", of(text), &selection).await.refusal(), "INVALID");
        }
        // Shipped ones are nobody's to change.
        let shipped = answer::text(&seen[1]["id"]);
        let retire = json!({"questionId": shipped, "version": 0});
        assert_eq!(hr.mutate("retireLibraryQuestion", retire, "retiredId").await.refusal(), "NOT_FOUND");

        let template = json!({"situation": "TEAM", "title": {"ja": "私たちの型"}, "questionIds": [made["id"], shipped]});
        let selection = "agendaTemplate { id title version questions { id } }";
        let kept = hr.mutate("addAgendaTemplate", template.clone(), selection).await.done()["agendaTemplate"].clone();
        assert_eq!((&kept["title"], kept["questions"].as_array().map(Vec::len)), (&json!("私たちの型"), Some(2)));
        let mut wrong = template.clone();
        wrong["questionIds"] = json!([shipped, shipped]);
        assert_eq!(hr.mutate("addAgendaTemplate", wrong, selection).await.refusal(), "INVALID");
        // A question that goes out of use leaves its templates.
        let retire = json!({"questionId": made["id"], "version": 2});
        assert_eq!(hr.mutate("retireLibraryQuestion", retire.clone(), "retiredId").await.done()["retiredId"], made["id"]);
        assert_eq!(hr.mutate("retireLibraryQuestion", retire, "retiredId").await.refusal(), "NOT_FOUND");
        assert_eq!(questions(report, "").await.len(), before);
        let query = "{ agendaTemplates(situation: TEAM) { id questions { id } } }";
        let now = report.query(query).await["agendaTemplates"][0].clone();
        assert_eq!((&now["id"], &now["questions"]), (&kept["id"], &json!([{"id": shipped}])));
        let retire = json!({"templateId": kept["id"], "version": 1});
        hr.mutate("retireAgendaTemplate", retire, "retiredId").await.done();
        assert_ne!(report.query(query).await["agendaTemplates"][0]["id"], kept["id"]);
    }
}
