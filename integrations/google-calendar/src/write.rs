//! What is wanted as Google takes it, and whether what stands differs from it.

use std::collections::HashMap;

use google_calendar3::api;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use taiwa_domain::calendar::{Event, Place, Wanted};

use crate::read;

/// Marks of ours, as private extended properties: on the owner's copy alone
/// (<https://developers.google.com/workspace/calendar/api/guides/extended-properties>).
const MEETING: &str = "taiwa_meeting";
const UID: &str = "taiwa_uid";
/// Stands for what is written and never read back: title, place and zone.
const SEAL: &str = "taiwa_seal";

/// A change to be sent.
pub(crate) struct Body {
    pub(crate) event: Value,
    /// `conferenceDataVersion`: 0 leaves the conference as it is, whatever the body says.
    pub(crate) conference_version: &'static str,
    /// `sendUpdates`: who gets mail.
    pub(crate) send_updates: &'static str,
}

/// With a guest, or with one who is taken off, everyone gets mail: Google warns that without it
/// events can be lost for guests
/// (<https://developers.google.com/workspace/calendar/api/v3/reference/events/insert#sendUpdates>).
/// A hold has nobody to tell.
fn send_updates(wanted: &Wanted, found: Option<&api::Event>) -> &'static str {
    let before = found.is_some_and(|found| guests(found).next().is_some());
    if wanted.guest.is_some() || before { "all" } else { "none" }
}

/// The whole event, for making it: `found` is the deleted one that it takes the place of.
pub(crate) fn whole(wanted: &Wanted, found: Option<&api::Event>) -> Body {
    let mut event = fields(wanted);
    event.insert("id".to_owned(), json!(wanted.uid.as_str()));
    if let Some(guest) = &wanted.guest {
        event.insert("attendees".to_owned(), json!([{ "email": guest }]));
    }
    let conference_version = conference(&mut event, wanted, found, false);
    let send_updates = send_updates(wanted, found);
    Body { event: Value::Object(event), conference_version, send_updates }
}

/// What makes `found` stand as wanted: absent fields stay, nulls go.
pub(crate) fn change(wanted: &Wanted, found: &api::Event) -> Body {
    let mut event = fields(wanted);
    for times in ["start", "end"] {
        // An event of whole days becomes one with times.
        event[times]["date"] = Value::Null;
    }
    if !matches!(wanted.place, Place::Link(_) | Place::Room(_)) && sealed(found) != seal(wanted) {
        event.insert("location".to_owned(), Value::Null);
    }
    if found.recurrence.is_some() {
        event.insert("recurrence".to_owned(), Value::Null);
    }
    if !same_guests(wanted, found) {
        event.insert("attendees".to_owned(), attendees(wanted, found));
    }
    let conference_version = conference(&mut event, wanted, Some(found), true);
    let send_updates = send_updates(wanted, Some(found));
    Body { event: Value::Object(event), conference_version, send_updates }
}

/// What stands is not what is wanted, by everything that can be told without reading its text.
pub(crate) fn differs(wanted: &Wanted, found: &api::Event, event: &Event) -> bool {
    let mark = |name| marks(found).and_then(|marks| marks.get(name)).map(String::as_str);
    event.slot != wanted.slot
        || event.all_day
        || event.recurring
        || found.status.as_deref() != Some("confirmed")
        || !event.private
        || !event.opaque
        || found.guests_can_modify == Some(true)
        || mark(UID) != Some(wanted.uid.as_str())
        || mark(MEETING) != Some(wanted.meeting.0.to_string().as_str())
        || sealed(found) != seal(wanted)
        || !same_guests(wanted, found)
        || (wanted.place == Place::Conference && lacks_conference(found))
}

fn fields(wanted: &Wanted) -> Map<String, Value> {
    // Instants with an offset, and the zone for people and for summer time.
    let time = |at: chrono::DateTime<chrono::Utc>| {
        json!({
            "dateTime": at.with_timezone(&wanted.zone).to_rfc3339(),
            "timeZone": wanted.zone.name(),
        })
    };
    let mut event = json!({
        "status": "confirmed",
        "summary": wanted.title,
        "start": time(wanted.slot.starts_at),
        "end": time(wanted.slot.ends_at),
        "visibility": "private",
        "transparency": "opaque",
        "guestsCanModify": false,
        "guestsCanInviteOthers": false,
        "reminders": { "useDefault": true },
        "extendedProperties": { "private": {
            MEETING: wanted.meeting.0.to_string(),
            UID: wanted.uid.as_str(),
            SEAL: seal(wanted),
        } },
    });
    // No `sequence`: Google counts moves itself and refuses a number below its own.
    if let Place::Link(text) | Place::Room(text) = &wanted.place {
        event["location"] = json!(text);
    }
    match event {
        Value::Object(fields) => fields,
        _ => unreachable!("written as an object"),
    }
}

fn seal(wanted: &Wanted) -> String {
    let (kind, place) = match &wanted.place {
        Place::Unsaid => ("unsaid", ""),
        Place::Conference => ("conference", ""),
        Place::Link(link) => ("link", link.as_str()),
        Place::Room(room) => ("room", room.as_str()),
    };
    let mut hash = Sha256::new();
    // The uid, so that equal titles of two events cannot be told from their seals.
    for part in [wanted.uid.as_str(), &wanted.title, wanted.zone.name(), kind, place] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn marks(found: &api::Event) -> Option<&HashMap<String, String>> {
    found.extended_properties.as_ref()?.private.as_ref()
}

fn sealed(found: &api::Event) -> &str {
    marks(found).and_then(|marks| marks.get(SEAL)).map_or("", String::as_str)
}

fn guests(found: &api::Event) -> impl Iterator<Item = &api::EventAttendee> {
    let people = found.attendees.iter().flatten();
    people.filter(|one| one.self_ != Some(true) && one.resource != Some(true))
}

fn is(one: &api::EventAttendee, address: &str) -> bool {
    one.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(address))
}

fn same_guests(wanted: &Wanted, found: &api::Event) -> bool {
    let mut guests = guests(found);
    match (&wanted.guest, guests.next(), guests.next()) {
        (None, None, _) => true,
        (Some(guest), Some(one), None) => is(one, guest),
        _ => false,
    }
}

/// Lists are replaced as a whole: whoever stays keeps their answer.
fn attendees(wanted: &Wanted, found: &api::Event) -> Value {
    let Some(guest) = &wanted.guest else { return json!([]) };
    let answer =
        guests(found).find(|one| is(one, guest)).and_then(|one| one.response_status.clone());
    let mut list = Vec::new();
    if let Some(own) = found.attendees.iter().flatten().find(|one| one.self_ == Some(true)) {
        list.push(json!({ "email": own.email, "responseStatus": own.response_status }));
    }
    let answer = answer.unwrap_or_else(|| "needsAction".to_owned());
    list.push(json!({ "email": guest, "responseStatus": answer }));
    Value::Array(list)
}

fn lacks_conference(found: &api::Event) -> bool {
    // One that was asked for is on its way, or Google could not make it: asking again and again
    // changes nothing.
    found
        .conference_data
        .as_ref()
        .is_none_or(|data| data.conference_id.is_none() && data.create_request.is_none())
}

fn conference(
    event: &mut Map<String, Value>,
    wanted: &Wanted,
    found: Option<&api::Event>,
    patch: bool,
) -> &'static str {
    let lacks = found.is_none_or(lacks_conference);
    if wanted.place == Place::Conference {
        if !lacks {
            return "0";
        }
        // The same request again is ignored, so each state of the event asks under its own name;
        // each name is the same for ever, so that a repeated write makes one conference.
        let mut hash = Sha256::new();
        hash.update(wanted.uid.as_str());
        hash.update(found.and_then(|found| found.etag.as_deref()).unwrap_or_default());
        let id: String = hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        event.insert(
            "conferenceData".to_owned(),
            json!({ "createRequest": {
                "requestId": id,
                "conferenceSolutionKey": { "type": "hangoutsMeet" },
            } }),
        );
        return "1";
    }
    // A conference that a person added stays until the wanted place changes.
    let stale = !lacks && found.is_some_and(|found| sealed(found) != seal(wanted));
    if stale && patch {
        event.insert("conferenceData".to_owned(), Value::Null);
    }
    if stale { "1" } else { "0" }
}

/// Whether our event stands in `found`.
pub(crate) fn stands(found: &api::Event) -> bool {
    found.status.as_deref() != Some("cancelled") && found.id.as_deref().is_some_and(read::is_uid)
}
