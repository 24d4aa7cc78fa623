//! Changing cadence policies.

use async_graphql::{Context, Object, Result};
use taiwa_operations::cadence as operations;

use super::{
    CadencePolicy,
    input::{AddCadencePolicyInput, EndCadencePolicyInput},
};
use crate::{
    context::caller,
    error::failed,
    id::Kind,
    payload::{idempotency, parse_id, payload, split},
};

payload! {
    /// What came of adding a policy.
    AddCadencePolicyPayload {
        /// The policy.
        cadence_policy: CadencePolicy
    }
}

payload! {
    /// What came of ending a policy.
    EndCadencePolicyPayload {
        /// The policy.
        cadence_policy: CadencePolicy
    }
}

/// Changing cadence policies.
#[derive(Default)]
pub(crate) struct CadenceMutation;

async fn policy(
    context: &Context<'_>,
    done: Option<taiwa_operations::Done>,
) -> Result<Option<CadencePolicy>> {
    let Some(done) = done else { return Ok(None) };
    let caller = caller(context)?;
    let reader = caller.app.reader(&caller.actor).await.map_err(|failure| failed(&failure))?;
    let found = reader.policy(done.subject.into()).await.map_err(crate::error::Shared::from)?;
    Ok(found.map(CadencePolicy))
}

#[Object]
impl CadenceMutation {
    /// Adds a policy; pairs and plans follow. Requires: HR or administrator; for a pair's own, one
    /// of the two or HR.
    async fn add_cadence_policy(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The policy.")] input: AddCadencePolicyInput,
    ) -> Result<AddCadencePolicyPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "addCadencePolicy", &input)?;
        let outcome = async {
            let new = input.resolve(caller.actor.today)?;
            operations::add(&caller.app, &caller.actor, key, new).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(AddCadencePolicyPayload { cadence_policy: policy(context, done).await?, user_errors })
    }

    /// Ends a policy; the next narrower rule holds from the day after. Requires: as for adding it.
    async fn end_cadence_policy(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The policy and its last day.")] input: EndCadencePolicyInput,
    ) -> Result<EndCadencePolicyPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "endCadencePolicy", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Policy, &input.policy_id, "policyId")?;
            let (app, actor) = (&caller.app, &caller.actor);
            operations::end(app, actor, key, id, input.version, input.last_day).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(EndCadencePolicyPayload { cadence_policy: policy(context, done).await?, user_errors })
    }
}
