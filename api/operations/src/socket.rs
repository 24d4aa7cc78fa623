//! What opens a connection that stays open, and keeps it open.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use taiwa_database::minutes::TicketRow;
use taiwa_domain::organization::{EmploymentStatus, Person};
use taiwa_identity::Verified;

use crate::{Actor, App, Failure, Result};

/// How long a ticket waits to be used.
const TICKET_LIFETIME: TimeDelta = TimeDelta::seconds(30);
/// Longest ticket looked at.
const LONGEST: usize = 64;

/// A fresh ticket.
pub struct Ticket {
    /// For the one who asked, once.
    pub secret: SecretString,
    /// It opens nothing after this.
    pub expires_at: DateTime<Utc>,
}

/// Why a connection does not open, or closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The token has ended or was revoked.
    Expired,
    /// There is nothing here for this person, or not any more.
    Forbidden,
}

/// Makes a ticket for the actor, of the token with which they ask.
pub async fn create_ticket(app: &App, actor: &Actor) -> Result<Ticket> {
    let session = actor.session.ok_or(Failure::NotFound)?;
    let secret = taiwa_identity::secret().map_err(|_| Failure::Internal("no randomness"))?;
    let now = app.now();
    let row = TicketRow {
        id: app.id(),
        person: actor.caller.person,
        token: session.token,
        token_expires_at: session.expires_at,
        expires_at: now + TICKET_LIFETIME,
    };
    actor.release().await;
    let transaction = app.database.transaction(actor.caller.organization).await?;
    transaction.add_socket_ticket(&row, secret.as_bytes(), now).await?;
    transaction.commit().await?;
    Ok(Ticket { secret: secret.into(), expires_at: row.expires_at })
}

/// Uses a ticket up: the token it stands for; none if it is no ticket, was used, or came too late.
pub async fn redeem(app: &App, secret: &SecretString) -> Result<Option<Verified>> {
    let secret = secret.expose_secret().as_bytes();
    if secret.len() > LONGEST {
        return Ok(None);
    }
    let Some((organization, id)) = app.database.system().socket_ticket(secret).await? else {
        return Ok(None);
    };
    let transaction = app.database.transaction(organization).await?;
    let taken = transaction.take_socket_ticket(id, app.now()).await?;
    transaction.commit().await?;
    Ok(taken.map(|it| Verified {
        organization,
        person: it.person,
        token: it.token,
        expires_at: it.token_expires_at,
    }))
}

/// Who a token stands for at this moment, if they may still hear anything live. To be asked when a
/// connection opens, every now and then, before anything is told on it, and whenever the person's
/// access changes.
///
/// The actor holds a snapshot: it is let go of ([`Actor::release`]) or dropped before anything is
/// waited for.
pub async fn admit(app: &App, verified: &Verified) -> Result<std::result::Result<Actor, Lost>> {
    if verified.expires_at <= app.now() {
        return Ok(Err(Lost::Expired));
    }
    let Some(actor) = app.actor(verified).await? else { return Ok(Err(Lost::Expired)) };
    let employed =
        |it: &Person| matches!(it.status, EmploymentStatus::Active | EmploymentStatus::OnLeave);
    // Whoever has left the organization hears and writes nothing live any more.
    let works = match &actor.person {
        Some(person) => employed(person),
        None => {
            let reader = app.reader(&actor).await?;
            let found = reader.people_by_id(actor.today, &[actor.caller.person]).await?;
            found.iter().any(employed)
        }
    };
    Ok(if works { Ok(actor) } else { Err(Lost::Forbidden) })
}
