use std::collections::HashSet;

use taiwa_domain::{
    calendar::{
        EventKey,
        guardian::{
            Action, Displacing, Finding, Illegal, Rearranged, ReleaseReason, Sight, SlotState,
        },
    },
    id::MeetingId,
};
use uuid::Uuid;

use super::*;

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

/// Someone in Tokyo, where the slots below are on the next day.
fn words(locale: Locale) -> Words {
    let names = [(person(1), "山田 花子".to_owned()), (person(2), "Max Lead".to_owned())];
    Words { locale, zone: chrono_tz::Asia::Tokyo, names: names.into() }
}

fn slot() -> Slot {
    let at = |text: &str| text.parse().unwrap();
    Slot { starts_at: at("2026-11-30T15:30:00Z"), ends_at: at("2026-11-30T16:00:00Z") }
}

/// A name that a provider gave an event, as telling as one can be.
const FOREIGN: &str = "secret-summit@example.com";

fn entries() -> Vec<Entry> {
    let (me, to, key) = (person(1), slot(), EventKey(FOREIGN.to_owned()));
    let by = |by| Finding::Overlapped { key: key.clone(), by, declinable: false };
    let findings = [
        Finding::Unplaced,
        by(Displacing::SoloBlock),
        by(Displacing::RecurringSoloBlock),
        by(Displacing::OneToOne),
        by(Displacing::RecurringOneToOne),
        by(Displacing::SmallMeeting),
        by(Displacing::RecurringSmallMeeting),
        by(Displacing::LargeMeeting),
        by(Displacing::RecurringLargeMeeting),
        Finding::Invited { key: key.clone() },
        Finding::Deleted,
        Finding::Moved { to },
        Finding::Shortened { to },
        Finding::Declined,
        Finding::ShownFree,
        Finding::MadePublic,
        Finding::Duplicated,
        Finding::Disconnected,
        Finding::Holiday,
        Finding::OutsideHours,
        Finding::ZoneChanged,
    ];
    let found = |finding, refused| {
        let sight = Sight { person: Some(me), finding };
        Entry::Found { sight, refused }
    };
    let refusals = [
        Illegal::Past,
        Illegal::TooShort,
        Illegal::TooLong,
        Illegal::OutsidePeriod,
        Illegal::Another1on1,
        Illegal::Busy,
        Illegal::Unseen,
    ];
    let actions = [
        Action::Place { person: me, slot: to },
        Action::PutBack { person: me },
        Action::Restore { person: me },
        Action::AcceptMove { slot: to },
        Action::Replan,
        Action::Decline { person: me, key: key.clone() },
        Action::AskPeople,
        Action::Recreate { why: Rearranged::Manager },
        Action::Recreate { why: Rearranged::Account },
        Action::CancelLeftovers { person: me },
    ];
    let states =
        [SlotState::Protected, SlotState::Contested, SlotState::Moving, SlotState::AwaitingPeople];
    let released = ReleaseReason::ALL;
    let moved = |why| found(Finding::Moved { to }, Some(why));
    findings
        .into_iter()
        .map(|it| found(it, None))
        .chain(refusals.into_iter().map(moved))
        .chain(actions.into_iter().map(Entry::Did))
        .chain(released.map(|reason| Entry::Did(Action::Release { reason })))
        .chain(states.into_iter().map(Entry::Became))
        .chain(released.map(|reason| Entry::Became(SlotState::Released(reason))))
        .collect()
}

#[test]
fn every_line_has_a_sentence_of_its_own_in_both_languages() {
    for (locale, end) in [(Locale::Ja, '。'), (Locale::En, '.')] {
        let words = words(locale);
        let mut seen = HashSet::new();
        for entry in entries() {
            let text = words.entry(&entry, None);
            assert!(text.ends_with(end), "{text}");
            assert!(!text.contains(FOREIGN) && !text.contains('{'), "{text}");
            let japanese = text.replace("山田 花子", "").chars().any(|it| it > '\u{2fff}');
            assert_eq!(japanese, locale == Locale::Ja, "{text}");
            assert!(seen.insert(text.clone()), "twice: {text}");
        }
    }
}

#[test]
fn times_are_the_readers_own() {
    assert_eq!(words(Locale::Ja).time(slot()), "12月1日(火) 00:30〜01:00");
    assert_eq!(words(Locale::En).time(slot()), "Tue 1 Dec, 00:30–01:00");
    let accept = Entry::Did(Action::AcceptMove { slot: slot() });
    assert_eq!(
        words(Locale::Ja).entry(&accept, Some(person(1))),
        "山田 花子さんが1on1を12月1日(火) 00:30〜01:00に変更しました。"
    );
    assert_eq!(
        words(Locale::En).entry(&accept, Some(person(2))),
        "Max Lead gave the 1on1 Tue 1 Dec, 00:30–01:00."
    );
}

fn meeting(slot: Option<Slot>) -> Meeting {
    use taiwa_domain::meeting::MeetingStatus;
    Meeting {
        id: MeetingId(Uuid::nil()),
        pair: Uuid::nil().into(),
        due_week: "2026-11-30".parse().unwrap(),
        slot,
        minutes: 30,
        buffer_minutes: 0,
        status: if slot.is_some() { MeetingStatus::Planned } else { MeetingStatus::Skipped },
        skip_reason: None,
        pinned: false,
        cost: 0,
        plan: None,
        version: 1,
    }
}

/// A notice says with whom, what happened, and how it ended: also where it ended with nothing.
#[test]
fn notices_say_how_it_ended() {
    let notice = |answer| {
        let by = Displacing::LargeMeeting;
        let key = EventKey(FOREIGN.to_owned());
        let finding = Finding::Overlapped { key, by, declinable: false };
        let about = vec![Sight { person: Some(person(2)), finding }];
        Notice { to: [person(1), person(2)].into(), answer, about }
    };
    let say = |locale, answer, slot| {
        words(locale).notice(&notice(answer), Some(&meeting(slot)), Some(person(2)))
    };
    assert_eq!(
        say(Locale::Ja, Answer::Replanned, Some(slot())),
        "Max Leadさんとの1on1：Max Leadさんのカレンダーに、1on1の時間と重なる8名以上の会議があります。\
         日時は12月1日(火) 00:30〜01:00になりました。"
    );
    assert_eq!(
        say(Locale::En, Answer::Replanned, None),
        "Your 1on1 with Max Lead: The calendar of Max Lead has a meeting of eight or more at the \
         time of the 1on1. It was given up."
    );
    assert!(say(Locale::En, Answer::Asked, Some(slot())).contains("decide together"));
    assert!(!say(Locale::Ja, Answer::Told, Some(slot())).contains("12月1日"));
    for answer in [
        Answer::Told,
        Answer::Defended,
        Answer::Replanned,
        Answer::Followed,
        Answer::Asked,
        Answer::Released,
    ] {
        for slot in [Some(slot()), None] {
            assert!(say(Locale::Ja, answer, slot).ends_with('。'));
            assert!(say(Locale::En, answer, slot).ends_with('.'));
        }
    }
}

#[test]
fn offers_say_what_speaks_against_them() {
    use taiwa_domain::calendar::guardian::Term;
    let kinds = [
        TermKind::OtherWeekday,
        TermKind::OtherTime,
        TermKind::Unreserved,
        TermKind::Away,
        TermKind::Fragments,
    ];
    let offer = |cost: i64| Offer {
        slot: slot(),
        cost: 5 * cost,
        terms: kinds.map(|kind| Term { kind, cost }),
    };
    assert_eq!(
        words(Locale::En).offer(&offer(0)),
        "Tue 1 Dec, 00:30–01:00: the usual weekday and time."
    );
    let dear = words(Locale::Ja).offer(&offer(3));
    assert_eq!(dear.matches('、').count(), 4, "{dear}");
    assert!(dear.contains("3日") && dear.ends_with('。'), "{dear}");
    assert!(words(Locale::En).offer(&offer(1)).contains("one day away"));
}
