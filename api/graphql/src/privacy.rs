//! Erasure and retention.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use serde::Serialize;
use taiwa_domain::id::PersonId;
use taiwa_operations::{privacy, rows};

use crate::{
    calendar::policy::shown,
    context::caller,
    error::failed,
    id::Kind,
    organization::person::Person,
    payload::{idempotency, parse_id, payload, split},
};

/// How long the organization keeps what people write.
#[derive(SimpleObject)]
pub(crate) struct RetentionPolicy {
    /// Agenda items, actions, notes and minutes go so many months after they were closed, written
    /// or held; null keeps them for ever. What is still open stays.
    content_months: Option<u32>,
    /// Counts its changes; 0 = never set.
    version: i64,
}

impl RetentionPolicy {
    pub(crate) async fn current(context: &Context<'_>) -> Result<Self> {
        let caller = caller(context)?;
        let found = privacy::retain::policy(&caller.app, &caller.actor).await;
        let it = found.map_err(|failure| failed(&failure))?;
        Ok(Self { content_months: it.months, version: it.version })
    }
}

/// How long what people write is to be kept.
#[derive(InputObject, Serialize)]
pub(crate) struct SetRetentionInput {
    /// So many months after it was closed, written or held, 3 to 240; null keeps it for ever.
    content_months: Option<u32>,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of setting how long content is kept.
    SetRetentionPayload {
        /// The policy as it stands now; also where the caller had seen an older one.
        retention: RetentionPolicy
    }
}

/// Whom to erase.
#[derive(InputObject, Serialize)]
pub(crate) struct ErasePersonInput {
    /// Somebody who has left.
    person_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of erasing a person.
    ErasePersonPayload {
        /// What is left: a tombstone without a name.
        person: Person
    }
}

/// Erasure and retention.
#[derive(Default)]
pub(crate) struct PrivacyMutation;

#[Object]
impl PrivacyMutation {
    /// Sets how long what people write is kept; what is older goes within minutes, then day by
    /// day. Requires: administrator.
    async fn set_retention(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How long.")] input: SetRetentionInput,
    ) -> Result<SetRetentionPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "setRetention", &input)?;
        let policy = rows::Retention { months: input.content_months, version: input.version };
        let (app, actor) = (&caller.app, &caller.actor);
        let outcome = privacy::retain::set_policy(app, actor, key, policy).await;
        let shown = shown(&outcome);
        let (_, user_errors) = split(context, outcome)?;
        let retention = if shown { Some(RetentionPolicy::current(context).await?) } else { None };
        Ok(SetRetentionPayload { retention, user_errors })
    }

    /// Erases somebody who has left, for good: their name, number, address and leave, their
    /// private notes and drafts, their calendar account, and the key that sealed what they kept.
    /// What they shared stays for those they shared it with, without their name. The details of
    /// imports, which name people, go too. Requires: administrator.
    async fn erase_person(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom.")] input: ErasePersonInput,
    ) -> Result<ErasePersonPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "erasePerson", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Person, &input.person_id, "personId")?;
            privacy::erase::erase(&caller.app, &caller.actor, key, id).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        let person = Person::find(context, done.map(|done| PersonId(done.subject))).await?;
        Ok(ErasePersonPayload { person, user_errors })
    }
}
