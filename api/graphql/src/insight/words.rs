//! Codes of outcomes and figures in words.

use chrono::Datelike;
use taiwa_domain::{
    calendar::guardian::Displacing,
    insight::{Help, Scope, Span, SpanKind},
    meeting::{SkipReason, held::NotHeldReason},
    organization::Locale,
};

use crate::meeting::outcome::MeetingOutcomeState as State;

fn choose(locale: Locale, ja: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Ja => ja,
        Locale::En => en,
    }
}

pub(crate) fn outcome(locale: Locale, state: State) -> &'static str {
    let (ja, en) = match state {
        State::Upcoming => ("これから", "coming"),
        State::Open => ("回答待ち", "nobody said yet"),
        State::Claimed => ("一方が実施と回答", "held, as one of the two says"),
        State::HeldConfirmed => ("実施（双方確認）", "held, confirmed by both"),
        State::HeldUnopposed => ("実施（異議なし）", "held, unopposed"),
        State::Disputed => ("回答が食い違っています", "the two contradict each other"),
        State::Missed => ("未実施", "missed"),
        State::Unconfirmed => ("未確認", "unconfirmed"),
        State::Skipped => ("見送り", "skipped"),
    };
    choose(locale, ja, en)
}

pub(crate) fn not_held(locale: Locale, why: NotHeldReason) -> &'static str {
    let (ja, en) = match why {
        NotHeldReason::OtherAppointment => ("ほかの予定と重なった", "another appointment"),
        NotHeldReason::Workload => ("業務が立て込んだ", "too much other work"),
        NotHeldReason::Absence => ("不在・体調不良", "away or ill"),
        NotHeldReason::NothingToDiscuss => ("話すことがなかった", "nothing to talk about"),
        NotHeldReason::Forgotten => ("忘れていた", "forgotten"),
        NotHeldReason::Place => ("場所・通話の不具合", "the room or the call did not work"),
        NotHeldReason::Other => ("その他", "something else"),
    };
    choose(locale, ja, en)
}

pub(super) fn skipped(locale: Locale, why: SkipReason) -> &'static str {
    let (ja, en) = match why {
        SkipReason::Busy => ("共通の空きがない", "no common free time"),
        SkipReason::OutsideHours => ("勤務時間が合わない", "no common working hours"),
        SkipReason::Holiday => ("休日", "a holiday"),
        SkipReason::Leave => ("休暇・休職", "leave"),
        SkipReason::Cap => ("1日の上限", "too many 1on1s a day"),
        SkipReason::Spacing => ("前後の1on1と近すぎる", "too close to the next 1on1"),
        SkipReason::Reserved => ("1on1の時間帯に空きがない", "no free reserved window"),
        SkipReason::NoSeries => ("定例が決まっていない", "no regular time"),
        SkipReason::NotDue => ("対象外", "not due"),
        SkipReason::CalledOff => ("本人が取りやめ", "called off"),
    };
    choose(locale, ja, en)
}

pub(super) fn displaced(locale: Locale, by: Displacing) -> &'static str {
    let (ja, en) = match by {
        Displacing::SoloBlock => ("本人のみの予定", "a block of one's own"),
        Displacing::RecurringSoloBlock => ("本人のみの定例", "a recurring block of one's own"),
        Displacing::OneToOne => ("2人の予定", "a meeting of two"),
        Displacing::RecurringOneToOne => ("2人の定例", "a recurring meeting of two"),
        Displacing::SmallMeeting => ("少人数の会議", "a small meeting"),
        Displacing::RecurringSmallMeeting => ("少人数の定例会議", "a recurring small meeting"),
        Displacing::LargeMeeting => ("大人数の会議", "a large meeting"),
        Displacing::RecurringLargeMeeting => ("大人数の定例会議", "a recurring large meeting"),
    };
    choose(locale, ja, en)
}

pub(super) fn help(locale: Locale, help: Help) -> &'static str {
    let (ja, en) = match help {
        Help::ReserveWindows => (
            "1on1のための時間帯を部門で確保する",
            "Reserve hours for 1on1s in the department, so that other meetings leave them free",
        ),
        Help::ProtectTime => (
            "会議の主催者に、1on1の時間を避けてもらう",
            "Ask those who call meetings to leave the time of 1on1s alone",
        ),
        Help::EaseCadence => {
            ("当面、間隔を延ばすか時間を短くする", "Meet less often or shorter, for the time being")
        }
        Help::OfferTopics => {
            ("話題や問いかけの例を届ける", "Offer topics and questions to begin with")
        }
        Help::ConfirmMeetings => {
            ("実施したかどうかの回答をお願いする", "Ask both people to say whether they met")
        }
        Help::TalkToLeaders => (
            "部門の責任者と、何が妨げになっているかを話す",
            "Talk with those who lead the department about what is in the way",
        ),
    };
    choose(locale, ja, en)
}

/// What a cell is about.
pub(super) fn scope(locale: Locale, scope: Scope, name: Option<&str>) -> String {
    match (scope, name, locale) {
        (Scope::Department(_), Some(name), _) => name.to_owned(),
        (Scope::Department(_), None, _) => String::new(),
        (Scope::Whole, _, Locale::Ja) => "全社".to_owned(),
        (Scope::Whole, _, Locale::En) => "Whole organization".to_owned(),
        (Scope::Others(_), Some(name), Locale::Ja) => format!("{name}のその他のチーム"),
        (Scope::Others(_), Some(name), Locale::En) => format!("Other teams of {name}"),
        (Scope::Others(_), None, Locale::Ja) => "その他のチーム".to_owned(),
        (Scope::Others(_), None, Locale::En) => "Other teams".to_owned(),
    }
}

/// `2026年11月`, `November 2026`.
pub(super) fn span(locale: Locale, span: &Span) -> String {
    let named = span.named_by();
    let (year, month) = (named.year(), named.month());
    let name = |month: u32| MONTHS[(month as usize + 11) % 12];
    match (span.kind, locale) {
        (SpanKind::Week, Locale::Ja) => {
            format!("{}年第{}週", named.iso_week().year(), named.iso_week().week())
        }
        (SpanKind::Week, Locale::En) => {
            format!("Week {} of {}", named.iso_week().week(), named.iso_week().year())
        }
        (SpanKind::Month, Locale::Ja) => format!("{year}年{month}月"),
        (SpanKind::Month, Locale::En) => format!("{} {year}", name(month)),
        (SpanKind::Quarter, Locale::Ja) => {
            format!("{year}年{month}〜{}月", (month + 1) % 12 + 1)
        }
        (SpanKind::Quarter, Locale::En) => {
            format!("{}–{} {year}", name(month), name(month + 2))
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn spans_are_named_by_their_thursday() {
        let of = |kind, day: &str| Span::of(kind, day.parse::<NaiveDate>().unwrap(), 4);
        let both = |it: Span| [Locale::Ja, Locale::En].map(|locale| span(locale, &it));
        // Thursday 31 December 2026.
        assert_eq!(both(of(SpanKind::Week, "2027-01-01")), ["2026年第53週", "Week 53 of 2026"]);
        assert_eq!(both(of(SpanKind::Month, "2027-01-01")), ["2026年12月", "December 2026"]);
        let quarter = both(of(SpanKind::Quarter, "2026-11-25"));
        assert_eq!(quarter, ["2026年10〜12月", "October–December 2026"]);
    }
}
