//! Every look at someone's status by a third person is visible to those looked at.

use taiwa_tests::{
    Caller, Value, answer, both,
    cast::{Cast, Who, pair_of},
    json,
};

async fn looks(caller: &Caller) -> Vec<Value> {
    let query = "{ viewer { statusLooks { edges { node { lookedAt viewer { number } \
                 pair { organizer { number } partner { number } } } } } } }";
    answer::nodes(&caller.query(query).await["viewer"]["statusLooks"])
}

both! {
    /// The manager's manager looks, twice; the two see it once; nobody else sees or leaves traces.
    async fn the_two_see_who_looked(world: &mut World) {
        let cast = Cast::new(world).await;
        let the_two = [cast.of(Who::Organizer), cast.of(Who::Partner)];
        // Their own looks, and those of people who are shown nothing, are none.
        for who in [Who::Organizer, Who::Partner, Who::Hr, Who::Administrator, Who::Colleague, Who::TwoAbove] {
            pair_of(cast.of(who), "R1").await;
        }
        for caller in the_two {
            assert_eq!(looks(caller).await, Vec::<Value>::new());
        }
        let above = cast.of(Who::Above);
        let pair = pair_of(above, "R1").await;
        assert_eq!(pair["kind"], "MANAGER");
        pair_of(above, "R1").await;
        above.ask("query($id: ID!) { node(id: $id) { id } }", json!({"id": pair["id"]})).await.data();
        for caller in the_two {
            let looks = looks(caller).await;
            assert_eq!(looks.len(), 1, "the first look of a day is kept: {looks:?}");
            assert_eq!(looks[0]["viewer"]["number"], "D1");
            assert_eq!(looks[0]["pair"]["organizer"]["number"], "M1");
            assert_eq!(looks[0]["pair"]["partner"]["number"], "R1");
        }
        assert_eq!(looks(above).await, Vec::<Value>::new());
        assert_eq!(looks(cast.of(Who::Hr)).await, Vec::<Value>::new());

        // A meeting by its id, and a list of someone's pairs, are looks as well.
        let meeting = cast.pair().await["nextMeetings"][0]["id"].clone();
        let query = "{ person(number: \"M2\") { pairs { nextMeetings { id } } } }";
        above.query(query).await;
        let colleague = looks(cast.of(Who::Colleague)).await;
        assert_eq!(colleague.len(), 1, "{colleague:?}");
        world.database.sql(&cast.org.id, "delete from status_look");
        above.ask("query($id: ID!) { node(id: $id) { id } }", json!({"id": meeting})).await.data();
        assert_eq!(looks(cast.of(Who::Partner)).await.len(), 1);
    }

    /// Newest first, page by page.
    async fn looks_come_in_pages(world: &mut World) {
        let cast = Cast::new(world).await;
        let above = cast.of(Who::Above);
        for report in ["R1", "R2"] {
            pair_of(above, report).await;
        }
        let organizer = cast.of(Who::Organizer);
        let all = looks(organizer).await;
        let partners: Vec<String> =
            all.iter().map(|look| answer::text(&look["pair"]["partner"]["number"])).collect();
        assert_eq!(partners, ["R2", "R1"]);
        let query = "query($after: String) { viewer { statusLooks(first: 1, after: $after) { \
            pageInfo { endCursor hasNextPage } edges { node { pair { partner { number } } } } } } }";
        let first = organizer.ask(query, json!({})).await.data()["viewer"]["statusLooks"].clone();
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let after = json!({"after": first["pageInfo"]["endCursor"]});
        let second = organizer.ask(query, after).await.data()["viewer"]["statusLooks"].clone();
        assert_eq!(second["pageInfo"]["hasNextPage"], false);
        assert_eq!(second["edges"][0]["node"]["pair"]["partner"]["number"], "R1");
    }
}
