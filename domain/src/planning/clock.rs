//! Wall-clock times and weekly windows as the planner reads them: whole minutes.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::organization::Weekday;

/// Minutes of a day.
pub(super) const DAY: i32 = 1440;
/// Minutes of a week.
pub(super) const WEEK: i32 = 7 * DAY;

/// A wall-clock time in whole minutes since midnight, written `HH:MM`. `24:00` is the end of a day
/// and only means something as the end of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock(u16);

impl Clock {
    /// The time `minutes` after midnight, up to 24:00.
    pub fn from_minutes(minutes: u32) -> Option<Self> {
        (minutes <= DAY as u32).then_some(Self(minutes as u16))
    }

    /// Minutes since midnight, 0 to 1440.
    pub fn minutes(self) -> u32 {
        self.0.into()
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        read(&text).ok_or_else(|| D::Error::custom(format!("“{text}” is not a time HH:MM")))
    }
}

fn read(text: &str) -> Option<Clock> {
    let (hour, minute) = text.split_once(':')?;
    let two = |part: &str| -> Option<u32> {
        (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse().ok())?
    };
    let (hour, minute) = (two(hour)?, two(minute)?);
    (minute < 60).then(|| Clock::from_minutes(hour * 60 + minute))?
}

/// A wall-clock span on one weekday, read in the zone of whoever it is applied to. An end of
/// `24:00` or `00:00` is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The day; 1 is Monday.
    pub weekday: Weekday,
    /// First minute.
    pub from: Clock,
    /// End, excluded.
    pub to: Clock,
}

impl Window {
    /// The working hours of someone who stated none: Monday to Friday, 09:00–12:00, 13:00–18:00.
    pub fn working_week() -> Vec<Self> {
        (Weekday::all().take(5))
            .flat_map(|weekday| {
                [(9, 12), (13, 18)].map(|(from, to)| Self {
                    weekday,
                    from: Clock(from * 60),
                    to: Clock(to * 60),
                })
            })
            .collect()
    }

    /// Start and end in minutes since Monday 00:00; the end is excluded.
    pub(super) fn span(&self) -> (i32, i32) {
        let day = (i32::from(self.weekday.number()) - 1) * DAY;
        let end = if self.to.0 == 0 { DAY } else { self.to.0.into() };
        (day + i32::from(self.from.0), day + end)
    }
}

/// Sorts spans and joins those that touch, so that a meeting may run across a seam.
pub(super) fn join(mut spans: Vec<(i32, i32)>) -> Vec<(i32, i32)> {
    spans.retain(|(from, to)| from < to);
    spans.sort_unstable();
    let mut joined: Vec<(i32, i32)> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// What two joined lists of spans have in common.
pub(super) fn intersect(left: &[(i32, i32)], right: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let mut common = Vec::new();
    for a in left {
        for b in right {
            let (from, to) = (a.0.max(b.0), a.1.min(b.1));
            if from < to {
                common.push((from, to));
            }
        }
    }
    common
}

/// Whether `minutes` from `start` (minutes of the week, in `0..WEEK`) lie inside joined weekly
/// spans. A meeting that runs over Sunday midnight goes on in Monday's spans.
pub(super) fn inside(spans: &[(i32, i32)], start: i32, minutes: i32) -> bool {
    let within = |from: i32, to: i32| {
        let next = spans.partition_point(|span| span.0 <= from);
        next > 0 && to <= spans[next - 1].1
    };
    let end = start + minutes;
    if end <= WEEK { within(start, end) } else { within(start, WEEK) && within(0, end - WEEK) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_two_digits_each() {
        for (text, minutes) in [("00:00", 0), ("09:30", 570), ("24:00", 1440)] {
            assert_eq!(read(text).map(Clock::minutes), Some(minutes));
        }
        for text in ["9:00", "09:60", "24:01", "0900", "09:00:00", "+9:00", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_meeting_may_cross_a_seam_and_the_end_of_the_week() {
        let hours = join(vec![(60, 120), (0, 60), (WEEK - 60, WEEK)]);
        assert_eq!(hours, [(0, 120), (WEEK - 60, WEEK)]);
        assert!(inside(&hours, 30, 60));
        assert!(inside(&hours, WEEK - 30, 60));
        assert!(!inside(&hours, 90, 60));
        assert!(!inside(&hours, 600, 30));
    }
}
