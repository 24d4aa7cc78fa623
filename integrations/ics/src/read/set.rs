//! The occurrences of events that share a UID: a series, and the events that stand in for single
//! occurrences of it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, NaiveDateTime, Utc};

use super::{
    event::{Event, Which},
    expand::expand,
};
use crate::{IcsError, Span, limits::Budget};

/// Events of one UID.
#[derive(Default)]
pub(super) struct Set {
    series: Vec<Event>,
    instead: Vec<Event>,
}

/// Groups events by UID, in the order of the file. An event without one stands alone.
pub(super) fn sets(events: Vec<Event>) -> Vec<Set> {
    let mut sets: Vec<Set> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for event in events {
        let place = if event.uid.is_empty() {
            sets.len()
        } else {
            *places.entry(event.uid.clone()).or_insert(sets.len())
        };
        if place == sets.len() {
            sets.push(Set::default());
        }
        match event.instead {
            Some(_) => sets[place].instead.push(event),
            None => sets[place].series.push(event),
        }
    }
    sets
}

impl Set {
    /// Adds the busy spans that may touch the window.
    pub(super) fn spans(
        &self,
        window: (DateTime<Utc>, DateTime<Utc>),
        budget: &mut Budget,
        spans: &mut Vec<Span>,
    ) -> Result<(), IcsError> {
        let replaced: HashSet<Which> = self.instead.iter().filter_map(|e| e.instead).collect();
        for event in self.series.iter().filter(|event| event.busy) {
            budget.start_event();
            let except: HashSet<Which> = event.except.iter().copied().collect();
            occurrences(event, [&replaced, &except], window, budget, spans)?;
        }
        // Of several versions the latest counts.
        let mut latest: HashMap<Which, &Event> = HashMap::new();
        for event in &self.instead {
            if let Some(which) = event.instead {
                let known = latest.entry(which).or_insert(event);
                if event.sequence >= known.sequence {
                    *known = event;
                }
            }
        }
        for event in latest.into_values().filter(|event| event.busy) {
            let start = event.zone.instant(event.start);
            let span = start.and_then(|start| Some((start, event.takes.end(start, &event.zone)?)));
            spans.push(span.ok_or(IcsError::BadTime { event: event.number, property: "DTEND" })?);
        }
        Ok(())
    }
}

/// The occurrences of a series, or the one of a single event.
fn occurrences(
    event: &Event,
    except: [&HashSet<Which>; 2],
    window: (DateTime<Utc>, DateTime<Utc>),
    budget: &mut Budget,
    spans: &mut Vec<Span>,
) -> Result<(), IcsError> {
    let bad = |property| IcsError::BadTime { event: event.number, property };
    let span = reach(event, window);
    let mut starts = vec![event.start];
    for rule in &event.rules {
        let instant = |local| event.zone.instant(local);
        let found = expand(rule, event.start, span, &instant, budget);
        starts.extend(found.ok_or(IcsError::TooOften { event: event.number })?);
    }
    let mut add = |start: DateTime<Utc>, end: Option<DateTime<Utc>>| {
        let end = end.or_else(|| event.takes.end(start, &event.zone)).ok_or(bad("DTEND"))?;
        if start >= window.1 || end <= window.0 {
            return Ok(());
        }
        let day = event.zone.local(start).map(|local| Which::Day(local.date()));
        let is =
            |which: Option<Which>| which.is_some_and(|w| except.iter().any(|e| e.contains(&w)));
        if !is(Some(Which::At(start))) && !is(day) {
            spans.push((start, end));
        }
        Ok(())
    };
    for local in starts {
        add(event.zone.instant(local).ok_or(bad("DTSTART"))?, None)?;
    }
    for (start, end) in &event.further {
        add(*start, *end)?;
    }
    Ok(())
}

/// The wall-clock times between which an occurrence must start to touch the window, with a day to
/// spare on both sides for offsets.
fn reach(event: &Event, window: (DateTime<Utc>, DateTime<Utc>)) -> (NaiveDateTime, NaiveDateTime) {
    let day = Duration::days(1);
    let before = event.takes.at_most().and_then(|time| time.checked_add(&day));
    let from = before.and_then(|before| window.0.naive_utc().checked_sub_signed(before));
    let to = window.1.naive_utc().checked_add_signed(day);
    (from.unwrap_or(NaiveDateTime::MIN), to.unwrap_or(NaiveDateTime::MAX))
}
