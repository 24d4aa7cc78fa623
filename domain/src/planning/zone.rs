//! Zones over the horizon. Instants are minutes since the horizon's first Monday 00:00 UTC, local
//! times are minutes since that Monday 00:00 on the zone's own clock.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::clock::{DAY, WEEK};

/// Turns calendar time into minutes since the start of the horizon and back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Epoch(NaiveDateTime);

impl Epoch {
    pub(super) fn new(monday: NaiveDate) -> Self {
        Self(monday.and_time(NaiveTime::MIN))
    }

    /// The minute in which an instant lies; far ones are clamped far outside any horizon.
    pub(super) fn floor(self, instant: DateTime<Utc>) -> i32 {
        Self::near(self.seconds(instant).div_euclid(60))
    }

    /// The first whole minute at or after an instant.
    pub(super) fn ceil(self, instant: DateTime<Utc>) -> i32 {
        let begun = i64::from(instant.timestamp_subsec_nanos() > 0);
        Self::near((self.seconds(instant) + begun + 59).div_euclid(60))
    }

    fn seconds(self, instant: DateTime<Utc>) -> i64 {
        instant.timestamp() - self.0.and_utc().timestamp()
    }

    fn near(minutes: i64) -> i32 {
        minutes.clamp(-(1 << 30), 1 << 30) as i32
    }

    pub(super) fn instant(self, minutes: i32) -> DateTime<Utc> {
        (self.0 + TimeDelta::minutes(minutes.into())).and_utc()
    }

    /// Days from the start of the horizon to `date`.
    pub(super) fn day(self, date: NaiveDate) -> i32 {
        (date - self.0.date()).num_days().clamp(-(1 << 19), 1 << 19) as i32
    }

    pub(super) fn monday(self, week: usize) -> NaiveDate {
        self.0.date() + TimeDelta::weeks(week as i64)
    }
}

/// A stretch of constant offset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// First instant.
    pub(super) from: i32,
    /// Local minus UTC, in minutes.
    pub(super) offset: i32,
    /// The local times that this stretch answers for, end excluded. A doubled local time belongs
    /// to the earlier stretch; one that the clock jumps over belongs to none.
    pub(super) local: (i32, i32),
}

/// One IANA zone over the weeks that matter.
#[derive(Debug)]
pub(super) struct Zone {
    pub(super) name: String,
    pub(super) segments: Vec<Segment>,
    /// The start of every slot of every week, `week * slots + slot`; [`NEVER`] in a gap.
    starts: Vec<i32>,
    slots: usize,
}

/// Stands for a local time that does not exist.
pub(super) const NEVER: i32 = i32::MIN;

impl Zone {
    /// Reads the offsets of `name` from a few days before the horizon to some after its `weeks`.
    pub(super) fn new(name: &str, epoch: Epoch, weeks: usize, grid: i32) -> Self {
        let zone: Tz = name.parse().unwrap_or(Tz::UTC);
        let offset = |minute: i32| {
            let instant = epoch.instant(minute).naive_utc();
            zone.offset_from_utc_datetime(&instant).fix().local_minus_utc() / 60
        };
        let (first, last) = (-7 * DAY, weeks as i32 * WEEK + 7 * DAY);
        let mut changes = vec![(first, offset(first))];
        // No zone changes twice within six hours.
        for probe in (first..last).step_by(360) {
            let (mut before, mut after) = (probe, probe + 360);
            let new = offset(after);
            if offset(before) != new {
                while after - before > 1 {
                    let middle = before + (after - before) / 2;
                    if offset(middle) == new { after = middle } else { before = middle }
                }
                changes.push((after, new));
            }
        }
        let mut segments: Vec<Segment> = Vec::with_capacity(changes.len());
        for (index, &(from, offset)) in changes.iter().enumerate() {
            let until = changes.get(index + 1).map_or(last, |next| next.0);
            let answered = segments.last().map_or(i32::MIN, |before| before.local.1);
            let local = ((from + offset).max(answered), until + offset);
            segments.push(Segment { from, offset, local });
        }
        let slots = (WEEK / grid) as usize;
        let mut zone = Self { name: name.to_owned(), segments, starts: Vec::new(), slots };
        zone.starts = (0..weeks * slots)
            .map(|slot| zone.instant(slot as i32 * grid).unwrap_or(NEVER))
            .collect();
        zone
    }

    /// The offset in force at an instant, in minutes.
    pub(super) fn offset(&self, instant: i32) -> i32 {
        let next = self.segments.partition_point(|segment| segment.from <= instant);
        self.segments[next.saturating_sub(1)].offset
    }

    pub(super) fn local(&self, instant: i32) -> i32 {
        instant + self.offset(instant)
    }

    /// The day of the zone's calendar in which an instant lies, counted from the horizon's start.
    pub(super) fn day(&self, instant: i32) -> i32 {
        self.local(instant).div_euclid(DAY)
    }

    /// When the clock shows a local time: the earlier of two, none in a gap.
    pub(super) fn instant(&self, local: i32) -> Option<i32> {
        let segment = self.answering(local);
        (local < segment.local.1).then(|| local - segment.offset)
    }

    /// [`Self::instant`], and in a gap the time that a clock left alone would show.
    pub(super) fn nominal(&self, local: i32) -> i32 {
        local - self.answering(local).offset
    }

    fn answering(&self, local: i32) -> &Segment {
        let next = self.segments.partition_point(|segment| segment.local.0 <= local);
        &self.segments[next.saturating_sub(1)]
    }

    /// The first instant of a day of the zone's calendar.
    pub(super) fn midnight(&self, day: i32) -> i32 {
        let local = day * DAY;
        let covering = self.segments.iter().find(|segment| local < segment.local.1);
        // Where midnight is jumped over, the day starts with the jump.
        covering.map_or(i32::MAX, |segment| (local - segment.offset).max(segment.from))
    }

    /// The start of a slot in a week: [`NEVER`] where the clock jumps over it.
    pub(super) fn start(&self, week: usize, slot: usize) -> i32 {
        self.starts[week * self.slots + slot]
    }

    /// Whether two zones change their clocks at the same instants by the same amount: then local
    /// times of one map to local times of the other alike in every week.
    pub(super) fn moves_with(&self, other: &Self) -> bool {
        let step = |zone: &Self, index: usize| {
            (zone.segments[index].from, zone.segments[index].offset - zone.segments[0].offset)
        };
        self.segments.len() == other.segments.len()
            && (1..self.segments.len()).all(|index| step(self, index) == step(other, index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str, monday: (i32, u32, u32), weeks: usize) -> (Epoch, Zone) {
        let monday = NaiveDate::from_ymd_opt(monday.0, monday.1, monday.2).unwrap();
        let epoch = Epoch::new(monday);
        (epoch, Zone::new(name, epoch, weeks, 30))
    }

    #[test]
    fn a_jumped_over_time_has_no_instant_and_a_doubled_one_is_the_earlier() {
        // Clocks go forward on Sunday 2026-03-29 at 02:00 in Berlin, back on 2026-10-25 at 03:00.
        let (_, spring) = zone("Europe/Berlin", (2026, 3, 23), 2);
        let sunday = 6 * DAY;
        assert_eq!(spring.instant(sunday + 90), Some(sunday + 30));
        assert_eq!(spring.instant(sunday + 150), None);
        assert_eq!(spring.instant(sunday + 180), Some(sunday + 60));
        let (_, autumn) = zone("Europe/Berlin", (2026, 10, 19), 2);
        assert_eq!(autumn.instant(sunday + 150), Some(sunday + 30));
        assert_eq!(autumn.instant(sunday + 180), Some(sunday + 120));
    }

    #[test]
    fn southern_summer_time_ends_in_april() {
        let (_, sydney) = zone("Australia/Sydney", (2026, 3, 30), 2);
        assert_eq!(sydney.offset(0), 660);
        assert_eq!(sydney.offset(7 * DAY), 600);
        let (_, tokyo) = zone("Asia/Tokyo", (2026, 3, 30), 2);
        assert!(!sydney.moves_with(&tokyo));
        let (_, melbourne) = zone("Australia/Melbourne", (2026, 3, 30), 2);
        assert!(sydney.moves_with(&melbourne));
    }
}
