//! An event as one person sees it.

use serde_json::{Value, json};

use crate::{
    recur::Occurrence,
    state::{Calendar, Item, Object, email},
};

/// A deleted event: only its id is certain
/// (<https://developers.google.com/workspace/calendar/api/v3/reference/events#status>).
pub(crate) fn tombstone(id: &str, item: &Item) -> Value {
    let mut out = json!({"kind": "calendar#event", "id": id, "status": "cancelled"});
    for field in ["etag", "recurringEventId", "originalStartTime", "updated"] {
        if let Some(value) = item.body.get(field) {
            out[field] = value.clone();
        }
    }
    out
}

/// The event with `self` where it is the calendar's owner. `most` is `maxAttendees`: "if there are
/// more than the specified number of attendees, only the participant is returned"
/// (<https://developers.google.com/workspace/calendar/api/v3/reference/events/get>).
pub(crate) fn event(calendar: &Calendar, item: &Item, most: Option<usize>) -> Value {
    let mut out = item.body.clone();
    out.insert("kind".into(), json!("calendar#event"));
    let own = |one: &Object| email(one).eq_ignore_ascii_case(&calendar.owner);
    if let Some(Value::Object(organizer)) = out.get_mut("organizer")
        && own(organizer)
    {
        organizer.insert("self".into(), json!(true));
    }
    if let Some(Value::Array(list)) = out.get_mut("attendees") {
        for one in list.iter_mut().filter_map(Value::as_object_mut) {
            if own(one) {
                one.insert("self".into(), json!(true));
            }
            if email(one).eq_ignore_ascii_case(item.organizer()) {
                one.insert("organizer".into(), json!(true));
            }
        }
        if most.is_some_and(|most| list.len() > most) {
            list.retain(|one| one["self"] == true);
            out.insert("attendeesOmitted".into(), json!(true));
        }
    }
    Value::Object(out)
}

/// One occurrence of a series.
pub(crate) fn occurrence(
    calendar: &Calendar,
    series: &str,
    item: &Item,
    one: &Occurrence,
) -> Value {
    let mut body = item.body.clone();
    body.remove("recurrence");
    body.insert("id".into(), json!(one.id));
    body.insert("recurringEventId".into(), json!(series));
    body.insert("originalStartTime".into(), one.start.clone());
    body.insert("start".into(), one.start.clone());
    body.insert("end".into(), one.end.clone());
    event(calendar, &Item { body, ..Item::default() }, None)
}
