//! What happened to a slot, in sentences: Japanese and English, in the reader's time zone. They
//! name the meeting's two people and nobody else; of other events nothing but their kind is known.

mod codes;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use async_graphql::{Context, Result};
use chrono_tz::Tz;
use taiwa_domain::{
    calendar::guardian::{Answer, Entry, Notice, Offer, TermKind},
    id::PersonId,
    meeting::{Meeting, Slot},
    notice::words::{self, About},
    organization::Locale,
};

use crate::{context::caller, load::PersonAt};

/// Who reads, and the names that are needed.
pub(crate) struct Words {
    locale: Locale,
    zone: Tz,
    names: HashMap<PersonId, String>,
}

impl Words {
    /// For the caller, with the names of some people.
    pub(crate) async fn naming(
        context: &Context<'_>,
        people: impl IntoIterator<Item = PersonId>,
    ) -> Result<Self> {
        let caller = caller(context)?;
        let (day, me) = (caller.actor.today, caller.actor.caller.person);
        let keys = people.into_iter().chain([me]).map(|person| PersonAt(person, day));
        let found = caller.loads.load_many(keys).await?;
        let zone = found.get(&PersonAt(me, day)).map_or(Tz::UTC, |it| it.profile.zone);
        let names = found.into_iter().map(|(key, it)| (key.0, it.profile.name.display())).collect();
        Ok(Self { locale: caller.actor.locale, zone, names })
    }

    fn say(&self, ja: impl Into<String>, en: impl Into<String>) -> String {
        match self.locale {
            Locale::Ja => ja.into(),
            Locale::En => en.into(),
        }
    }

    /// A person's name, or one of the two without naming them.
    fn name(&self, person: Option<PersonId>) -> String {
        match (person.and_then(|id| self.names.get(&id)), self.locale) {
            (Some(name), Locale::Ja) => format!("{name}さん"),
            (Some(name), Locale::En) => name.clone(),
            (None, Locale::Ja) => "お二人のどちらか".to_owned(),
            (None, Locale::En) => "one of the two".to_owned(),
        }
    }

    fn time(&self, slot: Slot) -> String {
        words::time(self.locale, self.zone, slot)
    }

    /// One line of a history.
    pub(super) fn entry(&self, it: &Entry, actor: Option<PersonId>) -> String {
        match it {
            Entry::Found { sight, refused } => {
                let found = self.finding(sight.person, &sight.finding);
                self.join([found].into_iter().chain(refused.map(|why| self.illegal(why))))
            }
            Entry::Did(action) => self.action(action, actor),
            Entry::Became(state) => self.became(*state),
        }
    }

    fn join(&self, sentences: impl IntoIterator<Item = String>) -> String {
        let sentences: Vec<String> = sentences.into_iter().collect();
        sentences.join(match self.locale {
            Locale::Ja => "",
            Locale::En => " ",
        })
    }

    /// A notice that is not about what happened to a slot, with the other of the two by name.
    pub(crate) fn of_notice(&self, about: About, partner: Option<PersonId>) -> String {
        let name = partner.and_then(|id| self.names.get(&id));
        words::sentence(self.locale, self.zone, about, name.map(String::as_str))
    }

    /// A whole notice: with whom, what happened, what was done, and where the meeting is now.
    pub(crate) fn notice(
        &self,
        notice: &Notice,
        meeting: Option<&Meeting>,
        partner: Option<PersonId>,
    ) -> String {
        let with = partner.map(|_| {
            let who = self.name(partner);
            self.say(format!("{who}との1on1："), format!("Your 1on1 with {who}:"))
        });
        let found = notice.about.iter().map(|it| self.finding(it.person, &it.finding));
        let slot = meeting.and_then(|meeting| meeting.slot);
        let done = self.answer(notice.answer, slot);
        self.join(with.into_iter().chain(found).chain(done))
    }

    fn answer(&self, it: Answer, slot: Option<Slot>) -> Option<String> {
        let now = slot.map(|slot| self.time(slot));
        Some(match (it, now) {
            (Answer::Told, _) => return None,
            (Answer::Defended, _) => self.say("元に戻しました。", "It was defended."),
            (Answer::Replanned | Answer::Followed, Some(now)) => {
                self.say(format!("日時は{now}になりました。"), format!("It is at {now} now."))
            }
            (Answer::Asked, Some(now)) => self.say(
                format!("いまの日時（{now}）をどうするか、お二人で決めてください。"),
                format!("It is still at {now}: please decide together what is to become of it."),
            ),
            (Answer::Replanned | Answer::Followed | Answer::Asked | Answer::Released, _) => {
                self.say("1on1は取りやめになりました。", "It was given up.")
            }
        })
    }

    /// A time that a meeting can have, and what speaks against it.
    pub(super) fn offer(&self, it: &Offer) -> String {
        let against = it.terms.iter().filter(|term| term.cost > 0).map(|term| match term.kind {
            TermKind::OtherWeekday => self.say("いつもと違う曜日", "another weekday than usual"),
            TermKind::OtherTime => self.say("いつもと違う時刻", "another time of day than usual"),
            TermKind::Unreserved => self.say("1on1推奨時間帯の外", "outside reserved windows"),
            TermKind::Away => self.say(
                format!("元の日から{}日", term.cost),
                match term.cost {
                    1 => "one day away".to_owned(),
                    days => format!("{days} days away"),
                },
            ),
            TermKind::Fragments => {
                self.say("前後に短いすき間", "it leaves a rest too short to use")
            }
        });
        let against: Vec<String> = against.collect();
        let at = self.time(it.slot);
        if against.is_empty() {
            return self.say(
                format!("{at}：いつもの曜日と時刻です。"),
                format!("{at}: the usual weekday and time."),
            );
        }
        self.say(
            format!("{at}：{}。", against.join("、")),
            format!("{at}: {}.", against.join(", ")),
        )
    }
}
