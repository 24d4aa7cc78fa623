//! What people are told has changed: a line in a person's own list, with ids and codes only.
//!
//! A line says what to look at again and never what stands there: who is told reads it with their
//! own rights. Changes of one transaction are gathered ([`Gathered`]) and become one line for each
//! person, kind and pair ([`Gathered::spread`]), so that a plan of a whole company is one line for
//! each of its pairs' people, however many meetings it moves.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::{MeetingId, PairId, PersonId};

/// How long lines are kept: who comes back later reads everything anew.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Talking points and what is said about them.
    Agenda,
    /// Actions.
    Actions,
    /// Minutes.
    Minutes,
    /// Meetings: planned, moved, skipped, what is said of whether they took place.
    Meetings,
    /// Slots: where they stand, what happened to them.
    Slots,
    /// What the person is told.
    Notices,
    /// Feedback and learning notes.
    Notes,
    /// The person's own notes and self-checks.
    OwnNotes,
    /// The safety declaration.
    Safety,
}

/// One line of a person's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place in the list: from 1, without gaps.
    pub sequence: i64,
    /// What kind of thing.
    pub kind: ChangeKind,
    /// Of which pair.
    pub pair: Option<PairId>,
    /// Of which meeting; none where there are several or none.
    pub meeting: Option<MeetingId>,
    /// Which thing; none where there are several or none.
    pub subject: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who is told of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum To {
    /// The two of a pair.
    Pair(PairId),
    /// The two of a meeting's pair.
    Meeting(MeetingId),
    /// One person: of what is about a pair and theirs alone, or about no pair.
    Person(PersonId, Option<PairId>),
}

/// Nothing, one thing, or several: of several none is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Only<T> {
    #[default]
    Nothing,
    One(T),
    Several,
}

impl<T: Copy + PartialEq> Only<T> {
    fn of(it: Option<T>) -> Self {
        it.map_or(Self::Nothing, Self::One)
    }

    fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Several }
    }

    fn one(self) -> Option<T> {
        match self {
            Self::One(it) => Some(it),
            Self::Nothing | Self::Several => None,
        }
    }
}

/// Which things a line is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct About {
    meeting: Only<MeetingId>,
    subject: Only<Uuid>,
}

impl About {
    fn and(self, other: Self) -> Self {
        Self { meeting: self.meeting.and(other.meeting), subject: self.subject.and(other.subject) }
    }
}

/// What changed in one transaction so far.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    lines: BTreeMap<(To, ChangeKind), About>,
    at: Option<DateTime<Utc>>,
}

/// A line to be, without its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whom it tells.
    pub person: PersonId,
    /// What kind of thing.
    pub kind: ChangeKind,
    /// Of which pair.
    pub pair: Option<PairId>,
    /// Of which meeting, if of one.
    pub meeting: Option<MeetingId>,
    /// Which thing, if one.
    pub subject: Option<Uuid>,
}

impl Gathered {
    /// Adds a change.
    pub fn add(
        &mut self,
        to: To,
        kind: ChangeKind,
        meeting: Option<MeetingId>,
        subject: Option<Uuid>,
        now: DateTime<Utc>,
    ) {
        let about = About { meeting: Only::of(meeting), subject: Only::of(subject) };
        let line = self.lines.entry((to, kind));
        line.and_modify(|it| *it = it.and(about)).or_insert(about);
        self.at = self.at.max(Some(now));
    }

    /// When the last of it happened; none if nothing did.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.at
    }

    /// The pairs whose people have to be known to spread it.
    pub fn pairs(&self) -> impl Iterator<Item = PairId> {
        self.lines.keys().filter_map(|(to, _)| match to {
            To::Pair(pair) => Some(*pair),
            To::Meeting(_) | To::Person(..) => None,
        })
    }

    /// The meetings whose pairs have to be known to spread it.
    pub fn meetings(&self) -> impl Iterator<Item = MeetingId> {
        self.lines.keys().filter_map(|(to, _)| match to {
            To::Meeting(meeting) => Some(*meeting),
            To::Pair(_) | To::Person(..) => None,
        })
    }

    /// One line for each person, kind and pair, by person. `people` are the two of each pair,
    /// `pairs` the pair of each meeting; what is of unknown ones is told to nobody.
    pub fn spread(
        &self,
        people: &HashMap<PairId, [PersonId; 2]>,
        pairs: &HashMap<MeetingId, PairId>,
    ) -> Vec<Line> {
        let mut lines: BTreeMap<(PersonId, ChangeKind, Option<PairId>), About> = BTreeMap::new();
        let mut tell = |person, kind, pair, about: About| {
            let line = lines.entry((person, kind, pair));
            line.and_modify(|it| *it = it.and(about)).or_insert(about);
        };
        for ((to, kind), about) in &self.lines {
            let pair = match to {
                To::Person(person, pair) => {
                    tell(*person, *kind, *pair, *about);
                    continue;
                }
                To::Pair(pair) => Some(*pair),
                To::Meeting(meeting) => pairs.get(meeting).copied(),
            };
            for person in pair.and_then(|pair| people.get(&pair)).into_iter().flatten() {
                tell(*person, *kind, pair, *about);
            }
        }
        lines
            .into_iter()
            .map(|((person, kind, pair), about)| Line {
                person,
                kind,
                pair,
                meeting: about.meeting.one(),
                subject: about.subject.one(),
            })
            .collect()
    }
}

/// What somebody wants to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this pair only.
    pub pair: Option<PairId>,
    /// Of these kinds only; of all, if there are none.
    pub kinds: Vec<ChangeKind>,
}

impl Wanted {
    /// Whether a change is among it.
    pub fn has(&self, change: &Change) -> bool {
        (self.pair.is_none() || self.pair == change.pair)
            && (self.kinds.is_empty() || self.kinds.contains(&change.kind))
    }
}

/// How far a person's list was read. A text that says nothing to clients, and that is of no use to
/// anybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Whose list.
    pub person: PersonId,
    /// Everything up to this was read.
    pub sequence: i64,
}

impl Cursor {
    /// As a text.
    pub fn write(&self) -> String {
        format!("{}{:x}", self.person.0.simple(), self.sequence)
    }

    /// A text as a cursor; none for what [`Cursor::write`] does not write.
    pub fn read(text: &str) -> Option<Self> {
        let (person, sequence) = text.split_at_checked(32)?;
        let cursor = Self {
            person: PersonId(Uuid::try_parse(person).ok()?),
            sequence: i64::from_str_radix(sequence, 16).ok()?,
        };
        (cursor.write() == text && cursor.sequence >= 0).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn pair(n: u128) -> PairId {
        PairId(Uuid::from_u128(n))
    }

    fn meeting(n: u128) -> MeetingId {
        MeetingId(Uuid::from_u128(n))
    }

    fn now() -> DateTime<Utc> {
        "2026-11-26T00:00:00Z".parse().unwrap()
    }

    fn known() -> (HashMap<PairId, [PersonId; 2]>, HashMap<MeetingId, PairId>) {
        let people =
            HashMap::from([(pair(1), [person(1), person(2)]), (pair(2), [person(1), person(3)])]);
        (people, HashMap::from([(meeting(7), pair(1)), (meeting(8), pair(2))]))
    }

    #[test]
    fn one_line_for_each_person_kind_and_pair() {
        let (people, pairs) = known();
        let mut it = Gathered::default();
        assert_eq!(it.at(), None);
        for n in 0..100 {
            let to = To::Pair(pair(1 + n % 2));
            it.add(to, ChangeKind::Meetings, Some(meeting(n)), None, now());
        }
        it.add(To::Meeting(meeting(7)), ChangeKind::Slots, Some(meeting(7)), None, now());
        it.add(To::Meeting(meeting(7)), ChangeKind::Slots, Some(meeting(7)), None, now());
        it.add(To::Meeting(meeting(9)), ChangeKind::Slots, Some(meeting(9)), None, now());
        let lines = it.spread(&people, &pairs);
        let short: Vec<_> =
            lines.iter().map(|it| (it.person, it.kind, it.pair, it.meeting)).collect();
        let (one, two) = (Some(pair(1)), Some(pair(2)));
        assert_eq!(
            short,
            [
                // Several: none is named.
                (person(1), ChangeKind::Meetings, one, None),
                (person(1), ChangeKind::Meetings, two, None),
                (person(1), ChangeKind::Slots, one, Some(meeting(7))),
                (person(2), ChangeKind::Meetings, one, None),
                (person(2), ChangeKind::Slots, one, Some(meeting(7))),
                (person(3), ChangeKind::Meetings, two, None),
            ]
        );
    }

    #[test]
    fn what_is_one_persons_alone_is_told_to_nobody_else() {
        let (people, pairs) = known();
        let mut it = Gathered::default();
        let subject = Some(Uuid::from_u128(5));
        let to = To::Person(person(1), Some(pair(1)));
        it.add(to, ChangeKind::Agenda, None, subject, now());
        let lines = it.spread(&people, &pairs);
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].person, lines[0].subject), (person(1), subject));
        // What both are told of in the same transaction does not name it to the other.
        let shared = Some(Uuid::from_u128(6));
        it.add(To::Pair(pair(1)), ChangeKind::Agenda, None, shared, now());
        let lines = it.spread(&people, &pairs);
        let of = |who| lines.iter().find(|it| it.person == who).unwrap().subject;
        assert_eq!((of(person(1)), of(person(2))), (None, shared));
    }

    #[test]
    fn what_is_wanted_is_told_apart() {
        let change = Change {
            sequence: 1,
            kind: ChangeKind::Agenda,
            pair: Some(pair(1)),
            meeting: None,
            subject: None,
            at: now(),
        };
        let wanted = |pair, kinds: &[ChangeKind]| Wanted { pair, kinds: kinds.to_vec() };
        assert!(Wanted::default().has(&change));
        assert!(wanted(Some(pair(1)), &[ChangeKind::Safety, ChangeKind::Agenda]).has(&change));
        assert!(!wanted(Some(pair(2)), &[]).has(&change));
        assert!(!wanted(None, &[ChangeKind::Safety]).has(&change));
        let about_no_pair = Change { pair: None, ..change };
        assert!(!wanted(Some(pair(1)), &[]).has(&about_no_pair));
    }

    #[test]
    fn cursors_survive_a_round_trip_and_rubbish_does_not() {
        for sequence in [0, 1, i64::MAX] {
            let cursor = Cursor { person: person(u128::MAX - 3), sequence };
            assert_eq!(Cursor::read(&cursor.write()), Some(cursor));
        }
        let zero = "0".repeat(32);
        for rubbish in [
            "",
            "1",
            &zero,
            &format!("{zero}-1"),
            &format!("{zero}+1"),
            &format!("{zero}01"),
            &format!("{zero}A"),
            &format!("{zero}8000000000000000"),
            "対話対話対話対話対話対話",
        ] {
            assert_eq!(Cursor::read(rubbish), None, "{rubbish}");
        }
    }
}
