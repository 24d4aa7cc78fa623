//! Of dates and employments.

use super::*;

const REHIRED: &str = "社員番号 | 氏名 | 入社日 | 退職日\n1 | 山田 太郎 | 2010/4/1 | 2015/3/31";

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
