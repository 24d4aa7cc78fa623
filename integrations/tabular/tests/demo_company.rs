//! The company that the demo imports, through the importer customers use.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::{Ids, day, empty, options};
use taiwa_domain::organization::{
    EmploymentType, Locale,
    import::{Mode, Severity, apply::apply_to_snapshot, plan},
};
use taiwa_tabular::{Limits, read};

const FILE: &[u8] = include_bytes!("../../../api/server/src/demo/company.csv");

#[test]
fn the_demo_company_imports_without_a_word() {
    let today = day(2026, 11, 23);
    let table = read(FILE, Some("company.csv"), &Limits::default()).expect("a readable file");
    let organization = empty(today);
    let first = plan(&organization, &table, &options(Mode::Snapshot, today));
    let loud: Vec<_> = first.defects.iter().filter(|d| d.severity != Severity::Info).collect();
    assert!(loud.is_empty(), "{loud:#?}");
    assert!(first.is_applicable());
    let counts = first.counts;
    assert_eq!((counts.errors, counts.blocked_lines, counts.warnings), (0, 0, 0));
    assert_eq!((counts.people, counts.joins), (306, 306));
    assert_eq!((counts.solid_lines, counts.dotted_lines), (305, 22));
    assert_eq!(counts.new_departments, 57);

    let people = &first.writes.new_persons;
    let mut zones = BTreeMap::new();
    for person in people {
        *zones.entry(person.profile.zone.name()).or_insert(0) += 1;
    }
    assert_eq!(
        zones,
        BTreeMap::from([("America/New_York", 45), ("Asia/Tokyo", 223), ("Europe/Berlin", 38)])
    );
    let hours: BTreeSet<_> = people.iter().map(|p| p.profile.hours.to_string()).collect();
    assert!(hours.len() > 15, "{hours:?}");
    let part_timers =
        people.iter().filter(|p| p.profile.employment_type == EmploymentType::PartTime).count();
    assert_eq!(part_timers, 16);
    assert_eq!(people.iter().filter(|p| p.profile.locale == Locale::En).count(), 86);
    assert_eq!(people.iter().filter(|p| p.joined > today).count(), 2);
    assert_eq!(first.writes.leave_changes.len(), 3);

    let after = apply_to_snapshot(&organization, &first.writes, &Ids::default());
    let second = plan(&after, &table, &options(Mode::Snapshot, today));
    assert!(second.writes.is_empty(), "{:?}", second.changes);
    assert_eq!(second.counts.unchanged, 306);
}
