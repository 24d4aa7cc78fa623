//! Channels and their notices.

mod support;

use chrono::TimeDelta;
use http::{HeaderMap, HeaderName};
use support::{ALICE, Stage, at, wanted};
use taiwa_domain::calendar::{CalendarError, CalendarProvider, Channel, Watch};
use taiwa_google_calendar::{Expected, Forged, Notice, channel_of, verify};
use taiwa_google_standin::Sent;

fn watch() -> Watch {
    Watch {
        id: "channel-1".to_owned(),
        token: "token-1".to_owned(),
        address: "https://taiwa.example.com/notices/google".to_owned(),
        lifetime: TimeDelta::days(3),
    }
}

fn headers(sent: &Sent) -> HeaderMap {
    let name = |text: &str| HeaderName::try_from(text).unwrap();
    sent.headers.iter().map(|(key, value)| (name(key), value.parse().unwrap())).collect()
}

fn expected(channel: &Channel, last: u64) -> Expected<'_> {
    Expected { id: &channel.id, token: "token-1", resource: Some(&channel.resource), last }
}

async fn opened() -> (Stage, Channel) {
    let stage = Stage::new().await;
    stage.standin.set(|settings| settings.deliver = false);
    let channel = stage.calendar(ALICE).watch(&watch()).await.unwrap();
    (stage, channel)
}

#[tokio::test]
async fn a_channel_tells_of_changes_and_ends() {
    let (stage, channel) = opened().await;
    assert_eq!(channel.expires_at, at("2026-12-04T00:00:00Z"));
    stage.calendar(ALICE).put(&wanted(1, "2027-01-11T01:00:00Z"), None).await.unwrap();
    let sent = stage.standin.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(channel_of(&headers(&sent[0])), Some("channel-1"));
    assert_eq!(verify(&headers(&sent[0]), expected(&channel, 0)), Ok(Notice::Opened { number: 1 }));
    assert_eq!(
        verify(&headers(&sent[1]), expected(&channel, 1)),
        Ok(Notice::Changed { number: 3 })
    );
    stage.clock.forward(TimeDelta::days(3));
    stage.standin.hand().busy(ALICE, at("2027-01-12T01:00:00Z"), at("2027-01-12T02:00:00Z"));
    assert_eq!(stage.standin.sent().len(), 2, "a dark channel: polling finds it");
}

#[tokio::test]
async fn notices_that_come_twice_wake_once() {
    let (stage, channel) = opened().await;
    stage.standin.hand().busy(ALICE, at("2027-01-12T01:00:00Z"), at("2027-01-12T02:00:00Z"));
    let sent = stage.standin.sent();
    let notice = headers(&sent[1]);
    let Ok(Notice::Changed { number }) = verify(&notice, expected(&channel, 1)) else {
        panic!("a change");
    };
    assert_eq!(verify(&notice, expected(&channel, number)), Ok(Notice::Repeated));
    assert_eq!(verify(&headers(&sent[0]), expected(&channel, number)), Ok(Notice::Repeated));
}

#[tokio::test]
async fn forged_notices_are_told() {
    let (stage, channel) = opened().await;
    let real = headers(&stage.standin.sent()[0]);
    for (name, value) in [
        ("x-goog-channel-token", "token-2"),
        ("x-goog-channel-token", ""),
        ("x-goog-channel-id", "channel-2"),
        ("x-goog-resource-id", "resource-of-another"),
        ("x-goog-message-number", "0"),
        ("x-goog-message-number", "-1"),
    ] {
        let mut forged = real.clone();
        forged.insert(name, value.parse().unwrap());
        assert_eq!(verify(&forged, expected(&channel, 0)), Err(Forged), "{name}: {value}");
        let mut doubled = real.clone();
        doubled.append(name, value.parse().unwrap());
        assert_eq!(verify(&doubled, expected(&channel, 0)), Err(Forged), "twice {name}");
        let mut without = real.clone();
        without.remove(name);
        assert_eq!(verify(&without, expected(&channel, 0)), Err(Forged), "without {name}");
    }
    let open = Expected { token: "", ..expected(&channel, 0) };
    let mut empty = real.clone();
    empty.insert("x-goog-channel-token", "".parse().unwrap());
    assert_eq!(verify(&empty, open), Err(Forged), "a channel without a token proves nothing");
}

/// The channel's row is gone, or its successor's is looked at: the notice wakes nobody.
#[tokio::test]
async fn notices_after_a_stop() {
    let (stage, channel) = opened().await;
    let calendar = stage.calendar(ALICE);
    let successor = Watch { id: "channel-2".to_owned(), token: "token-2".to_owned(), ..watch() };
    let next = calendar.watch(&successor).await.unwrap();
    assert_eq!(next.resource, channel.resource);
    calendar.unwatch(&channel).await.unwrap();
    calendar.unwatch(&channel).await.expect("404: stopped already");
    stage.standin.hand().late_notice("channel-1");
    let late = headers(stage.standin.sent().last().unwrap());
    let successor =
        Expected { id: &next.id, token: "token-2", resource: Some(&next.resource), last: 1 };
    assert_eq!(verify(&late, successor), Err(Forged));
    let before = stage.standin.sent().len();
    stage.standin.hand().busy(ALICE, at("2027-01-12T01:00:00Z"), at("2027-01-12T02:00:00Z"));
    assert_eq!(stage.standin.sent().len(), before + 1, "the successor alone is told");
}

#[tokio::test]
async fn what_google_would_not_open_is_refused() {
    let (stage, _) = opened().await;
    let calendar = stage.calendar(ALICE);
    let again = calendar.watch(&watch()).await;
    assert!(matches!(again, Err(CalendarError::Refused(_))), "an id is good once: {again:?}");
    let plain =
        Watch { id: "x".to_owned(), address: "http://taiwa.example.com".to_owned(), ..watch() };
    assert!(matches!(calendar.watch(&plain).await, Err(CalendarError::Refused(_))));
}
