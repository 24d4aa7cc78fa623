//! Tokens, quotas, and who is let in.

mod support;

use std::sync::Arc;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use support::{ALICE, BOB, Hands, Stage, month, open, pages, slot, wanted};
use taiwa_domain::calendar::{CalendarError, CalendarProvider};
use taiwa_google_calendar::{
    Account, ConsentError, Endpoints, Google, GoogleCalendar, IDENTITY, Limits, Misconfigured,
    Rate, SCOPES, ServiceAccount,
};
use taiwa_google_standin::{Fault, Kind, Trouble};

fn verifier() -> SecretString {
    "v".repeat(43).into()
}

#[tokio::test]
async fn a_person_consents_and_is_connected() {
    let stage = Stage::new().await;
    let url = stage.client.authorization(&stage.google, "state-1", &verifier(), Some(ALICE));
    let query: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    for (name, value) in [
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("state", "state-1"),
        ("login_hint", ALICE),
        ("code_challenge_method", "S256"),
        ("response_type", "code"),
    ] {
        assert_eq!(query[name], value);
    }
    let all = [SCOPES, IDENTITY].concat();
    assert_eq!(query["scope"], all.join(" "));
    let code = stage.standin.hand().consent(&url, ALICE, all.len()).into();
    let connected = stage.client.exchange(&stage.google, &code, &verifier()).await.unwrap();
    assert!(!format!("{connected:?}").contains(connected.refresh_token.expose_secret()));
    assert_eq!(connected.person.address, ALICE);
    assert_eq!(connected.person.workspace.as_deref(), Some("example.com"));
    let calendar = stage.by_token(connected.refresh_token);
    assert!(calendar.busy(month()).await.unwrap().is_empty());
    let again = stage.client.exchange(&stage.google, &code, &verifier()).await;
    let unauthorized = |outcome: &Result<_, _>| {
        matches!(outcome, Err(ConsentError::Calendar(CalendarError::Unauthorized)))
    };
    assert!(unauthorized(&again), "a code is good once: {again:?}");
    let code = stage.standin.hand().consent(&url, ALICE, all.len()).into();
    let stolen = stage.client.exchange(&stage.google, &code, &"x".repeat(43).into()).await;
    assert!(unauthorized(&stolen), "without the verifier: {stolen:?}");
    for given in 1..all.len() {
        let code = stage.standin.hand().consent(&url, ALICE, given).into();
        let part = stage.client.exchange(&stage.google, &code, &verifier()).await;
        assert!(matches!(part, Err(ConsentError::Incomplete)), "{given} permissions: {part:?}");
    }
}

#[tokio::test]
async fn a_consumers_account_belongs_to_no_company() {
    let stage = Stage::new().await;
    stage.standin.hand().person("someone@gmail.com", chrono_tz::Tz::Asia__Tokyo);
    let url = stage.client.authorization(&stage.google, "state-1", &verifier(), None);
    let code = stage.standin.hand().consent(&url, "someone@gmail.com", 4).into();
    let connected = stage.client.exchange(&stage.google, &code, &verifier()).await.unwrap();
    assert_eq!(connected.person.workspace, None);
}

/// A consent that was withdrawn never looks like a free calendar.
#[tokio::test]
async fn an_invalid_credential_fails_the_conflict_check() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    calendar.busy(month()).await.unwrap();
    stage.standin.hand().revoke(ALICE);
    for _ in 0..2 {
        let failed = calendar.busy(month()).await;
        assert!(matches!(failed, Err(CalendarError::Unauthorized)), "{failed:?}");
    }
    assert!(matches!(calendar.changes(None, month()).await, Err(CalendarError::Unauthorized)));
    let put = calendar.put(&wanted(1, "2027-01-11T01:00:00Z"), None).await;
    assert!(matches!(put, Err(CalendarError::Unauthorized)), "{put:?}");
    let never = stage.by_token("never given".to_owned().into());
    assert!(matches!(never.busy(month()).await, Err(CalendarError::Unauthorized)));
}

/// A consent that was given back opens nothing; giving it back twice is done; and what cannot be
/// reached says so.
#[tokio::test]
async fn a_consent_is_given_back() {
    let stage = Stage::new().await;
    let token: SecretString = stage.standin.hand().consented(ALICE, "client").into();
    let account = Account::user(stage.client.clone(), token.clone());
    let calendar = stage.by_token(token);
    calendar.busy(month()).await.unwrap();
    for trouble in [Trouble::Status(503, "backend", None), Trouble::Cut] {
        stage.standin.fault(Fault { user: None, kind: Some(Kind::Revoke), times: 1, trouble });
        let failed = account.revoke(&stage.google).await;
        assert!(matches!(failed, Err(CalendarError::Unavailable { .. })), "{failed:?}");
    }
    calendar.busy(month()).await.unwrap();
    account.revoke(&stage.google).await.unwrap();
    assert!(matches!(calendar.busy(month()).await, Err(CalendarError::Unauthorized)));
    account.revoke(&stage.google).await.unwrap();
    assert_eq!(stage.standin.count(ALICE, Kind::Revoke), 1);
}

#[tokio::test]
async fn many_calls_at_once_fetch_one_token() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    let calls = (0..20).map(|_| {
        let calendar = calendar.clone();
        tokio::spawn(async move { calendar.busy(month()).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    assert_eq!(stage.standin.count(ALICE, Kind::Token), 1);
    stage.clock.forward(TimeDelta::minutes(58));
    calendar.busy(month()).await.unwrap();
    assert_eq!(stage.standin.count(ALICE, Kind::Token), 1, "still good");
    stage.clock.forward(TimeDelta::minutes(1));
    calendar.busy(month()).await.unwrap();
    assert_eq!(stage.standin.count(ALICE, Kind::Token), 2, "renewed before its end");
    stage.standin.hand().end_access_tokens();
    calendar.busy(month()).await.unwrap();
    assert_eq!(stage.standin.count(ALICE, Kind::Token), 3, "a 401 is answered by a new one");
}

#[tokio::test]
async fn delegation_that_was_not_granted() {
    let stage = Stage::new().await;
    let file: SecretString =
        stage.standin.hand().service_account("robot@example.com", &SCOPES[..1]).into();
    let service = Arc::new(ServiceAccount::from_json(&file).unwrap());
    assert!(!format!("{service:?}").contains("PRIVATE"));
    let of = |who: &str| {
        GoogleCalendar::primary(stage.google.clone(), Account::delegated(service.clone(), who))
    };
    assert!(matches!(of(ALICE).busy(month()).await, Err(CalendarError::Unauthorized)));
    // The same account with another key: its signature is not accepted.
    stage.standin.hand().service_account("robot@example.com", &SCOPES);
    assert!(matches!(of(BOB).busy(month()).await, Err(CalendarError::Unauthorized)));
    assert!(ServiceAccount::from_json(&"{}".to_owned().into()).is_err());
}

#[tokio::test]
async fn tokens_that_cannot_be_had_now() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    for trouble in
        [Trouble::Status(503, "backend", None), Trouble::Status(429, "slow", None), Trouble::Cut]
    {
        stage.standin.fault(Fault { user: None, kind: Some(Kind::Token), times: 1, trouble });
        let failed = calendar.busy(month()).await;
        assert!(matches!(failed, Err(CalendarError::Unavailable { .. })), "{failed:?}");
    }
    calendar.busy(month()).await.unwrap();
}

/// Writes run out long before reads do, and Google never sees more than its quota.
#[tokio::test]
async fn writes_are_limited_far_below_reads() {
    let limits = Limits { longest_wait: TimeDelta::zero(), ..Limits::default() };
    let stage = Stage::with(limits).await;
    stage.standin.set(|settings| settings.user_writes_per_minute = 60);
    let calendar = stage.calendar(ALICE);
    let hour = slot("2027-01-11T01:00:00Z", 60);
    let (mut writes, mut reads) = (0, 0);
    for number in 0..200 {
        match calendar.put(&wanted(number, "2027-01-11T01:00:00Z"), None).await {
            Ok(_) => writes += 1,
            Err(CalendarError::Unavailable { retry_after: Some(wait), .. }) => {
                assert!(wait > TimeDelta::zero());
            }
            Err(other) => panic!("{other}"),
        }
    }
    for _ in 0..200 {
        reads += usize::from(calendar.busy(hour).await.is_ok());
    }
    assert_eq!((writes, reads), (12, 108));
    for _ in 0..600 {
        stage.clock.forward(TimeDelta::milliseconds(200));
        let _ = calendar.busy(hour).await;
        let _ = calendar.cancel(&wanted(1, "2027-01-11T01:00:00Z").uid).await;
    }
    assert_eq!(stage.standin.over_quota(), 0);
}

#[tokio::test]
async fn retry_after_is_respected_and_closes_one_account_alone() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.calendar(ALICE), stage.calendar(BOB));
    let trouble = Trouble::Status(403, "userRateLimitExceeded", Some(120));
    stage.standin.fault(Fault { user: Some(ALICE.to_owned()), kind: None, times: 1, trouble });
    let Err(CalendarError::Unavailable { retry_after, .. }) = alice.busy(month()).await else {
        panic!("over its quota");
    };
    assert_eq!(retry_after, Some(TimeDelta::seconds(120)));
    let calls = stage.standin.total();
    stage.clock.forward(TimeDelta::seconds(119));
    alice.busy(month()).await.unwrap_err();
    assert_eq!(stage.standin.total(), calls, "nothing goes out before its time");
    bob.busy(month()).await.unwrap();
    stage.clock.forward(TimeDelta::seconds(1));
    alice.busy(month()).await.unwrap();
}

/// Within the bound a call waits and repeats by itself.
#[tokio::test]
async fn a_short_trouble_is_sat_out_inside_the_call() {
    let rate = Rate { per_minute: 60_000, burst: 1 };
    let stage =
        Stage::with(Limits { user: rate, longest_wait: TimeDelta::seconds(5), ..open() }).await;
    let calendar = stage.calendar(ALICE);
    let trouble = Trouble::Status(500, "backendError", None);
    stage.standin.fault(Fault { user: None, kind: Some(Kind::FreeBusy), times: 1, trouble });
    calendar.busy(slot("2027-01-11T01:00:00Z", 60)).await.unwrap();
    assert_eq!(stage.standin.count(ALICE, Kind::FreeBusy), 2);
}

/// Our clock may be wrong by hours, and Google would not take what is signed by it: that loses
/// nobody's access, and changes nothing of what is read and written.
#[tokio::test]
async fn clock_skew() {
    let stage = Stage::new().await;
    let file = stage.standin.hand().service_account("robot@example.com", &SCOPES);
    let service = Arc::new(ServiceAccount::from_json(&file.into()).unwrap());
    for (number, ours) in
        ["2026-12-01T03:00:00Z", "2026-11-30T21:00:00Z", "2026-12-01T00:00:50Z"].iter().enumerate()
    {
        let endpoints = Endpoints::below(stage.standin.url());
        let google = Google::new(endpoints, open(), Hands::at(ours), Arc::new(|| 0.5)).unwrap();
        for account in [
            Account::delegated(service.clone(), ALICE),
            Account::user(
                stage.client.clone(),
                stage.standin.hand().consented(ALICE, "client").into(),
            ),
        ] {
            let calendar = GoogleCalendar::primary(google.clone(), account);
            let ours = wanted(number as u128, "2027-01-11T01:00:00Z");
            calendar.put(&ours, None).await.unwrap();
            assert_eq!(calendar.busy(month()).await.unwrap(), [ours.slot]);
            let (seen, cursor, _) = pages(&calendar, None, month()).await.unwrap();
            let mut slots = seen.iter().flat_map(|one| &one.events).map(|event| event.slot);
            assert!(slots.any(|slot| slot == ours.slot));
            calendar.cancel(&ours.uid).await.unwrap();
            let (gone, _, _) = pages(&calendar, Some(&cursor), month()).await.unwrap();
            assert!(gone[0].events.is_empty());
        }
    }
    let stranger = Account::delegated(service, "nobody@example.com");
    let skewed = Google::new(
        Endpoints::below(stage.standin.url()),
        open(),
        Hands::at("2026-12-01T03:00:00Z"),
        Arc::new(|| 0.5),
    );
    let stranger = GoogleCalendar::primary(skewed.unwrap(), stranger).busy(month()).await;
    assert!(matches!(stranger, Err(CalendarError::Unauthorized)), "{stranger:?}");
}

/// A client that Google does not know, an API that is not enabled: everyone's calls fail until the
/// operator has mended it, and nobody has to connect anew.
#[tokio::test]
async fn what_the_operator_must_mend_loses_no_account() {
    let stage = Stage::new().await;
    let calendar = stage.calendar(ALICE);
    for (kind, status, reason) in [
        (Kind::Token, 401, "invalid_client"),
        (Kind::FreeBusy, 403, "accessNotConfigured"),
        (Kind::FreeBusy, 403, "SERVICE_DISABLED"),
    ] {
        let trouble = Trouble::Status(status, reason, None);
        stage.standin.fault(Fault { user: None, kind: Some(kind), times: 1, trouble });
        let failed = calendar.busy(month()).await;
        let Err(CalendarError::Unavailable { retry_after, cause }) = failed else {
            panic!("{reason}: {failed:?}");
        };
        assert_eq!(retry_after, Some(TimeDelta::minutes(15)));
        assert!(cause.is::<Misconfigured>(), "{cause}");
    }
    calendar.busy(month()).await.unwrap();
}
