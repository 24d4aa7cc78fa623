//! Whole files as HR systems and spreadsheets write them.

mod support;

use std::fmt::Write as _;

use support::{Ids, day, empty, fixture, options};
use taiwa_domain::organization::{
    EmploymentType, Locale, Period, Snapshot, WorkStyle,
    import::{ImportPlan, Mode, Severity, apply::apply_to_snapshot, plan},
};

fn imported(name: &str) -> (ImportPlan, Snapshot) {
    let today = day(2026, 4, 1);
    let organization = empty(today);
    let table = fixture(name);
    let first = plan(&organization, &table, &options(Mode::Snapshot, today));
    let after = apply_to_snapshot(&organization, &first.writes, &Ids::default());
    let second = plan(&after, &table, &options(Mode::Snapshot, today));
    assert!(second.writes.is_empty(), "{name}: {:#?}", second.changes);
    (first, after)
}

fn person<'a>(state: &'a Snapshot, number: &str) -> &'a taiwa_domain::organization::PersonState {
    state.persons.iter().find(|person| person.number == number).expect("a person")
}

fn path(state: &Snapshot, number: &str, primary: bool) -> Vec<String> {
    person(state, number)
        .assignments
        .iter()
        .filter(|post| post.primary == primary)
        .map(|post| {
            let mut names = Vec::new();
            let mut at = Some(post.department);
            while let Some(id) = at {
                let department = state.departments.iter().find(|d| d.id == id).expect("one");
                names.insert(0, department.name.clone());
                at = department.parent;
            }
            names.join("/") + ":" + post.position.as_deref().unwrap_or_default()
        })
        .collect()
}

#[test]
fn shift_jis_export_with_eras_codes_and_a_row_per_post() {
    let (plan, state) = imported("minato_shift_jis.csv");
    assert_eq!(plan.encoding.as_deref(), Some("Shift_JIS"));
    assert_eq!((plan.counts.rows, plan.counts.people), (10, 9));
    assert_eq!((plan.counts.joins, plan.counts.former), (8, 1));
    assert_eq!((plan.counts.errors, plan.counts.blocked_lines, plan.counts.warnings), (0, 0, 0));
    let yamazaki = person(&state, "000215");
    assert_eq!(yamazaki.profile.name.display(), "山﨑 恵子");
    assert_eq!(yamazaki.profile.name.family_kana.as_deref(), Some("ヤマザキ"));
    assert_eq!(path(&state, "000215", true), ["株式会社みなと商事/営業本部:本部長"]);
    assert_eq!(path(&state, "000215", false), ["株式会社みなと商事/管理本部:副本部長"]);
    assert_eq!(person(&state, "000101").employments, [Period::since(day(1985, 4, 1))]);
    assert_eq!(person(&state, "000413").employments, [Period::since(day(2019, 5, 1))]);
    assert_eq!(person(&state, "000503").profile.employment_type, EmploymentType::Contract);
    assert_eq!(
        person(&state, "000288").employments,
        [Period::inclusive(day(2000, 4, 1), Some(day(2024, 3, 31)))]
    );
}

#[test]
fn utf16_text_with_paths_and_three_ways_to_name_a_manager() {
    let (plan, state) = imported("northwind_utf16.tsv");
    assert_eq!(plan.encoding.as_deref(), Some("UTF-16LE"));
    assert_eq!((plan.counts.joins, plan.counts.solid_lines, plan.counts.errors), (5, 4, 0));
    assert_eq!(plan.counts.blocked_lines, 0, "{:#?}", plan.defects);
    assert_eq!(person(&state, "E001").employments[0].from, day(2010, 3, 1));
    assert_eq!(person(&state, "E002").profile.name.family, "Okafor");
    assert_eq!(path(&state, "E003", true), ["Northwind/Engineering/Tokyo:Engineering Manager"]);
    assert_eq!(path(&state, "E003", false), ["Northwind/Sales:Advisor"]);
    let jonas = &person(&state, "E004").profile;
    assert_eq!(jonas.zone, chrono_tz::Tz::Europe__Berlin);
    assert_eq!((jonas.locale, jonas.work_style), (Locale::En, WorkStyle::Remote));
    assert_eq!(jonas.hours.to_string(), "Mon-Thu 09:00-15:00");
}

#[test]
fn workbook_with_titles_padded_numbers_and_ghosts() {
    let (plan, state) = imported("aoba.xlsx");
    assert_eq!(plan.sheet.as_deref(), Some("社員一覧"));
    assert_eq!((plan.counts.joins, plan.counts.solid_lines, plan.counts.errors), (5, 4, 0));
    assert_eq!(plan.counts.warnings, 0, "{:#?}", plan.defects);
    assert_eq!(person(&state, "000230").profile.name.display(), "岡田 葵");
    assert_eq!(
        person(&state, "000230").leaves,
        [Period::inclusive(day(2026, 5, 1), Some(day(2027, 4, 30)))]
    );
    assert_eq!(person(&state, "000231").employments[0].from, day(2019, 4, 1));
    assert_eq!(path(&state, "000105", true), ["本社/製造部/第一工場:工場長"]);
}

/// What a person importing the file reads.
fn report(plan: &ImportPlan) -> String {
    let counts = &plan.counts;
    let mut text = format!(
        "rows {} people {} errors {} blocked lines {} warnings {} infos {}{}\n",
        counts.rows,
        counts.people,
        counts.errors,
        counts.blocked_lines,
        counts.warnings,
        counts.infos,
        if plan.refused { " REFUSED" } else { "" },
    );
    for defect in &plan.defects {
        let severity = match defect.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let row = defect.row.map(|row| row.to_string()).unwrap_or_default();
        let _ = writeln!(
            text,
            "\n{severity} {} · row {row} · {} · {}",
            defect.code,
            defect.column.as_deref().unwrap_or("–"),
            defect.value.as_deref().unwrap_or("–").replace('\n', "⏎"),
        );
        for locale in [Locale::Ja, Locale::En] {
            let _ = writeln!(text, "  {} {}", defect.message(locale), defect.suggestion(locale));
        }
    }
    text
}

macro_rules! everything_wrong {
    ($($name:ident: $file:literal)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(report(&imported($file).0));
        }
    )*};
}

everything_wrong! {
    wrong_headers: "wrong_headers.csv"
    wrong_rows: "wrong_rows.csv"
    wrong_quote: "wrong_quote.csv"
    wrong_keys: "wrong_keys.csv"
    wrong_managers: "wrong_managers.csv"
    wrong_departments: "wrong_departments.csv"
    wrong_dates: "wrong_dates.csv"
    wrong_bytes: "wrong_bytes_shift_jis.csv"
    wrong_cells: "wrong_cells.xlsx"
}
