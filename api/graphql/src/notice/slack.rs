//! The ways out, and connecting an organization's Slack.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use serde::Serialize;
use taiwa_operations::notice::slack as operations;

use super::delivery::NoticeWay;
use crate::{
    context::caller,
    error::failed,
    payload::{idempotency, payload, split},
};

/// A way that the organization's people can choose.
#[derive(SimpleObject)]
pub(crate) struct NoticeWayStatus {
    /// Which.
    way: NoticeWay,
    /// Whether it can be used: the operator configured it, or the administrator connected it.
    is_open: bool,
    /// Since when the other system does not accept who we are: connect it again.
    trouble_since: Option<DateTime<Utc>>,
}

impl NoticeWayStatus {
    pub(crate) async fn all(context: &Context<'_>) -> Result<Vec<Self>> {
        let caller = caller(context)?;
        let found = operations::ways(&caller.app, &caller.actor).await;
        let found = found.map_err(|failure| failed(&failure))?;
        let shown = |it: operations::Opened| Self {
            way: it.way.into(),
            is_open: it.is_open,
            trouble_since: it.trouble_since,
        };
        Ok(found.into_iter().map(shown).collect())
    }
}

/// A bot of the organization's Slack.
#[derive(InputObject, Serialize)]
pub(crate) struct ConnectSlackInput {
    /// Its token (`xoxb-…`), with the scopes `chat:write`, `users:read` and `users:read.email`. It is
    /// kept encrypted and never shown again.
    bot_token: String,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// Forgetting the organization's Slack.
#[derive(InputObject, Serialize)]
pub(crate) struct DisconnectSlackInput {
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of connecting a Slack.
    ConnectSlackPayload {
        /// The ways as they stand now.
        notice_ways: Vec<NoticeWayStatus>
    }
}

payload! {
    /// What came of forgetting a Slack.
    DisconnectSlackPayload {
        /// The ways as they stand now.
        notice_ways: Vec<NoticeWayStatus>
    }
}

/// Connecting ways.
#[derive(Default)]
pub(crate) struct SlackMutation;

#[Object]
impl SlackMutation {
    /// Connects the organization's Slack, in the place of a former one. Requires: administrator.
    async fn connect_slack(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The bot.")] input: ConnectSlackInput,
    ) -> Result<ConnectSlackPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "connectSlack", &input)?;
        let token = input.bot_token.into();
        let outcome = operations::connect(&caller.app, &caller.actor, key, token).await;
        let (done, user_errors) = split(context, outcome)?;
        let notice_ways = now(context, done).await?;
        Ok(ConnectSlackPayload { notice_ways, user_errors })
    }

    /// Forgets the organization's Slack; what waits to go there is dropped. Requires: administrator.
    async fn disconnect_slack(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Nothing more to say.")] input: DisconnectSlackInput,
    ) -> Result<DisconnectSlackPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "disconnectSlack", &input)?;
        let outcome = operations::disconnect(&caller.app, &caller.actor, key).await;
        let (done, user_errors) = split(context, outcome)?;
        let notice_ways = now(context, done).await?;
        Ok(DisconnectSlackPayload { notice_ways, user_errors })
    }
}

async fn now<T>(context: &Context<'_>, done: Option<T>) -> Result<Option<Vec<NoticeWayStatus>>> {
    match done {
        Some(_) => NoticeWayStatus::all(context).await.map(Some),
        None => Ok(None),
    }
}
