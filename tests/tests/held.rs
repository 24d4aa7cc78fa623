//! Whether a 1on1 took place: what its two people say over the API, and what follows.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use taiwa_tests::{
    Caller, Value, World, answer, both,
    cast::{Cast, Who, pair_of},
    json, wait,
    world::today,
};

const MEETING: &str = "id version status skipReason slot { startsAt endsAt } \
    outcome { state label reason reasonLabel settlesAt myWord openUntil }";

async fn meeting(caller: &Caller, id: &Value) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Meeting {{ {MEETING} }} }} }}");
    caller.ask(&query, json!({"id": id})).await.data()["node"].clone()
}

/// Noon in Tokyo.
fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(3, 0, 0).expect("noon").and_utc()
}

fn literal(at: DateTime<Utc>) -> String {
    format!("'{}'", at.to_rfc3339())
}

/// The first meeting of M1 and R1, moved to noon of so many days ago.
async fn past(world: &World, cast: &Cast, days: u64) -> Value {
    let pair = cast.pair().await;
    let it = pair["nextMeetings"][0].clone();
    let day = today(cast.of(Who::Organizer)).await - Days::new(days);
    let monday = day - Days::new(14 + u64::from(day.weekday().num_days_from_monday()));
    let starts = noon(day);
    let (from, until) = (literal(starts), literal(starts + TimeDelta::minutes(30)));
    let was: DateTime<Utc> = answer::text(&it["slot"]["startsAt"]).parse().expect("an instant");
    let (was, organization) = (literal(was), world.database.id(&cast.org.id));
    world.database.sql(
        &cast.org.id,
        &format!(
            "update meeting set starts_at = {from}, ends_at = {until}, sort_at = {from}, \
             due_week = '{monday}' where organization_id = {organization} and starts_at = {was} \
             and pair_id in (select p.id from pair p join person a on a.id = p.organizer_id \
               join person b on b.id = p.partner_id where p.kind = 'manager' \
               and a.number = 'M1' and b.number = 'R1')"
        ),
    );
    it
}

async fn say(caller: &Caller, mutation: &str, meeting: &Value) -> Value {
    let input = json!({"meetingId": meeting["id"]});
    let done = caller.mutate(mutation, input, &format!("meeting {{ {MEETING} }}")).await.done();
    done["meeting"].clone()
}

async fn missed(caller: &Caller, meeting: &Value, reason: &str) -> Value {
    let input = json!({"meetingId": meeting["id"], "reason": reason});
    let selection = format!("meeting {{ {MEETING} }}");
    caller.mutate("reportMissed", input, &selection).await.done()["meeting"].clone()
}

both! {
    /// Confirmed by both it is held at once; one alone waits for three working days.
    async fn both_confirm(world: &mut World) {
        let cast = Cast::new(world).await;
        let (organizer, partner) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let it = past(world, &cast, 1).await;
        let open = meeting(organizer, &it["id"]).await;
        assert_eq!(open["outcome"]["state"], "OPEN", "{open}");
        let claimed = say(partner, "confirmMeeting", &it).await;
        assert_eq!(claimed["outcome"]["state"], "CLAIMED", "{claimed}");
        assert_eq!(claimed["outcome"]["myWord"], "HELD");
        assert_eq!(claimed["status"], "SCHEDULED", "one word is not held");
        let settles: DateTime<Utc> = answer::text(&claimed["outcome"]["settlesAt"]).parse().expect("an instant");
        let days = settles - noon(today(organizer).await);
        assert!(days > TimeDelta::days(2), "{claimed}");
        let held = say(organizer, "confirmMeeting", &it).await;
        assert_eq!(held["outcome"]["state"], "HELD_CONFIRMED", "{held}");
        assert_eq!(held["outcome"]["label"], "held, confirmed by both");
        assert_eq!(held["status"], "HELD");
        assert!(held["outcome"]["settlesAt"].is_null());
        // Saying it again changes nothing.
        assert_eq!(say(organizer, "confirmMeeting", &it).await, held);
    }

    /// Nobody objects: a job settles it when its time has come, and not before.
    async fn unopposed_after_its_time(world: &mut World) {
        let cast = Cast::new(world).await;
        let organizer = cast.of(Who::Organizer);
        let it = past(world, &cast, 6).await;
        say(organizer, "confirmMeeting", &it).await;
        world.settle(cast.of(Who::Hr)).await;
        assert_eq!(meeting(organizer, &it["id"]).await["status"], "SCHEDULED");
        // Three working days go by.
        let ago = literal(noon(today(organizer).await - Days::new(1)));
        world.database.sql(&cast.org.id, &format!("update meeting_outcome set settles_at = {ago}"));
        world.database.sql(&cast.org.id, &format!("update job set run_at = {ago} where kind = 'settle_meeting'"));
        wait::until("the settlement", async || {
            let it = meeting(organizer, &it["id"]).await;
            (it["status"] == "HELD").then_some(())
        })
        .await;
        let held = meeting(organizer, &it["id"]).await;
        assert_eq!(held["outcome"]["state"], "HELD_UNOPPOSED", "{held}");
        // The other may still object: it is disputed, and no longer held.
        let disputed = say(cast.of(Who::Partner), "objectToMeeting", &it).await;
        assert_eq!(disputed["outcome"]["state"], "DISPUTED", "{disputed}");
        assert_eq!(disputed["status"], "SCHEDULED");
        let missed = missed(organizer, &it, "FORGOTTEN").await;
        assert_eq!(missed["outcome"]["state"], "MISSED", "{missed}");
        assert_eq!((&missed["outcome"]["reason"], &missed["status"]), (&json!("FORGOTTEN"), &json!("MISSED")));
    }

    /// What cannot be said is refused in words, and changes nothing.
    async fn there_is_a_time_for_words(world: &mut World) {
        let cast = Cast::new(world).await;
        let (organizer, partner) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let coming = cast.pair().await["nextMeetings"][0].clone();
        assert_eq!(meeting(organizer, &coming["id"]).await["outcome"]["state"], "UPCOMING");
        let input = json!({"meetingId": coming["id"]});
        let early = organizer.mutate("confirmMeeting", input.clone(), "meeting { id }").await;
        assert_eq!(early.refusal(), "CONFLICT");
        let it = past(world, &cast, 2).await;
        assert_eq!(it["id"], coming["id"]);
        let nothing = partner.mutate("objectToMeeting", input.clone(), "meeting { id }").await;
        assert_eq!(nothing.refusal(), "CONFLICT", "nobody said that it took place");
        let off = json!({"meetingId": it["id"], "reason": "WORKLOAD"});
        let begun = organizer.mutate("skipMeeting", off, "meeting { id }").await;
        assert_eq!(begun.refusal(), "CONFLICT", "it is over");
        let day = today(organizer).await;
        world.database.sql(&cast.org.id, &format!(
            "update meeting set starts_at = {0}, ends_at = {0}, sort_at = {0} where starts_at < {1}",
            literal(noon(day - Days::new(15))), literal(noon(day - Days::new(1))),
        ));
        assert_eq!(meeting(organizer, &it["id"]).await["outcome"]["state"], "UNCONFIRMED");
        let late = partner.mutate("confirmMeeting", input, "meeting { id }").await;
        assert_eq!(late.refusal(), "CONFLICT");
        assert_eq!(meeting(organizer, &it["id"]).await["status"], "SCHEDULED");
    }

    /// One of the two calls it off: both calendars are free, the other is told, no plan brings it
    /// back, and third persons see a code.
    async fn a_meeting_is_called_off(world: &mut World) {
        let cast = Cast::new(world).await;
        let (organizer, partner) = (cast.of(Who::Organizer), cast.of(Who::Partner));
        let it = cast.pair().await["nextMeetings"][0].clone();
        let input = json!({"meetingId": it["id"], "reason": "WORKLOAD", "idempotencyKey": "off"});
        let selection = format!("meeting {{ {MEETING} }}");
        let off = partner.mutate("skipMeeting", input.clone(), &selection).await.done();
        let off = &off["meeting"];
        assert_eq!((&off["status"], &off["skipReason"]), (&json!("SKIPPED"), &json!("CALLED_OFF")), "{off}");
        assert_eq!(off["outcome"]["state"], "SKIPPED");
        assert_eq!(off["outcome"]["reasonLabel"], "too much other work");
        assert!(off["slot"].is_null());
        assert_eq!(partner.mutate("skipMeeting", input, &selection).await.done()["meeting"], *off);
        world.settle(cast.of(Who::Hr)).await;
        let from = answer::text(&it["slot"]["startsAt"]);
        for caller in [organizer, partner] {
            let until = answer::text(&it["slot"]["endsAt"]);
            let query = format!("{{ viewer {{ calendar {{ holds(from: \"{from}\", until: \"{until}\") {{ startsAt }} }} }} }}");
            assert_eq!(caller.query(&query).await["viewer"]["calendar"]["holds"], json!([]));
        }
        let query = "{ viewer { notices { nodes { kind answer message meeting { id } } } } }";
        let told = answer::nodes(&organizer.query(query).await["viewer"]["notices"]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((&told[0]["answer"], &told[0]["meeting"]["id"]), (&json!("RELEASED"), &it["id"]));
        assert!(answer::nodes(&partner.query(query).await["viewer"]["notices"]).is_empty());
        // Planned again it stays off.
        let monday = taiwa_tests::world::monday_after(today(cast.of(Who::Hr)).await);
        world.plan(cast.of(Who::Hr), monday, 3).await;
        assert_eq!(meeting(organizer, &it["id"]).await["status"], "SKIPPED");
        let above = meeting(cast.of(Who::Above), &it["id"]).await;
        assert_eq!(above["outcome"]["reason"], "WORKLOAD", "{above}");
    }

    /// The manager's manager sees codes, the look is logged, and who said what is for the two.
    async fn third_persons_see_codes_and_are_seen(world: &mut World) {
        let cast = Cast::new(world).await;
        let it = past(world, &cast, 1).await;
        say(cast.of(Who::Partner), "confirmMeeting", &it).await;
        world.database.sql(&cast.org.id, "delete from status_look");
        let seen = meeting(cast.of(Who::Above), &it["id"]).await;
        assert_eq!(seen["outcome"]["state"], "CLAIMED", "{seen}");
        assert!(seen["outcome"]["myWord"].is_null() && seen["outcome"]["openUntil"].is_null());
        let query = "{ viewer { statusLooks { nodes { viewer { number } pair { partner { number } } } } } }";
        let looks = answer::nodes(&cast.of(Who::Partner).query(query).await["viewer"]["statusLooks"]);
        assert_eq!(looks.len(), 1, "{looks:?}");
        assert_eq!(looks[0]["viewer"]["number"], "D1");
        for who in [Who::Hr, Who::Executive, Who::Administrator, Who::TwoAbove, Who::Colleague, Who::Stranger] {
            assert!(meeting(cast.of(who), &it["id"]).await.is_null(), "{who:?}");
        }
        let pair = pair_of(cast.of(Who::Above), "R1").await;
        assert!(!pair.is_null());
    }
}
