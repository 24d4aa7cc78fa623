//! Why a calendar is not read, in words for the person who handed it in.

use taiwa_domain::organization::Locale;

/// Why a calendar is refused. Events are named by their place in the file, counted from 1, never
/// by anything they say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IcsError {
    /// More bytes than allowed.
    #[error("the calendar is larger than {limit} bytes")]
    TooLarge {
        /// How many are.
        limit: usize,
    },
    /// More components than allowed.
    #[error("the calendar has more than {limit} components")]
    TooMany {
        /// How many are.
        limit: usize,
    },
    /// No calendar in it at all.
    #[error("not an iCalendar file")]
    NotACalendar,
    /// A component that is not closed, closed twice, or nested too deep.
    #[error("line {line}: components are not nested as they should be")]
    Nesting {
        /// Where, counted from 1.
        line: usize,
    },
    /// An event without a start.
    #[error("event {event} has no start")]
    NoStart {
        /// Which.
        event: usize,
    },
    /// A date, time, duration or offset that cannot be read or ends before it starts.
    #[error("event {event}: {property} cannot be read")]
    BadTime {
        /// Which; 0 for a time zone's definition.
        event: usize,
        /// The property's name.
        property: &'static str,
    },
    /// A time zone that the file does not define and nobody else knows.
    #[error("event {event}: time zone {zone} is not known")]
    UnknownZone {
        /// Which.
        event: usize,
        /// Its name, cut to a length that can be shown.
        zone: String,
    },
    /// A recurrence that breaks the standard, or a part of it that is not supported.
    #[error("event {event}: the recurrence cannot be read ({part})")]
    Rule {
        /// Which; 0 for a time zone's definition.
        event: usize,
        /// The part of the rule.
        part: &'static str,
    },
    /// A recurrence that costs too much to follow.
    #[error("event {event} repeats too often")]
    TooOften {
        /// Which; 0 for a time zone's definition.
        event: usize,
    },
}

impl IcsError {
    /// What is wrong and the way out, in the reader's language.
    pub fn message(&self, locale: Locale) -> String {
        match locale {
            Locale::Ja => self.japanese(),
            Locale::En => self.english(),
        }
    }

    fn english(&self) -> String {
        let event = |event: &usize| match event {
            0 => "A time zone".to_owned(),
            number => format!("Event {number}"),
        };
        match self {
            Self::TooLarge { limit } => format!(
                "The calendar is too large: at most {} MB. Export a shorter period.",
                megabytes(*limit)
            ),
            Self::TooMany { limit } => format!(
                "The calendar has too many entries: at most {limit}. Export a shorter period."
            ),
            Self::NotACalendar => {
                "This is not an iCalendar file. Export the calendar as .ics and try again.".into()
            }
            Self::Nesting { line } => {
                format!("The calendar is damaged at line {line}. Export it again.")
            }
            Self::NoStart { event: number } => format!(
                "{} of the calendar has no start. Correct or delete it and export again.",
                event(number)
            ),
            Self::BadTime { event: number, property } => format!(
                "{} of the calendar has a {property} that cannot be read. Correct or delete it and export again.",
                event(number)
            ),
            Self::UnknownZone { event: number, zone } => format!(
                "{} of the calendar uses the time zone “{zone}”, which the calendar does not define. Set another time zone and export again.",
                event(number)
            ),
            Self::Rule { event: number, part } => format!(
                "{} of the calendar repeats in a way that is not supported ({part}). Change how it repeats and export again.",
                event(number)
            ),
            Self::TooOften { event: number } => format!(
                "{} of the calendar repeats too often. Change how it repeats and export again.",
                event(number)
            ),
        }
    }

    fn japanese(&self) -> String {
        let event = |event: &usize| match event {
            0 => "タイムゾーンの定義".to_owned(),
            number => format!("{number}番目の予定"),
        };
        match self {
            Self::TooLarge { limit } => format!(
                "カレンダーが大きすぎます（上限 {} MB）。期間を短くして書き出してください。",
                megabytes(*limit)
            ),
            Self::TooMany { limit } => format!(
                "カレンダーの項目が多すぎます（上限 {limit} 件）。期間を短くして書き出してください。"
            ),
            Self::NotACalendar => {
                "iCalendar形式のファイルではありません。カレンダーを .ics 形式で書き出してください。"
                    .into()
            }
            Self::Nesting { line } => format!(
                "カレンダーの{line}行目が壊れています。もう一度書き出してください。"
            ),
            Self::NoStart { event: number } => format!(
                "{}に開始日時がありません。修正または削除して、もう一度書き出してください。",
                event(number)
            ),
            Self::BadTime { event: number, property } => format!(
                "{}の{property}が読み取れません。修正または削除して、もう一度書き出してください。",
                event(number)
            ),
            Self::UnknownZone { event: number, zone } => format!(
                "{}のタイムゾーン「{zone}」が定義されていません。別のタイムゾーンにして、もう一度書き出してください。",
                event(number)
            ),
            Self::Rule { event: number, part } => format!(
                "{}の繰り返し方（{part}）には対応していません。繰り返しを変更して、もう一度書き出してください。",
                event(number)
            ),
            Self::TooOften { event: number } => format!(
                "{}の繰り返しが多すぎます。繰り返しを変更して、もう一度書き出してください。",
                event(number)
            ),
        }
    }
}

fn megabytes(bytes: usize) -> usize {
    bytes.div_ceil(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_event_in_both_languages() {
        let error = IcsError::TooOften { event: 3 };
        assert!(error.message(Locale::En).starts_with("Event 3 "));
        assert!(error.message(Locale::Ja).starts_with("3番目の予定"));
        let zone = IcsError::Rule { event: 0, part: "FREQ" };
        assert!(zone.message(Locale::Ja).starts_with("タイムゾーン"));
        assert!(IcsError::TooLarge { limit: 20 << 20 }.message(Locale::En).contains("20 MB"));
    }
}
