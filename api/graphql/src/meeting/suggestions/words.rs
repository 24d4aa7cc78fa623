//! Why something is suggested, in sentences, for one of the two: Japanese and English.

use taiwa_domain::{
    id::PersonId,
    meeting::library::{Situation, suggest::Reason},
    notice::words::day,
    organization::Locale,
};

/// The two of a pair as one of them sees them, with their names as far as they are known.
pub(super) struct Two {
    /// Who reads.
    pub(super) me: PersonId,
    pub(super) organizer: (PersonId, Option<String>),
    pub(super) partner: (PersonId, Option<String>),
}

fn one_or_more(count: u64, one: &str, more: &str) -> String {
    match count {
        1 => format!("One {one}"),
        count => format!("{count} {more}"),
    }
}

impl Two {
    fn name(&self, person: PersonId, locale: Locale) -> String {
        let of = |it: &(PersonId, Option<String>)| if it.0 == person { it.1.clone() } else { None };
        match (of(&self.organizer).or_else(|| of(&self.partner)), locale) {
            (Some(name), Locale::Ja) => format!("{name}さん"),
            (Some(name), Locale::En) => name,
            (None, Locale::Ja) => "相手の方".to_owned(),
            (None, Locale::En) => "The other".to_owned(),
        }
    }

    /// Why, in a sentence or two.
    pub(super) fn sentence(&self, locale: Locale, reason: Reason) -> String {
        let name = |person| self.name(person, locale);
        let on = |it| day(locale, it);
        let say = |ja: String, en: String| match locale {
            Locale::Ja => ja,
            Locale::En => en,
        };
        let mine = |person| self.me == person;
        match reason {
            Reason::NoneHeld => {
                let partner = self.partner.0;
                let other = name(if mine(partner) { self.organizer.0 } else { partner });
                say(
                    format!(
                        "{other}とのこの1on1は、まだ実施の記録がありません。はじめての1on1に役立つ質問です。"
                    ),
                    format!(
                        "None of these 1on1s with {other} is recorded as held yet: these questions help to begin."
                    ),
                )
            }
            Reason::BackFromLeave(person) if mine(person) => say(
                "休みから戻って間もない時期です。無理のない戻り方を話しませんか。".into(),
                "You are back from leave: a time to talk about how to arrive.".into(),
            ),
            Reason::BackFromLeave(person) => say(
                format!(
                    "{}は、休みから戻って間もない時期です。無理のない戻り方を話しませんか。",
                    name(person)
                ),
                format!("{} is back from leave: a time to talk about how to arrive.", name(person)),
            ),
            Reason::NewManager(since) if mine(self.partner.0) => {
                let manager = name(self.organizer.0);
                say(
                    format!(
                        "{}から{manager}が上司です。これまでのやり方で続けたいことを話しませんか。",
                        on(since)
                    ),
                    format!(
                        "{manager} has been your manager since {}: what of how you worked before should stay?",
                        on(since)
                    ),
                )
            }
            Reason::NewManager(since) => {
                let report = name(self.partner.0);
                say(
                    format!(
                        "{}から{report}の上司になりました。これまでのやり方で続けたいことを聞きませんか。",
                        on(since)
                    ),
                    format!(
                        "{report} has reported to you since {}: what of how they worked before should stay?",
                        on(since)
                    ),
                )
            }
            Reason::NewRole(person, since) if mine(person) => say(
                format!("{}から新しい役割です。始めてみて気づいたことを話しませんか。", on(since)),
                format!(
                    "You have had a new role since {}: a time to talk about how it goes.",
                    on(since)
                ),
            ),
            Reason::NewRole(person, since) => say(
                format!(
                    "{}は、{}から新しい役割です。始めてみて気づいたことを聞きませんか。",
                    name(person),
                    on(since)
                ),
                format!(
                    "{} has had a new role since {}: a time to talk about how it goes.",
                    name(person),
                    on(since)
                ),
            ),
            Reason::NoTime(count) => say(
                format!(
                    "1on1の時間が{count}回続けて取れていません。仕事の量について話しませんか。"
                ),
                format!(
                    "{count} 1on1s in a row found no time: a reason to talk about how much there is to do."
                ),
            ),
            Reason::Overdue(count) => {
                let many = reason.situation() == Situation::Workload;
                let en = one_or_more(
                    count,
                    "action of the two of you is past its day",
                    "actions of the two of you are past their day",
                );
                match many {
                    true => say(
                        format!(
                            "お二人のアクション{count}件が期限を過ぎています。抱えすぎていないか話しませんか。"
                        ),
                        format!("{en}: is there too much to do?"),
                    ),
                    false => say(
                        format!(
                            "お二人のアクション{count}件が期限を過ぎています。目標とのつながりを確かめませんか。"
                        ),
                        format!("{en}: is the goal still right?"),
                    ),
                }
            }
            Reason::TermEnds(day) => say(
                format!("半期が{}に終わります。目標を確かめる時期です。", on(day)),
                format!(
                    "This half of the fiscal year ends on {}: a time to look at goals.",
                    on(day)
                ),
            ),
            Reason::YearEnds(day) => say(
                format!("年度が{}に終わります。これからのキャリアを話す時期です。", on(day)),
                format!(
                    "The fiscal year ends on {}: a time to talk about where to go from here.",
                    on(day)
                ),
            ),
            Reason::LeftOpen(count) => say(
                format!(
                    "前回も前々回も話せなかった議題が{count}件あります。まずそこから始めませんか。"
                ),
                format!(
                    "{} left open in the last two 1on1s: a place to begin.",
                    one_or_more(count as u64, "talking point was", "talking points were"),
                ),
            ),
            Reason::Ordinary => say(
                "いつもの1on1に使える質問です。".into(),
                "Questions for an ordinary 1on1.".into(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use uuid::Uuid;

    use super::*;

    const MAX: PersonId = PersonId(Uuid::from_u128(1));
    const RIO: PersonId = PersonId(Uuid::from_u128(2));

    fn two(me: PersonId) -> Two {
        let name = |name: &str| Some(name.to_owned());
        Two { me, organizer: (MAX, name("Max Lead")), partner: (RIO, name("Rio Report")) }
    }

    fn reasons() -> Vec<Reason> {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        vec![
            Reason::NoneHeld,
            Reason::BackFromLeave(MAX),
            Reason::BackFromLeave(RIO),
            Reason::NewManager(day),
            Reason::NewRole(MAX, day),
            Reason::NewRole(RIO, day),
            Reason::NoTime(2),
            Reason::Overdue(1),
            Reason::Overdue(2),
            Reason::Overdue(3),
            Reason::TermEnds(day),
            Reason::YearEnds(day),
            Reason::LeftOpen(1),
            Reason::LeftOpen(2),
            Reason::Ordinary,
        ]
    }

    /// Every reason is a sentence in both languages, and another one than all others; nobody is
    /// told their own name.
    #[test]
    fn every_reason_is_said_to_each_of_the_two_in_both_languages() {
        for (me, own) in [(MAX, "Max"), (RIO, "Rio")] {
            let mut said = std::collections::HashSet::new();
            for reason in reasons() {
                let [ja, en] = [Locale::Ja, Locale::En].map(|it| two(me).sentence(it, reason));
                assert!(
                    ja.ends_with(['。']) && ja.chars().any(|c| ('ぁ'..='ん').contains(&c)),
                    "{ja}"
                );
                assert!(en.is_ascii() && en.ends_with(['.', '?']), "{en}");
                assert!(!ja.contains(own) && !en.contains(own), "{ja} {en}");
                assert!(said.insert(ja) && said.insert(en), "{reason:?}");
            }
        }
    }

    #[test]
    fn each_is_spoken_to_as_who_they_are() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        let en = |me, reason| two(me).sentence(Locale::En, reason);
        let since = "since Tue 1 Dec: what of how";
        let new = Reason::NewManager(day);
        assert!(en(MAX, new).starts_with(&format!("Rio Report has reported to you {since}")));
        assert!(en(RIO, new).starts_with(&format!("Max Lead has been your manager {since}")));
        assert!(en(RIO, Reason::BackFromLeave(RIO)).starts_with("You are back"));
        assert!(en(MAX, Reason::BackFromLeave(RIO)).starts_with("Rio Report is back"));
        assert!(en(RIO, Reason::NoneHeld).contains("with Max Lead"));
        let ja = two(MAX).sentence(Locale::Ja, Reason::NewRole(RIO, day));
        assert!(ja.starts_with("Rio Reportさんは、12月1日(火)から"), "{ja}");
        let nameless = Two { me: MAX, organizer: (MAX, None), partner: (RIO, None) };
        let said = nameless.sentence(Locale::En, Reason::BackFromLeave(RIO));
        assert!(said.starts_with("The other is back"), "{said}");
    }
}
