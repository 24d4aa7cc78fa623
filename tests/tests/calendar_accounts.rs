//! Connecting calendars over the API: what people give is kept sealed, and shown to nobody.

use taiwa_tests::{
    Caller, Value, World, answer, both,
    cast::{Cast, Who},
    json,
};

const PASSWORD: &str = "hunter2-Geheim-密";
const SELECTION: &str = "calendarAccount { id system address state trouble connectTo readAt }";

/// Nobody's to ask: the operator allows no loopback address.
fn server(password: &str, key: &str) -> Value {
    json!({
        "serverUrl": "https://127.0.0.1/dav/", "userName": "rio", "password": password,
        "calendarUrl": null, "idempotencyKey": key,
    })
}

async fn account(caller: &Caller) -> Value {
    let query = "{ viewer { calendar { offeredSystems account { id system address state trouble connectTo readAt } } } }";
    caller.query(query).await["viewer"]["calendar"].clone()
}

/// Every row of what could keep a text of a request.
fn kept(world: &World, cast: &Cast) -> String {
    ["idempotency_key", "calendar_account", "job", "consent_request", "routing", "notice"]
        .map(|table| {
            let rows = world.database.sql(&cast.org.id, &format!("select * from {table}"));
            format!("{table}: {rows:?}")
        })
        .join("\n")
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

both! {
    /// A password goes in and never comes out.
    async fn a_password_is_nowhere(world: &mut World) {
        let cast = Cast::new(world).await;
        let partner = cast.of(Who::Partner);
        let before = account(partner).await;
        assert_eq!(before["offeredSystems"], json!(["CALDAV"]));
        assert!(before["account"].is_null(), "the built-in calendar");
        let made = partner.mutate("connectCalDavCalendar", server(PASSWORD, "a"), SELECTION).await.done();
        assert_eq!(made["calendarAccount"]["system"], "CALDAV");
        assert!(answer::text(&made["calendarAccount"]["id"]).starts_with("calendar_account_"));
        world.settle(cast.of(Who::Hr)).await;
        let now = account(partner).await["account"].clone();
        assert_eq!((&now["state"], &now["trouble"]), (&json!("FAILED"), &json!("FORBIDDEN")), "{now}");
        assert!(now["address"].is_null() && now["readAt"].is_null(), "{now}");

        // The same request is the same request, another password another one.
        let again = partner.mutate("connectCalDavCalendar", server(PASSWORD, "a"), SELECTION).await.done();
        assert_eq!(again["calendarAccount"]["id"], made["calendarAccount"]["id"]);
        let other = partner.mutate("connectCalDavCalendar", server("another", "a"), SELECTION).await;
        assert_eq!(other.refusal(), "IDEMPOTENCY_MISMATCH");
        assert_eq!(account(partner).await["account"]["state"], "FAILED", "nothing was tried again");

        // Nor where a request makes no sense.
        let query = "mutation($input: ConnectCalDavCalendarInput!) { connectCalDavCalendar(input: $input) { userErrors { code field message } } }";
        let inline = format!("mutation {{ connectCalDavCalendar(input: {{serverUrl: 1, userName: \"x\", password: \"{PASSWORD}\"}}) {{ userErrors {{ code }} }} }}");
        let mut nested = server(PASSWORD, "b");
        nested["password"] = json!({"is": PASSWORD});
        let mut listed = server(PASSWORD, "b");
        listed["password"] = json!([PASSWORD]);
        let mut unknown = server(PASSWORD, "b");
        unknown["pass"] = json!(PASSWORD);
        let mut long = server(PASSWORD, "b");
        long["serverUrl"] = json!("x".repeat(3_000));
        for (query, input) in [
            (query, nested), (query, listed), (query, unknown), (query, long), (&inline, json!({})),
        ] {
            let answer = partner.ask(query, json!({"input": input})).await;
            assert!(!answer.body.to_string().contains(PASSWORD), "{answer:?}");
        }
        for empty in ["serverUrl", "userName", "password", "calendarUrl"] {
            let mut input = server(PASSWORD, "c");
            input[empty] = json!(" ");
            let refused = partner.mutate("connectCalDavCalendar", input, SELECTION).await.payload();
            assert_eq!(refused["userErrors"][0]["code"], "INVALID", "{empty}: {refused}");
            assert_eq!(refused["userErrors"][0]["field"], json!([empty]));
        }

        let (kept, log) = (kept(world, &cast), std::fs::read_to_string(world.folder.path().join("server-1.log")));
        assert!(kept.contains("idempotency_key: [") && !kept.contains("127.0.0.1"), "{kept}");
        for secret in [PASSWORD, &hex(PASSWORD)] {
            assert!(!kept.contains(secret), "{kept}");
            assert!(!log.as_ref().expect("a log").contains(secret));
        }
        // Nor in a form that whoever has the database could check guesses against.
        let input = json!({"serverUrl": "https://127.0.0.1/dav/", "userName": "rio", "calendarUrl": null});
        assert!(!kept.contains(&input.to_string()));

        let gone = partner.mutate("disconnectCalendar", json!({}), "calendar { account { state } }").await.done();
        assert!(gone["calendar"]["account"].is_null(), "{gone}");
        world.settle(cast.of(Who::Hr)).await;
        let rows = world.database.sql(&cast.org.id, "select * from calendar_account");
        assert_eq!(rows, Vec::<Value>::new(), "forgotten");
    }

    /// A server without Google says so; one with it sends people there.
    async fn a_consent_is_asked_for(world: &mut World) {
        let cast = Cast::new(world).await;
        let partner = cast.of(Who::Partner);
        let ask = async |system: &str| {
            let input = json!({"system": system});
            partner.mutate("requestCalendarConsent", input, "authorizationUrl").await.payload()
        };
        let refused = ask("GOOGLE").await;
        assert_eq!(refused["userErrors"][0]["code"], "CONFLICT");
        assert_eq!(refused["userErrors"][0]["field"], json!(["system"]));
        assert!(refused["authorizationUrl"].is_null());

        world.configure_google();
        world.kill();
        world.start().await;
        assert_eq!(account(partner).await["offeredSystems"], json!(["GOOGLE", "CALDAV"]));
        let first = answer::text(&ask("GOOGLE").await["authorizationUrl"]);
        assert!(first.starts_with("https://accounts.google.com/"), "{first}");
        let second = answer::text(&ask("GOOGLE").await["authorizationUrl"]);
        assert_ne!(first, second, "each its own");
        let state = |url: &str| {
            let at = url.find("state=").expect("a state") + "state=".len();
            url[at..].split('&').next().expect("its value").to_owned()
        };
        let kept = kept(world, &cast);
        for secret in [state(&first), state(&second)] {
            assert!(secret.len() >= 32 && !kept.contains(&secret), "{secret}");
        }
        assert_eq!(ask("CALDAV").await["userErrors"][0]["code"], "CONFLICT", "it has no consents");
    }

    /// Administrators see how many, never whose.
    async fn administrators_see_counts(world: &mut World) {
        let cast = Cast::new(world).await;
        let query = "{ organization { calendarAccounts { state count } } }";
        for who in [Who::Organizer, Who::Partner] {
            cast.of(who).mutate("connectCalDavCalendar", server(PASSWORD, "a"), "__typename").await.done();
        }
        world.settle(cast.of(Who::Hr)).await;
        for (who, caller) in cast.callers() {
            let answer = caller.ask(query, json!({})).await;
            match who {
                Who::Administrator => {
                    let counts = answer.data()["organization"]["calendarAccounts"].clone();
                    assert_eq!(counts, json!([{"state": "FAILED", "count": 2}]));
                }
                Who::Stranger => {
                    assert_eq!(answer.data()["organization"]["calendarAccounts"], json!([]));
                }
                Who::Nobody => assert_eq!(answer.codes(), ["UNAUTHENTICATED"]),
                _ => assert_eq!(answer.codes(), ["NOT_FOUND"], "{who:?}"),
            }
        }
        // An account is its owner's alone.
        assert!(account(cast.of(Who::Above)).await["account"].is_null());
        assert!(!account(cast.of(Who::Partner)).await["account"].is_null());
    }
}
