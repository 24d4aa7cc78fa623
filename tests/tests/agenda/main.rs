//! Talking points and actions over the API: what two people share stands in their next meeting,
//! whatever happens to meetings, series and pairs.

mod actions;
mod carried;
mod raised;

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_tests::{
    Caller, Engine, Value, World, answer, both,
    cast::{Cast, Who, numbers},
    json,
};

const ITEM: &str = "id text hopedResponse isDraft state version wasCarriedOver sharedAt closedAt \
    author { number } pair { id } discussedIn { id } comments { id text author { number } }";
const ACTION: &str = "id text dueOn state version wasCarriedOver closedAt owner { number } \
    author { number } pair { id } meeting { id } agendaItem { id text }";

async fn add(caller: &Caller, pair: &Value, text: &str, more: Value) -> Value {
    let mut input = json!({"pairId": pair["id"], "text": text});
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    let selection = format!("agendaItem {{ {ITEM} }}");
    caller.mutate("addAgendaItem", input, &selection).await.done()["agendaItem"].clone()
}

async fn add_action(caller: &Caller, pair: &Value, owner: &str, text: &str, more: Value) -> Value {
    let mut input =
        json!({"pairId": pair["id"], "ownerId": caller.person(owner).await, "text": text});
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    let selection = format!("actionItem {{ {ACTION} }}");
    caller.mutate("addAction", input, &selection).await.done()["actionItem"].clone()
}

/// Changes a talking point by a mutation that needs its id alone.
async fn change(caller: &Caller, mutation: &str, item: &Value, more: Value) -> Value {
    let mut input = json!({"agendaItemId": item["id"]});
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    let selection = format!("agendaItem {{ {ITEM} }}");
    caller.mutate(mutation, input, &selection).await.done()["agendaItem"].clone()
}

fn texts(items: &Value) -> Vec<String> {
    let items = items.as_array().unwrap_or_else(|| panic!("no list: {items}"));
    items.iter().map(|it| answer::text(&it["text"])).collect()
}

/// What is open in a pair.
async fn open(caller: &Caller, pair: &Value) -> Vec<String> {
    let query = "query($id: ID!) { node(id: $id) { ... on Pair { openItems { text } } } }";
    texts(&caller.ask(query, json!({"id": pair["id"]})).await.data()["node"]["openItems"])
}

/// A meeting's agenda and actions.
async fn standing(caller: &Caller, meeting: &Value) -> (Vec<String>, Vec<String>) {
    let query =
        "query($id: ID!) { node(id: $id) { ... on Meeting { agenda { text } actions { text } } } }";
    let node = caller.ask(query, json!({"id": meeting["id"]})).await.data()["node"].clone();
    (texts(&node["agenda"]), texts(&node["actions"]))
}

/// The database's own form of an id.
fn raw(world: &World, id: &Value) -> String {
    const DIGITS: &str = "0123456789abcdefghjkmnpqrstvwxyz";
    let text = answer::text(id);
    let digits = text.rsplit_once('_').expect("an id").1;
    let bits = digits
        .chars()
        .fold(0_u128, |bits, digit| bits << 5 | DIGITS.find(digit).expect("a digit") as u128);
    match world.engine() {
        Engine::Sqlite => format!("x'{bits:032x}'"),
        Engine::Postgres => format!("'{}'", uuid::Uuid::from_u128(bits)),
    }
}

/// So many minutes before an instant that the API gave, as both databases read it.
fn before(instant: &Value, minutes: i64) -> String {
    let instant: DateTime<Utc> = answer::text(instant).parse().expect("an instant");
    (instant - TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// Lets a meeting lie five hours in the past.
fn let_pass(world: &World, cast: &Cast, meeting: &Value, now: &Value) {
    let (from, until) = (before(now, 300), before(now, 270));
    let sql = format!(
        "update meeting set starts_at = '{from}', ends_at = '{until}', sort_at = '{from}' where id = {}",
        raw(world, &meeting["id"])
    );
    world.database.sql(&cast.org.id, &sql);
}

/// A pair as one of the two sees it, active or not.
async fn cast_pair(caller: &Caller, pair: &Value) -> Value {
    let query =
        "query($id: ID!) { node(id: $id) { ... on Pair { id nextMeetings(first: 20) { id } } } }";
    caller.ask(query, json!({"id": pair["id"]})).await.data()["node"].clone()
}
