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
    multistatus::{items, parse, sync_token},
};

/// A tag of the calendar as a whole, older than sync tokens and everywhere.
const CTAG: PropertyName<'_, '_> = PropertyName::new(CALENDAR_SERVER, "getctag");

/// So many changes are not read one by one: the calendar is read anew, and only what touches the
/// time asked for.
const CHANGES: usize = 1_000;

/// A place in the history of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// The server tells what changed since.
    Token(String),
    /// The server tells whether anything changed since.
    Tag(String),
    /// The server tells nothing.
    Unknown,
}

impl Place {
    fn read(cursor: &Cursor) -> Option<Self> {
        match cursor.as_str().split_once(' ') {
            Some(("token", token)) => Some(Self::Token(token.to_owned())),
            Some(("tag", tag)) => Some(Self::Tag(tag.to_owned())),
            None if cursor.as_str() == "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor(match self {
            Self::Token(token) => format!("token {token}"),
            Self::Tag(tag) => format!("tag {tag}"),
            Self::Unknown => "unknown".to_owned(),
        })
    }
}

impl Inner {
    pub(crate) async fn changes(
        &self,
        cursor: Option<&Cursor>,
        span: Slot,
    ) -> Result<Changes, CalendarError> {
        let since = match cursor {
            Some(cursor) => Some(Place::read(cursor).ok_or(CalendarError::CursorExpired)?),
            None => None,
        };
        if let Some(Place::Token(token)) = &since {
            return self.since(token, span).await;
        }
        // The place is looked up before the events are: what changes in between is told twice.
        let now = self.place().await?;
        if since.is_some_and(|since| since == now && now != Place::Unknown) {
            let next = Next::Later(now.cursor());
            return Ok(Changes { resources: Vec::new(), complete: false, next });
        }
        let stored = fetch::during(&self.dav, &self.path, span).await?;
        Ok(Changes {
            resources: stored.iter().map(|stored| self.resource(stored, span)).collect(),
            complete: true,
            next: Next::Later(now.cursor()),
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
        let trimmed = |text: String| text.trim().to_owned();
        Ok(match (token.map(trimmed), item.text(&CTAG).map(trimmed)) {
            (Some(token), _) => Place::Token(token),
            (None, Some(tag)) => Place::Tag(tag),
            (None, None) => Place::Unknown,
        })
    }

    async fn since(&self, token: &str, span: Slot) -> Result<Changes, CalendarError> {
        let request = SyncCollection::new(&self.path).with_sync_token(token);
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
            stored.iter().map(|stored| self.resource(stored, span)).collect();
        let nothing = |href| Resource { key: ResourceKey(href), events: Vec::new() };
        resources.extend(gone.into_iter().map(nothing));
        let cursor = Place::Token(token).cursor();
        let next = if more { Next::Page(cursor) } else { Next::Later(cursor) };
        Ok(Changes { resources, complete: false, next })
    }

    /// A resource with its events. One that cannot be read shows none: it must not keep all others
    /// from being seen. Free time is never told from this: [`Inner::busy`] fails on it.
    fn resource(&self, stored: &Stored, span: Slot) -> Resource {
        let events = self.events(stored, span).unwrap_or_else(|cause| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_being_stored() {
        for place in [
            Place::Token("http://sabre.io/ns/sync/1 2".into()),
            Place::Tag("\"1\"".into()),
            Place::Unknown,
        ] {
            assert_eq!(Place::read(&place.cursor()), Some(place));
        }
        assert_eq!(Place::read(&Cursor("else".into())), None);
    }
}
