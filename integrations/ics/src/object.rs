//! One event as a CalDAV server keeps it.

use chrono_tz::Tz;

use crate::{
    feed::{FeedEvent, PRODUCT, properties},
    text::Writer,
    vtimezone,
};

/// An event that invites someone (RFC 6638: the server carries the invitation).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The organizer's address, as the server knows them.
    pub organizer: String,
    /// The guest's address.
    pub guest: String,
    /// The guest's answer as it stands (PARTSTAT); none asks anew.
    pub answer: Option<&'static str>,
}

/// A calendar object with one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What stands in it.
    pub event: FeedEvent,
    /// The zone whose wall clock it is written in.
    pub zone: Tz,
    /// Whom it invites.
    pub invitation: Option<Invitation>,
    /// A link to the conference.
    pub conference: Option<String>,
    /// Marks of ours: names (`X-…`) and values.
    pub marks: Vec<(&'static str, String)>,
    /// Alarms that a person set, line by line as they were read.
    pub alarms: Vec<String>,
}

/// The object as RFC 5545 text. The definition of its zone always comes with it: there are servers
/// that fail on all events after one whose zone is not defined.
pub fn object(object: &Object) -> String {
    let mut out = Writer::default();
    out.line("BEGIN", "VCALENDAR");
    out.line("VERSION", "2.0");
    out.line("PRODID", PRODUCT);
    out.line("CALSCALE", "GREGORIAN");
    let event = &object.event;
    if object.zone != Tz::UTC {
        let last = event.ends_at.max(event.starts_at);
        vtimezone::write(&mut out, object.zone, event.starts_at, last);
    }
    out.line("BEGIN", "VEVENT");
    properties(&mut out, object.zone, event);
    if let Some(link) = address(object.conference.as_deref()) {
        out.line("URL", &link);
        out.line("CONFERENCE;VALUE=URI", &link);
    }
    if let Some(invitation) = &object.invitation {
        invite(&mut out, invitation);
    }
    for (name, value) in &object.marks {
        out.text(name, value);
    }
    for line in &object.alarms {
        out.raw(line);
    }
    out.line("END", "VEVENT");
    out.line("END", "VCALENDAR");
    out.finish()
}

fn invite(out: &mut Writer, invitation: &Invitation) {
    let organizer = mail(&invitation.organizer);
    out.line("ORGANIZER", &organizer);
    out.line("ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=CHAIR;PARTSTAT=ACCEPTED", &organizer);
    let guest = mail(&invitation.guest);
    match invitation.answer {
        Some(answer) => {
            let name = format!("ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer}");
            out.line(&name, guest);
        }
        None => out.line(
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE",
            guest,
        ),
    }
}

/// A calendar user address; a bare mail address becomes one.
fn mail(address: &str) -> String {
    let address = single(address);
    if address.contains(':') || address.starts_with('/') {
        address
    } else {
        format!("mailto:{address}")
    }
}

fn address(link: Option<&str>) -> Option<String> {
    link.map(single).filter(|link| !link.is_empty())
}

/// Addresses are written as they are: what would end their line is left out.
fn single(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(zone: Tz, at: &str) -> Object {
        let starts_at = at.parse().expect("an instant");
        Object {
            event: FeedEvent {
                uid: "00ff".into(),
                starts_at,
                ends_at: starts_at + chrono::Duration::minutes(30),
                summary: "1on1".into(),
                sequence: 3,
                stamp: "2026-11-20T01:02:03Z".parse().expect("an instant"),
                description: None,
                location: None,
            },
            zone,
            invitation: None,
            conference: None,
            marks: vec![("X-TAIWA-MEETING", "m".into())],
            alarms: Vec::new(),
        }
    }

    #[test]
    fn a_zone_is_never_named_without_its_definition() {
        for zone in chrono_tz::TZ_VARIANTS {
            let text = object(&example(zone, "2026-12-01T01:00:00Z"));
            for line in text.lines() {
                if let Some((_, rest)) = line.split_once(";TZID=") {
                    let name = rest.split(':').next().expect("a name");
                    assert!(
                        text.contains(&format!("BEGIN:VTIMEZONE\r\nTZID:{name}\r\n")),
                        "{zone}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_invitation_names_two_people() {
        let mut example = example(Tz::UTC, "2026-12-01T01:00:00Z");
        example.conference = Some("https://meet.example/\r\nX:1 a".into());
        example.invitation = Some(Invitation {
            organizer: "mailto:a@example.com".into(),
            guest: "b@example.com".into(),
            answer: None,
        });
        let text = object(&example).replace("\r\n ", "");
        assert!(text.contains("\r\nORGANIZER:mailto:a@example.com\r\n"), "{text}");
        assert!(text.contains("NEEDS-ACTION;RSVP=TRUE:mailto:b@example.com\r\n"), "{text}");
        assert!(text.contains("\r\nURL:https://meet.example/X:1a\r\n"), "{text}");
        assert!(text.contains("\r\nX-TAIWA-MEETING:m\r\n"), "{text}");
    }
}
