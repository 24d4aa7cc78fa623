//! What minutes begin with.

use taiwa_database::{Reader, minutes::TemplateRow};
use taiwa_domain::{
    access::{ManagePolicies, ReadOrganization},
    id::MinutesTemplateId,
    minutes::{BuiltIn, built_in},
    organization::Locale,
};

use crate::{Actor, App, Done, ErrorCode, Failure, Idempotency, Result, UserError, begin};

/// Most templates of an organization.
const MOST: usize = 100;
/// Longest name, in characters.
const LONGEST_NAME: usize = 100;
/// Longest template, in bytes.
const LONGEST: usize = 16 << 10;

/// Which template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// One that is shipped, in the actor's language.
    BuiltIn(BuiltIn),
    /// One of the organization's own.
    Own(MinutesTemplateId),
    /// Nothing: an empty document.
    Empty,
}

/// The organization's own templates: everyone may see them.
pub async fn templates(app: &App, actor: &Actor) -> Result<Vec<TemplateRow>> {
    actor.caller.grant::<ReadOrganization>(&())?;
    Ok(app.reader(actor).await?.minutes_templates(false).await?)
}

/// The text of a template.
pub(super) async fn text(reader: &Reader, locale: Locale, chosen: Chosen) -> Result<String> {
    match chosen {
        Chosen::Empty => Ok(String::new()),
        Chosen::BuiltIn(key) => {
            let found = built_in(locale).into_iter().find(|it| it.key == key);
            Ok(found.map(|it| it.markdown.to_owned()).unwrap_or_default())
        }
        Chosen::Own(id) => {
            let found = reader.minutes_templates(false).await?.into_iter().find(|it| it.id == id);
            found.map(|it| it.markdown).ok_or_else(|| {
                UserError::new(
                    ErrorCode::NotFound,
                    "templateId",
                    "このテンプレートは見つかりません。",
                    "There is no such template.",
                )
                .into()
            })
        }
    }
}

/// Stores a template of the organization; a version of 0 makes a new one.
pub async fn save_template(
    app: &App,
    actor: &Actor,
    idempotency: Option<Idempotency>,
    mut it: TemplateRow,
) -> Result<Done> {
    actor.caller.grant::<ManagePolicies>(&())?;
    let mut errors = Vec::new();
    it.name = it.name.trim().to_owned();
    if !(1..=LONGEST_NAME).contains(&it.name.chars().count()) {
        errors.push(UserError::new(
            ErrorCode::Invalid,
            "name",
            format!("1〜{LONGEST_NAME}文字にしてください。"),
            format!("Give 1 to {LONGEST_NAME} characters."),
        ));
    }
    if it.markdown.len() > LONGEST {
        errors.push(UserError::new(
            ErrorCode::Invalid,
            "markdown",
            format!("{LONGEST}バイトまでにしてください。"),
            format!("Give at most {LONGEST} bytes."),
        ));
    }
    if !errors.is_empty() {
        return Err(Failure::User(errors));
    }
    let write = begin!(app, actor, idempotency);
    let all = write.transaction.minutes_templates(true).await?;
    if it.version == 0 {
        it.id = app.id();
        if all.len() >= MOST {
            return Err(UserError::new(
                ErrorCode::Conflict,
                "",
                format!("テンプレートは{MOST}件までです。"),
                format!("There are {MOST} templates already, the most there may be."),
            )
            .into());
        }
    } else if all.iter().all(|stands| stands.id != it.id) {
        return Err(UserError::new(
            ErrorCode::NotFound,
            "templateId",
            "このテンプレートは見つかりません。",
            "There is no such template.",
        )
        .into());
    }
    let by = actor.author();
    if !write.transaction.set_minutes_template(&it, by, app.now()).await? {
        return Err(UserError::new(
            ErrorCode::Stale,
            "version",
            "ほかの変更が先に行われました。読み直してください。",
            "It changed since you read it. Read it again.",
        )
        .into());
    }
    app.commit(write, it.id).await
}
