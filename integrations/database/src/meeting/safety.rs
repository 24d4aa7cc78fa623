//! What safety declarations say, and where they were made.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    changes::{ChangeKind, To},
    id::{PairId, SafetyTextId},
    meeting::{
        library::Bilingual,
        safety::{SafetyDeclaration, SafetyText},
    },
};
use uuid::Uuid;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    value::{execute, rows},
};

impl Reader {
    /// All versions of the organization's own text, newest first.
    pub async fn safety_texts(&self) -> Result<Vec<SafetyText>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            version: i64,
            ja: String,
            en: String,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select id, version, ja, en from safety_text where organization_id = $1 \
             order by version desc",
            [self.org()],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| SafetyText {
                id: SafetyTextId(row.id),
                text: Bilingual { ja: row.ja, en: row.en },
                version: row.version,
            })
            .collect())
    }

    /// The declarations of pairs, the latest of each first.
    pub async fn safety_declarations(&self, pairs: &[PairId]) -> Result<Vec<SafetyDeclaration>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            pair_id: Uuid,
            text_id: Uuid,
            declared_at: DateTime<Utc>,
            acknowledged_at: Option<DateTime<Utc>>,
        }
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select id, pair_id, text_id, declared_at, acknowledged_at \
                 from safety_declaration where organization_id = $1 and pair_id {any} \
                 order by pair_id, declared_at desc, id desc"
            ),
            [self.org(), self.ids(pairs.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| SafetyDeclaration {
                id: row.id,
                pair: PairId(row.pair_id),
                text: SafetyTextId(row.text_id),
                declared_at: row.declared_at,
                acknowledged_at: row.acknowledged_at,
            })
            .collect())
    }

    /// Those of some pairs that have held a meeting.
    pub async fn pairs_that_held(&self, pairs: &[PairId]) -> Result<Vec<PairId>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
        }
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select p.id from pair p where p.organization_id = $1 and p.id {any} and exists ( \
                 select 1 from meeting m where m.organization_id = $1 and m.pair_id = p.id \
                 and m.status = 'held')"
            ),
            [self.org(), self.ids(pairs.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found.into_iter().map(|row| PairId(row.id)).collect())
    }
}

impl Transaction {
    /// Adds a version of the organization's own text. Returns whether it was the next one.
    pub async fn add_safety_text(&self, it: &SafetyText, now: DateTime<Utc>) -> Result<bool> {
        execute(
            &self.session,
            "insert into safety_text (organization_id, id, version, ja, en, created_at) \
             values ($1, $2, $3, $4, $5, $6) on conflict (organization_id, version) do nothing",
            [
                self.org(),
                it.id.0.into(),
                it.version.into(),
                it.text.ja.as_str().into(),
                it.text.en.as_str().into(),
                now.into(),
            ],
        )
        .await
        .map(|count| count > 0)
    }

    /// Records that a text was declared; declared again, that stands which was declared first.
    pub async fn add_safety_declaration(&self, it: &SafetyDeclaration) -> Result<()> {
        self.changed(To::Pair(it.pair), ChangeKind::Safety, (None, None), it.declared_at);
        execute(
            &self.session,
            "insert into safety_declaration (organization_id, id, pair_id, text_id, declared_at) \
             values ($1, $2, $3, $4, $5) on conflict (organization_id, pair_id, text_id) do nothing",
            [
                self.org(),
                it.id.into(),
                it.pair.0.into(),
                it.text.0.into(),
                it.declared_at.into(),
            ],
        )
        .await
        .map(|_| ())
    }

    /// Records that a declaration was acknowledged; the first time counts.
    pub async fn acknowledge_safety(
        &self,
        it: &SafetyDeclaration,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.changed(To::Pair(it.pair), ChangeKind::Safety, (None, None), now);
        execute(
            &self.session,
            "update safety_declaration set acknowledged_at = $3 where organization_id = $1 \
             and id = $2 and acknowledged_at is null",
            [self.org(), it.id.into(), now.into()],
        )
        .await
        .map(|_| ())
    }
}
