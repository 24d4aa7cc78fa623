//! The server is killed after Google accepted a 1on1 and before anything of it was kept.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use taiwa_domain::clock::Clock;
use taiwa_google_standin::{Fault, Kind, StandIn, Trouble};
use taiwa_tests::{
    Value, answer, both, json, wait,
    world::{monday_after, today},
};

const COMPANY: &str = "\
number,given name,family name,email,manager number
M1,Max,Lead,m1@example.com,
R1,Rio,Report,r1@example.com,M1
R2,Ren,Report,r2@example.com,M1
";
const PEOPLE: [&str; 3] = ["m1@example.com", "r1@example.com", "r2@example.com"];
const SERVICE: &str = "taiwa@example.iam.gserviceaccount.com";
/// What the README asks an administrator to delegate.
const SCOPES: [&str; 2] = [
    "https://www.googleapis.com/auth/calendar.events.owned",
    "https://www.googleapis.com/auth/calendar.freebusy",
];
const WEEKS: u32 = 8;

/// The time of day: Google's, like the server's.
#[derive(Debug)]
struct Now;

impl Clock for Now {
    #[expect(clippy::disallowed_methods, reason = "the stand-in serves a real server")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// What stands in someone's calendar: when, and under which name.
fn standing(google: &StandIn, email: &str) -> Vec<(Value, Value)> {
    let events = google.hand().events(email);
    let there = events.iter().filter(|event| event["status"] != "cancelled");
    let mut found: Vec<_> =
        there.map(|it| (it["start"]["dateTime"].clone(), it["iCalUID"].clone())).collect();
    found.sort_by_key(|(start, _)| start.to_string());
    found
}

both! {
    /// kill -9 between Google's acceptance and our record of it: no orphan, no duplicate.
    async fn nothing_is_doubled_or_orphaned(world: &mut World) {
        let google = StandIn::start(Arc::new(Now)).await.expect("a stand-in");
        for email in PEOPLE {
            google.hand().person(email, Tz::Asia__Tokyo);
        }
        let key = world.file("service.json", google.hand().service_account(SERVICE, &SCOPES));
        world.settings.extend([
            ("TAIWA_GOOGLE_ENDPOINT", google.url().to_string()),
            ("TAIWA_GOOGLE_SERVICE_ACCOUNT", key),
        ]);
        world.kill();
        world.start().await;
        let org = world.company("acme", COMPANY).await;
        let delegated = ["calendar", "delegate", "--organization", "acme", "--domain", "example.com"];
        assert_eq!(world.cli(&delegated).json()["accounts"], 3);
        let hr = world.person(&org, "M1", Some("hr"));
        world.settle(&hr).await;

        google.fault(Fault {
            user: None, kind: Some(Kind::Insert), times: 1, trouble: Trouble::SilentAfter,
        });
        let monday = monday_after(today(&hr).await);
        let placed = world.begin_plan(&hr, monday, WEEKS).await["placedCount"].as_u64();
        // One account's writes go one after the other: the first waits for its answer.
        wait::until("a 1on1 that Google has and we do not know of", async || {
            (!standing(&google, PEOPLE[0]).is_empty()).then_some(())
        })
        .await;
        world.kill();
        google.heal();
        world.start().await;
        let hr = world.person(&org, "M1", Some("hr"));

        // The killed server's work is taken over when its lease ends.
        let query = "{ viewer { meetings(first: 50) { nodes { slot { startsAt state } } } } }";
        let meetings = wait::until("the protection of all 1on1s", async || {
            let meetings = answer::nodes(&hr.query(query).await["viewer"]["meetings"]);
            let protected = |it: &Value| it["slot"]["state"] == "PROTECTED";
            let all = Some(meetings.len() as u64) == placed && meetings.iter().all(protected);
            all.then_some(meetings)
        })
        .await;
        world.settle(&hr).await;
        let manager = standing(&google, PEOPLE[0]);
        assert!(meetings.len() > 4, "{meetings:?}");
        assert_eq!(manager.len(), meetings.len(), "{manager:#?} for {meetings:#?}");
        let mut reports = [standing(&google, PEOPLE[1]), standing(&google, PEOPLE[2])].concat();
        reports.sort_by_key(|(start, _)| start.to_string());
        assert_eq!(reports, manager, "each event is the manager's with a report as guest");
        let instant = |it: &Value| answer::text(it).parse::<DateTime<Utc>>().expect("an instant");
        let mut wanted: Vec<_> = meetings.iter().map(|it| instant(&it["slot"]["startsAt"])).collect();
        let mut there: Vec<_> = manager.iter().map(|(start, _)| instant(start)).collect();
        wanted.sort();
        there.sort();
        assert_eq!(there, wanted);
        assert_eq!(json!(google.over_quota()), 0);
    }
}
