//! The safety declaration.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use taiwa_domain::{id::PairId, meeting::safety as domain};
use taiwa_operations::meeting::safety::{self as operations, Standing};

use super::library::{BilingualInput, in_language};
use crate::{
    calendar::policy::shown,
    context::caller,
    error::failed,
    id::{Kind, global},
    load::{PairOf, SafetyOf},
    organization::Locale,
    pair::Pair,
    payload::{UserError, idempotency, parse_id, payload, split},
};

/// What a safety declaration says.
pub(crate) struct SafetyText(domain::SafetyText);

/// What a manager declares: that nothing said in a 1on1 is rated. Shipped with the product, or the
/// organization's own.
#[Object]
impl SafetyText {
    /// Global id: another wording has another.
    async fn id(&self) -> ID {
        global(Kind::SafetyText, self.0.id)
    }

    /// What is declared.
    async fn text(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "In this language; the caller's if none is given.")] locale: Option<
            Locale,
        >,
    ) -> Result<&str> {
        in_language(context, &self.0.text, locale)
    }

    /// Counts the organization's own versions; 0 = shipped with the product.
    async fn version(&self) -> i64 {
        self.0.version
    }
}

/// Where a pair stands with the safety declaration.
pub(crate) struct SafetyStanding(Standing);

/// Where a pair stands with the safety declaration. Requires: one of the two.
#[Object]
impl SafetyStanding {
    /// What would be declared now.
    async fn current_text(&self) -> SafetyText {
        SafetyText(self.0.current.clone())
    }

    /// What was declared last, in its own words.
    async fn declared_text(&self) -> Option<SafetyText> {
        self.0.latest.as_ref().map(|(_, text)| SafetyText(text.clone()))
    }

    /// When the manager declared it.
    async fn declared_at(&self) -> Option<DateTime<Utc>> {
        self.0.latest.as_ref().map(|(it, _)| it.declared_at)
    }

    /// When the report acknowledged it.
    async fn acknowledged_at(&self) -> Option<DateTime<Utc>> {
        self.0.latest.as_ref().and_then(|(it, _)| it.acknowledged_at)
    }

    /// Whether what was declared last is what is in use now.
    async fn is_current(&self) -> bool {
        self.0.latest.as_ref().is_some_and(|(_, text)| text.id == self.0.current.id)
    }
}

/// Where a pair stands; null for everyone but the two.
pub(crate) async fn of_pair(context: &Context<'_>, pair: PairId) -> Result<Option<SafetyStanding>> {
    Ok(caller(context)?.loads.load_one(SafetyOf(pair)).await?.map(SafetyStanding))
}

async fn current(context: &Context<'_>) -> Result<SafetyText> {
    let caller = caller(context)?;
    let found = operations::text(&caller.app, &caller.actor).await;
    Ok(SafetyText(found.map_err(|failure| failed(&failure))?))
}

/// The safety declaration.
#[derive(Default)]
pub(crate) struct SafetyQuery;

#[Object]
impl SafetyQuery {
    /// What managers declare before the first 1on1. Requires: a token.
    async fn safety_text(&self, context: &Context<'_>) -> Result<SafetyText> {
        current(context).await
    }
}

/// What is to be declared from now on.
#[derive(InputObject, Serialize)]
pub(crate) struct SetSafetyTextInput {
    /// What: 1 to 4,000 characters.
    text: BilingualInput,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// Where the safety declaration is made.
#[derive(InputObject, Serialize)]
pub(crate) struct DeclareSafetyInput {
    /// In which pair.
    pair_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// Where the safety declaration is acknowledged.
#[derive(InputObject, Serialize)]
pub(crate) struct AcknowledgeSafetyInput {
    /// In which pair.
    pair_id: ID,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of setting what is declared.
    SetSafetyTextPayload {
        /// What is declared now; also where the caller had seen an older one.
        safety_text: SafetyText
    }
}

payload! {
    /// What came of declaring.
    DeclareSafetyPayload {
        /// The pair.
        pair: Pair
    }
}

payload! {
    /// What came of acknowledging.
    AcknowledgeSafetyPayload {
        /// The pair.
        pair: Pair
    }
}

async fn answer(
    context: &Context<'_>,
    outcome: Result<taiwa_operations::Done, taiwa_operations::Failure>,
) -> Result<(Option<Pair>, Vec<UserError>)> {
    let (done, user_errors) = split(context, outcome)?;
    let pair = match done {
        Some(done) => {
            let key = PairOf(done.subject.into());
            caller(context)?.loads.load_one(key).await?.map(Pair::new)
        }
        None => None,
    };
    Ok((pair, user_errors))
}

/// Declaring and acknowledging.
#[derive(Default)]
pub(crate) struct SafetyMutation;

#[Object]
impl SafetyMutation {
    /// Sets what managers declare from now on. Requires: HR.
    async fn set_safety_text(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What.")] input: SetSafetyTextInput,
    ) -> Result<SetSafetyTextPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "setSafetyText", &input)?;
        let (app, actor) = (&caller.app, &caller.actor);
        let outcome = operations::set_text(app, actor, key, input.text.into(), input.version).await;
        let shown = shown(&outcome);
        let (_, user_errors) = split(context, outcome)?;
        let safety_text = if shown { Some(current(context).await?) } else { None };
        Ok(SetSafetyTextPayload { safety_text, user_errors })
    }

    /// Declares in a pair that nothing said in its 1on1s is rated. Requires: the pair's organizer.
    async fn declare_safety(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where.")] input: DeclareSafetyInput,
    ) -> Result<DeclareSafetyPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "declareSafety", &input)?;
        let outcome = async {
            let pair = parse_id(Kind::Pair, &input.pair_id, "pairId")?;
            operations::declare(&caller.app, &caller.actor, key, pair).await
        }
        .await;
        let (pair, user_errors) = answer(context, outcome).await?;
        Ok(DeclareSafetyPayload { pair, user_errors })
    }

    /// Acknowledges what was declared last in a pair. Requires: the pair's partner.
    async fn acknowledge_safety(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where.")] input: AcknowledgeSafetyInput,
    ) -> Result<AcknowledgeSafetyPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "acknowledgeSafety", &input)?;
        let outcome = async {
            let pair = parse_id(Kind::Pair, &input.pair_id, "pairId")?;
            operations::acknowledge(&caller.app, &caller.actor, key, pair).await
        }
        .await;
        let (pair, user_errors) = answer(context, outcome).await?;
        Ok(AcknowledgeSafetyPayload { pair, user_errors })
    }
}
