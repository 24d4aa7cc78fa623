//! What changes is told to whom it concerns, over both transports, and nothing is missed.

mod cursors;
mod ends;
#[path = "../signer/mod.rs"]
mod signer;
mod sockets;
mod told;

use taiwa_tests::{
    Value,
    cast::{Cast, Who},
    json,
};

const CHANGES: &str = "subscription($after: String, $pair: ID, $kinds: [ChangeKind!]) { \
    changes(after: $after, pairId: $pair, kinds: $kinds) { cursor at kind pair { id } meeting { id } \
    node { __typename id ... on AgendaItem { text } ... on ActionItem { text } \
    ... on Minutes { version } } } }";

/// Adds an action to the cast's pair, which both are told of.
async fn act(cast: &Cast, who: Who, text: &str) -> Value {
    let pair = cast.pair().await["id"].clone();
    let caller = cast.of(who);
    let owner = caller.person(taiwa_tests::cast::number(who)).await;
    let input = json!({"pairId": pair, "ownerId": owner, "text": text});
    caller.mutate("addAction", input, "actionItem { id }").await.done()["actionItem"]["id"].clone()
}

async fn agenda(cast: &Cast, who: Who, text: &str, draft: bool) -> Value {
    let input = json!({"pairId": cast.pair().await["id"], "text": text, "draft": draft});
    let added = cast.of(who).mutate("addAgendaItem", input, "agendaItem { id }").await.done();
    added["agendaItem"]["id"].clone()
}
