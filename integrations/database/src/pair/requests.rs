//! Requests to become a pair.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::{PairId, PersonId},
    pair::PairRequest,
};
use uuid::Uuid;

use crate::{
    entity::pair_request,
    error::Result,
    handle::{Reader, Transaction, list},
    value::{execute, name, named, rows},
};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    organizer_id: Uuid,
    partner_id: Uuid,
    requested_by: Uuid,
    starts_on: NaiveDate,
    organizer_accepted_at: Option<DateTime<Utc>>,
    partner_accepted_at: Option<DateTime<Utc>>,
    declined_at: Option<DateTime<Utc>>,
    pair_id: Option<Uuid>,
}

impl Row {
    fn into_request(self) -> Result<PairRequest> {
        Ok(PairRequest {
            id: self.id,
            kind: named("pair kind", &self.kind)?,
            organizer: PersonId(self.organizer_id),
            partner: PersonId(self.partner_id),
            requested_by: PersonId(self.requested_by),
            starts_on: self.starts_on,
            organizer_accepted_at: self.organizer_accepted_at,
            partner_accepted_at: self.partner_accepted_at,
            declined_at: self.declined_at,
            pair: self.pair_id.map(PairId),
        })
    }
}

const COLUMNS: &str = "select id, kind, organizer_id, partner_id, requested_by, starts_on, \
                       organizer_accepted_at, partner_accepted_at, declined_at, pair_id \
                       from pair_request where organization_id = $1";

impl Reader {
    /// A request by id.
    pub async fn pair_request(&self, id: Uuid) -> Result<Option<PairRequest>> {
        let mut found: Vec<Row> =
            rows(&self.session, &format!("{COLUMNS} and id = $2"), [self.org(), id.into()]).await?;
        found.pop().map(Row::into_request).transpose()
    }

    /// Requests that concern a person, newest first.
    pub async fn pair_requests_of(&self, person: PersonId) -> Result<Vec<PairRequest>> {
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "{COLUMNS} and (organizer_id = $2 or partner_id = $2) order by id desc limit 100"
            ),
            [self.org(), person.0.into()],
        )
        .await?;
        found.into_iter().map(Row::into_request).collect()
    }

    /// Requests that became pairs: the pairs made by hand.
    pub async fn accepted_requests(&self) -> Result<Vec<PairRequest>> {
        let found: Vec<Row> = rows(
            &self.session,
            &format!("{COLUMNS} and pair_id is not null order by id"),
            [self.org()],
        )
        .await?;
        found.into_iter().map(Row::into_request).collect()
    }
}

impl Transaction {
    /// Adds a request.
    pub async fn add_pair_request(&self, it: &PairRequest, now: DateTime<Utc>) -> Result<()> {
        self.insert(list([pair_request::Model {
            organization_id: self.organization().0,
            id: it.id,
            kind: name(it.kind),
            organizer_id: it.organizer.0,
            partner_id: it.partner.0,
            requested_by: it.requested_by.0,
            starts_on: it.starts_on,
            organizer_accepted_at: it.organizer_accepted_at,
            partner_accepted_at: it.partner_accepted_at,
            declined_at: it.declined_at,
            pair_id: it.pair.map(|id| id.0),
            created_at: now,
        }]))
        .await
    }

    /// Stores the answers of a request.
    pub async fn update_pair_request(&self, it: &PairRequest) -> Result<()> {
        execute(
            &self.session,
            "update pair_request set organizer_accepted_at = $3, partner_accepted_at = $4, \
             declined_at = $5, pair_id = $6 where organization_id = $1 and id = $2",
            [
                self.org(),
                it.id.into(),
                it.organizer_accepted_at.into(),
                it.partner_accepted_at.into(),
                it.declined_at.into(),
                it.pair.map(|id| id.0).into(),
            ],
        )
        .await
        .map(|_| ())
    }
}
