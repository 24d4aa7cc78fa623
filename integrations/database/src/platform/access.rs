//! Access tokens and roles: what a request's caller is made of.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult};
use taiwa_domain::{
    access::{Caller, Role},
    id::PersonId,
    organization::{Locale, Person},
};
use uuid::Uuid;

use crate::{
    entity::access_token,
    error::Result,
    handle::{Reader, Transaction, list},
    organization::{PersonRow, employed_columns, joins},
    postgres::Question,
    value::{execute, name, named, parsed, rows, statement},
};

/// A token as kept: only its id, so that it can be revoked.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// The token's `jti`.
    pub id: Uuid,
    /// Whose.
    pub person: PersonId,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// The caller of a token, with what their requests are answered in.
#[derive(Clone, Debug)]
pub struct FoundCaller {
    /// Who, with roles.
    pub caller: Caller,
    /// Language of messages: the person's, else the organization's.
    pub locale: Locale,
    /// Zone in which the organization counts days.
    pub organization_zone: Tz,
    /// The caller as a person on the day asked for, if employed on it.
    pub person: Option<Person>,
}

impl Reader {
    /// The caller of an unexpired, unrevoked token, with today's roles; `None` when it was
    /// revoked or is unknown. `day` is the day of [`FoundCaller::person`]. One statement, which
    /// on PostgreSQL costs no round trip of its own where a transaction begins with it.
    pub async fn caller(
        &self,
        token: Uuid,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Option<FoundCaller>> {
        static QUESTION: LazyLock<Question> = LazyLock::new(|| {
            // A person without a profile on the day is a caller all the same.
            let (person, profile) = (employed_columns("$1", "$4"), joins("$4"));
            let text = format!(
                "select r.role, o.time_zone, coalesce(f.locale, o.locale), f.zone, {person} \
                 from access_token t join organization o on o.id = t.organization_id \
                 join person p on p.organization_id = t.organization_id and p.id = t.person_id \
                 left {profile} \
                 left join role_assignment r on r.organization_id = t.organization_id \
                   and r.person_id = t.person_id \
                 where t.organization_id = $1 and t.id = $2 and t.revoked_at is null \
                   and t.expires_at > $3"
            );
            Question { types: "uuid, uuid, timestamptz, date", text }
        });
        let found = if self.postgres() {
            let (organization, now) = (self.organization().0, now.to_rfc3339());
            let arguments = format!("'{organization}', '{token}', '{now}', '{day}'");
            self.session.question(&QUESTION, &arguments).await?
        } else {
            let values = [self.org(), token.into(), now.into(), day.into()];
            let statement = statement(&self.session, &QUESTION.text, values);
            self.session.query_all_raw(statement).await?
        };
        let Some(first) = found.first() else { return Ok(None) };
        let role = |row: &QueryResult| -> Result<Option<Role>> {
            let role: Option<String> = row.try_get_by_index(0)?;
            role.map(|role| named("role", &role)).transpose()
        };
        let zone: String = first.try_get_by_index(1)?;
        let locale: String = first.try_get_by_index(2)?;
        let profile: Option<String> = first.try_get_by_index(3)?;
        Ok(Some(FoundCaller {
            caller: Caller {
                organization: self.organization(),
                person: PersonId(first.try_get_by_index(4)?),
                roles: found
                    .iter()
                    .filter_map(|row| role(row).transpose())
                    .collect::<Result<_>>()?,
            },
            locale: named("locale", &locale)?,
            organization_zone: parsed("time zone", &zone)?,
            person: match profile {
                Some(_) => Some(PersonRow::at(first, 4)?)
                    .filter(PersonRow::employed)
                    .map(PersonRow::into_person)
                    .transpose()?,
                None => None,
            },
        }))
    }

    /// The roles of these people.
    pub async fn roles(&self, people: &[PersonId]) -> Result<Vec<(PersonId, Role)>> {
        #[derive(FromQueryResult)]
        struct Row {
            person_id: Uuid,
            role: String,
        }
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select person_id, role from role_assignment where organization_id = $1 \
                 and person_id {any} order by person_id, role"
            ),
            [self.org(), self.ids(people.iter().map(|id| id.0))],
        )
        .await?;
        found.iter().map(|row| Ok((PersonId(row.person_id), named("role", &row.role)?))).collect()
    }
}

impl Transaction {
    /// Remembers an issued token.
    pub async fn add_token(&self, session: Session, now: DateTime<Utc>) -> Result<()> {
        self.insert(list([access_token::Model {
            organization_id: self.organization().0,
            id: session.id,
            person_id: session.person.0,
            expires_at: session.expires_at,
            revoked_at: None,
            created_at: now,
        }]))
        .await
    }

    /// Ends all tokens of a person, or one of them. Returns how many ended.
    pub async fn revoke_tokens(
        &self,
        person: PersonId,
        only: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        execute(
            &self.session,
            "update access_token set revoked_at = $3 where organization_id = $1 and person_id = $2 \
             and revoked_at is null and ($4 is null or id = $4)",
            [self.org(), person.0.into(), now.into(), only.into()],
        )
        .await
    }

    /// Gives a role. Giving it twice is the same as once.
    pub async fn add_role(
        &self,
        id: Uuid,
        person: PersonId,
        role: Role,
        now: DateTime<Utc>,
    ) -> Result<()> {
        execute(
            &self.session,
            "insert into role_assignment (organization_id, id, person_id, role, created_at) \
             values ($1, $2, $3, $4, $5) on conflict (organization_id, person_id, role) do nothing",
            [self.org(), id.into(), person.0.into(), name(role).into(), now.into()],
        )
        .await
        .map(|_| ())
    }

    /// Takes a role away. Returns whether it was held.
    pub async fn remove_role(&self, person: PersonId, role: Role) -> Result<bool> {
        execute(
            &self.session,
            "delete from role_assignment where organization_id = $1 and person_id = $2 and role = $3",
            [self.org(), person.0.into(), name(role).into()],
        )
        .await
        .map(|count| count > 0)
    }
}
