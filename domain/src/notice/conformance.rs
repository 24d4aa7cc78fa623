//! What every way out must do: the suite that each adapter runs against a real system.

use uuid::Uuid;

use super::{Line, Message, Notifier, NotifyError, Recipient, StopLink};
use crate::organization::Locale;

/// What exists in the system under test.
pub struct Fixture<'a> {
    /// The way.
    pub notifier: &'a dyn Notifier,
    /// An address at which somebody is.
    pub somebody: String,
    /// One at which nobody is.
    pub nobody: String,
    /// Makes names of this run differ from those of earlier ones.
    pub run: u128,
}

impl Fixture<'_> {
    /// A message in Japanese whose words try to be more than words.
    pub fn message(&self, number: u128, address: &str) -> Message {
        Message {
            id: Uuid::from_u128(self.run.wrapping_mul(1_000).wrapping_add(number)),
            to: Recipient {
                name: "髙橋 花子\r\nBcc: everyone@example.com".to_owned(),
                address: address.to_owned(),
                locale: Locale::Ja,
            },
            subject: "明日の1on1：準備のお願い\r\nX-Injected: yes".to_owned(),
            lines: vec![Line {
                text: "12月1日(火) 10:00〜10:30 の1on1です。<script>&</script>".to_owned(),
                link: "https://app.example.com/meetings/meeting_1?a=1&b=2".to_owned(),
            }],
            footer: "このお知らせは設定で変更できます。".to_owned(),
            preferences: "https://app.example.com/preferences".to_owned(),
            stops: vec![StopLink {
                kind: "前日のお知らせ".to_owned(),
                link: "https://taiwa.example.com/notices/stop/abc".to_owned(),
            }],
            stop_all: "https://taiwa.example.com/notices/stop/abc".to_owned(),
        }
    }
}

/// Runs all checks.
pub async fn run(fixture: &Fixture<'_>) {
    let first = fixture.message(1, &fixture.somebody);
    fixture.notifier.send(&first).await.expect("a message is taken");
    fixture.notifier.send(&first).await.expect("the same message again is no failure");
    let second = fixture.message(2, &fixture.somebody);
    fixture.notifier.send(&second).await.expect("another message is taken");
    let lost = fixture.message(3, &fixture.nobody);
    let refused = fixture.notifier.send(&lost).await;
    assert!(
        matches!(refused, Err(NotifyError::NoSuchAddress)),
        "nobody is there, and it says so: {refused:?}"
    );
    let third = fixture.message(4, &fixture.somebody);
    fixture.notifier.send(&third).await.expect("a refusal does not spoil the next message");
    let broken = fixture.message(5, "not an address\r\nRCPT TO:<everyone@example.com>");
    let refused = fixture.notifier.send(&broken).await;
    assert!(
        matches!(refused, Err(NotifyError::NoSuchAddress | NotifyError::Refused(_))),
        "what is no address reaches nobody: {refused:?}"
    );
}
