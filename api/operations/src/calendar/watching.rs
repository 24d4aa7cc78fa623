//! Channels of notices: opened, renewed before they end, and what comes through them.

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use taiwa_database::{
    calendar::ChannelRow,
    platform::{Claim, JobKind},
};
use taiwa_domain::{
    calendar::{AccountState, CalendarError, CalendarProvider, Channel, Watch},
    id::{AccountId, ChannelId},
};

use super::{
    connect,
    secrets::{self, Kind},
};
use crate::{Actor, App, Failure, Result, work};

/// For how long channels are asked for; providers may give less.
const LIFETIME: TimeDelta = TimeDelta::days(7);
/// So long before its end a channel is renewed, or after half its life if that is later.
const MARGIN: TimeDelta = TimeDelta::days(1);
/// When a system that refused to send notices is asked again.
const REFUSED: TimeDelta = TimeDelta::days(1);

/// Keeps the channel of one account open: a new one is stored and opened before the old one is
/// stopped, so that no change falls between them.
pub async fn run(app: &App, actor: &Actor, claim: &Claim) -> Result<()> {
    let (organization, id) = (claim.organization, AccountId(claim.subject));
    let reader = app.database.reader(organization).await?;
    let row = reader.calendar_account(id).await?;
    let channels = reader.open_channels(id).await?;
    drop(reader);
    let finish = async |next| {
        let transaction = app.database.transaction(organization).await?;
        work::settle(app, claim, transaction, next).await
    };
    let row = row.filter(|row| row.state == AccountState::Connected);
    let Some(row) = row else { return finish(None).await };
    let Some(address) = app.systems.notices(row.account.system) else { return finish(None).await };
    let now = app.now();
    let renewal = |channel: &ChannelRow| {
        let ends = channel.expires_at?;
        Some(ends - MARGIN.min((ends - channel.created_at) / 2))
    };
    if let Some(due) = channels.iter().filter_map(renewal).max()
        && due > now
    {
        return finish(Some(due)).await;
    }
    let provider = connect::open(app, actor, organization, &row).await?;
    if !provider.abilities().watches {
        return finish(None).await;
    }
    let id: ChannelId = app.id();
    let token = taiwa_identity::secret().map_err(|_| Failure::Internal("no randomness"))?;
    let name = id.0.to_string();
    let fresh = ChannelRow {
        id,
        account: row.id,
        token: secrets::seal(app, organization, Kind::Token, id.0, &token.clone().into())?,
        resource: None,
        last_notice: 0,
        expires_at: None,
        created_at: now,
    };
    let transaction = app.database.transaction(organization).await?;
    transaction.add_channel(&fresh, name.as_bytes()).await?;
    transaction.commit().await?;
    let watch = Watch { id: name, token, address, lifetime: LIFETIME };
    let opened = match provider.watch(&watch).await {
        Ok(opened) => opened,
        Err(CalendarError::Refused(why)) => {
            tracing::warn!(why, "a calendar sends no notices; it is polled");
            give_up(app, claim, &[fresh]).await?;
            return finish(Some(now + REFUSED)).await;
        }
        Err(error @ (CalendarError::Unauthorized | CalendarError::Gone)) => {
            give_up(app, claim, &[fresh]).await?;
            connect::lost(app, organization, row.id, &error).await?;
            return finish(None).await;
        }
        Err(error) => {
            give_up(app, claim, &[fresh]).await?;
            return Err(error.into());
        }
    };
    let transaction = app.database.transaction(organization).await?;
    transaction.opened_channel(id, &opened.resource, opened.expires_at).await?;
    transaction.commit().await?;
    for channel in &channels {
        close(&*provider, channel).await;
    }
    give_up(app, claim, &channels).await?;
    let next = opened.expires_at - MARGIN.min((opened.expires_at - now) / 2);
    finish(Some(next)).await
}

async fn give_up(app: &App, claim: &Claim, channels: &[ChannelRow]) -> Result<()> {
    if channels.is_empty() {
        return Ok(());
    }
    let transaction = app.database.transaction(claim.organization).await?;
    for channel in channels {
        transaction.forget_channel(channel.id).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Stops a channel at the provider. One that cannot be stopped ends by itself, and its notices
/// count no more.
pub(super) async fn close(provider: &dyn CalendarProvider, channel: &ChannelRow) {
    let Some(resource) = &channel.resource else { return };
    let it = Channel {
        id: channel.id.0.to_string(),
        resource: resource.clone(),
        expires_at: channel.expires_at.unwrap_or_default(),
    };
    if let Err(error) = provider.unwatch(&it).await {
        tracing::info!(%error, "a channel of notices was left to end by itself");
    }
}

/// What a notice is compared with.
pub struct KnownChannel {
    /// The channel's name.
    pub id: String,
    /// What each notice must carry.
    pub token: SecretString,
    /// The provider's name of what is watched; none until it has answered.
    pub resource: Option<String>,
    /// The highest number of a notice that came.
    pub last: u64,
}

/// The channel of a name; none for one that is unknown or was given up.
pub async fn channel(app: &App, name: &str) -> Result<Option<KnownChannel>> {
    let Some((organization, id)) = app.database.system().channel(name.as_bytes()).await? else {
        return Ok(None);
    };
    let row = app.database.reader(organization).await?.calendar_channel(id).await?;
    let Some(row) = row else { return Ok(None) };
    let token = secrets::open(app, organization, Kind::Token, id.0, &row.token)?;
    debug_assert!(!token.expose_secret().is_empty());
    Ok(Some(KnownChannel {
        id: name.to_owned(),
        token,
        resource: row.resource,
        last: row.last_notice.max(0) as u64,
    }))
}

/// A verified notice came through a channel: its calendar is read, once for however many notices.
pub async fn changed(app: &App, name: &str, number: u64) -> Result<()> {
    let Some((organization, id)) = app.database.system().channel(name.as_bytes()).await? else {
        return Ok(());
    };
    let transaction = app.database.transaction(organization).await?;
    let Some(row) = transaction.calendar_channel(id).await? else { return Ok(()) };
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    if !transaction.count_notice(id, number).await? {
        return Ok(());
    }
    let now = app.now();
    transaction.ask(&*app.ids, JobKind::ReadCalendar, &[row.account.0], now, now).await?;
    transaction.commit().await?;
    app.wake.notify_waiters();
    Ok(())
}
