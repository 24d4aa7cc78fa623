//! Made-up instances for tests and measurements, from a seed.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::instance::{Horizon, Instance, Kind, Pair, Person, Preferred, Standing};
use super::{Clock, clock::DAY};
use crate::organization::Weekday;

/// A small generator of numbers (Steele, Lea and Flood, *Fast splittable pseudorandom number
/// generators*, 2014): the same seed gives the same instance on every machine.
#[derive(Clone, Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((((mixed ^ (mixed >> 31)) >> 32) * u64::from(limit)) >> 32) as u32
    }

    /// One of some values.
    pub fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u32) as usize]
    }
}

/// What to make.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Managers, in a tree.
    pub managers: u32,
    /// Reports of each.
    pub reports: u32,
    /// Weeks of the horizon.
    pub weeks: u32,
    /// The first Monday.
    pub from: NaiveDate,
    /// Share of working time that is taken, in percent.
    pub busy: u32,
    /// Zones; each manager's people mostly share the manager's.
    pub zones: Vec<&'static str>,
    /// Cadences to choose from.
    pub every_weeks: Vec<u32>,
    /// Lengths to choose from.
    pub minutes: Vec<u32>,
    /// Buffers to choose from.
    pub buffers: Vec<u32>,
    /// Grid and daily cap.
    pub grid: u32,
    /// 1on1s a day.
    pub daily_cap: u32,
    /// Mentor and peer pairs, for each hundred manager pairs.
    pub across: u32,
    /// Pairs that have a series already, in percent.
    pub standing: u32,
}

impl Default for Shape {
    /// One zone, one cadence: solved exactly.
    fn default() -> Self {
        Self {
            managers: 10,
            reports: 8,
            weeks: 13,
            from: NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default(),
            busy: 60,
            zones: vec!["Asia/Tokyo"],
            every_weeks: vec![2],
            minutes: vec![30],
            buffers: vec![0],
            grid: 30,
            daily_cap: 4,
            across: 0,
            standing: 0,
        }
    }
}

impl Shape {
    /// Mixed cadences, lengths and buffers, and pairs across the lines: not solved exactly.
    pub fn mixed() -> Self {
        Self {
            zones: vec!["Europe/Berlin", "America/New_York"],
            every_weeks: vec![1, 2, 2, 4],
            minutes: vec![15, 30, 30, 45, 60],
            buffers: vec![0, 0, 5, 15],
            across: 20,
            standing: 30,
            ..Self::default()
        }
    }

    /// Makes one.
    pub fn instance(&self, seed: u64) -> Instance {
        let mut numbers = Numbers::new(seed);
        let count = self.managers * self.reports + 1;
        let mut people: Vec<Person> = Vec::with_capacity(count as usize);
        let mut pairs = Vec::with_capacity(count as usize);
        let key = |number: u32| format!("p{number:06}");
        for number in 0..count {
            // Person `n` reports to person `(n - 1) / reports`.
            let above = number.checked_sub(1).map(|before| before / self.reports.max(1));
            let zone = match above {
                Some(above) if numbers.below(10) < 9 => people[above as usize].zone.clone(),
                _ => numbers.pick(&self.zones).to_owned(),
            };
            people.push(self.person(&mut numbers, key(number), zone));
            if let Some(above) = above {
                pairs.push(self.pair(&mut numbers, key(above), key(number), Kind::Manager));
            }
        }
        for _ in 0..(count - 1) * self.across / 100 {
            let (a, b) = (numbers.below(count), numbers.below(count));
            let kind = numbers.pick(&[Kind::Mentor, Kind::Peer, Kind::Dotted, Kind::SkipLevel]);
            let known = |pair: &Pair| {
                pair.kind == kind
                    && (pair.a == key(a) && pair.b == key(b)
                        || pair.b == key(a) && pair.a == key(b))
            };
            if a != b && !pairs.iter().skip(count as usize - 1).any(known) {
                pairs.push(self.pair(&mut numbers, key(a), key(b), kind));
            }
        }
        Instance {
            grid: self.grid,
            horizon: Horizon { from: self.from, weeks: self.weeks },
            daily_cap: self.daily_cap,
            people,
            pairs,
            reserved: Vec::new(),
        }
    }

    fn person(&self, numbers: &mut Numbers, key: String, zone: String) -> Person {
        let mut busy = Vec::new();
        // Near enough to the zone's nine o'clock for a calendar that looks real.
        let nine = match zone.as_str() {
            "Asia/Tokyo" => 0,
            "Europe/Berlin" => 7 * 60,
            "America/New_York" => 13 * 60,
            _ => 9 * 60,
        };
        for day in (0..self.weeks * 7).filter(|day| day % 7 < 5) {
            let mut at = 0;
            while at < 9 * 60 {
                let length = numbers.pick(&[30, 30, 60, 60, 90, 120]);
                if numbers.below(100) < self.busy {
                    let start = self.instant(day as i32 * DAY + nine + at);
                    busy.push((start, start + TimeDelta::minutes(length.into())));
                }
                at += length;
            }
        }
        let mut days = |share: u32, length: u32| -> Vec<NaiveDate> {
            if numbers.below(100) >= share {
                return Vec::new();
            }
            let first = numbers.below(self.weeks * 7);
            (first..first + length).map(|day| self.from + TimeDelta::days(day.into())).collect()
        };
        let (leave, holidays) = (days(30, 5), days(50, 1));
        Person { key, zone, hours: None, busy, leave, holidays }
    }

    fn instant(&self, minute: i32) -> DateTime<Utc> {
        (self.from.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute.into())).and_utc()
    }

    fn pair(&self, numbers: &mut Numbers, a: String, b: String, kind: Kind) -> Pair {
        let mut wish = || {
            let weekday = Weekday::all().nth(numbers.below(5) as usize).unwrap_or(Weekday::MONDAY);
            let time = Clock::from_minutes(30 * (18 + numbers.below(18)));
            Preferred { weekday, time: time.expect("a time of the day") }
        };
        let (preferred, stands) = (wish(), wish());
        let every_weeks = numbers.pick(&self.every_weeks);
        let standing = (numbers.below(100) < self.standing).then(|| Standing {
            weekday: stands.weekday,
            time: stands.time,
            phase: numbers.below(every_weeks),
        });
        Pair {
            a,
            b,
            kind,
            every_weeks,
            minutes: numbers.pick(&self.minutes),
            buffer: numbers.pick(&self.buffers),
            preferred: Some(preferred),
            standing,
            displaced: if numbers.below(5) == 0 { numbers.below(4) } else { 0 },
            monthly: false,
            windows: None,
            min_spacing_days: None,
            previous: None,
            from: None,
            until: None,
            fixed: Vec::new(),
        }
    }
}
