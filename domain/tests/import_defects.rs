//! Every defect has a test of its own: what triggers it, where it points, what it leaves alone.

mod import_support;

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

/// A table with one special cell in the column of `header`, for person 000003.
fn with_cell(header: &str, cell: Cell<'_>) -> Table {
    let mut sheet = Sheet::new(None, true);
    sheet.push_row(1, [Cell::Text("社員番号"), Cell::Text("役職"), Cell::Text(header)]);
    sheet.push_row(2, [Cell::Text("000003"), Cell::Text("課長"), cell]);
    Table { sheets: vec![sheet], ..Table::default() }
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

#[test]
fn missing_number_holds_all_leavers_unless_the_row_can_be_told() {
    let organization = organization(BASE);
    let told = plan(
        &organization,
        &table(
            "社員番号 | 氏名 | メール
             000001 | 山田 太郎 | yamada@example.com
             000002 | 高橋 一郎 | takahashi@example.com
                    | 佐藤 花子 |
             000004 | 鈴木 次郎 | suzuki@example.com",
        ),
        &snapshot(),
    );
    assert_eq!(found(&told, D::MissingNumber).row, Some(4));
    assert_eq!((told.counts.leaves, told.counts.errors), (0, 1));

    let untold =
        plan(&organization, &table("社員番号 | 氏名\n000001 | 山田 太郎\n | 合計"), &snapshot());
    assert_eq!(untold.counts.leaves, 0);
    assert_eq!(found(&untold, D::LeaversHeld).params["count"], "3");
}

#[test]
fn duplicate_number() {
    let organization = organization(BASE);
    let plan = plan(
        &organization,
        &table("社員番号 | 氏名\n000003 | 佐藤 花子\n000003 | 鈴木 一\n000001 | 山田 太郎"),
        &snapshot(),
    );
    assert_eq!(found(&plan, D::DuplicateNumber).params["rows"], "2, 3");
    assert_eq!(plan.counts.errors, 2);
    // 000003 counts as present.
    assert!(!plan.changes.iter().any(|change| change.number == "000003"));
    assert_eq!(plan.counts.leaves, 2);
}

#[test]
fn repeated_row() {
    let plan = import(&empty(), "社員番号 | 氏名\n1 | 山田\n1 | 山田\n社員番号 | 氏名");
    assert_eq!((plan.counts.joins, plan.counts.errors), (1, 0));
    assert_eq!(plan.defects.iter().filter(|d| d.code == D::RepeatedRow).count(), 2);
}

#[test]
fn near_duplicate_number_by_case_width_and_zeros() {
    let organization = organization("社員番号 | 氏名\nA0012 | 山田 太郎\n000042 | 佐藤 花子");
    for near in ["a0012", "A12", "Ａ００１２", "A-0012"] {
        let plan = plan(
            &organization,
            &table(&format!("社員番号 | 氏名\n{near} | 山田 太郎\n000042 | 佐藤 花子")),
            &snapshot(),
        );
        let defect = found(&plan, D::NearDuplicateNumber);
        assert!(defect.message(Locale::Ja).contains("A0012"), "{near}");
        assert_eq!(
            (plan.counts.joins, plan.counts.leaves, plan.counts.errors),
            (0, 0, 1),
            "{near}"
        );
    }
    let both = import(&empty(), "社員番号 | 氏名\n42 | 山田\n0042 | 佐藤");
    assert_eq!((both.counts.joins, both.counts.errors), (0, 2));
}

#[test]
fn value_too_long_and_department_too_deep() {
    let (long, deep) = ("長".repeat(251), vec!["部"; 21].join("/"));
    let plan = import(
        &empty(),
        &format!(
            "社員番号 | 氏名 | 部署 | 兼務\n1 | {long} | 本社 |\n2 | 佐藤 | {deep} |\n3 | 鈴木 | 本社 | {deep}"
        ),
    );
    assert_eq!(found(&plan, D::ValueTooLong).row, Some(2));
    assert_eq!(plan.defects.iter().filter(|d| d.code == D::DepartmentTooDeep).count(), 2);
    assert_eq!((plan.counts.errors, plan.counts.new_departments), (3, 0));
}

#[test]
fn missing_name() {
    let plan = import(&empty(), "社員番号 | 氏名\n1 |");
    assert_eq!(found(&plan, D::MissingName).row, Some(2));
    assert_eq!(plan.counts.joins, 0);
}

#[test]
fn name_mismatch() {
    let organization = organization(BASE);
    let other = import(&organization, "社員番号 | 氏名\n000003 | 中村 健");
    assert!(found(&other, D::NameMismatch).message(Locale::Ja).contains("佐藤 花子"));
    // A marriage, a variant character: nothing to say.
    for name in ["田中 花子", "髙橋 一郎"] {
        let number = if name.contains('髙') { "000002" } else { "000003" };
        let plan = import(&organization, &format!("社員番号 | 氏名\n{number} | {name}"));
        assert!(!plan.defects.iter().any(|d| d.code == D::NameMismatch), "{name}");
        assert_eq!(plan.counts.updates, 1);
    }
}

#[test]
fn email_taken_by_someone_else() {
    let organization = organization(BASE);
    let text = "社員番号 | 氏名 | メール
        000001 | 山田 太郎 | yamada@example.com
        000002 | 高橋 一郎 | takahashi@example.com
        000004 | 鈴木 次郎 | suzuki@example.com
        900003 | 佐藤 花子 | SATO@example.com";
    let renumbered = plan(&organization, &table(text), &snapshot());
    let defect = found(&renumbered, D::EmailTaken);
    assert!(defect.message(Locale::En).contains("000003"));
    // The old number counts as present.
    assert_eq!((renumbered.counts.joins, renumbered.counts.leaves), (0, 0));

    let twice = import(
        &empty(),
        "社員番号 | 氏名 | メール\n1 | 山田 | a@example.com\n2 | 佐藤 | a@example.com",
    );
    assert_eq!((twice.counts.joins, twice.counts.errors), (0, 2));
}

#[test]
fn emails_may_be_swapped() {
    let organization = organization(BASE);
    let (plan, state) = applied(
        &organization,
        "社員番号 | メール\n000003 | suzuki@example.com\n000004 | sato@example.com",
        &upsert(),
    );
    assert_eq!((plan.counts.errors, plan.counts.updates), (0, 2));
    assert_eq!(person(&state, "000003").profile.email.as_deref(), Some("suzuki@example.com"));
}

#[test]
fn email_of_former() {
    let organization = organization(BASE);
    let (_, state) = applied(&organization, "社員番号 | 退職日\n000003 | 2026/3/31", &upsert());
    let plan = import(&state, "社員番号 | 氏名 | メール\n900003 | 佐藤 花子 | sato@example.com");
    assert_eq!(found(&plan, D::EmailOfFormer).severity, Severity::Warning);
    assert_eq!(plan.counts.joins, 1);
}

#[test]
fn invalid_email_unknown_value_and_cannot_clear() {
    let organization = organization(BASE);
    let plan = import(
        &organization,
        "社員番号 | メール | 雇用区分 | タイムゾーン | 勤務時間 | 入社日\n000003 | なし | 謎 | 火星 | いつも | #CLEAR",
    );
    found(&plan, D::InvalidEmail);
    assert_eq!(plan.defects.iter().filter(|d| d.code == D::UnknownValue).count(), 3);
    found(&plan, D::CannotClear);
    assert!(plan.writes.is_empty());
    assert_eq!(plan.counts.unchanged, 1);
}

#[test]
fn unknown_manager_with_a_variant_suggested() {
    let organization = organization(BASE);
    let plan = import(&organization, "社員番号 | 上司氏名 | 役職\n000003 | 髙橋 一郎 | 主任");
    let defect = found(&plan, D::UnknownManager);
    assert!(defect.suggestion(Locale::Ja).contains("000002 高橋 一郎"));
    assert_eq!((plan.counts.blocked_lines, plan.counts.errors), (1, 0));
    let state = after(&organization, &plan);
    assert_eq!(manager(&state, "000003").as_deref(), Some("000002"));
    assert_eq!(posts(&state, "000003"), ["経営/営業部:主任"]);
}

#[test]
fn ambiguous_manager() {
    let organization = organization(
        "社員番号 | 氏名 | メール\n1 | 佐藤 花子 | a@example.com\n2 | 佐藤 花子 | b@example.com\n3 | 田中 健 |",
    );
    let plan = import(&organization, "社員番号 | 上司\n3 | 佐藤花子");
    assert_eq!(found(&plan, D::AmbiguousManager).params["several"], "1 佐藤 花子, 2 佐藤 花子");
    // Something surer in another column settles it.
    let (settled, state) = applied(
        &organization,
        "社員番号 | 上司メール | 上司氏名\n3 | b@example.com | 佐藤 花子",
        &upsert(),
    );
    assert_eq!(settled.counts.blocked_lines, 0);
    assert_eq!(manager(&state, "3").as_deref(), Some("2"));
}

#[test]
fn self_manager() {
    let plan = import(&organization(BASE), "社員番号 | 上司\n000003 | 000003");
    found(&plan, D::SelfManager);
    assert!(plan.writes.is_empty());
}

#[test]
fn manager_cycle_over_the_resulting_organization() {
    // 000003 → 000002 is recorded; the file closes the circle.
    let organization = organization(BASE);
    let plan = import(&organization, "社員番号 | 上司\n000002 | 000003\n000004 | 000002");
    let defect = found(&plan, D::ManagerCycle);
    assert_eq!(defect.params["cycle"], "000002 高橋 一郎 → 000003 佐藤 花子 → 000002 高橋 一郎");
    assert_eq!(plan.counts.blocked_lines, 1);
    let state = after(&organization, &plan);
    assert_eq!(manager(&state, "000002").as_deref(), Some("000001"));
    assert_eq!(manager(&state, "000004").as_deref(), Some("000002"));
}

#[test]
fn all_lines_of_a_new_cycle_are_blocked() {
    let plan = import(
        &empty(),
        "社員番号 | 氏名 | 上司\n1 | 山田 | 3\n2 | 佐藤 | 1\n3 | 鈴木 | 2\n4 | 田中 | 1",
    );
    assert_eq!(plan.defects.iter().filter(|d| d.code == D::ManagerCycle).count(), 3);
    assert_eq!((plan.counts.solid_lines, plan.counts.blocked_lines), (1, 3));
}

#[test]
fn manager_left() {
    let organization = organization(BASE);
    let plan =
        import(&organization, "社員番号 | 上司 | 退職日\n000002 | | 2026/3/31\n000004 | 000002 |");
    assert_eq!(found(&plan, D::ManagerLeft).row, Some(3));
    assert_eq!(manager(&after(&organization, &plan), "000004").as_deref(), Some("000001"));
}

#[test]
fn manager_not_joined() {
    let plan = import(
        &organization(BASE),
        "社員番号 | 氏名 | 上司 | 入社日\n000009 | 新任 部長 | | 2026/5/1\n000004 | | 000009 |",
    );
    assert_eq!(found(&plan, D::ManagerNotJoined).params["date"], "2026-05-01");
}

#[test]
fn manager_left_out() {
    let plan = import(
        &organization(BASE),
        "社員番号 | 氏名 | 上司 | 入社日\n000009 | 新任 部長 | | いつか\n000004 | | 000009 |",
    );
    found(&plan, D::InvalidDate);
    found(&plan, D::ManagerLeftOut);
    assert_eq!((plan.counts.errors, plan.counts.blocked_lines), (1, 1));
}

#[test]
fn manager_mismatch() {
    let organization = organization(BASE);
    let plan =
        import(&organization, "社員番号 | 上司社員番号 | 上司氏名\n000004 | 000002 | 佐藤 花子");
    assert!(found(&plan, D::ManagerMismatch).message(Locale::Ja).contains("高橋 一郎"));
    assert_eq!(plan.counts.blocked_lines, 1);
    for name in ["髙橋一郎", "高橋部長", "高橋"] {
        let plan = import(
            &organization,
            &format!("社員番号 | 上司社員番号 | 上司氏名\n000004 | 000002 | {name}"),
        );
        assert_eq!(plan.counts.blocked_lines, 0, "{name}");
    }
}

#[test]
fn manager_near_number() {
    let organization = organization(BASE);
    let plan = import(&organization, "社員番号 | 上司\n000004 | 2");
    assert_eq!(found(&plan, D::ManagerNearNumber).severity, Severity::Warning);
    assert_eq!(manager(&after(&organization, &plan), "000004").as_deref(), Some("000002"));
}

#[test]
fn redundant_line() {
    let organization = organization(BASE);
    let plan = import(&organization, "社員番号 | 兼務上司\n000004 | 000001; 000002; 高橋 一郎");
    assert_eq!(plan.defects.iter().filter(|d| d.code == D::RedundantLine).count(), 2);
    assert_eq!(plan.counts.dotted_lines, 1);
}

#[test]
fn existing_cycle() {
    use taiwa_domain::organization::{LineKind, LineState};
    let mut organization = organization(BASE);
    let (first, third) = (person(&organization, "000001").id, person(&organization, "000003").id);
    for person in &mut organization.persons {
        if person.id == first {
            person.lines = vec![LineState {
                id: uuid::Uuid::from_u64_pair(9, 9).into(),
                manager: third,
                kind: LineKind::Solid,
            }];
        }
    }
    let plan = import(&organization, "社員番号 | 役職\n000004 | 課長");
    assert_eq!(found(&plan, D::ExistingCycle).severity, Severity::Warning);
    assert_eq!(plan.counts.updates, 1);
}

#[test]
fn several_roots() {
    let plan = import(&empty(), "社員番号 | 氏名 | 上司\n1 | 山田 |\n2 | 佐藤 |\n3 | 鈴木 | 1");
    let defect = found(&plan, D::SeveralRoots);
    assert_eq!(
        (defect.params["count"].as_str(), defect.params["names"].as_str()),
        ("2", "1 山田, 2 佐藤")
    );
}

#[test]
fn manager_leaves() {
    let organization = organization(BASE);
    let plan = import(&organization, "社員番号 | 退職日\n000002 | 2026/3/31");
    assert!(found(&plan, D::ManagerLeaves).message(Locale::Ja).contains("000003 佐藤 花子"));
}

#[test]
fn ambiguous_department() {
    let organization = organization(
        "社員番号 | 氏名 | 部署\n1 | 山田 | 東京/総務部\n2 | 佐藤 | 大阪/総務部\n3 | 田中 | 東京",
    );
    let plan = import(&organization, "社員番号 | 部署\n3 | 総務部");
    assert_eq!(
        found(&plan, D::AmbiguousDepartment).params["several"],
        "大阪 / 総務部, 東京 / 総務部"
    );
    assert_eq!(plan.counts.errors, 1);
}

#[test]
fn department_cycle() {
    let plan = import(
        &empty(),
        "社員番号 | 氏名 | 部署コード | 部署 | 親部署コード
         1 | 山田 | D1 | 本社 | D3
         2 | 佐藤 | D2 | 営業 | D1
         3 | 鈴木 | D3 | 開発 | D2
         4 | 田中 | D4 | 総務 | D1",
    );
    let defect = found(&plan, D::DepartmentCycle);
    assert_eq!(defect.code.effect(), Effect::Parent);
    assert!(defect.params["cycle"].matches(" → ").count() == 3, "{defect:?}");
    let state = after(&empty(), &plan);
    assert_eq!(state.departments.iter().filter(|d| d.parent.is_none()).count(), 3);
    assert_eq!(plan.counts.joins, 4);
}

#[test]
fn unknown_parent_department_conflict_and_unnamed() {
    let plan = import(
        &empty(),
        "社員番号 | 氏名 | 部署コード | 部署 | 親部署コード
         1 | 山田 | D1 | 本社 | D9
         2 | 佐藤 | D1 | 本店 |
         3 | 鈴木 | D1 | 本社 |
         4 | 田中 | D2 | | D1",
    );
    found(&plan, D::UnknownParentDepartment);
    found(&plan, D::DepartmentConflict);
    found(&plan, D::UnnamedDepartment);
    let state = after(&empty(), &plan);
    assert_eq!(posts(&state, "2"), ["本社"]);
    assert_eq!(posts(&state, "4"), ["本社/D2"]);
}

#[test]
fn new_department() {
    let plan = import(&organization(BASE), "社員番号 | 部署\n000004 | 経営/開発部/一課");
    let defect = found(&plan, D::NewDepartment);
    assert_eq!((defect.value.as_deref(), defect.row), (Some("経営 / 開発部 / 一課"), Some(2)));
    assert_eq!(plan.counts.new_departments, 1);
}

#[test]
fn two_primary_posts() {
    let plan = import(
        &empty(),
        "社員番号 | 氏名 | 部署 | 主務兼務区分
         1 | 山田 | 営業部 | 主務
         1 | 山田 | 開発部 | 主務
         2 | 佐藤 | 営業部 | 主務
         2 | 佐藤 | 開発部 | 兼務",
    );
    assert_eq!(found(&plan, D::TwoPrimaryPosts).params["rows"], "2, 3");
    assert_eq!((plan.counts.joins, plan.counts.errors), (1, 2));
    assert_eq!(posts(&after(&empty(), &plan), "2"), ["営業部", "開発部"]);
    let without = import(&empty(), "社員番号 | 氏名 | 部署\n1 | 山田 | 営業部\n1 | 山田 | 開発部");
    found(&without, D::TwoPrimaryPosts);
}

#[test]
fn repeated_post() {
    let plan = import(
        &empty(),
        "社員番号 | 氏名 | 部署 | 兼務\n1 | 山田 | 営業部 | 営業部:部長; 開発部; 開発部:課長",
    );
    assert_eq!(plan.defects.iter().filter(|d| d.code == D::RepeatedPost).count(), 2);
    assert_eq!(posts(&after(&empty(), &plan), "1"), ["営業部", "開発部"]);
}

#[test]
fn invalid_date() {
    for (text, words) in [
        ("2015/2/30", "存在しない"),
        ("15/4/1", "2桁"),
        ("2015/4", "日がありません"),
        ("未定", "形式"),
    ] {
        let plan = import(&empty(), &format!("社員番号 | 氏名 | 入社日\n1 | 山田 | {text}"));
        assert!(found(&plan, D::InvalidDate).message(Locale::Ja).contains(words), "{text}");
        assert_eq!(plan.counts.errors, 1);
    }
}

#[test]
fn ambiguous_dates() {
    let text = "社員番号 | 氏名 | 入社日\n1 | 山田 | 04/05/2015\n2 | 佐藤 | 06/07/2015";
    let plan = import(&empty(), text);
    let defect = found(&plan, D::AmbiguousDates);
    assert_eq!(
        (defect.params["count"].as_str(), defect.params["date"].as_str()),
        ("2", "2015-04-05")
    );
    let mut berlin = empty();
    berlin.locale = Locale::En;
    berlin.zone = chrono_tz::Tz::Europe__Berlin;
    assert_eq!(found(&import(&berlin, text), D::AmbiguousDates).params["date"], "2015-05-04");
    // One value that leaves no choice decides for its column.
    let sure = import(&empty(), &format!("{text}\n3 | 鈴木 | 17/08/2015"));
    assert!(!sure.defects.iter().any(|d| d.code == D::AmbiguousDates));
    assert_eq!(sure.writes.new_persons[0].joined, day(2015, 5, 4));
}

#[test]
fn future_and_ancient_dates() {
    let plan = import(
        &empty(),
        "社員番号 | 氏名 | 入社日\n1 | 山田 | 2062/4/1\n2 | 佐藤 | 1926/4/1\n3 | 田中 | 2026/10/1",
    );
    assert_eq!(found(&plan, D::FutureDate).row, Some(2));
    assert_eq!(found(&plan, D::AncientDate).row, Some(3));
    assert_eq!(plan.counts.joins, 3);
}

#[test]
fn dates_that_contradict_each_other() {
    let plan = import(
        &empty(),
        "社員番号 | 氏名 | 入社日 | 退職日 | 休職開始日 | 休職終了日
         1 | 山田 | 2020/4/1 | 2019/3/31 | |
         2 | 佐藤 | 2020/4/1 | | 2019/4/1 | 2026/9/30
         3 | 鈴木 | 2020/4/1 | | 2026/5/1 | 2026/4/30
         4 | 田中 | 2020/4/1 | | | 2026/4/30
         5 | 伊藤 | 2020/4/1 | | 2025/5/1 | 2025/8/31",
    );
    assert_eq!(found(&plan, D::LeftBeforeJoined).row, Some(2));
    assert_eq!(found(&plan, D::LeaveBeforeJoined).row, Some(3));
    assert_eq!(found(&plan, D::LeaveEndsBeforeStart).row, Some(4));
    assert_eq!(found(&plan, D::LeaveWithoutStart).row, Some(5));
    assert_eq!(found(&plan, D::PastLeave).row, Some(6));
    assert_eq!((plan.counts.errors, plan.counts.joins), (3, 2));
    assert!(plan.writes.leave_changes.is_empty());
}

const REHIRED: &str = "社員番号 | 氏名 | 入社日 | 退職日\n1 | 山田 太郎 | 2010/4/1 | 2015/3/31";

#[test]
fn overlapping_employment() {
    let (_, left) = applied(&empty(), REHIRED, &upsert());
    let (_, back) = applied(&left, "社員番号 | 入社日\n1 | 2020/4/1", &upsert());
    assert_eq!(person(&back, "1").employments.len(), 2);
    let bad = import(&back, "社員番号 | 入社日\n1 | 2009/4/1");
    assert_eq!(found(&bad, D::OverlappingEmployment).severity, Severity::Warning);
    assert!(bad.writes.is_empty());
    // The first joined date is what exports keep for someone who came back.
    assert!(import(&back, "社員番号 | 入社日\n1 | 2010/4/1").writes.is_empty());
}

#[test]
fn joined_assumed() {
    let plan = import(&empty(), "社員番号 | 氏名\n1 | 山田");
    assert_eq!(found(&plan, D::JoinedAssumed).severity, Severity::Info);
    assert_eq!(plan.writes.new_persons[0].joined, today());
}

#[test]
fn listed_after_leaving_and_rejoin_assumed() {
    let (_, left) = applied(&empty(), REHIRED, &upsert());
    let listed = import(&left, "社員番号 | 氏名\n1 | 山田 太郎");
    found(&listed, D::ListedAfterLeaving);
    assert!(listed.writes.is_empty());
    let (full, state) = applied(&left, "社員番号 | 氏名\n1 | 山田 太郎", &snapshot());
    found(&full, D::RejoinAssumed);
    assert_eq!(full.counts.rejoins, 1);
    assert_eq!(person(&state, "1").employments[1].from, today());
}

#[test]
fn every_code_is_tested_here_or_with_a_file() {
    let source = include_str!("import_defects.rs");
    // Only a reader of bytes finds it: the tests of whole files have it.
    let elsewhere = [D::UnterminatedQuote];
    for code in D::ALL {
        let name = format!("D::{code:?}");
        assert!(source.contains(&name) || elsewhere.contains(code), "{name} has no test");
    }
}
