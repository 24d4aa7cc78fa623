//! Making, writing and restoring minutes.

use async_graphql::{Context, ID, InputObject, Object, Result};
use serde::Serialize;
use taiwa_domain::minutes::BuiltIn;
use taiwa_operations::{Done, Failure, minutes as operations};

use super::{Minutes, MinutesShape, template::MinutesTemplateKey};
use crate::{
    context::caller,
    error::failed,
    id::Kind,
    payload::{UserError, idempotency, parse_id, payload, split},
};

/// Minutes to be made.
#[derive(InputObject, Serialize)]
pub(crate) struct CreateMinutesInput {
    /// Of which meeting.
    meeting_id: ID,
    /// What kind of document; it stays so. Tiptap's if not given.
    shape: Option<MinutesShape>,
    /// A template of the organization.
    template_id: Option<ID>,
    /// A template that is shipped, where `templateId` is not given; `STANDARD` if neither is.
    template: Option<MinutesTemplateKey>,
    /// Whether to begin with nothing, whatever the templates say.
    #[graphql(default)]
    is_empty: bool,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of making minutes.
    CreateMinutesPayload {
        /// The minutes: those that stood there, if there were some.
        minutes: Minutes
    }
}

/// What minutes are to say.
#[derive(InputObject, Serialize)]
pub(crate) struct WriteMinutesInput {
    /// Which.
    minutes_id: ID,
    /// All of it, as Markdown of at most 256 KiB. What does not differ is not touched.
    markdown: String,
    /// The version it was written against: what was changed since stays. If not given, what stands
    /// now is compared, and words written since the caller read it go.
    base_version: Option<i64>,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of writing minutes.
    WriteMinutesPayload {
        /// The minutes as they are now.
        minutes: Minutes
    }
}

/// The version to go back to.
#[derive(InputObject, Serialize)]
pub(crate) struct RestoreMinutesInput {
    /// Which minutes.
    minutes_id: ID,
    /// A version from `history`.
    version: i64,
    /// The same key and input give the same payload; the same key with another input is refused.
    #[serde(skip)]
    idempotency_key: Option<String>,
}

payload! {
    /// What came of going back.
    RestoreMinutesPayload {
        /// The minutes as they are now.
        minutes: Minutes
    }
}

/// Making, writing and restoring minutes.
#[derive(Default)]
pub(crate) struct MinutesMutation;

#[Object]
impl MinutesMutation {
    /// Makes the minutes of a meeting from a template. Where there are some already, those are
    /// returned as they are. Requires: one of the two.
    async fn create_minutes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The minutes.")] input: CreateMinutesInput,
    ) -> Result<CreateMinutesPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "createMinutes", &input)?;
        let outcome = async {
            let meeting = parse_id(Kind::Meeting, &input.meeting_id, "meetingId")?;
            let chosen = match (&input.template_id, input.template) {
                _ if input.is_empty => operations::Chosen::Empty,
                (Some(id), _) => {
                    operations::Chosen::Own(parse_id(Kind::MinutesTemplate, id, "templateId")?)
                }
                (None, key) => {
                    operations::Chosen::BuiltIn(key.map_or(BuiltIn::Standard, Into::into))
                }
            };
            let shape = input.shape.unwrap_or(MinutesShape::Tiptap).into();
            operations::create(&caller.app, &caller.actor, key, meeting, shape, chosen).await
        }
        .await;
        let (minutes, user_errors) = now(context, outcome).await?;
        Ok(CreateMinutesPayload { minutes, user_errors })
    }

    /// Makes minutes say what the Markdown says, by the smallest change, which everyone who has
    /// them open sees at once. Requires: one of the two.
    async fn write_minutes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What they are to say.")] input: WriteMinutesInput,
    ) -> Result<WriteMinutesPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "writeMinutes", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Minutes, &input.minutes_id, "minutesId")?;
            let (app, actor) = (&caller.app, &caller.actor);
            let written =
                operations::write(app, actor, key, id, input.markdown, input.base_version);
            found(written.await)
        }
        .await;
        let (minutes, user_errors) = now(context, outcome).await?;
        Ok(WriteMinutesPayload { minutes, user_errors })
    }

    /// Makes minutes say again what they said at a version, as a new change: nothing that was
    /// written since is forgotten. Requires: one of the two.
    async fn restore_minutes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The version.")] input: RestoreMinutesInput,
    ) -> Result<RestoreMinutesPayload> {
        let caller = caller(context)?;
        let key = idempotency(&input.idempotency_key, "restoreMinutes", &input)?;
        let outcome = async {
            let id = parse_id(Kind::Minutes, &input.minutes_id, "minutesId")?;
            let (app, actor) = (&caller.app, &caller.actor);
            found(operations::restore(app, actor, key, id, input.version).await)
        }
        .await;
        let (minutes, user_errors) = now(context, outcome).await?;
        Ok(RestoreMinutesPayload { minutes, user_errors })
    }
}

/// What is not there and what the caller may not know of are one answer, as an expected failure.
fn found(outcome: Result<Done, Failure>) -> Result<Done, Failure> {
    outcome.map_err(|failure| match failure {
        Failure::NotFound => taiwa_operations::UserError::new(
            taiwa_operations::ErrorCode::NotFound,
            "minutesId",
            "この議事録は見つかりません。",
            "There are no such minutes.",
        )
        .into(),
        other => other,
    })
}

async fn now(
    context: &Context<'_>,
    outcome: Result<Done, Failure>,
) -> Result<(Option<Minutes>, Vec<UserError>)> {
    let (done, user_errors) = split(context, outcome)?;
    let caller = caller(context)?;
    let minutes = match done {
        Some(done) => {
            let found = operations::by_id(&caller.app, &caller.actor, &[done.subject.into()]).await;
            found.map_err(|failure| failed(&failure))?.pop().map(Minutes)
        }
        None => None,
    };
    Ok((minutes, user_errors))
}
