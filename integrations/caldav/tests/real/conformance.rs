//! The port's own suite.

use taiwa_domain::{
    calendar::conformance::{Fixture, run},
    id::MeetingId,
};
use uuid::Uuid;

use crate::world::{World, utc};

fn meetings() -> [MeetingId; 2] {
    [1, 2].map(|number| MeetingId(Uuid::from_u128(number)))
}

async fn conforms(world: World) {
    let calendar = world.calendar("hanako").await;
    run(&Fixture {
        calendar: &calendar,
        meetings: meetings(),
        start: utc("2026-12-07T01:00:00Z"),
        run: 0x7a1,
    })
    .await;
}

#[tokio::test]
async fn radicale_conforms() {
    conforms(World::radicale().await).await;
}

#[tokio::test]
async fn xandikos_conforms() {
    conforms(World::xandikos().await).await;
}

/// As on servers that know no sync tokens, and on those that know no tags either.
#[tokio::test]
async fn a_server_without_sync_tokens_conforms() {
    let world = World::radicale().await;
    world.proxy.hide(&["sync-collection", "sync-token"]);
    conforms(world).await;
}

#[tokio::test]
async fn a_server_without_tags_conforms() {
    let world = World::xandikos().await;
    world.proxy.hide(&["sync-collection", "sync-token", "getctag"]);
    conforms(world).await;
}
