//! Other times for one meeting, with everything else where it is.

use chrono::{DateTime, Days, TimeDelta, Timelike, Utc};
use taiwa_database::Reader;
use taiwa_domain::{
    cadence,
    calendar::{
        guardian::{self, Choice, Neighbours, Search},
        holidays,
    },
    organization::Period,
    planning::{Clock, Preferred},
};

use super::Facts;
use crate::{
    Failure, Result,
    pair::sync::DepartmentPaths,
    planning::facts::{self, DAILY_CAP, GRID},
};

/// Looks for the times that a meeting can have inside its cadence window.
pub(in crate::calendar) async fn find(reader: &Reader, it: &Facts) -> Result<Choice> {
    let situation = &it.situation;
    let period = situation.meeting.period;
    let zone = it.both[0].profile.zone;
    let day = |instant: DateTime<Utc>| instant.with_timezone(&zone).date_naive();
    // Local days reach a day beyond the organizer's on either side.
    let days = Period {
        from: day(period.starts_at) - Days::new(2),
        until: day(period.ends_at) + Days::new(2),
    };
    let leaves = reader.leaves(days, Some(&[it.pair.organizer, it.pair.partner])).await?;
    let own = reader.own_holidays(days).await?;
    let policies = reader.policies(days).await?;
    let path = DepartmentPaths::of_person(reader, day(period.starts_at), it.pair.partner).await?;
    let rule =
        cadence::effective(&policies, it.pair.kind, it.pair.id, &path, day(period.starts_at));
    let cadence = rule.cadence();
    let reserved = reader.reserved_windows(days).await?;
    let people = [0, 1].map(|side| {
        let person = &it.both[side];
        let mut planner = facts::person(person);
        planner.busy = busy(it, side);
        let on_leave = leaves.iter().filter(|(of, _)| *of == person.id);
        planner.leave = on_leave.flat_map(|(_, leave)| facts::days(*leave, days)).collect();
        planner.holidays = holidays::between(person.profile.zone, days.from, days.until)
            .map(|(day, _)| day)
            .chain(own.iter().map(|(day, _)| *day))
            .collect();
        planner
    });
    let original = situation.meeting.slot;
    let spacing_days = cadence.min_spacing_days.unwrap_or(match cadence.interval {
        cadence::Interval::Weeks(weeks) => u16::from(weeks) * 7 / 2,
        cadence::Interval::Monthly => 14,
    });
    let search = Search {
        people,
        others: it.people().map(|person| {
            let theirs = it.others.iter().filter(|it| it.person == person);
            theirs.map(|it| (it.other.slot, it.buffer_minutes)).collect()
        }),
        minutes: it.meeting.minutes,
        buffer_minutes: it.meeting.buffer_minutes,
        windows: facts::windows(&cadence, &reserved, &path),
        reserved: facts::reserved(&reserved),
        daily_cap: DAILY_CAP,
        grid: GRID,
        period,
        neighbours: neighbours(reader, it, spacing_days).await?,
        original,
        series: it.series.as_ref().and_then(|series| {
            let minute = series.starts.hour() * 60 + series.starts.minute();
            Some(Preferred { weekday: series.weekday, time: Clock::from_minutes(minute)? })
        }),
        not_before: situation.now + situation.freeze.max(TimeDelta::zero()),
    };
    guardian::choose(&search)
        .map_err(|_| Failure::Internal("hours or zones are out of the planner's bounds"))
}

/// When one of the two is taken by anything but 1on1s of ours where they belong.
fn busy(it: &Facts, side: usize) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut busy: Vec<_> = it.situation.sides[side]
        .in_the_way()
        .filter(|slot| slot.starts_at < slot.ends_at)
        .map(|slot| (slot.starts_at, slot.ends_at))
        .collect();
    busy.sort_unstable();
    busy.dedup();
    busy
}

/// The pair's meetings before and after.
async fn neighbours(reader: &Reader, it: &Facts, spacing_days: u16) -> Result<Neighbours> {
    let slot = it.situation.meeting.slot;
    let reach = TimeDelta::weeks(27);
    let around = reader
        .meetings_between(slot.starts_at - reach, slot.ends_at + reach, Some(&[it.pair.id]))
        .await?;
    let starts: Vec<DateTime<Utc>> = around
        .iter()
        .filter(|other| other.id != it.meeting.id)
        .filter_map(|other| Some(other.time()?.starts_at))
        .collect();
    Ok(Neighbours {
        previous: starts.iter().copied().filter(|start| *start < slot.starts_at).max(),
        next: starts.iter().copied().filter(|start| *start >= slot.starts_at).min(),
        spacing_days,
    })
}
