//! Each code that can stand in a history as a sentence.

use taiwa_domain::{
    calendar::guardian::{
        Action, Displacing, Finding, Illegal, Rearranged, ReleaseReason, SlotState,
    },
    id::PersonId,
};

use super::Words;

impl Words {
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
    pub(in crate::calendar) fn finding(&self, person: Option<PersonId>, it: &Finding) -> String {
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

    pub(super) fn illegal(&self, why: Illegal) -> String {
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

    pub(super) fn action(&self, it: &Action, actor: Option<PersonId>) -> String {
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

    pub(super) fn became(&self, state: SlotState) -> String {
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
}
