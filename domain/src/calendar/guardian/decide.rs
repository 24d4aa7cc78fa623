//! What to do about what happened to one slot.

use std::collections::BTreeSet;

use super::{
    Action, Answer, Block, Decision, DefenceLevel, Entry, Finding, Fingerprint, Illegal,
    MAX_INTERVENTIONS, Notice, Side, Sight, Situation, SlotState, legality,
};
use crate::{id::PersonId, meeting::Slot};

/// Decides about one slot. The same situation has the same decision, in whatever order calendars
/// list their events.
///
/// - What is past, and what an earlier decision is still being done about, is left alone.
/// - A human's move that can be followed is followed at every level: the record must not
///   contradict what people see. Once a meeting has begun this alone is done.
/// - Nothing is written at a time that someone else's event holds. No time is chosen or accepted
///   while a calendar does not answer.
/// - One decision is one intervention, whatever it does; after [`MAX_INTERVENTIONS`], and from the
///   moment when people were asked, the machine does no more until they settled it.
pub fn decide(situation: &Situation) -> Decision {
    if situation.pending || situation.meeting.slot.ends_at <= situation.now {
        return Decision::stay(situation);
    }
    if let SlotState::Released(_) = situation.state {
        let mut decision = Decision::stay(situation);
        decision.act(leftovers(situation));
        return decision;
    }
    let weighing = Weighing::new(situation);
    if let Some(decision) = weighing.follow() {
        return decision;
    }
    if situation.begun() {
        return Decision::stay(situation);
    }
    if let Some(reason) = situation.release() {
        let mut actions = vec![Action::Release { reason }];
        actions.extend(leftovers(situation));
        return weighing.conclude(SlotState::Released(reason), actions, Answer::Released);
    }
    if let Some(why) = situation.circumstances.rearranged {
        let mut decision = Decision::stay(situation);
        decision.act(vec![Action::Recreate { why }]);
        if !weighing.contested {
            decision
                .act(situation.sides.iter().filter(|side| side.writable()).map(place(situation)));
        }
        decision.enter(SlotState::Moving);
        return decision;
    }
    weighing.answer()
}

fn place(situation: &Situation) -> impl Fn(&Side) -> Action {
    let slot = situation.meeting.slot;
    move |side| Action::Place { person: side.person, slot }
}

/// Our events that stand where nothing should. One that was cancelled and is back was brought back
/// by a human, and is theirs.
fn leftovers(situation: &Situation) -> Vec<Action> {
    let left =
        |side: &&Side| side.writable() && side.written.is_some() && side.ours().next().is_some();
    let cancel = |side: &Side| Action::CancelLeftovers { person: side.person };
    situation.sides.iter().filter(left).map(cancel).collect()
}

/// What one finding asks for.
enum Response {
    /// No more than being recorded and told.
    Leave,
    /// An action.
    Do(Action),
    /// Another time.
    Replan,
    /// A word from the two people.
    Ask,
}

/// A situation, with what happened in it.
struct Weighing<'a> {
    situation: &'a Situation,
    sights: BTreeSet<Sight>,
    /// Where people moved the meeting to; two if they disagree.
    proposals: BTreeSet<Slot>,
    /// Why their one proposal cannot be followed.
    refused: Option<Illegal>,
    /// Someone else's event is in the way.
    contested: bool,
    /// All such events can be declined.
    declinable: bool,
}

impl<'a> Weighing<'a> {
    fn new(situation: &'a Situation) -> Self {
        let sights = situation.sights();
        let proposals: BTreeSet<Slot> = (sights.iter())
            .filter_map(|sight| match sight.finding {
                Finding::Moved { to } | Finding::Shortened { to } => Some(to),
                _ => None,
            })
            .collect();
        let refused = proposals.first().and_then(|to| legality(situation, *to).err());
        let overlaps: Vec<bool> = (sights.iter())
            .filter_map(|sight| match sight.finding {
                Finding::Overlapped { declinable, .. } => Some(declinable),
                _ => None,
            })
            .collect();
        let (contested, declinable) = (!overlaps.is_empty(), overlaps.iter().all(|it| *it));
        Self { situation, sights, proposals, refused, contested, declinable }
    }

    /// Follows the one move that people made, if it can be followed.
    fn follow(&self) -> Option<Decision> {
        let situation = self.situation;
        let slot = *self.proposals.first()?;
        if self.proposals.len() > 1 || self.refused.is_some() {
            return None;
        }
        let stands = |side: &Side| {
            let mut ours = side.ours();
            ours.next().is_some_and(|event| event.slot == slot) && ours.next().is_none()
        };
        let due = situation.sides.iter().filter(|side| side.writable() && !stands(side));
        let mut actions = vec![Action::AcceptMove { slot }];
        actions.extend(due.map(|side| Action::Place { person: side.person, slot }));
        let state = if actions.len() > 1 { SlotState::Moving } else { SlotState::Protected };
        Some(self.conclude(state, actions, Answer::Followed))
    }

    /// Answers everything that people did not settle themselves.
    fn answer(&self) -> Decision {
        let situation = self.situation;
        let (mut actions, mut replan, mut ask) = (Vec::new(), false, false);
        for sight in &self.sights {
            match self.response(sight) {
                Response::Leave => {}
                Response::Do(action) => actions.push(action),
                Response::Replan => replan = true,
                Response::Ask => ask = true,
            }
        }
        // One person's events may call for the same action twice.
        actions.sort();
        actions.dedup();
        if replan {
            // Everything else is settled by writing the block at its new time.
            return self.conclude(SlotState::Moving, vec![Action::Replan], Answer::Replanned);
        }
        let placed = actions.iter().any(|action| matches!(action, Action::Place { .. }));
        let defended = actions.iter().any(intervenes);
        let troubled = self.sights.iter().any(|sight| !quiet(&sight.finding));
        let seen = !situation.dark() && !situation.sides.iter().any(Side::behind);
        let state = match situation.state {
            _ if ask => SlotState::AwaitingPeople,
            SlotState::AwaitingPeople if troubled => SlotState::AwaitingPeople,
            _ if troubled => SlotState::Contested,
            _ if placed => SlotState::Moving,
            _ if seen && !self.sights.iter().any(due) => SlotState::Protected,
            state => state,
        };
        if ask && situation.state != SlotState::AwaitingPeople {
            actions.push(Action::AskPeople);
        }
        let answer = match (ask, defended) {
            (true, _) => Answer::Asked,
            (false, true) => Answer::Defended,
            (false, false) => Answer::Told,
        };
        self.conclude(state, actions, answer)
    }

    fn response(&self, sight: &Sight) -> Response {
        let situation = self.situation;
        let Some(side) = situation.side(sight.person) else { return self.replan(&sight.finding) };
        let person = side.person;
        match &sight.finding {
            Finding::Unplaced if self.contested => Response::Leave,
            // One of a ring goes elsewhere, and the others follow. The times are a plan's, which
            // nobody has seen: that is no matter of how far people let themselves be defended.
            Finding::Unplaced if situation.crossed() && !self.kept() => Response::Replan,
            Finding::Unplaced => Response::Do(place(situation)(side)),
            Finding::Overlapped { key, .. } if self.declinable && !self.tired() => {
                Response::Do(Action::Decline { person, key: key.clone() })
            }
            // Those in the way come first: nothing is written beside them.
            Finding::Deleted
            | Finding::Duplicated
            | Finding::ShownFree
            | Finding::MadePublic
            | Finding::Moved { .. }
            | Finding::Shortened { .. }
                if self.contested =>
            {
                Response::Leave
            }
            Finding::Deleted | Finding::Duplicated => self.write(side, Action::PutBack { person }),
            // The guest's copy is the guest's.
            Finding::ShownFree | Finding::MadePublic if side.block == Block::Invited => {
                Response::Leave
            }
            Finding::ShownFree | Finding::MadePublic => {
                self.write(side, Action::Restore { person })
            }
            Finding::Moved { to } | Finding::Shortened { to } => {
                let unclear = self.proposals.len() > 1 || self.refused == Some(Illegal::Unseen);
                if side.level >= DefenceLevel::Move && (unclear || self.still(Some(*to))) {
                    return Response::Ask;
                }
                self.write(side, Action::PutBack { person })
            }
            finding => self.replan(finding),
        }
    }

    /// A write into one person's calendar, which that person's level governs.
    fn write(&self, side: &Side, action: Action) -> Response {
        match side.level {
            DefenceLevel::Observe | DefenceLevel::Notify => Response::Leave,
            _ if self.tired() => Response::Ask,
            _ => Response::Do(action),
        }
    }

    /// Another time, which both people's levels govern.
    fn replan(&self, finding: &Finding) -> Response {
        let situation = self.situation;
        match situation.level() {
            _ if quiet(finding) => Response::Leave,
            DefenceLevel::Observe | DefenceLevel::Notify => Response::Leave,
            _ if self.kept() => Response::Ask,
            _ => Response::Replan,
        }
    }

    /// No machine finds another time.
    fn kept(&self) -> bool {
        let blind = self.situation.dark() || self.situation.sides.len() < 2;
        blind || self.still(None) || self.tired()
    }

    /// No machine moves the meeting: a human set its time, or it starts too soon, where it is to be
    /// or where it stands.
    fn still(&self, stands: Option<Slot>) -> bool {
        let situation = self.situation;
        let frozen = |slot| situation.frozen(slot);
        situation.pinned || frozen(situation.meeting.slot) || stands.is_some_and(frozen)
    }

    /// The machine does no more.
    fn tired(&self) -> bool {
        let Situation { state, interventions, .. } = *self.situation;
        state == SlotState::AwaitingPeople || interventions >= MAX_INTERVENTIONS
    }

    /// Puts a decision together: history, the one notice, the fingerprint.
    fn conclude(&self, state: SlotState, actions: Vec<Action>, answer: Answer) -> Decision {
        let situation = self.situation;
        let mut decision = Decision::stay(situation);
        decision.interventions += u8::from(actions.iter().any(intervenes));
        let about: BTreeSet<Sight> =
            self.sights.iter().filter(|sight| !due(sight)).cloned().collect();
        if !about.is_empty() || answer == Answer::Released {
            let versions = if answer == Answer::Followed { self.versions() } else { Vec::new() };
            let notice = self.notice(about.clone(), answer);
            // Whoever lets themselves be told from now on has not heard of it.
            let to = notice.as_ref().map(|notice| &notice.to);
            let fingerprint = Fingerprint::of(situation, &about, &versions, answer, to);
            if !situation.known.contains(&fingerprint) {
                let refused = |sight: &Sight| match sight.finding {
                    Finding::Moved { .. } | Finding::Shortened { .. } => self.refused,
                    _ => None,
                };
                let found =
                    |sight: &Sight| Entry::Found { sight: sight.clone(), refused: refused(sight) };
                decision.history.extend(about.iter().map(found));
                decision.notice = notice;
            }
            decision.fingerprint = Some(fingerprint);
        }
        decision.act(actions);
        decision.enter(state);
        decision
    }

    /// The states of events that stand where people moved them.
    fn versions(&self) -> Vec<&str> {
        let ours = self.situation.sides.iter().flat_map(Side::ours);
        let moved = ours.filter(|event| self.proposals.contains(&event.slot));
        let mut versions: Vec<&str> =
            moved.filter_map(|event| Some(event.version.as_ref()?.as_str())).collect();
        versions.sort_unstable();
        versions
    }

    /// Changes of the meeting's time, and questions, go to both; the rest to those who let
    /// themselves be told. What changes nothing about the slot goes to whom it concerns.
    fn notice(&self, about: BTreeSet<Sight>, answer: Answer) -> Option<Notice> {
        let situation = self.situation;
        let listening = (situation.sides.iter())
            .filter(|side| side.level >= DefenceLevel::Notify)
            .map(|side| side.person);
        let to: BTreeSet<PersonId> = match answer {
            Answer::Told | Answer::Defended => {
                let concerns = |person: &PersonId| {
                    about.iter().any(|sight| {
                        !quiet(&sight.finding) || sight.person.is_none_or(|owner| owner == *person)
                    })
                };
                listening.filter(concerns).collect()
            }
            _ => situation.people(),
        };
        let about = about.into_iter().collect();
        (!to.is_empty()).then_some(Notice { to, answer, about })
    }
}

impl Decision {
    fn act(&mut self, actions: impl IntoIterator<Item = Action>) {
        for action in actions {
            self.history.push(Entry::Did(action.clone()));
            self.actions.push(action);
        }
    }

    fn enter(&mut self, state: SlotState) {
        if state != self.state {
            debug_assert!(self.state.may_become(state), "{:?} to {state:?}", self.state);
            self.history.push(Entry::Became(state));
            self.state = state;
        }
    }
}

/// An action by which a machine defends or moves a meeting.
fn intervenes(action: &Action) -> bool {
    use Action::*;
    matches!(action, PutBack { .. } | Restore { .. } | Replan | Decline { .. })
}

/// Our own business: neither recorded nor told.
fn due(sight: &Sight) -> bool {
    sight.finding == Finding::Unplaced
}

/// What leaves the slot as protected as it was.
fn quiet(finding: &Finding) -> bool {
    use Finding::*;
    matches!(finding, Unplaced | Invited { .. } | Disconnected | ZoneChanged)
}
