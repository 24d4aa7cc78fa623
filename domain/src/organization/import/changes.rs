//! Compares each person of the file with what is recorded, and writes down the difference.

use std::collections::{BTreeSet, HashMap};

use super::{
    ChangeDetail, ChangeKind, Counts, DefectCode, Field, Options, PersonChange, Writes,
    departments::Departments,
    employment::Change,
    given::Given,
    lines::{LinePlan, Solid},
    people::{People, name},
    record::{Reader, Record},
    roll::Subject,
    writes::*,
};
use crate::organization::{LineKind, Period, PersonState, Profile, Snapshot, WorkingHours};

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

impl<'a> Differ<'a, '_, '_, '_> {
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

    fn profile(
        &mut self,
        state: Option<&PersonState>,
        subject: &Subject<'_>,
        difference: &mut Difference,
    ) {
        let record = &subject.record;
        self.not_cleared(record);
        let old = state.map(|state| &state.profile);
        let profile = Profile {
            name: name(old.map(|old| &old.name), record),
            email: record.email.over(old.and_then(|old| old.email.clone())),
            employment_type: set(&record.employment_type, old.map(|old| old.employment_type))
                .unwrap_or_default(),
            zone: set(&record.zone, old.map(|old| old.zone)).unwrap_or(self.snapshot.zone),
            locale: set(&record.locale, old.map(|old| old.locale)).unwrap_or(self.snapshot.locale),
            hours: match &record.hours {
                Given::Value(hours) => hours.clone(),
                Given::Clear => WorkingHours::default(),
                Given::Keep => old.map(|old| old.hours.clone()).unwrap_or_default(),
            },
            work_style: set(&record.work_style, old.map(|old| old.work_style)).unwrap_or_default(),
        };
        let Some(state) = state else {
            let Some(latest) = subject.employment.latest else { return };
            self.writes.new_persons.push(NewPerson {
                number: subject.number().to_owned(),
                profile,
                joined: latest.from,
                left: latest.last_day(),
            });
            return;
        };
        if profile == state.profile {
            return;
        }
        self.compare_names(state, &profile, record, difference);
        let (old, new) = (&state.profile, &profile);
        if old.email != new.email {
            difference.note(
                ChangeKind::Updated,
                Field::Email,
                old.email.clone(),
                new.email.clone(),
            );
        }
        if old.employment_type != new.employment_type {
            difference.note(
                ChangeKind::Updated,
                Field::EmploymentType,
                word(&old.employment_type),
                word(&new.employment_type),
            );
        }
        if old.zone != new.zone {
            let name = |zone: chrono_tz::Tz| Some(zone.name().to_owned());
            difference.note(ChangeKind::Updated, Field::TimeZone, name(old.zone), name(new.zone));
        }
        if old.locale != new.locale {
            difference.note(
                ChangeKind::Updated,
                Field::Locale,
                word(&old.locale),
                word(&new.locale),
            );
        }
        if old.hours != new.hours {
            difference.note(
                ChangeKind::Updated,
                Field::WorkingHours,
                Some(old.hours.to_string()),
                Some(new.hours.to_string()),
            );
        }
        if old.work_style != new.work_style {
            difference.note(
                ChangeKind::Updated,
                Field::WorkStyle,
                word(&old.work_style),
                word(&new.work_style),
            );
        }
        self.writes.profile_changes.push(ProfileChange { person: state.id, profile });
    }

    /// `#CLEAR` where something must stand.
    fn not_cleared(&mut self, record: &Record<'_>) {
        let cleared = [
            (Field::EmploymentType, record.employment_type == Given::Clear),
            (Field::TimeZone, record.zone == Given::Clear),
            (Field::Locale, record.locale == Given::Clear),
            (Field::WorkStyle, record.work_style == Given::Clear),
        ];
        for (field, _) in cleared.into_iter().filter(|(_, cleared)| *cleared) {
            let defect = self.reader.at(record.row, DefectCode::CannotClear, field, "#CLEAR");
            self.reader.defects.push(defect);
        }
    }

    fn compare_names(
        &mut self,
        state: &PersonState,
        profile: &Profile,
        record: &Record<'_>,
        difference: &mut Difference,
    ) {
        use super::text::variant_key;
        let (old, new) = (&state.profile.name, &profile.name);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let pairs = [
            (Field::FamilyName, some(&old.family), some(&new.family)),
            (Field::GivenName, some(&old.given), some(&new.given)),
            (Field::FamilyKana, old.family_kana.clone(), new.family_kana.clone()),
            (Field::GivenKana, old.given_kana.clone(), new.given_kana.clone()),
            (Field::BusinessName, old.business.clone(), new.business.clone()),
        ];
        for (field, old, new) in pairs.into_iter().filter(|(_, old, new)| old != new) {
            difference.note(ChangeKind::Updated, field, old, new);
        }
        let differs = |old: &str, new: &str| variant_key(old) != variant_key(new);
        // A marriage changes one of the two, a correction a character: both at once is someone else.
        if !old.family.is_empty()
            && differs(&old.family, &new.family)
            && differs(&old.given, &new.given)
            && differs(
                &format!("{}{}", old.family, old.given),
                &format!("{}{}", new.family, new.given),
            )
            && differs(
                &format!("{}{}", old.family, old.given),
                &format!("{}{}", new.given, new.family),
            )
        {
            let field = if self.reader.layout.has(Field::FamilyName) {
                Field::FamilyName
            } else {
                Field::FullName
            };
            let defect = self
                .reader
                .at(record.row, DefectCode::NameMismatch, field, &new.display())
                .with("recorded", old.display())
                .with("number", &state.number);
            self.reader.defects.push(defect);
        }
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

    fn leaves(
        &mut self,
        index: usize,
        state: Option<&PersonState>,
        record: &Record<'_>,
        difference: &mut Difference,
    ) {
        let recorded = state.map(|state| state.leaves.as_slice()).unwrap_or_default();
        let (mut remove, mut add) = (Vec::new(), Vec::new());
        match (record.leave_from, record.leave_to) {
            (Given::Clear, _) => remove.extend_from_slice(recorded),
            (Given::Value(from), to) => {
                let same = recorded.iter().find(|leave| leave.from == from);
                let until = match to {
                    Given::Value(last) => Period::inclusive(from, Some(last)).until,
                    Given::Clear => Period::OPEN,
                    Given::Keep => same.map_or(Period::OPEN, |leave| leave.until),
                };
                let leave = Period { from, until };
                if until <= self.options.effective {
                    self.remark(record, DefectCode::PastLeave, Field::LeaveFrom, &from.to_string());
                    // The end of a leave that is recorded as still running is no past matter.
                    if same.is_none() {
                        return;
                    }
                }
                if recorded.contains(&leave) {
                    return;
                }
                remove.extend(recorded.iter().filter(|old| old.overlaps(&leave)).copied());
                add.push(leave);
            }
            (Given::Keep, Given::Keep) => return,
            (Given::Keep, to) => {
                let [leave] = recorded else {
                    let text = to.value().map_or("#CLEAR".to_owned(), ToString::to_string);
                    // "No end" of no leave says nothing.
                    if to != Given::Clear {
                        self.remark(record, DefectCode::LeaveWithoutStart, Field::LeaveTo, &text);
                    }
                    return;
                };
                let now = Period::inclusive(leave.from, to.value().copied());
                if now == *leave {
                    return;
                }
                if now.is_empty() {
                    let text = to.value().map(ToString::to_string).unwrap_or_default();
                    self.remark(record, DefectCode::LeaveWithoutStart, Field::LeaveTo, &text);
                    return;
                }
                remove.push(*leave);
                add.push(now);
            }
        }
        if remove.is_empty() && add.is_empty() {
            return;
        }
        let text = |leaves: &[Period]| {
            let texts: Vec<String> = leaves
                .iter()
                .map(|leave| match leave.last_day() {
                    Some(last) => format!("{} – {last}", leave.from),
                    None => format!("{} –", leave.from),
                })
                .collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        };
        difference.note(ChangeKind::Updated, Field::LeaveFrom, text(&remove), text(&add));
        let person = self.people.reference(index);
        self.writes.leave_changes.push(LeaveChange { person, remove, add });
    }

    fn remark(&mut self, record: &Record<'_>, code: DefectCode, field: Field, value: &str) {
        let defect = self.reader.at(record.row, code, field, value);
        self.reader.defects.push(defect);
    }

    fn lines(&mut self, index: usize, state: Option<&PersonState>, difference: &mut Difference) {
        let Some(from) = self.people.start(index) else { return };
        let recorded = state.map(|state| state.lines.as_slice()).unwrap_or_default();
        let plan = &self.lines.lines[index];
        let old = recorded.iter().find(|line| line.kind == LineKind::Solid);
        let old_manager = old.and_then(|line| self.people.place(line.manager));
        let manager = match plan.solid {
            Solid::Keep => old_manager,
            Solid::Clear => None,
            Solid::To(manager) => Some(manager),
        };
        if manager != old_manager {
            self.writes.line_ends.extend(old.map(|line| line.id));
            difference.note(
                ChangeKind::ManagerChanged,
                Field::Manager,
                old_manager.map(|old| self.people.label(old)),
                manager.map(|new| self.people.label(new)),
            );
            if let Some(manager) = manager {
                self.start_line(index, manager, LineKind::Solid, from);
            }
        }
        let Some(wanted) = &plan.dotted else { return };
        let (mut gone, mut had) = (Vec::new(), BTreeSet::new());
        for line in recorded.iter().filter(|line| line.kind == LineKind::Dotted) {
            match self.people.place(line.manager) {
                Some(manager) if wanted.contains(&manager) => {
                    had.insert(manager);
                }
                manager => {
                    self.writes.line_ends.push(line.id);
                    gone.extend(manager.map(|manager| self.people.label(manager)));
                }
            }
        }
        let fresh: Vec<usize> = wanted.difference(&had).copied().collect();
        for manager in &fresh {
            self.start_line(index, *manager, LineKind::Dotted, from);
        }
        if !gone.is_empty() || !fresh.is_empty() {
            let fresh: Vec<String> = fresh.iter().map(|&index| self.people.label(index)).collect();
            let text = |list: Vec<String>| (!list.is_empty()).then(|| list.join(", "));
            difference.note(ChangeKind::Updated, Field::DottedManagers, text(gone), text(fresh));
        }
    }

    fn start_line(
        &mut self,
        report: usize,
        manager: usize,
        kind: LineKind,
        from: chrono::NaiveDate,
    ) {
        match kind {
            LineKind::Solid => self.counts.solid_lines += 1,
            LineKind::Dotted => self.counts.dotted_lines += 1,
        }
        self.writes.line_starts.push(LineStart {
            report: self.people.reference(report),
            manager: self.people.reference(manager),
            kind,
            from,
        });
    }

    fn posts(
        &mut self,
        index: usize,
        state: Option<&PersonState>,
        subject: &Subject<'_>,
        difference: &mut Difference,
    ) {
        let recorded = state.map(|state| state.assignments.as_slice()).unwrap_or_default();
        let record = &subject.record;
        let wanted = super::posts::Posts::of(self.departments, subject);
        let old = recorded.iter().find(|post| post.primary);
        let old_department = old.map(|post| DepartmentRef::Existing(post.department));
        let department = match wanted.department {
            Given::Keep => old_department,
            Given::Clear => None,
            Given::Value(index) => Some(self.department_refs[index]),
        };
        let position = record.position.over(old.and_then(|post| post.position.clone()));
        let moved = department != old_department;
        if moved || (old.is_some() && position != old.and_then(|post| post.position.clone())) {
            self.writes.assignment_ends.extend(old.map(|post| post.id));
            if let Some(department) = department {
                self.start_post(index, department, position.clone(), true);
            }
        }
        if moved {
            let (old, new) = (old_department, department);
            difference.note(
                ChangeKind::Moved,
                Field::Department,
                old.map(|department| self.path(department)),
                new.map(|department| self.path(department)),
            );
        }
        let old_position = old.and_then(|post| post.position.clone());
        if department.is_some() && position != old_position {
            difference.note(ChangeKind::Updated, Field::Position, old_position, position);
        }
        let Some(concurrent) = wanted.concurrent else { return };
        let mut want: BTreeSet<(DepartmentRef, Option<String>)> = BTreeSet::new();
        for (row, place, position) in concurrent {
            let target = self.department_refs[place];
            let again = Some(target) == department
                || want.iter().any(|(department, _)| *department == target);
            if again {
                let path = self.departments.tree.path(place);
                let field = if subject.posts.is_empty() {
                    Field::ConcurrentPosts
                } else {
                    Field::Department
                };
                let defect = self.reader.at(row, DefectCode::RepeatedPost, field, &path);
                self.reader.defects.push(defect);
                continue;
            }
            want.insert((target, position));
        }
        let mut gone = Vec::new();
        for post in recorded.iter().filter(|post| !post.primary) {
            let target = DepartmentRef::Existing(post.department);
            // A position that the file does not name stays.
            let kept = want.iter().find(|(department, _)| *department == target).cloned();
            match kept {
                Some(key) if key.1.is_none() || key.1 == post.position => {
                    want.remove(&key);
                }
                _ => {
                    self.writes.assignment_ends.push(post.id);
                    gone.push(self.post_text(target, post.position.as_deref()));
                }
            }
        }
        let fresh: Vec<String> = want
            .iter()
            .map(|(department, position)| self.post_text(*department, position.as_deref()))
            .collect();
        for (department, position) in want {
            self.start_post(index, department, position, false);
        }
        if !gone.is_empty() || !fresh.is_empty() {
            let text = |list: Vec<String>| (!list.is_empty()).then(|| list.join("; "));
            difference.note(ChangeKind::Updated, Field::ConcurrentPosts, text(gone), text(fresh));
        }
    }

    fn start_post(
        &mut self,
        index: usize,
        department: DepartmentRef,
        position: Option<String>,
        primary: bool,
    ) {
        let Some(from) = self.people.start(index) else { return };
        let person = self.people.reference(index);
        self.writes.assignment_starts.push(AssignmentStart {
            person,
            department,
            position,
            primary,
            from,
        });
    }

    fn post_text(&self, department: DepartmentRef, position: Option<&str>) -> String {
        let path = self.path(department);
        position.map_or(path.clone(), |position| format!("{path}: {position}"))
    }

    fn path(&self, department: DepartmentRef) -> String {
        self.department_places
            .get(&department)
            .map(|index| self.departments.tree.path(*index))
            .unwrap_or_default()
    }
}

fn set<T: Copy>(given: &Given<T>, old: Option<T>) -> Option<T> {
    given.value().copied().or(old)
}

/// A value's name in JSON.
fn word(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}
