//! Of reporting lines.

use super::*;

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
