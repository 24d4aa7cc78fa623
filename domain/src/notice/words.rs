//! Notices as sentences, in Japanese and English, in the reader's time zone. They say what kind of
//! thing is so and when; a name only where the reader is known to be whom it is for.

use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;

use super::{DeliveryReason, NoticeKind, Reminder};
use crate::{calendar::guardian::Answer, meeting::Slot, organization::Locale};

/// What a sentence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A meeting's slot, with where it is now.
    Slot(Answer, Option<Slot>),
    /// The calendar account.
    Account,
    /// A meeting, and when it is or was.
    Meeting(Reminder, Slot),
    /// An action, and when it is or was due.
    Action(Reminder, NaiveDate),
    /// Nothing: a test.
    Test,
}

fn pick(locale: Locale, ja: impl Into<String>, en: impl Into<String>) -> String {
    match locale {
        Locale::Ja => ja.into(),
        Locale::En => en.into(),
    }
}

const DAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

/// `12月1日(火)`, `Tue 1 Dec`.
pub fn day(locale: Locale, day: NaiveDate) -> String {
    let weekday = DAYS[day.weekday().num_days_from_monday() as usize];
    pick(
        locale,
        format!("{}月{}日({weekday})", day.month(), day.day()),
        day.format("%a %-d %b").to_string(),
    )
}

/// `12月1日(火) 10:00〜10:30`, `Tue 1 Dec, 10:00–10:30`.
pub fn time(locale: Locale, zone: Tz, slot: Slot) -> String {
    let clock = |at: DateTime<Tz>| format!("{:02}:{:02}", at.hour(), at.minute());
    let from = slot.starts_at.with_timezone(&zone);
    let (on, until) = (day(locale, from.date_naive()), slot.ends_at.with_timezone(&zone));
    let (from, until) = (clock(from), clock(until));
    pick(locale, format!("{on} {from}〜{until}"), format!("{on}, {from}–{until}"))
}

/// A notice as a sentence or two; `with` names the other of the two.
pub fn sentence(locale: Locale, zone: Tz, about: About, with: Option<&str>) -> String {
    let say = |ja: String, en: String| pick(locale, ja, en);
    let meeting = |slot: Slot| {
        let at = time(locale, zone, slot);
        match with {
            Some(name) => {
                say(format!("{at}の{name}さんとの1on1"), format!("your 1on1 with {name} on {at}"))
            }
            None => say(format!("{at}の1on1"), format!("your 1on1 on {at}")),
        }
    };
    match about {
        About::Slot(answer, now) => slot(locale, zone, answer, now),
        About::Account => say(
            "カレンダーに接続できなくなりました。再接続してください。それまでの間、1on1の時間は守られません。".into(),
            "Your calendar does not open any more. Connect it again: until then your 1on1s are not \
             protected."
                .into(),
        ),
        About::Meeting(kind, slot) => {
            let it = meeting(slot);
            match kind {
                Reminder::TwoDaysBefore => say(
                    format!("{it}が近づいています。話したいことを準備しませんか。"),
                    format!("Coming up: {it}. A good time to note what you want to talk about."),
                ),
                Reminder::DayBefore => say(
                    format!("まもなく{it}です。話したいことを確認しましょう。"),
                    format!("Soon: {it}. Have a look at what you want to talk about."),
                ),
                Reminder::NothingPrepared => say(
                    format!("{it}の話題がまだありません。ひとつ挙げてみませんか。"),
                    format!("You have noted nothing yet for {it}. One point is enough."),
                ),
                Reminder::MinutesEmpty => say(
                    format!("{it}の議事録がまだ空です。話したことと次の行動を残しましょう。"),
                    format!("The minutes are still empty of {it}. Keep what was said and what comes next."),
                ),
                _ => say(
                    format!("{it}は実施されましたか。お答えください。"),
                    format!("Did it take place? Please say so of {it}."),
                ),
            }
        }
        About::Action(kind, due) => {
            let due = day(locale, due);
            match kind {
                Reminder::ActionOverdue => say(
                    format!("期限（{due}）を過ぎたアクションがあります。"),
                    format!("An action of yours was due on {due} and is still open."),
                ),
                _ => say(
                    format!("期限が近いアクションがあります（{due}まで）。"),
                    format!("An action of yours is due on {due}."),
                ),
            }
        }
        About::Test => say(
            "お知らせが届くことを確認するためのテストです。".into(),
            "This is a test: notices reach you here.".into(),
        ),
    }
}

/// What became of a slot, without whose calendar did what.
fn slot(locale: Locale, zone: Tz, answer: Answer, now: Option<Slot>) -> String {
    let say = |ja: String, en: &str, tail: String| match locale {
        Locale::Ja => ja,
        Locale::En => format!("{en}{tail}"),
    };
    let at = now.map(|slot| time(locale, zone, slot));
    match (answer, at) {
        (Answer::Told, Some(at)) => say(
            format!("1on1（{at}）の予定に変化がありました。ご確認ください。"),
            "Something happened to the time of your 1on1 on ",
            format!("{at}. Please have a look."),
        ),
        (Answer::Defended, Some(at)) => say(
            format!("1on1（{at}）の予定を元に戻しました。"),
            "The time of your 1on1 was put back: ",
            format!("{at}."),
        ),
        (Answer::Replanned | Answer::Followed, Some(at)) => say(
            format!("1on1の日時が変わりました。新しい日時は{at}です。"),
            "Your 1on1 has another time: ",
            format!("{at}."),
        ),
        (Answer::Asked, Some(at)) => say(
            format!("1on1（{at}）をどうするか、お二人で決めてください。"),
            "Please decide together what is to become of your 1on1 on ",
            format!("{at}."),
        ),
        (Answer::Told, None) => say(
            "1on1の予定に変化がありました。ご確認ください。".into(),
            "Something happened to the time of a 1on1 of yours. Please have a look.",
            String::new(),
        ),
        _ => say(
            "1on1は取りやめになりました。".into(),
            "A 1on1 of yours was given up.",
            String::new(),
        ),
    }
}

/// What a kind is called where people choose.
pub fn label(locale: Locale, kind: NoticeKind) -> String {
    let (ja, en) = match kind {
        NoticeKind::Slot => ("1on1の時間の変更", "changes of a 1on1's time"),
        NoticeKind::AccountDisconnected => ("カレンダーの接続切れ", "calendars that do not open"),
        NoticeKind::TwoDaysBefore => ("2日前のお知らせ", "reminders two days before"),
        NoticeKind::DayBefore => ("前日のお知らせ", "reminders the day before"),
        NoticeKind::NothingPrepared => {
            ("話題がないときのお知らせ", "reminders that nothing is prepared")
        }
        NoticeKind::MinutesEmpty => ("議事録が空のときのお知らせ", "reminders of empty minutes"),
        NoticeKind::HeldUnconfirmed => ("実施の確認のお願い", "questions whether it took place"),
        NoticeKind::ActionDue => {
            ("アクションの期限前のお知らせ", "reminders of actions that are due")
        }
        NoticeKind::ActionOverdue => {
            ("アクションの期限後のお知らせ", "reminders of overdue actions")
        }
        NoticeKind::Test => ("テスト", "tests"),
    };
    pick(locale, ja, en)
}

/// The subject of a message: of several notices, how many.
pub fn subject(locale: Locale, kinds: &[NoticeKind]) -> String {
    let [kind] = kinds else {
        let count = kinds.len();
        return pick(
            locale,
            format!("1on1についてのお知らせ（{count}件）"),
            format!("{count} notices about your 1on1s"),
        );
    };
    let (ja, en) = match kind {
        NoticeKind::Slot => ("1on1の日時について", "About the time of your 1on1"),
        NoticeKind::AccountDisconnected => {
            ("カレンダーを再接続してください", "Connect your calendar again")
        }
        NoticeKind::TwoDaysBefore | NoticeKind::DayBefore => {
            ("1on1が近づいています", "Your 1on1 is coming up")
        }
        NoticeKind::NothingPrepared => ("まもなく1on1です", "Your 1on1 begins soon"),
        NoticeKind::MinutesEmpty => ("1on1の議事録について", "The minutes of your 1on1"),
        NoticeKind::HeldUnconfirmed => ("1on1の実施について", "Did your 1on1 take place?"),
        NoticeKind::ActionDue => ("アクションの期限が近づいています", "An action of yours is due"),
        NoticeKind::ActionOverdue => {
            ("アクションの期限が過ぎました", "An action of yours is overdue")
        }
        NoticeKind::Test => ("Taiwaからのテスト", "A test from Taiwa"),
    };
    pick(locale, ja, en)
}

/// Why somebody gets a message.
pub fn footer(locale: Locale) -> String {
    pick(
        locale,
        "Taiwaからの自動送信です。内容はリンク先でご本人だけが見られます。受け取るお知らせは設定で選べます。",
        "Sent by Taiwa. What it is about is seen behind the link, by you alone. You choose what you are told.",
    )
}

/// Why a notice did not go out.
pub fn reason(locale: Locale, reason: DeliveryReason) -> String {
    let (ja, en) = match reason {
        DeliveryReason::Expired => {
            ("送信できないうちに時機を過ぎました", "it could not be sent in time")
        }
        DeliveryReason::Outdated => ("予定やアクションが変わりました", "what it tells had changed"),
        DeliveryReason::SwitchedOff => {
            ("この種類のお知らせは停止されています", "this kind is switched off")
        }
        DeliveryReason::Away => ("休職中または退職済みです", "the person is on leave or has left"),
        DeliveryReason::NoAddress => ("宛先がありません", "there is no address"),
        DeliveryReason::AddressRefused => {
            ("宛先が存在しないと言われました", "there is nobody at the address")
        }
        DeliveryReason::Refused => {
            ("相手のシステムに拒否されました", "the other system refused it")
        }
        DeliveryReason::Closed => ("この送信手段は利用できません", "this way is not open any more"),
    };
    pick(locale, ja, en)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const LOCALES: [Locale; 2] = [Locale::Ja, Locale::En];

    fn slot() -> Slot {
        let starts_at = "2026-12-01T01:00:00Z".parse().unwrap();
        Slot { starts_at, ends_at: starts_at + chrono::TimeDelta::minutes(30) }
    }

    /// Every thing that can be told, in every language: a sentence of its own that says when.
    #[test]
    fn everything_has_a_sentence_of_its_own() {
        let day = "2026-12-01".parse().unwrap();
        let answers =
            [Answer::Told, Answer::Defended, Answer::Replanned, Answer::Asked, Answer::Released];
        let mut all = vec![About::Account, About::Test];
        all.extend(answers.map(|it| About::Slot(it, Some(slot()))));
        all.extend(Reminder::OF_MEETINGS.map(|it| About::Meeting(it, slot())));
        all.extend(Reminder::OF_ACTIONS.map(|it| About::Action(it, day)));
        for locale in LOCALES {
            let zone = Tz::Asia__Tokyo;
            let said: BTreeSet<String> =
                all.iter().map(|it| sentence(locale, zone, *it, None)).collect();
            assert_eq!(said.len(), all.len(), "{said:?}");
            for it in &all {
                let said = sentence(locale, zone, *it, None);
                let (ja, en) = ("12月1日(火)", "Tue 1 Dec");
                let timeless =
                    matches!(it, About::Account | About::Test | About::Slot(Answer::Released, _));
                let expected = if locale == Locale::Ja { ja } else { en };
                assert_eq!(said.contains(expected), !timeless, "{said}");
                let latin = said.chars().filter(|sign| sign.is_ascii_alphabetic()).count();
                assert_eq!(locale == Locale::En, latin > 15, "{said}");
            }
        }
    }

    /// A name stands in it only where it is given.
    #[test]
    fn the_other_is_named_to_the_reader_alone() {
        for locale in LOCALES {
            for kind in Reminder::OF_MEETINGS {
                let about = About::Meeting(kind, slot());
                assert!(sentence(locale, Tz::UTC, about, Some("山田")).contains("山田"));
            }
        }
    }

    /// Times are the reader's.
    #[test]
    fn times_are_on_the_readers_clock() {
        let at = |zone| time(Locale::En, zone, slot());
        assert_eq!(at(Tz::Asia__Tokyo), "Tue 1 Dec, 10:00–10:30");
        assert_eq!(at(Tz::America__New_York), "Mon 30 Nov, 20:00–20:30");
        assert_eq!(time(Locale::Ja, Tz::Asia__Tokyo, slot()), "12月1日(火) 10:00〜10:30");
    }

    #[test]
    fn kinds_reasons_and_subjects_are_told_apart() {
        for locale in LOCALES {
            let labels: BTreeSet<String> =
                NoticeKind::CHOSEN.iter().map(|kind| label(locale, *kind)).collect();
            assert_eq!(labels.len(), NoticeKind::CHOSEN.len());
            let reasons: BTreeSet<String> =
                DeliveryReason::ALL.iter().map(|it| reason(locale, *it)).collect();
            assert_eq!(reasons.len(), DeliveryReason::ALL.len());
            for kind in NoticeKind::CHOSEN {
                let subject = subject(locale, &[kind]);
                assert!(!subject.is_empty() && subject.lines().count() == 1, "{subject}");
            }
            assert!(subject(locale, &[NoticeKind::Slot, NoticeKind::Test]).contains('2'));
        }
    }
}
