//! The tree of components.

use super::lines::{Line, lines};
use crate::IcsError;

/// An alarm in an event in a calendar: nothing real nests deeper than three.
const DEPTH: usize = 8;

/// A component with those of its properties that can matter, and the components in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Component {
    /// In upper case.
    pub(super) name: String,
    lines: Vec<Line>,
    pub(super) components: Vec<Component>,
}

/// Properties that busy time needs; everything else is dropped on sight.
pub(super) const TIMES: &[&str] = &[
    "DTEND",
    "DTSTART",
    "DURATION",
    "EXDATE",
    "EXRULE",
    "FREEBUSY",
    "RDATE",
    "RECURRENCE-ID",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "TRANSP",
    "TZID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "UID",
    "X-LIC-LOCATION",
];

/// Properties that tell more of events, and still nothing of what they are about.
pub(super) const EVENTS: &[&str] = &[
    "ATTENDEE",
    "CLASS",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "DURATION",
    "EXDATE",
    "EXRULE",
    "LAST-MODIFIED",
    "ORGANIZER",
    "RDATE",
    "RECURRENCE-ID",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "TRANSP",
    "TZID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "UID",
    "X-LIC-LOCATION",
];

impl Component {
    /// The first property of a name.
    pub(super) fn first(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }

    /// All properties of a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }
}

/// The calendars of a file; there may be several. Of properties only those named in `kept` stay.
pub(super) fn read(text: &str, limit: usize, kept: &[&str]) -> Result<Vec<Component>, IcsError> {
    let mut calendars = Vec::new();
    let mut open: Vec<Component> = Vec::new();
    let mut count = 0;
    for (number, line) in lines(text) {
        match line.name.as_str() {
            "BEGIN" => {
                let name = line.value.trim().to_ascii_uppercase();
                if open.is_empty() && name != "VCALENDAR" {
                    return Err(IcsError::NotACalendar);
                }
                count += 1;
                if count > limit {
                    return Err(IcsError::TooMany { limit });
                }
                if open.len() >= DEPTH {
                    return Err(IcsError::Nesting { line: number });
                }
                open.push(Component { name, ..Component::default() });
            }
            "END" => {
                let name = line.value.trim();
                let closed = open.pop().filter(|last| last.name.eq_ignore_ascii_case(name));
                let closed = closed.ok_or(IcsError::Nesting { line: number })?;
                match open.last_mut() {
                    Some(parent) => parent.components.push(closed),
                    None => calendars.push(closed),
                }
            }
            name if kept.contains(&name) => {
                if let Some(component) = open.last_mut() {
                    component.lines.push(line);
                }
            }
            _ => {}
        }
    }
    if !open.is_empty() {
        return Err(IcsError::Nesting { line: text.lines().count() });
    }
    if calendars.is_empty() { Err(IcsError::NotACalendar) } else { Ok(calendars) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_read_and_bounded() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nUID:1\nBEGIN:VALARM\nEND:VALARM\n\
                    END:VEVENT\nEND:VCALENDAR\n";
        let calendars = read(text, 3, TIMES).expect("a calendar");
        let event = &calendars[0].components[0];
        assert_eq!((event.name.as_str(), event.lines.len()), ("VEVENT", 1));
        assert_eq!(read(text, 2, TIMES), Err(IcsError::TooMany { limit: 2 }));
        let deep = "BEGIN:VCALENDAR\n".repeat(9);
        assert_eq!(read(&deep, 100, TIMES), Err(IcsError::Nesting { line: 9 }));
        for (text, error) in [
            ("", IcsError::NotACalendar),
            ("<html>", IcsError::NotACalendar),
            ("BEGIN:VCARD\nEND:VCARD\n", IcsError::NotACalendar),
            ("BEGIN:VCALENDAR\n", IcsError::Nesting { line: 1 }),
            ("BEGIN:VCALENDAR\nEND:VEVENT\n", IcsError::Nesting { line: 2 }),
            ("END:VCALENDAR\n", IcsError::Nesting { line: 1 }),
        ] {
            assert_eq!(read(text, 100, TIMES), Err(error), "{text}");
        }
    }
}
