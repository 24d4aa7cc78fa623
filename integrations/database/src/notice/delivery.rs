//! Notices on their ways out.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::{DeliveryId, IdSource, NoticeId, PersonId},
    notice::{DeliveryReason, DeliveryState, Way},
};
use uuid::Uuid;

use super::{NoticeRow, Told};
use crate::{
    entity::{notice, notice_delivery},
    error::Result,
    handle::{Reader, Transaction, list},
    value::{execute, name, named, rows},
};

/// How far one notice came on one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Identity.
    pub id: DeliveryId,
    /// Which notice.
    pub notice: NoticeId,
    /// Which way.
    pub way: Way,
    /// How far.
    pub state: DeliveryState,
    /// Why it did not go out.
    pub reason: Option<DeliveryReason>,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// A delivery that waits, with what it tells.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Which.
    pub id: DeliveryId,
    /// Which way.
    pub way: Way,
    /// The message with which it goes out, once one was made.
    pub message: Option<Uuid>,
    /// Worth nothing from then on.
    pub expires_at: DateTime<Utc>,
    /// What it tells.
    pub notice: NoticeRow,
}

impl Reader {
    /// The deliveries of notices, by way.
    pub async fn deliveries_of(&self, notices: &[NoticeId]) -> Result<Vec<Delivery>> {
        let any = self.any(2);
        let found: Vec<notice_delivery::Model> = rows(
            &self.session,
            &format!(
                "select * from notice_delivery where organization_id = $1 and notice_id {any} \
                 order by notice_id, way"
            ),
            [self.org(), self.ids(notices.iter().map(|id| id.0))],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(Delivery {
                    id: DeliveryId(row.id),
                    notice: NoticeId(row.notice_id),
                    way: named("way", &row.way)?,
                    state: named("delivery state", &row.state)?,
                    reason: row.reason.as_deref().map(|it| named("reason", it)).transpose()?,
                    at: row.updated_at,
                })
            })
            .collect()
    }

    /// What waits to go out to a person, oldest first.
    pub async fn outgoing(&self, person: PersonId, limit: u32) -> Result<Vec<Outgoing>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            way: String,
            message_id: Option<Uuid>,
            expires_at: DateTime<Utc>,
            notice_id: Uuid,
            kind: String,
            meeting_id: Option<Uuid>,
            detail: String,
            told_at: DateTime<Utc>,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select d.id, d.way, d.message_id, d.expires_at, d.notice_id, n.kind, n.meeting_id, \
               n.detail, n.created_at as told_at \
             from notice_delivery d join notice n on n.organization_id = $1 and n.id = d.notice_id \
             where d.organization_id = $1 and d.person_id = $2 and d.state = 'waiting' \
             order by d.id limit $3",
            [self.org(), person.0.into(), i64::from(limit).into()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                let model = notice::Model {
                    organization_id: self.organization().0,
                    id: row.notice_id,
                    person_id: person.0,
                    kind: row.kind,
                    meeting_id: row.meeting_id,
                    detail: row.detail,
                    created_at: row.told_at,
                    seen_at: None,
                };
                let told = Told::read(&model)?;
                Ok(Outgoing {
                    id: DeliveryId(row.id),
                    way: named("way", &row.way)?,
                    message: row.message_id,
                    expires_at: row.expires_at,
                    notice: NoticeRow {
                        id: NoticeId(row.notice_id),
                        person,
                        told,
                        at: row.told_at,
                        seen_at: None,
                    },
                })
            })
            .collect()
    }
}

impl Transaction {
    /// Lets notices go out: each to a person on a way, worth nothing from a time on.
    pub async fn add_deliveries(
        &self,
        ids: &dyn IdSource,
        wanted: &[(NoticeId, PersonId, Way, DateTime<Utc>)],
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.insert(list(wanted.iter().map(|(notice, person, way, expires_at)| {
            notice_delivery::Model {
                organization_id: self.organization().0,
                id: ids.next(),
                notice_id: notice.0,
                person_id: person.0,
                way: name(*way),
                state: name(DeliveryState::Waiting),
                reason: None,
                message_id: None,
                expires_at: *expires_at,
                created_at: now,
                updated_at: now,
            }
        })))
        .await
    }

    /// Makes waiting deliveries one message, from now on the same at every try.
    pub async fn join_deliveries(&self, message: Uuid, deliveries: &[DeliveryId]) -> Result<()> {
        let any = self.any(3);
        execute(
            &self.session,
            &format!(
                "update notice_delivery set message_id = $2 where organization_id = $1 \
                 and state = 'waiting' and message_id is null and id {any}"
            ),
            [self.org(), message.into(), self.ids(deliveries.iter().map(|id| id.0))],
        )
        .await
        .map(|_| ())
    }

    /// Ends waiting deliveries. Returns how many waited.
    pub async fn end_deliveries(
        &self,
        deliveries: &[DeliveryId],
        state: DeliveryState,
        reason: Option<DeliveryReason>,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        let any = self.any(5);
        execute(
            &self.session,
            &format!(
                "update notice_delivery set state = $2, reason = $3, updated_at = $4 \
                 where organization_id = $1 and state = 'waiting' and id {any}"
            ),
            [
                self.org(),
                name(state).into(),
                reason.map(name).into(),
                now.into(),
                self.ids(deliveries.iter().map(|id| id.0)),
            ],
        )
        .await
    }
}
