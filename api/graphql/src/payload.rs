//! Mutation payloads: the thing, or what was wrong.

use async_graphql::{Context, Enum, Object, Result};
use serde::Serialize;
use taiwa_operations::{Failure, Idempotency};

use crate::{context::caller, error};

/// What kind of expected failure.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "taiwa_operations::ErrorCode")]
pub(crate) enum UserErrorCode {
    /// A value is out of bounds or malformed.
    Invalid,
    /// It does not exist, or the caller may not know of it.
    NotFound,
    /// It changed since the caller saw it: read it again.
    Stale,
    /// It contradicts something that stands.
    Conflict,
    /// More people would leave than may without a confirmation.
    MassLeave,
    /// The file cannot be read.
    UnreadableFile,
    /// The idempotency key was used for another input.
    IdempotencyMismatch,
}

/// One expected failure of a mutation.
pub(crate) struct UserError {
    error: taiwa_operations::UserError,
    locale: taiwa_domain::organization::Locale,
}

/// One expected failure of a mutation.
#[Object]
impl UserError {
    /// Path of the input field, outermost first; empty when the whole input is meant.
    async fn field(&self) -> Vec<&str> {
        self.error.field.iter().map(String::as_str).collect()
    }

    /// For programs.
    async fn code(&self) -> UserErrorCode {
        self.error.code.into()
    }

    /// For people, in the caller's language.
    async fn message(&self) -> &str {
        self.error.message(self.locale)
    }
}

/// An operation's outcome, split into what it was about and what was wrong.
pub(crate) fn split<T>(
    context: &Context<'_>,
    outcome: Result<T, Failure>,
) -> Result<(Option<T>, Vec<UserError>)> {
    let locale = caller(context)?.actor.locale;
    match outcome {
        Ok(done) => Ok((Some(done), Vec::new())),
        Err(failure) => {
            let errors = failure.into_user().map_err(|failure| error::failed(&failure))?;
            Ok((None, errors.into_iter().map(|error| UserError { error, locale }).collect()))
        }
    }
}

/// The promise of a client that gave a key; the input's JSON says what the same request is.
pub(crate) fn idempotency<T: Serialize>(
    key: &Option<String>,
    operation: &'static str,
    input: &T,
) -> Result<Option<Idempotency>> {
    key.as_ref()
        .map(|key| {
            serde_json::to_string(input)
                .map(|input| Idempotency { key: key.clone(), operation, input })
                .map_err(|_| error::coded("INTERNAL", "The input does not serialise."))
        })
        .transpose()
}

/// A global id in an input, or the user error that names its field.
pub(crate) fn parse_id<T: From<uuid::Uuid>>(
    kind: crate::id::Kind,
    id: &async_graphql::ID,
    field: &str,
) -> Result<T, Failure> {
    crate::id::decode(kind, id).ok_or_else(|| {
        taiwa_operations::UserError::new(
            taiwa_operations::ErrorCode::NotFound,
            field,
            "このIDのものはありません。",
            "There is nothing with this id.",
        )
        .into()
    })
}

/// Declares a payload with one object and the user errors.
macro_rules! payload {
    ($(#[doc = $doc:literal])* $name:ident { $(#[doc = $field_doc:literal])* $field:ident : $type:ty }) => {
        $(#[doc = $doc])*
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $name {
            $(#[doc = $field_doc])*
            pub(crate) $field: Option<$type>,
            /// What was wrong; empty when it was done.
            pub(crate) user_errors: Vec<$crate::payload::UserError>,
        }
    };
}
pub(crate) use payload;
