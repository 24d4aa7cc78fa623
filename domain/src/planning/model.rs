//! The instance in the planner's own terms: numbers instead of keys, people and pairs in the order
//! of their external keys, so that neither row order nor database ids can matter.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::{
    clock::{DAY, WEEK, Window, intersect, join},
    instance::{Instance, Kind, Pair, Person},
    zone::{Epoch, Zone},
};

/// A set of weeks, bit `w` for week `w`.
pub(super) type Weeks = u64;

/// The whole problem.
pub(super) struct Problem {
    pub(super) epoch: Epoch,
    pub(super) grid: i32,
    /// Starts in a week.
    pub(super) slots: usize,
    /// Weeks of the horizon.
    pub(super) weeks: usize,
    /// Weeks over which clashes are looked for: the horizon, or the longest interval, so that every
    /// phase is due at least once.
    pub(super) reach: usize,
    /// The first week with the most common zone offsets.
    pub(super) reference: usize,
    pub(super) cap: usize,
    pub(super) zones: Vec<Zone>,
    /// For each zone, the first of those whose clocks move together with it.
    pub(super) clocks: Vec<usize>,
    pub(super) members: Vec<Member>,
    pub(super) links: Vec<Link>,
    pub(super) cadences: Vec<Cadence>,
    /// The links of each member.
    pub(super) at: Vec<Vec<usize>>,
    /// Reserved windows as weekly spans, and the exclusive ones among them.
    pub(super) reserved: Vec<(i32, i32)>,
    pub(super) exclusive: Vec<(i32, i32)>,
}

/// A person.
pub(super) struct Member {
    pub(super) zone: usize,
    /// Working hours as weekly local spans.
    pub(super) hours: Vec<(i32, i32)>,
    /// Instants, joined; the end excluded.
    pub(super) busy: Vec<(i32, i32)>,
    pub(super) leave: Vec<(i32, i32)>,
    pub(super) holidays: Vec<(i32, i32)>,
}

/// How often: the weeks in which each phase is due.
#[derive(PartialEq, Eq)]
pub(super) struct Cadence {
    /// Weeks between two meetings; four for monthly ones.
    pub(super) interval: usize,
    pub(super) monthly: bool,
    /// By phase, over [`Problem::reach`] weeks.
    pub(super) due: Vec<Weeks>,
}

/// A pair.
pub(super) struct Link {
    /// Its place in the instance.
    pub(super) row: usize,
    /// The member in whose zone the series is read, and the other.
    pub(super) organizer: usize,
    pub(super) other: usize,
    pub(super) minutes: i32,
    /// Length and buffer.
    pub(super) span: i32,
    pub(super) cadence: usize,
    /// The weeks inside the episode: in no other is a series of it due.
    pub(super) open: Weeks,
    /// Weeks of cadence periods in which a fixed meeting takes the place of the series.
    pub(super) replaced: Weeks,
    /// Preferred weekday (0 is Monday) and minute of the day.
    pub(super) preferred: Option<(i32, i32)>,
    /// Standing start in minutes of the week, and phase.
    pub(super) standing: Option<(i32, u32)>,
    pub(super) windows: Option<Vec<(i32, i32)>>,
    /// Hash of the external keys.
    pub(super) hash: u64,
    /// Displacements in the last 13 weeks.
    pub(super) displaced: u32,
    /// Least minutes from one start to the next.
    pub(super) spacing: i32,
    pub(super) previous: Option<i32>,
    /// Week and start of meetings that stay where they are.
    pub(super) fixed: Vec<(usize, i32)>,
}

impl Link {
    pub(super) fn ends(&self) -> [usize; 2] {
        [self.organizer, self.other]
    }

    /// The end that is not `member`.
    pub(super) fn across(&self, member: usize) -> usize {
        if self.organizer == member { self.other } else { self.organizer }
    }
}

impl Problem {
    /// Reads a valid instance.
    pub(super) fn new(instance: &Instance) -> Self {
        let epoch = Epoch::new(instance.horizon.from);
        let (grid, weeks) = (instance.grid as i32, instance.horizon.weeks as usize);
        let longest = instance.pairs.iter().map(interval).max().unwrap_or(1);
        let reach = weeks.max(longest);

        let mut names: Vec<&str> = instance.people.iter().map(|p| p.zone.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let zones: Vec<_> = names.iter().map(|name| Zone::new(name, epoch, reach, grid)).collect();

        let clocks = (zones.iter())
            .map(|zone| zones.iter().position(|known| known.moves_with(zone)).unwrap_or_default())
            .collect();

        let mut people: Vec<&Person> = instance.people.iter().collect();
        people.sort_unstable_by_key(|person| person.key.as_str());
        let number: BTreeMap<&str, usize> = people
            .iter()
            .enumerate()
            .map(|(number, person)| (person.key.as_str(), number))
            .collect();
        let end = reach as i32 * WEEK + 2 * DAY;
        let mut members: Vec<_> = (people.iter())
            .map(|person| {
                let zone = names.binary_search(&person.zone.as_str()).unwrap_or_default();
                Member::new(person, zone, &zones[zone], epoch, end)
            })
            .collect();

        let mut rows: Vec<usize> = (0..instance.pairs.len()).collect();
        rows.sort_unstable_by_key(|&row| {
            let pair = &instance.pairs[row];
            (pair.a.as_str(), pair.b.as_str(), pair.kind)
        });
        let mut cadences: Vec<Cadence> = Vec::new();
        let mut links = Vec::with_capacity(rows.len());
        let mut at = vec![Vec::new(); members.len()];
        for row in rows {
            let pair = &instance.pairs[row];
            let wanted = Cadence::new(pair, epoch, reach);
            let cadence = cadences.iter().position(|known| *known == wanted).unwrap_or_else(|| {
                cadences.push(wanted);
                cadences.len() - 1
            });
            let cadence = (cadence, &cadences[cadence]);
            let link = Link::new(pair, row, cadence, epoch, weeks, reach, &number);
            for end in link.ends() {
                at[end].push(links.len());
                let fixed = link.fixed.iter().map(|&(_, start)| (start, start + link.minutes));
                members[end].busy.extend(fixed);
            }
            links.push(link);
        }
        for link in links.iter().filter(|link: &&Link| !link.fixed.is_empty()) {
            for end in link.ends() {
                members[end].busy = join(std::mem::take(&mut members[end].busy));
            }
        }
        let spans = |exclusive: bool| {
            let chosen = instance.reserved.iter().filter(|window| window.exclusive || !exclusive);
            join(chosen.map(|window| window.window().span()).collect())
        };
        let (reserved, exclusive) = (spans(false), spans(true));
        let reference = reference(&zones, weeks);
        Self {
            epoch,
            grid,
            slots: (WEEK / grid) as usize,
            weeks,
            reach,
            reference,
            cap: instance.daily_cap as usize,
            zones,
            clocks,
            members,
            links,
            cadences,
            at,
            reserved,
            exclusive,
        }
    }

    pub(super) fn zone(&self, member: usize) -> &Zone {
        &self.zones[self.members[member].zone]
    }

    /// The clock class of the zone in which a link's series is read.
    pub(super) fn clock(&self, link: &Link) -> usize {
        self.clocks[self.members[link.organizer].zone]
    }

    /// The zone in which a link's series is read.
    pub(super) fn organizer_zone(&self, link: &Link) -> &Zone {
        self.zone(link.organizer)
    }

    /// Weeks of the horizon in which a phase of the link is due and its series is to be held.
    pub(super) fn due(&self, link: &Link, phase: usize) -> Weeks {
        self.occupied(link, phase) & mask(self.weeks) & !link.replaced
    }

    /// Weeks, some perhaps past the horizon, in which a phase of the link takes its place. A week
    /// with a fixed meeting is one of them: the agreed time stays the pair's.
    pub(super) fn occupied(&self, link: &Link, phase: usize) -> Weeks {
        self.cadences[link.cadence].due[phase] & link.open
    }

    pub(super) fn phases(&self, link: &Link) -> usize {
        self.cadences[link.cadence].due.len()
    }

    /// The weekly local spans in which a link's meetings may lie for one of its members: hours,
    /// allowed windows, windows reserved exclusively. None: just the member's hours.
    pub(super) fn narrowed(&self, link: &Link, member: usize) -> Option<Vec<(i32, i32)>> {
        if link.windows.is_none() && self.exclusive.is_empty() {
            return None;
        }
        let mut spans = self.members[member].hours.clone();
        if let Some(windows) = &link.windows {
            spans = intersect(&spans, windows);
        }
        if !self.exclusive.is_empty() {
            spans = intersect(&spans, &self.exclusive);
        }
        Some(join(spans))
    }
}

/// The first `weeks` weeks.
pub(super) fn mask(weeks: usize) -> Weeks {
    if weeks >= 64 { Weeks::MAX } else { (1 << weeks) - 1 }
}

/// The set's weeks, first to last.
pub(super) fn each(mut weeks: Weeks) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let week = weeks.trailing_zeros() as usize;
        weeks &= weeks.wrapping_sub(1);
        (week < 64).then_some(week)
    })
}

fn interval(pair: &Pair) -> usize {
    if pair.monthly { 5 } else { pair.every_weeks as usize }
}

/// The first week with the most common offsets, each zone's taken on Monday at noon UTC.
fn reference(zones: &[Zone], weeks: usize) -> usize {
    let mut seen: BTreeMap<Vec<i32>, (usize, usize)> = BTreeMap::new();
    for week in 0..weeks {
        let noon = week as i32 * WEEK + DAY / 2;
        let offsets = zones.iter().map(|zone| zone.offset(noon)).collect();
        seen.entry(offsets).or_insert((0, week)).0 += 1;
    }
    let best = seen.values().max_by_key(|(count, first)| (*count, usize::MAX - first));
    best.map_or(0, |(_, first)| *first)
}

impl Member {
    fn new(person: &Person, index: usize, zone: &Zone, epoch: Epoch, end: i32) -> Self {
        let windows = person.hours.clone().unwrap_or_else(Window::working_week);
        let mut busy: Vec<_> = (person.busy.iter())
            .filter(|(from, to)| from < to)
            .map(|&(from, to)| (epoch.floor(from), epoch.ceil(to)))
            .filter(|&(from, to)| to > -2 * DAY && from < end)
            .collect();
        busy = join(busy);
        let days = |dates: &[chrono::NaiveDate]| {
            let days = dates.iter().map(|&date| epoch.day(date));
            let near = days.filter(|day| (-2..end / DAY + 2).contains(day));
            join(near.map(|day| (zone.midnight(day), zone.midnight(day + 1))).collect())
        };
        Self {
            zone: index,
            hours: join(windows.iter().map(Window::span).collect()),
            busy,
            leave: days(&person.leave),
            holidays: days(&person.holidays),
        }
    }
}

impl Cadence {
    fn new(pair: &Pair, epoch: Epoch, reach: usize) -> Self {
        let due = |phase: usize, week: usize| {
            if pair.monthly {
                epoch.monday(week).day0() as usize / 7 == phase
            } else {
                week % pair.every_weeks as usize == phase
            }
        };
        let phases = if pair.monthly { 4 } else { pair.every_weeks as usize };
        let weeks = |phase| (0..reach).filter(|&week| due(phase, week)).map(|week| 1 << week).sum();
        Self { interval: phases, monthly: pair.monthly, due: (0..phases).map(weeks).collect() }
    }

    /// The cadence period of a week: the stretch that holds one meeting. Periods of `n` weeks are
    /// counted from the start of the horizon; monthly ones are the weeks whose Mondays share a month.
    pub(super) fn period(&self, epoch: Epoch, week: usize) -> Weeks {
        if self.monthly {
            let month = |week| epoch.monday(week).month();
            let near = week.saturating_sub(4)..(week + 5).min(64);
            near.filter(|&other| month(other) == month(week)).map(|other| 1 << other).sum()
        } else {
            mask(self.interval) << (week / self.interval * self.interval)
        }
    }
}

impl Link {
    fn new(
        pair: &Pair,
        row: usize,
        cadence: (usize, &Cadence),
        epoch: Epoch,
        weeks: usize,
        reach: usize,
        number: &BTreeMap<&str, usize>,
    ) -> Self {
        let find = |key: &str| number.get(key).copied().unwrap_or_default();
        let (a, b) = (find(&pair.a), find(&pair.b));
        // Members are numbered in the order of their keys.
        let turned = pair.kind == Kind::Peer && b < a;
        let (organizer, other) = if turned { (b, a) } else { (a, b) };
        let mut open = mask(reach);
        for week in 0..weeks {
            let monday = epoch.monday(week);
            let sunday = monday + chrono::TimeDelta::days(6);
            let outside = pair.from.is_some_and(|from| monday < from)
                || pair.until.is_some_and(|until| until < sunday);
            if outside {
                open &= !(1 << week);
            }
        }
        let mut fixed: Vec<_> =
            pair.fixed.iter().map(|f| (f.week as usize, epoch.floor(f.start))).collect();
        fixed.sort_unstable();
        let replaced =
            fixed.iter().fold(0, |weeks, &(week, _)| weeks | cadence.1.period(epoch, week));
        let interval = if pair.monthly { 4 } else { pair.every_weeks as i32 };
        let spacing = pair.min_spacing_days.map_or(interval * WEEK / 2, |days| days as i32 * DAY);
        let weekday = |day: crate::organization::Weekday| i32::from(day.number()) - 1;
        Self {
            row,
            organizer,
            other,
            minutes: pair.minutes as i32,
            span: (pair.minutes + pair.buffer) as i32,
            cadence: cadence.0,
            open,
            replaced,
            preferred: pair.preferred.map(|p| (weekday(p.weekday), p.time.minutes() as i32)),
            standing: (pair.standing)
                .map(|s| (weekday(s.weekday) * DAY + s.time.minutes() as i32, s.phase)),
            windows: (pair.windows.as_ref())
                .map(|windows| join(windows.iter().map(Window::span).collect())),
            hash: fnv(&[&pair.a, "\0", &pair.b]),
            displaced: pair.displaced,
            spacing,
            previous: pair.previous.map(|instant| epoch.floor(instant)),
            fixed,
        }
    }
}

/// FNV-1a, 64 bits: the same on every machine and for ever.
fn fnv(parts: &[&str]) -> u64 {
    (parts.iter().flat_map(|part| part.bytes())).fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
