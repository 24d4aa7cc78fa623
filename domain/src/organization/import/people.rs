//! Everyone the plan knows under one numbering: the recorded people first, in the snapshot's
//! order, then the new ones by number.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    employment::Change,
    given::Given,
    record::Record,
    roll::{Roll, Subject},
    writes::PersonRef,
};
use crate::{
    id::PersonId,
    organization::{Period, PersonName, Snapshot},
};

/// The people after the plan.
pub(super) struct People<'a, 't> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) roll: &'a Roll<'t>,
    /// Subject of a recorded person that is part of the plan.
    subject_of: Vec<Option<usize>>,
    /// Subjects that are new people.
    fresh: Vec<usize>,
    /// Those who leave because the file does not name them.
    pub(super) absent: Vec<bool>,
    effective: NaiveDate,
    places: HashMap<PersonId, usize>,
}

impl<'a, 't> People<'a, 't> {
    pub(super) fn new(snapshot: &'a Snapshot, roll: &'a Roll<'t>, effective: NaiveDate) -> Self {
        let mut subject_of = vec![None; snapshot.persons.len()];
        let mut fresh = Vec::new();
        for (index, subject) in roll.subjects.iter().enumerate().filter(|(_, s)| s.good) {
            match subject.existing {
                Some(existing) => subject_of[existing] = Some(index),
                None => fresh.push(index),
            }
        }
        let absent = vec![false; snapshot.persons.len()];
        let places = snapshot.persons.iter().enumerate().map(|(i, p)| (p.id, i)).collect();
        Self { snapshot, roll, subject_of, fresh, absent, effective, places }
    }

    /// Where a recorded person stands.
    pub(super) fn place(&self, person: PersonId) -> Option<usize> {
        self.places.get(&person).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.snapshot.persons.len() + self.fresh.len()
    }

    /// Everyone of the plan: numbering and subject, by employee number.
    pub(super) fn planned(&self) -> impl Iterator<Item = (usize, &'a Subject<'t>)> {
        let recorded = self.snapshot.persons.len();
        let mut fresh = 0;
        self.roll.subjects.iter().filter(|subject| subject.good).map(move |subject| {
            let index = subject.existing.unwrap_or_else(|| {
                fresh += 1;
                recorded + fresh - 1
            });
            (index, subject)
        })
    }

    pub(super) fn subject(&self, index: usize) -> Option<&'a Subject<'t>> {
        let recorded = self.snapshot.persons.len();
        let subject = match index.checked_sub(recorded) {
            Some(fresh) => *self.fresh.get(fresh)?,
            None => self.subject_of[index]?,
        };
        self.roll.subjects.get(subject)
    }

    pub(super) fn reference(&self, index: usize) -> PersonRef {
        match self.snapshot.persons.get(index) {
            Some(person) => PersonRef::Existing(person.id),
            None => PersonRef::New((index - self.snapshot.persons.len()) as u32),
        }
    }

    pub(super) fn number(&self, index: usize) -> &'a str {
        match self.snapshot.persons.get(index) {
            Some(person) => &person.number,
            None => self.subject(index).map(Subject::number).unwrap_or_default(),
        }
    }

    /// The names after the plan.
    pub(super) fn name(&self, index: usize) -> PersonName {
        let old = self.snapshot.persons.get(index).map(|person| &person.profile.name);
        match self.subject(index) {
            Some(subject) => name(old, &subject.record),
            None => old.cloned().unwrap_or_default(),
        }
    }

    /// The email after the plan.
    pub(super) fn email(&self, index: usize) -> Option<String> {
        let old = self.snapshot.persons.get(index).and_then(|p| p.profile.email.clone());
        match self.subject(index) {
            Some(subject) => subject.record.email.over(old),
            None => old,
        }
    }

    /// Number and name, as defects name a person.
    pub(super) fn label(&self, index: usize) -> String {
        format!("{} {}", self.number(index), self.name(index).display())
    }

    /// The latest employment after the plan.
    pub(super) fn latest(&self, index: usize) -> Option<Period> {
        if let Some(subject) = self.subject(index) {
            return subject.employment.latest;
        }
        let latest = self.snapshot.persons.get(index)?.employments.last().copied()?;
        if self.absent[index] {
            return Some(Period { until: latest.until.min(self.effective), ..latest });
        }
        Some(latest)
    }

    /// Whether they are employed on a day from the effective one on.
    pub(super) fn employed(&self, index: usize, day: NaiveDate) -> bool {
        if self.latest(index).is_some_and(|latest| latest.contains(day)) {
            return true;
        }
        // Someone about to leave and come back is still here until then.
        let Some(person) = self.snapshot.persons.get(index) else { return false };
        let rejoins =
            self.subject(index).is_some_and(|subject| subject.employment.change == Change::Rejoin);
        let earlier =
            person.employments.len() - usize::from(!rejoins && !person.employments.is_empty());
        person.employments[..earlier].iter().any(|period| period.contains(day))
    }

    /// The first day on which posts and lines of the plan can hold for them; `None` for people who
    /// have left by then.
    pub(super) fn start(&self, index: usize) -> Option<NaiveDate> {
        if self.employed(index, self.effective) {
            return Some(self.effective);
        }
        let latest = self.latest(index)?;
        (latest.until > self.effective).then(|| latest.from.max(self.effective))
    }
}

/// The names a row leaves behind.
pub(super) fn name(old: Option<&PersonName>, record: &Record<'_>) -> PersonName {
    let keep = |given: &Given<String>, old: Option<&String>| given.over(old.cloned());
    PersonName {
        family: keep(&record.family, old.map(|o| &o.family)).unwrap_or_default(),
        given: keep(&record.given, old.map(|o| &o.given)).unwrap_or_default(),
        family_kana: record.family_kana.over(old.and_then(|o| o.family_kana.clone())),
        given_kana: record.given_kana.over(old.and_then(|o| o.given_kana.clone())),
        business: record.business.over(old.and_then(|o| o.business.clone())),
    }
}
