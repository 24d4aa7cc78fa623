//! Reading pairs and episodes.

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use taiwa_domain::{
    access::PairFacts,
    id::{EpisodeId, PairId, PersonId},
    organization::Period,
    pair::{Episode, Pair, PairKind},
};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::Reader,
    value::{named, rows},
};

/// A pair with what authorization needs to know of it.
#[derive(Clone, Copy, Debug)]
pub struct PairRow {
    /// The pair.
    pub pair: Pair,
    /// The organizer's solid manager on the day asked for.
    pub organizers_manager: Option<PersonId>,
}

impl PairRow {
    /// What the rules look at.
    pub fn facts(&self) -> PairFacts {
        PairFacts {
            organizer: self.pair.organizer,
            partner: self.pair.partner,
            organizers_manager: self.organizers_manager,
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    organizer_id: Uuid,
    partner_id: Uuid,
    organizers_manager: Option<Uuid>,
}

impl Row {
    fn into_pair(self) -> Result<PairRow> {
        Ok(PairRow {
            pair: Pair {
                id: PairId(self.id),
                kind: named::<PairKind>("pair kind", &self.kind)?,
                organizer: PersonId(self.organizer_id),
                partner: PersonId(self.partner_id),
            },
            organizers_manager: self.organizers_manager.map(PersonId),
        })
    }
}

/// Pairs with the organizer's manager on day `$2`.
const PAIRS: &str = "select p.id, p.kind, p.organizer_id, p.partner_id, l.manager_id as organizers_manager \
     from pair p left join reporting_line l on l.organization_id = p.organization_id \
       and l.report_id = p.organizer_id and l.kind = 'solid' and l.valid_from <= $2 and l.valid_until > $2 \
     where p.organization_id = $1";

impl Reader {
    /// Pairs by id.
    pub async fn pairs_by_id(&self, day: NaiveDate, ids: &[PairId]) -> Result<Vec<PairRow>> {
        let any = self.any(3);
        self.pairs(&format!("{PAIRS} and p.id {any}"), day, self.ids(ids.iter().map(|id| id.0)))
            .await
    }

    /// Every pair these people are in, active on the day or not, oldest first.
    pub async fn pairs_of(&self, day: NaiveDate, people: &[PersonId]) -> Result<Vec<PairRow>> {
        let any = self.any(3);
        self.pairs(
            // Two ways into the table that an `or` would be a walk through it to SQLite.
            &format!(
                "{PAIRS} and p.id in ( \
                   select id from pair where organization_id = $1 and organizer_id {any} union \
                   select id from pair where organization_id = $1 and partner_id {any}) \
                 order by p.id"
            ),
            day,
            self.ids(people.iter().map(|id| id.0)),
        )
        .await
    }

    /// The manager pairs of these reports that are active on the day.
    pub async fn manager_pairs_of(
        &self,
        day: NaiveDate,
        reports: &[PersonId],
    ) -> Result<Vec<PairRow>> {
        let any = self.any(3);
        self.pairs(
            &format!(
                "{PAIRS} and p.kind = 'manager' and p.partner_id {any} and exists ( \
                 select 1 from pair_episode e where e.organization_id = $1 and e.pair_id = p.id \
                 and e.valid_from <= $2 and e.valid_until > $2)"
            ),
            day,
            self.ids(reports.iter().map(|id| id.0)),
        )
        .await
    }

    async fn pairs(&self, sql: &str, day: NaiveDate, list: sea_orm::Value) -> Result<Vec<PairRow>> {
        let found: Vec<Row> = rows(&self.session, sql, [self.org(), day.into(), list]).await?;
        found.into_iter().map(Row::into_pair).collect()
    }

    /// All pairs of the organization.
    pub async fn all_pairs(&self) -> Result<Vec<Pair>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            kind: String,
            organizer_id: Uuid,
            partner_id: Uuid,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select id, kind, organizer_id, partner_id from pair where organization_id = $1 order by id",
            [self.org()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(Pair {
                    id: PairId(row.id),
                    kind: named("pair kind", &row.kind)?,
                    organizer: PersonId(row.organizer_id),
                    partner: PersonId(row.partner_id),
                })
            })
            .collect()
    }

    /// Episodes that touch a period; of these pairs only, if given; by pair and first day.
    pub async fn episodes(&self, period: Period, pairs: Option<&[PairId]>) -> Result<Vec<Episode>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            pair_id: Uuid,
            valid_from: NaiveDate,
            valid_until: NaiveDate,
        }
        let mut values = vec![self.org(), period.from.into(), period.until.into()];
        let mut only = String::new();
        if let Some(pairs) = pairs {
            values.push(self.ids(pairs.iter().map(|id| id.0)));
            only = format!("and pair_id {}", self.any(4));
        }
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select id, pair_id, valid_from, valid_until from pair_episode \
                 where organization_id = $1 and valid_until > $2 and valid_from < $3 {only} \
                 order by pair_id, valid_from"
            ),
            values,
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| Episode {
                id: EpisodeId(row.id),
                pair: PairId(row.pair_id),
                period: Period { from: row.valid_from, until: row.valid_until },
            })
            .collect())
    }
}
