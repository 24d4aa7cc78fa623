//! Questions and templates for agendas: shipped ones and the organization's own.

use std::collections::HashSet;

use taiwa_database::{Reader, Transaction};
use taiwa_domain::{
    access::{ManageLibrary, ReadOrganization},
    id::{AgendaTemplateId, LibraryQuestionId, PairId},
    meeting::{
        agenda::HopedResponse,
        library::{
            self as domain, AgendaTemplate, Asker, Bilingual, LONGEST_QUESTION, LONGEST_TITLE,
            LibraryError, LibraryQuestion, MOST_OF_A_TEMPLATE, MOST_QUESTIONS, MOST_TEMPLATES,
            Situation, bilingual, check_questions,
        },
    },
    organization::Locale,
};

use super::agenda::{full, items};
use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// A text given in one language or both.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Japanese.
    pub ja: Option<String>,
    /// English.
    pub en: Option<String>,
}

impl Given {
    fn checked(self, longest: usize) -> Result<Bilingual> {
        bilingual(self.ja, self.en, longest).map_err(|error| refused(error, longest))
    }
}

/// A question of the organization's own to be.
#[derive(Clone, Debug)]
pub struct NewQuestion {
    /// When it is of use.
    pub situation: Situation,
    /// Who would ask it.
    pub asked_by: Asker,
    /// What its asker hopes for.
    pub hoped: HopedResponse,
    /// What it asks.
    pub text: Given,
}

/// A template of the organization's own to be.
#[derive(Clone, Debug)]
pub struct NewTemplate {
    /// When it is of use.
    pub situation: Situation,
    /// What it is called.
    pub title: Given,
    /// Its questions in their order.
    pub questions: Vec<LibraryQuestionId>,
}

fn refused(why: LibraryError, longest: usize) -> Failure {
    let (field, ja, en) = match why {
        LibraryError::Text => (
            "",
            format!("日本語か英語の少なくとも一方を、1〜{longest}文字で入力してください。"),
            format!("Give a text of 1 to {longest} characters in Japanese, English or both."),
        ),
        LibraryError::Questions => (
            "questionIds",
            format!("使われている質問を1〜{MOST_OF_A_TEMPLATE}件、重複なく指定してください。"),
            format!("Name 1 to {MOST_OF_A_TEMPLATE} questions that are in use, each once."),
        ),
    };
    UserError::new(ErrorCode::Invalid, field, ja, en).into()
}

fn stale() -> Failure {
    UserError::new(
        ErrorCode::Stale,
        "version",
        "ほかの変更が先に行われたか、もう使われていません。読み直してください。",
        "It changed or went out of use since you read it. Read it again.",
    )
    .into()
}

async fn known(reader: &Reader) -> Result<Vec<LibraryQuestion>> {
    let own = reader.library_questions().await?;
    Ok(own.into_iter().chain(domain::questions().iter().cloned()).collect())
}

/// The questions for a situation and an asker, where they are given: the organization's own, then
/// those that are shipped. Everyone may read them.
pub async fn questions(
    app: &App,
    actor: &Actor,
    situation: Option<Situation>,
    asker: Option<Asker>,
) -> Result<Vec<LibraryQuestion>> {
    actor.caller.grant::<ReadOrganization>(&())?;
    let mut found = known(&*app.reader(actor).await?).await?;
    found.retain(|it| {
        situation.is_none_or(|wanted| it.situation == wanted)
            && asker.is_none_or(|asker| it.suits(asker))
    });
    Ok(found)
}

/// The templates for a situation, if one is given, likewise, with their questions. A question that
/// went out of use is left out.
pub async fn templates(
    app: &App,
    actor: &Actor,
    situation: Option<Situation>,
) -> Result<Vec<(AgendaTemplate, Vec<LibraryQuestion>)>> {
    actor.caller.grant::<ReadOrganization>(&())?;
    let reader = app.reader(actor).await?;
    let questions = known(&reader).await?;
    let own = reader.agenda_templates().await?;
    let all = own.into_iter().chain(domain::templates().iter().cloned());
    let of = |ids: &[LibraryQuestionId]| {
        let find = |id: &LibraryQuestionId| questions.iter().find(|it| it.id == *id).cloned();
        ids.iter().filter_map(find).collect::<Vec<_>>()
    };
    Ok(all
        .filter(|it| situation.is_none_or(|wanted| it.situation == wanted))
        .map(|it| {
            let questions = of(&it.questions);
            (it, questions)
        })
        .collect())
}

/// Adds a question, or changes the one that was seen at a version.
pub async fn put_question(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    at: Option<(LibraryQuestionId, i64)>,
    new: NewQuestion,
) -> Result<Done> {
    actor.caller.grant::<ManageLibrary>(&())?;
    let text = new.text.checked(LONGEST_QUESTION)?;
    let write = begin!(app, actor, idempotency);
    let own = write.transaction.library_questions().await?;
    let (id, seen) = match at {
        Some((id, seen)) => {
            own.iter().find(|it| it.id == id).ok_or(Failure::NotFound)?;
            (id, seen)
        }
        None if own.len() as u64 >= MOST_QUESTIONS => return Err(full("", MOST_QUESTIONS)),
        None => (app.id(), 0),
    };
    let it = LibraryQuestion {
        id,
        situation: new.situation,
        asked_by: new.asked_by,
        hoped: new.hoped,
        text,
        version: seen + 1,
    };
    if !write.transaction.put_library_question(&it, app.now()).await? {
        return Err(stale());
    }
    app.commit(write, id).await
}

/// Adds a template, or changes the one that was seen at a version.
pub async fn put_template(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    at: Option<(AgendaTemplateId, i64)>,
    new: NewTemplate,
) -> Result<Done> {
    actor.caller.grant::<ManageLibrary>(&())?;
    let title = new.title.checked(LONGEST_TITLE)?;
    let write = begin!(app, actor, idempotency);
    let known: HashSet<_> = known(&write.transaction).await?.iter().map(|it| it.id).collect();
    check_questions(&new.questions, &known).map_err(|error| refused(error, LONGEST_TITLE))?;
    let own = write.transaction.agenda_templates().await?;
    let (id, seen) = match at {
        Some((id, seen)) => {
            own.iter().find(|it| it.id == id).ok_or(Failure::NotFound)?;
            (id, seen)
        }
        None if own.len() as u64 >= MOST_TEMPLATES => return Err(full("", MOST_TEMPLATES)),
        None => (app.id(), 0),
    };
    let it = AgendaTemplate {
        id,
        situation: new.situation,
        title,
        questions: new.questions,
        version: seen + 1,
    };
    if !write.transaction.put_agenda_template(&it, app.now()).await? {
        return Err(stale());
    }
    app.commit(write, id).await
}

/// Takes one of the organization's own questions out of use. What was made of it stays.
pub async fn retire_question(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: LibraryQuestionId,
    version: i64,
) -> Result<Done> {
    actor.caller.grant::<ManageLibrary>(&())?;
    let write = begin!(app, actor, idempotency);
    let own = write.transaction.library_questions().await?;
    own.iter().find(|it| it.id == id).ok_or(Failure::NotFound)?;
    if !write.transaction.retire_library_question(id, version, app.now()).await? {
        return Err(stale());
    }
    app.commit(write, id).await
}

/// Takes one of the organization's own templates out of use.
pub async fn retire_template(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    id: AgendaTemplateId,
    version: i64,
) -> Result<Done> {
    actor.caller.grant::<ManageLibrary>(&())?;
    let write = begin!(app, actor, idempotency);
    let own = write.transaction.agenda_templates().await?;
    own.iter().find(|it| it.id == id).ok_or(Failure::NotFound)?;
    if !write.transaction.retire_agenda_template(id, version, app.now()).await? {
        return Err(stale());
    }
    app.commit(write, id).await
}

/// What is put on an agenda: a template's questions, or some questions.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// The questions of a template that are in use.
    Template(AgendaTemplateId),
    /// These.
    Questions(Vec<LibraryQuestionId>),
}

async fn chosen(transaction: &Transaction, it: Chosen) -> Result<Vec<LibraryQuestion>> {
    let questions = known(transaction).await?;
    let ids = match it {
        Chosen::Questions(ids) => {
            let known: HashSet<_> = questions.iter().map(|it| it.id).collect();
            check_questions(&ids, &known).map_err(|error| refused(error, LONGEST_QUESTION))?;
            ids
        }
        Chosen::Template(id) => {
            let own = transaction.agenda_templates().await?;
            let mut all = own.into_iter().chain(domain::templates().iter().cloned());
            all.find(|it| it.id == id).ok_or(Failure::NotFound)?.questions
        }
    };
    let find = |id: &LibraryQuestionId| questions.iter().find(|it| it.id == *id).cloned();
    Ok(ids.iter().filter_map(find).collect())
}

/// Puts questions on a pair's agenda as the actor's own talking points, in the actor's language.
pub async fn put_on_agenda(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    pair: PairId,
    it: Chosen,
    draft: bool,
) -> Result<Done> {
    let write = begin!(app, actor, idempotency);
    let questions = chosen(&write.transaction, it).await?;
    let new = questions.into_iter().map(|it| match actor.locale {
        Locale::Ja => (it.text.ja, it.hoped),
        Locale::En => (it.text.en, it.hoped),
    });
    let to = (pair, draft);
    items::add_all(app, &write.transaction, actor, to, new.collect()).await?;
    app.commit(write, pair).await
}
