//! Busy calendars for the demo's people, so that its plan has something to work around.
//!
//! Only spans are made: nothing has a title, so nothing can be read. All of it follows from hashes
//! of employee number, department and week. A week therefore looks the same from whatever Monday
//! it is asked for, and adding a person moves nobody else's meetings.
//!
//! A week is drawn on a grid of quarter hours of the person's own wall clock. First comes what
//! returns every week (stand-up, department and managers' meetings, projects, focus time), then
//! travel, then single meetings until the week is as full as this person's weeks are. Most first
//! and last hours of a day stay free, as do evenings: that is where offices far apart meet. So
//! does one hour a day that is the same for everyone: there people with different hours meet.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use taiwa_domain::organization::WeeklyWindow;

/// What of a person shapes their calendar.
pub(crate) struct DemoPerson<'a> {
    /// Employee number: the seed.
    pub(crate) number: &'a str,
    /// The zone of the wall clock.
    pub(crate) zone: Tz,
    /// Weekly working hours.
    pub(crate) hours: &'a [WeeklyWindow],
    /// Department as a path of names with `/` between; people with the same one share meetings.
    pub(crate) department: Option<&'a str>,
    /// Whether anyone reports to them.
    pub(crate) is_manager: bool,
    /// Steps from the head of the company, who has 0.
    pub(crate) level: u8,
}

/// Whole weeks from a Monday.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weeks {
    /// The first Monday.
    pub(crate) from: NaiveDate,
    /// How many.
    pub(crate) weeks: u32,
}

/// Busy spans of everyone, by place in `people`; those of one person are sorted and apart.
pub(crate) fn busy(
    people: &[DemoPerson<'_>],
    span: Weeks,
) -> Vec<(usize, DateTime<Utc>, DateTime<Utc>)> {
    let mut spans = Vec::new();
    for (index, person) in people.iter().enumerate() {
        let habit = Habit::new(person);
        for week in 0..span.weeks {
            let Some(monday) = span.from.checked_add_days(Days::new(7 * u64::from(week))) else {
                break;
            };
            for (from, to) in habit.week(monday).spans() {
                let (from, to) =
                    (instant(person.zone, monday, from), instant(person.zone, monday, to));
                if let (Some(from), Some(to)) = (from, to)
                    && from < to
                {
                    spans.push((index, from, to));
                }
            }
        }
    }
    spans
}

/// Quarter hours of a day and of a week.
const DAY: usize = 24 * 4;
const WEEK: usize = 7 * DAY;

/// The quarter hour of a wall-clock time.
const fn at(hour: usize, minute: usize) -> usize {
    hour * 4 + minute / 15
}

/// The hour of each day, Monday first, in which nobody calls a meeting of their own.
const COMMON: [usize; 5] = [at(14, 0), at(11, 0), at(11, 0), at(11, 0), at(14, 0)];

/// The instant of a quarter hour of the week. A time that the clock skips is an hour later, of one
/// that it shows twice it is the first.
fn instant(zone: Tz, monday: NaiveDate, quarter: usize) -> Option<DateTime<Utc>> {
    let local = monday.and_time(NaiveTime::MIN) + TimeDelta::minutes(15 * quarter as i64);
    let found = zone.from_local_datetime(&local).earliest();
    found
        .or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest())
        .map(|instant| instant.with_timezone(&Utc))
}

/// FNV-1a with a final mix: the standard library's hasher may change between releases.
fn hash(parts: &[&str], number: u64) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes.chain(number.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mix(hash)
}

/// Spreads a change of any bit over all of them.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// One of a list.
fn pick<T: Copy>(list: &[T], hash: u64) -> T {
    list[(hash % list.len() as u64) as usize]
}

/// A week in quarter hours.
#[derive(Clone)]
struct Grid {
    /// Working time.
    open: [bool; WEEK],
    /// Time that meetings of one's own making leave alone.
    kept: [bool; WEEK],
    taken: [bool; WEEK],
}

impl Grid {
    fn new(person: &DemoPerson<'_>) -> Self {
        let mut grid = Self { open: [false; WEEK], kept: [false; WEEK], taken: [false; WEEK] };
        for window in person.hours {
            let start = usize::from(window.weekday.number() - 1) * DAY;
            let (from, to) = window.minutes();
            let (from, to) = (from.div_ceil(15) as usize, (to / 15) as usize);
            for quarter in from..to {
                grid.open[start + quarter] = true;
                grid.kept[start + quarter] |= from >= at(17, 30);
            }
        }
        for (day, hour) in COMMON.iter().enumerate() {
            grid.kept[day * DAY + hour..day * DAY + hour + 4].fill(true);
        }
        // One day's edges may fill up.
        let busy_day = (hash(&[person.number, "edges"], 0) % 5) as usize;
        for day in (0..7).filter(|day| *day != busy_day) {
            let hours: Vec<usize> = grid.day(day).filter(|q| grid.open[*q]).collect();
            let edge = if hours.len() < at(6, 0) { 2 } else { 4 };
            // Who stays until seven does so for offices further west.
            let late = hours.last().is_some_and(|last| last % DAY >= at(18, 45));
            let last = if late { 2 * edge } else { edge };
            for quarter in hours.iter().take(edge).chain(hours.iter().rev().take(last)) {
                grid.kept[*quarter] = true;
            }
        }
        grid
    }

    fn day(&self, day: usize) -> std::ops::Range<usize> {
        day * DAY..(day + 1) * DAY
    }

    /// Working time, and how much of it is taken.
    fn load(&self) -> (usize, usize) {
        let open = self.open.iter().filter(|open| **open).count();
        let taken = (0..WEEK).filter(|q| self.open[*q] && self.taken[*q]).count();
        (open, taken)
    }

    /// Half hours at which a meeting of one's own making may start.
    fn starts(&self) -> Vec<usize> {
        (0..WEEK).step_by(2).filter(|q| self.open[*q] && !self.kept[*q]).collect()
    }

    /// A meeting that others called: taken as far as it lies within working time.
    fn attend(&mut self, from: usize, quarters: usize) {
        for quarter in from..(from + quarters).min(WEEK) {
            self.taken[quarter] |= self.open[quarter];
        }
    }

    /// A meeting of one's own making: only into free time that is not kept.
    fn place(&mut self, from: usize, quarters: usize) -> bool {
        let span = from..from + quarters;
        let fits = span.end <= WEEK
            && span.clone().all(|q| self.open[q] && !self.kept[q] && !self.taken[q]);
        if fits {
            self.taken[span].fill(true);
        }
        fits
    }

    /// What is taken, as spans of quarter hours.
    fn spans(&self) -> Vec<(usize, usize)> {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for quarter in (0..WEEK).filter(|quarter| self.taken[*quarter]) {
            match spans.last_mut() {
                Some((_, end)) if *end == quarter => *end += 1,
                _ => spans.push((quarter, quarter + 1)),
            }
        }
        spans
    }
}

/// What of a person's calendar does not depend on the week.
struct Habit<'a> {
    person: &'a DemoPerson<'a>,
    /// Even and odd weeks with what returns.
    base: [Grid; 2],
    /// Where single meetings may start.
    starts: Vec<usize>,
    /// How full a week becomes, in thousandths of working time.
    target: usize,
}

impl<'a> Habit<'a> {
    fn new(person: &'a DemoPerson<'a>) -> Self {
        let spread = hash(&[person.number, "load"], 0) as usize;
        let target = match (person.is_manager, person.level) {
            (true, 0..=1) => 580 + spread % 41,
            (true, _) => 540 + spread % 61,
            (false, _) => 290 + spread % 121,
        };
        let mut grid = Grid::new(person);
        shared(&mut grid, person);
        let starts = grid.starts();
        let mut base = [grid.clone(), grid];
        if !starts.is_empty() {
            returning(&mut base, person, &starts, target);
        }
        Self { person, base, starts, target }
    }

    fn week(&self, monday: NaiveDate) -> Grid {
        // Counted from a fixed day, so that a plan that starts later sees the same weeks.
        let number = (monday.num_days_from_ce() / 7) as u64;
        let mut grid = self.base[(number % 2) as usize].clone();
        let who = self.person.number;
        // All hands, on the first Wednesday of the month.
        let wednesday = monday + Days::new(2);
        if wednesday.weekday() == Weekday::Wed && wednesday.day() <= 7 {
            grid.attend(2 * DAY + at(16, 0), at(1, 0));
        }
        let days = (0..7).filter(|day| grid.day(*day).any(|q| grid.open[q])).count();
        let sells =
            self.person.department.is_some_and(|d| d.contains("営業") || d.contains("Sales"));
        if sells && days >= 5 && (number + hash(&[who, "travel"], 0)).is_multiple_of(4) {
            // Tuesday to Thursday; the others are for the office.
            let day = 1 + (hash(&[who, "travel"], number) % 3) as usize;
            grid.attend(day * DAY, DAY);
        }
        let swing = (hash(&[who, "week"], number) % 41) as usize;
        self.fill(&mut grid, number, self.target + swing - 20);
        grid
    }

    /// Single meetings, until the week is full enough.
    fn fill(&self, grid: &mut Grid, number: u64, target: usize) {
        let (open, mut taken) = grid.load();
        let goal = open * target / 1000;
        let seed = hash(&[self.person.number, "single"], number);
        for attempt in 0..200 {
            if taken + 2 > goal || self.starts.is_empty() {
                return;
            }
            let random = mix(seed.wrapping_add(attempt));
            let quarters = pick(&[2, 2, 4, 4, 4, 6], random >> 40).min(goal - taken);
            if grid.place(pick(&self.starts, random), quarters) {
                taken += quarters;
            }
        }
    }
}

/// What the company, the department and the day bring.
fn shared(grid: &mut Grid, person: &DemoPerson<'_>) {
    let department = person.department.unwrap_or_default();
    let (division, _) = department.rsplit_once('/').unwrap_or((department, ""));
    let area = department.split('/').next().unwrap_or_default();
    for day in 0..5 {
        // Who has no break in their hours takes one.
        let noon = day * DAY + at(12, 0);
        let hours = grid.day(day).filter(|q| grid.open[*q]).count();
        if hours >= at(6, 0) && (noon - 4..noon + 6).all(|q| grid.open[q]) {
            grid.attend(noon, 3);
        }
        // The heads of the company stand up for nobody.
        let team = hash(&[department, "stand-up"], 0);
        if person.level >= 2 && (team.is_multiple_of(2) || day % 2 == 0) {
            grid.attend(day * DAY + pick(&[at(9, 30), at(9, 45), at(10, 0)], team >> 8), 1);
        }
    }
    let meeting = hash(&[division, "meeting"], 0);
    let day = 1 + (meeting % 3) as usize;
    grid.attend(day * DAY + pick(&[at(13, 0), at(14, 0), at(15, 0)], meeting >> 8), at(1, 0));
    if person.is_manager {
        let leads = hash(&[area, "managers"], 0);
        grid.attend(pick(&[at(10, 30), at(13, 0), at(15, 0)], leads), at(1, 30));
    }
}

/// Projects and focus time: weekly or every other week, up to three fifths of the load.
fn returning(base: &mut [Grid; 2], person: &DemoPerson<'_>, starts: &[usize], target: usize) {
    let (open, _) = base[0].load();
    let goal = open * target / 1000 * 3 / 5;
    for attempt in 0..30 {
        let random = hash(&[person.number, "returning"], attempt);
        let from = pick(starts, random);
        let focus = !person.is_manager && attempt % 5 == 0;
        let quarters = if focus { 6 } else { pick(&[2, 4, 4], random >> 40) };
        let weekly = (random >> 20).is_multiple_of(2);
        let only = (random >> 24) as usize % 2;
        for (parity, grid) in base.iter_mut().enumerate() {
            if (weekly || parity == only) && grid.load().1 + quarters <= goal {
                grid.place(from, quarters);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use taiwa_domain::organization::WorkingHours;

    use super::*;

    const WEEKS: u32 = 26;

    fn monday(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    /// The hours that the demo's company has, for managers and members of four departments.
    fn company() -> Vec<(String, Tz, WorkingHours, &'static str, bool, u8)> {
        let kinds = [
            (
                Tz::Asia__Tokyo,
                "Mon-Fri 09:00-12:00 13:00-18:00",
                "開発本部/プラットフォーム部/SRE課",
            ),
            (Tz::Asia__Tokyo, "Mon-Fri 10:00-13:00 14:00-19:00", "営業本部/東日本営業部"),
            (Tz::Europe__Berlin, "Mon-Thu 08:00-12:00 12:45-17:00; Fri 08:00-14:00", "Europe"),
            (
                Tz::America__New_York,
                "Mon-Thu 09:00-12:00 13:00-17:00 18:30-20:30; Fri 09:00-12:00 13:00-16:00",
                "Americas/Sales/Enterprise",
            ),
            (Tz::Asia__Tokyo, "Mon-Thu 10:00-15:00", "営業本部/カスタマーサクセス部/サポート課"),
            (Tz::America__New_York, "Mon-Wed 09:00-15:00", "Americas/Customer Success"),
        ];
        let mut people = Vec::new();
        for number in 1..=240_usize {
            let (zone, hours, department) = kinds[number % kinds.len()];
            // Part-timers lead nobody.
            let leads = number % 5 == 0 && number % kinds.len() < 4;
            let hours = hours.parse().expect("hours");
            let level = if leads { (number / 5 % 3) as u8 } else { 4 };
            people.push((format!("T{number:04}"), zone, hours, department, leads, level));
        }
        people
    }

    fn demo<'a>(
        people: &'a [(String, Tz, WorkingHours, &'static str, bool, u8)],
    ) -> Vec<DemoPerson<'a>> {
        let one = |(number, zone, hours, department, is_manager, level): &'a (
            String,
            Tz,
            WorkingHours,
            &'static str,
            bool,
            u8,
        )| DemoPerson {
            number,
            zone: *zone,
            hours: hours.windows(),
            department: Some(*department),
            is_manager: *is_manager,
            level: *level,
        };
        people.iter().map(one).collect()
    }

    #[test]
    fn calendars_are_as_full_as_real_ones() {
        let company = company();
        let people = demo(&company);
        let span = Weeks { from: monday(2026, 11, 30), weeks: WEEKS };
        let mut minutes = vec![0; people.len()];
        let mut last: BTreeMap<usize, DateTime<Utc>> = BTreeMap::new();
        for (index, from, to) in busy(&people, span) {
            assert!(from < to && last.insert(index, to).is_none_or(|before| before < from));
            minutes[index] += (to - from).num_minutes();
        }
        for (person, minutes) in people.iter().zip(minutes) {
            let span = |window: &WeeklyWindow| i64::from(window.minutes().1 - window.minutes().0);
            let hours: i64 = person.hours.iter().map(span).sum::<i64>() * i64::from(WEEKS);
            let percent = minutes * 100 / hours;
            let bounds = if person.is_manager { 50..=65 } else { 25..=45 };
            assert!(bounds.contains(&percent), "{}: {percent} %", person.number);
        }
    }

    #[test]
    fn everyone_has_times_of_the_week_that_nearly_always_hold() {
        let company = company();
        for person in demo(&company) {
            let habit = Habit::new(&person);
            let grid = Grid::new(&person);
            let mut free = [0; WEEK];
            for week in 0..WEEKS {
                let week = habit.week(monday(2026, 11, 30) + Days::new(u64::from(week) * 7));
                (0..WEEK).filter(|q| grid.open[*q] && !week.taken[*q]).for_each(|q| free[q] += 1);
            }
            let lasting = (0..WEEK - 1)
                .step_by(2)
                .filter(|q| free[*q].min(free[*q + 1]) * 10 >= WEEKS * 8)
                .count();
            assert!(lasting >= 3, "{}: {lasting}", person.number);
        }
    }

    #[test]
    fn a_week_looks_the_same_from_wherever_it_is_asked_for() {
        let company = company();
        let people = demo(&company);
        let all = busy(&people, Weeks { from: monday(2027, 2, 1), weeks: 12 });
        let later = monday(2027, 3, 1);
        let seen: Vec<_> = busy(&people, Weeks { from: later, weeks: 8 });
        let start = |index: usize| instant(people[index].zone, later, 0).expect("an instant");
        let rest: Vec<_> = all.into_iter().filter(|span| span.1 >= start(span.0)).collect();
        assert_eq!(seen, rest);
    }

    #[test]
    fn meetings_keep_their_wall_clock_when_clocks_change() {
        let company = company();
        let people = demo(&company);
        // Berlin changes on March 28th, New York on the 14th: working hours hold on both sides.
        for (index, from, to) in busy(&people, Weeks { from: monday(2027, 3, 8), weeks: 4 }) {
            let person = &people[index];
            let (from, to) = (from.with_timezone(&person.zone), to.with_timezone(&person.zone));
            let inside = |window: &WeeklyWindow| {
                window.weekday == from.weekday().into()
                    && window.from <= from.time()
                    && to.time() <= window.to
            };
            assert!(person.hours.iter().any(inside), "{}: {from} to {to}", person.number);
        }
    }
}
