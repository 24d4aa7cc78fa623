//! An organization's Slack.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::id::PersonId;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    value::{execute, row},
};

/// The connection as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlackRow {
    /// The bot's token, sealed.
    pub token: Vec<u8>,
    /// When it was connected.
    pub connected_at: DateTime<Utc>,
    /// Since when Slack does not accept it.
    pub trouble_since: Option<DateTime<Utc>>,
}

impl Reader {
    /// The organization's Slack, if it is connected.
    pub async fn slack(&self) -> Result<Option<SlackRow>> {
        #[derive(FromQueryResult)]
        struct Row {
            token: Vec<u8>,
            connected_at: DateTime<Utc>,
            trouble_since: Option<DateTime<Utc>>,
        }
        let found: Option<Row> = row(
            &self.session,
            "select token, connected_at, trouble_since from slack_connection \
             where organization_id = $1",
            [self.org()],
        )
        .await?;
        Ok(found.map(|it| SlackRow {
            token: it.token,
            connected_at: it.connected_at,
            trouble_since: it.trouble_since,
        }))
    }
}

impl Transaction {
    /// Connects the organization's Slack, in the place of a former one.
    pub async fn connect_slack(
        &self,
        token: Vec<u8>,
        by: Option<PersonId>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        execute(
            &self.session,
            "insert into slack_connection (organization_id, token, connected_by, connected_at) \
             values ($1, $2, $3, $4) on conflict (organization_id) do update set \
               token = excluded.token, connected_by = excluded.connected_by, \
               connected_at = excluded.connected_at, trouble_since = null",
            [self.org(), token.into(), by.map(|id| id.0).into(), now.into()],
        )
        .await
        .map(|_| ())
    }

    /// Forgets the organization's Slack.
    pub async fn disconnect_slack(&self) -> Result<()> {
        execute(
            &self.session,
            "delete from slack_connection where organization_id = $1",
            [self.org()],
        )
        .await
        .map(|_| ())
    }

    /// Remembers whether Slack accepts the token with which `connected_at` began, and since when
    /// not.
    pub async fn slack_trouble(
        &self,
        connected_at: DateTime<Utc>,
        since: Option<DateTime<Utc>>,
    ) -> Result<()> {
        execute(
            &self.session,
            "update slack_connection set trouble_since = \
               case when $3 is null then null else coalesce(trouble_since, $3) end \
             where organization_id = $1 and connected_at = $2",
            [self.org(), connected_at.into(), since.into()],
        )
        .await
        .map(|_| ())
    }
}
