//! How texts are compared: never as raw bytes, never by changing what is stored.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// NFKC, without an allocation where nothing changes.
pub(crate) fn nfkc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().collect())
    }
}

/// The form headers are compared in: NFKC, lower case, letters and digits alone.
pub(crate) fn header_key(text: &str) -> String {
    nfkc(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The form names of people and departments are compared in: NFKC, lower case, without spaces.
pub(crate) fn name_key(text: &str) -> String {
    nfkc(text).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// The form emails are compared in.
pub(crate) fn email_key(text: &str) -> String {
    nfkc(text.trim()).to_lowercase()
}

/// The form that near-duplicates of an employee number share: NFKC, lower case, without spaces and
/// hyphens, each run of digits without its leading zeros.
pub(crate) fn number_key(text: &str) -> String {
    let text = nfkc(text);
    let mut key = String::with_capacity(text.len());
    let mut chars = text.chars().filter(|c| !c.is_whitespace() && !is_hyphen(*c)).peekable();
    let mut in_digits = false;
    while let Some(c) = chars.next() {
        if c == '0' && !in_digits && chars.peek().is_some_and(char::is_ascii_digit) {
            continue;
        }
        in_digits = c.is_ascii_digit();
        key.extend(c.to_lowercase());
    }
    key
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '–' | '—' | '−' | '_')
}

/// Variants of characters in Japanese names that NFKC keeps apart, with the form they are compared
/// in. For suggestions only: two people may really differ in nothing else.
pub(crate) const NAME_VARIANTS: &[(&str, char)] = &[
    ("髙", '高'),
    ("﨑嵜碕", '崎'),
    ("邉邊", '辺'),
    ("齋齊斎", '斉'),
    ("澤", '沢'),
    ("廣", '広'),
    ("濱濵", '浜'),
    ("嶋嶌", '島'),
    ("國", '国'),
    ("眞", '真'),
    ("德", '徳'),
    ("瀨", '瀬'),
    ("櫻", '桜'),
    ("𠮷", '吉'),
    ("冨", '富'),
    ("栁", '柳'),
    ("桒", '桑'),
    ("彌", '弥'),
    ("惠", '恵'),
    ("龍", '竜'),
    ("壽", '寿'),
    ("藏", '蔵'),
    ("曾", '曽'),
    ("ヶ", 'ケ'),
];

/// The form in which names that differ only by a variant character are equal.
pub(crate) fn variant_key(text: &str) -> String {
    name_key(text)
        .chars()
        .map(|c| {
            NAME_VARIANTS
                .iter()
                .find(|(variants, _)| variants.contains(c))
                .map_or(c, |(_, plain)| *plain)
        })
        .collect()
}

/// Whether a text has a character of a Japanese script.
pub(crate) fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c as u32, 0x3005..=0x3007 | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F | 0x20000..=0x2FA1F))
}

/// The text with one space between words.
pub(crate) fn squeezed(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut result = words.next().unwrap_or_default().to_owned();
    for word in words {
        result.push(' ');
        result.push_str(word);
    }
    result
}

/// How many single-character edits lie between two short texts, `None` beyond `most`.
pub(crate) fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    let other: Vec<char> = other.chars().collect();
    let length = one.chars().count();
    if length.abs_diff(other.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let cost = corner + usize::from(a != *b);
            corner = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(corner + 1);
        }
    }
    row.last().copied().filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_duplicates_of_numbers_share_a_key() {
        for (one, other) in
            [("42", "000042"), ("A0012", "a12"), ("１２３", "123"), ("E-001", "E1"), ("0", "000")]
        {
            assert_eq!(number_key(one), number_key(other), "{one} {other}");
        }
        assert_ne!(number_key("100"), number_key("1"));
        assert_ne!(number_key("1001"), number_key("101"));
    }

    #[test]
    fn variants_are_equal_for_suggestions_alone() {
        assert_ne!(name_key("髙橋"), name_key("高橋"));
        assert_eq!(variant_key("髙橋"), variant_key("高橋"));
        assert_eq!(variant_key("山﨑 太郎"), variant_key("山崎太郎"));
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("社員番", "社員番号", 2), Some(1));
        assert_eq!(distance("abc", "xyz", 2), None);
    }
}
