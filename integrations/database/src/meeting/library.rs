//! An organization's own questions and templates for agendas.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use taiwa_domain::{
    id::{AgendaTemplateId, LibraryQuestionId},
    meeting::library::{AgendaTemplate, Bilingual, LibraryQuestion},
};
use uuid::Uuid;

use crate::{
    error::{DatabaseError, Result},
    handle::{Reader, Transaction},
    value::{execute, name, named, rows},
};

#[derive(FromQueryResult)]
struct QuestionRow {
    id: Uuid,
    situation: String,
    asked_by: String,
    hoped: String,
    ja: String,
    en: String,
    version: i64,
}

#[derive(FromQueryResult)]
struct TemplateRow {
    id: Uuid,
    situation: String,
    ja: String,
    en: String,
    questions: String,
    version: i64,
}

fn question(row: QuestionRow) -> Result<LibraryQuestion> {
    Ok(LibraryQuestion {
        id: LibraryQuestionId(row.id),
        situation: named("situation", &row.situation)?,
        asked_by: named("asker", &row.asked_by)?,
        hoped: named("hoped response", &row.hoped)?,
        text: Bilingual { ja: row.ja, en: row.en },
        version: row.version,
    })
}

fn template(row: TemplateRow) -> Result<AgendaTemplate> {
    Ok(AgendaTemplate {
        id: AgendaTemplateId(row.id),
        situation: named("situation", &row.situation)?,
        title: Bilingual { ja: row.ja, en: row.en },
        questions: serde_json::from_str(&row.questions)
            .map_err(|_| DatabaseError::Corrupt("template"))?,
        version: row.version,
    })
}

impl Reader {
    /// The organization's own questions that are in use, oldest first.
    pub async fn library_questions(&self) -> Result<Vec<LibraryQuestion>> {
        let found: Vec<QuestionRow> = rows(
            &self.session,
            "select id, situation, asked_by, hoped, ja, en, version from library_question where organization_id = $1 and retired_at is null \
             order by id",
            [self.org()],
        )
        .await?;
        found.into_iter().map(question).collect()
    }

    /// The organization's own templates that are in use, oldest first.
    pub async fn agenda_templates(&self) -> Result<Vec<AgendaTemplate>> {
        let found: Vec<TemplateRow> = rows(
            &self.session,
            "select id, situation, ja, en, questions, version from agenda_template where organization_id = $1 and retired_at is null \
             order by id",
            [self.org()],
        )
        .await?;
        found.into_iter().map(template).collect()
    }
}

impl Transaction {
    /// Writes a question, new or at the version before `it.version`. Returns whether it was.
    pub async fn put_library_question(
        &self,
        it: &LibraryQuestion,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        execute(
            &self.session,
            "insert into library_question (organization_id, id, situation, asked_by, hoped, ja, en, \
               version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) \
             on conflict (organization_id, id) do update set situation = excluded.situation, \
               asked_by = excluded.asked_by, hoped = excluded.hoped, ja = excluded.ja, \
               en = excluded.en, version = excluded.version, updated_at = excluded.updated_at \
             where library_question.version = excluded.version - 1 \
               and library_question.retired_at is null",
            [
                self.org(),
                it.id.0.into(),
                name(it.situation).into(),
                name(it.asked_by).into(),
                name(it.hoped).into(),
                it.text.ja.as_str().into(),
                it.text.en.as_str().into(),
                it.version.into(),
                now.into(),
            ],
        )
        .await
        .map(|count| count > 0)
    }

    /// Writes a template, new or at the version before `it.version`. Returns whether it was.
    pub async fn put_agenda_template(
        &self,
        it: &AgendaTemplate,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let questions =
            serde_json::to_string(&it.questions).map_err(|_| DatabaseError::Corrupt("template"))?;
        execute(
            &self.session,
            "insert into agenda_template (organization_id, id, situation, ja, en, questions, \
               version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8) \
             on conflict (organization_id, id) do update set situation = excluded.situation, \
               ja = excluded.ja, en = excluded.en, questions = excluded.questions, \
               version = excluded.version, updated_at = excluded.updated_at \
             where agenda_template.version = excluded.version - 1 \
               and agenda_template.retired_at is null",
            [
                self.org(),
                it.id.0.into(),
                name(it.situation).into(),
                it.title.ja.as_str().into(),
                it.title.en.as_str().into(),
                questions.into(),
                it.version.into(),
                now.into(),
            ],
        )
        .await
        .map(|count| count > 0)
    }

    /// Takes a question out of use. Returns whether it was in use at this version.
    pub async fn retire_library_question(
        &self,
        id: LibraryQuestionId,
        version: i64,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        execute(
            &self.session,
            "update library_question set retired_at = $4, updated_at = $4 \
             where organization_id = $1 and id = $2 and version = $3 and retired_at is null",
            [self.org(), id.0.into(), version.into(), now.into()],
        )
        .await
        .map(|count| count > 0)
    }

    /// Takes a template out of use. Returns whether it was in use at this version.
    pub async fn retire_agenda_template(
        &self,
        id: AgendaTemplateId,
        version: i64,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        execute(
            &self.session,
            "update agenda_template set retired_at = $4, updated_at = $4 \
             where organization_id = $1 and id = $2 and version = $3 and retired_at is null",
            [self.org(), id.0.into(), version.into(), now.into()],
        )
        .await
        .map(|count| count > 0)
    }
}
