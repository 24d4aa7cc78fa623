//! The headers each field is recognised by. Compared by [`header_key`]: width, case, spaces and
//! punctuation do not matter, so `社員ＮＯ．` is `社員No` and `Employee ID` is `employee_id`.
//!
//! `README.md` beside this file prints the same table for customers; a test holds the two equal.

use std::{collections::HashMap, sync::OnceLock};

use super::{Field, text::header_key};

/// Field and the headers that name it.
#[rustfmt::skip]
pub(crate) const ALIASES: &[(Field, &[&str])] = &[
    (Field::Number, &["社員番号", "社員コード", "社員No", "社員ID", "従業員番号", "従業員コード", "従業員No", "従業員ID", "職員番号", "個人コード", "スタッフコード", "社番", "employee number", "employee no", "employee id", "employee code", "emp no", "emp id", "emp number", "staff id", "staff number", "personnel number", "person number", "worker id", "badge number", "number"]),
    (Field::FullName, &["氏名", "名前", "社員名", "社員氏名", "従業員名", "従業員氏名", "職員名", "氏名漢字", "漢字氏名", "full name", "name", "employee name", "display name", "worker", "preferred full name"]),
    (Field::FamilyName, &["姓", "苗字", "名字", "氏", "姓漢字", "漢字姓", "family name", "last name", "surname"]),
    (Field::GivenName, &["名", "名漢字", "漢字名", "given name", "first name", "forename"]),
    (Field::FullKana, &["フリガナ", "ふりがな", "カナ", "氏名カナ", "カナ氏名", "氏名フリガナ", "氏名かな", "カナ", "full name kana", "name kana", "kana"]),
    (Field::FamilyKana, &["セイ", "せい", "姓カナ", "カナ姓", "姓フリガナ", "姓かな", "family name kana", "last name kana", "family kana"]),
    (Field::GivenKana, &["メイ", "めい", "名カナ", "カナ名", "名フリガナ", "名かな", "given name kana", "first name kana", "given kana"]),
    (Field::BusinessName, &["ビジネスネーム", "業務上氏名", "通称", "通称名", "旧姓使用氏名", "職場氏名", "business name", "preferred name", "nickname", "known as"]),
    (Field::Email, &["メールアドレス", "メール", "Eメール", "E-mailアドレス", "会社メールアドレス", "社用メールアドレス", "社内メール", "email", "e-mail", "mail", "email address", "work email", "company email", "mail address", "primary work email"]),
    (Field::Department, &["部署", "所属", "組織", "部門", "所属部署", "所属組織", "所属部門", "部署名", "所属名", "組織名", "部門名", "所属名称", "部署名称", "本務所属", "主務所属", "配属先", "department", "department name", "dept", "dept name", "division", "team", "org unit", "organization", "organization unit", "department path", "cost center name"]),
    (Field::DepartmentCode, &["部署コード", "所属コード", "組織コード", "部門コード", "所属CD", "部署CD", "部門CD", "組織CD", "所属部署コード", "department code", "dept code", "department id", "dept id", "department number", "org code", "org unit code"]),
    (Field::ParentDepartmentCode, &["親部署コード", "上位部署コード", "親組織コード", "上位組織コード", "上位部門コード", "親部門コード", "上位所属コード", "親所属コード", "parent department code", "parent department", "parent dept code", "parent department id", "parent org code", "parent code"]),
    (Field::Position, &["役職", "役職名", "職位", "職位名", "肩書", "肩書き", "職名", "役職名称", "position", "position title", "job title", "title", "job", "business title"]),
    (Field::EmploymentType, &["雇用区分", "雇用形態", "社員区分", "従業員区分", "職員区分", "在籍区分名", "契約区分", "employment type", "employee type", "worker type", "contract type", "employment status type"]),
    (Field::Manager, &["上司", "上長", "直属上司", "直属の上司", "直属上長", "レポートライン", "報告先", "1on1実施者", "manager", "reports to", "supervisor", "line manager", "direct manager", "boss", "reporting manager"]),
    (Field::ManagerNumber, &["上司社員番号", "上長社員番号", "上司番号", "上長番号", "上司コード", "上長コード", "上司社員コード", "上司従業員番号", "上長従業員番号", "上司社員No", "上司ID", "上長ID", "直属上司社員番号", "直属上司コード", "manager number", "manager id", "manager no", "manager employee number", "manager employee id", "manager code", "supervisor id", "supervisor number", "reports to id", "line manager id", "mgr id"]),
    (Field::ManagerEmail, &["上司メール", "上司メールアドレス", "上長メール", "上長メールアドレス", "直属上司メールアドレス", "manager email", "manager mail", "managers email", "supervisor email", "line manager email", "reports to email", "manager email address"]),
    (Field::ManagerName, &["上司氏名", "上司名", "上長氏名", "上長名", "直属上司氏名", "直属上司名", "manager name", "managers name", "supervisor name", "line manager name", "reports to name"]),
    (Field::DottedManagers, &["兼務上司", "兼務上司社員番号", "兼務先上司", "副上司", "サブ上司", "第二上司", "斜めの上司", "プロジェクト上司", "dotted managers", "dotted manager", "dotted line manager", "dotted line managers", "dotted line", "matrix manager", "matrix managers", "secondary manager", "secondary managers", "dotted manager numbers"]),
    (Field::ConcurrentPosts, &["兼務", "兼務部署", "兼務先", "兼務所属", "兼務組織", "兼務部門", "兼任", "兼任部署", "concurrent posts", "concurrent post", "concurrent departments", "concurrent positions", "additional posts", "secondary departments", "additional departments"]),
    (Field::PostKind, &["本務兼務区分", "主務兼務区分", "主兼区分", "兼務区分", "本兼区分", "主務区分", "発令区分主兼", "post kind", "post type", "primary or concurrent", "assignment type", "primary flag"]),
    (Field::Joined, &["入社日", "入社年月日", "入社年月", "採用日", "採用年月日", "雇用開始日", "入職日", "hire date", "date of hire", "joined", "join date", "joining date", "start date", "employment start date", "date joined", "original hire date"]),
    (Field::Left, &["退職日", "退職年月日", "退社日", "離職日", "雇用終了日", "最終在籍日", "退職予定日", "left", "leave date", "termination date", "end date", "employment end date", "last day", "last working day", "date left"]),
    (Field::LeaveFrom, &["休職開始日", "休職開始", "休業開始日", "休暇開始日", "休職日", "休職開始年月日", "leave from", "leave start", "leave start date", "absence start", "leave of absence start", "leave of absence from"]),
    (Field::LeaveTo, &["休職終了日", "休職終了", "休業終了日", "休暇終了日", "休職終了予定日", "休職満了日", "休職終了年月日", "leave to", "leave end", "leave end date", "absence end", "leave of absence end", "leave of absence to", "leave until"]),
    (Field::TimeZone, &["タイムゾーン", "時間帯", "time zone", "timezone", "tz", "zone", "iana time zone"]),
    (Field::Locale, &["言語", "使用言語", "表示言語", "locale", "language", "preferred language", "lang"]),
    (Field::WorkingHours, &["勤務時間", "就業時間", "所定労働時間帯", "勤務時間帯", "勤務曜日時間", "working hours", "work hours", "hours", "schedule", "work schedule"]),
    (Field::WorkStyle, &["勤務形態", "働き方", "勤務場所区分", "勤務スタイル", "work style", "work location type", "working style", "remote", "workplace type"]),
];

fn table() -> &'static HashMap<String, Field> {
    static TABLE: OnceLock<HashMap<String, Field>> = OnceLock::new();
    TABLE.get_or_init(|| {
        ALIASES
            .iter()
            .flat_map(|(field, aliases)| {
                aliases
                    .iter()
                    .map(|alias| (header_key(alias), *field))
                    .chain([(header_key(field.as_str()), *field)])
            })
            .collect()
    })
}

/// The field a header names.
pub(crate) fn field_of(header: &str) -> Option<Field> {
    table().get(&header_key(header)).copied()
}

/// The alias closest to a header that names no field, if one is close.
pub(crate) fn closest(header: &str) -> Option<(&'static str, Field)> {
    let key = header_key(header);
    // One edit in a word of two letters is another word.
    let most = match key.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    ALIASES
        .iter()
        .flat_map(|(field, aliases)| aliases.iter().map(move |alias| (*alias, *field)))
        .filter_map(|(alias, field)| {
            super::text::distance(&key, &header_key(alias), most).map(|edits| (edits, alias, field))
        })
        .min_by_key(|(edits, ..)| *edits)
        .map(|(_, alias, field)| (alias, field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_names_two_fields() {
        let mut seen = HashMap::new();
        for (field, aliases) in ALIASES {
            for alias in *aliases {
                if let Some(other) = seen.insert(header_key(alias), *field) {
                    assert_eq!(other, *field, "{alias}");
                }
            }
        }
        assert_eq!(ALIASES.len(), Field::COUNT);
    }

    #[test]
    fn headers_are_known_whatever_their_writing() {
        for (header, field) in [
            ("社員ＮＯ．", Field::Number),
            ("Employee ID", Field::Number),
            ("employee_number", Field::Number),
            ("ﾒｰﾙｱﾄﾞﾚｽ", Field::Email),
            ("上司 社員番号", Field::ManagerNumber),
            ("Manager's Email", Field::ManagerEmail),
            ("hire_date", Field::Joined),
            ("氏名（漢字）", Field::FullName),
        ] {
            assert_eq!(field_of(header), Some(field), "{header}");
        }
        assert_eq!(field_of("血液型"), None);
        assert_eq!(closest("社員番後"), Some(("社員番号", Field::Number)));
    }
}
