//! People choose another time: what there is, with reasons, before anything moves; then one of it.

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_database::{
    calendar::{Pending, SlotRow},
    platform::JobKind,
};
use taiwa_domain::{
    access::ActForPair,
    calendar::guardian::{Action, Answer, Choice, Entry, Illegal, Notice, SlotState, legality},
    id::MeetingId,
    meeting::{Meeting, MeetingStatus, Slot},
};

use super::guard::{self, Facts};
use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, write::Begun};

/// The times that a meeting can have, best first, with what refused the others.
pub struct Proposal {
    /// The meeting as it stands.
    pub meeting: Meeting,
    /// The offers.
    pub choice: Choice,
}

/// Works out the times that a meeting can have. Writes nothing.
pub async fn propose(app: &App, actor: &Actor, meeting: MeetingId) -> Result<Proposal> {
    let reader = app.reader(actor).await?;
    let facts = allowed(app, &reader, actor, meeting).await?;
    if facts.situation.sides.iter().any(|side| !side.connected) {
        return Err(unseen().into());
    }
    let choice = guard::find(&reader, &facts).await?;
    Ok(Proposal { meeting: facts.meeting, choice })
}

/// The facts of a meeting that has not begun, for one of its two people.
async fn allowed(
    app: &App,
    reader: &taiwa_database::Reader,
    actor: &Actor,
    id: MeetingId,
) -> Result<Facts> {
    let meeting = reader.meetings_by_id(&[id]).await?.pop().ok_or(Failure::NotFound)?;
    let pairs = reader.pairs_by_id(actor.today, &[meeting.pair]).await?;
    let pair = pairs.first().ok_or(Failure::NotFound)?;
    actor.caller.grant::<ActForPair>(&pair.facts())?;
    let facts = guard::read(app, reader, actor, id).await?;
    let coming = facts.filter(|it| {
        it.meeting.slot.is_some_and(|slot| slot.starts_at > it.situation.now)
            && matches!(it.meeting.status, MeetingStatus::Planned | MeetingStatus::Scheduled)
    });
    coming.ok_or_else(|| {
        UserError::new(
            ErrorCode::Conflict,
            "meetingId",
            "この1on1は始まっているか、取りやめになっています。",
            "This 1on1 has begun or was given up.",
        )
        .into()
    })
}

fn unseen() -> UserError {
    UserError::new(
        ErrorCode::Conflict,
        "meetingId",
        "お二人のどちらかのカレンダーが接続されていないため、空き時間を確認できません。再接続してください。",
        "The calendar of one of the two does not answer, so nobody can tell when they are free. \
         It has to be connected again.",
    )
}

/// So often a choice is made again on what the guardian wrote meanwhile: each of its writes is
/// one step of few.
pub(crate) const MOST_TRIES: usize = 5;

/// Gives a meeting the time that one of its people chose: it is pinned to it, and no machine moves
/// it again. `version` is the meeting's that was seen.
pub async fn choose(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    meeting: MeetingId,
    version: i64,
    starts_at: DateTime<Utc>,
) -> Result<Done> {
    for _ in 0..MOST_TRIES {
        let key = idempotency.clone();
        if let Some(done) = attempt(app, actor, key, meeting, version, starts_at).await? {
            return Ok(done);
        }
    }
    Err(being_written())
}

/// The guardian wrote first, again and again.
pub(crate) fn being_written() -> Failure {
    UserError::new(
        ErrorCode::Conflict,
        "meetingId",
        "この1on1の予定はいま書き換えられています。少し待ってからやり直してください。",
        "This 1on1 is being written into calendars just now. Try again in a moment.",
    )
    .into()
}

/// Tries once; none if the guardian, which strikes off what it did without a lock, wrote first.
async fn attempt(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    meeting: MeetingId,
    version: i64,
    starts_at: DateTime<Utc>,
) -> Result<Option<Done>> {
    let write = match app.begin(actor, idempotency).await? {
        Begun::Replay(done) => return Ok(Some(done)),
        Begun::Fresh(write) => write,
    };
    let transaction = &write.transaction;
    let facts = allowed(app, transaction, actor, meeting).await?;
    transaction.lock_people(&facts.people()).await?;
    let facts = allowed(app, transaction, actor, meeting).await?;
    if facts.meeting.version != version {
        return Err(UserError::new(
            ErrorCode::Stale,
            "version",
            "この1on1は変更されています。読み直してください。",
            "This 1on1 changed since you read it. Read it again.",
        )
        .into());
    }
    // Calendars show whole minutes; what lies beyond all calendars is outside every period.
    if starts_at.timestamp() % 60 != 0 || starts_at.timestamp_subsec_nanos() != 0 {
        return Err(UserError::new(
            ErrorCode::Invalid,
            "startsAt",
            "秒を付けず、分単位で指定してください。",
            "Give whole minutes, without seconds.",
        )
        .into());
    }
    // Calendars may be followed into a time that has begun; nobody chooses one.
    if starts_at <= app.now() {
        return Err(illegal(Illegal::Past).into());
    }
    let length = TimeDelta::minutes(facts.meeting.minutes.into());
    let Some(ends_at) = starts_at.checked_add_signed(length) else {
        return Err(illegal(Illegal::OutsidePeriod).into());
    };
    let slot = Slot { starts_at, ends_at };
    if let Err(why) = legality(&facts.situation, slot) {
        return Err(illegal(why).into());
    }
    let now = app.now();
    let places: Vec<Action> = facts
        .situation
        .sides
        .iter()
        .filter(|side| side.writable())
        .map(|side| Action::Place { person: side.person, slot })
        .collect();
    let accept = Action::AcceptMove { slot };
    let mut history: Vec<Entry> =
        [accept].into_iter().chain(places.iter().cloned()).map(Entry::Did).collect();
    if facts.row.state != SlotState::Moving {
        history.push(Entry::Became(SlotState::Moving));
    }
    let to = facts.people().into_iter().filter(|person| *person != actor.caller.person).collect();
    let notice = Notice { to, answer: Answer::Followed, about: Vec::new() };
    let row = SlotRow {
        state: SlotState::Moving,
        pending: Some(Pending { actions: places, notice: Some(notice) }),
        ..facts.row.clone()
    };
    let moved = Meeting {
        slot: Some(slot),
        pinned: true,
        status: MeetingStatus::Planned,
        version: facts.meeting.version + 1,
        ..facts.meeting.clone()
    };
    if !transaction.put_slot(&row, now).await? {
        return Ok(None);
    }
    transaction.put_meetings(&[moved], now).await?;
    let author = actor.author();
    transaction.add_slot_events(&*app.ids, meeting, author, &history, now).await?;
    transaction.ask(&*app.ids, JobKind::GuardSlot, &[meeting.0], now, now).await?;
    app.commit(write, meeting).await.map(Some)
}

fn illegal(why: Illegal) -> UserError {
    let (ja, en) = match why {
        Illegal::Past => ("過去の時刻です。", "That time is over."),
        Illegal::TooShort | Illegal::TooLong => {
            ("1on1の長さとして適切ではありません。", "That is no length for a 1on1.")
        }
        Illegal::OutsidePeriod => (
            "この1on1を行う期間の外です。",
            "That is outside the span in which this 1on1 counts for its cadence.",
        ),
        Illegal::Another1on1 => {
            ("お二人のどちらかに別の1on1があります。", "One of the two has another 1on1 then.")
        }
        Illegal::Busy => ("お二人のどちらかに予定があります。", "One of the two is taken then."),
        Illegal::Unseen => return unseen(),
    };
    UserError::new(ErrorCode::Conflict, "startsAt", ja, en)
}
