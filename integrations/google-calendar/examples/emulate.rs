//! The adapter against `emulate` (npm), someone else's stand-in for Google: an independent check
//! of what both know. `tests/run --only emulate` starts it, with what `tests/google-emulate/
//! start.mjs` puts into it; by hand: `cargo run -p taiwa-google-calendar --example emulate -- URL`.
//!
//! Where emulate does otherwise than Google's documentation says, it is checked that the adapter
//! does not believe it. README lists those places.

use std::{error::Error, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use taiwa_domain::{
    calendar::{CalendarError, CalendarProvider, EventUid, Next, Place, Wanted},
    clock::Clock,
    id::MeetingId,
    meeting::Slot,
};
use taiwa_google_calendar::{
    Account, ConsentError, Endpoints, Google, GoogleCalendar, Limits, OAuthClient,
};
use url::Url;

struct Now;

impl Clock for Now {
    #[allow(clippy::disallowed_methods, reason = "tokens of emulate live by the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

const HANA: &str = "hana@example.jp";

fn slot(from: &str, to: &str) -> Slot {
    Slot { starts_at: from.parse().expect("a time"), ends_at: to.parse().expect("a time") }
}

fn check(what: &str, holds: bool) -> Result<(), String> {
    if !holds {
        return Err(format!("does not hold: {what}"));
    }
    println!("  holds: {what}");
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let base = Url::parse(&std::env::args().nth(1).ok_or("usage: emulate URL")?)?;
    let endpoints = Endpoints {
        // Google's is https://oauth2.googleapis.com/token; emulate's lies elsewhere.
        token: base.join("/oauth2/token")?,
        ..Endpoints::below(&base)
    };
    let google = Google::new(endpoints, Limits::default(), Arc::new(Now), Arc::new(|| 0.5))?;
    let token = tokens(&base, &google).await?;
    let of = |calendar: &str| {
        let account = Account::user(client("hush"), token.clone());
        GoogleCalendar::new(google.clone(), account, calendar)
    };
    free_and_busy(&of).await?;
    listing(&of("primary")).await?;
    writing(&of("primary")).await?;
    Ok(())
}

fn client(secret: &str) -> Arc<OAuthClient> {
    let redirect = "https://taiwa.example.com/calendars/google/callback";
    let redirect = redirect.parse().expect("an address");
    Arc::new(OAuthClient::new("client", secret.to_owned().into(), redirect))
}

/// A person consents; their refresh token.
async fn tokens(base: &Url, google: &Arc<Google>) -> Result<SecretString, Box<dyn Error>> {
    println!("Consent and tokens");
    let verifier: SecretString = "v".repeat(43).into();
    let authorization = client("hush").authorization(google, "state-1", &verifier, Some(HANA));
    let code = consent(base, &authorization).await?;
    let given = client("hush").exchange(google, &code, &verifier).await?;
    check("a code becomes a person", given.person.address == HANA)?;
    check("and their Workspace", given.person.workspace.as_deref() == Some("example.jp"))?;
    let unauthorized = |outcome: Result<_, ConsentError>| {
        matches!(outcome, Err(ConsentError::Calendar(CalendarError::Unauthorized)))
    };
    let again = client("hush").exchange(google, &code, &verifier).await;
    check("a code is good once", unauthorized(again))?;
    let code = consent(base, &authorization).await?;
    let stolen = client("hush").exchange(google, &code, &"x".repeat(43).into()).await;
    check("and only with its verifier", unauthorized(stolen))?;
    let wrong = client("other").exchange(google, &code, &verifier).await;
    let wrong = matches!(wrong, Err(ConsentError::Calendar(CalendarError::Unavailable { .. })));
    check("and only to the client that asked", wrong)?;
    let never = Account::user(client("hush"), "never given".to_owned().into());
    let never = GoogleCalendar::primary(google.clone(), never).busy(day()).await;
    let never = matches!(never, Err(CalendarError::Unauthorized));
    check("a refresh token that was never given opens nothing", never)?;
    Ok(given.refresh_token)
}

/// Signs in and consents at an authorization address, as a person does: the code.
async fn consent(base: &Url, authorization: &Url) -> Result<SecretString, Box<dyn Error>> {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let asked = http.get(authorization.clone()).send().await?;
    if !asked.status().is_success() {
        return Err(format!("the consent page answers {}", asked.status()).into());
    }
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(authorization.query_pairs())
        .append_pair("email", HANA)
        .finish();
    let answer = http
        .post(base.join("/o/oauth2/v2/auth/callback")?)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await?;
    let back = answer.headers().get("location").ok_or("no way back")?.to_str()?;
    let back = Url::parse(back)?;
    let code = back.query_pairs().find(|(name, _)| name == "code").ok_or("no code")?.1;
    Ok(code.into_owned().into())
}

fn day() -> Slot {
    slot("2027-01-11T00:00:00Z", "2027-01-12T00:00:00Z")
}

async fn free_and_busy(of: &impl Fn(&str) -> GoogleCalendar) -> Result<(), Box<dyn Error>> {
    println!("Free and busy");
    let expected = [
        slot("2027-01-11T00:00:00Z", "2027-01-11T01:00:00Z"),
        slot("2027-01-11T03:00:00Z", "2027-01-11T05:00:00Z"),
    ];
    let busy = of("primary").busy(day()).await?;
    check("what overlaps is one, cut to the day", busy == expected)?;
    let unknown = of("nobody@example.jp").busy(day()).await;
    check("a calendar without an answer is not free", unknown.is_err())?;
    Ok(())
}

async fn listing(calendar: &GoogleCalendar) -> Result<(), Box<dyn Error>> {
    println!("Listing");
    // 300 events on 13 days, of which emulate gives 250 in a page.
    let june = slot("2027-06-01T00:00:00Z", "2027-07-01T00:00:00Z");
    let page = calendar.changes(None, june).await?;
    check("a page of 250 events", page.resources.len() == 250 && page.complete)?;
    let half_hours = page.resources.iter().flat_map(|resource| &resource.events).all(|event| {
        event.slot.ends_at - event.slot.starts_at == TimeDelta::minutes(30)
            && event.blocks()
            && !event.all_day
    });
    check("with their times", half_hours)?;
    let Next::Page(cursor) = page.next else { return Err("there is another page".into()) };
    let last = calendar.changes(Some(&cursor), june).await;
    let unread = matches!(last, Err(CalendarError::Unavailable { .. }));
    check("a last page without a sync token is not believed", unread)?;
    Ok(())
}

async fn writing(calendar: &GoogleCalendar) -> Result<(), Box<dyn Error>> {
    println!("Inserting and deleting");
    let wanted = Wanted {
        uid: EventUid("f".repeat(32)),
        meeting: MeetingId(uuid::Uuid::from_u128(1)),
        slot: slot("2027-03-01T03:00:00Z", "2027-03-01T03:30:00Z"),
        zone: chrono_tz::Tz::Asia__Tokyo,
        title: "1on1".to_owned(),
        guest: None,
        place: Place::Unsaid,
        sequence: 0,
    };
    let put = calendar.put(&wanted, None).await;
    check("an event under another id than ours is not taken for ours", put.is_err())?;
    let march = slot("2027-03-01T00:00:00Z", "2027-03-02T00:00:00Z");
    check("it stands where it was wanted", calendar.busy(march).await? == [wanted.slot])?;
    let seeded = EventUid("0123456789abcdef".repeat(2));
    let february = slot("2027-02-01T00:00:00Z", "2027-02-02T00:00:00Z");
    check("an event of ours is there", calendar.busy(february).await?.len() == 1)?;
    calendar.cancel(&seeded).await?;
    check("cancelling frees its time", calendar.busy(february).await?.is_empty())?;
    check("cancelling it again succeeds", calendar.cancel(&seeded).await.is_ok())?;
    Ok(())
}
