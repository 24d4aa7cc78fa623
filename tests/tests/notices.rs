//! Reminders and their ways out, over the API and to a real mail server.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_tests::{
    Caller, Org, Value, World, answer, both, json,
    smtp::{Mail, Smtp},
    wait,
    world::{monday_after, today},
};

/// Two people who work around the clock and keep no public holidays: what the tests see does not
/// depend on when they run.
const COMPANY: &str = "\
number,given name,family name,email,department,manager number,joined,working hours
M1,Max,Lead,m1@example.com,Sales,,2019-04-01,Mon-Sun 00:00-24:00
R1,花子,髙橋,r1@example.com,Sales,M1,2020-04-01,Mon-Sun 00:00-24:00
A1,Ann,Keys,a1@example.com,Staff,,2019-04-01,Mon-Sun 00:00-24:00
";

/// The same hour on the clocks of both databases.
fn literal(at: DateTime<Utc>) -> String {
    format!("'{}'", at.to_rfc3339())
}

/// A company in which everybody may always be told something, with three weeks of meetings.
struct Office {
    org: Org,
    manager: Caller,
    report: Caller,
    keys: Caller,
    /// The id of the pair's first meeting.
    meeting: Value,
    pair: Value,
}

/// Lets the world's servers send through a mail server, and starts one anew.
async fn mail_through(world: &mut World, smtp: &Smtp) {
    world.configure_mail(smtp);
    world.settings.extend([
        ("TAIWA_APP_URL", "https://app.example.com/{kind}/{id}".to_owned()),
        ("TAIWA_PUBLIC_URL", "https://taiwa.example.com".to_owned()),
    ]);
    world.kill();
    world.start().await;
}

impl Office {
    async fn open(world: &World) -> Self {
        let org = world.organization_in("acme", "UTC");
        let file = world.file("acme.csv", COMPANY);
        let imported = world.import(&org, &file, &[]);
        assert_eq!(imported["counts"]["errors"], 0, "{}", imported["defects"]);
        let keys = world.person(&org, "A1", Some("administrator"));
        let manager = world.person(&org, "M1", None);
        let report = world.person(&org, "R1", None);
        world.settle(&keys).await;
        world.plan(&keys, monday_after(today(&keys).await), 3).await;
        for person in [&manager, &report, &keys] {
            let never = json!({"from": "00:00", "until": "00:00"});
            let input = json!({"quietHours": never, "version": 0});
            let selection = "noticePreferences { version quietHours { from until } }";
            let set = person.mutate("setNoticePreferences", input, selection).await.done();
            assert_eq!(set["noticePreferences"]["version"], 1, "{set}");
        }
        let query = "{ viewer { pairs { id nextMeetings(first: 20) { id } } } }";
        let pair = report.query(query).await["viewer"]["pairs"][0].clone();
        let meeting = pair["nextMeetings"][0]["id"].clone();
        Self { org, manager, report, keys, meeting, pair: pair["id"].clone() }
    }

    /// Gives the first meeting another time.
    fn meet_in(&self, world: &World, ahead: TimeDelta) {
        let starts = now() + ahead;
        let (from, until) = (literal(starts), literal(starts + TimeDelta::minutes(30)));
        let organization = world.database.id(&self.org.id);
        let earliest =
            format!("select min(sort_at) from meeting where organization_id = {organization}");
        world.database.sql(
            &self.org.id,
            &format!(
                "update meeting set starts_at = {from}, ends_at = {until}, sort_at = {from} \
                 where organization_id = {organization} and sort_at = ({earliest})"
            ),
        );
        self.hurry(world, "send_reminders");
    }

    /// Jobs of a kind are due now.
    fn hurry(&self, world: &World, kind: &str) {
        let ago = literal(now() - TimeDelta::days(1));
        let sql =
            format!("update job set run_at = {ago} where kind = '{kind}' and done_at is null");
        world.database.sql(&self.org.id, &sql);
    }
}

/// The clock of the machine that the servers run on, in whole minutes: what a test moves is moved
/// against it.
fn now() -> DateTime<Utc> {
    let since = std::time::UNIX_EPOCH.elapsed().expect("a clock");
    DateTime::from_timestamp((since.as_secs() / 60 * 60) as i64, 0).expect("an instant")
}

const NOTICES: &str = "{ viewer { notices { nodes { id kind message answer meeting { id } \
     action { text } deliveries { way state reason reasonLabel at } } } } }";

/// What a person was told, once it is so much.
async fn told(caller: &Caller, count: usize) -> Vec<Value> {
    wait::until("notices", async || {
        let found = answer::nodes(&caller.query(NOTICES).await["viewer"]["notices"]);
        (found.len() >= count).then_some(found)
    })
    .await
}

fn kinds(notices: &[Value]) -> Vec<String> {
    notices.iter().map(|it| answer::text(&it["kind"])).collect()
}

/// The part of a stop link that the server itself is asked by.
fn path(link: &str) -> String {
    let (_, path) = link.split_once("https://taiwa.example.com").expect("our address");
    path.trim_end_matches('>').to_owned()
}

async fn post(caller: &Caller, path: &str) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client
        .post(caller.url(path))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click");
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("a page"))
}

async fn wants(caller: &Caller, kind: &str) -> Vec<Value> {
    let query = "{ viewer { noticePreferences { choices { kind ways label isChosen } } } }";
    let all = caller.query(query).await["viewer"]["noticePreferences"]["choices"].clone();
    let all = all.as_array().expect("choices").clone();
    let one = all.into_iter().find(|it| it["kind"] == kind).expect("the kind");
    one["ways"].as_array().expect("ways").clone()
}

both! {
    /// A day before it begins both are told, in Taiwa and by mail; the mail says kind, time and link,
    /// and its link stops that kind and no other.
    async fn a_reminder_reaches_a_mailbox_and_its_link_stops_it(world: &mut World) {
        let smtp = Smtp::start();
        mail_through(world, &smtp).await;
        let office = Office::open(world).await;
        office.meet_in(world, TimeDelta::hours(20));
        for (caller, with) in [(&office.report, "Max Lead"), (&office.manager, "髙橋 花子")] {
            let told = told(caller, 1).await;
            assert_eq!(kinds(&told), ["DAY_BEFORE"]);
            assert_eq!(told[0]["meeting"]["id"], office.meeting, "{told:?}");
            assert!(answer::text(&told[0]["message"]).contains(with), "{told:?}");
            assert_eq!(told[0]["deliveries"][0]["state"], "WAITING", "{told:?}");
        }
        // The next sweep tells nothing again.
        office.hurry(world, "send_reminders");
        office.hurry(world, "deliver_notices");
        let mail = smtp.mails_to("r1@example.com", 1).await.remove(0);
        assert_eq!(mail.header("subject"), Some("Your 1on1 is coming up"));
        assert!(mail.header("to").expect("a name").contains("髙橋 花子"), "{mail:?}");
        let link = format!("https://app.example.com/meetings/{}", answer::text(&office.meeting));
        assert!(mail.text().contains(&link), "{}", mail.text());
        for name in ["Max", "Lead"] {
            assert!(!mail.text().contains(name) && !mail.html().contains(name), "{}", mail.text());
        }
        wait::until("the delivery", async || {
            let told = told(&office.report, 1).await;
            assert_eq!(kinds(&told), ["DAY_BEFORE"]);
            (told[0]["deliveries"][0]["state"] == "DELIVERED").then_some(())
        })
        .await;

        let stop = path(mail.header("list-unsubscribe").expect("a link").trim_start_matches('<'));
        let nobody = world.nobody();
        // Scanners of mails follow links: nothing happens by looking.
        for _ in 0..2 {
            let (status, kind, page) = nobody.get(&nobody.url(&stop)).await;
            assert_eq!((status, kind.as_str()), (200, "text/html; charset=utf-8"));
            assert!(page.contains("<form method=\"post\">") && page.contains("the day before"), "{page}");
            assert_eq!(wants(&office.report, "DAY_BEFORE").await, ["EMAIL"]);
        }
        for _ in 0..2 {
            let (status, page) = post(&nobody, &stop).await;
            assert!(status == 200 && page.contains("Stopped"), "{status}: {page}");
        }
        assert_eq!(wants(&office.report, "DAY_BEFORE").await, Vec::<Value>::new());
        assert_eq!(wants(&office.report, "NOTHING_PREPARED").await, ["EMAIL"]);
        assert_eq!(wants(&office.manager, "DAY_BEFORE").await, ["EMAIL"], "nobody else's");
        let broken = format!("{}A", &stop[..stop.len() - 1]);
        assert_eq!(post(&nobody, &broken).await.0, 404);
        assert_eq!(post(&nobody, "/notices/stop/abc").await.0, 404);

        // Moved, the new time is announced: in the list to both, by mail to one.
        office.meet_in(world, TimeDelta::hours(22));
        assert_eq!(kinds(&told(&office.report, 2).await), ["DAY_BEFORE", "DAY_BEFORE"]);
        let told = told(&office.manager, 2).await;
        assert_eq!(told[0]["deliveries"][0]["state"], "WAITING", "{told:?}");
        office.hurry(world, "deliver_notices");
        smtp.mails_to("m1@example.com", 2).await;
        assert_eq!(smtp.mails_to("r1@example.com", 1).await.len(), 1);
        // The administrator sees counts.
        let query = "{ organization { noticeDeliveries { way state count } } }";
        wait::until("the count", async || {
            let counts = office.keys.query(query).await["organization"]["noticeDeliveries"].clone();
            (counts == json!([{"way": "EMAIL", "state": "DELIVERED", "count": 3}])).then_some(())
        })
        .await;
        let refused = office.report.ask(query, json!({})).await;
        assert_eq!(refused.codes(), ["NOT_FOUND"]);
    }

    /// While the mail server is down nothing is lost, also when ours dies; and nobody gets it twice.
    async fn mail_outlives_both_servers(world: &mut World) {
        let mut smtp = Smtp::start();
        mail_through(world, &smtp).await;
        let office = Office::open(world).await;
        smtp.stop();
        office.meet_in(world, TimeDelta::hours(20));
        told(&office.report, 1).await;
        office.hurry(world, "deliver_notices");
        wait::until("a try that failed", async || {
            let sql = "select attempts from job where kind = 'deliver_notices' and error_code = 'notify'";
            (world.database.sql(&office.org.id, sql).len() == 2).then_some(())
        })
        .await;
        world.kill();
        smtp.resume();
        world.database.sql(&office.org.id, "update job set lease_until = null where done_at is null");
        office.hurry(world, "deliver_notices");
        world.start().await;
        for address in ["r1@example.com", "m1@example.com"] {
            smtp.mails_to(address, 1).await;
        }
        world.settle(&office.keys).await;
        assert_eq!(smtp.mails().len(), 2);
        let told = told(&office.report, 1).await;
        assert_eq!(told[0]["deliveries"][0]["state"], "DELIVERED", "{told:?}");
    }

    /// Nobody at the address: given up at once, said so to the person, and not tried again.
    async fn an_address_of_nobody_is_marked(world: &mut World) {
        let smtp = Smtp::start();
        mail_through(world, &smtp).await;
        let office = Office::open(world).await;
        let organization = world.database.id(&office.org.id);
        world.database.sql(&office.org.id, &format!(
            "update person_profile set email = 'nobody-r1@example.com' \
             where organization_id = {organization} and email = 'r1@example.com'"
        ));
        office.meet_in(world, TimeDelta::hours(20));
        told(&office.report, 1).await;
        office.hurry(world, "deliver_notices");
        let failed = wait::until("the refusal", async || {
            let told = told(&office.report, 1).await;
            (told[0]["deliveries"][0]["state"] == "FAILED").then(|| told[0]["deliveries"][0].clone())
        })
        .await;
        assert_eq!(failed["reason"], "ADDRESS_REFUSED", "{failed}");
        assert_eq!(failed["reasonLabel"], "there is nobody at the address");
        let query = "{ viewer { noticePreferences { refusedAddresses { way refusedAt } version } } }";
        let mine = office.report.query(query).await["viewer"]["noticePreferences"].clone();
        assert_eq!(mine["refusedAddresses"][0]["way"], "EMAIL", "{mine}");
        let input = json!({"version": mine["version"]});
        office.report.mutate("setNoticePreferences", input, "__typename").await.done();
        let mine = office.report.query(query).await["viewer"]["noticePreferences"].clone();
        assert_eq!(mine["refusedAddresses"], json!([]));
    }

    /// A life of a pair, its reminders and mails: no sentence of theirs is in any of it.
    async fn no_notice_or_mail_holds_a_sentence(world: &mut World) {
        let smtp = Smtp::start();
        mail_through(world, &smtp).await;
        let office = Office::open(world).await;
        let mut written: Vec<String> = Vec::new();
        let mut say = || {
            let n = written.len();
            written.push(format!("Qzv{n}wxk 誰にも見せない言葉{n} jxq{n}vzk"));
            written[n].clone()
        };
        let (report, manager) = (&office.report, &office.manager);
        let item = json!({"pairId": office.pair, "text": say()});
        manager.mutate("addAgendaItem", item, "agendaItem { id }").await.done();
        let owner = report.person("R1").await;
        let day = today(report).await;
        for due in [day.succ_opt().expect("a day"), day.pred_opt().expect("a day")] {
            let action = json!({"pairId": office.pair, "ownerId": owner, "text": say(), "dueOn": due});
            manager.mutate("addAction", action, "actionItem { id }").await.done();
        }
        let note = json!({"text": say(), "meetingId": office.meeting});
        manager.mutate("addPrivateNote", note, "privateNote { id }").await.done();
        office.meet_in(world, TimeDelta::minutes(100));
        // Actions are told from nine in the morning on: how many of the two are, depends on the hour.
        let told_report = told(report, 1).await;
        assert!(kinds(&told_report).contains(&"NOTHING_PREPARED".to_owned()), "{told_report:?}");
        world.settle(&office.keys).await;
        assert!(!kinds(&told(manager, 0).await).contains(&"NOTHING_PREPARED".to_owned()));
        let skip = json!({"meetingId": office.meeting, "reason": "WORKLOAD"});
        manager.mutate("skipMeeting", skip, "meeting { id }").await.done();
        let test = json!({"way": "EMAIL"});
        office.keys.mutate("sendTestNotice", test, "viewer { roles }").await.done();
        office.hurry(world, "deliver_notices");
        smtp.mails_to("a1@example.com", 1).await;
        let mails: Vec<Mail> = smtp.mails_to("r1@example.com", 1).await;
        assert!(mails[0].text().contains("given up"), "{}", mails[0].text());
        // Her action's text is in her own list, and there alone.
        for it in told(report, 1).await.iter().filter(|it| it["kind"] == "ACTION_DUE") {
            assert!(answer::text(&it["action"]["text"]).starts_with("Qzv"), "{it}");
        }
        let mut everything = String::new();
        for mail in smtp.mails() {
            everything.push_str(&mail.0.to_string());
        }
        for table in ["notice", "notice_delivery", "reminder", "job", "notice_preference"] {
            let rows = world.database.sql(&office.org.id, &format!("select * from {table}"));
            assert!(!rows.is_empty(), "{table}");
            everything.push_str(&json!(rows).to_string());
        }
        for n in 1.. {
            let log = world.folder.path().join(format!("server-{n}.log"));
            let Ok(log) = std::fs::read_to_string(log) else { break };
            // Nor does a log hold an address, or a link that does something.
            for part in ["@example.com", "notices/stop"] {
                assert!(!log.contains(part), "{part}: {log}");
            }
            everything.push_str(&log);
        }
        for sentence in &written {
            for part in sentence.split(' ') {
                let escaped = json!(part).to_string();
                assert!(!everything.contains(part) && !everything.contains(escaped.trim_matches('"')), "{part}");
            }
        }
    }

    /// Preferences: what is set is set, a stale write is refused with how things stand, and what
    /// makes no sense is refused.
    async fn preferences_are_ones_own(world: &mut World) {
        let office = Office::open(world).await;
        let selection = "noticePreferences { version quietHours { from until } choices { kind ways isChosen } }";
        let input = json!({
            "version": 1, "quietHours": {"from": "21:30", "until": "07:15"},
            "choices": [{"kind": "TWO_DAYS_BEFORE", "ways": ["SLACK", "EMAIL"]}, {"kind": "SLOT", "ways": []}],
            "idempotencyKey": "once",
        });
        let set = office.report.mutate("setNoticePreferences", input.clone(), selection).await.done();
        let mine = &set["noticePreferences"];
        assert_eq!(mine["quietHours"], json!({"from": "21:30", "until": "07:15"}));
        let of = |kind: &str| {
            let all = mine["choices"].as_array().expect("choices");
            all.iter().find(|it| it["kind"] == kind).expect("the kind").clone()
        };
        assert_eq!(of("TWO_DAYS_BEFORE")["ways"], json!(["EMAIL", "SLACK"]));
        assert_eq!((&of("SLOT")["ways"], &of("SLOT")["isChosen"]), (&json!([]), &json!(true)));
        assert_eq!((&of("DAY_BEFORE")["ways"], &of("DAY_BEFORE")["isChosen"]), (&json!(["EMAIL"]), &json!(false)));
        let again = office.report.mutate("setNoticePreferences", input, selection).await.done();
        assert_eq!(again, set);
        let stale = json!({"version": 1, "quietHours": {"from": "22:00", "until": "06:00"}});
        let refused = office.report.mutate("setNoticePreferences", stale, selection).await.payload();
        assert_eq!(refused["userErrors"][0]["code"], "STALE", "{refused}");
        assert_eq!(refused["noticePreferences"]["quietHours"]["from"], "21:30");
        for (hours, field) in [
            (json!({"from": "10:00", "until": "09:30"}), json!(["quietHours"])),
            (json!({"from": "ten", "until": "09:30"}), json!(["quietHours", "from"])),
        ] {
            let input = json!({"version": 2, "quietHours": hours});
            let refused = office.report.mutate("setNoticePreferences", input, "__typename").await.payload();
            assert_eq!(refused["userErrors"][0]["code"], "INVALID", "{refused}");
            assert_eq!(refused["userErrors"][0]["field"], field, "{refused}");
        }
        let kinds: BTreeSet<String> = mine["choices"].as_array().expect("choices").iter().map(|it| answer::text(&it["kind"])).collect();
        assert_eq!(kinds.len(), 9);
        assert!(!kinds.contains("TEST"));
        // Nothing is configured: no test can be sent.
        let test = office.keys.mutate("sendTestNotice", json!({"way": "EMAIL"}), "__typename").await;
        assert_eq!(test.refusal(), "CONFLICT");
    }
}
