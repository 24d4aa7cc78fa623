//! Changing the library of questions and templates, and putting them on agendas.

use async_graphql::{Context, ID, InputObject, Object, Result};
use serde::Serialize;
use taiwa_domain::id::PairId;
use taiwa_operations::{Done, Failure, meeting::library as operations};

use super::{
    agenda::{item::HopedResponse, parse_ids},
    library::{AgendaTemplate, Asker, BilingualInput, LibraryQuestion, Situation},
};
use crate::{
    context::caller,
    id::Kind,
    pair::Pair,
    payload::{UserError, idempotency, parse_id, payload, split},
};

/// A question of the organization's own to be.
#[derive(InputObject, Serialize)]
pub(crate) struct AddLibraryQuestionInput {
    /// When it is of use.
    situation: Situation,
    /// Who would ask it.
    asked_by: Asker,
    /// What its asker hopes for.
    hoped_response: HopedResponse,
    /// What it asks: 1 to 500 characters.
    text: BilingualInput,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// What a question of the organization's own is to be.
#[derive(InputObject, Serialize)]
pub(crate) struct UpdateLibraryQuestionInput {
    /// Which.
    question_id: ID,
    /// When it is of use.
    situation: Situation,
    /// Who would ask it.
    asked_by: Asker,
    /// What its asker hopes for.
    hoped_response: HopedResponse,
    /// What it asks: 1 to 500 characters.
    text: BilingualInput,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A question of the organization's own to take out of use.
#[derive(InputObject, Serialize)]
pub(crate) struct RetireLibraryQuestionInput {
    /// Which.
    question_id: ID,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A template of the organization's own to be.
#[derive(InputObject, Serialize)]
pub(crate) struct AddAgendaTemplateInput {
    /// When it is of use.
    situation: Situation,
    /// What it is called: 1 to 100 characters.
    title: BilingualInput,
    /// Its questions in their order: 1 to 20, each once.
    question_ids: Vec<ID>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// What a template of the organization's own is to be.
#[derive(InputObject, Serialize)]
pub(crate) struct UpdateAgendaTemplateInput {
    /// Which.
    template_id: ID,
    /// When it is of use.
    situation: Situation,
    /// What it is called: 1 to 100 characters.
    title: BilingualInput,
    /// Its questions in their order: 1 to 20, each once.
    question_ids: Vec<ID>,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// A template of the organization's own to take out of use.
#[derive(InputObject, Serialize)]
pub(crate) struct RetireAgendaTemplateInput {
    /// Which.
    template_id: ID,
    /// The version the caller saw.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

/// Questions to put on an agenda: a template's, or some.
#[derive(InputObject, Serialize)]
pub(crate) struct AddAgendaItemsFromLibraryInput {
    /// On whose.
    pair_id: ID,
    /// The questions of this template.
    template_id: Option<ID>,
    /// These, if no template is given: 1 to 20, each once.
    #[graphql(default)]
    question_ids: Vec<ID>,
    /// Whether they are private drafts that the other does not see until they are shared.
    #[graphql(default)]
    draft: bool,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of adding a question.
    AddLibraryQuestionPayload {
        /// The question.
        library_question: LibraryQuestion
    }
}

payload! {
    /// What came of changing a question.
    UpdateLibraryQuestionPayload {
        /// The question as it stands now.
        library_question: LibraryQuestion
    }
}

payload! {
    /// What came of taking a question out of use.
    RetireLibraryQuestionPayload {
        /// Its id.
        retired_id: ID
    }
}

payload! {
    /// What came of adding a template.
    AddAgendaTemplatePayload {
        /// The template.
        agenda_template: AgendaTemplate
    }
}

payload! {
    /// What came of changing a template.
    UpdateAgendaTemplatePayload {
        /// The template as it stands now.
        agenda_template: AgendaTemplate
    }
}

payload! {
    /// What came of taking a template out of use.
    RetireAgendaTemplatePayload {
        /// Its id.
        retired_id: ID
    }
}

payload! {
    /// What came of putting questions on an agenda.
    AddAgendaItemsFromLibraryPayload {
        /// The pair; its open talking points are behind all others.
        pair: Pair
    }
}

async fn answer_question(
    context: &Context<'_>,
    outcome: Result<Done, Failure>,
) -> Result<(Option<LibraryQuestion>, Vec<UserError>)> {
    let (done, user_errors) = split(context, outcome)?;
    let found = match done {
        Some(done) => LibraryQuestion::find(context, done.subject).await?,
        None => None,
    };
    Ok((found, user_errors))
}

async fn answer_template(
    context: &Context<'_>,
    outcome: Result<Done, Failure>,
) -> Result<(Option<AgendaTemplate>, Vec<UserError>)> {
    let (done, user_errors) = split(context, outcome)?;
    let found = match done {
        Some(done) => AgendaTemplate::find(context, done.subject).await?,
        None => None,
    };
    Ok((found, user_errors))
}

/// Changing the library, and using it.
#[derive(Default)]
pub(crate) struct LibraryMutation;

#[Object]
impl LibraryMutation {
    /// Adds a question of the organization's own. Requires: HR.
    async fn add_library_question(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The question.")] input: AddLibraryQuestionInput,
    ) -> Result<AddLibraryQuestionPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "addLibraryQuestion", &input)?;
        let outcome = async {
            let new = operations::NewQuestion {
                situation: input.situation.into(),
                asked_by: input.asked_by.into(),
                hoped: input.hoped_response.into(),
                text: input.text.into(),
            };
            operations::put_question(&caller.app, &caller.actor, key, None, new).await
        }
        .await;
        let (library_question, user_errors) = answer_question(context, outcome).await?;
        Ok(AddLibraryQuestionPayload { library_question, user_errors })
    }

    /// Changes a question of the organization's own. Requires: HR.
    async fn update_library_question(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What it is to be.")] input: UpdateLibraryQuestionInput,
    ) -> Result<UpdateLibraryQuestionPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "updateLibraryQuestion", &input)?;
        let outcome = async {
            let id = parse_id(Kind::LibraryQuestion, &input.question_id, "questionId")?;
            let new = operations::NewQuestion {
                situation: input.situation.into(),
                asked_by: input.asked_by.into(),
                hoped: input.hoped_response.into(),
                text: input.text.into(),
            };
            let at = Some((id, input.version));
            operations::put_question(&caller.app, &caller.actor, key, at, new).await
        }
        .await;
        let (library_question, user_errors) = answer_question(context, outcome).await?;
        Ok(UpdateLibraryQuestionPayload { library_question, user_errors })
    }

    /// Takes a question of the organization's own out of use; what was made of it stays. Requires:
    /// HR.
    async fn retire_library_question(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: RetireLibraryQuestionInput,
    ) -> Result<RetireLibraryQuestionPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "retireLibraryQuestion", &input)?;
        let outcome = async {
            let id = parse_id(Kind::LibraryQuestion, &input.question_id, "questionId")?;
            operations::retire_question(&caller.app, &caller.actor, key, id, input.version).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(RetireLibraryQuestionPayload {
            retired_id: done.map(|_| input.question_id),
            user_errors,
        })
    }

    /// Adds a template of the organization's own. Requires: HR.
    async fn add_agenda_template(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The template.")] input: AddAgendaTemplateInput,
    ) -> Result<AddAgendaTemplatePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "addAgendaTemplate", &input)?;
        let outcome = async {
            let new = operations::NewTemplate {
                situation: input.situation.into(),
                title: input.title.into(),
                questions: parse_ids(Kind::LibraryQuestion, &input.question_ids, "questionIds")?,
            };
            operations::put_template(&caller.app, &caller.actor, key, None, new).await
        }
        .await;
        let (agenda_template, user_errors) = answer_template(context, outcome).await?;
        Ok(AddAgendaTemplatePayload { agenda_template, user_errors })
    }

    /// Changes a template of the organization's own. Requires: HR.
    async fn update_agenda_template(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What it is to be.")] input: UpdateAgendaTemplateInput,
    ) -> Result<UpdateAgendaTemplatePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "updateAgendaTemplate", &input)?;
        let outcome = async {
            let id = parse_id(Kind::AgendaTemplate, &input.template_id, "templateId")?;
            let new = operations::NewTemplate {
                situation: input.situation.into(),
                title: input.title.into(),
                questions: parse_ids(Kind::LibraryQuestion, &input.question_ids, "questionIds")?,
            };
            let at = Some((id, input.version));
            operations::put_template(&caller.app, &caller.actor, key, at, new).await
        }
        .await;
        let (agenda_template, user_errors) = answer_template(context, outcome).await?;
        Ok(UpdateAgendaTemplatePayload { agenda_template, user_errors })
    }

    /// Takes a template of the organization's own out of use; what was made of it stays. Requires:
    /// HR.
    async fn retire_agenda_template(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: RetireAgendaTemplateInput,
    ) -> Result<RetireAgendaTemplatePayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "retireAgendaTemplate", &input)?;
        let outcome = async {
            let id = parse_id(Kind::AgendaTemplate, &input.template_id, "templateId")?;
            operations::retire_template(&caller.app, &caller.actor, key, id, input.version).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(RetireAgendaTemplatePayload { retired_id: done.map(|_| input.template_id), user_errors })
    }

    /// Puts questions of the library on a pair's agenda, as the caller's own talking points in the
    /// caller's language. Requires: one of the two.
    async fn add_agenda_items_from_library(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The questions, and where.")] input: AddAgendaItemsFromLibraryInput,
    ) -> Result<AddAgendaItemsFromLibraryPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "addAgendaItemsFromLibrary", &input)?;
        let outcome = async {
            let pair = parse_id(Kind::Pair, &input.pair_id, "pairId")?;
            let chosen = match &input.template_id {
                Some(id) => {
                    operations::Chosen::Template(parse_id(Kind::AgendaTemplate, id, "templateId")?)
                }
                None => operations::Chosen::Questions(parse_ids(
                    Kind::LibraryQuestion,
                    &input.question_ids,
                    "questionIds",
                )?),
            };
            let (app, actor) = (&caller.app, &caller.actor);
            operations::put_on_agenda(app, actor, key, pair, chosen, input.draft).await
        }
        .await;
        let (done, user_errors) = split(context, outcome)?;
        let pair = Pair::find(context, done.map(|done| PairId(done.subject))).await?;
        Ok(AddAgendaItemsFromLibraryPayload { pair, user_errors })
    }
}
