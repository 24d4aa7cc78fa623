//! What has changed for a person, told as it happens.
//!
//! What is written says by itself whom it concerns (`Transaction::changed` in the database crate);
//! everyone has a list of their own. A [`Subscription`] reads one person's list from a number on:
//! it never waits with something that was read but not told, so that a client that was cut off goes
//! on from the cursor it saw last and misses nothing. Who reads is looked at again before each
//! change is told.

mod jobs;
mod subscription;
mod watch;

use taiwa_domain::{access::OwnContent, changes::Cursor};

pub(crate) use jobs::{ask_to_forget, forget, tell_minutes};
pub use subscription::{Ended, Refused, Subscription, open};
pub use watch::{Watch, Watchers};

use crate::{Actor, App, Result};

/// Where the actor's list is in the snapshot that this request reads: who subscribes after it is
/// told of everything that this request does not see.
pub async fn cursor(app: &App, actor: &Actor) -> Result<Cursor> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnContent>(&person)?;
    let extent = app.reader(actor).await?.changes_extent(person).await?;
    Ok(Cursor { person, sequence: extent.last })
}
