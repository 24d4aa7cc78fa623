//! Switching a kind off from a message, without signing in: whoever has the message's link has the
//! right to do that one thing, and no other.
//!
//! The link says nothing that can be read or made without the key ring, and finds its tenant by
//! itself: nothing is looked up before it has proved genuine.

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use taiwa_domain::{
    id::{OrganizationId, PersonId},
    notice::{NoticeKind, Way},
    organization::Locale,
};
use uuid::Uuid;

use crate::{App, Failure, Result};

/// Longest token that is looked at.
const LONGEST: usize = 512;
/// How often a write is tried that others come before.
const TRIES: usize = 5;
const PLACE: &[&[u8]] = &[b"notices to stop"];

/// What a token stops.
#[derive(Serialize, Deserialize)]
struct Stop {
    person: Uuid,
    kinds: BTreeSet<NoticeKind>,
    way: Way,
}

/// Makes the token that stops kinds on a way for a person.
pub(super) fn token(
    app: &App,
    organization: OrganizationId,
    person: PersonId,
    kinds: BTreeSet<NoticeKind>,
    way: Way,
) -> Result<String> {
    let stop = serde_json::to_vec(&Stop { person: person.0, kinds, way })
        .map_err(|_| Failure::Internal("a token does not serialise"))?;
    let mut bytes = organization.0.as_bytes().to_vec();
    bytes.extend(app.vault()?.seal(organization, PLACE, &stop));
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

fn read(app: &App, token: &str) -> Result<Option<(OrganizationId, Stop)>> {
    if token.len() > LONGEST {
        return Ok(None);
    }
    let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(token) else { return Ok(None) };
    let Some((organization, sealed)) = bytes.split_first_chunk::<16>() else { return Ok(None) };
    let organization = OrganizationId(Uuid::from_bytes(*organization));
    let Ok(plain) = app.vault()?.open(organization, PLACE, sealed) else { return Ok(None) };
    Ok(serde_json::from_slice(&plain).ok().map(|stop| (organization, stop)))
}

/// What a link is about, in the language of whom it was sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopping {
    /// Which kinds.
    pub kinds: BTreeSet<NoticeKind>,
    /// On which way.
    pub way: Way,
    /// Their language.
    pub locale: Locale,
    /// They are off already.
    pub is_off: bool,
}

/// What a token would stop; none if it is none of ours.
pub async fn look(app: &App, token: &str) -> Result<Option<Stopping>> {
    let Some((organization, stop)) = read(app, token)? else { return Ok(None) };
    let reader = app.database.reader(organization).await?;
    let today = reader.organization_row().await?.today(app.now());
    let person = PersonId(stop.person);
    let Some(found) = reader.people_by_id(today, &[person]).await?.pop() else { return Ok(None) };
    let chosen = reader.notice_preferences(&[person]).await?.remove(&person);
    let chosen = chosen.map(|it| it.chosen).unwrap_or_default();
    let Stop { mut kinds, way, .. } = stop;
    // Tests come when they are asked for.
    kinds.remove(&NoticeKind::Test);
    let is_off = !kinds.iter().any(|kind| chosen.wants(*kind, way));
    Ok(Some(Stopping { kinds, way, locale: found.profile.locale, is_off }))
}

/// Stops it. Doing it again does nothing, and writes nothing.
pub async fn stop(app: &App, token: &str) -> Result<Option<Stopping>> {
    for _ in 0..TRIES {
        let Some(found) = look(app, token).await? else { return Ok(None) };
        if found.is_off {
            return Ok(Some(found));
        }
        let Some((organization, stop)) = read(app, token)? else { return Ok(None) };
        let person = PersonId(stop.person);
        let transaction = app.database.transaction(organization).await?;
        let row = transaction.notice_preferences(&[person]).await?.remove(&person);
        let mut row = row.unwrap_or_default();
        found.kinds.iter().for_each(|kind| row.chosen.stop(*kind, stop.way));
        if transaction.set_notice_preferences(person, &row, app.now()).await? {
            transaction.commit().await?;
            return Ok(Some(Stopping { is_off: true, ..found }));
        }
    }
    Err(Failure::Internal("preferences are being written"))
}
