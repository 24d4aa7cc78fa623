//! The facts a plan is made from, read set by set and put into the planner's terms.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use sha2::{Digest, Sha256};
use taiwa_database::{Reader, cadence::ReservedWindow, planning::StandingSeries};
use taiwa_domain::{
    cadence::{self, Interval},
    calendar::holidays,
    id::{DepartmentId, MeetingId, PairId, PersonId},
    meeting::{Meeting, MeetingStatus, Slot},
    organization::{EmploymentStatus, Period, Person, WeeklyWindow},
    pair::{Pair, PairKind},
    planning::{
        Clock, Fixed, Horizon, Instance, Kind, Pair as PlannerPair, Person as PlannerPerson,
        Preferred, Reserved, Standing, Window,
    },
};

use crate::{Result, pair::sync::DepartmentPaths};

/// Meetings that start within so many hours are not moved by a machine.
const FROZEN_HOURS: i64 = 24;

/// Step between starts, in minutes.
pub(crate) const GRID: u32 = 30;
/// At most so many 1on1s a person and local day.
pub(crate) const DAILY_CAP: u32 = 4;

/// Start and end of busy time.
type Span = (DateTime<Utc>, DateTime<Utc>);

/// What a plan is made from, and what it is compared with.
pub struct Facts {
    /// First day, a Monday.
    pub starts_on: NaiveDate,
    /// In the planner's terms.
    pub instance: Instance,
    /// The pairs, in the order of the instance's rows.
    pub pairs: Vec<Pair>,
    /// Their cadences, likewise.
    pub intervals: Vec<Interval>,
    /// Minutes kept free, likewise.
    pub buffers: Vec<u16>,
    /// Employee numbers by person.
    pub numbers: HashMap<PersonId, String>,
    /// Meetings due in the horizon as they stand.
    pub meetings: Vec<Meeting>,
    /// Series as they stand.
    pub series: HashMap<PairId, StandingSeries>,
}

impl Facts {
    /// Hash of everything that the plan depends on.
    pub fn hash(&self) -> String {
        struct Hasher(Sha256);
        impl std::io::Write for Hasher {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.update(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let mut hasher = Hasher(Sha256::new());
        serde_json::to_writer(&mut hasher, &self.instance).expect("an instance serialises");
        for meeting in &self.meetings {
            hasher.0.update(meeting.id.0.as_bytes());
            hasher.0.update(meeting.version.to_be_bytes());
        }
        super::body::hex(&hasher.0.finalize())
    }
}

fn clock(time: NaiveTime) -> Clock {
    Clock::from_minutes(time.hour() * 60 + time.minute()).expect("a minute of the day")
}

fn window(it: &WeeklyWindow) -> Window {
    let (from, to) = it.minutes();
    let clock = |minutes| Clock::from_minutes(minutes).expect("a minute of the day");
    Window { weekday: it.weekday, from: clock(from), to: clock(to) }
}

fn kind(kind: PairKind) -> Kind {
    match kind {
        PairKind::Manager => Kind::Manager,
        PairKind::Dotted => Kind::Dotted,
        PairKind::SkipLevel => Kind::SkipLevel,
        PairKind::Mentor => Kind::Mentor,
        PairKind::Peer => Kind::Peer,
    }
}

/// Spans without the time that `slots` take; both in order.
fn without(spans: &[Span], slots: &[Span]) -> Vec<Span> {
    let mut left = Vec::with_capacity(spans.len());
    let mut first = 0;
    for &(mut from, to) in spans {
        while first < slots.len() && slots[first].1 <= from {
            first += 1;
        }
        for &(starts, ends) in slots[first..].iter().take_while(|slot| slot.0 < to) {
            if from < starts {
                left.push((from, starts));
            }
            from = from.max(ends);
        }
        if from < to {
            left.push((from, to));
        }
    }
    left
}

/// The days of a period that lie within another.
pub(crate) fn days(period: Period, within: Period) -> impl Iterator<Item = NaiveDate> {
    let both = period.intersection(&within);
    both.into_iter().flat_map(|both| both.from.iter_days().take_while(move |day| *day < both.until))
}

/// A person in the planner's terms, free all year.
pub(crate) fn person(person: &Person) -> PlannerPerson {
    PlannerPerson {
        key: person.number.clone(),
        zone: person.profile.zone.name().to_owned(),
        hours: Some(person.profile.hours.windows().iter().map(window).collect()),
        busy: Vec::new(),
        leave: Vec::new(),
        holidays: Vec::new(),
    }
}

/// The windows in which a pair may meet: those of its cadence, or, narrower than any policy, those
/// that a department of the partner's reserves for all its 1on1s.
pub(crate) fn windows(
    held: &cadence::Cadence,
    reserved: &[ReservedWindow],
    path: &[DepartmentId],
) -> Option<Vec<Window>> {
    let department: Vec<Window> = reserved
        .iter()
        .filter(|it| it.exclusive && it.department.is_some_and(|id| path.contains(&id)))
        .map(|it| window(&it.window))
        .collect();
    match (&held.windows, department.is_empty()) {
        (Some(windows), true) => Some(windows.windows().iter().map(window).collect()),
        (None, true) => None,
        (_, false) => Some(department),
    }
}

/// The windows that the whole organization reserves.
pub(crate) fn reserved(windows: &[ReservedWindow]) -> Vec<Reserved> {
    windows
        .iter()
        .filter(|it| it.department.is_none())
        .map(|it| {
            let Window { weekday, from, to } = window(&it.window);
            Reserved { weekday, from, to, exclusive: it.exclusive }
        })
        .collect()
}

/// Reads the facts for `weeks` weeks from the Monday `starts_on`: a fixed number of statements.
pub async fn read(
    reader: &Reader,
    starts_on: NaiveDate,
    weeks: u32,
    now: DateTime<Utc>,
) -> Result<Facts> {
    let horizon = Period { from: starts_on, until: starts_on + Days::new(u64::from(weeks) * 7) };
    // Local days reach a day beyond UTC's on either side.
    let instant = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let span = Slot {
        starts_at: instant(horizon.from) - TimeDelta::days(1),
        ends_at: instant(horizon.until) + TimeDelta::days(1),
    };
    let frozen_until = now + TimeDelta::hours(FROZEN_HOURS);

    let mut episodes: HashMap<PairId, Period> = HashMap::new();
    for episode in reader.episodes(horizon, None).await? {
        // Two episodes within one horizon are planned as one: the weeks between them are rare,
        // short, and corrected by the refresh that follows every change.
        episodes
            .entry(episode.pair)
            .and_modify(|period| {
                period.from = period.from.min(episode.period.from);
                period.until = period.until.max(episode.period.until);
            })
            .or_insert(episode.period);
    }
    let mut active: Vec<Pair> = reader.all_pairs().await?;
    active.retain(|pair| episodes.contains_key(&pair.id));
    let mut ids: Vec<PersonId> =
        active.iter().flat_map(|pair| [pair.organizer, pair.partner]).collect();
    ids.sort();
    ids.dedup();
    let mut people = reader.people_by_id(starts_on, &ids).await?;
    people.retain(|person| person.status != EmploymentStatus::Left);
    people.sort_by(|a, b| a.number.cmp(&b.number));
    let numbers: HashMap<PersonId, String> =
        people.iter().map(|person| (person.id, person.number.clone())).collect();
    active.retain(|pair| {
        numbers.contains_key(&pair.organizer) && numbers.contains_key(&pair.partner)
    });
    active.sort_by(|a, b| {
        let key = |pair: &Pair| (&numbers[&pair.organizer], &numbers[&pair.partner], pair.kind);
        key(a).cmp(&key(b))
    });

    let own_holidays = reader.own_holidays(horizon).await?;
    let mut leaves: HashMap<PersonId, Vec<NaiveDate>> = HashMap::new();
    for (person, period) in reader.leaves(horizon, None).await? {
        leaves.entry(person).or_default().extend(days(period, horizon));
    }
    let mut busy: HashMap<PersonId, Vec<Span>> = HashMap::new();
    for it in reader.busy(None, span).await? {
        if numbers.contains_key(&it.person) {
            busy.entry(it.person).or_default().push((it.slot.starts_at, it.slot.ends_at));
        }
    }

    let meetings = reader.meetings_due(horizon).await?;
    let people_of: HashMap<PairId, Pair> = active.iter().map(|pair| (pair.id, *pair)).collect();
    // A plan does not undo what the guardian did, nor the guardian what a plan does.
    let defended: HashSet<MeetingId> =
        reader.defended_meetings(horizon).await?.into_iter().collect();
    let mut fixed: HashMap<PairId, Vec<Fixed>> = HashMap::new();
    for meeting in &meetings {
        let Some(slot) = meeting.slot else { continue };
        let stays = meeting.pinned
            || defended.contains(&meeting.id)
            || matches!(meeting.status, MeetingStatus::Held | MeetingStatus::Missed)
            || (meeting.status != MeetingStatus::Skipped && slot.starts_at < frozen_until);
        if stays {
            let week = (meeting.due_week - starts_on).num_days() / 7;
            fixed
                .entry(meeting.pair)
                .or_default()
                .push(Fixed { week: week as u32, start: slot.starts_at });
        }
    }
    // What was moved into the horizon from a week before it takes up time like anything else.
    for meeting in reader.meetings_due_before(horizon.from, span.starts_at).await? {
        if let (Some(slot), Some(pair)) = (meeting.slot, people_of.get(&meeting.pair)) {
            for person in [pair.organizer, pair.partner] {
                busy.entry(person).or_default().push((slot.starts_at, slot.ends_at));
            }
        }
    }
    for spans in busy.values_mut() {
        spans.sort();
        spans.dedup();
    }
    // What overlaps a meeting that stands is answered by the guardian, by the rules that people
    // agreed to: a plan takes such time for free.
    let mut standing: HashMap<PersonId, Vec<Span>> = HashMap::new();
    for meeting in &meetings {
        let placed = matches!(meeting.status, MeetingStatus::Planned | MeetingStatus::Scheduled);
        if let (true, Some(slot), Some(pair)) = (placed, meeting.slot, people_of.get(&meeting.pair))
        {
            for person in [pair.organizer, pair.partner] {
                standing.entry(person).or_default().push((slot.starts_at, slot.ends_at));
            }
        }
    }
    for (person, mut slots) in standing {
        if let Some(spans) = busy.get_mut(&person) {
            slots.sort();
            *spans = without(spans, &slots);
        }
    }

    let policies = reader.policies(horizon).await?;
    let departments = DepartmentPaths::read(reader, starts_on).await?;
    let reserved = reader.reserved_windows(horizon).await?;
    let series: HashMap<PairId, StandingSeries> =
        reader.standing_series().await?.into_iter().map(|it| (it.pair, it)).collect();
    let displaced: HashMap<PairId, u32> = reader
        .displaced_counts(instant(starts_on) - TimeDelta::weeks(13), instant(starts_on))
        .await?
        .into_iter()
        .collect();
    let previous: HashMap<PairId, DateTime<Utc>> =
        reader.last_meetings(instant(starts_on)).await?.into_iter().collect();

    // Pair policies by pair, so that finding a pair's rule does not walk all of them.
    let mut general = Vec::new();
    let mut by_pair: HashMap<PairId, Vec<&cadence::Policy>> = HashMap::new();
    for policy in &policies {
        match policy.scope {
            cadence::Scope::Pair(pair) => by_pair.entry(pair).or_default().push(policy),
            _ => general.push(policy),
        }
    }
    let mut paths: BTreeMap<PersonId, Vec<_>> = BTreeMap::new();
    let mut rows = Vec::with_capacity(active.len());
    let mut intervals = Vec::with_capacity(active.len());
    let mut buffers = Vec::with_capacity(active.len());
    for pair in &active {
        let episode = episodes[&pair.id];
        let path = paths.entry(pair.partner).or_insert_with(|| departments.of(pair.partner));
        let rules = by_pair.get(&pair.id).into_iter().flatten().chain(&general).copied();
        let day = episode.from.max(starts_on);
        let held = cadence::effective(rules, pair.kind, pair.id, path, day).cadence();
        let standing = series.get(&pair.id);
        let same_rhythm = |it: &&StandingSeries| match held.interval {
            Interval::Weeks(weeks) => it.every_weeks == Some(weeks),
            Interval::Monthly => it.every_weeks.is_none(),
        };
        let preferred = held
            .preferred
            .map(|(weekday, time)| Preferred { weekday, time: clock(time) })
            // After a change of rhythm the day and time they know are what they would like.
            .or_else(|| {
                standing
                    .filter(|it| !same_rhythm(it))
                    .map(|it| Preferred { weekday: it.weekday, time: clock(it.starts) })
            });
        let windows = windows(&held, &reserved, path);
        rows.push(PlannerPair {
            a: numbers[&pair.organizer].clone(),
            b: numbers[&pair.partner].clone(),
            kind: kind(pair.kind),
            every_weeks: match held.interval {
                Interval::Weeks(weeks) => weeks.into(),
                Interval::Monthly => 4,
            },
            monthly: held.interval == Interval::Monthly,
            minutes: held.minutes.into(),
            buffer: held.buffer_minutes.into(),
            preferred,
            standing: standing.filter(same_rhythm).map(|it| Standing {
                weekday: it.weekday,
                time: clock(it.starts),
                phase: match it.every_weeks {
                    Some(every) => {
                        ((it.anchor - starts_on).num_days() / 7).rem_euclid(i64::from(every)) as u32
                    }
                    None => it.phase,
                },
            }),
            displaced: displaced.get(&pair.id).copied().unwrap_or(0),
            windows,
            min_spacing_days: held.min_spacing_days.map(u32::from),
            previous: previous.get(&pair.id).copied(),
            from: (episode.from > starts_on).then_some(episode.from),
            until: (episode.until < horizon.until)
                .then_some(Period { from: episode.from, until: episode.until })
                .and_then(|period| period.last_day()),
            fixed: fixed.remove(&pair.id).unwrap_or_default(),
        });
        intervals.push(held.interval);
        buffers.push(held.buffer_minutes);
    }

    let instance = Instance {
        grid: GRID,
        horizon: Horizon { from: starts_on, weeks },
        daily_cap: DAILY_CAP,
        people: people
            .iter()
            .map(|person| {
                let zone = person.profile.zone;
                let mut holidays: Vec<NaiveDate> =
                    holidays::between(zone, horizon.from, horizon.until)
                        .map(|(day, _)| day)
                        .chain(own_holidays.iter().map(|(day, _)| *day))
                        .collect();
                holidays.sort();
                holidays.dedup();
                PlannerPerson {
                    busy: busy.remove(&person.id).unwrap_or_default(),
                    leave: leaves.remove(&person.id).unwrap_or_default(),
                    holidays,
                    ..self::person(person)
                }
            })
            .collect(),
        pairs: rows,
        reserved: self::reserved(&reserved),
    };
    Ok(Facts { starts_on, instance, pairs: active, intervals, buffers, numbers, meetings, series })
}
