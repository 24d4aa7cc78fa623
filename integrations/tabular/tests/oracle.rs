//! Real public data, without any mapping.

mod support;

use support::{Ids, day, empty, fixture, options};
use taiwa_domain::organization::import::{Mode, Severity, apply::apply_to_snapshot, plan};

#[test]
fn everyone_joins_and_a_second_import_changes_nothing() {
    let today = day(2026, 4, 1);
    let (organization, table) = (empty(today), fixture("oracle_hr.csv"));
    let first = plan(&organization, &table, &options(Mode::Snapshot, today));
    assert_eq!(first.counts.people, 107);
    assert_eq!(first.counts.joins, 107);
    assert_eq!(first.counts.solid_lines, 106);
    assert_eq!(first.counts.errors, 0);
    assert!(
        first.defects.iter().all(|defect| defect.severity == Severity::Info),
        "{:?}",
        first.defects
    );
    assert!(first.is_applicable());
    let king = &first.writes.new_persons[0];
    assert_eq!((king.number.as_str(), king.joined), ("100", day(2013, 6, 17)));
    assert_eq!(king.profile.name.display(), "Steven King");

    let after = apply_to_snapshot(&organization, &first.writes, &Ids::default());
    let second = plan(&after, &table, &options(Mode::Snapshot, today));
    assert!(second.writes.is_empty(), "{:?}", second.changes);
    assert_eq!(second.counts.unchanged, 107);
}
