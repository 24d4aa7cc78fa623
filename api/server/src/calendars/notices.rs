//! `POST /calendars/google/notices`: Google tells that a calendar changed.
//!
//! A notice carries no data, so its body is not read. Whatever comes is answered alike: nobody
//! learns which channels there are.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use secrecy::ExposeSecret;
use taiwa_google_calendar::{Expected, Notice, channel_of, verify};
use taiwa_operations::calendar::watching::KnownChannel;

/// Where it is, below `public_url`.
pub(crate) const PATH: &str = "/calendars/google/notices";

/// What is done with notices.
pub(crate) trait Notices: Clone + Send + Sync + 'static {
    /// The channel of this name; none if it is unknown or stopped.
    fn channel(&self, id: &str) -> impl Future<Output = Option<KnownChannel>> + Send;

    /// The calendar behind a channel changed. Two of one number may come at once: the first one
    /// that raises the channel's last number counts.
    fn changed(&self, id: &str, number: u64) -> impl Future<Output = ()> + Send;
}

pub(crate) fn router<N: Notices>(notices: N) -> Router {
    Router::new().route(PATH, post(notice::<N>)).with_state(notices)
}

async fn notice<N: Notices>(State(notices): State<N>, headers: HeaderMap) -> StatusCode {
    if let Some(id) = channel_of(&headers)
        && let Some(known) = notices.channel(id).await
    {
        let expected = Expected {
            id: &known.id,
            token: known.token.expose_secret(),
            resource: known.resource.as_deref(),
            last: known.last,
        };
        if let Ok(Notice::Changed { number }) = verify(&headers, expected) {
            notices.changed(&known.id, number).await;
        }
    }
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use std::sync::{Arc, Mutex};
    use tower::ServiceExt;

    /// One channel, and the notices that came through it.
    #[derive(Clone, Default)]
    struct Desk(Arc<Mutex<(bool, u64, Vec<u64>)>>);

    impl Desk {
        fn stop(&self) {
            self.0.lock().unwrap().0 = true;
        }

        fn came(&self) -> Vec<u64> {
            self.0.lock().unwrap().2.clone()
        }
    }

    impl Notices for Desk {
        async fn channel(&self, id: &str) -> Option<KnownChannel> {
            let (stopped, last, _) = *self.0.lock().unwrap();
            (id == "channel-1" && !stopped).then(|| KnownChannel {
                id: id.to_owned(),
                token: "s3cret".to_owned().into(),
                resource: Some("resource-1".to_owned()),
                last,
            })
        }

        async fn changed(&self, _id: &str, number: u64) {
            let mut desk = self.0.lock().unwrap();
            if number > desk.1 {
                desk.1 = number;
                desk.2.push(number);
            }
        }
    }

    const GENUINE: [(&str, &str); 5] = [
        ("x-goog-channel-id", "channel-1"),
        ("x-goog-channel-token", "s3cret"),
        ("x-goog-resource-id", "resource-1"),
        ("x-goog-resource-state", "exists"),
        ("x-goog-message-number", "7"),
    ];

    /// Sends the genuine notice with some headers replaced, left out or doubled; answers are all
    /// alike.
    async fn send(desk: &Desk, change: &[(&str, Option<&str>)], double: Option<&str>) {
        let mut request = Request::post(PATH);
        for (name, value) in GENUINE {
            let changed = change.iter().find(|(changed, _)| *changed == name);
            if let Some(value) = changed.map_or(Some(value), |(_, value)| *value) {
                request = request.header(name, value);
                if double == Some(name) {
                    request = request.header(name, value);
                }
            }
        }
        let request = request.body(Body::from("{\"anything\": 1}")).unwrap();
        let answer = router(desk.clone()).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        let said: Vec<_> = answer.headers().iter().collect();
        assert!(said.iter().all(|(name, _)| *name == "content-length"), "{said:?}");
        let body = axum::body::to_bytes(answer.into_body(), 1_024).await.unwrap();
        assert!(body.is_empty());
    }

    #[tokio::test]
    async fn a_notice_says_which_calendar_changed() {
        let desk = Desk::default();
        send(&desk, &[("x-goog-resource-state", Some("sync"))], None).await;
        assert_eq!(desk.came(), [0_u64; 0], "the channel stands, nothing changed");
        send(&desk, &[], None).await;
        send(&desk, &[("x-goog-message-number", Some("9"))], None).await;
        assert_eq!(desk.came(), [7, 9]);
    }

    #[tokio::test]
    async fn forged_notices_change_nothing() {
        let desk = Desk::default();
        for (name, value) in [
            ("x-goog-channel-token", Some("guess")),
            ("x-goog-channel-token", Some("")),
            ("x-goog-channel-token", None),
            ("x-goog-channel-id", Some("channel-2")),
            ("x-goog-channel-id", None),
            ("x-goog-resource-id", Some("resource-2")),
            ("x-goog-resource-id", None),
            ("x-goog-resource-state", None),
            ("x-goog-message-number", Some("-7")),
            ("x-goog-message-number", Some("0")),
            ("x-goog-message-number", None),
        ] {
            send(&desk, &[(name, value)], None).await;
        }
        let long = "c".repeat(10_000);
        send(&desk, &[("x-goog-channel-id", Some(&long))], None).await;
        for (name, _) in GENUINE {
            if name != "x-goog-resource-state" {
                send(&desk, &[], Some(name)).await;
            }
        }
        assert_eq!(desk.came(), [0_u64; 0]);
        send(&desk, &[], None).await;
        assert_eq!(desk.came(), [7], "the genuine one");
    }

    #[tokio::test]
    async fn duplicates_are_coalesced_into_one_change() {
        let desk = Desk::default();
        for number in ["7", "7", "5", "7", "1"] {
            send(&desk, &[("x-goog-message-number", Some(number))], None).await;
        }
        assert_eq!(desk.came(), [7]);
    }

    #[tokio::test]
    async fn notices_after_stop_change_nothing() {
        let desk = Desk::default();
        send(&desk, &[], None).await;
        desk.stop();
        send(&desk, &[("x-goog-message-number", Some("8"))], None).await;
        assert_eq!(desk.came(), [7]);
    }
}
