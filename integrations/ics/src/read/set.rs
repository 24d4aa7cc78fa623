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

/// An occurrence of an event.
pub(super) struct Found<'a> {
    pub(super) event: &'a Event,
    /// Which of its series; its start for one that stands alone.
    pub(super) which: Which,
    pub(super) span: Span,
}

impl Set {
    /// The occurrences that may touch the window, of events that are `wanted`.
    pub(super) fn found(
        &self,
        window: (DateTime<Utc>, DateTime<Utc>),
        wanted: fn(&Event) -> bool,
        budget: &mut Budget,
    ) -> Result<Vec<Found<'_>>, IcsError> {
        let mut found = Vec::new();
        let replaced: HashSet<Which> = self.instead.iter().filter_map(|e| e.instead).collect();
        for event in self.series.iter().filter(|event| wanted(event)) {
            budget.start_event();
            let except: HashSet<Which> = event.except.iter().copied().collect();
            occurrences(event, [&replaced, &except], window, budget, &mut found)?;
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
        for (which, event) in latest.into_iter().filter(|(_, event)| wanted(event)) {
            let start = event.zone.instant(event.start);
            let span = start.and_then(|start| Some((start, event.takes.end(start, &event.zone)?)));
            let span = span.ok_or(IcsError::BadTime { event: event.number, property: "DTEND" })?;
            found.push(Found { event, which, span });
        }
        Ok(found)
    }
}

/// The occurrences of a series, or the one of a single event.
fn occurrences<'a>(
    event: &'a Event,
    except: [&HashSet<Which>; 2],
    window: (DateTime<Utc>, DateTime<Utc>),
    budget: &mut Budget,
    found: &mut Vec<Found<'a>>,
) -> Result<(), IcsError> {
    let bad = |property| IcsError::BadTime { event: event.number, property };
    let span = reach(event, window);
    let mut starts = vec![event.start];
    for rule in &event.rules {
        let instant = |local| event.zone.instant(local);
        let days = expand(rule, event.start, span, &instant, budget);
        starts.extend(days.ok_or(IcsError::TooOften { event: event.number })?);
    }
    // The rule names the start again, as a rule.
    starts.sort_unstable();
    starts.dedup();
    let mut add = |start: DateTime<Utc>, end: Option<DateTime<Utc>>| {
        let end = end.or_else(|| event.takes.end(start, &event.zone)).ok_or(bad("DTEND"))?;
        if start >= window.1 || end <= window.0 {
            return Ok(());
        }
        let day = event.zone.local(start).map(|local| Which::Day(local.date()));
        let is =
            |which: Option<Which>| which.is_some_and(|w| except.iter().any(|e| e.contains(&w)));
        let at = Which::At(start);
        if !is(Some(at)) && !is(day) {
            let which = day.filter(|_| event.all_day).unwrap_or(at);
            found.push(Found { event, which, span: (start, end) });
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
