//! Whether meetings took place: what their two people say, and what follows from it.

use std::collections::HashMap;

use chrono::{DateTime, Days, Utc};
use taiwa_database::{
    Reader, Transaction,
    calendar::SlotRow,
    meeting::OutcomeRow,
    platform::{Claim, JobKind},
};
use taiwa_domain::{
    access::ActForPair,
    cadence::first_instant,
    calendar::{
        guardian::{Action, Answer, Entry, Notice, ReleaseReason, SlotState},
        holidays,
    },
    id::MeetingId,
    insight::Span,
    meeting::{
        Meeting, MeetingStatus, SkipReason,
        held::{NotHeldReason, Refused, Who, Word, Words, WorkingDays},
    },
    organization::Period,
    pair::Pair,
};

use crate::{
    Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin,
    calendar::reschedule::{self, MOST_TRIES},
    insight, notice, work,
    write::Begun,
};

/// Days that are looked ahead for holidays: a claim waits longer only where everything closes.
const AHEAD: u64 = 120;

/// What was said of meetings. The meetings must be among those found visible before.
pub async fn outcomes(
    app: &App,
    actor: &Actor,
    meetings: &[MeetingId],
) -> Result<HashMap<MeetingId, OutcomeRow>> {
    let found = app.reader(actor).await?.outcomes(meetings).await?;
    Ok(found.into_iter().map(|row| (row.meeting, row)).collect())
}

/// A meeting of the actor's own, with its pair.
async fn ours(reader: &Reader, actor: &Actor, id: MeetingId) -> Result<(Meeting, Pair)> {
    let meeting = reader.meetings_by_id(&[id]).await?.pop().ok_or(Failure::NotFound)?;
    let pairs = reader.pairs_by_id(actor.today, &[meeting.pair]).await?;
    let pair = pairs.first().ok_or(Failure::NotFound)?;
    actor.caller.grant::<ActForPair>(&pair.facts())?;
    Ok((meeting, pair.pair))
}

/// The organization's working days from `now` on.
async fn working_days(reader: &Reader, now: DateTime<Utc>) -> Result<WorkingDays> {
    let organization = reader.organization_row().await?;
    let today = organization.today(now);
    let ahead = Period { from: today, until: today + Days::new(AHEAD) };
    let public = holidays::between(organization.zone, ahead.from, ahead.until);
    let own = reader.own_holidays(ahead).await?;
    let holidays = public.map(|(day, _)| day).chain(own.into_iter().map(|(day, _)| day)).collect();
    Ok(WorkingDays { zone: organization.zone, holidays })
}

async fn said(reader: &Reader, id: MeetingId) -> Result<OutcomeRow> {
    let found = reader.outcomes(&[id]).await?.pop();
    let nothing = OutcomeRow { meeting: id, words: Words::default(), called_off: None };
    Ok(found.unwrap_or(nothing))
}

/// Writes the meeting as its outcome has it, and what is counted of it.
async fn follow(
    app: &App,
    transaction: &Transaction,
    meeting: &Meeting,
    words: Words,
    ended: DateTime<Utc>,
) -> Result<()> {
    let now = app.now();
    let status = words.outcome(ended, now).status(meeting.status);
    if status != meeting.status {
        let version = meeting.version + 1;
        let changed = Meeting { status, version, ..meeting.clone() };
        transaction.put_meetings(&[changed], now).await?;
    }
    // Also where the status is what it was: held unopposed becomes held by both.
    transaction.tally(&[meeting.id], now).await?;
    Ok(())
}

/// Records what the actor says of a meeting of theirs.
pub async fn say(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: MeetingId,
    word: Word,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let transaction = &write.transaction;
    let (_, pair) = ours(transaction, actor, id).await?;
    // The two may speak at the same moment: each then speaks on what the other said.
    transaction.lock_people(&[pair.organizer, pair.partner]).await?;
    let (meeting, _) = ours(transaction, actor, id).await?;
    let Some(slot) = meeting.time() else {
        return Err(given_up().into());
    };
    let who = match actor.caller.person == pair.organizer {
        true => Who::Organizer,
        false => Who::Partner,
    };
    let now = app.now();
    let days = working_days(transaction, now).await?;
    let row = said(transaction, id).await?;
    let words = row.words.say(who, word, slot, &days, now).map_err(refused)?;
    transaction.put_outcomes(&[OutcomeRow { words, ..row }], now).await?;
    follow(app, transaction, &meeting, words, slot.ends_at).await?;
    if let Some(settles_at) = words.settles_at.filter(|at| *at > now) {
        let kind = JobKind::SettleMeeting;
        transaction.ask(&*app.ids, kind, &[id.0], settles_at, now).await?;
    }
    let week =
        first_instant(Span::week(now.with_timezone(&days.zone).date_naive()).until, days.zone);
    insight::close::ask(app, transaction, week).await?;
    app.commit(write, id).await
}

fn refused(why: Refused) -> UserError {
    let (ja, en) = match why {
        Refused::NotBegun => ("この1on1はまだ始まっていません。", "This 1on1 has not begun."),
        Refused::Over => (
            "この1on1の実施について回答できる期間は終わりました。",
            "The time for saying whether this 1on1 took place is over.",
        ),
        Refused::NothingToObjectTo => (
            "相手は実施済みと回答していません。実施されなかった場合は理由を選んで報告してください。",
            "The other did not say that it took place. If it did not, report it with a reason.",
        ),
    };
    UserError::new(ErrorCode::Conflict, "meetingId", ja, en)
}

fn given_up() -> UserError {
    UserError::new(
        ErrorCode::Conflict,
        "meetingId",
        "この1on1は取りやめになっています。",
        "This 1on1 was given up.",
    )
}

fn begun() -> UserError {
    UserError::new(
        ErrorCode::Conflict,
        "meetingId",
        "この1on1は始まっているか、取りやめになっています。実施されなかった場合は、未実施として報告してください。",
        "This 1on1 has begun or was given up. If it did not take place, report it as missed.",
    )
}

/// Calls off a coming meeting of the actor's own: its time becomes free in both calendars, the
/// other is told, and no plan brings it back.
pub async fn skip(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: MeetingId,
    reason: NotHeldReason,
) -> Result<Done> {
    for _ in 0..MOST_TRIES {
        let key = idempotency.clone();
        if let Some(done) = attempt(app, actor, key, id, reason).await? {
            return Ok(done);
        }
    }
    Err(reschedule::being_written())
}

/// Tries once; none if the guardian wrote first.
async fn attempt(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: MeetingId,
    reason: NotHeldReason,
) -> Result<Option<Done>> {
    let write = match app.begin(actor, idempotency).await? {
        Begun::Replay(done) => return Ok(Some(done)),
        Begun::Fresh(write) => write,
    };
    let transaction = &write.transaction;
    let (_, pair) = ours(transaction, actor, id).await?;
    let people = [pair.organizer, pair.partner];
    transaction.lock_people(&people).await?;
    let (meeting, _) = ours(transaction, actor, id).await?;
    let now = app.now();
    let coming = matches!(meeting.status, MeetingStatus::Planned | MeetingStatus::Scheduled)
        && meeting.slot.is_some_and(|slot| slot.starts_at > now);
    if !coming {
        return Err(begun().into());
    }
    let why = ReleaseReason::CalledOff;
    let stood = transaction.guarded_slots(&[id]).await?.pop().unwrap_or_else(|| SlotRow::new(id));
    let row = SlotRow { state: SlotState::Released(why), pending: None, ..stood };
    if !transaction.put_slot(&row, now).await? {
        return Ok(None);
    }
    let called_off = Some(reason);
    let outcome = OutcomeRow { called_off, ..said(transaction, id).await? };
    transaction.put_outcomes(&[outcome], now).await?;
    let skipped = Meeting {
        slot: None,
        status: MeetingStatus::Skipped,
        skip_reason: Some(SkipReason::CalledOff),
        // As good as a time that a human set: no machine undoes it.
        pinned: true,
        version: meeting.version + 1,
        ..meeting
    };
    transaction.put_meetings(&[skipped], now).await?;
    let history = [Entry::Did(Action::Release { reason: why }), Entry::Became(row.state)];
    transaction.add_slot_events(&*app.ids, id, actor.author(), &history, now).await?;
    let others = people.into_iter().filter(|person| *person != actor.caller.person);
    let to = others.collect();
    let told = Notice { to, answer: Answer::Released, about: Vec::new() };
    notice::tell_of_slot(app, transaction, id, told).await?;
    // Where a plan held it in bulk, and where the guardian wrote it.
    let organization = actor.caller.organization.0;
    transaction.enqueue(&*app.ids, JobKind::PlaceHolds, organization, now).await?;
    transaction.ask(&*app.ids, JobKind::GuardSlot, &[id.0], now, now).await?;
    app.commit(write, id).await.map(Some)
}

/// Settles a meeting once the other of its two people had their time.
pub async fn settle(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let id = MeetingId(claim.subject);
    let transaction = app.database.transaction(claim.organization).await?;
    let Some(meeting) = transaction.meetings_by_id(&[id]).await?.pop() else {
        return work::settle(app, claim, transaction, None).await;
    };
    if let Some(row) = transaction.pairs_by_id(actor.today, &[meeting.pair]).await?.pop() {
        transaction.lock_people(&[row.pair.organizer, row.pair.partner]).await?;
    }
    let words = said(&transaction, id).await?.words;
    // Read again, under the lock.
    let meeting = transaction.meetings_by_id(&[id]).await?.pop();
    let mut next = None;
    if let Some((meeting, slot)) = meeting.and_then(|it| it.slot.map(|slot| (it, slot))) {
        follow(app, &transaction, &meeting, words, slot.ends_at).await?;
        next = words.settles_at.filter(|at| *at > app.now());
    }
    work::settle(app, claim, transaction, next).await
}
