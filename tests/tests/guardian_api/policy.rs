//! How far it may go.

use super::*;

both! {
    /// The organization's level, and a person's own below it.
    async fn policy_and_consent_say_how_far_it_goes(world: &mut World) {
        let cast = Cast::new(world).await;
        let hr = cast.of(Who::Hr);
        let (organizer, partner) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let second = world.person(&cast.org, "R2", None);
        let colleague = cast.of(Who::Colleague);
        let their_manager = world.person(&cast.org, "M2", None);

        set_policy(world, hr, "OBSERVE").await;
        let first = next(partner, "R1").await;
        intrude(partner, &first).await;
        world.settle(hr).await;
        let now = meeting(partner, &first["id"]).await;
        assert_eq!(now["slot"]["startsAt"], first["slot"]["startsAt"]);
        assert_eq!((&now["slot"]["state"], &now["slot"]["isProtected"]), (&json!("CONTESTED"), &json!(false)));
        assert_eq!(answer::nodes(&now["slotEvents"]).len(), 2, "found, became: {now}");
        for caller in [organizer, partner] {
            assert_eq!(about(&notices(caller).await, &first), Vec::<String>::new(), "observing tells nobody");
        }

        // It is protected again when what was in the way is gone.
        let (from, until) = (instant(&first["slot"]["startsAt"]), instant(&first["slot"]["endsAt"]));
        busy(partner, from + TimeDelta::days(200), until + TimeDelta::days(200)).await;
        world.settle(hr).await;
        assert_eq!(meeting(partner, &first["id"]).await["slot"]["isProtected"], true);

        set_policy(world, hr, "NOTIFY").await;
        let next_one = next(&second, "R2").await;
        intrude(&second, &next_one).await;
        world.settle(hr).await;
        let now = meeting(&second, &next_one["id"]).await;
        assert_eq!(now["slot"]["startsAt"], next_one["slot"]["startsAt"]);
        assert_eq!(now["slot"]["state"], "CONTESTED");
        for caller in [organizer, &second] {
            assert_eq!(about(&notices(caller).await, &next_one), ["TOLD"]);
        }

        // The organization lets it move meetings; one person does not.
        set_policy(world, hr, "MOVE").await;
        let query = "{ viewer { calendar { consent { level version } } } }";
        let consent = colleague.query(query).await["viewer"]["calendar"]["consent"].clone();
        assert_eq!(consent, json!({"level": "MOVE", "version": 0}));
        let input = json!({"level": "OBSERVE", "version": 0});
        let set = colleague.mutate("setDefenceConsent", input.clone(), "defenceConsent { level version }").await.done();
        assert_eq!(set["defenceConsent"], json!({"level": "OBSERVE", "version": 1}));
        let stale = colleague.mutate("setDefenceConsent", input, "defenceConsent { level version }").await.payload();
        assert_eq!(stale["userErrors"][0]["code"], "STALE");
        assert_eq!(stale["defenceConsent"], set["defenceConsent"], "refused with what holds");
        let held = next(colleague, "C1").await;
        intrude(colleague, &held).await;
        world.settle(hr).await;
        let now = meeting(colleague, &held["id"]).await;
        assert_eq!(now["slot"]["startsAt"], held["slot"]["startsAt"]);
        assert_eq!(now["slot"]["state"], "CONTESTED");
        assert_eq!(about(&notices(&their_manager).await, &held), ["TOLD"]);
        assert_eq!(about(&notices(colleague).await, &held), Vec::<String>::new());

        // What stood contested is answered when the level lets it be.
        let input = json!({"level": "MOVE", "version": 1});
        colleague.mutate("setDefenceConsent", input, "__typename").await.done();
        world.settle(hr).await;
        let now = meeting(colleague, &held["id"]).await;
        assert_ne!(now["slot"]["startsAt"], held["slot"]["startsAt"], "{now}");
        assert_eq!(now["slot"]["isProtected"], true, "{now}");
    }

    /// What the policy says is checked field by field, and by version.
    async fn a_policy_is_checked(world: &mut World) {
        let cast = Cast::new(world).await;
        let keys = cast.of(Who::Administrator);
        let selection = "guardianPolicy { level freezeMinutes place { kind text } version }";
        let policy = |minutes: u32, place: Value, version: u32| {
            json!({"level": "DEFEND", "freezeMinutes": minutes, "place": place, "version": version})
        };
        let link = json!({"kind": "LINK", "text": "https://meet.example.com/1on1"});
        for (input, path) in [
            (policy(20_161, link.clone(), 0), json!(["freezeMinutes"])),
            (policy(60, json!({"kind": "LINK", "text": "http://meet.example.com"}), 0), json!(["place", "text"])),
            (policy(60, json!({"kind": "LINK"}), 0), json!(["place", "text"])),
            (policy(60, json!({"kind": "ROOM", "text": " "}), 0), json!(["place", "text"])),
            (policy(60, json!({"kind": "UNSAID", "text": "x"}), 0), json!(["place", "text"])),
        ] {
            let refused = keys.mutate("setGuardianPolicy", input, selection).await.payload();
            assert_eq!(refused["userErrors"][0]["code"], "INVALID", "{refused}");
            assert_eq!(refused["userErrors"][0]["field"], path, "{refused}");
        }
        let input = policy(60, link.clone(), 0);
        let set = keys.mutate("setGuardianPolicy", input.clone(), selection).await.done();
        let stands = json!({"level": "DEFEND", "freezeMinutes": 60, "place": link, "version": 1});
        assert_eq!(set["guardianPolicy"], stands);
        let stale = keys.mutate("setGuardianPolicy", input, selection).await.payload();
        assert_eq!(stale["userErrors"][0]["code"], "STALE");
        assert_eq!(stale["guardianPolicy"], stands, "refused with what holds");
        world.settle(keys).await;

        // Everyone may read it; where a meeting takes place is for its two people.
        let query = "{ organization { guardianPolicy { level freezeMinutes place { kind text } version } } }";
        assert_eq!(cast.of(Who::Colleague).query(query).await["organization"]["guardianPolicy"], stands);
        let mine = next(cast.of(Who::Partner), "R1").await;
        assert_eq!(mine["place"], link);
        assert!(meeting(cast.of(Who::Above), &mine["id"]).await["place"].is_null());
    }
}
