//! What a person wants to be told, by which ways, and when not.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use taiwa_database::notice::PreferenceRow;
use taiwa_domain::{
    access::OwnNotices,
    notice::{NoticeKind, Preferences, QuietHours, Way},
};

use super::deliver::REFUSED;
use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// What the actor chose, with what is wrong with their addresses.
#[derive(Clone, Debug)]
pub struct Mine {
    /// What they chose.
    pub row: PreferenceRow,
    /// Ways on which there was nobody at their address, and when that was.
    pub refused: BTreeMap<Way, DateTime<Utc>>,
}

/// The actor's own.
pub async fn mine(app: &App, actor: &Actor) -> Result<Mine> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnNotices>(&person)?;
    let reader = app.reader(actor).await?;
    let row = reader.notice_preferences(&[person]).await?.remove(&person).unwrap_or_default();
    let refused = reader.refused_addresses(&[person], app.now() - REFUSED).await?;
    let me = reader.people_by_id(actor.today, &[person]).await?.pop();
    let address = me.and_then(|it| it.profile.email).unwrap_or_default();
    let refused = refused
        .into_iter()
        .filter(|(_, (refused, _))| refused.eq_ignore_ascii_case(&address))
        .map(|((_, way), (_, at))| (way, at))
        .collect();
    Ok(Mine { row, refused })
}

/// What is to change.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// For these kinds exactly these ways.
    pub ways: BTreeMap<NoticeKind, BTreeSet<Way>>,
    /// Other quiet hours; `Some(None)` = the usual ones.
    pub quiet: Option<Option<QuietHours>>,
}

/// Changes the actor's own choices. `version` is the one that was seen.
pub async fn set(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    change: Change,
    version: i64,
) -> Result<Done> {
    let person = actor.caller.person;
    actor.caller.grant::<OwnNotices>(&person)?;
    if change.ways.contains_key(&NoticeKind::Test) {
        return Err(UserError::new(
            ErrorCode::Invalid,
            "ways",
            "テストの送信先は選べません。",
            "Tests go where they are sent.",
        )
        .into());
    }
    let write = begin!(app, actor, idempotency);
    let transaction = &write.transaction;
    let found = transaction.notice_preferences(&[person]).await?.remove(&person);
    let mut chosen: Preferences = found.map(|it| it.chosen).unwrap_or_default();
    chosen.ways.extend(change.ways);
    if let Some(quiet) = change.quiet {
        chosen.set_quiet(quiet).map_err(|_| {
            UserError::new(
                ErrorCode::Invalid,
                "quietHours",
                "1日のうち2時間以上は、お知らせを受け取れる時間にしてください。",
                "At least two hours of a day must not be quiet.",
            )
        })?;
    }
    let row = PreferenceRow { chosen, version };
    if !transaction.set_notice_preferences(person, &row, app.now()).await? {
        return Err(stale());
    }
    // Who looks after their notices has seen what is wrong with their address.
    for way in Way::ALL {
        transaction.forgive_address(person, way).await?;
    }
    app.commit(write, person).await
}

fn stale() -> Failure {
    UserError::new(
        ErrorCode::Stale,
        "version",
        "ほかの変更が先に行われました。読み直してください。",
        "It changed since you read it. Read it again.",
    )
    .into()
}
