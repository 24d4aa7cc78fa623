//! A change of manager: what the report takes along.

use async_graphql::{Context, ID, InputObject, Object, Result};
use serde::Serialize;
use taiwa_domain::id::PairId;
use taiwa_operations::meeting::agenda::carry as operations;

use super::parse_ids;
use crate::{
    context::caller,
    id::Kind,
    pair::Pair,
    payload::{idempotency, parse_id, payload, split},
};

/// What is to go along into the pair with a new manager.
#[derive(InputObject, Serialize)]
pub(crate) struct CarryOverInput {
    /// The former pair, which has ended.
    from_pair_id: ID,
    /// The pair in which it goes on.
    to_pair_id: ID,
    /// Open talking points that the caller raised and shared.
    #[graphql(default)]
    item_ids: Vec<ID>,
    /// Open actions that the caller owns.
    #[graphql(default)]
    action_ids: Vec<ID>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of carrying over.
    CarryOverPayload {
        /// The pair in which it goes on.
        pair: Pair
    }
}

/// Carrying over.
#[derive(Default)]
pub(crate) struct CarryOverMutation;

#[Object]
impl CarryOverMutation {
    /// Carries talking points and actions from a pair that has ended into the pair with the new
    /// manager: closed there, open here; all of them, or none. Comments, minutes and what the
    /// former manager raised stay behind. Requires: the report of both pairs.
    async fn carry_over(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What goes along, and where.")] input: CarryOverInput,
    ) -> Result<CarryOverPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "carryOver", &input)?;
        let outcome = async {
            let luggage = operations::Luggage {
                from: parse_id(Kind::Pair, &input.from_pair_id, "fromPairId")?,
                to: parse_id(Kind::Pair, &input.to_pair_id, "toPairId")?,
                items: parse_ids(Kind::AgendaItem, &input.item_ids, "itemIds")?,
                actions: parse_ids(Kind::ActionItem, &input.action_ids, "actionIds")?,
            };
            operations::over(&caller.app, &caller.actor, key, luggage).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        let pair = Pair::find(context, done.map(|done| PairId(done.subject))).await?;
        Ok(CarryOverPayload { pair, user_errors })
    }
}
