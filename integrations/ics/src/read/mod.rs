//! Busy time out of an exported calendar.
//!
//! | module | what |
//! |---|---|
//! | [`lines`] | unfolded lines: name, parameters, value |
//! | [`component`] | the tree of components, with the bounds on it |
//! | [`value`] | dates, times, durations, periods, offsets |
//! | [`zone`] | what a zone's name means, defined in the file or known otherwise |
//! | [`rule`], [`expand`] | recurrence rules and the days they name |
//! | [`event`] | one event as the file has it |
//! | [`set`] | the occurrences of events that share a UID |
//! | [`occurrence`] | the events of a calendar object, with what a reconciler may know of them |
//! | [`words`] | what an event of our own says, and answers written into invitations |

mod component;
mod event;
mod expand;
mod lines;
mod occurrence;
mod rule;
mod set;
mod value;
mod windows;
mod words;
mod zone;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use taiwa_domain::meeting::Slot;

use crate::{IcsError, Limits, Span, limits::Budget};
use component::Component;

pub use occurrence::{Occurrence, address, occurrences};
pub use words::{Words, decline, words};

/// The busy time that a calendar shows within `window`: sorted, merged, cut at its ends.
///
/// Events count unless they are cancelled or marked as free (TRANSP), tentative ones too, and so
/// does the published free/busy time. Times without a zone, and whole days, are read in
/// `floating_zone`: the zone of the person whose calendar it is. Whether that person declined an
/// invitation is not looked at: a file does not say whose it is.
///
/// A calendar is read as a whole or not at all: a busy time that was left out would look free.
pub fn busy(
    bytes: &[u8],
    window: (DateTime<Utc>, DateTime<Utc>),
    floating_zone: Tz,
    limits: &Limits,
) -> Result<Vec<Span>, IcsError> {
    if bytes.len() > limits.bytes {
        return Err(IcsError::TooLarge { limit: limits.bytes });
    }
    // What is needed is ASCII; titles in some other encoding are not looked at.
    let text = String::from_utf8_lossy(bytes);
    let calendars =
        component::read(text.trim_start_matches('\u{feff}'), limits.components, component::TIMES)?;
    let mut budget = Budget::new(limits);
    let mut spans = Vec::new();
    let mut number = 0;
    for calendar in &calendars {
        let zones = zone::Zones::new(calendar, floating_zone, window.1, &mut budget);
        let mut events = Vec::new();
        for component in &calendar.components {
            match component.name.as_str() {
                "VEVENT" => {
                    number += 1;
                    events.push(event::Event::read(component, number, &zones)?);
                }
                "VFREEBUSY" => {
                    number += 1;
                    published(component, number, &zones, &mut spans)?;
                }
                _ => {}
            }
        }
        for set in set::sets(events) {
            let found = set.found(window, event::Event::busy, &mut budget)?;
            spans.extend(found.into_iter().map(|found| found.span));
        }
    }
    Ok(merged(spans, window))
}

/// The periods of published free/busy time that are not free.
fn published(
    component: &Component,
    number: usize,
    zones: &zone::Zones,
    spans: &mut Vec<Span>,
) -> Result<(), IcsError> {
    for line in component.all("FREEBUSY") {
        if line.parameter("FBTYPE").is_some_and(|kind| kind.eq_ignore_ascii_case("FREE")) {
            continue;
        }
        for period in line.value.split(',') {
            let span = value::period(period)
                .and_then(|(start, end)| {
                    let zone = zones.of(line, number).ok()?;
                    end.span(start.in_zone(&zone, zones)?, &zone, zones)
                })
                .ok_or(IcsError::BadTime { event: number, property: "FREEBUSY" })?;
            spans.push(span);
        }
    }
    Ok(())
}

/// Sorted, cut at the window's ends, and what overlaps or touches made one.
fn merged(spans: Vec<Span>, window: (DateTime<Utc>, DateTime<Utc>)) -> Vec<Span> {
    let slot = |(starts_at, ends_at)| Slot { starts_at, ends_at };
    let covered = slot(window).covered(spans.into_iter().map(slot).collect());
    covered.into_iter().map(|slot| (slot.starts_at, slot.ends_at)).collect()
}
