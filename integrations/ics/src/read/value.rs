//! Values of properties: dates, times, durations, periods, offsets.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::zone::{Zone, Zones};

/// A date or a time as written, before its zone is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Date(NaiveDate),
    Local(NaiveDateTime),
    Utc(DateTime<Utc>),
}

impl Moment {
    /// The instant; a wall-clock time in `zone`, a day from its midnight in the floating zone.
    pub(super) fn in_zone(self, zone: &Zone, zones: &Zones) -> Option<DateTime<Utc>> {
        match self {
            Self::Date(day) => zones.floating().instant(day.and_time(NaiveTime::MIN)),
            Self::Local(time) => zone.instant(time),
            Self::Utc(instant) => Some(instant),
        }
    }
}

/// `20261201`, `20261201T100000` or `20261201T100000Z`.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let Some((day, time)) = text.split_once(['T', 't']) else {
        return date(text).map(Moment::Date);
    };
    let day = date(day)?;
    match time.strip_suffix(['Z', 'z']) {
        Some(time) => Some(Moment::Utc(day.and_time(clock(time)?).and_utc())),
        None => Some(Moment::Local(day.and_time(clock(time)?))),
    }
}

fn digits<const N: usize>(text: &str) -> Option<u32> {
    (text.len() == N && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn date(text: &str) -> Option<NaiveDate> {
    let number = digits::<8>(text)?;
    let year = i32::try_from(number / 10_000).ok()?;
    NaiveDate::from_ymd_opt(year, number / 100 % 100, number % 100)
}

/// A leap second is the second before it.
fn clock(text: &str) -> Option<NaiveTime> {
    let number = digits::<6>(text)?;
    NaiveTime::from_hms_opt(number / 10_000, number / 100 % 100, (number % 100).min(59))
        .filter(|_| number % 100 <= 60)
}

/// A length of time. Days follow the calendar and the rest follows the clock: a day is 23 hours
/// long where summer time begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) days: u64,
    pub(super) seconds: i64,
}

impl Length {
    /// When something ends that starts at `start`.
    pub(super) fn after(self, start: DateTime<Utc>, zone: &Zone) -> Option<DateTime<Utc>> {
        let local = zone.local(start)?.checked_add_days(Days::new(self.days))?;
        let day = if self.days == 0 { start } else { zone.instant(local)? };
        day.checked_add_signed(Duration::try_seconds(self.seconds)?)
    }
}

/// `P1D`, `PT1H30M`, `P2W`, `P1DT12H`. Negative ones are for alarms.
pub(super) fn length(text: &str) -> Option<Length> {
    let text = text.trim();
    let rest = text.strip_prefix('+').unwrap_or(text).strip_prefix(['P', 'p'])?;
    let (mut length, mut number, mut clock) = (Length::default(), String::new(), false);
    let mut any = false;
    for character in rest.chars() {
        let unit = character.to_ascii_uppercase();
        if character.is_ascii_digit() {
            number.push(character);
            continue;
        }
        if unit == 'T' && number.is_empty() && !clock {
            clock = true;
            continue;
        }
        // At most nine digits: nothing below can overflow.
        let count: u32 = (number.len() <= 9).then(|| number.parse().ok())??;
        match (unit, clock) {
            ('W', false) => length.days += 7 * u64::from(count),
            ('D', false) => length.days += u64::from(count),
            ('H', true) => length.seconds += 3600 * i64::from(count),
            ('M', true) => length.seconds += 60 * i64::from(count),
            ('S', true) => length.seconds += i64::from(count),
            _ => return None,
        }
        number.clear();
        any = true;
    }
    (any && number.is_empty()).then_some(length)
}

/// The end of a period: an instant of its own or a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    At(Moment),
    After(Length),
}

impl End {
    /// The span from `start`; `None` when it ends before.
    pub(super) fn span(
        self,
        start: DateTime<Utc>,
        zone: &Zone,
        zones: &Zones,
    ) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let end = match self {
            Self::At(moment) => moment.in_zone(zone, zones)?,
            Self::After(length) => length.after(start, zone)?,
        };
        (start <= end).then_some((start, end))
    }
}

/// `20261201T000000Z/20261201T010000Z` or `20261201T000000Z/PT1H`.
pub(super) fn period(text: &str) -> Option<(Moment, End)> {
    let (start, end) = text.split_once('/')?;
    let end = moment(end).map(End::At).or_else(|| length(end).map(End::After))?;
    Some((moment(start)?, end))
}

/// `+0900`, `-045616`: seconds east of UTC.
pub(super) fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let number = match rest.len() {
        4 => digits::<4>(rest)? * 100,
        _ => digits::<6>(rest)?,
    };
    let (hours, minutes, seconds) = (number / 10_000, number / 100 % 100, number % 100);
    let total = i32::try_from(hours * 3600 + minutes * 60 + seconds).ok()?;
    (hours < 24 && minutes < 60 && seconds < 60).then_some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day");
        assert_eq!(moment("20261201"), Some(Moment::Date(day)));
        let ten = day.and_hms_opt(10, 0, 0).expect("a time");
        assert_eq!(moment("20261201T100000"), Some(Moment::Local(ten)));
        assert_eq!(moment("20261201T100000Z"), Some(Moment::Utc(ten.and_utc())));
        assert_eq!(length("P1DT2H"), Some(Length { days: 1, seconds: 7200 }));
        assert_eq!(length("+P2W"), Some(Length { days: 14, seconds: 0 }));
        assert_eq!(length("PT15M"), Some(Length { days: 0, seconds: 900 }));
        assert_eq!(offset("-0330"), Some(-12_600));
        assert_eq!(offset("+092800"), Some(34_080));
    }

    #[test]
    fn nonsense_is_no_value() {
        for text in
            ["", "T", "2026", "20261301", "20261201T", "20261201T250000", "２０２６１２０１"]
        {
            assert_eq!(moment(text), None, "{text}");
        }
        for text in ["", "P", "PT", "1D", "P1", "PT1D", "P1H", "-PT1H", "P9999999999D", "P1é"] {
            assert_eq!(length(text), None, "{text}");
        }
        for text in ["", "+9", "+2500", "+0960", "0é00", "+09:00"] {
            assert_eq!(offset(text), None, "{text}");
        }
        assert_eq!(period("20261201T000000Z"), None);
        assert_eq!(period("/"), None);
    }
}
