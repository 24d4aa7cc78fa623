//! What keeps a socket to minutes open.

use taiwa_domain::id::MinutesId;
use taiwa_identity::Verified;

use super::one;
use crate::{
    Actor, App, Failure, Result,
    socket::{Lost, admit},
};

/// Whether a token still opens these minutes. To be asked when a socket opens, every now and then,
/// and whenever the person's access changes.
pub async fn check(
    app: &App,
    verified: &Verified,
    minutes: MinutesId,
) -> Result<std::result::Result<Actor, Lost>> {
    let actor = match admit(app, verified).await? {
        Ok(actor) => actor,
        Err(lost) => return Ok(Err(lost)),
    };
    let reader = app.reader(&actor).await?;
    let found = one(&actor, &reader, minutes).await;
    drop(reader);
    // A socket stays open for long: its snapshot would be held and be old.
    actor.release().await;
    match found {
        Ok(_) => Ok(Ok(actor)),
        Err(Failure::NotFound) => Ok(Err(Lost::Forbidden)),
        Err(other) => Err(other),
    }
}
