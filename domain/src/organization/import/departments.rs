//! Departments: which ones the file means, which it adds, renames and moves.
//!
//! A code is the surest name. A path is read from the top of the tree. A single name is the
//! department at the top with that name, else the only one anywhere with it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    Defect, DefectCode, Field,
    given::Given,
    record::Reader,
    roll::{Roll, Subject},
    text::{name_key, squeezed},
    tree::{Node, Tree, segments},
};
use crate::organization::Snapshot;

/// The tree, and what each text in the file stands for.
pub(super) struct Departments {
    pub(super) tree: Tree,
    texts: HashMap<String, Option<usize>>,
    defects: Vec<Defect>,
}

impl Departments {
    /// The department of a post; `Err` when several have the name.
    pub(super) fn of(
        &self,
        code: &Given<impl AsRef<str>>,
        text: &Given<impl AsRef<str>>,
    ) -> Result<Given<usize>, ()> {
        match (code, text) {
            (Given::Value(code), _) => {
                Ok(self.tree.by_code.get(code.as_ref()).copied().map_or(Given::Keep, Given::Value))
            }
            (_, Given::Value(text)) => {
                self.by_text(text.as_ref()).map(|found| found.map_or(Given::Keep, Given::Value))
            }
            (Given::Clear, _) | (_, Given::Clear) => Ok(Given::Clear),
            _ => Ok(Given::Keep),
        }
    }

    /// The department a path, name or code stands for; `Err` when several have the name.
    pub(super) fn by_text(&self, text: &str) -> Result<Option<usize>, ()> {
        if let Some(&index) = self.tree.by_code.get(text) {
            return Ok(Some(index));
        }
        match self.texts.get(text) {
            Some(Some(index)) => Ok(Some(*index)),
            Some(None) => Err(()),
            None => Ok(None),
        }
    }

    /// What was found wrong with the tree itself.
    pub(super) fn take_defects(&mut self) -> Vec<Defect> {
        std::mem::take(&mut self.defects)
    }

    /// Reads the departments of everyone who is part of the plan.
    pub(super) fn find(roll: &Roll<'_>, snapshot: &Snapshot, reader: &Reader<'_, '_>) -> Self {
        let mut found =
            Self { tree: Tree::new(snapshot), texts: HashMap::new(), defects: Vec::new() };
        let mut codes: BTreeMap<&str, Votes<'_>> = BTreeMap::new();
        let mut texts: HashMap<&str, u32> = HashMap::new();
        let named = |text: &str| !text.trim().is_empty();
        for subject in roll.subjects.iter().filter(|subject| subject.good) {
            for record in std::iter::once(&subject.record).chain(&subject.posts) {
                let text = record.department.value().map(|text| text.as_ref());
                if let Some(code) = record.department_code.value() {
                    codes.entry(code.as_ref()).or_default().add(
                        record.row,
                        text,
                        record.parent_code.value().map(|code| code.as_ref()),
                        record.parent_code == Given::Clear,
                    );
                } else if let Some(text) = text.filter(|text| named(text)) {
                    let row = texts.entry(text).or_insert(record.row);
                    *row = record.row.min(*row);
                }
            }
            for (text, _) in subject.record.concurrent.value().into_iter().flatten() {
                let row = texts.entry(text).or_insert(subject.record.row);
                *row = subject.record.row.min(*row);
            }
        }
        found.coded(&codes, reader);
        found.uncoded(&texts);
        found.circles(snapshot, reader);
        for index in found.tree.new_in_order() {
            let defect = Defect::new(DefectCode::NewDepartment)
                .sheet(reader.layout.sheet.name.as_deref())
                .row(found.tree.nodes[index].row)
                .value(found.tree.path(index));
            found.defects.push(defect);
        }
        found
    }

    /// Departments that stand in the file with a code.
    fn coded(&mut self, codes: &BTreeMap<&str, Votes<'_>>, reader: &Reader<'_, '_>) {
        let report = |row, code, value: &str| reader.at(row, code, Field::DepartmentCode, value);
        for (code, votes) in codes {
            let recorded = self.tree.by_code.get(*code).copied();
            let names = votes.names();
            if names.len() > 1 {
                let list: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
                self.defects.push(
                    report(votes.row, DefectCode::DepartmentConflict, code)
                        .with("what", list.join(", ")),
                );
            }
            let kept = recorded.map(|index| self.tree.nodes[index].name.clone());
            let name = kept
                .filter(|kept| {
                    names.is_empty() || (names.len() > 1 && names.iter().any(|(n, _)| n == kept))
                })
                .or_else(|| most(&names));
            let name = name.unwrap_or_else(|| {
                self.defects.push(report(votes.row, DefectCode::UnnamedDepartment, code));
                (*code).to_owned()
            });
            // A recorded department of this name without a code is this one.
            let index = recorded.or_else(|| {
                let same: Vec<usize> = self
                    .tree
                    .named(&name)
                    .iter()
                    .copied()
                    .filter(|&index| {
                        index < self.tree.recorded && self.tree.nodes[index].code.is_none()
                    })
                    .collect();
                match same[..] {
                    [index] => Some(index),
                    _ => None,
                }
            });
            match index {
                Some(index) => {
                    self.tree.nodes[index].name = name;
                    self.tree.nodes[index].code = Some((*code).to_owned());
                    self.tree.nodes[index].row = votes.row;
                    self.tree.by_code.insert((*code).to_owned(), index);
                }
                None => {
                    self.tree.add(Node {
                        code: Some((*code).to_owned()),
                        name,
                        parent: None,
                        row: votes.row,
                    });
                }
            }
        }
        self.parents_by_code(codes, reader);
        self.tree.index();
        // Those whose parents stand in a path of names, upper ones first.
        let mut by_path: Vec<(usize, Vec<String>, usize, u32)> = codes
            .iter()
            .filter(|(_, votes)| votes.parents.is_empty() && !votes.top)
            .filter_map(|(code, votes)| {
                let path = votes.paths.iter().next()?;
                Some((path.len(), path.clone(), *self.tree.by_code.get(*code)?, votes.row))
            })
            .collect();
        by_path.sort();
        for (_, path, index, row) in by_path {
            let above = path.split_last().map(|(_, above)| above).unwrap_or_default();
            let parent = self.walk(above, row);
            if parent != Some(index) {
                self.tree.nodes[index].parent = parent;
            }
            self.tree.index();
        }
    }

    fn parents_by_code(&mut self, codes: &BTreeMap<&str, Votes<'_>>, reader: &Reader<'_, '_>) {
        for (code, votes) in codes {
            let Some(&index) = self.tree.by_code.get(*code) else { continue };
            if votes.top && votes.parents.is_empty() {
                self.tree.nodes[index].parent = None;
            }
            let mut known = BTreeMap::new();
            for (parent, count) in &votes.parents {
                match self.tree.by_code.get(*parent) {
                    Some(&parent_index) => {
                        known.insert(*parent, (parent_index, *count));
                    }
                    None => {
                        let defect = reader
                            .at(
                                votes.row,
                                DefectCode::UnknownParentDepartment,
                                Field::ParentDepartmentCode,
                                parent,
                            )
                            .with("code", code);
                        self.defects.push(defect);
                    }
                }
            }
            if known.len() > 1 {
                let list: Vec<&str> = known.keys().copied().collect();
                self.defects.push(
                    reader
                        .at(
                            votes.row,
                            DefectCode::DepartmentConflict,
                            Field::ParentDepartmentCode,
                            code,
                        )
                        .with("what", list.join(", ")),
                );
                // What is recorded stands while the file disagrees with itself.
                let kept = self.tree.nodes[index].parent;
                if known.values().any(|(parent, _)| Some(*parent) == kept) {
                    continue;
                }
            }
            let best =
                known.iter().max_by_key(|(code, (_, count))| (*count, std::cmp::Reverse(**code)));
            if let Some((_, (parent, _))) = best {
                self.tree.nodes[index].parent = Some(*parent);
            }
        }
    }

    /// Departments that stand in the file without a code: paths first, then single names, each in
    /// an order of their own, so that the order of rows means nothing.
    fn uncoded(&mut self, texts: &HashMap<&str, u32>) {
        let mut paths: BTreeMap<Vec<String>, Vec<(&str, u32)>> = BTreeMap::new();
        let mut single: BTreeSet<(String, &str, u32)> = BTreeSet::new();
        for (text, row) in texts {
            if self.tree.by_code.contains_key(*text) {
                continue;
            }
            let whole = squeezed(text);
            let path = segments(text);
            let known_whole = self.tree.named(&whole).len() == 1;
            if path.len() < 2 || known_whole {
                let name =
                    if known_whole { whole } else { path.into_iter().next().unwrap_or(whole) };
                single.insert((name, *text, *row));
            } else {
                paths.entry(path).or_default().push((*text, *row));
            }
        }
        for (path, texts) in paths {
            let row = texts.iter().map(|(_, row)| *row).min().unwrap_or_default();
            let index = self.walk(&path, row);
            for (text, _) in texts {
                self.texts.insert(text.to_owned(), index);
            }
        }
        let mut first: BTreeMap<String, u32> = BTreeMap::new();
        for (name, _, row) in &single {
            let slot = first.entry(name_key(name)).or_insert(*row);
            *slot = (*slot).min(*row);
        }
        for (name, text, row) in single {
            let index = self.tree.child(None, &name).map_or_else(
                || match self.tree.named(&name) {
                    [] => {
                        let row = first.get(&name_key(&name)).copied().unwrap_or(row);
                        Some(self.tree.add(Node {
                            code: None,
                            name: name.clone(),
                            parent: None,
                            row,
                        }))
                    }
                    [one] => Some(*one),
                    _ => None,
                },
                Some,
            );
            self.texts.insert(text.to_owned(), index);
        }
    }

    /// Goes down a path from the top, adding what is missing.
    fn walk(&mut self, path: &[String], row: u32) -> Option<usize> {
        let mut at = None;
        for name in path {
            at = Some(match self.tree.child(at, name) {
                Some(index) => index,
                None => self.tree.add(Node { code: None, name: name.clone(), parent: at, row }),
            });
        }
        at
    }

    /// Circles of parents: everyone on one keeps the recorded parent, new ones stand at the top.
    fn circles(&mut self, snapshot: &Snapshot, reader: &Reader<'_, '_>) {
        let place: HashMap<_, usize> =
            snapshot.departments.iter().enumerate().map(|(i, d)| (d.id, i)).collect();
        let recorded = |index: usize| {
            snapshot.departments.get(index)?.parent.and_then(|id| place.get(&id).copied())
        };
        loop {
            let mut moved = false;
            for circle in self.tree.circles() {
                let mut names: Vec<&str> =
                    circle.iter().map(|&index| self.tree.nodes[index].name.as_str()).collect();
                names.push(names[0]);
                let names = names.join(" → ");
                let row = circle.iter().map(|&index| self.tree.nodes[index].row).max();
                let defect = reader
                    .at(
                        row.unwrap_or_default(),
                        DefectCode::DepartmentCycle,
                        Field::ParentDepartmentCode,
                        &names,
                    )
                    .with("cycle", &names);
                self.defects.push(defect);
                for index in circle {
                    let was = recorded(index);
                    moved |= self.tree.nodes[index].parent != was;
                    self.tree.nodes[index].parent = was;
                }
            }
            if !moved {
                return;
            }
        }
    }
}

/// What the rows say about a department with a code.
#[derive(Default)]
struct Votes<'t> {
    row: u32,
    paths: BTreeSet<Vec<String>>,
    names: BTreeMap<&'t str, usize>,
    parents: BTreeMap<&'t str, usize>,
    top: bool,
}

impl<'t> Votes<'t> {
    fn add(&mut self, row: u32, text: Option<&'t str>, parent: Option<&'t str>, top: bool) {
        if self.row == 0 || row < self.row {
            self.row = row;
        }
        if let Some(text) = text {
            *self.names.entry(text).or_default() += 1;
            if self.names[text] == 1 {
                let path = segments(text);
                if path.len() > 1 {
                    self.paths.insert(path);
                }
            }
        }
        if let Some(parent) = parent {
            *self.parents.entry(parent).or_default() += 1;
        }
        self.top |= top;
    }

    /// The names with how often each stands there.
    fn names(&self) -> Vec<(String, usize)> {
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        for (text, count) in &self.names {
            let name = segments(text).pop().unwrap_or_else(|| squeezed(text));
            *names.entry(name).or_default() += count;
        }
        names.into_iter().collect()
    }
}

/// The most frequent, the first of equals.
fn most(names: &[(String, usize)]) -> Option<String> {
    names.iter().rev().max_by_key(|(_, count)| *count).map(|(name, _)| name.clone())
}

/// Leaves out the people whose department cannot be told; whether there was any.
pub(super) fn ambiguous(
    departments: &Departments,
    roll: &mut Roll<'_>,
    reader: &mut Reader<'_, '_>,
) -> bool {
    let mut any = false;
    for subject in roll.subjects.iter_mut().filter(|subject| subject.good) {
        let Some((row, field, text)) = unclear(departments, subject) else { continue };
        let several: Vec<String> = departments
            .tree
            .named(&text)
            .iter()
            .take(5)
            .map(|&index| departments.tree.path(index))
            .collect();
        let defect = reader
            .at(row, DefectCode::AmbiguousDepartment, field, &text)
            .with("several", several.join(", "));
        reader.defects.push(defect);
        subject.good = false;
        any = true;
    }
    any
}

fn unclear(departments: &Departments, subject: &Subject<'_>) -> Option<(u32, Field, String)> {
    for record in std::iter::once(&subject.record).chain(&subject.posts) {
        if departments.of(&record.department_code, &record.department).is_err() {
            let text = record.department.value().map(|t| t.to_string()).unwrap_or_default();
            return Some((record.row, Field::Department, text));
        }
    }
    let concurrent = subject.record.concurrent.value().into_iter().flatten();
    concurrent
        .filter(|(text, _)| departments.by_text(text).is_err())
        .map(|(text, _)| (subject.record.row, Field::ConcurrentPosts, text.clone()))
        .next()
}
