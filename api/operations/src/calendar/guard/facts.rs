//! Everything that a decision about one slot is made from, read in a fixed number of statements.

use std::collections::{BTreeSet, HashSet};

use taiwa_database::{
    Reader,
    calendar::{AccountRow, BlockRow, GuardianPolicy, OtherRow, SlotRow},
    planning::StandingSeries,
};
use taiwa_domain::{
    cadence::{self, Interval},
    calendar::{
        Event, EventUid,
        guardian::{
            Block, Circumstances, DefenceLevel, Other, ReleaseReason, Side, Situation, SlotState,
            Subject, Written,
        },
    },
    id::{AccountId, MeetingId, PersonId},
    meeting::{Meeting, MeetingStatus, SkipReason, Slot},
    organization::Person,
    pair::Pair,
};
use uuid::Uuid;

use super::{
    TAKEN,
    around::{self, Around},
    arrange,
};
use crate::{Actor, App, Result};

/// A slot and all that stands around it.
pub(in crate::calendar) struct Facts {
    pub(in crate::calendar) meeting: Meeting,
    pub(in crate::calendar) pair: Pair,
    /// The organizer first.
    pub(in crate::calendar) both: [Person; 2],
    pub(in crate::calendar) row: SlotRow,
    /// Where it stood when last recorded, before a plan gave it up or placed it again.
    pub(in crate::calendar) stood: SlotState,
    pub(in crate::calendar) policy: GuardianPolicy,
    /// Those that are leaving included.
    pub(in crate::calendar) accounts: Vec<AccountRow>,
    /// What is recorded to stand; of holds that were placed in bulk, what stands of them.
    pub(in crate::calendar) recorded: Vec<BlockRow>,
    /// What of it has records of its own.
    pub(in crate::calendar) stored: Vec<BlockRow>,
    /// What is to stand, as it was written so far.
    pub(in crate::calendar) blocks: [BlockRow; 2],
    /// The other 1on1s of the two.
    pub(in crate::calendar) others: Vec<OtherRow>,
    pub(in crate::calendar) series: Option<StandingSeries>,
    pub(in crate::calendar) situation: Situation,
}

impl Facts {
    pub(in crate::calendar) fn people(&self) -> [PersonId; 2] {
        [self.pair.organizer, self.pair.partner]
    }

    pub(in crate::calendar) fn account(&self, id: Option<AccountId>) -> Option<&AccountRow> {
        self.accounts.iter().find(|it| Some(it.id) == id)
    }

    /// The other 1on1s of the two that are to be where this one stands besides its time, or were
    /// left there by people: what changes there makes a difference to them.
    pub(super) async fn beside(&self, reader: &Reader) -> Result<Vec<Uuid>> {
        let mut found = Vec::new();
        for time in self.situation.elsewhere() {
            let events = self.situation.sides.iter().flat_map(|side| &side.events);
            let shown = |it: &OtherRow| {
                let ours = |event: &&Event| event.uid.as_ref() == Some(&it.other.uid);
                events.clone().filter(ours).any(|event| event.slot.overlaps(time))
            };
            let mut all = reader.other_meetings(&self.people(), time, self.meeting.id).await?;
            all.retain(|it| it.other.slot.overlaps(time));
            all.extend(self.others.iter().filter(|it| shown(it)).cloned());
            found.extend(all.into_iter().map(|it| it.meeting.0));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// A calendar of the two was connected and not read yet: whoever reads it asks again.
    pub(in crate::calendar) fn waits(&self) -> bool {
        self.blocks.iter().any(|block| {
            let account = self.account(block.account);
            account.is_some_and(|it| arrange::answers(it) && it.progress.read_at.is_none())
        })
    }
}

/// Reads a slot; none where there is nothing to guard: no such meeting, held, or long over.
pub(in crate::calendar) async fn read(
    app: &App,
    reader: &Reader,
    actor: &Actor,
    id: MeetingId,
) -> Result<Option<Facts>> {
    let (now, organization) = (app.now(), actor.caller.organization);
    let Some(meeting) = reader.meetings_by_id(&[id]).await?.pop() else { return Ok(None) };
    if matches!(meeting.status, MeetingStatus::Held | MeetingStatus::Missed) {
        return Ok(None);
    }
    let Some(pair) = reader.pairs_by_id(actor.today, &[meeting.pair]).await?.pop() else {
        return Ok(None);
    };
    let pair = pair.pair;
    let stored = reader.slot_blocks(&[id]).await?;
    let row = reader.guarded_slots(&[id]).await?.pop();
    let written = stored.iter().find_map(|it| it.written.as_ref()).map(|it| it.slot);
    // What was given up keeps the time at which its leftovers stand.
    let Some(slot) = meeting.slot.or(written) else { return Ok(None) };
    if slot.ends_at <= now && row.as_ref().is_none_or(|row| row.pending.is_none()) {
        return Ok(None);
    }
    let people = [pair.organizer, pair.partner];
    let found = reader.people_by_id(actor.today, &people).await?;
    let of = |id| found.iter().find(|person| person.id == id).cloned();
    let (Some(organizer), Some(partner)) = (of(people[0]), of(people[1])) else {
        return Ok(None);
    };
    let both = [organizer, partner];
    let zone = both[0].profile.zone;
    let series = reader.series_of(&[pair.id]).await?.pop();
    let interval = match &series {
        Some(StandingSeries { every_weeks: None, .. }) => Interval::Monthly,
        Some(StandingSeries { every_weeks: Some(weeks), .. }) => Interval::Weeks(*weeks),
        None => Interval::Weeks(1),
    };
    let mut period = cadence::period(meeting.due_week, interval, zone);
    // A meeting that a plan or a human placed elsewhere counts where it is.
    period.starts_at = period.starts_at.min(slot.starts_at);
    period.ends_at = period.ends_at.max(slot.ends_at);

    let accounts = reader.calendar_accounts_of(&people).await?;
    let in_use = people.map(|person| arrange::in_use(&accounts, person));
    let policy = reader.guardian_policy().await?;
    let consents = reader.defence_consents(&people).await?;
    let level = |person: PersonId| {
        let consent = consents.iter().find(|(id, _)| *id == person).map(|(_, it)| *it);
        DefenceLevel::of_person(policy.level, consent.unwrap_or_default().level)
    };
    let mut blocks = arrange::blocks(app, organization, id, both.each_ref(), in_use);
    let uids: Vec<EventUid> = blocks.iter().map(|block| block.uid.clone()).collect();
    let ids: Vec<AccountId> = in_use.iter().flatten().map(|it| it.id).collect();
    let observed = match ids.is_empty() {
        true => Vec::new(),
        false => reader.observed_events(&ids, period, &uids).await?,
    };
    let mut others = reader.other_meetings(&people, period, id).await?;
    // One of other weeks may have been moved into these: it is a 1on1 of ours there as well.
    let known: HashSet<&EventUid> = others.iter().map(|it| &it.other.uid).chain(&uids).collect();
    let shown = observed.iter().filter_map(|(_, event)| event.uid.as_ref());
    let strange: BTreeSet<&EventUid> = shown.filter(|uid| !known.contains(uid)).collect();
    let strange: Vec<EventUid> = strange.into_iter().cloned().collect();
    let named = reader.meetings_named(&people, &strange).await?;
    // Its own event has another name while it is being arranged anew.
    others.extend(named.into_iter().filter(|it| it.meeting != id));
    let built_in = reader.built_in_events(&people, period).await?;
    let holds: Vec<(PersonId, Slot)> = built_in
        .iter()
        .filter(|(_, meeting, _)| *meeting == Some(id))
        .map(|(person, _, event)| (*person, event.slot))
        .collect();
    // Holds that were placed in bulk have no record of their own.
    let recorded = match stored.is_empty() {
        false => stored.clone(),
        true => bulk(&holds, arrange::blocks(app, organization, id, both.each_ref(), [None; 2])),
    };
    let rearranged = arrange::rearranged(&recorded, &blocks, &accounts);
    if rearranged.is_none() {
        for block in &mut blocks {
            if let Some(old) = recorded.iter().find(|it| it.person == block.person) {
                // What was written for another account was never there.
                let same = (old.account, old.block) == (block.account, block.block);
                if same {
                    *block = BlockRow { zone: old.zone, ..old.clone() };
                }
            }
        }
    }
    let sides: Vec<Side> = blocks
        .iter()
        .map(|block| {
            let person = block.person;
            let mine = others.iter().filter(|it| it.person == person);
            let mine: Vec<Other> = mine.map(|it| it.other.clone()).collect();
            let mut events: Vec<Event> = observed
                .iter()
                .filter(|(account, _)| Some(*account) == block.account)
                .map(|(_, event)| event.clone())
                .collect();
            // Busy time from files counts whatever else is connected.
            events.extend(
                built_in
                    .iter()
                    .filter(|(of, ..)| *of == person)
                    .filter_map(|(_, of, event)| built_in_event(*of, event, block, id)),
            );
            let leaves = |event: &mut Event| mine.iter().any(|it| it.leaves(event));
            let leaving = events.extract_if(.., leaves).filter(Event::blocks);
            let leaving = leaving.map(|event| event.slot).collect();
            let account = in_use.into_iter().flatten().find(|it| Some(it.id) == block.account);
            Side {
                person,
                level: level(person),
                block: block.block,
                connected: account.is_none_or(arrange::answers),
                declines: account.is_some_and(arrange::declines),
                uid: block.uid.clone(),
                written: block.written.clone(),
                events,
                leaving,
                others: mine,
            }
        })
        .collect();
    let mut row = row.unwrap_or_else(|| SlotRow {
        // What a plan held in the built-in calendars is protected until something happens.
        state: if meeting.status == MeetingStatus::Scheduled {
            SlotState::Protected
        } else {
            SlotState::Moving
        },
        ..SlotRow::new(id)
    });
    let stood = row.state;
    match (meeting.slot, row.state) {
        // A plan gave it up.
        (None, SlotState::Released(_)) => {}
        (None, _) => row.state = SlotState::Released(released(meeting.skip_reason)),
        // A plan or a person gave it a time again.
        (Some(_), SlotState::Released(_)) => {
            (row.state, row.interventions) = (SlotState::Moving, 0);
        }
        (Some(_), _) => {}
    }
    let around =
        Around::read(reader, around::days(now, [slot]), Some(&people), Some(&[pair.id])).await?;
    let agreed = blocks.each_ref().map(|it| it.written.as_ref().map(|_| it.zone));
    let circumstances =
        Circumstances { rearranged, ..around.of(pair.id, both.each_ref(), slot, agreed) };
    let situation = Situation {
        now,
        freeze: policy.freeze,
        meeting: Subject { id, slot, minutes: meeting.minutes, period },
        pinned: meeting.pinned,
        interventions: row.interventions,
        state: row.state,
        waited: row.state == SlotState::Moving
            && row.recorded_at.is_some_and(|at| at + TAKEN <= now),
        pending: row.pending.is_some(),
        known: row.known.iter().cloned().collect(),
        sides,
        circumstances,
    };
    Ok(Some(Facts {
        meeting,
        pair,
        both,
        row,
        stood,
        policy,
        accounts,
        recorded,
        stored,
        blocks,
        others,
        series,
        situation,
    }))
}

/// An event of a built-in calendar, as this block's side sees it: the meeting's own hold under the
/// block's name, nobody's hold of it where an account is used.
fn built_in_event(
    of: Option<MeetingId>,
    event: &Event,
    block: &BlockRow,
    meeting: MeetingId,
) -> Option<Event> {
    match of {
        None => Some(event.clone()),
        Some(it) if it == meeting => (block.block == Block::BuiltIn)
            .then(|| Event { uid: Some(block.uid.clone()), ..event.clone() }),
        // The person's other 1on1s are known from the records.
        Some(_) => None,
    }
}

/// What stands of holds that were placed in bulk.
fn bulk(holds: &[(PersonId, Slot)], blocks: [BlockRow; 2]) -> Vec<BlockRow> {
    let standing = |block: BlockRow| {
        let (_, slot) = *holds.iter().find(|(person, _)| *person == block.person)?;
        let written = Some(Written { slot, version: None, replaced: None });
        Some(BlockRow { written, ..block })
    };
    blocks.into_iter().filter_map(standing).collect()
}

fn released(reason: Option<SkipReason>) -> ReleaseReason {
    match reason {
        Some(SkipReason::Leave) => ReleaseReason::Leave,
        Some(SkipReason::NotDue) | None => ReleaseReason::PairEnded,
        Some(SkipReason::CalledOff) => ReleaseReason::CalledOff,
        Some(_) => ReleaseReason::NoRoom,
    }
}
