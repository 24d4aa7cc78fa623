//! Tickets: each opens one socket, once, soon. Browsers cannot send a header with a socket, and a
//! token in an address would stand in logs.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::id::{OrganizationId, PersonId, TicketId};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::Transaction,
    platform::System,
    value::{execute, row},
};

const ROUTE: &str = "socket_ticket";

/// A ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketRow {
    /// Identity.
    pub id: TicketId,
    /// Whose.
    pub person: PersonId,
    /// The access token that it was made with.
    pub token: Uuid,
    /// When that ends.
    pub token_expires_at: DateTime<Utc>,
    /// It opens nothing after this.
    pub expires_at: DateTime<Utc>,
}

impl System {
    /// Whose ticket has this secret.
    pub async fn socket_ticket(&self, secret: &[u8]) -> Result<Option<(OrganizationId, TicketId)>> {
        let found = self.lookup(ROUTE, secret).await?;
        Ok(found.map(|(organization, id)| (organization, TicketId(id))))
    }
}

impl Transaction {
    /// Remembers a ticket, and forgets the person's that nobody can use any more.
    pub async fn add_socket_ticket(
        &self,
        it: &TicketRow,
        secret: &[u8],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let stale = "select id from socket_ticket where organization_id = $1 and person_id = $2 \
                     and expires_at <= $3";
        let key = [self.org(), it.person.0.into(), now.into()];
        execute(
            &self.session,
            &format!(
                "delete from routing where organization_id = $1 and kind = '{ROUTE}' \
                 and subject_id in ({stale})"
            ),
            key.clone(),
        )
        .await?;
        execute(
            &self.session,
            "delete from socket_ticket where organization_id = $1 and person_id = $2 \
             and expires_at <= $3",
            key,
        )
        .await?;
        execute(
            &self.session,
            "insert into socket_ticket (organization_id, id, person_id, token_id, \
               token_expires_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
            [
                self.org(),
                it.id.0.into(),
                it.person.0.into(),
                it.token.into(),
                it.token_expires_at.into(),
                it.expires_at.into(),
            ],
        )
        .await?;
        self.route(ROUTE, secret, it.id.0).await
    }

    /// Uses a ticket up. Of many who try at once, in whichever replica, one gets it.
    pub async fn take_socket_ticket(
        &self,
        id: TicketId,
        now: DateTime<Utc>,
    ) -> Result<Option<TicketRow>> {
        #[derive(FromQueryResult)]
        struct Row {
            person_id: Uuid,
            token_id: Uuid,
            token_expires_at: DateTime<Utc>,
            expires_at: DateTime<Utc>,
        }
        let found: Option<Row> = row(
            &self.session,
            "delete from socket_ticket where organization_id = $1 and id = $2 \
             returning person_id, token_id, token_expires_at, expires_at",
            [self.org(), id.0.into()],
        )
        .await?;
        self.unroute(ROUTE, id.0).await?;
        let ticket = found.map(|row| TicketRow {
            id,
            person: PersonId(row.person_id),
            token: row.token_id,
            token_expires_at: row.token_expires_at,
            expires_at: row.expires_at,
        });
        Ok(ticket.filter(|it| now < it.expires_at))
    }
}
