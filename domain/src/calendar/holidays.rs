//! Public holidays of the countries whose zones people work in, as data.
//!
//! The table is written by `tests/tools/public_holidays.py`; an organization adds its own days. Zones of
//! other countries have no public holidays here until a row says so.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::NaiveDate;
use chrono_tz::Tz;

static TABLE: LazyLock<BTreeMap<(&'static str, NaiveDate), &'static str>> = LazyLock::new(|| {
    include_str!("holidays.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.splitn(3, ',');
            let country = fields.next()?;
            let day = fields.next()?.parse().ok()?;
            Some(((country, day), fields.next()?.trim_matches('"')))
        })
        .collect()
});

/// The country whose holidays people in `zone` keep, as an ISO 3166 code.
pub fn country(zone: Tz) -> Option<&'static str> {
    match zone.name() {
        "Asia/Tokyo" | "Japan" => Some("JP"),
        "Europe/Berlin" | "Europe/Busingen" => Some("DE"),
        "America/New_York"
        | "America/Chicago"
        | "America/Denver"
        | "America/Los_Angeles"
        | "America/Phoenix"
        | "America/Anchorage"
        | "America/Detroit"
        | "America/Boise"
        | "Pacific/Honolulu" => Some("US"),
        name if name.starts_with("US/") || name.starts_with("America/Indiana/") => Some("US"),
        _ => None,
    }
}

/// Public holidays of `zone` from `from` up to `until` (excluded), with their names.
pub fn between(
    zone: Tz,
    from: NaiveDate,
    until: NaiveDate,
) -> impl Iterator<Item = (NaiveDate, &'static str)> {
    country(zone).into_iter().filter(move |_| from < until).flat_map(move |country| {
        TABLE.range((country, from)..(country, until)).map(|((_, day), name)| (*day, *name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japan_new_year_berlin_unity_day_and_juneteenth() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let names =
            |zone, from, until| between(zone, from, until).map(|(_, n)| n).collect::<Vec<_>>();
        assert_eq!(names(Tz::Asia__Tokyo, day(2027, 1, 1), day(2027, 1, 12)), ["元日", "成人の日"]);
        assert_eq!(names(Tz::Europe__Berlin, day(2026, 10, 3), day(2026, 10, 4)).len(), 1);
        assert_eq!(names(Tz::America__New_York, day(2026, 6, 19), day(2026, 6, 20)).len(), 1);
        assert!(names(Tz::UTC, day(2026, 1, 1), day(2027, 1, 1)).is_empty());
        // A substitute holiday: 2025-02-23 is a Sunday.
        assert_eq!(between(Tz::Asia__Tokyo, day(2025, 2, 24), day(2025, 2, 25)).count(), 1);
    }
}
