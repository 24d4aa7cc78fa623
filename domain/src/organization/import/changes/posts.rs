//! Posts, the primary one and concurrent ones.

use std::collections::BTreeSet;

use super::{ChangeKind, Differ, Difference};
use crate::organization::{
    PersonState,
    import::{
        DefectCode, Field,
        given::Given,
        posts::Posts,
        roll::Subject,
        writes::{AssignmentStart, DepartmentRef},
    },
};

impl Differ<'_, '_, '_, '_> {
    pub(super) fn posts(
        &mut self,
        index: usize,
        state: Option<&PersonState>,
        subject: &Subject<'_>,
        difference: &mut Difference,
    ) {
        let recorded = state.map(|state| state.assignments.as_slice()).unwrap_or_default();
        let record = &subject.record;
        let wanted = Posts::of(self.departments, subject);
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
