//! Whether a meeting took place: the rule's cases by name, and what holds of every history.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;
use taiwa_domain::{
    calendar::holidays,
    meeting::{
        MeetingStatus, Slot,
        held::{NotHeldReason, OPEN, Outcome, Refused, Who, Word, Words, WorkingDays},
    },
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn tokyo() -> WorkingDays {
    let day = |y| NaiveDate::from_ymd_opt(y, 1, 1).unwrap();
    let zone = Tz::Asia__Tokyo;
    let holidays = holidays::between(zone, day(2026), day(2028)).map(|(day, _)| day).collect();
    WorkingDays { zone, holidays }
}

/// Friday 2026-10-30, 15:00 to 15:30 in Tokyo. Tuesday 3 November is a holiday.
fn slot() -> Slot {
    Slot { starts_at: at("2026-10-30T06:00:00Z"), ends_at: at("2026-10-30T06:30:00Z") }
}

fn say(words: Words, who: Who, word: Word, now: DateTime<Utc>) -> Words {
    words.say(who, word, slot(), &tokyo(), now).unwrap()
}

const MISSED: Word = Word::NotHeld(Some(NotHeldReason::Workload));
const OBJECTION: Word = Word::NotHeld(None);

#[test]
fn three_working_days_are_counted_over_weekends_and_holidays() {
    let words = say(Words::default(), Who::Partner, Word::Held, at("2026-10-30T07:00:00Z"));
    // Monday 2, Wednesday 4 and Thursday 5 November are over.
    let settles = at("2026-11-05T15:00:00Z");
    assert_eq!(words.settles_at, Some(settles));
    let before = settles - TimeDelta::seconds(1);
    assert_eq!(words.outcome(slot().ends_at, before), Outcome::Claimed);
    assert_eq!(words.outcome(slot().ends_at, settles), Outcome::HeldUnopposed);
}

#[test]
fn held_by_both_is_held_at_once() {
    let now = at("2026-10-30T07:00:00Z");
    let one = say(Words::default(), Who::Organizer, Word::Held, now);
    let both = say(one, Who::Partner, Word::Held, now + TimeDelta::hours(1));
    assert_eq!(both.outcome(slot().ends_at, now), Outcome::HeldConfirmed);
    assert_eq!(both.settles_at, None);
}

#[test]
fn what_nobody_spoke_of_is_unconfirmed_after_fourteen_days_and_never_held() {
    let words = Words::default();
    let over = slot().ends_at + OPEN;
    assert_eq!(words.outcome(slot().ends_at, over - TimeDelta::seconds(1)), Outcome::Open);
    assert_eq!(words.outcome(slot().ends_at, over), Outcome::Unconfirmed);
    let refused = words.say(Who::Partner, Word::Held, slot(), &tokyo(), over);
    assert_eq!(refused, Err(Refused::Over));
}

#[test]
fn an_objection_after_it_counted_as_held_is_a_dispute_that_the_two_may_end() {
    let one = say(Words::default(), Who::Organizer, Word::Held, at("2026-10-30T07:00:00Z"));
    let late = at("2026-11-10T00:00:00Z");
    assert_eq!(one.outcome(slot().ends_at, late), Outcome::HeldUnopposed);
    let disputed = say(one, Who::Partner, OBJECTION, late);
    assert_eq!(disputed.outcome(slot().ends_at, late), Outcome::Disputed);
    let agreed = say(disputed, Who::Organizer, MISSED, late);
    assert_eq!(agreed.outcome(slot().ends_at, late), Outcome::Missed);
    assert_eq!(agreed.reason(), Some(NotHeldReason::Workload));
    let held = say(disputed, Who::Partner, Word::Held, late);
    assert_eq!(held.outcome(slot().ends_at, late), Outcome::HeldConfirmed);
}

#[test]
fn a_missed_report_that_the_other_contradicts_is_a_dispute() {
    let now = at("2026-10-30T07:00:00Z");
    let missed = say(Words::default(), Who::Partner, MISSED, now);
    assert_eq!(missed.outcome(slot().ends_at, now), Outcome::Missed);
    let disputed = say(missed, Who::Organizer, Word::Held, now);
    assert_eq!(disputed.outcome(slot().ends_at, now), Outcome::Disputed);
}

#[test]
fn a_claim_of_the_last_day_can_still_be_answered_and_by_the_other_alone() {
    let last = slot().ends_at + OPEN - TimeDelta::minutes(1);
    let one = say(Words::default(), Who::Organizer, Word::Held, last);
    let after = last + TimeDelta::days(2);
    let again = one.say(Who::Organizer, MISSED, slot(), &tokyo(), after);
    assert_eq!(again, Err(Refused::Over));
    let disputed = say(one, Who::Partner, OBJECTION, after);
    assert_eq!(disputed.outcome(slot().ends_at, after), Outcome::Disputed);
}

#[test]
fn nobody_speaks_before_it_begins_or_objects_to_nothing() {
    let early = slot().starts_at - TimeDelta::seconds(1);
    let words = Words::default();
    let refused = words.say(Who::Organizer, Word::Held, slot(), &tokyo(), early);
    assert_eq!(refused, Err(Refused::NotBegun));
    let refused = words.say(Who::Partner, OBJECTION, slot(), &tokyo(), slot().ends_at);
    assert_eq!(refused, Err(Refused::NothingToObjectTo));
}

fn words() -> impl Strategy<Value = Word> {
    prop_oneof![Just(Word::Held), Just(MISSED), Just(OBJECTION)]
}

fn sides() -> impl Strategy<Value = Who> {
    prop_oneof![Just(Who::Organizer), Just(Who::Partner)]
}

/// A history of attempts, hours after the start.
fn histories() -> impl Strategy<Value = Vec<(i64, Who, Word)>> {
    prop::collection::vec((0_i64..24 * 24, sides(), words()), 0..8).prop_map(|mut all| {
        all.sort_by_key(|(hours, ..)| *hours);
        all
    })
}

fn live(history: &[(i64, Who, Word)]) -> Words {
    history.iter().fold(Words::default(), |words, (hours, who, word)| {
        let now = slot().starts_at + TimeDelta::hours(*hours);
        words.say(*who, *word, slot(), &tokyo(), now).unwrap_or(words)
    })
}

proptest! {
    /// Held is what someone said and nobody contradicts; whatever a tool did, silence is not held.
    #[test]
    fn held_is_said_and_not_contradicted(history in histories(), hours in 0_i64..24 * 40) {
        let words = live(&history);
        let now = slot().starts_at + TimeDelta::hours(hours);
        let outcome = words.outcome(slot().ends_at, now);
        let said: Vec<Word> =
            [words.organizer, words.partner].into_iter().flatten().map(|it| it.word).collect();
        if outcome.status(MeetingStatus::Scheduled) == MeetingStatus::Held {
            prop_assert!(!said.is_empty() && said.iter().all(|word| *word == Word::Held));
        }
        prop_assert_eq!(outcome == Outcome::HeldConfirmed, said == [Word::Held, Word::Held]);
        if outcome == Outcome::Missed {
            prop_assert!(!said.contains(&Word::Held) && words.reason().is_some());
        }
    }

    /// It does not matter who is the organizer: no word counts more than the other's.
    #[test]
    fn the_two_are_equal(history in histories(), hours in 0_i64..24 * 40) {
        let mirrored: Vec<_> =
            history.iter().map(|(hours, who, word)| (*hours, who.other(), *word)).collect();
        let now = slot().starts_at + TimeDelta::hours(hours);
        prop_assert_eq!(
            live(&history).outcome(slot().ends_at, now),
            live(&mirrored).outcome(slot().ends_at, now)
        );
    }

    /// Once it is final nothing changes, neither by words nor by time.
    #[test]
    fn what_is_final_stays(history in histories(), later in 0_i64..24 * 60, who in sides(), word in words()) {
        let words = live(&history);
        let end = words.final_at(slot().ends_at);
        let now = end + TimeDelta::hours(later);
        prop_assert_eq!(words.say(who, word, slot(), &tokyo(), now), Err(Refused::Over));
        let outcome = words.outcome(slot().ends_at, now);
        prop_assert_eq!(outcome, words.outcome(slot().ends_at, end));
        prop_assert!(!matches!(outcome, Outcome::Open | Outcome::Claimed), "{:?}", outcome);
    }

    /// A claim waits for exactly three whole working days, in every zone and over every holiday.
    #[test]
    fn a_claim_waits_for_three_whole_working_days(
        hours in 0_i64..24 * 400,
        zone in prop::sample::select(vec![Tz::Asia__Tokyo, Tz::Europe__Berlin, Tz::America__Santiago, Tz::America__Los_Angeles]),
        own in prop::collection::btree_set(0_u64..420, 0..60),
    ) {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let holidays: BTreeSet<NaiveDate> = own.iter().map(|n| first + chrono::Days::new(*n)).collect();
        let days = WorkingDays { zone, holidays };
        let now = at("2026-01-01T00:00:00Z") + TimeDelta::hours(hours);
        let until = days.after(now, 3);
        let (from, to) = (now.with_timezone(&zone).date_naive(), until.with_timezone(&zone).date_naive());
        let worked: Vec<NaiveDate> = from.iter_days().skip(1).take_while(|day| *day < to)
            .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
            .filter(|day| !days.holidays.contains(day)).collect();
        prop_assert_eq!(worked.len(), 3);
        prop_assert_eq!(worked.last().copied(), to.pred_opt());
    }
}
