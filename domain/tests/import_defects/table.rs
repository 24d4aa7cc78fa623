//! Of the table: headers, sheets, rows, cells.

use super::*;

#[test]
fn empty_table() {
    for text in ["社員番号 | 氏名", ""] {
        let plan = import(&empty(), text);
        assert!(plan.refused && plan.writes.is_empty());
        found(&plan, D::EmptyTable);
    }
}

#[test]
fn unknown_sheet() {
    let mut sheet = Sheet::new(Some("社員".to_owned()), false);
    sheet.push_row(1, [Cell::Text("社員番号"), Cell::Text("氏名")]);
    sheet.push_row(2, [Cell::Number("1"), Cell::Text("山田")]);
    let table = Table { sheets: vec![sheet], ..Table::default() };
    let mut options = upsert();
    options.sheet = Some("人事".to_owned());
    let refused = plan(&empty(), &table, &options);
    assert!(refused.refused);
    assert!(found(&refused, D::UnknownSheet).suggestion(Locale::Ja).contains("社員"));
    options.sheet = Some("社員".to_owned());
    assert_eq!(plan(&empty(), &table, &options).counts.joins, 1);
}

#[test]
fn missing_header() {
    let plan = import(&organization(BASE), "名称 | 氏名 | 部署\n1 | 山田 | 経営");
    assert!(plan.refused && plan.writes.is_empty());
    assert!(found(&plan, D::MissingHeader).suggestion(Locale::En).contains("名称"));
}

#[test]
fn duplicate_key_header() {
    let plan = import(&empty(), "社員番号 | 氏名 | 社員コード\n1 | 山田 | 2");
    assert!(plan.refused);
    assert_eq!(found(&plan, D::DuplicateKeyHeader).column.as_deref(), Some("社員コード"));
    let mut options = upsert();
    options.mapping = vec![(Field::Number, "社員番号".to_owned())];
    let mapped = taiwa_domain::organization::import::plan(
        &empty(),
        &table("社員番号 | 氏名 | 社員コード\n1 | 山田 | 2"),
        &options,
    );
    assert_eq!((mapped.refused, mapped.counts.joins), (false, 1));
}

#[test]
fn unknown_mapping() {
    let mut options = upsert();
    options.mapping = vec![(Field::Position, "等級".to_owned())];
    let plan = plan(&empty(), &table("社員番号 | 氏名\n1 | 山田"), &options);
    assert!(plan.refused);
    found(&plan, D::UnknownMapping);
}

#[test]
fn unknown_misspelled_duplicate_and_unnamed_headers() {
    let plan = import(
        &empty(),
        "社員番号 | 氏名 | 血液型 | 入社曰 | 部署 | 所属 | \n1 | 山田 | A | 2015/4/1 | 営業 | 開発 | x",
    );
    assert_eq!(found(&plan, D::UnknownHeader).value.as_deref(), Some("血液型"));
    assert!(found(&plan, D::MisspelledHeader).suggestion(Locale::Ja).contains("入社日"));
    assert_eq!(found(&plan, D::DuplicateHeader).column.as_deref(), Some("所属"));
    assert_eq!(found(&plan, D::UnnamedColumn).column.as_deref(), Some("G"));
    assert_eq!(posts(&after(&empty(), &plan), "1"), ["営業"]);
}

#[test]
fn other_sheet() {
    let sheet = |name: &str, header: &str| {
        let mut sheet = Sheet::new(Some(name.to_owned()), false);
        sheet.push_row(1, [Cell::Text(header), Cell::Text("氏名")]);
        sheet.push_row(2, [Cell::Text("1"), Cell::Text("山田")]);
        sheet
    };
    let table = Table {
        sheets: vec![sheet("説明", "項目"), sheet("一覧", "社員番号")],
        ..Table::default()
    };
    let plan = plan(&empty(), &table, &upsert());
    assert_eq!(plan.sheet.as_deref(), Some("一覧"));
    assert_eq!(found(&plan, D::OtherSheet).sheet.as_deref(), Some("説明"));
}

#[test]
fn ghost_rows() {
    let plan = import(&empty(), "社員番号 | 氏名\n1 | 山田\n | \n | \n2 | 佐藤\n | ");
    assert_eq!(found(&plan, D::GhostRows).params["count"], "3");
    assert_eq!((plan.counts.rows, plan.counts.joins), (2, 2));
}

#[test]
fn ragged_rows() {
    let plan = import(
        &empty(),
        "社員番号 | 氏名 | 部署 | 役職\n1 | 山田 | 営業\n2 | 佐藤 | 開発 | 課長 | 余り\n3 | 田中 | 開発 | 課長 |",
    );
    assert_eq!(found(&plan, D::RowTooShort).row, Some(2));
    assert_eq!(found(&plan, D::RowTooLong).row, Some(3));
    assert_eq!((plan.counts.joins, plan.counts.errors), (2, 1));
}

#[test]
fn unreadable_cells_leave_out_the_row_or_the_line_alone() {
    let organization = organization(BASE);
    for (cell, row, line) in [
        (Cell::Undecodable("山\u{FFFD}"), D::UndecodableBytes, D::UndecodableManager),
        (Cell::Error("#REF!"), D::SpreadsheetError, D::SpreadsheetErrorManager),
        (Cell::Text("#N/A"), D::SpreadsheetError, D::SpreadsheetErrorManager),
        (Cell::FormulaUncalculated, D::FormulaUncalculated, D::FormulaUncalculatedManager),
    ] {
        let left_out = plan(&organization, &with_cell("氏名", cell), &upsert());
        let defect = found(&left_out, row);
        assert_eq!((defect.row, defect.column.as_deref()), (Some(2), Some("氏名")));
        assert_eq!((left_out.counts.errors, left_out.writes.is_empty()), (1, true));

        let blocked = plan(&organization, &with_cell("上司", cell), &upsert());
        found(&blocked, line);
        assert_eq!((blocked.counts.errors, blocked.counts.blocked_lines), (0, 1));
        let state = after(&organization, &blocked);
        assert_eq!(manager(&state, "000003").as_deref(), Some("000002"));
        assert_eq!(posts(&state, "000003"), ["経営/営業部:課長"]);

        let dotted = plan(&organization, &with_cell("兼務上司", cell), &upsert());
        found(&dotted, line);
        assert_eq!(dotted.counts.errors, 0);
    }
}

#[test]
fn replacement_character() {
    let plan = import(&empty(), "社員番号 | 氏名\n1 | 山\u{FFFD} 太郎");
    assert_eq!(found(&plan, D::ReplacementCharacter).severity, Severity::Warning);
    assert_eq!(plan.counts.joins, 1);
}
