//! Failures as GraphQL errors: a stable code, a masked message, details for the log.

use std::sync::Arc;

use async_graphql::{Error, ErrorExtensions};
use taiwa_operations::{DatabaseError, Failure};

/// A failure that many resolvers may share, as loaders need.
#[derive(Clone, Debug)]
pub(crate) struct Shared(pub(crate) Arc<Failure>);

impl From<Failure> for Shared {
    fn from(failure: Failure) -> Self {
        Self(Arc::new(failure))
    }
}

impl From<DatabaseError> for Shared {
    fn from(error: DatabaseError) -> Self {
        Failure::from(error).into()
    }
}

/// An error with a code.
pub(crate) fn coded(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// The request has no caller.
pub(crate) fn unauthenticated() -> Error {
    coded("UNAUTHENTICATED", "This needs a bearer token.")
}

/// A failure of a query. What the caller may not see is not found; what broke is masked.
pub(crate) fn failed(failure: &Failure) -> Error {
    match failure {
        Failure::NotFound => coded("NOT_FOUND", "Not found."),
        Failure::User(errors) => {
            let message = errors.first().map_or("The input was refused.", |error| {
                error.message(taiwa_domain::organization::Locale::En)
            });
            coded("INVALID", message)
        }
        other => {
            let mut source = std::error::Error::source(other);
            while let Some(inner) = source.and_then(std::error::Error::source) {
                source = Some(inner);
            }
            let cause = source.map(ToString::to_string);
            tracing::error!(failure = %other, cause, "a resolver failed");
            // Without a code: the transport masks it and adds a trace id.
            Error::new("failed")
        }
    }
}

impl From<Shared> for Error {
    fn from(shared: Shared) -> Self {
        failed(&shared.0)
    }
}
