//! Writing a decision down: what needs no calendar happens here, the rest is left pending.

use chrono::{DateTime, Utc};
use taiwa_database::{
    Transaction,
    calendar::{BlockRow, Pending, SlotRow},
};
use taiwa_domain::{
    calendar::guardian::{
        Action, Decision, Displacing, Entry, Finding, Notice, ReleaseReason, SlotState, Written,
    },
    meeting::{Meeting, MeetingStatus, SkipReason, Slot},
};

use super::{Facts, search};
use crate::{App, Result};

/// Whether a decision leaves everything as it is.
pub(super) fn is_rest(facts: &Facts, decision: &Decision) -> bool {
    let known = decision.fingerprint.as_ref().is_none_or(|it| facts.row.known.contains(it));
    let scheduled =
        decision.state != SlotState::Protected || facts.meeting.status == MeetingStatus::Scheduled;
    decision.actions.is_empty()
        && decision.history.is_empty()
        && decision.notice.is_none()
        && decision.state == facts.stood
        && known
        && scheduled
}

/// Writes a decision. Returns whether it left something to be done; none if somebody else wrote
/// first: then nothing may stay.
pub(super) async fn write(
    app: &App,
    transaction: &Transaction,
    facts: &Facts,
    decision: Decision,
) -> Result<Option<bool>> {
    let now = app.now();
    let mut draft = Draft {
        meeting: facts.meeting.clone(),
        blocks: facts.blocks.to_vec(),
        row: SlotRow {
            state: decision.state,
            interventions: decision.interventions,
            ..facts.row.clone()
        },
        actions: Vec::new(),
        history: decision.history,
    };
    if facts.stood != facts.row.state {
        draft.history.insert(0, Entry::Became(facts.row.state));
    }
    draft.row.known.extend(decision.fingerprint.filter(|it| !facts.row.known.contains(it)));
    let displacing = displacing(decision.notice.as_ref(), facts);
    for action in decision.actions {
        match action {
            Action::AcceptMove { slot } => draft.accept(facts, slot),
            Action::Release { reason } => draft.release(reason),
            Action::Replan => {
                let at = facts.situation.meeting.slot;
                let found = search::find(transaction, facts).await?;
                draft.row.displaced = displacing.map(|by| (by, now)).or(draft.row.displaced);
                match found.best() {
                    Ok(offer) => draft.give(facts, offer.slot),
                    // It stands, and goes on waiting.
                    Err(_) if facts.situation.crossed() => draft.give(facts, at),
                    Err(reason) => draft.no_room(facts, reason),
                }
            }
            // They are asked by the notice; what can be chosen is worked out when they look.
            Action::AskPeople => {}
            action => draft.actions.push(action),
        }
    }
    draft.store(app, transaction, facts, decision.notice, now).await
}

/// What a decision changes, until it is stored.
struct Draft {
    meeting: Meeting,
    blocks: Vec<BlockRow>,
    row: SlotRow,
    actions: Vec<Action>,
    history: Vec<Entry>,
}

impl Draft {
    /// The record follows a human: what stands there counts as written.
    fn accept(&mut self, facts: &Facts, slot: Slot) {
        self.meeting = Meeting {
            slot: Some(slot),
            pinned: true,
            minutes: (slot.ends_at - slot.starts_at).num_minutes() as u16,
            ..self.meeting.clone()
        };
        for (block, side) in self.blocks.iter_mut().zip(&facts.situation.sides) {
            if side.ours().any(|event| event.slot == slot) && side.writable() {
                block.written = Some(Written { slot, version: None, replaced: None });
            }
        }
    }

    fn release(&mut self, reason: ReleaseReason) {
        self.meeting = Meeting {
            slot: None,
            status: MeetingStatus::Skipped,
            skip_reason: Some(match reason {
                ReleaseReason::Leave => SkipReason::Leave,
                ReleaseReason::PairEnded => SkipReason::NotDue,
                ReleaseReason::NoRoom => SkipReason::Busy,
                ReleaseReason::CalledOff => SkipReason::CalledOff,
            }),
            ..self.meeting.clone()
        };
    }

    /// Another time: written into each calendar that we write.
    fn give(&mut self, facts: &Facts, slot: Slot) {
        self.meeting =
            Meeting { slot: Some(slot), status: MeetingStatus::Planned, ..self.meeting.clone() };
        for side in facts.situation.sides.iter().filter(|side| side.writable()) {
            let place = Action::Place { person: side.person, slot };
            self.history.push(Entry::Did(place.clone()));
            self.actions.push(place);
        }
    }

    fn no_room(&mut self, facts: &Facts, why: SkipReason) {
        let reason = ReleaseReason::NoRoom;
        self.release(reason);
        self.meeting.skip_reason = Some(why);
        self.row.state = SlotState::Released(reason);
        self.history.push(Entry::Did(Action::Release { reason }));
        self.history.push(Entry::Became(self.row.state));
        for side in facts.situation.sides.iter().filter(|it| it.writable() && it.written.is_some())
        {
            self.actions.push(Action::CancelLeftovers { person: side.person });
        }
    }

    async fn store(
        mut self,
        app: &App,
        transaction: &Transaction,
        facts: &Facts,
        notice: Option<Notice>,
        now: DateTime<Utc>,
    ) -> Result<Option<bool>> {
        let notice = notice.filter(worth_telling);
        let told = if self.actions.is_empty() { notice.clone() } else { None };
        let waiting = notice.filter(|_| told.is_none());
        self.row.pending = (!self.actions.is_empty())
            .then_some(Pending { actions: std::mem::take(&mut self.actions), notice: waiting });
        if !transaction.put_slot(&self.row, now).await? {
            return Ok(None);
        }
        let id = facts.meeting.id;
        // Recorded before anything is written under their names.
        let recreates = facts.situation.circumstances.rearranged.is_some();
        if !recreates && self.blocks != facts.stored {
            transaction.put_blocks(&*app.ids, id, &self.blocks, now).await?;
        }
        if self.meeting != facts.meeting {
            self.meeting.version += 1;
            transaction.put_meetings(&[self.meeting], now).await?;
        } else if self.row.state == SlotState::Protected
            && self.meeting.status == MeetingStatus::Planned
        {
            transaction.mark_scheduled(&[(id, self.meeting.version)], now).await?;
        }
        transaction.add_slot_events(&*app.ids, id, None, &self.history, now).await?;
        if let Some(notice) = told {
            tell(app, transaction, facts, notice).await?;
        }
        Ok(Some(self.row.pending.is_some()))
    }
}

/// An account that does not open is told of once, not once a meeting.
fn worth_telling(notice: &Notice) -> bool {
    notice.about.is_empty()
        || notice.about.iter().any(|sight| sight.finding != Finding::Disconnected)
}

/// Tells people how a decision ended.
pub(super) async fn tell(
    app: &App,
    transaction: &Transaction,
    facts: &Facts,
    notice: Notice,
) -> Result<()> {
    crate::notice::tell_of_slot(app, transaction, facts.meeting.id, notice).await
}

/// What kind of event takes the meeting's time; of several the largest.
fn displacing(notice: Option<&Notice>, facts: &Facts) -> Option<Displacing> {
    let told = notice.into_iter().flat_map(|notice| notice.about.iter().cloned());
    told.chain(facts.situation.sights())
        .filter_map(|sight| match sight.finding {
            Finding::Overlapped { by, .. } => Some(by),
            _ => None,
        })
        .max()
}
