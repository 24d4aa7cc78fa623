//! How far the guardian of slots may go.

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use chrono::TimeDelta;
use serde::Serialize;
use taiwa_operations::{Failure, calendar::policy as operations, rows};

use super::place::{MeetingPlace, MeetingPlaceInput};
use crate::{
    context::caller,
    error::failed,
    payload::{idempotency, payload, split},
};

/// How far the guardian of slots may go. Each level does what those before it do, and more.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::calendar::guardian::DefenceLevel")]
pub(crate) enum DefenceLevel {
    /// Records what happens.
    Observe,
    /// Tells the two people.
    Notify,
    /// Puts back what was taken away, and finds another time inside the cadence window.
    Move,
    /// Also declines what is in the way, in the name of the person who consented.
    Defend,
}

/// What the organization lets the guardian of slots do.
#[derive(SimpleObject)]
pub(crate) struct GuardianPolicy {
    /// At most this; each person's own consent may be lower.
    level: DefenceLevel,
    /// Within so many minutes before its start no machine moves a meeting.
    freeze_minutes: i64,
    /// Where people meet, unless their meeting says otherwise.
    place: MeetingPlace,
    /// Counts its changes; 0 = never set.
    version: i64,
}

impl GuardianPolicy {
    pub(crate) async fn current(context: &Context<'_>) -> Result<Self> {
        let caller = caller(context)?;
        let found = operations::policy(&caller.app, &caller.actor).await;
        let it = found.map_err(|failure| failed(&failure))?;
        Ok(Self {
            level: it.level.into(),
            freeze_minutes: it.freeze.num_minutes(),
            place: it.place.into(),
            version: it.version,
        })
    }
}

/// How far a person lets the guardian of slots go.
#[derive(SimpleObject)]
pub(crate) struct DefenceConsent {
    /// At most this, even where the organization allows more. Declining other invitations in a
    /// person's name takes that person's own `DEFEND`.
    level: DefenceLevel,
    /// Counts its changes; 0 = never said.
    version: i64,
}

impl DefenceConsent {
    pub(crate) async fn mine(context: &Context<'_>) -> Result<Self> {
        let caller = caller(context)?;
        let found = operations::consent(&caller.app, &caller.actor).await;
        let it = found.map_err(|failure| failed(&failure))?;
        Ok(Self { level: it.level.into(), version: it.version })
    }
}

/// What the guardian of slots is to be let do.
#[derive(InputObject, Serialize)]
pub(crate) struct SetGuardianPolicyInput {
    /// At most this.
    level: DefenceLevel,
    /// Within so many minutes before its start no machine moves a meeting: 0 to 20160.
    freeze_minutes: u32,
    /// Where people meet, unless their meeting says otherwise.
    place: MeetingPlaceInput,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of setting the guardian's policy.
    SetGuardianPolicyPayload {
        /// The policy as it stands now; also where the caller had seen an older one.
        guardian_policy: GuardianPolicy
    }
}

/// How far the guardian of slots is to go for the caller.
#[derive(InputObject, Serialize)]
pub(crate) struct SetDefenceConsentInput {
    /// At most this.
    level: DefenceLevel,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of setting one's consent.
    SetDefenceConsentPayload {
        /// The consent as it stands now; also where the caller had seen an older one.
        defence_consent: DefenceConsent
    }
}

/// Setting how far the guardian may go.
#[derive(Default)]
pub(crate) struct PolicyMutation;

#[Object]
impl PolicyMutation {
    /// Sets what the guardian of slots may do in the organization. Requires: HR or administrator.
    async fn set_guardian_policy(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The policy.")] input: SetGuardianPolicyInput,
    ) -> Result<SetGuardianPolicyPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "setGuardianPolicy", &input)?;
        let outcome = async {
            let policy = rows::GuardianPolicy {
                level: input.level.into(),
                freeze: TimeDelta::minutes(input.freeze_minutes.into()),
                place: input.place.try_into()?,
                version: input.version,
            };
            operations::set_policy(&caller.app, &caller.actor, key, policy).await
        }
        .await;
        let shown = shown(&outcome);
        let (_, user_errors) = split(context, outcome)?;
        let guardian_policy =
            if shown { Some(GuardianPolicy::current(context).await?) } else { None };
        Ok(SetGuardianPolicyPayload { guardian_policy, user_errors })
    }

    /// Sets how far the caller lets the guardian of slots go. Requires: a token; it is done for
    /// the caller alone.
    async fn set_defence_consent(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The consent.")] input: SetDefenceConsentInput,
    ) -> Result<SetDefenceConsentPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "setDefenceConsent", &input)?;
        let (app, actor) = (&caller.app, &caller.actor);
        let outcome =
            operations::set_consent(app, actor, key, input.level.into(), input.version).await;
        let shown = shown(&outcome);
        let (_, user_errors) = split(context, outcome)?;
        let defence_consent = if shown { Some(DefenceConsent::mine(context).await?) } else { None };
        Ok(SetDefenceConsentPayload { defence_consent, user_errors })
    }
}

/// Whether a payload shows how things stand: it was done, or the caller had seen an older state.
pub(crate) fn shown<T>(outcome: &Result<T, Failure>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(Failure::User(errors)) => {
            errors.iter().any(|it| it.code == taiwa_operations::ErrorCode::Stale)
        }
        Err(_) => false,
    }
}
