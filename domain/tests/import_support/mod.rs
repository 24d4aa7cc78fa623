//! Small organizations and files for the tests of the import.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use taiwa_domain::{
    id::IdSource,
    organization::{
        Locale, PersonState, Snapshot,
        import::{
            Defect, DefectCode, ImportPlan, Mode, Options, Table, apply::apply_to_snapshot, plan,
        },
    },
};

/// Identifiers that count up.
#[derive(Default)]
pub(crate) struct Ids(AtomicU64);

impl Ids {
    pub(crate) fn starting_at(first: u64) -> Self {
        Self(AtomicU64::new(first))
    }
}

impl IdSource for Ids {
    fn next(&self) -> uuid::Uuid {
        uuid::Uuid::from_u64_pair(7, self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

/// The day on which everything happens in these tests.
pub(crate) fn today() -> NaiveDate {
    day(2026, 4, 1)
}

pub(crate) fn empty() -> Snapshot {
    Snapshot {
        revision: 1,
        day: today(),
        zone: chrono_tz::Tz::Asia__Tokyo,
        locale: Locale::Ja,
        departments: Vec::new(),
        persons: Vec::new(),
    }
}

/// A table from lines with cells between bars; spaces around them do not count.
pub(crate) fn table(text: &str) -> Table {
    Table::from_rows(
        text.trim()
            .lines()
            .map(|line| line.trim().split('|').map(str::trim).collect::<Vec<_>>())
            .collect::<Vec<_>>(),
    )
}

pub(crate) fn upsert() -> Options {
    Options::new(Mode::Upsert, today(), today())
}

pub(crate) fn snapshot() -> Options {
    Options::new(Mode::Snapshot, today(), today())
}

/// The organization after an import that had no errors.
pub(crate) fn organization(text: &str) -> Snapshot {
    let plan = plan(&empty(), &table(text), &upsert());
    assert_eq!(plan.counts.errors + plan.counts.blocked_lines, 0, "{:?}", plan.defects);
    after(&empty(), &plan)
}

pub(crate) fn after(before: &Snapshot, plan: &ImportPlan) -> Snapshot {
    apply_to_snapshot(
        before,
        &plan.writes,
        &Ids::starting_at(1_000_000 * u64::try_from(before.revision).expect("a revision")),
    )
}

pub(crate) fn import(before: &Snapshot, text: &str) -> ImportPlan {
    plan(before, &table(text), &upsert())
}

/// Imports and applies; planning the same again must write nothing.
pub(crate) fn applied(before: &Snapshot, text: &str, options: &Options) -> (ImportPlan, Snapshot) {
    let first = plan(before, &table(text), options);
    let state = after(before, &first);
    let second = plan(&state, &table(text), options);
    assert!(second.writes.is_empty(), "{:#?}\n{:#?}", second.writes, second.changes);
    (first, state)
}

pub(crate) fn found(plan: &ImportPlan, code: DefectCode) -> &Defect {
    plan.defects
        .iter()
        .find(|defect| defect.code == code)
        .unwrap_or_else(|| panic!("no {code} in {:#?}", plan.defects))
}

pub(crate) fn person<'a>(state: &'a Snapshot, number: &str) -> &'a PersonState {
    state
        .persons
        .iter()
        .find(|person| person.number == number)
        .unwrap_or_else(|| panic!("nobody has {number}"))
}

/// The number of someone's solid manager.
pub(crate) fn manager(state: &Snapshot, number: &str) -> Option<String> {
    let line = person(state, number)
        .lines
        .iter()
        .find(|line| line.kind == taiwa_domain::organization::LineKind::Solid)?;
    state.persons.iter().find(|person| person.id == line.manager).map(|p| p.number.clone())
}

/// The path of a department and the title of someone's posts, the primary one first.
pub(crate) fn posts(state: &Snapshot, number: &str) -> Vec<String> {
    let mut posts: Vec<_> = person(state, number).assignments.iter().collect();
    posts.sort_by_key(|post| (!post.primary, post.id));
    posts
        .into_iter()
        .map(|post| {
            let mut names = Vec::new();
            let mut at = Some(post.department);
            while let Some(id) = at {
                let department =
                    state.departments.iter().find(|d| d.id == id).expect("a department");
                names.push(department.name.clone());
                at = department.parent;
            }
            names.reverse();
            let path = names.join("/");
            post.position.as_ref().map_or(path.clone(), |position| format!("{path}:{position}"))
        })
        .collect()
}
