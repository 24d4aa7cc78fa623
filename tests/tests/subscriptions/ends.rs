//! When a subscription ends.

use chrono::Days;
use taiwa_tests::{
    both,
    cast::{Cast, Who},
    json,
    live::{Events, Socket, cursor},
    world::today,
};

use super::{
    CHANGES,
    signer::{Signer, claims},
};

both! {
    /// A subscription ends with its token and with its person's employment, wherever it is.
    async fn it_ends_with_the_token_and_the_employment(world: &mut World) {
        let cast = Cast::new(world).await;
        let (manager, report) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let mut one = Socket::of(manager).await;
        let mut idle = Socket::of(manager).await;
        let mut events = Events::begin(manager, CHANGES, json!({})).await;
        one.begin("1", CHANGES, json!({})).await;
        manager.query("mutation { revokeMyTokens { revoked } }").await;
        assert_eq!(one.until_closed().await, Some(4401));
        assert_eq!(idle.until_closed().await, Some(4401), "without a subscription as well");
        assert_eq!(events.refusal().await, "UNAUTHENTICATED");

        let mut two = Socket::of(report).await;
        let mut idle = Socket::of(report).await;
        let after = cursor(report).await;
        two.begin("1", CHANGES, json!({"after": after})).await;
        let mut events = Events::begin(report, CHANGES, json!({"after": after})).await;
        let day = today(cast.of(Who::Hr)).await - Days::new(1);
        let pair = taiwa_tests::cast::pair_of(report, "R1").await["id"].clone();
        let file = world.file("left.csv", format!("number,last day\nR1,{day}\n"));
        world.import(&cast.org, &file, &[]);
        // The next change is told to nobody who has left.
        let manager = world.person(&cast.org, "M1", None);
        let input = json!({"pairId": pair, "text": "after they left"});
        manager.mutate("addAgendaItem", input, "__typename").await.done();
        assert_eq!(two.until_closed().await, Some(4403));
        assert_eq!(events.refusal().await, "FORBIDDEN");
        assert_eq!(idle.until_closed().await, Some(4403), "without a subscription as well");
        let mut again = Socket::open(report).await;
        again.introduce(json!({"authorization": format!("Bearer {}", report.token.as_deref().expect("one"))})).await;
        assert_eq!(again.until_closed().await, Some(4403));
    }

    /// A token that runs out closes what it opened, in that moment and without anything happening.
    async fn it_ends_when_the_token_runs_out(world: &mut World) {
        let cast = Cast::new(world).await;
        let signer = Signer::read(&world.keys());
        // Issued a moment ago, and good for a few more.
        let report = world.person(&cast.org, "R1", None);
        let mut soon = claims(report.token.as_deref().expect("a token"));
        soon["exp"] = json!(soon["iat"].as_i64().expect("a time") + 10);
        let report = report.with_token(Some(&signer.sign(&signer.header(), &soon)));
        let mut socket = Socket::of(&report).await;
        socket.begin("1", CHANGES, json!({})).await;
        let mut events = Events::begin(&report, CHANGES, json!({})).await;
        assert_eq!(socket.until_closed().await, Some(4401));
        assert_eq!(events.refusal().await, "UNAUTHENTICATED");
    }
}
