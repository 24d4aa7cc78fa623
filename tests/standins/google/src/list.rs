//! `events.list`: pages, sync tokens, occurrences
//! (<https://developers.google.com/workspace/calendar/api/v3/reference/events/list>,
//! <https://developers.google.com/workspace/calendar/api/guides/sync>).

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    recur,
    state::{Calendar, Item, No, Outcome, World},
    view,
};

/// What a page or sync token stands for.
#[derive(Clone, Serialize, Deserialize)]
struct Token {
    calendar: String,
    generation: u64,
    /// Changes after this one; none = everything.
    since: Option<u64>,
    single: bool,
    deleted: bool,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    /// Where the last page ended, and what the sync token after all pages begins with.
    after: Option<(u64, String)>,
    upto: u64,
}

impl Token {
    fn read(text: &str) -> Option<Self> {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    fn write(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).expect("plain fields"))
    }

    fn covers(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
        // "Upper bound (exclusive) for an event's start time", "lower bound (exclusive) for an
        // event's end time".
        self.to.is_none_or(|to| start < to) && self.from.is_none_or(|from| end > from)
    }
}

impl World {
    pub(crate) fn list(
        &mut self,
        user: &str,
        calendar: &str,
        query: &HashMap<String, String>,
    ) -> Outcome {
        let blank = self.settings.empty_pages > 0;
        let limit = self.settings.page_limit;
        let upto = self.change;
        let here = self.calendar(user, calendar)?;
        let asked = |name: &str| query.get(name).map(String::as_str);
        let flag = |name: &str| asked(name) == Some("true");
        let instant = |name: &'static str| match asked(name).map(DateTime::parse_from_rfc3339) {
            None => Ok(None),
            Some(Ok(at)) => Ok(Some(at.to_utc())),
            Some(Err(_)) => Err(No(400, "badRequest", name)),
        };
        let mut token = match (asked("pageToken"), asked("syncToken")) {
            (Some(page), _) => Token::read(page).ok_or(No(400, "invalid", "pageToken"))?,
            (None, Some(sync)) => Token::read(sync).ok_or(No(400, "invalid", "syncToken"))?,
            (None, None) => Token {
                calendar: here.id.clone(),
                generation: here.generation,
                since: None,
                single: flag("singleEvents"),
                deleted: flag("showDeleted"),
                from: instant("timeMin")?,
                to: instant("timeMax")?,
                after: None,
                upto,
            },
        };
        if token.calendar != here.id {
            return Err(No(400, "invalid", "pageToken"));
        }
        if asked("syncToken").is_some() {
            // Not together with a sync token, and deletions are always shown with one.
            for filter in [
                "timeMin",
                "timeMax",
                "updatedMin",
                "orderBy",
                "q",
                "iCalUID",
                "privateExtendedProperty",
                "sharedExtendedProperty",
            ] {
                if asked(filter).is_some() {
                    return Err(No(400, "badRequest", filter));
                }
            }
            if asked("showDeleted") == Some("false") {
                return Err(No(400, "badRequest", "showDeleted"));
            }
        }
        // "Sync tokens are invalidated by the server for various reasons": 410.
        if token.generation != here.generation {
            return Err(No(410, "fullSyncRequired", "syncToken"));
        }
        if asked("pageToken").is_none() {
            token.upto = upto;
            token.after = None;
        }
        let size = asked("maxResults")
            .and_then(|n| n.parse().ok())
            .unwrap_or(250)
            .clamp(1, 2_500)
            .min(limit);
        let mut all = collect(here, &token);
        all.sort_by(|a, b| a.0.cmp(&b.0));
        if let Some(after) = &token.after {
            all.retain(|(place, _)| place > after);
        }
        let size = if blank { 0 } else { size };
        let more = all.len() > size || blank;
        all.truncate(size);
        let mut page = json!({"kind": "calendar#events", "summary": here.owner, "timeZone": here.zone.name(),
            "etag": format!("\"p{upto}\"")});
        if more {
            if let Some((place, _)) = all.last() {
                token.after = Some(place.clone());
            }
            page["nextPageToken"] = json!(token.write());
        } else {
            let sync = Token { since: Some(token.upto), after: None, deleted: true, ..token };
            page["nextSyncToken"] = json!(sync.write());
        }
        page["items"] = all.into_iter().map(|(_, item)| item).collect();
        self.settings.empty_pages -= usize::from(blank);
        Ok(page)
    }

    pub(crate) fn instances(&self, user: &str, calendar: &str, id: &str) -> Outcome {
        let here = self.calendar(user, calendar)?;
        let item = here
            .items
            .get(id)
            .filter(|item| !item.is_cancelled())
            .ok_or(No(404, "notFound", ""))?;
        let items: Vec<Value> = recur::expand(id, item, here.zone)
            .iter()
            .map(|one| match here.items.get(&one.id) {
                Some(own) => view::event(here, own, None),
                None => view::occurrence(here, id, item, one),
            })
            .filter(|one| one["status"] != "cancelled")
            .collect();
        Ok(json!({"kind": "calendar#events", "timeZone": here.zone.name(), "items": items}))
    }
}

type Placed = ((u64, String), Value);

fn collect(here: &Calendar, token: &Token) -> Vec<Placed> {
    let mut out = Vec::new();
    match token.since {
        Some(since) => {
            for id in here.by_change.range(since + 1..).map(|(_, id)| id) {
                add(here, id, &here.items[id], token, &mut out);
            }
        }
        None => {
            for (id, item) in &here.items {
                add(here, id, item, token, &mut out);
            }
        }
    }
    out
}

fn add(here: &Calendar, id: &str, item: &Item, token: &Token, out: &mut Vec<Placed>) {
    let delta = token.since.is_some();
    let place = |id: &str| (item.changed, id.to_owned());
    if item.rules().is_some() && token.single {
        // "If showDeleted and singleEvents are both True, only single instances of deleted events
        // (but not the underlying recurring events) are returned."
        if !item.is_cancelled() {
            for one in recur::expand(id, item, here.zone) {
                if !here.items.contains_key(&one.id) && token.covers(one.starts_at, one.ends_at) {
                    out.push((place(&one.id), view::occurrence(here, id, item, &one)));
                }
            }
        }
        for (dead, since) in &item.dead {
            let alive = here.items.contains_key(dead)
                || (!item.is_cancelled()
                    && recur::expand(id, item, here.zone).iter().any(|one| one.id == *dead));
            if delta && !alive && token.since.is_some_and(|from| *since > from) {
                let body = json!({"id": dead, "status": "cancelled", "recurringEventId": id});
                out.push((place(dead), body));
            }
        }
        return;
    }
    if item.is_cancelled() {
        if token.deleted || delta {
            out.push((place(id), view::tombstone(id, item)));
        }
        return;
    }
    // The pages are silent on events that leave the window of the first query; they are told here,
    // so that nobody keeps them.
    let within = recur::span(item, here.zone).is_some_and(|(start, end)| token.covers(start, end));
    if within || delta {
        out.push((place(id), view::event(here, item, None)));
    }
}
