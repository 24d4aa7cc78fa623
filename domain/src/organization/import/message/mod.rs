//! What defects say, in Japanese and English: what is wrong, and the way out.
//!
//! Placeholders in braces are the defect's parameters; `{row}`, `{column}` and `{value}` are its
//! place. A table per language, so that a missing text does not compile.

mod en;
mod ja;

use super::{Defect, DefectCode, Field};
use crate::organization::Locale;

/// Message and suggestion before the placeholders are filled.
pub(super) fn texts(code: DefectCode, locale: Locale) -> (&'static str, &'static str) {
    match locale {
        Locale::Ja => ja::texts(code),
        Locale::En => en::texts(code),
    }
}

/// Fills the placeholders.
pub(super) fn fill(template: &str, defect: &Defect, locale: Locale) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        text.push_str(&value(name, defect, locale));
        rest = after;
    }
    text.push_str(rest);
    text.trim().to_owned()
}

fn value(name: &str, defect: &Defect, locale: Locale) -> String {
    match name {
        "row" => defect.row.map(|row| row.to_string()).unwrap_or_default(),
        "column" => defect.column.clone().unwrap_or_default(),
        "value" => defect.value.clone().unwrap_or_default(),
        "reason" => reason(defect, locale).to_owned(),
        "close" => close(defect, locale),
        "expected" => expected(defect, locale).to_owned(),
        name => defect.params.get(name).cloned().unwrap_or_default(),
    }
}

/// Why a text is no date.
fn reason(defect: &Defect, locale: Locale) -> &'static str {
    match (defect.params.get("reason").map(String::as_str), locale) {
        (Some("no_such_day"), Locale::Ja) => "存在しない日付です",
        (Some("no_such_day"), Locale::En) => "there is no such day",
        (Some("short_year"), Locale::Ja) => "年が2桁です",
        (Some("short_year"), Locale::En) => "the year has only two digits",
        (Some("no_day"), Locale::Ja) => "日がありません",
        (Some("no_day"), Locale::En) => "the day is missing",
        (_, Locale::Ja) => "日付の形式ではありません",
        (_, Locale::En) => "it is not written like a date",
    }
}

/// Whom a manager's cell may have meant.
fn close(defect: &Defect, locale: Locale) -> String {
    let close = defect.params.get("close").map(String::as_str).unwrap_or_default();
    match (close, locale) {
        ("", _) => String::new(),
        (close, Locale::Ja) => format!("「{close}」のことですか。"),
        (close, Locale::En) => format!("Did you mean {close}?"),
    }
}

/// What a field with fixed values understands.
fn expected(defect: &Defect, locale: Locale) -> &'static str {
    let field = defect.params.get("field").and_then(|field| field.parse().ok());
    match (field, locale) {
        (Some(Field::EmploymentType), Locale::Ja) => {
            "正社員、契約社員、パート、派遣、出向、役員、インターン、その他"
        }
        (Some(Field::EmploymentType), Locale::En) => {
            "regular, contract, part-time, temporary, seconded, director, intern, other"
        }
        (Some(Field::TimeZone), Locale::Ja) => "Asia/Tokyo のような IANA タイムゾーン名",
        (Some(Field::TimeZone), Locale::En) => "an IANA time zone such as Europe/Berlin",
        (Some(Field::Locale), Locale::Ja) => "日本語、英語",
        (Some(Field::Locale), Locale::En) => "ja, en",
        (Some(Field::WorkingHours), _) => "Mon-Fri 09:00-12:00 13:00-18:00; Sat 09:00-12:00",
        (Some(Field::WorkStyle), Locale::Ja) => "出社、ハイブリッド、リモート",
        (Some(Field::WorkStyle), Locale::En) => "office, hybrid, remote",
        (Some(Field::PostKind), Locale::Ja) => "主務、兼務",
        (Some(Field::PostKind), Locale::En) => "primary, concurrent",
        (_, Locale::Ja) => "この項目の値",
        (_, Locale::En) => "a value of this field",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_what_is_wrong_and_the_way_out() {
        for &code in DefectCode::ALL {
            for locale in [Locale::Ja, Locale::En] {
                let (message, suggestion) = texts(code, locale);
                assert!(!message.is_empty() && !suggestion.is_empty(), "{code}");
            }
        }
    }

    #[test]
    fn placeholders_are_filled() {
        let defect = Defect::new(DefectCode::UnknownManager)
            .row(5)
            .column("上司")
            .value("髙橋 一郎")
            .with("name", "000124 山田 太郎")
            .with("close", "000123 高橋 一郎");
        for locale in [Locale::Ja, Locale::En] {
            let text = format!("{} {}", defect.message(locale), defect.suggestion(locale));
            assert!(text.contains("髙橋 一郎") && text.contains("000123 高橋 一郎"), "{text}");
            assert!(!text.contains('{'), "{text}");
        }
    }
}
