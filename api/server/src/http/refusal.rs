//! Everything that is refused before execution, each with a stable code.

use std::borrow::Cow;

use async_graphql::Pos;
use http::StatusCode;

use super::Refused;
use super::media::Media;

/// A refusal: a GraphQL error with a stable `extensions.code`, and its HTTP status.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: Cow<'static, str>,
    pub(super) measured: Option<Measured>,
    pub(super) locations: Box<[Pos]>,
    /// The header that goes with the status: its lower-case name and its value.
    pub(super) header: Option<&'static (&'static str, &'static str)>,
    status: Option<StatusCode>,
}

/// A limit and what was found instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measured {
    pub(super) limit: u64,
    pub(super) found: Option<u64>,
}

impl Refusal {
    /// A refusal of the transport: the same status whatever the client accepts.
    fn transport(
        status: StatusCode,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status: Some(status), ..Self::document(code, message) }
    }

    /// A refusal of the document, which the specification treats like a failed validation:
    /// 400 to clients that accept `application/graphql-response+json`, 200 to older ones.
    fn document(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            measured: None,
            locations: Box::default(),
            header: None,
            status: None,
        }
    }

    fn limit(code: &'static str, what: &str, limit: u64, found: u64) -> Self {
        Self {
            measured: Some(Measured { limit, found: Some(found) }),
            ..Self::document(code, format!("{what}: {found} found, at most {limit} allowed"))
        }
    }

    /// The HTTP status for a client that accepts `media`.
    pub(super) fn status(&self, media: Media) -> StatusCode {
        self.status.unwrap_or(media.request_error_status())
    }

    /// Whether it has a status of its own, whatever the client accepts.
    pub(super) fn is_of_transport(&self) -> bool {
        self.status.is_some()
    }

    pub(super) fn not_acceptable() -> Self {
        Self::transport(
            StatusCode::NOT_ACCEPTABLE,
            "NOT_ACCEPTABLE",
            "Accept application/graphql-response+json, application/json or text/event-stream",
        )
    }

    pub(super) fn unsupported_media_type() -> Self {
        Self {
            header: Some(&("accept", "application/json")),
            ..Self::transport(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                "Send the request as application/json in UTF-8, not compressed",
            )
        }
    }

    pub(super) fn method_not_allowed() -> Self {
        Self {
            header: Some(&("allow", "GET, POST, OPTIONS")),
            ..Self::transport(
                StatusCode::METHOD_NOT_ALLOWED,
                "METHOD_NOT_ALLOWED",
                "Use POST, or GET for a query",
            )
        }
    }

    pub(super) fn only_queries_by_get() -> Self {
        Self {
            header: Some(&("allow", "POST")),
            ..Self::transport(
                StatusCode::METHOD_NOT_ALLOWED,
                "METHOD_NOT_ALLOWED",
                "GET is for queries alone: send mutations by POST",
            )
        }
    }

    pub(super) fn body_too_large(limit: usize) -> Self {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        Self {
            // The body was not read to its end, so how long it is nobody knows.
            measured: Some(Measured { limit, found: None }),
            ..Self::transport(
                StatusCode::PAYLOAD_TOO_LARGE,
                "BODY_TOO_LARGE",
                format!("The request body is longer than {limit} bytes"),
            )
        }
    }

    pub(super) fn body_timeout() -> Self {
        Self::transport(
            StatusCode::REQUEST_TIMEOUT,
            "BODY_TIMEOUT",
            "The request body did not arrive in time",
        )
    }

    pub(super) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::transport(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    pub(super) fn batch(limit: usize, found: usize) -> Self {
        let count = |value| u64::try_from(value).unwrap_or(u64::MAX);
        Self {
            measured: Some(Measured { limit: count(limit), found: Some(count(found)) }),
            ..Self::transport(
                StatusCode::BAD_REQUEST,
                "BATCH_TOO_LARGE",
                if limit <= 1 {
                    Cow::Borrowed("Batches are not accepted: send one request, as a JSON object")
                } else {
                    Cow::Owned(format!("A batch of {found} requests: at most {limit} allowed"))
                },
            )
        }
    }

    pub(super) fn gate(refused: Refused) -> Self {
        match refused {
            Refused::InvalidToken => Self {
                header: Some(&("www-authenticate", "Bearer error=\"invalid_token\"")),
                ..Self::transport(
                    StatusCode::UNAUTHORIZED,
                    "INVALID_TOKEN",
                    "The access token is not valid",
                )
            },
            Refused::Unavailable => Self {
                header: Some(&("retry-after", "5")),
                ..Self::transport(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "UNAVAILABLE",
                    "The server cannot check access tokens at the moment",
                )
            },
        }
    }

    pub(super) fn timeout() -> Self {
        Self::transport(
            StatusCode::SERVICE_UNAVAILABLE,
            "TIMEOUT",
            "The request took too long and was given up",
        )
    }

    pub(super) fn too_many_tokens(limit: u64, found: u64) -> Self {
        Self::limit("QUERY_TOO_LARGE", "Tokens in the document", limit, found)
    }

    pub(super) fn too_many_selections(limit: u64, found: u64) -> Self {
        Self::limit("QUERY_TOO_LARGE", "Selections, with fragments written out", limit, found)
    }

    pub(super) fn too_deep(limit: u64, found: u64) -> Self {
        Self::limit("QUERY_TOO_DEEP", "Levels of nesting", limit, found)
    }

    pub(super) fn too_many_aliases(limit: u64, found: u64) -> Self {
        Self::limit("TOO_MANY_ALIASES", "Aliases", limit, found)
    }

    pub(super) fn too_many_root_fields(limit: u64, found: u64) -> Self {
        Self::limit("TOO_MANY_ROOT_FIELDS", "Fields at the root of the operation", limit, found)
    }

    pub(super) fn too_complex(limit: u64, found: u64) -> Self {
        Self::limit("QUERY_TOO_COMPLEX", "Cost of the operation", limit, found)
    }

    pub(super) fn fragment_cycle(name: &str) -> Self {
        Self::document("FRAGMENT_CYCLE", format!("The fragment {name} spreads itself"))
    }

    pub(super) fn parse(message: String, locations: Box<[Pos]>) -> Self {
        Self { locations, ..Self::document("GRAPHQL_PARSE_FAILED", message) }
    }

    pub(super) fn introspection() -> Self {
        Self::document(
            "INTROSPECTION_DISABLED",
            "Introspection is switched off on this server: __schema and __type are not answered",
        )
    }

    pub(super) fn no_such_operation(name: &str) -> Self {
        Self::document(
            "OPERATION_NOT_FOUND",
            format!("The document has no operation named \"{name}\""),
        )
    }

    pub(super) fn operation_name_missing() -> Self {
        Self::document(
            "OPERATION_NAME_MISSING",
            "The document has several operations: name the one to execute in operationName",
        )
    }

    pub(super) fn subscription_root() -> Self {
        Self::document(
            "GRAPHQL_VALIDATION_FAILED",
            "A subscription has exactly one field at its root, and not in a fragment",
        )
    }

    pub(crate) fn too_many_operations(limit: usize) -> Self {
        Self::document(
            "TOO_MANY_OPERATIONS",
            format!("There are {limit} operations on this connection: end some first"),
        )
    }

    pub(super) fn subscription() -> Self {
        Self::document(
            "SUBSCRIPTION_NOT_SUPPORTED",
            "Subscriptions are answered over a WebSocket (graphql-transport-ws), and over HTTP with \
             Accept: text/event-stream",
        )
    }

    /// Clients recognise this answer by its exact message and repeat the request with its text.
    pub(super) fn persisted_query_not_found() -> Self {
        Self::document("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    }

    pub(super) fn persisted_query_mismatch() -> Self {
        Self::transport(
            StatusCode::BAD_REQUEST,
            "PERSISTED_QUERY_MISMATCH",
            "extensions.persistedQuery.sha256Hash is not the SHA-256 of the query",
        )
    }
}
