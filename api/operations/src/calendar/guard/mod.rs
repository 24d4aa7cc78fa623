//! The job that guards one slot: read everything, let the domain decide, write the decision down,
//! then do it, and look again.
//!
//! A decision is written before any of it is done, and each action is struck off in the
//! transaction that records its effect. So a worker that dies anywhere leaves the rest to the
//! next, which repeats at most one action, and every action can be repeated: events have names
//! that are known before they are written.

mod act;
mod around;
mod arrange;
mod facts;
mod persist;
mod place;
mod search;
mod struck;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_database::{
    Reader, Transaction,
    calendar::GuardedRow,
    platform::{Claim, JobKind},
};
use taiwa_domain::{
    calendar::guardian::{self, Circumstances},
    id::{MeetingId, PersonId},
    organization::Person,
};
use uuid::Uuid;

use around::Around;
pub(super) use facts::{Facts, read};
pub(super) use search::find;

use crate::{Actor, App, Result, work};

/// Rounds of one job; whatever is left then is a job of its own.
const MOST_ROUNDS: usize = 8;
/// When a write that found its time taken is tried again: the calendar is read until then.
const TAKEN: TimeDelta = TimeDelta::minutes(30);
/// The same, the first time: what took it may have been about to leave.
const TAKEN_ONCE: TimeDelta = TimeDelta::seconds(2);
/// When a write that a system refused is tried again.
const REFUSED: TimeDelta = TimeDelta::hours(1);

/// When what was written is looked at again for the place that it does not have yet: systems make
/// conferences in seconds, after they have taken the event.
const PLACE: TimeDelta = TimeDelta::minutes(1);

/// What came of a round.
enum Round {
    /// Something was done, or is to be done: look again.
    On,
    /// Nothing is to be done, until then if a time is named.
    Rest(Option<DateTime<Utc>>),
}

/// Does the job for one meeting.
pub async fn run(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let meeting = MeetingId(claim.subject);
    let mut next = Some(app.now());
    for _ in 0..MOST_ROUNDS {
        if let Round::Rest(until) = round(app, actor, meeting).await? {
            next = until;
            break;
        }
    }
    let transaction = app.database.transaction(claim.organization).await?;
    work::settle(app, claim, transaction, next).await
}

/// Does all that is pending, one action after the other; else decides.
async fn round(app: &App, actor: &Actor, meeting: MeetingId) -> Result<Round> {
    let reader = app.database.reader(actor.caller.organization).await?;
    let facts = read(app, &reader, actor, meeting).await?;
    drop(reader);
    match facts {
        None => Ok(Round::Rest(None)),
        Some(facts) if facts.row.pending.is_some() => act::next(app, actor, &facts).await,
        Some(facts) if facts.waits() => Ok(Round::Rest(None)),
        Some(facts) if persist::is_rest(&facts, &guardian::decide(&facts.situation)) => {
            act::places(app, actor, &facts).await
        }
        Some(facts) => decide(app, actor, &facts).await,
    }
}

/// Decides under lock, so that nobody else chooses a time for these two meanwhile, and writes the
/// decision down. One that leaves nothing to be done is the end: whatever changes asks again.
async fn decide(app: &App, actor: &Actor, seen: &Facts) -> Result<Round> {
    let transaction = app.database.transaction(actor.caller.organization).await?;
    transaction.lock_people(&seen.people()).await?;
    let Some(facts) = read(app, &transaction, actor, seen.meeting.id).await? else {
        return Ok(Round::On);
    };
    if facts.row.pending.is_some() {
        return Ok(Round::On);
    }
    let decision = guardian::decide(&facts.situation);
    if persist::is_rest(&facts, &decision) {
        return Ok(Round::Rest(None));
    }
    let (acted, left) = (!decision.actions.is_empty(), decision.state.is_left());
    let Some(pending) = persist::write(app, &transaction, &facts, decision).await? else {
        return Ok(Round::On);
    };
    // Where people leave it on another 1on1, that one has to do with it.
    if left && !pending {
        let beside = facts.beside(&transaction).await?;
        transaction.ask(&*app.ids, JobKind::GuardSlot, &beside, app.now(), app.now()).await?;
    }
    transaction.commit().await?;
    // Where a human's move was followed, there may be more to see: the guest declined it there.
    if pending || acted {
        return Ok(Round::On);
    }
    // What was written last may stand without its conference for a moment.
    let waits = facts.blocks.iter().any(|block| place::is_due(&facts.policy.place, block));
    Ok(Round::Rest(waits.then(|| app.now() + PLACE)))
}

/// Asks for all coming slots of a person to be guarded.
pub(super) async fn ask_for_person(
    app: &App,
    transaction: &Transaction,
    person: PersonId,
) -> Result<()> {
    let now = app.now();
    let slots = transaction.upcoming_slots(person, now).await?;
    let meetings: Vec<Uuid> = slots.into_iter().map(|(meeting, ..)| meeting.0).collect();
    Ok(transaction.ask_behind(&*app.ids, JobKind::GuardSlot, &meetings, now).await?)
}

/// The coming slots that are to be guarded after the organization changed: those of which
/// something around them no longer is as it should be, and what was given up and still stands.
/// Read under no lock: of a large company it takes seconds, and whatever changes meanwhile asks
/// again.
pub(crate) async fn changed(reader: &Reader, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let coming = reader.guarded_coming(now).await?;
    if coming.is_empty() {
        return Ok(Vec::new());
    }
    let days = around::days(now, coming.iter().filter_map(|it| it.slot));
    let around = Around::read(reader, days, None, None).await?;
    let today = reader.organization_row().await?.today(now);
    let mut ids: Vec<PersonId> =
        coming.iter().flat_map(|it| [it.pair.organizer, it.pair.partner]).collect();
    ids.sort_unstable();
    ids.dedup();
    let people: HashMap<PersonId, Person> = reader
        .people_by_id(today, &ids)
        .await?
        .into_iter()
        .map(|person| (person.id, person))
        .collect();
    let touched = |it: &GuardedRow| {
        let (organizer, partner) = (people.get(&it.pair.organizer)?, people.get(&it.pair.partner)?);
        let found = around.of(it.pair.id, [organizer, partner], it.slot?, it.agreed);
        (found != Circumstances::default()).then_some(())
    };
    let meetings = coming
        .iter()
        .filter(|it| it.slot.is_none() || touched(it).is_some())
        .map(|it| it.meeting.0);
    Ok(meetings.collect())
}

/// Asks for every coming slot that the guardian has had to do with to be guarded, after what it may
/// do changed.
pub(super) async fn ask_for_all(app: &App, transaction: &Transaction) -> Result<()> {
    let now = app.now();
    let coming = transaction.guarded_coming(now).await?;
    let meetings: Vec<Uuid> = coming.into_iter().map(|it| it.meeting.0).collect();
    Ok(transaction.ask_behind(&*app.ids, JobKind::GuardSlot, &meetings, now).await?)
}
