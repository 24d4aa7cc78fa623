//! Built-in calendars: busy time from files, and each person's private feed.

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_database::calendar::FeedHold;
use taiwa_domain::{
    access::OwnCalendar,
    calendar::Busy,
    id::{IdSource, OrganizationId, PersonId},
    meeting::Slot,
};

use crate::{Actor, App, Done, Failure, Idempotency, Result, begin};

/// How far back and ahead busy time from a file is kept.
pub const BUSY_WINDOW: (TimeDelta, TimeDelta) = (TimeDelta::days(7), TimeDelta::days(400));

/// The span that imported busy time covers.
pub fn busy_span(now: DateTime<Utc>) -> Slot {
    Slot { starts_at: now - BUSY_WINDOW.0, ends_at: now + BUSY_WINDOW.1 }
}

/// Replaces the actor's own busy time that came from a file. Titles and all else of the events
/// are not even read.
pub async fn replace_busy(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    spans: &[Slot],
) -> Result<Done> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnCalendar>(&person)?;
    let write = begin!(app, actor, idempotency);
    let now = app.now();
    let busy: Vec<Busy> = spans.iter().map(|slot| Busy { person, slot: *slot }).collect();
    write.transaction.replace_busy(&*app.ids, &[person], "ics", busy_span(now), &busy, now).await?;
    super::guard::ask_for_person(app, &write.transaction, person).await?;
    // What found no room before may have some now.
    crate::planning::refresh_later(app, &write.transaction).await?;
    app.commit(write, person).await
}

/// Makes a fresh secret for the actor's feed and returns it: it is shown once.
pub async fn rotate_feed(app: &App, actor: &Actor) -> Result<String> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnCalendar>(&person)?;
    let secret = taiwa_identity::secret().map_err(|_| Failure::Internal("no randomness"))?;
    actor.release().await;
    let transaction = app.database.transaction(actor.caller.organization).await?;
    transaction.rotate_feed(person, secret.as_bytes(), app.now()).await?;
    transaction.commit().await?;
    Ok(secret)
}

/// What a feed shows.
pub struct Feed {
    /// Whose.
    pub person: taiwa_domain::organization::Person,
    /// Holds with the other person's name.
    pub holds: Vec<(FeedHold, String)>,
}

/// The feed behind a secret; `None` for a wrong one.
pub async fn feed(app: &App, secret: &str) -> Result<Option<Feed>> {
    let Some((organization, person)) = app.database.system().feed(secret.as_bytes()).await? else {
        return Ok(None);
    };
    feed_of(app, organization, PersonId(person)).await
}

async fn feed_of(
    app: &App,
    organization: OrganizationId,
    person: PersonId,
) -> Result<Option<Feed>> {
    let now = app.now();
    let reader = app.database.reader(organization).await?;
    let today = reader.organization_row().await?.today(now);
    let holds = reader.feed_holds(person, now - TimeDelta::days(30)).await?;
    let mut ids: Vec<PersonId> = holds.iter().map(|hold| hold.with).collect();
    ids.push(person);
    ids.sort();
    ids.dedup();
    let people = reader.people_by_id(today, &ids).await?;
    let Some(owner) = people.iter().find(|it| it.id == person).cloned() else { return Ok(None) };
    let name = |id| {
        people.iter().find(|it| it.id == id).map(|it| it.profile.name.display()).unwrap_or_default()
    };
    let holds = holds.into_iter().map(|hold| (hold, name(hold.with))).collect();
    Ok(Some(Feed { person: owner, holds }))
}

/// Busy time and holds of the actor in a span.
pub async fn mine(app: &App, actor: &Actor, span: Slot) -> Result<(Vec<Busy>, Vec<Slot>)> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnCalendar>(&person)?;
    let reader = app.reader(actor).await?;
    let busy = reader.busy(Some(&[person]), span).await?;
    let holds = reader.holds(&[person], span).await?;
    Ok((busy, holds.into_iter().map(|hold| hold.slot).collect()))
}

/// Fills built-in calendars with busy time, for the demo company.
pub async fn seed_busy(
    app: &App,
    organization: OrganizationId,
    people: &[PersonId],
    span: Slot,
    busy: &[Busy],
    ids: &dyn IdSource,
) -> Result<()> {
    let transaction = app.database.transaction(organization).await?;
    transaction.replace_busy(ids, people, "demo", span, busy, app.now()).await?;
    transaction.commit().await?;
    Ok(())
}

/// Puts something else into a person's built-in calendar, for the demo company.
pub async fn take_time(
    app: &App,
    organization: OrganizationId,
    person: PersonId,
    slot: Slot,
) -> Result<()> {
    let transaction = app.database.transaction(organization).await?;
    let (busy, now) = ([Busy { person, slot }], app.now());
    transaction.replace_busy(&*app.ids, &[person], "intruder", slot, &busy, now).await?;
    super::guard::ask_for_person(app, &transaction, person).await?;
    transaction.commit().await?;
    Ok(())
}
