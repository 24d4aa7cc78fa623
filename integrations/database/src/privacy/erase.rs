//! What is left of a person who was erased: an id, and what they shared with others.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::id::PersonId;

use crate::{
    error::Result,
    handle::{Reader, Transaction},
    value::{execute, row},
};

/// Rows that only concern the person, and go. What they wrote in pairs stays for the other.
const OWN: [&str; 13] = [
    "delete from note where organization_id = $1 and author_id = $2 \
     and kind in ('private', 'talk_balance')",
    // Drafts were never shown to anyone, and nothing names them.
    "delete from agenda_item where organization_id = $1 and author_id = $2 and shared_at is null",
    "delete from notice_delivery where organization_id = $1 and notice_id in \
     (select id from notice where organization_id = $1 and person_id = $2)",
    "delete from notice where organization_id = $1 and person_id = $2",
    "delete from notice_preference where organization_id = $1 and person_id = $2",
    "delete from refused_address where organization_id = $1 and person_id = $2",
    "delete from reminder where organization_id = $1 and person_id = $2",
    "delete from role_assignment where organization_id = $1 and person_id = $2",
    "delete from defence_consent where organization_id = $1 and person_id = $2",
    "delete from routing where organization_id = $1 and kind = 'consent' and subject_id in \
     (select id from consent_request where organization_id = $1 and person_id = $2)",
    "delete from consent_request where organization_id = $1 and person_id = $2",
    "delete from routing where organization_id = $1 and kind = 'feed' and subject_id = $2",
    // Why somebody was away is nobody's business any more; closed figures have counted it.
    "delete from leave_of_absence where organization_id = $1 and person_id = $2",
];

impl Reader {
    /// When a person was erased; nothing if they were not, or do not exist.
    pub async fn erased_at(&self, person: PersonId) -> Result<Option<DateTime<Utc>>> {
        #[derive(FromQueryResult)]
        struct Row {
            erased_at: Option<DateTime<Utc>>,
        }
        let found: Option<Row> = row(
            &self.session,
            "select erased_at from person where organization_id = $1 and id = $2",
            [self.org(), person.0.into()],
        )
        .await?;
        Ok(found.and_then(|row| row.erased_at))
    }

    /// Whether a person is employed on a day or later.
    pub async fn employed_from(&self, person: PersonId, day: NaiveDate) -> Result<bool> {
        #[derive(FromQueryResult)]
        struct Row {
            found: i64,
        }
        let found: Option<Row> = row(
            &self.session,
            "select count(*) as found from employment \
             where organization_id = $1 and person_id = $2 and valid_until > $3",
            [self.org(), person.0.into(), day.into()],
        )
        .await?;
        Ok(found.is_some_and(|row| row.found > 0))
    }
}

impl Transaction {
    /// Replaces all that says who a person is by a tombstone of this name, and drops what was
    /// theirs alone. Their key is shredded apart from this.
    pub async fn erase_person(
        &self,
        person: PersonId,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        for sql in OWN {
            execute(&self.session, sql, [self.org(), person.0.into()]).await?;
        }
        // The number is free for somebody else, and the tombstone's tells nothing.
        let number = format!("erased-{}", person.0.simple());
        execute(
            &self.session,
            "update person set number = $3, erased_at = $4 where organization_id = $1 and id = $2",
            [self.org(), person.0.into(), number.into(), now.into()],
        )
        .await?;
        execute(
            &self.session,
            "update person_profile set family_name = $3, given_name = '', family_kana = null, \
               given_kana = null, business_name = null, display_name = $3, search_text = '', \
               email = null, email_key = null where organization_id = $1 and person_id = $2",
            [self.org(), person.0.into(), name.into()],
        )
        .await?;
        Ok(())
    }

    /// Empties the details of every import, which name people; previews can no longer be applied.
    pub async fn empty_imports(&self) -> Result<u64> {
        execute(
            &self.session,
            "update org_import set plan = $2, file_name = null, \
               plan_hash = case when applied_at is null then '' else plan_hash end \
             where organization_id = $1",
            [self.org(), Vec::<u8>::new().into()],
        )
        .await
    }
}
