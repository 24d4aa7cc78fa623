//! The manager is reminded of the next of their 1on1s, as they will be a day before it: so that
//! somebody who looks in sees what that looks like.

use taiwa_domain::notice::Reminder;
use taiwa_operations::{
    Actor, App, Failure,
    notice::remind,
    rows::{PersonKey, Told},
};

use super::attack::MANAGER;
use crate::cli::Problem;

pub(super) async fn remind(app: &App, actor: &Actor) -> Result<(), Problem> {
    let failed = |error| Problem::from(Failure::Database(error));
    let reader = app.reader(actor).await?;
    let key = PersonKey::Number(MANAGER.to_owned());
    let Some(manager) = reader.person_by_key(actor.today, &key).await.map_err(failed)? else {
        return Ok(());
    };
    let pairs = reader.pairs_of(actor.today, &[manager.id]).await.map_err(failed)?;
    let ids: Vec<_> = pairs.iter().map(|row| row.pair.id).collect();
    let coming = reader.next_meetings(&ids, app.now(), 1).await.map_err(failed)?;
    drop(reader);
    let next = coming.iter().filter_map(|it| Some((it.slot?, it))).min_by_key(|(slot, _)| *slot);
    if let Some((slot, meeting)) = next {
        let told = Told::Meeting(Reminder::DayBefore, meeting.id, slot);
        remind::now(app, actor.caller.organization, manager.id, told).await?;
    }
    Ok(())
}

/// What shows it.
pub(crate) const QUERY: &str =
    "{ viewer { notices(first: 5) { nodes { kind at message meeting { id } } } } }";
