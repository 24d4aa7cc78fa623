//! Words that stand for a fixed set of values.

use chrono_tz::Tz;

use super::text::{header_key, nfkc};
use crate::organization::{EmploymentType, Locale, WorkStyle};

/// How someone is employed, in the words HR exports use.
pub(super) fn employment_type(text: &str) -> Option<EmploymentType> {
    use EmploymentType as E;
    Some(match header_key(text).as_str() {
        "正社員" | "正規" | "正規社員" | "社員" | "正職員" | "総合職" | "一般職" | "無期雇用"
        | "限定正社員" | "regular" | "permanent" | "fulltime" | "employee" | "fte" => {
            E::Regular
        }
        "契約社員" | "契約" | "有期" | "有期雇用" | "嘱託" | "嘱託社員" | "再雇用"
        | "再雇用社員" | "準社員" | "contract" | "contractor" | "fixedterm" => E::Contract,
        "パート"
        | "アルバイト"
        | "パートタイム"
        | "パートアルバイト"
        | "パート社員"
        | "時短"
        | "短時間"
        | "短時間正社員"
        | "parttime"
        | "parttimer" => E::PartTime,
        "派遣" | "派遣社員" | "派遣労働者" | "temporary" | "temp" | "agency" => {
            E::Temporary
        }
        "出向" | "出向社員" | "出向者" | "受入出向" | "出向受入" | "seconded" | "secondment"
        | "secondee" => E::Seconded,
        "役員" | "取締役" | "執行役員" | "監査役" | "director" | "officer" | "executive" => {
            E::Director
        }
        "インターン" | "インターンシップ" | "実習生" | "intern" | "trainee" => {
            E::Intern
        }
        "その他" | "業務委託" | "other" => E::Other,
        _ => return None,
    })
}

/// Where someone works.
pub(super) fn work_style(text: &str) -> Option<WorkStyle> {
    Some(match header_key(text).as_str() {
        "出社" | "オフィス" | "オフィス勤務" | "通常勤務" | "通勤" | "出勤" | "office"
        | "onsite" | "inoffice" => WorkStyle::Office,
        "ハイブリッド" | "ハイブリッド勤務" | "併用" | "一部在宅" | "hybrid" => {
            WorkStyle::Hybrid
        }
        "リモート" | "フルリモート" | "在宅" | "在宅勤務" | "テレワーク" | "リモート勤務"
        | "remote" | "fullyremote" | "wfh" | "home" => WorkStyle::Remote,
        _ => return None,
    })
}

/// The language someone is addressed in.
pub(super) fn locale(text: &str) -> Option<Locale> {
    let key = header_key(text);
    match key.as_str() {
        "日本語" | "ja" | "jp" | "jpn" | "japanese" | "jajp" | "和文" => Some(Locale::Ja),
        "英語" | "en" | "eng" | "english" | "英文" => Some(Locale::En),
        key if key.len() == 4 && key.is_ascii() && key.starts_with("en") => Some(Locale::En),
        _ => None,
    }
}

/// A zone by its IANA name, or by a word that leaves no choice.
pub(super) fn zone(text: &str) -> Option<Tz> {
    let text = nfkc(text);
    let text = text.trim();
    if let Ok(zone) = text.parse() {
        return Some(zone);
    }
    let first = text.split([' ', '(']).next().unwrap_or_default();
    if first.contains('/')
        && let Ok(zone) = first.parse()
    {
        return Some(zone);
    }
    Some(match header_key(text).as_str() {
        "jst" | "日本" | "東京" | "大阪" | "日本時間" | "日本標準時" | "tokyo" | "japan"
        | "tokyostandardtime" => Tz::Asia__Tokyo,
        "newyork" | "ニューヨーク" | "easternstandardtime" | "米国東部" => {
            Tz::America__New_York
        }
        "losangeles" | "pacificstandardtime" | "米国西部" | "sanfrancisco" => {
            Tz::America__Los_Angeles
        }
        "london" | "ロンドン" | "gmtstandardtime" => Tz::Europe__London,
        "berlin" | "ベルリン" | "weuropestandardtime" => Tz::Europe__Berlin,
        "singapore" | "シンガポール" => Tz::Asia__Singapore,
        _ => return None,
    })
}

/// Whether a row of one person is the primary post or a concurrent one.
pub(super) fn primary_post(text: &str) -> Option<bool> {
    Some(match header_key(text).as_str() {
        "主務" | "本務" | "主" | "本" | "primary" | "main" | "true" | "1" | "yes" => true,
        "兼務" | "兼任" | "兼" | "concurrent" | "secondary" | "additional" | "false" | "0"
        | "2" | "no" => false,
        _ => return None,
    })
}

/// Whether a text can be an email address at all.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\"@".contains(c))
    };
    text.len() <= 254 && plain(local) && plain(domain) && domain.contains('.')
}

/// Family and given name out of one text: `姓 名` in Japanese, `Given Family` and
/// `Family, Given` in Latin script. A single word is a family name.
pub(super) fn split_name(text: &str) -> (String, Option<String>) {
    let text = super::text::squeezed(text);
    if let Some((family, given)) = text.split_once([',', '，']) {
        let given = given.trim();
        return (family.trim().to_owned(), (!given.is_empty()).then(|| given.to_owned()));
    }
    let parts = if super::text::is_japanese(&text) {
        text.split_once(' ')
    } else {
        text.rsplit_once(' ').map(|(given, family)| (family, given))
    };
    match parts {
        Some((family, given)) => (family.to_owned(), Some(given.to_owned())),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_by_their_script() {
        let split = |text| {
            let (family, given) = split_name(text);
            (family, given.unwrap_or_default())
        };
        for (text, family, given) in [
            ("山田 太郎", "山田", "太郎"),
            ("山田　太郎", "山田", "太郎"),
            ("山田太郎", "山田太郎", ""),
            ("Steven King", "King", "Steven"),
            ("Mary Ann Smith", "Smith", "Mary Ann"),
            ("King, Steven", "King", "Steven"),
            ("ヤマダ　タロウ", "ヤマダ", "タロウ"),
        ] {
            assert_eq!(split(text), (family.to_owned(), given.to_owned()), "{text}");
        }
    }

    #[test]
    fn words_are_understood_in_both_languages() {
        assert_eq!(employment_type("パート・アルバイト"), Some(EmploymentType::PartTime));
        assert_eq!(employment_type("Full-time"), Some(EmploymentType::Regular));
        assert_eq!(work_style("在宅"), Some(WorkStyle::Remote));
        assert_eq!(locale("en-US"), Some(Locale::En));
        assert_eq!(zone("Asia/Tokyo"), Some(Tz::Asia__Tokyo));
        assert_eq!(zone("東京"), Some(Tz::Asia__Tokyo));
        assert_eq!(zone("CET/どこか"), None);
        assert!(is_email("yamada.taro@example.co.jp"));
        assert!(!is_email("yamada@"));
        assert!(!is_email("山田"));
    }
}
