//! Reporting lines upward.

use std::collections::BTreeSet;

use super::{ChangeKind, Differ, Difference};
use crate::organization::{
    LineKind, PersonState,
    import::{Field, lines::Solid, writes::LineStart},
};

impl Differ<'_, '_, '_, '_> {
    pub(super) fn lines(
        &mut self,
        index: usize,
        state: Option<&PersonState>,
        difference: &mut Difference,
    ) {
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
}
