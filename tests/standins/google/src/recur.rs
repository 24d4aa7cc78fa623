//! Occurrences of simple series
//! (<https://developers.google.com/workspace/calendar/api/guides/recurringevents>): DAILY and
//! WEEKLY with INTERVAL, COUNT, UNTIL and BYDAY, by the wall clock of the series' zone.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::state::Item;

/// Series without an end are cut here.
const MOST: usize = 400;

pub(crate) struct Occurrence {
    pub(crate) id: String,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) start: Value,
    pub(crate) end: Value,
}

/// When an event is, in the zone of its calendar for whole days.
pub(crate) fn span(item: &Item, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    Some((instant(item.body.get("start")?, zone)?, instant(item.body.get("end")?, zone)?))
}

pub(crate) fn instant(at: &Value, zone: Tz) -> Option<DateTime<Utc>> {
    if let Some(text) = at["dateTime"].as_str() {
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Some(at.to_utc());
        }
        // Without an offset the zone is named.
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok()?;
        return Some(resolve(local, at["timeZone"].as_str()?.parse().ok()?));
    }
    let date: NaiveDate = at["date"].as_str()?.parse().ok()?;
    Some(resolve(date.and_hms_opt(0, 0, 0)?, zone))
}

/// A time that is skipped comes later by the gap; of two the first is meant.
fn resolve(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    (0..=180)
        .step_by(15)
        .find_map(|minutes| {
            zone.from_local_datetime(&(local + TimeDelta::minutes(minutes))).earliest()
        })
        .map_or_else(|| local.and_utc(), |at| at.to_utc())
}

/// The occurrences of a series, in order.
pub(crate) fn expand(id: &str, item: &Item, calendar: Tz) -> Vec<Occurrence> {
    let (Some(rules), Some(start)) = (item.rules(), item.body.get("start")) else {
        return Vec::new();
    };
    let all_day = start["date"].is_string();
    let zone = start["timeZone"].as_str().and_then(|name| name.parse().ok()).unwrap_or(calendar);
    let Some((first, last)) = span(item, calendar) else { return Vec::new() };
    let length = last - first;
    let local = first.with_timezone(if all_day { &calendar } else { &zone }).naive_local();
    let (mut weekly, mut every, mut count, mut until, mut days) =
        (false, 1, MOST, None, Vec::<Weekday>::new());
    for part in rules.trim_start_matches("RRULE:").split(';') {
        match part.split_once('=') {
            Some(("FREQ", freq)) => weekly = freq == "WEEKLY",
            Some(("INTERVAL", n)) => every = n.parse().unwrap_or(1),
            Some(("COUNT", n)) => count = n.parse().unwrap_or(MOST),
            Some(("UNTIL", text)) => {
                until = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ")
                    .ok()
                    .map(|at| at.and_utc());
            }
            Some(("BYDAY", list)) => {
                days = list
                    .split(',')
                    .filter_map(|day| match day {
                        "MO" => Some(Weekday::Mon),
                        "TU" => Some(Weekday::Tue),
                        "WE" => Some(Weekday::Wed),
                        "TH" => Some(Weekday::Thu),
                        "FR" => Some(Weekday::Fri),
                        "SA" => Some(Weekday::Sat),
                        "SU" => Some(Weekday::Sun),
                        _ => None,
                    })
                    .collect();
            }
            _ => {}
        }
    }
    let monday = |date: NaiveDate| date.week(Weekday::Mon).first_day();
    let mut out = Vec::new();
    for day in 0.. {
        if out.len() >= count.min(MOST) || day > 4_000 {
            break;
        }
        let date = local.date() + TimeDelta::days(day);
        let due = if weekly {
            let weeks = (monday(date) - monday(local.date())).num_weeks();
            let named = if days.is_empty() {
                date.weekday() == local.date().weekday()
            } else {
                days.contains(&date.weekday())
            };
            weeks % every == 0 && named
        } else {
            day % every == 0
        };
        if !due {
            continue;
        }
        let starts_at = resolve(date.and_time(local.time()), if all_day { calendar } else { zone });
        if until.is_some_and(|until| starts_at > until) {
            break;
        }
        let ends_at = starts_at + length;
        let (suffix, start, end) = if all_day {
            let end = date + TimeDelta::days(length.num_days().max(1));
            (date.format("%Y%m%d").to_string(), json!({"date": date}), json!({"date": end}))
        } else {
            let time = |at: DateTime<Utc>| {
                json!({
                    "dateTime": at.with_timezone(&zone).to_rfc3339(), "timeZone": zone.name(),
                })
            };
            (starts_at.format("%Y%m%dT%H%M%SZ").to_string(), time(starts_at), time(ends_at))
        };
        out.push(Occurrence { id: format!("{id}_{suffix}"), starts_at, ends_at, start, end });
    }
    out
}
