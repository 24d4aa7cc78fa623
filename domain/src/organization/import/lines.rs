//! The reporting lines as the file leaves them, without circles.

use std::collections::BTreeSet;

use super::{
    Defect, DefectCode, Field,
    cycle::Walker,
    given::Given,
    managers::Directory,
    people::People,
    record::{Reader, Wanted},
};
use crate::organization::LineKind;

/// What the plan says about one person's lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    /// The solid line: kept, ended, or to someone.
    pub(super) solid: Solid,
    /// All dotted lines, if the file says so.
    pub(super) dotted: Option<BTreeSet<usize>>,
}

/// What becomes of a solid line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Solid {
    #[default]
    Keep,
    Clear,
    To(usize),
}

/// The lines of everyone, by the numbering of [`People`].
pub(super) struct LinePlan {
    pub(super) lines: Vec<Lines>,
    /// Solid managers on the effective day after the plan.
    pub(super) manager: Vec<Option<usize>>,
    /// Lines that the file wanted and that are blocked.
    pub(super) blocked: usize,
}

impl LinePlan {
    pub(super) fn find(people: &People<'_, '_>, reader: &mut Reader<'_, '_>) -> Self {
        let directory = Directory::new(people);
        let mut plan = Self {
            lines: vec![Lines::default(); people.len()],
            manager: vec![None; people.len()],
            blocked: 0,
        };
        for (index, subject) in people.planned() {
            let record = &subject.record;
            if people.start(index).is_none() {
                continue;
            }
            plan.lines[index].solid = match &record.manager {
                Wanted::Keep => Solid::Keep,
                Wanted::Clear => Solid::Clear,
                Wanted::Blocked => {
                    plan.blocked += 1;
                    Solid::Keep
                }
                Wanted::Asked(asked) => match directory.solid(index, record.row, asked, reader) {
                    Some(manager) => Solid::To(manager),
                    None => {
                        plan.blocked += 1;
                        Solid::Keep
                    }
                },
            };
        }
        plan.manager = recorded_managers(people);
        for index in 0..people.len() {
            plan.settle(index, people);
        }
        plan.circles(people, reader);
        plan.dotted(people, &directory, reader);
        plan
    }

    fn settle(&mut self, index: usize, people: &People<'_, '_>) {
        match self.lines[index].solid {
            Solid::Keep => {}
            Solid::Clear => self.manager[index] = None,
            Solid::To(manager) => self.manager[index] = Some(manager),
        }
        if people.start(index).is_none() {
            self.manager[index] = None;
        }
    }

    /// Blocks every line of the file that lies on a circle of the resulting organization. The
    /// recorded line that comes back may close another circle: only from there is looked again.
    fn circles(&mut self, people: &People<'_, '_>, reader: &mut Reader<'_, '_>) {
        let before = recorded_managers(people);
        let mut walker = Walker::new(people.len());
        let mut found = walker.circles(0..people.len(), |index| self.manager[index]);
        while !found.is_empty() {
            let mut reverted = Vec::new();
            for circle in found {
                let mut names: Vec<String> = circle.iter().map(|&i| people.label(i)).collect();
                names.push(names[0].clone());
                let cycle = names.join(" → ");
                let set: Vec<usize> = circle
                    .iter()
                    .copied()
                    .filter(|&index| matches!(self.lines[index].solid, Solid::To(_)))
                    .filter(|&index| before[index] != self.manager[index])
                    .collect();
                if set.is_empty() {
                    reader.defects.push(
                        Defect::new(DefectCode::ExistingCycle).value(&cycle).with("cycle", &cycle),
                    );
                }
                for index in set {
                    if let Some(subject) = people.subject(index)
                        && let Wanted::Asked(asked) = &subject.record.manager
                        && let Some((field, text)) = asked.first()
                    {
                        let defect = reader
                            .at(subject.record.row, DefectCode::ManagerCycle, *field, text)
                            .with("cycle", &cycle)
                            .with("name", people.label(index));
                        reader.defects.push(defect);
                    }
                    self.blocked += 1;
                    self.lines[index].solid = Solid::Keep;
                    self.manager[index] = before[index];
                    reverted.push(index);
                }
            }
            found = walker.circles(reverted, |index| self.manager[index]);
            // A circle of recorded lines alone was reported when it was first met.
            found.retain(|circle| {
                circle.iter().any(|&index| matches!(self.lines[index].solid, Solid::To(_)))
            });
        }
    }

    fn dotted(
        &mut self,
        people: &People<'_, '_>,
        directory: &Directory<'_, '_, '_>,
        reader: &mut Reader<'_, '_>,
    ) {
        let field = Field::DottedManagers;
        for (index, subject) in people.planned() {
            let record = &subject.record;
            if people.start(index).is_none() {
                continue;
            }
            let texts: &[String] = match &record.dotted {
                _ if record.dotted_blocked => {
                    self.blocked += 1;
                    continue;
                }
                Given::Keep => continue,
                Given::Clear => &[],
                Given::Value(texts) => texts,
            };
            let mut managers = BTreeSet::new();
            let mut kept = false;
            for text in texts {
                let manager =
                    directory.one(index, record.row, field, text, reader).and_then(|manager| {
                        directory.fit(index, record.row, field, text, manager, reader)
                    });
                let Some(manager) = manager else {
                    self.blocked += 1;
                    kept = true;
                    continue;
                };
                if self.manager[index] == Some(manager) || !managers.insert(manager) {
                    let defect = reader
                        .at(record.row, DefectCode::RedundantLine, field, text)
                        .with("other", people.label(manager));
                    reader.defects.push(defect);
                }
            }
            if let Some(solid) = self.manager[index] {
                managers.remove(&solid);
            }
            if kept {
                // Which recorded line the bad name stood for is not known: all of them stay.
                managers.extend(recorded_dotted(index, people));
            }
            self.lines[index].dotted = Some(managers);
        }
    }
}

/// The solid managers recorded now, of people who stay, if the managers stay or come.
fn recorded_managers(people: &People<'_, '_>) -> Vec<Option<usize>> {
    let mut managers = vec![None; people.len()];
    for (index, person) in people.snapshot.persons.iter().enumerate() {
        if people.start(index).is_none() {
            continue;
        }
        managers[index] = person
            .lines
            .iter()
            .find(|line| line.kind == LineKind::Solid)
            .and_then(|line| people.place(line.manager))
            .filter(|&manager| people.start(manager).is_some());
    }
    managers
}

/// The dotted managers recorded now.
fn recorded_dotted(index: usize, people: &People<'_, '_>) -> Vec<usize> {
    let Some(person) = people.snapshot.persons.get(index) else { return Vec::new() };
    person
        .lines
        .iter()
        .filter(|line| line.kind == LineKind::Dotted)
        .filter_map(|line| people.place(line.manager))
        .collect()
}
