//! What changed since a place in the calendar's history.

use std::collections::BTreeSet;

use libdav::{
    PropertyName,
    dav::{Propfind, SyncCollection},
    names::{self, CALENDAR_SERVER},
};
use taiwa_domain::{
    calendar::{CalendarError, Changes, Cursor, Next, Resource, ResourceKey},
    meeting::Slot,
};

use crate::{
    calendar::Inner,
    error::Failure,
    fetch::{self, Stored, is_event},
    multistatus::{items, named, parse, sync_token},
    reading::{Place, Reading},
};

/// A tag of the calendar as a whole, older than sync tokens and everywhere.
const CTAG: PropertyName<'_, '_> = PropertyName::new(CALENDAR_SERVER, "getctag");

/// So many changes are not read one by one: the calendar is read anew, and only what touches the
/// time asked for.
const CHANGES: usize = 1_000;

impl Inner {
    pub(crate) async fn changes(
        &self,
        cursor: Option<&Cursor>,
        span: Slot,
    ) -> Result<Changes, CalendarError> {
        let known = match cursor {
            Some(cursor) => Some(Reading::read(cursor, span).ok_or(CalendarError::CursorExpired)?),
            None => None,
        };
        if let Some(Reading { place: Place::Token(token), window }) = &known {
            return self.since(token, *window).await;
        }
        // The place is looked up before the events are: what changes in between is told twice.
        let place = self.place().await?;
        if let Some(known) = known
            && known.place == place
            && place != Place::Unknown
        {
            let next = Next::Later(known.cursor());
            return Ok(Changes { resources: Vec::new(), complete: false, next });
        }
        let reading = Reading::start(span, place);
        let stored = fetch::during(&self.dav, &self.path, reading.window).await?;
        Ok(Changes {
            resources: stored.iter().map(|stored| self.resource(stored, reading.window)).collect(),
            complete: true,
            next: Next::Later(reading.cursor()),
        })
    }

    async fn place(&self) -> Result<Place, Failure> {
        let request = Propfind::new(&self.path).with_properties(&[
            &names::SYNC_TOKEN,
            &CTAG,
            &names::RESOURCETYPE,
        ]);
        let answer = self.dav.ask(&request).await?;
        let document = parse(answer.body())?;
        let items = items(&document)?;
        let item = items.first().ok_or(Failure::Nonsense("it is empty"))?;
        let token = item.text(&names::SYNC_TOKEN).filter(|_| self.account.sync);
        // What cannot be stored is as good as none.
        let stored = |text: Option<String>| text.as_deref().and_then(named);
        Ok(match (stored(token), stored(item.text(&CTAG))) {
            (Some(token), _) => Place::Token(token),
            (None, Some(tag)) => Place::Tag(tag),
            (None, None) => Place::Unknown,
        })
    }

    async fn since(&self, before: &str, window: Slot) -> Result<Changes, CalendarError> {
        let request = SyncCollection::new(&self.path).with_sync_token(before);
        let answer = match self.dav.ask(&request).await {
            Ok(answer) => answer,
            Err(failure) => return Err(expired(failure)),
        };
        let document = parse(answer.body())?;
        let token = sync_token(&document).ok_or(Failure::Nonsense("it has no token"))?;
        let (mut changed, mut gone, mut more) = (BTreeSet::new(), BTreeSet::new(), false);
        for item in items(&document)? {
            match item.status {
                // Of the calendar itself this says: there is more.
                Some(507) if !is_event(&item.href, &self.path) => more = true,
                _ if !is_event(&item.href, &self.path) => {}
                Some(404 | 410) => drop(gone.insert(item.href)),
                _ => drop(changed.insert(item.href)),
            }
        }
        drop(document);
        if more && token == before {
            return Err(Failure::Nonsense("its pages never end").into());
        }
        if changed.len() > CHANGES {
            return Err(CalendarError::CursorExpired);
        }
        let hrefs: Vec<String> = changed.iter().cloned().collect();
        let stored = fetch::some(&self.dav, &self.path, &hrefs).await?;
        for found in &stored {
            changed.remove(&found.href);
        }
        // What changed and is not there any more is gone too.
        gone.extend(changed);
        let mut resources: Vec<_> =
            stored.iter().map(|stored| self.resource(stored, window)).collect();
        let nothing = |href| Resource { key: ResourceKey(href), events: Vec::new() };
        resources.extend(gone.into_iter().map(nothing));
        let cursor = Reading { place: Place::Token(token), window }.cursor();
        let next = if more { Next::Page(cursor) } else { Next::Later(cursor) };
        Ok(Changes { resources, complete: false, next })
    }

    /// A resource with its events. One that cannot be read shows none: it must not keep all others
    /// from being seen. Free time is never told from this: [`Inner::busy`] fails on it.
    fn resource(&self, stored: &Stored, window: Slot) -> Resource {
        let events = self.events(stored, window).unwrap_or_else(|cause| {
            tracing::warn!(%cause, "an event of a CalDAV calendar cannot be read");
            Vec::new()
        });
        Resource { key: ResourceKey(stored.href.clone()), events }
    }
}

/// Servers refuse an old token in many ways. What else is wrong shows when everything is read.
fn expired(failure: Failure) -> CalendarError {
    let status = failure.status().map(|status| status.as_u16());
    if failure.names("valid-sync-token") || matches!(status, Some(403 | 409 | 410 | 412)) {
        CalendarError::CursorExpired
    } else {
        failure.into()
    }
}
