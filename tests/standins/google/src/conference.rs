//! Conferences that Google makes for events
//! (<https://developers.google.com/workspace/calendar/api/guides/create-events#conferencing>).

use serde_json::{Value, json};

use crate::state::{Object, World};

/// What a write makes of an event's conference.
///
/// "If an ID provided is the same as for the previous request, the request is ignored"
/// (<https://developers.google.com/workspace/calendar/api/v3/reference/events#conferenceData>).
/// Conferences are made asynchronously: with `slow` one is pending until somebody finishes it.
pub(crate) fn write(body: &mut Object, before: Option<&Value>, allowed: bool, slow: bool) {
    let asked = body.get("conferenceData").map(|data| &data["createRequest"]["requestId"]);
    let asked = asked.and_then(Value::as_str).map(str::to_owned);
    match (allowed, asked) {
        (false, _) => match before {
            Some(before) => drop(body.insert("conferenceData".into(), before.clone())),
            None => drop(body.remove("conferenceData")),
        },
        (true, Some(id)) => {
            let same = before.filter(|before| before["createRequest"]["requestId"] == *id);
            let data = match same {
                Some(same) => same.clone(),
                None if slow => pending(&id),
                None => made(&id),
            };
            body.insert("conferenceData".into(), data);
        }
        (true, None) => {}
    }
    link(body);
}

fn request(id: &str, status: &str) -> Value {
    json!({"requestId": id, "conferenceSolutionKey": {"type": "hangoutsMeet"},
        "status": {"statusCode": status}})
}

fn pending(id: &str) -> Value {
    json!({"createRequest": request(id, "pending")})
}

fn made(id: &str) -> Value {
    json!({
        "conferenceId": format!("meet-{id}"),
        "createRequest": request(id, "success"),
        "entryPoints": [
            {"entryPointType": "video", "uri": format!("https://meet.google.com/{id}"),
                "label": format!("meet.google.com/{id}")},
            {"entryPointType": "phone", "uri": "tel:+81-3-0000-0000"},
        ],
    })
}

/// `hangoutLink` is read-only and says the same as the video's entry point.
fn link(body: &mut Object) {
    let points = body.get("conferenceData").and_then(|data| data["entryPoints"].as_array());
    let video = points.into_iter().flatten().find(|one| one["entryPointType"] == "video");
    match video.map(|one| one["uri"].clone()) {
        Some(uri) => drop(body.insert("hangoutLink".into(), uri)),
        None => drop(body.remove("hangoutLink")),
    }
}

impl World {
    /// All conferences that were pending in a calendar are made; the events change by it.
    pub(crate) fn finish_conferences(&mut self, calendar: &str) {
        let status = |data: &Value| data["createRequest"]["status"]["statusCode"] == "pending";
        let waiting: Vec<String> = self.calendars[calendar]
            .items
            .iter()
            .filter(|(_, item)| item.body.get("conferenceData").is_some_and(status))
            .map(|(id, _)| id.clone())
            .collect();
        for id in waiting {
            let item = self.calendar_mut(calendar).items.get_mut(&id).expect("just seen");
            let data = item.body.get_mut("conferenceData").expect("pending");
            *data = made(data["createRequest"]["requestId"].as_str().unwrap_or_default());
            link(&mut item.body);
            self.touch(calendar, &id);
            let guests = self.calendars[calendar].items[&id].attendees();
            self.spread(calendar, &id, guests);
        }
    }
}
