//! What becomes of a person's employment.
//!
//! Blank keeps what is recorded. Someone who left rejoins when the file gives a joined date after
//! the recorded end, or, in a full snapshot, by being listed at all.

use chrono::NaiveDate;

use super::{
    Defect, DefectCode, Field, Mode, Options,
    given::Given,
    record::{Reader, Record},
};
use crate::organization::{Period, PersonState};

/// The change of an employment, and the latest one as it is afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Employment {
    pub(super) latest: Option<Period>,
    pub(super) change: Change,
}

/// What is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Change {
    #[default]
    None,
    Join,
    Rejoin,
    /// An end on an employment that had none.
    Depart,
    Correct {
        was: Period,
    },
}

/// Decides it; `None` when the dates contradict each other and the row is left out.
pub(super) fn decide(
    state: Option<&PersonState>,
    record: &Record<'_>,
    options: &Options,
    reader: &mut Reader<'_, '_>,
) -> Option<Employment> {
    let recorded = state.and_then(|state| state.employments.last().copied());
    let employment = match (state, recorded) {
        (Some(state), Some(latest)) => existing(state, latest, record, options, reader)?,
        _ => {
            let joined = record.joined.value().copied();
            if joined.is_none() && reader.layout.has(Field::Joined) {
                let defect = reader
                    .at(record.row, DefectCode::JoinedAssumed, Field::Joined, "")
                    .with("count", 1)
                    .with("date", options.effective);
                reader.defects.push(defect);
            }
            // Someone recorded as having left before this import joined no later than that.
            let left = record.left.value().copied();
            let joined = joined.unwrap_or_else(|| {
                left.filter(|left| *left < options.effective).unwrap_or(options.effective)
            });
            Employment {
                latest: Some(Period::inclusive(joined, left)),
                change: if state.is_some() { Change::Rejoin } else { Change::Join },
            }
        }
    };
    let latest = employment.latest?;
    if latest.is_empty() {
        let left = latest.last_day().map(|day| day.to_string()).unwrap_or_default();
        refuse(reader, record, DefectCode::LeftBeforeJoined, Field::Left, &left, latest.from);
        return None;
    }
    let from = record.leave_from.value().copied();
    if let (Some(from), Given::Value(to)) = (from, record.leave_to)
        && to < from
    {
        let to = to.to_string();
        refuse(reader, record, DefectCode::LeaveEndsBeforeStart, Field::LeaveTo, &to, from);
        return None;
    }
    if let Some(from) = from {
        // Against the employments as they will be: the same file must say the same next time.
        let recorded = state.map(|state| state.employments.as_slice()).unwrap_or_default();
        let kept = match employment.change {
            Change::Rejoin => recorded,
            _ => recorded.split_last().map(|(_, earlier)| earlier).unwrap_or_default(),
        };
        let first = kept.first().map_or(latest.from, |first| first.from.min(latest.from));
        if from < first {
            let text = from.to_string();
            refuse(reader, record, DefectCode::LeaveBeforeJoined, Field::LeaveFrom, &text, first);
            return None;
        }
    }
    Some(employment)
}

fn refuse(
    reader: &mut Reader<'_, '_>,
    record: &Record<'_>,
    code: DefectCode,
    field: Field,
    value: &str,
    other: NaiveDate,
) {
    let defect: Defect = reader.at(record.row, code, field, value).with("other", other);
    reader.defects.push(defect);
}

fn existing(
    state: &PersonState,
    latest: Period,
    record: &Record<'_>,
    options: &Options,
    reader: &mut Reader<'_, '_>,
) -> Option<Employment> {
    let joined = record.joined.value().copied();
    let former = latest.until <= options.effective;
    if former && let Some(rejoined) = rejoined(latest, record, joined, options, reader) {
        let until = Period::inclusive(rejoined, record.left.value().copied());
        return Some(Employment { latest: Some(until), change: Change::Rejoin });
    }
    let earlier = state.employments.split_last().map(|(_, earlier)| earlier).unwrap_or_default();
    let ended = earlier.last().map(|period| period.until);
    let from = match joined {
        // An export often keeps the first joined date of someone who came back: no correction. One
        // that lies in none of the earlier employments is worth a word.
        Some(day) if ended.is_some_and(|ended| day < ended) => {
            if !earlier.iter().any(|period| period.contains(day)) {
                let defect = reader
                    .at(
                        record.row,
                        DefectCode::OverlappingEmployment,
                        Field::Joined,
                        &day.to_string(),
                    )
                    .with("other", latest.from);
                reader.defects.push(defect);
            }
            latest.from
        }
        // A date after the recorded end was handled above, for former people alone; for someone
        // who is about to leave it is the day they come back.
        Some(day) if day >= latest.until => {
            let back = Period::inclusive(day, record.left.value().copied());
            return Some(Employment { latest: Some(back), change: Change::Rejoin });
        }
        Some(day) => day,
        None => latest.from,
    };
    let until = match record.left {
        Given::Keep => latest.until,
        // In a list of those who left "no end" is a blank, not a return.
        Given::Clear => Period::OPEN,
        Given::Value(day) => Period::inclusive(from, Some(day)).until,
    };
    let now = Period { from, until };
    let change = if now == latest {
        Change::None
    } else if now.from == latest.from && latest.until == Period::OPEN {
        Change::Depart
    } else {
        Change::Correct { was: latest }
    };
    Some(Employment { latest: Some(now), change })
}

/// The day on which someone who left comes back, if the file says so.
fn rejoined(
    latest: Period,
    record: &Record<'_>,
    joined: Option<NaiveDate>,
    options: &Options,
    reader: &mut Reader<'_, '_>,
) -> Option<NaiveDate> {
    if let Some(day) = joined.filter(|day| *day >= latest.until) {
        return Some(day);
    }
    if record.left != Given::Keep {
        return None;
    }
    let ended = latest.last_day().unwrap_or(latest.until);
    let (code, day) = match options.mode {
        Mode::Snapshot => (DefectCode::RejoinAssumed, Some(options.effective)),
        Mode::Upsert => (DefectCode::ListedAfterLeaving, None),
    };
    let defect = reader
        .at(record.row, code, Field::Joined, &joined.map(|d| d.to_string()).unwrap_or_default())
        .with("ended", ended)
        .with("date", options.effective);
    reader.defects.push(defect);
    day
}
