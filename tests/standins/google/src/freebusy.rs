//! `freebusy.query`
//! (<https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query>).

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::{
    recur,
    state::{Calendar, No, Object, Outcome, World},
};

impl World {
    pub(crate) fn free_busy(&mut self, user: &str, body: &Object) -> Outcome {
        let at = |name: &'static str| {
            let text = body.get(name).and_then(Value::as_str).unwrap_or_default();
            DateTime::parse_from_rfc3339(text)
                .map(|at| at.to_utc())
                .map_err(|_| No(400, "badRequest", name))
        };
        let (from, to) = (at("timeMin")?, at("timeMax")?);
        if from >= to {
            return Err(No(400, "timeRangeEmpty", "timeMax"));
        }
        // The page gives no limit; answers to very long spans say "timeRangeTooLong".
        if (to - from).num_days() > 90 {
            return Err(No(400, "timeRangeTooLong", "timeMax"));
        }
        let mut calendars = Object::new();
        for item in body.get("items").and_then(Value::as_array).into_iter().flatten() {
            let id = item["id"].as_str().unwrap_or_default();
            let known = if id == "primary" { user } else { id };
            let answer = match self.calendars.get_mut(known).filter(|calendar| !calendar.deleted) {
                // Errors of one calendar come inside a 200, beside an empty list.
                None => json!({"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}),
                Some(calendar) => match &calendar.busy_error {
                    Some(reason) => {
                        json!({"errors": [{"domain": "calendar", "reason": reason}], "busy": []})
                    }
                    None if calendar.passing > 0 => {
                        calendar.passing -= 1;
                        json!({"busy": [{"start": text(from), "end": text(to)}]})
                    }
                    None => json!({"busy": busy(calendar, from, to)}),
                },
            };
            calendars.insert(id.to_owned(), answer);
        }
        Ok(
            json!({"kind": "calendar#freeBusy", "timeMin": body["timeMin"], "timeMax": body["timeMax"],
            "calendars": calendars}),
        )
    }
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn busy(calendar: &Calendar, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Value> {
    let mut spans = Vec::new();
    for (id, item) in &calendar.items {
        // Not on the page: what its owner declined, or made free, is free; unanswered is busy.
        if item.is_cancelled()
            || item.text("transparency") == "transparent"
            || item.response(&calendar.owner).as_deref() == Some("declined")
        {
            continue;
        }
        if item.rules().is_some() {
            let all = recur::expand(id, item, calendar.zone);
            spans.extend(
                all.into_iter()
                    .filter(|one| !calendar.items.contains_key(&one.id))
                    .map(|one| (one.starts_at, one.ends_at)),
            );
        } else {
            spans.extend(recur::span(item, calendar.zone));
        }
    }
    spans.retain(|(start, end)| *start < to && *end > from);
    spans.sort();
    let mut out: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::new();
    for (start, end) in spans {
        match out.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out.into_iter().map(|(start, end)| json!({"start": text(start), "end": text(end)})).collect()
}
