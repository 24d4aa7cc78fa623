//! What minutes begin with.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use serde::Serialize;
use taiwa_domain::{id::MinutesTemplateId, minutes as domain};
use taiwa_operations::{minutes as operations, rows::TemplateRow};

use crate::{
    context::caller,
    error::failed,
    id::{Kind, global},
    payload::{idempotency, parse_id, payload, split},
};

/// A template that is shipped, in Japanese and English.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::minutes::BuiltIn")]
pub(crate) enum MinutesTemplateKey {
    /// What was discussed, next actions, next time.
    Standard,
    /// About a person's career.
    Career,
    /// The first 1on1 of two people.
    First,
}

/// What minutes can begin with: one that is shipped, or the organization's own.
pub(crate) enum MinutesTemplate {
    BuiltIn(domain::BuiltInTemplate),
    Own(TemplateRow),
}

impl MinutesTemplate {
    /// The organization's own, then those that are shipped, in the caller's language.
    pub(crate) async fn offered(context: &Context<'_>) -> Result<Vec<Self>> {
        let caller = caller(context)?;
        let own = operations::templates(&caller.app, &caller.actor).await;
        let own = own.map_err(|failure| failed(&failure))?;
        let built_in = domain::built_in(caller.actor.locale);
        Ok(own.into_iter().map(Self::Own).chain(built_in.map(Self::BuiltIn)).collect())
    }
}

/// What minutes can begin with: one that is shipped, or the organization's own.
#[Object]
impl MinutesTemplate {
    /// Which of those that are shipped; null for the organization's own.
    async fn key(&self) -> Option<MinutesTemplateKey> {
        match self {
            Self::BuiltIn(it) => Some(it.key.into()),
            Self::Own(_) => None,
        }
    }

    /// Global id of the organization's own; null for those that are shipped.
    async fn template_id(&self) -> Option<ID> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Own(it) => Some(global(Kind::MinutesTemplate, it.id)),
        }
    }

    /// What it is called.
    async fn name(&self) -> &str {
        match self {
            Self::BuiltIn(it) => it.name,
            Self::Own(it) => &it.name,
        }
    }

    /// What minutes begin with.
    async fn markdown(&self) -> &str {
        match self {
            Self::BuiltIn(it) => it.markdown,
            Self::Own(it) => &it.markdown,
        }
    }

    /// Counts changes of the organization's own; 0 for those that are shipped.
    async fn version(&self) -> i64 {
        match self {
            Self::BuiltIn(_) => 0,
            Self::Own(it) => it.version,
        }
    }
}

/// A template of the organization.
#[derive(InputObject, Serialize)]
pub(crate) struct SaveMinutesTemplateInput {
    /// Which; a new one if not given.
    template_id: Option<ID>,
    /// The version the caller saw; 0 for a new one.
    #[graphql(default)]
    version: i64,
    /// What it is called, 1 to 100 characters.
    name: String,
    /// What minutes begin with, Markdown of at most 16384 bytes.
    markdown: String,
    /// Whether it is not offered any more.
    #[graphql(default)]
    is_retired: bool,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of storing a template.
    SaveMinutesTemplatePayload {
        /// The templates that are offered now.
        minutes_templates: Vec<MinutesTemplate>
    }
}

/// Storing templates.
#[derive(Default)]
pub(crate) struct TemplateMutation;

#[Object]
impl TemplateMutation {
    /// Stores a template of the organization. Minutes that began with it stay as they are.
    /// Requires: HR or administrator.
    async fn save_minutes_template(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The template.")] input: SaveMinutesTemplateInput,
    ) -> Result<SaveMinutesTemplatePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "saveMinutesTemplate", &input)?;
        let outcome = async {
            let id: Option<MinutesTemplateId> = input
                .template_id
                .as_ref()
                .map(|id| parse_id(Kind::MinutesTemplate, id, "templateId"))
                .transpose()?;
            let row = TemplateRow {
                id: id.unwrap_or(MinutesTemplateId(uuid::Uuid::nil())),
                name: input.name,
                markdown: input.markdown,
                retired: input.is_retired,
                // One with an id is never a new one.
                version: if id.is_some() { input.version.max(1) } else { 0 },
            };
            operations::save_template(&caller.app, &caller.actor, key, row).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        let minutes_templates = match done {
            Some(_) => Some(MinutesTemplate::offered(context).await?),
            None => None,
        };
        Ok(SaveMinutesTemplatePayload { minutes_templates, user_errors })
    }
}
