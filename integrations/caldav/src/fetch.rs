//! Events with their data, a bounded number at a time.

use libdav::{caldav::GetCalendarResources, encoding::strict_percent_encoded, names};
use taiwa_domain::meeting::Slot;

use crate::{
    dav::{self, Dav},
    error::Failure,
    multistatus::{items, parse},
    query::{Query, Which},
};

/// How many resources a calendar may show at once.
pub(crate) const RESOURCES: usize = 10_000;
/// How many are asked for in one request.
const BATCH: usize = 50;

/// A resource as it is on the server.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// Its path, normalised.
    pub(crate) href: String,
    pub(crate) etag: Option<String>,
    pub(crate) text: String,
}

/// Everything that touches a time, or fails: an answer in part is none.
pub(crate) async fn during(dav: &Dav, calendar: &str, span: Slot) -> Result<Vec<Stored>, Failure> {
    let query = |without_data| Query { calendar, which: Which::During(span), without_data };
    match dav.ask(&query(false)).await {
        Ok(answer) => whole(answer.body(), calendar),
        // Too much for one answer: first the names, then the rest in parts.
        Err(failure) if failure.is_too_large() => {
            let answer = dav.ask(&query(true)).await?;
            let document = parse(answer.body())?;
            let mut hrefs = Vec::new();
            for item in items(&document)? {
                complete(item.status)?;
                if is_event(&item.href, calendar) {
                    hrefs.push(item.href);
                }
            }
            some(dav, calendar, &hrefs).await
        }
        Err(failure) => Err(failure),
    }
}

/// The resources of these names; those that are gone are left out.
pub(crate) async fn some(
    dav: &Dav,
    calendar: &str,
    hrefs: &[String],
) -> Result<Vec<Stored>, Failure> {
    if hrefs.len() > RESOURCES {
        return Err(Failure::Refused("the calendar holds more than is read"));
    }
    let mut all = Vec::new();
    for batch in hrefs.chunks(BATCH) {
        all.extend(batch_of(dav, calendar, batch).await?);
    }
    Ok(all)
}

async fn batch_of(dav: &Dav, calendar: &str, hrefs: &[String]) -> Result<Vec<Stored>, Failure> {
    let encoded = hrefs.iter().map(|href| strict_percent_encoded(href));
    let request = GetCalendarResources::new(calendar).with_hrefs(encoded);
    match dav.ask(&request).await {
        Ok(answer) => {
            let document = parse(answer.body())?;
            let mut found = Vec::new();
            for item in items(&document)? {
                if matches!(item.status, Some(404 | 410)) {
                    continue;
                }
                complete(item.status)?;
                // Without data it is not there: some servers say so in the property's status.
                if let Some(text) = item.text(&names::CALENDAR_DATA) {
                    found.push(Stored { etag: item.etag(), href: item.href, text });
                }
            }
            Ok(found)
        }
        // Large events: fewer at a time, down to one.
        Err(failure) if failure.is_too_large() && hrefs.len() > 1 => {
            let (first, second) = hrefs.split_at(hrefs.len() / 2);
            let mut found = Box::pin(batch_of(dav, calendar, first)).await?;
            found.extend(Box::pin(batch_of(dav, calendar, second)).await?);
            Ok(found)
        }
        Err(failure) => Err(failure),
    }
}

/// Those whose UID has this in it.
pub(crate) async fn named(dav: &Dav, calendar: &str, uid: &str) -> Result<Vec<Stored>, Failure> {
    let query = Query { calendar, which: Which::Named(uid), without_data: false };
    whole(dav.ask(&query).await?.body(), calendar)
}

/// One as single occurrences, which the server makes out of its series.
pub(crate) async fn expanded(
    dav: &Dav,
    calendar: &str,
    href: &str,
    span: Slot,
) -> Result<Option<Stored>, Failure> {
    let encoded = strict_percent_encoded(href);
    let query = Query { calendar, which: Which::Expanded(&encoded, span), without_data: false };
    Ok(whole(dav.ask(&query).await?.body(), calendar)?.pop())
}

/// One by its name; none if it is gone.
pub(crate) async fn one(dav: &Dav, href: &str) -> Result<Option<Stored>, Failure> {
    match dav.get(href).await {
        Ok(answer) => Ok(Some(Stored {
            href: href.to_owned(),
            etag: dav::etag(&answer),
            text: String::from_utf8_lossy(answer.body()).into_owned(),
        })),
        Err(failure) if failure.is_gone() => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// An answer in which every event has its data.
fn whole(body: &[u8], calendar: &str) -> Result<Vec<Stored>, Failure> {
    let document = parse(body)?;
    let mut found = Vec::new();
    for item in items(&document)? {
        complete(item.status)?;
        if !is_event(&item.href, calendar) {
            continue;
        }
        let text = item.text(&names::CALENDAR_DATA);
        let text = text.ok_or(Failure::Nonsense("an event in it has no data"))?;
        found.push(Stored { etag: item.etag(), href: item.href, text });
        if found.len() > RESOURCES {
            return Err(Failure::Refused("the calendar holds more than is read"));
        }
    }
    Ok(found)
}

/// A status in the middle of an answer says that something is missing from it.
fn complete(status: Option<u16>) -> Result<(), Failure> {
    match status {
        None | Some(200..300) => Ok(()),
        Some(507) => Err(Failure::Refused("the server cuts its answers")),
        Some(_) => Err(Failure::Nonsense("an event in it cannot be had")),
    }
}

/// Not the calendar itself, nor a collection in it.
pub(crate) fn is_event(href: &str, calendar: &str) -> bool {
    !href.ends_with('/') && href.trim_end_matches('/') != calendar.trim_end_matches('/')
}
