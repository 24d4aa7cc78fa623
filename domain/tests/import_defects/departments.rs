//! Of departments and posts.

use super::*;

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
