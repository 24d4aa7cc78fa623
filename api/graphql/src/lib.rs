//! The GraphQL schema: objects, inputs, loaders, errors. Domain types are wrapped, not copied; a
//! resolver parses, calls one operation, and wraps what comes back.
//!
//! To add a mutation: an `InputObject` with `idempotencyKey` and `Serialize` (its JSON is what
//! makes a repeat the same request), a payload by [`payload::payload`], one method in the area's
//! `…Mutation` that ends in `payload(…)`. To add a field that reads by parent: a key type and
//! a `Loader` in [`load`], so that a list costs one statement.

mod access;
mod cadence;
mod calendar;
mod changes;
mod context;
mod error;
pub mod export;
mod id;
mod insight;
mod load;
mod meeting;
mod minutes;
mod node;
mod notice;
mod organization;
mod page;
mod pair;
mod payload;
mod planning;
mod platform;
mod privacy;
mod root;

use async_graphql::{Request, SDLExportOptions};
use taiwa_domain::id::UploadId;
use taiwa_operations::{Actor, App};

pub use changes::{Api, Subscription};
pub use root::{Mutation, Query};

/// The schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// What the schema needs to know of its server.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where clients reach it, without a slash at the end.
    pub public_url: String,
}

/// Builds the schema.
pub fn schema(settings: &Settings) -> Schema {
    async_graphql::Schema::build(Query::default(), Mutation::default(), Subscription)
        .data(settings.clone())
        .finish()
}

/// The schema as it is served, with subscriptions.
pub fn api(settings: &Settings) -> Api {
    Api(schema(settings))
}

/// The schema definition language, as committed in `schema.graphql`.
///
/// The directives that every GraphQL service has are left out, as the specification allows; pages,
/// whose type the library makes without a description, get theirs here.
pub fn sdl() -> String {
    let printed = schema(&Settings::default()).sdl_with_options(
        SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items(),
    );
    let mut out = String::with_capacity(printed.len());
    for line in printed.lines() {
        let built_in = ["directive @include(", "directive @skip(", "directive @specifiedBy("];
        if built_in.iter().any(|directive| line.starts_with(directive)) {
            // Its description went out line by line before it.
            let described = out.trim_end().strip_suffix("\"\"\"").and_then(|it| it.rfind("\"\"\""));
            out.truncate(described.unwrap_or(out.len()));
            continue;
        }
        if line.starts_with("type ") && line.ends_with("Connection {") {
            out.push_str("\"\"\"\nA page of a list.\n\"\"\"\n");
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Attaches a caller and a fresh set of loaders to a request.
pub fn with_actor(request: Request, app: &App, actor: Actor) -> Request {
    request.data(context::Caller::new(app.clone(), actor))
}

/// The global id of a staged file, for `POST /uploads`.
pub fn upload_id(id: UploadId) -> String {
    id::encode(id::Kind::Upload, id.0)
}

/// The global id of a person, for tools that hand out tokens.
pub fn person_id(id: taiwa_domain::id::PersonId) -> String {
    id::encode(id::Kind::Person, id.0)
}

/// The global id of a pair, likewise.
pub fn pair_id(id: taiwa_domain::id::PairId) -> String {
    id::encode(id::Kind::Pair, id.0)
}

/// The global id of a meeting, likewise.
pub fn meeting_id(id: taiwa_domain::id::MeetingId) -> String {
    id::encode(id::Kind::Meeting, id.0)
}

/// The global id of an action, likewise.
pub fn action_id(id: taiwa_domain::id::ActionItemId) -> String {
    id::encode(id::Kind::ActionItem, id.0)
}

/// The minutes that a global id names.
pub fn minutes(id: &str) -> Option<taiwa_domain::id::MinutesId> {
    id::decode(id::Kind::Minutes, &async_graphql::ID(id.to_owned()))
}
