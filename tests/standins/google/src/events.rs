//! Events: made, changed, deleted.

use serde_json::{Value, json};

use crate::{
    conference, recur,
    state::{Item, No, Object, Outcome, World, email},
    view,
};

/// What a body cannot set.
const OURS: [&str; 10] = [
    "kind",
    "etag",
    "created",
    "updated",
    "creator",
    "organizer",
    "htmlLink",
    "hangoutLink",
    "recurringEventId",
    "originalStartTime",
];

pub(crate) struct Write<'a> {
    pub(crate) user: &'a str,
    pub(crate) calendar: &'a str,
    pub(crate) if_match: Option<&'a str>,
    /// `conferenceDataVersion` is 1: below it "ignores conference data in the event's body"
    /// (<https://developers.google.com/workspace/calendar/api/v3/reference/events/insert>).
    pub(crate) conference: bool,
}

fn valid_id(id: &str) -> bool {
    // https://developers.google.com/workspace/calendar/api/v3/reference/events#id
    (5..=1024).contains(&id.len()) && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'v'))
}

fn checked(body: &Object) -> Outcome<()> {
    let zone = chrono_tz::Tz::UTC;
    let at = |field| body.get(field).and_then(|at| recur::instant(at, zone));
    match (at("start"), at("end")) {
        (Some(start), Some(end)) if start <= end => {}
        (Some(_), Some(_)) => return Err(No(400, "timeRangeEmpty", "")),
        _ => return Err(No(400, "required", "end")),
    }
    let both = |field| {
        body.get(field)
            .is_some_and(|at: &Value| at["date"].is_string() && at["dateTime"].is_string())
    };
    if both("start") || both("end") {
        return Err(No(400, "invalid", ""));
    }
    Ok(())
}

/// Members merge, lists are replaced, nulls remove
/// (<https://developers.google.com/workspace/calendar/api/guides/performance#patch>).
fn merge(into: &mut Object, patch: &Object) {
    for (key, value) in patch {
        match (into.get_mut(key), value) {
            (_, Value::Null) => {
                into.remove(key);
            }
            (Some(Value::Object(inner)), Value::Object(patch)) => merge(inner, patch),
            (_, Value::Object(patch)) => {
                let mut inner = Object::new();
                merge(&mut inner, patch);
                into.insert(key.clone(), Value::Object(inner));
            }
            (_, value) => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

impl World {
    /// The calendar's id, if the user may write there.
    fn at(&self, write: &Write<'_>) -> Outcome<String> {
        self.calendar(write.user, write.calendar).map(|calendar| calendar.id.clone())
    }

    pub(crate) fn insert(&mut self, write: &Write<'_>, mut body: Object) -> Outcome {
        let calendar = self.at(write)?;
        let id = match body.get("id").and_then(Value::as_str) {
            Some(id) if valid_id(id) => id.to_owned(),
            Some(_) => return Err(No(400, "invalid", "id")),
            None => self.fresh("event"),
        };
        checked(&body)?;
        // Deleted events keep their ids: 409, "the requested identifier already exists"
        // (https://developers.google.com/workspace/calendar/api/guides/errors).
        if self.calendars[&calendar].items.contains_key(&id) {
            return Err(No(409, "duplicate", ""));
        }
        body.retain(|key, value| !OURS.contains(&key.as_str()) && !value.is_null());
        body.insert("id".into(), json!(id));
        body.entry("status").or_insert(json!("confirmed"));
        body.insert("sequence".into(), json!(0));
        body.insert("iCalUID".into(), json!(format!("{id}@google.com")));
        let owner = self.calendars[&calendar].owner.clone();
        body.insert("organizer".into(), json!({"email": owner}));
        body.insert("creator".into(), json!({"email": write.user}));
        conference::write(&mut body, None, write.conference, self.settings.slow_conferences);
        self.calendar_mut(&calendar).items.insert(id.clone(), Item { body, ..Item::default() });
        self.touch(&calendar, &id);
        self.spread(&calendar, &id, Vec::new());
        self.show(&calendar, &id)
    }

    /// A deleted event can still be read, as cancelled; what never was is 404.
    pub(crate) fn get(&self, user: &str, calendar: &str, id: &str, most: Option<usize>) -> Outcome {
        let calendar = self.calendar(user, calendar)?;
        if let Some(item) = calendar.items.get(id) {
            return Ok(view::event(calendar, item, most));
        }
        let (series, item, one) =
            self.find_occurrence(&calendar.id, id).ok_or(No(404, "notFound", ""))?;
        Ok(view::occurrence(calendar, &series, &item, &one))
    }

    fn find_occurrence(
        &self,
        calendar: &str,
        id: &str,
    ) -> Option<(String, Item, recur::Occurrence)> {
        let calendar = &self.calendars[calendar];
        let (series, _) = id.rsplit_once('_')?;
        let item = calendar.items.get(series).filter(|item| !item.is_cancelled())?;
        let one =
            recur::expand(series, item, calendar.zone).into_iter().find(|one| one.id == id)?;
        Some((series.to_owned(), item.clone(), one))
    }

    pub(crate) fn show(&self, calendar: &str, id: &str) -> Outcome {
        let calendar = &self.calendars[calendar];
        let item = calendar.items.get(id).ok_or(No(404, "notFound", ""))?;
        Ok(view::event(calendar, item, None))
    }

    /// An occurrence that is written to becomes an item of its own
    /// (<https://developers.google.com/workspace/calendar/api/guides/recurringevents#modifying>).
    fn materialize(&mut self, calendar: &str, id: &str) {
        if self.calendars[calendar].items.contains_key(id) {
            return;
        }
        let Some((series, item, one)) = self.find_occurrence(calendar, id) else { return };
        let mut body = item.body;
        body.remove("recurrence");
        for (key, value) in [
            ("id", json!(id)),
            ("recurringEventId", json!(series)),
            ("originalStartTime", one.start.clone()),
            ("start", one.start),
            ("end", one.end),
        ] {
            body.insert(key.into(), value);
        }
        let item = Item { body, ..Item::default() };
        self.calendar_mut(calendar).items.insert(id.to_owned(), item);
    }

    fn guard(&self, write: &Write<'_>, calendar: &str, id: &str) -> Outcome<Item> {
        let item = self.calendars[calendar].items.get(id).ok_or(No(404, "notFound", ""))?;
        // https://developers.google.com/workspace/calendar/api/guides/version-resources
        if write.if_match.is_some_and(|wanted| wanted != "*" && wanted != item.text("etag")) {
            return Err(No(412, "conditionNotMet", "If-Match"));
        }
        Ok(item.clone())
    }

    pub(crate) fn patch(&mut self, write: &Write<'_>, id: &str, patch: &Object) -> Outcome {
        let calendar = self.at(write)?;
        self.materialize(&calendar, id);
        let before = self.guard(write, &calendar, id)?;
        let mut after = before.body.clone();
        merge(&mut after, patch);
        self.change(write, &calendar, id, before, after, patch)
    }

    pub(crate) fn update(&mut self, write: &Write<'_>, id: &str, body: &Object) -> Outcome {
        let calendar = self.at(write)?;
        self.materialize(&calendar, id);
        let before = self.guard(write, &calendar, id)?;
        let mut after = Object::new();
        merge(&mut after, body);
        after.entry("status").or_insert(json!("confirmed"));
        for field in OURS.iter().chain(&["id", "iCalUID", "sequence"]) {
            if let Some(value) = before.body.get(*field) {
                after.entry(*field).or_insert_with(|| value.clone());
            }
        }
        self.change(write, &calendar, id, before, after, body)
    }

    fn change(
        &mut self,
        write: &Write<'_>,
        calendar: &str,
        id: &str,
        before: Item,
        mut after: Object,
        asked: &Object,
    ) -> Outcome {
        let owner = self.calendars[calendar].owner.clone();
        let organizes = before.organizer().eq_ignore_ascii_case(&owner);
        for field in OURS {
            match before.body.get(field) {
                Some(value) => after.insert(field.into(), value.clone()),
                None => after.remove(field),
            };
        }
        after.insert("id".into(), json!(id));
        // "When updating an event, this can be used to only update the participant's response"
        // (https://developers.google.com/workspace/calendar/api/v3/reference/events#attendeesOmitted).
        if after.remove("attendeesOmitted") == Some(json!(true)) || !organizes {
            let mut list = before.attendees();
            let asked = asked.get("attendees").and_then(Value::as_array).into_iter().flatten();
            for one in asked
                .filter_map(Value::as_object)
                .filter(|one| email(one).eq_ignore_ascii_case(&owner))
            {
                for own in list.iter_mut().filter(|own| email(own).eq_ignore_ascii_case(&owner)) {
                    merge(own, one);
                }
            }
            after.insert("attendees".into(), json!(list));
        }
        for one in after.get_mut("attendees").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(one) = one.as_object_mut() {
                one.remove("self");
                one.entry("responseStatus").or_insert(json!("needsAction"));
            }
        }
        let slow = self.settings.slow_conferences;
        conference::write(&mut after, before.body.get("conferenceData"), write.conference, slow);
        checked(&after)?;
        let number = |body: &Object| body.get("sequence").and_then(Value::as_i64).unwrap_or(0);
        // Not on a page: Google answers "invalid sequence value" to a number below its own.
        if number(&after) < number(&before.body) {
            return Err(No(400, "invalid", "sequence"));
        }
        let moved = ["start", "end"].iter().any(|at| before.body.get(*at) != after.get(*at));
        if moved && organizes {
            after.insert("sequence".into(), json!(number(&before.body) + 1));
        }
        if !organizes {
            return self.change_copy(write, calendar, id, &before, after, asked);
        }
        let old: Vec<Object> = before.attendees();
        self.bury(calendar, id, &before, &after);
        let item = self.calendar_mut(calendar).items.get_mut(id).expect("guarded");
        item.body = after;
        self.touch(calendar, id);
        self.spread(calendar, id, old);
        self.show(calendar, id)
    }

    pub(crate) fn delete(&mut self, write: &Write<'_>, id: &str) -> Outcome {
        let calendar = self.at(write)?;
        self.materialize(&calendar, id);
        let before = self.guard(write, &calendar, id)?;
        if before.is_cancelled() {
            // https://developers.google.com/workspace/calendar/api/guides/errors, "410: Gone".
            return Err(No(410, "deleted", ""));
        }
        let owner = self.calendars[&calendar].owner.clone();
        let mut after = before.body.clone();
        after.insert("status".into(), json!("cancelled"));
        self.bury(&calendar, id, &before, &after);
        self.calendar_mut(&calendar).items.get_mut(id).expect("guarded").body = after;
        self.touch(&calendar, id);
        if before.organizer().eq_ignore_ascii_case(&owner) {
            self.spread(&calendar, id, before.attendees());
        } else {
            // An attendee who deletes their copy does not come.
            let organizer = before.organizer().to_owned();
            if self.calendars.contains_key(&organizer) {
                self.answered(&organizer, id, &owner, "declined");
            }
        }
        Ok(Value::Null)
    }
}
