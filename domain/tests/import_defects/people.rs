//! Of people: numbers, names, addresses.

use super::*;

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
