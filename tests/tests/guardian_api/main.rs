//! The guardian over the API: slots that are attacked, defended and explained, and what people
//! choose themselves.

mod attacked;
mod chosen;
mod policy;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use taiwa_tests::{
    Caller, Value, World, answer, both,
    cast::{Cast, Who},
    json,
};

fn instant(value: &Value) -> DateTime<Utc> {
    answer::text(value).parse().expect("an instant")
}

/// Someone becomes busy from `from` until `until`, by a calendar file.
async fn busy(caller: &Caller, from: DateTime<Utc>, until: DateTime<Utc>) {
    let at = |time: DateTime<Utc>| time.format("%Y%m%dT%H%M%SZ").to_string();
    let (from, until) = (at(from), at(until));
    let ics = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:1@example.com\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART:{from}\r\nDTEND:{until}\r\nSUMMARY:Secret Summit\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    caller.mutate("importBusyTime", json!({"ics": ics}), "__typename").await.done();
}

const MEETING: &str = "id version dueWeek isPinned skipReason releaseReason \
    place { kind text } slot { startsAt endsAt isProtected state isPinned interventions } \
    slotEvents(first: 100) { pageInfo { hasNextPage } nodes { id at actor { number } kind finding \
      action state person { number } to { startsAt endsAt } displacedBy refusedBecause \
      releaseReason recreatedBecause message } }";

async fn meeting(caller: &Caller, id: &Value) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Meeting {{ {MEETING} }} }} }}");
    caller.ask(&query, json!({"id": id})).await.data()["node"].clone()
}

/// The next meeting of a report with their manager.
async fn next(caller: &Caller, report: &str) -> Value {
    let query = format!(
        "query($number: String) {{ person(number: $number) {{ managerPair {{ \
         nextMeetings(first: 1) {{ {MEETING} }} }} }} }}"
    );
    let data = caller.ask(&query, json!({"number": report})).await.data();
    data["person"]["managerPair"]["nextMeetings"][0].clone()
}

async fn notices(caller: &Caller) -> Vec<Value> {
    let query = "{ viewer { notices(first: 50) { nodes { id at seenAt kind answer message \
        meeting { id } findings { kind person { number } displacedBy to { startsAt } message } } } } }";
    answer::nodes(&caller.query(query).await["viewer"]["notices"])
}

/// Who is told of a meeting, and how.
fn about(notices: &[Value], meeting: &Value) -> Vec<String> {
    let of = notices.iter().filter(|it| it["meeting"]["id"] == meeting["id"]);
    of.map(|it| answer::text(&it["answer"])).collect()
}

async fn set_policy(world: &World, hr: &Caller, level: &str) {
    let query = "{ organization { guardianPolicy { version } } }";
    let version = hr.query(query).await["organization"]["guardianPolicy"]["version"].clone();
    let input = json!({
        "level": level, "freezeMinutes": 1440, "place": {"kind": "UNSAID"}, "version": version,
    });
    hr.mutate("setGuardianPolicy", input, "guardianPolicy { version }").await.done();
    world.settle(hr).await;
}

/// Over the whole of a meeting, with five minutes around.
async fn intrude(caller: &Caller, meeting: &Value) {
    let slot = &meeting["slot"];
    let (from, until) = (instant(&slot["startsAt"]), instant(&slot["endsAt"]));
    busy(caller, from - TimeDelta::minutes(5), until + TimeDelta::minutes(5)).await;
}
