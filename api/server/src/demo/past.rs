//! The demo's past: a quarter of 1on1s that were held, missed and displaced, closed long enough ago
//! to have figures.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use taiwa_domain::{
    calendar::guardian::{Displacing, SlotState},
    id::PairId,
    insight::{Span, SpanKind},
    meeting::{
        Meeting, MeetingStatus, SkipReason,
        held::{NotHeldReason, OPEN, Said, Word, Words},
    },
};
use taiwa_operations::{
    Actor, App, planning as plans,
    rows::{OutcomeRow, SlotRow},
    work,
};

use crate::cli::Problem;

/// The month in which the demo's fiscal year starts.
pub(super) const FISCAL: u8 = 4;

/// The last quarter that is closed today.
pub(crate) fn quarter(today: NaiveDate) -> Span {
    let mut span = Span::of(SpanKind::Quarter, today, FISCAL).before();
    while span.closes_on() > today {
        span = span.before();
    }
    span
}

/// Small numbers that are the same for the same company, whatever ids it was given.
struct Dice(u64);

impl Dice {
    fn of(people: &[String; 2], week: NaiveDate) -> Self {
        let text = format!("{}/{}/{week}", people[0], people[1]);
        let seed = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325, seed))
    }

    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Plans the quarter as it would have been planned, lets it happen, and closes it.
pub(super) async fn live(app: &App, actor: &Actor) -> Result<(), Problem> {
    let failed = |error| Problem::from(taiwa_operations::Failure::Database(error));
    let span = quarter(actor.today);
    let weeks = span.weeks().count() as u32;
    let (draft, _) = plans::plan_and_apply(app, actor, span.from, weeks, |_| {}).await?;
    let numbers: std::collections::HashMap<PairId, [String; 2]> =
        draft.body.series.iter().map(|series| (series.pair, series.people.clone())).collect();
    let instant = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let (from, until) = (instant(span.from - Days::new(1)), instant(span.until + Days::new(1)));
    let transaction = app.database.transaction(actor.caller.organization).await.map_err(failed)?;
    let meetings = transaction.meetings_between(from, until, None).await.map_err(failed)?;
    let (mut changed, mut said) = (Vec::new(), Vec::new());
    for meeting in meetings {
        let Some(people) = numbers.get(&meeting.pair) else { continue };
        let mut dice = Dice::of(people, meeting.due_week);
        if meeting.slot.is_some() && dice.below(12) == 0 {
            let kinds = [
                Displacing::RecurringLargeMeeting,
                Displacing::LargeMeeting,
                Displacing::SmallMeeting,
                Displacing::RecurringSmallMeeting,
            ];
            let by = kinds[dice.below(4) as usize];
            let row = SlotRow {
                state: SlotState::Protected,
                interventions: 1,
                displaced: Some((by, from + TimeDelta::days(1))),
                ..SlotRow::new(meeting.id)
            };
            transaction.put_slot(&row, app.now()).await.map_err(failed)?;
        }
        if let Some((outcome, meeting)) = happened(meeting, &mut dice) {
            said.push(outcome);
            changed.push(meeting);
        }
    }
    transaction.put_outcomes(&said, app.now()).await.map_err(failed)?;
    transaction.put_meetings(&changed, app.now()).await.map_err(failed)?;
    // Calendars were empty then: what is planned from now on begins anew.
    let pairs: Vec<PairId> = numbers.into_keys().collect();
    transaction.remove_series(&pairs).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    // The plan asked for the quarter to be closed; only now is there something to close.
    work::drain(app, Some(actor.caller.organization)).await?;
    Ok(())
}

/// How a meeting ended; none where nobody said anything.
fn happened(meeting: Meeting, dice: &mut Dice) -> Option<(OutcomeRow, Meeting)> {
    let slot = meeting.slot?;
    let after = |hours: i64| slot.ends_at + TimeDelta::hours(hours);
    let said = |word, hours| Some(Said { word, at: after(hours) });
    let reason = NotHeldReason::ALL[dice.below(NotHeldReason::ALL.len() as u64) as usize];
    let (words, called_off) = match dice.below(20) {
        0..=12 => {
            let both = Words {
                organizer: said(Word::Held, 1),
                partner: said(Word::Held, 20),
                settles_at: None,
            };
            (both, None)
        }
        13..=15 => {
            let settles_at = Some(after(24 * 5));
            (Words { organizer: said(Word::Held, 2), partner: None, settles_at }, None)
        }
        16 => {
            let missed = said(Word::NotHeld(Some(reason)), 3);
            (Words { organizer: None, partner: missed, settles_at: None }, None)
        }
        17 => (Words::default(), Some(reason)),
        _ => return None,
    };
    let outcome = OutcomeRow { meeting: meeting.id, words, called_off };
    let meeting = match called_off {
        Some(_) => Meeting {
            slot: None,
            status: MeetingStatus::Skipped,
            skip_reason: Some(SkipReason::CalledOff),
            pinned: true,
            version: meeting.version + 1,
            ..meeting
        },
        None => {
            let status = words.outcome(slot.ends_at, slot.ends_at + OPEN).status(meeting.status);
            Meeting { status, version: meeting.version + 1, ..meeting }
        }
    };
    Some((outcome, meeting))
}

/// The dashboard of HR: the closed quarter, its months by department, and where help is offered.
pub(crate) fn dashboard(today: NaiveDate) -> String {
    let span = quarter(today);
    let day = span.named_by();
    format!(
        "{{ insight {{ periods(kind: MONTH, first: 3) {{ label closedAt }} \
         organization(period: {{kind: QUARTER, containing: \"{day}\"}}) {{ period {{ label }} \
         figures {{ due held heldConfirmed heldUnopposed missed unconfirmed skipped displaced completionRate \
         displacedBy {{ label count }} missedBy {{ label count }} }} }} \
         departments(period: {{kind: MONTH}}, first: 20) {{ nodes {{ label scope \
         figures {{ due held completionRate displaced }} before {{ completionRate }} \
         support {{ helps {{ label }} helpers {{ displayName }} }} }} }} \
         heatMap(from: \"{}\", until: \"{}\", first: 20) {{ nodes {{ label cells {{ period {{ label }} \
         figures {{ completionRate }} }} }} }} \
         managersWithOwnOneOnOnes {{ share managers met }} }} }}",
        span.from, span.until
    )
}
