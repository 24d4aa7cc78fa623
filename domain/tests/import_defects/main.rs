//! Every defect has a test of its own: what triggers it, where it points, what it leaves alone.

mod dates;
mod departments;
#[path = "../import_support/mod.rs"]
mod import_support;
mod managers;
mod people;
mod table;

use import_support::*;
use taiwa_domain::organization::{
    Locale,
    import::{Cell, DefectCode as D, Effect, Field, Severity, Sheet, Table, plan},
};

const BASE: &str = "
    社員番号 | 氏名      | メール                | 部署        | 上司   | 入社日
    000001   | 山田 太郎 | yamada@example.com    | 経営        |        | 2001/4/1
    000002   | 高橋 一郎 | takahashi@example.com | 経営/営業部 | 000001 | 2005/4/1
    000003   | 佐藤 花子 | sato@example.com      | 経営/営業部 | 000002 | 2015/4/1
    000004   | 鈴木 次郎 | suzuki@example.com    | 経営/開発部 | 000001 | 2020/4/1
";

/// A table with one special cell in the column of `header`, for person 000003.
fn with_cell(header: &str, cell: Cell<'_>) -> Table {
    let mut sheet = Sheet::new(None, true);
    sheet.push_row(1, [Cell::Text("社員番号"), Cell::Text("役職"), Cell::Text(header)]);
    sheet.push_row(2, [Cell::Text("000003"), Cell::Text("課長"), cell]);
    Table { sheets: vec![sheet], ..Table::default() }
}

#[test]
fn every_code_is_tested_here_or_with_a_file() {
    let source = [
        include_str!("dates.rs"),
        include_str!("departments.rs"),
        include_str!("managers.rs"),
        include_str!("people.rs"),
        include_str!("table.rs"),
    ]
    .concat();
    // Only a reader of bytes finds it: the tests of whole files have it.
    let elsewhere = [D::UnterminatedQuote];
    for code in D::ALL {
        let name = format!("D::{code:?}");
        assert!(source.contains(&name) || elsewhere.contains(code), "{name} has no test");
    }
}
