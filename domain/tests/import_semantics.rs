//! What a file changes, what it keeps, and when.

mod import_support;

use import_support::*;
use taiwa_domain::organization::{
    EmploymentType, LineKind, Period, WorkStyle,
    import::{ChangeKind, DefectCode as D, Field, ImportPlan, Options, plan},
};

const BASE: &str = "
    社員番号 | 氏名      | フリガナ       | メール                | 部署               | 役職   | 上司   | 入社日   | 兼務
    000001   | 山田 太郎 | ヤマダ タロウ  | yamada@example.com    | 経営               | 社長   |        | 2001/4/1 |
    000002   | 高橋 一郎 | タカハシ イチロウ | takahashi@example.com | 経営/営業部     | 部長   | 000001 | 2005/4/1 |
    000003   | 佐藤 花子 | サトウ ハナコ  | sato@example.com      | 経営/営業部        | 担当   | 000002 | 2015/4/1 | 経営/開発部:支援; 経営
    000004   | 鈴木 次郎 | スズキ ジロウ  | suzuki@example.com    | 経営/開発部        | 部長   | 000001 | 2020/4/1 |
";

fn kinds(plan: &ImportPlan, number: &str) -> Vec<ChangeKind> {
    plan.changes.iter().find(|c| c.number == number).map(|c| c.kinds.clone()).unwrap_or_default()
}

#[test]
fn the_first_import_starts_everything_on_the_effective_day() {
    let plan = import(&empty(), BASE);
    assert_eq!((plan.counts.joins, plan.counts.new_departments), (4, 3));
    assert_eq!((plan.counts.solid_lines, plan.counts.people), (3, 4));
    assert!(plan.writes.assignment_starts.iter().all(|start| start.from == today()));
    assert!(plan.writes.line_starts.iter().all(|start| start.from == today()));
    assert_eq!(plan.writes.new_persons[0].joined, day(2001, 4, 1));
    let parents: Vec<_> = plan.writes.new_departments.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(parents[0], "経営", "parents stand before children");
    let state = after(&empty(), &plan);
    assert_eq!(posts(&state, "000003"), ["経営/営業部:担当", "経営", "経営/開発部:支援"]);
    let profile = &person(&state, "000003").profile;
    assert_eq!(profile.name.family_kana.as_deref(), Some("サトウ"));
    assert_eq!(profile.zone, chrono_tz::Tz::Asia__Tokyo);
    assert!(import(&state, BASE).writes.is_empty());
}

#[test]
fn blank_keeps_clear_empties_and_a_missing_column_keeps() {
    let organization = organization(BASE);
    let (plan, state) = applied(
        &organization,
        "社員番号 | メール | 役職 | 上司 | 兼務
         000002 | | | |
         000003 | #CLEAR | #CLEAR | #clear | ＃ＣＬＥＡＲ",
        &upsert(),
    );
    assert_eq!(kinds(&plan, "000002"), []);
    assert_eq!(kinds(&plan, "000003"), [ChangeKind::ManagerChanged, ChangeKind::Updated]);
    assert_eq!(person(&state, "000003").profile.email, None);
    assert_eq!(manager(&state, "000003"), None);
    assert_eq!(posts(&state, "000003"), ["経営/営業部"]);
    assert_eq!(manager(&state, "000002").as_deref(), Some("000001"));
}

#[test]
fn a_move_and_a_new_manager_are_told_apart() {
    let organization = organization(BASE);
    let (plan, state) = applied(
        &organization,
        "社員番号 | 部署 | 役職 | 上司\n000003 | 開発部 | 主任 | suzuki@example.com",
        &upsert(),
    );
    assert_eq!(
        kinds(&plan, "000003"),
        [ChangeKind::Moved, ChangeKind::ManagerChanged, ChangeKind::Updated]
    );
    assert_eq!((plan.counts.moves, plan.counts.manager_changes, plan.counts.updates), (1, 1, 0));
    let change = &plan.changes[0];
    let detail = |field| change.details.iter().find(|d| d.field == field).expect("a detail");
    assert_eq!(detail(Field::Department).old.as_deref(), Some("経営 / 営業部"));
    assert_eq!(detail(Field::Department).new.as_deref(), Some("経営 / 開発部"));
    assert_eq!(detail(Field::Manager).new.as_deref(), Some("000004 鈴木 次郎"));
    assert_eq!(posts(&state, "000003")[0], "経営/開発部:主任");
}

#[test]
fn managers_are_found_by_number_email_and_name_wherever_they_stand() {
    let (_, state) = applied(
        &empty(),
        "Employee ID | First Name | Last Name | Email | Reports To
         5 | Ann | Lee | ann@example.com | Steven King
         4 | Bob | Ray | bob@example.com | King, Steven
         3 | Cid | Poe | cid@example.com | STEVEN@example.com
         2 | Dan | Roe | dan@example.com | 1
         1 | Steven | King | steven@example.com |",
        &upsert(),
    );
    for number in ["2", "3", "4", "5"] {
        assert_eq!(manager(&state, number).as_deref(), Some("1"), "{number}");
    }
}

#[test]
fn dotted_lines_are_a_list() {
    let organization = organization(BASE);
    let (_, state) =
        applied(&organization, "社員番号 | 兼務上司\n000003 | 000001、鈴木 次郎", &upsert());
    let dotted = |state: &taiwa_domain::organization::Snapshot| {
        person(state, "000003").lines.iter().filter(|l| l.kind == LineKind::Dotted).count()
    };
    assert_eq!(dotted(&state), 2);
    let (plan, state) = applied(&state, "社員番号 | 兼務上司\n000003 | 000004", &upsert());
    assert_eq!((plan.writes.line_ends.len(), plan.counts.dotted_lines), (1, 0));
    assert_eq!(dotted(&state), 1);
    let (_, state) = applied(&state, "社員番号 | 兼務上司\n000003 | #CLEAR", &upsert());
    assert_eq!(dotted(&state), 0);
}

#[test]
fn absent_people_leave_from_a_full_snapshot_alone() {
    let organization = organization(BASE);
    let text = "社員番号 | 氏名\n000001 | 山田 太郎\n000002 | 高橋 一郎\n000003 | 佐藤 花子";
    assert!(import(&organization, text).writes.is_empty());
    let (plan, state) = applied(&organization, text, &snapshot());
    assert_eq!((plan.counts.leaves, plan.blocked), (1, None));
    assert_eq!(plan.writes.departures[0].last_day, day(2026, 3, 31));
    assert!(posts(&state, "000004").is_empty());
}

#[test]
fn the_brake_holds_until_the_number_is_named() {
    let mut text = String::from("社員番号 | 氏名 | 入社日\n");
    for number in 0..100 {
        text += &format!("{number:03} | 社員 {number} | 2020/4/1\n");
    }
    let organization = organization(&text);
    let keep = |count: usize| text.lines().take(count + 1).collect::<Vec<_>>().join("\n");
    let try_with = |kept: usize, accept: Option<usize>| {
        plan(&organization, &table(&keep(kept)), &Options { accept_leavers: accept, ..snapshot() })
    };
    assert!(try_with(90, None).is_applicable(), "10 % may leave");
    let held = try_with(89, None);
    let brake = held.blocked.expect("the brake");
    assert_eq!((brake.leavers, brake.limit), (11, 10));
    assert!(!held.is_applicable() && held.counts.leaves == 11);
    assert!(try_with(89, Some(12)).blocked.is_some(), "another number opens nothing");
    assert!(try_with(89, Some(11)).is_applicable());
    assert_eq!(try_with(89, Some(11)).hash, held.hash, "a confirmation changes no write");
    // Last days in the file count as well.
    let all = text.replace("入社日", "退職日").replace("2020/4/1", "2026/4/30");
    assert_eq!(import(&organization, &all).blocked.map(|b| b.leavers), Some(100));
}

#[test]
fn a_small_company_may_lose_one() {
    let organization = organization(BASE);
    let two = plan(
        &organization,
        &table("社員番号 | 氏名\n000001 | 山田 太郎\n000002 | 高橋 一郎"),
        &snapshot(),
    );
    assert_eq!(two.blocked.map(|brake| brake.limit), Some(1));
}

#[test]
fn people_who_join_later_start_on_their_day() {
    let organization = organization(BASE);
    let text = "社員番号 | 氏名 | 部署 | 上司 | 入社日\n000009 | 新人 | 営業部 | 000002 | 2026/5/1";
    let (plan, state) = applied(&organization, text, &upsert());
    assert_eq!(plan.writes.assignment_starts[0].from, day(2026, 5, 1));
    assert_eq!(plan.writes.line_starts[0].from, day(2026, 5, 1));
    // They are not in next week's full snapshot yet, and stay.
    let full = plan_of(&state, BASE);
    assert_eq!(full.counts.leaves, 0);
}

fn plan_of(state: &taiwa_domain::organization::Snapshot, text: &str) -> ImportPlan {
    plan(state, &table(text), &snapshot())
}

#[test]
fn departures_ahead_are_set_moved_and_taken_back() {
    let organization = organization(BASE);
    let left = |text: &str| format!("社員番号 | 退職日\n000003 | {text}");
    let (plan, state) = applied(&organization, &left("2026/6/30"), &upsert());
    assert_eq!(kinds(&plan, "000003"), [ChangeKind::Left]);
    assert_eq!(person(&state, "000003").employments[0].until, day(2026, 7, 1));
    assert!(!posts(&state, "000003").is_empty(), "still here");
    let (plan, state) = applied(&state, &left("2026/7/31"), &upsert());
    assert_eq!((kinds(&plan, "000003"), plan.counts.leaves), (vec![ChangeKind::Updated], 0));
    assert!(import(&state, &left("")).writes.is_empty(), "blank keeps");
    for open in ["#CLEAR", "9999/12/31"] {
        let (_, state) = applied(&state, &left(open), &upsert());
        assert_eq!(person(&state, "000003").employments[0].until, Period::OPEN);
    }
}

#[test]
fn a_rehire_adds_an_employment() {
    let organization = organization(BASE);
    let (_, left) = applied(&organization, "社員番号 | 退職日\n000003 | 2026/3/31", &upsert());
    let (plan, back) = applied(
        &left,
        "社員番号 | 氏名 | 部署 | 上司 | 入社日\n000003 | 佐藤 花子 | 開発部 | 000004 | 2026/4/1",
        &upsert(),
    );
    assert!(kinds(&plan, "000003").contains(&ChangeKind::Rejoined));
    assert_eq!(person(&back, "000003").employments.len(), 2);
    assert_eq!(manager(&back, "000003").as_deref(), Some("000004"));
    assert_eq!(posts(&back, "000003"), ["経営/開発部"]);
}

#[test]
fn people_who_left_long_ago_are_recorded_as_former() {
    let (plan, state) = applied(
        &empty(),
        "社員番号 | 氏名 | 部署 | 入社日 | 退職日\n1 | 山田 | 経営 | 2001/4/1 | 2010/3/31\n2 | 佐藤 | 経営 | 2001/4/1 |",
        &upsert(),
    );
    assert_eq!((plan.counts.joins, plan.counts.former, plan.counts.leaves), (1, 1, 0));
    assert!(posts(&state, "1").is_empty());
}

#[test]
fn leaves_are_added_changed_and_cleared() {
    let organization = organization(BASE);
    let file = |from: &str, to: &str| {
        format!("社員番号 | 休職開始日 | 休職終了日\n000003 | {from} | {to}")
    };
    let (_, away) = applied(&organization, &file("2026/5/1", "2026/8/31"), &upsert());
    assert_eq!(
        person(&away, "000003").leaves,
        [Period::inclusive(day(2026, 5, 1), Some(day(2026, 8, 31)))]
    );
    let (_, longer) = applied(&away, &file("2026/5/1", "2026/12/31"), &upsert());
    assert_eq!(person(&longer, "000003").leaves[0].until, day(2027, 1, 1));
    let (_, shorter) = applied(&longer, &file("", "2026/6/30"), &upsert());
    assert_eq!(person(&shorter, "000003").leaves[0].until, day(2026, 7, 1));
    let (_, back) = applied(&shorter, &file("#CLEAR", ""), &upsert());
    assert!(person(&back, "000003").leaves.is_empty());
}

#[test]
fn departments_by_code_are_renamed_and_moved() {
    let head = "社員番号 | 氏名 | 部署コード | 部署 | 親部署コード\n";
    let first = organization(&format!(
        "{head}1 | 山田 | D1 | 本社 |\n2 | 佐藤 | D2 | 営業部 | D1\n3 | 田中 | D3 | 開発部 | D1"
    ));
    let (plan, state) = applied(
        &first,
        &format!("{head}2 | 佐藤 | D2 | 第一営業部 | D3\n3 | 田中 | D3 | 開発部 | #CLEAR"),
        &upsert(),
    );
    assert_eq!((plan.counts.department_changes, plan.counts.moves), (2, 0));
    assert_eq!(posts(&state, "2"), ["開発部/第一営業部"]);
}

#[test]
fn codes_find_the_departments_that_had_only_names() {
    let organization = organization(BASE);
    let (plan, state) = applied(
        &organization,
        "社員番号 | 部署コード | 部署\n000002 | E10 | 経営/営業部\n000004 | E20 | 経営/開発部",
        &upsert(),
    );
    assert_eq!((plan.counts.new_departments, plan.counts.moves), (0, 0));
    assert!(
        state.departments.iter().any(|d| d.code.as_deref() == Some("E10") && d.name == "営業部")
    );
    // A code alone is enough from then on, also among concurrent posts.
    let (_, state) = applied(&state, "社員番号 | 部署 | 兼務\n000003 | E20 | E10:顧問", &upsert());
    assert_eq!(posts(&state, "000003"), ["経営/開発部:担当", "経営/営業部:顧問"]);
}

#[test]
fn one_row_per_post_tells_all_posts() {
    let head = "社員番号 | 氏名 | 部署 | 役職 | 主務兼務区分\n";
    let organization = organization(&format!(
        "{head}1 | 山田 | 営業部 | 部長 | 主務\n1 | 山田 | 開発部 | 顧問 | 兼務\n1 | 山田 | 総務部 | | 兼務"
    ));
    assert_eq!(posts(&organization, "1"), ["営業部:部長", "総務部", "開発部:顧問"]);
    let (_, state) = applied(
        &organization,
        &format!("{head}1 | 山田 | 開発部 | 顧問 | 兼務\n1 | 山田 | 営業部 | 部長 | 主務"),
        &upsert(),
    );
    assert_eq!(posts(&state, "1"), ["営業部:部長", "開発部:顧問"]);
}

#[test]
fn words_become_values() {
    let (_, state) = applied(
        &empty(),
        "社員番号 | 氏名 | 雇用区分 | 勤務形態 | 勤務時間 | 言語 | タイムゾーン | ビジネスネーム
         1 | 山田 太郎 | 契約社員 | 在宅 | 月〜金 10:00-16:00 | 英語 | America/New_York | 田中 太郎",
        &upsert(),
    );
    let profile = &person(&state, "1").profile;
    assert_eq!(profile.employment_type, EmploymentType::Contract);
    assert_eq!(profile.work_style, WorkStyle::Remote);
    assert_eq!(profile.hours.to_string(), "Mon-Fri 10:00-16:00");
    assert_eq!(profile.zone, chrono_tz::Tz::America__New_York);
    assert_eq!(profile.name.display(), "田中 太郎");
}

#[test]
fn headers_below_title_lines_are_found_and_mappings_win() {
    let mut options = upsert();
    options.mapping = vec![(Field::Position, "等級".to_owned())];
    let plan = plan(
        &empty(),
        &table(
            "社員一覧表 | |
             2026年4月1日現在 | |
             社員番号 | 氏名 | 等級 | 役職
             1 | 山田 | M1 | 課長",
        ),
        &options,
    );
    assert_eq!(plan.writes.new_persons.len(), 1);
    assert!(plan.columns.iter().any(|c| c.header == "等級" && c.field == Field::Position));
}

#[test]
fn a_plan_survives_json() {
    let plan = import(&organization(BASE), "社員番号 | 部署 | 上司\n000003 | 新設部 | 999");
    let json = serde_json::to_string(&plan).expect("JSON");
    assert!(json.contains("\"unknown_manager\"") && json.contains("\"moved\""));
    let back: ImportPlan = serde_json::from_str(&json).expect("a plan");
    assert_eq!(back, plan);
    assert!(plan.defects.iter().any(|d| d.code == D::UnknownManager));
}

#[test]
fn the_hash_names_writes_day_mode_and_revision() {
    let organization = organization(BASE);
    let text = "社員番号 | 役職\n000003 | 主任";
    let hash = import(&organization, text).hash;
    assert_eq!(hash.len(), 64);
    assert_eq!(import(&organization, text).hash, hash);
    let mut moved_on = organization.clone();
    moved_on.revision += 1;
    assert_ne!(import(&moved_on, text).hash, hash);
    assert_ne!(import(&organization, "社員番号 | 役職\n000003 | 係長").hash, hash);
}

#[test]
fn someone_between_two_employments_is_still_here_until_the_first_ends() {
    let (_, leaving) = applied(
        &empty(),
        "社員番号 | 氏名 | 入社日 | 退職日\n5 | 山田 | 2015/4/1 | 2026/4/30\n7 | 佐藤 | 2015/4/1 |",
        &upsert(),
    );
    let (plan, state) = applied(
        &leaving,
        "社員番号 | 入社日 | 退職日 | 上司\n5 | 2026/5/1 | | \n7 | | | 5",
        &upsert(),
    );
    assert_eq!((plan.counts.rejoins, plan.counts.blocked_lines), (1, 0));
    assert_eq!(manager(&state, "7").as_deref(), Some("5"));
}

#[test]
fn the_first_joined_date_of_someone_who_came_back_says_the_same_next_time() {
    let (_, left) = applied(
        &empty(),
        "社員番号 | 氏名 | 入社日 | 退職日\n4 | 山田 | 2015/4/5 | 2026/3/31",
        &upsert(),
    );
    for joined in ["2015/4/5", "2015/4/1", "2020/4/1"] {
        let text = format!("社員番号 | 氏名 | 入社日\n4 | 山田 | {joined}");
        let (plan, state) = applied(&left, &text, &snapshot());
        assert_eq!(plan.counts.rejoins, 1, "{joined}");
        assert_eq!(person(&state, "4").employments.len(), 2, "{joined}");
    }
}

#[test]
fn a_leave_is_checked_against_the_employment_as_it_will_be() {
    let organization = organization(BASE);
    let text = "社員番号 | 入社日 | 休職開始日\n000003 | 2026/4/1 | 2020/1/1";
    let (plan, state) = applied(&organization, text, &upsert());
    found(&plan, D::LeaveBeforeJoined);
    assert_eq!(person(&state, "000003").employments[0].from, day(2015, 4, 1));
}

#[test]
fn a_manager_whose_first_day_moves_ahead_closes_no_circle() {
    let (_, state) = applied(
        &empty(),
        "社員番号 | 氏名 | 入社日 | 上司\n4 | 山田 | 2015/4/1 | 6\n6 | 佐藤 | 2015/4/1 |",
        &upsert(),
    );
    let (plan, state) = applied(&state, "社員番号 | 入社日 | 上司\n6 | 2026/5/1 | 4", &upsert());
    found(&plan, D::ManagerCycle);
    assert_eq!(manager(&state, "6"), None);
}

#[test]
fn a_number_written_in_another_persons_row_makes_nobody_leave() {
    let organization = organization(BASE);
    let plan = plan(
        &organization,
        &table(
            "社員番号 | 氏名
             000001 | 山田 太郎
             000002 | 高橋 一郎
             000002 | 佐藤 花子
             000004 | 鈴木 次郎",
        ),
        &snapshot(),
    );
    assert_eq!((plan.counts.errors, plan.counts.leaves), (2, 0));
}
