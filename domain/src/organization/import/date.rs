//! Dates in every form HR exports use.

use chrono::{Datelike, Days, NaiveDate};

use super::text::nfkc;

/// Which of two numbers before a year is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// 17/08/1978
    DayFirst,
    /// 08/17/1978
    MonthFirst,
}

/// A date as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) date: NaiveDate,
    /// `Some` when the day and the month could have been swapped: the order that was proved by the
    /// numbers, or `Err` when either was possible and the column's order decided.
    pub(crate) order: Option<Result<Order, ()>>,
}

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateError {
    /// No such form.
    Form,
    /// The form is known, the day does not exist (February 30th).
    NoSuchDay,
    /// A year of two digits without an era.
    ShortYear,
    /// A month without a day.
    NoDay,
}

/// From this year on a date means "no end": 9999/12/31, 2999/12/31.
const OPEN_YEAR: i32 = 2900;

/// Whether a date stands for "no end".
pub(crate) fn is_open(date: NaiveDate) -> bool {
    date.year() >= OPEN_YEAR
}

/// The day an Excel serial number stands for (1900 system, with its leap-year error).
pub(crate) fn from_serial(serial: u32) -> Option<NaiveDate> {
    // Serials up to 60 lie before the day that Excel believes in and nobody was hired on.
    if !(61..=2_958_465).contains(&serial) {
        return None;
    }
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(serial.into()))
}

/// Reads a date; `order` decides where 04/05/2015 could be either.
pub(crate) fn parse(text: &str, order: Order) -> Result<Reading, DateError> {
    let text = nfkc(text);
    let text = without_time(text.trim());
    let sure = |date| Ok(Reading { date, order: None });
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return digits(text).and_then(sure);
    }
    let (era, rest) = era(text);
    if let Some(base) = era {
        return era_date(base, rest).and_then(sure);
    }
    let parts = parts(rest);
    if let Some(date) = named_month(&parts) {
        return date.and_then(sure);
    }
    let numbers: Vec<(u32, usize)> = parts
        .iter()
        .map(|part| part.parse().map(|number| (number, part.len())))
        .collect::<Result<_, _>>()
        .map_err(|_| DateError::Form)?;
    match numbers[..] {
        [(year, 4), (month, _), (day, _)] => ymd(year, month, day).and_then(sure),
        [(one, 1..=2), (two, 1..=2), (year, 4)] => {
            // A date with dots is written day first wherever the year comes last.
            either(one, two, year, if rest.contains('.') { Order::DayFirst } else { order })
        }
        [(_, 4), (1..=12, 1..=2)] => Err(DateError::NoDay),
        [(_, 2), (_, 1..=2), (_, 1..=2)] | [(_, 1..=2), (_, 1..=2), (_, 2)] => {
            Err(DateError::ShortYear)
        }
        _ => Err(DateError::Form),
    }
}

fn either(one: u32, two: u32, year: u32, order: Order) -> Result<Reading, DateError> {
    let (order, proof) = match (one, two) {
        (13.., _) => (Order::DayFirst, Ok(Order::DayFirst)),
        (_, 13..) => (Order::MonthFirst, Ok(Order::MonthFirst)),
        _ => (order, Err(())),
    };
    let (day, month) = match order {
        Order::DayFirst => (one, two),
        Order::MonthFirst => (two, one),
    };
    let proof = if one == two { None } else { Some(proof) };
    Ok(Reading { date: ymd(year, month, day)?, order: proof })
}

fn ymd(year: u32, month: u32, day: u32) -> Result<NaiveDate, DateError> {
    i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or(DateError::NoSuchDay)
}

/// 20150401, an Excel serial (42095), or an era number and six digits (4270401).
fn digits(text: &str) -> Result<NaiveDate, DateError> {
    let number: u32 = text.parse().map_err(|_| DateError::Form)?;
    match text.len() {
        8 => ymd(number / 10_000, number / 100 % 100, number % 100),
        7 => {
            let base = match number / 1_000_000 {
                1 => 1867,
                2 => 1911,
                3 => 1925,
                4 => 1988,
                5 => 2018,
                _ => return Err(DateError::Form),
            };
            ymd(base + number / 10_000 % 100, number / 100 % 100, number % 100)
        }
        5 => from_serial(number).ok_or(DateError::Form),
        _ => Err(DateError::Form),
    }
}

/// Eras with the year before their first.
const ERAS: [(&str, char, u32); 5] = [
    ("令和", 'R', 2018),
    ("平成", 'H', 1988),
    ("昭和", 'S', 1925),
    ("大正", 'T', 1911),
    ("明治", 'M', 1867),
];

fn era(text: &str) -> (Option<u32>, &str) {
    for (name, letter, base) in ERAS {
        let rest = text.strip_prefix(name).or_else(|| {
            text.strip_prefix([letter, letter.to_ascii_lowercase()])
                .map(|rest| rest.trim_start_matches('.'))
                .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '元'))
        });
        if let Some(rest) = rest {
            return (Some(base), rest.trim());
        }
    }
    (None, text)
}

/// The rest of a date after its era. An era's last year may run on (平成31年5月1日): systems
/// printed such dates before the next era had a name.
fn era_date(base: u32, rest: &str) -> Result<NaiveDate, DateError> {
    if rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_digit()) {
        let number: u32 = rest.parse().map_err(|_| DateError::Form)?;
        return ymd(base + number / 10_000, number / 100 % 100, number % 100);
    }
    let rest = rest.replacen('元', "1", 1);
    match parts(&rest)[..] {
        [year, month, day] => {
            let number = |text: &str| text.parse::<u32>().map_err(|_| DateError::Form);
            let year = number(year)?;
            if !(1..=99).contains(&year) {
                return Err(DateError::NoSuchDay);
            }
            ymd(base + year, number(month)?, number(day)?)
        }
        [_, _] => Err(DateError::NoDay),
        _ => Err(DateError::Form),
    }
}

fn parts(text: &str) -> Vec<&str> {
    text.split(['/', '-', '.', ',', ' ', '年', '月', '日', '‐', '−', '–'])
        .filter(|part| !part.is_empty())
        .collect()
}

/// 17-Aug-1978, Aug 17 1978, 1 April 2015.
fn named_month(parts: &[&str]) -> Option<Result<NaiveDate, DateError>> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let place = MONTHS.iter().position(|name| lower.starts_with(name))?;
        (lower.len() <= 9 && lower.bytes().all(|b| b.is_ascii_alphabetic()))
            .then_some(place as u32 + 1)
    };
    let [a, b, year] = parts else { return None };
    let (day, month) = month(a).map(|m| (b, m)).or_else(|| month(b).map(|m| (a, m)))?;
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    Some(match (day.parse(), year.parse(), year.len()) {
        (Ok(day), Ok(year), 4) => ymd(year, month, day),
        (Ok(_), Ok::<u32, _>(_), _) => Err(DateError::ShortYear),
        _ => Err(DateError::Form),
    })
}

/// Cuts a time of day and a weekday in brackets: `2015/4/1 0:00:00`, `2015-04-01T00:00:00Z`,
/// `2015/4/1(水)`.
fn without_time(text: &str) -> &str {
    let text = text.split_once('(').map_or(text, |(date, _)| date.trim_end());
    if let Some((date, time)) = text.split_once('T')
        && time.contains(':')
    {
        return date;
    }
    match text.split_once(':') {
        Some((before, _)) => before.rsplit_once(' ').map_or(text, |(date, _)| date.trim_end()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn every_form_is_read() {
        let april = day(2015, 4, 1);
        for text in [
            "2015/4/1",
            "2015-04-01",
            "2015.4.1",
            "20150401",
            "2015年4月1日",
            "2015年 4月 1日",
            "平成27年4月1日",
            "H27.4.1",
            "h27/4/1",
            "H270401",
            "4270401",
            "42095",
            "２０１５／０４／０１",
            "2015/04/01 0:00:00",
            "2015/04/01 00:00",
            "2015-04-01T00:00:00+09:00",
            "2015/4/1(水)",
            "1-Apr-2015",
            "April 1, 2015",
            "1 April 2015",
        ] {
            let reading = parse(text, Order::MonthFirst).map(|reading| reading.date);
            assert_eq!(reading, Ok(april), "{text}");
        }
        for (text, date) in [
            ("令和元年5月1日", day(2019, 5, 1)),
            ("R1/5/1", day(2019, 5, 1)),
            ("R元.5.1", day(2019, 5, 1)),
            ("S60.1.1", day(1985, 1, 1)),
            ("昭和64年1月7日", day(1989, 1, 7)),
            ("平成31年5月1日", day(2019, 5, 1)),
            ("08/17/1978", day(1978, 8, 17)),
            ("17/08/1978", day(1978, 8, 17)),
            ("17.08.1978", day(1978, 8, 17)),
            ("04.05.2015", day(2015, 5, 4)),
        ] {
            assert_eq!(parse(text, Order::MonthFirst).map(|r| r.date), Ok(date), "{text}");
        }
    }

    #[test]
    fn swapped_days_and_months_are_known() {
        let order = |text| parse(text, Order::DayFirst).unwrap().order;
        assert_eq!(order("08/17/1978"), Some(Ok(Order::MonthFirst)));
        assert_eq!(order("17/08/1978"), Some(Ok(Order::DayFirst)));
        assert_eq!(order("04/05/2015"), Some(Err(())));
        assert_eq!(order("05/05/2015"), None);
        assert_eq!(order("2015/04/05"), None);
    }

    #[test]
    fn what_is_no_date_says_why() {
        for (text, error) in [
            ("2015/2/30", DateError::NoSuchDay),
            ("2015/13/1", DateError::NoSuchDay),
            ("31/31/2015", DateError::NoSuchDay),
            ("平成27年2月30日", DateError::NoSuchDay),
            ("15/4/1", DateError::ShortYear),
            ("4/1/15", DateError::ShortYear),
            ("2015年4月", DateError::NoDay),
            ("H27.4", DateError::NoDay),
            ("未定", DateError::Form),
            ("123456789012", DateError::Form),
            ("", DateError::Form),
        ] {
            assert_eq!(parse(text, Order::MonthFirst), Err(error), "{text}");
        }
    }
}
