//! Connected calendar accounts.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    calendar::{Account, AccountState, AccountTrouble, Cursor},
    id::{AccountId, PersonId},
    meeting::Slot,
};
use uuid::Uuid;

use crate::{
    entity::calendar_account::Model,
    error::Result,
    handle::{Reader, Transaction, list},
    value::{execute, name, named, rows},
};

/// An account with where it stands.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Identity.
    pub id: AccountId,
    /// Whose.
    pub person: PersonId,
    /// What is stored of it; empty texts while it is being connected.
    pub account: Account,
    /// What opens it, sealed.
    pub secret: Vec<u8>,
    /// What was given to connect it with and is still to be tried, sealed.
    pub credential: Option<Vec<u8>>,
    /// Where it stands.
    pub state: AccountState,
    /// Why it does not open.
    pub trouble: Option<AccountTrouble>,
    /// The address to name instead, where another server was meant.
    pub instead: Option<String>,
    /// How far it was read.
    pub progress: Progress,
    /// Counts its changes, reading aside.
    pub version: i64,
    /// When it was first asked for.
    pub created_at: DateTime<Utc>,
}

/// How far an account's calendar was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Where to go on; none = from the beginning.
    pub cursor: Option<Cursor>,
    /// Counts the readings of the whole calendar.
    pub reading: i64,
    /// What the last whole reading covered; none = there was none.
    pub span: Option<Slot>,
    /// When all pages had last been read.
    pub read_at: Option<DateTime<Utc>>,
}

impl AccountRow {
    fn from_model(row: Model) -> Result<Self> {
        Ok(Self {
            id: AccountId(row.id),
            person: PersonId(row.person_id),
            account: Account {
                system: named("calendar system", &row.system)?,
                tenant: row.tenant,
                address: row.address,
                settings: row.settings,
            },
            secret: row.secret,
            credential: row.credential,
            state: named("account state", &row.state)?,
            trouble: row.trouble.map(|it| named("account trouble", &it)).transpose()?,
            instead: row.instead,
            progress: Progress {
                cursor: row.cursor.map(Cursor),
                reading: row.reading,
                span: row
                    .read_from
                    .zip(row.read_until)
                    .map(|(starts_at, ends_at)| Slot { starts_at, ends_at }),
                read_at: row.read_at,
            },
            version: row.version,
            created_at: row.created_at,
        })
    }
}

const SELECT: &str = "select * from calendar_account where organization_id = $1";

impl Reader {
    /// An account by id.
    pub async fn calendar_account(&self, id: AccountId) -> Result<Option<AccountRow>> {
        let found: Vec<Model> =
            rows(&self.session, &format!("{SELECT} and id = $2"), [self.org(), id.0.into()])
                .await?;
        found.into_iter().next().map(AccountRow::from_model).transpose()
    }

    /// The accounts of people, those that are leaving included.
    pub async fn calendar_accounts_of(&self, people: &[PersonId]) -> Result<Vec<AccountRow>> {
        let any = self.any(2);
        let mut found: Vec<Model> = rows(
            &self.session,
            &format!("{SELECT} and person_id {any}"),
            [self.org(), self.ids(people.iter().map(|id| id.0))],
        )
        .await?;
        found.sort_unstable_by_key(|it| it.id);
        found.into_iter().map(AccountRow::from_model).collect()
    }

    /// The people among these whose calendar is a connected account, opening or not.
    pub async fn people_with_accounts(&self, people: &[PersonId]) -> Result<Vec<PersonId>> {
        #[derive(FromQueryResult)]
        struct Row {
            person_id: Uuid,
        }
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select person_id from calendar_account where organization_id = $1 \
                 and person_id {any} and state in ('connected', 'disconnected', 'leaving')"
            ),
            [self.org(), self.ids(people.iter().map(|id| id.0))],
        )
        .await?;
        Ok(found.into_iter().map(|row| PersonId(row.person_id)).collect())
    }

    /// How many accounts stand where, for the organization's administrators.
    pub async fn account_counts(&self) -> Result<Vec<(AccountState, u64)>> {
        #[derive(FromQueryResult)]
        struct Row {
            state: String,
            count: i64,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select state, count(*) as count from calendar_account where organization_id = $1 \
             group by state order by state",
            [self.org()],
        )
        .await?;
        found
            .into_iter()
            .map(|row| Ok((named("account state", &row.state)?, row.count as u64)))
            .collect()
    }

    /// Whether someone else has connected this very account.
    pub async fn account_taken(&self, account: &Account, person: PersonId) -> Result<bool> {
        #[derive(FromQueryResult)]
        struct Row {
            #[allow(dead_code, reason = "that there is a row is the answer")]
            id: Uuid,
        }
        let found: Vec<Row> = rows(
            &self.session,
            "select id from calendar_account where organization_id = $1 and system = $2 \
             and address = $3 and person_id <> $4 and state in ('connected', 'disconnected') \
             and (tenant = $5 or settings = $6) limit 1",
            [
                self.org(),
                name(account.system).into(),
                account.address.clone().into(),
                person.0.into(),
                account.tenant.clone().into(),
                account.settings.clone().into(),
            ],
        )
        .await?;
        Ok(!found.is_empty())
    }
}

impl Transaction {
    /// Writes an account whole.
    pub async fn put_calendar_account(&self, it: &AccountRow, now: DateTime<Utc>) -> Result<()> {
        let Progress { cursor, reading, span, read_at } = it.progress.clone();
        self.upsert(list([Model {
            organization_id: self.organization().0,
            id: it.id.0,
            person_id: it.person.0,
            system: name(it.account.system),
            tenant: it.account.tenant.clone(),
            address: it.account.address.clone(),
            settings: it.account.settings.clone(),
            secret: it.secret.clone(),
            credential: it.credential.clone(),
            state: name(it.state),
            trouble: it.trouble.map(name),
            instead: it.instead.clone(),
            cursor: cursor.map(|cursor| cursor.0),
            reading,
            read_from: span.map(|span| span.starts_at),
            read_until: span.map(|span| span.ends_at),
            read_at,
            version: it.version,
            created_at: it.created_at,
            updated_at: now,
        }]))
        .await
    }

    /// Records how far an account was read, if it is still the one that was read.
    pub async fn advance_reading(
        &self,
        id: AccountId,
        version: i64,
        progress: &Progress,
    ) -> Result<bool> {
        execute(
            &self.session,
            "update calendar_account set cursor = $4, reading = $5, read_from = $6, \
               read_until = $7, read_at = $8 \
             where organization_id = $1 and id = $2 and version = $3",
            [
                self.org(),
                id.0.into(),
                version.into(),
                progress.cursor.as_ref().map(|cursor| cursor.0.clone()).into(),
                progress.reading.into(),
                progress.span.map(|span| span.starts_at).into(),
                progress.span.map(|span| span.ends_at).into(),
                progress.read_at.into(),
            ],
        )
        .await
        .map(|count| count > 0)
    }

    /// Forgets an account in which nothing stands any more, with all that was read of it.
    pub async fn remove_calendar_account(&self, id: AccountId) -> Result<()> {
        for (table, column) in [
            ("observed_event", "account_id"),
            ("calendar_channel", "account_id"),
            ("calendar_account", "id"),
        ] {
            let sql = format!("delete from {table} where organization_id = $1 and {column} = $2");
            execute(&self.session, &sql, [self.org(), id.0.into()]).await?;
        }
        Ok(())
    }
}
