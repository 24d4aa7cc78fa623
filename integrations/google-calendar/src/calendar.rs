//! One person's calendar.

use std::sync::Arc;

use chrono_tz::Tz;
use google_calendar3::api;
use http::Method;
use serde_json::json;
use taiwa_domain::{
    calendar::{
        Abilities, CalendarError, CalendarProvider, Call, Changes, Channel, Cursor, Event,
        EventKey, EventUid, Version, Wanted, Watch,
    },
    meeting::Slot,
};

use crate::{
    failure::Failure,
    fields,
    google::{Google, Request},
    oauth::Account,
    read, write,
};

/// A person's calendar at Google, by their own access.
#[derive(Clone, Debug)]
pub struct GoogleCalendar {
    pub(crate) google: Arc<Google>,
    pub(crate) account: Account,
    pub(crate) id: String,
}

/// How often a write on what was just read is tried again when someone else was faster.
const RACES: usize = 3;

impl GoogleCalendar {
    /// The account's main calendar.
    pub fn primary(google: Arc<Google>, account: Account) -> Self {
        Self::new(google, account, "primary")
    }

    /// One of the account's calendars, by Google's id.
    pub fn new(google: Arc<Google>, account: Account, id: impl Into<String>) -> Self {
        Self { google, account, id: id.into() }
    }

    pub(crate) fn events(&self, path: &[&str], query: &[(&str, &str)]) -> url::Url {
        let mut whole = vec!["calendars", &self.id, "events"];
        whole.extend(path);
        self.google.url(&whole, query)
    }

    /// Our event as Google has it, deleted ones included; none if it never was or is forgotten.
    async fn own(&self, uid: &EventUid) -> Result<Option<api::Event>, Failure> {
        let url = self.events(&[uid.as_str()], &[("fields", fields::OWN)]);
        match self.google.ask(&self.account, Request::read(url)).await {
            Ok(found) => Ok(Some(found)),
            Err(failure) if matches!(failure.status(), 404 | 410) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The port's view of our event. Whole days need the calendar's zone, which only a listing
    /// tells.
    async fn view(&self, found: &api::Event) -> Result<Option<Event>, Failure> {
        if !write::stands(found) {
            return Ok(None);
        }
        let mut zone = Tz::UTC;
        if read::is_all_day(found) {
            let url = self.events(&[], &[("maxResults", "1"), ("fields", fields::ZONE)]);
            let page: api::Events = self.google.ask(&self.account, Request::read(url)).await?;
            zone = page
                .time_zone
                .and_then(|name| name.parse().ok())
                .ok_or_else(Failure::unreadable)?;
        }
        Ok(read::event(found, zone))
    }

    async fn write(
        &self,
        method: Method,
        wanted: &Wanted,
        body: write::Body,
        version: Option<&str>,
    ) -> Result<api::Event, Failure> {
        let uid = [wanted.uid.as_str()];
        let path: &[&str] = if method == Method::POST { &[] } else { &uid };
        let url = self.events(
            path,
            &[
                ("conferenceDataVersion", body.conference_version),
                ("sendUpdates", body.send_updates),
                ("fields", fields::OWN),
            ],
        );
        let request = Request::write(method, url, Some(body.event)).if_match(version);
        self.google.ask(&self.account, request).await
    }

    /// What stands becomes what is wanted, if nobody changes it meanwhile.
    async fn change(&self, wanted: &Wanted, found: &api::Event) -> Result<Event, Failure> {
        let event = self.view(found).await?.ok_or_else(Failure::unreadable)?;
        if !write::differs(wanted, found, &event) {
            return Ok(event);
        }
        let body = write::change(wanted, found);
        let changed = self.write(Method::PATCH, wanted, body, found.etag.as_deref()).await?;
        self.view(&changed).await?.ok_or_else(Failure::unreadable)
    }

    async fn put_guarded(&self, wanted: &Wanted, seen: &Version) -> Result<Event, CalendarError> {
        let found = self.own(&wanted.uid).await?.filter(write::stands);
        let found = found.ok_or(CalendarError::Conflict)?;
        if found.etag.as_deref() != Some(seen.as_str()) {
            return Err(CalendarError::Conflict);
        }
        match self.change(wanted, &found).await {
            Err(failure) if matches!(failure.status(), 404 | 410 | 412) => {
                Err(CalendarError::Conflict)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Making it first costs one call where it is new, which is the usual case; where the id is
    /// taken, an earlier try of ours came through, or it was deleted.
    async fn put_free(&self, wanted: &Wanted) -> Result<Event, CalendarError> {
        for _ in 0..RACES {
            match self.write(Method::POST, wanted, write::whole(wanted, None), None).await {
                Ok(made) => {
                    return Ok(self.view(&made).await?.ok_or_else(Failure::unreadable)?);
                }
                Err(failure) if failure.status() == 409 => {}
                Err(failure) => return Err(failure.into()),
            }
            let Some(found) = self.own(&wanted.uid).await? else { continue };
            let outcome = if write::stands(&found) {
                self.change(wanted, &found).await
            } else {
                let body = write::whole(wanted, Some(&found));
                match self.write(Method::PUT, wanted, body, found.etag.as_deref()).await {
                    Ok(back) => self.view(&back).await?.ok_or_else(Failure::unreadable),
                    Err(failure) => Err(failure),
                }
            };
            match outcome {
                Err(failure) if matches!(failure.status(), 404 | 410 | 412) => {}
                outcome => return Ok(outcome?),
            }
        }
        Err(CalendarError::Conflict)
    }

    async fn decline_once(&self, key: &str) -> Result<(), Failure> {
        let url = self.events(&[key], &[("maxAttendees", "1"), ("fields", fields::INVITATION)]);
        let found: api::Event = self.google.ask(&self.account, Request::read(url)).await?;
        if found.status.as_deref() == Some("cancelled") {
            return Ok(());
        }
        let mut all = found.attendees.into_iter().flatten();
        let own = all.find(|one| one.self_ == Some(true));
        let own = own.ok_or(Failure::Refused("only invitations can be declined"))?;
        if own.response_status.as_deref() == Some("declined") {
            return Ok(());
        }
        // With `attendeesOmitted` the list holds the owner alone and everyone else stays
        // (https://developers.google.com/workspace/calendar/api/v3/reference/events).
        let own = json!({
            "email": own.email, "responseStatus": "declined", "optional": own.optional,
            "comment": own.comment, "additionalGuests": own.additional_guests,
        });
        let own: serde_json::Map<_, _> = match own {
            serde_json::Value::Object(own) => {
                own.into_iter().filter(|(_, v)| !v.is_null()).collect()
            }
            _ => unreachable!("written as an object"),
        };
        let body = json!({ "attendeesOmitted": true, "attendees": [own] });
        let url = self.events(&[key], &[("sendUpdates", "all"), ("fields", "etag")]);
        let request =
            Request::write(Method::PATCH, url, Some(body)).if_match(found.etag.as_deref());
        self.google.call(&self.account, request).await.map(drop)
    }
}

fn named(uid: &EventUid) -> Result<(), CalendarError> {
    if read::is_uid(uid.as_str()) { Ok(()) } else { Err(CalendarError::Refused("no name of ours")) }
}

impl CalendarProvider for GoogleCalendar {
    fn abilities(&self) -> Abilities {
        Abilities { invites: true, declines: true, watches: true, conferences: true }
    }

    /// Occurrences lie within the window of the cursor's first reading, which is `span` and four
    /// weeks more; a span that has left it fails with [`CalendarError::CursorExpired`]. Every
    /// occurrence of a series is a resource of its own.
    fn changes<'a>(&'a self, cursor: Option<&'a Cursor>, span: Slot) -> Call<'a, Changes> {
        Box::pin(self.read_changes(cursor, span))
    }

    fn busy(&self, span: Slot) -> Call<'_, Vec<Slot>> {
        Box::pin(self.read_busy(span))
    }

    fn find<'a>(&'a self, uid: &'a EventUid) -> Call<'a, Option<Event>> {
        Box::pin(async move {
            named(uid)?;
            match self.own(uid).await? {
                Some(found) => Ok(self.view(&found).await?),
                None => Ok(None),
            }
        })
    }

    fn put<'a>(&'a self, wanted: &'a Wanted, seen: Option<&'a Version>) -> Call<'a, Event> {
        Box::pin(async move {
            named(&wanted.uid)?;
            match seen {
                Some(seen) => self.put_guarded(wanted, seen).await,
                None => self.put_free(wanted).await,
            }
        })
    }

    fn cancel<'a>(&'a self, uid: &'a EventUid) -> Call<'a, ()> {
        Box::pin(async move {
            named(uid)?;
            let url = self.events(&[uid.as_str()], &[("sendUpdates", "all")]);
            match self.google.call(&self.account, Request::write(Method::DELETE, url, None)).await {
                Err(failure) if !matches!(failure.status(), 404 | 410) => Err(failure.into()),
                _ => Ok(()),
            }
        })
    }

    fn decline<'a>(&'a self, event: &'a EventKey) -> Call<'a, ()> {
        Box::pin(async move {
            for _ in 0..RACES {
                match self.decline_once(event.as_str()).await {
                    Err(failure) if failure.status() == 412 => {}
                    Err(failure) if matches!(failure.status(), 404 | 410) => return Ok(()),
                    outcome => return Ok(outcome?),
                }
            }
            Err(CalendarError::Conflict)
        })
    }

    fn watch<'a>(&'a self, wanted: &'a Watch) -> Call<'a, Channel> {
        Box::pin(self.open_channel(wanted))
    }

    fn unwatch<'a>(&'a self, channel: &'a Channel) -> Call<'a, ()> {
        Box::pin(self.close_channel(channel))
    }
}
