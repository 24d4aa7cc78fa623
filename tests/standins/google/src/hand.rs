//! The human hand: what people do with their calendars, outside of any program of ours.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use jsonwebtoken::DecodingKey;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

use crate::{
    Sent,
    events::Write,
    oauth::Consent,
    server::{Shared, lock, send},
    state::{Calendar, No, Object, Outcome, World},
    view,
};

/// People's doings; see [`crate::StandIn::hand`]. Each panics where Google would refuse.
pub struct Hand<'a> {
    pub(crate) world: &'a Shared,
    pub(crate) post: &'a UnboundedSender<Sent>,
}

fn time(at: DateTime<Utc>, zone: Tz) -> Value {
    json!({"dateTime": at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false), "timeZone": zone.name()})
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

impl Hand<'_> {
    fn act<T>(&self, what: impl FnOnce(&mut World) -> Outcome<T>) -> T {
        let mut world = lock(self.world);
        let outcome = what(&mut world);
        send(&mut world, self.post);
        outcome.unwrap_or_else(|No(status, reason, at)| panic!("refused: {status} {reason} {at}"))
    }

    /// A person with an empty calendar.
    pub fn person(&self, email: &str, zone: Tz) {
        let calendar = Calendar {
            id: email.to_owned(),
            owner: email.to_owned(),
            zone,
            deleted: false,
            busy_error: None,
            passing: 0,
            items: Default::default(),
            by_change: Default::default(),
            generation: 0,
        };
        lock(self.world).calendars.insert(email.to_owned(), calendar);
    }

    /// An application that people can consent to.
    pub fn client(&self, id: &str, secret: &str) {
        lock(self.world).registry.clients.insert(id.to_owned(), secret.to_owned());
    }

    /// A person's consent, given once and for all: a refresh token.
    pub fn consented(&self, email: &str, client: &str) -> String {
        let mut world = lock(self.world);
        let token = world.fresh("refresh");
        world.registry.refresh.insert(token.clone(), (email.to_owned(), client.to_owned()));
        token
    }

    /// A person consents at an authorization address: the code that comes back. They may untick
    /// permissions: `scopes` says how many of those asked for they give.
    pub fn consent(&self, url: &Url, email: &str, scopes: usize) -> String {
        let query: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        let given: Vec<&str> = query["scope"].split(' ').take(scopes).collect();
        let consent = Consent {
            user: email.to_owned(),
            client: query["client_id"].clone(),
            redirect: query["redirect_uri"].clone(),
            challenge: query["code_challenge"].clone(),
            scope: given.join(" "),
        };
        let mut world = lock(self.world);
        let code = world.fresh("code");
        world.registry.codes.insert(code.clone(), consent);
        code
    }

    /// A service account with a fresh key, to which the administrator delegates `scopes`: its key
    /// file.
    pub fn service_account(&self, email: &str, scopes: &[&str]) -> String {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("a public key");
        let private: Pkcs8V1Der<'_> = pair.as_der().expect("a private key");
        let pem = |label: &str, der: &[u8]| {
            let text = BASE64_STANDARD.encode(der);
            let lines: Vec<&str> = text
                .as_bytes()
                .chunks(64)
                .map(|line| std::str::from_utf8(line).expect("base64"))
                .collect();
            format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
        };
        let key = DecodingKey::from_rsa_pem(pem("PUBLIC KEY", public.as_ref()).as_bytes())
            .expect("a public key");
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        lock(self.world).registry.services.insert(email.to_owned(), (key, scopes));
        json!({"type": "service_account", "client_email": email, "private_key_id": "k1",
            "private_key": pem("PRIVATE KEY", private.as_ref()),
            "token_uri": "https://example.invalid/token"})
        .to_string()
    }

    /// A person withdraws their consent: tokens end.
    pub fn revoke(&self, email: &str) {
        let mut world = lock(self.world);
        world.registry.refresh.retain(|_, (user, _)| user != email);
        world.registry.access.retain(|_, grant| grant.user != email);
    }

    /// Access tokens end early; consents stay.
    pub fn end_access_tokens(&self) {
        lock(self.world).registry.access.clear();
    }

    fn write<'a>(email: &'a str) -> Write<'a> {
        Write { user: email, calendar: "primary", if_match: None, conference: true }
    }

    /// Makes an event of the API's form; its id.
    pub fn insert(&self, email: &str, event: Value) -> String {
        let made = self.act(|world| world.insert(&Self::write(email), object(event)));
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Something in a person's own calendar, with a title that nobody else may learn.
    pub fn busy(&self, email: &str, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> String {
        self.insert(
            email,
            json!({"summary": "SECRET", "description": "SECRET", "location": "SECRET",
            "start": time(starts_at, Tz::UTC), "end": time(ends_at, Tz::UTC)}),
        )
    }

    /// `organizer` invites others.
    pub fn invite(
        &self,
        organizer: &str,
        guests: &[&str],
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
    ) -> String {
        let guests: Vec<Value> = guests
            .iter()
            .map(|guest| json!({"email": guest, "responseStatus": "needsAction"}))
            .collect();
        self.insert(
            organizer,
            json!({"summary": "SECRET", "start": time(starts_at, Tz::UTC),
            "end": time(ends_at, Tz::UTC), "attendees": guests}),
        )
    }

    /// A series by the wall clock of `zone`, with an RRULE.
    pub fn series(
        &self,
        email: &str,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        zone: Tz,
        rule: &str,
    ) -> String {
        self.insert(
            email,
            json!({"summary": "SECRET", "start": time(starts_at, zone),
            "end": time(ends_at, zone), "recurrence": [format!("RRULE:{rule}")]}),
        )
    }

    /// Changes an event of the person's calendar, by the API's form of a patch.
    pub fn patch(&self, email: &str, id: &str, patch: Value) {
        self.act(|world| world.patch(&Self::write(email), id, &object(patch)));
    }

    /// Moves an event, or one occurrence.
    pub fn move_to(&self, email: &str, id: &str, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) {
        let (mut start, mut end) = (time(starts_at, Tz::UTC), time(ends_at, Tz::UTC));
        (start["date"], end["date"]) = (Value::Null, Value::Null);
        self.patch(email, id, json!({"start": start, "end": end}));
    }

    /// "This and following": the series ends before, and another begins
    /// (<https://developers.google.com/workspace/calendar/api/guides/recurringevents#modifying_all_following_instances>).
    pub fn this_and_following(
        &self,
        email: &str,
        id: &str,
        until: DateTime<Utc>,
        next: Value,
    ) -> String {
        let rule = {
            let world = lock(self.world);
            let rules = world.calendars[email].items[id].rules().expect("a series").to_owned();
            let kept: Vec<&str> = rules
                .split(';')
                .filter(|part| !part.starts_with("COUNT") && !part.starts_with("UNTIL"))
                .collect();
            format!("{};UNTIL={}", kept.join(";"), until.format("%Y%m%dT%H%M%SZ"))
        };
        self.patch(email, id, json!({"recurrence": [rule]}));
        self.insert(email, next)
    }

    /// Deletes an event, or one occurrence, from the person's calendar.
    pub fn delete(&self, email: &str, id: &str) {
        self.act(|world| world.delete(&Self::write(email), id));
    }

    /// Answers an invitation.
    pub fn answer(&self, email: &str, id: &str, answer: &str) {
        self.patch(email, id, json!({"attendees": [{"email": email, "responseStatus": answer}]}));
    }

    /// Shows an event as free.
    pub fn free(&self, email: &str, id: &str) {
        self.patch(email, id, json!({"transparency": "transparent"}));
    }

    /// Google has made the conferences that were pending in the person's own events.
    pub fn finish_conferences(&self, email: &str) {
        self.act(|world| {
            world.finish_conferences(email);
            Ok(())
        });
    }

    /// Deletes the calendar itself.
    pub fn delete_calendar(&self, email: &str) {
        lock(self.world).calendar_mut(email).deleted = true;
    }

    /// Google cannot compute when this person is busy, for a reason; or can again.
    pub fn busy_error(&self, email: &str, reason: Option<&str>) {
        lock(self.world).calendar_mut(email).busy_error = reason.map(str::to_owned);
    }

    /// The next so many times that somebody asks when this person is busy, something is there that
    /// is gone the time after: it came and left between two readings of the calendar.
    pub fn passing(&self, email: &str, times: u32) {
        lock(self.world).calendar_mut(email).passing = times;
    }

    /// All sync and page tokens of the calendar expire.
    pub fn expire_tokens(&self, email: &str) {
        lock(self.world).calendar_mut(email).generation += 1;
    }

    /// A notice that was under way when its channel was stopped.
    pub fn late_notice(&self, channel: &str) {
        self.act(|world| {
            world.notice(channel, "exists");
            Ok(())
        });
    }

    /// The events that stand in a person's calendar, as they see them; series as one.
    pub fn events(&self, email: &str) -> Vec<Value> {
        let world = lock(self.world);
        let calendar = &world.calendars[email];
        let alive = calendar.items.values().filter(|item| !item.is_cancelled());
        alive.map(|item| view::event(calendar, item, None)).collect()
    }
}

impl World {
    /// <https://developers.google.com/workspace/calendar/api/v3/reference/calendarList>
    pub(crate) fn calendar_list(&self, user: &str, id: &str) -> Outcome {
        let entry = |calendar: &Calendar| {
            json!({"kind": "calendar#calendarListEntry", "id": calendar.id,
            "summary": calendar.owner, "timeZone": calendar.zone.name(), "accessRole": "owner",
            "primary": calendar.id == calendar.owner})
        };
        if !id.is_empty() {
            return self.calendar(user, id).map(entry);
        }
        let items: Vec<Value> = self
            .calendars
            .values()
            .filter(|calendar| calendar.owner == user && !calendar.deleted)
            .map(entry)
            .collect();
        Ok(json!({"kind": "calendar#calendarList", "items": items}))
    }
}
