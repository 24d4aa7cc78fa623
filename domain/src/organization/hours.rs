//! Weekly wall-clock windows: working hours, cadence windows, reserved windows.

use std::{fmt, str::FromStr};

use chrono::{NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

/// ISO weekday, Monday = 1 to Sunday = 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Weekday(u8);

impl Weekday {
    /// Monday.
    pub const MONDAY: Self = Self(1);

    /// All seven, Monday first.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=7).map(Self)
    }

    /// The ISO number, 1 to 7.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Weekday {
    type Error = HoursError;
    fn try_from(number: u8) -> Result<Self, HoursError> {
        if (1..=7).contains(&number) { Ok(Self(number)) } else { Err(HoursError::Weekday(number)) }
    }
}

impl From<Weekday> for u8 {
    fn from(day: Weekday) -> u8 {
        day.0
    }
}

impl From<chrono::Weekday> for Weekday {
    fn from(day: chrono::Weekday) -> Self {
        Self(day.number_from_monday() as u8)
    }
}

/// A wall-clock span on one weekday. `to` may be midnight (00:00), meaning the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WeeklyWindow {
    /// The day.
    pub weekday: Weekday,
    /// First minute, wall clock.
    #[serde(with = "hh_mm")]
    pub from: NaiveTime,
    /// End, excluded, wall clock.
    #[serde(with = "hh_mm")]
    pub to: NaiveTime,
}

impl WeeklyWindow {
    /// Start and end as minutes of the day; the end is 1440 for midnight.
    pub fn minutes(&self) -> (u32, u32) {
        let minute = |time: NaiveTime| time.hour() * 60 + time.minute();
        let end = minute(self.to);
        (minute(self.from), if end == 0 { 1440 } else { end })
    }
}

/// A person's weekly working hours, in the person's own zone.
///
/// Its text form, used in files, is `Mon-Fri 09:00-12:00 13:00-18:00; Sat 09:00-12:00`; Japanese
/// day names (月-金, 月〜金) are read too.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingHours(Vec<WeeklyWindow>);

impl WorkingHours {
    /// Checks that every window is a real span and none overlap, and sorts them.
    pub fn new(mut windows: Vec<WeeklyWindow>) -> Result<Self, HoursError> {
        windows.sort();
        for window in &windows {
            let (from, to) = window.minutes();
            if from >= to {
                return Err(HoursError::Empty(window.from, window.to));
            }
        }
        for two in windows.windows(2) {
            if two[0].weekday == two[1].weekday && two[1].minutes().0 < two[0].minutes().1 {
                return Err(HoursError::Overlap(two[0].weekday));
            }
        }
        Ok(Self(windows))
    }

    /// The windows, by weekday and time.
    pub fn windows(&self) -> &[WeeklyWindow] {
        &self.0
    }

    /// Whether a span of one day, in minutes of the wall clock, lies within them; windows that
    /// touch count as one.
    pub fn cover(&self, weekday: Weekday, from: u32, to: u32) -> bool {
        let mut reached = from;
        for window in self.0.iter().filter(|window| window.weekday == weekday) {
            let (starts, ends) = window.minutes();
            if starts <= reached && reached < ends {
                reached = ends;
            }
        }
        reached >= to
    }
}

impl Default for WorkingHours {
    /// Monday to Friday, 09:00–12:00 and 13:00–18:00.
    fn default() -> Self {
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour of the day");
        Self(
            (1..=5)
                .flat_map(|day| {
                    [(9, 12), (13, 18)].map(|(from, to)| WeeklyWindow {
                        weekday: Weekday(day),
                        from: at(from),
                        to: at(to),
                    })
                })
                .collect(),
        )
    }
}

/// Why weekly windows cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not an ISO weekday number.
    #[error("weekday {0} is not between 1 (Monday) and 7 (Sunday)")]
    Weekday(u8),
    /// It ends before it starts.
    #[error("the window {0}–{1} ends before it starts")]
    Empty(NaiveTime, NaiveTime),
    /// Two windows of a day overlap.
    #[error("two windows of weekday {} overlap", .0.0)]
    Overlap(Weekday),
    /// The text is not of the form.
    #[error("“{0}” is not of the form “Mon-Fri 09:00-12:00 13:00-18:00; Sat 09:00-12:00”")]
    Text(String),
}

const DAYS: [(&str, &str); 7] = [
    ("mon", "月"),
    ("tue", "火"),
    ("wed", "水"),
    ("thu", "木"),
    ("fri", "金"),
    ("sat", "土"),
    ("sun", "日"),
];
const ENGLISH: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

fn day(text: &str) -> Option<u8> {
    let lower = text.to_lowercase();
    DAYS.iter()
        .position(|(english, japanese)| {
            lower.strip_prefix(english).is_some_and(|rest| rest.chars().all(char::is_alphabetic))
                || matches!(lower.strip_prefix(japanese), Some("" | "曜" | "曜日"))
        })
        .map(|index| index as u8 + 1)
}

impl FromStr for WorkingHours {
    type Err = HoursError;
    fn from_str(text: &str) -> Result<Self, HoursError> {
        let bad = || HoursError::Text(text.to_owned());
        let normal = text.replace(['〜', '～', '–', '—', '－', 'ー'], "-").replace('、', ",");
        let mut windows = Vec::new();
        for part in normal.split([';', '；']).map(str::trim).filter(|part| !part.is_empty()) {
            let (mut days, mut spans) = (Vec::new(), Vec::new());
            for word in part.split([' ', ',', '　', '・']).filter(|word| !word.is_empty()) {
                if word.starts_with(|c: char| c.is_ascii_digit()) {
                    let (from, to) = word.split_once('-').ok_or_else(bad)?;
                    spans.push((time(from).ok_or_else(bad)?, time(to).ok_or_else(bad)?));
                } else if let Some((first, last)) = word.split_once('-') {
                    let (first, last) = (day(first).ok_or_else(bad)?, day(last).ok_or_else(bad)?);
                    if first > last {
                        return Err(bad());
                    }
                    days.extend(first..=last);
                } else {
                    days.push(day(word).ok_or_else(bad)?);
                }
            }
            if days.is_empty() && !spans.is_empty() {
                days.extend(1..=5);
            }
            if days.is_empty() || spans.is_empty() {
                return Err(bad());
            }
            for day in days {
                windows.extend(spans.iter().map(|&(from, to)| WeeklyWindow {
                    weekday: Weekday(day),
                    from,
                    to,
                }));
            }
        }
        if windows.is_empty() { Err(bad()) } else { Self::new(windows) }
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    if text == "24:00" {
        return Some(NaiveTime::MIN);
    }
    let (hour, minute) = text.split_once(':').unwrap_or((text, "00"));
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
}

impl fmt::Display for WorkingHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Days with the same spans that follow each other are one group.
        let spans = |number: u8| -> Vec<(NaiveTime, NaiveTime)> {
            self.0.iter().filter(|w| w.weekday.0 == number).map(|w| (w.from, w.to)).collect()
        };
        let mut number = 1;
        let mut first_group = true;
        while number <= 7 {
            let these = spans(number);
            let mut last = number;
            while last < 7 && spans(last + 1) == these {
                last += 1;
            }
            if !these.is_empty() {
                if !first_group {
                    f.write_str("; ")?;
                }
                first_group = false;
                f.write_str(ENGLISH[number as usize - 1])?;
                if last > number {
                    write!(f, "-{}", ENGLISH[last as usize - 1])?;
                }
                for (from, to) in these {
                    let to = if to == NaiveTime::MIN {
                        "24:00".to_owned()
                    } else {
                        to.format("%H:%M").to_string()
                    };
                    write!(f, " {}-{to}", from.format("%H:%M"))?;
                }
            }
            number = last + 1;
        }
        Ok(())
    }
}

/// `HH:MM` in JSON; `24:00` is midnight at the end of the day.
mod hh_mm {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(time: &NaiveTime, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&time.format("%H:%M"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(from)?;
        super::time(&text).ok_or_else(|| D::Error::custom(format!("“{text}” is not HH:MM")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_a_round_trip() {
        for text in [
            "Mon-Fri 09:00-12:00 13:00-18:00",
            "Mon-Thu 10:00-17:00; Fri 10:00-15:00; Sat 09:00-24:00",
        ] {
            assert_eq!(text.parse::<WorkingHours>().unwrap().to_string(), text);
        }
        assert_eq!("Mon-Fri 9-12 13-18".parse(), Ok(WorkingHours::default()));
        assert_eq!("月〜金 9:00-12:00、13:00-18:00".parse(), Ok(WorkingHours::default()));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "soon", "Mon 18:00-09:00", "Mon", "Fri-Mon 09:00-10:00", "Mon 25:00-26:00"]
        {
            assert!(text.parse::<WorkingHours>().is_err(), "{text}");
        }
    }
}
