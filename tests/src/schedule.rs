//! What must hold of everyone's 1on1s taken together.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

/// Most 1on1s of a person on a local day.
const DAILY_CAP: usize = 4;

/// A weekly wall-clock window: ISO weekday, minutes of the day.
pub type Window = (u32, u32, u32);

/// A person as the check sees them.
#[derive(Clone, Debug)]
pub struct Member {
    /// Their zone.
    pub zone: Tz,
    /// Working hours.
    pub hours: Vec<Window>,
    /// Busy time.
    pub busy: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// Days on which they do not work.
    pub off: Vec<NaiveDate>,
}

/// A placed meeting.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The two.
    pub people: [String; 2],
    /// Start.
    pub start: DateTime<Utc>,
    /// Length.
    pub minutes: i64,
    /// Minutes kept free of other 1on1s afterwards.
    pub buffer: i64,
}

impl Placed {
    fn end(&self) -> DateTime<Utc> {
        self.start + TimeDelta::minutes(self.minutes)
    }
}

/// Everything that is wrong, in words.
pub fn problems(members: &BTreeMap<String, Member>, meetings: &[Placed]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut by_person: BTreeMap<&str, Vec<&Placed>> = BTreeMap::new();
    for meeting in meetings {
        for person in &meeting.people {
            by_person.entry(person).or_default().push(meeting);
        }
    }
    for (person, mut own) in by_person {
        let Some(member) = members.get(person) else {
            wrong.push(format!("{person} is nobody"));
            continue;
        };
        own.sort_by_key(|meeting| meeting.start);
        for two in own.windows(2) {
            if two[1].start < two[0].end() + TimeDelta::minutes(two[0].buffer) {
                wrong.push(format!("{person} is in two places: {two:?}"));
            }
        }
        let mut days: BTreeMap<NaiveDate, usize> = BTreeMap::new();
        for meeting in own {
            wrong.extend(alone(person, member, meeting));
            *days.entry(meeting.start.with_timezone(&member.zone).date_naive()).or_default() += 1;
        }
        wrong.extend(
            days.iter()
                .filter(|(_, count)| **count > DAILY_CAP)
                .map(|(day, count)| format!("{person} has {count} on {day}")),
        );
    }
    wrong
}

/// What is wrong with one meeting for one person.
fn alone(person: &str, member: &Member, meeting: &Placed) -> Vec<String> {
    let mut wrong = Vec::new();
    let (start, end) =
        (meeting.start.with_timezone(&member.zone), meeting.end().with_timezone(&member.zone));
    let day = start.date_naive();
    let minute = |time: DateTime<Tz>| time.hour() * 60 + time.minute();
    let until = if end.date_naive() > day { 24 * 60 } else { minute(end) };
    let inside = |(weekday, from, to): &Window| {
        *weekday == day.weekday().number_from_monday() && *from <= minute(start) && until <= *to
    };
    if !member.hours.iter().any(inside) {
        wrong.push(format!("{person} does not work at {start}"));
    }
    if member.off.contains(&day) {
        wrong.push(format!("{person} is off on {day}"));
    }
    if member.busy.iter().any(|(from, to)| *from < meeting.end() && meeting.start < *to) {
        wrong.push(format!("{person} is busy at {start}"));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member() -> Member {
        Member {
            zone: chrono_tz::Asia::Tokyo,
            hours: vec![(1, 9 * 60, 12 * 60)],
            busy: Vec::new(),
            off: Vec::new(),
        }
    }

    /// Minutes after 09:00 on a Monday in Tokyo.
    fn placed(minutes: i64) -> Placed {
        let start = DateTime::from_timestamp(1_796_601_600, 0).expect("2026-12-07T00:00Z");
        Placed {
            people: ["a".into(), "b".into()],
            start: start + TimeDelta::minutes(minutes),
            minutes: 30,
            buffer: 0,
        }
    }

    fn count(member: Member, meetings: &[Placed]) -> usize {
        let members = ["a", "b"].map(|name| (name.to_owned(), member.clone())).into();
        problems(&members, meetings).len()
    }

    /// The check would notice each thing that it is there to notice, once for each of the two.
    #[test]
    fn every_kind_of_problem_is_seen() {
        assert_eq!(count(member(), &[placed(0), placed(30)]), 0);
        assert_eq!(count(member(), &[placed(0), placed(15)]), 2);
        let buffered = Placed { buffer: 5, ..placed(0) };
        assert_eq!(count(member(), &[buffered, placed(30)]), 2);
        assert_eq!(count(member(), &[placed(-30)]), 2);
        assert_eq!(count(member(), &[placed(165)]), 2);
        assert_eq!(count(member(), &[placed(24 * 60)]), 2);
        let five: Vec<Placed> = (0..5).map(|n| placed(n * 30)).collect();
        assert_eq!(count(member(), &five), 2);
        let busy = (placed(10).start, placed(20).start);
        assert_eq!(count(Member { busy: vec![busy], ..member() }, &[placed(0)]), 2);
        let off = placed(0).start.date_naive();
        assert_eq!(count(Member { off: vec![off], ..member() }, &[placed(0)]), 2);
    }
}
