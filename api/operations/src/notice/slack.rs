//! An organization's Slack: connected by its administrator, with the token of a bot of theirs.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use taiwa_database::{Reader, notice::SlackRow};
use taiwa_domain::{
    access::{Administer, ReadOrganization},
    id::OrganizationId,
    notice::Way,
};

use crate::{
    Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin, write::keyed,
};

/// Longest token; Slack's have some 60 characters.
const LONGEST: usize = 500;
/// Where the token is sealed.
pub(crate) const PLACE: &[&[u8]] = &[b"slack bot token"];

/// A way on which notices leave Taiwa.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Which.
    pub way: Way,
    /// Whether it can be used.
    pub is_open: bool,
    /// Since when it does not accept who we are.
    pub trouble_since: Option<DateTime<Utc>>,
}

/// The ways that the organization's people can choose: everyone may know.
pub async fn ways(app: &App, actor: &Actor) -> Result<Vec<Opened>> {
    actor.caller.grant::<ReadOrganization>(&())?;
    let slack = app.reader(actor).await?.slack().await?;
    Ok(vec![
        Opened { way: Way::Email, is_open: app.ways.email().is_some(), trouble_since: None },
        Opened {
            way: Way::Slack,
            is_open: slack.is_some(),
            trouble_since: slack.and_then(|it| it.trouble_since),
        },
    ])
}

/// Connects the organization's Slack, in the place of a former one. Whether Slack accepts the token
/// shows with the first message: a test, best.
pub async fn connect(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    token: SecretString,
) -> Result<Done> {
    actor.caller.grant::<Administer>(&())?;
    let plain = token.expose_secret();
    let fits = plain.starts_with("xoxb-")
        && plain.len() <= LONGEST
        && plain.bytes().all(|it| it.is_ascii_graphic());
    if !fits {
        return Err(UserError::new(
            ErrorCode::Invalid,
            "botToken",
            "xoxb- で始まるボットトークンを入力してください。",
            "Give the token of a bot: it begins with xoxb-.",
        )
        .into());
    }
    let organization = actor.caller.organization;
    let write = begin!(app, actor, keyed(app, actor, idempotency)?);
    let sealed = app.vault()?.seal(organization, PLACE, plain.as_bytes());
    write.transaction.connect_slack(sealed, actor.author(), app.now()).await?;
    app.commit(write, organization).await
}

/// Forgets the organization's Slack. What waits to go there is dropped.
pub async fn disconnect(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
) -> Result<Done> {
    actor.caller.grant::<Administer>(&())?;
    let write = begin!(app, actor, idempotency);
    write.transaction.disconnect_slack().await?;
    app.commit(write, actor.caller.organization).await
}

/// The connection with its token, if there is one.
pub(super) async fn token(
    app: &App,
    reader: &Reader,
    organization: OrganizationId,
) -> Result<Option<(SlackRow, SecretString)>> {
    let Some(row) = reader.slack().await? else { return Ok(None) };
    let failed = Failure::Internal("a bot's token was not sealed by a key of the ring");
    let plain = app.vault()?.open(organization, PLACE, &row.token).map_err(|_| failed)?;
    let text = std::str::from_utf8(&plain);
    let text = text.map_err(|_| Failure::Internal("a bot's token is no text"))?.to_owned();
    Ok(Some((row, text.into())))
}
