//! Applies writes to a snapshot in memory: the meaning of [`Writes`], for tests and for comparing
//! what a database does with them.

use std::collections::{HashMap, HashSet};

use super::{DepartmentRef, PersonRef, Writes};
use crate::{
    id::{AssignmentId, DepartmentId, IdSource, PersonId, ReportingLineId},
    organization::{AssignmentState, DepartmentState, LineState, Period, PersonState, Snapshot},
};

/// The organization on the same day after the writes, one revision later.
pub fn apply_to_snapshot(snapshot: &Snapshot, writes: &Writes, ids: &dyn IdSource) -> Snapshot {
    let mut after = snapshot.clone();
    after.revision += 1;
    let day = snapshot.day;
    let departments: Vec<DepartmentId> =
        writes.new_departments.iter().map(|_| DepartmentId::new(ids)).collect();
    let department = |reference: DepartmentRef| match reference {
        DepartmentRef::Existing(id) => id,
        DepartmentRef::New(place) => departments[place as usize],
    };
    for (new, id) in writes.new_departments.iter().zip(&departments) {
        after.departments.push(DepartmentState {
            id: *id,
            code: new.code.clone(),
            name: new.name.clone(),
            parent: new.parent.map(department),
        });
    }
    for change in &writes.department_changes {
        if let Some(old) = after.departments.iter_mut().find(|old| old.id == change.id) {
            old.code.clone_from(&change.code);
            old.name.clone_from(&change.name);
            old.parent = change.parent.map(department);
        }
    }
    let fresh: Vec<PersonId> = writes.new_persons.iter().map(|_| PersonId::new(ids)).collect();
    let person = |reference: PersonRef| match reference {
        PersonRef::Existing(id) => id,
        PersonRef::New(place) => fresh[place as usize],
    };
    for (new, id) in writes.new_persons.iter().zip(&fresh) {
        after.persons.push(PersonState {
            id: *id,
            number: new.number.clone(),
            profile: new.profile.clone(),
            employments: vec![Period::inclusive(new.joined, new.left)],
            leaves: Vec::new(),
            assignments: Vec::new(),
            lines: Vec::new(),
        });
    }
    let places: HashMap<PersonId, usize> =
        after.persons.iter().enumerate().map(|(index, person)| (person.id, index)).collect();
    let persons = &mut after.persons;
    for change in &writes.profile_changes {
        persons[places[&change.person]].profile = change.profile.clone();
    }
    for departure in &writes.departures {
        if let Some(latest) = persons[places[&departure.person]].employments.last_mut() {
            latest.until = Period::inclusive(latest.from, Some(departure.last_day)).until;
        }
    }
    for correction in &writes.employment_corrections {
        let employments = &mut persons[places[&correction.person]].employments;
        if let Some(old) = employments.iter_mut().find(|old| **old == correction.was) {
            *old = correction.now;
        }
    }
    for rejoin in &writes.rejoins {
        persons[places[&rejoin.person]]
            .employments
            .push(Period::inclusive(rejoin.joined, rejoin.left));
    }
    for change in &writes.leave_changes {
        let leaves = &mut persons[places[&person(change.person)]].leaves;
        leaves.retain(|leave| !change.remove.contains(leave));
        leaves.extend(change.add.iter().filter(|leave| leave.until > day));
        leaves.sort();
    }
    let ended: HashSet<AssignmentId> = writes.assignment_ends.iter().copied().collect();
    let cut: HashSet<ReportingLineId> = writes.line_ends.iter().copied().collect();
    for person in persons.iter_mut() {
        person.assignments.retain(|post| !ended.contains(&post.id));
        person.lines.retain(|line| !cut.contains(&line.id));
    }
    for start in &writes.assignment_starts {
        persons[places[&person(start.person)]].assignments.push(AssignmentState {
            id: AssignmentId::new(ids),
            department: department(start.department),
            position: start.position.clone(),
            primary: start.primary,
        });
    }
    for start in &writes.line_starts {
        persons[places[&person(start.report)]].lines.push(LineState {
            id: ReportingLineId::new(ids),
            manager: person(start.manager),
            kind: start.kind,
        });
    }
    // Whoever has left by the day has no posts and no lines, up or down.
    let gone: HashSet<PersonId> = persons
        .iter()
        .filter(|person| person.employments.last().is_none_or(|latest| latest.until <= day))
        .map(|person| person.id)
        .collect();
    for person in persons.iter_mut() {
        if gone.contains(&person.id) {
            person.assignments.clear();
            person.lines.clear();
        }
        person.lines.retain(|line| !gone.contains(&line.manager));
    }
    after
}
