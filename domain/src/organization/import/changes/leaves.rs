//! Leaves of absence.

use super::{ChangeKind, Differ, Difference};
use crate::organization::{
    Period, PersonState,
    import::{DefectCode, Field, given::Given, record::Record, writes::LeaveChange},
};

impl Differ<'_, '_, '_, '_> {
    pub(super) fn leaves(
        &mut self,
        index: usize,
        state: Option<&PersonState>,
        record: &Record<'_>,
        difference: &mut Difference,
    ) {
        let recorded = state.map(|state| state.leaves.as_slice()).unwrap_or_default();
        let (mut remove, mut add) = (Vec::new(), Vec::new());
        match (record.leave_from, record.leave_to) {
            (Given::Clear, _) => remove.extend_from_slice(recorded),
            (Given::Value(from), to) => {
                let same = recorded.iter().find(|leave| leave.from == from);
                let until = match to {
                    Given::Value(last) => Period::inclusive(from, Some(last)).until,
                    Given::Clear => Period::OPEN,
                    Given::Keep => same.map_or(Period::OPEN, |leave| leave.until),
                };
                let leave = Period { from, until };
                if until <= self.options.effective {
                    self.remark(record, DefectCode::PastLeave, Field::LeaveFrom, &from.to_string());
                    // The end of a leave that is recorded as still running is no past matter.
                    if same.is_none() {
                        return;
                    }
                }
                if recorded.contains(&leave) {
                    return;
                }
                remove.extend(recorded.iter().filter(|old| old.overlaps(&leave)).copied());
                add.push(leave);
            }
            (Given::Keep, Given::Keep) => return,
            (Given::Keep, to) => {
                let [leave] = recorded else {
                    let text = to.value().map_or("#CLEAR".to_owned(), ToString::to_string);
                    // "No end" of no leave says nothing.
                    if to != Given::Clear {
                        self.remark(record, DefectCode::LeaveWithoutStart, Field::LeaveTo, &text);
                    }
                    return;
                };
                let now = Period::inclusive(leave.from, to.value().copied());
                if now == *leave {
                    return;
                }
                if now.is_empty() {
                    let text = to.value().map(ToString::to_string).unwrap_or_default();
                    self.remark(record, DefectCode::LeaveWithoutStart, Field::LeaveTo, &text);
                    return;
                }
                remove.push(*leave);
                add.push(now);
            }
        }
        if remove.is_empty() && add.is_empty() {
            return;
        }
        let text = |leaves: &[Period]| {
            let texts: Vec<String> = leaves
                .iter()
                .map(|leave| match leave.last_day() {
                    Some(last) => format!("{} – {last}", leave.from),
                    None => format!("{} –", leave.from),
                })
                .collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        };
        difference.note(ChangeKind::Updated, Field::LeaveFrom, text(&remove), text(&add));
        let person = self.people.reference(index);
        self.writes.leave_changes.push(LeaveChange { person, remove, add });
    }
}
