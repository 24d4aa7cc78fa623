//! The safety declaration: a manager's word that nothing said in a 1on1 is rated, acknowledged by
//! the report, and asked for before the first meeting.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::library::Bilingual;
use crate::id::{PairId, SafetyTextId};

/// Most characters of an organization's own text.
pub const LONGEST_TEXT: usize = 4_000;

/// A version of what is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafetyText {
    /// Identity.
    pub id: SafetyTextId,
    /// What is declared.
    pub text: Bilingual,
    /// Counts the organization's own versions; 0 = shipped with the product.
    pub version: i64,
}

/// The text that is shipped. Another wording is another text: it would get another id.
pub fn shipped() -> SafetyText {
    let text = Bilingual {
        ja: "この1on1は、あなたのための時間です。ここで話されたことを、私は評価や処遇の材料にしません。\
             あなたの同意なく、ほかの人に伝えることもしません。ただし、あなたやほかの人の安全にかかわる\
             ときは、まずあなたに話したうえで、必要な人に相談します。話したくないことは、話さなくて\
             構いません。私がこの約束を守れていないと感じたら、遠慮なく教えてください。"
            .to_owned(),
        en: "This 1on1 is time for you. I will not use what is said here to rate you or to decide \
             about your pay or position, and I will not pass it on without your consent. Only where \
             somebody's safety is at stake will I speak to those who can help, and I will tell you \
             first. You need not talk about anything you do not want to talk about. If you feel \
             that I am not keeping this promise, please tell me."
            .to_owned(),
    };
    let digest = Sha256::digest(format!("taiwa safety text {}{}", text.ja, text.en).as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    let id = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    SafetyText { id: SafetyTextId(id), text, version: 0 }
}

/// That a text was declared in a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SafetyDeclaration {
    /// Identity.
    pub id: Uuid,
    /// In which pair.
    pub pair: PairId,
    /// What.
    pub text: SafetyTextId,
    /// When, by the organizer.
    pub declared_at: DateTime<Utc>,
    /// When the partner acknowledged it.
    pub acknowledged_at: Option<DateTime<Utc>>,
}

/// Whether a meeting asks for it: the pair's next one, while none was held yet and nothing was
/// acknowledged.
pub fn asked_for(next: bool, held: bool, latest: Option<&SafetyDeclaration>) -> bool {
    next && !held && latest.is_none_or(|it| it.acknowledged_at.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(acknowledged: bool) -> SafetyDeclaration {
        SafetyDeclaration {
            id: Uuid::from_u128(1),
            pair: PairId(Uuid::from_u128(2)),
            text: shipped().id,
            declared_at: DateTime::UNIX_EPOCH,
            acknowledged_at: acknowledged.then_some(DateTime::UNIX_EPOCH),
        }
    }

    #[test]
    fn the_first_meeting_asks_until_it_was_acknowledged() {
        assert!(asked_for(true, false, None));
        assert!(asked_for(true, false, Some(&declared(false))));
        assert!(!asked_for(true, false, Some(&declared(true))));
        assert!(!asked_for(true, true, None), "it is not the first");
        assert!(!asked_for(false, false, None), "another comes first");
    }

    #[test]
    fn what_is_shipped_is_one_text() {
        assert_eq!(shipped(), shipped());
        assert!(!shipped().text.ja.contains("  ") && !shipped().text.en.contains("  "));
    }
}
