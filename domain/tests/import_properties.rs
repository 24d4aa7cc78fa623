//! What holds for every file: a second import changes nothing, the order of rows means nothing,
//! nobody leaves because of a row with an error, and no import makes a circle.

mod import_support;

use std::collections::HashMap;

use import_support::*;
use proptest::prelude::*;
use taiwa_domain::organization::{
    LineKind, Snapshot,
    import::{DefectCode, Mode, Options, Table, plan},
};

const HEADER: [&str; 12] = [
    "社員番号",
    "氏名",
    "メール",
    "部署",
    "役職",
    "上司",
    "兼務上司",
    "兼務",
    "入社日",
    "退職日",
    "休職開始日",
    "休職終了日",
];

type Row = Vec<String>;

fn number(index: usize) -> String {
    format!("{index:04}")
}

fn name(index: usize) -> String {
    // Two share a name.
    let index = if index == 3 { 2 } else { index };
    format!("姓{index} 名{index}")
}

fn pick(options: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(options).prop_map(str::to_owned)
}

/// Someone named as a manager, in any of the three ways, or nobody, or nonsense.
fn manager() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        5 => (0..10_usize).prop_map(number),
        1 => (0..10_usize).prop_map(|index| format!("p{index}@example.com")),
        1 => (0..10_usize).prop_map(name),
        1 => pick(&["#CLEAR", "誰か", "#REF!", "7"]),
    ]
}

fn row(index: usize) -> impl Strategy<Value = Row> {
    (
        prop_oneof![8 => Just(format!("p{index}@example.com")), 1 => Just(String::new()), 1 => pick(&["p1@example.com", "new@example.com", "#CLEAR"])],
        pick(&["", "本社", "本社/営業部", "本社/開発部", "大阪/営業部", "営業部", "企画・開発部", "#CLEAR", "大阪・営業部"]),
        pick(&["", "課長", "部長", "#CLEAR"]),
        manager(),
        prop_oneof![3 => Just(String::new()), 1 => (manager(), manager()).prop_map(|(a, b)| format!("{a};{b}"))],
        pick(&["", "", "本社:顧問", "大阪; 本社/営業部:兼任", "#CLEAR", "営業部"]),
        pick(&["", "2015/4/1", "H27.4.1", "2026/5/1", "2026/4/1", "04/05/2015", "2015/2/30"]),
        prop_oneof![8 => Just(String::new()), 2 => pick(&["2026/3/31", "2026/4/30", "2014/1/1", "9999/12/31", "#CLEAR"])],
        pick(&["", "", "", "2026/6/1", "2020/1/1", "#CLEAR"]),
        pick(&["", "", "2026/8/31", "2020/3/31"]),
    )
        .prop_map(move |(email, department, title, manager, dotted, posts, joined, left, from, to)| {
            vec![
                number(index),
                name(index),
                email,
                department,
                title,
                manager,
                dotted,
                posts,
                joined,
                left,
                from,
                to,
            ]
        })
}

/// Some of ten people, each in one row.
fn file() -> impl Strategy<Value = Vec<Row>> {
    prop::sample::subsequence((0..10_usize).collect::<Vec<_>>(), 1..=10)
        .prop_flat_map(|people| people.into_iter().map(row).collect::<Vec<_>>())
}

fn table_of(rows: &[Row]) -> Table {
    let mut all = vec![HEADER.to_vec()];
    all.extend(rows.iter().map(|row| row.iter().map(String::as_str).collect()));
    Table::from_rows(all)
}

fn options(full: bool) -> Options {
    Options::new(if full { Mode::Snapshot } else { Mode::Upsert }, today(), today())
}

fn imported(before: &Snapshot, rows: &[Row], full: bool) -> Snapshot {
    after(before, &plan(before, &table_of(rows), &options(full)))
}

/// One solid line and one primary post at most, nobody above themselves.
fn assert_sound(state: &Snapshot) {
    let manager: HashMap<_, _> = state
        .persons
        .iter()
        .filter_map(|person| {
            let solid: Vec<_> =
                person.lines.iter().filter(|line| line.kind == LineKind::Solid).collect();
            assert!(solid.len() <= 1);
            assert!(person.assignments.iter().filter(|post| post.primary).count() <= 1);
            Some((person.id, solid.first()?.manager))
        })
        .collect();
    for start in manager.keys() {
        let mut at = *start;
        for step in 0.. {
            let Some(next) = manager.get(&at) else { break };
            at = *next;
            assert!(step <= state.persons.len(), "a circle of managers");
        }
    }
    for department in &state.departments {
        let mut at = department.parent;
        for step in 0.. {
            let Some(id) = at else { break };
            at = state.departments.iter().find(|d| d.id == id).expect("a parent").parent;
            assert!(step <= state.departments.len(), "a circle of departments");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_second_import_changes_nothing(one in file(), two in file(), full: bool) {
        let first = imported(&empty(), &one, full);
        assert_sound(&first);
        let second = imported(&first, &two, full);
        assert_sound(&second);
        let again = plan(&second, &table_of(&two), &options(full));
        prop_assert!(again.writes.is_empty(), "{:#?}\n{:#?}", again.changes, again.writes);
        prop_assert_eq!(again.counts.unchanged, again.counts.people);
    }

    #[test]
    fn the_order_of_rows_means_nothing(
        one in file(),
        (two, shuffled) in file().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        full: bool,
    ) {
        let state = imported(&empty(), &one, full);
        let there = plan(&state, &table_of(&two), &options(full));
        let back = plan(&state, &table_of(&shuffled), &options(full));
        prop_assert_eq!(there.hash, back.hash);
        prop_assert_eq!(there.writes, back.writes);
        prop_assert_eq!(there.counts, back.counts);
    }

    #[test]
    fn nobody_leaves_because_of_a_row_with_an_error(
        rows in prop::collection::vec(0..1_usize, 10..=10)
            .prop_flat_map(|_| (0..10_usize).map(row).collect::<Vec<_>>()),
        place in 0..10_usize,
        column in 0..12_usize,
        rubbish in pick(&["", "#REF!", "#VALUE!", "2015/2/30", "???", "p1@example.com", "#CLEAR", "0001 "]),
        extra: bool,
    ) {
        // A sound company: no last days, no errors.
        let mut rows: Vec<Row> = rows;
        for (index, row) in rows.iter_mut().enumerate() {
            row[2] = format!("p{index}@example.com");
            row[8] = "2015/4/1".to_owned();
            row[9] = String::new();
            row[3] = "本社".to_owned();
            row[10] = String::new();
            row[11] = String::new();
            row[7] = String::new();
        }
        let state = imported(&empty(), &rows, true);
        prop_assert_eq!(state.persons.len(), 10);
        rows[place][column] = rubbish;
        if extra {
            rows[place].push("余り".to_owned());
        }
        let plan = plan(&state, &table_of(&rows), &options(true));
        prop_assert_eq!(plan.counts.leaves, 0, "{:#?}", plan.defects);
        prop_assert!(plan.writes.departures.is_empty());
        let lost = plan.defects.iter().any(|defect| defect.code == DefectCode::RowTooLong);
        prop_assert!(!extra || lost);
    }
}
