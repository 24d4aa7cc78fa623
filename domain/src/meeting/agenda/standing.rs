//! In which meetings open talking points and actions stand: derived, never stored.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{ActionItem, AgendaItem, ItemState};
use crate::{
    id::{MeetingId, PersonId},
    meeting::{Meeting, MeetingStatus},
};

/// Whether a meeting is still to come or under way. The first of a pair's is where everything
/// open stands.
pub fn is_coming(meeting: &Meeting, now: DateTime<Utc>) -> bool {
    matches!(meeting.status, MeetingStatus::Planned | MeetingStatus::Scheduled)
        && meeting.slot.is_some_and(|slot| now < slot.ends_at)
}

/// A meeting seen from now.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// Which.
    pub meeting: &'a Meeting,
    /// Whether it is the first of its pair that [`is_coming`].
    pub next: bool,
    /// From when it is looked at.
    pub now: DateTime<Utc>,
}

impl Occasion<'_> {
    /// Whether something that stood open from `since` (for both to see) until `until` stood open
    /// here. In the next meeting that is all that is open now; in a past one, what was open while
    /// it lasted; in those after the next nothing yet, so that nothing stands twice; and in one
    /// that was skipped nothing ever, whatever time it had.
    fn finds_open(self, since: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> bool {
        if self.next {
            return until.is_none();
        }
        let Some(slot) = self.meeting.time() else { return false };
        let over = !is_coming(self.meeting, self.now);
        over && since.is_some_and(|at| at <= slot.ends_at)
            && until.is_none_or(|at| slot.starts_at < at)
    }

    /// The agenda, in its order, as one of the two sees it: what was discussed here, and what
    /// stands or stood open.
    pub fn agenda(self, items: &[AgendaItem], reader: PersonId) -> Vec<&AgendaItem> {
        let here = |it: &&AgendaItem| {
            let discussed = matches!(it.state, ItemState::Discussed { meeting: Some(id), .. } if id == self.meeting.id);
            it.pair == self.meeting.pair
                && it.visible_to(reader)
                && (discussed || self.finds_open(it.shared_at, it.state.closed_at()))
        };
        let mut found: Vec<&AgendaItem> = items.iter().filter(here).collect();
        found.sort_by_key(|it| (it.position, it.id));
        found
    }

    /// The actions: those agreed on here, and those that stand or stood open; the most urgent
    /// first.
    pub fn actions(self, actions: &[ActionItem]) -> Vec<&ActionItem> {
        let here = |it: &&ActionItem| {
            it.pair == self.meeting.pair
                && (it.meeting == Some(self.meeting.id)
                    || self.finds_open(Some(it.created_at), it.closed_at))
        };
        let mut found: Vec<&ActionItem> = actions.iter().filter(here).collect();
        found.sort_by_key(|it| (it.due_on.is_none(), it.due_on, it.id));
        found
    }
}

/// Which of some meetings are the next of their pairs, where these meetings hold all that are to
/// come of each pair, or at least the first of them.
pub fn next_of_pairs(meetings: &[Meeting], now: DateTime<Utc>) -> HashSet<MeetingId> {
    let mut coming: Vec<&Meeting> = meetings.iter().filter(|it| is_coming(it, now)).collect();
    coming.sort_by_key(|it| (it.pair, it.slot, it.id));
    coming.dedup_by_key(|it| it.pair);
    coming.into_iter().map(|it| it.id).collect()
}
