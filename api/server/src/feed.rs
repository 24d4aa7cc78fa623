//! `GET /calendars/SECRET.ics`: a person's private feed for calendar clients.

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use taiwa_domain::organization::Locale;
use taiwa_ics::{Feed, FeedEvent};
use taiwa_operations::{App, calendar};

pub(crate) fn router(app: App) -> Router {
    Router::new().route("/calendars/{file}", get(feed)).with_state(app)
}

async fn feed(State(app): State<App>, Path(file): Path<String>) -> Response {
    let found = match file.strip_suffix(".ics").filter(|secret| secret.len() <= 64) {
        Some(secret) => calendar::feed(&app, secret).await,
        None => Ok(None),
    };
    match found {
        // A wrong secret and a rotated one are one answer.
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Ok(Some(feed)) => (
            [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
                (header::CACHE_CONTROL, "private, no-store"),
                (header::CONTENT_DISPOSITION, "inline; filename=\"taiwa.ics\""),
            ],
            write(&feed),
        )
            .into_response(),
        Err(failure) => {
            tracing::error!(%failure, "a feed cannot be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Neutral titles: who, never about what.
fn write(it: &calendar::Feed) -> String {
    let locale = it.person.profile.locale;
    let name = it.person.profile.name.display();
    taiwa_ics::feed(&Feed {
        name: match locale {
            Locale::Ja => format!("1on1（{name}）"),
            Locale::En => format!("1on1s of {name}"),
        },
        zone: it.person.profile.zone,
        refresh_minutes: 60,
        events: it
            .holds
            .iter()
            .map(|(hold, with)| FeedEvent {
                uid: format!("{}@taiwa", hold.meeting),
                starts_at: hold.slot.starts_at,
                ends_at: hold.slot.ends_at,
                summary: match locale {
                    Locale::Ja => format!("1on1：{with}"),
                    Locale::En => format!("1on1 with {with}"),
                },
                sequence: hold.sequence,
                stamp: hold.updated_at,
                description: None,
                location: None,
            })
            .collect(),
    })
}
