//! Google's events as the port knows them.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use google_calendar3::api;
use taiwa_domain::{
    calendar::{Answer, Event, EventKey, EventState, EventUid, Version},
    meeting::Slot,
};

/// The name in an event's id, if it has the form of one of ours: Google's own ids have 26
/// characters, those of imported events begin with an underscore.
pub(crate) fn uid(id: &str) -> Option<EventUid> {
    is_uid(id).then(|| EventUid(id.to_owned()))
}

/// 32 to 64 lower-case hexadecimal digits: within what Google allows for ids (base32hex, 5 to
/// 1024 characters, <https://developers.google.com/workspace/calendar/api/v3/reference/events#id>).
pub(crate) fn is_uid(id: &str) -> bool {
    (32..=64).contains(&id.len()) && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// An event of the calendar whose zone is `zone`; none if it is gone. A deleted event has nothing
/// but its id for certain.
pub(crate) fn event(item: &api::Event, zone: Tz) -> Option<Event> {
    let state = match item.status.as_deref() {
        Some("cancelled") => return None,
        Some("tentative") => EventState::Tentative,
        _ => EventState::Confirmed,
    };
    let id = item.id.as_deref()?;
    let organizer = item.organizer.as_ref().is_some_and(|organizer| organizer.self_ == Some(true));
    let people = item.attendees.iter().flatten().filter(|one| one.resource != Some(true));
    let (mut listed, mut led, mut own) = (0_u32, false, false);
    let (mut answer, mut others) = (None, Vec::new());
    for one in people {
        listed += 1;
        led |= one.organizer == Some(true);
        if one.self_ == Some(true) {
            own = true;
            let said = read_answer(one.response_status.as_deref());
            // Nobody has to answer their own invitation: unanswered it occupies the time.
            answer = Some(said).filter(|said| !(organizer && *said == Answer::Unanswered));
        } else {
            others.push(read_answer(one.response_status.as_deref()));
        }
    }
    let mut attendees = listed;
    // An organizer is not among the attendees unless they were put there.
    if listed > 0 && !led && !(organizer && own) {
        attendees += 1;
    }
    // Not all are shown: there is at least one more.
    if item.attendees_omitted == Some(true) {
        attendees += 1;
    }
    let uid = uid(id);
    let is_own = uid.is_some();
    let guest = match others.as_slice() {
        [only] if organizer && is_own => Some(*only),
        _ => None,
    };
    Some(Event {
        key: EventKey(id.to_owned()),
        uid,
        version: item.etag.clone().map(Version),
        slot: slot(item, zone)?,
        all_day: is_all_day(item),
        state,
        opaque: item.transparency.as_deref() != Some("transparent"),
        private: matches!(item.visibility.as_deref(), Some("private" | "confidential")),
        organizer,
        answer,
        guest,
        attendees,
        recurring: item.recurring_event_id.is_some()
            || item.recurrence.as_ref().is_some_and(|rules| !rules.is_empty()),
        updated_at: item.updated,
        link: if is_own { link(item) } else { None },
    })
}

/// Longest link that is taken: far above any conference's own, and few enough to be kept.
const LONGEST_LINK: usize = 2_000;

/// The link by which people join the conference, once Google has made it: of any conference
/// system its video, of Google's own `hangoutLink` as well
/// (<https://developers.google.com/workspace/calendar/api/v3/reference/events#conferenceData>).
/// People click on it, so nothing but HTTPS is taken.
fn link(item: &api::Event) -> Option<String> {
    let points = item.conference_data.iter().flat_map(|data| data.entry_points.iter().flatten());
    let video = points.filter(|one| one.entry_point_type.as_deref() == Some("video"));
    let links = video.filter_map(|one| one.uri.as_ref()).chain(&item.hangout_link);
    links.into_iter().find(|link| is_link(link)).cloned()
}

fn is_link(text: &str) -> bool {
    text.len() <= LONGEST_LINK
        && text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

pub(crate) fn is_all_day(item: &api::Event) -> bool {
    item.start.as_ref().is_some_and(|start| start.date.is_some())
}

fn slot(item: &api::Event, zone: Tz) -> Option<Slot> {
    let time = |at: &api::EventDateTime| {
        at.date_time.or_else(|| at.date.and_then(|date| midnight(date, zone)))
    };
    let starts_at = time(item.start.as_ref()?)?;
    let ends_at = item.end.as_ref().and_then(time).unwrap_or(starts_at);
    Some(Slot { starts_at, ends_at: ends_at.max(starts_at) })
}

/// When a day begins: at the first of two midnights, and where there is none, when the clocks have
/// been put forward over it.
fn midnight(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let start = date.and_time(NaiveTime::MIN);
    (0..=180)
        .step_by(15)
        .find_map(|minutes| {
            zone.from_local_datetime(&(start + TimeDelta::minutes(minutes))).earliest()
        })
        .map(|at| at.to_utc())
}

fn read_answer(status: Option<&str>) -> Answer {
    match status {
        Some("accepted") => Answer::Accepted,
        Some("declined") => Answer::Declined,
        Some("tentative") => Answer::Tentative,
        _ => Answer::Unanswered,
    }
}

/// Whether two spans share any time. One without length is at its start.
pub(crate) fn touches(slot: Slot, window: Slot) -> bool {
    slot.starts_at < window.ends_at
        && (slot.ends_at > window.starts_at || slot.starts_at >= window.starts_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(value: Value, zone: Tz) -> Option<Event> {
        event(&serde_json::from_value(value).unwrap(), zone)
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_tombstone_is_no_event() {
        assert!(read(json!({"id": "a", "status": "cancelled"}), Tz::UTC).is_none());
    }

    #[test]
    fn attendees_are_counted_whoever_is_shown() {
        let of = |extra: Value| {
            let mut event = json!({"id": "a", "start": {"dateTime": "2026-12-01T10:00:00+09:00"},
                "end": {"dateTime": "2026-12-01T11:00:00+09:00"}});
            event.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            read(event, Tz::UTC).unwrap().attendees
        };
        assert_eq!(of(json!({})), 0);
        assert_eq!(of(json!({"organizer": {"self": true}, "attendees": [{}, {}]})), 3);
        assert_eq!(of(json!({"attendees": [{"self": true}, {}, {"resource": true}]})), 3);
        assert_eq!(of(json!({"attendees": [{"self": true}, {"organizer": true}]})), 2);
        let omitted = json!({"attendees": [{"self": true}], "attendeesOmitted": true});
        assert_eq!(of(omitted), 3);
    }

    #[test]
    fn an_organizer_who_has_not_answered_is_busy_and_a_guest_is_not() {
        let blocks = |organizer: bool, said: &str| {
            let event = json!({"id": "a", "start": {"dateTime": "2026-12-01T10:00:00+09:00"},
                "end": {"dateTime": "2026-12-01T11:00:00+09:00"}, "organizer": {"self": organizer},
                "attendees": [{"self": true, "responseStatus": said}, {}]});
            let event = read(event, Tz::UTC).unwrap();
            assert_eq!(event.attendees, if organizer { 2 } else { 3 });
            event.blocks()
        };
        assert!(blocks(true, "needsAction") && blocks(true, "accepted"));
        assert!(!blocks(true, "declined"), "who declined their own meeting does not come");
        assert!(!blocks(false, "needsAction") && blocks(false, "tentative"));
    }

    #[test]
    fn whole_days_span_their_days_in_the_calendars_zone() {
        let day = |date: &str, next: &str, zone| {
            let event = json!({"id": "a", "start": {"date": date}, "end": {"date": next}});
            let event = read(event, zone).unwrap();
            assert!(event.all_day);
            event.slot
        };
        let tokyo = day("2026-12-01", "2026-12-02", Tz::Asia__Tokyo);
        assert_eq!(tokyo.starts_at, utc("2026-11-30T15:00:00Z"));
        // Days of 23 and 25 hours, in the north and in the south.
        for (zone, short, long) in [
            (Tz::Europe__Berlin, ["2027-03-28", "2027-03-29"], ["2027-10-31", "2027-11-01"]),
            (Tz::America__Santiago, ["2027-09-05", "2027-09-06"], ["2027-04-03", "2027-04-04"]),
        ] {
            let hours = |[date, next]: [&str; 2]| {
                let slot = day(date, next, zone);
                (slot.ends_at - slot.starts_at).num_hours()
            };
            assert_eq!((hours(short), hours(long)), (23, 25), "{zone}");
        }
        // Santiago puts its clocks forward at midnight: the day begins at one.
        let gap = day("2027-09-05", "2027-09-06", Tz::America__Santiago);
        assert_eq!(gap.starts_at, utc("2027-09-05T04:00:00Z"));
    }

    #[test]
    fn a_link_is_read_of_our_own_events_alone_and_only_if_it_is_one() {
        let of = |id: &str, links: Value| {
            let mut event = json!({"id": id, "start": {"dateTime": "2026-12-01T10:00:00+09:00"},
                "end": {"dateTime": "2026-12-01T11:00:00+09:00"}});
            event.as_object_mut().unwrap().extend(links.as_object().unwrap().clone());
            read(event, Tz::UTC).unwrap().link
        };
        let ours = "0af".repeat(11);
        let video = |uri: &str| {
            json!({"conferenceData": {"entryPoints": [
                {"entryPointType": "phone", "uri": "tel:+81-3-0000-0000"},
                {"entryPointType": "video", "uri": uri}]}})
        };
        let meet = "https://meet.google.com/abc-defg-hij";
        assert_eq!(of(&ours, video(meet)).as_deref(), Some(meet));
        assert_eq!(of(&ours, json!({"hangoutLink": meet})).as_deref(), Some(meet));
        assert_eq!(of("7vk0fl5d3r2b4s6t8u9q1n0m2o", video(meet)), None, "a foreign one");
        let long = format!("https://example.com/{}", "a".repeat(LONGEST_LINK));
        for other in
            ["http://example.com/a", "javascript:alert(1)", "https://", "https://a b", &long]
        {
            assert_eq!(of(&ours, video(other)), None, "{other}");
        }
    }

    #[test]
    fn only_names_of_our_form_are_names() {
        assert!(is_uid(&"0af".repeat(11)));
        for other in ["_60q30c1g60o30e1i60o4ac1g60", "7vk0fl5d3r2b4s6t8u9q1n0m2o", "ABCDEF"] {
            assert!(!is_uid(other), "{other}");
        }
        assert!(!is_uid(&format!("{}_20261201T010000Z", "a".repeat(32))), "an occurrence");
        assert!(!is_uid(&"a".repeat(65)));
    }
}
