//! The built-in calendar: busy time in, holds and a private feed out.

use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_tests::{
    Caller, Value, answer, both,
    cast::{Cast, Who, pair_of},
    json, wait,
};

fn instant(value: &Value) -> DateTime<Utc> {
    answer::text(value).parse().expect("an instant")
}

/// A calendar file with one busy span, as a calendar program writes it.
fn ics(from: DateTime<Utc>, until: DateTime<Utc>) -> String {
    let at = |time: DateTime<Utc>| time.format("%Y%m%dT%H%M%SZ").to_string();
    [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Example//Calendar//EN",
        "BEGIN:VEVENT",
        "UID:1@example.com",
        "DTSTAMP:20260101T000000Z",
        &format!("DTSTART:{}", at(from)),
        &format!("DTEND:{}", at(until)),
        "SUMMARY:Zahnarzt Dr. Geheim",
        "LOCATION:Schweigegasse 1",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    .join("\r\n")
}

async fn holds(caller: &Caller, around: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let query = "query($from: DateTime!, $until: DateTime!) { viewer { calendar { \
        holds(from: $from, until: $until) { startsAt } } } }";
    let (from, until) = (around - TimeDelta::days(30), around + TimeDelta::days(60));
    let data = caller.ask(query, json!({"from": from, "until": until})).await.data();
    let holds = data["viewer"]["calendar"]["holds"].as_array().expect("holds");
    holds.iter().map(|it| instant(&it["startsAt"])).collect()
}

async fn rotate(caller: &Caller) -> String {
    let query = "mutation { rotateCalendarFeed { url userErrors { code } } }";
    answer::text(&caller.ask(query, json!({})).await.done()["url"])
}

both! {
    /// Someone becomes busy: their 1on1s move out of the way, in both calendars; nothing of the
    /// appointment but its time is kept.
    async fn busy_time_moves_planned_meetings_away(world: &mut World) {
        let cast = Cast::new(world).await;
        let (organizer, partner) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let meeting = cast.pair().await["nextMeetings"][0].clone();
        let (start, end) = (instant(&meeting["slot"]["startsAt"]), instant(&meeting["slot"]["endsAt"]));
        for caller in [organizer, partner] {
            assert!(holds(caller, start).await.contains(&start));
        }
        // The rest of the day, so that it must go to another.
        let (from, until) = (start - TimeDelta::hours(10), end + TimeDelta::hours(10));
        partner.mutate("importBusyTime", json!({"ics": ics(from, until)}), "calendar { feedRotatedAt }").await.done();
        let moved = wait::until("the meeting elsewhere", async || {
            let pair = cast.pair().await;
            let now = pair["nextMeetings"].as_array()?.iter().find(|it| it["id"] == meeting["id"]).cloned()?;
            let elsewhere = now["slot"]["startsAt"] != meeting["slot"]["startsAt"];
            (elsewhere && now["slot"]["isProtected"] == true).then_some(now)
        })
        .await;
        world.settle(cast.of(Who::Hr)).await;
        let now = instant(&moved["slot"]["startsAt"]);
        assert!(now >= until || instant(&moved["slot"]["endsAt"]) <= from, "{moved}");
        assert_eq!(moved["dueWeek"], meeting["dueWeek"]);
        for caller in [organizer, partner] {
            let holds = holds(caller, start).await;
            assert!(holds.contains(&now) && !holds.contains(&start), "{holds:?}");
        }
        let query = "query($from: DateTime!, $until: DateTime!) { viewer { calendar { busy(from: $from, until: $until) { startsAt endsAt } } } }";
        let variables = json!({"from": from - TimeDelta::days(1), "until": until + TimeDelta::days(1)});
        let seen = partner.ask(query, variables.clone()).await.data()["viewer"]["calendar"]["busy"].clone();
        assert_eq!(seen.as_array().map(Vec::len), Some(1), "{seen}");
        assert_eq!((instant(&seen[0]["startsAt"]), instant(&seen[0]["endsAt"])), (from, until));
        let theirs = organizer.ask(query, variables.clone()).await.data();
        assert_eq!(theirs["viewer"]["calendar"]["busy"], json!([]), "one's own alone");
        for column in ["uid", "source", "kind"] {
            let rows = world.database.sql(&cast.org.id, &format!("select {column} as it from calendar_block"));
            let text = format!("{rows:?}");
            assert!(!text.contains("Geheim") && !text.contains("gasse") && !text.contains("example.com"), "{text}");
        }

        // A new file replaces the old one.
        let later = until + TimeDelta::days(200);
        partner.mutate("importBusyTime", json!({"ics": ics(later, later + TimeDelta::hours(1))}), "__typename").await.done();
        let seen = partner.ask(query, variables).await.data();
        assert_eq!(seen["viewer"]["calendar"]["busy"], json!([]));
        let refused = partner.mutate("importBusyTime", json!({"ics": "no calendar at all"}), "__typename").await;
        assert_eq!(refused.refusal(), "UNREADABLE_FILE");
    }

    /// A private address per person, which another one replaces.
    async fn a_feed_is_private_and_rotates(world: &mut World) {
        let cast = Cast::new(world).await;
        let partner = cast.of(Who::Partner);
        let fed = "{ viewer { calendar { feedRotatedAt } } }";
        assert!(partner.query(fed).await["viewer"]["calendar"]["feedRotatedAt"].is_null());
        let first = rotate(partner).await;
        assert!(!partner.query(fed).await["viewer"]["calendar"]["feedRotatedAt"].is_null());
        let (status, kind, text) = partner.get(&first).await;
        assert_eq!(status, 200, "{text}");
        assert!(kind.starts_with("text/calendar"), "{kind}");
        let meetings = pair_of(partner, "R1").await["nextMeetings"].clone();
        let meetings = meetings.as_array().expect("meetings");
        assert!(!meetings.is_empty());
        assert_eq!(text.matches("BEGIN:VEVENT").count(), meetings.len(), "{text}");
        assert!(text.contains("BEGIN:VTIMEZONE") && text.contains("TZID:Asia/Tokyo"), "{text}");
        assert!(text.contains("Max Lead"), "whom with: {text}");
        for line in text.split("\r\n") {
            assert!(!line.contains('\n') && line.len() <= 75, "{line}");
        }
        for meeting in meetings {
            let local = instant(&meeting["slot"]["startsAt"]).with_timezone(&chrono_tz::Asia::Tokyo);
            let start = format!("DTSTART;TZID=Asia/Tokyo:{}", local.format("%Y%m%dT%H%M%S"));
            assert!(text.contains(&start), "{start} is missing in {text}");
        }
        check_with_a_third_party(&world.file("feed.ics", &text));

        let second = rotate(partner).await;
        assert_ne!(first, second);
        assert_eq!(partner.get(&first).await.0, 404);
        assert_eq!(partner.get(&second).await.0, 200);
        // Someone else's rotation is theirs.
        let organizers = rotate(cast.of(Who::Organizer)).await;
        assert_eq!(partner.get(&second).await.0, 200);
        assert!(partner.get(&organizers).await.2.contains("Rio Report"));
        let wrong = format!("{}x.ics", second.strip_suffix(".ics").expect("a file"));
        for wrong in [wrong.as_str(), &partner.url("/calendars/.ics"), &partner.url("/calendars/x"), &second.replace(".ics", "")] {
            let (status, _, text) = partner.get(wrong).await;
            assert!(status == 404 && !text.contains("VCALENDAR"), "{wrong}: {status} {text}");
        }
        // The secret itself is nowhere in the database or the log.
        let secret = second.rsplit('/').next().and_then(|file| file.strip_suffix(".ics")).expect("a secret");
        assert!(secret.len() >= 32, "{secret}");
        let rows = world.database.sql(&cast.org.id, "select * from routing");
        assert!(!rows.is_empty() && !format!("{rows:?}").contains(secret));
    }
}

/// The colleague's check with a third-party parser, where the gate has installed it.
fn check_with_a_third_party(feed: &str) {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (python, check) = (tests.join(".cache/venv/bin/python"), tests.join("ics/check.py"));
    if !(python.exists() && check.exists()) {
        return;
    }
    let output = Command::new(python).arg(check).arg(feed).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("passed, 0 failed"), "{text}");
}
