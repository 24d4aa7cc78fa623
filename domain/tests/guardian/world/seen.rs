//! What the guardian gets to know of the model.

use taiwa_domain::{
    calendar::guardian::{
        Block, Choice, Circumstances, FREEZE, Neighbours, Other, Search, Side, Situation, Subject,
        choose,
    },
    id::MeetingId,
    planning::Person,
};

use super::*;

impl World {
    pub(crate) fn situation(&self, meeting: usize) -> Situation {
        let held = &self.meetings[meeting];
        let on = |days: fn(&Calendar) -> &BTreeSet<NaiveDate>| {
            held.people.iter().map(|&who| &self.calendars[who]).any(|calendar| {
                let day = held.slot.starts_at.with_timezone(&calendar.zone).date_naive();
                days(calendar).contains(&day)
            })
        };
        let side = |end: usize| {
            let who = held.people[end];
            let calendar = &self.calendars[who];
            let all = calendar.events.values().cloned();
            let (leaving, events): (Vec<_>, _) =
                all.partition(|event| self.leaves(meeting, who, event));
            let blocks = |event: &Event| event.blocks().then_some(event.slot);
            Side {
                person: person(who),
                level: calendar.level,
                block: match (held.shared, end) {
                    (true, 0) => Block::Organized,
                    (true, _) => Block::Invited,
                    (false, _) => Block::Hold,
                },
                connected: calendar.connected,
                declines: calendar.declines,
                uid: uid(meeting),
                written: held.written[end].clone(),
                events,
                leaving: leaving.iter().filter_map(blocks).collect(),
                others: self.others(meeting, who).map(|(_, other)| other).collect(),
            }
        };
        Situation {
            now: self.now,
            freeze: FREEZE,
            meeting: Subject {
                id: MeetingId(Uuid::from_u128(meeting as u128)),
                slot: held.slot,
                minutes: held.minutes,
                period: held.period,
            },
            pinned: held.pinned,
            interventions: held.interventions,
            state: held.state,
            waited: held.waited,
            pending: held.pending,
            known: held.known.clone(),
            sides: vec![side(0), side(1)],
            circumstances: Circumstances {
                leave: on(|calendar| &calendar.leave),
                pair_ended: held.ended,
                rearranged: held.rearranged,
                holiday: on(|calendar| &calendar.holidays),
                outside_hours: held.outside == Some(held.slot),
                zone_changed: held.rezoned == Some(held.slot),
            },
        }
    }

    /// Whether an event in a person's calendar is another meeting's that is on its way elsewhere.
    pub(crate) fn leaves(&self, meeting: usize, who: usize, event: &Event) -> bool {
        self.others(meeting, who).any(|(_, other)| other.leaves(event))
    }

    /// The other meetings of a person that have a time.
    fn others(&self, meeting: usize, who: usize) -> impl Iterator<Item = (usize, Other)> {
        self.meetings.iter().enumerate().filter_map(move |(number, held)| {
            let theirs = number != meeting && held.people.contains(&who);
            let given_up = matches!(held.state, SlotState::Released(_));
            let other = Other { uid: uid(number), slot: held.slot, left: held.state.is_left() };
            (theirs && !given_up).then_some((number, other))
        })
    }

    pub(crate) fn search(&self, meeting: usize) -> Search {
        let held = &self.meetings[meeting];
        let same = |number: usize| self.meetings[number].people == held.people;
        let starts = || {
            let others = self.others(meeting, held.people[0]).filter(|(number, _)| same(*number));
            others.map(|(_, other)| other.slot.starts_at)
        };
        let row = |who: usize| {
            let calendar = &self.calendars[who];
            let as_wanted = |event: &Event| {
                self.others(meeting, who)
                    .any(|(_, it)| event.uid.as_ref() == Some(&it.uid) && event.slot == it.slot)
            };
            let taken = calendar.events.values().filter(|event| {
                event.blocks() && event.uid != Some(uid(meeting)) && !as_wanted(event)
            });
            Person {
                key: who.to_string(),
                zone: calendar.zone.name().to_owned(),
                hours: None,
                busy: taken.map(|event| (event.slot.starts_at, event.slot.ends_at)).collect(),
                leave: calendar.leave.iter().copied().collect(),
                holidays: calendar.holidays.iter().copied().collect(),
            }
        };
        let others = |who: usize| {
            let others = self.others(meeting, who).filter(|(number, _)| !same(*number));
            others.map(|(_, other)| (other.slot, 0)).collect()
        };
        Search {
            people: held.people.map(row),
            others: held.people.map(others),
            minutes: held.minutes,
            buffer_minutes: 0,
            windows: None,
            reserved: Vec::new(),
            daily_cap: 4,
            grid: 30,
            period: held.period,
            neighbours: Neighbours {
                previous: starts().filter(|start| *start <= held.slot.starts_at).max(),
                next: starts().filter(|start| *start > held.slot.starts_at).min(),
                spacing_days: 3,
            },
            original: held.slot,
            series: None,
            not_before: self.now + FREEZE,
        }
    }

    pub(crate) fn options(&self, meeting: usize) -> Choice {
        choose(&self.search(meeting)).expect("a valid search")
    }
}
