//! What happened to a slot, in sentences: Japanese and English, in the reader's time zone. They
//! name the meeting's two people and nobody else; of other events nothing but their kind is known.

use std::collections::HashMap;

use async_graphql::{Context, Result};
use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use taiwa_domain::{
    calendar::guardian::{
        Action, Answer, Displacing, Entry, Finding, Illegal, Notice, Offer, Rearranged,
        ReleaseReason, SlotState, TermKind,
    },
    id::PersonId,
    meeting::{Meeting, Slot},
    organization::Locale,
};

use crate::{context::caller, load::PersonAt};

/// Who reads, and the names that are needed.
pub(super) struct Words {
    locale: Locale,
    zone: Tz,
    names: HashMap<PersonId, String>,
}

impl Words {
    /// For the caller, with the names of some people.
    pub(super) async fn naming(
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

    /// `12月1日(火) 10:00〜10:30`, `Tue 1 Dec, 10:00–10:30`.
    fn time(&self, slot: Slot) -> String {
        let from = slot.starts_at.with_timezone(&self.zone);
        let to = slot.ends_at.with_timezone(&self.zone);
        let clock = |at: &chrono::DateTime<Tz>| format!("{:02}:{:02}", at.hour(), at.minute());
        let (from_clock, to_clock) = (clock(&from), clock(&to));
        match self.locale {
            Locale::Ja => {
                let days = ["月", "火", "水", "木", "金", "土", "日"];
                let day = days[from.weekday().num_days_from_monday() as usize];
                format!("{}月{}日({day}) {from_clock}〜{to_clock}", from.month(), from.day())
            }
            Locale::En => format!("{}, {from_clock}–{to_clock}", from.format("%a %-d %b")),
        }
    }

    fn displacing(&self, by: Displacing) -> String {
        use Displacing::*;
        match by {
            SoloBlock => self.say("個人の予定", "a block of their own"),
            RecurringSoloBlock => {
                self.say("繰り返しの個人の予定", "a recurring block of their own")
            }
            OneToOne => self.say("2名の予定", "a meeting of two"),
            RecurringOneToOne => self.say("繰り返しの2名の予定", "a recurring meeting of two"),
            SmallMeeting => self.say("3〜7名の会議", "a meeting of three to seven"),
            RecurringSmallMeeting => {
                self.say("3〜7名の定例会議", "a recurring meeting of three to seven")
            }
            LargeMeeting => self.say("8名以上の会議", "a meeting of eight or more"),
            RecurringLargeMeeting => {
                self.say("8名以上の定例会議", "a recurring meeting of eight or more")
            }
        }
    }

    /// What happened.
    pub(super) fn finding(&self, person: Option<PersonId>, it: &Finding) -> String {
        let who = self.name(person);
        match it {
            Finding::Unplaced => self.say(
                format!("{who}のカレンダーにはまだ1on1の予定が入っていません。"),
                format!("The 1on1 is not in the calendar of {who} yet."),
            ),
            Finding::Overlapped { by, .. } => {
                let what = self.displacing(*by);
                self.say(
                    format!("{who}のカレンダーに、1on1の時間と重なる{what}があります。"),
                    format!("The calendar of {who} has {what} at the time of the 1on1."),
                )
            }
            Finding::Invited { .. } => self.say(
                format!("{who}に、1on1の時間と重なる未回答の招待があります。"),
                format!("{who} has an unanswered invitation at the time of the 1on1."),
            ),
            Finding::Deleted => self.say(
                format!("{who}のカレンダーから1on1の予定が削除されました。"),
                format!("The 1on1 was deleted from the calendar of {who}."),
            ),
            Finding::Moved { to } => {
                let to = self.time(*to);
                self.say(
                    format!("{who}のカレンダーで1on1の予定が{to}に移されました。"),
                    format!("The 1on1 was moved to {to} in the calendar of {who}."),
                )
            }
            Finding::Shortened { to } => {
                let to = self.time(*to);
                self.say(
                    format!("{who}のカレンダーで1on1の予定が{to}に短縮されました。"),
                    format!("The 1on1 was cut to {to} in the calendar of {who}."),
                )
            }
            Finding::Declined => self.say(
                format!("{who}が1on1の予定を辞退しました。"),
                format!("{who} declined the 1on1."),
            ),
            Finding::ShownFree => self.say(
                format!("{who}のカレンダーで1on1の時間が「空き」と表示されています。"),
                format!("The calendar of {who} shows the time of the 1on1 as free."),
            ),
            Finding::MadePublic => self.say(
                format!("{who}のカレンダーで1on1の詳細が公開されています。"),
                format!("The calendar of {who} shows the 1on1's details to colleagues."),
            ),
            Finding::Duplicated => self.say(
                format!("{who}のカレンダーに1on1の予定が複数あります。"),
                format!("The 1on1 stands more than once in the calendar of {who}."),
            ),
            Finding::Disconnected => self.say(
                format!("{who}のカレンダーに接続できません。"),
                format!("The calendar of {who} does not answer."),
            ),
            Finding::Holiday => {
                self.say("1on1の日が休日になりました。", "The day of the 1on1 became a holiday.")
            }
            Finding::OutsideHours => self.say(
                "1on1の時間が勤務時間外になりました。",
                "The 1on1 is outside working hours now.",
            ),
            Finding::ZoneChanged => self.say(
                "タイムゾーンが変わり、1on1の現地時刻が変わりました。",
                "A time zone changed, so that the 1on1 shows at another local time.",
            ),
        }
    }

    fn illegal(&self, why: Illegal) -> String {
        match why {
            Illegal::Past => self.say("過去の時刻です。", "That time is over."),
            Illegal::TooShort => self.say("短すぎます。", "That is too short for a 1on1."),
            Illegal::TooLong => self.say("長すぎます。", "That is too long for a 1on1."),
            Illegal::OutsidePeriod => self.say(
                "この1on1を行う期間の外です。",
                "That is outside the span in which this 1on1 counts for its cadence.",
            ),
            Illegal::Another1on1 => {
                self.say("別の1on1があります。", "One of the two has another 1on1 then.")
            }
            Illegal::Busy => self.say("別の予定があります。", "One of the two is taken then."),
            Illegal::Unseen => self.say(
                "接続できないカレンダーがあり、空きを確認できません。",
                "A calendar does not answer, so nobody can tell whether both are free.",
            ),
        }
    }

    fn released(&self, reason: ReleaseReason) -> String {
        match reason {
            ReleaseReason::Leave => {
                self.say("休暇・休職のため", "because one of the two is on leave")
            }
            ReleaseReason::PairEnded => {
                self.say("1on1の組み合わせが終わったため", "because the pair ended")
            }
            ReleaseReason::NoRoom => self.say(
                "期間内にほかの空きがないため",
                "because nothing else fits inside its cadence window",
            ),
            ReleaseReason::CalledOff => {
                self.say("お二人が取りやめたため", "because the two called it off")
            }
        }
    }

    fn action(&self, it: &Action, actor: Option<PersonId>) -> String {
        let cal = |person: PersonId, ja: &str, en: &str| {
            let who = self.name(Some(person));
            self.say(ja.replace("{}", &who), en.replace("{}", &who))
        };
        match it {
            Action::Place { person, slot } => {
                let at = self.time(*slot);
                cal(
                    *person,
                    &format!("{{}}のカレンダーの{at}に1on1の予定を入れました。"),
                    &format!("The 1on1 was put at {at} into the calendar of {{}}."),
                )
            }
            Action::PutBack { person } => cal(
                *person,
                "{}のカレンダーに1on1の予定を戻しました。",
                "The 1on1 was put back into the calendar of {}.",
            ),
            Action::Restore { person } => cal(
                *person,
                "{}のカレンダーの1on1の予定を、非公開・「予定あり」に戻しました。",
                "The 1on1 was made private and busy again in the calendar of {}.",
            ),
            Action::AcceptMove { slot } => {
                let at = self.time(*slot);
                match actor {
                    Some(_) => {
                        let who = self.name(actor);
                        self.say(
                            format!("{who}が1on1を{at}に変更しました。"),
                            format!("{who} gave the 1on1 {at}."),
                        )
                    }
                    None => self.say(
                        format!("カレンダーでの変更に合わせ、1on1を{at}にしました。"),
                        format!("The 1on1 follows the calendar: it is at {at} now."),
                    ),
                }
            }
            Action::Replan => self.say("別の日時を探しました。", "Another time was looked for."),
            Action::Decline { person, .. } => cal(
                *person,
                "{}に代わって、重なる招待を辞退しました。",
                "An invitation in the way was declined in the name of {}.",
            ),
            Action::AskPeople => self.say(
                "どうするかをお二人に確認しました。",
                "The two were asked what is to become of it.",
            ),
            Action::Release { reason } => {
                let why = self.released(*reason);
                self.say(
                    format!("{why}、1on1を取りやめました。"),
                    format!("The 1on1 was given up {why}."),
                )
            }
            Action::Recreate { why } => {
                let (ja, en) = match why {
                    Rearranged::Manager => ("主催者が替わったため", "the other person organizes"),
                    Rearranged::Provider | Rearranged::Account => {
                        ("使うカレンダーが変わったため", "another calendar is used")
                    }
                };
                self.say(
                    format!("{ja}、1on1の予定を作り直しました。"),
                    format!("The 1on1 was made anew in the calendars, since {en} now."),
                )
            }
            Action::CancelLeftovers { person } => cal(
                *person,
                "{}のカレンダーに残っていた1on1の予定を取り消しました。",
                "What was left of the 1on1 in the calendar of {} was cancelled.",
            ),
        }
    }

    fn became(&self, state: SlotState) -> String {
        match state {
            SlotState::Protected => {
                self.say("1on1の時間は守られています。", "The 1on1's time is protected.")
            }
            SlotState::Contested => {
                self.say("1on1の時間が脅かされています。", "The 1on1's time is contested.")
            }
            SlotState::Moving => {
                self.say("1on1の日時を変更しています。", "The 1on1 is on its way to a time.")
            }
            SlotState::AwaitingPeople => {
                self.say("お二人の判断を待っています。", "It waits for the two to decide.")
            }
            SlotState::Released(reason) => {
                let why = self.released(reason);
                self.say(
                    format!("{why}、1on1は取りやめになりました。"),
                    format!("The 1on1 is given up {why}."),
                )
            }
        }
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

    pub(super) fn account_disconnected(&self) -> String {
        self.say(
            "カレンダーに接続できなくなりました。再接続してください。それまでの間、1on1の時間は守られません。",
            "Your calendar does not open any more. Connect it again: until then your 1on1s are not \
             protected.",
        )
    }

    /// A whole notice: with whom, what happened, what was done, and where the meeting is now.
    pub(super) fn notice(
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
