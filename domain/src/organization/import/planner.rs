//! From a table and an organization to a plan: the order of the steps.

use std::collections::HashMap;

use super::{
    Brake, ColumnUse, Counts, Defect, DefectCode, DepartmentChange, DepartmentRef, Effect, Field,
    ImportPlan, Mode, NewDepartment, Options, Severity, Table, Writes,
    changes::Differ,
    columns::Columns,
    departments::{Departments, ambiguous},
    employment,
    hash::plan_hash,
    layout::{self, Layout},
    lines::LinePlan,
    people::People,
    record::Reader,
    roll::{Roll, Subject},
};
use crate::organization::{LineKind, PersonState, Snapshot};

/// Names shown of a list of people.
const SHOWN: usize = 10;

/// What importing `table` into the organization would do.
pub fn plan(snapshot: &Snapshot, table: &Table, options: &Options) -> ImportPlan {
    let mut defects = table.defects.clone();
    let layout = layout::find(table, options, &mut defects);
    let refused = defects.iter().any(|defect| defect.code.effect() == Effect::File);
    let Some(layout) = layout.filter(|_| !refused) else {
        return finish(snapshot, table, options, None, Outcome { defects, ..Outcome::default() });
    };
    let columns = Columns::find(&layout, snapshot, options.today, &mut defects);
    let mut reader = Reader { layout: &layout, columns, defects };
    let outcome = outcome(snapshot, options, &layout, &mut reader);
    finish(snapshot, table, options, Some(&layout), outcome)
}

#[derive(Default)]
struct Outcome {
    counts: Counts,
    changes: Vec<super::PersonChange>,
    writes: Writes,
    defects: Vec<Defect>,
    active: usize,
}

fn outcome<'t>(
    snapshot: &Snapshot,
    options: &Options,
    layout: &Layout<'t>,
    reader: &mut Reader<'t, '_>,
) -> Outcome {
    let number = layout.column(Field::Number).unwrap_or_default();
    let header = layout.header(Field::Number);
    let mut records = Vec::with_capacity(layout.sheet.len());
    let mut rows = 0;
    for index in layout.first..layout.sheet.len() {
        let Some(row) = layout.sheet.row(index) else { break };
        // Page breaks of reports repeat the headers.
        if row.cell(number).text() == Some(header.as_str()) {
            let defect = reader
                .at(row.number(), DefectCode::RepeatedRow, Field::Number, "")
                .with("first", layout.sheet.row(layout.first - 1).map_or(0, |row| row.number()));
            reader.defects.push(defect);
            continue;
        }
        rows += 1;
        // Boxed, because a row's values are large and the rows are sorted by number.
        records.push(Box::new(reader.read(row)));
    }
    let mut roll = Roll::new(records, snapshot, reader);
    for subject in roll.subjects.iter_mut().filter(|subject| subject.good) {
        let state = subject.existing.and_then(|index| snapshot.persons.get(index));
        match employment::decide(state, &subject.record, options, reader) {
            Some(employment) => subject.employment = employment,
            None => subject.good = false,
        }
    }
    // Without a column for it one remark is enough.
    let assumed = |subject: &&Subject<'_>| {
        subject.good && subject.existing.is_none() && !layout.has(Field::Joined)
    };
    let count = roll.subjects.iter().filter(assumed).count();
    if count > 0 {
        let defect = Defect::new(DefectCode::JoinedAssumed)
            .sheet(layout.sheet.name.as_deref())
            .with("count", count)
            .with("date", options.effective);
        reader.defects.push(defect);
    }
    let former = |person: &PersonState| {
        person.employments.last().is_none_or(|latest| latest.until <= options.effective)
    };
    // A row left out may take its departments and its email with it: until nothing changes.
    let mut departments = loop {
        roll.emails(snapshot, former, reader);
        let departments = Departments::find(&roll, snapshot, reader);
        if !ambiguous(&departments, &mut roll, reader) {
            break departments;
        }
    };
    reader.defects.append(&mut departments.take_defects());

    roll.mark_present(snapshot);
    let mut people = People::new(snapshot, &roll, options.effective);
    absent(&mut people, options, reader);
    let lines = LinePlan::find(&people, reader);
    let mut counts = Counts {
        rows,
        people: roll.subjects.iter().filter(|subject| subject.good).count(),
        errors: roll.lost_rows
            + roll.subjects.iter().filter(|s| !s.good).map(|s| s.rows()).sum::<usize>(),
        blocked_lines: lines.blocked,
        ..Counts::default()
    };
    let (writes, department_refs) = department_writes(snapshot, &departments);
    counts.new_departments = writes.new_departments.len();
    counts.department_changes = writes.department_changes.len();
    let department_places: HashMap<DepartmentRef, usize> =
        department_refs.iter().enumerate().map(|(index, reference)| (*reference, index)).collect();
    let mut differ = Differ {
        snapshot,
        options,
        people: &people,
        departments: &departments,
        department_refs: &department_refs,
        department_places: &department_places,
        lines: &lines,
        reader,
        writes,
        changes: Vec::new(),
        counts,
    };
    // By number throughout, so that the order of rows means nothing.
    let mut order: Vec<(&str, usize)> =
        people.planned().map(|(index, subject)| (subject.number(), index)).collect();
    order.extend(
        people
            .absent
            .iter()
            .enumerate()
            .filter(|(_, absent)| **absent)
            .map(|(index, _)| (people.number(index), index)),
    );
    order.sort_unstable();
    for (_, index) in order {
        match people.subject(index) {
            Some(subject) => differ.person(index, subject),
            None => differ.absent(index),
        }
    }
    let Differ { writes, changes, counts, .. } = differ;
    roots(&people, &lines, options, reader);
    let active = snapshot
        .persons
        .iter()
        .filter(|person| person.employments.iter().any(|p| p.contains(options.effective)))
        .count();
    Outcome { counts, changes, writes, defects: std::mem::take(&mut reader.defects), active }
}

/// Who leaves because a full snapshot does not name them.
fn absent(people: &mut People<'_, '_>, options: &Options, reader: &mut Reader<'_, '_>) {
    if options.mode != Mode::Snapshot {
        return;
    }
    let gone: Vec<usize> = people
        .snapshot
        .persons
        .iter()
        .enumerate()
        // People who have not joined yet are often not in an export yet; leaving on the day before
        // the first one would be no employment at all.
        .filter(|(index, person)| {
            !people.roll.present[*index]
                && person.employments.last().is_some_and(|latest| {
                    latest.from < options.effective && latest.contains(options.effective)
                })
        })
        .map(|(index, _)| index)
        .collect();
    if gone.is_empty() {
        return;
    }
    if let Some(row) = people.roll.unidentified {
        let names: Vec<String> =
            gone.iter().take(SHOWN).map(|&index| people.label(index)).collect();
        let defect = reader
            .at(row, DefectCode::LeaversHeld, Field::Number, "")
            .with("count", gone.len())
            .with("names", names.join(", "));
        reader.defects.push(defect);
        return;
    }
    for index in gone {
        people.absent[index] = true;
    }
}

/// New and changed departments, and how each node of the tree is named in the writes.
fn department_writes(
    snapshot: &Snapshot,
    departments: &Departments,
) -> (Writes, Vec<DepartmentRef>) {
    let tree = &departments.tree;
    let mut references: Vec<DepartmentRef> = snapshot
        .departments
        .iter()
        .map(|department| DepartmentRef::Existing(department.id))
        .collect();
    references.resize(tree.nodes.len(), DepartmentRef::New(0));
    let order = tree.new_in_order();
    for (place, index) in order.iter().enumerate() {
        references[*index] = DepartmentRef::New(place as u32);
    }
    let mut writes = Writes {
        new_departments: order
            .iter()
            .map(|&index| {
                let node = &tree.nodes[index];
                NewDepartment {
                    code: node.code.clone(),
                    name: node.name.clone(),
                    parent: node.parent.map(|parent| references[parent]),
                }
            })
            .collect(),
        ..Writes::default()
    };
    for (department, node) in snapshot.departments.iter().zip(&tree.nodes) {
        let parent = node.parent.map(|parent| references[parent]);
        let recorded = department.parent.map(DepartmentRef::Existing);
        if department.code != node.code || department.name != node.name || recorded != parent {
            writes.department_changes.push(DepartmentChange {
                id: department.id,
                code: node.code.clone(),
                name: node.name.clone(),
                parent,
            });
        }
    }
    writes.department_changes.sort_by_key(|change| change.id);
    (writes, references)
}

/// Several people at the top, and reports whose manager leaves.
fn roots(
    people: &People<'_, '_>,
    lines: &LinePlan,
    options: &Options,
    reader: &mut Reader<'_, '_>,
) {
    let mut tops = Vec::new();
    for index in 0..people.len() {
        let Some(day) = people.start(index) else { continue };
        if lines.manager[index].is_some() {
            continue;
        }
        tops.push(index);
        let recorded = people
            .snapshot
            .persons
            .get(index)
            .and_then(|person| person.lines.iter().find(|line| line.kind == LineKind::Solid));
        let gone = recorded
            .and_then(|line| people.place(line.manager))
            .filter(|&manager| !people.employed(manager, day));
        let untouched = lines.lines[index].solid == super::lines::Solid::Keep;
        if let Some(manager) = gone.filter(|_| untouched) {
            let mut defect = Defect::new(DefectCode::ManagerLeaves)
                .sheet(reader.layout.sheet.name.as_deref())
                .with("name", people.label(index))
                .with("other", people.label(manager));
            defect.row = people.subject(index).map(|subject| subject.record.row);
            reader.defects.push(defect);
        }
    }
    if tops.len() > 1 {
        tops.sort_by_key(|&index| people.number(index));
        let names: Vec<String> =
            tops.iter().take(SHOWN).map(|&index| people.label(index)).collect();
        let more = if tops.len() > SHOWN { ", …" } else { "" };
        let defect = Defect::new(DefectCode::SeveralRoots)
            .sheet(reader.layout.sheet.name.as_deref())
            .with("count", tops.len())
            .with("date", options.effective)
            .with("names", format!("{}{more}", names.join(", ")));
        reader.defects.push(defect);
    }
}

fn finish(
    snapshot: &Snapshot,
    table: &Table,
    options: &Options,
    layout: Option<&Layout<'_>>,
    outcome: Outcome,
) -> ImportPlan {
    let Outcome { mut counts, changes, writes, mut defects, active } = outcome;
    defects.sort_by(|a, b| (a.row, a.code, &a.column).cmp(&(b.row, b.code, &b.column)));
    let count = |severity| defects.iter().filter(|d| d.severity == severity).count();
    counts.warnings = count(Severity::Warning);
    counts.infos = count(Severity::Info);
    let limit = options.brake.limit(active);
    let blocked = (counts.leaves > limit && options.accept_leavers != Some(counts.leaves))
        .then_some(Brake { leavers: counts.leaves, limit, accepted: options.accept_leavers });
    let columns = layout.map_or_else(Vec::new, |layout| {
        let mut columns: Vec<(usize, Field)> = Field::ALL
            .into_iter()
            .filter_map(|field| layout.column(field).map(|column| (column, field)))
            .collect();
        columns.sort();
        columns
            .into_iter()
            .map(|(column, field)| ColumnUse { header: layout.headers[column].clone(), field })
            .collect()
    });
    ImportPlan {
        hash: plan_hash(&writes, options, snapshot.revision),
        revision: snapshot.revision,
        effective: options.effective,
        mode: options.mode,
        counts,
        changes,
        refused: defects.iter().any(|defect| defect.code.effect() == Effect::File),
        defects,
        blocked,
        encoding: table.encoding.clone(),
        sheet: layout.and_then(|layout| layout.sheet.name.clone()),
        columns,
        writes,
    }
}
