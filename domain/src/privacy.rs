//! How long content is kept, and what is left of a person who was erased.

use chrono::{Months, NaiveDate};

use crate::organization::Locale;

/// The shortest and the longest time content may be kept for, in months.
pub const MONTHS: std::ops::RangeInclusive<u32> = 3..=240;

/// How long an organization keeps what people write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// So many months after it was closed, held or written; for ever if none.
    pub months: Option<u32>,
    /// Counts its changes; 0 = never set.
    pub version: i64,
}

impl Retention {
    /// The day before which what was closed, held or written goes.
    pub fn cutoff(&self, today: NaiveDate) -> Option<NaiveDate> {
        today.checked_sub_months(Months::new(self.months?))
    }
}

/// What a person who was erased is called.
pub fn erased_name(locale: Locale) -> &'static str {
    match locale {
        Locale::Ja => "（削除済み）",
        Locale::En => "(erased)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_on_days_that_there_are() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let kept = |months| Retention { months, version: 1 };
        assert_eq!(kept(None).cutoff(day("2026-05-31")), None);
        assert_eq!(kept(Some(3)).cutoff(day("2026-05-31")), Some(day("2026-02-28")));
        assert_eq!(kept(Some(12)).cutoff(day("2024-02-29")), Some(day("2023-02-28")));
    }
}
