//! `/notices/stop/TOKEN`: where a mail's link switches its kind off, without signing in.
//!
//! Whoever scans mails follows links, so looking changes nothing: a page with a button, or one
//! request of a mail program (RFC 8058), posts. The token is a secret: it stands in no log.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use taiwa_domain::{notice::words, organization::Locale};
use taiwa_operations::{
    App, Result,
    notice::stop::{self, Stopping},
};
use tokio::time::Instant;

use crate::page::{Page, locale};

/// Where it is, below `public_url`.
pub(crate) const PATH: &str = "/notices/stop/";

/// Requests a second that are looked at in the long run.
const EACH_SECOND: f64 = 20.0;
/// How many may come at once.
const BURST: f64 = 200.0;

/// A bucket that every request takes from.
struct Pace(Mutex<(f64, Instant)>);

impl Pace {
    fn new(now: Instant) -> Self {
        Self(Mutex::new((BURST, now)))
    }

    /// Whether one more may come now.
    fn take(&self, now: Instant) -> bool {
        let mut pace = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, at) = *pace;
        let filled = (left + now.duration_since(at).as_secs_f64() * EACH_SECOND).min(BURST);
        let may = filled >= 1.0;
        *pace = (if may { filled - 1.0 } else { filled }, now);
        may
    }
}

#[derive(Clone)]
struct Desk {
    app: App,
    pace: Arc<Pace>,
}

pub(crate) fn router(app: App) -> Router {
    let desk = Desk { app, pace: Arc::new(Pace::new(Instant::now())) };
    let routes = Router::new()
        .route("/notices/stop/{token}", get(ask).post(done))
        // What is posted says nothing.
        .layer(DefaultBodyLimit::max(1 << 10))
        .with_state(desk);
    crate::http::harden(routes, &[])
}

async fn ask(State(desk): State<Desk>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    if !desk.pace.take(Instant::now()) {
        return later();
    }
    answer(stop::look(&desk.app, &token).await, &headers)
}

async fn done(State(desk): State<Desk>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    if !desk.pace.take(Instant::now()) {
        return later();
    }
    answer(stop::stop(&desk.app, &token).await, &headers)
}

fn later() -> Response {
    let seconds = Duration::from_secs(5).as_secs().to_string();
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds)]).into_response()
}

fn answer(found: Result<Option<Stopping>>, headers: &HeaderMap) -> Response {
    let found = match found {
        Ok(found) => found,
        Err(failure) => {
            tracing::error!(%failure, "a kind of notice cannot be stopped");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let Some(it) = found else {
        let locale = locale(headers);
        let (title, text) = match locale {
            Locale::Ja => ("このリンクは無効です", "メールのリンクをもう一度ご確認ください。"),
            Locale::En => ("This link is not valid", "Please look at the link in the mail again."),
        };
        let status = StatusCode::NOT_FOUND;
        return Page { status, locale, title, text, button: None }.into_response();
    };
    let locale = it.locale;
    let names: Vec<String> = it.kinds.iter().map(|kind| words::label(locale, *kind)).collect();
    let (title, text, button) = match (locale, it.is_off) {
        (Locale::Ja, true) => {
            let text =
                format!("送信されません：{}。設定でいつでも再開できます。", names.join("、"));
            ("停止しました", text, None)
        }
        (Locale::Ja, false) => {
            let text = format!("次のお知らせの受け取りをやめますか：{}", names.join("、"));
            ("お知らせの停止", text, Some("やめる"))
        }
        (Locale::En, true) => {
            let text = format!(
                "Not sent any more: {}. You can turn them on again in your preferences.",
                names.join(", ")
            );
            ("Stopped", text, None)
        }
        (Locale::En, false) => {
            let text = format!("Do you want to stop these: {}?", names.join(", "));
            ("Stop notices", text, Some("Stop"))
        }
    };
    Page { status: StatusCode::OK, locale, title, text: &text, button }.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_turned_away_and_time_lets_people_in_again() {
        let start = Instant::now();
        let pace = Pace::new(start);
        let came = (0..1_000).filter(|_| pace.take(start)).count();
        assert_eq!(came, 200);
        let second = start + Duration::from_secs(1);
        assert_eq!((0..1_000).filter(|_| pace.take(second)).count(), 20);
    }
}
