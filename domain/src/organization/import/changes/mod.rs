//! Compares each person of the file with what is recorded, and writes down the difference.

mod leaves;
mod lines;
mod posts;
mod profile;

use std::collections::{BTreeSet, HashMap};

use super::{
    ChangeDetail, ChangeKind, Counts, DefectCode, Field, Options, PersonChange, Writes,
    departments::Departments,
    employment::Change,
    lines::LinePlan,
    people::People,
    record::{Reader, Record},
    roll::Subject,
    writes::{DepartmentRef, Departure, EmploymentCorrection, Rejoin},
};
use crate::organization::{Period, PersonState, Snapshot};

/// Collects writes and changes.
pub(super) struct Differ<'a, 'r, 't, 'l> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) options: &'a Options,
    pub(super) people: &'a People<'a, 't>,
    pub(super) departments: &'a Departments,
    pub(super) department_refs: &'a [DepartmentRef],
    pub(super) department_places: &'a HashMap<DepartmentRef, usize>,
    pub(super) lines: &'a LinePlan,
    pub(super) reader: &'r mut Reader<'t, 'l>,
    pub(super) writes: Writes,
    pub(super) changes: Vec<PersonChange>,
    pub(super) counts: Counts,
}

/// One person's difference while it is collected.
#[derive(Default)]
struct Difference {
    kinds: BTreeSet<ChangeKind>,
    details: Vec<ChangeDetail>,
}

impl Difference {
    fn note(&mut self, kind: ChangeKind, field: Field, old: Option<String>, new: Option<String>) {
        self.kinds.insert(kind);
        self.details.push(ChangeDetail { field, old, new });
    }
}

impl Differ<'_, '_, '_, '_> {
    /// One person of the file.
    pub(super) fn person(&mut self, index: usize, subject: &Subject<'_>) {
        let state = self.snapshot.persons.get(index);
        let mut difference = Difference::default();
        self.profile(state, subject, &mut difference);
        self.employment(index, state, subject, &mut difference);
        self.leaves(index, state, &subject.record, &mut difference);
        if self.people.start(index).is_some() {
            self.posts(index, state, subject, &mut difference);
            self.lines(index, state, &mut difference);
        }
        self.finish(index, difference);
    }

    /// Someone who leaves because the file does not name them.
    pub(super) fn absent(&mut self, index: usize) {
        let Some(person) = self.snapshot.persons.get(index) else { return };
        let Some(last_day) = self.options.effective.pred_opt() else { return };
        let Some(latest) = person.employments.last() else { return };
        if latest.until == Period::OPEN {
            self.writes.departures.push(Departure { person: person.id, last_day });
        } else {
            self.writes.employment_corrections.push(EmploymentCorrection {
                person: person.id,
                was: *latest,
                now: Period::inclusive(latest.from, Some(last_day)),
            });
        }
        let mut difference = Difference::default();
        difference.note(
            ChangeKind::Left,
            Field::Left,
            latest.last_day().map(|day| day.to_string()),
            Some(last_day.to_string()),
        );
        self.finish(index, difference);
    }

    fn finish(&mut self, index: usize, difference: Difference) {
        use ChangeKind as K;
        let Difference { mut kinds, details } = difference;
        let counts = &mut self.counts;
        if kinds.contains(&K::Joined) || kinds.contains(&K::Former) {
            // Everything about someone new is new.
            kinds.retain(|kind| matches!(kind, K::Joined | K::Former));
        }
        for kind in &kinds {
            *match kind {
                K::Joined => &mut counts.joins,
                K::Former => &mut counts.former,
                K::Rejoined => &mut counts.rejoins,
                K::Left => &mut counts.leaves,
                K::Moved => &mut counts.moves,
                K::ManagerChanged => &mut counts.manager_changes,
                K::Updated if kinds.len() == 1 => &mut counts.updates,
                K::Updated => continue,
            } += 1;
        }
        if kinds.is_empty() {
            counts.unchanged += 1;
            return;
        }
        self.changes.push(PersonChange {
            number: self.people.number(index).to_owned(),
            name: self.people.name(index).display(),
            kinds: kinds.into_iter().collect(),
            details,
        });
    }

    fn employment(
        &mut self,
        index: usize,
        state: Option<&PersonState>,
        subject: &Subject<'_>,
        difference: &mut Difference,
    ) {
        let Some(now) = subject.employment.latest else { return };
        let last = now.last_day();
        let text = |day: chrono::NaiveDate| Some(day.to_string());
        match (subject.employment.change, state) {
            (Change::Join, _) | (_, None) => {
                let kind = if self.people.start(index).is_none() {
                    ChangeKind::Former
                } else {
                    ChangeKind::Joined
                };
                difference.note(kind, Field::Joined, None, text(now.from));
                if let Some(last) = last {
                    difference.note(kind, Field::Left, None, text(last));
                }
            }
            (Change::None, _) => {}
            (Change::Rejoin, Some(state)) => {
                self.writes.rejoins.push(Rejoin { person: state.id, joined: now.from, left: last });
                difference.note(ChangeKind::Rejoined, Field::Joined, None, text(now.from));
            }
            (Change::Depart, Some(state)) => {
                let Some(last_day) = last else { return };
                self.writes.departures.push(Departure { person: state.id, last_day });
                difference.note(ChangeKind::Left, Field::Left, None, text(last_day));
            }
            (Change::Correct { was }, Some(state)) => {
                self.writes.employment_corrections.push(EmploymentCorrection {
                    person: state.id,
                    was,
                    now,
                });
                if was.from != now.from {
                    let (old, new) = (text(was.from), text(now.from));
                    difference.note(ChangeKind::Updated, Field::Joined, old, new);
                }
                if was.until != now.until {
                    // Only an end that was not known before is news.
                    let kind = if was.until == Period::OPEN {
                        ChangeKind::Left
                    } else {
                        ChangeKind::Updated
                    };
                    let (old, new) = (was.last_day().and_then(text), last.and_then(text));
                    difference.note(kind, Field::Left, old, new);
                }
            }
        }
    }

    fn remark(&mut self, record: &Record<'_>, code: DefectCode, field: Field, value: &str) {
        let defect = self.reader.at(record.row, code, field, value);
        self.reader.defects.push(defect);
    }
}
