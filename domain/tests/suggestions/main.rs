//! What is suggested for the agenda of a pair's next meeting.

mod cases;
mod properties;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use taiwa_domain::{
    id::{AssignmentId, DepartmentId, PairId, PersonId, ReportingLineId},
    meeting::{
        MeetingStatus, SkipReason,
        held::NotHeldReason,
        library::{
            Situation,
            suggest::{
                AFTER_LEAVE, Facts, LEFT_OPEN, LOST_IN_A_ROW, MANY_OVERDUE, MOST, NEW_MANAGER,
                NEW_ROLE, Past, Reason, UNSPOKEN, suggest,
            },
        },
    },
    organization::{Assignment, LineKind, Period, ReportingLine},
    pair::{Pair, PairKind},
};
use uuid::Uuid;

const BOSS: PersonId = PersonId(Uuid::from_u128(1));
const REPORT: PersonId = PersonId(Uuid::from_u128(2));
/// Somebody else's manager, report, or what they were to the report.
const OTHER: PersonId = PersonId(Uuid::from_u128(3));
const OURS: PairId = PairId(Uuid::from_u128(10));
const THEIRS: PairId = PairId(Uuid::from_u128(11));

/// A Thursday in the middle of the fiscal year from April.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 26).unwrap()
}

fn ago(days: u64) -> NaiveDate {
    today() - Days::new(days)
}

fn at(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn pair(kind: PairKind) -> Pair {
    Pair { id: OURS, kind, organizer: BOSS, partner: REPORT }
}

/// Two who have met, and of whom nothing else is known.
fn ordinary() -> Facts {
    Facts {
        held: [OURS].into(),
        past: Vec::new(),
        open: Vec::new(),
        overdue: Vec::new(),
        leaves: Vec::new(),
        posts: Vec::new(),
        former_posts: Vec::new(),
        lines: Vec::new(),
        fiscal_year_start_month: 4,
    }
}

fn of(kind: PairKind, facts: &Facts) -> Vec<Reason> {
    suggest(&pair(kind), facts, today())
}

fn manager(facts: &Facts) -> Vec<Reason> {
    of(PairKind::Manager, facts)
}

fn past(days_ago: u64, status: MeetingStatus) -> Past {
    Past { pair: OURS, at: at(ago(days_ago)), status, skipped: None, reason: None }
}

fn skipped(days_ago: u64, why: SkipReason) -> Past {
    Past { skipped: Some(why), ..past(days_ago, MeetingStatus::Skipped) }
}

fn missed(days_ago: u64, why: NotHeldReason) -> Past {
    Past { reason: Some(why), ..past(days_ago, MeetingStatus::Missed) }
}

fn called_off(days_ago: u64, why: NotHeldReason) -> Past {
    Past { reason: Some(why), ..skipped(days_ago, SkipReason::CalledOff) }
}

fn post(person: PersonId, department: u128, position: Option<&str>, from: NaiveDate) -> Assignment {
    Assignment {
        id: AssignmentId(Uuid::from_u128(department)),
        person,
        department: DepartmentId(Uuid::from_u128(department)),
        position: position.map(str::to_owned),
        primary: true,
        period: Period::since(from),
    }
}

fn line(report: PersonId, manager: PersonId, from: NaiveDate, until: NaiveDate) -> ReportingLine {
    ReportingLine {
        id: ReportingLineId(Uuid::from_u128(5)),
        report,
        manager,
        kind: LineKind::Solid,
        period: Period { from, until },
    }
}
