//! Notices: what people are told, by the guardian or by time alone, and how it reaches them.
//!
//! A notice is a row that its person reads in Taiwa, and one delivery for every way on which they
//! want its kind, both written in the transaction of what they tell. A job for each person takes
//! what waits to them, so that what comes together goes out together.

pub mod deliver;
mod message;
pub mod preferences;
mod quiet;
pub mod remind;
pub mod slack;
pub mod stop;

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_database::{
    Transaction,
    notice::{Delivery, DeliveryCount, NoticeRow, Told},
    platform::JobKind,
};
use taiwa_domain::{
    access::{Administer, OwnNotices},
    calendar::guardian::Notice,
    id::{MeetingId, NoticeId, PersonId},
    notice::Way,
};
use uuid::Uuid;

use crate::{Actor, App, Done, ErrorCode, Idempotency, Result, UserError, begin};

/// How long the first notice waits for others: one message instead of a storm.
const TOGETHER: TimeDelta = TimeDelta::minutes(2);
/// Most days that deliveries are counted over.
const MOST_DAYS: u32 = 90;

/// Tells the two people of a slot how a decision ended, or one of them what the other did.
pub(crate) async fn tell_of_slot(
    app: &App,
    transaction: &Transaction,
    meeting: MeetingId,
    notice: Notice,
) -> Result<()> {
    let told = notice.to.iter().map(|person| (*person, Told::Slot(meeting, notice.clone())));
    tell(app, transaction, told.collect()).await
}

/// Tells people things: in Taiwa, and on the ways on which they want to be told. Everything that is
/// told goes through here.
pub async fn tell(app: &App, transaction: &Transaction, told: Vec<(PersonId, Told)>) -> Result<()> {
    tell_on(app, transaction, told, None).await
}

/// The same; on one way whatever people want.
async fn tell_on(
    app: &App,
    transaction: &Transaction,
    told: Vec<(PersonId, Told)>,
    only: Option<Way>,
) -> Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let now = app.now();
    let notices = transaction.add_notices(&*app.ids, &told, now).await?;
    let open = open(app, transaction).await?;
    if open.is_empty() {
        return Ok(());
    }
    let people: Vec<PersonId> = told.iter().map(|(person, _)| *person).collect();
    let chosen = transaction.notice_preferences(&people).await?;
    let mut wanted = Vec::new();
    for ((person, told), notice) in told.iter().zip(notices) {
        let chosen = chosen.get(person);
        for way in &open {
            let wants = match only {
                Some(only) => only == *way,
                None => chosen
                    .map_or(way.by_default(told.kind()), |it| it.chosen.wants(told.kind(), *way)),
            };
            if wants {
                wanted.push((notice, *person, *way, expires_at(told, now)));
            }
        }
    }
    transaction.add_deliveries(&*app.ids, &wanted, now).await?;
    let mut people: Vec<Uuid> = wanted.iter().map(|(_, person, ..)| person.0).collect();
    people.sort_unstable();
    people.dedup();
    let from = if only.is_some() { now } else { now + TOGETHER };
    Ok(transaction.ask(&*app.ids, JobKind::DeliverNotices, &people, from, now).await?)
}

/// The ways on which the organization's people can be told something.
async fn open(app: &App, transaction: &Transaction) -> Result<Vec<Way>> {
    let email = app.ways.email().map(|_| Way::Email);
    let slack = transaction.slack().await?.map(|_| Way::Slack);
    Ok(email.into_iter().chain(slack).collect())
}

/// When a notice is worth nothing any more outside.
fn expires_at(told: &Told, now: DateTime<Utc>) -> DateTime<Utc> {
    match told {
        Told::Meeting(kind, _, slot) if kind.is_ahead() => slot.starts_at,
        Told::Test => now + TimeDelta::hours(1),
        _ => now + TimeDelta::days(3),
    }
}

/// The actor's own notices, newest first.
pub async fn mine(
    app: &App,
    actor: &Actor,
    before: Option<NoticeId>,
    limit: u32,
) -> Result<Vec<NoticeRow>> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnNotices>(&person)?;
    Ok(app.reader(actor).await?.notices(person, before, limit).await?)
}

/// How the notices went out. They must be among those found to be the actor's own.
pub async fn deliveries(app: &App, actor: &Actor, notices: &[NoticeId]) -> Result<Vec<Delivery>> {
    Ok(app.reader(actor).await?.deliveries_of(notices).await?)
}

/// Marks the actor's notices up to one as seen.
pub async fn mark_seen(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    last: NoticeId,
) -> Result<Done> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnNotices>(&person)?;
    let write = begin!(app, actor, idempotency);
    write.transaction.mark_notices_seen(person, last, app.now()).await?;
    app.commit(write, person).await
}

/// How deliveries of the last days went, as counts: never whose, nor of what.
pub async fn counts(app: &App, actor: &Actor, days: u32) -> Result<Vec<DeliveryCount>> {
    actor.caller.grant::<Administer>(&())?;
    let since = app.now() - TimeDelta::days(days.clamp(1, MOST_DAYS).into());
    Ok(app.reader(actor).await?.delivery_counts(since).await?)
}

/// Sends the actor a test on one way.
pub async fn test(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    way: Way,
) -> Result<Done> {
    actor.caller.grant::<Administer>(&())?;
    let person = actor.caller.person;
    let write = begin!(app, actor, idempotency);
    if !open(app, &write.transaction).await?.contains(&way) {
        return Err(UserError::new(
            ErrorCode::Conflict,
            "way",
            "この送信手段は設定されていません。",
            "This way is not configured.",
        )
        .into());
    }
    // Whoever tests has mended what was wrong.
    write.transaction.forgive_address(person, way).await?;
    tell_on(app, &write.transaction, vec![(person, Told::Test)], Some(way)).await?;
    app.commit(write, person).await
}
