//! The spans of time that figures are about: ISO weeks, months and quarters of whole weeks.
//!
//! A week belongs to the month in which its Thursday lies, as ISO 8601 has it for years; a month
//! belongs to one quarter of the organization's fiscal year. So spans nest: no week is in two
//! months, and a month is exactly its four or five weeks.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// What kind of span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanKind {
    /// An ISO week.
    Week,
    /// The weeks whose Thursday lies in a month.
    Month,
    /// Three months, from the fiscal year's first.
    Quarter,
}

/// Days after its end until a span is closed: fourteen in which the two may speak of its last
/// meeting, and a week for claims of the last days. What is not settled then counts as unconfirmed.
pub const GRACE: u64 = 21;

/// A span of whole weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Kind.
    pub kind: SpanKind,
    /// Its first Monday.
    pub from: NaiveDate,
    /// The Monday after it.
    pub until: NaiveDate,
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(day.weekday().num_days_from_monday().into())
}

/// The first Monday of a month's weeks.
fn first_monday(month: NaiveDate) -> NaiveDate {
    let first = month.with_day(1).unwrap_or(month);
    let past =
        (first.weekday().num_days_from_monday() + 7 - Weekday::Thu.num_days_from_monday()) % 7;
    let thursday = first + Days::new(u64::from((7 - past) % 7));
    thursday - Days::new(3)
}

impl Span {
    /// The week of a day.
    pub fn week(day: NaiveDate) -> Self {
        let from = monday(day);
        Self { kind: SpanKind::Week, from, until: from + Days::new(7) }
    }

    /// The span of a kind in which a day lies; fiscal years start in the month `fiscal`, 1 to 12.
    pub fn of(kind: SpanKind, day: NaiveDate, fiscal: u8) -> Self {
        // The month in which the day's Thursday lies.
        let thursday = monday(day) + Days::new(3);
        let month = thursday.with_day(1).unwrap_or(thursday);
        match kind {
            SpanKind::Week => Self::week(day),
            SpanKind::Month => Self::months(kind, month, 1),
            SpanKind::Quarter => {
                let into = (month.month() + 12 - u32::from(fiscal)) % 3;
                let first = month.checked_sub_months(Months::new(into)).unwrap_or(month);
                Self::months(kind, first, 3)
            }
        }
    }

    fn months(kind: SpanKind, first: NaiveDate, count: u32) -> Self {
        let next = first.checked_add_months(Months::new(count)).unwrap_or(first);
        Self { kind, from: first_monday(first), until: first_monday(next) }
    }

    /// The span of the same kind before.
    pub fn before(&self) -> Self {
        let count = match self.kind {
            SpanKind::Week => return Self::week(self.from - Days::new(7)),
            SpanKind::Month => 1,
            SpanKind::Quarter => 3,
        };
        let named = self.named_by();
        let first = named.with_day(1).and_then(|it| it.checked_sub_months(Months::new(count)));
        Self::months(self.kind, first.unwrap_or(named), count)
    }

    /// Its weeks, by their Mondays.
    pub fn weeks(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let until = self.until;
        self.from.iter_weeks().take_while(move |week| *week < until)
    }

    /// The months of a quarter.
    pub fn months_of(&self, fiscal: u8) -> Vec<Self> {
        let mut months: Vec<Self> =
            self.weeks().map(|week| Self::of(SpanKind::Month, week, fiscal)).collect();
        months.dedup();
        months
    }

    /// Whether a day lies in it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day < self.until
    }

    /// The first day on which it is closed.
    pub fn closes_on(&self) -> NaiveDate {
        self.until + Days::new(GRACE)
    }

    /// A Thursday of its first week: names its year, month or week.
    pub fn named_by(&self) -> NaiveDate {
        self.from + Days::new(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::TimeDelta::days(n)
    }

    #[test]
    fn december_2026_ends_on_its_last_thursdays_sunday() {
        let december = Span::of(SpanKind::Month, NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(), 4);
        // Thursday 31 December: the week up to 3 January is still December's.
        assert_eq!(december.from, NaiveDate::from_ymd_opt(2026, 11, 30).unwrap());
        assert_eq!(december.until, NaiveDate::from_ymd_opt(2027, 1, 4).unwrap());
    }

    proptest! {
        #[test]
        fn spans_nest_and_cover_every_day_once(n in 0_i64..6_000, fiscal in 1_u8..=12) {
            let it = day(n);
            let [week, month, quarter] = [SpanKind::Week, SpanKind::Month, SpanKind::Quarter]
                .map(|kind| Span::of(kind, it, fiscal));
            for span in [week, month, quarter] {
                prop_assert!(span.contains(it));
                prop_assert_eq!(span.from.weekday(), Weekday::Mon);
                prop_assert_eq!(Span::of(span.kind, span.from, fiscal), span);
                prop_assert_eq!(span.before().until, span.from);
                prop_assert_eq!(span.before(), Span::of(span.kind, span.before().from, fiscal));
                let again = Span::of(span.kind, span.until - Days::new(1), fiscal);
                prop_assert_eq!(again, span);
            }
            prop_assert!(month.from <= week.from && week.until <= month.until);
            prop_assert!(quarter.from <= month.from && month.until <= quarter.until);
            prop_assert!((4..=5).contains(&month.weeks().count()));
            prop_assert_eq!(quarter.months_of(fiscal).len(), 3);
            let named = quarter.named_by().month();
            prop_assert_eq!((named + 12 - u32::from(fiscal)) % 3, 0);
        }
    }
}
