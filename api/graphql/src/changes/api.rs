//! The schema as it is served: every change of a subscription is an execution of its own.
//!
//! A subscription's document is executed once to begin it, which reads its arguments and opens it,
//! and once for each change, with a caller, loaders and a snapshot of that moment. So what is told
//! is answered like any query: nothing is remembered from change to change, and nothing is held
//! while a slow client takes its time.

use std::{
    any::TypeId,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_graphql::{
    Data, Executor, Pos, Request, Response, Variables, parser::types::ExecutableDocument,
};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use taiwa_domain::changes::{Change, Cursor};
use taiwa_operations::{
    App,
    changes::{Ended, Subscription},
    socket::Lost,
};

use super::cursor_expired;
use crate::{Schema, context::Caller, error::coded};

/// Where the execution that begins a subscription puts it.
#[derive(Clone, Default)]
pub(super) struct Opening(Arc<Mutex<Option<Subscription>>>);

impl Opening {
    pub(super) fn put(&self, subscription: Subscription) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(subscription);
    }

    fn take(&self) -> Option<Subscription> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The change that an execution tells.
pub(super) struct Telling(pub(super) Change, pub(super) Cursor);

/// The schema as it is served.
#[derive(Clone)]
pub struct Api(pub(crate) Schema);

impl Executor for Api {
    async fn execute(&self, request: Request) -> Response {
        self.0.execute(request).await
    }

    fn execute_stream(
        &self,
        mut request: Request,
        _: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        let schema = self.0.clone();
        let opening = Opening::default();
        let again = Again::of(&mut request);
        let begun = schema.execute_stream(request.data(opening.clone()));
        // Whatever comes of beginning (an error, the answer of a query), then what is told.
        begun.chain(stream::once(async move { told(schema, opening, again) }).flatten()).boxed()
    }
}

/// What is needed to execute a request again.
struct Again {
    document: Option<ExecutableDocument>,
    operation: Option<String>,
    variables: Variables,
    app: Option<App>,
}

impl Again {
    fn of(request: &mut Request) -> Self {
        let caller = request.data.get(&TypeId::of::<Caller>());
        let caller = caller.and_then(|it| it.downcast_ref::<Caller>());
        Self {
            app: caller.map(|it| it.app.clone()),
            operation: request.operation_name.clone(),
            variables: request.variables.clone(),
            document: request.parsed_query().ok().map(copied),
        }
    }

    fn request(&self) -> Request {
        let mut request = Request::new(String::new()).variables(self.variables.clone());
        request.operation_name.clone_from(&self.operation);
        if let Some(document) = &self.document {
            request.set_parsed_query(copied(document));
        }
        request
    }
}

/// Documents do not clone as a whole. Names in them are shared.
fn copied(document: &ExecutableDocument) -> ExecutableDocument {
    use async_graphql::parser::types::DocumentOperations::{Multiple, Single};
    ExecutableDocument {
        operations: match &document.operations {
            Single(one) => Single(one.clone()),
            Multiple(all) => Multiple(all.clone()),
        },
        fragments: document.fragments.clone(),
    }
}

/// How long is waited after a failure: the database may be away for a while.
const PAUSE: Duration = Duration::from_secs(1);

/// A subscription that was begun.
struct Begun {
    schema: Schema,
    subscription: Subscription,
    again: Again,
    app: App,
}

impl Begun {
    /// The next answer, or the last.
    async fn next(&mut self) -> Result<Response, Response> {
        let (change, actor) = loop {
            match self.subscription.next().await {
                Ok(Ok(told)) => break told,
                Ok(Err(ended)) => return Err(end(ended)),
                Err(failure) => {
                    tracing::warn!(%failure, "changes cannot be read; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        let cursor = Cursor { person: actor.caller.person, sequence: change.sequence };
        let caller = Caller::new(self.app.clone(), actor);
        let request = self.again.request().data(Telling(change, cursor)).data(caller);
        let answer = self.schema.execute_stream(request).next().await;
        answer.ok_or_else(|| error(coded("INTERNAL", "A change cannot be told.")))
    }
}

/// The answers of a subscription that was begun; none of anything else.
fn told(schema: Schema, opening: Opening, again: Again) -> BoxStream<'static, Response> {
    let (Some(subscription), Some(app)) = (opening.take(), again.app.clone()) else {
        return stream::empty().boxed();
    };
    let begun = Some(Begun { schema, subscription, again, app });
    let next = |state: Option<Begun>| async move {
        let mut state = state?;
        let response = state.next().await;
        Some(match response {
            Ok(response) => (response, Some(state)),
            Err(last) => (last, None),
        })
    };
    stream::unfold(begun, next).boxed()
}

fn end(ended: Ended) -> Response {
    error(match ended {
        Ended::Lost(Lost::Expired) => coded("UNAUTHENTICATED", "The token has ended."),
        Ended::Lost(Lost::Forbidden) => {
            coded("FORBIDDEN", "There is nothing here for you any more.")
        }
        Ended::Behind => cursor_expired(),
    })
}

fn error(error: async_graphql::Error) -> Response {
    Response::from_errors(vec![error.into_server_error(Pos::default())])
}
