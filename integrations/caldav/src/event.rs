//! Events as the port knows them.

use taiwa_domain::{
    calendar::{Event, EventKey, EventUid, Version},
    meeting::Slot,
};
use taiwa_ics::{IcsError, Limits, Occurrence, occurrences};

use crate::{calendar::Inner, fetch::Stored};

/// What one resource may cost: a series that somebody kept for years, with its exceptions.
pub(crate) const LIMITS: Limits =
    Limits { bytes: 4 << 20, components: 5_000, event_steps: 20_000, steps: 100_000 };

/// Our name in a UID. A number behind it counts how often an event of that name was made anew.
pub(crate) fn ours(uid: &str) -> Option<EventUid> {
    let (name, number) = uid.split_once('-').unwrap_or((uid, "2"));
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let is_name = (32..=64).contains(&name.len()) && name.bytes().all(hexadecimal);
    let is_number = number.len() == 1 && (b'2'..=b'9').contains(&number.as_bytes()[0]);
    (is_name && is_number).then(|| EventUid(name.to_owned()))
}

/// One occurrence, as it stands in a resource.
pub(crate) fn event(found: Occurrence, href: &str, etag: Option<&str>) -> Event {
    let key = match &found.of_series {
        Some(which) => format!("{href}#{which}"),
        None => href.to_owned(),
    };
    Event {
        key: EventKey(key),
        uid: ours(&found.uid),
        version: etag.map(|etag| Version(etag.to_owned())),
        slot: Slot { starts_at: found.span.0, ends_at: found.span.1 },
        all_day: found.all_day,
        state: found.state,
        opaque: found.opaque,
        private: found.private,
        organizer: found.organizer,
        answer: found.answer,
        guest: found.guest,
        attendees: found.attendees,
        recurring: found.of_series.is_some(),
        updated_at: found.updated_at,
        link: None,
    }
}

/// The resource and, of a series, the occurrence that a key names.
pub(crate) fn parts(key: &EventKey) -> (&str, Option<&str>) {
    match key.as_str().rsplit_once('#') {
        Some((href, which)) => (href, Some(which)),
        None => (key.as_str(), None),
    }
}

impl Inner {
    /// What stands in a resource within a time.
    pub(crate) fn read(&self, stored: &Stored, span: Slot) -> Result<Vec<Occurrence>, IcsError> {
        let window = (span.starts_at, span.ends_at);
        let zone = self.account.zone.unwrap_or(self.zone);
        occurrences(stored.text.as_bytes(), window, zone, &self.account.addresses, &LIMITS)
    }

    /// The same as events.
    pub(crate) fn events(&self, stored: &Stored, span: Slot) -> Result<Vec<Event>, IcsError> {
        let found = self.read(stored, span)?.into_iter();
        Ok(found.map(|found| event(found, &stored.href, stored.etag.as_deref())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_names_are_known_again() {
        let name = "0123456789abcdef0123456789abcdef";
        assert_eq!(ours(name), Some(EventUid(name.into())));
        assert_eq!(ours(&format!("{name}-2")), Some(EventUid(name.into())));
        for other in [
            "",
            "abc",
            &name.to_uppercase(),
            &format!("{name}@x"),
            &format!("{name}-1"),
            &format!("{name}-"),
        ] {
            assert_eq!(ours(other), None, "{other}");
        }
        let key = EventKey("/c/a.ics#20261201T090000Z".into());
        assert_eq!(parts(&key), ("/c/a.ics", Some("20261201T090000Z")));
    }
}
