//! Our own events: found, placed, moved and taken away.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use libdav::dav::{Delete, PutResource};
use taiwa_domain::{
    calendar::{
        Answer, CalendarError, Event, EventKey, EventState, EventUid, Place, Version, Wanted,
    },
    meeting::Slot,
};
use taiwa_ics::{FeedEvent, Invitation, Object, Occurrence, Words, address, object, words};

use crate::{
    calendar::Inner,
    dav,
    error::Failure,
    event::{event, ours},
    fetch::{self, Stored},
};

pub(crate) const CONTENT: &str = "text/calendar; charset=utf-8";
/// How often a write is tried anew when someone else writes at the same time.
pub(crate) const TRIES: usize = 3;
/// How often an event of one name is made under another UID: servers with a wastebasket refuse one
/// that lies in it.
const INCARNATIONS: u8 = 9;

/// One of our events as it stands.
struct Standing {
    stored: Stored,
    uid: String,
    /// Its first occurrence; none if it cannot be read.
    first: Option<Occurrence>,
    /// It has others.
    several: bool,
}

impl Inner {
    pub(crate) async fn find(&self, uid: &EventUid) -> Result<Option<Event>, CalendarError> {
        let Some(standing) = self.look(uid).await? else { return Ok(None) };
        let first = standing.first.ok_or(CalendarError::Refused("our event cannot be read"))?;
        let (href, etag) = (&standing.stored.href, standing.stored.etag.as_deref());
        let mut event = event(first, href, etag);
        event.key = EventKey(href.clone());
        Ok(Some(event))
    }

    pub(crate) async fn put(
        &self,
        wanted: &Wanted,
        seen: Option<&Version>,
    ) -> Result<Event, CalendarError> {
        if wanted.guest.is_some() && !self.account.scheduling {
            return Err(CalendarError::Refused("this server does not carry invitations"));
        }
        for _ in 0..TRIES {
            let standing = self.look(&wanted.uid).await?;
            let etag = standing.as_ref().and_then(|standing| standing.stored.etag.as_deref());
            if seen.is_some_and(|seen| etag != Some(seen.as_str())) {
                return Err(CalendarError::Conflict);
            }
            let written = match &standing {
                Some(standing) => match self.as_wanted(standing, wanted) {
                    Some(event) => return Ok(event),
                    None => self.update(standing, wanted).await,
                },
                None => self.create(wanted).await,
            };
            match written {
                Ok(event) => return Ok(event),
                Err(failure) if failure.is_conflict() && seen.is_none() => {}
                Err(failure) if failure.is_conflict() => return Err(CalendarError::Conflict),
                // Deleted between the look and the write.
                Err(failure) if failure.is_gone() && standing.is_some() => {
                    if seen.is_some() {
                        return Err(CalendarError::Conflict);
                    }
                }
                Err(failure) => return Err(failure.into()),
            }
        }
        Err(CalendarError::Conflict)
    }

    pub(crate) async fn cancel(&self, uid: &EventUid) -> Result<(), CalendarError> {
        // All of the name: an owner may have taken one out of the wastebasket, beside the one that
        // was made in its place.
        let mut hrefs: BTreeSet<String> =
            self.elsewhere(uid).await?.into_iter().map(|found| found.stored.href).collect();
        hrefs.extend(self.here(uid).await?.map(|found| found.stored.href));
        for href in hrefs {
            match self.dav.ask(&Delete::new(&href).force()).await {
                Ok(_) => {}
                Err(failure) if failure.is_gone() => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(())
    }

    fn href(&self, uid: &str) -> String {
        format!("{}{uid}.ics", self.path)
    }

    /// Our event of a name: where we put it, else wherever other programs moved it to.
    async fn look(&self, uid: &EventUid) -> Result<Option<Standing>, CalendarError> {
        match self.here(uid).await? {
            Some(standing) => Ok(Some(standing)),
            None => Ok(self.elsewhere(uid).await?.into_iter().next()),
        }
    }

    async fn here(&self, uid: &EventUid) -> Result<Option<Standing>, CalendarError> {
        let here = fetch::one(&self.dav, &self.href(uid.as_str())).await?;
        Ok(here.and_then(|stored| self.standing(stored, uid)))
    }

    /// All of a name in the whole calendar.
    async fn elsewhere(&self, uid: &EventUid) -> Result<Vec<Standing>, CalendarError> {
        let found = fetch::named(&self.dav, &self.path, uid.as_str()).await?;
        let mut found: Vec<_> =
            found.into_iter().filter_map(|stored| self.standing(stored, uid)).collect();
        // One that takes place before one that was called off, else the latest made.
        let off = |s: &Standing| s.first.as_ref().is_some_and(|f| f.state == EventState::Cancelled);
        found.sort_by(|a, b| (off(a), &b.uid).cmp(&(off(b), &a.uid)));
        Ok(found)
    }

    /// A resource as our event of a name, if it is one.
    fn standing(&self, stored: Stored, name: &EventUid) -> Option<Standing> {
        let uid = (1..=INCARNATIONS)
            .map(|number| incarnation(name, number))
            .find(|uid| words(stored.text.as_bytes(), uid).is_some())?;
        let now = self.clock.now();
        let near =
            Slot { starts_at: now - TimeDelta::days(400), ends_at: now + TimeDelta::days(800) };
        let ever = Slot { starts_at: DateTime::<Utc>::MIN_UTC, ends_at: DateTime::<Utc>::MAX_UTC };
        // Far away in time is read too, where that does not cost too much.
        let found = match self.read(&stored, near) {
            Ok(found) if !found.is_empty() => found,
            _ => self.read(&stored, ever).unwrap_or_default(),
        };
        let several = found.len() > 1;
        let first = found.into_iter().find(|found| ours(&found.uid).as_ref() == Some(name));
        Some(Standing { stored, uid, first, several })
    }

    /// The event, if it stands just as wanted.
    fn as_wanted(&self, standing: &Standing, wanted: &Wanted) -> Option<Event> {
        let first = standing.first.as_ref()?;
        let said = words(standing.stored.text.as_bytes(), &standing.uid)?;
        let span = (wanted.slot.starts_at, wanted.slot.ends_at);
        let (location, link) = place(wanted);
        let invites = match &wanted.guest {
            None => first.attendees == 0,
            Some(guest) => first.organizer && said.attendees.contains(&address(guest)),
        };
        let same = !standing.several
            && first.of_series.is_none()
            && !first.all_day
            && first.span == span
            && first.private
            && first.opaque
            && first.state == EventState::Confirmed
            && said.summary == wanted.title
            && said.location == location
            && said.url == link
            && invites;
        let (href, etag) = (&standing.stored.href, standing.stored.etag.as_deref());
        same.then(|| event(first.clone(), href, etag))
    }

    async fn create(&self, wanted: &Wanted) -> Result<Event, Failure> {
        let mut number = 1;
        loop {
            let uid = incarnation(&wanted.uid, number);
            let (href, text) = (self.href(&uid), self.text(wanted, uid, None));
            let request = PutResource::new(&href).create(text.clone(), CONTENT);
            match self.dav.ask(&request).await {
                Ok(answer) => return self.written(href, text, dav::etag(&answer)).await,
                // One of this name lies in the wastebasket, where nobody but the owner finds it.
                Err(failure)
                    if number < INCARNATIONS
                        && (failure.status() == Some(http::StatusCode::BAD_REQUEST)
                            || failure.names("no-uid-conflict")) =>
                {
                    number += 1;
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn update(&self, standing: &Standing, wanted: &Wanted) -> Result<Event, Failure> {
        let etag = standing.stored.etag.clone();
        let etag = etag.ok_or(Failure::Refused("the server keeps no versions"))?;
        let href = standing.stored.href.clone();
        let text = self.text(wanted, standing.uid.clone(), Some(standing));
        let request = PutResource::new(&href).update(text.clone(), CONTENT, etag);
        let answer = self.dav.ask(&request).await?;
        self.written(href, text, dav::etag(&answer)).await
    }

    /// The event as the server has it now. With a version in the answer it is what we sent (RFC
    /// 4791, 5.3.4); without one the server changed it.
    async fn written(
        &self,
        href: String,
        text: String,
        etag: Option<String>,
    ) -> Result<Event, Failure> {
        let stored = match etag {
            Some(_) => Stored { href, etag, text },
            None => fetch::one(&self.dav, &href)
                .await?
                .ok_or(Failure::Nonsense("what was written is not there"))?,
        };
        let ever = Slot { starts_at: DateTime::<Utc>::MIN_UTC, ends_at: DateTime::<Utc>::MAX_UTC };
        let events = self.events(&stored, ever).ok().and_then(|events| events.into_iter().next());
        events.ok_or(Failure::Nonsense("what was written cannot be read"))
    }

    fn text(&self, wanted: &Wanted, uid: String, standing: Option<&Standing>) -> String {
        let first = standing.and_then(|standing| standing.first.as_ref());
        let span = (wanted.slot.starts_at, wanted.slot.ends_at);
        let moved = first.is_some_and(|first| first.span != span);
        let said = standing
            .and_then(|standing| words(standing.stored.text.as_bytes(), &standing.uid))
            .unwrap_or_default();
        // Never lower than what others have seen, or they take it for old.
        let sequence = i64::from(wanted.sequence)
            .max(first.map_or(0, |first| first.sequence + i64::from(moved)));
        let (location, conference) = place(wanted);
        let organizer = self.account.addresses.first().cloned().unwrap_or_default();
        object(&Object {
            event: FeedEvent {
                uid,
                starts_at: span.0,
                ends_at: span.1,
                summary: wanted.title.clone(),
                sequence: i32::try_from(sequence).unwrap_or(i32::MAX),
                stamp: self.clock.now(),
                description: None,
                location,
            },
            zone: wanted.zone,
            invitation: wanted.guest.clone().map(|guest| Invitation {
                organizer,
                answer: first
                    .filter(|_| !moved)
                    .and_then(|first| said_before(first, &said, &guest)),
                guest,
            }),
            conference,
            marks: vec![
                ("X-TAIWA-MEETING", wanted.meeting.0.to_string()),
                ("X-TAIWA-UID", wanted.uid.0.clone()),
            ],
            alarms: said.alarms,
        })
    }
}

/// The guest's answer, which holds as long as the time does.
fn said_before(first: &Occurrence, said: &Words, guest: &str) -> Option<&'static str> {
    match first.guest.filter(|_| said.attendees.contains(&address(guest)))? {
        Answer::Accepted => Some("ACCEPTED"),
        Answer::Tentative => Some("TENTATIVE"),
        Answer::Declined => Some("DECLINED"),
        Answer::Unanswered => None,
    }
}

/// The UID of the n-th event of a name.
fn incarnation(name: &EventUid, number: u8) -> String {
    match number {
        1 => name.0.clone(),
        number => format!("{}-{number}", name.as_str()),
    }
}

/// LOCATION and the link. Many programs show the location alone, so a link stands there as well.
fn place(wanted: &Wanted) -> (Option<String>, Option<String>) {
    match &wanted.place {
        Place::Unsaid | Place::Conference => (None, None),
        Place::Link(link) => (Some(link.clone()), Some(link.clone())),
        Place::Room(room) => (Some(room.clone()), None),
    }
}
