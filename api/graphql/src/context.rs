//! What a resolver finds in its context.

use std::time::Duration;

use async_graphql::{Context, Result, dataloader::DataLoader};
use taiwa_operations::{Actor, App};

use crate::{error::unauthenticated, load::Loads};

/// The caller of a request with their loaders. Absent for the anonymous caller.
pub(crate) struct Caller {
    pub(crate) app: App,
    pub(crate) actor: Actor,
    pub(crate) loads: DataLoader<Loads>,
}

impl Caller {
    pub(crate) fn new(app: App, actor: Actor) -> Self {
        let loads = Loads { app: app.clone(), actor: actor.clone() };
        // No delay: all keys of one level are asked for before the executor yields.
        let loads = DataLoader::new(loads, tokio::spawn).delay(Duration::ZERO);
        Self { app, actor, loads }
    }
}

/// The caller, or the error that asks for a token.
pub(crate) fn caller<'a>(context: &Context<'a>) -> Result<&'a Caller> {
    context.data_opt::<Caller>().ok_or_else(unauthenticated)
}
