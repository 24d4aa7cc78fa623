//! What an event of our own says, and answers written into invitations. Here a file is worked on
//! line by line, so that what other programs wrote into it stays as it is.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use chrono_tz::Tz;

use super::{
    component,
    event::{Event, Which},
    lines::{Line, unfolded},
    occurrence::{address, name},
    value::{Moment, moment},
    zone::Zones,
};
use crate::{
    IcsError, Limits,
    limits::Budget,
    text::{Writer, plain},
    vtimezone::LOCAL,
};

/// What one of our own events says, to compare it with what it should say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// SUMMARY.
    pub summary: String,
    /// LOCATION.
    pub location: Option<String>,
    /// URL.
    pub url: Option<String>,
    /// The addresses of those invited, as [`address`] writes them.
    pub attendees: Vec<String>,
    /// The alarms in it, line by line.
    pub alarms: Vec<String>,
}

/// An event in a file: where its lines are, its brackets included.
struct Place {
    from: usize,
    to: usize,
}

/// The events of a file as ranges of its lines.
fn places(lines: &[String]) -> Vec<Place> {
    let (mut places, mut from) = (Vec::new(), None);
    for (number, line) in lines.iter().enumerate() {
        if line.trim_end().eq_ignore_ascii_case("BEGIN:VEVENT") {
            from = Some(number);
        } else if line.trim_end().eq_ignore_ascii_case("END:VEVENT")
            && let Some(from) = from.take()
        {
            places.push(Place { from, to: number });
        }
    }
    places
}

impl Place {
    /// The lines of the event itself, without the components in it.
    fn own<'a>(&self, lines: &'a [String]) -> impl Iterator<Item = (usize, &'a String)> {
        let (from, to) = (self.from + 1, self.to);
        let mut depth = 0usize;
        let range = lines.iter().enumerate().take(to).skip(from);
        range.filter(move |(_, line)| {
            let begins = starts(line, "BEGIN:");
            depth += usize::from(begins);
            let outside = depth == 0;
            depth -= usize::from(starts(line, "END:") && depth > 0);
            outside
        })
    }
}

fn starts(line: &str, with: &str) -> bool {
    line.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}

/// What the event of this UID says; none if there is none.
pub fn words(bytes: &[u8], uid: &str) -> Option<Words> {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<String> = unfolded(&text).map(|(_, line)| line).collect();
    let place = places(&lines).into_iter().find(|place| {
        place
            .own(&lines)
            .filter_map(|(_, line)| Line::parse(line))
            .any(|line| line.name == "UID" && line.value.trim() == uid)
    })?;
    let mut words = Words::default();
    for (_, line) in place.own(&lines) {
        let Some(line) = Line::parse(line) else { continue };
        match line.name.as_str() {
            "SUMMARY" => words.summary = plain(&line.value),
            "LOCATION" => words.location = Some(plain(&line.value)),
            "ATTENDEE" => words.attendees.push(address(&line.value)),
            "URL" => words.url = Some(line.value.trim().to_owned()),
            _ => {}
        }
    }
    let mut inside = false;
    for line in &lines[place.from + 1..place.to] {
        inside |= starts(line, "BEGIN:VALARM");
        if inside {
            words.alarms.push(line.trim_end().to_owned());
        }
        inside &= !starts(line, "END:VALARM");
    }
    Some(words)
}

/// The object with a refusal by the owner of the addresses `own`: of one occurrence, named as
/// [`super::Occurrence::of_series`] does, or of everything in it. None if they are not invited or
/// have declined already.
pub fn decline(
    text: &str,
    own: &[String],
    of_series: Option<&str>,
    floating_zone: Tz,
    limits: &Limits,
) -> Result<Option<String>, IcsError> {
    let mut lines: Vec<String> =
        unfolded(text).map(|(_, line)| line).filter(|line| !line.trim().is_empty()).collect();
    let all = places(&lines);
    let mut changed = false;
    match of_series {
        None => {
            for place in &all {
                changed |= refuse(&mut lines, place, own);
            }
        }
        Some(wanted) => {
            let calendars = component::read(text, limits.components, component::EVENTS)?;
            let mut budget = Budget::new(limits);
            let Some(calendar) = calendars.first() else { return Ok(None) };
            let far = moment(wanted).and_then(end).unwrap_or(DateTime::<Utc>::MAX_UTC);
            let zones = Zones::new(calendar, floating_zone, far, &mut budget);
            let events = calendar.components.iter().filter(|c| c.name == "VEVENT");
            let events = events.enumerate().map(|(n, c)| Event::read(c, n + 1, &zones));
            let events = events.collect::<Result<Vec<_>, _>>()?;
            let place = |at: usize| all.get(at);
            let standing = |e: &Event| e.instead.is_some_and(|which| name(which) == wanted);
            if let Some(place) = events.iter().position(standing).and_then(place) {
                changed = refuse(&mut lines, place, own);
            } else if let Some(at) = events.iter().position(|e| e.instead.is_none())
                && let (Some(event), Some(place)) = (events.get(at), place(at))
            {
                let mut single = occurrence(&lines, place, event, &zones, wanted)
                    .ok_or(IcsError::BadTime { event: at + 1, property: "RECURRENCE-ID" })?;
                let whole = Place { from: 0, to: single.len() - 1 };
                changed = refuse(&mut single, &whole, own);
                let after = place.to + 1;
                if changed {
                    lines.splice(after..after, single);
                }
            }
        }
    }
    Ok(changed.then(|| {
        let mut out = Writer::default();
        for line in &lines {
            out.raw(line.trim_start_matches('\u{feff}'));
        }
        out.finish()
    }))
}

/// How far zones must be known.
fn end(moment: Moment) -> Option<DateTime<Utc>> {
    let at = match moment {
        Moment::Date(day) => day.and_hms_opt(0, 0, 0)?.and_utc(),
        Moment::Local(local) => local.and_utc(),
        Moment::Utc(at) => at,
    };
    at.checked_add_signed(Duration::days(2))
}

/// Writes the refusal into an event; whether that changed it.
fn refuse(lines: &mut [String], place: &Place, own: &[String]) -> bool {
    let ours: Vec<usize> = place
        .own(lines)
        .filter_map(|(number, line)| Some((number, Line::parse(line)?)))
        .filter(|(_, line)| line.name == "ATTENDEE" && own.contains(&address(&line.value)))
        .filter(|(_, line)| {
            !line.parameter("PARTSTAT").is_some_and(|said| said.eq_ignore_ascii_case("DECLINED"))
        })
        .map(|(number, _)| number)
        .collect();
    for number in &ours {
        lines[*number] = declined(&lines[*number]);
    }
    !ours.is_empty()
}

/// An ATTENDEE line with another answer; its other parameters stay.
fn declined(line: &str) -> String {
    let (mut parts, mut quoted, mut from) = (Vec::new(), false, 0);
    let mut value = "";
    for (place, character) in line.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ';' if !quoted => {
                parts.push(&line[from..place]);
                from = place + 1;
            }
            ':' if !quoted => {
                parts.push(&line[from..place]);
                value = &line[place + 1..];
                break;
            }
            _ => {}
        }
    }
    let kept =
        parts.iter().skip(1).filter(|part| !starts(part, "PARTSTAT=") && !starts(part, "RSVP="));
    let mut out = String::from("ATTENDEE;PARTSTAT=DECLINED");
    for part in kept {
        out.push(';');
        out.push_str(part);
    }
    out.push(':');
    out.push_str(value.trim_end());
    out
}

/// The lines of an event that stands in for one occurrence of a series.
fn occurrence(
    lines: &[String],
    place: &Place,
    event: &Event,
    zones: &Zones,
    wanted: &str,
) -> Option<Vec<String>> {
    let start = match moment(wanted)? {
        Moment::Utc(at) => at,
        Moment::Date(day) => event.zone.instant(day.and_hms_opt(0, 0, 0)?)?,
        Moment::Local(_) => return None,
    };
    let end = event.takes.end(start, &event.zone)?;
    let mut single = vec!["BEGIN:VEVENT".to_owned()];
    for (_, raw) in place.own(lines) {
        let Some(line) = Line::parse(raw) else { continue };
        // Everything before the value stays as it was written: the zone, and that it is a day.
        let head = raw.strip_suffix(line.value.as_str())?;
        let in_form = |at: DateTime<Utc>| -> Option<String> {
            Some(match moment(&line.value)? {
                Moment::Utc(_) => name(Which::At(at)),
                Moment::Date(_) => event.zone.local(at)?.date().format("%Y%m%d").to_string(),
                Moment::Local(_) => {
                    let local: NaiveDateTime = zones.of(&line, event.number).ok()?.local(at)?;
                    local.format(LOCAL).to_string()
                }
            })
        };
        match line.name.as_str() {
            "RRULE" | "RDATE" | "EXDATE" | "EXRULE" => {}
            "DTSTART" => {
                let value = in_form(start)?;
                let id = head.get("DTSTART".len()..)?;
                single.push(format!("RECURRENCE-ID{id}{value}"));
                single.push(format!("{head}{value}"));
            }
            "DTEND" => single.push(format!("{head}{}", in_form(end)?)),
            _ => single.push(raw.clone()),
        }
    }
    single.push("END:VEVENT".to_owned());
    Some(single)
}
