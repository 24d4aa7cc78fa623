//! How far the guardian may go, consents that were asked for, and channels of notices.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    calendar::{
        CalendarSystem, Place,
        guardian::{DefenceLevel, FREEZE},
    },
    id::{AccountId, ChannelId, ConsentId, OrganizationId, PersonId},
};
use uuid::Uuid;

use crate::{
    entity::{calendar_channel, consent_request},
    error::{DatabaseError, Result},
    handle::{Reader, Transaction, list},
    platform::System,
    value::{execute, name, named, row, rows},
};

/// What the organization lets the guardian do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardianPolicy {
    /// At most.
    pub level: DefenceLevel,
    /// Within so long before its start no machine moves a meeting.
    pub freeze: TimeDelta,
    /// Where people meet, unless said otherwise.
    pub place: Place,
    /// Counts its changes; 0 = never set.
    pub version: i64,
}

impl Default for GuardianPolicy {
    /// 1on1s that give way to every other meeting are why programs fade: they are put back and
    /// moved. Nothing is declined before an organization and a person say so.
    fn default() -> Self {
        Self { level: DefenceLevel::Move, freeze: FREEZE, place: Place::Unsaid, version: 0 }
    }
}

/// A person's own consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefenceConsent {
    /// At most.
    pub level: DefenceLevel,
    /// Counts its changes; 0 = never said.
    pub version: i64,
}

impl Default for DefenceConsent {
    /// Declining acts in a person's name: nobody has agreed to that by saying nothing.
    fn default() -> Self {
        Self { level: DefenceLevel::Move, version: 0 }
    }
}

/// A consent that was asked for.
#[derive(Clone, Debug)]
pub struct ConsentRequest {
    /// Identity.
    pub id: ConsentId,
    /// Whose.
    pub person: PersonId,
    /// For which system.
    pub system: CalendarSystem,
    /// The verifier of the request, sealed.
    pub verifier: Vec<u8>,
    /// No answer counts after it.
    pub expires_at: DateTime<Utc>,
}

/// A channel of notices.
#[derive(Clone, Debug)]
pub struct ChannelRow {
    /// Identity; the channel's name to the provider is made of it.
    pub id: ChannelId,
    /// Of which account.
    pub account: AccountId,
    /// What each notice must carry, sealed.
    pub token: Vec<u8>,
    /// The provider's name of what is watched; none until it has answered.
    pub resource: Option<String>,
    /// The highest number of a notice that came.
    pub last_notice: i64,
    /// When it ends by itself; none until the provider has answered.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

fn channel(row: calendar_channel::Model) -> ChannelRow {
    ChannelRow {
        id: ChannelId(row.id),
        account: AccountId(row.account_id),
        token: row.token,
        resource: row.resource,
        last_notice: row.last_notice,
        expires_at: row.expires_at,
        created_at: row.created_at,
    }
}

impl System {
    /// Whose consent was asked for under this state.
    pub async fn consent(&self, state: &[u8]) -> Result<Option<(OrganizationId, ConsentId)>> {
        let found = self.lookup("consent", state).await?;
        Ok(found.map(|(organization, id)| (organization, ConsentId(id))))
    }

    /// Whose channel has this name.
    pub async fn channel(&self, name: &[u8]) -> Result<Option<(OrganizationId, ChannelId)>> {
        let found = self.lookup("channel", name).await?;
        Ok(found.map(|(organization, id)| (organization, ChannelId(id))))
    }
}

impl Reader {
    /// What the organization lets the guardian do.
    pub async fn guardian_policy(&self) -> Result<GuardianPolicy> {
        #[derive(FromQueryResult)]
        struct Row {
            level: String,
            freeze_minutes: i32,
            place: String,
            version: i64,
        }
        let found: Option<Row> = row(
            &self.session,
            "select level, freeze_minutes, place, version from guardian_policy \
             where organization_id = $1",
            [self.org()],
        )
        .await?;
        let Some(found) = found else { return Ok(GuardianPolicy::default()) };
        Ok(GuardianPolicy {
            level: named("defence level", &found.level)?,
            freeze: TimeDelta::minutes(found.freeze_minutes.into()),
            place: serde_json::from_str(&found.place)
                .map_err(|_| DatabaseError::Corrupt("place"))?,
            version: found.version,
        })
    }

    /// What people have consented to; who never said anything is absent.
    pub async fn defence_consents(
        &self,
        people: &[PersonId],
    ) -> Result<Vec<(PersonId, DefenceConsent)>> {
        #[derive(FromQueryResult)]
        struct Row {
            person_id: Uuid,
            level: String,
            version: i64,
        }
        let any = self.any(2);
        let found: Vec<Row> = rows(
            &self.session,
            &format!(
                "select person_id, level, version from defence_consent \
                 where organization_id = $1 and person_id {any}"
            ),
            [self.org(), self.ids(people.iter().map(|id| id.0))],
        )
        .await?;
        found
            .into_iter()
            .map(|row| {
                let level = named("defence level", &row.level)?;
                Ok((PersonId(row.person_id), DefenceConsent { level, version: row.version }))
            })
            .collect()
    }

    /// A consent that was asked for.
    pub async fn consent_request(&self, id: ConsentId) -> Result<Option<ConsentRequest>> {
        let found: Vec<consent_request::Model> = rows(
            &self.session,
            "select * from consent_request where organization_id = $1 and id = $2",
            [self.org(), id.0.into()],
        )
        .await?;
        found
            .into_iter()
            .next()
            .map(|row| {
                Ok(ConsentRequest {
                    id: ConsentId(row.id),
                    person: PersonId(row.person_id),
                    system: named("calendar system", &row.system)?,
                    verifier: row.verifier,
                    expires_at: row.expires_at,
                })
            })
            .transpose()
    }

    /// A channel by id.
    pub async fn calendar_channel(&self, id: ChannelId) -> Result<Option<ChannelRow>> {
        let found: Vec<calendar_channel::Model> = rows(
            &self.session,
            "select * from calendar_channel where organization_id = $1 and id = $2",
            [self.org(), id.0.into()],
        )
        .await?;
        Ok(found.into_iter().next().map(channel))
    }

    /// The channels of an account, oldest first.
    pub async fn open_channels(&self, account: AccountId) -> Result<Vec<ChannelRow>> {
        let mut found: Vec<calendar_channel::Model> = rows(
            &self.session,
            "select * from calendar_channel where organization_id = $1 and account_id = $2",
            [self.org(), account.0.into()],
        )
        .await?;
        found.sort_unstable_by_key(|it| it.id);
        Ok(found.into_iter().map(channel).collect())
    }
}

impl Transaction {
    /// Sets what the guardian may do, if it is still at the version given; counts it up. Returns
    /// whether it was.
    pub async fn set_guardian_policy(
        &self,
        it: &GuardianPolicy,
        by: Option<PersonId>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let place =
            serde_json::to_string(&it.place).map_err(|_| DatabaseError::Corrupt("place"))?;
        execute(
            &self.session,
            "insert into guardian_policy (organization_id, level, freeze_minutes, place, version, \
               updated_by, updated_at) values ($1, $2, $3, $4, $5 + 1, $6, $7) \
             on conflict (organization_id) do update set level = excluded.level, \
               freeze_minutes = excluded.freeze_minutes, place = excluded.place, \
               version = excluded.version, updated_by = excluded.updated_by, \
               updated_at = excluded.updated_at where guardian_policy.version = $5",
            [
                self.org(),
                name(it.level).into(),
                (it.freeze.num_minutes() as i32).into(),
                place.into(),
                it.version.into(),
                by.map(|id| id.0).into(),
                now.into(),
            ],
        )
        .await
        .map(|count| count > 0)
    }

    /// Sets a person's own consent, likewise.
    pub async fn set_defence_consent(
        &self,
        person: PersonId,
        it: DefenceConsent,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        execute(
            &self.session,
            "insert into defence_consent (organization_id, person_id, level, version, updated_at) \
             values ($1, $2, $3, $4 + 1, $5) \
             on conflict (organization_id, person_id) do update set level = excluded.level, \
               version = excluded.version, updated_at = excluded.updated_at \
             where defence_consent.version = $4",
            [self.org(), person.0.into(), name(it.level).into(), it.version.into(), now.into()],
        )
        .await
        .map(|count| count > 0)
    }

    /// Remembers a consent that is asked for, to be found by its state; earlier requests of the
    /// same person count no more.
    pub async fn add_consent_request(&self, it: &ConsentRequest, state: &[u8]) -> Result<()> {
        for sql in [
            "delete from routing where organization_id = $1 and kind = 'consent' and subject_id in \
               (select id from consent_request where organization_id = $1 and person_id = $2)",
            "delete from consent_request where organization_id = $1 and person_id = $2",
        ] {
            execute(&self.session, sql, [self.org(), it.person.0.into()]).await?;
        }
        self.insert(list([consent_request::Model {
            organization_id: self.organization().0,
            id: it.id.0,
            person_id: it.person.0,
            system: name(it.system),
            verifier: it.verifier.clone(),
            expires_at: it.expires_at,
        }]))
        .await?;
        self.route("consent", state, it.id.0).await
    }

    /// Forgets a consent that was answered. Returns false if another answer came first.
    pub async fn take_consent_request(&self, id: ConsentId) -> Result<bool> {
        self.unroute("consent", id.0).await?;
        execute(
            &self.session,
            "delete from consent_request where organization_id = $1 and id = $2",
            [self.org(), id.0.into()],
        )
        .await
        .map(|count| count > 0)
    }

    /// Records a channel that is about to be opened, to be found by its name: its first notice may
    /// come before the provider's answer.
    pub async fn add_channel(&self, it: &ChannelRow, name: &[u8]) -> Result<()> {
        self.insert(list([calendar_channel::Model {
            organization_id: self.organization().0,
            id: it.id.0,
            account_id: it.account.0,
            token: it.token.clone(),
            resource: it.resource.clone(),
            last_notice: it.last_notice,
            expires_at: it.expires_at,
            created_at: it.created_at,
        }]))
        .await?;
        self.route("channel", name, it.id.0).await
    }

    /// Records what the provider answered.
    pub async fn opened_channel(
        &self,
        id: ChannelId,
        resource: &str,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        execute(
            &self.session,
            "update calendar_channel set resource = $3, expires_at = $4 \
             where organization_id = $1 and id = $2",
            [self.org(), id.0.into(), resource.into(), expires_at.into()],
        )
        .await
        .map(|_| ())
    }

    /// Counts a notice. Returns false where it is none to act on: repeated, or of a channel that
    /// was given up.
    pub async fn count_notice(&self, id: ChannelId, number: i64) -> Result<bool> {
        execute(
            &self.session,
            "update calendar_channel set last_notice = $3 where organization_id = $1 and id = $2 \
             and last_notice < $3",
            [self.org(), id.0.into(), number.into()],
        )
        .await
        .map(|count| count > 0)
    }

    /// Forgets a channel: notices through it count no more.
    pub async fn forget_channel(&self, id: ChannelId) -> Result<()> {
        self.unroute("channel", id.0).await?;
        execute(
            &self.session,
            "delete from calendar_channel where organization_id = $1 and id = $2",
            [self.org(), id.0.into()],
        )
        .await
        .map(|_| ())
    }
}
