//! What the key ring itself sealed, wherever it stands: to be sealed anew when the ring turns.

use sea_orm::FromQueryResult;
use taiwa_domain::content::Sealed;
use uuid::Uuid;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    value::{Sql, execute, rows},
};

/// Where something stands that the ring sealed. To add one: a variant, its column, and in
/// `taiwa_operations` how it is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SealedIn {
    /// The data keys of pairs.
    PairKeys,
    /// The data keys of people.
    PersonKeys,
    /// What opens calendar accounts.
    AccountSecrets,
    /// What was given to connect calendar accounts.
    AccountCredentials,
    /// The verifiers of consents that were asked for.
    ConsentVerifiers,
    /// What notices of channels carry.
    ChannelTokens,
    /// The tokens of organizations' Slack apps, one each.
    SlackTokens,
}

impl SealedIn {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::PairKeys,
        Self::PersonKeys,
        Self::AccountSecrets,
        Self::AccountCredentials,
        Self::ConsentVerifiers,
        Self::ChannelTokens,
        Self::SlackTokens,
    ];

    /// Its table, the table's key beside the organization, its column, and which of the rows.
    fn column(self) -> [&'static str; 4] {
        match self {
            Self::PairKeys => ["content_key", "id", "wrapped", "and t.keeper = 'pair'"],
            Self::PersonKeys => ["content_key", "id", "wrapped", "and t.keeper = 'person'"],
            Self::AccountSecrets => ["calendar_account", "id", "secret", ""],
            Self::AccountCredentials => ["calendar_account", "id", "credential", ""],
            Self::ConsentVerifiers => ["consent_request", "id", "verifier", ""],
            Self::ChannelTokens => ["calendar_channel", "id", "token", ""],
            Self::SlackTokens => ["slack_connection", "organization_id", "token", ""],
        }
    }
}

/// A row's sealed bytes, and those that are to take their place.
#[derive(Clone, Debug)]
pub struct Resealed {
    /// The row.
    pub id: Uuid,
    /// What it is taken to hold.
    pub old: Sealed,
    /// What it is to hold.
    pub new: Sealed,
}

impl Reader {
    /// What the ring sealed in one place, in the order of the rows' ids, after one of them.
    pub async fn sealed(
        &self,
        place: SealedIn,
        after: Uuid,
        limit: u32,
    ) -> Result<Vec<(Uuid, Sealed)>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            sealed: Vec<u8>,
        }
        let [table, key, column, which] = place.column();
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select t.{key} as id, t.{column} as sealed from {table} t \
                 where t.organization_id = $1 and t.{key} > $2 and t.{column} is not null {which} \
                 order by t.{key} limit $3"
            ),
            [self.org(), after.into(), i64::from(limit).into()],
        )
        .await?;
        Ok(found.into_iter().map(|row| (row.id, Sealed(row.sealed))).collect())
    }
}

impl Transaction {
    /// Replaces what still holds what it is taken to hold; whatever was written in the meantime
    /// was sealed by whoever wrote it. Returns how many were replaced.
    pub async fn reseal(&self, place: SealedIn, rows: Vec<Resealed>) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        let [table, key, column, which] = place.column();
        let mut sql = Sql::default();
        let organization = sql.bind(self.org());
        let rows: Vec<String> = rows
            .into_iter()
            .map(|row| {
                let (id, old, new) = (sql.bind(row.id), sql.bind(row.old.0), sql.bind(row.new.0));
                format!("({id}, {old}, {new})")
            })
            .collect();
        sql.push(&format!(
            "with renewed(id, was, becomes) as (values {}) \
             update {table} as t set {column} = renewed.becomes from renewed \
             where t.organization_id = {organization} and t.{key} = renewed.id \
               and t.{column} = renewed.was {which}",
            rows.join(", ")
        ));
        execute(&self.session, &sql.text, sql.values).await
    }
}
