//! The days that a recurrence rule names.
//!
//! A rule is followed period by period (day, week, month, year, times the interval) on the wall
//! clock of its event. Where nothing is counted, the periods before those that are asked for are
//! skipped by arithmetic. Every period pays for the days it looks at and the times it will make
//! before it makes them, so neither a rule that never comes true nor one that names each second of
//! a year costs more than the budget.

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc, Weekday,
};

use super::{
    rule::{Frequency, Rule},
    value::Moment,
};
use crate::limits::Budget;

/// The wall-clock times at which a rule that starts at `start` repeats, up to the end of `span`;
/// those before its beginning may be left out. `instant` is what a time means, to compare it with
/// an end given in UTC. `None` when the budget does not suffice.
pub(super) fn expand(
    rule: &Rule,
    start: NaiveDateTime,
    span: (NaiveDateTime, NaiveDateTime),
    instant: &dyn Fn(NaiveDateTime) -> Option<DateTime<Utc>>,
    budget: &mut Budget,
) -> Option<Vec<NaiveDateTime>> {
    let rule = completed(rule, start);
    let times = times(&rule, start.time());
    let mut left = rule.count.unwrap_or(u32::MAX);
    let mut found = Vec::new();
    let first = if rule.count.is_some() { 0 } else { skipped(&rule, start, span.0) };
    for number in first.. {
        let Some(days) = period(&rule, start.date(), number) else { break };
        if days.0 > span.1.date() {
            break;
        }
        let (looked_at, days) = matching(&rule, days);
        let steps = 1 + looked_at + days.len().saturating_mul(times.len());
        if !budget.take(steps.saturating_mul(rule.weight())) {
            return None;
        }
        let all = days.iter().flat_map(|day| times.iter().map(|time| day.and_time(*time)));
        for time in chosen(all.collect(), &rule.positions) {
            if time < start {
                continue;
            }
            if left == 0 || time > span.1 || !before_end(time, &rule, instant) {
                return Some(found);
            }
            left -= 1;
            found.push(time);
        }
    }
    Some(found)
}

/// What a rule leaves out comes from its start.
fn completed(rule: &Rule, start: NaiveDateTime) -> Rule {
    let mut rule = rule.clone();
    let date = (start.month() as i32, start.day() as i32, (0, start.weekday()));
    let days = rule.month_days.is_empty() && rule.year_days.is_empty();
    if days && rule.weekdays.is_empty() {
        match rule.frequency {
            Frequency::Yearly if !rule.week_numbers.is_empty() => rule.weekdays.push(date.2),
            Frequency::Yearly => {
                if rule.months.is_empty() {
                    rule.months.push(date.0);
                }
                rule.month_days.push(date.1);
            }
            Frequency::Monthly => rule.month_days.push(date.1),
            Frequency::Weekly => rule.weekdays.push(date.2),
            Frequency::Daily => {}
        }
    }
    rule
}

fn times(rule: &Rule, start: NaiveTime) -> Vec<NaiveTime> {
    let or = |list: &[i32], value: u32| {
        if list.is_empty() { vec![value] } else { list.iter().map(|n| n.unsigned_abs()).collect() }
    };
    let (minutes, seconds) = (or(&rule.minutes, start.minute()), or(&rule.seconds, start.second()));
    let mut times = Vec::new();
    for hour in or(&rule.hours, start.hour()) {
        for minute in &minutes {
            times.extend(seconds.iter().filter_map(|s| NaiveTime::from_hms_opt(hour, *minute, *s)));
        }
    }
    times
}

/// How many periods surely end before `from`.
fn skipped(rule: &Rule, start: NaiveDateTime, from: NaiveDateTime) -> i64 {
    let days = (from.date() - start.date()).num_days();
    let months = month_number(from.date()) - month_number(start.date());
    let periods = match rule.frequency {
        Frequency::Daily => days,
        // The first week may begin before the start.
        Frequency::Weekly => days / 7 - 1,
        Frequency::Monthly => months,
        Frequency::Yearly => i64::from(from.year()) - i64::from(start.year()),
    };
    (periods / i64::from(rule.interval)).max(0)
}

fn month_number(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

/// First and last day of the period of a number, counted from the one the start lies in.
fn period(rule: &Rule, start: NaiveDate, number: i64) -> Option<(NaiveDate, NaiveDate)> {
    let steps = number.checked_mul(i64::from(rule.interval))?;
    match rule.frequency {
        Frequency::Daily => {
            let day = start.checked_add_days(Days::new(u64::try_from(steps).ok()?))?;
            Some((day, day))
        }
        Frequency::Weekly => {
            let first = week_of(start, rule.week_start)?;
            let days = u64::try_from(steps).ok()?.checked_mul(7)?;
            let first = first.checked_add_days(Days::new(days))?;
            Some((first, first.checked_add_days(Days::new(6))?))
        }
        Frequency::Monthly => month(month_number(start).checked_add(steps)?),
        Frequency::Yearly => {
            let year = i32::try_from(i64::from(start.year()).checked_add(steps)?).ok()?;
            Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?))
        }
    }
}

fn month(number: i64) -> Option<(NaiveDate, NaiveDate)> {
    let first = |number: i64| {
        let year = i32::try_from(number.div_euclid(12)).ok()?;
        NaiveDate::from_ymd_opt(year, u32::try_from(number.rem_euclid(12)).ok()? + 1, 1)
    };
    Some((first(number)?, first(number + 1)?.pred_opt()?))
}

/// The first day of the week that a day lies in.
fn week_of(day: NaiveDate, week_start: Weekday) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(day.weekday().days_since(week_start).into()))
}

/// The days of a period that the rule names, and how many were looked at to find them.
fn matching(rule: &Rule, (first, last): (NaiveDate, NaiveDate)) -> (usize, Vec<NaiveDate>) {
    let mut ranges = vec![(first, last)];
    if rule.frequency == Frequency::Yearly && !rule.months.is_empty() {
        let january = month_number(first);
        ranges = rule.months.iter().filter_map(|m| month(january + i64::from(*m) - 1)).collect();
    }
    let mut looked_at = 0;
    let mut days = Vec::new();
    for (first, last) in ranges {
        for day in first.iter_days().take_while(|day| *day <= last) {
            looked_at += 1;
            if matches(rule, day) {
                days.push(day);
            }
        }
    }
    (looked_at, days)
}

fn matches(rule: &Rule, day: NaiveDate) -> bool {
    let year = if day.leap_year() { 366 } else { 365 };
    let in_list = |list: &[i32], number: u32, length: i32| {
        let number = number as i32;
        list.is_empty() || list.contains(&number) || list.contains(&(number - length - 1))
    };
    let (of_month, month) = (day.day(), i32::from(day.num_days_in_month()));
    (rule.months.is_empty() || rule.months.contains(&(day.month() as i32)))
        && in_list(&rule.year_days, day.ordinal(), year)
        && in_list(&rule.month_days, of_month, month)
        && (rule.week_numbers.is_empty() || in_week(rule, day))
        && (rule.weekdays.is_empty()
            || rule.weekdays.iter().any(|(place, weekday)| {
                // The place counts in the month where months are named, else in the year.
                let monthly = rule.frequency == Frequency::Monthly || !rule.months.is_empty();
                let (at, length) =
                    if monthly { (of_month as i32, month) } else { (day.ordinal() as i32, year) };
                *weekday == day.weekday()
                    && match *place {
                        0 => true,
                        place if place > 0 => (at - 1) / 7 + 1 == place,
                        place => (length - at) / 7 + 1 == -place,
                    }
            }))
}

/// Whether a day's week has one of the numbers. The first week of a year is the first that has at
/// least four days in it; a week belongs to the year of its fourth day.
fn in_week(rule: &Rule, day: NaiveDate) -> bool {
    let number = |day: NaiveDate| {
        let fourth = week_of(day, rule.week_start)?.checked_add_days(Days::new(3))?;
        Some((fourth.year(), fourth.ordinal0() as i32 / 7 + 1))
    };
    let Some((year, week)) = number(day) else { return false };
    // The 28th of December lies in the last week, whatever day a week begins on.
    let weeks = NaiveDate::from_ymd_opt(year, 12, 28).and_then(number).map_or(52, |last| last.1);
    rule.week_numbers.contains(&week) || rule.week_numbers.contains(&(week - weeks - 1))
}

/// Those at the positions that are asked for, counted from the period's first or last; all of them
/// where none are.
fn chosen(all: Vec<NaiveDateTime>, positions: &[i32]) -> Vec<NaiveDateTime> {
    if positions.is_empty() {
        return all;
    }
    let length = all.len() as i32;
    let wanted = |index: usize| {
        let place = index as i32 + 1;
        positions.contains(&place) || positions.contains(&(place - length - 1))
    };
    all.iter().enumerate().filter(|(index, _)| wanted(*index)).map(|(_, time)| *time).collect()
}

/// Whether a time does not lie after the rule's end. An end in UTC means an instant, a day all of
/// that day.
fn before_end(
    time: NaiveDateTime,
    rule: &Rule,
    instant: &dyn Fn(NaiveDateTime) -> Option<DateTime<Utc>>,
) -> bool {
    match rule.until {
        None => true,
        Some(Moment::Date(day)) => time.date() <= day,
        Some(Moment::Local(end)) => time <= end,
        Some(Moment::Utc(end)) => instant(time).is_some_and(|at| at <= end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn dates(rule: &str, start: &str, to: &str) -> Option<Vec<String>> {
        let rule = Rule::parse(rule).expect("a rule");
        let start: NaiveDateTime = start.parse().expect("a time");
        let to = to.parse().expect("a time");
        let mut budget = Budget::new(&Limits::default());
        budget.start_event();
        let utc = |local: NaiveDateTime| Some(local.and_utc());
        let found = expand(&rule, start, (start, to), &utc, &mut budget)?;
        Some(found.iter().map(|time| time.format("%m-%d %H:%M").to_string()).collect())
    }

    #[test]
    fn rules_name_the_days_they_should() {
        let start = "2026-11-30T09:00:00";
        let of = |rule| dates(rule, start, "2027-04-01T00:00:00").expect("few").join(", ");
        for (rule, expected) in [
            // The last day counts whole, also where the standard wants a time.
            ("FREQ=DAILY;UNTIL=20261201", "11-30 09:00, 12-01 09:00"),
            ("FREQ=DAILY;COUNT=3", "11-30 09:00, 12-01 09:00, 12-02 09:00"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=3", "12-01 09:00, 12-03 09:00, 12-15 09:00"),
            ("FREQ=MONTHLY;COUNT=3", "11-30 09:00, 12-30 09:00, 01-30 09:00"),
            ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", "11-30 09:00, 12-31 09:00"),
            ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", "12-25 09:00, 01-29 09:00"),
            // The next Friday the 13th comes in August.
            ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=1", ""),
            (
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1;COUNT=3",
                "11-30 09:00, 12-01 09:00, 12-31 09:00",
            ),
            ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=1", "01-04 09:00"),
            ("FREQ=YEARLY;BYYEARDAY=1,-1;COUNT=2", "12-31 09:00, 01-01 09:00"),
            (
                "FREQ=DAILY;BYHOUR=9,18;UNTIL=20261201T120000Z",
                "11-30 09:00, 11-30 18:00, 12-01 09:00",
            ),
        ] {
            assert_eq!(of(rule), expected, "{rule}");
        }
    }

    #[test]
    fn work_is_bounded_before_it_is_done() {
        let all = |to: u32| (0..to).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let seconds = format!(
            "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR={};BYMINUTE={};BYSECOND={}",
            all(24),
            all(60),
            all(60)
        );
        assert_eq!(dates(&seconds, "2026-01-01T00:00:00", "2027-01-01T00:00:00"), None);
        let never = "FREQ=DAILY;COUNT=1;BYMONTH=2;BYMONTHDAY=30";
        assert_eq!(dates(never, "0001-01-01T00:00:00", "9999-01-01T00:00:00"), None);
        // An open rule skips what lies before.
        let rule = Rule::parse("FREQ=DAILY").expect("a rule");
        let mut budget = Budget::new(&Limits { event_steps: 100, ..Limits::default() });
        budget.start_event();
        let time = |text: &str| text.parse::<NaiveDateTime>().expect("a time");
        let span = (time("2026-11-30T00:00:00"), time("2026-12-07T00:00:00"));
        let utc = |local: NaiveDateTime| Some(local.and_utc());
        let found = expand(&rule, time("0001-01-01T08:00:00"), span, &utc, &mut budget);
        assert_eq!(found.map(|found| found.len()), Some(7));
    }
}
