//! The people a file names: rows grouped by employee number, matched with the recorded people,
//! and checked for keys that cannot be told apart.
//!
//! Rows stay boxed: their values are large, and they are sorted and grouped.
#![allow(clippy::vec_box, reason = "sorting moves the boxes, not hundreds of bytes per row")]

use std::collections::{HashMap, HashSet};

use super::{
    DefectCode, Field,
    employment::Employment,
    given::Given,
    record::{Reader, Record},
    text::{email_key, name_key, number_key},
};
use crate::organization::{PersonState, Snapshot};

/// One person of the file.
pub(super) struct Subject<'t> {
    /// The row of the primary post.
    pub(super) record: Box<Record<'t>>,
    /// Further rows, one per concurrent post.
    pub(super) posts: Vec<Box<Record<'t>>>,
    /// Whether the rows tell the whole list of concurrent posts.
    pub(super) by_rows: bool,
    /// Place among the recorded people.
    pub(super) existing: Option<usize>,
    /// Has no error, so it is part of the plan.
    pub(super) good: bool,
    /// What becomes of the employment.
    pub(super) employment: Employment,
}

impl Subject<'_> {
    pub(super) fn number(&self) -> &str {
        self.record.number.as_deref().unwrap_or_default()
    }

    pub(super) fn rows(&self) -> usize {
        1 + self.posts.len()
    }
}

/// All people of the file, by number.
pub(super) struct Roll<'t> {
    pub(super) subjects: Vec<Subject<'t>>,
    /// Recorded people that some row means, also a row with errors.
    pub(super) present: Vec<bool>,
    /// A row that cannot be told whose it is.
    pub(super) unidentified: Option<u32>,
    /// Rows left out that are not among the subjects.
    pub(super) lost_rows: usize,
}

impl<'t> Roll<'t> {
    /// Groups the rows and checks the keys.
    pub(super) fn new(
        records: Vec<Box<Record<'t>>>,
        snapshot: &Snapshot,
        reader: &mut Reader<'t, '_>,
    ) -> Self {
        let by_number: HashMap<&str, usize> = snapshot
            .persons
            .iter()
            .enumerate()
            .map(|(index, person)| (person.number.as_str(), index))
            .collect();
        let mut roll = Self {
            subjects: Vec::with_capacity(records.len()),
            present: vec![false; snapshot.persons.len()],
            unidentified: None,
            lost_rows: 0,
        };
        let mut whose = Whose::new(snapshot);
        let (mut keyed, keyless): (Vec<_>, Vec<_>) =
            records.into_iter().partition(|record| record.number.is_some());
        for record in keyless {
            roll.lost_rows += 1;
            if !whose.mark(&record, &mut roll.present) {
                roll.unidentified.get_or_insert(record.row);
            }
        }
        keyed.sort_by(|a, b| (&a.number, a.row).cmp(&(&b.number, b.row)));
        let mut group: Vec<Box<Record<'t>>> = Vec::new();
        let mut rest = keyed.into_iter().peekable();
        while let Some(record) = rest.next() {
            let last = rest.peek().is_none_or(|next| next.number != record.number);
            group.push(record);
            if last {
                let mut subject = group_of(std::mem::take(&mut group), reader);
                subject.existing = by_number.get(subject.number()).copied();
                roll.subjects.push(subject);
            }
        }
        roll.near_numbers(snapshot, reader);
        for subject in &mut roll.subjects {
            let record = &subject.record;
            let named = record.family.value().is_some() || record.given.value().is_some();
            if subject.existing.is_none() && !named && subject.good {
                subject.good = false;
                let column = if reader.layout.has(Field::FamilyName) {
                    Field::FamilyName
                } else {
                    Field::FullName
                };
                let number = subject.number();
                let defect = reader
                    .at(record.row, DefectCode::MissingName, column, "")
                    .with("number", number);
                reader.defects.push(defect);
            }
        }
        roll
    }

    /// New numbers that are another number but for case, width, hyphens or leading zeros.
    fn near_numbers(&mut self, snapshot: &Snapshot, reader: &mut Reader<'t, '_>) {
        if self.subjects.iter().all(|subject| subject.existing.is_some()) {
            return;
        }
        // Of each key one recorded number and, where different, one number of the file.
        let recorded: HashMap<String, usize> = snapshot
            .persons
            .iter()
            .enumerate()
            .map(|(index, person)| (number_key(&person.number), index))
            .collect();
        let mut fresh: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, subject) in self.subjects.iter().enumerate() {
            if subject.existing.is_none() {
                fresh.entry(number_key(subject.number())).or_default().push(index);
            }
        }
        let mut found: Vec<(usize, String)> = Vec::new();
        for (key, subjects) in &fresh {
            if let Some(&index) = recorded.get(key) {
                self.present[index] = true;
                let other = &snapshot.persons[index].number;
                found.extend(subjects.iter().map(|&subject| (subject, other.clone())));
            } else if subjects.len() > 1 {
                for &subject in subjects {
                    let others: Vec<&str> = subjects
                        .iter()
                        .filter(|&&other| other != subject)
                        .map(|&other| self.subjects[other].number())
                        .collect();
                    found.push((subject, others.join(", ")));
                }
            }
        }
        found.sort();
        for (index, other) in found {
            let subject = &mut self.subjects[index];
            subject.good = false;
            let number = subject.number();
            let defect = reader
                .at(subject.record.row, DefectCode::NearDuplicateNumber, Field::Number, number)
                .with("other", other);
            reader.defects.push(defect);
        }
    }

    /// Everyone whom a row means counts as present, whatever is wrong with the row. A row that is
    /// left out may carry a wrong number: whoever has its email or name is meant as well.
    pub(super) fn mark_present(&mut self, snapshot: &Snapshot) {
        let mut whose = Whose::new(snapshot);
        for subject in &self.subjects {
            if let Some(index) = subject.existing {
                self.present[index] = true;
            }
            if !subject.good {
                for record in std::iter::once(&subject.record).chain(&subject.posts) {
                    whose.mark(record, &mut self.present);
                }
            }
        }
    }

    /// Emails that two people would have. Repeats until nothing changes: a row left out gives its
    /// person the recorded email back.
    ///
    /// Returns whether a row was left out.
    pub(super) fn emails(
        &mut self,
        snapshot: &Snapshot,
        is_former: impl Fn(&PersonState) -> bool,
        reader: &mut Reader<'t, '_>,
    ) -> bool {
        let mut any = false;
        let mut warned = HashSet::new();
        loop {
            let bad = self.email_conflicts(snapshot, &is_former, &mut warned, reader);
            if bad.is_empty() {
                return any;
            }
            any = true;
            for index in bad {
                self.subjects[index].good = false;
            }
        }
    }

    fn email_conflicts(
        &mut self,
        snapshot: &Snapshot,
        is_former: &impl Fn(&PersonState) -> bool,
        warned: &mut HashSet<usize>,
        reader: &mut Reader<'t, '_>,
    ) -> Vec<usize> {
        let recorded = |index: usize| snapshot.persons[index].profile.email.as_deref();
        // Emails that the file sets where another or none is recorded.
        let mut claims: HashMap<String, Vec<usize>> = HashMap::new();
        let mut released = vec![false; snapshot.persons.len()];
        for (index, subject) in self.subjects.iter().enumerate().filter(|(_, s)| s.good) {
            let old = subject.existing.and_then(recorded).map(email_key);
            match &subject.record.email {
                Given::Keep => {}
                Given::Clear => {
                    if let Some(existing) = subject.existing {
                        released[existing] = true;
                    }
                }
                Given::Value(email) => {
                    let key = email_key(email);
                    if old.as_ref() != Some(&key) {
                        if let Some(existing) = subject.existing {
                            released[existing] = true;
                        }
                        claims.entry(key).or_default().push(index);
                    }
                }
            }
        }
        if claims.is_empty() {
            return Vec::new();
        }
        let mut holders: HashMap<String, usize> = HashMap::new();
        for (index, person) in snapshot.persons.iter().enumerate() {
            if let Some(email) = &person.profile.email
                && !released[index]
            {
                let key = email_key(email);
                if claims.contains_key(&key) {
                    // Among former and current holders the current one counts.
                    let slot = holders.entry(key).or_insert(index);
                    if is_former(&snapshot.persons[*slot]) {
                        *slot = index;
                    }
                }
            }
        }
        let mut bad = Vec::new();
        let mut found: Vec<(usize, DefectCode, String)> = Vec::new();
        for (key, claimants) in &claims {
            let holder = holders.get(key).copied();
            for &index in claimants {
                if let Some(holder) = holder {
                    let person = &snapshot.persons[holder];
                    let back =
                        self.subjects.binary_search_by(|s| s.number().cmp(&person.number)).is_ok();
                    let other = format!("{} {}", person.number, person.profile.name.display());
                    if is_former(person) && !back {
                        if warned.insert(index) {
                            found.push((index, DefectCode::EmailOfFormer, other));
                        }
                    } else {
                        self.present[holder] = true;
                        bad.push(index);
                        found.push((index, DefectCode::EmailTaken, other));
                        continue;
                    }
                }
                if claimants.len() > 1 {
                    let others: Vec<&str> = claimants
                        .iter()
                        .filter(|&&other| other != index)
                        .take(5)
                        .map(|&other| self.subjects[other].number())
                        .collect();
                    bad.push(index);
                    found.push((index, DefectCode::EmailTaken, others.join(", ")));
                }
            }
        }
        found.sort();
        for (index, code, other) in found {
            let record = &self.subjects[index].record;
            let email = record.email.value().cloned().unwrap_or_default();
            let defect = reader
                .at(record.row, code, Field::Email, &email)
                .with("other", other)
                .with("number", self.subjects[index].number());
            reader.defects.push(defect);
        }
        bad
    }
}

/// One person's rows: one, or one per post, or a mistake.
fn group_of<'t>(mut rows: Vec<Box<Record<'t>>>, reader: &mut Reader<'t, '_>) -> Subject<'t> {
    let by_rows = reader.layout.has(Field::PostKind) && rows.iter().any(|r| r.primary.is_some());
    let mut good = !rows.iter().any(|row| row.left_out);
    if rows.len() > 1 {
        let first = rows[0].clone();
        rows.retain(|row| {
            let again =
                row.row != first.row && Record { row: first.row, ..(**row).clone() } == *first;
            if again {
                let number = row.number.as_deref().unwrap_or_default();
                let defect = reader
                    .at(row.row, DefectCode::RepeatedRow, Field::Number, number)
                    .with("first", first.row);
                reader.defects.push(defect);
            }
            !again
        });
    }
    // The primary row first.
    rows.sort_by_key(|row| (row.primary == Some(false), row.row));
    let primaries = rows.iter().filter(|row| row.primary != Some(false)).count();
    if primaries > 1 {
        good = false;
        let posts = by_rows || rows.windows(2).all(|two| same_person(&two[0], &two[1]));
        let code = if posts { DefectCode::TwoPrimaryPosts } else { DefectCode::DuplicateNumber };
        let numbers: Vec<String> = rows.iter().map(|row| row.row.to_string()).collect();
        for row in rows.iter().filter(|row| row.primary != Some(false)) {
            let number = row.number.as_deref().unwrap_or_default();
            let defect =
                reader.at(row.row, code, Field::Number, number).with("rows", numbers.join(", "));
            reader.defects.push(defect);
        }
    }
    let mut rows = rows.into_iter();
    let mut record = rows.next().unwrap_or_default();
    let mut posts: Vec<Box<Record<'t>>> = rows.collect();
    if record.primary == Some(false) {
        // Concurrent posts alone: nothing is said about the primary one.
        let mut post = record.clone();
        post.concurrent = Given::Keep;
        posts.insert(0, post);
        record.department = Given::Keep;
        record.department_code = Given::Keep;
        record.parent_code = Given::Keep;
        record.position = Given::Keep;
    }
    Subject { record, posts, by_rows, existing: None, good, employment: Employment::default() }
}

/// Two rows of one number that differ only in their post.
fn same_person(one: &Record<'_>, other: &Record<'_>) -> bool {
    one.family == other.family
        && one.given == other.given
        && one.email == other.email
        && (&one.department, &one.department_code) != (&other.department, &other.department_code)
}

/// Finds whom a row may mean when its number does not say.
struct Whose<'s> {
    snapshot: &'s Snapshot,
    index: Option<HashMap<String, Vec<usize>>>,
}

impl<'s> Whose<'s> {
    fn new(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, index: None }
    }

    /// Marks everyone with the row's email or name as present; `false` if there is nobody.
    fn mark(&mut self, record: &Record<'_>, present: &mut [bool]) -> bool {
        let snapshot = self.snapshot;
        let index = self.index.get_or_insert_with(|| {
            let mut index: HashMap<String, Vec<usize>> = HashMap::new();
            for (place, person) in snapshot.persons.iter().enumerate() {
                let name = &person.profile.name;
                let keys = [
                    person.profile.email.as_deref().map(email_key),
                    Some(name_key(&format!("{}{}", name.family, name.given))),
                    name.business.as_deref().map(name_key),
                ];
                for key in keys.into_iter().flatten().filter(|key| !key.is_empty()) {
                    index.entry(key).or_default().push(place);
                }
            }
            index
        });
        let name: String = [&record.family, &record.given]
            .into_iter()
            .filter_map(|part| part.value().map(String::as_str))
            .collect();
        let keys = [
            record.email.value().map(|email| email_key(email)),
            Some(name_key(&name)),
            record.business.value().map(|name| name_key(name)),
        ];
        let mut found = false;
        for key in keys.into_iter().flatten() {
            for &place in index.get(&key).into_iter().flatten() {
                present[place] = true;
                found = true;
            }
        }
        found
    }
}
