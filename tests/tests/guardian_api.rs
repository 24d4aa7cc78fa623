//! The guardian over the API: slots that are attacked, defended and explained, and what people
//! choose themselves.

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
