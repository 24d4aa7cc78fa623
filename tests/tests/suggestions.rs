//! What is suggested for the agenda of the next meeting: by facts that both of a pair may know, for
//! the two alone.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use taiwa_tests::{
    Caller, Engine, Org, Value, World, answer, both,
    cast::pair_of,
    json,
    world::{monday_after, today},
};

/// D1 manages M1 and M2; N1 reports to M2 at first.
const COMPANY: &str = "\
number,given name,family name,email,department,position,manager number,joined
E0,Eve,Top,e0@example.com,Board,President,,2019-04-01
D1,Dana,Middle,d1@example.com,Sales,Director,E0,2019-04-01
M1,Max,Lead,m1@example.com,Sales/East,Manager,D1,2019-04-01
M2,Mia,Lead,m2@example.com,Sales/West,Manager,D1,2019-04-01
N1,Nao,Newly,n1@example.com,Sales/East,Engineer,M2,2020-04-01
L1,Leo,Leave,l1@example.com,Sales/East,Engineer,M1,2020-04-01
T1,Tia,Title,t1@example.com,Sales/East,Engineer,M1,2020-04-01
O1,Oto,Over,o1@example.com,Sales/East,Engineer,M1,2020-04-01
P1,Pia,Plain,p1@example.com,Sales/East,Engineer,M1,2020-04-01
H1,Hana,People,h1@example.com,Staff,,E0,2019-04-01
X1,Xeno,Officer,x1@example.com,Board,,E0,2019-04-01
A1,Ann,Keys,a1@example.com,Staff,,E0,2019-04-01
";

/// Before anything of it is new.
const LONG_AGO: &str = "2024-04-01";

const SUGGESTIONS: &str = "id suggestions { situation reason message ja: message(locale: JA) \
    en: message(locale: EN) templates { id title situation isShipped questions { text } } }";

struct Company {
    org: Org,
    day: NaiveDate,
    hr: Caller,
}

impl Company {
    /// The company as it has been for long, with nothing that is new.
    async fn new(world: &World) -> Self {
        let org = world.organization("acme");
        world.import(&org, &world.file("acme.csv", COMPANY), &["--effective", LONG_AGO]);
        let hr = world.person(&org, "H1", Some("hr"));
        let day = today(&hr).await;
        world.settle(&hr).await;
        let it = Self { org, day, hr };
        // A fiscal year that has just begun: no half of it ends now.
        it.fiscal_year(world, it.day.month());
        it
    }

    fn fiscal_year(&self, world: &World, month: u32) {
        let id = world.database.id(&self.org.id);
        let sql =
            format!("update organization set fiscal_year_start_month = {month} where id = {id}");
        world.database.sql(&self.org.id, &sql);
    }

    /// A change of the org chart that began so many days ago.
    fn changed(&self, world: &World, days_ago: u64, file: &str) {
        let from = (self.day - Days::new(days_ago)).to_string();
        world.import(&self.org, &world.file("change.csv", file), &["--effective", &from]);
    }

    async fn plan(&self, world: &World) {
        world.settle(&self.hr).await;
        world.plan(&self.hr, monday_after(self.day), 6).await;
    }

    fn person(&self, world: &World, number: &str) -> Caller {
        world.person(&self.org, number, None)
    }

    /// A meeting of two so many days ago, as it stands.
    fn past(&self, world: &World, two: [&str; 2], days_ago: u64, status: &str) {
        let day = self.day - Days::new(days_ago);
        let monday = day - Days::new(u64::from(day.weekday().num_days_from_monday()));
        let starts = day.and_hms_opt(1, 0, 0).expect("ten in Tokyo").and_utc();
        let literal = |at: DateTime<Utc>| format!("'{}'", at.to_rfc3339());
        let (from, until) = (literal(starts), literal(starts + TimeDelta::minutes(30)));
        let (slot, reason) = match status {
            "skipped" => ("null, null".to_owned(), "'busy'"),
            _ => (format!("{from}, {until}"), "null"),
        };
        let id = match world.engine() {
            Engine::Sqlite => "randomblob(16)",
            Engine::Postgres => "gen_random_uuid()",
        };
        let organization = world.database.id(&self.org.id);
        let [organizer, partner] = two;
        let sql = format!(
            "insert into meeting (organization_id, id, pair_id, due_week, starts_at, ends_at, sort_at, \
               minutes, buffer_minutes, status, skip_reason, pinned, cost, version, updated_at) \
             select p.organization_id, {id}, p.id, '{monday}', {slot}, {from}, 30, 0, '{status}', \
               {reason}, false, 0, 1, {from} from pair p \
             join person a on a.organization_id = p.organization_id and a.id = p.organizer_id \
             join person b on b.organization_id = p.organization_id and b.id = p.partner_id \
             where p.organization_id = {organization} and p.kind = 'manager' \
               and a.number = '{organizer}' and b.number = '{partner}'"
        );
        world.database.sql(&self.org.id, &sql);
    }
}

/// The next meeting of a report with their manager, with what is suggested for it.
async fn next(caller: &Caller, report: &str) -> Value {
    let query = format!(
        "query($number: String) {{ person(number: $number) {{ managerPair {{ \
         nextMeetings(first: 1) {{ {SUGGESTIONS} }} }} }} }}"
    );
    let data = caller.ask(&query, json!({"number": report})).await.data();
    data["person"]["managerPair"]["nextMeetings"][0].clone()
}

fn reasons(meeting: &Value) -> Vec<String> {
    let suggestions = meeting["suggestions"].as_array().unwrap_or_else(|| panic!("{meeting}"));
    suggestions.iter().map(|it| answer::text(&it["reason"])).collect()
}

fn situations(meeting: &Value) -> Vec<String> {
    let suggestions = meeting["suggestions"].as_array().expect("suggestions");
    suggestions.iter().map(|it| answer::text(&it["situation"])).collect()
}

async fn add_action(caller: &Caller, pair: &Value, owner: &str, due: NaiveDate) {
    let owner = caller.person(owner).await;
    let input = json!({"pairId": pair, "ownerId": owner, "text": "an action", "dueOn": due});
    caller.mutate("addAction", input, "__typename").await.done();
}

both! {
    /// Somebody new to their manager, somebody back from leave, one with another title, one with
    /// overdue actions, one whose 1on1s find no time, and an ordinary one: each sees what suits
    /// them, and so does the manager.
    async fn each_pair_gets_what_suits_it(world: &mut World) {
        let it = Company::new(world).await;
        let (day, yesterday) = (it.day, it.day - Days::new(1));
        let last = it.day - Days::new(6);
        it.changed(world, 60, &format!("number,leave from,leave to\nL1,{},{last}\n", day - Days::new(60)));
        it.changed(world, 30, "number,position\nT1,Senior Engineer\n");
        it.changed(world, 10, "number,manager number\nN1,M1\n");
        it.plan(world).await;
        for report in ["L1", "T1", "O1", "P1"] {
            it.past(world, ["M1", report], 21, "held");
        }
        let manager = it.person(world, "M1");
        let pair = pair_of(&manager, "O1").await["id"].clone();
        add_action(&manager, &pair, "O1", yesterday).await;
        // What is due today, or was done, is not overdue.
        add_action(&manager, &pair, "O1", day).await;

        let expected: [(&str, &[&str], &[&str]); 5] = [
            ("N1", &["NONE_HELD", "NEW_MANAGER", "ORDINARY"], &["FIRST_ONE_ON_ONE", "MANAGER_CHANGE", "REGULAR"]),
            ("L1", &["BACK_FROM_LEAVE", "ORDINARY"], &["RETURN_FROM_LEAVE", "REGULAR"]),
            ("T1", &["NEW_ROLE", "ORDINARY"], &["NEW_ROLE", "REGULAR"]),
            ("O1", &["ACTIONS_OVERDUE", "ORDINARY"], &["GOAL_CHECK", "REGULAR"]),
            ("P1", &["ORDINARY"], &["REGULAR"]),
        ];
        for (report, expected, suggested) in expected {
            for caller in [&manager, &it.person(world, report)] {
                let meeting = next(caller, report).await;
                assert_eq!(reasons(&meeting), expected, "{report}: {meeting}");
                assert_eq!(situations(&meeting), suggested, "{report}");
                for it in meeting["suggestions"].as_array().expect("suggestions") {
                    assert_eq!(it["message"], it["en"], "in the caller's language");
                    assert_ne!(it["ja"], it["en"]);
                    let templates = it["templates"].as_array().expect("templates");
                    assert!(!templates.is_empty(), "{report}: {it}");
                    for template in templates {
                        assert_eq!(template["situation"], it["situation"], "{template}");
                        assert!(!template["questions"].as_array().expect("questions").is_empty());
                    }
                }
            }
        }
        let said = async |caller: &Caller, report: &str, at: usize, language: &str| {
            answer::text(&next(caller, report).await["suggestions"][at][language])
        };
        let (newly, back) = (it.person(world, "N1"), it.person(world, "L1"));
        assert_eq!(said(&newly, "N1", 0, "en").await, "None of these 1on1s with Max Lead is recorded as held yet: these questions help to begin.");
        assert_eq!(said(&newly, "N1", 0, "ja").await, "Max Leadさんとのこの1on1は、まだ実施の記録がありません。はじめての1on1に役立つ質問です。");
        assert!(said(&newly, "N1", 1, "en").await.starts_with("Max Lead has been your manager since "));
        assert!(said(&manager, "N1", 1, "en").await.starts_with("Nao Newly has reported to you since "));
        assert!(said(&back, "L1", 0, "en").await.starts_with("You are back from leave"));
        assert!(said(&manager, "L1", 0, "ja").await.starts_with("Leo Leaveさんは、休みから戻って"));
        assert_eq!(said(&manager, "O1", 0, "en").await, "One action of the two of you is past its day: is the goal still right?");

        // The organization's own come first, and what is suggested goes onto the agenda.
        let question = json!({"situation": "FIRST_ONE_ON_ONE", "askedBy": "EITHER", "hopedResponse": "ADVICE", "text": {"en": "Our own?"}});
        let question = it.hr.mutate("addLibraryQuestion", question, "libraryQuestion { id }").await.done();
        let template = json!({"situation": "FIRST_ONE_ON_ONE", "title": {"en": "Ours"}, "questionIds": [question["libraryQuestion"]["id"]]});
        it.hr.mutate("addAgendaTemplate", template, "__typename").await.done();
        let first = next(&newly, "N1").await["suggestions"][0]["templates"].clone();
        assert_eq!((&first[0]["title"], &first[0]["isShipped"]), (&json!("Ours"), &json!(false)));
        assert_eq!(first[1]["title"], "The first 1on1");
        let pair = pair_of(&newly, "N1").await["id"].clone();
        let input = json!({"pairId": pair, "templateId": first[1]["id"]});
        let put = newly.mutate("addAgendaItemsFromLibrary", input, "pair { openItems { text } }").await.done();
        assert_eq!(put["pair"]["openItems"], first[1]["questions"]);
        // A template whose only question went out of use is none to put there.
        let retire = json!({"questionId": question["libraryQuestion"]["id"], "version": 1});
        it.hr.mutate("retireLibraryQuestion", retire, "retiredId").await.done();
        assert_eq!(next(&newly, "N1").await["suggestions"][0]["templates"][0]["title"], "The first 1on1");

        // Lost meetings in a row, and many overdue actions, are about the work.
        it.past(world, ["M1", "P1"], 14, "skipped");
        assert_eq!(reasons(&next(&manager, "P1").await), ["ORDINARY"]);
        it.past(world, ["M1", "P1"], 7, "skipped");
        assert_eq!(reasons(&next(&manager, "P1").await), ["NO_TIME", "ORDINARY"]);
        let pair = pair_of(&manager, "O1").await["id"].clone();
        for owner in ["M1", "O1"] {
            add_action(&manager, &pair, owner, yesterday).await;
        }
        let many = next(&manager, "O1").await;
        assert_eq!(situations(&many), ["WORKLOAD", "REGULAR"]);
        assert_eq!(many["suggestions"][0]["en"], "3 actions of the two of you are past their day: is there too much to do?");
        // In the last month of the fiscal year goals and careers are near; four at most.
        it.fiscal_year(world, it.day.month() % 12 + 1);
        assert_eq!(situations(&next(&manager, "L1").await), ["RETURN_FROM_LEAVE", "GOAL_CHECK", "CAREER", "REGULAR"]);
        assert_eq!(reasons(&next(&manager, "N1").await), ["NONE_HELD", "NEW_MANAGER", "TERM_ENDS", "ORDINARY"]);
        it.fiscal_year(world, (it.day.month() + 6) % 12 + 1);
        assert_eq!(reasons(&next(&manager, "T1").await), ["NEW_ROLE", "TERM_ENDS", "ORDINARY"]);
    }

    /// The two see the same, and nobody else sees anything: not whoever sees the meeting's status,
    /// no role, and not the former manager, of whose pair nothing matters here.
    async fn it_is_for_the_two_and_of_the_two(world: &mut World) {
        let it = Company::new(world).await;
        let (report, former) = (it.person(world, "N1"), it.person(world, "M2"));
        let old = pair_of(&former, "N1").await["id"].clone();
        for days in [7, 14] {
            it.past(world, ["M2", "N1"], days, "skipped");
        }
        for days in [21, 28] {
            it.past(world, ["M2", "N1"], days, "held");
        }
        for _ in 0..3 {
            add_action(&former, &old, "N1", it.day - Days::new(1)).await;
        }
        it.changed(world, 5, "number,manager number\nN1,M1\n");
        it.plan(world).await;
        let manager = it.person(world, "M1");
        let expected = next(&report, "N1").await;
        assert_eq!(reasons(&expected), ["NONE_HELD", "NEW_MANAGER", "ORDINARY"], "{expected}");

        // What one keeps, or what is to come, is no fact.
        let pair = pair_of(&report, "N1").await;
        let draft = json!({"pairId": pair["id"], "text": "a draft", "draft": true});
        let draft = report.mutate("addAgendaItem", draft, "agendaItem { id }").await.done()["agendaItem"]["id"].clone();
        let note = json!({"pairId": pair["id"], "meetingId": expected["id"], "text": "tired"});
        report.mutate("addPrivateNote", note, "__typename").await.done();
        let soon = it.day + Days::new(9);
        let tomorrow = it.day + Days::new(1);
        let leave = format!("number,leave from,leave to\nN1,{},{tomorrow}\n", it.day - Days::new(2));
        it.changed(world, 2, &leave);
        let file = world.file("soon.csv", "number,position\nN1,Principal\n");
        world.import(&it.org, &file, &["--effective", &soon.to_string()]);
        world.settle(&it.hr).await;
        for caller in [&manager, &report] {
            assert_eq!(reasons(&next(caller, "N1").await), reasons(&expected));
        }

        // Nobody else.
        let meeting = pair_of(&report, "N1").await["nextMeetings"][0]["id"].clone();
        let query = format!("query($id: ID!) {{ node(id: $id) {{ id ... on Meeting {{ {SUGGESTIONS} }} }} }}");
        let ask = async |caller: &Caller| caller.ask(&query, json!({"id": meeting})).await;
        for caller in [&manager, &report] {
            assert_eq!(reasons(&ask(caller).await.data()["node"]), reasons(&expected));
        }
        let above = ask(&it.person(world, "D1")).await.data()["node"].clone();
        assert_eq!((&above["id"], &above["suggestions"]), (&meeting, &Value::Null), "status is not content");
        let other = world.organization("other");
        world.import(&other, &world.file("other.csv", COMPANY), &[]);
        let others = [
            ("the former manager", former.clone()),
            ("two above", it.person(world, "E0")),
            ("HR", it.hr.clone()),
            ("an executive", world.person(&it.org, "X1", Some("executive"))),
            ("an administrator", world.person(&it.org, "A1", Some("administrator"))),
            ("a colleague", it.person(world, "P1")),
            ("the same person elsewhere", world.person(&other, "M1", Some("administrator"))),
        ];
        for (who, caller) in &others {
            assert!(ask(caller).await.data()["node"].is_null(), "{who}");
        }
        assert_eq!(ask(&world.nobody()).await.codes(), ["UNAUTHENTICATED"]);
        // Nor does the former manager's own meeting with them say anything any more.
        let query = format!("{{ viewer {{ pairs {{ id meetings {{ nodes {{ status {SUGGESTIONS} }} }} }} }} }}");
        let pairs = former.query(&query).await["viewer"]["pairs"].clone();
        let pairs = pairs.as_array().expect("pairs");
        let ended = pairs.iter().find(|it| it["id"] == old).expect("the former pair");
        let meetings = answer::nodes(&ended["meetings"]);
        assert!(meetings.len() >= 4, "{ended}");
        for meeting in meetings {
            assert_eq!(meeting["suggestions"], json!([]), "{meeting}");
        }

        // What both see and left open twice is named to both; a draft as old is not.
        it.past(world, ["M1", "N1"], 3, "held");
        it.past(world, ["M1", "N1"], 10, "held");
        let before = (it.day - Days::new(20)).and_hms_opt(0, 0, 0).expect("midnight").and_utc();
        let age = |shared: bool| {
            let at = format!("'{}'", before.to_rfc3339());
            let shared = if shared { format!(", shared_at = {at}") } else { String::new() };
            let sql = format!("update agenda_item set created_at = {at}, updated_at = {at}{shared}");
            world.database.sql(&it.org.id, &sql);
        };
        age(false);
        for caller in [&manager, &report] {
            assert_eq!(reasons(&next(caller, "N1").await), ["NEW_MANAGER", "ORDINARY"]);
        }
        let share = json!({"agendaItemId": draft});
        report.mutate("shareAgendaItem", share, "__typename").await.done();
        assert_eq!(reasons(&next(&manager, "N1").await), ["NEW_MANAGER", "ORDINARY"], "shared a moment ago");
        age(true);
        for caller in [&manager, &report] {
            assert_eq!(reasons(&next(caller, "N1").await), ["NEW_MANAGER", "LEFT_OPEN"]);
        }
    }

    /// Suggestions stand with the next meeting: a later one has none, and one that was called off
    /// hands them on.
    async fn the_next_meeting_has_them(world: &mut World) {
        let it = Company::new(world).await;
        it.plan(world).await;
        let report = it.person(world, "P1");
        let meetings = async || {
            let query = format!("{{ viewer {{ meetings {{ nodes {{ status {SUGGESTIONS} }} }} }} }}");
            answer::nodes(&report.query(&query).await["viewer"]["meetings"])
        };
        let before = meetings().await;
        assert!(before.len() >= 2, "{before:?}");
        assert_eq!(reasons(&before[0]), ["NONE_HELD", "ORDINARY"], "{before:?}");
        for later in &before[1..] {
            assert_eq!(later["suggestions"], json!([]), "{later}");
        }
        let off = json!({"meetingId": before[0]["id"], "reason": "WORKLOAD"});
        report.mutate("skipMeeting", off, "__typename").await.done();
        world.settle(&it.hr).await;
        let after = meetings().await;
        let of = |id: &Value| after.iter().find(|it| it["id"] == *id).expect("the meeting").clone();
        assert_eq!(of(&before[0]["id"])["suggestions"], json!([]), "it is off");
        assert_eq!(reasons(&of(&before[1]["id"])), ["NONE_HELD", "ORDINARY"]);
    }
}
