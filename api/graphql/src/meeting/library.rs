//! Questions and templates for agendas.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use serde::Serialize;
use taiwa_domain::meeting::library::{self as domain, Bilingual};
use taiwa_operations::meeting::library as operations;

use super::agenda::item::HopedResponse;
use crate::{
    context::caller,
    error::failed,
    id::{Kind, global},
    organization::Locale,
};

/// When a question is of use.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::meeting::library::Situation")]
pub(crate) enum Situation {
    /// The first 1on1 of two people.
    FirstOneOnOne,
    /// Nothing special: the ordinary 1on1.
    Regular,
    /// Where somebody wants to go.
    Career,
    /// Something went wrong.
    AfterFailure,
    /// Something must be said that is hard to hear.
    HardFeedback,
    /// Somebody is tired or low.
    LowEnergy,
    /// Somebody is back from a leave.
    ReturnFromLeave,
    /// A goal is looked at.
    GoalCheck,
    /// There is too much to do.
    Workload,
    /// Something went well.
    Success,
    /// How people of a team get on.
    Team,
    /// Somebody has a new role.
    NewRole,
    /// Somebody has a new manager.
    ManagerChange,
}

/// Who would ask a question.
#[derive(Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "taiwa_domain::meeting::library::Asker")]
pub(crate) enum Asker {
    /// The manager, or the mentor.
    Manager,
    /// The report, or the mentee.
    Report,
    /// Either.
    Either,
}

/// A text in one language or both; one stands for a missing other.
#[derive(InputObject, Serialize)]
pub(crate) struct BilingualInput {
    /// Japanese.
    ja: Option<String>,
    /// English.
    en: Option<String>,
}

impl From<BilingualInput> for operations::Given {
    fn from(it: BilingualInput) -> Self {
        Self { ja: it.ja, en: it.en }
    }
}

pub(super) fn in_language<'a>(
    context: &Context<'_>,
    text: &'a Bilingual,
    locale: Option<Locale>,
) -> Result<&'a str> {
    let locale = match locale {
        Some(locale) => locale.into(),
        None => caller(context)?.actor.locale,
    };
    Ok(match locale {
        taiwa_domain::organization::Locale::Ja => &text.ja,
        taiwa_domain::organization::Locale::En => &text.en,
    })
}

/// A question to put on an agenda.
pub(crate) struct LibraryQuestion(domain::LibraryQuestion);

/// A question to put on an agenda: shipped with the product, or the organization's own.
#[Object]
impl LibraryQuestion {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::LibraryQuestion, self.0.id)
    }

    /// When it is of use.
    async fn situation(&self) -> Situation {
        self.0.situation.into()
    }

    /// Who would ask it.
    async fn asked_by(&self) -> Asker {
        self.0.asked_by.into()
    }

    /// What its asker hopes for.
    async fn hoped_response(&self) -> HopedResponse {
        self.0.hoped.into()
    }

    /// What it asks.
    async fn text(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "In this language; the caller's if none is given.")] locale: Option<
            Locale,
        >,
    ) -> Result<&str> {
        in_language(context, &self.0.text, locale)
    }

    /// Whether it is shipped with the product.
    async fn is_shipped(&self) -> bool {
        self.0.version == 0
    }

    /// Counts its changes; 0 = shipped with the product.
    async fn version(&self) -> i64 {
        self.0.version
    }
}

/// Questions in an order that suits a situation.
pub(crate) struct AgendaTemplate(
    pub(crate) domain::AgendaTemplate,
    pub(crate) Vec<domain::LibraryQuestion>,
);

/// Questions in an order that suits a situation: shipped with the product, or the organization's
/// own.
#[Object]
impl AgendaTemplate {
    /// Global id.
    async fn id(&self) -> ID {
        global(Kind::AgendaTemplate, self.0.id)
    }

    /// When it is of use.
    async fn situation(&self) -> Situation {
        self.0.situation.into()
    }

    /// What it is called.
    async fn title(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "In this language; the caller's if none is given.")] locale: Option<
            Locale,
        >,
    ) -> Result<&str> {
        in_language(context, &self.0.title, locale)
    }

    /// Its questions in their order, without those that went out of use.
    async fn questions(&self) -> Vec<LibraryQuestion> {
        self.1.iter().cloned().map(LibraryQuestion).collect()
    }

    /// Whether it is shipped with the product.
    async fn is_shipped(&self) -> bool {
        self.0.version == 0
    }

    /// Counts its changes; 0 = shipped with the product.
    async fn version(&self) -> i64 {
        self.0.version
    }
}

/// Questions and templates for agendas.
#[derive(Default)]
pub(crate) struct LibraryQuery;

#[Object]
impl LibraryQuery {
    /// Questions to put on agendas: the organization's own, then those that are shipped; at most
    /// some hundreds. Requires: a token.
    async fn library_questions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "For this situation only.")] situation: Option<Situation>,
        #[graphql(desc = "Those that this one would ask.")] asked_by: Option<Asker>,
    ) -> Result<Vec<LibraryQuestion>> {
        let caller = caller(context)?;
        let (situation, asker) = (situation.map(Into::into), asked_by.map(Into::into));
        let found = operations::questions(&caller.app, &caller.actor, situation, asker)
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(found.into_iter().map(LibraryQuestion).collect())
    }

    /// Templates of agendas: the organization's own, then those that are shipped; at most some
    /// hundreds. Requires: a token.
    async fn agenda_templates(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "For this situation only.")] situation: Option<Situation>,
    ) -> Result<Vec<AgendaTemplate>> {
        let caller = caller(context)?;
        let found = operations::templates(&caller.app, &caller.actor, situation.map(Into::into))
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(found.into_iter().map(|(it, questions)| AgendaTemplate(it, questions)).collect())
    }
}

impl LibraryQuestion {
    /// A question by its id, if it is in use.
    pub(super) async fn find(context: &Context<'_>, id: uuid::Uuid) -> Result<Option<Self>> {
        let caller = caller(context)?;
        let found = operations::questions(&caller.app, &caller.actor, None, None)
            .await
            .map_err(|failure| failed(&failure))?;
        Ok(found.into_iter().find(|it| it.id.0 == id).map(Self))
    }
}

impl AgendaTemplate {
    /// A template by its id, if it is in use.
    pub(super) async fn find(context: &Context<'_>, id: uuid::Uuid) -> Result<Option<Self>> {
        let caller = caller(context)?;
        let found = operations::templates(&caller.app, &caller.actor, None)
            .await
            .map_err(|failure| failed(&failure))?;
        let found = found.into_iter().find(|(it, _)| it.id.0 == id);
        Ok(found.map(|(it, questions)| Self(it, questions)))
    }
}
