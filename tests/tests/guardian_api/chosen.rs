//! What people choose themselves.

use super::*;

both! {
    /// Looking changes nothing; choosing pins; a machine asks about what people chose.
    async fn people_choose_another_time(world: &mut World) {
        let cast = Cast::new(world).await;
        let hr = cast.of(Who::Hr);
        let (organizer, partner) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let before = next(organizer, "R1").await;
        let proposal = "meeting { id version } refused { reason count } \
            offers { slot { startsAt endsAt } cost terms { kind cost } message }";
        let input = json!({"meetingId": before["id"]});
        let found = organizer.mutate("proposeReschedule", input.clone(), proposal).await.done();
        assert_eq!(found["meeting"], json!({"id": before["id"], "version": before["version"]}));
        let offers = found["offers"].as_array().expect("offers").clone();
        assert!((2..=10).contains(&offers.len()), "{found}");
        let costs: Vec<i64> = offers.iter().map(|it| it["cost"].as_i64().expect("a cost")).collect();
        assert!(costs.is_sorted(), "{costs:?}");
        for offer in &offers {
            let terms = offer["terms"].as_array().expect("terms");
            assert_eq!(terms.len(), 5);
            let sum: i64 = terms.iter().filter_map(|term| term["cost"].as_i64()).sum();
            assert_eq!(offer["cost"], sum);
            assert!(!answer::text(&offer["message"]).is_empty());
        }
        assert!(!found["refused"].as_array().expect("reasons").is_empty());
        assert_eq!(partner.mutate("proposeReschedule", input.clone(), proposal).await.done(), found);
        assert_eq!(meeting(organizer, &before["id"]).await, before, "looking changes nothing");

        // What cannot be is refused, and says so.
        let take = |starts_at: Value, version: &Value| {
            json!({"meetingId": before["id"], "startsAt": starts_at, "version": version})
        };
        let offer = offers[0]["slot"]["startsAt"].clone();
        let start = instant(&before["slot"]["startsAt"]);
        let at = |time: DateTime<Utc>| json!(time.to_rfc3339());
        // R2 is M1's as well: their time is taken for R1.
        let others = next(organizer, "R2").await["slot"]["startsAt"].clone();
        busy(partner, instant(&offers[1]["slot"]["startsAt"]), instant(&offers[1]["slot"]["endsAt"])).await;
        world.settle(hr).await;
        // A moment ago, by the server's clock.
        let job = hr.query("{ jobs(first: 1) { nodes { createdAt } } }").await["jobs"]["nodes"][0].clone();
        let now = instant(&job["createdAt"]).with_second(0).and_then(|it| it.with_nanosecond(0)).expect("a minute");
        for (wrong, code) in [
            (at(start - TimeDelta::days(60)), "CONFLICT"),
            (at(now - TimeDelta::minutes(10)), "CONFLICT"),
            (at(start + TimeDelta::days(60)), "CONFLICT"),
            (json!("+262142-12-31T23:59:00Z"), "CONFLICT"),
            (others, "CONFLICT"),
            (offers[1]["slot"]["startsAt"].clone(), "CONFLICT"),
            (at(start + TimeDelta::seconds(90)), "INVALID"),
        ] {
            let answer = organizer.mutate("rescheduleMeeting", take(wrong.clone(), &before["version"]), "meeting { id }").await;
            if answer.status != 200 || answer.body["data"].is_null() {
                // Beyond what a DateTime of the schema can be.
                assert!(answer.body["errors"][0]["message"].is_string(), "{wrong}: {answer:?}");
                continue;
            }
            let refused = answer.payload();
            assert_eq!(refused["userErrors"][0]["code"], code, "{wrong}: {refused}");
            assert_eq!(refused["userErrors"][0]["field"], json!(["startsAt"]), "{wrong}: {refused}");
            assert!(refused["meeting"].is_null());
        }
        let mut unchanged = meeting(organizer, &before["id"]).await;
        unchanged["version"] = before["version"].clone();
        assert_eq!(unchanged["slot"], before["slot"]);

        let version = meeting(organizer, &before["id"]).await["version"].clone();
        let selection = "meeting { id version isPinned slot { startsAt isPinned } }";
        let mut input = take(offer.clone(), &version);
        input["idempotencyKey"] = json!("choose");
        let chosen = organizer.mutate("rescheduleMeeting", input.clone(), selection).await.done();
        assert_eq!(chosen["meeting"]["slot"], json!({"startsAt": offer, "isPinned": true}));
        world.settle(hr).await;
        let now = meeting(partner, &before["id"]).await;
        assert_eq!(now["slot"]["state"], "PROTECTED", "{now}");
        assert_eq!(now["slot"]["startsAt"], offer);
        assert_eq!((&now["isPinned"], &now["slot"]["interventions"]), (&json!(true), &json!(0)));
        let events = answer::nodes(&now["slotEvents"]);
        assert_eq!((&events[0]["action"], &events[0]["actor"]["number"]), (&json!("ACCEPT_MOVE"), &json!("M1")));
        assert!(answer::text(&events[0]["message"]).starts_with("Max Lead gave the 1on1 "), "{events:?}");
        assert_eq!(about(&notices(partner).await, &before), ["FOLLOWED"]);
        assert_eq!(about(&notices(organizer).await, &before), Vec::<String>::new(), "they know");
        // The same request again is the same request; an older version is refused with what holds.
        let again = organizer.mutate("rescheduleMeeting", input, selection).await.done();
        assert_eq!(again["meeting"]["slot"], chosen["meeting"]["slot"]);
        let stale = partner.mutate("rescheduleMeeting", take(at(start), &version), selection).await.payload();
        assert_eq!(stale["userErrors"][0]["code"], "STALE");
        assert_eq!(stale["userErrors"][0]["field"], json!(["version"]));
        assert_eq!(stale["meeting"]["slot"]["startsAt"], offer, "{stale}");

        // A machine does not move it any more: it asks, and the two decide.
        intrude(partner, &now).await;
        world.settle(hr).await;
        let asked = meeting(partner, &before["id"]).await;
        assert_eq!((&asked["slot"]["startsAt"], &asked["slot"]["state"]), (&offer, &json!("AWAITING_PEOPLE")));
        assert_eq!(asked["slot"]["isProtected"], false);
        assert_eq!(about(&notices(partner).await, &before), ["ASKED", "FOLLOWED"]);
        assert_eq!(about(&notices(organizer).await, &before), ["ASKED"]);
        let found = partner.mutate("proposeReschedule", json!({"meetingId": before["id"]}), proposal).await.done();
        let input = take(found["offers"][0]["slot"]["startsAt"].clone(), &found["meeting"]["version"]);
        partner.mutate("rescheduleMeeting", input, selection).await.done();
        world.settle(hr).await;
        let settled = meeting(organizer, &before["id"]).await;
        assert_eq!(settled["slot"]["state"], "PROTECTED", "{settled}");

        // One choice after another, while the guardian is still writing the one before.
        for turn in 0..6 {
            let caller = [organizer, partner][turn % 2];
            let found = caller.mutate("proposeReschedule", json!({"meetingId": before["id"]}), proposal).await.done();
            let input = take(found["offers"][0]["slot"]["startsAt"].clone(), &found["meeting"]["version"]);
            caller.mutate("rescheduleMeeting", input, selection).await.done();
        }
        world.settle(hr).await;
        let settled = meeting(organizer, &before["id"]).await;
        assert_eq!(settled["slot"]["state"], "PROTECTED", "{settled}");
    }
}
