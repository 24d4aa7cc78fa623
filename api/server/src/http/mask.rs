//! What a client may read of an error.
//!
//! An error with `extensions.code` was written for the client and passes. One that async-graphql
//! made about the client's own document or input gets a code and passes. Anything else came out
//! of a resolver by accident: its text goes to the log, the client gets an id to name it by.

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};

use super::trace::TraceId;

/// The code of an error that is ours.
pub(super) const INTERNAL: &str = "INTERNAL";
/// What a client reads about it.
pub(super) const INTERNAL_MESSAGE: &str = "Something went wrong on our side";

/// Validation names every mistake it finds; a document made of mistakes should not be answered
/// with a response many times its size.
const MAX_REQUEST_ERRORS: usize = 8;

/// Whether the response reports that nothing was executed. Errors of execution always carry the
/// path of their field.
pub(super) fn is_request_error(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// Makes the errors of a response fit for the client. `request_error` as told by
/// [`is_request_error`]; `trace` is asked only when something is masked.
pub(super) fn mask(response: &mut Response, request_error: bool, trace: impl Fn() -> TraceId) {
    if request_error {
        response.errors.truncate(MAX_REQUEST_ERRORS);
    }
    let mut id = None;
    for error in &mut response.errors {
        if error.extensions.as_ref().is_some_and(|values| values.get("code").is_some()) {
            continue;
        }
        let code = if request_error && error.source.is_none() {
            "GRAPHQL_VALIDATION_FAILED"
        } else if is_about_input(error) {
            "BAD_USER_INPUT"
        } else {
            let id = id.get_or_insert_with(&trace);
            tracing::error!(
                trace_id = %id,
                path = ?error.path,
                error = %error.message,
                "a resolver failed without a code"
            );
            error.message.clear();
            error.message.push_str(INTERNAL_MESSAGE);
            error.source = None;
            // Whatever stood here was not meant for a client either.
            error.extensions = None;
            extensions(error).set("traceId", id.to_string());
            INTERNAL
        };
        extensions(error).set("code", code);
    }
}

fn extensions(error: &mut ServerError) -> &mut ErrorExtensionValues {
    error.extensions.get_or_insert_default()
}

/// Input that only a resolver's arguments find wrong (a scalar's syntax, a validator) is
/// reported by async-graphql in these words and without a source; errors that resolvers pass on
/// with `?` have one.
fn is_about_input(error: &ServerError) -> bool {
    let starts = ["Failed to parse \"", "Expected input type \"", "Variable "];
    error.source.is_none() && starts.iter().any(|start| error.message.starts_with(start))
}
