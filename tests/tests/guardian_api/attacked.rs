//! What comes between, and what becomes of it.

use super::*;

both! {
    /// The reason to choose this backend: another event comes, the 1on1 moves within its window,
    /// both are told once, and the history says what happened.
    async fn an_intruder_moves_the_meeting_and_it_is_explained(world: &mut World) {
        let cast = Cast::new(world).await;
        let (organizer, partner) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let before = next(organizer, "R1").await;
        assert_eq!(before["slot"]["state"], "PROTECTED", "{before}");
        assert_eq!(before["slot"]["interventions"], 0);
        assert_eq!(answer::nodes(&before["slotEvents"]), Vec::<Value>::new());
        assert_eq!(before["place"], json!({"kind": "UNSAID", "text": null}));
        intrude(partner, &before).await;
        world.settle(cast.of(Who::Hr)).await;

        let after = meeting(organizer, &before["id"]).await;
        assert_ne!(after["slot"]["startsAt"], before["slot"]["startsAt"], "{after}");
        assert_eq!(after["slot"]["state"], "PROTECTED");
        assert_eq!(after["slot"]["isProtected"], true);
        assert_eq!(after["slot"]["isPinned"], false);
        assert_eq!(after["slot"]["interventions"], 1);
        assert_eq!(after["dueWeek"], before["dueWeek"]);
        let due: chrono::NaiveDate = answer::text(&after["dueWeek"]).parse().expect("a day");
        let day = instant(&after["slot"]["startsAt"]).with_timezone(&chrono_tz::Asia::Tokyo);
        let days = (day.date_naive() - due).num_days();
        assert!((0..14).contains(&days), "outside its window: {after}");

        let events = answer::nodes(&after["slotEvents"]);
        let told: Vec<String> = events
            .iter()
            .map(|it| {
                let what = ["finding", "action", "state"].map(|field| &it[field]);
                let what = what.into_iter().find(|it| !it.is_null()).expect("one of them");
                format!("{} {}", answer::text(&it["kind"]), answer::text(what))
            })
            .collect();
        assert_eq!(
            told,
            [
                "FOUND OVERLAPPED", "DID REPLAN", "BECAME MOVING", "DID PLACE", "DID PLACE",
                "BECAME PROTECTED",
            ],
            "{events:#?}"
        );
        assert_eq!(events[0]["person"]["number"], "R1");
        assert_eq!(events[0]["displacedBy"], "SOLO_BLOCK");
        assert_eq!(
            events[0]["message"],
            "The calendar of Rio Report has a block of their own at the time of the 1on1."
        );
        assert_eq!(events[3]["to"]["startsAt"], after["slot"]["startsAt"]);
        for event in &events {
            assert!(event["actor"].is_null(), "the guardian did it: {event}");
            let message = answer::text(&event["message"]);
            assert!(message.ends_with('.') && !message.contains("Secret"), "{message}");
        }
        assert_eq!(meeting(partner, &before["id"]).await["slotEvents"], after["slotEvents"]);

        for (caller, other) in [(organizer, "Rio Report"), (partner, "Max Lead")] {
            let notices = notices(caller).await;
            assert_eq!(about(&notices, &before), ["REPLANNED"], "{notices:#?}");
            assert_eq!(notices[0]["kind"], "SLOT");
            assert_eq!(notices[0]["findings"][0]["kind"], "OVERLAPPED");
            assert_eq!(notices[0]["findings"][0]["person"]["number"], "R1");
            let message = answer::text(&notices[0]["message"]);
            assert!(message.contains(other) && !message.contains("Secret"), "{message}");
            assert!(notices[0]["seenAt"].is_null());
        }
        // One's own are marked, nobody else's.
        let last = notices(partner).await[0]["id"].clone();
        let selection = "viewer { notices { nodes { id seenAt } } }";
        let input = json!({"lastNoticeId": last, "idempotencyKey": "seen"});
        let seen = partner.mutate("markNoticesSeen", input.clone(), selection).await.done();
        assert!(!seen["viewer"]["notices"]["nodes"][0]["seenAt"].is_null(), "{seen}");
        assert_eq!(partner.mutate("markNoticesSeen", input, selection).await.done(), seen);
        assert!(notices(organizer).await[0]["seenAt"].is_null());
        let wrong = json!({"lastNoticeId": before["id"]});
        assert_eq!(partner.mutate("markNoticesSeen", wrong, "__typename").await.refusal(), "NOT_FOUND");
    }

    /// Where nothing fits inside the window, the meeting is given up with a reason that those who
    /// may see its status can read; after two moves the two are asked.
    async fn it_gives_up_or_asks_where_it_can_do_no_more(world: &mut World) {
        let cast = Cast::new(world).await;
        let hr = cast.of(Who::Hr);
        let (organizer, partner) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let second = world.person(&cast.org, "R2", None);
        let tired = next(&second, "R2").await;
        for _ in 0..3 {
            intrude(&second, &meeting(&second, &tired["id"]).await).await;
            world.settle(hr).await;
        }
        let asked = meeting(&second, &tired["id"]).await;
        assert_eq!((&asked["slot"]["state"], &asked["slot"]["interventions"]), (&json!("AWAITING_PEOPLE"), &json!(2)), "{asked}");
        assert_eq!(about(&notices(&second).await, &tired), ["ASKED", "REPLANNED", "REPLANNED"]);

        let before = next(partner, "R1").await;
        let start = instant(&before["slot"]["startsAt"]);
        busy(partner, start - TimeDelta::days(20), start + TimeDelta::days(20)).await;
        world.settle(hr).await;
        for caller in [organizer, partner, cast.of(Who::Above)] {
            let gone = meeting(caller, &before["id"]).await;
            assert!(gone["slot"].is_null(), "{gone}");
            assert_eq!((&gone["releaseReason"], &gone["skipReason"]), (&json!("NO_ROOM"), &json!("BUSY")), "{gone}");
        }
        assert_eq!(about(&notices(organizer).await, &before), ["REPLANNED"], "told once");
        let left = world.database.sql(&cast.org.id, "select meeting_id from calendar_block b where b.meeting_id is not null \
            and exists (select 1 from meeting m where m.id = b.meeting_id and m.status = 'skipped')");
        assert!(left.is_empty(), "its holds are gone: {left:?}");
        let events = answer::nodes(&meeting(partner, &before["id"]).await["slotEvents"]);
        let released = events.iter().filter(|it| it["releaseReason"] == "NO_ROOM").count();
        assert_eq!(released, 2, "did, became: {events:#?}");
        let input = json!({"meetingId": before["id"]});
        let refused = partner.mutate("proposeReschedule", input, "offers { cost }").await.payload();
        assert_eq!(refused["userErrors"][0]["code"], "CONFLICT");
        assert_eq!(refused["userErrors"][0]["field"], json!(["meetingId"]));
    }

    /// A history is paged like every list.
    async fn a_history_comes_in_pages(world: &mut World) {
        let cast = Cast::new(world).await;
        let partner = cast.of(Who::Partner);
        let before = next(partner, "R1").await;
        intrude(partner, &before).await;
        world.settle(cast.of(Who::Hr)).await;
        let all: Vec<Value> = answer::nodes(&meeting(partner, &before["id"]).await["slotEvents"])
            .iter()
            .map(|it| it["id"].clone())
            .collect();
        assert!(all.len() > 4, "{all:?}");
        let query = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { node(id: $id) { \
            ... on Meeting { slotEvents(first: $first, after: $after, last: $last, before: $before) { \
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id } } } } }";
        let page = async |mut variables: Value| {
            variables["id"] = before["id"].clone();
            partner.ask(query, variables).await.data()["node"]["slotEvents"].clone()
        };
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let it = page(json!({"first": 2, "after": after})).await;
            seen.extend(answer::nodes(&it).into_iter().map(|it| it["id"].clone()));
            if it["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = it["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(seen, all);
        let last = page(json!({"last": 2})).await;
        let ids: Vec<Value> = answer::nodes(&last).into_iter().map(|it| it["id"].clone()).collect();
        assert_eq!(ids, all[all.len() - 2..]);
        assert_eq!(last["pageInfo"]["hasPreviousPage"], true);
        let earlier = page(json!({"last": 1, "before": last["pageInfo"]["startCursor"]})).await;
        assert_eq!(earlier["nodes"][0]["id"], all[all.len() - 3]);
        let wrong = partner.ask(query, json!({"id": before["id"], "first": 2, "after": "rubbish"})).await;
        assert_eq!(wrong.codes(), ["INVALID_CURSOR"]);
    }
}
