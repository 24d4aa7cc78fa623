//! Where a meeting can move: every legal time of its cadence window, best first.
//!
//! What is legal is the planner's answer ([`crate::planning`]): working hours, reserved windows,
//! holidays, leave, busy time, buffers, daily cap, spacing, and local times that a clock jumps
//! over (never) or shows twice (the earlier). Everything else stays where it is.

use chrono::{DateTime, Datelike, Days, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    meeting::{SkipReason, Slot},
    organization::Weekday,
    planning::{
        Fixed, Horizon, Instance, InstanceError, Kind, OTHER_WEEKDAY, Pair, Person, Preferred,
        Refusals, Reserved, Window, half_hours, openings,
    },
};

/// Most offers that are made.
pub const MAX_OFFERS: usize = 10;

/// Cost of a time outside the windows that the organization reserves.
const UNRESERVED: i64 = 5;
/// A rest of free time shorter than this is of no use to anyone: the planner's default grid.
const SCRAP: TimeDelta = TimeDelta::minutes(30);

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The two people, the organizer first. Their busy time holds neither the meeting's own block
    /// nor their other 1on1s where those stand as wanted. Never to be asked while one of their
    /// calendars does not answer.
    pub people: [Person; 2],
    /// The other 1on1s of each, with the minutes kept free of 1on1s after them. They stay.
    pub others: [Vec<(Slot, u16)>; 2],
    /// Length in minutes.
    pub minutes: u16,
    /// Minutes kept free of other 1on1s after it.
    pub buffer_minutes: u16,
    /// The windows of the pair's cadence, if it has any.
    pub windows: Option<Vec<Window>>,
    /// The windows that the organization reserves for 1on1s.
    pub reserved: Vec<Reserved>,
    /// At most so many 1on1s a person and local day.
    pub daily_cap: u32,
    /// Step between starts, in minutes of the organizer's wall clock.
    pub grid: u32,
    /// The span in which the meeting counts for its cadence: it lies wholly inside.
    pub period: Slot,
    /// The pair's meetings before and after.
    pub neighbours: Neighbours,
    /// Where it stands; not offered again.
    pub original: Slot,
    /// The pair's series, in the organizer's zone. None: its weekday and time are the original's.
    pub series: Option<Preferred>,
    /// It starts no earlier: now and the freeze.
    pub not_before: DateTime<Utc>,
}

/// The pair's meetings before and after, which it must not bunch with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// Start of the one before.
    pub previous: Option<DateTime<Utc>>,
    /// Start of the one after.
    pub next: Option<DateTime<Utc>>,
    /// Least days from start to start.
    pub spacing_days: u16,
}

/// What an offer pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// 10 for a weekday other than that of the series.
    OtherWeekday,
    /// 1 for each half hour, begun ones counted whole, between its time of day and that of the
    /// series.
    OtherTime,
    /// 5 outside reserved windows, where there are any.
    Unreserved,
    /// 1 for each day between it and the original, on the organizer's calendar. So the series' own
    /// time a week away costs less than any other weekday.
    Away,
    /// 1 for each rest of free time shorter than half an hour that it leaves beside itself in
    /// either person's day.
    Fragments,
}

/// One term of an offer's cost; a cost of 0 is the reason why the offer is a good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// What for.
    pub kind: TermKind,
    /// How much.
    pub cost: i64,
}

/// A time that the meeting can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// When.
    pub slot: Slot,
    /// The sum of its terms.
    pub cost: i64,
    /// Why: one term of each kind.
    pub terms: [Term; 5],
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// At most [`MAX_OFFERS`], cheapest first, of equal ones the earlier.
    pub offers: Vec<Offer>,
    /// The other starts that were early and late enough, by what refuses them.
    pub refused: Refusals,
}

impl Choice {
    /// The best offer. Without one the meeting is skipped for the reason given, and counted as
    /// displaced: by the event that took its time ([`Displacing`](super::Displacing)).
    pub fn best(&self) -> Result<&Offer, SkipReason> {
        self.offers.first().ok_or_else(|| self.refused.main().into())
    }
}

/// Finds the times that a meeting can have. Fails where hours, zones or lengths are out of the
/// planner's bounds.
pub fn choose(search: &Search) -> Result<Choice, Vec<InstanceError>> {
    let zone: Tz = search.people[0].zone.parse().unwrap_or_default();
    let length = TimeDelta::minutes(search.minutes.into());
    let mut choice = Choice { offers: Vec::new(), refused: Refusals::default() };
    for opening in openings(&instance(search, zone), 0)? {
        let slot = Slot { starts_at: opening.start, ends_at: opening.start + length };
        let early = slot.starts_at < search.not_before.max(search.period.starts_at);
        if early
            || slot.ends_at > search.period.ends_at
            || slot.starts_at == search.original.starts_at
        {
            continue;
        }
        match opening.refused {
            Some(reason) => choice.refused.add(reason),
            None => choice.offers.push(offer(search, zone, slot, opening.unreserved)),
        }
    }
    choice.offers.sort_by_key(|offer| (offer.cost, offer.slot));
    choice.offers.truncate(MAX_OFFERS);
    Ok(choice)
}

fn offer(search: &Search, zone: Tz, slot: Slot, unreserved: bool) -> Offer {
    let local = |instant: DateTime<Utc>| instant.with_timezone(&zone).naive_local();
    let minute = |time: chrono::NaiveDateTime| (time.hour() * 60 + time.minute()) as i32;
    let (here, there) = (local(slot.starts_at), local(search.original.starts_at));
    let (weekday, time) = match search.series {
        Some(series) => (series.weekday, series.time.minutes() as i32),
        None => (there.weekday().into(), minute(there)),
    };
    let other_weekday = Weekday::from(here.weekday()) != weekday;
    let terms = [
        (TermKind::OtherWeekday, if other_weekday { OTHER_WEEKDAY.into() } else { 0 }),
        (TermKind::OtherTime, half_hours(minute(here) - time).into()),
        (TermKind::Unreserved, if unreserved { UNRESERVED } else { 0 }),
        (TermKind::Away, (here.date() - there.date()).num_days().abs()),
        (TermKind::Fragments, (0..2).map(|person| fragments(search, person, slot)).sum()),
    ];
    let terms = terms.map(|(kind, cost)| Term { kind, cost });
    Offer { slot, cost: terms.iter().map(|term| term.cost).sum(), terms }
}

/// Rests that a slot leaves beside itself in one person's day.
fn fragments(search: &Search, person: usize, slot: Slot) -> i64 {
    let others = search.others[person].iter().map(|(slot, _)| (slot.starts_at, slot.ends_at));
    let taken = search.people[person].busy.iter().copied().chain(others);
    let (mut before, mut after) = (TimeDelta::MAX, TimeDelta::MAX);
    for (from, to) in taken {
        if to <= slot.starts_at {
            before = before.min(slot.starts_at - to);
        } else if from >= slot.ends_at {
            after = after.min(from - slot.ends_at);
        }
    }
    let scrap = |rest: TimeDelta| rest > TimeDelta::zero() && rest < SCRAP;
    i64::from(scrap(before)) + i64::from(scrap(after))
}

/// The two people, the pair in row 0, and a pair with nobody in particular for each other 1on1.
fn instance(search: &Search, zone: Tz) -> Instance {
    let day = search.period.starts_at.with_timezone(&zone).date_naive();
    let from = day - Days::new(day.weekday().num_days_from_monday().into());
    let weeks_until = |instant: DateTime<Utc>| {
        (instant.with_timezone(&zone).date_naive() - from).num_days().div_euclid(7)
    };
    let weeks = weeks_until(search.period.ends_at).max(0) as u32 + 1;
    // What bounds the spacing from outside the horizon stands in its last week: the planner reads
    // the week of a fixed meeting for its cadence, which plays no part here.
    let minutes = |span: TimeDelta| span.num_minutes().max(1) as u32;
    let fixed = |start: DateTime<Utc>| Fixed {
        week: weeks_until(start).clamp(0, i64::from(weeks) - 1) as u32,
        start: start
            - TimeDelta::nanoseconds(i64::from(start.nanosecond()))
            - TimeDelta::seconds(i64::from(start.second())),
    };
    let row = |a: &str, b: &str, minutes: u32, buffer: u16| Pair {
        a: a.to_owned(),
        b: b.to_owned(),
        kind: Kind::Manager,
        every_weeks: 1,
        minutes,
        buffer: buffer.into(),
        preferred: None,
        standing: None,
        displaced: 0,
        monthly: false,
        windows: None,
        min_spacing_days: Some(0),
        previous: None,
        from: None,
        until: None,
        fixed: Vec::new(),
    };
    let keys = ["a", "b"];
    let mut people: Vec<Person> = (search.people.iter().zip(keys))
        .map(|(person, key)| Person { key: key.to_owned(), ..person.clone() })
        .collect();
    let Neighbours { previous, next, spacing_days } = search.neighbours;
    let mut pairs = vec![Pair {
        windows: search.windows.clone(),
        min_spacing_days: Some(spacing_days.into()),
        previous,
        fixed: next.into_iter().map(fixed).collect(),
        ..row("a", "b", search.minutes.into(), search.buffer_minutes)
    }];
    for (key, others) in keys.into_iter().zip(&search.others) {
        for &(slot, buffer) in others {
            let other = format!("{key}{}", people.len());
            let length = minutes(slot.ends_at - slot.starts_at);
            pairs.push(Pair {
                fixed: vec![fixed(slot.starts_at)],
                ..row(key, &other, length, buffer)
            });
            people.push(Person {
                key: other,
                zone: search.people[0].zone.clone(),
                hours: None,
                busy: Vec::new(),
                leave: Vec::new(),
                holidays: Vec::new(),
            });
        }
    }
    Instance {
        grid: search.grid,
        horizon: Horizon { from, weeks },
        daily_cap: search.daily_cap,
        people,
        pairs,
        reserved: search.reserved.clone(),
    }
}
