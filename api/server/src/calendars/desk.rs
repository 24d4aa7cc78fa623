//! What comes from calendar systems, handed to the operations.

use secrecy::SecretString;
use taiwa_operations::{
    App,
    calendar::{
        accounts,
        watching::{self, KnownChannel},
    },
};

use super::{callback::Consents, notices::Notices};

/// Where answers to consents and notices of changes go.
#[derive(Clone)]
pub(crate) struct Desk(pub(crate) App);

impl Consents for Desk {
    async fn answered(&self, state: &str, code: Option<SecretString>) -> bool {
        accounts::answer_consent(&self.0, state, code).await.unwrap_or_else(|failure| {
            tracing::error!(%failure, "an answer to a consent cannot be taken");
            false
        })
    }
}

impl Notices for Desk {
    async fn channel(&self, id: &str) -> Option<KnownChannel> {
        watching::channel(&self.0, id).await.unwrap_or_else(|failure| {
            tracing::error!(%failure, "a notice cannot be judged");
            None
        })
    }

    async fn changed(&self, id: &str, number: u64) {
        if let Err(failure) = watching::changed(&self.0, id, number).await {
            // The calendar is polled all the same.
            tracing::error!(%failure, "a notice cannot be followed");
        }
    }
}
