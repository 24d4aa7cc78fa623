//! Copies of an event in the calendars of attendees, and what a series leaves behind.
//!
//! "Inviting someone to an event will put a copy of that event on their calendar"
//! (<https://developers.google.com/workspace/calendar/api/concepts/sharing>): the same id, shared
//! content, private extended properties and transparency of its own.

use serde_json::json;

use crate::{
    events::Write,
    recur,
    state::{Item, No, Object, Outcome, World, email},
};

/// What organizer and attendees have in common.
const SHARED: [&str; 16] = [
    "start",
    "end",
    "status",
    "summary",
    "description",
    "location",
    "recurrence",
    "attendees",
    "guestsCanModify",
    "guestsCanInviteOthers",
    "guestsCanSeeOtherGuests",
    "visibility",
    "conferenceData",
    "hangoutLink",
    "sequence",
    "organizer",
];
impl World {
    /// An attendee's copy: their own answer goes to everyone; times are theirs alone unless guests
    /// may modify; what only the organizer may set is refused
    /// (<https://developers.google.com/workspace/calendar/api/guides/errors>, "forbiddenForNonOrganizer").
    pub(crate) fn change_copy(
        &mut self,
        write: &Write<'_>,
        calendar: &str,
        id: &str,
        before: &Item,
        after: Object,
        asked: &Object,
    ) -> Outcome {
        let owner = self.calendars[calendar].owner.clone();
        if asked.keys().any(|key| key.starts_with("guestsCan")) {
            return Err(No(403, "forbiddenForNonOrganizer", ""));
        }
        let organizer = before.organizer().to_owned();
        let answer = Item { body: after.clone(), ..Item::default() }.response(&owner);
        let answered = answer != before.response(&owner);
        let item = self.calendar_mut(calendar).items.get_mut(id).expect("guarded");
        item.body = after.clone();
        self.touch(calendar, id);
        let theirs =
            self.calendars.get(&organizer).and_then(|calendar| calendar.items.get(id)).cloned();
        let Some(theirs) = theirs else { return self.show(calendar, id) };
        if theirs.body.get("guestsCanModify") == Some(&json!(true))
            && ["start", "end"].iter().any(|at| asked.contains_key(*at))
        {
            let patch: Object = asked
                .iter()
                .filter(|(key, _)| ["start", "end"].contains(&key.as_str()))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            let write = Write { user: &organizer, calendar: "primary", if_match: None, ..*write };
            self.patch(&write, id, &patch)?;
        } else if let (true, Some(answer)) = (answered, answer) {
            self.answered(&organizer, id, &owner, &answer);
        }
        self.show(calendar, id)
    }

    /// One attendee's answer, in every copy; times that someone moved for themselves stay.
    pub(crate) fn answered(&mut self, organizer: &str, id: &str, who: &str, answer: &str) {
        let Some(mut item) = self.calendars[organizer].items.get(id).cloned() else { return };
        let mut list = item.attendees();
        for one in list.iter_mut().filter(|one| email(one).eq_ignore_ascii_case(who)) {
            one.insert("responseStatus".into(), json!(answer));
        }
        item.body.insert("attendees".into(), json!(list));
        let mut everyone: Vec<String> = list.iter().map(|one| email(one).to_owned()).collect();
        everyone.push(organizer.to_owned());
        for person in everyone {
            if let Some(copy) = self.calendars.get_mut(&person).and_then(|c| c.items.get_mut(id))
                && copy.body.get("attendees") != Some(&json!(list))
            {
                copy.body.insert("attendees".into(), json!(list));
                self.touch(&person, id);
            }
        }
    }

    /// Remembers which occurrences a series loses by a change.
    pub(crate) fn bury(&mut self, calendar: &str, id: &str, before: &Item, after: &Object) {
        if before.rules().is_none() {
            return;
        }
        let zone = self.calendars[calendar].zone;
        let next = Item { body: after.clone(), ..Item::default() };
        let alive: std::collections::BTreeSet<String> = if next.is_cancelled() {
            Default::default()
        } else {
            recur::expand(id, &next, zone).into_iter().map(|one| one.id).collect()
        };
        let change = self.change + 1;
        let lost: Vec<String> = recur::expand(id, before, zone)
            .into_iter()
            .map(|one| one.id)
            .filter(|one| !alive.contains(one))
            .collect();
        let mut orphans = Vec::new();
        let here = self.calendar_mut(calendar);
        for one in lost {
            if here.items.get(&one).is_some_and(|item| !item.is_cancelled()) {
                orphans.push(one.clone());
            }
            here.items.get_mut(id).expect("guarded").dead.insert(one, change);
        }
        for one in orphans {
            let item = self.calendar_mut(calendar).items.get_mut(&one).expect("just seen");
            item.body.insert("status".into(), json!("cancelled"));
            self.touch(calendar, &one);
        }
    }

    /// The organizer's event in the calendars of those who are, or were, invited.
    pub(crate) fn spread(&mut self, calendar: &str, id: &str, before: Vec<Object>) {
        let owner = self.calendars[calendar].owner.clone();
        let item = self.calendars[calendar].items[id].clone();
        let now = item.attendees();
        let listed = |list: &[Object], who: &str| {
            list.iter().any(|one| email(one).eq_ignore_ascii_case(who))
        };
        let mut everyone: Vec<String> =
            before.iter().chain(&now).map(|one| email(one).to_lowercase()).collect();
        everyone.sort();
        everyone.dedup();
        for person in everyone {
            if person.eq_ignore_ascii_case(&owner) || !self.calendars.contains_key(&person) {
                continue;
            }
            let invited = listed(&now, &person);
            let held = self.calendars[&person].items.get(id).cloned();
            let Some(mut copy) = held.clone().or_else(|| invited.then(Item::default)) else {
                continue;
            };
            for field in SHARED {
                match item.body.get(field) {
                    Some(value) => copy.body.insert(field.into(), value.clone()),
                    None => copy.body.remove(field),
                };
            }
            for field in ["id", "iCalUID", "creator"] {
                copy.body.insert(field.into(), item.body[field].clone());
            }
            if !invited {
                copy.body.insert("status".into(), json!("cancelled"));
            }
            let before = held.unwrap_or_default();
            self.calendar_mut(&person).items.insert(id.to_owned(), copy.clone());
            if before.rules().is_some() {
                self.bury(&person, id, &before, &copy.body);
            }
            self.touch(&person, id);
        }
    }
}
