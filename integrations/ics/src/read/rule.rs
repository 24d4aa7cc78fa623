//! Recurrence rules as written, checked.

use chrono::Weekday;

use super::value::{Moment, moment};

/// The unit in which a rule goes on. Shorter ones exist in the standard and in no calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A rule; an empty list does not restrict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) frequency: Frequency,
    /// At least 1.
    pub(super) interval: u32,
    pub(super) count: Option<u32>,
    pub(super) until: Option<Moment>,
    pub(super) week_start: Weekday,
    pub(super) months: Vec<i32>,
    pub(super) week_numbers: Vec<i32>,
    pub(super) year_days: Vec<i32>,
    pub(super) month_days: Vec<i32>,
    /// With the place in the month or year, or 0 for all.
    pub(super) weekdays: Vec<(i32, Weekday)>,
    pub(super) hours: Vec<i32>,
    pub(super) minutes: Vec<i32>,
    pub(super) seconds: Vec<i32>,
    pub(super) positions: Vec<i32>,
}

/// The parts of a rule, so that an error can name one.
const PARTS: [&str; 16] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "WKST",
    "BYMONTH",
    "BYWEEKNO",
    "BYYEARDAY",
    "BYMONTHDAY",
    "BYDAY",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
    "BYSETPOS",
    "RSCALE",
    "SKIP",
];

impl Rule {
    /// Reads a rule; an error is the name of the part that cannot be read or is not supported.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut values = [None; PARTS.len()];
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or("RRULE")?;
            let index = PARTS.iter().position(|known| known.eq_ignore_ascii_case(name.trim()));
            let index = index.ok_or("RRULE")?;
            if values[index].replace(value.trim()).is_some() {
                return Err(PARTS[index]);
            }
        }
        let value = |name: &'static str| {
            PARTS.iter().position(|part| *part == name).and_then(|index| values[index])
        };
        let number = |name: &'static str| {
            let parsed = value(name).map(|text| text.parse::<u32>().ok().filter(|n| *n > 0));
            parsed.map_or(Ok(None), |number| number.map(Some).ok_or(name))
        };
        let list = |name: &'static str, most: i32, signed: bool| {
            value(name).map_or(Ok(Vec::new()), |text| numbers(text, most, signed).ok_or(name))
        };
        let rule = Self {
            frequency: value("FREQ").and_then(frequency).ok_or("FREQ")?,
            interval: number("INTERVAL")?.unwrap_or(1),
            count: number("COUNT")?,
            until: value("UNTIL").map_or(Ok(None), |text| moment(text).map(Some).ok_or("UNTIL"))?,
            week_start: value("WKST").map_or(Ok(Weekday::Mon), |day| weekday(day).ok_or("WKST"))?,
            months: list("BYMONTH", 12, false)?,
            week_numbers: list("BYWEEKNO", 53, true)?,
            year_days: list("BYYEARDAY", 366, true)?,
            month_days: list("BYMONTHDAY", 31, true)?,
            weekdays: value("BYDAY").map_or(Ok(Vec::new()), |text| days(text).ok_or("BYDAY"))?,
            hours: clock(value("BYHOUR"), 23).ok_or("BYHOUR")?,
            minutes: clock(value("BYMINUTE"), 59).ok_or("BYMINUTE")?,
            seconds: clock(value("BYSECOND"), 59).ok_or("BYSECOND")?,
            positions: list("BYSETPOS", 366, true)?,
        };
        let gregorian = value("RSCALE").is_none_or(|name| name.eq_ignore_ascii_case("GREGORIAN"));
        if !gregorian {
            return Err("RSCALE");
        }
        if value("SKIP").is_some_and(|skip| !skip.eq_ignore_ascii_case("OMIT")) {
            return Err("SKIP");
        }
        rule.checked()
    }

    /// How much there is to compare a day with, in units of a short list.
    pub(super) fn weight(&self) -> usize {
        let days = self.week_numbers.len() + self.year_days.len() + self.month_days.len();
        1 + (days + self.weekdays.len() + self.positions.len()) / 8
    }

    /// What the standard forbids to combine.
    fn checked(self) -> Result<Self, &'static str> {
        use Frequency as F;
        let placed = self.weekdays.iter().any(|(place, _)| *place != 0);
        if placed
            && (matches!(self.frequency, F::Daily | F::Weekly) || !self.week_numbers.is_empty())
        {
            return Err("BYDAY");
        }
        if !self.week_numbers.is_empty() && self.frequency != F::Yearly {
            return Err("BYWEEKNO");
        }
        if !self.year_days.is_empty() && self.frequency != F::Yearly {
            return Err("BYYEARDAY");
        }
        if !self.month_days.is_empty() && self.frequency == F::Weekly {
            return Err("BYMONTHDAY");
        }
        Ok(self)
    }
}

fn frequency(text: &str) -> Option<Frequency> {
    Some(match text.to_ascii_uppercase().as_str() {
        "DAILY" => Frequency::Daily,
        "WEEKLY" => Frequency::Weekly,
        "MONTHLY" => Frequency::Monthly,
        "YEARLY" => Frequency::Yearly,
        _ => return None,
    })
}

/// More entries than any list can have of different ones.
const MOST: usize = 750;

/// The entries of a list, or `None` for one that repeats itself at length.
fn entries(text: &str) -> Option<impl Iterator<Item = &str>> {
    (text.split(',').take(MOST + 1).count() <= MOST).then(|| text.split(',').map(str::trim))
}

/// Numbers from 1, or from `-most` without 0, sorted and each once.
fn numbers(text: &str, most: i32, signed: bool) -> Option<Vec<i32>> {
    let mut numbers = Vec::new();
    for part in entries(text)? {
        let number: i32 = part.parse().ok()?;
        let least = if signed { -most } else { 1 };
        if number == 0 || !(least..=most).contains(&number) {
            return None;
        }
        numbers.push(number);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

/// Hours, minutes or seconds: numbers from 0.
fn clock(text: Option<&str>, most: i32) -> Option<Vec<i32>> {
    let Some(text) = text else { return Some(Vec::new()) };
    let mut numbers = Vec::new();
    for part in entries(text)? {
        numbers.push(part.parse().ok().filter(|number| (0..=most).contains(number))?);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

/// `MO,WE` or `1MO,-1FR`.
fn days(text: &str) -> Option<Vec<(i32, Weekday)>> {
    let mut days = Vec::new();
    for part in entries(text)? {
        let (place, day) = part.split_at_checked(part.len().checked_sub(2)?)?;
        let place = match place {
            "" => 0,
            text => text.parse().ok().filter(|n| *n != 0 && (-53..=53).contains(n))?,
        };
        let day = (place, weekday(day)?);
        if !days.contains(&day) {
            days.push(day);
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read() {
        let rule = Rule::parse("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,1MO;BYSETPOS=-1;WKST=SU;");
        let rule = rule.expect("a rule");
        assert_eq!((rule.frequency, rule.interval), (Frequency::Monthly, 2));
        assert_eq!(rule.weekdays, [(-1, Weekday::Fri), (1, Weekday::Mon)]);
        assert_eq!((rule.positions, rule.week_start), (vec![-1], Weekday::Sun));
    }

    #[test]
    fn what_is_not_supported_is_named() {
        for (text, part) in [
            ("", "FREQ"),
            ("FREQ=SECONDLY", "FREQ"),
            ("FREQ=HOURLY", "FREQ"),
            ("FREQ=DAILY;FREQ=DAILY", "FREQ"),
            ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
            ("FREQ=DAILY;COUNT=-1", "COUNT"),
            ("FREQ=DAILY;UNTIL=soon", "UNTIL"),
            ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY"),
            ("FREQ=WEEKLY;BYDAY=é", "BYDAY"),
            ("FREQ=WEEKLY;BYDAY=", "BYDAY"),
            ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
            ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
            ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO"),
            ("FREQ=YEARLY;RSCALE=CHINESE", "RSCALE"),
            ("FREQ=YEARLY;BYEASTER=1", "RRULE"),
            ("FREQ", "RRULE"),
        ] {
            assert_eq!(Rule::parse(text), Err(part), "{text}");
        }
    }
}
